"""Measure builds of invented explainers, next to MkDocs with Material over the same pages, in turns.

    make bench                          100 and 1,000 records
    make bench RECORDS=10000 RUNS=1     takes most of an hour

Only the ratios within a run can be compared: machines differ, and are busy with other things. Nothing here can fail
because something is slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from golden import HAND_WRITTEN, furnish

from benchmarks.invented import Ids, write_invented

BUILDER = [sys.executable, "-m", "builder"]
ALONE = "MkDocs alone"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: elapsed seconds, processor seconds, and the peak memory of its largest process in MB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Task:
    """A command to measure, and what to change before each run."""

    command: list[str]
    prepare: Callable[[int], None] = lambda turn: None


def main() -> None:
    """Measure for each number of records given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="*", type=int, default=[100, 1000], help="how many records have a page")
    parser.add_argument("--runs", type=int, default=3, help="how many times each command runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-preview", action="store_true", help="leave out the live preview")
    chosen = parser.parse_args()
    packages = " ".join(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material"))
    print(
        f"Python {platform.python_version()}, {packages}, {len(os.sched_getaffinity(0))} processors, seed {chosen.seed}"
    )
    for records in chosen.records:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), records, chosen.runs, chosen.seed)
            if not chosen.no_preview:
                time_preview(Path(folder))


def measure(root: Path, records: int, runs: int, seed: int) -> None:
    """Build an explainer in an empty folder again and again, and print a table."""
    ids = write_invented(furnish(root).summaries, records, seed)
    run([*BUILDER, "build"], root)  # writes the pages for MkDocs alone, and warms Python's caches
    tasks = {
        ALONE: Task([sys.executable, "-m", "mkdocs", "build", "--quiet", *_without_the_builder(root)]),
        "all of it": Task([*BUILDER, "build"], lambda turn: _start_over(root)),
        "a text edited": Task([*BUILDER, "build"], lambda turn: _edit_text(root, ids, turn)),
        "a name edited": Task([*BUILDER, "build"], lambda turn: _edit_name(root, ids)),
        "a record deleted": Task([*BUILDER, "build"], lambda turn: _delete(root, ids, turn)),
        "nothing edited": Task([*BUILDER, "build"]),
        "check": Task([*BUILDER, "check"]),
    }
    done: dict[str, list[Run]] = {name: [] for name in tasks}
    for turn in range(runs):
        for name, task in tasks.items():
            task.prepare(turn)
            done[name].append(run(task.command, root))
    _print_table(records, runs, done)
    _print_sizes(root / "site")


def _print_table(records: int, runs: int, done: dict[str, list[Run]]) -> None:
    print(f"\n{records} records, {runs} runs in turn: medians, and ratios to {ALONE} in the same turn")
    print(f"  {'':18}{'clock':>18}{'processor':>18}{'memory':>10}")
    for name, each in done.items():
        pairs = list(zip(each, done[ALONE], strict=True))
        wall = statistics.median(one.wall / other.wall for one, other in pairs)
        cpu = statistics.median(one.cpu / other.cpu for one, other in pairs)
        seconds = statistics.median(one.wall for one in each), statistics.median(one.cpu for one in each)
        peak = max(one.peak for one in each)
        print(f"  {name:18}{seconds[0]:9.2f} s ({wall:4.2f}){seconds[1]:9.2f} s ({cpu:4.2f}){peak:7.0f} MB")


