"""Loads the summaries folder into typed records, or raises every problem in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from pydantic import ValidationError

from builder.parsing.discovery import find
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import read, read_ahead
from builder.problems import MAX_GUESSED, Location, Problem, SummaryError, did_you_mean, visible
from builder.records.drafts import LACKING, list_without, without_gaps
from builder.records.models.claims import Claims
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import IN_FILES, IN_LISTS, SINGULARS, WITH_ARTICLES, kind_listed_in
from builder.records.models.record import Record
from builder.records.models.removed import Removals
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.name_index import Names, names_in
from builder.records.translations.files import problem_with_file
from builder.records.translations.model import FOLDER as TRANSLATIONS
from builder.records.translations.model import Translation
from builder.records.validation_messages import to_problems
from builder.system.cache_file import CacheFile

SETTINGS_FILE = "explainer.yml"
REMOVED_FILE = "removed.yml"
CLAIMS_FOLDER = "claims"

_IN_FILES: Final = {model.kind_name: model for model in IN_FILES}
_IN_LISTS: Final = tuple(model.kind_name for model in IN_LISTS)

Step = str | int
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was written: the document, and the path from the document's root."""

    document: Document
    path: tuple[Step, ...] = ()

    def at(self, path: tuple[Step, ...] = (), *, key: bool = False) -> Location:
        """Locate a field, or the nearest part of its path that exists."""
        return self.document.locate(self.path + path, key=key)

    def problem(
        self, path: tuple[Step, ...], rule: str, message: str, hint: str = "", *, warning: bool = False
    ) -> Problem:
        """A problem in a field."""
        return Problem(location=self.at(path), rule=rule, message=message, hint=hint, warning=warning)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """What could not be read: the problems, the ids of records, and the kinds of which any record may be missing."""

    problems: tuple[Problem, ...] = ()
    ids: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Summaries:
    """What the editors wrote. Each record is valid by itself, but not yet compared with the others."""

    settings: Settings
    records: Mapping[str, Record]
    """Every record by its id."""

    claims: Mapping[str, Claims]
    """The claims files, by the id of their source."""

    origins: Mapping[str, Origin]
    """Where each record was written, by id; the settings under `explainer.yml`, claims under `claims/<source>`, what
    was removed under `removed.yml`, translations under `translations/<language>/<path without .yml>`.

    A draft that lacks too much to be shown is among them.
    """

    files: Mapping[str, bytes]
    """The bytes of every file, by its path below the folder."""

    warnings: tuple[Problem, ...] = ()

    drafts: frozenset[str] = frozenset()
    """The ids of records that were left out because they are drafts, or drafts that lack too much to be shown."""

    later: Mapping[str, Record] = field(default_factory=dict)
    """Records left out because they were not yet known on the day of the snapshot. They are named, but not linked."""

    names: Names = field(default_factory=Names)
    """The ids of records by name, for hints."""

    removals: Removals = field(default_factory=Removals)
    """What was removed, from `removed.yml`."""

    translations: Mapping[str, Mapping[str, Translation]] = field(default_factory=dict)
    """The files of translations by language, then by path below the folder of the language without `.yml`."""

    unread: Unread = Unread()
    """What could not be read or is not valid. It is empty unless `load_partly` was called."""

    read: Mapping[str, Shape] = field(default_factory=dict)
    """By its key in `origins`: what was read of each file. Who changes a record, or leaves it out, keeps it here."""

    def translations_of(self, ids: Container[str]) -> frozenset[str]:
        """The keys in `origins` of the files with nothing but translations of these records."""
        return frozenset(
            f"{TRANSLATIONS}/{language}/{name}"
            for language, files in self.translations.items()
            for name in files
            if "/" in name and name.rpartition("/")[2] in ids
        )

    def translations_without(self, keys: Container[str]) -> dict[str, dict[str, Translation]]:
        """The translations without the files with these keys."""
        return {
            language: {name: each for name, each in files.items() if f"{TRANSLATIONS}/{language}/{name}" not in keys}
            for language, files in self.translations.items()
        }

    def published(self) -> Summaries:
        """A copy without the drafts, in the files too: neither those that hold nothing else nor items of lists.

        The claims of a source that is a draft are drafts too.
        """
        drafts = self.drafts | {id for id, record in self.records.items() if record.draft}
        records = {id: record for id, record in self.records.items() if id not in drafts}
        claims = {id: claims for id, claims in self.claims.items() if id not in drafts}
        items = self._items_of_lists(drafts)
        translations, texts = self._translations_of_drafts(drafts)
        keys = (*drafts, *(f"{CLAIMS_FOLDER}/{id}" for id in drafts), *translations)
        left_out = {self.origins[key].document.path for key in keys if key in self.origins}
        left_out -= {self.origins[key].document.path for key in records}
        folder = self.origins[SETTINGS_FILE].document.path.removesuffix(SETTINGS_FILE)
        files = {path: data for path, data in self.files.items() if f"{folder}{path}" not in left_out}
        for document, listed_in, numbers in (*items, *texts):
            if (file := document.path.removeprefix(folder)) in files:
                files[file] = list_without(document, files[file], listed_in, numbers)
        return replace(
            self,
            records=records,
            claims=claims,
            translations=without_texts_of(drafts, self.translations_without(translations)),
            files=files,
            drafts=drafts,
        )

    def _items_of_lists(self, ids: Iterable[str]) -> list[_Items]:
        """Those of some records that are items of lists, by the file."""
        found: dict[tuple[str, str], tuple[Document, set[int]]] = {}
        for origin in (self.origins[id] for id in ids if id in self.origins):
            if origin.path:
                key = origin.document.path, str(origin.path[0])
                found.setdefault(key, (origin.document, set()))[1].add(int(origin.path[-1]))
        return [(document, listed_in, numbers) for (_, listed_in), (document, numbers) in found.items()]

    def _translations_of_drafts(self, drafts: Container[str]) -> tuple[set[str], list[_Items]]:
        """The keys of files with nothing but translations of drafts; those of drafts in files for many records."""
        files, texts = set(self.translations_of(drafts)), list[_Items]()
        for language, translations in self.translations.items():
            for name, each in translations.items():
                key = f"{TRANSLATIONS}/{language}/{name}"
                numbers = {number for number, text in enumerate(each.texts) if text.record and text.record in drafts}
                if len(numbers) == len(each.texts):
                    files.add(key)
                elif numbers:
                    texts.append((self.origins[key].document, "texts", numbers))
        return files, texts


