"""Imports the rows of a table or the references of a bibliography as summaries, after checking them all."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from builder.editing.candidates import (
    LISTS,
    Existing,
    append_entries,
    check,
    document_of,
    entries_of,
    find_existing,
    modeline,
    path_of,
    wrong_references,
)
from builder.editing.field_order import order_of
from builder.editing.importing.file_text import decoded
from builder.editing.importing.made_ids import made_id, name_of
from builder.editing.importing.references.reference_fields import READERS, sources_of
from builder.editing.importing.tables.cells import Table
from builder.editing.importing.tables.columns import (
    missing_columns,
    missing_columns_problem,
    records_in,
    repeats_missing_column,
    value_of,
)
from builder.editing.importing.tables.delimited import table_in_text
from builder.editing.importing.tables.excel import table_in_excel
from builder.editing.importing.tables.opendocument import table_in_opendocument
from builder.editing.importing.updating import Change, Update, update_of, updated_data
from builder.editing.saving import create
from builder.editing.saving import replace as replace_files
from builder.editing.scaffolding import RefusedError, lines_of, value_errors
from builder.editing.starters import takes_texts, worth_adding
from builder.editing.yaml_style import Value, tidy, to_yaml, to_yaml_item
from builder.parsing.decoding import check_text, unwanted_in
from builder.parsing.discovery import file_error, read_bytes
from builder.parsing.documents import Document, Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.limits import MAX_BYTES, MAX_IMPORT_BYTES
from builder.parsing.yaml_reader import read
from builder.problems import Location, Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.validation_messages import shape_at

TEXT_TABLES = ("csv", "tsv", "tab", "txt")
PACKED_TABLES = {"xlsx": table_in_excel, "xlsm": table_in_excel, "ods": table_in_opendocument}


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What an import does beside writing new records."""

    update: bool = False
    """Whether records that are there already are brought up to date."""

    dry_run: bool = False
    """Whether nothing is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import wrote or, if it was only tried, would write."""

    files: tuple[Path, ...]
    """The files that were created or changed."""

    new: tuple[str, ...]
    """The ids of new records."""

    known: tuple[str, ...]
    """The ids of records that were there already."""

    changes: tuple[Change, ...]
    """What changed in records that were there already."""

    warnings: tuple[Problem, ...]
    worth_adding: tuple[str, ...]
    """The fields to go on with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The records of a file, the columns it has if it is a table, and what was found in reading it."""

    records: tuple[Fields, ...]
    columns: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Sorted:
    """The records of a file by what happens to them."""

    new: list[Fields] = field(default_factory=list)
    known: list[Fields] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def import_file(
    project: Project,
    kind: str,
    file: Path,
    name: str,
    given: Mapping[str, str],
    options: Options,
) -> Imported:
    """Write the new records of a file as summaries, all or none, and what changed in the others if that is wanted.

    `name` is the file's path as shown in messages, and `given` holds the values of fields that new records leave out.

    Raises RefusedError if a given value is not valid, SummaryError with every problem at its line in the file, and
    MachineError if a summary can't be written.
    """
    model = next(model for model in RECORDS if model.kind_name == kind)
    if reasons := [reason for setting in given.items() for reason in _setting_errors(*setting, model)]:
        raise RefusedError(reasons)
    found = read_file(file, name, model)
    existing = find_existing(project)
    records = _Records(project, model, existing)
    parts = _sorted_by_id(found, records, given)
    updates = {_id_of(entry).text: records.update(entry) for entry in parts.known} if options.update else {}
    updates = {id: each for id, each in updates.items() if each.changed or each.warnings}
    problems = [*found.problems, *parts.problems]
    # If all records are there already, nothing of the file is written, so it does not matter what it can't give.
    of_file = found.warnings if parts.new or options.update else ()
    warnings = [*of_file, *parts.warnings, *(each for found in updates.values() for each in found.warnings)]
    try:
        own = check(project, records.documents(parts.new, updates, name))
        warnings += [each for each in own if each.location.path == name and each.rule != "unused"]  # all are, yet
    except SummaryError as error:
        problems += _problems_of_check(error, problems, parts, model, existing)
    problems = (
        _in_words_of_tables(problems, found, parts, model, given, name) if found.columns is not None else problems
    )
    problems = _standing_at_once(problems)
    if problems:
        raise SummaryError([*problems, *warnings])
    written = records.files(parts.new, updates, name)
    if not options.dry_run:
        _write(written)
    return Imported(
        files=tuple(written),
        new=tuple(_id_of(entry).text for entry in parts.new),
        known=tuple(_id_of(entry).text for entry in parts.known),
        changes=tuple(change for each in updates.values() for change in each.changes),
        worth_adding=worth_adding(
            lines_of(project, kind, ""), model, {each for entry in parts.new for each in entry.entries}
        ),
        warnings=tuple(warnings),
    )


