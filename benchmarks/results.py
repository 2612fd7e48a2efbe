"""The results of a benchmark: what was measured, as values and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import Run
from benchmarks.site_sizes import Sizes

OURS: Final = "explainer"
STOCK: Final = "MkDocs + Material, our pages"
"""MkDocs with Material alone, over the pages that the builder wrote. All ratios are to it."""

FULL: Final = "all of it"
SERVED: Final = "one text, while serving"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a tool did, once in each turn, or several times while it served the site."""

    tool: str
    task: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """All that was measured in one run with an explainer of one size."""

    records: int
    seed: int
    machine: str
    versions: Mapping[str, str]
    measured: tuple[Measured, ...]
    sizes: Mapping[str, Sizes]
    """By tool."""

    def of(self, tool: str, task: str) -> Measured | None:
        """What was measured of a task; None if it was not."""
        return next((each for each in self.measured if (each.tool, each.task) == (tool, task)), None)

    def median(self, tool: str, task: str, figure: str) -> float | None:
        """The median of `wall` or `cpu`."""
        measured = self.of(tool, task)
        return statistics.median(_figures(measured, figure)) if measured else None

    def peak(self, tool: str, task: str) -> float | None:
        """The most memory that it had in any turn."""
        measured = self.of(tool, task)
        return max(_figures(measured, "peak")) if measured else None

    def ratio(self, tool: str, task: str, figure: str) -> float | None:
        """The median of the ratios to `STOCK` in the same turn; what was served is compared with its median."""
        measured, stock = self.of(tool, task), self.of(STOCK, FULL)
        if not measured or not stock:
            return None
        ones, others = _figures(measured, figure), _figures(stock, figure)
        if len(ones) != len(others):
            others = [statistics.median(others)] * len(ones)
        return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def read_results(file: Path) -> tuple[Result, ...]:
    """The results in a file, fewest records first; none if there is no file."""
    if not file.is_file():
        return ()
    return tuple(_result(each) for each in json.loads(file.read_text("utf-8")))


def write_results(file: Path, results: Iterable[Result]) -> tuple[Result, ...]:
    """Put results into a file, each in the place of an older one with as many records. Return all that are in it."""
    merged = {each.records: each for each in (*read_results(file), *results)}
    ordered = tuple(merged[records] for records in sorted(merged))
    file.write_text(json.dumps([asdict(each) for each in ordered], indent=1, ensure_ascii=False) + "\n", "utf-8")
    return ordered


def _figures(measured: Measured, figure: str) -> list[float]:
    return [getattr(run, figure) for run in measured.runs]


def _result(found: Mapping[str, Any]) -> Result:
    measured = tuple(
        Measured(tool=each["tool"], task=each["task"], runs=tuple(Run(**run) for run in each["runs"]))
        for each in found["measured"]
    )
    sizes = {tool: Sizes(**size) for tool, size in found["sizes"].items()}
    return Result(**{**found, "measured": measured, "sizes": sizes})
