"""Asks git about a folder. Nothing here changes the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path


def ask_git(folder: Path, *words: str) -> bytes | None:
    """What git prints; None if git is not installed, the folder is in no repository, or git refuses for any reason."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
