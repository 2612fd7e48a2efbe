"""Records as plain values: dicts, lists and texts, with the names and texts that editors typed; and these as JSON."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from json.encoder import JSONEncoder, encode_basestring

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.records.models.shapes import Shape
from builder.records.safe_text import Citation


def plain_values(value: object) -> object:
    """A record, or a part of one, as editors wrote it: dates in EDTF, citations and links as typed, no empty fields."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, Shape):
        return plain_fields(value)
    if isinstance(value, Date):
        return "XXXX" if value == NOT_KNOWN else value.text  # EDTF for a year with no known digits
    if isinstance(value, Citation):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain_values(item) for key, item in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def plain_fields(shape: Shape, only: frozenset[str] | None = None) -> dict[str, object]:
    """The fields of a record, or of a part of one, as editors wrote them; or `only` those with these names."""
    values = shape.__dict__
    return {
        written: plain_values(value)
        for name, written in _names(type(shape))
        if not is_empty(value := values[name]) and (only is None or written in only)
    }


@cache
def _names(shape: type[Shape]) -> tuple[tuple[str, str], ...]:
    """The name of each field in the model, and as editors write it."""
    return tuple((name, field.alias or name) for name, field in shape.model_fields.items())


def is_empty(value: object) -> bool:
    """Whether a value says nothing, so that its field is left out."""
    return value is None or value is False or (not value and isinstance(value, (tuple, dict)))


def as_json(value: object) -> bytes:
    """Plain values as JSON in UTF-8, a line for each, as `json.dumps(value, ensure_ascii=False, indent=1)` gives it.

    That takes four times as long, as the fast encoder of Python's library can't indent.
    """
    return f"{_indented(value, chr(10))}\n".encode()


class InnerJson(str):
    """A part of a value that is in JSON already."""

    __slots__ = ()


def inner_json(value: object, depth: int) -> InnerJson:
    """A part of a value, so many levels below the whole, in JSON as `as_json` writes it there."""
    return InnerJson(_indented(value, "\n" + " " * depth))


def _indented(value: object, start: str) -> str:
    """A value in JSON; each of its lines but the first begins with `start`."""
    quoted = encode_basestring
    if isinstance(value, str):
        return value if isinstance(value, InnerJson) else quoted(value)
    inner = f"{start} "
    if isinstance(value, dict) and value:
        members = [
            f"{quoted(key)}: {quoted(item) if type(item) is str else _indented(item, inner)}"
            for key, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(members)}{start}}}"
    if isinstance(value, (list, tuple)) and value:
        members = [quoted(item) if type(item) is str else _indented(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(members)}{start}]"
    return _PLAIN.encode(value)


_PLAIN = JSONEncoder()
