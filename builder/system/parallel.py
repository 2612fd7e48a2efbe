"""Work shared among worker processes, on systems where a running process can be forked safely."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Final, TypeVar

from builder.system.interrupts import reset_signals_in_worker, uninterrupted

MIN_SHARED_ITEMS: Final = 24
"""The number of items from which it pays to fork workers."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def processors() -> int:
    """How many processes can work at once: 1 if forking is not safe here.

    Threads don't survive a fork, and neither do the system libraries of macOS.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def map_shares(work: Callable[[Sequence[Item]], Result], items: Sequence[Item]) -> list[Result]:
    """Call `work` on a share of the items in each of several forked workers, and return the result of each share.

    Share k of n has every n-th item, starting with the k-th. With fewer than MIN_SHARED_ITEMS items, or if only one
    process can work, everything is one share and is done in this process. Results are pickled; other changes that a
    worker makes are lost. If a worker fails, its share is done here, so that errors are raised as usual. The workers
    end when this process ends, even if it is killed.
    """
    count = processors()
    if count < 2 or len(items) < MIN_SHARED_ITEMS:
        return [work(items)]
    gc.freeze()  # otherwise the garbage collector writes to the memory that workers share, which copies it
    try:
        return _fork_and_map(work, items, count)
    finally:
        gc.unfreeze()


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect no garbage meanwhile: for work that keeps nearly all that it makes, so that there is little to find."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fork_and_map(work: Callable[[Sequence[Item]], Result], items: Sequence[Item], count: int) -> list[Result]:
    shares = [items[start::count] for start in range(count)]
    context = multiprocessing.get_context("fork")
    workers = []
    receivers: list[Connection] = []
    results = []
    try:
        with uninterrupted():  # a worker that is only half started could not be stopped
            for share in shares:
                receiver, sender = context.Pipe(duplex=False)
                receivers.append(receiver)
                worker = context.Process(
                    target=_run_worker, args=(work, share, sender, receivers, os.getpid()), daemon=True
                )
                with sender, suppress(OSError):  # no more processes allowed: this one does the share
                    worker.start()
                    workers.append(worker)
        for receiver, share in zip(receivers, shares, strict=True):
            results.append(_receive(receiver) or (work(share),))
    finally:
        with uninterrupted():
            for receiver in receivers:
                receiver.close()
            for worker in workers:
                worker.kill()
                worker.join()
    return [result for (result,) in results]


def _run_worker(
    work: Callable[[Sequence[Item]], Result],
    share: Sequence[Item],
    sender: Connection,
    inherited: Sequence[Connection],
    parent: int,
) -> None:
    reset_signals_in_worker()
    if not _end_with(parent):
        return
    for receiver in inherited:  # an inherited pipe end that stays open would keep another worker waiting for ever
        receiver.close()
    with suppress(Exception):  # the parent does this share itself, and raises the error there
        sender.send((work(share),))


def _end_with(parent: int) -> bool:
    """Have the system kill this process when its parent ends, even by SIGKILL: prctl(2).

    Returns False if the system can't do that, or if the parent has already ended.
    """
    arguments = (ctypes.c_ulong(number) for number in (signal.SIGKILL, 0, 0, 0))
    return ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, *arguments) == 0 and os.getppid() == parent


_PR_SET_PDEATHSIG: Final = 1


def _receive(receiver: Connection) -> tuple[Result] | None:
    try:
        result: tuple[Result] = receiver.recv()
    except EOFError:
        return None
    return result
