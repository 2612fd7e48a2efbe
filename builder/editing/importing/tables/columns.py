"""Turns the columns of a table into fields of records: `date`, or `reasons.text` for a field inside a list."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from builder.editing.field_order import order_of
from builder.editing.importing.tables.cells import Cell, Row, Table, column_letters, table_problem
from builder.editing.importing.whole_records import WholeRecord, whole_record
from builder.editing.starters import split_list, takes_list, takes_texts
from builder.editing.yaml_style import tidy
from builder.exports.tables import AS_WRITTEN
from builder.parsing.documents import Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, folded, one_of, visible
from builder.records.languages.language_codes import language_code
from builder.records.models.fields import problem_with_id
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.traversal import kinds_named
from builder.records.validation_messages import shape_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """The records in the rows of a table, the columns that were read, and what was found in reading them."""

    records: tuple[Fields, ...]
    columns: frozenset[str]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def records_in(table: Table, model: type[Record]) -> Records:
    """The records in the rows below the header of a table. A column that is not a field gets a warning."""
    if not table.rows:
        return Records(records=(), columns=frozenset(), problems=table.problems, warnings=table.warnings)
    header, *rows = table.rows
    reader = _Reader(header, model)
    records = tuple(record for row in rows if (record := reader.record(row)))
    return Records(
        records=records,
        columns=frozenset(reader.columns.values()),
        problems=(*reader.problems, *table.problems),
        warnings=(*reader.warnings, *table.warnings),
    )


DERIVED = re.compile(r"(?:date|issued|adopted)_(?:first|last)|address")
"""Columns of the site's own tables that are worked out from others."""


class _Reader:
    """Reads rows below a header, and collects problems."""

    def __init__(self, header: Row, model: type[Record]) -> None:
        self.model = model
        self.header = header
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.columns: dict[int, str] = {}
        self.as_written = next((at for at, cell in enumerate(header.cells) if cell.text == AS_WRITTEN), None)
        self.named = {index for index, cell in enumerate(header.cells) if cell.text}
        known = {_key(name): name for name in order_of(model)}
        for index, cell in enumerate(header.cells):
            if not cell.text:
                continue
            path = self._path(cell.text, known)
            if index == self.as_written:
                continue
            if path is None:
                self._pass_over(cell)
            elif path in self.columns.values():
                found = f"the column '{visible(cell.text)}' appears twice"
                self.problems.append(table_problem(cell.location, found, "delete one, or rename it"))
            else:
                self.columns[index] = path

    def _path(self, text: str, known: dict[str, str]) -> str | None:
        """The field that a column names, written in any case; None if a table can't hold it."""
        outer, dot, inner = text.partition(".")
        name = known.get(_key(outer))
        if name is None:
            return None
        shape = shape_at(self.model, (name,))
        if not dot:
            return name if takes_texts(self.model, name) else None
        field = {_key(each): each for each in order_of(shape)}.get(_key(inner)) if shape else None
        return f"{name}.{field}" if field and shape and takes_texts(shape, field) else None

    def _pass_over(self, cell: Cell) -> None:
        if DERIVED.fullmatch(_key(cell.text)) or self.as_written is not None:
            return
        outer, _, inner = cell.text.partition(".")
        known = {_key(name): name for name in order_of(self.model)}
        name = known.get(_key(outer))
        shape = shape_at(self.model, (name,)) if name else None
        if name and shape:
            hint = (
                one_of(inner, order_of(shape)) if inner else f"name a field inside it, such as '{name}.{_first(shape)}'"
            )
        elif name:
            hint = "it holds more than text: write it in the file"
        else:
            hint = near if "'" in (near := one_of(cell.text, order_of(self.model))) else "no field has this name"
        found = f"the column '{visible(cell.text)}' is passed over"
        self.warnings.append(
            Problem(location=cell.location, rule="passed-over", message=found, hint=hint, warning=True)
        )

    def record(self, row: Row) -> Fields | None:
        """The record in a row; None if the row has cells without a column, which have shifted all others."""
        if shifted := [index for index, cell in enumerate(row.cells) if cell.text and index not in self.named]:
            self._has_no_column(shifted[0], row)
            return None
        at = replace(row.location, place=f"row {row.number}")
        root: dict[str, Item] = {}
        written = self._as_written(row, at)
        for index, cell in enumerate(row.cells):
            if not cell.text:
                continue
            column = self.columns.get(index)
            if column is None:
                continue
            placed = replace(cell.location, place=f"row {row.number}, column '{column}'")
            if written and written.shows(self.header.cells[index].text, cell.text):
                continue
            if problem := _not_a_value(cell, placed):
                self.problems.append(problem)
            else:
                _put(root, column.split("."), Cell(cell.text, placed), self.model)
        return Fields(root, at) if written is None else written.with_changes(root)

    def _as_written(self, row: Row, at: Location) -> WholeRecord | None:
        """The record that the row of a table of the site has in its last column."""
        cell = row.cells[self.as_written] if self.as_written is not None and self.as_written < len(row.cells) else None
        if cell is None or not cell.text:
            return None
        placed = replace(cell.location, place=f"row {row.number}, column '{AS_WRITTEN}'")
        written = whole_record(cell.text, self.model, at)
        if written is None:
            hint = "delete the cell: the row is then read from its other cells"
            self.problems.append(table_problem(placed, "this is not a record in JSON", hint))
            return None
        for index, other in enumerate(row.cells):
            named = self.header.cells[index].text if index < len(self.header.cells) else ""
            if index in self.columns or index == self.as_written or DERIVED.fullmatch(_key(named)):
                continue
            if other.text and not written.shows(named, other.text):
                found = f"the change in '{visible(named)}' was not read"
                hint = "a table can't hold it: change it in the file"
                where = replace(other.location, place=f"row {row.number}, column '{visible(named)}'")
                self.warnings.append(
                    Problem(location=where, rule="passed-over", message=found, hint=hint, warning=True)
                )
        return written

    def _has_no_column(self, index: int, row: Row) -> None:
        place = f"row {row.number}, column {column_letters(index + 1)}"
        hint = "name the column, or put quotes around a text that contains a comma"
        at = replace(row.cells[index].location, place=place)
        self.problems.append(table_problem(at, "this cell has no column name above it", hint))


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", folded(name).strip())


