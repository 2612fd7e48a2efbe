"""Whose the files of an output folder are: a build lists those that it made in a file of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

LIST: Final = ".explainer.json"
"""The builder's own file in an output folder. A host may publish it: it names what is published anyway."""

CNAME: Final = "CNAME"
"""Where GitHub Pages keeps the site's domain: kept, as is all that begins with a dot."""

_ABOUT = (
    "Made by the builder. A build replaces the files listed here, keeps CNAME and what begins with a dot, "
    "and stops at anything else."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What lies in an output folder beside the files that a build made: paths below it, with forward slashes."""

    is_listed: bool
    """Whether a build says what it made."""

    kept: tuple[str, ...] = ()
    """What begins with a dot, at any depth, and CNAME: the work of git, of hosts and of file managers."""

    foreign: tuple[str, ...] = ()
    """All else. In a folder without a list this is the first thing found."""


def contents_of(folder: Path) -> Contents:
    """Look into an output folder, which may be missing. Nothing is written, no link is followed."""
    made = _read(folder)
    kept: list[str] = []
    foreign: list[str] = []
    waiting = [""] if folder.is_dir() else []
    while waiting and not (foreign and made is None):
        prefix = waiting.pop()
        with os.scandir(folder / prefix) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = prefix + entry.name
                if path == LIST or (made and path in made.files):
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and made and path in made.folders:
                    waiting.append(f"{path}/")
                elif "/." in f"/{path}" or path == CNAME:
                    kept.append(path)
                elif is_folder and made:
                    waiting.append(f"{path}/")
                elif made is None or not made.is_unfinished:
                    foreign.append(path)
    return Contents(is_listed=made is not None, kept=tuple(sorted(kept)), foreign=tuple(sorted(foreign)))


def begin(folder: Path) -> None:
    """Say of a folder that a build is filling it: all in it is the builder's, but for what is always kept."""
    _write(folder, None)


def finish(folder: Path, kept: Iterable[str] = ()) -> None:
    """List what the build made that filled the folder: all but what is kept."""
    not_made = {folder / path for path in (LIST, *kept)}
    made = []
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = [name for name in folders if here / name not in not_made]
        made += [(here / name).relative_to(folder).as_posix() for name in names if here / name not in not_made]
    _write(folder, sorted(made))


@dataclass(frozen=True)
class _Made:
    files: frozenset[str]
    is_unfinished: bool

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(parent.as_posix() for path in self.files for parent in PurePosixPath(path).parents)


def _read(folder: Path) -> _Made | None:
    """What a build says that it made. None without a list, or with one that is not a build's."""
    file = folder / LIST
    if file.is_symlink() or not file.is_file():
        return None
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("about") != _ABOUT or not isinstance(found.get("files", []), list):
        return None
    return _Made(frozenset(map(str, found.get("files", []))), "files" not in found)


def _write(folder: Path, files: list[str] | None) -> None:
    says = {"about": _ABOUT} if files is None else {"about": _ABOUT, "files": files}
    beside = folder / f"{LIST}.tmp"
    beside.write_text(json.dumps(says, indent=1) + "\n", encoding="ascii")
    beside.replace(folder / LIST)
