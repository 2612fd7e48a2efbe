"""What is worked out from the records: the status of each on a day, and who met whom how often."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, product, zip_longest
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

from builder.dates.edtf_dates import Date
from builder.explainer.linking import Explainer
from builder.records.models.constraint import HOLDING, Constraint, Provision
from builder.records.models.document import AT_FIRST, Document
from builder.records.models.event import Event
from builder.records.models.project import Obstacle, Part, Project
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.models.stage import Stage, StageEntry
from builder.records.models.visit import TOOK_PLACE, Visit

Pair = tuple[str, str]
"""The ids of two people, in alphabetical order."""


Effect = Literal["now", "before", "later"]
"""When a constraint holds projects back: now; before, but not now; or later, as it never was in force."""


def status_on(
    record: Stage | Visit | Event | Project | Part | Constraint | Document,
    day: datetime.date | None = None,
    records: Mapping[str, Record] = MappingProxyType({}),
) -> str | None:
    """The status of a record or a part of a project, now or on `day`; None if it was not known yet.

    It is the last status in the history up to that day. A constraint is in force, and an event has happened, from its
    own day on until its history says otherwise. Where no step gives the status, that of a visit is known from its own
    day on, as is that of a document if it got it on that day. Any other may have come at any time: it is known once all
    its sources, which are looked up in `records`, have been published. What has not begun had not begun before.
    """
    if isinstance(record, (Constraint, Event)):
        found = [entry.status for entry in record.history if entry.status and (day is None or entry.date.first <= day)]
        begun = day is None or record.date.first <= day
        own = "in-force" if isinstance(record, Constraint) else record.status or "happened"
        return found[-1] if found else own if begun else None
    if record.status:
        return record.status if day is None or _is_known_on(record, day, records) else None
    known = [entry.status for entry in record.history if entry.status and (day is None or entry.date.first <= day)]
    return known[-1] if known else None


def _is_known_on(
    record: Stage | Visit | Project | Part | Document, day: datetime.date, records: Mapping[str, Record]
) -> bool:
    """Whether a status that no step gives was known on a day."""
    if isinstance(record, (Visit, Document)) and record.date.first > day:
        return False
    if isinstance(record, Visit) or record.status in (AT_FIRST if isinstance(record, Document) else ("not-begun",)):
        return True
    issued = (source.issued for each in record.sources if isinstance(source := records.get(each.source), Source))
    return all(date.first <= day for date in issued if date)


def effect_of(constraint: Constraint) -> Effect:
    """When a constraint holds projects back. It held them back before if it was in force before."""
    if status_on(constraint) in HOLDING:
        return "now"
    changes = [entry for entry in constraint.history if entry.status]
    was_in_force = changes[0].date.first > constraint.date.first or any(each.status in HOLDING for each in changes)
    return "before" if was_in_force else "later"


def holding_back(explainer: Explainer, project: Project) -> tuple[Obstacle, ...]:
    """The obstacles that hold a project back now: not those whose constraint or paragraph is not in force."""
    return tuple(
        obstacle
        for obstacle in project.obstacles
        if obstacle.constraint is None or _holds_back(explainer.constraint(obstacle.constraint), obstacle)
    )


def _holds_back(constraint: Constraint, obstacle: Obstacle) -> bool:
    return effect_of(constraint) == "now" and not is_lifted(obstacle, lifted(constraint))


def lifted(constraint: Constraint) -> frozenset[str]:
    """The paragraphs of a constraint that are lifted while the rest of it is in force, as `paragraphs_of` gives them.

    Those are the ones that the last steps name, back to the last step that gave another status than `partly-lifted`.
    """
    found: frozenset[str] = frozenset()
    for entry in constraint.history:
        if entry.status == "partly-lifted":
            found |= paragraphs_in(entry.paragraphs)
        elif entry.status:
            found = frozenset()
    return found


def is_lifted(statement: Provision | Obstacle, paragraphs: frozenset[str]) -> bool:
    """Whether all paragraphs of a statement are among some. If no paragraph is known, it is not."""
    own = paragraphs_of(statement.para)
    return bool(own) and own <= paragraphs


def paragraphs_in(paras: Sequence[str]) -> frozenset[str]:
    """The paragraphs that several texts name."""
    return frozenset[str]().union(*map(paragraphs_of, paras))


def paragraphs_of(para: str | None) -> frozenset[str]:
    """The numbers of the paragraphs, or what stands in place of a number, such as `Annex A`."""
    return frozenset(re.findall(r"(?<![\w.(])\d+", para or "") or ([str(para)] if para else ()))


def turns(stage: Stage) -> tuple[StageEntry, ...]:
    """The steps of a stage that changed its status, and its last step, oldest first."""
    last = len(stage.history) - 1
    return tuple(entry for index, entry in enumerate(stage.history) if entry.status or index == last)


def date_on(record: Visit | Event, day: datetime.date | None = None) -> Date | None:
    """The date of a visit or an event as known on `day`: its own from that date on, before that the last one expected.

    Without a history, it always has its own date. None if no date was known yet.
    """
    if day is None or record.date.first <= day or not record.history:
        return record.date
    expected = [entry.expected for entry in record.history if entry.expected and entry.date.first <= day]
    return expected[-1] if expected else None


def meetings(explainer: Explainer, until: datetime.date | None = None) -> dict[Pair, tuple[Visit, ...]]:
    """The meetings of each pair, oldest first, up to and including `until`.

    Each visit that took place, if only in part, at a level that counts, which is that of leaders unless the settings
    differ, counts once for each two of its parties who are people on different sides. People who were only present do
    not count. Nor does a visit for two people who met in a part of it, which counts instead. The pair with the most
    meetings comes first.
    """
    counted = ((pair, counted_once(explainer, visits)) for pair, visits in _met(explainer, until).items())
    return dict(sorted(counted, key=lambda item: (-len(item[1]), item[0])))


def _met(explainer: Explainer, until: datetime.date | None = None) -> dict[Pair, list[Visit]]:
    """The visits in which each two people met, with those that only their parts count for."""
    found: dict[Pair, list[Visit]] = defaultdict(list)
    for visit in explainer.visits:
        if (
            not is_counted(explainer, visit)
            or status_on(visit) not in TOOK_PLACE
            or (until and visit.date.first > until)
        ):
            continue
        for pair in pairs(explainer, visit):
            found[pair].append(visit)
    return found


class _MayBePart(Protocol):
    """A visit, or what a drawing shows of one."""

    @property
    def id(self) -> str: ...

    @property
    def part_of(self) -> str | None: ...


P = TypeVar("P", bound=_MayBePart)


def counted_once(explainer: Explainer, visits: Sequence[P]) -> tuple[P, ...]:
    """Those of some visits that count: not one of which a part, or a part of a part, is among them."""
    wholes: set[str] = set()
    for visit in visits:
        above = visit.part_of
        while above and above not in wholes:
            wholes.add(above)
            whole = explainer.records.get(above)
            above = whole.part_of if isinstance(whole, Visit) else None
    return tuple(visit for visit in visits if visit.id not in wholes) if wholes else tuple(visits)


def is_counted(explainer: Explainer, visit: Visit) -> bool:
    """Whether a visit is at a level at which people count as having met."""
    return visit.level in explainer.settings.counts


def pairs(explainer: Explainer, visit: Visit) -> Iterator[Pair]:
    """Every two people on different sides who met in a visit, or were to meet.

    The sides are those of the visit or, if it gives none, those that people belong to.
    """
    at_table = {id: frozenset((str(number),)) for number, side in enumerate(visit.sides) for id in side.parties}
    sides = at_table or explainer.sides
    people = sorted({id for id in visit.parties if explainer.party(id).kind == "person"})
    for one, other in combinations(people, 2):
        if not sides[one] & sides[other]:
            yield one, other


class Tally:
    """Counts records up to a day. All records are gone through once, however much is asked."""

    def __init__(self, explainer: Explainer) -> None:
        self.explainer = explainer
        self._with_status: dict[tuple[str, datetime.date | None], dict[str, list[Stage | Project | Document]]] = {}

    def meetings(self, one: str, other: str, until: datetime.date | None = None) -> Sequence[Visit]:
        """The meetings of two people, oldest first."""
        met = _up_to(until, self._meetings.get((min(one, other), max(one, other)), ()))
        return counted_once(self.explainer, met)

    def people_met(self, person: str, until: datetime.date | None = None) -> tuple[str, ...]:
        """The ids of everyone that a person met in a visit that counts as a meeting, in alphabetical order."""
        met = self._met_by.get(person, ())
        return tuple(sorted(other for other in met if self.meetings(person, other, until)))

    def visits(
        self, statuses: Sequence[str], level: str | None, parties: Sequence[str], until: datetime.date | None = None
    ) -> Sequence[Visit]:
        """The visits with one of these statuses in which all of these parties took part, in the order of the statuses.

        A state or an organisation takes part in the visits of its people too. A visit is left out if a part of it is
        among them.
        """
        first, others = (parties[0], set(parties[1:])) if parties else (None, set())
        found = (_up_to(until, self._visits.get((status, level, first), ())) for status in dict.fromkeys(statuses))
        visits = list(chain.from_iterable(found))
        fitting = [visit for visit in visits if others <= self._took_part(visit)] if others else visits
        return counted_once(self.explainer, fitting)

    def events(
        self,
        kinds: Sequence[str],
        statuses: Sequence[str],
        parties: Sequence[str],
        until: datetime.date | None = None,
    ) -> Sequence[Event]:
        """The events of these kinds, or of any if none is given, with one of these statuses, in which all of these
        parties acted, in the order of the statuses.

        A state or an organisation acts in the events of its people too.
        """
        day = until or datetime.date.max
        first, others = (parties[0], set(parties[1:])) if parties else (None, set())
        found: list[Event] = []
        for status in dict.fromkeys(statuses):
            for kind in dict.fromkeys(kinds) or (None,):
                lasting, passing = self._events.get((status, kind, first), ([], []))
                found += (event for _, event in lasting[: bisect_right(lasting, day, key=itemgetter(0))])
                found += (event for begins, ends, event in passing if begins <= day < ends)
        return [event for event in found if others <= self._acted(event)] if others else found

    def with_status(
        self, kind: type[Stage | Project | Document], statuses: Sequence[str], until: datetime.date | None = None
    ) -> Sequence[Stage | Project | Document]:
        """The stages, projects or documents with one of these statuses, now or on a day, in the order of these."""
        by_status = self._with_status.get((kind.kind_name, until))
        if by_status is None:
            by_status = self._with_status[kind.kind_name, until] = defaultdict(list)
            records: Sequence[Stage | Project | Document] = getattr(self.explainer, kind.kind_name)
            for record in records:
                if status := status_on(record, until, self.explainer.records):
                    by_status[status].append(record)
        return list(chain.from_iterable(by_status.get(status, ()) for status in dict.fromkeys(statuses)))

    @cached_property
    def _meetings(self) -> dict[Pair, list[Visit]]:
        return _met(self.explainer)

    @cached_property
    def _met_by(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for one, other in self._meetings:
            found[one].append(other)
            found[other].append(one)
        return found

    @cached_property
    def _visits(self) -> dict[tuple[str | None, str | None, str | None], list[Visit]]:
        """The visits by status, level and party, and by any level or any party."""
        found: dict[tuple[str | None, str | None, str | None], list[Visit]] = defaultdict(list)
        for visit in self.explainer.visits:
            for level in (visit.level, None):
                for party in (*self._took_part(visit), None):
                    found[status_on(visit), level, party].append(visit)
        return found

    @cached_property
    def _events(self) -> dict[tuple[str, str | None, str | None], tuple[list[_Lasting], list[_Passing]]]:
        """The events by status, kind and party, and by any kind or any party: those that kept the status, each with
        the day on which it had it first, in order; and those that had it for some days.
        """
        found: dict[tuple[str, str | None, str | None], tuple[list[_Lasting], list[_Passing]]] = {}
        for event in self.explainer.events:
            for status, begins, ends in _statuses(event):
                for key in product((status,), (event.kind, None), (*self._acted(event), None)):
                    lasting, passing = found.setdefault(key, ([], []))
                    if ends:
                        passing.append((begins, ends, event))
                    else:
                        lasting.append((begins, event))
        for lasting, _ in found.values():
            lasting.sort(key=itemgetter(0))
        return found

    def _acted(self, event: Event) -> set[str]:
        return set(event.parties).union(*(self.explainer.sides[id] for id in event.parties))

    def _took_part(self, visit: Visit) -> set[str]:
        return set(visit.parties).union(*(self.explainer.sides[id] for id in visit.parties))


_Lasting = tuple[datetime.date, Event]
_Passing = tuple[datetime.date, datetime.date, Event]


def _statuses(event: Event) -> Iterator[tuple[str, datetime.date, datetime.date | None]]:
    """The statuses of an event, each with its first day and that of the next; None if it kept it."""
    changes: list[tuple[str, datetime.date]] = [
        (entry.status, entry.date.first) for entry in event.history if entry.status
    ]
    if not changes or event.date.first < changes[0][1]:
        changes.insert(0, (event.status or "happened", event.date.first))
    for (status, begins), following in zip_longest(changes, changes[1:]):
        yield status, begins, following[1] if following else None


def _up_to(day: datetime.date | None, visits: Sequence[Visit]) -> Sequence[Visit]:
    """Those of some visits, oldest first, that began by a day."""
    return visits if day is None else visits[: bisect_right(visits, day, key=attrgetter("date.first"))]
