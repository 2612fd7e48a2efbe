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


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How long some entries are, in full and when they are only named."""

    in_full: Sequence[int]
    of_names: Sequence[int]

    def at(self, places: Sequence[int]) -> _Sizes:
        """The sizes of the entries at some places."""
        return _Sizes([self.in_full[place] for place in places], [self.of_names[place] for place in places])


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
    size_of_name: Callable[[Item, int], int]
    """It is also given the size in full."""

    def divide(self, path: str, items: Iterable[Item], titles: Titles) -> Part[Item]:
        """Return the page of a list at a path, with parts if its entries don't fit."""
        label, title = titles(())
        whole = Part(path=path, label=label, title=title, items=tuple(items))
        sizes = [self.size(item) for item in whole.items]
        of_names = [self.size_of_name(item, size) for item, size in zip(whole.items, sizes, strict=True)]
        return self._divided(whole, _Sizes(sizes, of_names), self.keys, titles)

    def _divided(self, part: Part[Item], sizes: _Sizes, left: Sequence[Key[Item]], titles: Titles) -> Part[Item]:
        """Divide a part, if its entries don't fit, by the first of the keys that are left."""
        if sum(sizes.in_full) <= AT_MOST or len(part.items) < 2:
            return part
        parts: list[Part[Item]] = []
        for key, places in self._groups(part.items, sizes.in_full, left).items():
            keys = (*part.keys, key)
            label, title = titles(keys)
            path = "/".join((self.folder, *keys)) + ".md"
            members = tuple([part.items[place] for place in places])
            found = Part(path=path, keys=keys, label=label, title=title, items=members)
            parts.append(self._divided(found, sizes.at(places), left[1:], titles))
        return replace(part, parts=tuple(parts), names_entries=sum(sizes.of_names) <= NAMED_AT_MOST)

    def _groups(self, items: Sequence[Item], sizes: Sequence[int], left: Sequence[Key[Item]]) -> dict[str, list[int]]:
        """Group the places of entries by a key; if none is left, put as many as fit on each page."""
        groups: dict[str, list[int]] = {}
        if left:
            for place, item in enumerate(items):
                groups.setdefault(left[0].of(item), []).append(place)
            return dict(sorted(groups.items())) if left[0].kind == "letter" else groups
        number = full = 0
        for place, size in enumerate(sizes):
            if not number or full + size > AT_MOST:
                number, full = number + 1, 0
            groups.setdefault(str(number), []).append(place)
            full += size
        return groups
