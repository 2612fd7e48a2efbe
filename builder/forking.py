"""Work shared among the machine's processors, where the system can copy a running process."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final, TypeVar

WORTH_SHARING: Final = 24
"""Items for which it is worth copying a process."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def processors() -> int:
    """How many processes can work at once: 1 where a copy of this one might not be sound.

    Threads don't survive the copy, and macOS's own libraries don't either.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def shared_out(work: Callable[[Sequence[Item]], Result], items: Sequence[Item]) -> list[Result]:
    """Do the work on a share of the items in each of several copies of this process; give what came of each share.

    Share k of n holds every n-th item, from the k-th on; few items are one share, and no process is copied for them.
    Results are pickled on their way. What a copy changes stays with it. A share whose copy failed is worked on here,
    so that an error is raised as if nothing had been shared.
    """
    count = processors()
    if count < 2 or len(items) < WORTH_SHARING:
        return [work(items)]
    gc.freeze()  # a copy that leaves what was there alone shares its memory
    try:
        return _worked(work, items, count)
    finally:
        gc.unfreeze()


def _worked(work: Callable[[Sequence[Item]], Result], items: Sequence[Item], count: int) -> list[Result]:
    shares = [items[start::count] for start in range(count)]
    context = multiprocessing.get_context("fork")
    started = []
    results = []
    try:
        with _uninterrupted():
            for share in shares:
                receiver, sender = context.Pipe(duplex=False)
                copy = context.Process(target=_send, args=(work, share, sender), daemon=True)
                copy.start()
                sender.close()
                started.append((copy, receiver, share))
        for copy, receiver, share in started:
            with receiver:
                results.append(_received(receiver) or (work(share),))
            copy.join()
    finally:
        with _uninterrupted():
            for copy, _, _ in started:
                copy.kill()
                copy.join()
    return [result for (result,) in results]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for a moment: a copy that is half made could not be ended."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _send(work: Callable[[Sequence[Item]], Result], share: Sequence[Item], sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts all copies; the process they are of ends them
    try:
        result = work(share)
    except Exception:  # it will be raised where it is seen
        return
    sender.send((result,))


def _received(receiver: Connection) -> tuple[Result] | None:
    try:
        result: tuple[Result] = receiver.recv()
    except EOFError:
        return None
    return result
