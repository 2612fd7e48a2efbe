"""Summaries that are to be written, held against those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from builder.checks.consistency import check_consistency
from builder.explainer.linking import link, wrong_reference
from builder.parsing.discovery import find
from builder.parsing.documents import Document, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.yaml_reader import parse, read
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import CLAIMS_FOLDER, load
from builder.records.models.kinds import IN_FILES, IN_LISTS, ONE_OF
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.safe_text import Citation
from builder.records.traversal import kinds_named
from builder.records.validation_messages import shape_at

SINGULAR = {**ONE_OF, CLAIMS_FOLDER: "claims"}
"""What one summary of a kind is called where an editor names it."""

LISTS = frozenset(model.kind_name for model in IN_LISTS)
"""The kinds that share one file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class There:
    """What can be told of the summaries that are there, even while some of them are not in order."""

    kind_of: Mapping[str, str]
    """The kind of each id."""

    where: Mapping[str, str]
    """The file of each id, as it is shown."""

    lists: Mapping[str, Document]
    """The list files, by their kind."""

    claims: Mapping[str, str]
    """The claims files, by the id of their source."""


def look_around(project: Project) -> There:
    """Find the ids that are taken. Raises SummaryError for a list file that can't be read."""
    root = project.summaries
    kind_of: dict[str, str] = {}
    where: dict[str, str] = {}
    lists: dict[str, Document] = {}
    claims: dict[str, str] = {}
    in_files = {model.kind_name for model in IN_FILES}
    for shown, file in find(root, root.name):
        path = PurePosixPath(shown).relative_to(root.name)
        folder = path.parent.as_posix()
        if folder in in_files:
            kind_of[path.stem], where[path.stem] = folder, shown
        elif folder == CLAIMS_FOLDER:
            claims[path.stem] = shown
        elif folder == "." and path.stem in LISTS:
            lists[path.stem] = document = read(file, shown)
            ids = _ids_in(document, path.stem)
            kind_of.update(dict.fromkeys(ids, path.stem))
            where.update(dict.fromkeys(ids, shown))
    return There(kind_of=kind_of, where=where, lists=lists, claims=claims)


def _ids_in(document: Document, kind: str) -> list[str]:
    ids = (entry.entries["id"].node for entry in entries_of(document, kind) if "id" in entry.entries)
    return [node.text for node in ids if isinstance(node, Scalar)]


def entries_of(document: Document, kind: str) -> list[Fields]:
    """The records of a list file."""
    listed = document.root.entries.get(kind)
    items = listed.node.items if listed and isinstance(listed.node, Sequence) else ()
    return [item for item in items if isinstance(item, Fields)]


def path_of(kind: str, id: str, there: There) -> str:
    """Where a summary belongs, as it is shown below the folder of summaries."""
    if kind in there.lists:
        return PurePosixPath(there.lists[kind].path).name
    return f"{kind}.yml" if kind in LISTS else f"{kind}/{id}.yml"


def modeline(kind: str) -> str:
    """The comment by which editors' programs find the schema of a summary."""
    schema = f"../schemas/{kind}" if kind in LISTS else f"../../schemas/{SINGULAR[kind]}"
    return f"# yaml-language-server: $schema={schema}.schema.json\n"


def extended(kind: str, items: str, there: There) -> bytes:
    """A list file with items (as lines that begin with a dash) at its end; a new one where there is none.

    Raises SummaryError where the list is written in brackets, which can't be added to.
    """
    document = there.lists.get(kind)
    if document is None:
        return f"{modeline(kind)}{kind}:\n{_indented(items, 2)}".encode()
    entries = entries_of(document, kind)
    text = document.data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n") + "\n"
    lines = text.split("\n")
    starts = [entry.location for entry in entries]
    dashes = [lines[start.line - 1].find("-") for start in starts]
    if not entries or any(lines[at.line - 1][: at.column - 1].strip() != "-" for at in starts):
        found = "this list can't be added to"
        hint = f"write '{kind}:' and below it '  - id: ...' for each entry"
        if not entries and document.root.entries.keys() == {kind}:
            hint = "nothing is in it: delete the file, and it is written anew"
        location = document.locate((kind,))
        raise SummaryError([Problem(location=location, rule="list", message=found, hint=hint)])
    gap = "\n" if "\n\n" in text else ""
    return f"{text}{gap}{_indented(items, dashes[-1])}".encode()


def _indented(items: str, margin: int) -> str:
    lines = [f"{' ' * margin}{line}" if line else "" for line in items.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def document_of(project: Project, path: str, data: bytes) -> Document:
    """A summary that is to be written, as it will be read."""
    return parse(data, f"{project.summaries.name}/{path}")


def check(project: Project, instead: Mapping[str, Document]) -> tuple[Problem, ...]:
    """Check all summaries as they will be, by the path of what is to be written; give the warnings.

    Raises SummaryError with the problems of the step that failed.
    """
    explainer = link(load(project.summaries, project.summaries.name, instead).published())
    return (*explainer.warnings, *check_consistency(explainer))


def wrong_names(records: Iterable[Fields], model: type[Record], there: There) -> Iterator[Problem]:
    """What records that are to be written name and is not there, be the records well formed or not."""
    records = tuple(records)
    ids = (node.text for each in records if (id := each.entries.get("id")) and isinstance(node := id.node, Scalar))
    kind_of = {**dict.fromkeys(ids, model.kind_name), **there.kind_of}
    for record in records:
        for scalar, kinds in _names_in(record, model):
            text = Citation.parse(scalar.text).source if kinds == ("sources",) else scalar.text
            if wrong := wrong_reference(text, kinds, kind_of, {}):
                rule, message, hint = wrong
                yield Problem(location=scalar.location, rule=rule, message=message, hint=hint)


def _names_in(fields: Fields, shape: type[Shape]) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    """The texts that are to name records, and the kinds that these may be of."""
    for name, item in fields.entries.items():
        kinds = kinds_named(shape, name)
        inner = shape_at(shape, (name,))
        for node in item.node.items if isinstance(item.node, Sequence) else (item.node,):
            if isinstance(node, Scalar) and kinds is not None:
                yield node, kinds
            elif isinstance(node, Fields) and inner:
                yield from _names_in(node, inner)
