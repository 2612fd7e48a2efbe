"""The explainer as of an earlier day, without anything that was not known then."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import compress
from typing import Final, TypeVar

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.counting import date_on, status_on
from builder.explainer.linking import Explainer, link
from builder.records.loading import Summaries
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.grounds import Grounded
from builder.records.models.party import Membership
from builder.records.models.project import Part, Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.removed import Removals
from builder.records.models.settings import Settings
from builder.records.models.shapes import Dispute, Paper, Shape
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.term import Term
from builder.records.models.visit import Visit
from builder.records.traversal import citations, reference_fields

S = TypeVar("S", bound=Shape)


class EarlierDays:
    """The explainer as it stood on earlier days, with no more of each record than the pages about these days show.

    What is not in `basis` can make no difference to these pages, and they need not be made again when it changes.
    """

    def __init__(self, summaries: Summaries) -> None:
        self._summaries = summaries

    def on(self, day: datetime.date) -> Explainer:
        """The explainer as it stood on a day."""
        return link(known_on(self._brief, day))

    @property
    def basis(self) -> tuple[Settings, Mapping[str, object]]:
        """All that it is worked out from."""
        found = {
            id: each.issued if isinstance(each, Source) else _without_what_is_not_shown(each)
            for id, each in self._summaries.records.items()
            if not isinstance(each, (Term, Question))
        }
        return self._summaries.settings, found

    @cached_property
    def _brief(self) -> Summaries:
        later, records = dict(self._summaries.later), dict[str, Record]()
        for id, record in self._summaries.records.items():
            if isinstance(record, (Term, Question)):
                later[id] = record  # others may name it, but nothing of it is shown
            elif isinstance(record, Source):
                records[id] = Source.model_construct(id=id, issued=record.issued)
            else:
                records[id] = _without_what_is_not_shown(record)
        return replace(self._summaries, records=records, claims={}, later=later, files={}, warnings=())


_NOT_SHOWN: Final = frozenset(
    ("summary", "statements", "disputes", "reasons", "outcomes", "led_to", "figures", "roles", "reviewed")
)
"""Fields of records that no page about an earlier day shows, and on which no status or date rests."""


def _without_what_is_not_shown(record: Record) -> Record:
    if isinstance(record, (Event, Document)):
        return record  # they are shown among the steps of stages
    own = dict.fromkeys(_NOT_SHOWN & record.model_fields_set)
    left_out = {name: type(record).model_fields[name].get_default() for name in own}
    return record.model_copy(update=left_out) if left_out else record


def known_on(summaries: Summaries, day: datetime.date) -> Summaries:
    """Leave out what was not known on `day`.

    This removes:

    - visits, events, stages, projects and documents of which nothing was known yet, and constraints adopted later
    - what parties did with a document later
    - everything dated later
    - sources published later, their claims, and what rests on them alone
    - summaries and undated statements with any source published later, as they may be written with hindsight
    - the later sources of a record that has others
    - questions of which no answer, or no record they are about, is left
    - what is said about records that were removed later

    A visit or an event has the status and date that were known then. A document that was not signed or issued yet has
    the day on which it became known. A membership that ended on the day or later has not ended.
    """
    later = {id: record for id, record in summaries.records.items() if not _was_known(record, day, summaries.records)}
    snapshot = _Snapshot(day, summaries.records, later)
    trimmed = {id: snapshot.trim_record(record) for id, record in summaries.records.items() if id not in later}
    records = {id: record for id, record in trimmed.items() if not _is_unanswered(record)}
    claims = {id: snapshot.trim(claims) for id, claims in summaries.claims.items() if snapshot.is_published(id)}
    settings = snapshot.trim(summaries.settings).model_copy(update={"as_of": Date.parse(day.isoformat())})
    kept = _without_unused(records, settings, claims)
    known = {*kept, *later}
    removed = (each for each in summaries.removals.removed if each.date.first <= day)
    named = (each if each.see in known else each.model_copy(update={"see": None}) for each in removed)
    removals = Removals(removed=tuple(named))
    return replace(
        summaries, settings=settings, records=kept, claims=claims, later={**summaries.later, **later}, removals=removals
    )


def _was_known(record: Record, day: datetime.date, records: Mapping[str, Record]) -> bool:
    if isinstance(record, Document) and record.date.first <= day:
        return True  # even if its status then is not known
    if isinstance(record, (Stage, Visit, Event, Project, Document)):
        return status_on(record, day, records) is not None
    return not (isinstance(record, Constraint) and record.date.first > day)


def _is_unanswered(record: Record) -> bool:
    return isinstance(record, Question) and not (record.answer and record.about)


class _Snapshot:
    """A day, every record, and the records of which nothing was known yet on that day."""

    def __init__(self, day: datetime.date, records: Mapping[str, Record], later: Mapping[str, Record]) -> None:
        self.day = day
        self.records = records
        self.later = later

    def trim_record(self, record: Record) -> Record:
        trimmed = self.trim(record)
        if isinstance(record, (Visit, Event)) and isinstance(trimmed, (Visit, Event)):
            return trimmed.model_copy(update={"date": date_on(record, self.day) or NOT_KNOWN})
        if isinstance(record, Document) and isinstance(trimmed, Document) and record.date.first > self.day:
            by_now = [act for act in trimmed.parties if act.date]  # the others are of the day of the document
            return trimmed.model_copy(update={"date": record.history[0].date, "parties": tuple(by_now)})
        return trimmed

    def trim(self, shape: S) -> S:
        """Remove what came later."""
        given = [name for name in type(shape).model_fields if name in shape.model_fields_set]
        kept = {name: self._kept(getattr(shape, name), name in reference_fields(type(shape))) for name in given}
        status_differed = False
        if isinstance(shape, (Stage, Visit, Event, Project, Constraint, Document)):
            then = status_on(shape, self.day, self.records)
            status_differed = then != status_on(shape)
            if isinstance(shape, Document) and then is None and "status" in kept:
                kept["status"] = None
        if status_differed and "headline" in kept:
            kept["headline"] = None
        if (status_differed and isinstance(shape, (Visit, Event))) or not all(self._were_published(shape)):
            kept |= {name: None for name in ("summary", "headline") if name in kept}
        if isinstance(shape, Record) and shape.sources:
            kept["sources"] = tuple(compress(shape.sources, self._were_published(shape))) or shape.sources
        if status_differed and isinstance(shape, (Visit, Event)):
            kept |= {name: () for name in ("outcomes", "documents", "reasons") if name in kept}
        if isinstance(shape, Constraint) and "ended_by" in kept and status_on(shape, self.day) != "ended":
            kept["ended_by"] = None
        if isinstance(shape, Membership) and shape.to and shape.to.last >= self.day:
            kept["to"] = None
        if isinstance(shape, Grounded):
            kept |= {name: () for name in Grounded.model_fields if name in kept}  # they are about the current records
        is_same = all(value is getattr(shape, name) for name, value in kept.items())
        return shape if is_same else shape.model_copy(update=kept)

    def _kept(self, value: object, refers: bool) -> object:
        if isinstance(value, tuple):
            known = (item for item in value if self._is_known(item) and not (refers and item in self.later))
            found = tuple(self.trim(item) if isinstance(item, Shape) else item for item in known)
            return value if len(found) == len(value) and all(map(operator.is_, found, value)) else found
        if isinstance(value, Shape):
            return self.trim(value) if self._is_known(value) else None
        return None if refers and value in self.later else value

    def _is_known(self, item: object) -> bool:
        """Whether a part of a record could have been written by the day."""
        if isinstance(item, Paper) and item.document in self.later:
            return False
        if isinstance(item, Dispute):
            return sum(self._is_known(answer) for answer in item.answers) >= 2
        date = _day_known(item)
        if isinstance(date, Date):
            return date.first <= self.day
        cited = self._were_published(item)
        has_text = getattr(item, "text", None) or getattr(item, "note", None)
        return not cited or (all(cited) if has_text else any(cited))

    def _were_published(self, item: object) -> list[bool]:
        """For each source of a part of a record, whether it was published by the day."""
        return [self.is_published(citation.source) for citation in getattr(item, "sources", ())]

    def is_published(self, id: str) -> bool:
        """Whether a source was published by the day, or has no date."""
        source = self.records.get(id)
        return not (isinstance(source, Source) and source.issued and source.issued.first > self.day)


def _day_known(item: object) -> object:
    """The date from which on a part of a record is known, if it has one."""
    if isinstance(item, Part):
        return item.history[0].date if item.history else item.since
    return item.from_ if isinstance(item, Membership) else getattr(item, "date", None)


def _without_unused(
    records: Mapping[str, Record], settings: Settings, claims: Mapping[str, Claims]
) -> dict[str, Record]:
    """Leave out sources that nothing cites any longer."""
    shapes: list[Shape] = [settings, *claims.values(), *records.values()]
    cited = {citation.source for shape in shapes for _, citation in citations(shape)} | set(claims)
    return {id: record for id, record in records.items() if id in cited or not isinstance(record, Source)}
