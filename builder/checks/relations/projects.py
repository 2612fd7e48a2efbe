"""Checks of the parts and figures of projects: each part has one status, its steps are in order, nothing is later than
the explainer's day.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from builder.dates.edtf_dates import Date
from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.loading import Origin
from builder.records.models.project import Part
from builder.records.traversal import Path


def parts_make_sense(explainer: Explainer) -> Iterator[Problem]:
    """Find parts without a status or with two, and steps of theirs that are not in order."""
    for project in explainer.projects:
        for index, part in enumerate(project.parts):
            yield from _check_part(part, explainer.origins[project.id], ("parts", index))


def _check_part(part: Part, origin: Origin, path: Path) -> Iterator[Problem]:
    in_history = any(entry.status for entry in part.history)
    for field in ("status", "since"):
        if in_history and getattr(part, field):
            found = f"'{field}' is given, and the history of this part says it too"
            hint = "remove this one: the last status in the history counts"
            yield origin.problem((*path, field), "status-twice", found, hint)
    if not in_history and not part.status:
        hint = "add 'status' here or to an entry of its 'history'"
        yield origin.problem(path, "missing-status", "this part has no status", hint)
    elif not in_history and not part.sources:
        hint = "add 'sources': where to read its status"
        yield origin.problem(path, "no-source", "the status of this part has no source", hint)
    for number, (before, entry) in enumerate(pairwise(part.history), start=1):
        if entry.date.last < before.date.first:
            found = f"the entry of {entry.date} comes after the one of {before.date}"
            yield origin.problem((*path, "history", number, "date"), "out-of-order", found, "put the oldest first")


def parts_and_figures_after_as_of(explainer: Explainer) -> Iterator[Problem]:
    """Find dates of parts and figures that are later than the explainer's day."""
    as_of = explainer.settings.as_of
    hint = f"the explainer's day is {as_of}: raise 'as_of', or leave this out"
    for project in explainer.projects:
        dated: list[tuple[Path, Date | None]] = [
            *((("parts", index, "since"), part.since) for index, part in enumerate(project.parts)),
            *((("figures", index, "date"), figure.date) for index, figure in enumerate(project.figures)),
        ]
        for path, date in dated:
            if date and date.first > as_of.first:
                found = f"{date} is after 'as_of'"
                yield explainer.origins[project.id].problem(path, "after-as-of", found, hint)
