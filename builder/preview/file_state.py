"""Whether a file is still as it was, by what the system notes of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from builder.parsing.discovery import is_hidden_or_backup
from builder.project import Project
from builder.site.page_files import DATA, is_sealed

Stamp = tuple[int, int, int]
"""What changes when a file does: inode, time in nanoseconds, size."""


def surroundings_of(project: Project, written: Container[str] = ()) -> dict[str, Stamp]:
    """All that pages are made from besides the summaries: templates, mkdocs.yml, what hands wrote in docs/."""
    files = [str(project.config), *plain_files(str(project.templates)), *plain_files(str(project.docs))]
    own = os.path.join(project.docs, DATA, "")
    return {path: stamp_of(path) for path in files if path not in written and not path.startswith(own)}


def summaries_of(project: Project) -> dict[str, Stamp]:
    """The files below summaries/."""
    return {path: stamp_of(path) for path in plain_files(str(project.summaries))}


def pages_as_written(docs: str, known: Mapping[str, Stamp]) -> Iterator[tuple[str, Stamp]]:
    """The pages below docs/ that are as the builder left them; those with a known stamp are not read again."""
    for path in plain_files(docs):
        if path.endswith(".md"):
            stamp = stamp_of(path)
            with suppress(FileNotFoundError):  # a hand has deleted it since
                if stamp == known.get(path) or is_sealed(Path(path).read_bytes()):
                    yield path, stamp


def stamp_of(path: str) -> Stamp:
    """The stamp of a file; zeros where there is none."""
    try:
        status = os.stat(path)
    except OSError:  # a link to itself has no end, and so no stamp
        return (0, 0, 0)
    return status.st_ino, status.st_mtime_ns, status.st_size


def status_of(path: str) -> os.stat_result:
    """As `os.stat`; what isn't there is an empty file to the watcher, which would never look at it again.

    A link to a folder is given as the link itself: the watcher would follow it anywhere, and round in circles.
    """
    try:
        status = os.stat(path)
        return os.lstat(path) if stat.S_ISDIR(status.st_mode) and os.path.islink(path) else status
    except OSError:
        return os.stat_result((0,) * 10)


def plain_files(folder: str) -> Iterator[str]:
    """The plain files below a folder, but for what editors leave lying about."""
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from plain_files(entry.path)
            elif entry.is_file(follow_symlinks=False) and not is_hidden_or_backup(entry.name):
                yield entry.path
