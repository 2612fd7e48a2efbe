"""Finds the text of a record that each translation is of: by the original, never by its place in a list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from builder.records.models.fields import ID_PATTERN
from builder.records.models.shapes import Shape
from builder.records.safe_text import Text
from builder.records.translations.model import TranslatedText
from builder.records.traversal import Path, leaves

ALIKE: Final = 0.6
"""How much of an item of a list must have stayed, from 0 to 1, to be taken for another wording of it."""

NOT_TEXTS: Final = frozenset({
    "key", "language", "languages", "licence", "words", "native", "also_written", "para", "quote", "rests_on",
    "asserts", "DOI", "archive", "precision",
})  # fmt: skip
"""Fields with what is the same in every language: codes, names as they are written elsewhere, exact quotations."""

_ID: Final = re.compile(ID_PATTERN)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextOfRecord:
    """A text that can be translated: where it is in the record, and the name of the field."""

    path: Path
    text: Text

    @property
    def field(self) -> str:
        """The name of the field, such as `outcomes.text`."""
        return field_of(self.path)


def field_of(path: Path) -> str:
    """The names of the fields on the way to a value, without places in lists."""
    return ".".join(step for step in path if isinstance(step, str))


def texts_of(shape: Shape) -> list[TextOfRecord]:
    """Every text of a record, or of the settings, that can be translated."""
    return [
        TextOfRecord(path=path, text=value)
        for path, value, _ in leaves(shape)
        if isinstance(value, Text)
        and not any(step in NOT_TEXTS for step in path)
        and not (path[-1] == "by" and _ID.fullmatch(value))
    ]


def normal(text: Text) -> str:
    """A text without what line breaks within paragraphs make of it."""
    return "\n\n".join(text.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A text of a record and what translates it, by its place in the file; None if nothing does."""

    of: TextOfRecord
    place: int | None = None
    stale: bool = False
    """Whether it was translated from another wording."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matches:
    """All texts of a record, and the places of translations whose original the record does not have in any wording."""

    texts: tuple[Match, ...]
    left_over: tuple[int, ...]


Placed = tuple[int, TranslatedText]
"""A translation and its place in the file."""


def match(texts: Sequence[TextOfRecord], entries: Iterable[Placed]) -> Matches:
    """Match the texts of a record with its translations.

    The same text in the same field has the same translation. What nothing matches is then compared with texts that
    have no translation: it belongs to the one in its field or, in a list, to the most similar one.
    """
    found: dict[Path, Match] = {each.path: Match(of=each) for each in texts}
    by_original: dict[tuple[str, str], list[TextOfRecord]] = defaultdict(list)
    for each in texts:
        by_original[each.field, normal(each.text)].append(each)
    left: list[Placed] = []
    for place, entry in entries:
        same = by_original.get((entry.field, normal(entry.original)), ())
        for each in same:
            stale = entry.earlier is not None and normal(entry.earlier) != normal(each.text)
            found[each.path] = Match(of=each, place=place, stale=stale)
        if not same:
            left.append((place, entry))
    free = [each.of for each in found.values() if each.place is None]
    used: set[int] = set()
    for _, place, each in sorted(_similar(left, free), key=lambda pair: (*pair[:2], free.index(pair[2]))):
        if place not in used and found[each.path].place is None:
            used.add(place)
            found[each.path] = Match(of=each, place=place, stale=True)
    return Matches(texts=tuple(found.values()), left_over=tuple(place for place, _ in left if place not in used))


def _similar(left: Sequence[Placed], without: Sequence[TextOfRecord]) -> Iterator[tuple[float, int, TextOfRecord]]:
    """Yield what may be another wording of the same: how unlike it is, the place of the translation, the text."""
    for place, entry in left:
        for each in without:
            if each.field == entry.field:
                alike = SequenceMatcher(None, normal(entry.original), normal(each.text), autojunk=False).ratio()
                if alike >= ALIKE or not any(isinstance(step, int) for step in each.path):
                    yield 1 - alike, place, each
