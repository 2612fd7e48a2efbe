"""What a drawing of meetings and stages consists of, and how large it is on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from builder.graphics.labels import Label
from builder.graphics.lanes.meeting_lanes import Lane, Marked, Span, Standing
from builder.records.models.stage import Stage
from builder.records.safe_text import Text

_NO_NAME: Final = Text("")


Spot = tuple[int, Standing]
"""Where a visit or an event is drawn, and how it stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A visit or an event, or several that are too close to tap each: where its middle is, where each is drawn, where
    the target begins and how wide that is.
    """

    x: int
    y: int
    spots: tuple[Spot, ...]
    visits: tuple[Marked, ...]
    left: int
    wide: int
    name: Text = _NO_NAME
    """What a reader hears who does not see it."""

    @property
    def kinds(self) -> tuple[Standing, ...]:
        """How what is drawn stands."""
        return tuple(dict.fromkeys(kind for _, kind in self.spots))

    def at(self, kind: Standing) -> tuple[int, ...]:
        """Where those are drawn that stand like this."""
        return tuple(x for x, each in self.spots if each == kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A lane: its name, how often they met, where its line is, its marks, and whether it is lit.

    `people` are the names of those who share it, if there is room for all beside its name.
    """

    lane: Lane
    name: Label
    count: Label
    people: tuple[Label, ...]
    y: int
    marks: tuple[Mark, ...] = ()
    lit: bool = False

    def lit_for(self, id: str) -> Row:
        """The row, lit if it is the lane of the person with this id."""
        is_theirs = self.lane.kind in ("person", "pair") and any(party.id == id for party in self.lane.people)
        return replace(self, lit=True) if is_theirs else self


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A stage: its name, a line for each state with its path, the states in words, and where its target begins."""

    stage: Stage
    spans: tuple[Span, ...]
    name: Label
    lines: tuple[tuple[str, str], ...]
    states: tuple[Label, ...]
    top: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A drawing of `width` by `height`."""

    width: int
    height: int
    grid: str
    ticks: tuple[Label, ...]
    rules: str
    """The lines of the lanes."""

    rows: tuple[Row, ...]
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    row_height: int
    bar_height: int
    day: str
    """The line at a day, as path data; empty if there is none."""

    hidden: tuple[Marked, ...]
    """Visits that are not drawn: before the first day of the axis, or on a day that is not known."""

    def lit_for(self, id: str) -> Drawing:
        """The same drawing with the lane of a person lit."""
        return replace(self, rows=tuple(row.lit_for(id) for row in self.rows))

    @property
    def size(self) -> int:
        """About how many bytes it takes in a page."""
        marks = [mark for row in self.rows for mark in row.marks]
        lines = sum(21 + len(status) + len(path) for bar in self.bars for status, path in bar.lines)
        bars = sum(72 + len(bar.stage.id) + 30 * len(bar.spans) for bar in self.bars)
        drawn = len(self.grid) + len(self.rules) + len(self.day)
        texts = (
            38 * len(self._labels)
            - 10 * len(self.labels)
            + 26 * sum(len(row.people) for row in self.rows)
            + sum(_bytes(label.text) for label in self._labels)
        )
        return 390 + len(self.rows) + size_of_marks(marks) + lines + bars + drawn + texts

    @property
    def _labels(self) -> tuple[Label, ...]:
        in_rows = (label for row in self.rows for label in (row.name, row.count, *row.people))
        in_bars = (label for bar in self.bars for label in (bar.name, *bar.states))
        return (*self.ticks, *self.labels, *in_rows, *in_bars)


_SIZES: Final[dict[Standing, tuple[int, int]]] = {"held": (12, 9), "planned": (53, 18), "fell-through": (24, 25)}
"""How many bytes the elements for a kind take in a mark, and each place where they draw."""


def size_of_marks(marks: Iterable[Mark]) -> int:
    """About how many bytes marks take in a page."""
    return sum(
        64
        + len(mark.visits[0].id)
        + sum(_SIZES[kind][0] for kind in mark.kinds)
        + sum(_SIZES[kind][1] for _, kind in mark.spots)
        + _bytes(mark.name)
        for mark in marks
    )


def _bytes(text: Text) -> int:
    return len(text.__html__().encode())
