"""Reads the last column of the site's own tables, which holds each record as its editors wrote it.

The other columns show the same record to readers: lists of statements without their sources, links as plain text. Where
a cell still shows what the record says, the record is kept as written; where someone has changed it, the cell counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from builder.editing.yaml_style import tidy
from builder.exports.tables import cells_of
from builder.parsing.documents import Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location
from builder.records.models.record import Record
from builder.records.safe_text import Line, Text, parts

_LINK = "\ufdd2"
"""Stands for a link whose text is the name of another record. No text contains it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeRecord:
    """A record as written, and what each column of a table shows of it."""

    fields: Fields
    shown: Mapping[str, str]

    def shows(self, column: str, cell: str) -> bool:
        """Whether a cell has what the table shows of the record."""
        text = self.shown.get(column)
        if text is None:
            return False
        plain = _collapsed(text.removeprefix("'"))
        return bool(_pattern(plain).fullmatch(_collapsed(cell.removeprefix("'"))))

    def with_changes(self, changed: Mapping[str, Item]) -> Fields:
        """The record with the cells that were changed."""
        return Fields({**self.fields.entries, **changed}, self.fields.location)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+?".join(map(re.escape, text.split(_LINK))))


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def whole_record(text: str, model: type[Record], at: Location) -> WholeRecord | None:
    """The record in a cell; None if it is not a record of this kind in JSON."""
    try:
        plain = json.loads(text)
        record = model.model_validate(_as_typed(plain))
    except (ValueError, RecursionError, ValidationError):
        return None
    fields = _node(plain, at)
    assert isinstance(fields, Fields)
    return WholeRecord(fields=fields, shown=cells_of(record, _plain))


def fields_as_written(value: object, at: Location) -> Mapping[str, Item]:
    """The fields in a mapping, or in a text with JSON, all at one location; none if it is neither."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}
    found = _node(value, at)
    return found.entries if isinstance(found, Fields) else {}


def _as_typed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _as_typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_typed(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _node(value: object, at: Location) -> Node:
    if isinstance(value, dict):
        return Fields({str(name): Item(at, _node(inner, at)) for name, inner in value.items()}, at)
    if isinstance(value, list):
        return Sequence(tuple(_node(inner, at) for inner in value), at)
    return Scalar(tidy(str(_as_typed(value))), at, False)


def _plain(text: Text) -> str:
    """A text with its links as plain text, as far as the text itself says it."""
    if isinstance(text, Line):
        return str(text)
    paragraphs = (
        "".join(str(p) if isinstance(p, Text) else p.label or _LINK for p in parts(each)) for each in text.paragraphs
    )
    return "\n\n".join(paragraphs)
