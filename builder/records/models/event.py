"""An event: what is no visit and changes the process, such as a decision, a vote or a deadline."""

from __future__ import annotations

from typing import Literal

from builder.records.models.fields import (
    Cited,
    PageId,
    PartyId,
    PlaceId,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Statement,
)

EventKind = Literal[
    "decision", "decree", "ruling", "vote", "election", "call", "letter", "statement", "report", "deadline",
    "appointment", "attack", "test", "incident",
]  # fmt: skip

EventStatus = Literal["expected", "moved", "happened", "met", "missed", "cancelled"]

AHEAD: tuple[EventStatus, ...] = ("expected", "moved")
"""The statuses of an event that is still to come."""

OF_DEADLINES: tuple[EventStatus, ...] = ("met", "missed")
"""The statuses that only a deadline can have. It has them in place of `happened`."""


class EventEntry(Entry):
    """A step in the history of an event."""

    status: EventStatus | None = None
    """The status of the event from then on, if this step changed it."""

    expected: When | None = None
    """The day for which it was expected, or to which a deadline was set, as known then."""


class Event(Titled):
    """What is no visit and changes the process, such as a decision, a vote, a call, a letter or a deadline."""

    kind_name = "events"
    needs_sources = "unless-in-history"

    kind: EventKind
    """What it is. A withdrawal is a decision; an appointment is also when somebody leaves an office; a test is of a
    weapon; what nobody decided, such as an accident, is an incident.
    """

    date: When
    """When it happened or is expected. If it was moved, the day to which it was moved last."""

    place: PlaceId | None = None
    """Where it happened, if that matters."""

    parties: tuple[PartyId, ...] = ()
    """Who acted: who decided, voted, called, wrote or reported, or whom a deadline binds."""

    addressed_to: tuple[PartyId, ...] = ()
    """Whom it was meant for, such as who got the letter or was called."""

    about: tuple[PageId, ...] = ()
    """The stages, visits, projects, constraints, parties and other events that it is about or that it changed."""

    sources: tuple[Cited, ...] = ()
    """Where to read about its date, parties and status. Needed if there is a summary, or no status in the history."""

    status: EventStatus | None = None
    """Its status now. Leave it out if the history gives it, or if it simply happened: only a deadline needs one."""

    outcomes: tuple[Statement, ...] = ()
    """What came of it."""

    documents: tuple[Paper, ...] = ()
    """What was signed or issued."""

    history: tuple[EventEntry, ...] = ()
    """How it came about, oldest first: when it was announced, moved, met or missed."""
