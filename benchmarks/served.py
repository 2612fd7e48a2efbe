"""How soon a preview shows an edit, and what that costs."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from benchmarks.processes import MemoryWatch, Run, environment, processor_seconds

EDITS: Final = 5
BUSY: Final = 0.3
"""A preview that uses more processor seconds than this in a second is not done."""

LONGEST: Final = 600
"""How many seconds an edit may take before the benchmark gives up."""


def time_preview(root: Path, visit: Path) -> tuple[Run, ...]:
    """Edit a visit again and again while a preview of the explainer in `root` runs.

    `wall` of each run is the time from saving the summary until the server gives the page with the edit, `cpu` what the
    preview used until it was done with all pages, and `peak` its memory.
    """
    address = f"/visits/{visit.stem}/"
    runs = []
    with previewing(root) as (process, served):
        for number in range(EDITS + 1):
            before = processor_seconds(process)
            with MemoryWatch(process) as watch:
                started = time.perf_counter()
                save(visit, f"Edit {number}")
                wait(lambda words=f"Edit {number}": words in get(served + address))  # type: ignore[misc]
                wall = time.perf_counter() - started
                settle(process)
            runs.append(Run(wall, processor_seconds(process) - before, watch.peak))
    return tuple(runs[1:])  # the first edit fills caches


@contextmanager
def previewing(root: Path) -> Iterator[tuple[int, str]]:
    """Run a preview until the block ends. Yields its process and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "serve", "--port", port],
        cwd=root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        found = (re.search(r"Serving on (http://\S*\w)", line) for line in process.stderr)
        address = next(line[1] for line in found if line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        settle(process.pid)
        yield process.pid, address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def save(visit: Path, title: str) -> None:
    """Give a visit another title."""
    text = re.sub(r"(?m)^title: .*$", f"title: {title}", visit.read_text("utf-8"), count=1)
    visit.write_text(text, "utf-8")


def get(address: str) -> str:
    """A page, or an empty string if the server doesn't give it."""
    without_proxies = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError), without_proxies.open(address) as page:
        text: str = page.read().decode()
        return text
    return ""


def settle(process: int) -> None:
    """Wait until a process is done: until it uses little processor time for a second. Watching files uses some."""
    used = [processor_seconds(process)]
    while len(used) <= 10 or used[-1] - used[-11] > BUSY:
        time.sleep(0.1)
        used.append(processor_seconds(process))


def wait(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline, f"the preview did not show an edit in {LONGEST} seconds"
        time.sleep(0.02)
