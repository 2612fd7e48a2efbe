"""Which program this is: its code, its templates, and the versions of what it is made with."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path


def program_digest(*folders: Path) -> str:
    """A digest of the builder's code, Python's version, the installed packages, and all files in some folders."""
    made = hashlib.blake2b(_code().encode(), digest_size=16)
    for folder in folders:
        made.update(_below(folder, ("",)))
    return made.hexdigest()


@cache
def _code() -> str:
    """A digest of the code. It can't change while it runs."""
    packages = sorted(
        name
        for folder in sys.path
        if os.path.isdir(folder)
        for name in os.listdir(folder)
        if name.endswith((".dist-info", ".egg-info"))
    )
    made = hashlib.blake2b(repr((sys.version, packages)).encode(), digest_size=16)
    made.update(_below(Path(__file__).resolve().parents[1], (".py", ".geojson")))
    return made.hexdigest()


def _below(folder: Path, endings: tuple[str, ...]) -> bytes:
    """A digest of the files below a folder whose names end so."""
    made = hashlib.blake2b(digest_size=16)
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(endings) and "__pycache__" not in place:
                file = Path(place, name)
                made.update(f"{file.relative_to(folder)}\n{file.stat().st_size}\n".encode())
                made.update(file.read_bytes())
    return made.digest()