def _write(files: Mapping[Path, bytes]) -> None:
    """Create new files and replace existing ones, all or none."""
    new = {path: data for path, data in files.items() if not path.exists()}
    create(new)
    try:
        replace_files({path: data for path, data in files.items() if path not in new})
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise


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


def read_file(file: Path, name: str, model: type[Record]) -> Found:
    """The records of a file. Raises SummaryError if it can't be read, or has forbidden characters."""
    ending = name.casefold().rpartition(".")[2]
    is_library = model is Source and ending in READERS
    if not is_library and ending not in (*TEXT_TABLES, *PACKED_TABLES):
        raise file_error(name, "unknown-file", *_not_importable(ending, model))
    data = read_bytes(file, name, MAX_IMPORT_BYTES)
    if len(data) > MAX_IMPORT_BYTES:
        raise file_error(name, "too-big", f"the file has more than {MAX_IMPORT_BYTES:,} bytes", "split it into several")
    if ending in PACKED_TABLES:
        found = _of_table(PACKED_TABLES[ending](data, name, model.kind_name), model)
    else:
        text, warnings = decoded(data, name)
        # In a bibliography forbidden characters are allowed here, as most fields are not imported.
        if problems := [each for each in check_text(text, name) if each.rule != "character" or not is_library]:
            raise SummaryError(problems)
        if is_library:
            read = sources_of(text, name)
            found = Found(records=read.sources, problems=read.problems, warnings=(*warnings, *read.warnings))
        else:
            found = _of_table(table_in_text(text, name), model)
            found = replace(found, warnings=(*warnings, *found.warnings))
    if not found.records and not found.problems:
        raise file_error(name, "empty", "there is nothing to import in this file", "export it again")
    unwanted = tuple(problem for record in found.records for problem in _problems_with_characters(record))
    return replace(found, problems=(*found.problems, *unwanted))


def _of_table(table: Table, model: type[Record]) -> Found:
    read = records_in(table, model)
    return Found(records=read.records, columns=read.columns, problems=read.problems, warnings=read.warnings)


def _not_importable(ending: str, model: type[Record]) -> tuple[str, str]:
    found = f"this file can't be imported as {model.kind_name}"
    if ending in _SAVE_AS:
        return found, _SAVE_AS[ending]
    if model is not Source and ending in READERS:
        return found, f"a bibliography gives sources: import sources {'FILE'}"
    bibliography = ", that of a bibliography in .json, .bib or .ris" if model is Source else ""
    return found, f"the name of a table ends in .csv, .tsv, .xlsx or .ods{bibliography}"


_SAVE_AS = {
    "xls": "it is of an old format: save it as .xlsx",
    "numbers": "export it from Numbers as CSV or Excel",
    "gsheet": "download it from Google Sheets as .xlsx",
    "docx": "save the table as .csv",
    "pdf": "save the table as .csv",
    "enl": "export it from EndNote as RIS",
    "rdf": "export it from Zotero as CSL JSON",
    "xml": "export it as RIS, BibTeX or CSL JSON",
}
"""What to do with files of other programs."""


def _problems_with_characters(node: Node) -> Iterator[Problem]:
    """A problem for each forbidden character in a record. In JSON, they can be hidden in escapes such as `\\u200b`."""
    if isinstance(node, Scalar):
        for _, message, hint in unwanted_in(node.text):
            yield Problem(location=node.location, rule="character", message=message, hint=hint)
    else:
        for inner in node.items if isinstance(node, Sequence) else (item.node for item in node.entries.values()):
            yield from _problems_with_characters(inner)


def _sorted_by_id(found: Found, records: _Records, given: Mapping[str, str]) -> _Sorted:
    """The records of a file, each with an id, sorted into new ones and those that are there already."""
    parts = _Sorted()
    existing, model = records.existing, records.model
    seen: dict[str, Location] = {}
    taken = {_id_of(entry).text for entry in found.records}
    made: list[tuple[Location, str]] = []
    for index, entry in enumerate(found.records):
        full = _with_defaults(entry, given, model)
        id = _id_of(entry)
        if not id.text:
            text = made_id(full, model, partial(records.may_be_id_of, full, taken))
            taken.add(text)
            if text not in existing.kind_of:
                made.append((entry.location, text))
            id = Scalar(text, entry.location, False)
            full = _with_id(full, id)
        kind = existing.kind_of.get(id.text)
        rule, message, hint = "", "", ""
        if problem := problem_with_id(id.text):
            rule, (message, hint) = "bad-id", problem
        elif first := seen.get(id.text):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {first}"
        elif kind not in (None, model.kind_name):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {existing.where[id.text]}"
        seen.setdefault(id.text, id.location)
        if rule:
            parts.problems.append(Problem(location=id.location, rule=rule, message=message, hint=hint))
            parts.new.append(_with_placeholder_id(full, index))
        elif kind:
            parts.known.append(_with_id(entry, id))
        else:
            parts.new.append(full)
    parts.warnings += _made_ids(made, model, is_table=found.columns is not None)
    return parts


