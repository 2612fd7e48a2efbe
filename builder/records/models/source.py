"""A source: something that records cite."""

from __future__ import annotations

from typing import Literal, get_args

from builder.records.models.fields import (
    Address,
    Cited,
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
    "official", "state-media", "public-broadcaster", "news-agency", "newspaper", "analyst", "reference", "aggregator"
]


STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""All standings, in the order in which the site lists them."""


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

    type: Literal[
        "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
        "dataset", "entry-encyclopedia", "interview", "legislation", "map", "motion_picture", "paper-conference",
        "personal_communication", "post", "post-weblog", "report", "speech", "treaty", "webpage",
    ]  # fmt: skip
    """What it is, as a CSL type."""

    title: Title | None = None
    """Its title. Leave it out if you don't know it, and never make one up."""

    author: tuple[Author, ...] = ()
    """Who wrote it."""

    issued: When | None = None
    """When it was published."""

    publisher: Title | None = None
    """Who published it."""

    URL: Address | None = None
    """Where it is on the web."""

    archive: Address | None = None
    """The address of an archived copy."""

    language: Title | None = None
    """The language it was read in, as a code such as en or ru."""

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
        return self.title or self.who

    @property
    def who(self) -> Line:
        """Who speaks in it: its authors or, if there are none, its publisher."""
        authors = Line(", ".join(author.name for author in self.author))
        return authors or self.publisher or self.title or Line(self.id)
