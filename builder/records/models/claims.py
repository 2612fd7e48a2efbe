"""What sources claim, what others say of it, and what became of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import AnyId, Cited, Id, PartyId, Prose, SourceId, Title, When, Whole
from builder.records.models.shapes import Shape, Statement, Voice


class Check(Shape):
    """What others say of a claim."""

    result: Literal["confirmed", "partly", "disputed", "not-found"]
    """Whether other sources bear it out."""

    sources: tuple[Cited, ...] = ()
    """Those other sources."""

    note: Prose | None = None
    """How they differ, in a sentence."""


class Assertion(Shape):
    """A number that the records can count."""

    meetings: tuple[PartyId, ...] = Field(min_length=2, max_length=2)
    """The two people whose meetings are counted."""

    count: Whole
    """How many are said to be."""

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
