"""What is looked up rather than read through: parties, places, sources and terms."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from builder.fields import Address, Cited, Latitude, Longitude, PartyId, PlaceId, Prose, Title, When
from builder.models import Record
from builder.prose import Line
from builder.shapes import Shape, Statement


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
    """Offices held, each with the date it is known for; the last of them stands in the list of parties."""

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
    needs_sources = "never"

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

    sources: tuple[Cited, ...] = ()
    """Other sources that speak of it. It bears out its summary itself."""

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
    needs_sources = "always"

    term: Title
    """The word or phrase."""

    also: tuple[Title, ...] = ()
    """Other forms of it."""

    definition: Prose
    """What it means, in a sentence."""

    sources: tuple[Cited, ...] = ()
    """Where that meaning can be read."""

    @property
    def label(self) -> Line:
        return self.term
