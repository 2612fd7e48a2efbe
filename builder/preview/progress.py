"""Says in the terminal what the first build is doing, so that it is never silent for long."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

Say = Callable[[str], object]
"""Prints a line in the terminal."""

SILENT_SECONDS: Final = 1.5
"""After how many seconds without a line the step that is running is named again."""


class Progress:
    """The step that a long task is at."""

    def __init__(self, say: Say, step: str) -> None:
        self._say = say
        self._started = self._last = time.monotonic()
        self._step = step
        self._is_saying = False
        self._is_done = False

    def say(self, line: str) -> None:
        """Print a line. The step is not named in the middle of it."""
        self._is_saying = True
        try:
            self._say(line)
        finally:
            self._is_saying = False
            self._last = time.monotonic()

    def at(self, step: str) -> None:
        """Name the step that starts now, such as `Checking the summaries`. After the end, nothing is said."""
        if not self._is_done:
            self._step = step
            self.say(f"{step} ...")

    def end(self) -> None:
        """The task is done: its steps are no longer named."""
        self._is_done = True

    def repeat(self) -> None:
        """Name the step again if nothing was said for a while, until the task is done."""
        now = time.monotonic()
        if not (self._is_done or self._is_saying) and now - self._last >= SILENT_SECONDS:
            self.say(f"{self._step} ... {now - self._started:.0f} s so far")


@contextmanager
def progress(say: Say, step: str) -> Iterator[Progress]:
    """Say at which step a task is, until the block or the task ends. `step` is the first, already named.

    A signal tells when, as a thread would keep the builder from working on several processors.
    """
    task = Progress(say, step)
    if not hasattr(signal, "setitimer"):  # on Windows
        yield task
        return
    before = signal.signal(signal.SIGALRM, lambda number, frame: task.repeat())
    signal.setitimer(signal.ITIMER_REAL, SILENT_SECONDS, SILENT_SECONDS / 3)
    try:
        yield task
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
