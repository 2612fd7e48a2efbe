"""Walks through a record: the ids, citations, texts and dates in it, each with its path."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from builder.dates.edtf_dates import Date
from builder.records.models.fields import RefersTo
from builder.records.models.shapes import Shape, Statement
from builder.records.safe_text import Citation, Text

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An id in a field, and the kinds of record that it may name; any kind if `kinds` is empty."""

    path: Path
    id: str
    kinds: tuple[str, ...]

    @property
    def field(self) -> str:
        """The name of the field that has the id."""
        return next(step for step in reversed(self.path) if isinstance(step, str))


def references(shape: Shape) -> Iterator[Reference]:
    """Every id in the fields that are meant for ids."""
    for path, value, kinds in leaves(shape):
        if kinds is not None and isinstance(value, str):
            yield Reference(path, value, kinds)


@cache
def reference_fields(model: type[Shape]) -> frozenset[str]:
    """The names of a model's fields for ids of records."""
    return frozenset(name for name, _, kinds in _layout(model) if kinds is not None)


def kinds_by_field(model: type[Shape]) -> dict[str, tuple[str, ...]]:
    """The kinds of record that each field for ids may name, by the field's name in YAML; any kind if empty."""
    return {yaml_name: kinds for _, yaml_name, kinds in _layout(model) if kinds is not None}


def kinds_named(model: type[Shape], name: str) -> tuple[str, ...] | None:
    """The kinds of record that a field, by its name in YAML, may name or cite; any kind if empty, None if no ids."""
    return ("sources",) if name == "sources" else kinds_by_field(model).get(name)


def citations(shape: Shape) -> Iterator[tuple[Path, Citation]]:
    """Every citation of a source."""
    for path, value, _ in leaves(shape):
        if isinstance(value, Citation):
            yield path, value


def texts(shape: Shape) -> Iterator[tuple[Path, Text]]:
    """Every text that may contain links."""
    for path, value, _ in leaves(shape):
        if isinstance(value, Text):
            yield path, value


def dates(shape: Shape) -> Iterator[tuple[Path, Date]]:
    """Every date."""
    for path, value, _ in leaves(shape):
        if isinstance(value, Date):
            yield path, value


def statements(shape: Shape) -> Iterator[tuple[Path, Statement]]:
    """Every statement, including entries of histories and answers in disputes."""
    return ((path, part) for path, part in parts_of(shape) if isinstance(part, Statement))


def parts_of(shape: Shape) -> list[tuple[Path, Shape]]:
    """The shape itself and every shape nested in it, each with its path."""
    found: list[tuple[Path, Shape]] = []
    _add_parts(shape, (), found)
    return found


def _add_parts(shape: Shape, path: Path, found: list[tuple[Path, Shape]]) -> None:
    found.append((path, shape))
    for name, value, _ in _fields(shape):
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                if _is_shape(type(item)):
                    _add_parts(item, (*path, name, index), found)
        elif _is_shape(type(value)):
            _add_parts(cast(Shape, value), (*path, name), found)


def within(shape: Shape) -> Iterator[Shape]:
    """The shape itself and every shape nested in it."""
    return (part for _, part in parts_of(shape))


Leaf = tuple[Path, object, tuple[str, ...] | None]
"""A single value: its path, the value, and the kinds of record that it may name if it is an id."""


def leaves(shape: Shape) -> list[Leaf]:
    """Every single value in a shape."""
    found: list[Leaf] = []
    _add_leaves(shape, (), found)
    return found


def _add_leaves(shape: Shape, path: Path, found: list[Leaf]) -> None:
    for name, value, kinds in _fields(shape):
        if _is_nested(type(value)):
            _add_leaves_in(value, (*path, name), kinds, found)
        else:
            found.append(((*path, name), value, kinds))


def _add_leaves_in(value: object, path: Path, kinds: tuple[str, ...] | None, found: list[Leaf]) -> None:
    if isinstance(value, tuple | dict):
        for step, item in enumerate(value) if isinstance(value, tuple) else value.items():
            if _is_nested(type(item)):
                _add_leaves_in(item, (*path, step), kinds, found)
            else:
                found.append(((*path, step), item, kinds))
    else:
        _add_leaves(cast(Shape, value), path, found)


def _is_nested(kind: type[object]) -> bool:
    return kind is tuple or kind is dict or _is_shape(kind)


def _is_shape(kind: type[object]) -> bool:
    found = _KNOWN.get(kind)
    if found is None:
        found = _KNOWN[kind] = issubclass(kind, Shape)
    return found


_KNOWN: Final[dict[type[object], bool]] = {}
"""Whether values of a type are shapes: to ask pydantic each time takes much longer."""


def _fields(shape: Shape) -> list[tuple[str, object, tuple[str, ...] | None]]:
    """The fields that the editor wrote: name in YAML, value, and the kinds of record that it may name."""
    written_fields, values = shape.model_fields_set, shape.__dict__
    return [
        (yaml_name, values[name], kinds) for name, yaml_name, kinds in _layout(type(shape)) if name in written_fields
    ]


@cache
def _layout(model: type[Shape]) -> tuple[tuple[str, str, tuple[str, ...] | None], ...]:
    return tuple(
        (name, field.alias or name, _kinds((field.annotation, *field.metadata)))
        for name, field in model.model_fields.items()
    )


def _kinds(parts: tuple[object, ...]) -> tuple[str, ...] | None:
    for part in parts:
        if isinstance(part, RefersTo):
            return part.kinds
        inner = (*typing.get_args(part), *getattr(part, "__metadata__", ()))
        if (found := _kinds(inner)) is not None:
            return found
    return None
