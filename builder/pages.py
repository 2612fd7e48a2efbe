"""Which pages there are: the address of each, its template and what the template is given."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from builder.consistency import FELL_THROUGH
from builder.counting import Pair, meetings, sides, status_on
from builder.linking import Explainer
from builder.loading import SETTINGS_FILE
from builder.models import STANDINGS, Constraint, Party, Project, Record, Source, Stage, Visit
from builder.prose import Link, Text, parts, shown
from builder.words import Words

HOME = "index.md"
MEETINGS = "meetings.md"
SOURCES = "sources/index.md"

R = TypeVar("R", bound=Record)
Trail = tuple[tuple[Markup, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A page to render: where, with which template, from what."""

    path: str
    """Below docs/, with forward slashes."""

    template: str
    title: Markup
    description: Markup
    context: dict[str, object]
    trail: Trail = ()
    """The breadcrumbs above it: what each says and the page it leads to."""

    record: Record | None = None
    before: Record | None = None
    after: Record | None = None
    """The record it shows, and its neighbours among those of its kind."""

    data: str | None = None
    """The summary behind it, below the folder of summaries; None where many are."""

    searched: bool = True
    """Whether the search index takes it in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MetPair:
    """Two people and their meetings, oldest first."""

    one: Party
    other: Party
    visits: tuple[Visit, ...]

    @property
    def anchor(self) -> str:
        """Where the page of all meetings lists them."""
        return f"{self.one.id}--{self.other.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CitedSource:
    """A source with the records that cite it, and whether the explainer's own page does."""

    source: Source
    by: tuple[Record, ...]
    at_home: bool


def address_of(record: Record) -> str | None:
    """Where a record is shown: its page, or its place on a page; None if nowhere."""
    if isinstance(record, _PAGED):
        return f"{record.kind_name}/{record.id}.md"
    if isinstance(record, Source):
        return f"{SOURCES}#{record.id}"
    return None


_PAGED = (Stage, Visit, Project, Party)


def plan(explainer: Explainer, words: Words) -> tuple[Plan, ...]:
    """Every page of the site."""
    return tuple(_Planner(explainer, words).plans())


