"""Finds out whether the last build still stands: nothing it read has changed, and nothing it wrote.

Everything is compared by content, so that a page which was changed in the site is noticed too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem
from builder.project import PACKAGE_TEMPLATES, Project
from builder.site.docs_folder import DATA
from builder.site.output_folder import Output
from builder.site.output_manifest import MANIFEST, contents_of
from builder.system.clock import EPOCH
from builder.system.program import program_digest

STAMP: Final = ".cache/last-build.json"
"""Where the last build is remembered, below the project's root."""

_FOLDER: Final = "folder"

Digests = Mapping[str, str]
"""Digests of files by their paths below the project's root, and of other inputs by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastBuild:
    """What the last build said."""

    site: Path
    html: int
    counts: Mapping[str, int]
    warnings: tuple[Problem, ...]


def unchanged(project: Project, option: str, read: Digests | None = None) -> LastBuild | None:
    """The last build, if a build with the same `option` now would read the same and write the same. Writes nothing.

    `read` are the inputs, if they are known.
    """
    try:
        found = json.loads((project.root / STAMP).read_bytes())
        if found["seal"] != digest(found["said"]):
            return None
        said = found["said"]
        if said["read"] != digest(read or _inputs(project, option)):
            return None
        site = project.root / said["site"]
        if said["wrote"] != digest(_outputs(project, site)):
            return None
        warnings = (Problem(**{**each, "location": Location(**each["location"])}) for each in said["warnings"])
        return LastBuild(site=site, html=said["html"], counts=said["counts"], warnings=tuple(warnings))
    except (OSError, ValueError, KeyError, TypeError, _UncertainError):
        return None


def remember(
    project: Project,
    option: str,
    before: Digests | None,
    generated: Iterable[str],
    last: LastBuild,
    known: Digests | None = None,
) -> None:
    """Remember a build that was just made, if nothing has been added or removed meanwhile that it reads.

    `before` are the inputs before it began, `generated` the paths below docs/ that it wrote or removed. An input that
    was edited meanwhile is remembered as it was before, so that the next build sees the edit. `known` has digests of
    files of the site by their paths in it.
    """
    stamp = project.root / STAMP
    try:
        stamp.unlink(missing_ok=True)
        written = {f"{project.docs.name}/{path}" for path in generated}
        if before is None:
            return
        now = _inputs(project, option, _without(before, written))
        if _without(before, written).keys() != _without(now, written).keys():
            return
        data = f"{project.docs.name}/{DATA}/"
        copied = {path.removeprefix(f"{project.docs.name}/"): now[path] for path in now if path.startswith(data)}
        said = {
            "read": digest(now),
            "wrote": digest(_outputs(project, last.site, {**copied, **(known or {})})),
            "site": os.path.relpath(last.site, project.root),
            "html": last.html,
            "counts": dict(last.counts),
            "warnings": [asdict(problem) for problem in last.warnings],
        }
        temporary = stamp.with_name(f"{stamp.name}.tmp")
        temporary.write_text(json.dumps({"seal": digest(said), "said": said}), "utf-8")
        temporary.replace(stamp)
    except (OSError, _UncertainError):
        return  # the next build will do the work again


def _without(digests: Digests, generated: set[str]) -> dict[str, str]:
    """The digests of what other people wrote. A build creates and removes folders for its own files."""
    return {path: value for path, value in digests.items() if path not in generated and value != _FOLDER}


def inputs(project: Project, option: str) -> Digests | None:
    """Digests of everything that a build reads; None if something in it can't be compared, such as a link."""
    try:
        return _inputs(project, option)
    except (OSError, _UncertainError):
        return None


class _UncertainError(Exception):
    """There is something whose content can't be compared."""


def _inputs(project: Project, option: str, known: Digests | None = None) -> dict[str, str]:
    """Digests of everything that a build reads. Files with `known` digests are not read."""
    known = known or {}
    text = project.config.read_text("utf-8", errors="replace")
    if re.search(r"^INHERIT:", text, re.MULTILINE):
        raise _UncertainError("settings come from another file")
    words = set(re.findall(r"[A-Za-z]\w*", text)) if "!ENV" in text else set()
    named = sorted((name, value) for name, value in os.environ.items() if name in words)
    found = {
        "option": option,
        "environment": digest([*named, os.environ.get(EPOCH)]),
        "program": known.get("program") or program_digest(PACKAGE_TEMPLATES),
        project.config.name: known.get(project.config.name) or _of_file(project.config),
    }
    folders = (project.summaries, project.docs, *sorted(project.root.glob(".cache/sveltia-cms-*")))
    own = (project.templates,) if os.path.lexists(project.templates) else ()
    for folder in (*folders, *own):
        found.update((f"{folder.name}/{path}", value) for path, value in _below(folder, known, f"{folder.name}/"))
    return found


def _outputs(project: Project, site: Path, known: Digests | None = None) -> dict[str, str]:
    """Digests of what a build writes, besides docs/, and of what it would put in order.

    Files of the site with `known` digests are not read.
    """
    known = known or {}
    output, contents = Output(site), contents_of(site)
    if any(os.path.lexists(folder) for folder in (output.staging, output.previous)) or contents.foreign:
        raise _UncertainError("a build was killed, or something else is in the site")
    made = json.loads((site / MANIFEST).read_bytes())["files"]
    found = {f"site/{path}": known.get(path) or _of_file(f"{site}/{path}") for path in (MANIFEST, *made)}
    found.update((f"schemas/{path}", value) for path, value in _below(project.schemas))
    vscode = project.root / ".vscode"
    return found | {"vscode": digest([os.path.lexists(vscode), os.path.lexists(vscode / "settings.json")])}


def _below(folder: Path, known: Digests | None = None, name: str = "") -> Iterator[tuple[str, str]]:
    """The path and digest of every file below a folder, which may be a link itself. Empty folders count too.

    Files with `known` digests, by path after `name`, are not read.
    """
    known = known or {}
    root = os.path.realpath(folder)
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        yield prefix, _FOLDER
        with os.scandir(f"{root}/{prefix}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{prefix}{entry.name}/")
                else:
                    path = f"{prefix}{entry.name}"
                    yield path, known.get(f"{name}{path}") or _of_file(entry.path)


def _of_file(file: str | Path) -> str:
    """A digest of the content of a file. Raises _UncertainError if it is a link or no ordinary file."""
    if not stat.S_ISREG(os.lstat(file).st_mode):
        raise _UncertainError(file)
    with open(file, "rb", buffering=0) as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def digest(value: object) -> str:
    """A digest of JSON values."""
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=16).hexdigest()
