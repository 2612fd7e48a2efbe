"""A term: a word or phrase, and what it means."""

from __future__ import annotations

from builder.records.models.fields import (
    Cited,
    Prose,
    Title,
)
from builder.records.models.record import Record
from builder.records.safe_text import Line


class Term(Record):
    """A word or phrase, and what it means."""

    kind_name = "terms"
    needs_sources = "always"

    term: Title
    """The word or phrase."""

    also: tuple[Title, ...] = ()
    """Other forms of it."""

    definition: Prose
    """What it means, in one sentence."""

    sources: tuple[Cited, ...] = ()
    """Where to read that meaning."""

    @property
    def label(self) -> Line:
        return self.term
