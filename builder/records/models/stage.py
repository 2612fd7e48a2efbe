"""A stage of the process."""

from __future__ import annotations

from typing import Literal

from builder.records.models.fields import (
    Cited,
    PartyId,
    Title,
    Whole,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Statement,
)

StageStatus = Literal[
    "not-begun", "under-way", "agreed", "in-force", "holding", "prolonged", "partly-kept", "stalled", "undone",
    "superseded", "done",
]  # fmt: skip


class StageEntry(Entry):
    """A step in the history of a stage."""

    status: StageStatus | None = None
    """The status of the stage from then on, if this step changed it."""


class Stage(Titled):
    """A stage of the process: what it asks for, which parties it asks, and its status."""

    kind_name = "stages"
    needs_sources = "unless-in-history"

    order: Whole
    """Its position among the stages: 1 is the first."""

    word: Title | None = None
    """A word or two for its box on the home page and its bar on drawings, such as Talks."""

    parties: tuple[PartyId, ...] = ()
    """The parties it asks to do something."""

    sources: tuple[Cited, ...] = ()
    """Where to read about its measures and status. Needed if there is a summary, or no status in the history."""

    measures: tuple[Statement, ...] = ()
    """What it asks for."""

    documents: tuple[Paper, ...] = ()
    """The documents in which it was agreed, or that came of it."""

    status: StageStatus | None = None
    """Its status now. Leave it out if the history gives it."""

    history: tuple[StageEntry, ...] = ()
    """What happened in it, oldest first."""
