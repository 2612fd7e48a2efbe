"""Changes an explainer to the version of the builder that runs: the files that it wrote, and what to know."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from builder import __version__
from builder.editing.saving import update
from builder.hosting.package import DISTRIBUTION, WHEELS, changelog, own_wheel
from builder.hosting.seals import seal_of
from builder.hosting.starting import PIPELINES, Host, sealed_files
from builder.problems import UsageError
from builder.project import PACKAGE_TEMPLATES, Project

PIN = "builder.txt"
"""The file that says which version of the builder an explainer uses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """What changing to this version of the builder means for an explainer."""

    before: str
    """The version that it used."""

    files: Mapping[Path, bytes | None]
    """The files to write, by path; None for one to delete. Files that are right already are not among them."""

    edited: tuple[str, ...]
    """Files of the builder that somebody edited. They stay as they are."""

    own_templates: tuple[str, ...]
    """Files of the explainer that stand in for files of the builder."""

    news: str
    """What changed in the versions between, as Markdown, newest first; empty if nothing did."""


def plan_upgrade(project: Project) -> Upgrade:
    """Find out what to do, and write nothing. Raises UsageError if the explainer has no file that pins the builder."""
    before = _pinned(project)
    wanted = sealed_files(_host(project))
    current = {path: _text(project.root / path) for path in wanted}
    edited = tuple(path for path, text in current.items() if path != PIN and text is not None and _is_edited(text))
    files = {path: data for path, data in wanted.items() if path not in edited and current[path] != data.decode()}
    return Upgrade(
        before=before,
        files={project.root / path: data for path, data in files.items()} | _wheels(project),
        edited=edited,
        own_templates=tuple(_own_templates(project)),
        news=news_between(changelog(), before, __version__),
    )


def apply(found: Upgrade) -> None:
    """Write and delete the files, all or none. Raises MachineError if that fails."""
    update(found.files)


def differences(project: Project, found: Upgrade) -> Iterator[str]:
    """Yield how each edited file and each template of the explainer differs from the builder's, as unified diffs."""
    wanted = sealed_files(_host(project))
    pairs = [(path, wanted[path].decode().partition("\n")[2]) for path in found.edited]
    pairs += [(f"templates/{path}", _text(PACKAGE_TEMPLATES / path) or "") for path in found.own_templates]
    for path, theirs in pairs:
        ours = _text(project.root / path) or ""
        if seal_of(ours):
            ours = ours.partition("\n")[2]
        lines = difflib.unified_diff(
            ours.splitlines(), theirs.splitlines(), path, f"{path} of the builder {__version__}", lineterm=""
        )
        yield "\n".join(lines)


def news_between(text: str, before: str, after: str) -> str:
    """The sections of a changelog for the versions later than `before`, up to `after`."""
    sections = re.split(r"^(?=## )", text, flags=re.M)
    low, high = _version(before), _version(after)
    if low is None or high is None:
        return ""
    found = ((_version(match[1]), each) for each in sections if (match := _HEADING.match(each)))
    return "\n".join(each.strip() for version, each in found if version and low < version <= high)


_HEADING = re.compile(r"## \[?v?([0-9][^\s\]]*)")


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _is_edited(text: str) -> bool:
    seal = seal_of(text)
    return seal is None or not seal.is_intact


def _pinned(project: Project) -> str:
    text = _text(project.root / PIN)
    match = re.search(rf"^{DISTRIBUTION}\s*==\s*(\S+)", text, re.M) if text is not None else None
    if match is None:
        raise UsageError(f"{PIN} does not say which version of {DISTRIBUTION} is used: `explainer init` writes it")
    return match[1]


def _host(project: Project) -> Host:
    """The host whose pipeline the explainer has."""
    return next((host for host, path in PIPELINES.items() if (project.root / path).is_file()), "none")


def _wheels(project: Project) -> dict[Path, bytes | None]:
    """The wheel to install this version from, and the wheels of other versions, which would be found instead."""
    own = {project.root / path: data for path, data in own_wheel().items()}
    prefix = DISTRIBUTION.replace("-", "_")
    others = [
        path
        for path in sorted((project.root / WHEELS).glob(f"{prefix}-*.whl"))
        if path not in own and not path.name.startswith(f"{prefix}-{__version__}-")
    ]
    new = {path: data for path, data in own.items() if not path.is_file() or path.read_bytes() != data}
    return {**new, **dict.fromkeys(others)}


def _own_templates(project: Project) -> Iterator[str]:
    """The explainer's own templates that have a counterpart in the builder, by path below templates/."""
    own = project.templates
    if len(project.template_folders) == 1 or not own.is_dir():
        return
    for path in sorted(own.rglob("*")):
        name = path.relative_to(own).as_posix()
        if path.is_file() and (PACKAGE_TEMPLATES / name).is_file():
            yield name


def _text(path: Path) -> str | None:
    """A file's text; None if there is none."""
    return path.read_text("utf-8", errors="replace") if path.is_file() else None
