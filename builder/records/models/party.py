"""A party: a person, a state or an organisation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.dates.edtf_dates import Date
from builder.records.models.fields import (
    BeginOrEnd,
    Cited,
    PartyId,
    Title,
)
from builder.records.models.record import Record
from builder.records.models.shapes import (
    Shape,
    Statement,
)
from builder.records.safe_text import Line


class Membership(Shape):
    """Something that a party belongs to, or did for a time: a state in a union, a minister in a government."""

    of: PartyId
    """What it belongs to."""

    from_: BeginOrEnd | None = Field(default=None, alias="from")
    """Since when, if that is known."""

    to: BeginOrEnd | None = None
    """Until when, if it belongs to it no longer."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where this is reported."""

    @property
    def period(self) -> Date | None:
        """From when to when it belonged to it, as far as that is known; None if nothing is."""
        begins, ends = self.from_, self.to
        return Date.parse(f"{begins or '..'}/{ends or '..'}") if begins or ends else None


class Party(Record):
    """A person, a state or an organisation."""

    kind_name = "parties"

    name: Title
    """The full name."""

    short: Title | None = None
    """A shorter name for tables and links, if the full name is long."""

    kind: Literal["person", "state", "organisation"]
    """Whether it is a person, a state or an organisation."""

    of: tuple[PartyId, ...] = ()
    """The parties it belongs to, such as the state of a person. All who belong to the same one are on one side."""

    memberships: tuple[Membership, ...] = ()
    """What else it belongs to, with dates, such as a union of states. Who belongs to that may be on another side."""

    roles: tuple[Statement, ...] = ()
    """Offices held, each with a date on which it was held. The list of parties shows the last one."""

    native: dict[str, Title] = Field(default_factory=dict)
    """The name in its own language: a language code such as ko, then the name."""

    also_written: tuple[Title, ...] = ()
    """Other spellings that readers may see."""

    @property
    def label(self) -> Line:
        return self.short or self.name
