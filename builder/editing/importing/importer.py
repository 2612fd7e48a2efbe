"""Imports the rows of a table or the references of a bibliography as summaries, after checking them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from builder.editing.candidates import (
    LISTS,
    Existing,
    append_entries,
    check,
    document_of,
    find_existing,
    modeline,
    path_of,
    wrong_references,
)
from builder.editing.field_order import order_of
from builder.editing.importing.columns import (
    missing_columns,
    missing_columns_problem,
    records_in,
    repeats_missing_column,
    value_of,
)
from builder.editing.importing.reference_fields import sources_of
from builder.editing.importing.spreadsheet import Row, rows_of
from builder.editing.saving import create
from builder.editing.saving import replace as replace_files
from builder.editing.scaffolding import RefusedError, lines_of, value_errors
from builder.editing.starters import takes_texts, worth_adding
from builder.editing.yaml_style import Value, to_yaml, to_yaml_item
from builder.parsing.decoding import check_text, decode, unwanted_in
from builder.parsing.discovery import file_error, read_bytes
from builder.parsing.documents import Document, Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.limits import MAX_IMPORT_BYTES
from builder.problems import Location, Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.validation_messages import shape_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """The files that were written, how many records they hold, and warnings about these records."""

    files: tuple[Path, ...]
    records: int
    warnings: tuple[Problem, ...]
    worth_adding: tuple[str, ...]
    """The fields to go on with."""


def import_file(project: Project, kind: str, file: Path, name: str, given: Mapping[str, str]) -> Imported:
    """Write the records of a file as summaries, all or none. `name` is the file's path as shown in messages, and
    `given` holds the values of fields that its records leave out.

    Raises RefusedError if a given value is not valid, SummaryError with every problem at its line in the file, and
    MachineError if a summary can't be written.
    """
    model = next(model for model in RECORDS if model.kind_name == kind)
    if reasons := [reason for setting in given.items() for reason in _setting_errors(*setting, model)]:
        raise RefusedError(reasons)
    read, header = _entries_of(_text_of(file, name, model), name, model)
    entries = [_with_defaults(entry, given, model) for entry in read]
    missing = missing_columns(model, {cell.text for cell in header} | given.keys()) if header else ()
    existing = find_existing(project)
    problems = list(_problems_with_ids(entries, existing))
    bad_ids = {problem.location for problem in problems}
    checked = [
        _with_placeholder_id(entry, index) if _id_of(entry).location in bad_ids else entry
        for index, entry in enumerate(entries)
    ]
    try:
        warnings = check(project, _documents(kind, checked, existing, name))
    except SummaryError as error:
        problems += error.problems
        reported = {(problem.location, problem.rule) for problem in problems}
        problems += (
            found
            for found in wrong_references(entries, model, existing)
            if not reported & {(found.location, found.rule), (found.location, "bad-id")}
        )
    problems = [_without_brackets(problem) for problem in problems] if header else problems
    if missing:
        problems = [
            missing_columns_problem(name, model, missing),
            *(each for each in problems if not repeats_missing_column(each, missing)),
        ]
    if problems:
        raise SummaryError(problems)
    files = _files(project, kind, model, entries, existing)
    (replace_files if kind in existing.lists else create)(files)
    own = tuple(found for found in warnings if found.location.path == name and found.rule != "unused")  # all are, yet
    names = {name for entry in entries for name in entry.entries}
    more = worth_adding(lines_of(project, kind, ""), model, names)
    return Imported(files=tuple(files), records=len(entries), warnings=own, worth_adding=more)


def _setting_errors(name: str, text: str, model: type[Record]) -> Iterator[str]:
    """The problems of a value given for all records, which has no line in the file."""
    known = order_of(model)
    if name not in known:
        yield f"unknown field '{visible(name)}' ({one_of(name, known)})"
    elif not takes_texts(model, name):
        yield f"'{name}' holds more than text: write it in the file"
    else:
        at = Location("")
        value = _plain(Fields({name: Item(at, value_of(text, at, model, name))}, at))[name]
        yield from (f"{name}: {reason}" for reason in value_errors(model, name, value))


def _text_of(file: Path, name: str, model: type[Record]) -> str:
    """The text of a file, without forbidden characters.

    In a bibliography they are allowed here, as most fields are not imported; `_problems_with_characters` checks the
    others.
    """
    is_library = model is Source and _ending(name) in ("json", "bib")
    if not is_library and _ending(name) != "csv":
        hint = "the name of a table ends in .csv, that of a bibliography in .json or .bib"
        raise file_error(name, "unknown-file", f"this file can't be imported as {model.kind_name}", hint)
    data = read_bytes(file, name, MAX_IMPORT_BYTES)
    if len(data) > MAX_IMPORT_BYTES:
        raise file_error(name, "too-big", f"the file has more than {MAX_IMPORT_BYTES:,} bytes", "split it into several")
    text = decode(data, name)
    if problems := [found for found in check_text(text, name) if found.rule != "character" or not is_library]:
        raise SummaryError(problems)
    return text


def _ending(name: str) -> str:
    return name.casefold().rpartition(".")[2]


def _entries_of(text: str, name: str, model: type[Record]) -> tuple[list[Fields], Row]:
    """The records of a file, and its header row if it is a table."""
    header: Row = ()
    if _ending(name) == "csv":
        rows = rows_of(text, name)
        header = rows[0] if rows else ()
        entries = list(records_in(header, rows[1:], model))
    else:
        entries = sources_of(text, name)
    if not entries:
        raise file_error(name, "empty", "there is nothing to import in this file", "export it again")
    if problems := [problem for entry in entries for problem in _problems_with_characters(entry)]:
        raise SummaryError(problems)
    return entries, header


def _problems_with_characters(node: Node) -> Iterator[Problem]:
    """A problem for each forbidden character in a record. In JSON, they can be hidden in escapes such as `\\u200b`."""
    if isinstance(node, Scalar):
        for _, message, hint in unwanted_in(node.text):
            yield Problem(location=node.location, rule="character", message=message, hint=hint)
    else:
        for inner in node.items if isinstance(node, Sequence) else (item.node for item in node.entries.values()):
            yield from _problems_with_characters(inner)


def _with_defaults(entry: Fields, given: Mapping[str, str], model: type[Record]) -> Fields:
    """A record with the given values for the fields that it leaves out."""
    at = entry.location
    left_out = {name: Item(at, value_of(text, at, model, name)) for name, text in given.items()}
    return Fields({**left_out, **entry.entries}, at)


def _id_of(entry: Fields) -> Scalar:
    found = entry.entries.get("id")
    return found.node if found and isinstance(found.node, Scalar) else Scalar("", entry.location, False)


def _problems_with_ids(entries: list[Fields], existing: Existing) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for entry in entries:
        id = _id_of(entry)
        rule, message, hint = "", "", ""
        if not id.text:
            rule, message, hint = "missing-field", "the field 'id' is missing", "how other records refer to it"
        elif problem := problem_with_id(id.text):
            rule, (message, hint) = "bad-id", problem
        elif first := existing.where.get(id.text) or seen.get(id.text):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {first}"
        if rule:
            yield Problem(location=id.location, rule=rule, message=message, hint=hint)
        seen.setdefault(id.text, id.location)


def _with_placeholder_id(entry: Fields, index: int) -> Fields:
    """A record with a free id instead of its wrong one, so that its other problems are found too."""
    at = _id_of(entry).location
    return Fields({**entry.entries, "id": Item(at, Scalar(f"record-{index}-of-the-import", at, False))}, entry.location)


def _without_brackets(problem: Problem) -> Problem:
    """A problem whose hint shows a list the way a table writes it: with commas, but without brackets."""
    ids = re.fullmatch(r"write \[(.*, .*)\]", problem.hint)
    return replace(problem, hint=f"separate the ids with commas: {ids[1]}") if ids else problem


def _documents(kind: str, entries: list[Fields], existing: Existing, name: str) -> dict[str, Document]:
    """The records as documents, by their future paths. Their locations are those in the imported file."""
    if kind not in LISTS:
        return {
            path_of(kind, _id_of(entry).text, existing): Document(path=name, root=_without_id(entry), data=b"")
            for entry in entries
        }
    old = existing.lists.get(kind)
    old_list = old.root.entries[kind].node if old and kind in old.root.entries else None
    before = old_list.items if isinstance(old_list, Sequence) else ()
    top = Location(old.path if old else name)
    root = Fields({kind: Item(top, Sequence((*before, *entries), top))}, top)
    return {path_of(kind, "", existing): Document(path=top.path, root=root, data=b"")}


def _without_id(entry: Fields) -> Fields:
    return Fields({name: item for name, item in entry.entries.items() if name != "id"}, entry.location)


def _files(
    project: Project, kind: str, model: type[Record], entries: list[Fields], existing: Existing
) -> dict[Path, bytes]:
    """The files to write. Each is parsed again to make sure that it holds the same values."""
    if kind in LISTS:
        items = [to_yaml_item(_in_order(_plain(entry), model), 0) for entry in entries]
        files = {path_of(kind, "", existing): append_entries(kind, "\n".join(items), existing)}
        document_of(project, next(iter(files)), next(iter(files.values())))
    else:
        files = {}
        for entry in entries:
            fields = _plain(_without_id(entry))
            path = path_of(kind, _id_of(entry).text, existing)
            files[path] = f"{modeline(kind)}{to_yaml(_in_order(fields, model))}".encode()
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
