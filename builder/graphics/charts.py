"""Charts: who met whom as a matrix, what blocks what as lines, and shares of a whole as a bar."""

from __future__ import annotations

import datetime
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, product
from operator import itemgetter
from typing import Final

from builder.explainer.counting import Pair, counted_once, is_counted, pairs, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.obstacles import HeldBack
from builder.explainer.views.overviews import visits_by_standing
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.settings import Moment
from builder.records.models.visit import TOOK_PLACE, Visit

VISITS_WITH_SOURCES: Final = 150
"""At most how many visits of two people are listed with their sources."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Encounters:
    """Two people, and the counted visits at which they met or were to meet, by standing."""

    one: Party
    other: Party
    held: tuple[Visit, ...]
    ahead: tuple[Visit, ...]
    unconfirmed: tuple[Visit, ...]
    fell_through: tuple[Visit, ...]
    in_parts: tuple[Visit, ...] = ()
    """The visits that were held, but are not in `held` because parts of them are."""

    @property
    def is_long(self) -> bool:
        """Whether there are so many visits that only the page of each has its sources."""
        return sum(len(visits) for _, _, visits in self.groups) > VISITS_WITH_SOURCES

    @property
    def anchor(self) -> str:
        """Their anchor on the page of all meetings."""
        return f"{self.one.id}--{self.other.id}"

    @property
    def old_anchors(self) -> tuple[str, ...]:
        """The anchors under their old ids."""
        pairs = product(*((party.id, *party.renamed_from) for party in (self.one, self.other)))
        return tuple(anchor for pair in pairs if (anchor := "--".join(sorted(pair))) != self.anchor)

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[Visit, ...]], ...]:
        """The visits by standing: its name, the status that marks it, the visits. Empty groups are left out."""
        found = (
            ("held", "held", self.held),
            ("ahead", "planned", self.ahead),
            ("unconfirmed", "unconfirmed", self.unconfirmed),
            ("fell-through", "cancelled", self.fell_through),
        )
        return tuple(group for group in found if group[2])


def encounters(explainer: Explainer) -> tuple[Encounters, ...]:
    """Every two people who met or were to meet, those with the most meetings first.

    In each standing, a visit is left out for two people who are in a part of it.
    """
    met: dict[Pair, dict[str, list[Visit]]] = defaultdict(lambda: defaultdict(list))
    for standing, visits in visits_by_standing(explainer).items():
        for visit in visits:
            for pair in pairs(explainer, visit) if is_counted(explainer, visit) else ():
                met[pair][standing].append(visit)
    found = {
        pair: {standing: counted_once(explainer, groups.get(standing, ())) for standing in _STANDINGS}
        for pair, groups in met.items()
    }
    ordered = sorted(found.items(), key=lambda item: (*(-len(item[1][name]) for name in _STANDINGS), item[0]))
    return tuple(
        Encounters(
            one=explainer.party(one),
            other=explainer.party(other),
            held=groups["held"],
            ahead=groups["ahead"],
            unconfirmed=groups["unconfirmed"],
            fell_through=groups["fell-through"],
            in_parts=_left_out(met[one, other]["held"], groups["held"]),
        )
        for (one, other), groups in ordered
    )


def _left_out(visits: Sequence[Visit], counted: Sequence[Visit]) -> tuple[Visit, ...]:
    ids = {visit.id for visit in counted}
    return tuple(visit for visit in visits if visit.id not in ids) if len(ids) < len(visits) else ()


def held_by(explainer: Explainer, pair: Encounters, moments: Sequence[Moment]) -> tuple[tuple[Moment, int], ...]:
    """The moments at which two people had met less often than now, and how often, the latest moment first."""

    def held(day: datetime.date) -> int:
        visits = [visit for visit in (*pair.held, *pair.in_parts) if _was_held(visit, day)]
        return len(counted_once(explainer, visits))

    counted = ((moment, held(moment.date.first)) for moment in moments)
    fewer = [(moment, count) for moment, count in counted if 0 < count < len(pair.held)]
    return tuple(sorted(fewer, key=lambda item: item[0].date, reverse=True))


def _was_held(visit: Visit, day: datetime.date) -> bool:
    """Whether a visit was known to have been held on a day."""
    return visit.date.first <= day and status_on(visit, day) in TOOK_PLACE


_STANDINGS = ("held", "ahead", "unconfirmed", "fell-through")
"""The standings of visits, in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """A table of people by people, with one cell for each two who met or were to meet."""

    columns: tuple[Party, ...]
    rows: tuple[Party, ...]
    cells: Mapping[str, Mapping[str, Encounters]]
    """By the id of the row, then of the column."""

    standings: tuple[tuple[str, str], ...]
    """The standings in it, each with the status that marks it."""

    left_out: int = 0
    """How many pairs are not in it, because nobody can read a table with so many rows or columns."""