def _first(shape: type[Shape]) -> str:
    return "text" if "text" in order_of(shape) else order_of(shape)[0]


def _not_a_value(cell: Cell, at: Location) -> Problem | None:
    """The problem of a cell that holds a formula, or the error of one."""
    if _ERROR.fullmatch(cell.text):
        return table_problem(
            at, f"'{cell.text}' is an error of the spreadsheet", "correct the formula, or type the value"
        )
    if cell.is_formula:
        hint = "type its value; if it is a text, put an apostrophe before it"
        return table_problem(at, f"'{visible(cell.text[:40])}' is a formula", hint)
    return None


_ERROR = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT)[!?]?|Err:\d+")


def _put(root: dict[str, Item], path: list[str], cell: Cell, model: type[Shape]) -> None:
    """Put a cell into the field that its column names. A field inside a list goes into the list's only entry."""
    at, name = cell.location, path[-1]
    shape = shape_at(model, tuple(path[:-1]))
    assert shape
    value = Item(at, value_of(cell.text, at, shape, name))
    if len(path) == 1:
        root[name] = value
        return
    inner = Fields({}, at)
    outer = root.setdefault(path[0], Item(at, Sequence((inner,), at) if takes_list(model, path[0]) else inner)).node
    entry = outer.items[0] if isinstance(outer, Sequence) else outer
    assert isinstance(entry, Fields)
    entry.entries[name] = value


def needed_columns(model: type[Record]) -> tuple[str, ...]:
    """The columns that every table of a kind needs, in the usual order of fields. An id is made if there is none."""
    needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()} - {"id"}
    needed |= {"status"} & model.model_fields.keys()
    needed |= {"sources"} if model.needs_sources in ("always", "unless-in-history") else set()
    named = (name for name in order_of(model) if name in needed)
    return tuple(column for name in named for column in _columns_of(model, name))


def _columns_of(model: type[Record], name: str) -> tuple[str, ...]:
    """The columns that a required field needs: itself, or the required fields inside it, such as `answer.text`."""
    inner = shape_at(model, (name,))
    if inner is None:
        return (name,)
    return tuple(f"{name}.{field}" for field in order_of(inner) if inner.model_fields[field].is_required())


def missing_columns(model: type[Record], given: Collection[str]) -> tuple[str, ...]:
    """The required columns that are not given. A column `history.status` replaces `status` and `sources`."""
    covered = {"status", "sources"} if "history.status" in given else set()
    return tuple(name for name in needed_columns(model) if name not in {*given, *covered})


def missing_columns_problem(name: str, model: type[Record], missing: tuple[str, ...]) -> Problem:
    """The problem of a table, shown as `name`, without some required columns."""
    *most, last = needed_columns(model)
    hint = f"{model.kind_name} need {', '.join(most)} and {last}; --set FIELD=VALUE sets a field of all of them"
    found = f"there is no column {' or '.join(map(repr, missing))}"
    return Problem(location=Location(name), rule="missing-field", message=found, hint=hint)


def repeats_missing_column(problem: Problem, missing: tuple[str, ...]) -> bool:
    """Whether a row's problem is only that a required column is missing, which is reported once for the table."""
    if problem.rule == "missing-status":
        return "status" in missing
    if problem.rule == "no-source":
        return "sources" in missing
    return problem.rule == "missing-field" and any(f"'{name}'" in problem.message for name in missing)


def value_of(text: str, at: Location, shape: type[Shape], name: str) -> Node:
    """The value of a cell: a text, or for a list the texts between semicolons. Ids can be separated by commas too.

    A language becomes its code.
    """
    if name == "language":
        text = language_code(text) or text
    if name not in order_of(shape) or not takes_list(shape, name):
        return Scalar(tidy(text), at, False)
    return Sequence(
        tuple(Scalar(part, at, False) for part in split_list(text, commas=_holds_ids(text, shape, name))), at
    )


def _holds_ids(text: str, shape: type[Shape], name: str) -> bool:
    """Whether a text can be split at commas: not if they can be part of a name, or of a citation like `paras. 4, 7`."""
    kinds = kinds_named(shape, name)
    return bool(kinds) and (kinds != ("sources",) or not any(map(problem_with_id, re.split(r"\s*,\s*", text.strip()))))
