"""Maps: places and routes over a plain coastline, drawn to fit what they show.

The projection is equirectangular, true to shape at the map's middle. The coastline is Natural Earth's, cropped and
simplified until it is small.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from builder.graphics.labels import Box, Label, place_labels
from builder.records.safe_text import Line

Point = tuple[float, float]

_COASTLINE = Path(__file__).with_name("coastline.geojson")
WIDE, NARROW = 680, 320
"""The widths of a drawing beside text and on a phone: type keeps its size, so each is laid out by itself."""

_LEAST_DEGREES = 5.0
"""Of latitude that a map shows at least: with less of it no coast can be told."""

_PADDING = 0.16
"""Of the map's extent, added on each side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A place to show: where, what it is called, how many visits it saw, and how many that were not held."""

    name: Line
    lat: float
    lon: float
    count: int = 0
    others: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle:
    """A spot on the map: its middle and radius. It is hollow where no visit was held."""

    x: int
    y: int
    r: int
    hollow: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Map:
    """A drawing of `width` by `height`: land as path data, circles, a route as path data, labels that don't collide."""

    width: int
    height: int
    land: str
    circles: tuple[Circle, ...]
    route: str
    labels: tuple[Label, ...]


def draw_maps(spots: Sequence[Spot], route: Sequence[Spot] = (), *, wide: int = WIDE) -> tuple[Map, ...]:
    """Draw spots, and a route through some, wide and narrow; nothing where there is nothing to show."""
    return tuple(_drawn(tuple(spots), tuple(route), width) for width in (wide, NARROW)) if spots else ()


@functools.lru_cache(maxsize=64)  # while a preview runs, few edits move a place
def _drawn(spots: tuple[Spot, ...], route: tuple[Spot, ...], width: int) -> Map:
    return draw_map(spots, route, width=width)


def draw_map(spots: Sequence[Spot], route: Sequence[Spot] = (), *, width: int) -> Map:
    """Draw spots, at least one, and a route through some of them on a map of that width."""
    view = _View.around([(spot.lon, spot.lat) for spot in spots], width)
    most = max(spot.count + spot.others for spot in spots)
    by_size = sorted(dict.fromkeys(spots), key=lambda spot: (-spot.count, -spot.others, spot.name, spot.lon))
    circles = {spot: _circle(spot, view, most) for spot in by_size}
    labels = place_labels(
        [(spot.name, (circle.x, circle.y), circle.r) for spot, circle in circles.items()],
        Box(0, 0, view.width, view.height),
    )
    return Map(
        width=view.width,
        height=view.height,
        land=_land(view),
        circles=tuple(circles.values()),
        route=_line([view.at(spot.lon, spot.lat) for spot in route]) if len(route) > 1 else "",
        labels=labels,
    )


def _circle(spot: Spot, view: _View, most: int) -> Circle:
    """Its area grows with the visits."""
    x, y = view.at(spot.lon, spot.lat)
    largest = 7 + view.width / 90
    count = spot.count or spot.others
    r = max(4.0, largest * math.sqrt(count / most)) if most and count else 4.0
    return Circle(x=round(x), y=round(y), r=round(r), hollow=bool(spot.others and not spot.count))


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    """The part of the world that is shown. `west` may lie beyond 180 degrees where the map crosses them."""

    west: float
    north: float
    scale: float
    """Units of the drawing for each degree of latitude."""

    squeeze: float
    """What a degree of longitude is beside one of latitude."""

    width: int
    height: int

    @classmethod
    def around(cls, points: Sequence[Point], width: int) -> _View:
        start, span = _shortest_arc([lon for lon, _ in points])
        south, north = min(lat for _, lat in points), max(lat for _, lat in points)
        middle = (south + north) / 2
        squeeze = max(math.cos(math.radians(middle)), 0.15)
        across = max(span * squeeze * (1 + 2 * _PADDING), _LEAST_DEGREES)
        down = max((north - south) * (1 + 2 * _PADDING), _LEAST_DEGREES * 0.6)
        shape = min(max(down / across, 0.55), 0.75 if width > 500 else 1.15)
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
        """Where a place stands on the drawing; longitudes are counted on from its western edge."""
        return self.flat((lon - self.west) % 360 + self.west, lat)

    def flat(self, lon: float, lat: float) -> Point:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale


def _shortest_arc(longitudes: Sequence[float]) -> tuple[float, float]:
    """Where the shortest stretch that holds all longitudes begins, going east, and how long it is."""
    ordered = sorted({lon % 360 for lon in longitudes})
    gaps = [(after - before) % 360 or 360 for before, after in zip(ordered, [*ordered[1:], ordered[0]], strict=True)]
    widest = max(range(len(gaps)), key=lambda index: (gaps[index], -index))
    start = ordered[(widest + 1) % len(ordered)]
    return (start - 360 if start > 180 else start), 360 - gaps[widest]


@functools.cache
def _coastline() -> tuple[tuple[Point, ...], ...]:
    """The outlines of all land, and of the seas within it. One that crosses 180 degrees goes on beyond them."""
    polygons = json.loads(_COASTLINE.read_text(encoding="utf-8"))["geometry"]["coordinates"]
    return tuple(tuple((lon, lat) for lon, lat in ring) for polygon in polygons for ring in polygon)


@functools.cache
def _bounds() -> tuple[tuple[float, float, float, float], ...]:
    """The west, south, east and north of each outline: what lies wholly out of view need not be drawn."""
    boxes = []
    for ring in _coastline():
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        boxes.append((min(lons), min(lats), max(lons), max(lats)))
    return tuple(boxes)


def _land(view: _View) -> str:
    """The land in view as path data in whole units, with as much detail as its size allows."""
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
    """A ring without the points that fall onto the one before: most of a coast is finer than a small map."""
    kept = [points[0]]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    return [*kept, points[-1]] if len(points) > 1 else kept


def _clipped(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """A ring without what lies beyond a straight edge (Sutherland and Hodgman's way)."""
    kept: list[Point] = []
    for before, point in zip([*points[-1:], *points[:-1]], points, strict=True):
        inside, was_inside = (sign * (each[axis] - limit) >= 0 for each in (point, before))
        if inside != was_inside:
            part = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])))
        if inside:
            kept.append(point)
    return kept


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _simplified(ring: Sequence[Point], tolerance: float) -> list[Point]:
    """A line without the points that lie closer than `tolerance` to it (Douglas and Peucker's way)."""
    if len(ring) < 4:
        return list(ring)
    far = max(range(len(ring)), key=lambda index: math.dist(ring[0], ring[index]))
    kept = {0, far, len(ring) - 1}
    waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        distance, index = max(
            ((_distance(ring[index], ring[first], ring[last]), index) for index in range(first + 1, last)),
            default=(0.0, 0),
        )
        if distance > tolerance:
            kept.add(index)
            waiting += [(first, index), (index, last)]
    return [ring[index] for index in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    across = (end[0] - start[0]) * (start[1] - point[1]) - (start[0] - point[0]) * (end[1] - start[1])
    return abs(across) / length


def _line(points: Sequence[Point]) -> str:
    """Path data through points, each counted from the one before it, in whole units."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(whole) if (x, y) != (px, py)]
    numbers = "".join(f" {number}" if number >= 0 else str(number) for step in steps for number in step)
    return f"M{whole[0][0]} {whole[0][1]}l{numbers.lstrip()}"