class _Planner:
    def __init__(self, explainer: Explainer, words: Words) -> None:
        self.explainer = explainer
        self.words = words
        self.met = _met_pairs(explainer, meetings(explainer))

    def plans(self) -> Iterator[Plan]:
        yield self._home()
        yield self._index(Stage, {"stages": self.explainer.stages})
        yield self._index(Visit, {"groups": _visits_by_standing(self.explainer.visits)})
        yield self._index(Project, {"projects": self.explainer.projects})
        yield self._index(Party, {"groups": _parties_by_kind(self.explainer.parties)})
        yield from self._records(self.explainer.stages, self._stage)
        yield from self._records(self.explainer.visits, self._visit)
        yield from self._records(self.explainer.projects, self._project)
        yield from self._records(self.explainer.parties, self._party)
        yield self._meetings()
        yield self._sources()

    def _home(self) -> Plan:
        explainer = self.explainer
        settings = explainer.settings
        held = [visit for visit in explainer.visits if status_on(visit) == "held"]
        return Plan(
            path=HOME,
            template="home",
            title=settings.title.__html__(),
            description=settings.question.__html__(),
            context={
                "settings": settings,
                "stages": explainer.stages,
                "latest": tuple(reversed(held[-3:])),
                "ahead": tuple(visit for visit in explainer.visits if status_on(visit) in ("invited", "planned")),
                "fell_through": tuple(visit for visit in explainer.visits if status_on(visit) in FELL_THROUGH),
                "projects": explainer.projects,
                "met": self.met,
            },
            data=SETTINGS_FILE,
        )

    def _index(self, kind: type[Record], context: dict[str, object]) -> Plan:
        name = kind.kind_name
        return Plan(
            path=f"{name}/index.md",
            template=f"{name}-index",
            title=self.words(f"kinds.{name}"),
            description=self.words(f"about.{name}"),
            context=context,
            trail=self._trail(),
            searched=False,
        )

    def _records(self, records: Sequence[R], context: Callable[[R], dict[str, object]]) -> Iterator[Plan]:
        for index, record in enumerate(records):
            name = record.kind_name
            yield Plan(
                path=f"{name}/{record.id}.md",
                template=name,
                title=record.label.__html__(),
                description=self._described(record),
                context=context(record),
                trail=(*self._trail(), (self.words(f"kinds.{name}"), f"{name}/index.md")),
                record=record,
                before=records[index - 1] if index else None,
                after=records[index + 1] if index + 1 < len(records) else None,
                data=f"{name}/{record.id}.yml",
            )

    def _trail(self) -> Trail:
        return ((self.words("site.home"), HOME),)

    def _described(self, record: Record) -> Markup:
        """The first sentence or so of its summary, for search engines and previews."""
        if not record.summary:
            return self.words("about.record", title=record.label, kind=self.words(f"kinds.{record.kind_name}"))
        plain = "".join(part if isinstance(part, Text) else self._label(part) for part in parts(record.summary))
        return shown(textwrap.shorten(plain, _DESCRIPTION_LENGTH, placeholder="…"))

    def _label(self, link: Link) -> str:
        return link.label or self.explainer.records[link.id].label

    def _stage(self, stage: Stage) -> dict[str, object]:
        return {
            "stage": stage,
            "visits": self.explainer.naming(stage.id, Visit, "stage"),
            "projects": self.explainer.naming(stage.id, Project, "needs"),
        }

    def _visit(self, visit: Visit) -> dict[str, object]:
        explainer = self.explainer
        return {
            "visit": visit,
            "led_from": explainer.naming(visit.id, Visit, "led_to"),
            "led_to": [explainer.records[id] for id in visit.led_to],
            "same_people": tuple(
                pair for pair in self.met if {pair.one.id, pair.other.id} <= set(visit.parties) and visit in pair.visits
            ),
            "projects": explainer.naming(visit.id, Project, "history", "summary", "statements", "obstacles"),
        }

    def _project(self, project: Project) -> dict[str, object]:
        explainer = self.explainer
        return {
            "project": project,
            "needed_by": explainer.naming(project.id, Project, "needs"),
            "freed_by": tuple(
                (constraint, exemption)
                for constraint in explainer.constraints
                for exemption in constraint.exemptions
                if project.id in exemption.projects
            ),
        }

    def _party(self, party: Party) -> dict[str, object]:
        explainer = self.explainer
        return {
            "party": party,
            "sides": [explainer.party(id) for id in sorted(sides(explainer, party)) if id != party.id],
            "met": tuple(pair for pair in self.met if party in (pair.one, pair.other)),
            "visits": explainer.naming(party.id, Visit, "parties"),
            "present_at": explainer.naming(party.id, Visit, "present"),
            "invited": explainer.naming(party.id, Visit, "invited_by"),
            "projects": explainer.naming(party.id, Project, "parties"),
            "members": explainer.naming(party.id, Party, "of"),
            "adopted": explainer.naming(party.id, Constraint, "adopted_by"),
        }

    def _meetings(self) -> Plan:
        return Plan(
            path=MEETINGS,
            template="meetings",
            title=self.words("kinds.meetings"),
            description=self.words("about.meetings"),
            context={"met": self.met, "rule": self.explainer.settings.counting_rule},
            trail=self._trail(),
        )

    def _sources(self) -> Plan:
        return Plan(
            path=SOURCES,
            template="sources",
            title=self.words("kinds.sources"),
            description=self.words("about.sources"),
            context={"groups": _sources_by_standing(self.explainer)},
            trail=self._trail(),
            data=f"{Source.kind_name}.yml",
            searched=False,
        )


_DESCRIPTION_LENGTH = 155
"""Characters of a description that search engines show."""


def _met_pairs(explainer: Explainer, counted: dict[Pair, tuple[Visit, ...]]) -> tuple[MetPair, ...]:
    return tuple(
        MetPair(one=explainer.party(one), other=explainer.party(other), visits=visits)
        for (one, other), visits in counted.items()
    )


def _visits_by_standing(visits: Sequence[Visit]) -> dict[str, tuple[Visit, ...]]:
    groups = {"held": ("held",), "ahead": ("invited", "planned"), "fell-through": FELL_THROUGH}
    found = {name: tuple(visit for visit in visits if status_on(visit) in words) for name, words in groups.items()}
    return {name: members for name, members in found.items() if members}


def _parties_by_kind(parties: Sequence[Party]) -> dict[str, tuple[Party, ...]]:
    found = {kind: tuple(party for party in parties if party.kind == kind) for kind in ("person", "state", "organisation")}
    return {kind: members for kind, members in found.items() if members}


def _sources_by_standing(explainer: Explainer) -> dict[str, tuple[CitedSource, ...]]:
    groups: dict[str, list[CitedSource]] = {}
    for source in sorted(explainer.sources, key=_source_order):
        uses = explainer.uses.get(source.id, ())
        by = {use.record.id: use.record for use in uses if use.record and address_of(use.record)}
        cited = CitedSource(source=source, by=tuple(by.values()), at_home=any(use.record is None for use in uses))
        groups.setdefault(source.standing, []).append(cited)
    return {standing: tuple(groups[standing]) for standing in STANDINGS if standing in groups}


def _source_order(source: Source) -> tuple[str, str, str]:
    return (str(source.publisher or "").casefold(), str(source.issued or ""), source.id)
