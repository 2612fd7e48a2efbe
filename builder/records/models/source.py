"""A source: something read."""

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
