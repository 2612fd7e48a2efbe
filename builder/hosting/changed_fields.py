"""Fields that mean something else than in an earlier version, and where an explainer uses them.

A field that has gone or has another name needs no entry here: reading the summaries reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from packaging.version import Version

from builder.problems import Problem
from builder.project import Project
from builder.records.loading import SETTINGS_FILE, Origin, load_partly


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A field that means something else since a version."""

    version: str
    kind: str
    """The kind of record, such as `visits`; or `explainer.yml`."""

    field: str
    now: str
    """What it means now, and what to do where it is used."""


CHANGES: Final[tuple[Change, ...]] = ()
"""Every change of meaning since 0.1.0, oldest first."""


def uses_of_changed_fields(
    project: Project, before: str, after: str, changes: Iterable[Change] = CHANGES
) -> Iterator[Problem]:
    """Yield a warning for each use of a field that changed after the version `before`, up to `after`."""
    wanted = [change for change in changes if Version(before) < Version(change.version) <= Version(after)]
    if not wanted:
        return
    summaries = load_partly(project.summaries)
    kinds = {SETTINGS_FILE: SETTINGS_FILE, **{id: record.kind_name for id, record in summaries.records.items()}}
    for key, kind in kinds.items():
        origin = summaries.origins[key]
        for change in wanted:
            if change.kind == kind and change.field in _fields(origin):
                yield Problem(
                    location=origin.at((change.field,), key=True),
                    rule="changed-field",
                    message=f"'{change.field}' means something else since version {change.version}",
                    hint=change.now,
                    warning=True,
                )


def _fields(origin: Origin) -> dict[str, object]:
    """The fields of a record, as typed."""
    value: Any = origin.document.plain()
    for step in origin.path:
        value = value[step]
    return dict(value)
