"""The records: what an editor may write about each kind of thing.

The string under a field is what an editor reads about it: in the reference, and in the JSON Schema.
"""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from pydantic import Field

from builder.fields import (
    Address,
    AnyId,
    Cited,
    ConstraintId,
    Contact,
    Day,
    Id,
    Language,
    Latitude,
    Longitude,
    NeedId,
    PartyId,
    PlaceId,
    ProjectId,
    Prose,
    SourceId,
    StageId,
    Title,
    VisitId,
    When,
    Whole,
    Yes,
)
from builder.prose import Line
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
    Voice,
)


class Record(Shape):
    """What every record may have."""

    kind_name: ClassVar[str]

    id: Id
    """How others refer to it: the name of its file without `.yml`, or the `id` of its place in a list."""

    summary: Prose | None = None
    """What it is and why it matters, in a few sentences that the sources below bear out."""

    sources: tuple[Cited, ...] = ()
    """The sources of the summary."""

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

    order: Whole
    """Its place in the sequence: 1 for the first."""

    parties: tuple[PartyId, ...] = ()
    """Of whom it asks something."""

    measures: tuple[Statement, ...] = ()
    """What it asks."""

    status: StageStatus | None = None
    """Where it stands. Leave it out when the history says so."""

    history: tuple[StageEntry, ...] = ()
    """What happened in it, oldest first."""


class Visit(Titled):
    """A meeting of people who speak for their side, held or not."""

    kind_name = "visits"

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

    sector: Title | None = None
    """Its field, in a word or two: transport, energy."""

    parties: tuple[PartyId, ...] = Field(min_length=1)
    """Who takes part."""

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

    date: When
    """When it was adopted."""

    adopted_by: tuple[PartyId, ...] = Field(min_length=1)
    """Who adopted it."""

    provisions: tuple[Provision, ...] = ()
    """What it asks or forbids, by paragraph where known."""

    exemptions: tuple[Exemption, ...] = ()
    """What it leaves free."""


class Party(Record):
    """A person, a state or an organisation."""

    kind_name = "parties"

    name: Title
    """The full name."""

    short: Title | None = None
    """The name for tables and links, when the full one is long."""

    kind: Literal["person", "state", "organisation"]
    """What it is."""

    of: tuple[PartyId, ...] = ()
    """The parties it belongs to: a person's state, a ministry's state."""

    roles: tuple[Statement, ...] = ()
    """Offices held, each with the date it is known for."""

    native: dict[str, Title] = Field(default_factory=dict)
    """The name in its own language: a language code such as ko, then the name."""

    also_written: tuple[Title, ...] = ()
    """Other spellings that readers may meet."""

    @property
    def label(self) -> Line:
        return self.short or self.name


class Place(Record):
    """A place, looked up by visits and projects."""

    kind_name = "places"

    name: Title
    """What it is called."""

    within: PlaceId | None = Field(default=None, alias="in")
    """The larger place it lies in."""

    lat: Latitude | None = None
    """Latitude in degrees, north positive (WGS 84)."""

    lon: Longitude | None = None
    """Longitude in degrees, east positive (WGS 84)."""

    precision: Title | None = None
    """How exact the coordinates are: building, site, city."""

    @property
    def label(self) -> Line:
        return self.name


Standing = Literal[
    "official", "state-media", "public-broadcaster", "news-agency", "newspaper", "analyst", "reference", "aggregator"
]

STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""The standings of a source, in the order the site lists them."""


class Author(Shape):
    """An author, as CSL writes names."""

    family: Title | None = None
    """The family name."""

    given: Title | None = None
    """The given name."""

    literal: Title | None = None
    """The whole name, of an organisation or where its parts are not known."""

    @property
    def name(self) -> Line:
        """The name as it is read."""
        return self.literal or Line(" ".join(part for part in (self.given, self.family) if part))


class Source(Record):
    """Something read: the fields of CSL, as Zotero exports them, and where it stands."""

    kind_name = "sources"

    type: Literal[
        "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
        "dataset", "entry-encyclopedia", "interview", "legislation", "map", "motion_picture", "paper-conference",
        "personal_communication", "post", "post-weblog", "report", "speech", "treaty", "webpage",
    ]  # fmt: skip
    """What it is, in CSL's words."""

    title: Title | None = None
    """Its title. Left out when not known, never invented."""

    author: tuple[Author, ...] = ()
    """Who wrote it."""

    issued: When | None = None
    """When it was published."""

    publisher: Title | None = None
    """Who published it."""

    URL: Address | None = None
    """Where it is on the web."""

    archive: Address | None = None
    """An archived copy."""

    language: Title | None = None
    """The language it was read in, as a code such as en or ru."""

    standing: Standing
    """Who speaks: a reader weighs it by this."""

    via: Title | None = None
    """Where a report was read, when not at its origin."""

    note: Prose | None = None
    """What a reader should know before trusting it."""

    @property
    def label(self) -> Line:
        return self.title or self.who

    @property
    def who(self) -> Line:
        """Who speaks in it: its authors, or else its publisher."""
        authors = Line(", ".join(author.name for author in self.author))
        return authors or self.publisher or self.title or Line(self.id)


