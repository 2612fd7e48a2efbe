"""The results in words: tables in Markdown, and the chart. `README.md` and `chart.svg` hold those of the last run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.chart import Line, draw
from benchmarks.results import FULL, OURS, SERVED, STOCK, Result

FOLDER: Final = Path(__file__).parent
RESULTS: Final = FOLDER / "results.json"
README: Final = FOLDER / "README.md"
CHART: Final = FOLDER / "chart.svg"

START, END = "<!-- results -->\n", "<!-- end of results -->\n"
"""What stands in `README.md` before the tables and after them."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be at most, by the number of records."""

    name: str
    task: str
    figure: str
    """`wall` or `cpu`, as a ratio to stock MkDocs; `peak`, `largest` or `search` by itself, in MB or bytes."""

    most: dict[int, float]


TARGETS: Final = (
    Target("all of it, clock", FULL, "wall", {100: 0.75, 1000: 0.40, 10000: 0.35}),
    Target("all of it, processor", FULL, "cpu", {100: 1.0, 1000: 0.80, 10000: 0.70}),
    Target("one text edited, processor", "one text", "cpu", {100: 0.35, 1000: 0.10, 10000: 0.04}),
    Target("nothing edited, processor", "nothing", "cpu", {100: 0.30, 1000: 0.06, 10000: 0.03}),
    Target("one text edited while serving, clock", SERVED, "wall", {100: 0.10, 1000: 0.03, 10000: 0.01}),
    Target("`check`, processor", "check", "cpu", {100: 0.25, 1000: 0.10, 10000: 0.07}),
    Target("peak memory of all of it", FULL, "peak", {100: 80, 1000: 150, 10000: 600}),
    Target("largest page", FULL, "largest", dict.fromkeys((100, 1000, 10000), 300_000)),
    Target("download for a search", FULL, "search", dict.fromkeys((100, 1000, 10000), 300_000)),
)
MOST_GROWTH: Final = 11
GROWTH_FROM: Final = 1000
"""How many times as much processor time ten times as many records may take, if there are so many."""

LINES: Final = (
    (OURS, FULL),
    (OURS, "one text"),
    (OURS, "nothing"),
    (OURS, "check"),
    (STOCK, FULL),
    ("MkDocs + Material", FULL),
    ("Zensical", FULL),
    ("Hugo", FULL),
)
"""The lines of the chart: tools and tasks."""


def refresh(results: Sequence[Result]) -> None:
    """Write the tables into `README.md`, and the chart."""
    readme = README.read_text("utf-8")
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{START}\n{tables(results)}\n{END}{after}", "utf-8")
    CHART.write_text(chart(results), "utf-8")


def chart(results: Sequence[Result]) -> str:
    """How processor time grows with the number of records, as SVG."""
    lines = []
    for tool, task in LINES:
        found = [(result.records, result.median(tool, task, "cpu")) for result in results]
        points = tuple((records, seconds) for records, seconds in found if seconds)
        lines.append(Line(tool if (tool, task) == (STOCK, FULL) or tool != OURS else f"{tool}, {task}", points))
    return draw("What a build costs", "records with a page", "processor seconds (both axes logarithmic)", lines)


def tables(results: Sequence[Result]) -> str:
    """The targets with our figures, then what was measured for each number of records."""
    return "\n".join((*_targets(results), *(line for result in results for line in _result(result))))


def _targets(results: Sequence[Result]) -> Iterator[str]:
    yield "### The targets\n"
    yield _row(["", *(f"{result.records:,} records" for result in results)])
    yield _row(["---"] * (len(results) + 1))
    for target in TARGETS:
        yield _row([target.name, *(_verdict(result, target) for result in results)])
    yield from _growth(results)
    yield ""


def _verdict(result: Result, target: Target) -> str:
    value, most = _value(result, target), target.most.get(result.records)
    if value is None:
        return "not measured"
    shown = _shown(value, target.figure)
    if most is None:
        return shown
    return f"{shown} (target {_shown(most, target.figure)}: {'met' if value <= most else '**missed**'})"


def _value(result: Result, target: Target) -> float | None:
    match target.figure:
        case "largest" | "search":
            return float(getattr(result.sizes[OURS], target.figure))
        case "peak":
            return result.peak(OURS, target.task)
    return result.ratio(OURS, target.task, target.figure)


def _shown(value: float, figure: str) -> str:
    match figure:
        case "largest" | "search":
            return f"{value / 1000:,.0f} kB"
        case "peak":
            return f"{value:,.0f} MB"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def _growth(results: Sequence[Result]) -> Iterator[str]:
    times: dict[int, float | None] = {each.records: each.median(OURS, FULL, "cpu") for each in results}
    for records, seconds in times.items():
        if seconds and (more := times.get(10 * records)):
            grown = more / seconds
            verdict = f" (target {MOST_GROWTH}: {'met' if grown <= MOST_GROWTH else '**missed**'})"
            yield (
                f"\nFrom {records:,} to {10 * records:,} records, all of it takes {grown:.1f} times as much processor "
                f"time{verdict if records == GROWTH_FROM else ''}."
            )


def _result(result: Result) -> Iterator[str]:
    stock = result.of(STOCK, FULL)
    turns = len(stock.runs) if stock else 0
    yield f"### {result.records:,} records\n"
    yield f"{result.machine}, seed {result.seed}, {turns} {'turn' if turns == 1 else 'turns'}."
    yield f"{', '.join(f'{name} {version}' for name, version in result.versions.items())}.\n"
    yield _row(["tool", "task", "clock", "ratio", "processor", "ratio", "peak memory"])
    yield _row(["---", "---", *["---:"] * 5])
    for each in result.measured:
        figures = []
        for figure in ("wall", "cpu"):
            figures.append(f"{result.median(each.tool, each.task, figure):.2f} s")
            figures.append(_shown(result.ratio(each.tool, each.task, figure) or 0, figure))
        yield _row([each.tool, each.task, *figures, f"{result.peak(each.tool, each.task):,.0f} MB"])
    yield ""
    yield _row(["tool", "pages", "whole site", "largest page", "download for a search"])
    yield _row(["---", *["---:"] * 4])
    for tool, size in result.sizes.items():
        kilobytes = [f"{value / 1000:,.0f} kB" for value in (size.total, size.largest, size.search)]
        kilobytes[1] += f" ({size.largest_page})"
        yield _row([tool, f"{size.pages:,}", *kilobytes])
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(re.sub(r'[|]', '&#124;', cell) for cell in cells)} |"
