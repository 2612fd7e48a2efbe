"""Writes summaries to disk. A new summary never overwrites an existing file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from builder.problems import MachineError, visible
from builder.system.disk import flush
from builder.system.interrupts import uninterrupted

TEMPORARY = ".builder.tmp"

MANY_FILES: Final = 24
"""From this many files on, it is quicker to flush the whole disk once than each file."""


def create(files: Mapping[Path, bytes]) -> None:
    """Write new files, all or none. Raises MachineError if a file exists already or can't be written."""
    created: list[Path] = []

    def put(temporary: Path, target: Path) -> None:
        if target.exists():
            raise FileExistsError(0, "it already exists", str(target))
        os.replace(temporary, target)
        created.append(target)

    try:
        _write(files, put)
    except BaseException:
        for path in created:
            path.unlink(missing_ok=True)
        raise


def replace(files: Mapping[Path, bytes]) -> None:
    """Replace existing files. Raises MachineError if a file can't be written.

    All new contents are on the disk before the first file is replaced, and each file is replaced in one step.
    """

    def put(temporary: Path, target: Path) -> None:
        shutil.copymode(target, temporary)
        os.replace(temporary, target)

    _write(files, put)


def update(files: Mapping[Path, bytes | None]) -> None:
    """Write and delete files, all or none: None deletes a file. Raises MachineError if one can't be written or deleted.

    If a step fails, or the command is stopped, the files are put back as they were.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in files}

    def put(temporary: Path, target: Path) -> None:
        if target.is_file():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)

    try:
        _write({path: data for path, data in files.items() if data is not None}, put)
        with _as_machine_error():
            for path in (path for path, data in files.items() if data is None):
                path.unlink()
    except BaseException:
        with uninterrupted():
            _put_back(before)
        raise


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)


def _write(files: Mapping[Path, bytes], put: Callable[[Path, Path], None]) -> None:
    targets = {path.with_name(f".{path.name}{TEMPORARY}"): path for path in files}
    try:
        with _as_machine_error():
            for temporary, path in targets.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.unlink(missing_ok=True)
                with open(temporary, "xb") as file:
                    file.write(files[path])
            _flush_to_disk(tuple(targets))
            for temporary, path in targets.items():
                put(temporary, path)
    finally:
        for temporary in targets:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def _as_machine_error() -> Iterator[None]:
    """Turn an error of the disk into a MachineError."""
    try:
        yield
    except OSError as error:
        where = visible(Path(str(error.filename2 or error.filename or "a summary")).name)
        raise MachineError(f"{where} can't be written: {error.strerror or error}") from error


def _flush_to_disk(files: tuple[Path, ...]) -> None:
    """Flush files to the disk; on Linux, flush the whole disk at once if there are many."""
    if len(files) >= MANY_FILES and sys.platform == "linux":
        for folder in {file.parent for file in files}:
            flush(folder)
        return
    for path in files:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
