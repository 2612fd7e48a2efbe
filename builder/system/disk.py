"""The disk: a lock between processes, writes that survive a power cut, a folder for temporary files."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from builder.problems import MachineError


@contextmanager
def locked(file: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock, which the system releases when the process ends, however it ends.

    Raises MachineError if it is held already, here or in another process, unless told to wait, and if there is no
    place for it.
    """
    here = _HERE.setdefault(os.path.realpath(file), threading.Lock())
    if not here.acquire(blocking=wait):
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
        here.release()


_BUSY: Final = "another build is running: wait for it, or stop it"

_HERE: Final[dict[str, threading.Lock]] = {}
"""By file: the lock within this process. A record lock holds against other processes only, and this one would release
it by closing the file anywhere; so a second holder here may not even open it."""


@contextmanager
def scratch() -> Iterator[None]:
    """Have every temporary file lie in one folder, which is gone afterwards, whatever was left in it."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="explainer_", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def flush(folder: Path) -> None:
    """Have the disk hold all that was written into a folder: in one call where there is syncfs(2), else file by file.

    Raises OSError if the disk could not take it.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    for path in [folder] if syncfs else [*folder.rglob("*"), folder]:
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
        # A record lock, not flock(2): copies of this process would share a flock, and a copy that is still ending after
        # this process was killed would hold it against the next build.
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError):  # systems differ in which they say
            return False
        return True
