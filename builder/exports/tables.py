"""The records as tables: a CSV file for each kind, safe to open in a spreadsheet.

RFC 4180 in UTF-8, with the byte order mark that spreadsheets look for. If a spreadsheet would read a cell as a formula,
an apostrophe comes before it: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.addresses import address_of, address_of_claims, on_the_web
from builder.explainer.counting import meetings, status_on
from builder.explainer.linking import Explainer
from builder.exports.plain_values import plain_values
from builder.records.models.claims import Claim
from builder.records.models.constraint import Constraint, Vote
from builder.records.models.document import Act, Document
from builder.records.models.event import Event
from builder.records.models.party import Membership, Party
from builder.records.models.project import Figure, Part, Project
from builder.records.models.record import Record
from builder.records.models.shapes import Dispute, Entry, Paper, Shape, Statement
from builder.records.models.source import Author, Source
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text

Row = Mapping[str, object]

Fields = Mapping[str, type[Shape] | None]
"""Fields by name, each with the shape that it holds, or None if it holds a list or a plain value."""

Plain = Callable[[Text], str]
"""Gives a text without its links."""

AS_WRITTEN = "as_written"
"""The column with each record in JSON, as its editors wrote it: an import gives the same record."""

KINDS: tuple[type[Record], ...] = (Stage, Visit, Event, Project, Constraint, Document, Party, Source)
"""The kinds that have a table."""

_LEFT_OUT = frozenset(("draft", "place", "places"))
"""Fields without a column of their own: drafts aren't published, and `place` and `places` share a column."""

_SPLIT = frozenset(("date", "issued"))
"""Dates with extra columns for the first and the last day, so that spreadsheets can sort by them."""


TABLES = (*(kind.kind_name for kind in KINDS), "claims", "meetings")
"""The names of the tables: the kinds of records, claims and meetings."""


def table(explainer: Explainer, name: str, site: str) -> bytes:
    """Return a table by its name."""
    writer = _Tables(explainer, site)
    if name == "claims":
        return writer.claims()
    if name == "meetings":
        return writer.meetings()
    return writer.records(next(kind for kind in KINDS if kind.kind_name == name))


class _Tables:
    def __init__(self, explainer: Explainer, site: str) -> None:
        self.explainer = explainer
        self.site = site

    def records(self, kind: type[Record]) -> bytes:
        """Return a table with a row for each record: its fields, status, address, and all of it as written."""
        records: tuple[Record, ...] = getattr(self.explainer, kind.kind_name)
        fields = _fields_of(kind)
        header = [column for name, nested in fields.items() for column in _columns(name, nested)]
        extra = ["places"] if "places" in kind.model_fields else ["place"] if "place" in kind.model_fields else []
        rows = (
            {
                **_record(record, fields),
                "address": on_the_web(address_of(record) or "", self.site),
                AS_WRITTEN: json.dumps(plain_values(record), ensure_ascii=False),
            }
            for record in records
        )
        return self._table([*header, *extra, "address", AS_WRITTEN], rows)

    def claims(self) -> bytes:
        """Return a table with a row for each claim, and the source that makes it."""
        fields = _nested_in(Claim)
        header = [column for name, nested in fields.items() for column in _columns(name, nested)]
        rows = (
            {
                "source": claims.source,
                **_cells(claim, fields),
                "address": on_the_web(f"{address_of_claims(claims)}#{claim.id}", self.site),
            }
            for claims in self.explainer.claims.values()
            for claim in claims.claims
        )
        return self._table(["source", *header, "address"], rows)

    def meetings(self) -> bytes:
        """Return a table with a row for each counted meeting of two people, numbered for each pair."""
        header = ["one", "one_name", "other", "other_name", "number", "visit", "title", "date", "address"]
        rows = (
            {
                "one": one,
                "one_name": self.explainer.party(one).name,
                "other": other,
                "other_name": self.explainer.party(other).name,
                "number": number,
                "visit": visit.id,
                "title": visit.title,
                "date": visit.date,
                "address": on_the_web(address_of(visit) or "", self.site),
            }
            for (one, other), visits in meetings(self.explainer).items()
            for number, visit in enumerate(visits, start=1)
        )
        return self._table(header, rows)

    def _table(self, header: list[str], rows: Iterable[Row]) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        writer.writerow(header)
        columns, plain = frozenset(header), self.explainer.plain
        for row in rows:
            assert row.keys() <= columns, row.keys() - columns
            writer.writerow([_cell(row.get(column), plain) for column in header])
        return file.getvalue().encode("utf-8-sig")


