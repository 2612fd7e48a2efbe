"""Compare the builder with MkDocs alone on the same pages, in turns, and print ratios and peak memory.

Then time the preview: from saving a summary to the new page on the disk, and after 200 saves in ten seconds.

Run it with `make bench`. It has no limits that can fail: machines are noisy, so only ratios within a run count.
"""

from __future__ import annotations

import os
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
from pathlib import Path

from golden import EXPLAINER, add_invented_records, furnish

RUNS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project = furnish(root)
        shutil.copytree(EXPLAINER / "summaries", project.summaries)
        add_invented_records(project.summaries, visits=100)
        builder = [sys.executable, "-m", "builder"]
        run([*builder, "build"], root)  # writes the pages for MkDocs alone, and warms Python's caches
        alone = root / "alone.yml"
        config = (root / "mkdocs.yml").read_text("utf-8").replace("hooks:\n  - builder/hook.py\n", "")
        overviews = [page.relative_to(root / "docs").as_posix() for page in (root / "docs").glob("**/*.md")]
        lines = "".join(
            f"  - {page}\n"
            for page in overviews
            if page.count("/") == page.endswith("/index.md") and page not in config
        )
        alone.write_text(config.replace("\nnav:\n", f"\nnav:\n{lines}").replace("/handbook/*", "*"), "utf-8")
        mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(alone), "-d", str(root / "alone")]
        commands: dict[str, tuple[list[str], Callable[[], None]]] = {
            "MkDocs alone": (mkdocs, lambda: None),
            "build, all of it": ([*builder, "build"], lambda: shutil.rmtree(root / ".cache")),
            "build, one edit": ([*builder, "build"], lambda: edit(root)),
            "build, no edit": ([*builder, "build"], lambda: None),
            "check": ([*builder, "check"], lambda: None),
        }
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, (command, prepare) in commands.items():
                prepare()
                runs[name].append(run(command, root))
        pages = sum(1 for _ in (root / "site").rglob("*.html"))
        print(f"{pages} pages, {RUNS} runs in turn; medians, and the ratio to MkDocs alone run by run")
        for name, done in runs.items():
            pairs = list(zip(done, runs["MkDocs alone"], strict=True))
            wall = statistics.median(one.wall / other.wall for one, other in pairs)
            cpu = statistics.median(one.cpu / other.cpu for one, other in pairs)
            seconds = statistics.median(one.wall for one in done), statistics.median(one.cpu for one in done)
            peak = max(one.peak for one in done)
            print(
                f"  {name:16} {seconds[0]:5.2f} s ({wall:.2f})   cpu {seconds[1]:5.2f} s ({cpu:.2f})   {peak:4.0f} MB"
            )
        time_preview(root)


def time_preview(root: Path) -> None:
    """Edit a visit while a preview runs. Print how soon its page is updated, and whether memory grows."""
    (root / "tmp").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**environment_variables(), "TMPDIR": str(root / "tmp")}
    command = [sys.executable, "-m", "builder", "serve", "--port", port]
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "Serving on" in line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        visit = min((root / "summaries" / "visits").glob("*.yml"))
        page = next((root / "tmp").rglob("mkdocs_*")) / "visits" / visit.stem / "index.html"
        took = []
        for number in range(11):
            started = time.perf_counter()
            save(visit, f"Edit {number}")
            wait(page, f"Edit {number}")
            took.append(time.perf_counter() - started)
            time.sleep(2)  # as if an editor looked at it
        print(f"  preview: {statistics.median(took[1:]):.2f} s from saving a summary to its page on the disk")
        for number in range(20):
            save(visit, f"More {number}")
            wait(page, f"More {number}")
        before = resident(process.pid)
        for number in range(200):
            save(visit, f"Fast {number}")
            time.sleep(0.05)
        started = time.perf_counter()
        wait(page, "Fast 199")
        shown = time.perf_counter() - started
        wait(page.parent.parent / "index.html", "Fast 199")
        settled = time.perf_counter() - started
        memory = resident(process.pid) / before
        print(
            f"  200 saves: the last shown after {shown:.2f} s, everywhere after {settled:.2f} s; memory x {memory:.2f}"
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def save(visit: Path, title: str) -> None:
    text = re.sub(r"(?m)^title: .*$", f"title: {title}", visit.read_text("utf-8"), count=1)
    visit.write_text(text, "utf-8")


def wait(file: Path, words: str) -> None:
    """Wait until a file contains these words, for a minute at most."""
    deadline = time.monotonic() + 60
    while not file.is_file() or words not in file.read_text("utf-8"):
        assert time.monotonic() < deadline, f"{file.name} never contained {words}"
        time.sleep(0.005)


def resident(process: int) -> int:
    """The memory that a process uses, in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def edit(root: Path) -> None:
    """Change the title of a visit, which is on many pages."""
    visit = next(iter(sorted((root / "summaries" / "visits").glob("*.yml"))))
    text = visit.read_text("utf-8")
    visit.write_text(re.sub(r"(?m)^title: (.*)$", r"title: \1 again", text, count=1), "utf-8")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: elapsed seconds, processor seconds, peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def environment_variables() -> dict[str, str]:
    """The environment, with Python's bytecode cache turned on."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def run(command: list[str], root: Path) -> Run:
    """Run a command and measure it. Raises CalledProcessError if it fails."""
    environment = environment_variables()
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
