"""The beginning of a list, on a page about something else: the rest is counted, and is where the whole list is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

LINES: Final = 200
"""How many lines such a list has at most."""


@dataclass(frozen=True, slots=True)
class Beginning(Generic[Item]):
    """The first entries of a list, and how many more there are."""

    shown: tuple[Item, ...]
    more: int


def beginning(items: Iterable[Item], at_most: int = LINES) -> Beginning[Item]:
    """Return the first entries of a list."""
    found = tuple(items)
    return Beginning(found[:at_most], max(len(found) - at_most, 0))


def latest(items: Iterable[Item], at_most: int = LINES) -> Beginning[Item]:
    """Return the last entries of a list that is sorted by day."""
    found = tuple(items)
    return Beginning(found[-at_most:], max(len(found) - at_most, 0))
