"""A cache for compiled templates, in the folder of Python's own bytecode if there is one."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

from jinja2 import FileSystemBytecodeCache


class _ByName(FileSystemBytecodeCache):
    """Stores a template under its name, whichever folder it is in. Jinja checks a cached copy against the text."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return super().get_cache_key(name)


def bytecode_cache(*files: str) -> FileSystemBytecodeCache | None:
    """Return a cache for compiled templates, or None if they can't be stored.

    The names in the cache contain a hash of `files`, which set up the environment, and of Jinja's version.
    """
    folder = Path(__file__).with_name("__pycache__")
    if not folder.is_dir() or sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    compiler = hashlib.blake2b(b"".join(Path(file).read_bytes() for file in files), digest_size=8)
    compiler.update(version("jinja2").encode())
    return _ByName(str(folder), f"template-{compiler.hexdigest()}-%s.cache")
