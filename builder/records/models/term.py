"""A term: a word explained."""

from __future__ import annotations

from builder.records.models.fields import (
    Cited,
    Prose,
    Title,
)
from builder.records.models.record import Record
from builder.records.safe_text import Line


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
