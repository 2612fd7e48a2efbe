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
    """What a constraint requires or forbids."""

    para: Title | None = None
    """The paragraph that says so, if a source confirms it."""


class Exemption(Provision):
    """What a constraint exempts."""

    projects: tuple[ProjectId, ...] = ()
    """The projects that are exempt."""


class Constraint(Titled):
    """A sanction, law or treaty that limits what parties may do."""

    kind_name = "constraints"
    needs_sources = "always"

    date: When
    """When it was adopted."""

    adopted_by: tuple[PartyId, ...] = Field(min_length=1)
    """Who adopted it."""

    sources: tuple[Cited, ...] = ()
    """Where to read when it was adopted, and by whom."""

    provisions: tuple[Provision, ...] = ()
    """What it requires or forbids, with the paragraph if known."""

    exemptions: tuple[Exemption, ...] = ()
    """What it exempts."""