def _made_ids(made: list[tuple[Location, str]], model: type[Record], *, is_table: bool) -> Iterator[Problem]:
    """Warnings about ids that were made: one for each reference, one for a whole table."""
    if is_table and len(made) > 1:
        found = f"{len(made)} rows have no id, so ids were made for them, such as '{made[0][1]}'"
        hint = "they get the same ids when you import the file again"
        yield Problem(location=made[0][0], rule="made-id", message=found, hint=hint, warning=True)
        return
    what = "row has no id" if is_table else "entry has no key that can be an id"
    for at, id in made:
        found, hint = f"this {what}, so '{id}' was made", "it gets the same id when you import it again"
        yield Problem(location=at, rule="made-id", message=found, hint=hint, warning=True)


def _with_defaults(entry: Fields, given: Mapping[str, str], model: type[Record]) -> Fields:
    """A record with the given values for the fields that it leaves out."""
    at = entry.location
    left_out = {name: Item(at, value_of(text, at, model, name)) for name, text in given.items()}
    return Fields({**left_out, **entry.entries}, at)


def _id_of(entry: Fields) -> Scalar:
    found = entry.entries.get("id")
    return found.node if found and isinstance(found.node, Scalar) else Scalar("", entry.location, False)


def _with_id(entry: Fields, id: Scalar) -> Fields:
    return Fields({"id": Item(id.location, id), **entry.entries}, entry.location)


def _with_placeholder_id(entry: Fields, index: int) -> Fields:
    """A record with a free id instead of its wrong one, so that its other problems are found too."""
    at = _id_of(entry).location
    return Fields({**entry.entries, "id": Item(at, Scalar(f"record-{index}-of-the-import", at, False))}, entry.location)


def _problems_of_check(
    error: SummaryError, before: list[Problem], parts: _Sorted, model: type[Record], existing: Existing
) -> list[Problem]:
    """What a check of all summaries found, and ids that don't exist, even if records have other problems."""
    problems = list(error.problems)
    reported = {(problem.location, problem.rule) for problem in (*before, *problems)}
    return problems + [
        found
        for found in wrong_references(parts.new, model, existing)
        if not reported & {(found.location, found.rule), (found.location, "bad-id")}
    ]


def _in_words_of_tables(
    problems: list[Problem],
    found: Found,
    parts: _Sorted,
    model: type[Record],
    given: Mapping[str, str],
    name: str,
) -> list[Problem]:
    """Problems worded for a table: lists without brackets, and a missing column once, not in every row."""
    assert found.columns is not None
    refused = {problem.location.place for problem in problems if problem.rule == "table"}
    worded = [_without_brackets(problem) for problem in problems if not _is_of_refused(problem, refused)]
    missing = missing_columns(model, found.columns | given.keys()) if parts.new else ()
    if not missing:
        return worded
    kept = (each for each in worded if not repeats_missing_column(each, missing))
    return [missing_columns_problem(name, model, missing), *kept]


def _is_of_refused(problem: Problem, refused: set[str]) -> bool:
    """Whether a problem says that a field is missing whose cell holds a formula or an error."""
    field = re.fullmatch(r"the field ('.+') is missing", problem.message)
    return bool(field) and f"{problem.location.place}, column {field[1] if field else ''}" in refused


def _without_brackets(problem: Problem) -> Problem:
    """A problem whose hint shows a list the way a table writes it: with commas, but without brackets."""
    ids = re.fullmatch(r"write \[(.*, .*)\]", problem.hint)
    return replace(problem, hint=f"separate the ids with commas: {ids[1]}") if ids else problem


def _standing_at_once(problems: list[Problem]) -> list[Problem]:
    """Problems with one instead of many that say that a source has no standing: the remedy is the same for all."""
    without = [each for each in problems if each.message == "the field 'standing' is missing"]
    if len(without) < 2:
        return problems
    found = f"{len(without)} sources have no standing"
    hint = "to give it to all that have none: --set standing=newspaper"
    first = replace(min(without), message=found, hint=hint)
    return [*(each for each in problems if each not in without), first]


