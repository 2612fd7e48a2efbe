"""What every kind of record has."""

from __future__ import annotations

from typing import ClassVar, Literal

from builder.records.models.fields import (
    Cited,
    Day,
    Id,
    Prose,
    Title,
    Yes,
)
from builder.records.models.shapes import (
    Dispute,
    Entry,
    Shape,
    Statement,
)
from builder.records.safe_text import Citation, Line

NeedsSources = Literal["always", "unless-in-history", "with-summary", "never"]
"""When a record must cite sources of its own. `unless-in-history`: always, unless it has no summary and its history,
which has sources, gives its status."""


class Record(Shape):
    """The fields that every record can have."""

    kind_name: ClassVar[str]

    needs_sources: ClassVar[NeedsSources] = "with-summary"

    id: Id
    """How other records refer to it: the name of its file without `.yml`, or its `id` in a list."""

    summary: Prose | None = None
    """What it is and why it matters, in a few sentences that its `sources` support."""

    sources: tuple[Cited, ...] = ()
    """Where to read what the summary says. Needed if there is a summary."""

    statements: tuple[Statement, ...] = ()
    """Other statements about it, each with its sources."""

    history: tuple[Entry, ...] = ()
    """What happened, oldest first."""

    disputes: tuple[Dispute, ...] = ()
    """Questions on which the sources differ."""

    renamed_from: tuple[Id, ...] = ()
    """The ids it had before, oldest first. Their addresses lead to it. `explainer rename` writes them."""

    reviewed: Day | None = None
    """The day when someone last compared all of it with its sources."""

    draft: Yes = False
    """`true` keeps it off the published site. Only the preview shows it. A draft may lack required fields."""

    @property
    def first_id(self) -> str:
        """The id it had first, which feeds, calendars and maps keep."""
        return self.renamed_from[0] if self.renamed_from else self.id

    @property
    def sources_of_facts(self) -> tuple[Citation, ...]:
        """Its own sources, or none if it has a summary: then they are the sources of the summary."""
        return () if self.summary else self.sources

    @property
    def label(self) -> Line:
        """The text of a link to it."""
        raise NotImplementedError

    @property
    def heading(self) -> Line:
        """The heading of its page."""
        return self.label


class Titled(Record):
    """A record with a title."""

    title: Title
    """Its name, and the heading of its page."""

    short: Title | None = None
    """A shorter title for tables and links, if the full title is long."""

    headline: Title | None = None
    """What its page has to tell, as a short sentence, such as "Talks end early, without a deal". Its sources say so."""

    @property
    def label(self) -> Line:
        return self.short or self.title

    @property
    def heading(self) -> Line:
        return self.title
