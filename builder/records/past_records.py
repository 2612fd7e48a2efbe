"""Records that are no longer there, as git remembers them."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse
from builder.problems import COMMAND, Problem, SummaryError
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE, Summaries
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import IN_FILES, IN_LISTS, kind_listed_in
from builder.records.name_index import NAMING_FIELDS
from builder.system.git import ask_git

SEARCHED_COMMITS: Final = 50
"""How many of the last commits that removed a file, or changed a list, are searched for a record."""

MAX_ASKED: Final = 10
"""About how many ids that are not there git is asked."""

SIMILAR: Final = 0.6
"""From this share of equal text on, a new record is taken for a lost one under another id, as git does for files."""

Fields = Mapping[str, object]

MOMENTS = "moments"
"""The kind of the explainer's moments, and the field that has them."""

_FOLDERS = (*(kind.kind_name for kind in IN_FILES), CLAIMS_FOLDER)
_LISTS = tuple(kind.kind_name for kind in IN_LISTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRecord:
    """A record as it was in a commit: its kind, id and fields. The kind of a claims file is `claims`."""

    kind: str
    id: str
    fields: Fields
    revision: str = ""

    @property
    def title(self) -> str:
        """The first of its names."""
        names = (self.fields.get(name) for name in (*NAMING_FIELDS, "question", "text", "publisher"))
        return next((name for name in names if isinstance(name, str)), self.id)

    @property
    def old_ids(self) -> tuple[str, ...]:
        """The ids it had before."""
        old = self.fields.get("renamed_from")
        return tuple(id for id in old if isinstance(id, str)) if isinstance(old, list) else ()


def past_record(summaries: Path, id: str, kind: str | None = None) -> PastRecord | None:
    """Find a record, a moment, the claims of a source or a claim (`source#claim`) in the last commits, newest first.

    `kind` is the kind it must have, or None for any. A record comes before claims of the same name. None if git knows
    of none.
    """
    source, mark, claim = id.partition("#")
    if problem_with_id(source) or (mark and problem_with_id(claim)):
        return None
    for revision, path in _versions(summaries, id, kind):
        data = ask_git(summaries, "show", f"{revision}:./{path}")
        found = _in_document(data, path, id) if data else None
        if found:
            return replace(found, revision=revision)
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


def with_new_ids(problems: Iterable[Problem], summaries: Summaries, folder: Path) -> list[Problem]:
    """Problems in which the hint for an id that is not there says, if git knows it, what the record is called now.

    Git is asked only about ids that are not there, and at most about MAX_ASKED of them.
    """
    problems = list(problems)
    gone = dict.fromkeys(id for problem in problems if (id := _missing_id(problem)))
    new_ids: dict[str, str] = {}
    for id in itertools.islice(gone, MAX_ASKED):
        past = past_record(folder, id)
        if past and (new := likely_new_id(past, _newer_records(past, summaries, folder))):
            new_ids[id] = new
    return [
        replace(problem, hint=f"it is now '{new}', so run: {COMMAND} rename {id} {new}")
        if (id := _missing_id(problem)) and (new := new_ids.get(id))
        else problem
        for problem in problems
    ]


def _missing_id(problem: Problem) -> str | None:
    """The id that a problem reports as missing, if nothing is known of it yet."""
    found = (
        re.fullmatch(r"there is no '([a-z0-9-]+)'(?:, and .*)?", problem.message)
        if problem.rule == "dangling"
        else None
    )
    return found[1] if found and not problem.hint.startswith("it ") else None


def _newer_records(past: PastRecord, summaries: Summaries, folder: Path) -> Iterator[tuple[str, str, Fields]]:
    """The records of the same kind that were not there when the past one was."""
    before = _ids_at(folder, past.revision, past.kind)
    for id, record in summaries.records.items():
        if record.kind_name == past.kind and id not in before:
            origin = summaries.origins[id]
            yield past.kind, id, origin.document.plain_at(origin.path)


def _ids_at(summaries: Path, revision: str, kind: str) -> set[str]:
    """The ids of a kind in a commit."""
    paths = _files_at(summaries, revision, f"./{kind}.yml", f"./{kind}/") or ()
    if kind not in _LISTS:
        return {PurePosixPath(path).stem for path in paths}
    read = (ask_git(summaries, "show", f"{revision}:./{path}") for path in paths)
    documents = [document for data in read if data and (document := _parsed(data, kind))]
    return {str(each.get("id")) for document in documents for each in records_in(document, kind)}


def _files_at(summaries: Path, revision: str, *places: str) -> list[str] | None:
    """The paths of the files at some places in a commit, below the summaries folder; None if git does not say."""
    listed = ask_git(summaries, "ls-tree", "-r", "-z", "--name-only", revision, *places)
    return None if listed is None else [path for path in listed.decode(errors="replace").split("\0") if path]


def records_in(document: Document, kind: str) -> list[Fields]:
    """The entries of a list in a file, whether or not they are valid."""
    listed = document.plain().get(kind)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _versions(summaries: Path, id: str, kind: str | None) -> Iterator[tuple[str, str]]:
    """The revisions and paths where it may be: the last commit, then those before a commit that removed it."""
    source, mark, claim = id.partition("#")
    folders = [CLAIMS_FOLDER] if mark else [folder for folder in _FOLDERS if kind in (None, folder)]
    files = [f"{folder}/{source}.{ending}" for folder in folders for ending in ("yml", "yaml")]
    kinds = [] if mark else [name for name in _LISTS if kind in (None, name)]
    settings = [SETTINGS_FILE] if not mark and kind in (None, MOMENTS) else []
    known = _files_at(summaries, "HEAD", ".")
    if known is None:
        return
    lists = [path for path in known if (listed := kind_listed_in(path)) and listed.kind_name in kinds]
    yield from (("HEAD", path) for path in (*files, *lists, *settings) if path in known)
    counted = ("log", f"--max-count={SEARCHED_COMMITS}", "--no-renames", "-m", "--first-parent")
    for path in files:
        for commit in _lines(ask_git(summaries, *counted, "--format=%H", "--diff-filter=D", "--", path)):
            yield f"{commit}^", path
    changed = ("--format=%x00%H", "--name-only", "--relative", f"-S{claim or id}")
    for place in files if mark else (*(each for name in kinds for each in (f"{name}.yml", f"{name}/")), *settings):
        printed = ask_git(summaries, "-c", "core.quotepath=off", *counted, *changed, "--", place) or b""
        for each in printed.decode(errors="replace").split("\0")[1:]:
            commit, *paths = each.split("\n")
            yield from ((f"{commit}^", path) for path in paths if path)


def _lines(printed: bytes | None) -> list[str]:
    return printed.decode().split() if printed else []


def _in_document(data: bytes, path: str, id: str) -> PastRecord | None:
    document = _parsed(data, path)
    if document is None:
        return None
    folder = PurePosixPath(path).parent.as_posix()
    listed = kind_listed_in(path)
    if folder != "." and "#" not in id and not listed:
        return PastRecord(kind=folder, id=id, fields=document.plain())
    kind = listed.kind_name if listed else CLAIMS_FOLDER if folder != "." else MOMENTS
    own_id = id.rpartition("#")[2]
    fields = next((each for each in records_in(document, kind) if each.get("id") == own_id), None)
    return PastRecord(kind=kind, id=id, fields=fields) if fields else None


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
