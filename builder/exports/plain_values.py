"""Turns records into plain values: dicts, lists and texts, with the names and texts that editors typed."""

from __future__ import annotations

from decimal import Decimal

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.records.models.shapes import Shape
from builder.records.safe_text import Citation


def plain_values(value: object) -> object:
    """A record, or a part of one, as editors wrote it: dates in EDTF, citations and links as typed, no empty fields."""
    match value:
        case Shape():
            fields = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()}
            return {name: plain_values(each) for name, each in fields.items() if not is_empty(each)}
        case Date():
            return "XXXX" if value == NOT_KNOWN else value.text  # EDTF for a year with no known digits
        case Citation():
            return str(value)
        case tuple():
            return [plain_values(item) for item in value]
        case dict():
            return {str(key): plain_values(item) for key, item in value.items()}
        case str():
            return str(value)
        case Decimal():
            return float(value)
    return value


def is_empty(value: object) -> bool:
    """Whether a value says nothing, so that its field is left out."""
    return value is None or value is False or value in ((), {})
