"""Checks of documents: what parties did with them, and when; and the records that have them among their documents."""

from __future__ import annotations

from collections.abc import Iterator

from builder.dates.edtf_dates import Date
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer, owners
from builder.explainer.views.documents import meet
from builder.problems import Problem
from builder.records.loading import Origin
from builder.records.models.document import JOINING, Act, Document
from builder.records.models.event import Event
from builder.records.models.kinds import SINGULARS
from builder.records.models.shapes import Paper
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.traversal import Path, parts_of

_LEAVING = ("suspended", "withdrew")


def acts_make_sense(explainer: Explainer) -> Iterator[Problem]:
    """Find parties that signed before the document was there, or left it without having joined it."""
    for document in explainer.documents:
        origin = explainer.origins[document.id]
        last: dict[str, Act] = {}
        joined: set[str] = set()
        for index, act in enumerate(document.parties):
            before = last.get(act.party)
            yield from _in_order(document, act, before, origin, ("parties", index))
            if act.did in JOINING:
                joined.add(act.party)
            elif act.did in _LEAVING and act.party not in joined:
                found = f"'{act.party}' {_DID[act.did]}, but nothing says that it joined before"
                hint = "add what it did before, such as 'signed', or write 'did-not-sign'"
                yield origin.problem(("parties", index, "did"), "not-joined", found, hint)
            last[act.party] = act


def _in_order(document: Document, act: Act, before: Act | None, origin: Origin, path: Path) -> Iterator[Problem]:
    date, earlier = document.date_of(act), document.date_of(before) if before else None
    where = (*path, "date") if act.date else path
    if date is None or act.did in ("initialled", "did-not-sign"):
        return
    if date.last < document.date.first:
        found = f"'{act.party}' {_DID[act.did]} on {date}, but the document is of {document.date}"
        yield origin.problem(where, "out-of-order", found, "correct one of the dates")
    elif before and earlier and date.last < earlier.first:
        found = f"'{act.party}' {_DID[act.did]} on {date}, after it {_DID[before.did]} on {earlier}"
        yield origin.problem(where, "out-of-order", found, "put the oldest first, or correct a date")


_DID = {
    "initialled": "initialled it",
    "signed": "signed it",
    "issued": "issued it",
    "adopted": "adopted it",
    "ratified": "ratified it",
    "acceded": "acceded to it",
    "suspended": "suspended it",
    "withdrew": "withdrew from it",
    "did-not-sign": "did not sign it",
}


def papers_fit(explainer: Explainer) -> Iterator[Problem]:
    """Find documents with a record and a title or a date too, and those of a visit or an event on another day."""
    for shape, record, origin in owners(explainer):
        for path, paper in parts_of(shape):
            if not isinstance(paper, Paper) or paper.document is None:
                continue
            for name in ("title", "date"):
                if getattr(paper, name) is not None:
                    found = f"'{name}' is given besides 'document'"
                    yield origin.problem((*path, name), "too-many", found, f"remove '{name}': the record has it")
            document = explainer.document(paper.document)
            if isinstance(record, (Visit, Event)) and not _was_dealt_with(document, record):
                kind, verb = SINGULARS[record.kind_name], "was" if status_on(record) in _HAPPENED else "was to be"
                found = f"'{document.id}' is of {document.date}, but this {kind} {verb} on {record.date}"
                hint = "name it where it was signed, correct a date, or add what a party did with it here"
                yield origin.problem((*path, "document"), "another-day", found, hint)


_HAPPENED = (*TOOK_PLACE, "happened", "met", "missed")


def _was_dealt_with(document: Document, record: Visit | Event) -> bool:
    """Whether a document is of a day of a visit or an event, or something was done with it or happened to it then."""
    steps = (*(document.date_of(act) for act in document.parties), *(entry.date for entry in document.history))
    return any(date is not None and meet(date, record.date) for date in (document.date, *steps))


def documents_after_as_of(explainer: Explainer) -> Iterator[Problem]:
    """Find what parties did with a document after the explainer's day, and documents that were signed after it."""
    as_of = explainer.settings.as_of
    hint = f"the explainer's day is {as_of}: raise 'as_of', or leave this out"
    for document in explainer.documents:
        origin = explainer.origins[document.id]
        dated = [(("parties", index, "date"), act.date) for index, act in enumerate(document.parties) if act.date]
        own: list[tuple[Path, Date]] = (
            [] if status_on(document) in ("draft", "agreed") else [(("date",), document.date)]
        )
        for path, date in (*own, *dated):
            if date.first > as_of.first:
                yield origin.problem(path, "after-as-of", f"{date} is after 'as_of'", hint)
