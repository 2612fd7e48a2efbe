"""The explainer itself: what it asks and answers, its days, its makers."""

from __future__ import annotations

from pydantic import Field

from builder.records.models.fields import AnyId, Cited, Contact, Day, Id, Language, Prose, Title
from builder.records.models.shapes import Dispute, Entry, Paper, Shape, Statement
from builder.records.safe_text import Line


class Moment(Shape):
    """A day worth looking back to."""

    id: Id
    """Its address."""

    date: Day
    """The day."""

    title: Title
    """What it is called."""


class Correction(Shape):
    """Something the explainer said wrongly, and when it was put right."""

    date: Day
    """When it was put right."""

    text: Prose
    """What was wrong and what is right."""

    about: tuple[AnyId, ...] = ()
    """The records concerned."""


class Settings(Shape):
    """The explainer itself: what it asks, what it answers, who makes it."""

    title: Title
    """What it is called."""

    question: Title
    """The question it answers."""

    answer: tuple[Statement, ...] = Field(min_length=1)
    """The answer: a dated sentence or two."""

    as_of: Day
    """The last day it speaks for."""

    background: tuple[Statement, ...] = Field(min_length=1)
    """The matter for someone who knows nothing of it: a paragraph each, with its sources."""

    sources: tuple[Cited, ...] = ()
    """What the explainer starts from."""

    statements: tuple[Statement, ...] = ()
    """What else is to be said of the process as a whole."""

    history: tuple[Entry, ...] = ()
    """Steps of the process as a whole, oldest first."""

    documents: tuple[Paper, ...] = ()
    """Documents of the process as a whole."""

    disputes: tuple[Dispute, ...] = ()
    """Questions on which the sources differ."""

    editors: tuple[Title, ...] = Field(min_length=1)
    """Who makes it."""

    contact: Contact
    """Where to write to them: a web address, or mailto: and an address."""

    licence: Title
    """The licence of its text and data."""

    language: Language = Line("en")
    """The language it is written in, as a code such as en or en-GB."""

    words: dict[str, Title] = Field(default_factory=dict)
    """Words of the site to say otherwise, such as `kinds.visits: Meetings`."""

    moments: tuple[Moment, ...] = ()
    """Days worth looking back to."""

    counting_rule: Prose | None = None
    """How meetings are counted, where the site's own wording does not fit."""

    review_after: Day | None = None
    """The day after which it counts as out of date."""

    corrections: tuple[Correction, ...] = ()
    """What was put right, newest first."""
