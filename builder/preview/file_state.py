"""Whether files have changed, by what the system records about them."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from builder.pages.page_file import is_sealed
from builder.parsing.discovery import is_hidden_or_backup
from builder.project import Project
from builder.site.docs_folder import DATA

FileState = tuple[int, int, int]
"""Inode, time of the last change in nanoseconds, size."""


def states_of_other_inputs(project: Project, written: Container[str] = ()) -> dict[str, FileState]:
    """The states of all inputs besides the summaries: templates, mkdocs.yml, files in docs/ not listed in `written`."""
    files = [str(project.config), *plain_files(str(project.templates)), *plain_files(str(project.docs))]
    own = os.path.join(project.docs, DATA, "")
    return {path: state_of(path) for path in files if path not in written and not path.startswith(own)}


def states_of_summaries(project: Project) -> dict[str, FileState]:
    """The states of the files below summaries/."""
    return {path: state_of(path) for path in plain_files(str(project.summaries))}


def unedited_pages(docs: str, known: Mapping[str, FileState]) -> Iterator[tuple[str, FileState]]:
    """The generated pages below docs/ that nobody edited, with their states. Pages in a known state are not read."""
    for path in plain_files(docs):
        if path.endswith(".md"):
            state = state_of(path)
            with suppress(FileNotFoundError):  # someone has just deleted it
                if state == known.get(path) or is_sealed(Path(path).read_bytes()):
                    yield path, state


def state_of(path: str) -> FileState:
    """The state of a file; zeros if there is none."""
    try:
        status = os.stat(path)
    except OSError:  # also for a link to itself
        return (0, 0, 0)
    return status.st_ino, status.st_mtime_ns, status.st_size


def stat_or_empty(path: str) -> os.stat_result:
    """As `os.stat`, but a missing file counts as an empty one: the watcher would never look at it again.

    A link to a folder counts as the link itself: the watcher would follow it anywhere, even in circles.
    """
    try:
        status = os.stat(path)
        return os.lstat(path) if stat.S_ISDIR(status.st_mode) and os.path.islink(path) else status
    except OSError:
        return os.stat_result((0,) * 10)


def plain_files(folder: str) -> Iterator[str]:
    """The plain files below a folder, except temporary files of text editors."""
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from plain_files(entry.path)
            elif entry.is_file(follow_symlinks=False) and not is_hidden_or_backup(entry.name):
                yield entry.path
