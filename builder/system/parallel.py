"""Work shared among the machine's processors, where the system can copy a running process."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final, TypeVar

from builder.system.interrupts import leave_stopping_to_the_parent, uninterrupted

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
    so that an error is raised as if nothing had been shared. However this process ends, its copies end with it.
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
    copies = []
    receivers: list[Connection] = []
    results = []
    try:
        with uninterrupted():  # a copy that is half made could not be ended
            for share in shares:
                receiver, sender = context.Pipe(duplex=False)
                receivers.append(receiver)
                copy = context.Process(target=_send, args=(work, share, sender, receivers, os.getpid()), daemon=True)
                with sender, suppress(OSError):  # no room for another process: this one does that share too
                    copy.start()
                    copies.append(copy)
        for receiver, share in zip(receivers, shares, strict=True):
            results.append(_received(receiver) or (work(share),))
    finally:
        with uninterrupted():
            for receiver in receivers:
                receiver.close()
            for copy in copies:
                copy.kill()
                copy.join()
    return [result for (result,) in results]


def _send(
    work: Callable[[Sequence[Item]], Result],
    share: Sequence[Item],
    sender: Connection,
    inherited: Sequence[Connection],
    parent: int,
) -> None:
    leave_stopping_to_the_parent()
    if not _ends_with(parent):
        return
    for receiver in inherited:  # as long as a copy holds one, others wait for ever to be heard through it
        receiver.close()
    with suppress(Exception):  # it will be raised where it is seen
        sender.send((work(share),))


def _ends_with(parent: int) -> bool:
    """Have the system kill this process when the one it is a copy of ends, even by SIGKILL: prctl(2).

    False where the system can't, and where the other process has ended before it was asked to.
    """
    arguments = (ctypes.c_ulong(number) for number in (signal.SIGKILL, 0, 0, 0))
    return ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, *arguments) == 0 and os.getppid() == parent


_PR_SET_PDEATHSIG: Final = 1


def _received(receiver: Connection) -> tuple[Result] | None:
    try:
        result: tuple[Result] = receiver.recv()
    except EOFError:
        return None
    return result
