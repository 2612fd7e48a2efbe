"""What readers ask: each question with its answer, and what in the records the answer rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.records.models.claims import Assertion
from builder.records.models.fields import AnyId, Day, Id, Title, When
from builder.records.models.project import ProjectStatus
from builder.records.models.record import Record
from builder.records.models.shapes import Shape, Statement
from builder.records.models.stage import StageStatus
from builder.records.models.visit import VisitStatus
from builder.records.safe_text import Line


class Ground(Shape):
    """What a record must say for an answer to hold. It is checked, and readers do not see it."""

    record: AnyId | None = None
    """The record. Leave it out for the explainer's own file, `explainer.yml`."""

    status: Literal[StageStatus, VisitStatus, ProjectStatus] | None = None
    """The status that the record must have."""

    date: When | None = None
    """The date that the record must have; beside `says`, the date of the statement."""

    on: Day | None = None
    """The day on which it must have had that status or date, as it was known then."""

    says: Title | None = None
    """Words that some text of the record must hold, to the letter."""

    by: Title | None = None
    """Who must say those words: the id of a party, or a name."""

    para: Title | None = None
    """The paragraph that those words must be about."""

    names: tuple[AnyId, ...] = ()
    """Records that the record must name, in a field or a link."""

    claim: Id | None = None
    """A claim of the source in `record`, such as f24: it is then the claim that must say it."""

    result: (
        Literal["confirmed", "partly", "disputed", "not-found", "came-true", "did-not", "too-early", "not-known"] | None
    ) = None
    """How the check of that claim must have come out or, for a forecast, what became of it."""


class Question(Record):
    """A question that readers ask, with its answer."""

    kind_name = "questions"

    question: Title
    """What they ask, as a heading."""

    answer: tuple[Statement, ...] = Field(min_length=1)
    """The answer, in two or three sentences. Its sources are among those that the records below cite."""

    about: tuple[AnyId, ...] = Field(min_length=1)
    """The records it is about. It stands among the questions about the first one's kind, and links to all of them."""

    rests_on: tuple[Ground, ...] = ()
    """What the records must say for the answer to hold. When they no longer do, the question is named as a problem."""

    asserts: tuple[Assertion, ...] = ()
    """Numbers in the answer that the records can count."""

    @property
    def label(self) -> Line:
        return self.question
