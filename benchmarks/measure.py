"""Measure builds of invented explainers, next to other generators over the same records, in turns.

    make bench                                      100 and 1,000 records
    make bench RECORDS=10000 RUNS=1                 takes most of an hour
    make bench PEERS=1 WRITE=1                      with Hugo and Zensical; into README.md, results.json and chart.svg
    make bench RECORDS= WRITE=1                     measures nothing, and writes the tables and the chart again

Only the ratios within a run can be compared: machines differ, and are busy with other things. Nothing here can fail
because something is slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from golden import furnish

from benchmarks.edits import EDITS, Explainer, start_over
from benchmarks.invented import write_invented
from benchmarks.peers.generators import Peer, peer_versions, peers
from benchmarks.processes import Run, run
from benchmarks.report import RESULTS, refresh, tables
from benchmarks.results import FULL, OURS, SERVED, STOCK, Measured, Result, read_results, write_results
from benchmarks.served import time_preview
from benchmarks.site_sizes import sizes
from builder import __version__

BUILDER = [sys.executable, "-m", "builder"]
MOST_RUNS = 6
"""The smallest explainer has so many visits that can be deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A command to measure, and what to change before each run."""

    tool: str
    name: str
    command: list[str]
    root: Path
    prepare: Callable[[int], None] = lambda turn: None


def main() -> None:
    """Measure for each number of records given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="*", type=int, help="how many records have a page")
    parser.add_argument("--runs", type=int, default=3, choices=range(1, MOST_RUNS + 1), help="how many turns to take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", type=Path, help="a virtual environment with Hugo and Zensical")
    parser.add_argument("--no-preview", action="store_true", help="leave out the live preview")
    parser.add_argument("--json", type=Path, help="a file for the results, in which others stay")
    parser.add_argument("--write", action="store_true", help=f"write the results into {RESULTS.parent.name}/")
    chosen = parser.parse_args()
    for records in chosen.records:
        with tempfile.TemporaryDirectory() as folder:
            result = measure(Path(folder), records, chosen)
        for file in [*([chosen.json] if chosen.json else []), *([RESULTS] if chosen.write else [])]:
            write_results(file, [result])
        print(tables([result]))
    if chosen.write:
        refresh(read_results(RESULTS))


def measure(folder: Path, records: int, chosen: argparse.Namespace) -> Result:
    """Build an explainer in an empty folder again and again, and its records with other generators."""
    root = folder / "explainer"
    root.mkdir()
    made = Explainer(root, write_invented(furnish(root).summaries, records, chosen.seed))
    templates = root / "templates"
    copied = templates.resolve()
    templates.unlink()
    shutil.copytree(copied, templates)  # one of them is edited
    others = peers(made.summaries, folder, chosen.peers)
    run([*BUILDER, "build"], root)  # writes the pages for MkDocs alone, and warms Python's caches
    tasks = [_stock(root), *_ours(made), *(task for peer in others for task in _of_peer(peer))]
    done: dict[tuple[str, str], list[Run]] = {(task.tool, task.name): [] for task in tasks}
    for turn in range(chosen.runs):
        for task in tasks:
            print(f"{records:,} records, turn {turn + 1}: {task.tool}, {task.name}", file=sys.stderr)
            task.prepare(turn)
            done[task.tool, task.name].append(run(task.command, task.root))
    written = {OURS: sizes(root / "site", in_browser=True), STOCK: sizes(root / "alone")}
    written |= {peer.name: sizes(peer.root / peer.site) for peer in others}
    measured = [Measured(tool=tool, task=task, runs=tuple(runs)) for (tool, task), runs in done.items()]
    if not chosen.no_preview:
        print(f"{records:,} records: {OURS}, {SERVED}", file=sys.stderr)
        visit = made.summaries / "visits" / f"{made.ids.unnamed_visits[-1]}.yml"
        measured.append(Measured(tool=OURS, task=SERVED, runs=time_preview(root, visit)))
    return Result(
        records=records,
        seed=chosen.seed,
        machine=_machine(),
        versions=_versions(chosen.peers),
        measured=tuple(measured),
        sizes=written,
    )


def _ours(made: Explainer) -> list[Task]:
    def task(name: str, command: str, edit: Callable[[Explainer, int], None]) -> Task:
        return Task(
            tool=OURS,
            name=name,
            command=[*BUILDER, command],
            root=made.root,
            prepare=lambda turn: edit(made, turn),
        )

    edited = [task(name, "build", edit) for name, edit in EDITS.items()]
    return [task(FULL, "build", start_over), *edited, task("check", "check", EDITS["nothing"])]


def _of_peer(peer: Peer) -> list[Task]:
    full = Task(tool=peer.name, name=FULL, command=peer.command, root=peer.root, prepare=peer.start_over)
    edited = Task(tool=peer.name, name="one text", command=peer.command, root=peer.root, prepare=peer.edit)
    return [full, edited]


def _stock(root: Path) -> Task:
    """MkDocs without the builder, over the pages in docs/. Its menu has the pages above those of records."""
    config = (root / "mkdocs.yml").read_text("utf-8").replace("hooks:\n  - builder/hook.py\n", "")
    overviews = [page.relative_to(root / "docs").as_posix() for page in sorted((root / "docs").glob("**/*.md"))]
    top = [page for page in overviews if page.count("/") == page.endswith("/index.md")]
    nav = "".join(f"  - {page}\n" for page in top)
    alone = root / "alone.yml"
    alone.write_text(f"{config}\nnav:\n{nav}".replace("/handbook/*", "*"), "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(alone), "-d", str(root / "alone")]
    return Task(tool=STOCK, name=FULL, command=command, root=root)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.system()} {platform.machine()}, {len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB"


def _versions(environment: Path | None) -> dict[str, str]:
    packages = {"explainer": __version__} | {name: version(name) for name in ("mkdocs", "mkdocs-material")}
    return {"Python": platform.python_version(), **packages, **(peer_versions(environment) if environment else {})}


if __name__ == "__main__":
    main()
