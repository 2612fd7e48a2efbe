"""Many summaries at once: rows of a table and references of a library, checked as if they were written already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from builder.editing.candidates import (
    LISTS,
    There,
    check,
    document_of,
    extended,
    look_around,
    modeline,
    path_of,
    wrong_names,
)
from builder.editing.field_order import order_of
from builder.editing.importing.columns import missing_columns, no_column, records_in, says_so, value_of
from builder.editing.importing.library import sources_of
from builder.editing.importing.spreadsheet import Row, rows_of
from builder.editing.saving import create
from builder.editing.saving import replace as replace_files
from builder.editing.scaffolding import RefusedError, malformed
from builder.editing.starters import takes_texts
from builder.editing.yaml_style import Value, spelt, spelt_item
from builder.parsing.decoding import check_text, decode, unwanted_in
from builder.parsing.discovery import file_error, read_bytes
from builder.parsing.documents import Document, Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.validation_messages import shape_at

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

    Raises RefusedError for what is given and will not do, SummaryError with every problem, at its line in the file,
    and MachineError for what the disk refuses.
    """
    model = next(model for model in RECORDS if model.kind_name == kind)
    if reasons := [reason for setting in given.items() for reason in _setting_amiss(*setting, model)]:
        raise RefusedError(reasons)
    read, header = _entries_of(_text_of(file, name, model), name, model)
    entries = [_completed(entry, given, model) for entry in read]
    missing = missing_columns(model, {cell.text for cell in header} | given.keys()) if header else ()
    there = look_around(project)
    problems = list(_ids_amiss(entries, there))
    amiss = {problem.location for problem in problems}
    named = [
        _renamed(entry, index) if _id_of(entry).location in amiss else entry for index, entry in enumerate(entries)
    ]
    try:
        warnings = check(project, _documents(kind, named, there, name))
    except SummaryError as error:
        problems += error.problems
        told = {(problem.location, problem.rule) for problem in problems}
        problems += (
            found
            for found in wrong_names(entries, model, there)
            if not told & {(found.location, found.rule), (found.location, "bad-id")}
        )
    problems = [_without_brackets(problem) for problem in problems] if header else problems
    if missing:
        problems = [no_column(name, model, missing), *(each for each in problems if not says_so(each, missing))]
    if problems:
        raise SummaryError(problems)
    files = _files(project, kind, model, entries, there)
    (replace_files if kind in there.lists else create)(files)
    own = tuple(found for found in warnings if found.location.path == name and found.rule != "unused")  # all are, yet
    return Imported(files=tuple(files), records=len(entries), warnings=own)


def _setting_amiss(name: str, text: str, model: type[Record]) -> Iterator[str]:
    """What is wrong with a value for all records: there is no line in the file to tell it at."""
    known = order_of(model)
    if name not in known:
        yield f"unknown field '{visible(name)}' ({one_of(name, known)})"
    elif not takes_texts(model, name):
        yield f"'{name}' takes more than a text: write it in the file"
    else:
        at = Location("")
        value = _plain(Fields({name: Item(at, value_of(text, at, model, name))}, at))[name]
        yield from (f"{name}: {reason}" for reason in malformed(model, name, value))


def _text_of(file: Path, name: str, model: type[Record]) -> str:
    """What stands in a file of a kind that can be read. Of a library much is left out: its characters come later."""
    is_library = model is Source and _ending(name) in ("json", "bib")
    if not is_library and _ending(name) != "csv":
        hint = "a table ends in .csv, a library of sources in .json or .bib"
        raise file_error(name, "unknown-file", f"nothing is known of how to read this as {model.kind_name}", hint)
    data = read_bytes(file, name, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise file_error(name, "too-big", f"the file has more than {MOST_BYTES:,} bytes", "part it into several")
    text = decode(data, name)
    if problems := [found for found in check_text(text, name) if found.rule != "character" or not is_library]:
        raise SummaryError(problems)
    return text


def _ending(name: str) -> str:
    return name.casefold().rpartition(".")[2]


def _entries_of(text: str, name: str, model: type[Record]) -> tuple[list[Fields], Row]:
    """The records of a file, and the header above them where it is a table."""
    header: Row = ()
    if _ending(name) == "csv":
        rows = rows_of(text, name)
        header = rows[0] if rows else ()
        entries = list(records_in(header, rows[1:], model))
    else:
        entries = sources_of(text, name)
    if not entries:
        raise file_error(name, "empty", "there is nothing to import in this file", "export it anew")
    if problems := [problem for entry in entries for problem in _characters_amiss(entry)]:
        raise SummaryError(problems)
    return entries, header


def _characters_amiss(node: Node) -> Iterator[Problem]:
    """The characters in a record that no summary may hold, at the text they stand in: JSON can spell any of them."""
    if isinstance(node, Scalar):
        for _, message, hint in unwanted_in(node.text):
            yield Problem(location=node.location, rule="character", message=message, hint=hint)
    else:
        for inner in node.items if isinstance(node, Sequence) else (item.node for item in node.entries.values()):
            yield from _characters_amiss(inner)


def _completed(entry: Fields, given: Mapping[str, str], model: type[Record]) -> Fields:
    """A record with what was given for all, where it says nothing of its own."""
    at = entry.location
    left_out = {name: Item(at, value_of(text, at, model, name)) for name, text in given.items()}
    return Fields({**left_out, **entry.entries}, at)


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


def _without_brackets(problem: Problem) -> Problem:
    """What to say of a cell whose ids are not parted: in a table, commas alone make a list."""
    ids = re.fullmatch(r"write \[(.*, .*)\]", problem.hint)
    return replace(problem, hint=f"part the ids with commas: {ids[1]}") if ids else problem


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
