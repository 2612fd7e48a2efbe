"""Texts that are kept in a file from one command to the next, so that they need not be made again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final


class CacheFile:
    """Texts by key. A file that is lost, damaged, of another version or can't be written costs only time.

    Each text is on a line of its own with its key and a digest of both and of the version, so that a line is used only
    if it is whole. The texts have no line breaks, and the keys no spaces.
    """

    def __init__(self, file: Path, version: str) -> None:
        self.file = file
        self.version = version
        self.lines = dict(_lines(file))
        self.used: dict[str, bytes] = {}
        self.is_new = False

    def get(self, key: str) -> str | None:
        """The text with that key; None if it is not kept."""
        line = self.used.get(key) or self.lines.get(key)
        if line is None:
            return None
        _, seal, data = line.split(b" ", 2)
        if seal.decode(errors="replace") != self._seal(key, data):
            return None
        self.used[key] = line
        return data.decode()

    def put(self, key: str, text: str) -> None:
        """Keep a text, from `save` on for later commands too."""
        data = text.encode()
        self.used[key] = b" ".join((key.encode(), self._seal(key, data).encode(), data))
        self.is_new = True

    def put_all(self, texts: Mapping[str, str]) -> None:
        """Keep texts by their keys, as `put` does."""
        for key, text in texts.items():
            self.put(key, text)

    def save(self) -> None:
        """Write the texts if there are new ones. Those that were not asked for are dropped once they are the most."""
        others = [line for key, line in self.lines.items() if key not in self.used]
        if len(others) > len(self.used):
            others = []
            self.is_new = True
        if self.is_new:
            with suppress(OSError):
                _replace(self.file, b"\n".join((*others, *self.used.values())))

    def _seal(self, key: str, data: bytes) -> str:
        return digest((self.version.encode(), key.encode(), data))


def digest(parts: Iterable[bytes]) -> str:
    """A digest of some bytes. It depends on where one part ends and the next begins."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.hexdigest()


def _lines(file: Path) -> Iterable[tuple[str, bytes]]:
    """The lines of a file by their keys; none if it can't be read."""
    try:
        with open(file, "rb", opener=_without_following) as stream:
            data = stream.read()
    except OSError:
        return
    for line in data.split(b"\n"):
        if line.count(b" ", 0, _MOST_BEFORE_TEXT) >= 2:
            yield line.partition(b" ")[0].decode(errors="replace"), line


_MOST_BEFORE_TEXT: Final = 200
"""How many bytes the key, the digest and the spaces take at most."""


def _replace(file: Path, data: bytes) -> None:
    """Write a file in one step. Raises OSError if that is not possible."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.new")
    with suppress(FileNotFoundError):
        temporary.unlink()
    with open(temporary, "xb") as stream:
        stream.write(data)
    temporary.replace(file)


def _without_following(path: str, flags: int) -> int:
    """Open a file, but don't follow a link, and don't wait for someone to write to a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
