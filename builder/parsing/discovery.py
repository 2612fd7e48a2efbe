"""The files of a folder: which are summaries, and what stands in one at one moment. No link leads out."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem, SummaryError, visible

TRIES: Final = 3
"""How often a file is read that changes meanwhile."""


def find(folder: Path, name: str) -> tuple[tuple[str, Path], ...]:
    """List every summary below a folder called `name`, by its path for display, sorted.

    Editors' own files are left out. Raises SummaryError for whatever is neither a summary nor README.md.
    """
    finder = _Finder(name)
    finder.find(folder)
    if finder.problems:
        raise SummaryError(finder.problems)
    return tuple(sorted(finder.files.items()))


def contents(file: Path, name: str, at_most: int) -> bytes:
    """Read a file, called `name` in problems, that is neither a link nor a device, as it was at one moment.

    Stops one byte after `at_most`. Raises SummaryError for what is no file, or can't be read.
    """
    for _ in range(TRIES):
        try:
            with open(file, "rb", opener=_open_itself) as stream:
                before = os.fstat(stream.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise refused(name, "no-file", *_NO_FILE)
                data = stream.read(at_most + 1)
            after = os.stat(file, follow_symlinks=False)
        except OSError as error:
            raise refused(name, *_worded(error)) from None
        if _state(before) == _state(after):
            return data
    raise refused(name, "unsteady", "the file changes while it is read", "wait until it is saved, and try again")


_NO_FILE = ("this is no ordinary file", "put a file of text in its place, or delete it")


def _open_itself(path: str, flags: int) -> int:
    """Open without following a link, and without waiting for who writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _state(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _worded(error: OSError) -> tuple[str, str, str]:
    """Give rule, message and hint for what the system refused."""
    if isinstance(error, FileNotFoundError):
        return "unreadable", "this is not there", "put it back, or look for another spelling"
    if isinstance(error, NotADirectoryError):
        return "unreadable", "this is no folder", "put a folder in its place"
    if isinstance(error, IsADirectoryError):
        return "no-file", *_NO_FILE
    if isinstance(error, PermissionError):
        return "unreadable", "this may not be read", "give yourself the permission to read it"
    if error.errno == errno.ELOOP:
        return "link", "this is a link", "put the file itself here"
    return "unreadable", f"this can't be read: {error.strerror}", "look whether the disk is in order"


def is_editors_own(name: str) -> bool:
    """Whether a file is an editor's or a system's own: swap files, backups, what begins with a dot."""
    return _EDITORS_OWN.fullmatch(name) is not None


_SUMMARY_ENDING = re.compile(r"\.ya?ml$", re.IGNORECASE)
"""What stands before another ending where a program adds its own: `talks.yml.txt`."""

_EDITORS_OWN = re.compile(r"\..*|.*~|#.*#|4913|.*\.(?:swp|swo|swx|tmp|bak)|Thumbs\.db|desktop\.ini", re.DOTALL)


class _Finder:
    """Walks a folder without following links out of it, and keeps what it refuses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = ""
        self.files: dict[str, Path] = {}
        self.problems: list[Problem] = []

    def find(self, folder: Path) -> None:
        """Look through the folder and the folders in it."""
        self.root = os.path.realpath(folder)
        if os.path.islink(folder) and not Path(self.root).is_relative_to(os.path.realpath(folder.parent)):
            self._refuse(self.name, "link", "this link leads out of the project", "put a folder in its place")
            return
        folders = [(self.root, self.name)]
        while folders:
            path, shown = folders.pop()
            try:
                with os.scandir(path) as entries:
                    found = [entry for entry in entries if entry.name != "README.md" and not is_editors_own(entry.name)]
            except OSError as error:
                self._refuse(shown, *_worded(error))
                continue
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{shown}/{entry.name}"))
                else:
                    self._take(entry, f"{shown}/{entry.name}")
        self._check_twins()

    def _take(self, entry: os.DirEntry[str], shown: str) -> None:
        path = self._target(entry, shown) if entry.is_symlink() else entry.path
        if path is None:
            return
        if not os.path.isfile(path):
            self._refuse(shown, "no-file", *_NO_FILE)
        elif entry.name.endswith((".yml", ".yaml")):
            self.files[shown] = Path(path)
        else:
            stem = _SUMMARY_ENDING.sub("", entry.name.rpartition(".")[0] or entry.name)
            hint = f"name it '{visible(stem)}.yml' if it is one, or move it out of '{visible(self.name)}'"
            self._refuse(shown, "unknown-file", f"'{visible(entry.name)}' is no summary", hint)

    def _target(self, entry: os.DirEntry[str], shown: str) -> str | None:
        try:
            target = os.path.realpath(entry.path, strict=True)
        except OSError:
            self._refuse(shown, "link", "this link leads nowhere", "delete it")
            return None
        if not Path(target).is_relative_to(self.root):
            self._refuse(shown, "link", f"this link leads out of '{visible(self.name)}'", "put the file itself here")
            return None
        return target

    def _check_twins(self) -> None:
        for shown in self.files:
            twin = shown.removesuffix(".yaml") + ".yml"
            if shown != twin and twin in self.files:
                found = f"'{visible(twin.rpartition('/')[2])}' stands beside it, and both have the same id"
                self._refuse(shown, "two-files", found, "keep one of the two")

    def _refuse(self, shown: str, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(location=Location(shown), rule=rule, message=message, hint=hint))


def refused(name: str, rule: str, message: str, hint: str) -> SummaryError:
    """One problem with a file as a whole."""
    return SummaryError([Problem(location=Location(name), rule=rule, message=message, hint=hint)])
