"""Maps of places and routes on a plain coastline, cropped to what they show.

There are no borders: any line between states takes a side where they dispute it, and the subjects of an explainer
often do. States are named instead.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from builder.graphics.labels import Box, Label, brief, label_at, place_labels
from builder.graphics.land import land_in, line
from builder.graphics.projection import INSET, NARROW, WIDE, Point, View, shortest_arc
from builder.records.safe_text import Line

_LARGEST, _SMALLEST = 12, 4
"""The radius of the largest and of the smallest circle, which is the same on a map and on its insets."""

_MOST_INSETS = 3
_FAR = 0.4
"""A place is far if the gap between it and the others is this share of the extent of the map."""

_NEAR_DEGREES = 12.0
"""A map of this extent needs no inset."""


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Spot:
    """A place to show: its name, coordinates, number of visits held, and number of other visits."""

    name: Line
    lat: float
    lon: float
    count: int = 0
    others: int = 0
    within: tuple[Line, ...] = ()
    """The names of the larger places it is in, the largest first. The map names them where there is room."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle:
    """A spot on the map: its middle and radius. It is hollow if there were only visits that were not held."""

    x: int
    y: int
    r: int
    hollow: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Map:
    """A drawing of `width` by `height`: land and route as path data, circles, and labels that do not overlap."""

    width: int
    height: int
    land: str
    circles: tuple[Circle, ...]
    route: str
    labels: tuple[Label, ...]
    around: tuple[Label, ...]
    """The names of the larger places."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Maps:
    """The same places on a wide map and on a narrow one, and the insets of both: places far from the others."""

    wide: Map
    narrow: Map
    insets: tuple[Map, ...] = ()


def draw_maps(spots: Sequence[Spot], route: Sequence[Spot] = (), *, wide: int = WIDE) -> Maps | None:
    """Draw spots, and a route through some of them; no map if there are no spots. A map with a route has no insets."""
    return _drawn(tuple(spots), tuple(route), wide) if spots else None


@functools.lru_cache(maxsize=64)  # few edits in a preview move a place
def _drawn(spots: tuple[Spot, ...], route: tuple[Spot, ...], wide: int) -> Maps:
    main, *far = (spots,) if route else _groups(spots)
    most = _most(spots)
    return Maps(
        wide=draw_map(main, route, width=wide, most=most),
        narrow=draw_map(main, route, width=NARROW, most=most),
        insets=tuple(draw_map(group, width=INSET, most=most) for group in far),
    )


def _most(spots: Sequence[Spot]) -> int:
    return max(spot.count + spot.others for spot in spots)


def _groups(spots: tuple[Spot, ...]) -> list[tuple[Spot, ...]]:
    """The spots near one another, then a few groups that are far from them. Of two groups, the smaller is far."""
    main, far = spots, list[tuple[Spot, ...]]()
    while len(far) < _MOST_INSETS and (cut := _widest_gap(main)):
        smaller, larger = sorted(cut, key=lambda side: (len(side), sum(spot.count + spot.others for spot in side)))
        if len(larger) < 3 or len(smaller) == len(larger):
            break
        main = larger
        far.append(smaller)
    return [main, *far]


def _widest_gap(spots: Sequence[Spot]) -> tuple[tuple[Spot, ...], tuple[Spot, ...]] | None:
    """The spots on both sides of the widest gap, from west to east or from south to north; None if no gap is wide."""
    start, span = shortest_arc([spot.lon for spot in spots])
    south, north = min(spot.lat for spot in spots), max(spot.lat for spot in spots)
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.15)
    extent = max(span * squeeze, north - south)
    if extent <= _NEAR_DEGREES:
        return None
    eastward = sorted(((spot.lon - start) % 360 * squeeze, spot.lat, spot.name, spot) for spot in spots)
    northward = sorted((spot.lat, spot.lon, spot.name, spot) for spot in spots)
    cuts = [
        (after[0] - before[0], at, ordered)
        for ordered in (eastward, northward)
        for at, (before, after) in enumerate(pairwise(ordered), 1)
    ]
    gap, at, ordered = max(cuts, key=lambda cut: cut[0])
    if gap < _FAR * extent:
        return None
    return tuple(place[-1] for place in ordered[:at]), tuple(place[-1] for place in ordered[at:])


def draw_map(spots: Sequence[Spot], route: Sequence[Spot] = (), *, width: int, most: int | None = None) -> Map:
    """Draw at least one spot, and a route through some of them, on a map of that width.

    `most` is the number of visits of the largest circle, if that is on another map.
    """
    view = View.around([(spot.lon, spot.lat) for spot in spots], width)
    most = _most(spots) if most is None else most
    by_size = sorted(dict.fromkeys(spots), key=lambda spot: (-spot.count, -spot.others, spot.name, spot.lon))
    circles = {spot: _circle(spot, view, most) for spot in by_size}
    frame = Box(_EDGE, 0, view.width - _EDGE, view.height)
    path = [view.at(spot.lon, spot.lat) for spot in route] if len(route) > 1 else []
    beside = tuple(_along(path))
    marks = [(spot.name, (circle.x, circle.y), circle.r) for spot, circle in circles.items()]
    labels = place_labels(marks, frame, taken=beside, clear=(4, 0))
    return Map(
        width=view.width,
        height=view.height,
        land=land_in(view),
        circles=tuple(circles.values()),
        route=line(path) if path else "",
        labels=labels,
        around=_around(circles, labels, beside, frame),
    )


def _along(path: Sequence[Point]) -> Iterator[Box]:
    """Small boxes along a line, a few units from each other."""
    for (x1, y1), (x2, y2) in pairwise(path):
        steps = max(round(math.dist((x1, y1), (x2, y2)) / 4), 1)
        for step in range(steps + 1):
            x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
            yield Box(x - 2, y - 2, x + 2, y + 2)


def _around(
    circles: Mapping[Spot, Circle], labels: Sequence[Label], beside: Sequence[Box], frame: Box
) -> tuple[Label, ...]:
    """The names of larger places, each where it touches nothing and no other circle is nearer than one of its own."""
    members: dict[Line, list[Circle]] = {}
    for spot, circle in circles.items():
        for name in spot.within:
            members.setdefault(name, []).append(circle)
    taken = [*(Box(each.x - each.r, each.y - each.r, each.x + each.r, each.y + each.r) for each in circles.values())]
    taken += [*(label.box for label in labels), *beside]
    placed: list[Label] = []
    for name, inside in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        x = round(sum(circle.x for circle in inside) / len(inside))
        y = round(sum(circle.y for circle in inside) / len(inside))
        for right, down in _SHIFTS:
            label = label_at(brief(name), x + right, y + down, "middle")
            if (
                frame.holds(label.box)
                and not any(label.box.touches(box) for box in taken)
                and (len(inside) > 1 or _between(label.box, inside[0]) <= _BESIDE)
                and min(circles.values(), key=lambda circle: _between(label.box, circle)) in inside
            ):
                placed.append(label)
                taken.append(label.box)
                break
    return tuple(placed)


def _between(box: Box, circle: Circle) -> float:
    """How far a circle is from a box."""
    across = max(box.left - circle.x, circle.x - box.right, 0)
    down = max(box.top - circle.y, circle.y - box.bottom, 0)
    return math.hypot(across, down) - circle.r


_EDGE = 6
"""How far a label keeps from the left and right edges: in bold it can be wider than thought."""

_BESIDE = 20
"""How far the name of a larger place may be from its only place."""

_SHIFTS = sorted(
    ((right, down) for right in range(-100, 101, 25) for down in range(-44, 65, 6)),
    key=lambda shift: (math.hypot(shift[0], shift[1] - 4), shift),
)
"""How far from the middle of its places the name of a larger place may be."""


def _circle(spot: Spot, view: View, most: int) -> Circle:
    """A circle whose area grows with the number of visits."""
    x, y = view.at(spot.lon, spot.lat)
    count = spot.count or spot.others
    r = max(_SMALLEST, _LARGEST * math.sqrt(count / most)) if most and count else _SMALLEST
    return Circle(x=round(x), y=round(y), r=round(r), hollow=bool(spot.others and not spot.count))
