"""Where compiled templates are kept: beside Python's own bytecode, and only where Python keeps that."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

from jinja2 import FileSystemBytecodeCache


class _ByName(FileSystemBytecodeCache):
    """A template has one place, wherever it lies, and what is read from there is held against its text."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return super().get_cache_key(name)


def compiled(*files: str) -> FileSystemBytecodeCache | None:
    """A place for compiled templates, or None where there is none.

    What compiles them, given as the files that set up the environment, is part of their names there.
    """
    folder = Path(__file__).with_name("__pycache__")
    if not folder.is_dir() or sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    made_by = hashlib.blake2b(b"".join(Path(file).read_bytes() for file in files), digest_size=8)
    made_by.update(version("jinja2").encode())
    return _ByName(str(folder), f"template-{made_by.hexdigest()}-%s.cache")
