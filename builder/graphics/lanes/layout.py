"""Leaders' meetings and stages on one axis of time: a lane for each person, a bar for each stage.

A mark leads to its visit. Marks that are too close to tap are drawn as one, which leads to all meetings.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from builder.graphics.labels import SIZE, Box, Label, label_at, place_labels, width
from builder.graphics.lanes.drawing import Bar, Drawing, Mark, Row, Spot, size_of_marks
from builder.graphics.lanes.meeting_lanes import Lane, Lanes, Marked, Span, Standing, day_of
from builder.records.models.stage import Stage
from builder.records.safe_text import Line, Text

MAX_BYTES: Final = 6_144
"""The most bytes that one drawing may take in a page."""

_TAP: Final = 24
"""How wide and high the target of a link has to be at least."""

_REACH, _BAR, _AIR = 5, 8, 6
_TOP: Final = 22
_CLEAR: Final = (8, 7)
"""How far a label keeps from other marks, so that it isn't read as theirs: beside them, and above and below."""

_STEPS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""How many months there may be between two lines of the grid."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What the drawing says: counts, years, the names of months, lanes and marks, and of states alone and with their
    first day.
    """

    count: Callable[[int], Text]
    year: Callable[[int], Text]
    months: Sequence[Text]
    name: Callable[[Lane], Text]
    mark: Callable[[Lane, Sequence[Marked]], Text]
    state: Callable[[Span], Text]
    since: Callable[[Span], Text]


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """How wide a drawing is, whether names are above the lanes or to their left, how many labels it has at most."""

    wide: int
    above: bool
    at_most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """The label of each visit by its id, and the ids of the visits that are labelled before others."""

    places: Mapping[str, Text]
    first: Sequence[str] = ()


def draw_lanes(
    lanes: Lanes, wording: Wording, view: View, labelled: Labelled, *, day: datetime.date | None = None
) -> Drawing | None:
    """Draw lanes and stages, with a line at `day`, and no lane lit. None if there are neither lanes nor stages."""
    if not lanes.lanes and not lanes.stages:
        return None
    layout = _Layout(lanes, wording, view)
    for near, apart in _NEAR:
        found = layout.marks(near, apart)
        if (near, apart) != _NEAR[-1] and size_of_marks(mark for marks in found for mark in marks) > MAX_BYTES:
            continue  # too large before anything has a name
        drawing = layout.drawing(found, labelled, day)
        for at_most in _LABELS if near == 0 else _LABELS[-1:]:
            drawing = replace(drawing, labels=drawing.labels[:at_most])
            if drawing.size <= MAX_BYTES:
                return drawing
    return drawing


_LABELS: Final = (12, 11, 10, 9, 8)
_NEAR: Final = (
    *((0, 0), (4, 0), (8, 1), (16, 1), (24, 2), (40, 2), (80, 4), (160, 4), (320, 4)),
    *((640, 4), (640, 16), (640, 40)),
)
"""What makes a drawing smaller, in order: fewer labels, then more marks that share a link as they are this near, and
one dot or cross for those that are not farther apart than this.
"""

_Drawn = tuple[int, Standing, Marked]
"""Where a visit or an event is drawn, its standing, and itself."""


class _Layout:
    """Where everything is, for any number of marks that become one."""

    def __init__(self, lanes: Lanes, wording: Wording, view: View) -> None:
        self.lanes = lanes
        self.wording = wording
        self.view = view
        self.wide, self.above = view.wide, view.above
        names = [wording.name(lane) for lane in lanes.lanes] + [_short(stage) for stage, _ in lanes.stages]
        self.left = _REACH + 3 if self.above else min(round(max(map(width, names)) * 0.92) + 44, self.wide * 2 // 5)
        self.right = self.wide - _REACH - 3
        self.row_height, self.bar_height = (44, 46) if self.above else (32, 34)
        days = {visit.id: day_of(visit) for lane in lanes.lanes for visit, _ in lane.visits}
        self.start, self.end, self.step = _axis(lanes, days, self.right - self.left)
        self.drawn = [self._drawn_in(lane, days) for lane in lanes.lanes]
        self.rows, self.below = self._rows()
        self.bars = tuple(
            self._bar(stage, spans, self.below + index * self.bar_height)
            for index, (stage, spans) in enumerate(lanes.stages)
        )
        self.height = self.below + len(self.bars) * self.bar_height + 4
        self.ticks, self.lines = self._grid()

    def marks(self, near: int, apart: int) -> list[list[Mark]]:
        """The marks of each lane, without names. Those that are within `near` units share a link; in one, dots and
        crosses are more than `apart` units from the next of their kind.
        """
        return [list(self._marks(row, drawn, near, apart)) for row, drawn in zip(self.rows, self.drawn, strict=True)]

    def drawing(self, found: Sequence[Sequence[Mark]], labelled: Labelled, day: datetime.date | None) -> Drawing:
        """Draw these marks, with their names, and all else."""
        rows = tuple(
            replace(row, marks=tuple(replace(mark, name=self.wording.mark(row.lane, mark.visits)) for mark in marks))
            for row, marks in zip(self.rows, found, strict=True)
        )
        drawn = {visit.id for row in self.drawn for _, _, visit in row}
        every = {visit.id: visit for lane in self.lanes.of_meetings for visit, _ in lane.visits}
        return Drawing(
            width=self.wide,
            height=self.height,
            grid="".join(f"M{x} 18V{self.height - 4}" for x in self.lines),
            ticks=self.ticks,
            rules="".join(f"M{self.left} {row.y}H{self.right}" for row in rows),
            rows=rows,
            labels=self._labels(rows, labelled),
            bars=self.bars,
            row_height=self.row_height,
            bar_height=self.bar_height,
            day=f"M{self._x(day)} 18V{self.height - 4}" if day and self.start <= day <= self.end else "",
            hidden=tuple(each for each in every.values() if each.is_visit and each.id not in drawn),
        )

    def _x(self, day: datetime.date) -> int:
        part = (day - self.start).days / max((self.end - self.start).days, 1)
        return round(self.left + (self.right - self.left) * min(max(part, 0.0), 1.0))

    def _drawn_in(self, lane: Lane, days: Mapping[str, datetime.date | None]) -> list[_Drawn]:
        """The visits of a lane that are drawn, oldest first: where, and the standing of each."""
        dated = [(day, visit.id, standing, visit) for visit, standing in lane.visits if (day := days[visit.id])]
        dated.sort(key=lambda item: item[:2])
        return [(self._x(day), standing, visit) for day, _, standing, visit in dated if day >= self.start]

    def _rows(self) -> tuple[tuple[Row, ...], int]:
        """The rows without their marks, and where what is below them begins."""
        rows: list[Row] = []
        below = _TOP
        for lane in self.lanes.lanes:
            rows.append(self._row(lane, below))
            below = rows[-1].y + self.row_height // 2 - (10 if self.above else 0)
        return tuple(rows), below + (8 if rows else 0)

    def _row(self, lane: Lane, top: int) -> Row:
        name = self.wording.name(lane)
        held = self.wording.count(lane.held)
        if self.above:
            label = label_at(_cut(name, self.wide - 40), 0, top + 13, "start")
            count = label_at(held, round(label.box.right) + 8, top + 13, "start")
            people = self._people(lane, round(count.box.right) + 12, top + 13)
            y = (people[-1].y if people else top + 13) + 19
        else:
            people, y = (), top + 16
            label = label_at(_cut(name, (self.left - 42) / 0.92), 0, y + 4, "start")
            count = label_at(held, self.left - 14, y + 4, "end")
        return Row(lane=lane, name=label, count=count, people=people, y=y)

    def _people(self, lane: Lane, x: int, y: int) -> tuple[Label, ...]:
        """Those who share a lane, in the order in which they met: on the line of its name and one more, or not."""
        if lane.kind != "others":
            return ()
        met = [id for visit, _ in lane.visits for id in visit.parties]
        names = [party.label for party in sorted(lane.people, key=lambda party: met.index(party.id))]
        lines: list[Label] = []
        while names:
            for count in range(len(names), 0, -1):
                text = Text(", ".join(names[:count]) + ("," if count < len(names) else ""))
                label = label_at(text, 0 if lines else x, y + len(lines) * 15, "start")
                if label.box.right <= self.wide:
                    lines.append(label)
                    names = names[count:]
                    break
            else:
                return ()
            if len(lines) == 2 and names:
                return ()
        return tuple(lines)

    def _marks(self, row: Row, drawn: Sequence[_Drawn], near: int, apart: int) -> Iterator[Mark]:
        found: list[tuple[int, list[Spot], list[Marked]]] = []
        for x, standing, visit in drawn:
            if found and x - found[-1][0] < near:
                found[-1][2].append(visit)
                last = [at for at, each in found[-1][1] if each == standing][-1:]
                if not last or x - last[0] > apart:
                    found[-1][1].append((x, standing))
            else:
                found.append((x, [(x, standing)], [visit]))
        for x, spots, visits, (left, right) in _with_targets(found, self.wide):
            yield Mark(x=x, y=row.y, spots=spots, visits=visits, left=left, wide=right - left)

    def _labels(self, rows: Sequence[Row], labelled: Labelled) -> tuple[Label, ...]:
        """Label the visits in `first` and those in the lane of several people, then the last ones of each lane.

        Of those, the ones to come are labelled first, then those that fell through, then those held.
        """
        marks = [mark for row in rows for mark in row.marks]
        alone = [
            [mark for mark in row.marks if len(mark.visits) == 1 and mark.visits[0].id in labelled.places]
            for row in rows
        ]
        by_visit = {mark.visits[0].id: mark for found in reversed(alone) for mark in reversed(found)}
        several = [
            mark
            for row, found in zip(rows, alone, strict=True)
            if row.lane.kind == "others" and not row.people
            for mark in found
        ]
        last = [
            mark
            for kind in ("planned", "fell-through", "held")
            for row, found in zip(rows, alone, strict=True)
            if row.lane.kind in ("person", "pair")
            for mark in [mark for mark in found if mark.kinds == (kind,)][-1:]
        ]
        wanted = [by_visit[id] for id in labelled.first if id in by_visit] + several + last
        named = {id(mark): mark for mark in wanted}  # comparing marks would compare their visits
        frame = Box(0 if self.above else self.left + 2, 20, self.wide, self.below)
        taken = [text.box for row in rows for text in (row.name, row.count, *row.people)]
        taken += [
            Box(x - _REACH, mark.y - _REACH, x + _REACH, mark.y + _REACH)
            for mark in marks
            if id(mark) not in named
            for x, _ in mark.spots
        ]
        spots = [(Line(labelled.places[mark.visits[0].id]), (mark.x, mark.y), _REACH) for mark in named.values()]
        return place_labels(spots, frame, taken=taken, at_most=self.view.at_most, clear=_CLEAR)

    def _bar(self, stage: Stage, spans: Sequence[Span], top: int) -> Bar:
        y = top + (24 if self.above else 22)
        name = _short(stage)
        if self.above:
            label = label_at(_cut(name, self.wide), 0, top + 13, "start")
        else:
            label = label_at(_cut(name, (self.left - 12) / 0.92), 0, y + 4, "start")
        dated = [span for span in spans if span.start]
        begins = self._x(dated[0].start) if dated and dated[0].start else self.right
        end = self._x(self.lanes.as_of)
        lines = [("before", f"M{self.left} {y}H{begins}")] if begins > self.left else []
        for span in dated:
            start, stop = self._x(span.start or self.start), self._x(span.end) if span.end else end
            if span.end is None:
                start = min(start, end - 3)  # show a status that began today
            if stop > start and (span.end is None or span.end > self.start):
                lines.append((span.status, f"M{start} {y}H{stop}"))
        states = self._states(spans, label, y)
        return Bar(stage=stage, spans=tuple(spans), name=label, lines=tuple(lines), states=states, top=top)

    def _states(self, spans: Sequence[Span], name: Label, y: int) -> tuple[Label, ...]:
        """The last state with its day, then the earlier ones where there is room."""
        baseline = y + _BAR + SIZE - 2 if self.above else y - _BAR - 3
        placed: list[Label] = []
        taken: list[Box] = [name.box]
        for span in reversed(spans):
            x = self._x(span.start) if span.start else self.left + _AIR
            texts = [self.wording.since(span), self.wording.state(span)] if not placed else [self.wording.state(span)]
            at_ends = () if placed else ((self.right, "end"), (self.left + _AIR, "start"))
            options = [
                label_at(text, where, baseline, anchor) for text in texts for where, anchor in ((x, "start"), *at_ends)
            ]
            frame = Box(0, 0, self.wide, y + 100)
            free = (at for at in options if frame.holds(at.box) and not any(at.box.touches(box) for box in taken))
            if label := next(free, None):
                placed.append(label)
                box = label.box
                taken.append(Box(box.left - _AIR, box.top, box.right + _AIR, box.bottom))
        return tuple(reversed(placed))

    def _grid(self) -> tuple[tuple[Label, ...], list[int]]:
        """The names of years and months at the lines of the grid, as far as there is room, and where the lines are."""
        ticks: list[Label] = []
        lines: list[int] = []
        month: datetime.date | None = self.start
        while month and month <= self.end:
            x = self._x(month)
            year, of_month = self.wording.year(month.year), self.wording.months[month.month - 1]
            name = str(year if month.month == 1 or self.step >= 12 else of_month)
            if not lines and month.month != 1 and self.step < 12:
                name = f"{name} {year}"
            label = label_at(Text(name), x + 3, 12, "start")
            if label.box.right <= self.wide and (not ticks or label.box.left >= ticks[-1].box.right + 4):
                ticks.append(label)
            lines.append(x)
            month = _later(month, self.step)
        return tuple(ticks), lines


def _with_targets(
    found: Sequence[tuple[int, Sequence[Spot], Sequence[Marked]]], wide: int
) -> Iterator[tuple[int, tuple[Spot, ...], tuple[Marked, ...], tuple[int, int]]]:
    """Give each mark a target that overlaps no other. Marks for which that is not possible become one."""
    if not found:
        return
    groups = [(x, x, list(spots), list(visits)) for x, spots, visits in found]
    middles = [x for x, _, _ in found]
    while True:
        edges, clash = _edges(middles, wide)
        if clash is None:
            break
        one, other = groups[clash - 1], groups.pop(clash)
        one[2].extend(other[2])
        one[3].extend(other[3])
        groups[clash - 1] = (one[0], other[1], one[2], one[3])
        middles[clash - 1 : clash + 1] = [(one[0] + other[1]) // 2]
    afters = [*(left for left, _ in edges[1:]), wide]
    for x, (_, _, spots, visits), (left, right), after in zip(middles, groups, edges, afters, strict=True):
        last = min(max(at for at, _ in spots) + _REACH, after)
        yield x, tuple(dict.fromkeys(spots)), tuple(visits), (left, max(right, last))


def _edges(middles: Sequence[int], wide: int) -> tuple[list[tuple[int, int]], int | None]:
    """Where the target of each mark begins and ends; the first mark that has none, or None if all have one."""
    edges: list[tuple[int, int]] = []
    before = 0
    for index, x in enumerate(middles):
        left = max(before, min(x - _TAP * 2 // 3, wide - _TAP * (len(middles) - index)))
        if left > x - 2:
            return edges, max(index, 1) if len(middles) > 1 else None
        after = middles[index + 1] if index + 1 < len(middles) else wide
        right = max(left + _TAP, min(x + _TAP * 2 // 3, (x + after) // 2 if index + 1 < len(middles) else wide))
        if right > wide:
            return edges, max(index, 1)
        edges.append((left, right))
        before = right
    return edges, None


def _short(stage: Stage) -> Text:
    return stage.word or stage.label


def _cut(text: Text, room: float) -> Text:
    """A text, cut with an ellipsis if it is wider than the room."""
    if width(text) <= room:
        return text
    while len(text) > 1 and width(f"{text}…") > room:
        text = Text(text[:-1].rstrip())
    return Text(f"{text}…")


def _axis(
    lanes: Lanes, days: Mapping[str, datetime.date | None], room: int
) -> tuple[datetime.date, datetime.date, int]:
    """The first and last day, and the months between two lines.

    It begins with the first meeting held or the first change of a stage. What fell through before that is not on it.
    What is planned soon after the explainer's day is.
    """
    held = [
        day for lane in lanes.lanes for visit, standing in lane.visits if standing == "held" and (day := days[visit.id])
    ]
    every = [day for day in days.values() if day]
    changes = [span.start for _, spans in lanes.stages for span in spans if span.start]
    first = min(held + changes or every or [lanes.as_of])
    first = min(first, lanes.as_of)
    after = (lanes.as_of - first) // 4 + datetime.timedelta(days=31)
    ahead = [day for day in every if lanes.as_of < day <= lanes.as_of + min(after, datetime.date.max - lanes.as_of)]
    last = max([lanes.as_of, *ahead])
    months = max((last.year - first.year) * 12 + last.month - first.month + 1, 1)
    lines = max(room // 90, 2)
    step = next((step for step in _STEPS if months / step <= lines), _STEPS[-1])
    number = (first.year * 12 + first.month - 1) // step * step if step <= 12 else first.year // (step // 12) * step
    number = max(number, 12)
    start = datetime.date(number // 12, number % 12 + 1, 1)
    return start, max(last, (_later(start, 1) or datetime.date.max) - datetime.timedelta(days=1)), step


def _later(month: datetime.date, months: int) -> datetime.date | None:
    """The first day of a later month; None if the calendar ends before."""
    number = month.year * 12 + month.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1) if number // 12 <= datetime.MAXYEAR else None
