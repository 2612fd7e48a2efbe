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
from typing import Any, Final, TypeVar, cast

from builder.problems import MachineError, SummaryError, UsageError
from builder.system.interrupts import reset_signals_in_worker, uninterrupted

if sys.platform == "linux":
    import fcntl

MIN_SHARED_ITEMS: Final = 24
"""The number of items from which it pays to fork workers."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def can_fork() -> bool:
    """Whether this process can be forked safely. Threads don't survive it, nor do the system libraries of macOS."""
    return sys.platform == "linux" and threading.active_count() == 1


def processors() -> int:
    """How many processes can work at once: 1 if forking is not safe here."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" and can_fork() else 1


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


def share_out(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    take: Callable[[Result], None],
    here: Callable[[Item], None] | None = None,
) -> None:
    """Call `work` on each item in this process and in forked workers, and `take` here on each result, in any order.

    A process gets its next item when it has finished one, so that all of them end together. `here` is called on those
    of this process, if it is given, instead of `work` and `take`. There is one worker less than processors, as each has
    a copy of what it uses of this one's memory. Results are pickled; other changes that a worker makes are lost. What
    no worker has done, because it failed or could not be started, is done here, so that errors are raised as usual.
    With one processor or one item everything is done here, in order. The workers end when this process ends, even if
    it is killed.
    """

    def take_here(item: Item) -> None:
        take(work(item))

    here = here or take_here
    count = min(processors(), len(items))
    if count < 2:
        for item in items:
            here(item)
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

        with _workers([(_take_from, (work, batches, queue))] * (count - 1), receive) as look:
            while data := os.read(queue, _NUMBER):  # from a pipe, the system gives all 8 bytes or none
                number = int.from_bytes(data, "big")
                waiting.discard(number)
                for item in batches[number]:
                    here(item)
                    look()
    finally:
        os.close(queue)
    for number in sorted(waiting):
        for item in batches[number]:
            here(item)


_MOST_ITEMS: Final = 4096
"""How many items fit in the queue, which is a pipe: 64 kB in Linux, at 8 bytes each, with room to spare."""

_NUMBER: Final = 8

_IN_A_PIPE: Final = 1 << 20
"""How many bytes of results wait in a pipe while this process works. It is the most that Linux gives to anyone."""


def _take_from(
    work: Callable[[Item], Result], batches: Sequence[Sequence[Item]], queue: int, sender: Connection
) -> None:
    while data := os.read(queue, _NUMBER):
        number = int.from_bytes(data, "big")
        sender.send((number, [work(item) for item in batches[number]]))


def apart(work: Callable[[], Result]) -> Result:
    """Call `work` in a process of its own and return its result, so that this process need not hold what that takes.

    The result is pickled. Problems that a user can solve are raised here as they were there. If the process fails in
    any other way, or if this one can't be forked safely, the work is done here. It ends when this one ends.
    """
    found: list[tuple[bool, Any]] = []
    if can_fork():
        with _workers([(_do, (work,))], lambda *result: found.append(result), is_parent=True):
            pass
    for is_done, result in found:
        if not is_done:
            raise result
        return cast("Result", result)
    return work()


def _do(work: Callable[[], object], sender: Connection) -> None:
    try:
        result = True, work()
    except (SummaryError, MachineError, UsageError) as error:
        result = False, error
    sender.send(result)


@contextmanager
def _workers(
    targets: Iterable[tuple[Callable[..., None], tuple[object, ...]]],
    receive: Callable[..., None],
    *,
    is_parent: bool = False,
) -> Iterator[Callable[[], None]]:
    """Call each target with its arguments in a worker, and `receive` here on all that they send, until all end.

    Gives a function that receives what has come so far. A worker can have workers of its own if it `is_parent`.
    """
    receivers: list[Connection] = []
    workers: list[multiprocessing.process.BaseProcess] = []

    def look(timeout: float | None = 0) -> None:
        for receiver in wait(receivers, timeout) if receivers else ():
            assert isinstance(receiver, Connection)
            if received := _receive(receiver):
                receive(*received)
            else:
                receivers.remove(receiver)
                receiver.close()

    gc.unfreeze()
    gc.collect()  # what nobody uses any more would be in the memory of each worker
    gc.freeze()  # otherwise the garbage collector writes to the memory that workers share, which copies it
    try:
        with uninterrupted():  # a worker that is only half started could not be stopped
            for target, arguments in targets:
                _start_worker(target, arguments, receivers, workers, is_parent=is_parent)
        yield look
        while receivers:
            look(None)
    finally:
        _end(workers, receivers)
        gc.unfreeze()


def _start_worker(
    target: Callable[..., None],
    arguments: tuple[object, ...],
    receivers: list[Connection],
    workers: list[multiprocessing.process.BaseProcess],
    *,
    is_parent: bool,
) -> None:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    receivers.append(receiver)
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(sender.fileno(), fcntl.F_SETPIPE_SZ, _IN_A_PIPE)
    given = target, arguments, sender, receivers, os.getpid()
    worker = context.Process(target=_run_worker, args=given, daemon=not is_parent)
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
