"""What was removed: the page at each old address says so, and why."""

from __future__ import annotations

from typing import Literal

from builder.records.models.fields import AnyId, Day, GoneId, Id, Prose, Title
from builder.records.models.shapes import Shape


class Removed(Shape):
    """Something that is no longer in the explainer, and whose address others may have linked to."""

    id: GoneId
    """Its id; for a claim `source#claim`, for any other page its address without slashes at its ends."""

    kind: Literal[
        "stages", "visits", "events", "projects", "constraints", "documents", "parties", "places", "sources", "terms",
        "questions", "claims", "moments", "pages",
    ]  # fmt: skip
    """What it was. `claims` is one claim or all claims of a source, `pages` any other page."""

    title: Title
    """Its title, as it was."""

    date: Day
    """The day on which it was removed."""

    reason: Prose
    """Why it was removed, for readers who follow an old link."""

    see: AnyId | None = None
    """The record that readers should look at instead."""

    renamed_from: tuple[Id, ...] = ()
    """The ids it had before. Their addresses say the same."""


class Removals(Shape):
    """The file `removed.yml`: everything that was removed, the oldest first."""

    removed: tuple[Removed, ...] = ()
    """What was removed."""
