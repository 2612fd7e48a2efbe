"""Pages on disk: changed ones only, each replaced in one step and sealed; never over a hand's work."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from builder.pages.rendering import Page
from builder.problems import Location, MachineError, Problem, SummaryError, visible

DATA: Final = "data"
"""The folder below docs/ that is the builder's whole: downloads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What became of the files below docs/: paths with forward slashes, sorted."""

    changed: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    unchanged: int = 0
    before: Mapping[str, bytes | None] = field(default_factory=dict, repr=False, compare=False)
    """What stood at each changed and pruned path."""

    aside: Path | None = field(default=None, repr=False, compare=False)
    """The folder in which that has a second name, numbered in this order."""


def write(
    pages: Iterable[Page], assets: Mapping[str, bytes], docs: Path, *, prune: bool = True, aside: Path | None = None
) -> Written:
    """Bring docs/ up to date with the planned pages and assets (paths below docs/, all under data/).

    A page whose seal holds is replaced when it differs and, with `prune`, deleted when it is no longer planned.
    All files are on the disk under another name before the first one is replaced. With `aside`, a folder on the same
    disk that the caller removes, all that goes keeps a second name there, so that `put_back` needs no room.

    Raises SummaryError for pages touched by a hand and for links in docs/, and MachineError for what the disk refuses;
    no page has changed then, unless the disk failed between two replacements and there is no `aside`.
    """
    planned = _planned(pages, assets)
    with _wording(docs.name):
        found = _survey(docs)
        _refuse_what_is_in_the_way(planned, found, docs)
        _refuse_what_is_no_file(found, docs)
        changed = _changed(planned, found, docs)
        stale = _no_longer_planned(planned, found, docs) if prune else {}
        for path in found.leftovers:
            (docs / path).unlink()
        written = Written(
            changed=tuple(sorted(changed)),
            pruned=tuple(sorted(stale)),
            unchanged=len(planned) - len(changed),
            before={**changed, **stale},
            aside=aside,
        )
        if aside:
            _give_second_names(written.before, docs, aside)
        try:
            _replace({path: planned[path] for path in changed}, docs)
            _prune(stale, docs)
        except BaseException:
            if aside:
                put_back(written, docs)
            raise
    return written


def put_back(written: Written, docs: Path) -> None:
    """Undo what `write` did. Raises MachineError for what the disk refuses."""
    with _wording(docs.name):
        _prune([path for path in written.changed if written.before[path] is None and (docs / path).exists()], docs)
        rest = {}
        for number, (path, data) in enumerate(written.before.items()):
            if data is None:
                continue
            (docs / path).parent.mkdir(parents=True, exist_ok=True)
            if written.aside and (there := written.aside / str(number)).exists():
                os.replace(there, docs / path)
            else:
                rest[path] = data
        _replace(rest, docs)


def _give_second_names(before: Mapping[str, bytes | None], docs: Path, aside: Path) -> None:
    shutil.rmtree(aside, ignore_errors=True)  # what a process that was killed left
    aside.mkdir(parents=True)
    with suppress(OSError):  # on a disk without second names, what stood there is written again
        for number, (path, data) in enumerate(before.items()):
            if data is not None:
                os.link(docs / path, aside / str(number))


def keep(files: Mapping[str, bytes], folder: Path) -> None:
    """Bring files of the builder's own up to date, by their names. Raises MachineError for what the disk refuses."""
    with _wording(folder.name):
        for name in files:  # what a process that was killed left half-written
            _beside(folder / name).unlink(missing_ok=True)
        there = {name: _read(folder, name) for name in files if (folder / name).is_file()}
        _replace({name: data for name, data in files.items() if there.get(name) != data}, folder)


def refuse_what_is_no_file(docs: Path) -> None:
    """Look for what MkDocs would follow anywhere or wait for below docs/; in data/ it is deleted, as `write` does.

    Raises SummaryError for links, pipes and devices, and MachineError where docs/ itself is no plain folder.
    """
    with _wording(docs.name):
        found = _survey(docs)
        _refuse_what_is_no_file(found, docs)
        _prune(_strays(found), docs)


