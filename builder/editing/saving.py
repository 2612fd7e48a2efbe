"""Summaries on disk: written all or none, never over another where they are new."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from builder.problems import MachineError, visible
from builder.system.disk import flush

TEMPORARY = ".builder.tmp"

MANY: Final = 24
"""Files for which one wait for the whole disk is quicker than a wait for each."""


def create(files: Mapping[Path, bytes]) -> None:
    """Write new files, all or none. Raises MachineError for what the disk refuses, and for a file that is there."""
    made: list[Path] = []

    def put(beside: Path, target: Path) -> None:
        if target.exists():
            raise FileExistsError(0, "it is there already", str(target))
        os.replace(beside, target)
        made.append(target)

    try:
        _write(files, put)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def replace(files: Mapping[Path, bytes]) -> None:
    """Put files in the place of others, each wholly old or wholly new. Raises MachineError for what the disk refuses.

    All of them are on the disk before the first one is replaced.
    """

    def put(beside: Path, target: Path) -> None:
        shutil.copymode(target, beside)
        os.replace(beside, target)

    _write(files, put)


def _write(files: Mapping[Path, bytes], put: Callable[[Path, Path], None]) -> None:
    beside = {path.with_name(f".{path.name}{TEMPORARY}"): path for path in files}
    try:
        for temporary, path in beside.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.unlink(missing_ok=True)
            with open(temporary, "xb") as file:
                file.write(files[path])
        _settle(tuple(beside))
        for temporary, path in beside.items():
            put(temporary, path)
    except OSError as error:
        where = visible(Path(str(error.filename2 or error.filename or "a summary")).name)
        raise MachineError(f"{where} can't be written: {error.strerror or error}") from error
    finally:
        for temporary in beside:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _settle(files: tuple[Path, ...]) -> None:
    """Wait until files are on the disk: for the whole disk at once where they are many and the system can."""
    if len(files) >= MANY and sys.platform == "linux":
        for folder in {file.parent for file in files}:
            flush(folder)
        return
    for path in files:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
