"""Maps of places and routes on a plain coastline, cropped to what they show.

The projection is equirectangular, undistorted at the middle of the map. The coastline is from Natural Earth, cropped
and simplified until it is small. There are no borders: any line between states takes a side where they dispute it, and
the subjects of an explainer often do. States are named instead.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from builder.graphics.labels import Box, Label, brief, label_at, place_labels
from builder.records.safe_text import Line

Point = tuple[float, float]

_COASTLINE = Path(__file__).with_name("coastline.geojson")
WIDE, NARROW = 680, 320
"""The widths of a drawing next to text and on a phone. Text has the same size in both, so each has its own layout."""

_LEAST_DEGREES = 5.0
"""The fewest degrees of latitude that a map of one place shows: with fewer, a coast cannot be recognised."""

_NEAREST_DEGREES = 2.0
"""The fewest that a map of several places shows: the coastline is no finer."""

_LARGEST, _SMALLEST = 12, 4
"""The radius of the largest and of the smallest circle, which is the same on a map and on its insets."""

_PADDING = 0.16
"""The share of the extent added on each side."""

INSET = 156
"""The width of an inset. Two fit side by side on a phone, so each is drawn once."""

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
    start, span = _shortest_arc([spot.lon for spot in spots])
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
    view = _View.around([(spot.lon, spot.lat) for spot in spots], width)
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
        land=_land(view),
        circles=tuple(circles.values()),
        route=_line(path) if path else "",
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


def _circle(spot: Spot, view: _View, most: int) -> Circle:
    """A circle whose area grows with the number of visits."""
    x, y = view.at(spot.lon, spot.lat)
    count = spot.count or spot.others
    r = max(_SMALLEST, _LARGEST * math.sqrt(count / most)) if most and count else _SMALLEST
    return Circle(x=round(x), y=round(y), r=round(r), hollow=bool(spot.others and not spot.count))


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    """The part of the world that is shown. `west` may be less than -180 degrees if the map crosses them."""

    west: float
    north: float
    scale: float
    """Units of the drawing for each degree of latitude."""

    squeeze: float
    """How long a degree of longitude is, as a share of a degree of latitude."""

    width: int
    height: int

    @classmethod
    def around(cls, points: Sequence[Point], width: int) -> _View:
        start, span = _shortest_arc([lon for lon, _ in points])
        south, north = min(lat for _, lat in points), max(lat for _, lat in points)
        middle = (south + north) / 2
        squeeze = max(math.cos(math.radians(middle)), 0.15)
        extent = max(span * squeeze, north - south)
        least = min(max(6 * extent, _NEAREST_DEGREES), _LEAST_DEGREES) if extent else _LEAST_DEGREES
        lowest = 0.55 if width > NARROW or width <= INSET else 0.7
        if len(points) < 3 and width > INSET:
            lowest = 0.42
        across = max(span * squeeze * (1 + 2 * _PADDING), least)
        down = max((north - south) * (1 + 2 * _PADDING), least * lowest)
        shape = min(max(down / across, lowest), 0.75 if width > 500 else 1.15)
        across = min(max(across, down / shape), 360 * squeeze)
        scale = width / across
        height = round(across * shape * scale)
        return cls(
            west=start + span / 2 - across / squeeze / 2,
            north=middle + height / scale / 2,
            scale=scale,
            squeeze=squeeze,
            width=width,
            height=height,
        )

    def at(self, lon: float, lat: float) -> Point:
        """Where a place is on the drawing. Longitudes count from the western edge."""
        return self.flat((lon - self.west) % 360 + self.west, lat)

    def flat(self, lon: float, lat: float) -> Point:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale


def _shortest_arc(longitudes: Sequence[float]) -> tuple[float, float]:
    """The western end and the length of the shortest arc with all longitudes, in degrees."""
    ordered = sorted({lon % 360 for lon in longitudes})
    gaps = [(after - before) % 360 or 360 for before, after in zip(ordered, [*ordered[1:], ordered[0]], strict=True)]
    widest = max(range(len(gaps)), key=lambda index: (gaps[index], -index))
    start = ordered[(widest + 1) % len(ordered)]
    return (start - 360 if start > 180 else start), 360 - gaps[widest]


@functools.cache
def _coastline() -> tuple[tuple[Point, ...], ...]:
    """The outlines of all land and inland seas. One that crosses 180 degrees continues beyond it."""
    polygons = json.loads(_COASTLINE.read_text(encoding="utf-8"))["geometry"]["coordinates"]
    return tuple(tuple((lon, lat) for lon, lat in ring) for polygon in polygons for ring in polygon)


@functools.cache
def _bounds() -> tuple[tuple[float, float, float, float], ...]:
    """The west, south, east and north of each outline, to skip those out of view."""
    boxes = []
    for ring in _coastline():
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        boxes.append((min(lons), min(lats), max(lons), max(lats)))
    return tuple(boxes)


def _land(view: _View) -> str:
    """The land in view as path data in whole units, as detailed as the limit on size allows."""
    rings = list(_cropped(view))
    tolerance = 0.6
    while True:
        simpler = [_simplified(ring, tolerance) for ring in rings if _area(ring) > 4 * tolerance]
        if sum(map(len, simpler)) <= view.width:  # points: so that it stays a small picture
            return "".join(_line(ring) for ring in simpler if len(ring) > 3)
        tolerance *= 1.25
        rings = simpler


def _cropped(view: _View) -> Iterator[list[Point]]:
    edge = 4.0
    for ring, (west, south, east, north) in zip(_coastline(), _bounds(), strict=True):
        for turn in (-360, 0, 360):
            left, top = view.flat(west + turn, north)
            right, bottom = view.flat(east + turn, south)
            if right < -edge or left > view.width + edge or bottom < -edge or top > view.height + edge:
                continue
            points = _thinned([view.flat(lon + turn, lat) for lon, lat in ring])
            for axis, limit, sign in ((0, -edge, 1), (0, view.width + edge, -1)):
                points = _clipped(points, axis, limit, sign)
            for axis, limit, sign in ((1, -edge, 1), (1, view.height + edge, -1)):
                points = _clipped(points, axis, limit, sign)
            if points:
                yield points


def _thinned(points: Sequence[Point]) -> list[Point]:
    """A ring without points that are nearly at the one before, as most of a coast is finer than a small map."""
    kept = [points[0]]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    return [*kept, points[-1]] if len(points) > 1 else kept


def _clipped(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """A ring without the part beyond a straight edge (Sutherland–Hodgman algorithm)."""
    if all(sign * (point[axis] - limit) >= 0 for point in points):
        return list(points)
    kept: list[Point] = []
    before = points[-1]
    was_inside = sign * (before[axis] - limit) >= 0
    for point in points:
        inside = sign * (point[axis] - limit) >= 0
        if inside != was_inside:
            part = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])))
        if inside:
            kept.append(point)
        before, was_inside = point, inside
    return kept


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _simplified(ring: Sequence[Point], tolerance: float) -> list[Point]:
    """A line without the points closer than `tolerance` to it (Ramer–Douglas–Peucker algorithm)."""
    if len(ring) < 4:
        return list(ring)
    far = max(range(len(ring)), key=lambda index: math.dist(ring[0], ring[index]))
    kept = {0, far, len(ring) - 1}
    waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        distance, index = _farthest(ring, first, last)
        if distance > tolerance:
            kept.add(index)
            waiting += [(first, index), (index, last)]
    return [ring[index] for index in sorted(kept)]


def _farthest(ring: Sequence[Point], first: int, last: int) -> tuple[float, int]:
    """The last of the points between two that is farthest from the line through both, after its distance."""
    (x1, y1), (x2, y2) = ring[first], ring[last]
    length = math.dist(ring[first], ring[last])
    right, down = x2 - x1, y2 - y1
    most, place = 0.0, 0
    for index in range(first + 1, last):
        x, y = ring[index]
        distance = abs(right * (y1 - y) - (x1 - x) * down) / length if length else math.hypot(x - x1, y - y1)
        if distance >= most:
            most, place = distance, index
    return most, place


def _line(points: Sequence[Point]) -> str:
    """Path data through points, each relative to the one before, in whole units."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(whole) if (x, y) != (px, py)]
    numbers = "".join(f" {number}" if number >= 0 else str(number) for step in steps for number in step)
    return f"M{whole[0][0]} {whole[0][1]}l{numbers.lstrip()}"
