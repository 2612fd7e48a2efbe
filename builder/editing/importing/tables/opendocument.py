"""Reads spreadsheets of LibreOffice (.ods): the file content.xml, by OpenDocument 1.3, part 3, section 9.

https://docs.oasis-open.org/office/OpenDocument/v1.3/OpenDocument-v1.3-part3-schema.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from builder.editing.importing.tables.cells import Cell, Row, Table, column_letters, table_problem
from builder.editing.importing.tables.excel import check_size, other_sheets
from builder.editing.importing.tables.packed import BROKEN, not_a, opened
from builder.problems import Location, Problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PROGRAM = "spreadsheet of LibreOffice (.ods)"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def table_in_opendocument(data: bytes, name: str, kind: str) -> Table:
    """The table in the sheet that is named after the kind of records, or in the first one that has one.

    Raises SummaryError if the file can't be read, is not safe or has too many cells.
    """
    from defusedxml.ElementTree import fromstring

    archive = opened(data, name, _PROGRAM)
    try:
        root = fromstring(archive.read("content.xml"), forbid_dtd=True)
    except (ParseError, *BROKEN) as error:
        raise not_a(_PROGRAM, name) from error
    try:
        sheets = dict(_sheets(root, name))
    except RecursionError as error:
        raise not_a(_PROGRAM, name) from error
    if not sheets:
        return Table(rows=())
    chosen = next((title for title in sheets if title.strip().casefold() == kind), next(iter(sheets)))
    others = [title for title in sheets if title != chosen]
    table = sheets[chosen]
    return Table(rows=table.rows, problems=table.problems, warnings=tuple(other_sheets(name, chosen, others)))


def _sheets(root: Element, name: str) -> Iterator[tuple[str, Table]]:
    """The sheets that are not empty, by their titles."""
    for sheet in root.iter(f"{_TABLE}table"):
        reader = _Sheet(name)
        if rows := tuple(reader.rows(sheet)):
            yield sheet.get(f"{_TABLE}name", ""), Table(rows=rows, problems=tuple(reader.problems))


class _Sheet:
    """Reads one sheet, and collects the problems of its cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def rows(self, sheet: Element) -> Iterator[Row]:
        """The rows that are not empty. A repeated row is given as often as it is repeated."""
        number, filled = 0, 0
        for element in _rows_of(sheet):
            repeated = _count(element, "number-rows-repeated")
            texts = self._texts(element, number + 1)
            for _ in range(repeated if texts else 0):
                filled += 1
                number += 1
                check_size(filled, len(texts), self.name)
                at = (Location(self.name, number, column) for column in range(1, len(texts) + 1))
                yield Row(number, tuple(Cell(text, place) for text, place in zip(texts, at, strict=True)))
            number += 0 if texts else repeated

    def _texts(self, row: Element, number: int) -> list[str]:
        """The texts of a row up to its last cell that is not empty."""
        texts: list[str] = []
        empty = 0
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = _count(cell, "number-columns-repeated")
            text = _text_of(cell)
            if not text:
                empty += repeated
                if cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
                    self._formula_without_value(number, len(texts) + empty)
                continue
            check_size(0, len(texts) + empty + repeated, self.name)
            texts += [""] * empty + [text] * repeated
            empty = 0
        return texts

    def _formula_without_value(self, row: int, column: int) -> None:
        at = Location(self.name, row, column, f"row {row}, column {column_letters(column)}")
        hint = "open the file in a spreadsheet program and save it, or type the value"
        self.problems.append(table_problem(at, "this formula has no value", hint))


def _rows_of(sheet: Element) -> Iterator[Element]:
    """The rows of a sheet. Some are in groups or are marked as headers."""
    for element in sheet:
        if element.tag == f"{_TABLE}table-row":
            yield element
        elif element.tag in {f"{_TABLE}table-{part}" for part in ("header-rows", "row-group", "rows")}:
            yield from _rows_of(element)


def _count(element: Element, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 1


def _text_of(cell: Element) -> str:
    """The value of a cell. What is shown of a day or a number depends on its format, so it is read from the value."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00").replace("T", " ")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "")
    shown = "\n".join("".join(_inside(paragraph)) for paragraph in cell if paragraph.tag == f"{_TEXT}p").strip()
    if kind in ("float", "currency", "percentage") and not shown.startswith("#"):
        value = cell.get(f"{_OFFICE}value", "")
        return value.removesuffix(".0")
    return shown


def _inside(element: Element) -> Iterator[str]:
    """The text in a paragraph, without notes. Repeated spaces, tabs and line breaks are elements."""
    yield element.text or ""
    for inner in element:
        if inner.tag == f"{_TEXT}s":
            yield " " * min(_spaces(inner), 1_000)
        elif inner.tag == f"{_TEXT}tab":
            yield "\t"
        elif inner.tag == f"{_TEXT}line-break":
            yield "\n"
        elif not inner.tag.startswith(_OFFICE) and inner.tag != f"{_TEXT}note":
            yield from _inside(inner)
        yield inner.tail or ""


def _spaces(element: Element) -> int:
    written = element.get(f"{_TEXT}c", "1")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 5 else 1
