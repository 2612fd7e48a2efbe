"""The output folder: where it may be, who may write it, and how the new site takes the place of the old in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from builder.problems import MachineError


@dataclass(frozen=True, slots=True)
class Output:
    """Where the site goes: `site`, with what is on its way in and out beside it, on the same disk."""

    site: Path

    @property
    def staging(self) -> Path:
        """The site that is being built; after the exchange, the one that stood before."""
        return self.site.with_name(f".{self.site.name}.new")

    @property
    def aside(self) -> Path:
        """The last site, on disks that can't exchange two folders, between two renames."""
        return self.site.with_name(f".{self.site.name}.old")

    def check(self, root: Path, inputs: Iterable[Path]) -> None:
        """Raise MachineError if a build into this folder would harm something. Nothing is written."""
        if self.site == Path(self.site.anchor):
            raise MachineError("the site can't be built into the root of the disk: choose a folder of its own")
        if root.is_relative_to(self.site):
            raise MachineError(f"the site can't be built into {self.site}: the project itself lies there")
        for folder in inputs:
            if self.site.is_relative_to(folder) or folder.is_relative_to(self.site):
                raise MachineError(f"the site can't be built into {self.site}: {folder.name}/ is what it is made from")
        if self.site.exists() and not self.site.is_dir():
            raise MachineError(f"the site can't be built into {self.site}: there is a file of this name")
        if self.site.is_dir() and any(self.site.iterdir()) and not (self.site / "404.html").is_file():
            raise MachineError(
                f"{self.site} holds something other than a built site: empty it, or choose another folder"
            )
        for folder in (self.site, self.site.parent):
            _try_to_write(next(place for place in (folder, *folder.parents) if place.exists()), self.site)

    def recover(self) -> None:
        """Clear up after a build that was killed: the last whole site is in its place afterwards."""
        if self.aside.exists():
            if self.site.exists():
                shutil.rmtree(self.aside)
            else:
                self.aside.rename(self.site)
        self.discard()

    def discard(self) -> None:
        """Remove what is on its way. What resists is left for the next build to name."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def take_over(self) -> None:
        """Put the built site in its place, in one step where the disk can, and remove the last one."""
        flush(self.staging)
        if not self.site.exists():
            self.staging.rename(self.site)
        elif not _exchanged(self.staging, self.site):
            self.site.rename(self.aside)
            self.staging.rename(self.site)
            shutil.rmtree(self.aside, ignore_errors=True)  # the next build will see to it
        self.discard()


def _try_to_write(folder: Path, site: Path) -> None:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise MachineError(f"the site can't be built into {site}: {folder} can't be written to") from error


@contextmanager
def made_anew(folder: Path) -> Iterator[None]:
    """Have an empty folder in the place of this one, which is put back if what fills it fails."""
    aside = folder.with_name(f"{folder.name}.last")
    folder.rename(aside)
    try:
        folder.mkdir()
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
        raise
    shutil.rmtree(aside)


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


def flush(folder: Path) -> bool:
    """Have the disk of a folder hold all that was written, in one call: syncfs(2). False where there is none."""
    if sys.platform != "linux":
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        return bool(ctypes.CDLL(None).syncfs(handle) == 0)
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


_RENAME_EXCHANGE = 2
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders by renameat2(2): at no moment is there none. False where system or disk can't."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    here = -100  # AT_FDCWD; both paths are absolute
    if renameat2(here, os.fsencode(one), here, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))
