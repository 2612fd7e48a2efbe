"""The land on a map: the coastline of Natural Earth, cropped and simplified until it is small."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from builder.graphics.projection import Point, View

_COASTLINE = Path(__file__).with_name("coastline.geojson")


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


def land_in(view: View) -> str:
    """The land in view as path data in whole units, as detailed as the limit on size allows."""
    rings = list(_cropped(view))
    tolerance = 0.6
    while True:
        simpler = [_simplified(ring, tolerance) for ring in rings if _area(ring) > 4 * tolerance]
        if sum(map(len, simpler)) <= view.width:  # points: so that it stays a small picture
            return "".join(line(ring) for ring in simpler if len(ring) > 3)
        tolerance *= 1.25
        rings = simpler


def _cropped(view: View) -> Iterator[list[Point]]:
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


def line(points: Sequence[Point]) -> str:
    """Path data through points, each relative to the one before, in whole units."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(whole) if (x, y) != (px, py)]
    numbers = "".join(f" {number}" if number >= 0 else str(number) for step in steps for number in step)
    return f"M{whole[0][0]} {whole[0][1]}l{numbers.lstrip()}"
