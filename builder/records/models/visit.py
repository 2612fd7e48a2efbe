"""A visit: a meeting of people who speak for their side."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import (
    Cited,
    PartyId,
    PlaceId,
    StageId,
    Title,
    VisitId,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Statement,
)

VisitStatus = Literal["invited", "planned", "held", "postponed", "cancelled", "lapsed"]

FELL_THROUGH: tuple[VisitStatus, ...] = ("postponed", "cancelled", "lapsed")
"""The statuses of a visit that did not take place, though it was expected."""


class VisitEntry(Entry):
    """A step in the history of a visit."""

    status: VisitStatus | None = None
    """How the visit stood from then on, if this changed it."""

    expected: When | None = None
    """When it was to take place, as known then."""


class Visit(Titled):
    """A meeting of people who speak for their side, held or not."""

    kind_name = "visits"
    needs_sources = "unless-told"

    date: When
    """When it took place, or was to: 2018-06-12, 2018-09, 2018-03-25/2018-03-28."""

    place: PlaceId | None = None
    """Where: the id of a place."""

    places: tuple[PlaceId, ...] = ()
    """Where, when there was more than one place."""

    venue: Title | None = None
    """The building or grounds, where known."""

    form: tuple[Statement, ...] = ()
    """What sources call it, such as an unofficial visit."""

    level: Literal["leaders", "high", "working"]
    """Who met; the lower side decides."""

    parties: tuple[PartyId, ...] = Field(min_length=2)
    """Who met, or was to meet: people, or states where the people are not named."""

    present: tuple[PartyId, ...] = ()
    """Hosts, mediators and witnesses; not counted as having met."""

    invited_by: tuple[PartyId, ...] = ()
    """Who invited."""

    stage: StageId | None = None
    """The stage it belongs to, only where a source puts it there."""

    status: VisitStatus | None = None
    """How it stands. Leave it out when the history says so."""

    sources: tuple[Cited, ...] = ()
    """Where its day, parties and status can be read. Needed with a summary, or if the history gives no status."""

    reasons: tuple[Statement, ...] = ()
    """Why it fell through, by whom it is said."""

    outcomes: tuple[Statement, ...] = ()
    """What came of it."""

    documents: tuple[Paper, ...] = ()
    """What was signed or issued."""

    led_to: tuple[VisitId, ...] = ()
    """The visits that came of it."""

    history: tuple[VisitEntry, ...] = ()
    """How it came about, oldest first."""

    @property
    def all_places(self) -> tuple[str, ...]:
        """Its places, one or several."""
        return (self.place,) if self.place else self.places
