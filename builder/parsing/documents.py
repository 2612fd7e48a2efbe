"""What was read from a summary: text, lists and fields, each with the line and column where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from builder.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as typed; `plain` when no quotes and no block mark stand around it."""

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
    """A field of a mapping: where its name stands, and its value."""

    key: Location
    node: Node


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file that was read. Two are equal when they say the same in the same places, whatever their line ends."""

    path: str
    root: Mapping
    warnings: tuple[Problem, ...] = ()
    data: bytes = field(compare=False, repr=False)
    """The file as it was read; nothing for what was put together from elsewhere."""

    def plain(self) -> dict[str, object]:
        """The values alone, as dicts, lists and text."""
        return self.plain_at(())

    def plain_at(self, path: tuple[str | int, ...]) -> dict[str, object]:
        """The values of a mapping in it. Raises KeyError or TypeError where there is none."""
        node: Node = self.root
        for step in path:
            if isinstance(node, Sequence) and isinstance(step, int):
                node = node.items[step]
            elif isinstance(node, Mapping):
                node = node.entries[str(step)].node
        if not isinstance(node, Mapping):
            raise TypeError(f"there is no mapping at {path}")
        return {key: _plain(item.node) for key, item in node.entries.items()}

    def locate(self, path: tuple[str | int, ...], *, key: bool = False) -> Location:
        """Find where a value stands, or with `key` its field's name; for a path that isn't there, what is nearest."""
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


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(item.node) for key, item in node.entries.items()}
