"""The timeline as a picture: a row for each year, a column for each month, a mark for everything with a date.

The marks of a year are in lanes, so that none hides another. A date that is not known to the day is a dashed line over
all the days it may be, with an open mark in its middle.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.overviews import Happening
from builder.graphics.labels import Label, label_at, width
from builder.records.models.constraint import Constraint
from builder.records.models.visit import Visit
from builder.records.safe_text import Text

KINDS = ("leaders", "held", "planned", "fell-through", "rule", "change", "step")
"""The kinds of marks, in the order of the key."""

CELL_WIDTHS = (0, 10, 20, 40, 80, 160)
"""Within how many units marks of one kind are drawn as one: to be tried in turn until a drawing is small enough."""

MAX_BYTES = 9_900
"""The most bytes in all drawings of one timeline."""

_HOLLOW = ("leaders-open", "held-open", "planned", "planned-open", "rule-open", "step-open")
"""The marks with a hole, which is drawn as a second path over the first."""

_LANE, _GAP, _HEAD, _REACH = 13, 12, 22, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A drawing of `width` by `height`: months as columns, years as rows, marks and lines as path data."""

    width: int
    height: int
    months: tuple[Label, ...]
    years: tuple[Label, ...]
    rules: str
    """The lines between years; `grid` has those between months."""

    grid: str
    spans: Mapping[str, str]
    """Lines by kind: lasting (from one day to another) or unsure (some day in between)."""

    marks: Mapping[str, str]
    """Marks by kind, with `-open` added if the day is not known."""

    labels: tuple[Label, ...]

    @property
    def hollow(self) -> tuple[str, ...]:
        """The kinds of marks in it that have a hole."""
        return tuple(name for name in self.marks if name in _HOLLOW)

    @property
    def size(self) -> int:
        """About how many bytes it takes in a page, with its share of the frame and the key."""
        paths = (self.grid, self.rules, *self.spans.values(), *self.marks.values())
        holes = (self.marks[name] for name in self.hollow)
        texts = (label.text.__html__().encode() for label in (*self.months, *self.years, *self.labels))
        return sum(len(path) + 30 for path in (*paths, *holes)) + sum(len(text) + 40 for text in texts)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the key explains: the kinds in it, and `unsure` if a date is not known to the day."""
        found = {name.removesuffix("-open") for name in self.marks}
        unsure = ("unsure",) if any(name.endswith("-open") for name in self.marks) else ()
        return (*(kind for kind in KINDS if kind in found), *unsure)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Item:
    """An item in the row of a year: its mark, where it starts and ends, and its label."""

    kind: str
    x: int
    start: int
    end: int
    sure: bool
    marked: bool
    label: Text | None
    label_left: bool

    @property
    def reach(self) -> tuple[float, float]:
        """The left and right end of all that it covers, with its label."""
        wide = width(self.label) + _REACH + 5 if self.label else 0
        left, right = min(self.start, self.x - _REACH), max(self.end, self.x + _REACH)
        return (left - wide if self.label_left else left) - 1, (right if self.label_left else right + wide) + 1


def kind_of(happening: Happening, standings: Mapping[str, str]) -> str:
    """The kind of mark for a happening. `standings` has the standing of each visit, by its id."""
    if happening.entry is None:
        if isinstance(happening.record, Visit):
            standing = standings[happening.record.id]
            if standing == "held":
                return "leaders" if happening.record.level == "leaders" else "held"
            return "fell-through" if standing == "fell-through" else "planned"
        assert isinstance(happening.record, Constraint)
        return "rule"
    changes = getattr(happening.entry, "status", None) and not isinstance(happening.record, Visit)
    return "change" if changes else "step"


def draw_timeline(
    happenings: Sequence[tuple[Happening, str, Text | None]], months: Sequence[Text], *, wide: int, cell: int = 0
) -> Picture | None:
    """Draw happenings, each with its kind and an optional label, below the names of the months.

    Marks of one kind without labels that are within `cell` units are drawn as one. None if no date is known.
    """
    scale = _Scale(left=40, right=wide - 6)
    rows = _rows(happenings, scale, cell)
    lanes = {year: _in_lanes(items) for year, items in rows.items()}
    tops: dict[int, int] = {}
    y, before = _HEAD, None
    for year in rows:
        y += _GAP if before is not None and year > before + 1 else 0
        tops[year], before = y, year
        y += (max(lane for lane, _ in lanes[year]) + 1) * _LANE + 8
    if not rows:
        return None
    placed = [
        (item, tops[year] + 4 + lane * _LANE + _LANE // 2) for year, found in lanes.items() for lane, item in found
    ]
    return Picture(
        width=wide,
        height=y + 2,
        months=tuple(
            label_at(name, round((scale.month(index) + scale.month(index + 1)) / 2), 12, "middle")
            for index, name in enumerate(months)
        ),
        years=tuple(label_at(Text(str(year)), 0, top + 14, "start") for year, top in tops.items()),
        rules="".join(f"M0 {top}h{wide}" for top in tops.values()),
        grid="".join(f"M{scale.month(index)} {_HEAD}V{y}" for index in range(13)),
        spans=_spans(placed),
        marks=_marks(placed),
        labels=tuple(_label(item, y) for item, y in placed if item.label),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scale:
    """Where months and days are, from left to right."""

    left: int
    right: int

    def month(self, index: int) -> int:
        return round(self.left + (self.right - self.left) * index / 12)

    def day(self, day: datetime.date) -> int:
        """The middle of a day."""
        part = (day.day - 0.5) / monthrange(day.year, day.month)[1]
        return round(self.left + (self.right - self.left) * (day.month - 1 + part) / 12)


def _rows(happenings: Sequence[tuple[Happening, str, Text | None]], scale: _Scale, cell: int) -> dict[int, list[_Item]]:
    known = [(happening.date, kind, label) for happening, kind, label in happenings if happening.date != NOT_KNOWN]
    years = sorted({_begin(date).year for date, _, _ in known})
    rows: dict[int, list[_Item]] = {year: [] for year in years}
    seen: set[tuple[int, str, int]] = set()
    for date, kind, label in known:
        for year, item in _items(date, kind, label, years, scale):
            place = (year, kind, item.x // max(cell, 1))
            if not cell or item.label or place not in seen:
                rows[year].append(item)
            seen.add(place)
    return rows


def _begin(date: Date) -> datetime.date:
    return date.last.replace(month=1, day=1) if date.open_start else date.first


def _items(
    date: Date, kind: str, label: Text | None, years: Iterable[int], scale: _Scale
) -> Iterator[tuple[int, _Item]]:
    """A date in each year that it covers, with a mark only in the first."""
    begin = _begin(date)
    end = begin.replace(month=12, day=31) if date.open_end else date.last
    lasting = bool(date.ends) and all(each.kind in ("day", "open") and not each.qualifier for each in date.ends)
    for year in years:
        if not begin.year <= year <= end.year:
            continue
        first, last = max(begin, datetime.date(year, 1, 1)), min(end, datetime.date(year, 12, 31))
        start, stop = scale.day(first), scale.day(last)
        x = start if lasting else (start + stop) // 2
        marked = year == begin.year
        named = label if marked else None
        yield (
            year,
            _Item(
                kind=kind,
                x=x,
                start=start,
                end=stop,
                sure=lasting,
                marked=marked,
                label=named,
                label_left=bool(named and max(x, stop) + _REACH + 5 + width(named) > scale.right),
            ),
        )


def _in_lanes(items: Sequence[_Item]) -> list[tuple[int, _Item]]:
    """Each item with the first lane in which it covers no other. Leaders' meetings choose first."""
    taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
    found: list[tuple[int, _Item]] = []
    for item in sorted(items, key=lambda item: (item.kind != KINDS[0], item.end - item.start > 60, item.x, item.kind)):
        left, right = item.reach
        lane = 0
        while any(left < other_right and other_left < right for other_left, other_right in taken[lane]):
            lane += 1
        taken[lane].append((left, right))
        found.append((lane, item))
    return found


