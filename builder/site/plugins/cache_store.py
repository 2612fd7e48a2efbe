"""Results kept from one build to the next, in a file that may be lost, cut short or replaced without harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

Made = Mapping[str, object]
"""What was made: values that JSON holds."""


class Shelf(Protocol):
    """What was made of a page, by its path, a part of it, and a key of all it was made from."""

    def get(self, path: str, part: str, key: str) -> Made | None:
        """What was made from the same, if it is still there."""

    def put(self, path: str, part: str, key: str, made: Made) -> None:
        """Keep it instead of what was made before."""


class Site(Protocol):
    """A built site whose pages can be made anew one by one."""

    def remake(self, path: str) -> bool:
        """Make a page (its path below docs/) anew from what stands there; says whether it could."""

    def finish(self) -> None:
        """Bring up to date what is made of all pages."""


class Notes:
    """A shelf in memory, for one build."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, str], tuple[str, str]] = {}

    def get(self, path: str, part: str, key: str) -> Made | None:
        """What was made from the same, if it is there."""
        known = self.taken.get((path, part))
        return json.loads(known[1]) if known and known[0] == key else None

    def put(self, path: str, part: str, key: str, made: Made) -> None:
        """Keep it instead of what was made before."""
        self.taken[path, part] = key, json.dumps(made, ensure_ascii=False)


class Drawer:
    """A shelf in an SQLite file. One that can't be read is begun anew; one that can't be written keeps nothing.

    Nothing waits for another process that uses the file: what was made is made again sooner than that.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = self._opened() or self._begun_anew()

    def get(self, path: str, part: str, key: str) -> Made | None:
        """What was made from the same, if it is still there and whole."""
        try:
            query = "SELECT made, seal FROM made WHERE path = ? AND part = ? AND key = ?"
            row = self.connection.execute(query, (path, part, key)).fetchone()
        except sqlite3.Error as error:
            if not _is_taken(error):
                self.connection = self._begun_anew()
            return None
        if row is None or not isinstance(row[0], str) or _seal(row[0]) != row[1]:
            return None
        made = json.loads(row[0])
        return made if isinstance(made, dict) else None

    def put(self, path: str, part: str, key: str, made: Made) -> None:
        """Keep it instead of what was made before."""
        self.adopt({(path, part): (key, json.dumps(made, ensure_ascii=False))})

    def adopt(self, taken: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Keep all that was noted elsewhere."""
        rows = [(path, part, key, made, _seal(made)) for (path, part), (key, made) in taken.items()]
        with suppress(sqlite3.Error):
            self.connection.executemany("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)", rows)

    def commit(self, paths: Iterable[str] | None = None) -> None:
        """Put everything on the disk; of other pages than those in `paths`, if given, nothing is kept."""
        with suppress(sqlite3.Error):
            if paths is not None:
                known = {path for (path,) in self.connection.execute("SELECT DISTINCT path FROM made")}
                gone = [(path,) for path in known.difference(paths)]
                self.connection.executemany("DELETE FROM made WHERE path = ?", gone)
            self.connection.commit()

    def close(self) -> None:
        """Put everything on the disk and let go of the file."""
        self.commit()
        self.connection.close()

    def _opened(self) -> sqlite3.Connection | None:
        if self.file.is_symlink() or (self.file.exists() and not self.file.is_file()):
            return sqlite3.connect(":memory:")  # it would lead elsewhere
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, timeout=0)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_TABLE)
            connection.execute("SELECT path, part, key, made, seal FROM made LIMIT 1").fetchone()
        except (sqlite3.Error, OSError) as error:
            return _in_memory() if _is_taken(error) else None
        return connection

    def _begun_anew(self) -> sqlite3.Connection:
        with suppress(OSError):
            self.file.unlink()
        return self._opened() or _in_memory()


_TABLE = (
    "CREATE TABLE IF NOT EXISTS made"
    " (path TEXT, part TEXT, key TEXT, made TEXT, seal TEXT, PRIMARY KEY (path, part)) WITHOUT ROWID"
)


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(_TABLE)
    return connection


def _is_taken(error: Exception) -> bool:
    """Whether another process uses the file just now."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def _seal(made: str) -> str:
    return hashlib.blake2b(made.encode(), digest_size=16).hexdigest()
