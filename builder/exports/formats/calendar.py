"""The calendar of visits, events and what became of documents."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.dates.edtf_dates import Date
from builder.explainer.addresses import address_of, on_the_web
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports.lasting_ids import lasting_id
from builder.records.models.document import Document
from builder.records.models.event import AHEAD
from builder.records.models.event import Event as EventRecord
from builder.records.models.visit import TOOK_PLACE, Visit

if TYPE_CHECKING:
    from icalendar import Event


def calendar(explainer: Explainer, entries: Iterable[CalendarEntry]) -> bytes:
    """Write entries as iCalendar (RFC 5545)."""
    from icalendar import Calendar

    result = Calendar()
    result.add("prodid", "-//explainer//visits//EN")
    result.add("version", "2.0")
    result.add("name", explainer.settings.title)
    result.add("x-wr-calname", explainer.settings.title)
    for entry in entries:
        result.add_component(_written_entry(entry))
    written: bytes = result.to_ical()
    return written


_CALENDAR_STATUS: dict[str, str] = {
    **dict.fromkeys(TOOK_PLACE, "CONFIRMED"),
    "planned": "TENTATIVE",
    "cancelled": "CANCELLED",
    "lapsed": "CANCELLED",
}


def _has_days(date: Date) -> bool:
    return bool(date.ends) and all(end.kind == "day" and not end.qualifier for end in date.ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """What the calendar says of a visit, an event or a day of a document."""

    uid: str
    known: datetime.date
    date: Date
    summary: str
    status: str
    category: str
    location: str
    description: str | None
    url: str | None
    part_of: str | None
    """The uid of the visit that it is a part of, if that is in the calendar."""


def calendar_entries(
    explainer: Explainer, words: Words, site: str, here: Callable[[str], str]
) -> Iterator[CalendarEntry]:
    """Yield the held, planned, cancelled and lapsed visits, all events, and the days on which documents were signed,
    came into force or ended, if these days are known.

    `here` gives for a page the one in the language of the words.
    """

    def address(record: Visit | EventRecord | Document) -> str | None:
        return on_the_web(here(address_of(record) or ""), site) if site else None

    for visit in explainer.visits:
        status = _CALENDAR_STATUS.get(status_on(visit) or "")
        if status and _has_days(visit.date):
            yield _of_visit(visit, status, explainer, words, address(visit))
    for event in explainer.events:
        if _has_days(event.date):
            yield _of_event(event, explainer, words, address(event))
    for document in explainer.documents:
        for date, phrases in _days_of(document).items():
            if _has_days(date):
                yield _of_document(document, date, phrases, explainer, words, address(document))


def _of_visit(visit: Visit, status: str, explainer: Explainer, words: Words, url: str | None) -> CalendarEntry:
    places = [str(explainer.label(place)) for place in visit.all_places]
    where = [*([str(visit.venue)] if visit.venue else []), *places]
    return _entry(visit, status, words(f"level.{visit.level}").unescape(), where, explainer, url)


def _of_event(event: EventRecord, explainer: Explainer, words: Words, url: str | None) -> CalendarEntry:
    now = status_on(event)
    status = "TENTATIVE" if now in AHEAD else "CANCELLED" if now == "cancelled" else "CONFIRMED"
    where = [str(explainer.label(event.place))] if event.place else []
    return _entry(event, status, words(f"event.{event.kind}").unescape(), where, explainer, url)


_DONE = ("signed", "issued", "adopted")
_BECAME = ("signed", "issued", "in-force", "suspended", "superseded", "expired", "ended")
"""What parties did with a document, and what became of it, that the calendar has."""

_NEVER_SIGNED = ("draft", "agreed", "abandoned")


def _days_of(document: Document) -> dict[Date, tuple[str, ...]]:
    """The days on which a document was signed or issued, came into force or ended, each with what happened, by its name
    in the site's phrases. If nothing says who signed it, nothing is said of its own day.
    """
    found: dict[Date, dict[str, str]] = {}
    for act in document.parties:
        if act.did in _DONE and (date := document.date_of(act)):
            found.setdefault(date, {})[act.did] = f"act.{act.did}"
    for entry in document.history:
        if entry.status in _BECAME:
            found.setdefault(entry.date, {}).setdefault(entry.status, f"status.{entry.status}")
    if status_on(document) not in _NEVER_SIGNED:
        found.setdefault(document.date, {})
    return {date: tuple(phrases.values()) for date, phrases in sorted(found.items())}


def _of_document(
    document: Document, date: Date, phrases: Iterable[str], explainer: Explainer, words: Words, url: str | None
) -> CalendarEntry:
    changes = ", ".join(words(phrase).unescape() for phrase in phrases)
    return CalendarEntry(
        uid=str(lasting_id(f"documents/{document.first_id}/{date}", explainer)),
        known=date.first,
        date=date,
        summary=f"{document.title}: {changes}" if changes else document.title,
        status="CONFIRMED",
        category=words("timeline.documents").unescape(),
        location="",
        description=explainer.plain(document.summary) if document.summary else None,
        url=url,
        part_of=None,
    )


def _entry(
    record: Visit | EventRecord, status: str, category: str, where: list[str], explainer: Explainer, url: str | None
) -> CalendarEntry:
    return CalendarEntry(
        uid=str(lasting_id(f"{record.kind_name}/{record.first_id}/", explainer)),
        known=max((entry.date.first for entry in record.history), default=record.date.first),
        date=record.date,
        summary=record.title,
        status=status,
        category=category,
        location=", ".join(where),
        description=explainer.plain(record.summary) if record.summary else None,
        url=url,
        part_of=_uid_of_whole(record, explainer) if isinstance(record, Visit) else None,
    )


def _uid_of_whole(visit: Visit, explainer: Explainer) -> str | None:
    whole = explainer.records[visit.part_of] if visit.part_of else None
    if not isinstance(whole, Visit) or status_on(whole) not in _CALENDAR_STATUS or not _has_days(whole.date):
        return None
    return str(lasting_id(f"visits/{whole.first_id}/", explainer))


def _written_entry(entry: CalendarEntry) -> Event:
    from icalendar import Event

    event, date = Event(), entry.date
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime.datetime.combine(entry.known, datetime.time(), datetime.UTC))
    event.add("dtstart", date.first)
    if date.last < datetime.date.max:
        event.add("dtend", date.last + datetime.timedelta(days=1))
    else:  # the day after the last possible date can't be written
        event.add("duration", date.last - date.first + datetime.timedelta(days=1))
    if entry.part_of:
        event.add("related-to", entry.part_of)  # RELTYPE=PARENT, the default
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.category])
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    return event
