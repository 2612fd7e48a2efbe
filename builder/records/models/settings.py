"""The explainer itself: its question and answer, its dates and its editors."""

from __future__ import annotations

from pydantic import Field

from builder.records.models.fields import AnyId, Cited, Contact, Day, Id, Language, OneOrMore, Prose, Title
from builder.records.models.grounds import HomeEntry, HomeStatement, StoryStep
from builder.records.models.shapes import Dispute, Paper, Shape
from builder.records.models.visit import VisitLevel
from builder.records.safe_text import Line


class Moment(Shape):
    """A day worth looking back to."""

    id: Id
    """Its id, which is part of its address."""

    date: Day
    """The day."""

    title: Title
    """Its title."""

    renamed_from: tuple[Id, ...] = ()
    """The ids it had before, oldest first. Their addresses lead to it."""


class Correction(Shape):
    """Something that the explainer got wrong, and when it was corrected."""

    date: Day
    """When it was corrected."""

    text: Prose
    """What was wrong, and what is right."""

    about: tuple[AnyId, ...] = ()
    """The records it is about."""


class Settings(Shape):
    """The explainer itself: what it asks, what it answers and who makes it."""

    title: Title
    """Its title."""

    question: Title
    """The question it answers."""

    kicker: Title | None = None
    """A few words above the question on the home page: what this is about, and which years. Without it, its title."""

    lead: HomeStatement | None = None
    """The answer in at most 45 words. The first sentence is the verdict, and `asserts` has the numbers.

    Without it, the first sentence of the answer comes first.
    """

    answer: tuple[HomeStatement, ...] = Field(min_length=1)
    """The answer: one or two dated sentences."""

    story: tuple[StoryStep, ...] = ()
    """The story in about six steps, oldest first."""

    as_of: Day
    """The last day it covers."""

    background: tuple[HomeStatement, ...] = Field(min_length=1)
    """The background, for readers who are new to the subject. Each statement is a paragraph."""

    sources: tuple[Cited, ...] = ()
    """The sources it starts from."""

    statements: tuple[HomeStatement, ...] = ()
    """Other statements about the process as a whole."""

    history: tuple[HomeEntry, ...] = ()
    """Steps in the process as a whole, oldest first."""

    documents: tuple[Paper, ...] = ()
    """Documents about the process as a whole."""

    disputes: tuple[Dispute, ...] = ()
    """Questions on which the sources differ."""

    editors: tuple[Title, ...] = Field(min_length=1)
    """Who makes it."""

    contact: Contact
    """How to reach the editors: a web address, or mailto: and an e-mail address."""

    licence: Title
    """The licence of its text and data."""

    language: Language = Line("en")
    """The language it is written in, as a code such as en or en-GB."""

    languages: tuple[Language, ...] = ()
    """The other languages that it is translated into, in brackets, such as [ru, ko]."""

    words: dict[str, Title] = Field(default_factory=dict)
    """Words on the site that you want to replace, such as `kinds.visits: Meetings`."""

    key: Title | None = None
    """What makes the ids in feeds and calendars its own: any text that never changes. Without it, that is the title."""

    moments: tuple[Moment, ...] = ()
    """Days worth looking back to."""

    counts: OneOrMore[VisitLevel] = ("leaders",)
    """The levels of visits that count as meetings. Several levels go in brackets, such as `[leaders, high]`."""

    counting_rule: Prose | None = None
    """How meetings are counted, if the site's own wording does not fit."""

    review_after: Day | None = None
    """The day after which it counts as out of date."""

    corrections: tuple[Correction, ...] = ()
    """Its corrections, newest first."""

    @property
    def only_leaders_meet(self) -> bool:
        """Whether only visits of leaders count as meetings."""
        return set(self.counts) == {"leaders"}
