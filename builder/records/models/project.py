"""A project: something that parties want to build or do together."""

from __future__ import annotations

from itertools import groupby
from typing import Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from builder.dates.edtf_dates import Date
from builder.records.models.fields import (
    Cited,
    ConstraintId,
    NeedId,
    PartyId,
    PlaceId,
    Title,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Shape,
    Statement,
    with_needed,
)

ProjectStatus = Literal[
    "idea", "studied", "agreed", "in-force", "prolonged", "partly-kept", "under-way", "in-operation", "suspended",
    "blocked", "completed", "superseded", "abandoned",
]  # fmt: skip


class ProjectEntry(Entry):
    """A step in the history of a project."""

    status: ProjectStatus | None = None
    """The status of the project from then on, if this step changed it."""


class Obstacle(Statement):
    """What holds a project back."""

    constraint: ConstraintId | None = None
    """The constraint it comes from, if known."""

    para: Title | None = None
    """The paragraph of the constraint, if a source confirms it."""


class Figure(Shape):
    """A number that someone gives for a project."""

    label: Title
    """What is measured, such as the length of the line."""

    value: Title
    """The number with its unit."""

    date: When | None = None
    """The day, month or year for which the number holds."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where the number comes from."""


class Part(Shape):
    """A part of a project that has a status of its own."""

    title: Title
    """Its name, such as a section of a line."""

    status: ProjectStatus | None = None
    """Its status now. Leave it out if its history gives it."""

    since: When | None = None
    """When it came to have this status, if known. Leave it out if its history gives it."""

    sources: tuple[Cited, ...] = Field(default=(), min_length=1)
    """Where to read its status. Needed if it has no history."""

    history: tuple[ProjectEntry, ...] = ()
    """Its steps, oldest first."""

    @property
    def changed(self) -> Date | None:
        """The day from which on it has its status: that of the step that gave it, or `since`."""
        changes = [next(run) for _, run in groupby((e for e in self.history if e.status), lambda entry: entry.status)]
        return changes[-1].date.start if changes else self.since

    @model_validator(mode="wrap")
    @classmethod
    def _has_a_status(cls, fields: object, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Require a status and sources, as long as no history has them."""
        return with_needed(cls, fields, validate, ("status", "sources"), unless="history")


class Project(Titled):
    """Something that parties want to build or do together."""

    kind_name = "projects"
    needs_sources = "unless-in-history"

    sector: Title | None = None
    """Its field in a word or two, such as transport or energy."""

    parties: tuple[PartyId, ...] = Field(min_length=1)
    """Who takes part."""

    sources: tuple[Cited, ...] = ()
    """Where to read about its parties and status. Needed if there is a summary, or no status in the history."""

    needs: tuple[NeedId, ...] = ()
    """Projects or stages that must come first."""

    obstacles: tuple[Obstacle, ...] = ()
    """What holds it back."""

    route: tuple[PlaceId, ...] = ()
    """The places it passes through, in order."""

    place: PlaceId | None = None
    """Where it is, if it is in one place."""

    parts: tuple[Part, ...] = ()
    """Its parts, if some came farther than others."""

    figures: tuple[Figure, ...] = ()
    """Numbers such as its length or cost, each with its sources."""

    documents: tuple[Paper, ...] = ()
    """The documents in which it was agreed."""

    status: ProjectStatus | None = None
    """Its status now. Leave it out if the history gives it."""

    history: tuple[ProjectEntry, ...] = ()
    """Its steps, oldest first."""