_Items = tuple[Document, str, set[int]]
"""Items of a list: the file, the field with the list, their numbers from 0."""


def without_texts_of(
    ids: Container[str], translations: Mapping[str, Mapping[str, Translation]]
) -> dict[str, dict[str, Translation]]:
    """Translations without the texts of some records in files for many."""

    def trimmed(each: Translation) -> Translation:
        kept = tuple(text for text in each.texts if not text.record or text.record not in ids)
        return each if len(kept) == len(each.texts) else each.model_copy(update={"texts": kept})

    return {language: {name: trimmed(each) for name, each in files.items()} for language, files in translations.items()}


def key_finder(origins: Mapping[str, Origin]) -> Callable[[Location], str | None]:
    """A function that gives the key in `origins` of what is written at a place; None if no summary is there."""
    in_file: dict[str, list[tuple[str, Origin]]] = defaultdict(list)
    for key, origin in origins.items():
        in_file[origin.document.path].append((key, origin))

    @cache
    def starts(path: str) -> list[tuple[int, str]]:
        return sorted((origin.at().line, key) for key, origin in in_file.get(path, ()))

    def key_at(location: Location) -> str | None:
        found = starts(location.path)
        place = bisect_right(found, location.line, key=lambda start: start[0])
        return found[max(place - 1, 0)][1] if found else None

    return key_at


def load(folder: Path, name: str = "summaries", overrides: Mapping[str, Document] | None = None) -> Summaries:
    """Read and validate every summary below `folder`, shown to editors as `name`.

    `overrides` has documents that are not saved yet, by path below the folder. They replace the files at these paths.
    Raises SummaryError with all problems.
    """
    summaries = load_partly(folder, name, overrides)
    if summaries.unread.problems:
        raise SummaryError(summaries.unread.problems)
    return summaries


