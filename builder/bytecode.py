"""Where compiled templates are kept: beside Python's own bytecode, and only where Python keeps that."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

from jinja2 import FileSystemBytecodeCache


def compiled(*files: str) -> FileSystemBytecodeCache | None:
    """A place for compiled templates, or None where there is none.

    What compiles them, given as the files that set up the environment, is part of their names there.
    """
    folder = Path(__file__).with_name("__pycache__")
    if not folder.is_dir() or sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    made_by = hashlib.blake2b(b"".join(Path(file).read_bytes() for file in files), digest_size=8)
    made_by.update(version("jinja2").encode())
    return FileSystemBytecodeCache(str(folder), f"template-{made_by.hexdigest()}-%s.cache")
