"""Digests of values: two values with the same digest look the same to whoever prints them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Any

from builder.dates.edtf_dates import Date
from builder.records.models.shapes import Shape


class Digests:
    """Makes digests. That of a record, which is in many values, is made only once."""

    def __init__(self) -> None:
        self._of_shapes: dict[int, tuple[Shape, str]] = {}
        """By identity, with the object itself, so that no other can have this identity."""

    def of(self, value: object) -> str:
        """The digest of records, settings, dataclasses, containers and plain values.

        The fields of a dataclass that are not compared are no part of its value. A page must not show them.
        Raises TypeError for anything else, such as a function: it can't be seen what that depends on.
        """
        return hashlib.blake2b(repr(self._plain(value)).encode(), digest_size=12).hexdigest()

    def _plain(self, value: Any) -> object:
        """The value in lists, with strings and numbers in them."""
        if value is None or isinstance(value, (bool, int, float, bytes)):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, Shape):
            return self._of_shape(value)
        if isinstance(value, (tuple, list)):
            return [self._plain(each) for each in value]
        if isinstance(value, Mapping):
            return ["map", *((self._plain(key), self._plain(each)) for key, each in value.items())]
        if isinstance(value, Set):
            return ["set", *sorted((self._plain(each) for each in value), key=repr)]
        if isinstance(value, Date):
            return value.text
        if isinstance(value, datetime.date):
            return value.isoformat()
        if isinstance(value, type):
            return value.__qualname__
        if is_dataclass(value):
            names = (each.name for each in fields(value) if each.compare)
            return [type(value).__name__, *(self._plain(getattr(value, name)) for name in names)]
        raise TypeError(f"there is no digest of a {type(value).__name__}")

    def _of_shape(self, shape: Shape) -> str:
        known = self._of_shapes.get(id(shape))
        if known is None:
            values = [type(shape).__name__, *((name, self._plain(each)) for name, each in shape.__dict__.items())]
            known = shape, hashlib.blake2b(repr(values).encode(), digest_size=12).hexdigest()
            self._of_shapes[id(shape)] = known
        return known[1]