def load_partly(
    folder: Path,
    name: str = "summaries",
    overrides: Mapping[str, Document] | None = None,
    last: Summaries | None = None,
    kept: CacheFile | None = None,
) -> Summaries:
    """Like `load`, but leave out records with problems, and put the problems into `unread`.

    `kept` has what was parsed before, if it is still known.
    A draft may lack required fields: these are warnings, and what they belong to is left out.
    Raises SummaryError if the explainer's own file is missing or has problems, unless there are `last` summaries,
    whose settings are used then.
    """
    documents, unreadable, problems = _read_all(folder, name, kept)
    documents = {**documents, **(overrides or {})}
    loader = _Loader(name, names_in(documents))
    loader.problems += problems
    for path, document in sorted(documents.items()):
        loader.add(path, document)
    for path in unreadable - documents.keys():
        loader.skip(path)
    if SETTINGS_FILE not in documents and not any(path.startswith("explainer.y") for path in unreadable):
        loader.add_problem(
            Location(f"{name}/{SETTINGS_FILE}"),
            "missing-file",
            "there is no explainer.yml",
            "it holds the title, question, answer and day of the explainer",
        )
    settings = loader.settings or (last.settings if last else None)
    if settings is None:
        raise SummaryError(loader.problems)
    if last and not loader.settings:
        loader.origins[SETTINGS_FILE] = last.origins[SETTINGS_FILE]
    return Summaries(
        settings=settings,
        records=loader.records,
        claims=loader.claims,
        origins=loader.origins,
        files={path: document.data for path, document in documents.items()},
        names=loader.names,
        removals=loader.removals,
        translations=loader.translations,
        warnings=(
            *(warning for document in documents.values() for warning in document.warnings),
            *loader.warnings,
        ),
        drafts=frozenset(loader.drafts),
        read={
            SETTINGS_FILE: settings,
            REMOVED_FILE: loader.removals,
            **loader.records,
            **{f"{CLAIMS_FOLDER}/{source}": each for source, each in loader.claims.items()},
            **{
                f"{TRANSLATIONS}/{language}/{name}": each
                for language, files in loader.translations.items()
                for name, each in files.items()
            },
        },
        unread=Unread(
            problems=tuple(loader.problems), ids=frozenset(loader.unread), kinds=frozenset(loader.unread_kinds)
        ),
    )


def _read_all(folder: Path, name: str, kept: CacheFile | None) -> tuple[dict[str, Document], set[str], list[Problem]]:
    """Every document that can be read, the paths of the others, and the problems."""
    documents: dict[str, Document] = {}
    unreadable: set[str] = set()
    found, problems = find(folder, name)
    unreadable.update(_below(problem.location.path, name) for problem in problems)
    if kept and not kept.lines:
        read_ahead(found, kept)
    for shown, file in found:
        path = _below(shown, name)
        try:
            documents[path] = read(file, shown, kept)
        except SummaryError as error:
            unreadable.add(path)
            listed = kind_listed_in(path)
            hint = f"move some of its entries into another file in '{name}/{listed.kind_name}'" if listed else ""
            is_too_long = hint and error.problems[0].rule in ("too-big", "too-many")
            problems.extend(replace(each, hint=hint) if is_too_long else each for each in error.problems)
    return documents, unreadable, problems


def _below(shown: str, name: str) -> str:
    """The path of a file below the summaries folder; a dot for the folder itself."""
    return shown.removeprefix(name).removeprefix("/") or "."


