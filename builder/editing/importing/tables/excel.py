"""Reads workbooks of Excel (.xlsx). Only this module imports openpyxl."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from builder.editing.importing.tables.cells import Cell, Row, Table, column_letters, refused, table_problem
from builder.editing.importing.tables.packed import BROKEN, not_a, opened
from builder.parsing.limits import MAX_COLUMNS, MAX_ROWS
from builder.problems import Location, Problem, SummaryError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_PROGRAM = "workbook of Excel (.xlsx)"


def table_in_excel(data: bytes, name: str, kind: str) -> Table:
    """The table in the sheet that is named after the kind of records, or in the first one that has one.

    Raises SummaryError if the file can't be read, is not safe or has too many cells.
    """
    archive = opened(data, name, _PROGRAM)
    try:
        formulas = any(b"<f" in archive.read(member) for member in archive.namelist() if "worksheets/" in member)
    except BROKEN as error:
        raise not_a(_PROGRAM, name) from error
    values = _sheets(data, name, values=True)
    typed = _sheets(data, name, values=False) if formulas else values
    filled = {title: rows for title, rows in values.items() if rows}
    if not filled:
        return Table(rows=())
    chosen = next((title for title in filled if title.strip().casefold() == kind), next(iter(filled)))
    rows, problems = [], []
    before = dict(typed[chosen])
    for number, row in filled[chosen]:
        as_typed = before.get(number, ())
        cells = []
        for column, value in enumerate(row, start=1):
            at = Location(name, number, column)
            formula = as_typed[column - 1] if column <= len(as_typed) else None
            if value is None and isinstance(formula, str) and formula.startswith("="):
                problems.append(_formula_without_value(at))
            cells.append(Cell(text_of(value), at))
        if any(cell.text for cell in cells):
            rows.append(Row(number, tuple(cells)))
    others = [title for title in filled if title != chosen]
    return Table(rows=tuple(rows), problems=tuple(problems), warnings=tuple(other_sheets(name, chosen, others)))


def _formula_without_value(at: Location) -> Problem:
    place = f"row {at.line}, column {column_letters(at.column)}"
    found, hint = "this formula has no value", "open the file in a spreadsheet program and save it, or type the value"
    return table_problem(Location(at.path, at.line, at.column, place), found, hint)


def other_sheets(name: str, chosen: str, others: list[str]) -> Iterator[Problem]:
    """A warning that names the sheets that were not read."""
    if others:
        found = f"only the sheet '{chosen}' is read, not {', '.join(map(repr, others))}"
        yield table_problem(Location(name), found, "import each sheet from a file of its own", warning=True)


Values = list[tuple[int, tuple[object, ...]]]
"""The rows that are not empty, with their numbers."""


def _sheets(data: bytes, name: str, *, values: bool) -> dict[str, Values]:
    """The rows of each sheet: the values of formulas, or the formulas."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions, colours and dates, which don't matter here
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
            return {title: list(_rows(rows, name)) for title, rows in _worksheets(book)}
        except SummaryError:
            raise
        except Exception as error:  # openpyxl raises errors of many types for a broken workbook
            raise not_a(_PROGRAM, name) from error


def _worksheets(book: Workbook) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # they can be wrong
            yield sheet.title, sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)


def _rows(rows: Iterable[tuple[object, ...]], name: str) -> Iterator[tuple[int, tuple[object, ...]]]:
    filled = 0
    for number, row in enumerate(rows, start=1):
        last = max((index for index, value in enumerate(row, start=1) if value is not None), default=0)
        if last:
            filled += 1
            check_size(filled, last, name)
            yield number, row[:last]
        elif number > 50 * MAX_ROWS:
            check_size(number, 0, name)


def check_size(rows: int, columns: int, name: str) -> None:
    """Raise SummaryError if a table has too many rows or columns."""
    if rows > MAX_ROWS + 1 or columns > MAX_COLUMNS:
        found = f"the table has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns"
        raise refused(Location(name), found, "split it into several files")


def text_of(value: object) -> str:
    """The text of a cell's value: a day without a time as YYYY-MM-DD, a whole number without a point."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            return str(value).strip()
