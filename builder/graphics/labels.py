"""Labels on drawings: how wide a text can be, and where to put it so that it touches nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from builder.records.safe_text import Line, Text

SIZE = 12
"""The font size on drawings, in their units."""

_LONGEST = 28
"""The most characters in a label. The list next to the drawing has the whole text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, across: float, down: float) -> Box:
        """A box that reaches further to its left and right, and further up and down."""
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def holds(self, other: Box) -> bool:
        """Whether the other box is inside this one."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A text at a point, which is the start, middle or end of its baseline."""

    text: Text
    x: int
    y: int
    anchor: Literal["start", "middle", "end"]
    box: Box


def brief(text: Text) -> Text:
    """A text on one line, cut with an ellipsis if it is long."""
    line = " ".join(text.split())
    return Text(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…")


def width(text: str) -> float:
    """How wide a text can be, in the widest of the usual system fonts. A wide character takes a square."""
    return SIZE * sum(map(_advance, text))


@cache
def _advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x2FFF:
        return 1.05
    if character in "iIjl.,:;'|! ’":
        return 0.38
    if unicodedata.bidirectional(character) == "AL":  # the letters of Arabic and Persian, which are joined
        return 0.72
    if unicodedata.name(character, "").startswith("CYRILLIC ") and character.casefold() not in "жмфшщыю":
        return 0.86 if character.isupper() else 0.74
    if character in "mwMW@%—…" or not character.isascii():
        return 1.1 if character.casefold() in "шщю" else 0.98
    return 0.74 if character.isupper() else 0.64


def place_labels(
    marks: Sequence[tuple[Line, tuple[int, int], int]],
    frame: Box,
    *,
    taken: Sequence[Box] = (),
    at_most: int | None = None,
    clear: tuple[int, int] = (0, 0),
) -> tuple[Label, ...]:
    """Place a label at each mark (text, middle and radius) so that it touches no mark, no other label and no edge.

    The first marks are placed first. A mark without room gets no label. `taken` is what else no label may touch;
    `at_most` is how many labels there may be; `clear` is how far a label keeps from all but its own mark, across and
    down.
    """
    own = [Box(x - r, y - r, x + r, y + r) for _, (x, y), r in marks]
    others = [box.grown(*clear) for box in (*taken, *own)]
    placed: list[Label] = []
    for index, (text, middle, radius) in enumerate(marks, len(taken)):
        if len(placed) == at_most:
            break
        boxes = [own[index - len(taken)], *others[:index], *others[index + 1 :]]
        for label in _candidates(brief(text), middle, radius):
            if frame.holds(label.box) and not any(label.box.touches(box) for box in boxes):
                placed.append(label)
                others.append(label.box.grown(clear[0], 0))
                break
    return tuple(placed)


def _candidates(text: Text, middle: tuple[int, int], radius: int) -> Iterator[Label]:
    """Right, left, above, below, then the corners."""
    x, y = middle
    reach, near = radius + 4, round(radius * 0.7) + 3
    lift, drop = SIZE // 3, SIZE
    yield label_at(text, x + reach, y + lift, "start")
    yield label_at(text, x - reach, y + lift, "end")
    yield label_at(text, x, y - reach, "middle")
    yield label_at(text, x, y + reach + drop - 3, "middle")
    yield label_at(text, x + near, y - near, "start")
    yield label_at(text, x + near, y + near + drop - 4, "start")
    yield label_at(text, x - near, y - near, "end")
    yield label_at(text, x - near, y + near + drop - 4, "end")


def label_at(text: Text, x: int, y: int, anchor: Literal["start", "middle", "end"]) -> Label:
    """A label with the box that its text can fill."""
    wide = width(text)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return Label(text=text, x=x, y=y, anchor=anchor, box=Box(left, y - SIZE * 0.8, left + wide, y + SIZE * 0.25))