COLUMNS: Final = 12
ROWS: Final = 40
"""How many columns and rows a table may have. A larger one has those with the most in them."""


def matrix(met: Sequence[Encounters]) -> Matrix:
    """Arrange encounters so that each two people have one cell and there are few columns."""
    columns = _cover(met)
    left_out = 0
    if len(columns) > COLUMNS or len({party.id for pair in met for party in (pair.one, pair.other)}) > ROWS:
        columns = columns[:COLUMNS]
        shown = _busiest(met, {party.id for party in columns})
        left_out = len(met) - len(shown)
        met = shown
    rank = {party.id: index for index, party in enumerate(columns)}
    cells: dict[str, dict[str, Encounters]] = defaultdict(dict)
    rows: dict[str, Party] = {}
    for pair in met:
        first, second = sorted((pair.one, pair.other), key=lambda party: rank.get(party.id, len(rank)))
        cells[second.id][first.id] = pair
        rows[second.id] = second
    used = {name: status for pair in met for name, status, _ in pair.groups}
    return Matrix(
        columns=columns,
        rows=tuple(sorted(rows.values(), key=lambda party: rank.get(party.id, -1))),
        cells={row: dict(found) for row, found in cells.items()},
        standings=tuple((name, used[name]) for name in _STANDINGS if name in used),
        left_out=left_out,
    )


def _busiest(met: Sequence[Encounters], columns: Container[str]) -> list[Encounters]:
    """Return the pairs of people in columns with each other, and with the others whom they met most."""
    weights: Counter[str] = Counter()
    for pair in met:
        ids = [party.id for party in (pair.one, pair.other)]
        if any(id in columns for id in ids):
            weights.update({id: 1 + len(pair.held) for id in ids if id not in columns})
    rows = {id for id, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:ROWS]}
    return [
        pair
        for pair in met
        if all(party.id in columns or party.id in rows for party in (pair.one, pair.other))
        and (pair.one.id in columns or pair.other.id in columns)
    ]


def _cover(met: Sequence[Encounters]) -> tuple[Party, ...]:
    """A small set of people with at least one of each pair (a greedy vertex cover)."""
    left = list(met)
    chosen: list[Party] = []
    while left:
        partners: dict[str, list[Party]] = defaultdict(list)
        for pair in left:
            partners[pair.one.id].append(pair.one)
            partners[pair.other.id].append(pair.other)
        most = min(partners, key=lambda id: (-len(partners[id]), id))
        chosen.append(partners[most][0])
        left = [pair for pair in left if most not in (pair.one.id, pair.other.id)]
    return tuple(chosen)


@dataclass(frozen=True, kw_only=True, slots=True)
class BlocksTable:
    """A table of what blocks what: projects as rows, constraints as columns, and how many constraints that hold back or
    exempt a project are not in it, by project.
    """

    rows: Mapping[str, Mapping[str, HeldBack]]
    columns: tuple[Constraint, ...]
    left_out: tuple[tuple[Project, int], ...]