class _Loader:
    """Collects the records loaded so far, and their problems."""

    def __init__(self, name: str, names: Names) -> None:
        self.name = name
        self.names = names
        self.settings: Settings | None = None
        self.removals = Removals()
        self.translations: dict[str, dict[str, Translation]] = {}
        self.records: dict[str, Record] = {}
        self.claims: dict[str, Claims] = {}
        self.origins: dict[str, Origin] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.drafts: set[str] = set()
        self.unread: set[str] = set()
        self.unread_kinds: set[str] = set()

    def add_problem(self, location: Location, rule: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(location=location, rule=rule, message=message, hint=hint))

    def add(self, path: str, document: Document) -> None:
        """Load one document; its path decides which kind of record it is."""
        folder, _, file = path.rpartition("/")
        stem = file.removesuffix(".yml")
        own_file = _IN_FILES
        if path == SETTINGS_FILE:
            self.settings = self._validate(Settings, Origin(document))
            self.origins[SETTINGS_FILE] = Origin(document)
        elif path == REMOVED_FILE:
            self.removals = self._validate(Removals, Origin(document)) or Removals()
            self.origins[REMOVED_FILE] = Origin(document)
        elif folder in own_file:
            self._add_record(own_file[folder], stem, document)
        elif folder == CLAIMS_FOLDER:
            self._add_claims(stem, document)
        elif listed := kind_listed_in(path):
            self._add_list(listed, document)
        elif folder.partition("/")[0] == TRANSLATIONS:
            self._add_translation(path.removesuffix(".yml"), document)
        else:
            self._add_unknown(folder, file, document)

    def _add_unknown(self, folder: str, file: str, document: Document) -> None:
        folders = [*_IN_FILES, CLAIMS_FOLDER, *_IN_LISTS, TRANSLATIONS]
        files = [SETTINGS_FILE, REMOVED_FILE, *(f"{kind}.yml" for kind in _IN_LISTS)]
        hint = did_you_mean(folder or file, folders if folder else files)
        if (top := folder.partition("/")[0]) in folders:
            hint = f"move the file to '{self.name}/{top}'"
        found = f"unknown {'folder' if folder else 'file'} '{visible(folder or file)}'"
        self.add_problem(Location(document.path), "unknown-file", found, hint)

    def skip(self, path: str) -> None:
        """Note that a file could not be read, or has a name that no summary has."""
        folder, _, file = path.rpartition("/")
        stem = file.partition(".")[0]
        if folder in _IN_FILES:
            self.unread.add(stem)
        elif not folder or folder in _IN_LISTS:
            self.unread_kinds.add(folder or stem)

    def _add_record(self, model: type[Record], stem: str, document: Document) -> None:
        self.unread.add(stem)
        if problem := problem_with_id(stem):
            found, hint = problem
            self.add_problem(Location(document.path), "bad-id", f"the id comes from the file name, and {found}", hint)
            return
        if "id" in document.shared_at():
            found = "the id comes from the file name"
            self.add_problem(document.locate(("id",), key=True), "unknown-field", found, "delete this field")
            return
        if record := self._validate(model, Origin(document), stem):
            self.unread.discard(stem)
            self._add_record_once(record, Origin(document))
        elif stem in self.drafts:
            self.unread.discard(stem)
            self.origins[stem] = Origin(document)

    def _add_list(self, model: type[Record], document: Document) -> None:
        kind = model.kind_name
        fields = {field.alias or name for name, field in model.model_fields.items()}
        if len(plain := document.shared_at()) > 1 and plain.keys() <= fields:
            self.unread_kinds.add(kind)
            found = f"expected a list of {kind}, found the fields of one {SINGULARS[kind]}"
            hint = f"write '{kind}:', and below it '- id: ...' for each entry"
            self.add_problem(document.locate(()), "wrong-shape", found, hint)
            return
        for origin, item in self._items(document, kind):
            if isinstance(item, dict):
                if record := self._validate(model, origin):
                    self._add_record_once(record, origin)
                elif (id := item.get("id")) in self.drafts:
                    self.origins[str(id)] = origin
                else:
                    self._skip_item(item, kind)
            else:
                self.unread_kinds.add(kind)
                self.add_problem(
                    origin.at(), "wrong-shape", "expected fields, found text", "start each entry with '- id: '"
                )

    def _skip_item(self, item: Mapping[str, object], kind: str) -> None:
        if isinstance(id := item.get("id"), str):
            self.unread.add(id)
        else:
            self.unread_kinds.add(kind)

    def _items(self, document: Document, kind: str) -> Iterator[tuple[Origin, object]]:
        plain = document.shared_at()
        for key in plain:
            if key != kind:
                self.add_problem(
                    document.locate((key,), key=True),
                    "unknown-field",
                    f"unknown field '{visible(key)}'",
                    did_you_mean(key, [kind]),
                )
        items = plain.get(kind)
        if isinstance(items, list):
            yield from ((Origin(document, (kind, index)), item) for index, item in enumerate(items))
        else:
            self.unread_kinds.add(kind)
            self.add_problem(
                document.locate((kind,)),
                "wrong-shape",
                f"expected a list under '{kind}'",
                f"write '{kind}:', and below it '- id: ...' for each entry",
            )

    def _add_claims(self, stem: str, document: Document) -> None:
        origin = Origin(document)
        claims = self._validate(Claims, origin)
        if claims is None:
            return
        if claims.source != stem:
            found = f"the file is named '{visible(stem)}' but its source is '{claims.source}'"
            self.add_problem(origin.at(("source",)), "wrong-file", found, f"rename it to {claims.source}.yml")
        seen: dict[str, int] = {}
        for index, claim in enumerate(claims.claims):
            if claim.id in seen:
                first = origin.at(("claims", seen[claim.id], "id"))
                self.add_problem(
                    origin.at(("claims", index, "id")),
                    "duplicate-id",
                    f"the id '{claim.id}' is taken",
                    f"write another id, or delete one of the two; first at {first}",
                )
            seen.setdefault(claim.id, index)
        self.claims[claims.source] = claims
        self.origins[f"{CLAIMS_FOLDER}/{claims.source}"] = origin

    def _add_translation(self, path: str, document: Document) -> None:
        _, language, *rest = path.split("/")
        name = "/".join(rest)
        if problem := problem_with_file(language, name):
            self.add_problem(Location(document.path), *problem)
        elif translation := self._validate(Translation, Origin(document)):
            self.translations.setdefault(language, {})[name] = translation
            self.origins[path] = Origin(document)

    def _add_record_once(self, record: Record, origin: Origin) -> None:
        if record.id in self.records:
            first = self.origins[record.id].at(("id",))
            other = "write another id" if origin.path else "give the file another name"
            hint = f"{other}, or delete one of the two; first at {first}"
            self.add_problem(origin.at(("id",)), "duplicate-id", f"the id '{record.id}' is taken", hint)
            return
        self.records[record.id] = record
        self.origins[record.id] = origin

    def _validate(self, model: type[S], origin: Origin, id: str | None = None) -> S | None:
        document = origin.document
        try:
            if document.data:
                record: S = _cached_record(model, _Read(document.data, document.path, document), origin.path, id)
            else:
                record = _as_record(model, document, origin.path, id)
        except ValidationError as error:
            names = self.names if len(self.problems) < MAX_GUESSED else Names()
            problems = list(to_problems(error, model, origin.at, names))
            plain = document.plain_at(origin.path)
            if id is not None and any(problem.rule == "unknown-field" for problem in problems):
                problems = _in_wrong_folder(model, {**plain, "id": id}, origin) or problems
            if plain.get("draft") == "true" and issubclass(model, Record):
                return self._draft(model, plain, id, problems)
            self.problems.extend(problems)
            return None
        return record

    def _draft(self, model: type[S], plain: dict[str, object], id: str | None, found: list[Problem]) -> S | None:
        """Warn of what a draft lacks, and return it without that; None if it can't be shown without, or has errors."""
        self.warnings.extend(replace(problem, warning=True) for problem in found if problem.rule in LACKING)
        if errors := [problem for problem in found if problem.rule not in LACKING]:
            self.problems.extend(errors)
            return None
        known = {**plain, "id": id} if id else plain
        draft = without_gaps(model, known)
        if draft is None and isinstance(name := known.get("id"), str):
            self.drafts.add(name)
        return draft


