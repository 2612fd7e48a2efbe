"""A party: a person, a state or an organisation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import (
    PartyId,
    Title,
)
from builder.records.models.record import Record
from builder.records.models.shapes import (
    Statement,
)
from builder.records.safe_text import Line


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
    """The parties it belongs to, such as the state of a person or of a ministry."""

    roles: tuple[Statement, ...] = ()
    """Offices held, each with a date on which it was held. The list of parties shows the last one."""

    native: dict[str, Title] = Field(default_factory=dict)
    """The name in its own language: a language code such as ko, then the name."""

    also_written: tuple[Title, ...] = ()
    """Other spellings that readers may see."""

    @property
    def label(self) -> Line:
        return self.short or self.name