def _print_sizes(site: Path) -> None:
    sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = {path: size for path, size in sizes.items() if path.endswith(".html")}
    largest = sorted(pages, key=lambda path: -pages[path])[:4]
    index = sizes.get("search/search_index.json", 0)
    print(f"  {len(pages)} pages; the site has {_megabytes(sum(sizes.values()))}, its search index {_megabytes(index)}")
    print(f"  largest pages: {', '.join(f'{path} {_megabytes(pages[path])}' for path in largest)}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB"


def _without_the_builder(root: Path) -> list[str]:
    """Write a mkdocs.yml that builds the pages in docs/ without the hook. Return the options that choose it."""
    config = (root / "mkdocs.yml").read_text("utf-8").replace("hooks:\n  - builder/hook.py\n", "")
    overviews = [page.relative_to(root / "docs").as_posix() for page in sorted((root / "docs").glob("**/*.md"))]
    top = [page for page in overviews if page.count("/") == page.endswith("/index.md")]
    nav = "".join(f"  - {page}\n" for page in top)
    alone = root / "alone.yml"
    alone.write_text(f"{config}\nnav:\n{nav}".replace("/handbook/*", "*"), "utf-8")
    return ["-f", str(alone), "-d", str(root / "alone")]


def _start_over(root: Path) -> None:
    """Leave what a fresh copy of an explainer has: the summaries and the pages written by hand."""
    for folder in ("site", ".cache", "schemas"):
        shutil.rmtree(root / folder)
    by_hand = {name: (root / "docs" / name).read_bytes() for name in HAND_WRITTEN}
    shutil.rmtree(root / "docs")
    (root / "docs").mkdir()
    for name, data in by_hand.items():
        (root / "docs" / name).write_bytes(data)


def _edit_text(root: Path, ids: Ids, turn: int) -> None:
    """Change what only one page shows: the text of a party's role."""
    party = root / "summaries" / "parties" / f"{ids.parties[-1]}.yml"
    party.write_text(
        re.sub(r"Speaks (?:\d+ times )?for", f"Speaks {turn} times for", party.read_text("utf-8")), "utf-8"
    )


def _edit_name(root: Path, ids: Ids) -> None:
    """Change what many pages show: the name of a leader."""
    leader = root / "summaries" / "parties" / f"{ids.leaders[0]}.yml"
    leader.write_text(re.sub(r"(?m)^name: (.*)$", r"name: \1 again", leader.read_text("utf-8")), "utf-8")


def _delete(root: Path, ids: Ids, turn: int) -> None:
    (root / "summaries" / "visits" / f"{ids.unnamed_visits[turn]}.yml").unlink()


def time_preview(root: Path) -> None:
    """Edit a visit while a preview runs. Print how soon its page is updated, and whether memory grows."""
    (root / "tmp").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**environment_variables(), "TMPDIR": str(root / "tmp")}
    process = subprocess.Popen(
        [*BUILDER, "serve", "--port", port],
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "Serving on" in line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        visit = max((root / "summaries" / "visits").glob("*.yml"))
        page = next((root / "tmp").rglob("mkdocs_*")) / "visits" / visit.stem / "index.html"
        took = []
        for number in range(6):
            started = time.perf_counter()
            save(visit, f"Edit {number}")
            wait(page, f"Edit {number}")
            took.append(time.perf_counter() - started)
            time.sleep(2)  # as if an editor looked at it
        print(f"  preview: {statistics.median(took[1:]):.2f} s from saving a summary to its page on the disk")
        before = resident(process.pid)
        for number in range(100):
            save(visit, f"Fast {number}")
            time.sleep(0.05)
        started = time.perf_counter()
        wait(page, "Fast 99")
        shown = time.perf_counter() - started
        wait(page.parent.parent / "index.html", "Fast 99")
        settled = time.perf_counter() - started
        memory = resident(process.pid) / before
        print(
            f"  100 saves: the last shown after {shown:.2f} s, everywhere after {settled:.2f} s; memory x {memory:.2f}"
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def save(visit: Path, title: str) -> None:
    text = re.sub(r"(?m)^title: .*$", f"title: {title}", visit.read_text("utf-8"), count=1)
    visit.write_text(text, "utf-8")


def wait(file: Path, words: str) -> None:
    """Wait until a file contains these words, for five minutes at most."""
    deadline = time.monotonic() + 300
    while not file.is_file() or words not in file.read_text("utf-8"):
        assert time.monotonic() < deadline, f"{file.name} never contained {words}"
        time.sleep(0.005)


def resident(process: int) -> int:
    """The memory that a process uses, in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def environment_variables() -> dict[str, str]:
    """The environment, with Python's bytecode cache turned on."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def run(command: list[str], root: Path) -> Run:
    """Run a command and measure it with all its processes. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=root, env=environment_variables(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