def _in_wrong_folder(model: type[Shape], plain: dict[str, object], origin: Origin) -> list[Problem]:
    """The problem with a file that is right in every field, but for another kind; none if it is for no other kind."""
    for other in IN_FILES:
        if other is model:
            continue
        try:
            other.model_validate(plain)
        except ValidationError:
            continue
        kind, folder = other.kind_name, str(PurePosixPath(origin.document.path).parents[1])
        found = f"its fields are those of {WITH_ARTICLES[kind]}"
        hint = f"move the file to '{folder}/{kind}'"
        return [Problem(location=origin.at(), rule="wrong-file", message=found, hint=hint)]
    return []


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read. Two are equal if they have the same name and bytes."""

    data: bytes
    name: str
    document: Document = field(compare=False)


@lru_cache(maxsize=16384)  # in a preview one file changes, and the records of the others are used again
def _cached_record(model: type[S], file: _Read, path: tuple[Step, ...], id: str | None) -> S:
    """Validate the record at a path of a file. `id` is the record's id if that comes from the file name."""
    return _as_record(model, file.document, path, id)


def _as_record(model: type[S], document: Document, path: tuple[Step, ...], id: str | None) -> S:
    plain = document.shared_at(path)
    return model.model_validate(plain if id is None else {**plain, "id": id})
