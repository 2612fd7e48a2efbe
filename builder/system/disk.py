"""What builds and edits need of the disk: a lock, a flush, and a file for what takes much memory."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from builder.problems import MachineError


@contextmanager
def locked(file: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock on a file until the block ends. The system releases it if the process ends before.

    Waits for another holder with `wait`. Raises MachineError without it if this or another process holds the lock, and
    if the file can't be written.
    """
    process_lock = _PROCESS_LOCKS.setdefault(os.path.realpath(file), threading.Lock())
    if not process_lock.acquire(blocking=wait):
        raise MachineError(_BUSY)
    try:
        with ExitStack() as stack:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                handle = stack.enter_context(open(file, "ab"))
                is_held = _lock(handle, wait=wait)
            except OSError as error:
                raise MachineError(f"{file} can't be written: {error.strerror or error}") from error
            if not is_held:
                raise MachineError(_BUSY)
            yield
    finally:
        process_lock.release()


_BUSY: Final = "another build is running: wait for it, or stop it"

_PROCESS_LOCKS: Final[dict[str, threading.Lock]] = {}
"""By file: the lock within this process. A record lock only keeps out other processes, and this process would release
it by closing the file anywhere, so a second thread must not even open the file."""


def flush(folder: Path, files: Iterable[Path] | None = None) -> None:
    """Write everything in a folder through to the disk: with one syncfs(2) where there is one, else file by file.

    `files` are those that are new, if not all are. Raises OSError if the disk fails.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    each = folder.rglob("*") if files is None else files
    for path in [folder] if syncfs else [*each, folder]:
        if path.is_symlink() or not (path.is_file() or path.is_dir()) or (sys.platform == "win32" and path.is_dir()):
            continue
        handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
        try:
            if syncfs is None:
                os.fsync(handle)
            elif syncfs(handle) != 0:
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code), str(folder))
        finally:
            os.close(handle)


class Pile:
    """Data put aside in a file without a name, so that it takes no memory until it is read again.

    A forked process can put data on the pile of this one. It raises MachineError for errors of the disk.
    """

    def __init__(self, folder: Path) -> None:
        with _machine_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  # `__exit__` closes it
        self._folder = folder

    def __enter__(self) -> Pile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, data: bytes) -> None:
        """Put data on the pile."""
        waiting = memoryview(len(data).to_bytes(_LENGTH, "big") + data)
        with _machine_errors(self._folder):
            while waiting:
                waiting = waiting[self._file.write(waiting) :]

    def clear(self) -> None:
        """Take everything off the pile."""
        with _machine_errors(self._folder):
            self._file.seek(0)
            self._file.truncate()

    def __iter__(self) -> Iterator[bytes]:
        """All data, in the order in which it was put on the pile."""
        with _machine_errors(self._folder):
            self._file.seek(0)
            while length := self._file.read(_LENGTH):
                yield self._file.read(int.from_bytes(length, "big"))


@contextmanager
def _machine_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError(f"{folder} can't be written to: {error.strerror or error}") from error


_LENGTH: Final = 8

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[bytes], *, wait: bool) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: IO[bytes], *, wait: bool) -> bool:
        # A record lock, not flock(2): forked processes would share a flock, and one that outlives this process by a
        # moment would block the next build.
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError):  # systems differ in which one they raise
            return False
        return True
