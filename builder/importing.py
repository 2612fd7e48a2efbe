"""Many summaries at once: rows of a table and references of a library, checked as if they were written already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from builder.decoding import decode, look_over
from builder.documents import Document, Item, Node, Scalar, Sequence
from builder.documents import Mapping as Fields
from builder.fields import problem_with_id
from builder.filing import create
from builder.filing import replace as replace_files
from builder.finding import contents, refused
from builder.kinds import RECORDS
from builder.libraries import sources_of
from builder.models import Record
from builder.ordering import order_of
from builder.problems import Location, Problem, SummaryError, did_you_mean, visible
from builder.project import Project
from builder.prospects import LISTS, There, check, document_of, extended, look_around, modeline, path_of
from builder.references import Source
from builder.rewording import shape_at
from builder.shapes import Shape
from builder.sheets import Cell, rows_of
from builder.spelling import Value, spelt, spelt_item, tidy
from builder.starters import takes_list, takes_texts

MOST_BYTES: Final = 10_000_000
"""Of a file that is imported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What was written: the files, how many records, and what an editor should know of them."""

    files: tuple[Path, ...]
    records: int
    warnings: tuple[Problem, ...]


def bring_in(project: Project, kind: str, file: Path, name: str, given: Mapping[str, str]) -> Imported:
    """Write the records of a file as summaries; all or none. `given` holds what its records leave out.

    Raises SummaryError with every problem, at its line in the file, and MachineError for what the disk refuses.
    """
    data = contents(file, name, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise refused(name, "too-big", f"the file has more than {MOST_BYTES:,} bytes", "part it into several")
    text = decode(data, name)
    if problems := look_over(text, name):
        raise SummaryError(problems)
    model = next(model for model in RECORDS if model.kind_name == kind)
    entries = [_completed(entry, given, model) for entry in _entries_of(text, name, model)]
    there = look_around(project)
    problems = list(_ids_amiss(entries, there))
    amiss = {problem.location for problem in problems}
    named = [
        _renamed(entry, index) if _id_of(entry).location in amiss else entry for index, entry in enumerate(entries)
    ]
    try:
        warnings = check(project, _documents(kind, named, there, name))
    except SummaryError as error:
        raise SummaryError([*problems, *error.problems]) from None
    if problems:
        raise SummaryError(problems)
    files = _files(project, kind, model, entries, there)
    (replace_files if kind in there.lists else create)(files)
    own = tuple(found for found in warnings if found.location.path == name and found.rule != "unused")  # all are, yet
    return Imported(files=tuple(files), records=len(entries), warnings=own)


def _entries_of(text: str, name: str, model: type[Record]) -> list[Fields]:
    ending = name.casefold().rpartition(".")[2]
    if ending in ("json", "bib") and model is Source:
        entries = sources_of(text, name)
    elif ending == "csv":
        entries = list(_records_in_rows(text, name, model))
    else:
        hint = "a table ends in .csv, a library of sources in .json or .bib"
        raise refused(name, "unknown-file", f"nothing is known of how to read this as {model.kind_name}", hint)
    if not entries:
        raise refused(name, "empty", "there is nothing to import in this file", "export it anew")
    return entries


def _completed(entry: Fields, given: Mapping[str, str], model: type[Record]) -> Fields:
    """A record with what was given for all, where it says nothing of its own."""
    at = entry.location
    left_out = {name: Item(at, _value(text, at, model, name)) for name, text in given.items()}
    return Fields({**left_out, **entry.entries}, at)


def _value(text: str, at: Location, shape: type[Shape], name: str) -> Node:
    """A text, or a list of those that semicolons part where the field takes a list."""
    if name not in order_of(shape) or not takes_list(shape, name):
        return Scalar(tidy(text), at, False)
    parts = (part.strip() for part in text.split(";"))
    return Sequence(tuple(Scalar(part, at, False) for part in parts if part), at)


def _id_of(entry: Fields) -> Scalar:
    found = entry.entries.get("id")
    return found.node if found and isinstance(found.node, Scalar) else Scalar("", entry.location, False)


def _ids_amiss(entries: list[Fields], there: There) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for entry in entries:
        id = _id_of(entry)
        rule, message, hint = "", "", ""
        if not id.text:
            rule, message, hint = "missing-field", "the field 'id' is missing", "how others refer to it"
        elif problem := problem_with_id(id.text):
            rule, (message, hint) = "bad-id", problem
        elif first := there.where.get(id.text) or seen.get(id.text):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {first}"
        if rule:
            yield Problem(location=id.location, rule=rule, message=message, hint=hint)
        seen.setdefault(id.text, id.location)


def _renamed(entry: Fields, index: int) -> Fields:
    """A record whose id won't do, under one that is free: what else is wrong with it is told all the same."""
    at = _id_of(entry).location
    return Fields({**entry.entries, "id": Item(at, Scalar(f"record-{index}-of-the-import", at, False))}, entry.location)


