"""Says in the terminal what the first build is doing, so that it is never silent for long."""

from __future__ import annotations

import threading
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
        self.say = say
        self._started = time.monotonic()
        self._step = step
        self._has_moved = threading.Condition()
        self._is_done = False

    def at(self, step: str) -> None:
        """Name the step that starts now, such as `Checking the summaries`."""
        with self._has_moved:
            if not self._is_done:
                self._step = step
                self.say(f"{step} ...")
                self._has_moved.notify_all()

    def end(self) -> None:
        """The task is done: its steps are no longer named."""
        with self._has_moved:
            self._is_done = True
            self._has_moved.notify_all()

    def repeat(self) -> None:
        """Until the task is done, name the step again whenever nothing was said for a while."""
        with self._has_moved:
            while not self._is_done:
                if not self._has_moved.wait(SILENT_SECONDS):
                    self.say(f"{self._step} ... {time.monotonic() - self._started:.0f} s so far")


@contextmanager
def progress(say: Say, step: str) -> Iterator[Progress]:
    """Say at which step a task is, until the block or the task ends. `step` is the first, already named."""
    task = Progress(say, step)
    thread = threading.Thread(target=task.repeat, daemon=True)
    thread.start()
    try:
        yield task
    finally:
        task.end()
        thread.join()
