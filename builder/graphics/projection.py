"""The part of the world that a map shows, and where a place is on it.

The projection is equirectangular, undistorted at the middle of the map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

WIDE, NARROW = 680, 320
"""The widths of a drawing next to text and on a phone. Text has the same size in both, so each has its own layout."""

INSET = 156
"""The width of an inset. Two fit side by side on a phone, so each is drawn once."""

_LEAST_DEGREES = 5.0
"""The fewest degrees of latitude that a map of one place shows: with fewer, a coast cannot be recognised."""

_NEAREST_DEGREES = 2.0
"""The fewest that a map of several places shows: the coastline is no finer."""

_PADDING = 0.16
"""The share of the extent added on each side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
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
    def around(cls, points: Sequence[Point], width: int) -> View:
        start, span = shortest_arc([lon for lon, _ in points])
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


def shortest_arc(longitudes: Sequence[float]) -> tuple[float, float]:
    """The western end and the length of the shortest arc with all longitudes, in degrees."""
    ordered = sorted({lon % 360 for lon in longitudes})
    gaps = [(after - before) % 360 or 360 for before, after in zip(ordered, [*ordered[1:], ordered[0]], strict=True)]
    widest = max(range(len(gaps)), key=lambda index: (gaps[index], -index))
    start = ordered[(widest + 1) % len(ordered)]
    return (start - 360 if start > 180 else start), 360 - gaps[widest]