def page_bytes(page: Page) -> bytes:
    """The page as it stands on disk: seal, front matter as JSON values (which YAML reads), body."""
    lines = [f"{key}: {_yaml(value)}\n" for key, value in page.meta.items()]
    body = page.body.replace("\r\n", "\n").strip("\n")
    rest = f"{''.join(lines)}---\n\n{body}\n".encode()
    return b'---\nseal: "%s"\n%s' % (_seal(rest), rest)


def is_sealed(data: bytes) -> bool:
    """Whether the builder wrote these bytes, and no hand has touched them since. Line ends don't count."""
    match = _SEALED.match(data)
    if match is None:
        return False
    return _seal(data[match.end() :].replace(b"\r\n", b"\n")) == match[1]


def is_leftover(name: str) -> bool:
    """Whether a file of this name is a half-written one of ours."""
    return name.startswith(".") and name.endswith(_TEMPORARY)


_SEALED = re.compile(rb'---\r?\nseal: "([0-9a-f]{32})"\r?\n')
_CLAIMS_A_SEAL = re.compile(rb"(?:\xef\xbb\xbf)?---\r?\n(?:(?!---)[^\n]*\n)*?seal:")
_TEMPORARY = ".builder.tmp"
_FOLDER, _LINK = "a folder", "a link"
_UNREADABLE_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _seal(rest: bytes) -> bytes:
    return hashlib.blake2b(b"---\n" + rest, digest_size=16).hexdigest().encode()


