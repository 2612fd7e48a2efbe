"""What a record has to tell, in a sentence: its headline, or what comes nearest to one."""

from __future__ import annotations

from dataclasses import dataclass

from builder.explainer.counting import status_on
from builder.records.models.event import Event
from builder.records.models.record import Record, Titled
from builder.records.models.visit import NEED_REASONS, Visit
from builder.records.safe_text import Citation, Text, first_sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a record has to tell in a sentence, who says so, and its sources."""

    text: Text
    by: str | None
    sources: tuple[Citation, ...]
    support: str | None = None


def finding_of(record: Record) -> Finding | None:
    """The headline of a record or, without one, the first sentence of its summary."""
    text: Text | None = record.headline if isinstance(record, Titled) else None
    if text is None and record.summary:
        text = first_sentence(record.summary)[0]
    return Finding(text=text, by=None, sources=record.sources) if text else None


def as_listed(visit: Visit) -> Visit:
    """A visit without what only its own page shows: a list need not be made again if that changes."""
    lists = ("statements", "disputes", "documents", *(("reasons",) if visit.headline else ()))
    own: dict[str, object] = {name: () for name in lists if getattr(visit, name)}
    if visit.summary and (visit.headline or visit.outcomes):
        own["summary"] = None
    if len(visit.outcomes) > 1 or (visit.headline and visit.outcomes):
        own["outcomes"] = () if visit.headline else visit.outcomes[:1]
    return visit.model_copy(update=own) if own else visit


def came_of(record: Visit | Event) -> Finding | None:
    """What came of a visit or an event: its headline or, without one, the first outcome, the first reason if it
    fell through or was broken off, or its summary."""
    reasons = record.reasons_given if isinstance(record, Visit) and status_on(record) in NEED_REASONS else ()
    statement = next(iter((*record.outcomes, *reasons)), None)
    if record.headline or statement is None:
        return finding_of(record)
    text = first_sentence(statement.text)[0]
    return Finding(text=text, by=statement.by, sources=statement.sources, support=statement.support)
