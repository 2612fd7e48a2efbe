"""Pages in docs/: writes only what changed, each file in one step, and never over a page that people edited."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from builder.pages.page_file import Page, has_seal_line, is_sealed, page_bytes
from builder.problems import Location, MachineError, Problem, SummaryError, visible
from builder.system.disk import flush

DATA: Final = "data"
"""The folder below docs/ for downloads. All of it belongs to the builder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """The result of `write`: paths below docs/ with forward slashes, sorted."""

    changed: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    unchanged: int = 0
    previous: Mapping[str, bytes | None] = field(default_factory=dict, repr=False, compare=False)
    """The previous content of each changed and pruned path; None where there was no file."""

    backup: Path | None = field(default=None, repr=False, compare=False)
    """The folder with hard links to the previous files, numbered in this order."""


def write(
    pages: Iterable[Page],
    assets: Mapping[str, bytes],
    docs: Path,
    *,
    kept: Collection[str] = (),
    prune: bool = True,
    backup: Path | None = None,
) -> Written:
    """Update docs/ with these pages and assets (paths below docs/, all in data/). Those in `kept` are there already.

    An unedited page is replaced if it differs and, with `prune`, deleted if it is no longer planned.
    All new files are written under temporary names before the first one is replaced. With `backup`, a folder on the
    same disk that the caller removes, there are hard links to the previous files, so that `put_back` needs no space.

    Raises SummaryError for pages that people edited and for links in docs/, and MachineError for errors of the disk.
    No page has changed then, unless the disk failed between two replacements and there is no `backup`.
    """
    planned = _planned(pages, assets)
    with _os_errors_as_machine_errors(docs.name):
        found = _survey(docs)
        _refuse_obstacles({*planned, *kept}, found, docs)
        _refuse_links_and_pipes(found, docs)
        changed = _changed(planned, found, docs)
        stale = _no_longer_planned({*planned, *kept}, found, docs) if prune else {}
        for path in found.leftovers:
            (docs / path).unlink()
        written = Written(
            changed=tuple(sorted(changed)),
            pruned=tuple(sorted(stale)),
            unchanged=len(planned) + len(kept) - len(changed),
            previous={**changed, **stale},
            backup=backup,
        )
        if backup:
            _back_up(written.previous, docs, backup)
        try:
            _replace({path: planned[path] for path in changed}, docs)
            _prune(stale, docs)
        except BaseException:
            if backup:
                put_back(written, docs)
            raise
    return written


def put_back(written: Written, docs: Path) -> None:
    """Undo `write`. Raises MachineError for errors of the disk."""
    with _os_errors_as_machine_errors(docs.name):
        _prune([path for path in written.changed if written.previous[path] is None and (docs / path).exists()], docs)
        rest = {}
        for number, (path, data) in enumerate(written.previous.items()):
            if data is None:
                continue
            (docs / path).parent.mkdir(parents=True, exist_ok=True)
            if written.backup and (link := written.backup / str(number)).exists():
                os.replace(link, docs / path)
            else:
                rest[path] = data
        _replace(rest, docs)


def _back_up(previous: Mapping[str, bytes | None], docs: Path, backup: Path) -> None:
    shutil.rmtree(backup, ignore_errors=True)  # left by a process that was killed
    backup.mkdir(parents=True)
    with suppress(OSError):  # on a disk without hard links, `put_back` writes the files again
        for number, (path, data) in enumerate(previous.items()):
            if data is not None:
                os.link(docs / path, backup / str(number))


def write_schemas(schemas: Mapping[str, bytes], folder: Path) -> None:
    """Write the schemas that changed, by file name. Raises MachineError for errors of the disk.

    If there is a folder .vscode without settings next to `folder`, write settings that name the schemas. They are
    written together because VS Code underlines every summary whose schema is named but missing.
    """
    with _os_errors_as_machine_errors(folder.name):
        for name in schemas:  # left by a process that was killed
            _temporary(folder / name).unlink(missing_ok=True)
        current = {name: _read(folder, name) for name in schemas if (folder / name).is_file()}
        _replace({name: data for name, data in schemas.items() if current.get(name) != data}, folder)
        vscode = folder.parent / ".vscode"
        if vscode.is_dir() and not vscode.is_symlink() and not os.path.lexists(vscode / "settings.json"):
            from builder.exports.json_schema import vscode_settings

            _replace({"settings.json": vscode_settings(folder.name)}, vscode)


def refuse_links_and_pipes(docs: Path) -> None:
    """Check that docs/ holds no link that MkDocs would follow and no pipe it would wait for; delete those in data/.

    Raises SummaryError for links, pipes and devices, and MachineError if docs/ itself is not an ordinary folder.
    """
    with _os_errors_as_machine_errors(docs.name):
        found = _survey(docs)
        _refuse_links_and_pipes(found, docs)
        _prune(_strays(found), docs)


def is_leftover(name: str) -> bool:
    """Whether a file with this name is a temporary file of ours."""
    return name.startswith(".") and name.endswith(_SUFFIX)


_SUFFIX = ".builder.tmp"
_FLUSHED_EACH = 8
"""Up to how many files are written through to the disk one by one. More are faster together."""

_FOLDER, _LINK = "a folder", "a link"


@dataclass(frozen=True, slots=True)
class _Found:
    """What is in docs/, by path. Links are listed but never followed."""

    files: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    """Folders, links, pipes and devices, with the words for each."""

    leftovers: list[str] = field(default_factory=list)


