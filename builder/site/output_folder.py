"""The output folder: where it may be, what a build may delete in it, and how the new site replaces the old one."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from builder.problems import MachineError
from builder.site.output_manifest import MANIFEST, Contents, contents_of, mark_unfinished, write_manifest
from builder.system.disk import flush


@dataclass(frozen=True, slots=True)
class Output:
    """Where the site goes: `site`, with the new and the previous site next to it while a build runs."""

    site: Path

    @property
    def staging(self) -> Path:
        """The site that is being built; after the exchange, the previous one."""
        return self.site.with_name(f".{self.site.name}.new")

    @property
    def previous(self) -> Path:
        """The previous site between two renames, on disks that can't exchange two folders."""
        return self.site.with_name(f".{self.site.name}.old")

    def check(self, root: Path, inputs: Iterable[Path]) -> None:
        """Raise MachineError if a build into this folder would harm something. Writes nothing."""
        if self.site == Path(self.site.anchor):
            raise MachineError("the site can't be built into the root of the disk: choose a folder of its own")
        if root.is_relative_to(self.site):
            raise MachineError(f"the site can't be built into {self.site}: the project itself is in it")
        for folder in inputs:
            if self.site.is_relative_to(folder) or folder.is_relative_to(self.site):
                raise MachineError(f"the site can't be built into {self.site}: the build reads from {folder.name}/")
        if self.site.is_symlink():  # links were resolved before, so this one has no end
            raise MachineError(f"the site can't be built into {self.site}: it is a link that leads back to itself")
        if self.site.exists() and not self.site.is_dir():
            raise MachineError(f"the site can't be built into {self.site}: there is a file with this name")
        self._contents_of_site()
        for folder in (self.staging, self.previous):
            found = contents_of(folder)
            if found.foreign and not found.has_manifest:
                raise MachineError(f"{folder} is in the way, and nothing shows that a build made it: move it away")
        for folder in (self.site, self.site.parent):
            _check_writable(next(place for place in (folder, *folder.parents) if place.exists()), self.site)

    def _contents_of_site(self) -> Contents:
        """What is in the site besides what a build made. Raises MachineError for what a build would delete."""
        found = contents_of(self.site)
        if found.foreign and found.has_manifest:
            raise MachineError(
                f"{self.site / found.foreign[0]} was not made by a build, and a build would delete it: "
                "move it away, into docs/ if it belongs to the site"
            )
        if found.foreign:
            raise MachineError(
                f"the site can't be built into {self.site}: it contains {found.foreign[0]}, and nothing shows that a "
                "build made it; if this is an older site, remove the folder (make clean removes site/), "
                "otherwise choose another folder"
            )
        return found

    def recover(self) -> None:
        """Clean up after a build that was killed, and put the last complete site back in place."""
        if self.previous.exists():
            if self.site.exists():
                _remove(self.previous)
            else:
                self.previous.rename(self.site)
        self.discard()

    def begin(self) -> None:
        """Create an empty folder for the new site."""
        self.staging.mkdir(parents=True)
        mark_unfinished(self.staging)

    def discard(self) -> None:
        """Delete the staging folder. The next build reports what can't be deleted."""
        _remove(self.staging)

    def put_in_place(self, aside: Path | None = None) -> None:
        """Put the built site in place, in one step where the disk can.

        The previous one is moved to `aside`, without what a build keeps, for the next build to use up; without `aside`
        or if that is on another disk, it is removed.

        Until then, both sites have the files that a build keeps, so that none is lost if the machine stops.
        Raises MachineError for files in the previous site that no build made.
        """
        write_manifest(self.staging)
        kept = self._contents_of_site().kept
        for path in kept:
            if not os.path.lexists(self.staging / path):
                _carry_over(self.site / path, self.staging / path)
        flush(self.staging)
        if not self.site.exists():
            self.staging.rename(self.site)
        elif not _exchange(self.staging, self.site):
            self.site.rename(self.previous)
            self.staging.rename(self.site)
            self.previous.rename(self.staging)
        if aside:
            with suppress(OSError):
                for path in kept:
                    _delete(self.staging / path)
                shutil.rmtree(aside, ignore_errors=True)
                self.staging.rename(aside)
        self.discard()


def _carry_over(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir() and not old.is_symlink():
        shutil.copytree(old, new, symlinks=True, copy_function=_link)
    else:
        _link(old, new)


def _link(old: str | Path, new: str | Path) -> None:
    """Link a file, which takes no space. Copy it where the disk has no hard links."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _remove(folder: Path) -> None:
    """Remove a folder that a build made, its manifest last: without it, the rest would seem to be someone else's."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name != MANIFEST:
                _delete(path)
        if set(os.listdir(folder)) <= {MANIFEST}:
            shutil.rmtree(folder)


def _delete(path: Path) -> None:
    """Delete a file, a link, or as much as possible of a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def _check_writable(folder: Path, site: Path) -> None:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise MachineError(f"the site can't be built into {site}: {folder} can't be written to") from error


_RENAME_EXCHANGE = 2
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders with renameat2(2), so that both always exist. False if the system or the disk can't."""
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
