"""Keeps finished pages between builds: one record for each page, and contents in files that are named by their digest.

Whatever is lost, damaged or tampered with is noticed by its digest and counts as missing, so the page is made again.
Stores of several machines can be merged by copying their files into one folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from builder.site.incremental.link_facts import LinkFacts

FOLDER: Final = ".cache/pages"
"""Where pages are kept, below the project's root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is known of a page without reading it: of its content, and of the page that was made from it."""

    source: str
    """The digest of its Markdown and of the settings that it was converted with."""

    targets: dict[str, list[str] | None]
    """What it found about each file that it looked up, by path."""

    meta: dict[str, Any]
    """Its front matter."""

    title: str | None
    """Its first heading."""

    edit_url: str | None
    """Where it is edited."""

    anchors: list[str]
    links: dict[str, dict[str, str]]
    """Where on it links may lead; by path of another page: the places there that it links to, as written."""

    content: str
    """The digest of its content, which is JSON."""

    made_from: str = ""
    """The digest of everything that the finished page was made from. Empty if there is none."""

    html: str = ""
    """The digest of the finished page."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    """Its entries in the search index."""

    facts: LinkFacts = field(default_factory=LinkFacts)

    def as_json(self) -> str:
        """The record as a line of JSON."""
        facts = {name: getattr(self.facts, name) for name in LinkFacts.__slots__}  # `asdict` would copy all lists
        values = {name: getattr(self, name) for name in _TYPES} | {"facts": facts}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Record:
        """The record that `as_json` was called for. Raises ValueError or TypeError for anything else."""
        values = json.loads(text)
        if not isinstance(values, dict) or values.keys() != _TYPES.keys():
            raise ValueError("not a record")
        facts = LinkFacts.from_json(values.pop("facts"))
        if any(not isinstance(value, _TYPES[name]) for name, value in values.items()):
            raise ValueError("not a record")
        return cls(**values, facts=facts)


_SHAPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "targets": dict,
    "meta": dict,
    "title": (str, type(None)),
    "edit_url": (str, type(None)),
    "anchors": list,
    "links": dict,
    "entries": list,
    "facts": dict,
}
_TYPES: Final = {each.name: _SHAPES.get(each.name, str) for each in fields(Record)}


def digest_of(data: bytes) -> str:
    """The name of a content. SHA-256, because processors compute it at the speed of the disk."""
    return hashlib.sha256(data).hexdigest()


class PageStore:
    """Pages in a folder. If it can't be written, nothing is kept."""

    def __init__(self, folder: Path) -> None:
        self.records = str(folder / "records")
        self.contents = str(folder / "contents")
        self.held: dict[str, bytes] = {}
        """Contents that could not be written."""

        with suppress(OSError):
            if all(not path.is_symlink() for path in (folder.parent, folder)):
                os.makedirs(self.records, exist_ok=True)
                os.makedirs(self.contents, exist_ok=True)
        if any(not _is_folder(path) for path in (folder, self.records, self.contents)):  # something else, not ours
            self.records = self.contents = ""

    @property
    def is_usable(self) -> bool:
        """Whether pages can be kept."""
        return all(folder and os.access(folder, os.W_OK) for folder in (self.records, self.contents))

    def load(self, path: str) -> Record | None:
        """The record of a page, a path below docs/."""
        data = _read(self._record(path))
        seal, _, text = (data or b"").partition(b"\n")
        if data is None or seal.decode("ascii", "replace") != digest_of(path.encode() + text):
            return None
        try:
            return Record.from_json(text)
        except (ValueError, TypeError, RecursionError):
            return None

    def save(self, path: str, record: Record) -> None:
        """Keep the record of a page in place of the last one."""
        text = record.as_json().encode()
        self._write(self._record(path), f"{digest_of(path.encode() + text)}\n".encode() + text)

    def content(self, digest: str) -> bytes | None:
        """The content with a digest, unless it is lost or damaged."""
        if digest in self.held:
            return self.held[digest]
        data = _read(self._content(digest))
        return data if data is not None and digest_of(data) == digest else None

    def keep(self, data: bytes) -> str:
        """Keep a content, in memory if the folder can't be written. Returns its digest."""
        digest = digest_of(data)
        file = self._content(digest)
        if _read(file) != data and not self._write(file, data):
            self.held[digest] = data
        return digest

    def keep_file(self, file: str, digest: str) -> None:
        """Keep a file that was just written, as a hard link where the disk can, so that it takes no space."""
        if self.contents:
            temporary = f"{self._content(digest)}.{os.getpid()}.tmp"
            with suppress(OSError):
                link_or_copy(file, temporary)
                os.replace(temporary, self._content(digest))
                with suppress(FileNotFoundError):
                    os.unlink(temporary)  # rename(2) leaves it if both are links to one file

    def place(self, digest: str, target: str) -> bool:
        """Put a kept content at a path, in place of what is there. Returns False if it is lost or damaged."""
        data = _read(self._content(digest))
        if data is None or digest_of(data) != digest:
            return False
        link_or_copy(self._content(digest), target)
        return True

    def remove_all_but(self, names: set[str]) -> None:
        """Remove the files with other names."""
        for folder in (self.records, self.contents) if self.records else ():
            with suppress(OSError):
                for name in os.listdir(folder):
                    if name not in names:
                        with suppress(OSError):
                            os.unlink(f"{folder}/{name}")

    def name_of(self, path: str) -> str:
        """The name of the file with the record of a page."""
        return f"{hashlib.blake2b(path.encode(), digest_size=20).hexdigest()}.json"

    def _record(self, path: str) -> str:
        return f"{self.records}/{self.name_of(path)}" if self.records else ""

    def _content(self, digest: str) -> str:
        return f"{self.contents}/{digest}" if self.contents and digest.isalnum() else ""

    def _write(self, file: str, data: bytes) -> bool:
        if not file:
            return False
        temporary = f"{file}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as stream:
                stream.write(data)
            os.replace(temporary, file)
        except OSError:  # a build does without; it is the site that must be written
            with suppress(OSError):
                os.unlink(temporary)
            return False
        return True


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _read(file: str) -> bytes | None:
    """What is in a file; None if it is missing or no ordinary file."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        with open(handle, "rb", buffering=0) as stream:
            return stream.read() if stat.S_ISREG(os.fstat(handle).st_mode) else None
    except OSError:
        return None


def link_or_copy(file: str, target: str) -> None:
    """Put a hard link to a file in place of what is at `target`, or a copy where the disk has no hard links."""
    with suppress(OSError):
        if os.path.samestat(os.lstat(target), os.lstat(file)):
            return
        os.unlink(target)
    try:
        os.link(file, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(file, target)
