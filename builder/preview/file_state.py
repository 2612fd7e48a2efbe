"""Watches the files that a preview is made from, by what the system records about them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from builder.parsing.discovery import is_hidden_or_backup
from builder.project import Project
from builder.site.docs_folder import DATA

FileState = tuple[int, int, int]
"""Inode, time of the last change in nanoseconds, size."""

_INTERVAL: Final = 0.1
"""Seconds between two looks, unless looking takes long."""

_SHARE: Final = 10
"""How many times as long as a look the watcher waits for the next one."""

_SETTLING: Final = 0.05
"""Seconds without a change after which an edit counts as complete."""


class Watcher:
    """Notices edits of summaries/, templates/, mkdocs.yml, other files that are named, and of pages in docs/.

    What the builder writes counts as seen once `expect` is called for it.
    """

    def __init__(self, project: Project) -> None:
        self.places = (project.summaries, project.templates, project.config, project.docs)
        self.own = os.path.join(project.docs, DATA)
        """The folder in which everything is the builder's. It is not watched."""

        self.others: tuple[Path, ...] = ()
        """More files and folders to watch."""

        self.seen = self._look()
        """The states of all files when they were last looked at."""

    def wait(self) -> None:
        """Wait until something has changed."""
        started = time.monotonic()
        while not self.has_changed():
            time.sleep(max(_INTERVAL, _SHARE * (time.monotonic() - started)))
            started = time.monotonic()

    def settle(self) -> None:
        """Wait until nothing changes any more. What has changed counts as seen."""
        while (now := self._look()) != self.seen:
            self.seen = now
            time.sleep(_SETTLING)

    def has_changed(self) -> bool:
        """Whether anything has changed since the last look that counted."""
        return self._look() != self.seen

    def watch(self, others: Iterable[Path]) -> None:
        """Watch these files and folders besides those of the explainer. They count as seen."""
        self.others = tuple(others)
        for path, state in _states(self.others):
            self.seen.setdefault(path, state)

    def expect(self, files: Iterable[Path]) -> None:
        """These files were just written or removed by the builder."""
        for path in map(str, files):
            if path.startswith(os.path.join(self.own, "")):
                continue
            if os.path.lexists(path):
                self.seen[path] = _state(path)
            else:
                self.seen.pop(path, None)

    def _look(self) -> dict[str, FileState]:
        return dict(_states((*self.places, *self.others), without=self.own))


def _states(places: Iterable[Path], without: str = "") -> Iterator[tuple[str, FileState]]:
    """The state of each file at or below these places, except hidden ones, backups, and the folder `without`."""
    for place in places:
        if place.is_dir():
            yield from _states_below(str(place), without)
        elif os.path.lexists(place):
            yield str(place), _state(str(place))


def _states_below(folder: str, without: str) -> Iterator[tuple[str, FileState]]:
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not is_hidden_or_backup(entry.name) and entry.path != without]
    except OSError:  # it was just removed
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _states_below(entry.path, without)
        else:
            yield entry.path, _state(entry.path)


def _state(path: str) -> FileState:
    """The state of a file. A link has the state of its file, but one to a folder or to nothing its own."""
    try:
        status = os.lstat(path) if os.path.isdir(path) else os.stat(path)
    except OSError:
        try:
            status = os.lstat(path)
        except OSError:  # it was just removed
            return (0, 0, 0)
    return status.st_ino, status.st_mtime_ns, status.st_size
