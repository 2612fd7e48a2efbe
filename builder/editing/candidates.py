"""Compares summaries that are about to be written with the existing ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from builder.checks.consistency import check_consistency
from builder.explainer.linking import link, wrong_reference
from builder.explainer.snapshot import known_on
from builder.inspection import words_of
from builder.pages.contexts import Contexts
from builder.pages.page_checks import same_titles
from builder.pages.plan import plan
from builder.parsing.discovery import find
from builder.parsing.documents import Document, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.yaml_reader import parse, read
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import CLAIMS_FOLDER, load
from builder.records.models.kinds import IN_FILES, IN_LISTS, SINGULARS, kind_listed_in
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.name_index import Names
from builder.records.safe_text import Citation
from builder.records.traversal import kinds_named
from builder.records.validation_messages import shape_at

SINGULAR = {**SINGULARS, CLAIMS_FOLDER: "claims"}
"""The name of each kind in the singular, as typed in `explainer new`."""

LISTS = frozenset(model.kind_name for model in IN_LISTS)
"""The kinds whose records are in lists, several in a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Existing:
    """What is known about the existing summaries, even if some of them have problems."""

    kind_of: Mapping[str, str]
    """The kind of each id."""

    where: Mapping[str, str]
    """The file of each id, as shown in messages."""

    lists: Mapping[str, tuple[Document, ...]]
    """The files that list records, by kind: the one named after the kind, then those in the folder named after it."""

    claims: Mapping[str, str]
    """The claims files, by the id of the source."""


def find_existing(project: Project) -> Existing:
    """Find the ids that are in use.

    Raises SummaryError if a list file can't be read, or if there is a file that is not a summary.
    """
    root = project.summaries
    kind_of: dict[str, str] = {}
    where: dict[str, str] = {}
    lists: dict[str, tuple[Document, ...]] = {}
    claims: dict[str, str] = {}
    in_files = {model.kind_name for model in IN_FILES}
    found, problems = find(root, root.name)
    if problems:
        raise SummaryError(problems)
    for shown, file in found:
        path = PurePosixPath(shown).relative_to(root.name)
        folder = path.parent.as_posix()
        if folder in in_files:
            kind_of[path.stem], where[path.stem] = folder, shown
        elif folder == CLAIMS_FOLDER:
            claims[path.stem] = shown
        elif listed := kind_listed_in(path.as_posix()):
            kind, document = listed.kind_name, read(file, shown)
            lists[kind] = (*lists.get(kind, ()), document)
            ids = _ids_in(document, kind)
            kind_of.update(dict.fromkeys(ids, kind))
            where.update(dict.fromkeys(ids, shown))
    return Existing(kind_of=kind_of, where=where, lists=lists, claims=claims)


def _ids_in(document: Document, kind: str) -> list[str]:
    ids = (entry.entries["id"].node for entry in entries_of(document, kind) if "id" in entry.entries)
    return [node.text for node in ids if isinstance(node, Scalar)]


def entries_of(document: Document, kind: str) -> list[Fields]:
    """The records of a list file."""
    records = document.root.entries.get(kind)
    items = records.node.items if records and isinstance(records.node, Sequence) else ()
    return [item for item in items if isinstance(item, Fields)]


def path_of(kind: str, id: str, existing: Existing) -> str:
    """The path of the file of a new summary, relative to the summaries folder."""
    if document := list_for_new(kind, existing):
        return document.path.partition("/")[2]
    return f"{kind}.yml" if kind in LISTS else f"{kind}/{id}.yml"


def list_for_new(kind: str, existing: Existing) -> Document | None:
    """The list that new records of a kind are added to: the file named after the kind or, if there is none, the last
    one in the folder named after it. None if there is neither.
    """
    lists = existing.lists.get(kind, ())
    named = (document for document in lists if document.path.endswith(f"/{kind}.yml") and document.path.count("/") == 1)
    return next(named, lists[-1] if lists else None)


def modeline(kind: str) -> str:
    """The comment that tells a text editor which schema to use."""
    schema = f"../schemas/{kind}" if kind in LISTS else f"../../schemas/{SINGULAR[kind]}"
    return f"# yaml-language-server: $schema={schema}.schema.json\n"


def append_entries(kind: str, items: str, document: Document | None) -> bytes:
    """A list file with entries (lines that start with a dash) added at its end; a new file if there is none.

    Raises SummaryError if the list is empty or in brackets, because then nothing can be added at its end.
    """
    if document is None:
        return f"{modeline(kind)}{kind}:\n{_indented(items, 2)}".encode()
    entries = entries_of(document, kind)
    text = document.data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n") + "\n"
    lines = text.split("\n")
    starts = [entry.location for entry in entries]
    dashes = [lines[start.line - 1].find("-") for start in starts]
    if not entries or any(lines[at.line - 1][: at.column - 1].strip() != "-" for at in starts):
        found = "nothing can be added to this list"
        hint = f"write '{kind}:' and below it '  - id: ...' for each entry"
        if not entries and document.root.entries.keys() == {kind}:
            hint = "it is empty: delete the file, and a new one will be written"
        location = document.locate((kind,))
        raise SummaryError([Problem(location=location, rule="list", message=found, hint=hint)])
    gap = "\n" if "\n\n" in text else ""
    return f"{text}{gap}{_indented(items, dashes[-1])}".encode()


def _indented(items: str, margin: int) -> str:
    lines = [f"{' ' * margin}{line}" if line else "" for line in items.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def document_of(project: Project, path: str, data: bytes) -> Document:
    """Parse the data of a summary that is about to be written."""
    return parse(data, f"{project.summaries.name}/{path}")


def check(project: Project, replacements: Mapping[str, Document]) -> tuple[Problem, ...]:
    """Check all summaries with `replacements`, the new documents by path, in place; return the warnings.

    Raises SummaryError with the problems of the step that failed.
    """
    summaries = load(project.summaries, project.summaries.name, replacements).published()
    explainer = link(summaries)
    words = words_of(project, summaries)
    warnings = (*explainer.warnings, *check_consistency(explainer, words))
    plans = plan(Contexts(explainer, words, lambda moment: link(known_on(summaries, moment.date.first))))
    if twice := list(same_titles(plans, explainer)):
        raise SummaryError(twice)
    return warnings


def wrong_references(records: Iterable[Fields], model: type[Record], existing: Existing) -> Iterator[Problem]:
    """A problem for each id in new records that doesn't exist, even if the records have other problems."""
    records = tuple(records)
    ids = (node.text for each in records if (id := each.entries.get("id")) and isinstance(node := id.node, Scalar))
    kind_of = {**dict.fromkeys(ids, model.kind_name), **existing.kind_of}
    for record in records:
        for scalar, kinds in _references_in(record, model):
            text = Citation.parse(scalar.text).source if kinds == ("sources",) else scalar.text
            if wrong := wrong_reference(text, kinds, kind_of, Names.of_ids(kind_of)):
                rule, message, hint = wrong
                yield Problem(location=scalar.location, rule=rule, message=message, hint=hint)


def _references_in(fields: Fields, shape: type[Shape]) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    """The texts that refer to records, each with the kinds of record it may refer to."""
    for name, item in fields.entries.items():
        kinds = kinds_named(shape, name)
        inner = shape_at(shape, (name,))
        for node in item.node.items if isinstance(item.node, Sequence) else (item.node,):
            if isinstance(node, Scalar) and kinds is not None:
                yield node, kinds
            elif isinstance(node, Fields) and inner:
                yield from _references_in(node, inner)
