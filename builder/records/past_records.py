"""Records that are no longer there, as git remembers them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse
from builder.problems import SummaryError
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import IN_FILES, IN_LISTS
from builder.records.name_index import NAMING_FIELDS
from builder.system.git import ask_git

SEARCHED_COMMITS: Final = 50
"""How many of the last commits that removed a file, or changed a list, are searched for a record."""

SIMILAR: Final = 0.6
"""From this share of equal text on, a new record is taken for a lost one under another id, as git does for files."""

Fields = Mapping[str, object]

_FOLDERS = (*(kind.kind_name for kind in IN_FILES), CLAIMS_FOLDER)
_LISTS = tuple(kind.kind_name for kind in IN_LISTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRecord:
    """A record as it was in a commit: its kind, id and fields. The kind of a claims file is `claims`."""

    kind: str
    id: str
    fields: Fields

    @property
    def title(self) -> str:
        """The first of its names."""
        names = (self.fields.get(name) for name in (*NAMING_FIELDS, "question", "publisher"))
        return next((name for name in names if isinstance(name, str)), self.id)

    @property
    def old_ids(self) -> tuple[str, ...]:
        """The ids it had before."""
        old = self.fields.get("renamed_from")
        return tuple(id for id in old if isinstance(id, str)) if isinstance(old, list) else ()


def past_record(summaries: Path, id: str, kind: str | None = None) -> PastRecord | None:
    """Find a record in the last commits, the newest first; None if git knows of none.

    `kind` is the kind it must have, or None for any. A record comes before claims of the same name.
    """
    if problem_with_id(id):
        return None
    for revision, path in _versions(summaries, id, kind):
        data = ask_git(summaries, "show", f"{revision}:./{path}")
        found = _in_document(data, path, id) if data else None
        if found:
            return found
    return None


def likely_new_id(past: PastRecord, known: Iterable[tuple[str, str, Fields]]) -> str | None:
    """The id that a lost record probably has now.

    `known` has the kind, the id and the fields of each record that may be it: those that were not there before.
    """
    best, best_share = None, SIMILAR
    for kind, id, fields in known:
        if kind == past.kind and id != past.id:
            share = _similarity(past.fields, fields)
            if share > best_share or (share == best_share and best is None):
                best, best_share = id, share
    return best


def ids_at_last_commit(summaries: Path) -> frozenset[str]:
    """The ids of all records in files at the last commit, and those in lists."""
    return frozenset(id for _, id in _committed(summaries))


def _committed(summaries: Path) -> Iterator[tuple[str, str]]:
    listed = ask_git(summaries, "ls-tree", "-r", "--name-only", "HEAD", ".") or b""
    for path in map(PurePosixPath, listed.decode(errors="replace").splitlines()):
        if str(path.parent) in _FOLDERS:
            yield str(path.parent), path.stem
        elif str(path.parent) == "." and path.stem in _LISTS:
            data = ask_git(summaries, "show", f"HEAD:./{path}")
            document = _parsed(data, str(path)) if data else None
            for fields in records_in(document, path.stem) if document else ():
                yield path.stem, str(fields.get("id"))


def records_in(document: Document, kind: str) -> list[Fields]:
    """The records of a list file, whether or not they are valid."""
    listed = document.plain().get(kind)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _versions(summaries: Path, id: str, kind: str | None) -> Iterator[tuple[str, str]]:
    """The revisions and paths where a record may be: the last commit, then those before a commit that removed it."""
    files = [f"{folder}/{id}.{ending}" for folder in _FOLDERS if kind in (None, folder) for ending in ("yml", "yaml")]
    lists = [f"{name}.yml" for name in _LISTS if kind in (None, name)]
    at_head = ask_git(summaries, "ls-tree", "-r", "--name-only", "HEAD", ".")
    if at_head is None:
        return
    yield from (("HEAD", path) for path in at_head.decode(errors="replace").splitlines() if path in (*files, *lists))
    counted = ("log", f"--max-count={SEARCHED_COMMITS}", "--format=%H", "--no-renames", "-m", "--first-parent")
    for path in files:
        for commit in _lines(ask_git(summaries, *counted, "--diff-filter=D", "--", path)):
            yield f"{commit}^", path
    for path in lists:
        for commit in _lines(ask_git(summaries, *counted, f"-S{id}", "--", path)):
            yield f"{commit}^", path


def _lines(printed: bytes | None) -> list[str]:
    return printed.decode().split() if printed else []


def _in_document(data: bytes, path: str, id: str) -> PastRecord | None:
    document = _parsed(data, path)
    if document is None:
        return None
    folder, stem = PurePosixPath(path).parent.as_posix(), PurePosixPath(path).stem
    if folder != ".":
        return PastRecord(kind=folder, id=id, fields=document.plain())
    fields = next((each for each in records_in(document, stem) if each.get("id") == id), None)
    return PastRecord(kind=stem, id=id, fields=fields) if fields else None


def _parsed(data: bytes, path: str) -> Document | None:
    try:
        return parse(data, path)
    except SummaryError:
        return None


def _similarity(one: Fields, other: Fields) -> float:
    """How much of two records is equal, from 0 to 1, without their ids."""
    first, second = (
        [f"{name}: {value}" for name, value in _flat(fields) if name not in ("id", "renamed_from")]
        for fields in (one, other)
    )
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name)
    else:
        yield name, str(value)
