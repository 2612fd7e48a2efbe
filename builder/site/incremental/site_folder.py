"""Fills the folder of a new site with what is not made: files of the site before the last one, and static files.

That site is of no use any more, but its files lie where they must. Making and removing thousands takes longer than all
else after an edit. Nothing in it is trusted: whoever puts a file into its place compares what lies there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from builder.site.docs_folder import DATA
from builder.site.incremental.page_store import link_or_copy

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File


def take_over_files(previous: Path | None, site: Path, files: Iterable[File]) -> None:
    """Make the folders for these files in the folder `site`, and move what `previous` has in their places there.

    `previous` is removed.
    """
    wanted = {file.dest_uri for file in files}
    folders: set[str] = set()
    for path in wanted:
        while (path := os.path.dirname(path)) and path not in folders:
            folders.add(path)
    have: set[str] = set()
    if previous and previous.is_dir() and not any(path.is_symlink() for path in (previous.parent, previous)):
        with suppress(OSError):  # such as a folder on another disk
            found = _without_others(previous, wanted, folders)
            for name in os.listdir(previous):
                os.rename(previous / name, site / name)
            have = found
        shutil.rmtree(previous, ignore_errors=True)
    for path in sorted(folders - have):
        with suppress(FileExistsError):  # a plugin may have made it
            os.mkdir(f"{site}/{path}")


def _without_others(site: Path, wanted: set[str], folders: set[str]) -> set[str]:
    """Remove everything from a site that is not wanted, and return which of the wanted folders are there."""
    found = set()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{site}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path in folders:
                        found.add(path)
                        waiting.append(f"{path}/")
                    else:
                        shutil.rmtree(entry.path)
                elif path not in wanted or entry.is_symlink():
                    os.unlink(entry.path)
    return found


def is_static(file: File) -> bool:
    """Whether a file is put into the site and is no page."""
    return not file.is_documentation_page() and not file.inclusion.is_excluded()  # type: ignore[no-untyped-call]


def place_static_files(files: Iterable[File], config: MkDocsConfig) -> None:
    """Put files that are no pages into the site. Downloads are links: the builder never writes into one."""
    made_later = {*config.theme.static_templates, *map(str, config.extra_templates)}
    for file in files:
        if (
            file.src_uri.startswith(f"{DATA}/")
            and file.abs_src_path
            and file.src_dir
            and file.src_uri not in made_later
        ):
            link_or_copy(file.abs_src_path, file.abs_dest_path)
        else:
            with suppress(FileNotFoundError):  # it may be a link
                os.unlink(file.abs_dest_path)
            file.copy_file()