def _documents(kind: str, entries: list[Fields], there: There, name: str) -> dict[str, Document]:
    """The records as documents, by the paths they will have: each with its places in the file they come from."""
    if kind not in LISTS:
        return {
            path_of(kind, _id_of(entry).text, there): Document(path=name, root=_without_id(entry), data=b"")
            for entry in entries
        }
    old = there.lists.get(kind)
    listed = old.root.entries[kind].node if old and kind in old.root.entries else None
    before = listed.items if isinstance(listed, Sequence) else ()
    top = Location(old.path if old else name)
    root = Fields({kind: Item(top, Sequence((*before, *entries), top))}, top)
    return {path_of(kind, "", there): Document(path=top.path, root=root, data=b"")}


def _without_id(entry: Fields) -> Fields:
    return Fields({name: item for name, item in entry.entries.items() if name != "id"}, entry.location)


def _files(project: Project, kind: str, model: type[Record], entries: list[Fields], there: There) -> dict[Path, bytes]:
    """The files as they will be written, each read again to be sure that it says the same."""
    if kind in LISTS:
        items = [spelt_item(_in_order(_plain(entry), model), 0) for entry in entries]
        files = {path_of(kind, "", there): extended(kind, "\n".join(items), there)}
        document_of(project, next(iter(files)), next(iter(files.values())))
    else:
        files = {}
        for entry in entries:
            fields = _plain(_without_id(entry))
            path = path_of(kind, _id_of(entry).text, there)
            files[path] = f"{modeline(kind)}{spelt(_in_order(fields, model))}".encode()
            assert document_of(project, path, files[path]).plain() == fields, path
    return {project.summaries / path: data for path, data in files.items()}


def _plain(entry: Fields) -> dict[str, object]:
    return Document(path="", root=entry, data=b"").plain()


def _in_order(fields: Mapping[str, object], shape: type[Shape] | None) -> dict[str, Value]:
    order = order_of(shape) if shape else tuple(fields)
    found: dict[str, Value] = {}
    for name in sorted(fields, key=order.index):
        value = fields[name]
        inner = shape_at(shape, (name,)) if shape else None
        if isinstance(value, list):
            found[name] = [_in_order(item, inner) if isinstance(item, dict) else str(item) for item in value]
        else:
            found[name] = _in_order(value, inner) if isinstance(value, dict) else str(value)
    return found


def _records_in_rows(text: str, name: str, model: type[Record]) -> Iterator[Fields]:
    """Records of the rows of a table whose header names fields: `date`, or `reasons.text` for what is in a list."""
    rows = rows_of(text, name)
    header = rows[0] if rows else ()
    if problems := list(_header_amiss(header, model)):
        raise SummaryError(problems)
    for row in rows[1:]:
        root: dict[str, Item] = {}
        for column, cell in zip_longest(header, row):
            if cell and cell.text and not (column and column.text):
                hint = "name one, or put quotes round a text with a comma in it"
                found = "no field is named above this cell"
                raise SummaryError([Problem(location=cell.location, rule="table", message=found, hint=hint)])
            if cell and cell.text:
                _put(root, column.text.split("."), cell, model)
        yield Fields(root, row[0].location)


def _header_amiss(header: tuple[Cell, ...], model: type[Record]) -> Iterator[Problem]:
    seen: set[str] = set()
    known = {"id", *order_of(model)}
    for cell in header:
        outer, _, inner = cell.text.partition(".")
        if not cell.text:
            continue
        shape = shape_at(model, (outer,)) if outer in known else None
        if cell.text in seen:
            yield Problem(location=cell.location, rule="table", message=f"'{visible(cell.text)}' is here twice")
        elif outer not in known or (inner and (shape is None or inner not in order_of(shape))):
            names = order_of(shape) if shape and inner else known
            hint = did_you_mean(inner if shape else cell.text, names)
            found = f"unknown field '{visible(cell.text)}'"
            yield Problem(location=cell.location, rule="unknown-field", message=found, hint=hint)
        elif not inner and not takes_texts(model, outer):
            hint = f"name what is in it, such as '{outer}.{order_of(shape)[0]}'" if shape else "write it in the file"
            found = f"'{outer}' takes more than a text"
            yield Problem(location=cell.location, rule="wrong-shape", message=found, hint=hint)
        seen.add(cell.text)


def _put(root: dict[str, Item], way: list[str], cell: Cell, model: type[Shape]) -> None:
    """Put a cell where its column says: what is in a list goes into the list's one entry."""
    at, name = cell.location, way[-1]
    shape = shape_at(model, tuple(way[:-1]))
    assert shape
    value = _value(cell.text, at, shape, name)
    if len(way) == 1:
        root[name] = Item(at, value)
        return
    listed = root.setdefault(way[0], Item(at, Sequence((Fields({}, at),), at))).node
    assert isinstance(listed, Sequence)
    assert isinstance(listed.items[0], Fields)
    listed.items[0].entries[name] = Item(at, value)
