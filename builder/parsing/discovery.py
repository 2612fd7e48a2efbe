"""Finds the summaries in a folder and reads their bytes. Links that lead out of the folder are refused."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem, SummaryError, visible

TRIES: Final = 3
"""How often to read a file that changes while it is being read."""


def find(folder: Path, name: str) -> tuple[tuple[tuple[str, Path], ...], list[Problem]]:
    """Find every summary in a folder and the folders in it: pairs of its path for display and its real path, sorted.

    Paths for display start with `name`. README.md, hidden files, and what other programs leave behind are left out.
    Anything else that is not a summary is a problem.
    """
    finder = _Finder(name)
    finder.find(folder)
    return tuple(sorted(finder.files.items())), finder.problems


def read_bytes(file: Path, name: str, max_bytes: int) -> bytes:
    """Read a file, called `name` in problems, so that no half-saved state is returned.

    At most `max_bytes` + 1 bytes are read. Raises SummaryError for a link or a device, and if the file can't be read
    or keeps changing.
    """
    for _ in range(TRIES):
        try:
            with open(file, "rb", opener=_open_without_following) as stream:
                before = os.fstat(stream.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise file_error(name, "no-file", *_NO_FILE)
                data = stream.read(max_bytes + 1)
            after = os.stat(file, follow_symlinks=False)
        except OSError as error:
            raise file_error(name, *_explain(error)) from None
        if _file_state(before) == _file_state(after):
            return data
    raise file_error(
        name, "unsteady", "the file changed while it was being read", "wait until it is saved, then try again"
    )


_NO_FILE = ("this is not an ordinary file", "replace it with a text file, or delete it")


def _open_without_following(path: str, flags: int) -> int:
    """Open a file, but don't follow a link, and don't wait for someone to write to a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _file_state(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _explain(error: OSError) -> tuple[str, str, str]:
    """Explain why the system refused: rule, message and hint."""
    if isinstance(error, FileNotFoundError):
        return "unreadable", "no such file or folder", "put it back, or check its name"
    if isinstance(error, NotADirectoryError):
        return "unreadable", "this is not a folder", "replace it with a folder"
    if isinstance(error, IsADirectoryError):
        return "no-file", *_NO_FILE
    if isinstance(error, PermissionError):
        return "unreadable", "you have no permission to read this", "give yourself permission"
    if error.errno == errno.ELOOP:
        return "link", "this is a link", "put the file itself here"
    return "unreadable", f"this can't be read: {error.strerror}", "check the disk"


def is_hidden_or_backup(name: str) -> bool:
    """Whether a name is that of a hidden file, or of one that an editor, a sync program or the system leaves behind."""
    return _HIDDEN_OR_BACKUP.fullmatch(name) is not None


_SUMMARY_ENDING = re.compile(r"\.ya?ml$", re.IGNORECASE)
"""The ending that is left after the last one is removed, if a program has added its own: `talks.yml.txt`."""

_HIDDEN_OR_BACKUP = re.compile(
    r"\..*|.*~|#.*#|~\$.*|4913"
    r"|.*\.(?:swp|swo|swx|tmp|temp|bak|old|orig|rej|crdownload|part|partial|download|lock|save(?:\.\d+)?)"
    r"|.*___jb_(?:old|tmp)___|.*\.sb-[0-9a-f]+-\w+"
    r"|Icon\r?|(?:eh)?Thumbs(?:_vista)?\.db|desktop\.ini|\$RECYCLE\.BIN|@eaDir|__MACOSX",
    re.DOTALL | re.IGNORECASE,
)

_CONFLICT_COPY = re.compile(
    r"(?P<stem>.+?)(?:\.sync-conflict-\d{8}-\d{6}(?:-\w+)?|[ _-]?\((?:[^()]*conflict[^()]*)\)|_conflict[-\w]*"
    r"|-(?:DESKTOP|LAPTOP)-\w+"
    r"| \(\d+\)| \d{1,2}| ?[-–] ?(?:Copy|Kopie|copie)(?: ?\(\d+\))?| copy(?: \d+)?)"
    r"\.ya?ml",
    re.IGNORECASE,
)
"""The name that a sync program or a file manager gives to a copy: `talks.sync-conflict-....yml`, `talks (2).yml`."""


def _original_of(path: str) -> str | None:
    """The name of the file that a file is a copy of, by its name; None if it is not, or if there is no such file."""
    folder, name = os.path.split(path)
    copy = _CONFLICT_COPY.fullmatch(name)
    original = f"{copy['stem']}.yml" if copy else ""
    return original if original and os.path.isfile(os.path.join(folder, original)) else None


class _Finder:
    """Searches a folder without following links out of it, and collects problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = ""
        self.files: dict[str, Path] = {}
        self.problems: list[Problem] = []

    def find(self, folder: Path) -> None:
        """Search a folder and the folders in it."""
        self.root = os.path.realpath(folder)
        if os.path.islink(folder) and not Path(self.root).is_relative_to(os.path.realpath(folder.parent)):
            self._refuse(self.name, "link", "this link leads out of the project", "replace it with a folder")
            return
        folders = [(self.root, self.name)]
        while folders:
            path, shown = folders.pop()
            try:
                with os.scandir(path) as entries:
                    found = [
                        entry for entry in entries if entry.name != "README.md" and not is_hidden_or_backup(entry.name)
                    ]
            except OSError as error:
                self._refuse(shown, *_explain(error))
                continue
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{shown}/{entry.name}"))
                else:
                    self._add(entry, f"{shown}/{entry.name}")

    def _add(self, entry: os.DirEntry[str], shown: str) -> None:
        path = self._target(entry, shown) if entry.is_symlink() else entry.path
        if path is None:
            return
        if not os.path.isfile(path):
            self._refuse(shown, "no-file", *_NO_FILE)
        elif original := _original_of(path):
            found = f"'{visible(entry.name)}' looks like a copy of '{visible(original)}'"
            self._refuse(shown, "unknown-file", found, f"compare it with '{visible(original)}', then delete it")
        elif entry.name.endswith(".yml"):
            self.files[shown] = Path(path)
        else:
            stem = _SUMMARY_ENDING.sub("", entry.name.rpartition(".")[0] or entry.name)
            hint = f"rename it to '{visible(stem)}.yml', or move it out of '{visible(self.name)}'"
            self._refuse(shown, "unknown-file", f"'{visible(entry.name)}' is not a summary", hint)

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

    def _refuse(self, shown: str, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(location=Location(shown), rule=rule, message=message, hint=hint))


def file_error(name: str, rule: str, message: str, hint: str) -> SummaryError:
    """A SummaryError with one problem that concerns a whole file."""
    return SummaryError([Problem(location=Location(name), rule=rule, message=message, hint=hint)])