def cells_of(record: Record, plain: Plain) -> dict[str, str]:
    """The cells in which a table shows the fields of a record, by column. `plain` gives a text without its links."""
    return {column: _cell(value, plain) for column, value in _record(record, _fields_of(type(record))).items()}


@cache
def _fields_of(kind: type[Record]) -> Fields:
    own_first = sorted(kind.model_fields, key=lambda name: (name != "id", name in Record.model_fields))
    return {name: _nested(kind.model_fields[name]) for name in own_first if name not in _LEFT_OUT}


@cache
def _nested_in(shape: type[Shape]) -> Fields:
    return {name: _nested(field) for name, field in shape.model_fields.items()}


def _record(record: Record, fields: Fields) -> dict[str, object]:
    row = _cells(record, fields)
    if isinstance(record, (Stage, Visit, Event, Project, Document)):
        row["status"] = status_on(record)
    if isinstance(record, Visit):
        row["places"] = record.all_places
    if isinstance(record, (Event, Project)):
        row["place"] = record.place
    return row


def _cells(shape: Shape, fields: Fields) -> dict[str, object]:
    row: dict[str, object] = {}
    values = shape.__dict__
    for name, nested in fields.items():
        value = values[name]
        if nested:
            inner = _cells(value, _nested_in(nested)) if isinstance(value, Shape) else {}
            row |= {f"{name}_{column}": cell for column, cell in inner.items()}
        else:
            row[name] = value
            if isinstance(value, Date) and name in _SPLIT:
                row[f"{name}_first"] = "" if value.open_start or value == NOT_KNOWN else value.first.isoformat()
                row[f"{name}_last"] = "" if value.open_end or value == NOT_KNOWN else value.last.isoformat()
    return row


def _cell(value: object, plain: Plain) -> str:
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    text = plain(value) if isinstance(value, Text) else "; ".join(_pieces(value, plain))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _pieces(value: object, plain: Plain) -> Iterator[str]:
    """Yield the texts for a cell, one for each item of a list."""
    match value:
        case None:
            return
        case tuple():
            for item in value:
                yield from _pieces(item, plain)
        case dict():
            yield from (f"{key}: {item}" for key, item in value.items())
        case Entry():
            status = getattr(value, "status", None)
            yield f"{value.date}{f' ({status})' if status else ''}: {plain(value.text)}"
        case Statement():
            yield plain(value.text)
        case Dispute():
            yield str(value.question)
        case Paper():
            yield str(value.title or value.document)
        case Figure() | Part() | Act() | Membership() | Vote():
            yield _in_short(value)
        case Author():
            yield str(value.name)
        case Text():
            yield plain(value)
        case _:
            yield str(value)


def _in_short(item: Figure | Part | Act | Membership | Vote) -> str:
    match item:
        case Figure():
            return _dated(f"{item.label}: {item.value}", item.date)
        case Part():
            return _dated(f"{item.title}: {status_on(item)}", item.changed)
        case Act():
            return _dated(f"{item.party}: {item.did}", item.date)
        case Membership():
            return _dated(item.of, item.period)
    results = ", ".join(f"{cast} {count}" for cast, count, _ in item.results)
    return _dated(f"{item.by}: {results}" if item.by else results, item.date)


def _dated(text: str, date: Date | None) -> str:
    return f"{text} ({date})" if date else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Characters that start a formula in spreadsheets, in their normal and full-width forms."""


def _columns(name: str, nested: type[Shape] | None) -> list[str]:
    if nested:
        return [f"{name}_{column}" for inner in _nested_in(nested).items() for column in _columns(*inner)]
    return [name, f"{name}_first", f"{name}_last"] if name in _SPLIT else [name]


def _nested(field: FieldInfo) -> type[Shape] | None:
    """Return the shape that a field holds, or None if it holds a list or a plain value."""
    choices = (field.annotation, *(() if get_origin(field.annotation) is tuple else get_args(field.annotation)))
    return next((choice for choice in choices if isinstance(choice, type) and issubclass(choice, Shape)), None)
