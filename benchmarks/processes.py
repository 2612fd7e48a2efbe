"""Runs a command and measures what it costs: elapsed time, processor time, and the memory of all its processes."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BETWEEN_LOOKS: Final = 0.02
"""How many seconds pass before the memory is looked at again."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: elapsed seconds, processor seconds, and the most memory in MB that it had at one moment."""

    wall: float
    cpu: float
    peak: float


class MemoryWatch:
    """Looks at the memory of a process and all below it until it is told to stop, and keeps the most there was.

    A page that several processes share counts once (PSS), so forked workers are not counted twice. Elsewhere than on
    Linux there is nothing to look at, and `peak` stays 0.
    """

    def __init__(self, process: int) -> None:
        self.peak = 0.0
        """In MB of 1,000,000 bytes."""
        self._process = process
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.is_set():
            self.peak = max(self.peak, sum(map(memory, tree(self._process))))
            self._stopped.wait(BETWEEN_LOOKS)


def run(command: list[str], root: Path) -> Run:
    """Run a command in a folder and measure it with all its processes. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        with MemoryWatch(process.pid) as watch:
            errors = process.stderr.read()
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return Run(
        wall, used.ru_utime + used.ru_stime, max(watch.peak, used.ru_maxrss * 1024 / 1e6 if not watch.peak else 0)
    )


def environment() -> dict[str, str]:
    """The environment, with Python's bytecode cache turned on."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def tree(process: int) -> list[int]:
    """The process and all that it started, and they started."""
    found = [process]
    for each in found:
        for task in _read(f"/proc/{each}/task", listed=True).split():
            found += map(int, _read(f"/proc/{each}/task/{task}/children").split())
    return found


def memory(process: int) -> float:
    """What a process has of the memory, in MB. What it shares with others is divided among them."""
    share = re.search(r"^Pss: +(\d+) kB", _read(f"/proc/{process}/smaps_rollup"), re.M)
    return int(share[1]) * 1024 / 1e6 if share else 0.0


def processor_seconds(process: int) -> float:
    """What a process that still runs has used, with all that it started."""
    ticks = 0
    for each in tree(process):
        fields = _read(f"/proc/{each}/stat").rpartition(") ")[2].split()
        ticks += sum(map(int, fields[11:15])) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _read(path: str, *, listed: bool = False) -> str:
    """A file of /proc, or the names in a folder; empty if the process is gone."""
    with suppress(OSError):
        return " ".join(os.listdir(path)) if listed else Path(path).read_text("utf-8", errors="replace")
    return ""