class _Records:
    """The summaries of one kind that are there, and what they will be."""

    def __init__(self, project: Project, model: type[Record], existing: Existing) -> None:
        self.project = project
        self.model = model
        self.kind = model.kind_name
        self.existing = existing
        listed = existing.lists.get(self.kind)
        entries = entries_of(listed, self.kind) if listed else ()
        self.listed = {_id_of(entry).text: (index, entry) for index, entry in enumerate(entries)}

    def record(self, id: str) -> Fields:
        """The fields of a record that is there."""
        if self.kind in LISTS:
            return self.listed[id][1]
        return self.document(id).root

    def document(self, id: str) -> Document:
        """The file that holds a record."""
        if self.kind in LISTS:
            return self.existing.lists[self.kind]
        shown = self.existing.where[id]
        return read(self._file(id), shown)

    def _file(self, id: str) -> Path:
        return self.project.summaries / path_of(self.kind, id, self.existing)

    def may_be_id_of(self, entry: Fields, taken: Container[str], id: str) -> bool:
        """Whether a made id can be the id of a record: it is free, or it is that of the same record."""
        if id in taken:
            return False
        kind = self.existing.kind_of.get(id)
        if kind is None:
            return True
        if kind != self.kind:
            return False
        there = self.record(id)
        return tidy(name_of(there)).casefold() == tidy(name_of(entry)).casefold()

    def update(self, entry: Fields) -> Update:
        """What a record of the import changes in the one that is there."""
        id = _id_of(entry).text
        return update_of(id, self.record(id), entry, self.model)

    def documents(self, new: list[Fields], updates: Mapping[str, Update], name: str) -> dict[str, Document]:
        """The records as documents, by their future paths. New values are located in the imported file."""
        if self.kind not in LISTS:
            documents = {
                path_of(self.kind, _id_of(entry).text, self.existing): Document(
                    path=name, root=_without_id(entry), data=b""
                )
                for entry in new
            }
            for id, update in updates.items():
                document = self.document(id)
                documents[path_of(self.kind, id, self.existing)] = Document(
                    path=document.path, root=update.record, data=b""
                )
            return documents
        old = self.existing.lists.get(self.kind)
        before = (updates[id].record if id in updates else entry for id, (_, entry) in self.listed.items())
        top = Location(old.path if old else name)
        root = Fields({self.kind: Item(top, Sequence((*before, *new), top))}, top)
        return {path_of(self.kind, "", self.existing): Document(path=top.path, root=root, data=b"")}

    def files(self, new: list[Fields], updates: Mapping[str, Update], name: str) -> dict[Path, bytes]:
        """The files to write. Each is parsed again to make sure that it holds the same values."""
        changed = {id: update for id, update in updates.items() if update.changed}
        if self.kind in LISTS:
            files = self._list_file(new, changed, name)
        else:
            files = {}
            for id, update in changed.items():
                path = path_of(self.kind, id, self.existing)
                files[path] = updated_data(self.project, path, self.document(id), {(): update}, self.model)
            for entry in new:
                fields = _plain(_without_id(entry))
                path = path_of(self.kind, _id_of(entry).text, self.existing)
                files[path] = f"{modeline(self.kind)}{to_yaml(_in_order(fields, self.model))}".encode()
                assert document_of(self.project, path, files[path]).plain() == fields, path
        return {self.project.summaries / path: data for path, data in files.items()}

    def _list_file(self, new: list[Fields], changed: Mapping[str, Update], name: str) -> dict[str, bytes]:
        if not new and not changed:
            return {}
        path, existing = path_of(self.kind, "", self.existing), self.existing
        if changed:
            places: dict[tuple[str | int, ...], Update] = {
                (self.kind, self.listed[id][0]): update for id, update in changed.items()
            }
            data = updated_data(self.project, path, existing.lists[self.kind], places, self.model)
            document = document_of(self.project, path, data)
            existing = replace(existing, lists={**existing.lists, self.kind: document})
        if new:
            items = [to_yaml_item(_in_order(_plain(entry), self.model), 0) for entry in new]
            data = append_entries(self.kind, "\n".join(items), existing)
        if len(data) > MAX_BYTES:
            found = f"with these {len(new)} {self.kind}, {path} would have more than {MAX_BYTES:,} bytes"
            raise file_error(name, "too-big", found, "import fewer")
        try:
            document_of(self.project, path, data)
        except SummaryError as error:
            if any(problem.rule == "too-many" for problem in error.problems):
                found = f"with these {len(new)} {self.kind}, {path} would have too many values"
                raise file_error(name, "too-many", found, "import fewer") from error
            raise
        return {path: data}


def _without_id(entry: Fields) -> Fields:
    return Fields({name: item for name, item in entry.entries.items() if name != "id"}, entry.location)


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
