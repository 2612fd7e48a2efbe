"""A visit: a meeting of people who speak for their side."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from builder.records.models.fields import (
    Cited,
    PartyId,
    PlaceId,
    StageId,
    Title,
    VisitId,
    When,
    Whole,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Shape,
    Statement,
)

VisitStatus = Literal["invited", "planned", "held", "broken-off", "resumed", "postponed", "cancelled", "lapsed"]

VisitLevel = Literal["leaders", "high", "working"]

LEVELS: tuple[VisitLevel, ...] = get_args(VisitLevel)
"""All levels, the most senior first."""

FELL_THROUGH: tuple[VisitStatus, ...] = ("postponed", "cancelled", "lapsed")
"""The statuses of a visit that was expected but did not take place."""


TOOK_PLACE: tuple[VisitStatus, ...] = ("held", "broken-off", "resumed")
"""The statuses of a visit that took place, whether or not it came to its end."""

NEED_REASONS: tuple[VisitStatus, ...] = (*FELL_THROUGH, "broken-off")
"""The statuses for which there must be a reason."""


class VisitEntry(Entry):
    """A step in the history of a visit."""

    status: VisitStatus | None = None
    """The status of the visit from then on, if this step changed it."""

    expected: When | None = None
    """When it was expected to take place, as known then."""

    reasons: tuple[Statement, ...] = ()
    """Why, and who says so, if this step put it off, called it off or broke it off."""


class Side(Shape):
    """A side at a table: parties that did not meet one another, but those of the other sides."""

    parties: tuple[PartyId, ...] = Field(min_length=1)
    """Who sat on this side. All are in `parties` of the visit too."""


class Visit(Titled):
    """A meeting of people who speak for their side, whether or not it was held."""

    kind_name = "visits"
    needs_sources = "unless-in-history"

    date: When
    """When it took place or was expected to, such as 2018-06-12, 2018-09 or 2018-03-25/2018-03-28."""

    place: PlaceId | None = None
    """Where it took place or was expected to."""

    places: tuple[PlaceId, ...] = ()
    """The places, if there was more than one."""

    venue: Title | None = None
    """The building or grounds, if known."""

    form: tuple[Statement, ...] = ()
    """What sources call it, such as an unofficial visit."""

    level: VisitLevel
    """How senior the people were. If one side was more senior, give the level of the other."""

    parties: tuple[PartyId, ...] = Field(min_length=2)
    """Who met or was expected to meet: people, or states if the people are not named."""

    sides: tuple[Side, ...] = ()
    """The sides at a table of many, if some came together. Only parties of different sides count as having met."""

    present: tuple[PartyId, ...] = ()
    """Hosts, mediators and witnesses. They don't count as having met."""

    invited_by: tuple[PartyId, ...] = ()
    """Who sent the invitation."""

    stage: StageId | None = None
    """The stage it belongs to. Give it only if a source says so."""

    part_of: VisitId | None = None
    """The visit that it is a round or sitting of. Each part counts, and the whole only where no part of it does."""

    resumes: VisitId | None = None
    """The visit that was broken off and that this one goes on with. What goes on under one title needs no second visit:
    its history has an entry with status `resumed`."""

    number: Whole | None = None
    """Its number among the parts of that visit, such as 3 for the third round."""

    status: VisitStatus | None = None
    """Its status now. Leave it out if the history gives it."""

    sources: tuple[Cited, ...] = ()
    """Where to read about its date, parties and status. Needed if there is a summary, or no status in the history."""

    reasons: tuple[Statement, ...] = ()
    """Why it fell through or was broken off, and who says so. If it was put off and then held, or broken off and then
    resumed, give them in that step of its history."""

    outcomes: tuple[Statement, ...] = ()
    """What came of it."""

    documents: tuple[Paper, ...] = ()
    """What was signed or issued there."""

    led_to: tuple[VisitId, ...] = ()
    """The visits it led to."""

    history: tuple[VisitEntry, ...] = ()
    """How it came about, oldest first."""

    @property
    def last_stopped(self) -> int | None:
        """The number, from 0, of the last step of its history by which it fell through or was broken off; None if there
        is none.
        """
        steps = [number for number, entry in enumerate(self.history) if entry.status in NEED_REASONS]
        return steps[-1] if steps else None

    @property
    def reasons_given(self) -> tuple[Statement, ...]:
        """Why it fell through or was broken off the last time: the reasons of that step of its history, and its own."""
        last = self.last_stopped
        return (*(self.history[last].reasons if last is not None else ()), *self.reasons)

    @property
    def all_places(self) -> tuple[str, ...]:
        """Its place or places."""
        return (self.place,) if self.place else self.places
