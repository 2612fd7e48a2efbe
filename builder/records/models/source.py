"""A source: something that records cite."""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import quote

from builder.records.models.fields import (
    Address,
    Cited,
    Day,
    Doi,
    Language,
    Prose,
    Title,
    When,
)
from builder.records.models.record import Record
from builder.records.models.shapes import (
    Shape,
)
from builder.records.safe_text import Line

Standing = Literal[
    "official", "politician", "state-media", "public-broadcaster", "news-agency", "newspaper", "company", "ngo",
    "analyst", "reference", "aggregator",
]  # fmt: skip


STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""All standings, in the order in which the site lists them."""

Type = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical", "personal_communication",
    "post", "post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech", "standard",
    "thesis", "treaty", "webpage",
]  # fmt: skip
"""The types of CSL 1.0.2."""

TYPES: tuple[Type, ...] = get_args(Type)


class Author(Shape):
    """An author, as CSL writes names."""

    family: Title | None = None
    """The family name."""

    given: Title | None = None
    """The given name."""

    literal: Title | None = None
    """The full name, for an organisation, or if you can't tell its parts."""

    @property
    def name(self) -> Line:
        """The name in reading order."""
        return self.literal or Line(" ".join(part for part in (self.given, self.family) if part))


class Source(Record):
    """Something that records cite: its CSL fields, as Zotero exports them, and its standing."""

    kind_name = "sources"
    needs_sources = "never"

    type: Type
    """What it is, as a CSL type."""

    title: Title | None = None
    """Its title. Leave it out if you don't know it, and never make one up."""

    author: tuple[Author, ...] = ()
    """Who wrote it."""

    issued: When | None = None
    """When it was published."""

    container: Title | None = None
    """What it appeared in: the newspaper, journal, book or website."""

    publisher: Title | None = None
    """Who published it, if that is not clear from the container."""

    URL: Address | None = None
    """Where it is on the web."""

    doi: Doi | None = None
    """Its DOI, such as 10.1000/182. If it has no URL, its links use the DOI."""

    archive: Address | None = None
    """The address of an archived copy."""

    accessed: Day | None = None
    """The day on which someone last read it there."""

    language: Language | None = None
    """The language that it and its title are in, as a code such as en, ru or zh-Hans."""

    standing: Standing
    """Who speaks, so that readers can weigh what it says."""

    via: Title | None = None
    """Where you read it, if not where it was first published."""

    note: Prose | None = None
    """What readers should know before they trust it."""

    sources: tuple[Cited, ...] = ()
    """Other sources about it. Its summary needs none: the source itself supports it."""

    @property
    def label(self) -> Line:
        return self.title or Line(", ".join(self.byline)) or Line(self.id)

    @property
    def who(self) -> Line:
        """Who speaks in it: its authors or, if there are none, its outlet."""
        return self.authors or self.outlet or self.title or Line(self.id)

    @property
    def authors(self) -> Line:
        """The names of its authors, separated by semicolons, as a name may have a comma; empty if there are none."""
        return Line("; ".join(author.name for author in self.author))

    @property
    def byline(self) -> tuple[Line, ...]:
        """Its authors and its outlet, which name a source without a title; empty if neither is known."""
        outlet = None if self.outlet in [author.name for author in self.author] else self.outlet
        return tuple(name for name in (self.authors, outlet) if name)

    @property
    def imprint(self) -> tuple[Line, ...]:
        """Its container and its publisher, as far as the label doesn't name them."""
        names = dict.fromkeys(name for name in (self.container, self.publisher) if name)
        return tuple(name for name in names if self.title or name != self.outlet)

    @property
    def outlet(self) -> Line | None:
        """The newspaper or other container that speaks in it; for a book, a report or a web page, its publisher."""
        names = (self.container, self.publisher) if self.is_by_container else (self.publisher, self.container)
        return names[0] or names[1]

    @property
    def is_by_container(self) -> bool:
        """Whether its container is better known than its publisher: a newspaper, a journal, a blog."""
        return self.type in _BY_CONTAINER

    @property
    def address(self) -> str | None:
        """Where it is on the web: its URL or, without one, the address of its DOI."""
        return self.URL or self.doi_address

    @property
    def doi_address(self) -> str | None:
        """The address of its DOI."""
        return f"https://doi.org/{quote(self.doi, safe='/:;')}" if self.doi else None


_BY_CONTAINER = frozenset((
    "article", "article-journal", "article-magazine", "article-newspaper", "broadcast", "entry-encyclopedia", "post",
    "post-weblog",
))  # fmt: skip