class Term(Record):
    """A word explained."""

    kind_name = "terms"

    term: Title
    """The word or phrase."""

    also: tuple[Title, ...] = ()
    """Other forms of it."""

    definition: Prose
    """What it means, in a sentence."""

    @property
    def label(self) -> Line:
        return self.term


class Check(Shape):
    """What others say of a claim."""

    result: Literal["confirmed", "partly", "disputed", "not-found"]
    """Whether other sources bear it out."""

    sources: tuple[Cited, ...] = ()
    """Those other sources."""

    note: Prose | None = None
    """How they differ, in a sentence."""


class Assertion(Shape):
    """A number that a claim gives and the records can count."""

    meetings: tuple[PartyId, ...] = Field(min_length=2, max_length=2)
    """The two people whose meetings are counted."""

    count: Whole
    """How many the claim says."""

    until: When
    """The day it speaks of."""


class Outcome(Shape):
    """What became of a forecast."""

    result: Literal["came-true", "partly", "did-not", "too-early", "not-known"]
    """Whether it came true."""

    text: Prose | None = None
    """What happened."""

    date: When | None = None
    """As of when."""

    sources: tuple[Cited, ...] = ()
    """Where that is said."""


class Claim(Shape):
    """One thing a source claims, in your own words."""

    id: Id
    """Its name within the source, such as f24."""

    para: Title
    """The paragraph it stands in."""

    text: Prose
    """What is claimed."""

    voice: Voice = "stated"
    """Whether the source states, judges or foretells it."""

    quote: Title | None = None
    """A few words of the source, to the letter, where the wording matters."""

    about: tuple[AnyId, ...] = ()
    """The records it is about."""

    checked: Check | None = None
    """What others say of it."""

    asserts: Assertion | None = None
    """A number the records can confirm or contradict."""

    outcome: Outcome | None = None
    """What became of it, if it is a forecast."""


class Claims(Shape):
    """What one source claims."""

    source: SourceId
    """The source."""

    note: Prose | None = None
    """What a reader should know first."""

    remarks: tuple[Statement, ...] = ()
    """What others correct in it."""

    claims: tuple[Claim, ...] = Field(min_length=1)
    """Its claims, in the order of its paragraphs."""


class Moment(Shape):
    """A day worth looking back to."""

    id: Id
    """Its address."""

    date: Day
    """The day."""

    title: Title
    """What it is called."""


class Correction(Shape):
    """Something the explainer said wrongly, and when it was put right."""

    date: Day
    """When it was put right."""

    text: Prose
    """What was wrong and what is right."""

    about: tuple[AnyId, ...] = ()
    """The records concerned."""


class Settings(Shape):
    """The explainer itself: what it asks, what it answers, who makes it."""

    title: Title
    """What it is called."""

    question: Title
    """The question it answers."""

    answer: tuple[Statement, ...] = Field(min_length=1)
    """The answer: a dated sentence or two."""

    as_of: Day
    """The last day it speaks for."""

    background: tuple[Statement, ...] = Field(min_length=1)
    """The matter for someone who knows nothing of it: a paragraph each, with its sources."""

    sources: tuple[Cited, ...] = ()
    """What the explainer starts from."""

    statements: tuple[Statement, ...] = ()
    """What else is to be said of the process as a whole."""

    history: tuple[Entry, ...] = ()
    """Steps of the process as a whole, oldest first."""

    documents: tuple[Paper, ...] = ()
    """Documents of the process as a whole."""

    disputes: tuple[Dispute, ...] = ()
    """Questions on which the sources differ."""

    editors: tuple[Title, ...] = Field(min_length=1)
    """Who makes it."""

    contact: Contact
    """Where to write to them: a web address, or mailto: and an address."""

    licence: Title
    """The licence of its text and data."""

    language: Language = Line("en")
    """The language it is written in, as a code such as en or en-GB."""

    words: dict[str, Title] = Field(default_factory=dict)
    """Words of the site to say otherwise, such as `kinds.visits: Meetings`."""

    moments: tuple[Moment, ...] = ()
    """Days worth looking back to."""

    counting_rule: Prose | None = None
    """How meetings are counted, where the site's own wording does not fit."""

    review_after: Day | None = None
    """The day after which it counts as out of date."""

    corrections: tuple[Correction, ...] = ()
    """What was put right, newest first."""


RECORDS: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party, Place, Source, Term)
"""The kinds of record, in the order the site names them."""

IN_FILES: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party)
"""Those with a file each, in a folder named after the kind."""

IN_LISTS: tuple[type[Record], ...] = (Place, Source, Term)
"""Those that share one file, named after the kind."""
