"""What an answer rests on: what records must say for it to be right, and numbers that are worked out from them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.constraint import Cast, ConstraintStatus
from builder.records.models.document import DocumentStatus
from builder.records.models.event import EventKind, EventStatus
from builder.records.models.fields import (
    AnyId,
    ConstraintId,
    Day,
    Id,
    Number,
    OneOrMore,
    PageId,
    PartyId,
    ProjectId,
    Title,
    When,
    Whole,
)
from builder.records.models.project import ProjectStatus
from builder.records.models.shapes import Entry, Shape, Statement
from builder.records.models.stage import StageStatus
from builder.records.models.visit import VisitLevel, VisitStatus


class Ground(Shape):
    """What a record must say for an answer to be right. It is checked, but not shown to readers."""

    record: AnyId | None = None
    """The record. Leave it out for the explainer's own file, `explainer.yml`."""

    status: (
        Literal[StageStatus, VisitStatus, EventStatus, ProjectStatus, ConstraintStatus, DocumentStatus, "not-known"]
        | None
    ) = None
    """The status the record must have; `not-known` with `on`, if nothing was known of it yet on that day."""

    date: When | None = None
    """The date the record must have or, together with `says`, the date of the statement."""

    on: Day | None = None
    """The day on which the record must have had that status or date, as known then."""

    says: Title | None = None
    """Words that must be in a text of the record, exactly like this."""

    by: Title | None = None
    """Who must say those words: the id of a party, or a name."""

    para: Title | None = None
    """The paragraph those words must be about."""

    names: tuple[AnyId, ...] = ()
    """Records that it must name, in a field or a link."""

    claim: Id | None = None
    """A claim of the source in `record`, such as f24. Then the claim must say all this, not the record."""

    result: (
        Literal["confirmed", "partly", "disputed", "not-found", "came-true", "did-not", "too-early", "not-known"] | None
    ) = None
    """The result that claim must have: of its check or, for a forecast, of its outcome."""


class VisitCount(Shape):
    """Which visits are counted."""

    status: OneOrMore[VisitStatus]
    """Their status now. Several statuses go in brackets."""

    level: VisitLevel | None = None
    """How senior the people were."""

    parties: tuple[PartyId, ...] = ()
    """Who took part, all of them. A state or an organisation takes part in the visits of its people too."""


class EventCount(Shape):
    """Which events are counted."""

    kind: OneOrMore[EventKind] = ()
    """What they are. Several kinds go in brackets. Without it, all kinds are counted."""

    status: OneOrMore[EventStatus] = ("happened", "met", "missed")
    """Their status now or, with `until`, on that day. Without it, those to come or cancelled do not count."""

    parties: tuple[PartyId, ...] = ()
    """Who acted, all of them. A state or an organisation acts in the events of its people too."""


class StageCount(Shape):
    """Which stages are counted."""

    status: OneOrMore[StageStatus]
    """Their status now or, with `until`, on that day. Several statuses go in brackets."""


class ProjectCount(Shape):
    """Which projects are counted."""

    status: OneOrMore[ProjectStatus]
    """Their status now or, with `until`, on that day. Several statuses go in brackets."""


class DocumentCount(Shape):
    """Which documents are counted."""

    status: OneOrMore[DocumentStatus]
    """Their status now or, with `until`, on that day. Several statuses go in brackets."""


class StepCount(Shape):
    """Which steps in the history of a record are counted."""

    record: AnyId
    """The stage, visit, event, project, constraint or document."""

    status: OneOrMore[Literal[StageStatus, VisitStatus, EventStatus, ProjectStatus, ConstraintStatus, DocumentStatus]]
    """The status that the step gives. Several statuses go in brackets."""


class VoteCount(Shape):
    """What is counted of a vote."""

    record: ConstraintId
    """The constraint that was voted on."""

    cast: Cast
    """What those who are counted did."""

    by: PartyId | None = None
    """The body that voted, if several did."""


class AddedFigure(Shape):
    """A figure of a project, to add or subtract."""

    record: ProjectId
    """The project."""

    figure: Title
    """The label of the figure. Its value must begin with an exact number, such as 47.9 million dollars."""


COUNTED = ("meetings", "people", "visits", "events", "stages", "projects", "documents", "steps", "votes")
"""The fields of an assertion that say what is counted."""


class Assertion(Shape):
    """A number in a text, which is worked out from the records. One field says what is counted or added."""

    meetings: tuple[PartyId, ...] = Field(default=(), min_length=2, max_length=2)
    """The two people whose meetings are counted."""

    people: PartyId | None = None
    """The person whose partners are counted: everyone that the person met in a visit that counts as a meeting."""

    visits: VisitCount | None = None
    """The visits that are counted."""

    events: EventCount | None = None
    """The events that are counted. `{}` counts all that have happened."""

    stages: StageCount | None = None
    """The stages that are counted."""

    projects: ProjectCount | None = None
    """The projects that are counted."""

    documents: DocumentCount | None = None
    """The documents that are counted."""

    steps: StepCount | None = None
    """The steps of a record that are counted."""

    votes: VoteCount | None = None
    """How a constraint was voted on."""

    figures: tuple[AddedFigure, ...] = ()
    """The figures that are added or, with `difference`, subtracted from the first. All are in the same unit."""

    count: Whole | None = None
    """How many there are. The text must contain this number, in digits or in words, unless it is 0."""

    sum: Number | None = None
    """What the figures add up to, without the unit. The text must contain this number."""

    difference: Number | None = None
    """The first figure minus all others, without the unit. The text must contain this number."""

    until: When | None = None
    """The day up to which they are counted."""


class Grounded(Shape):
    """A text that can say what it rests on."""

    rests_on: tuple[Ground, ...] = ()
    """What the records must say for this to be right. If they no longer say it, that is reported as a problem."""

    asserts: tuple[Assertion, ...] = ()
    """Numbers in the text that are worked out from the records."""


class HomeStatement(Grounded, Statement):
    """A statement of the explainer itself, which can say what it rests on."""


class StoryStep(HomeStatement):
    """A step of the story on the home page: a heading that says what happened, and about two sentences."""

    heading: Title
    """What happened, such as "Spring 2018: the leaders begin to meet"."""

    record: PageId | None = None
    """The record to read on with."""


class HomeEntry(Grounded, Entry):
    """A step in the process as a whole, which can say what it rests on."""