def blocks_table(blocks: Mapping[str, Mapping[str, HeldBack]], constraints: Sequence[Constraint]) -> BlocksTable:
    """Arrange what blocks what as a table that can be read: with the constraints and projects that have the most."""
    if len(constraints) <= COLUMNS and len(blocks) <= ROWS:
        return BlocksTable(rows=blocks, columns=tuple(constraints), left_out=())
    uses = Counter(id for row in blocks.values() for id in row)
    most = {each.id for each in sorted(constraints, key=lambda each: -uses[each.id])[:COLUMNS]}
    weights = {project: sum(id in most for id in row) for project, row in blocks.items()}
    chosen = set(sorted((id for id in weights if weights[id]), key=lambda id: -weights[id])[:ROWS])
    left_out = (
        (next(iter(row.values())).project, sum(id not in most for id in row) if project in chosen else len(row))
        for project, row in blocks.items()
    )
    return BlocksTable(
        rows={project: row for project, row in blocks.items() if project in chosen},
        columns=tuple(constraint for constraint in constraints if constraint.id in most),
        left_out=tuple((project, count) for project, count in left_out if count),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocks:
    """What blocks what: projects on the left, constraints on the right, and lines between them in a 100 by 100 box."""

    projects: tuple[Project, ...]
    constraints: tuple[Constraint, ...]
    lines: Mapping[str, str]
    """Path data by kind of line: known (the paragraph is known), unknown, exempt; not-now if the constraint or
    the paragraph is not in force.
    """


CROSSINGS: Final = 8
"""How many lines may cross in a drawing of what blocks what: with three by three there are nine, and no eye follows."""


def blocks_picture(
    blocks: Mapping[str, Mapping[str, HeldBack]], constraints: Sequence[Constraint], at_most: int = CROSSINGS
) -> Blocks | None:
    """Draw lines from projects to constraints, sorted so that few lines cross.

    None if there are no lines, or if more than `at_most` cross: the table says it better.
    """
    column = {constraint.id: index for index, constraint in enumerate(constraints)}
    rows = [(next(iter(row.values())).project, row) for row in blocks.values()]
    rows.sort(key=lambda item: (sum(column[id] for id in item[1]) / len(item[1]), item[0].id))
    lines: dict[str, list[str]] = {"known": [], "unknown": [], "exempt": [], "not-now": []}
    ends = [
        (index, column[id]) for index, (_, row) in enumerate(rows) for id, held in row.items() for _ in _kinds(held)
    ]
    crossings = _crossings(ends)
    for index, (_, row) in enumerate(rows):
        left = _middle(index, len(rows))
        for id, held in row.items():
            right = _middle(column[id], len(column))
            kinds = _kinds(held)
            for index_of_kind, kind in enumerate(kinds):
                offset = round((index_of_kind - (len(kinds) - 1) / 2) * 2, 1)
                lines[kind].append(
                    f"M0 {left + offset:g}C45 {left + offset:g} 55 {right + offset:g} 100 {right + offset:g}"
                )
    if not rows or crossings > at_most:
        return None
    return Blocks(
        projects=tuple(project for project, _ in rows),
        constraints=tuple(constraints),
        lines={kind: "".join(found) for kind, found in lines.items() if found},
    )


def _crossings(ends: Iterable[tuple[int, int]]) -> int:
    """Count the lines that cross: each is from a row to a column. Lines that share an end don't."""
    crossings = 0
    above: list[int] = []
    """The columns that rows further up lead to, in order."""
    for _, row in groupby(sorted(ends), key=itemgetter(0)):
        columns = [column for _, column in row]
        crossings += sum(len(above) - bisect_right(above, column) for column in columns)
        for column in columns:
            insort(above, column)
    return crossings


def _middle(index: int, count: int) -> float:
    return round(100 * (index + 0.5) / count, 1)


def _kinds(held: HeldBack) -> tuple[str, ...]:
    if held.effect != "now":
        return ("not-now",)
    known = any(obstacle.para for obstacle in held.obstacles)
    blocked = (("known" if known else "unknown"),) if held.obstacles else ()
    lifted = ("not-now",) if held.lifted else ()
    return (*blocked, *lifted, "exempt") if held.exemptions else (*blocked, *lifted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a bar: what it stands for, how many of them there are, and how many are before it."""

    name: str
    count: int
    start: int


def bar(counted: Mapping[str, int]) -> tuple[Part, ...]:
    """Put what was counted side by side, in its order. A count of zero has no width."""
    ends = accumulate(counted.values())
    parts = zip(counted.items(), ends, strict=True)
    return tuple(Part(name=name, count=count, start=end - count) for (name, count), end in parts)