def _planned(pages: Iterable[Page], assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files to write, by path. Raises ValueError for a path outside docs/: that is a bug in the planner."""
    planned: dict[str, bytes] = {}
    for page in pages:
        if page.path in planned or not page.path.endswith(".md") or _is_data(page.path):
            raise ValueError(f"a page can't be written at {page.path!r}")
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
            raise ValueError(f"{path!r} is not a plain path below docs/")
    return planned


def _is_data(path: str) -> bool:
    return path.startswith(f"{DATA}/")


def _survey(docs: Path) -> _Found:
    found = _Found()
    if docs.is_symlink() or (docs.exists() and not docs.is_dir()):
        raise MachineError(f"{docs.name}/ is not an ordinary folder: replace it with one")
    if docs.exists():
        _list(docs, "", found)
    return found


def _list(folder: Path, prefix: str, found: _Found) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_symlink():
                found.others[path] = _LINK
            elif entry.is_dir():
                found.others[path] = _FOLDER
                if not entry.name.startswith(".") or _is_data(path):
                    _list(folder / entry.name, f"{path}/", found)
            elif not entry.is_file():
                found.others[path] = "a pipe or a device"
            elif is_leftover(entry.name):
                found.leftovers.append(path)
            else:
                found.files.add(path)


def _refuse_obstacles(planned: Set[str], found: _Found, docs: Path) -> None:
    folders = {parent.as_posix() for path in planned for parent in PurePosixPath(path).parents} - {"."}
    for path in sorted(folders | planned):
        kind = found.others.get(path, "a file" if path in folders and path in found.files else "")
        if kind and not (kind == _FOLDER and path in folders):
            expected = "a folder" if path in folders else "a generated page"
            raise MachineError(f"{docs.name}/{visible(path)} is {kind}, but {expected} belongs there: move it away")


def _refuse_links_and_pipes(found: _Found, docs: Path) -> None:
    """MkDocs follows links, even in circles, and waits for pipes. Those in data/ are deleted anyway."""
    problems = [
        Problem(
            location=Location(f"{docs.name}/{path}"),
            rule="no-file",
            message=f"this is {kind}, and a build would follow it anywhere" if kind == _LINK else f"this is {kind}",
            hint="put the file itself here",
        )
        for path, kind in found.others.items()
        if kind != _FOLDER and not _is_data(path)
    ]
    if problems:
        raise SummaryError(problems)


def _changed(planned: Mapping[str, bytes], found: _Found, docs: Path) -> dict[str, bytes | None]:
    """The planned files that differ, with their current content. Raises SummaryError for pages that people edited."""
    changed: dict[str, bytes | None] = {}
    problems = []
    for path, data in planned.items():
        current = _read(docs, path) if path in found.files else None
        if current != data:
            changed[path] = current
            if current is not None and not _is_data(path) and not is_sealed(current):
                message = "this page was written or edited by hand, but the builder generates it"
                hint = "move your changes to summaries/, then delete the file: the builder writes it again"
                problems.append(_hand_edited(docs, path, message, hint))
    if problems:
        raise SummaryError(problems)
    return changed


def _no_longer_planned(planned: Set[str], found: _Found, docs: Path) -> dict[str, bytes | None]:
    """Generated files that are no longer planned. Raises SummaryError for pages that people edited."""
    stale: dict[str, bytes | None] = {}
    problems = []
    for path in found.files - planned:
        if _is_data(path):
            stale[path] = _read(docs, path)
        elif path.endswith(".md") and has_seal_line(current := _read(docs, path)):
            if is_sealed(current):
                stale[path] = current
            else:
                message = "this page was edited by hand, and the builder no longer generates it"
                hint = "delete the file, or its 'seal:' line to keep it as a page of your own"
                problems.append(_hand_edited(docs, path, message, hint))
    if problems:
        raise SummaryError(problems)
    return {**stale, **dict.fromkeys(_strays(found))}


def _strays(found: _Found) -> list[str]:
    """Links, pipes and devices in data/."""
    return [path for path, kind in found.others.items() if _is_data(path) and kind != _FOLDER]


def _hand_edited(docs: Path, path: str, message: str, hint: str) -> Problem:
    return Problem(location=Location(f"{docs.name}/{path}"), rule="hand-edited", message=message, hint=hint)


def _read(docs: Path, path: str) -> bytes:
    with open(f"{docs}/{path}", "rb", buffering=0) as file:
        return file.read()


def _replace(files: Mapping[str, bytes], docs: Path) -> None:
    """Write all files under temporary names first, so that a full disk is noticed before any file is replaced."""
    targets: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            target = docs / path
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = _temporary(target)
            targets[temporary] = target
            with open(temporary, "xb") as file:
                file.write(data)
                if len(files) <= _FLUSHED_EACH:
                    file.flush()
                    os.fsync(file.fileno())
        if len(files) > _FLUSHED_EACH:
            flush(docs, targets)
        for temporary, target in targets.items():
            os.replace(temporary, target)
    except BaseException:
        for temporary in targets:
            temporary.unlink(missing_ok=True)
        raise


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}{_SUFFIX}")


def _prune(paths: Iterable[str], docs: Path) -> None:
    folders: set[PurePosixPath] = set()
    for path in paths:
        (docs / path).unlink()
        folders.update(PurePosixPath(path).parents[:-1])
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):  # it is not empty
            (docs / folder).rmdir()


@contextmanager
def _os_errors_as_machine_errors(name: str) -> Iterator[None]:
    """Turn an error of the disk into a MachineError."""
    try:
        yield
    except OSError as error:
        where = visible(str(error.filename or name))
        raise MachineError(f"{where} can't be updated: {error.strerror or error}") from error
