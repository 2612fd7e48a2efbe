"""Stops tests from reading the repository's own explainer, so that an edit there can't make a test fail.

Python imports this module automatically in every process that has this folder on its path.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = tuple(str(ROOT / name) for name in ("summaries", "mkdocs.yml", "docs"))
HANDBOOK = str(ROOT / "docs" / "handbook")
"""The part of docs/ that belongs to the tool."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("open", "os.listdir", "os.scandir") or not isinstance(arguments[0], str | bytes | os.PathLike):
        return
    path = os.fsdecode(arguments[0])
    if event == "open" and not path.endswith((".yml", ".yaml", ".md")):
        return  # resolving links takes time, and a process opens many files
    path = os.path.realpath(path)
    if _is_below(path, *OWN) and not _is_below(path, HANDBOOK):
        raise RuntimeError(f"a test reads {path}, which editors may change: use files below tests/sites")


def _is_below(path: str, *folders: str) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


sys.addaudithook(_refuse)
