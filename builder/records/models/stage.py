"""A stage of the process."""

from __future__ import annotations

from typing import Literal

from builder.records.models.fields import (
    Cited,
    PartyId,
    Whole,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Statement,
)

StageStatus = Literal["not-begun", "under-way", "holding", "stalled", "undone", "done"]


class StageEntry(Entry):
    """A step in the history of a stage."""

    status: StageStatus | None = None
    """Where the stage stood from then on, if this changed it."""


class Stage(Titled):
    """A stage of the process: what it asks of whom, and where it stands."""

    kind_name = "stages"
    needs_sources = "unless-told"

    order: Whole
    """Its place in the sequence: 1 for the first."""

    parties: tuple[PartyId, ...] = ()
    """Of whom it asks something."""

    sources: tuple[Cited, ...] = ()
    """Where what it asks and its status can be read. Needed with a summary, or if the history gives no status."""

    measures: tuple[Statement, ...] = ()
    """What it asks."""

    status: StageStatus | None = None
    """Where it stands. Leave it out when the history says so."""

    history: tuple[StageEntry, ...] = ()
    """What happened in it, oldest first."""
