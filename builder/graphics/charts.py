"""What the graphics show that is not drawn to scale: who met whom as a matrix, what blocks what as lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.explainer.counting import Pair, pairs
from builder.explainer.linking import Explainer
from builder.explainer.overviews import HeldBack, visits_by_standing
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.visit import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Encounters:
    """Two people, and the leaders' visits that were to bring them together: those held, to come, fallen through."""

    one: Party
    other: Party
    held: tuple[Visit, ...]
    ahead: tuple[Visit, ...]
    fell_through: tuple[Visit, ...]

    @property
    def anchor(self) -> str:
        """Where the page of all meetings lists them."""
        return f"{self.one.id}--{self.other.id}"

    @property
    def not_held(self) -> tuple[Visit, ...]:
        """Those to come and those fallen through, oldest first."""
        return tuple(sorted((*self.ahead, *self.fell_through), key=lambda visit: (visit.date, visit.id)))

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[Visit, ...]], ...]:
        """By standing: its name, the status it is marked as, the visits; empty ones left out."""
        found = (
            ("held", "held", self.held),
            ("ahead", "planned", self.ahead),
            ("fell-through", "cancelled", self.fell_through),
        )
        return tuple(group for group in found if group[2])


def encounters(explainer: Explainer) -> tuple[Encounters, ...]:
    """Who met whom, was to meet or was to have met, those with the most meetings first."""
    found: dict[Pair, dict[str, list[Visit]]] = defaultdict(lambda: defaultdict(list))
    for standing, visits in visits_by_standing(explainer).items():
        for visit in visits:
            for pair in pairs(explainer, visit) if visit.level == "leaders" else ():
                found[pair]["ahead" if standing == "unconfirmed" else standing].append(visit)
    ordered = sorted(
        found.items(), key=lambda item: (*(-len(item[1][name]) for name in ("held", "ahead", "fell-through")), item[0])
    )
    return tuple(
        Encounters(
            one=explainer.party(one),
            other=explainer.party(other),
            held=tuple(groups["held"]),
            ahead=tuple(sorted(groups["ahead"], key=lambda visit: (visit.date, visit.id))),
            fell_through=tuple(groups["fell-through"]),
        )
        for (one, other), groups in ordered
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """People against people. Each two stand in one cell; columns are the few with whom everyone else met."""

    columns: tuple[Party, ...]
    rows: tuple[Party, ...]
    cells: Mapping[str, Mapping[str, Encounters]]
    """By the id of the row, then of the column."""

    standings: tuple[tuple[str, str], ...]
    """The standings in it, each with the status it is marked as."""


def matrix(met: Sequence[Encounters]) -> Matrix:
    """Lay out encounters so that no two people stand twice and no more columns are needed than must be."""
    columns = _meeting_all(met)
    rank = {party.id: index for index, party in enumerate(columns)}
    cells: dict[str, dict[str, Encounters]] = defaultdict(dict)
    rows: dict[str, Party] = {}
    for pair in met:
        first, second = sorted((pair.one, pair.other), key=lambda party: rank.get(party.id, len(rank)))
        cells[second.id][first.id] = pair
        rows[second.id] = second
    used = {name: status for pair in met for name, status, _ in pair.groups}
    order = ("held", "ahead", "fell-through")
    return Matrix(
        columns=columns,
        rows=tuple(sorted(rows.values(), key=lambda party: rank.get(party.id, -1))),
        cells={row: dict(found) for row, found in cells.items()},
        standings=tuple((name, used[name]) for name in order if name in used),
    )


def _meeting_all(met: Sequence[Encounters]) -> tuple[Party, ...]:
    """Few people of whom each two that met have one: again and again whoever met the most of those left."""
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
class Blocks:
    """What blocks what: projects on the left, constraints on the right, and lines between in a box of 100 by 100."""

    projects: tuple[Project, ...]
    constraints: tuple[Constraint, ...]
    lines: Mapping[str, str]
    """Path data by what the line says: known (the paragraph), unknown, exempt."""


def blocks_picture(blocks: Mapping[str, Mapping[str, HeldBack]], constraints: Sequence[Constraint]) -> Blocks | None:
    """Join projects and constraints by lines, sorted so that few lines cross; None where there is none to join."""
    column = {constraint.id: index for index, constraint in enumerate(constraints)}
    rows = [(next(iter(row.values())).project, row) for row in blocks.values()]
    rows.sort(key=lambda item: (sum(column[id] for id in item[1]) / len(item[1]), item[0].id))
    lines: dict[str, list[str]] = {"known": [], "unknown": [], "exempt": []}
    for index, (_, row) in enumerate(rows):
        left = _middle(index, len(rows))
        for id, held in row.items():
            right = _middle(column[id], len(column))
            kinds = _kinds(held)
            for place, kind in enumerate(kinds):
                apart = round((place - (len(kinds) - 1) / 2) * 2, 1)
                lines[kind].append(
                    f"M0 {left + apart:g}C45 {left + apart:g} 55 {right + apart:g} 100 {right + apart:g}"
                )
    if not rows:
        return None
    return Blocks(
        projects=tuple(project for project, _ in rows),
        constraints=tuple(constraints),
        lines={kind: "".join(found) for kind, found in lines.items() if found},
    )


def _middle(index: int, count: int) -> float:
    return round(100 * (index + 0.5) / count, 1)


def _kinds(held: HeldBack) -> tuple[str, ...]:
    known = any(obstacle.para for obstacle in held.obstacles)
    blocked = (("known" if known else "unknown"),) if held.obstacles else ()
    return (*blocked, "exempt") if held.exemptions else blocked
