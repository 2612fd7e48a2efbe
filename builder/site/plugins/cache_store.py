"""Where the page cache stores results: in memory, or in a file that may be lost or damaged without harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from builder.pages.navigation import Navigation as Pages

Result = Mapping[str, object]
"""A stored result: JSON values."""


class Cache(Protocol):
    """Results by the path of a page, a part of it, and a key of everything that the result was made from."""

    def get(self, path: str, part: str, key: str) -> Result | None:
        """Return the result for this key, or None."""

    def put(self, path: str, part: str, key: str, result: Result) -> None:
        """Store a result in place of the previous one."""


class Site(Protocol):
    """A built site whose pages can be rebuilt one by one."""

    def rebuild(self, path: str) -> bool:
        """Rebuild a page from its file, a path below docs/. Returns whether that was possible."""

    def relist(self, pages: Pages) -> list[str] | None:
        """After pages were added to docs/ or removed, bring the list of files and the navigation up to date.

        `pages` are the generated pages now. Returns the pages that must be rebuilt, or None if it is not possible.
        """

    def finish(self) -> None:
        """Update what is made from all pages together."""


class MemoryCache:
    """A cache in memory, for one build."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], tuple[str, str]] = {}
        """By path and part: the key, and the result as JSON."""

    def get(self, path: str, part: str, key: str) -> Result | None:
        """Return the result for this key, or None."""
        entry = self.entries.get((path, part))
        return json.loads(entry[1]) if entry and entry[0] == key else None

    def put(self, path: str, part: str, key: str, result: Result) -> None:
        """Store a result in place of the previous one."""
        self.entries[path, part] = key, json.dumps(result, ensure_ascii=False)


class FileCache:
    """A cache in an SQLite file. A damaged file is replaced. If the file can't be written, nothing is stored.

    It never waits for another process that uses the file: making a result again is faster.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = self._open() or self._start_over()

    def get(self, path: str, part: str, key: str) -> Result | None:
        """Return the result for this key, or None if there is none or it was damaged."""
        try:
            query = "SELECT made, seal FROM made WHERE path = ? AND part = ? AND key = ?"
            row = self.connection.execute(query, (path, part, key)).fetchone()
        except sqlite3.Error as error:
            if not _is_busy(error):
                self.connection.close()
                self.connection = self._start_over()
            return None
        if row is None or not isinstance(row[0], str) or _seal(row[0]) != row[1]:
            return None
        result = json.loads(row[0])
        return result if isinstance(result, dict) else None

    def put(self, path: str, part: str, key: str, result: Result) -> None:
        """Store a result in place of the previous one."""
        self.put_all({(path, part): (key, json.dumps(result, ensure_ascii=False))})

    def put_all(self, entries: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Store the entries of a MemoryCache."""
        rows = [(path, part, key, result, _seal(result)) for (path, part), (key, result) in entries.items()]
        with suppress(sqlite3.Error):
            self.connection.executemany("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)", rows)

    def commit(self, paths: Iterable[str] | None = None) -> None:
        """Write everything to the file. With `paths`, delete the results of all other pages."""
        with suppress(sqlite3.Error):
            if paths is not None:
                known = {path for (path,) in self.connection.execute("SELECT DISTINCT path FROM made")}
                deleted = [(path,) for path in known.difference(paths)]
                self.connection.executemany("DELETE FROM made WHERE path = ?", deleted)
            self.connection.commit()

    def close(self) -> None:
        """Write everything to the file and close it."""
        self.commit()
        self.connection.close()

    def _open(self) -> sqlite3.Connection | None:
        if self.file.is_symlink() or (self.file.exists() and not self.file.is_file()):
            return sqlite3.connect(":memory:")  # not a file of ours
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, timeout=0)
        except (sqlite3.Error, OSError) as error:
            return _in_memory() if _is_busy(error) else None
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_TABLE)
            connection.execute("SELECT path, part, key, made, seal FROM made LIMIT 1").fetchone()
        except sqlite3.Error as error:
            connection.close()
            return _in_memory() if _is_busy(error) else None
        return connection

    def _start_over(self) -> sqlite3.Connection:
        with suppress(OSError):
            self.file.unlink()
        return self._open() or _in_memory()


_TABLE = (
    "CREATE TABLE IF NOT EXISTS made"
    " (path TEXT, part TEXT, key TEXT, made TEXT, seal TEXT, PRIMARY KEY (path, part)) WITHOUT ROWID"
)


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(_TABLE)
    return connection


def _is_busy(error: Exception) -> bool:
    """Whether another process is using the file."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def _seal(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