def _spans(placed: Sequence[tuple[_Item, int]]) -> dict[str, str]:
    lines: dict[str, list[str]] = {"lasting": [], "unsure": []}
    for item, y in placed:
        if item.end - item.start > _REACH:
            lines["lasting" if item.sure else "unsure"].append(f"M{item.start} {y}h{item.end - item.start}")
    return {name: "".join(found) for name, found in lines.items() if found}


def _marks(placed: Sequence[tuple[_Item, int]]) -> dict[str, str]:
    points: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for item, y in placed:
        if item.marked:
            points[item.kind if item.sure else f"{item.kind}-open"].append((item.x, y))
    names = [(kind, name) for kind in reversed(KINDS) for name in (kind, f"{kind}-open")]
    return {name: _path(kind, points[name]) for kind, name in names if name in points}


def _path(kind: str, points: Sequence[tuple[int, int]]) -> str:
    """One path of all marks of a kind, each relative to the one before, which is smaller than a shape for each.

    Round and square marks are the caps of a line without length, whose width comes from the style sheet.
    """
    left, top, shape = _SHAPES.get(kind, (0, 0, "h0"))
    corners = [(x - left, y - top) for x, y in points]
    first, *steps = [corners[0], *((x - px, y - py) for (px, py), (x, y) in pairwise(corners))]
    return f"M{_pair(first)}{shape}" + "".join(f"m{_pair(step)}{shape}" for step in steps)


_SHAPES = {"fell-through": (3, 3, "l6 6m0-6l-6 6m0-6"), "change": (0, 5, "l5 5-5 5-5-5z")}
"""How far left of and above its middle a mark starts, and its outline, which ends where it started."""


def _pair(step: tuple[int, int]) -> str:
    x, y = step
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _label(item: _Item, y: int) -> Label:
    assert item.label is not None, "only items with a label are given"
    if item.label_left:
        return label_at(item.label, min(item.x, item.start) - _REACH - 3, y + 4, "end")
    return label_at(item.label, max(item.x, item.end) + _REACH + 3, y + 4, "start")
