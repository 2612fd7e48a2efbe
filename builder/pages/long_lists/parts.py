"""Parts of a list that is too long for one page: by year and month, by kind and first letter, or by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from markupsafe import Markup

Item = TypeVar("Item")

AT_MOST: Final = 245_000
"""How many bytes of HTML the entries of one page may have. With what surrounds them, a page stays under 300 kB."""

NAMED_AT_MOST: Final = 230_000
"""How many bytes the names of all entries may have on the page of a divided list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Generic[Item]):
    """A page with a list, or with a part of one: the entries themselves or, if they are too many, parts of its own.

    The page of the whole list has no keys.
    """

    path: str
    """Below docs/."""

    keys: tuple[str, ...] = ()
    """What its entries have in common, from the general to the particular, such as a year and a month."""

    label: Markup
    """What tells it from the parts next to it, such as the name of a month."""

    title: Markup
    items: tuple[Item, ...]
    parts: tuple[Part[Item], ...] = ()

    names_entries: bool = True
    """If it has parts: whether its page names every entry, each with a link to where it is in full."""

    @property
    def key(self) -> str:
        """The last of its keys."""
        return self.keys[-1]

    @property
    def shown(self) -> tuple[Item, ...]:
        """The entries that its page shows in full."""
        return () if self.parts else self.items

    def leaves(self) -> Iterator[Part[Item]]:
        """Yield the parts that show their entries in full, in order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def all_parts(self) -> Iterator[Part[Item]]:
        """Yield every part below it, each before its own parts."""
        for part in self.parts:
            yield part
            yield from part.all_parts()

    def pages_by(self, name: Callable[[Item], str]) -> dict[str, str]:
        """Return by the name of each entry the page that shows it in full. Empty if one page shows all."""
        return {name(item): part.path for part in self.leaves() for item in part.items} if self.parts else {}


@dataclass(frozen=True, slots=True)
class Key(Generic[Item]):
    """What entries of a part have in common: its kind, such as `month`, and the function that returns it.

    Letters are in their own order, other keys in that of the entries.
    """

    kind: str
    of: Callable[[Item], str]


Titles = Callable[[tuple[str, ...]], tuple[Markup, Markup]]
"""Returns the label and the title of the part with some keys."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Divider(Generic[Item]):
    """How to divide a list: by which keys, and how long an entry is, in full and when it is only named.

    Sizes are in bytes of HTML. They are estimated from the records, so that the same records give the same pages.
    """

    folder: str
    """Where the pages of its parts are, below docs/."""

    keys: Sequence[Key[Item]]
    size: Callable[[Item], int]
    size_of_name: Callable[[Item], int]

    def divide(self, path: str, items: Iterable[Item], titles: Titles) -> Part[Item]:
        """Return the page of a list at a path, with parts if its entries don't fit."""
        label, title = titles(())
        return self._divided(Part(path=path, label=label, title=title, items=tuple(items)), self.keys, titles)

    def _divided(self, part: Part[Item], left: Sequence[Key[Item]], titles: Titles) -> Part[Item]:
        """Divide a part, if its entries don't fit, by the first of the keys that are left."""
        sizes = list(map(self.size, part.items))
        if sum(sizes) <= AT_MOST or len(part.items) < 2:
            return part
        parts: list[Part[Item]] = []
        for key, members in self._groups(part.items, sizes, left).items():
            keys = (*part.keys, key)
            label, title = titles(keys)
            path = "/".join((self.folder, *keys)) + ".md"
            found = Part(path=path, keys=keys, label=label, title=title, items=tuple(members))
            parts.append(self._divided(found, left[1:], titles))
        named = sum(map(self.size_of_name, part.items)) <= NAMED_AT_MOST
        return replace(part, parts=tuple(parts), names_entries=named)

    def _groups(self, items: Sequence[Item], sizes: Sequence[int], left: Sequence[Key[Item]]) -> dict[str, list[Item]]:
        """Group entries by a key; if none is left, put as many as fit on each page."""
        groups: dict[str, list[Item]] = {}
        if left:
            for item in items:
                groups.setdefault(left[0].of(item), []).append(item)
            return dict(sorted(groups.items())) if left[0].kind == "letter" else groups
        number = full = 0
        for item, size in zip(items, sizes, strict=True):
            if not number or full + size > AT_MOST:
                number, full = number + 1, 0
            groups.setdefault(str(number), []).append(item)
            full += size
        return groups
