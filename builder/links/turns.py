"""Keeps requests apart: at most so many at once in all and to one host, with a pause between those to one host."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

PER_HOST: Final = 2
"""Requests to one host at once."""

MAX_WAIT: Final = 30.0
"""The longest wait that a server may ask for with Retry-After, in seconds."""

PATIENCE: Final = 60.0
"""How long all requests to one host may be held back in a run, in seconds."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Turns:
    """Gives each request to a host its turn. Threads share one of these."""

    def __init__(self, pause: float) -> None:
        """`pause` is the time between the end of a request and the next one in its place, in seconds."""
        self.pause = pause
        self._changed = threading.Condition()
        self._free_at: dict[str, list[float]] = {}
        self._held_until: dict[str, float] = {}
        self._patience: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until a request to the host may start, and count it as running until the block ends."""
        place = self._take(host)
        try:
            yield
        finally:
            with self._changed:
                self._free_at[host][place] = time.monotonic() + self.pause
                self._changed.notify_all()

    def hold(self, host: str, seconds: float) -> bool:
        """Let no request to the host start for some time. Returns False, and does nothing, if that is too long."""
        with self._changed:
            left = self._patience.get(host, PATIENCE)
            if seconds > min(left, MAX_WAIT):
                return False
            self._patience[host] = left - seconds
            self._held_until[host] = max(self._held_until.get(host, 0.0), time.monotonic() + seconds)
            return True

    def _take(self, host: str) -> int:
        with self._changed:
            places = self._free_at.setdefault(host, [0.0] * PER_HOST)
            while True:
                now = time.monotonic()
                place = min(range(PER_HOST), key=places.__getitem__)
                start = max(places[place], self._held_until.get(host, 0.0))
                if start <= now:
                    places[place] = _RUNNING
                    return place
                self._changed.wait(None if start == _RUNNING else start - now)


_RUNNING: Final = float("inf")


def map_by_host(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    host_of: Callable[[Item], str],
    jobs: int,
    on_done: Callable[[int], None] = lambda done: None,
) -> list[Result]:
    """Call `work` on each item in `jobs` threads, and return the results in the order of the items.

    A host with many items does not keep the others waiting. `on_done` is called in this thread with the number of
    items that are done. An error in `work` is raised here. The threads are daemons: Ctrl-C does not wait for them.
    """
    run = _Run(work, items, host_of)
    for _ in range(min(jobs, len(items))):
        threading.Thread(target=run.work_until_done, daemon=True).start()
    return run.results(on_done)


class _Run(Generic[Item, Result]):
    """The items that wait, those that are being worked on, and the results so far."""

    def __init__(self, work: Callable[[Item], Result], items: Sequence[Item], host_of: Callable[[Item], str]) -> None:
        self._work = work
        self._items = items
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[int]] = {}
        for index, item in enumerate(items):
            self._waiting.setdefault(host_of(item), deque()).append(index)
        self._running: Counter[str] = Counter()
        self._done: dict[int, Result] = {}
        self._error: Exception | None = None

    def work_until_done(self) -> None:
        while (taken := self._take()) is not None:
            host, index = taken
            try:
                result = self._work(self._items[index])
            except Exception as error:
                with self._changed:
                    self._error = error
                    self._waiting.clear()
                    self._changed.notify_all()
                return
            with self._changed:
                self._done[index] = result
                self._running[host] -= 1
                self._changed.notify_all()

    def results(self, on_done: Callable[[int], None]) -> list[Result]:
        told = 0
        with self._changed:
            try:
                while True:
                    if told != len(self._done):
                        told = len(self._done)
                        on_done(told)
                    if told == len(self._items) or self._error is not None:
                        break
                    self._changed.wait()
            finally:
                self._waiting.clear()
                self._changed.notify_all()
        if self._error is not None:
            raise self._error
        return [self._done[index] for index in range(len(self._items))]

    def _take(self) -> tuple[str, int] | None:
        """The next item whose host is not busy; waits for one, and returns None once nothing waits."""
        with self._changed:
            while self._waiting:
                for host, queue in self._waiting.items():
                    if self._running[host] < PER_HOST:
                        index = queue.popleft()
                        del self._waiting[host]
                        if queue:
                            self._waiting[host] = queue  # now the last, so that each host has its turn
                        self._running[host] += 1
                        return host, index
                self._changed.wait()
            return None
