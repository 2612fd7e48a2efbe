"""Maps of places and routes on a plain coastline, cropped to what they show.

The projection is equirectangular, undistorted at the middle of the map. The coastline is from Natural Earth, cropped
and simplified until it is small.
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
"""The widths of a drawing next to text and on a phone. Text has the same size in both, so each has its own layout."""

_LEAST_DEGREES = 5.0
"""The fewest degrees of latitude that a map shows: with fewer, a coast cannot be recognised."""

_PADDING = 0.16
"""The share of the extent added on each side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A place to show: its name, coordinates, number of visits held, and number of other visits."""

    name: Line
    lat: float
    lon: float
    count: int = 0
    others: int = 0


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


def draw_maps(spots: Sequence[Spot], route: Sequence[Spot] = (), *, wide: int = WIDE) -> tuple[Map, ...]:
    """Draw spots, and a route through some of them, in two widths; no map if there are no spots."""
    return tuple(_drawn(tuple(spots), tuple(route), width) for width in (wide, NARROW)) if spots else ()


@functools.lru_cache(maxsize=64)  # few edits in a preview move a place
def _drawn(spots: tuple[Spot, ...], route: tuple[Spot, ...], width: int) -> Map:
    return draw_map(spots, route, width=width)


def draw_map(spots: Sequence[Spot], route: Sequence[Spot] = (), *, width: int) -> Map:
    """Draw at least one spot, and a route through some of them, on a map of that width."""
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
    """A circle whose area grows with the number of visits."""
    x, y = view.at(spot.lon, spot.lat)
    largest = 7 + view.width / 90
    count = spot.count or spot.others
    r = max(4.0, largest * math.sqrt(count / most)) if most and count else 4.0
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
    """A line without the points closer than `tolerance` to it (Ramer–Douglas–Peucker algorithm)."""
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
    """Path data through points, each relative to the one before, in whole units."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(whole) if (x, y) != (px, py)]
    numbers = "".join(f" {number}" if number >= 0 else str(number) for step in steps for number in step)
    return f"M{whole[0][0]} {whole[0][1]}l{numbers.lstrip()}"
