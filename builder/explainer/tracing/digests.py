"""Digests of values: two values with the same digest look the same to whoever prints them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, Final

from builder.dates.edtf_dates import Date
from builder.records.models.shapes import Shape
from builder.records.translations.translated_text import Translated

_TEXT: Final = "="
_SHORT: Final = 1000


def text_of(digest: str) -> str | None:
    """The text with that digest, if it is short; None for anything else."""
    return digest.removeprefix(_TEXT) if digest.startswith(_TEXT) else None


class Digests:
    """Makes digests. That of a record, which is in many values, is made only once."""

    def __init__(self) -> None:
        self._of_shapes: dict[int, tuple[Shape, str]] = {}
        """By identity, with the object itself, so that no other can have this identity."""

    def of(self, value: object) -> str:
        """The digest of records, settings, dataclasses, containers and plain values. That of a short text is the text.

        The fields of a dataclass that are not compared are no part of its value. A page must not show them.
        Raises TypeError for anything else, such as a function: it can't be seen what that depends on.
        """
        if isinstance(value, str) and len(value) < _SHORT:
            return f"{_TEXT}{value!s}"
        data = value if isinstance(value, bytes) else repr(self.plain(value)).encode()
        return hashlib.blake2b(data, digest_size=12).hexdigest()

    def plain(self, value: object) -> object:
        """The value in lists, with strings and numbers in them."""
        kind = type(value)
        if kind in _PLAIN_ALREADY:
            return value
        plain = _PLAIN.get(kind)
        if plain is None:
            plain = _PLAIN[kind] = _plain_for(kind)
        return plain(self, value)

    def all_plain(self, values: Iterable[object]) -> list[object]:
        """Each of the values as `plain` returns it, which is not called for those that are plain already."""
        plain = self.plain
        return [value if type(value) in _PLAIN_ALREADY else plain(value) for value in values]

    def of_shape(self, shape: Shape) -> str:
        """The digest of a record or a part of one."""
        known = self._of_shapes.get(id(shape))
        if known is None:
            given = shape.model_fields_set  # the others have their default
            values = [
                type(shape).__name__,
                *[(name, self.plain(each)) for name, each in shape.__dict__.items() if name in given],
            ]
            known = shape, hashlib.blake2b(repr(values).encode(), digest_size=12).hexdigest()
            self._of_shapes[id(shape)] = known
        return known[1]

    def know(self, shape: Shape, digest: str) -> None:
        """Take over the digest of a record or a part of one that was made before."""
        self._of_shapes[id(shape)] = shape, digest


_PLAIN_ALREADY: Final = frozenset((type(None), bool, int, float, bytes, str))

Plain = Callable[[Digests, Any], object]
"""Returns a value in lists, with strings and numbers in them."""

_PLAIN: dict[type, Plain] = {}
"""By type, as far as values of it were met."""


def _plain_for(kind: type) -> Plain:
    """How to take a value of a type apart. Raises TypeError if it is not known."""
    for known, plain in _KINDS:
        if issubclass(kind, known):
            return plain
    if is_dataclass(kind):
        return _plain_dataclass(kind)
    raise TypeError(f"there is no digest of a {kind.__name__}")


def _plain_dataclass(kind: type) -> Plain:
    names = tuple(each.name for each in fields(kind) if each.compare)
    return lambda digests, value: [kind.__name__, *digests.all_plain([getattr(value, name) for name in names])]


_KINDS: tuple[tuple[type | tuple[type, ...], Plain], ...] = (
    ((int, float, bytes), lambda digests, value: value),
    (Translated, lambda digests, value: ["translated", str.__str__(value), str.__str__(value.original), value.stale]),
    (str, lambda digests, value: str.__str__(value)),
    (Shape, lambda digests, value: digests.of_shape(value)),
    ((tuple, list), lambda digests, value: digests.all_plain(value)),
    (Mapping, lambda digests, value: ["map", *zip(*map(digests.all_plain, (value, value.values())), strict=True)]),
    (Set, lambda digests, value: ["set", *sorted(map(digests.plain, value), key=repr)]),
    (Date, lambda digests, value: value.text),
    (datetime.date, lambda digests, value: value.isoformat()),
    (Decimal, lambda digests, value: str(value)),
    (type, lambda digests, value: value.__qualname__),
)
