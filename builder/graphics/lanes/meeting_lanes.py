"""Meetings by the person met, and the states of each stage over time: what the drawing of both shows."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.counting import counted_once, is_counted, pairs, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.overviews import visits_by_standing
from builder.records.models.event import AHEAD, Event
from builder.records.models.party import Party
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Line

LANES: Final = 6
"""How many people have a lane of their own. The others share one."""

_MOST: Final = 3 / 4
"""The share of all meetings from which on the person in them is whom they are about, and needs no lane."""

_FEWEST: Final = 4
"""How many meetings there must be to say that they are about one person."""

Standing = Literal["held", "planned", "fell-through"]

STANDINGS: Final[tuple[Standing, ...]] = ("held", "planned", "fell-through")


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """What a drawing shows of a visit or an event. Other changes of it make no difference to the drawing."""

    id: str
    kind_name: str
    title: Line
    date: Date
    status: str | None
    parties: tuple[str, ...]
    all_places: tuple[str, ...]
    part_of: str | None

    @property
    def is_visit(self) -> bool:
        """Whether it is a visit, and not an event."""
        return self.kind_name == Visit.kind_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Meetings with one person or with several, or events; oldest first, each with its standing.

    `kind` is `person` for one; `pair` for both if nobody else met; `others` for all who have no lane of their own;
    `without` for the meetings in which the main person did not take part; `events` for the events.
    """

    kind: Literal["person", "pair", "others", "without", "events"]
    people: tuple[Party, ...]
    visits: tuple[tuple[Marked, Standing], ...]

    @property
    def held(self) -> int:
        """How many of the meetings were held, or how many events happened."""
        return sum(standing == "held" for _, standing in self.visits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A time in which a stage had one status: its first day, and the first day of the next, or None if it goes on."""

    status: str
    since: Date | None
    start: datetime.date | None
    end: datetime.date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lanes:
    """The lanes, those with the most meetings first and that of events last; whom they are about, if one person is in
    most; the stages.
    """

    main: Party | None
    lanes: tuple[Lane, ...]
    stages: tuple[tuple[Stage, tuple[Span, ...]], ...]
    as_of: datetime.date
    in_parts: frozenset[str] = frozenset()
    """The ids of visits that don't count, because parts of them do."""

    @property
    def of_meetings(self) -> tuple[Lane, ...]:
        """The lanes with meetings."""
        return tuple(lane for lane in self.lanes if lane.kind != "events")

    @property
    def held(self) -> tuple[Marked, ...]:
        """The meetings that were held, each once, oldest first."""
        standings = (each for lane in self.of_meetings for each in lane.visits)
        held = (visit for visit, standing in standings if standing == "held" and visit.is_visit)
        found = {visit.id: visit for visit in held if visit.id not in self.in_parts}
        return tuple(sorted(found.values(), key=lambda visit: (visit.date, visit.id)))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses of stages in it, in the order in which they first occur."""
        return tuple(dict.fromkeys(span.status for _, spans in self.stages for span in spans))


@dataclass(frozen=True, kw_only=True, slots=True)
class Meetings:
    """The meetings between sides by whom they are with: what the lanes are made from, whoever's lane is lit."""

    parties: Mapping[str, Party]
    """Everyone who met, or was to, by id."""

    stages: tuple[tuple[Stage, tuple[Span, ...]], ...]
    as_of: datetime.date
    standings: tuple[tuple[Marked, Standing], ...]
    """All of them, oldest first."""

    events: tuple[tuple[Marked, Standing], ...]
    """The events whose days are known, oldest first."""

    everyone: tuple[str, ...]
    """The ids of all who met, or were to."""

    main: str | None
    """Whom the meetings are about, if one person is in most; then the others are by whom this person met."""

    by_person: Mapping[str, Sequence[tuple[Marked, Standing]]]
    order: tuple[str, ...]
    """The people in `by_person`, those with the most meetings first."""

    without: tuple[tuple[Marked, Standing], ...]
    """The meetings in which the main person did not take part."""

    in_parts: frozenset[str] = frozenset()
    """The ids of visits that don't count, because parts of them do."""

    def lanes(self, lit: str | None = None) -> Lanes:
        """Give a lane to those with the most meetings. The person `lit`, by id, always has one."""
        if len(self.everyone) == 2:
            both = tuple(self.parties[id] for id in self.everyone)
            return self._lanes(None, (Lane(kind="pair", people=both, visits=self.standings),))
        own = _with_lanes(self.order, self.by_person)
        if lit and lit in self.by_person and lit not in own:
            own = [*own[: LANES - 1], lit]
        lanes = [
            Lane(kind="person", people=(self.parties[id],), visits=tuple(self.by_person[id]))
            for id in sorted(own, key=self.order.index)
        ]
        if others := [id for id in self.order if id not in own]:
            found = {visit.id for id in others for visit, _ in self.by_person[id]}
            visits = tuple(item for item in self.standings if item[0].id in found)
            lanes.append(Lane(kind="others", people=tuple(self.parties[id] for id in others), visits=visits))
        if self.main and self.without:
            lanes.append(Lane(kind="without", people=(self.parties[self.main],), visits=self.without))
        return self._lanes(self.main, tuple(lanes))

    def _lanes(self, main: str | None, lanes: tuple[Lane, ...]) -> Lanes:
        if self.events:
            lanes = (*lanes, Lane(kind="events", people=(), visits=self.events))
        return Lanes(
            main=self.parties[main] if main else None,
            lanes=lanes,
            stages=self.stages,
            as_of=self.as_of,
            in_parts=self.in_parts,
        )


def meetings_by_person(explainer: Explainer) -> Meetings:
    """Arrange the meetings by person. A visit is left out for whoever met someone in a part of it."""
    visits = _standings(explainer)
    standings = tuple((_marked(visit), standing) for visit, standing in visits)
    people = {visit.id: _people(explainer, visit) for visit, _ in visits}
    everyone = tuple(sorted(frozenset().union(*people.values())))
    main = _main(standings, people) if len(everyone) != 2 else None
    by_person: dict[str, list[tuple[Marked, Standing]]] = defaultdict(list)
    without: list[tuple[Marked, Standing]] = []
    for item in standings:
        met = people[item[0].id]
        if main and main not in met:
            without.append(item)
            continue
        for id in sorted(met - {main}):
            by_person[id].append(item)
    in_parts = _in_parts(explainer, standings)
    if in_parts:
        by_person = defaultdict(list, {id: _once(explainer, items) for id, items in by_person.items()})
        without = _once(explainer, without)
        shown = {visit.id for items in (*by_person.values(), without) for visit, _ in items}
        standings = tuple(item for item in standings if item[0].id in shown)
    return Meetings(
        parties={id: explainer.party(id) for id in everyone},
        stages=tuple((stage, spans_of(stage)) for stage in explainer.stages),
        as_of=explainer.settings.as_of.first,
        standings=standings,
        events=tuple((_marked(event), _standing_of(event)) for event in explainer.events if day_of(event)),
        everyone=everyone,
        main=main,
        by_person=dict(by_person),
        order=tuple(sorted(by_person, key=lambda id: _rank(explainer, by_person[id], id))),
        without=tuple(without),
        in_parts=in_parts,
    )


def _in_parts(explainer: Explainer, standings: Sequence[tuple[Marked, Standing]]) -> frozenset[str]:
    """The ids of visits of which a part is among them, with the same standing."""
    counted = {visit.id for visit, _ in _once(explainer, standings)}
    return frozenset(visit.id for visit, _ in standings if visit.id not in counted)


def _once(explainer: Explainer, items: Sequence[tuple[Marked, Standing]]) -> list[tuple[Marked, Standing]]:
    """Those of some meetings that count, each standing by itself."""
    by_standing = ([visit for visit, standing in items if standing == each] for each in STANDINGS)
    counted = {visit.id for visits in by_standing for visit in counted_once(explainer, visits)}
    return [item for item in items if item[0].id in counted]


def _standings(explainer: Explainer) -> tuple[tuple[Visit, Standing], ...]:
    """The visits between sides that count as meetings, oldest first, each with its standing."""
    names: dict[str, Standing] = {"held": "held", "fell-through": "fell-through"}
    found = {
        visit.id: (visit, names.get(name, "planned"))
        for name, visits in visits_by_standing(explainer).items()
        for visit in visits
        if is_counted(explainer, visit) and next(pairs(explainer, visit), None)
    }
    return tuple(found[visit.id] for visit in explainer.visits if visit.id in found)


def _standing_of(event: Event) -> Standing:
    status = status_on(event)
    if status in AHEAD:
        return "planned"
    return "fell-through" if status in ("cancelled", "missed") else "held"


def _marked(record: Visit | Event) -> Marked:
    return Marked(
        id=record.id,
        kind_name=record.kind_name,
        title=record.title,
        date=record.date,
        status=status_on(record),
        parties=record.parties if isinstance(record, Visit) else (),
        all_places=record.all_places if isinstance(record, Visit) else (),
        part_of=record.part_of if isinstance(record, Visit) else None,
    )


def _people(explainer: Explainer, visit: Visit) -> frozenset[str]:
    """The ids of all who met someone of another side in a visit, or were to."""
    return frozenset(id for pair in pairs(explainer, visit) for id in pair)


def _main(standings: Sequence[tuple[Marked, Standing]], people: Mapping[str, frozenset[str]]) -> str | None:
    """Who is in most of the meetings and, beside whom, everyone is in fewer; None if there is nobody."""
    counted = Counter(id for visit, standing in standings if standing == "held" for id in people[visit.id])
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    held = sum(standing == "held" for _, standing in standings)
    if held < _FEWEST or ranked[0][1] < held * _MOST or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def _with_lanes(order: Sequence[str], by_person: Mapping[str, Sequence[tuple[Marked, Standing]]]) -> list[str]:
    """Who has a lane: as many as there is room for, but not those with one meeting if they would be most."""
    often = [id for id in order if len(by_person[id]) > 1]
    if often and len(order) - len(often) > 2:
        return often[:LANES]
    return list(order if len(order) <= LANES + 1 else order[:LANES])


def _rank(explainer: Explainer, visits: Sequence[tuple[Marked, Standing]], id: str) -> tuple[int, int, str]:
    held = sum(standing == "held" for _, standing in visits)
    return -held, -len(visits), explainer.party(id).label.casefold()


def spans_of(stage: Stage) -> tuple[Span, ...]:
    """The statuses of a stage over time, oldest first. Steps that give the status it has already are left out.

    A status that its history does not give has no first day. Before the first one, nothing is known.
    """
    if stage.status:
        return (Span(status=stage.status, since=None, start=None, end=None),)
    changes: list[tuple[str, Date]] = []
    for entry in stage.history:
        if entry.status and (not changes or changes[-1][0] != entry.status):
            changes.append((entry.status, entry.date.start))
    ends = [None if date == NOT_KNOWN else date.sort_day for _, date in changes[1:]]
    return tuple(
        Span(status=status, since=date, start=None if date == NOT_KNOWN else date.sort_day, end=end)
        for (status, date), end in zip(changes, [*ends, None], strict=True)
    )


def day_of(record: Marked | Event) -> datetime.date | None:
    """The day at which a visit or an event is drawn: the middle of the days it may have lasted; None if its date is not
    known.
    """
    date = record.date
    if date == NOT_KNOWN or date.open_start or date.open_end:
        return None
    return date.first + (date.last - date.first) // 2
