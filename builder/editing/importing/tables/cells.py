"""What every reader of tables returns: rows of cells with their places."""

from __future__ import annotations

from dataclasses import dataclass

from builder.problems import Location, Problem, SummaryError


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, without space around it, and where the cell starts."""

    text: str
    location: Location
    is_formula: bool = False
    """Whether the text is a formula as typed, not its value."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, and its number in the spreadsheet."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def location(self) -> Location:
        return self.cells[0].location


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The rows of a table that are not empty, of which the first is the header, and problems with single cells."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def table_problem(location: Location, message: str, hint: str, *, warning: bool = False) -> Problem:
    """A problem of a table or of a cell."""
    return Problem(location=location, rule="table", message=message, hint=hint, warning=warning)


def refused(location: Location, message: str, hint: str) -> SummaryError:
    """The error for a table that can't be read."""
    return SummaryError([table_problem(location, message, hint)])


def column_letters(number: int) -> str:
    """How a spreadsheet names a column: A, B, ..., Z, AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
