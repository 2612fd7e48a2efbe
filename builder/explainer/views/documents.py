"""Who takes part in a document, and what each party did with it; which documents a party took part in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from builder.dates.edtf_dates import Date
from builder.explainer.linking import Explainer
from builder.records.models.constraint import Constraint
from builder.records.models.document import JOINING, Act, Deed, Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Citation

Standing = Literal["joined", "suspended", "initialled", "outside", "left"]

STANDINGS: Final[tuple[Standing, ...]] = ("joined", "suspended", "initialled", "outside", "left")
"""How a party stands to a document, in the order in which a page shows them."""

_STANDING_AFTER: dict[Deed, Standing] = {
    **dict.fromkeys(JOINING, "joined"),
    "suspended": "suspended",
    "initialled": "initialled",
    "did-not-sign": "outside",
    "withdrew": "left",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedAct:
    """What a party did with a document, and when, if that is known."""

    act: Act
    date: Date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A party to a document, how it stands to it now, and what it did, oldest first."""

    party: Party
    standing: Standing
    acts: tuple[DatedAct, ...]


def participants(explainer: Explainer, document: Document) -> tuple[Participant, ...]:
    """The parties to a document by how they stand to it, and then in the order in which the document has them."""
    acts: dict[str, list[DatedAct]] = {}
    for act in document.parties:
        acts.setdefault(act.party, []).append(DatedAct(act=act, date=document.date_of(act)))
    found = [
        Participant(party=explainer.party(id), standing=_STANDING_AFTER[each[-1].act.did], acts=tuple(each))
        for id, each in acts.items()
    ]
    return tuple(sorted(found, key=lambda each: STANDINGS.index(each.standing)))


def by_standing(found: Iterable[Participant]) -> dict[Standing, tuple[Party, ...]]:
    """The parties to a document by how they stand to it, without empty groups."""
    groups: dict[Standing, list[Party]] = {}
    for each in found:
        groups.setdefault(each.standing, []).append(each.party)
    return {standing: tuple(parties) for standing, parties in groups.items()}


def heading_of_signers(document: Document) -> str:
    """The name of the heading above the parties: who signed it, perhaps with who did not, who adopted or issued it."""
    done = {act.did for act in document.parties} - {"suspended", "withdrew"}
    if "did-not-sign" in done:
        return "acts"
    if done <= {"adopted"}:
        return "adopted_by"
    return "issued_by" if done <= {"issued", "adopted"} else "signed_by"


@dataclass(frozen=True, kw_only=True, slots=True)
class Involvement:
    """A document, and what a party did with it, or a person for one."""

    document: Document
    acts: tuple[DatedAct, ...]


def involvements(explainer: Explainer, party: Party) -> tuple[Involvement, ...]:
    """The documents with which a party did something, or a person for it, oldest first."""
    return tuple(
        Involvement(
            document=document,
            acts=tuple(
                DatedAct(act=act, date=document.date_of(act))
                for act in document.parties
                if party.id in (act.party, act.through)
            ),
        )
        for document in explainer.naming(party.id, Document, "parties")
    )


Done = tuple[Deed, tuple[str, ...]]
"""One thing that parties did, and the ids of those who did it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """What parties did with a document on one day; on its own day, perhaps nothing that is known.

    `sources` are those that the acts themselves cite.

    `at` is the id of the visit or the event at which they did so, if one on that day has it among its documents.
    """

    document: Document
    date: Date
    done: tuple[Done, ...]
    sources: tuple[Citation, ...]
    at: str | None

    @property
    def is_first(self) -> bool:
        """Whether it is the day of the document itself."""
        return self.date == self.document.date


def signings(explainer: Explainer, is_on: Callable[[Date, Visit | Event], bool]) -> tuple[Signing, ...]:
    """The days of all documents, and those on which parties did something with them. `is_on` tells whether a day is
    one of a visit or an event.
    """
    at: dict[str, list[Visit | Event]] = {}
    dated: tuple[Visit | Event, ...] = (*explainer.visits, *explainer.events)
    for record in dated:
        for paper in record.documents:
            if paper.document:
                at.setdefault(paper.document, []).append(record)
    return tuple(
        Signing(
            document=document,
            date=date,
            done=done,
            sources=tuple(dict.fromkeys(each for act in acts for each in act.sources)),
            at=next((record.id for record in at.get(document.id, ()) if is_on(date, record)), None),
        )
        for document in explainer.documents
        for date, acts, done in _done_by_day(document)
    )


def _done_by_day(document: Document) -> Iterator[tuple[Date, list[Act], tuple[Done, ...]]]:
    days: dict[Date, list[Act]] = {document.date: []}
    for act in document.parties:
        if date := document.date_of(act):
            days.setdefault(date, []).append(act)
    for date, acts in days.items():
        parties: dict[Deed, dict[str, None]] = {}
        for act in acts:
            parties.setdefault(act.did, {})[act.party] = None
        yield date, acts, tuple((did, tuple(ids)) for did, ids in parties.items())


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """Records that have a document among their documents: signed_at for visits on its day, or the name of a kind."""

    name: str
    records: tuple[Record, ...]


_NAMED_BY: tuple[type[Event | Stage | Project | Constraint], ...] = (Event, Stage, Project, Constraint)


def relations(explainer: Explainer, document: Document) -> tuple[Relation, ...]:
    """The records that have a document among their documents."""
    visits = explainer.naming(document.id, Visit, "documents")
    on_its_day = [visit for visit in visits if meet(document.date, visit.date)]
    found: list[tuple[str, Sequence[Record]]] = [
        ("signed_at", on_its_day),
        ("visits", [visit for visit in visits if visit not in on_its_day]),
        *((kind.kind_name, explainer.naming(document.id, kind, "documents")) for kind in _NAMED_BY),
    ]
    return tuple(Relation(name=name, records=tuple(records)) for name, records in found if records)


def meet(one: Date, other: Date) -> bool:
    """Whether two dates have a day in common."""
    return one.first <= other.last and other.first <= one.last
