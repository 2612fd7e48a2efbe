"""Draws how costs grow with the number of records: an SVG with logarithmic axes, readable in light and dark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH, HEIGHT = 960, 560
LEFT, TOP, RIGHT, BOTTOM = 70, 64, 270, 64
GAP: Final = 17
"""How far the names of two lines are apart at least."""

LIGHT: Final = ("#0b63ce", "#0b63ce", "#0b63ce", "#0b63ce", "#b3261e", "#8a5a00", "#6b4fbb", "#1b7837")
DARK: Final = ("#7ab8ff", "#7ab8ff", "#7ab8ff", "#7ab8ff", "#ff8a80", "#f0b429", "#c3a6ff", "#7fd18b")
DASHES: Final = ("", "9 4", "5 4", "2 4", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chart: its name, and seconds by the number of records."""

    name: str
    points: tuple[tuple[int, float], ...]


def draw(title: str, across: str, up: str, lines: Sequence[Line]) -> str:
    """An SVG of these lines, eight at most, with titles for the chart and its axes. The same lines give the same text.

    There must be at least one point, and all values must be above 0.
    """
    points = [point for line in lines for point in line.points]
    scale = _Scale(
        records=(min(x for x, _ in points), max(x for x, _ in points)),
        seconds=(_power_below(min(y for _, y in points)), _power_above(max(y for _, y in points))),
    )
    return "\n".join((*_head(title), *_axes(scale, across, up), *_lines(scale, lines), "</svg>", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scale:
    records: tuple[int, int]
    seconds: tuple[float, float]

    def x(self, records: float) -> float:
        low, high = map(math.log10, self.records)
        return LEFT + (WIDTH - LEFT - RIGHT) * ((math.log10(records) - low) / (high - low) if high > low else 0.5)

    def y(self, seconds: float) -> float:
        low, high = map(math.log10, self.seconds)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(seconds) - low) / (high - low)


def _head(title: str) -> Iterator[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">'
    yield f'<title id="title">{escape(title)}</title>'
    yield "<style>"
    yield "svg { background: #fff; color: #1b1b1b; font: 13px system-ui, sans-serif; }"
    yield "text { fill: currentColor; } .grid { stroke: #d5d5d5; } .line { stroke-width: 2; }"
    yield from (f".c{number} {{ stroke: {colour}; fill: {colour}; }}" for number, colour in enumerate(LIGHT))
    yield "@media (prefers-color-scheme: dark) {"
    yield "svg { background: #14161a; color: #eceff4; } .grid { stroke: #3a3f47; }"
    yield from (f".c{number} {{ stroke: {colour}; fill: {colour}; }}" for number, colour in enumerate(DARK))
    yield "}"
    yield ".line { fill: none; }"  # after the colours, which fill the dots
    yield "</style>"
    yield f'<text x="{LEFT}" y="30" font-size="18" font-weight="600">{escape(title)}</text>'


def _axes(scale: _Scale, across: str, up: str) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    seconds = scale.seconds[0]
    while seconds <= scale.seconds[1] * 1.001:
        y = scale.y(seconds)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds:,g}</text>'
        seconds *= 10
    records = _power_above(scale.records[0])
    while records <= scale.records[1]:
        x = scale.x(records)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{records:,.0f}</text>'
        records *= 10
    middle = (LEFT + right) / 2
    yield f'<text x="{middle:.1f}" y="{bottom + 46}" text-anchor="middle">{escape(across)}</text>'
    yield f'<text x="{LEFT - 56}" y="{TOP - 14}">{escape(up)}</text>'


def _lines(scale: _Scale, lines: Sequence[Line]) -> Iterator[str]:
    below = -math.inf
    drawn = [(number, line) for number, line in enumerate(lines) if line.points]
    for number, line in sorted(drawn, key=lambda item: (scale.y(item[1].points[-1][1]), item[0])):
        places = [(scale.x(records), scale.y(seconds)) for records, seconds in line.points]
        x, y = places[-1]
        below = max(y + 4, below + GAP)
        dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
        path = " ".join(f"{'L' if at else 'M'}{one:.1f} {other:.1f}" for at, (one, other) in enumerate(places))
        yield f'<path class="line c{number}" d="{path}"{dash}/>'
        yield from (f'<circle class="c{number}" cx="{one:.1f}" cy="{other:.1f}" r="3"/>' for one, other in places)
        edge = WIDTH - RIGHT + 10
        yield f'<path class="line c{number}" style="stroke-width: 1" d="M{x + 4:.1f} {y:.1f}L{edge} {below - 4:.1f}"/>'
        yield f'<text x="{edge + 4}" y="{below:.1f}">{escape(line.name)}: {line.points[-1][1]:.3g} s</text>'


def _power_below(value: float) -> float:
    return float(10.0 ** math.floor(math.log10(value)))


def _power_above(value: float) -> float:
    return float(10.0 ** math.ceil(math.log10(value) - 1e-9))
