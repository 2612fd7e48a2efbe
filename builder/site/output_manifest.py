"""Which files of an output folder a build made, according to the manifest that it writes there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

MANIFEST: Final = ".explainer.json"
"""The file in an output folder that lists what a build made. A host may publish it: the listed files are public too."""

CNAME: Final = "CNAME"
"""Where GitHub Pages keeps the site's domain. A build keeps it, and all names that begin with a dot."""

_ABOUT = (
    "Made by the builder. A build replaces the files listed here, keeps CNAME and what begins with a dot, "
    "and stops at anything else."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What an output folder holds besides the files that a build made: paths below it, with forward slashes."""

    has_manifest: bool
    """Whether a build listed what it made."""

    kept: tuple[str, ...] = ()
    """CNAME, and names that begin with a dot, at any depth: git, hosts and file managers put them there."""

    foreign: tuple[str, ...] = ()
    """Everything else. In a folder without a manifest, only the first entry found."""


def contents_of(folder: Path) -> Contents:
    """Look into an output folder, which may be missing. Writes nothing, follows no link."""
    manifest = _read(folder)
    kept: list[str] = []
    foreign: list[str] = []
    waiting = [""] if folder.is_dir() else []
    while waiting and not (foreign and manifest is None):
        prefix = waiting.pop()
        with os.scandir(folder / prefix) as entries:
            found = sorted((f"{prefix}{entry.name}", entry) for entry in entries)
        for path, entry in found:
            if path == MANIFEST or (manifest and path in manifest.files):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and manifest and path in manifest.folders:
                waiting.append(f"{path}/")
            elif "/." in f"/{path}" or path == CNAME:
                kept.append(path)
            elif is_folder and manifest:
                waiting.append(f"{path}/")
            elif manifest is None or not manifest.is_unfinished:
                foreign.append(path)
    return Contents(has_manifest=manifest is not None, kept=tuple(sorted(kept)), foreign=tuple(sorted(foreign)))


def mark_unfinished(folder: Path) -> None:
    """Record that a build is filling this folder: it made everything there, except what is always kept."""
    _write(folder, None)


def write_manifest(folder: Path, kept: Iterable[str] = ()) -> None:
    """List what the build that filled the folder made: everything but the paths in `kept`."""
    skipped = {MANIFEST, *kept}
    inside = tuple(f"{path}/" for path in kept)
    made = [path for path in files_below(folder) if path not in skipped and not path.startswith(inside)]
    _write(folder, made)


def files_below(folder: Path) -> list[str]:
    """The path of every file below a folder, with forward slashes, sorted."""
    found: list[str] = []
    start = len(str(folder)) + 1
    for place, _, names in os.walk(folder):
        prefix = f"{place}/"[start:].replace(os.sep, "/")
        found.extend(f"{prefix}{name}" for name in names)
    return sorted(found)


@dataclass(frozen=True)
class _Manifest:
    files: frozenset[str]
    is_unfinished: bool

    @cached_property
    def folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)


def _read(folder: Path) -> _Manifest | None:
    """Read the manifest. None if there is none, or if no build wrote it."""
    file = folder / MANIFEST
    if file.is_symlink() or not file.is_file():
        return None
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("about") != _ABOUT or not isinstance(found.get("files", []), list):
        return None
    return _Manifest(frozenset(map(str, found.get("files", []))), "files" not in found)


def _write(folder: Path, files: list[str] | None) -> None:
    content = {"about": _ABOUT} if files is None else {"about": _ABOUT, "files": files}
    temporary = folder / f"{MANIFEST}.tmp"
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="ascii")
    temporary.replace(folder / MANIFEST)
