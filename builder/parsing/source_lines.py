"""The lines of files that problems point to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from builder.parsing.discovery import read_bytes
from builder.problems import Location, SummaryError

_MAX_BYTES: Final = 2_000_000


class SourceLines:
    """Lines of the project's files. Each file is read once; files outside the project are not read."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.files: dict[str, list[str]] = {}

    def at(self, location: Location) -> str:
        """The line at a location; empty if it can't be shown."""
        if location.path not in self.files:
            self.files[location.path] = self._read(location.path)
        lines = self.files[location.path]
        return lines[location.line - 1] if 0 < location.line <= len(lines) else ""

    def _read(self, path: str) -> list[str]:
        file = Path(os.path.realpath(self.root / path))  # `Path.resolve` raises an error for a link to itself
        if not file.is_relative_to(self.root):
            return []
        try:
            data = read_bytes(file, path, _MAX_BYTES)
        except SummaryError:
            return []  # the problem itself says that the file can't be read
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
