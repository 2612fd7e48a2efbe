"""Work shared among worker processes, on systems where a running process can be forked safely."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Final, TypeVar

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


def map_shares(
    work: Callable[[Sequence[Item]], Iterable[Result]], items: Sequence[Item], take: Callable[[Result], None]
) -> None:
    """Call `work` on a share of the items in each of several forked workers, and `take` here on all that it yields.

    Share k of n has every n-th item, starting with the k-th. With fewer than MIN_SHARED_ITEMS items, or if only one
    process can work, everything is one share and is done in this process. Results are pickled, and sent one by one, so
    that no worker holds many; other changes that a worker makes are lost. If a worker fails, its share is done here, so
    that errors are raised as usual, and results that it has sent are taken a second time. The workers end when this
    process ends, even if it is killed.
    """
    count = processors()
    if count < 2 or len(items) < MIN_SHARED_ITEMS:
        for result in work(items):
            take(result)
        return
    shares = {number: items[number::count] for number in range(count)}

    def receive(number: int, *results: Result) -> None:
        if results:
            take(results[0])
        else:
            del shares[number]  # all of it is done

    _fork([(_send_all, (work, number, share)) for number, share in shares.items()], receive)
    for share in shares.values():
        for result in work(share):
            take(result)


def _send_all(
    work: Callable[[Sequence[Item]], Iterable[Result]], number: int, share: Sequence[Item], sender: Connection
) -> None:
    for result in work(share):
        sender.send((number, result))
    sender.send((number,))


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


def share_out(work: Callable[[Item], Result], items: Sequence[Item], take: Callable[[Result], None]) -> None:
    """Call `work` on each item in forked workers, and `take` in this process on each result, in any order.

    A worker gets its next item when it has finished one, so that all of them end together. Results are pickled. What
    no worker has done, because it failed or could not be started, is done here, so that errors are raised as usual.
    With one processor or one item everything is done here, in order. Workers end as those of `map_shares` do.
    """
    count = min(processors(), len(items))
    if count < 2:
        for item in items:
            take(work(item))
        return
    step = -(-len(items) // _MOST_ITEMS)
    batches = [items[start : start + step] for start in range(0, len(items), step)]
    waiting = set(range(len(batches)))
    queue, end = os.pipe()
    try:
        for number in waiting:
            os.write(end, number.to_bytes(_NUMBER, "big"))
        os.close(end)

        def receive(number: int, results: Sequence[Result]) -> None:
            waiting.discard(number)
            for result in results:
                take(result)

        _fork([(_take_from, (work, batches, queue))] * count, receive)
    finally:
        os.close(queue)
    for number in sorted(waiting):
        for item in batches[number]:
            take(work(item))


_MOST_ITEMS: Final = 4096
"""How many items fit in the queue, which is a pipe: 64 kB in Linux, at 8 bytes each, with room to spare."""

_NUMBER: Final = 8


def _take_from(
    work: Callable[[Item], Result], batches: Sequence[Sequence[Item]], queue: int, sender: Connection
) -> None:
    while number := os.read(queue, _NUMBER):  # from a pipe, the system gives all 8 bytes or none
        batch = int.from_bytes(number, "big")
        sender.send((batch, [work(item) for item in batches[batch]]))


def _fork(targets: Iterable[tuple[Callable[..., None], tuple[object, ...]]], receive: Callable[..., None]) -> None:
    """Call each target with its arguments in a worker, and `receive` here on all that they send, until all end."""
    receivers: list[Connection] = []
    workers: list[multiprocessing.process.BaseProcess] = []
    gc.unfreeze()
    gc.collect()  # what nobody uses any more would be in the memory of each worker
    gc.freeze()  # otherwise the garbage collector writes to the memory that workers share, which copies it
    try:
        with uninterrupted():  # a worker that is only half started could not be stopped
            for target, arguments in targets:
                _start_worker(target, arguments, receivers, workers)
        while receivers:
            for receiver in wait(receivers):
                assert isinstance(receiver, Connection)
                if received := _receive(receiver):
                    receive(*received)
                else:
                    receivers.remove(receiver)
                    receiver.close()
    finally:
        _end(workers, receivers)
        gc.unfreeze()


def _start_worker(
    target: Callable[..., None],
    arguments: tuple[object, ...],
    receivers: list[Connection],
    workers: list[multiprocessing.process.BaseProcess],
) -> None:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    receivers.append(receiver)
    worker = context.Process(target=_run_worker, args=(target, arguments, sender, receivers, os.getpid()), daemon=True)
    with sender, suppress(OSError):  # no more processes allowed: this one does the work
        worker.start()
        workers.append(worker)


def _end(workers: Sequence[multiprocessing.process.BaseProcess], receivers: Sequence[Connection]) -> None:
    with uninterrupted():
        for receiver in receivers:
            receiver.close()
        for worker in workers:
            worker.kill()
            worker.join()


def _run_worker(
    target: Callable[..., None],
    arguments: tuple[object, ...],
    sender: Connection,
    inherited: Sequence[Connection],
    parent: int,
) -> None:
    reset_signals_in_worker()
    if not _end_with(parent):
        return
    for receiver in inherited:  # an inherited pipe end that stays open would keep another worker waiting for ever
        receiver.close()
    with suppress(Exception):  # the parent does this work itself, and raises the error there
        target(*arguments, sender)


def _end_with(parent: int) -> bool:
    """Have the system kill this process when its parent ends, even by SIGKILL: prctl(2).

    Returns False if the system can't do that, or if the parent has already ended.
    """
    arguments = (ctypes.c_ulong(number) for number in (signal.SIGKILL, 0, 0, 0))
    return ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, *arguments) == 0 and os.getppid() == parent


_PR_SET_PDEATHSIG: Final = 1


def _receive(receiver: Connection) -> tuple[Any, ...] | None:
    try:
        received: tuple[Any, ...] = receiver.recv()
    except (EOFError, OSError):  # it ended before or while it sent
        return None
    return received
