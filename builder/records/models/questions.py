"""What readers ask: each question, its answer, and what the records must say for the answer to be right."""

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
    """What a record must say for an answer to be right. It is checked, but not shown to readers."""

    record: AnyId | None = None
    """The record. Leave it out for the explainer's own file, `explainer.yml`."""

    status: Literal[StageStatus, VisitStatus, ProjectStatus] | None = None
    """The status the record must have."""

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


class Question(Record):
    """A question that readers ask, with its answer."""

    kind_name = "questions"

    question: Title
    """What they ask. It becomes a heading."""

    answer: tuple[Statement, ...] = Field(min_length=1)
    """The answer, in two or three sentences. Cite only sources that the records in `about` cite."""

    about: tuple[AnyId, ...] = Field(min_length=1)
    """The records it is about. It links to all of them, and is listed under the kind of the first."""

    rests_on: tuple[Ground, ...] = ()
    """What the records must say for the answer to be right. If they no longer say it, that is reported as a problem."""

    asserts: tuple[Assertion, ...] = ()
    """Numbers in the answer that can be counted from the records."""

    @property
    def label(self) -> Line:
        return self.question
