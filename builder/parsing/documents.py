"""A parsed summary: text, lists and fields, each with its line and column."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from builder.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as typed. `plain` means that it has no quotes and is not a block (`|` or `>`)."""

    text: str
    location: Location
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Fields and their values, in the order they were typed."""

    entries: dict[str, Item]
    location: Location


@dataclass(frozen=True, slots=True)
class Item:
    """A field of a mapping: where its name is, and its value."""

    key: Location
    node: Node


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A parsed file. Two are equal if they have the same values in the same places; line endings don't matter."""

    path: str
    root: Mapping
    warnings: tuple[Problem, ...] = ()
    data: bytes = field(compare=False, repr=False)
    """The bytes of the file; empty if the document was not read from a file."""

    def plain(self) -> dict[str, object]:
        """The values without positions, as dicts, lists and strings."""
        return self.plain_at(())

    def plain_at(self, path: tuple[str | int, ...]) -> dict[str, object]:
        """The values of the mapping at a path. Raises KeyError, IndexError or TypeError if there is no mapping."""
        node: Node = self.root
        for step in path:
            if isinstance(node, Sequence) and isinstance(step, int):
                node = node.items[step]
            elif isinstance(node, Mapping):
                node = node.entries[str(step)].node
        if not isinstance(node, Mapping):
            raise TypeError(f"there is no mapping at {path}")
        return {key: _plain(item.node) for key, item in node.entries.items()}

    def shared_at(self, path: tuple[str | int, ...] = ()) -> dict[str, object]:
        """Like `plain_at`, for those who change nothing in it: others may be given the same values."""
        return self.plain_at(path)

    @property
    def written(self) -> str:
        """All values as one text, which is the same for two documents with the same values."""
        return compact_json(self.plain())

    def locate(self, path: tuple[str | int, ...], *, key: bool = False) -> Location:
        """Locate a value, or with `key` the name of its field. If it does not exist, locate the nearest part."""
        node: Node = self.root
        location = node.location
        for step in path:
            name: Location | None = None
            if isinstance(node, Mapping) and step in node.entries:
                item = node.entries[str(step)]
                node, name = item.node, item.key
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
                node = node.items[step]
            else:
                return location
            location = name if key and name else node.location
        return location


class KeptDocument(Document):
    """A document whose values were parsed before. It is parsed again only if someone asks where something is in it."""

    __slots__ = ("parse", "values")

    values: str
    """The values as JSON, which takes less memory than anything else."""

    parse: Callable[[bytes, str], Document]

    def __init__(self, path: str, data: bytes, values: str, parse: Callable[[bytes, str], Document]) -> None:
        given = {"path": path, "warnings": (), "data": data, "values": values, "parse": parse}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def root(self) -> Mapping:
        return self.parse(self.data, self.path).root

    def plain_at(self, path: tuple[str | int, ...]) -> dict[str, object]:
        return {key: _copy(value) for key, value in self.shared_at(path).items()}

    def shared_at(self, path: tuple[str | int, ...] = ()) -> dict[str, object]:
        found = _values(self.values)
        for step in path:
            found = found[step]
        if not isinstance(found, dict):
            raise TypeError(f"there is no mapping at {path}")
        return found

    @property
    def written(self) -> str:
        return self.values


def compact_json(value: object) -> str:
    """Plain values as JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


@lru_cache(maxsize=2)  # the records of a list are asked for one by one
def _values(text: str) -> Any:
    return json.loads(text)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(item.node) for key, item in node.entries.items()}
