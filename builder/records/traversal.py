"""Walks through a record: the ids, citations, texts and dates in it, each with its path."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
    return _walked(shape).parts


def within(shape: Shape) -> Iterator[Shape]:
    """The shape itself and every shape nested in it."""
    return (part for _, part in parts_of(shape))


Leaf = tuple[Path, object, tuple[str, ...] | None]
"""A single value: its path, the value, and the kinds of record that it may name if it is an id."""


def leaves(shape: Shape) -> list[Leaf]:
    """Every single value in a shape."""
    return _walked(shape).leaves


@contextmanager
def walking_once() -> Iterator[None]:
    """Keep what is found in each shape until the block ends, as nearly every check asks for it again."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


@dataclass(frozen=True, slots=True)
class _Walked:
    """A shape, what is nested in it, and its single values."""

    shape: Shape
    parts: list[tuple[Path, Shape]]
    leaves: list[Leaf]


_KEPT: ContextVar[dict[int, _Walked] | None] = ContextVar("kept", default=None)
"""What was walked through, by identity, with the shape itself, so that no other can have this identity."""


def _walked(shape: Shape) -> _Walked:
    kept = _KEPT.get()
    if kept is not None and (known := kept.get(id(shape))):
        return known
    walked = _Walked(shape, [], [])
    _walk(shape, (), walked)
    if kept is not None:
        kept[id(shape)] = walked
    return walked


def _walk(shape: Shape, path: Path, walked: _Walked) -> None:
    """Go through the fields that the editor wrote."""
    walked.parts.append((path, shape))
    written, values, found = shape.model_fields_set, shape.__dict__, walked.leaves
    for name, yaml_name, kinds in _layout(type(shape)):
        if name in written:
            value = values[name]
            if _is_nested(type(value)):
                _walk_into(value, (*path, yaml_name), kinds, walked)
            else:
                found.append(((*path, yaml_name), value, kinds))


def _walk_into(value: object, path: Path, kinds: tuple[str, ...] | None, walked: _Walked) -> None:
    if isinstance(value, (tuple, dict)):
        for step, item in enumerate(value) if isinstance(value, tuple) else value.items():
            if _is_nested(type(item)):
                _walk_into(item, (*path, step), kinds, walked)
            else:
                walked.leaves.append(((*path, step), item, kinds))
    else:
        _walk(cast(Shape, value), path, walked)


def _is_nested(kind: type[object]) -> bool:
    found = _KNOWN.get(kind)
    if found is None:
        found = _KNOWN[kind] = issubclass(kind, (tuple, dict, Shape))
    return found


_KNOWN: Final[dict[type[object], bool]] = {}
"""Whether values of a type have others in them: to ask pydantic each time takes much longer."""


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
