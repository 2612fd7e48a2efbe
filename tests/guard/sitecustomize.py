"""Lets no test read the repository's own explainer: whatever its editors write there, the tool is right or it is not.

Python imports this module by itself in every process that the tests start with this folder on its path.
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
        return  # following links costs time, and a process opens many files
    path = os.path.realpath(path)
    if _is_below(path, *OWN) and not _is_below(path, HANDBOOK):
        raise RuntimeError(f"a test reads {path}, which editors may change: read what is below tests/sites")


def _is_below(path: str, *folders: str) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


sys.addaudithook(_refuse)
