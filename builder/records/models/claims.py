"""The claims of a source, what other sources say about them, and what became of its forecasts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.fields import AnyId, Cited, Id, Prose, SourceId, Title, When
from builder.records.models.grounds import Assertion
from builder.records.models.shapes import Shape, Statement, Voice


class Check(Shape):
    """What other sources say about a claim."""

    result: Literal["confirmed", "partly", "disputed", "not-found"]
    """Whether other sources support it."""

    sources: tuple[Cited, ...] = ()
    """The other sources."""

    note: Prose | None = None
    """How they differ, in one sentence."""


class Outcome(Shape):
    """What became of a forecast."""

    result: Literal["came-true", "partly", "did-not", "too-early", "not-known"]
    """Whether it came true."""

    text: Prose | None = None
    """What happened."""

    date: When | None = None
    """The date on which this was true."""

    sources: tuple[Cited, ...] = ()
    """Where this is reported."""


class Claim(Shape):
    """One thing a source claims, in your own words."""

    id: Id
    """A short id, used once in this file, such as f24."""

    para: Title
    """The paragraph it is in."""

    text: Prose
    """What the source claims."""

    voice: Voice = "stated"
    """Whether the source states it as a fact, a judgement or a forecast."""

    quote: Title | None = None
    """A few words quoted exactly from the source, if the wording matters."""

    about: tuple[AnyId, ...] = ()
    """The records it is about."""

    checked: Check | None = None
    """What other sources say about it."""

    asserts: Assertion | None = None
    """A number in its text that is worked out from the records."""

    outcome: Outcome | None = None
    """What became of it, if it is a forecast."""

    renamed_from: tuple[Id, ...] = ()
    """The ids it had before in this file, oldest first. Links to them lead to it."""

    @property
    def has_account(self) -> bool:
        """Whether it says in words what others say or what happened, and does not only cite sources."""
        return bool(self.quote or (self.checked and self.checked.note) or (self.outcome and self.outcome.text))


class Claims(Shape):
    """What one source claims."""

    source: SourceId
    """The source."""

    note: Prose | None = None
    """What readers should know first."""

    remarks: tuple[Statement, ...] = ()
    """What others say is wrong in it."""

    claims: tuple[Claim, ...] = Field(min_length=1)
    """Its claims, in the order of its paragraphs."""
