"""The records that tell the process: stages, visits, projects and constraints; and what every record has.

The string under a field is what an editor reads about it: in the reference, and in the JSON Schema.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from builder.fields import (
    Cited,
    ConstraintId,
    Day,
    Id,
    NeedId,
    PartyId,
    PlaceId,
    ProjectId,
    Prose,
    StageId,
    Title,
    VisitId,
    When,
    Whole,
    Yes,
)
from builder.prose import Citation, Line
from builder.shapes import (
    Dispute,
    Entry,
    Paper,
    ProjectEntry,
    ProjectStatus,
    Shape,
    StageEntry,
    StageStatus,
    Statement,
    VisitEntry,
    VisitStatus,
)

NeedsSources = Literal["always", "unless-told", "with-summary", "never"]
"""When a record cites sources of its own: `unless-told` is always, but where it has no summary and its history, which
has sources, tells how it stands."""


class Record(Shape):
    """What every record may have."""

    kind_name: ClassVar[str]

    needs_sources: ClassVar[NeedsSources] = "with-summary"

    id: Id
    """How others refer to it: the name of its file without `.yml`, or the `id` of its place in a list."""

    summary: Prose | None = None
    """What it is and why it matters, in a few sentences that the sources below bear out."""

    sources: tuple[Cited, ...] = ()
    """Where the summary can be read. Needed with a summary."""

    statements: tuple[Statement, ...] = ()
    """What else is to be said, each with its sources."""

    history: tuple[Entry, ...] = ()
    """What happened, oldest first."""

    disputes: tuple[Dispute, ...] = ()
    """Questions on which the sources differ."""

    reviewed: Day | None = None
    """The day someone last read all of it against its sources."""

    draft: Yes = False
    """`true` keeps it out of the published site; it shows in the preview alone."""

    @property
    def sources_of_facts(self) -> tuple[Citation, ...]:
        """Its own sources, where no summary stands before them."""
        return () if self.summary else self.sources

    @property
    def label(self) -> Line:
        """What a link to it says."""
        raise NotImplementedError

    @property
    def heading(self) -> Line:
        """What its page is called."""
        return self.label


class Titled(Record):
    """A record with a title."""

    title: Title
    """What it is called, as a heading of its page."""

    short: Title | None = None
    """The title for tables and links, when the full one is long."""

    @property
    def label(self) -> Line:
        return self.short or self.title

    @property
    def heading(self) -> Line:
        return self.title


class Stage(Titled):
    """A stage of the process: what it asks of whom, and where it stands."""

    kind_name = "stages"
    needs_sources = "unless-told"

    order: Whole
    """Its place in the sequence: 1 for the first."""

    parties: tuple[PartyId, ...] = ()
    """Of whom it asks something."""

    sources: tuple[Cited, ...] = ()
    """Where what it asks and its status can be read. Needed with a summary, or if the history gives no status."""

    measures: tuple[Statement, ...] = ()
    """What it asks."""

    status: StageStatus | None = None
    """Where it stands. Leave it out when the history says so."""

    history: tuple[StageEntry, ...] = ()
    """What happened in it, oldest first."""


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
