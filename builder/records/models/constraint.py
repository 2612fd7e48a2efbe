"""A constraint: a sanction, law or treaty."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import (
    Ballots,
    Cited,
    ConstraintId,
    EnderId,
    PartyId,
    ProjectId,
    Title,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Paper,
    Shape,
    Statement,
)

ConstraintStatus = Literal["not-in-force", "in-force", "suspended", "partly-lifted", "ended", "reimposed"]

HOLDING: tuple[ConstraintStatus, ...] = ("in-force", "partly-lifted", "reimposed")
"""The statuses in which a constraint holds projects back."""


class ConstraintEntry(Entry):
    """A step in the history of a constraint."""

    status: ConstraintStatus | None = None
    """The status of the constraint from then on, if this step changed it. Until the first, it is in force."""

    paragraphs: tuple[Title, ...] = ()
    """The paragraphs that were lifted, if it was `partly-lifted`, as `para` has them. The others stay in force."""


class Provision(Statement):
    """What a constraint requires or forbids."""

    para: Title | None = None
    """The paragraph that says so, if a source confirms it."""


class Exemption(Provision):
    """What a constraint exempts."""

    projects: tuple[ProjectId, ...] = ()
    """The projects that are exempt."""


Cast = Literal["for", "against", "abstained", "absent"]


class Vote(Shape):
    """How a body voted on a constraint. Who voted for it, against it and so on is a list of parties, or a number."""

    by: PartyId | None = None
    """The body that voted, if it isn't the one that adopted it or if several voted."""

    date: When | None = None
    """When it voted, if that was not the day of the adoption."""

    for_: Ballots = Field(default=(), alias="for")
    """Who voted for it: parties, or how many."""

    against: Ballots = ()
    """Who voted against it: parties, or how many."""

    abstained: Ballots = ()
    """Who was there and did not vote: parties, or how many."""

    absent: Ballots = ()
    """Who stayed away: parties, or how many."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where this is reported."""

    @property
    def results(self) -> tuple[tuple[Cast, int, tuple[str, ...]], ...]:
        """What members of the body did, as far as it is given: how many, and the ids of those who are named."""
        given: tuple[tuple[Cast, tuple[str, ...] | int], ...] = (
            ("for", self.for_),
            ("against", self.against),
            ("abstained", self.abstained),
            ("absent", self.absent),
        )
        return tuple(
            (cast, len(who), who) if isinstance(who, tuple) else (cast, who, ()) for cast, who in given if who != ()
        )


class Constraint(Titled):
    """A sanction, law or treaty that limits what parties may do."""

    kind_name = "constraints"
    needs_sources = "always"

    date: When
    """When it was adopted."""

    adopted_by: tuple[PartyId, ...] = Field(min_length=1)
    """Who adopted it."""

    binds: tuple[PartyId, ...] = ()
    """Whom it binds: who must do or leave what it says. That need not be who adopted it."""

    vote: tuple[Vote, ...] = ()
    """How it was voted on, an entry for each body that voted. What is counted from it can be in `asserts`."""

    amends: tuple[ConstraintId, ...] = ()
    """Earlier constraints that it changes."""

    ended_by: EnderId | None = None
    """What ended it: a constraint, visit, event or document. Its history says when, in an entry with status `ended`."""

    sources: tuple[Cited, ...] = ()
    """Where to read when it was adopted, and by whom."""

    provisions: tuple[Provision, ...] = ()
    """What it requires or forbids, with the paragraph if known."""

    exemptions: tuple[Exemption, ...] = ()
    """What it exempts."""

    documents: tuple[Paper, ...] = ()
    """The documents that have its text, or that it carries out."""

    history: tuple[ConstraintEntry, ...] = ()
    """What happened to it, oldest first: when it came into force, was suspended, ended or came back."""

    @property
    def has_states(self) -> bool:
        """Whether its history gives it a status."""
        return any(entry.status for entry in self.history)

    @property
    def end(self) -> ConstraintEntry | None:
        """The step of its history by which it ended, the last if it ended more than once; None if there is none."""
        return next((entry for entry in reversed(self.history) if entry.status == "ended"), None)
