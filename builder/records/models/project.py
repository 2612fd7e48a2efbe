"""A project: something parties want to build or do together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import (
    Cited,
    ConstraintId,
    NeedId,
    PartyId,
    PlaceId,
    Title,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Shape,
    Statement,
)

ProjectStatus = Literal[
    "idea", "studied", "agreed", "under-way", "in-operation", "suspended", "blocked", "completed", "abandoned"
]


class ProjectEntry(Entry):
    """A step in the history of a project."""

    status: ProjectStatus | None = None
    """How the project stood from then on, if this changed it."""


class Obstacle(Statement):
    """What holds a project back."""

    constraint: ConstraintId | None = None
    """The constraint it comes from, where known."""

    para: Title | None = None
    """The paragraph of the constraint, where a source confirms it."""


class Figure(Shape):
    """A number someone gives for a project."""

    label: Title
    """What is measured, such as length of the line."""

    value: Title
    """The number with its unit."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Who gives it."""


class Project(Titled):
    """Something parties want to build or do together."""

    kind_name = "projects"
    needs_sources = "unless-told"

    sector: Title | None = None
    """Its field, in a word or two: transport, energy."""

    parties: tuple[PartyId, ...] = Field(min_length=1)
    """Who takes part."""

    sources: tuple[Cited, ...] = ()
    """Where its parties and its status can be read. Needed with a summary, or if the history gives no status."""

    needs: tuple[NeedId, ...] = ()
    """Projects or stages that must come first."""

    obstacles: tuple[Obstacle, ...] = ()
    """What holds it back."""

    route: tuple[PlaceId, ...] = ()
    """The places it runs through, in order."""

    place: PlaceId | None = None
    """Where it is, if it stands in one place."""

    figures: tuple[Figure, ...] = ()
    """Its numbers, each with who gives them."""

    status: ProjectStatus | None = None
    """How it stands. Leave it out when the history says so."""

    history: tuple[ProjectEntry, ...] = ()
    """Its steps, oldest first."""
