"""The explainer as it could have been written on an earlier day: nothing in it that was not known then."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from itertools import compress
from typing import TypeVar

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.counting import date_on, status_on
from builder.records.loading import Summaries
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Dispute, Shape
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.traversal import citations, reference_fields

S = TypeVar("S", bound=Shape)


def remember(summaries: Summaries, day: datetime.date) -> Summaries:
    """Leave out what was not known on `day`.

    Gone are visits, stages and projects nothing was known of, constraints adopted later, what is dated later, and
    whatever rests on sources published later alone; so are the claims of such a source. A visit stands as it stood,
    with the date it was expected on. Summaries and undated statements go where any of their sources is later: they
    would speak from hindsight. The later sources of a record go too, where it has others. A question goes with all of
    its answer, or with all that it is about.
    """
    later = {id: record for id, record in summaries.records.items() if not _was_known(record, day)}
    memory = _Memory(day, summaries.records, later)
    remembered = {id: memory.of_record(record) for id, record in summaries.records.items() if id not in later}
    records = {id: record for id, record in remembered.items() if not _is_unanswered(record)}
    claims = {id: memory.trimmed(claims) for id, claims in summaries.claims.items() if memory.is_published(id)}
    settings = memory.trimmed(summaries.settings).model_copy(update={"as_of": Date.parse(day.isoformat())})
    kept = _without_unused(records, settings, claims)
    return replace(summaries, settings=settings, records=kept, claims=claims, later=later)


def _was_known(record: Record, day: datetime.date) -> bool:
    if isinstance(record, (Stage, Visit, Project)):
        return status_on(record, day) is not None
    return not (isinstance(record, Constraint) and record.date.first > day)


def _is_unanswered(record: Record) -> bool:
    return isinstance(record, Question) and not (record.answer and record.about)


class _Memory:
    """What is known of a day: which records are later, and when each source was published."""

    def __init__(self, day: datetime.date, records: Mapping[str, Record], later: Mapping[str, Record]) -> None:
        self.day = day
        self.records = records
        self.later = later

    def of_record(self, record: Record) -> Record:
        trimmed = self.trimmed(record)
        if isinstance(record, Visit) and isinstance(trimmed, Visit):
            return trimmed.model_copy(update={"date": date_on(record, self.day) or NOT_KNOWN})
        if isinstance(trimmed, Question):
            return trimmed.model_copy(update={"rests_on": (), "asserts": ()})  # they speak of the records of now
        return trimmed

    def trimmed(self, shape: S) -> S:
        """The shape without what came later."""
        written = [name for name in type(shape).model_fields if name in shape.model_fields_set]
        kept = {name: self._kept(getattr(shape, name), name in reference_fields(type(shape))) for name in written}
        stood_otherwise = isinstance(shape, Visit) and status_on(shape, self.day) != status_on(shape)
        if stood_otherwise or not all(self._were_published(shape)):
            kept |= {name: None for name in ("summary",) if name in kept}
        if isinstance(shape, Record) and shape.sources:
            kept["sources"] = tuple(compress(shape.sources, self._were_published(shape))) or shape.sources
        if stood_otherwise:
            kept |= {name: () for name in ("outcomes", "documents", "reasons") if name in kept}
        return shape.model_copy(update=kept)

    def _kept(self, value: object, refers: bool) -> object:
        if isinstance(value, tuple):
            known = (item for item in value if self._is_known(item) and not (refers and item in self.later))
            return tuple(self.trimmed(item) if isinstance(item, Shape) else item for item in known)
        if isinstance(value, Shape):
            return self.trimmed(value) if self._is_known(value) else None
        return None if refers and value in self.later else value

    def _is_known(self, item: object) -> bool:
        """Whether a part of a record could have stood there on the day."""
        if isinstance(item, Dispute):
            return sum(self._is_known(answer) for answer in item.answers) >= 2
        date = getattr(item, "date", None)
        if isinstance(date, Date):
            return date.first <= self.day
        cited = self._were_published(item)
        speaks = getattr(item, "text", None) or getattr(item, "note", None)
        return not cited or (all(cited) if speaks else any(cited))

    def _were_published(self, item: object) -> list[bool]:
        """Of each of the sources of a part of a record, whether it could be read on the day."""
        return [self.is_published(citation.source) for citation in getattr(item, "sources", ())]

    def is_published(self, id: str) -> bool:
        """Whether a source could be read on the day."""
        source = self.records.get(id)
        return not (isinstance(source, Source) and source.issued and source.issued.first > self.day)


def _without_unused(
    records: Mapping[str, Record], settings: Settings, claims: Mapping[str, Claims]
) -> dict[str, Record]:
    """Leave out sources that nothing cites any more."""
    shapes: list[Shape] = [settings, *claims.values(), *records.values()]
    cited = {citation.source for shape in shapes for _, citation in citations(shape)} | set(claims)
    return {id: record for id, record in records.items() if id in cited or not isinstance(record, Source)}
