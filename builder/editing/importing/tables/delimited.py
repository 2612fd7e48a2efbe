"""Reads tables as spreadsheets export them as text: CSV by RFC 4180, or with semicolons or tabs.

Unlike the csv module, it knows the line and column of each cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.editing.importing.tables.cells import Cell, Row, Table, refused
from builder.problems import Location


def table_in_text(text: str, name: str) -> Table:
    """The table in a text.

    Raises SummaryError if a quote is not closed, or has text before or after it in its cell.
    """
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _delimiter(text)
    rows = enumerate(_rows(text, name, delimiter, separator.end() if separator else 0), start=1)
    return Table(rows=tuple(Row(number, tuple(row)) for number, row in rows if any(cell.text for cell in row)))


_SEPARATOR_LINE = re.compile(r"\"?sep=([,;\t])\"?[,;\t]*\n", re.IGNORECASE)
"""The line that tells Excel which character separates the cells."""


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def _rows(text: str, name: str, delimiter: str, start: int) -> Iterator[list[Cell]]:
    bare = re.compile(f"[^{delimiter}\n]*")
    at, line, line_starts = start, text.count("\n", 0, start) + 1, start
    row: list[Cell] = []
    while at < len(text):
        location = Location(name, line, at - line_starts + 1)
        match = _QUOTED.match(text, at) if text[at] == '"' else bare.match(text, at)
        if match is None:
            raise refused(location, "this quote is never closed", "close it, or double any quote inside a text")
        if (before := _SPACED.match(match[0])) is not None:
            here = Location(name, line, location.column + before.end() - 1)
            raise refused(here, "there is a space before this quote", "delete the space")
        typed = _unquoted(match[0])
        row.append(Cell(_FORMULA_GUARD.sub("", typed, count=1), location, typed.startswith("=")))
        at = match.end()
        if broken := match[0].count("\n"):
            line, line_starts = line + broken, text.rindex("\n", 0, at) + 1
        if text[at : at + 1] not in ("", "\n", delimiter):
            here = Location(name, line, at - line_starts + 1)
            raise refused(here, "there is text after the closing quote", "double any quote inside a text")
        if text[at : at + 1] == delimiter:
            at += 1
            if text[at : at + 1] in ("", "\n"):
                row.append(Cell("", Location(name, line, at - line_starts + 1)))
        if text[at : at + 1] in ("", "\n"):
            yield row
            row, at, line = [], at + 1, line + 1
            line_starts = at


def _unquoted(typed: str) -> str:
    text = typed[1:-1].replace('""', '"') if typed.startswith('"') else typed
    return text.strip()


_SPACED = re.compile(r"\s+\"")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_FORMULA_GUARD = re.compile(r"\A'(?=[=+\-@＝＋－＠])")
"""The apostrophe that stops a spreadsheet from reading a text as a formula."""