def _yaml(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNREADABLE_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies below docs/, by path; links to elsewhere are seen but never followed."""

    files: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    """Folders, links, pipes and devices, with what to call them."""

    leftovers: list[str] = field(default_factory=list)


def _planned(pages: Iterable[Page], assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is to be written, by path. A path that leads elsewhere is a bug of the planner, not of an editor."""
    planned: dict[str, bytes] = {}
    for page in pages:
        if page.path in planned or not page.path.endswith(".md") or _is_data(page.path):
            raise ValueError(f"no page can be written at {page.path!r}")
        planned[page.path] = page_bytes(page)
    for path, data in assets.items():
        if not _is_data(path):
            raise ValueError(f"{path!r} is outside {DATA}/")
        planned[path] = data
    for path in planned:
        if (
            PurePosixPath(path).as_posix() != path
            or "\\" in path
            or any(part[:1] in ("", ".") for part in path.split("/"))
        ):
            raise ValueError(f"{path!r} is no plain path below docs/")
    return planned


def _is_data(path: str) -> bool:
    return path.startswith(f"{DATA}/")


def _survey(docs: Path) -> _Found:
    found = _Found()
    if docs.is_symlink() or (docs.exists() and not docs.is_dir()):
        raise MachineError(f"{docs.name}/ is not a folder of this project: put a plain folder there")
    if docs.exists():
        _look_into(docs, "", found)
    return found


def _look_into(folder: Path, prefix: str, found: _Found) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_symlink():
                found.others[path] = _LINK
            elif entry.is_dir():
                found.others[path] = _FOLDER
                if not entry.name.startswith(".") or _is_data(path):
                    _look_into(folder / entry.name, f"{path}/", found)
            elif not entry.is_file():
                found.others[path] = "a pipe or a device"
            elif is_leftover(entry.name):
                found.leftovers.append(path)
            else:
                found.files.add(path)


def _refuse_what_is_in_the_way(planned: Mapping[str, bytes], found: _Found, docs: Path) -> None:
    folders = {parent.as_posix() for path in planned for parent in PurePosixPath(path).parents} - {"."}
    for path in sorted(folders | set(planned)):
        kind = found.others.get(path, "a file" if path in folders and path in found.files else "")
        if kind and not (kind == _FOLDER and path in folders):
            expected = "a folder" if path in folders else "a page of the builder"
            raise MachineError(f"{docs.name}/{visible(path)} is {kind} where {expected} belongs: move it away")


def _refuse_what_is_no_file(found: _Found, docs: Path) -> None:
    """MkDocs follows links, round in circles too, and waits for pipes. What lies in data/ is removed anyway."""
    problems = [
        Problem(
            location=Location(f"{docs.name}/{path}"),
            rule="no-file",
            message=f"this is {kind}, which a build would follow anywhere" if kind == _LINK else f"this is {kind}",
            hint="put the file itself here",
        )
        for path, kind in found.others.items()
        if kind != _FOLDER and not _is_data(path)
    ]
    if problems:
        raise SummaryError(problems)


def _changed(planned: Mapping[str, bytes], found: _Found, docs: Path) -> dict[str, bytes | None]:
    """Which planned files differ from what is there, and that. Raises SummaryError for all that a hand has touched."""
    changed: dict[str, bytes | None] = {}
    problems = []
    for path, data in planned.items():
        there = _read(docs, path) if path in found.files else None
        if there != data:
            changed[path] = there
            if there is not None and not _is_data(path) and not is_sealed(there):
                found_there = "this page was written or changed by hand, where the builder's page belongs"
                hint = "move the words to summaries/, then delete the file to have it written anew"
                problems.append(_hand_edited(docs, path, found_there, hint))
    if problems:
        raise SummaryError(problems)
    return changed


def _no_longer_planned(planned: Mapping[str, bytes], found: _Found, docs: Path) -> dict[str, bytes | None]:
    """The builder's files that have no place any more. Raises SummaryError for all that a hand has touched."""
    stale: dict[str, bytes | None] = {}
    problems = []
    for path in found.files - planned.keys():
        if _is_data(path):
            stale[path] = _read(docs, path)
        elif path.endswith(".md") and _CLAIMS_A_SEAL.match(there := _read(docs, path)):
            if is_sealed(there):
                stale[path] = there
            else:
                found_there = "this page was changed by hand, and what it was made from is gone"
                hint = "delete the file, or its 'seal:' line to keep it as a page of your own"
                problems.append(_hand_edited(docs, path, found_there, hint))
    if problems:
        raise SummaryError(problems)
    return {**stale, **dict.fromkeys(_strays(found))}


def _strays(found: _Found) -> list[str]:
    """Links, pipes and devices in the builder's own folder."""
    return [path for path, kind in found.others.items() if _is_data(path) and kind != _FOLDER]


def _hand_edited(docs: Path, path: str, found: str, hint: str) -> Problem:
    return Problem(location=Location(f"{docs.name}/{path}"), rule="hand-edited", message=found, hint=hint)


def _read(docs: Path, path: str) -> bytes:
    with open(f"{docs}/{path}", "rb", buffering=0) as file:
        return file.read()


def _replace(files: Mapping[str, bytes], docs: Path) -> None:
    """Put every file beside its place first, so that a full disk is noticed while all old ones still stand."""
    temporary: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            target = docs / path
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = _beside(target)
            temporary[beside] = target
            with open(beside, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for beside, target in temporary.items():
            os.replace(beside, target)
    except BaseException:
        for beside in temporary:
            beside.unlink(missing_ok=True)
        raise


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}{_TEMPORARY}")


def _prune(paths: Iterable[str], docs: Path) -> None:
    folders: set[PurePosixPath] = set()
    for path in paths:
        (docs / path).unlink()
        folders.update(PurePosixPath(path).parents[:-1])
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):  # it still holds something
            (docs / folder).rmdir()


@contextmanager
def _wording(name: str) -> Iterator[None]:
    """Say in plain words what the disk refused."""
    try:
        yield
    except OSError as error:
        where = visible(str(error.filename or name))
        raise MachineError(f"{where} can't be brought up to date: {error.strerror or error}") from error
