"""What readers ask: each question with its answer, and what the answer rests on."""

from __future__ import annotations

from pydantic import Field

from builder.records.models.fields import AnyId, Title, Yes
from builder.records.models.grounds import Grounded
from builder.records.models.record import Record
from builder.records.models.shapes import Statement
from builder.records.safe_text import Line


class Question(Grounded, Record):
    """A question that readers ask, with its answer."""

    kind_name = "questions"

    question: Title
    """What they ask. It becomes a heading."""

    answer: tuple[Statement, ...] = Field(min_length=1)
    """The answer, in two or three sentences. Cite only sources that the records in `about` cite."""

    about: tuple[AnyId, ...] = Field(min_length=1)
    """The records it is about. It links to all of them, and is listed under the kind of the first."""

    home: Yes = False
    """`true` puts it on the home page, which has room for eight. Without any, the first eight are there."""

    @property
    def label(self) -> Line:
        return self.question
