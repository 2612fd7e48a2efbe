"""A constraint: a sanction, law or treaty."""

from __future__ import annotations

from pydantic import Field

from builder.records.models.fields import (
    Cited,
    PartyId,
    ProjectId,
    Title,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Statement,
)


class Provision(Statement):
    """What a constraint asks or forbids."""

    para: Title | None = None
    """The paragraph that says so, where a source confirms it."""


class Exemption(Provision):
    """What a constraint leaves free."""

    projects: tuple[ProjectId, ...] = ()
    """The projects it frees."""


class Constraint(Titled):
    """A sanction, law or treaty that limits what parties may do."""

    kind_name = "constraints"
    needs_sources = "always"

    date: When
    """When it was adopted."""

    adopted_by: tuple[PartyId, ...] = Field(min_length=1)
    """Who adopted it."""

    sources: tuple[Cited, ...] = ()
    """Where its day and who adopted it can be read."""

    provisions: tuple[Provision, ...] = ()
    """What it asks or forbids, by paragraph where known."""

    exemptions: tuple[Exemption, ...] = ()
    """What it leaves free."""
