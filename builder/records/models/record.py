"""What every record has, whatever its kind."""

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
