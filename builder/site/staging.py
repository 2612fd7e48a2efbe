"""The output folder: where it may be, who may write it, and how the new site takes the place of the old in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from builder.problems import MachineError
from builder.site.ownership import LIST, begin, contents_of, finish
from builder.system.disk import flush


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
        if self.site.is_symlink():  # all links were followed before
            raise MachineError(f"the site can't be built into {self.site}: it is a link that leads in a circle")
        if self.site.exists() and not self.site.is_dir():
            raise MachineError(f"the site can't be built into {self.site}: there is a file of this name")
        self._refuse_what_no_build_made()
        for folder in (self.staging, self.aside):
            if contents_of(folder).foreign and not contents_of(folder).is_listed:
                raise MachineError(f"{folder} is in the way, and nothing says that a build made it: move it away")
        for folder in (self.site, self.site.parent):
            _try_to_write(next(place for place in (folder, *folder.parents) if place.exists()), self.site)

    def _refuse_what_no_build_made(self) -> None:
        found = contents_of(self.site)
        if found.foreign and found.is_listed:
            raise MachineError(
                f"{self.site / found.foreign[0]} is not from a build, and a build would delete it: move it away, "
                "into docs/ if it belongs to the site"
            )
        if found.foreign:
            raise MachineError(
                f"the site can't be built into {self.site}: it holds {found.foreign[0]}, and nothing says that a build "
                "made that; if it is an older site, remove the folder (make clean removes site/), "
                "else choose another folder"
            )

    def recover(self) -> None:
        """Clear up after a build that was killed: the last whole site is in its place afterwards."""
        if self.aside.exists():
            if self.site.exists():
                _remove(self.aside)
            else:
                self.aside.rename(self.site)
        self.discard()

    def begin(self) -> None:
        """Have an empty folder for the new site."""
        self.staging.mkdir(parents=True)
        begin(self.staging)

    def discard(self) -> None:
        """Remove what is on its way. What resists is left for the next build to name."""
        _remove(self.staging)

    def take_over(self) -> None:
        """Put the built site in its place, in one step where the disk can, and remove the last one.

        What is kept of the last one lies in both until then, so that it is there whenever the machine stops.
        Raises MachineError for what has come into the last one that no build made.
        """
        finish(self.staging)
        self._refuse_what_no_build_made()
        for path in contents_of(self.site).kept:
            if not os.path.lexists(self.staging / path):
                _carry_over(self.site / path, self.staging / path)
        flush(self.staging)
        if not self.site.exists():
            self.staging.rename(self.site)
        elif not _exchanged(self.staging, self.site):
            self.site.rename(self.aside)
            self.staging.rename(self.site)
            _remove(self.aside)
        self.discard()


def _carry_over(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir() and not old.is_symlink():
        shutil.copytree(old, new, symlinks=True, copy_function=_link)
    else:
        _link(old, new)


def _link(old: str | Path, new: str | Path) -> None:
    """Have a file in two places: it takes no room. A copy where the disk knows no second name."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _remove(folder: Path) -> None:
    """Remove a folder that a build made, its list last: without it the rest would be taken for someone else's."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != LIST:
                path.unlink()
        if set(os.listdir(folder)) <= {LIST}:
            shutil.rmtree(folder)


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
