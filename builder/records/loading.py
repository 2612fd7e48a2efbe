"""The folder of summaries as typed records, or every problem in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from builder.parsing.discovery import find
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse, read
from builder.problems import GUESSED_AT_MOST, Location, Problem, SummaryError, did_you_mean, visible
from builder.records.models.claims import Claims
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import IN_FILES, IN_LISTS
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.name_index import Names, names_in
from builder.records.validation_messages import reworded

SETTINGS_FILE = "explainer.yml"
CLAIMS_FOLDER = "claims"

Step = str | int
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was written: the document, and the way to it from the document's root."""

    document: Document
    path: tuple[Step, ...] = ()

    def at(self, path: tuple[Step, ...] = (), *, key: bool = False) -> Location:
        """Locate a field of it, or the nearest thing around that field that is there."""
        return self.document.locate(self.path + path, key=key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summaries:
    """What the editors wrote: each record well formed by itself, not yet held against the others."""

    settings: Settings
    records: Mapping[str, Record]
    """Every record by its id."""

    claims: Mapping[str, Claims]
    """The claims files, by the id of their source."""

    origins: Mapping[str, Origin]
    """Where each record stands; the settings under `explainer.yml`, claims under `claims/<source>`."""

    files: Mapping[str, bytes]
    """Every file as it was read, by its path below the folder."""

    warnings: tuple[Problem, ...] = ()

    drafts: frozenset[str] = frozenset()
    """The ids of records that were left out because they are drafts."""

    later: Mapping[str, Record] = field(default_factory=dict)
    """Records left out because nothing was known of them on the day looked back to: named, but not linked."""

    names: Names = field(default_factory=Names)
    """What the records are called."""

    def published(self) -> Summaries:
        """The same without the drafts."""
        drafts = frozenset(id for id, record in self.records.items() if record.draft)
        records = {id: record for id, record in self.records.items() if id not in drafts}
        return replace(self, records=records, drafts=drafts)


def load(folder: Path, name: str = "summaries", instead: Mapping[str, Document] | None = None) -> Summaries:
    """Read and validate every summary below `folder`, shown to editors as `name`.

    `instead` holds what is to be written, by its path below the folder: it is taken for what stands there.
    Raises SummaryError with all problems of reading, or else all problems of form.
    """
    documents = {**_read_all(folder, name), **(instead or {})}
    loaded = _Loaded(name, names_in(documents))
    for path, document in sorted(documents.items()):
        loaded.take(path, document)
    if SETTINGS_FILE not in documents:
        loaded.problem(
            Location(f"{name}/{SETTINGS_FILE}"),
            "missing-file",
            "there is no explainer.yml",
            "it holds the title, question, answer and day of the explainer",
        )
    if loaded.problems or loaded.settings is None:
        raise SummaryError(loaded.problems)
    return Summaries(
        settings=loaded.settings,
        records=loaded.records,
        claims=loaded.claims,
        origins=loaded.origins,
        files={path: document.data for path, document in documents.items()},
        names=loaded.names,
        warnings=tuple(warning for document in documents.values() for warning in document.warnings),
    )


def _read_all(folder: Path, name: str) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for shown, file in find(folder, name):
        try:
            documents[PurePosixPath(shown).relative_to(name).as_posix()] = read(file, shown)
        except SummaryError as error:
            problems.extend(error.problems)
    if problems:
        raise SummaryError(problems)
    return documents


class _Loaded:
    """What has been taken in so far, and what was wrong with it."""

    def __init__(self, name: str, names: Names) -> None:
        self.name = name
        self.names = names
        self.settings: Settings | None = None
        self.records: dict[str, Record] = {}
        self.claims: dict[str, Claims] = {}
        self.origins: dict[str, Origin] = {}
        self.problems: list[Problem] = []

    def problem(self, location: Location, rule: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(location=location, rule=rule, message=message, hint=hint))

    def take(self, path: str, document: Document) -> None:
        """Take in one document by where it lies."""
        folder, _, file = path.rpartition("/")
        stem = PurePosixPath(file).stem
        own_file = {model.kind_name: model for model in IN_FILES}
        in_list = {model.kind_name: model for model in IN_LISTS}
        if path == SETTINGS_FILE:
            self.settings = self._validate(Settings, Origin(document))
            self.origins[SETTINGS_FILE] = Origin(document)
        elif folder in own_file:
            self._take_record(own_file[folder], stem, document)
        elif folder == CLAIMS_FOLDER:
            self._take_claims(stem, document)
        elif not folder and stem in in_list:
            self._take_list(in_list[stem], document)
        else:
            known = [*own_file, CLAIMS_FOLDER] if folder else [SETTINGS_FILE, *(f"{kind}.yml" for kind in in_list)]
            hint = did_you_mean(folder or file, known)
            self.problem(Location(document.path), "unknown-file", f"nothing is known of '{visible(path)}'", hint)

    def _take_record(self, model: type[Record], stem: str, document: Document) -> None:
        if problem := problem_with_id(stem):
            found, hint = problem
            self.problem(Location(document.path), "bad-id", f"the file's name gives its id, and {found}", hint)
            return
        if "id" in document.root.entries:
            found = "the name of the file gives the id"
            self.problem(document.locate(("id",), key=True), "unknown-field", found, "leave the field out")
            return
        self._add(self._validate(model, Origin(document), stem), Origin(document))

    def _take_list(self, model: type[Record], document: Document) -> None:
        kind = model.kind_name
        for origin, item in self._items(document, kind):
            if isinstance(item, dict):
                self._add(self._validate(model, origin), origin)
            else:
                self.problem(
                    origin.at(), "wrong-shape", "expected fields, found text", "each entry starts with '- id: '"
                )

    def _items(self, document: Document, kind: str) -> Iterator[tuple[Origin, object]]:
        plain = document.plain()
        for key in plain:
            if key != kind:
                self.problem(
                    document.locate((key,), key=True),
                    "unknown-field",
                    f"unknown field '{visible(key)}'",
                    did_you_mean(key, [kind]),
                )
        items = plain.get(kind)
        if isinstance(items, list):
            yield from ((Origin(document, (kind, index)), item) for index, item in enumerate(items))
        else:
            self.problem(
                document.locate((kind,)),
                "wrong-shape",
                f"expected a list under '{kind}'",
                f"write '{kind}:' and then '- id: ...' a line each",
            )

    def _take_claims(self, stem: str, document: Document) -> None:
        origin = Origin(document)
        claims = self._validate(Claims, origin)
        if claims is None:
            return
        if claims.source != stem:
            found = f"the file is named '{visible(stem)}' but speaks of '{claims.source}'"
            self.problem(origin.at(("source",)), "wrong-file", found, f"name it {claims.source}.yml")
        seen: dict[str, int] = {}
        for index, claim in enumerate(claims.claims):
            if claim.id in seen:
                first = origin.at(("claims", seen[claim.id], "id"))
                self.problem(
                    origin.at(("claims", index, "id")),
                    "duplicate-id",
                    f"the id '{claim.id}' is taken",
                    f"first at {first}",
                )
            seen.setdefault(claim.id, index)
        self.claims[claims.source] = claims
        self.origins[f"{CLAIMS_FOLDER}/{claims.source}"] = origin

    def _add(self, record: Record | None, origin: Origin) -> None:
        if record is None:
            return
        if record.id in self.records:
            first = self.origins[record.id].at(("id",))
            self.problem(origin.at(("id",)), "duplicate-id", f"the id '{record.id}' is taken", f"first at {first}")
            return
        self.records[record.id] = record
        self.origins[record.id] = origin

    def _validate(self, model: type[S], origin: Origin, id: str | None = None) -> S | None:
        document = origin.document
        try:
            if document.data:
                record: S = _valid(model, document.data, document.path, origin.path, id)
            else:
                record = _as_record(model, document, origin.path, id)
        except ValidationError as error:
            names = self.names if len(self.problems) < GUESSED_AT_MOST else Names()
            self.problems.extend(reworded(error, model, origin.at, names))
            return None
        return record


@lru_cache(maxsize=4096)  # while a preview runs, one file changes and the records of the others are wanted again
def _valid(model: type[S], data: bytes, name: str, path: tuple[Step, ...], id: str | None) -> S:
    """What stands at a place in a file, as a record; `id` is its own where the file's name gives it."""
    return _as_record(model, parse(data, name), path, id)


def _as_record(model: type[S], document: Document, path: tuple[Step, ...], id: str | None) -> S:
    plain = document.plain_at(path)
    return model.model_validate(plain if id is None else {**plain, "id": id})
