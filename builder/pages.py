"""Which pages there are: the address of each, its template and what the template is given."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup

from builder import addresses, charts, chronicle, exports, labelling, mapping, overviews, whereabouts
from builder.linking import Explainer
from builder.loading import SETTINGS_FILE
from builder.models import Claims, Constraint, Moment, Party, Project, Record, Source, Stage, Visit
from builder.prose import Text, shown
from builder.words import Words

R = TypeVar("R", bound=Record)
Context = dict[str, object]
Trail = tuple[tuple[Markup, str], ...]

ROWS_AT_MOST = 500
"""Lines of a timeline that one page holds; a longer one has a page a year."""

LATEST = 5
"""Visits that the home page names as the latest."""

_DESCRIPTION_LENGTH = 155
"""Characters of a description that search engines show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A page to render: where, with which template, from what."""

    path: str
    """Below docs/, with forward slashes."""

    template: str
    title: Markup
    description: Markup
    context: Context
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


def plan(explainer: Explainer, words: Words, memories: Mapping[str, Explainer]) -> tuple[Plan, ...]:
    """Every page of the site. A kind without records has no pages.

    `memories` holds, by the id of each moment, the explainer as it stood then.
    """
    return tuple(_Planner(explainer, words, memories).plans())


class _Planner:
    def __init__(self, explainer: Explainer, words: Words, memories: Mapping[str, Explainer]) -> None:
        self.explainer = explainer
        self.words = words
        self.memories = memories

    def plans(self) -> Iterator[Plan]:
        explainer = self.explainer
        yield self._home()
        yield from self._kind(Stage, explainer.stages, self._stage, {"stages": explainer.stages})
        yield from self._kind(Visit, explainer.visits, self._visit, self._visits())
        yield from self._kind(Project, explainer.projects, self._project, {"projects": explainer.projects})
        yield from self._kind(Constraint, explainer.constraints, self._constraint, self._blocks())
        yield from self._kind(
            Party, explainer.parties, self._party, {"groups": overviews.parties_by_kind(explainer.parties)}
        )
        yield self._overview(
            addresses.MEETINGS,
            "meetings",
            {
                "met": self.encounters,
                "matrix": charts.matrix(self.encounters),
                "rule": explainer.settings.counting_rule,
            },
        )
        if invited := overviews.invitations(explainer.visits):
            yield self._overview(addresses.INVITATIONS, "invitations", {"visits": invited})
        yield from self._timeline()
        yield from (self._moment(moment) for moment in explainer.settings.moments)
        yield from self._claims()
        if explainer.terms:
            yield self._overview(addresses.GLOSSARY, "glossary", {"terms": explainer.terms}, data="terms.yml")
        if explainer.settings.corrections:
            yield self._overview(
                addresses.CORRECTIONS,
                "corrections",
                {"corrections": explainer.settings.corrections},
                data=SETTINGS_FILE,
            )
        yield self._overview(
            addresses.SOURCES,
            "sources",
            {"groups": overviews.sources_by_standing(explainer)},
            data="sources.yml",
            searched=False,
        )
        yield self._overview(
            addresses.DOWNLOADS,
            "downloads",
            {"downloads": exports.downloads(explainer), "licence": explainer.settings.licence},
        )

    @cached_property
    def met(self) -> tuple[overviews.MetPair, ...]:
        return overviews.met_pairs(self.explainer)

    @cached_property
    def encounters(self) -> tuple[charts.Encounters, ...]:
        return charts.encounters(self.explainer)

    @cached_property
    def claimed(self) -> dict[str, tuple[overviews.SourcedClaim, ...]]:
        return overviews.claims_about(self.explainer)

    def _home(self) -> Plan:
        explainer = self.explainer
        settings = explainer.settings
        standing = overviews.visits_by_standing(explainer)
        held = standing.get("held", ())
        return Plan(
            path=addresses.HOME,
            template="home",
            title=settings.title.__html__(),
            description=settings.question.__html__(),
            context={
                "settings": settings,
                "stages": explainer.stages,
                "latest": tuple(reversed(held[-LATEST:])),
                "ahead": standing.get("ahead", ()),
                "fell_through": standing.get("fell-through", ()),
                "projects": explainer.projects,
                "matrix": charts.matrix(self.encounters),
                "claimed": [(claims, overviews.checks_counted(claims)) for claims in explainer.claims.values()],
                "terms": explainer.terms,
            },
            data=SETTINGS_FILE,
        )

    def _overview(
        self, path: str, name: str, context: Context, *, data: str | None = None, searched: bool = True
    ) -> Plan:
        return Plan(
            path=path,
            template=name,
            title=self.words(f"kinds.{name}"),
            description=self.words(f"about.{name}"),
            context=context,
            trail=self._trail(),
            data=data,
            searched=searched,
        )

    def _kind(
        self, kind: type[R], records: Sequence[R], context: Callable[[R], Context], overview: Context
    ) -> Iterator[Plan]:
        """The index of a kind and a page for each of its records."""
        name = kind.kind_name
        if records:
            yield self._overview(addresses.index_of(kind), f"{name}-index", overview, searched=False)
        for index, record in enumerate(records):
            yield Plan(
                path=f"{name}/{record.id}.md",
                template=name,
                title=record.heading.__html__(),
                description=self._described(record),
                context={"claimed": self.claimed.get(record.id, ()), **context(record)},
                trail=self._trail(f"{name}-index", addresses.index_of(kind)),
                record=record,
                before=records[index - 1] if index else None,
                after=records[index + 1] if index + 1 < len(records) else None,
                data=f"{name}/{record.id}.yml",
            )

    def _trail(self, name: str | None = None, path: str = "") -> Trail:
        home = (self.words("site.home"), addresses.HOME)
        return (home, (self.words(f"kinds.{name}"), path)) if name else (home,)

    def _described(self, record: Record) -> Markup:
        """The first sentence or so of its summary, for search engines and previews."""
        if not record.summary:
            return self.words("about.record", title=record.label, kind=self.words(f"kinds.{record.kind_name}-index"))
        plain = " ".join(self.explainer.plain(record.summary).split())
        short = textwrap.shorten(plain, _DESCRIPTION_LENGTH, placeholder="…")
        # A word as long as a line leaves next to nothing before it.
        if short != plain and len(short) <= _DESCRIPTION_LENGTH // 2:
            short = f"{plain[: _DESCRIPTION_LENGTH - 1]}…"
        return shown(short)

    def _stage(self, stage: Stage) -> Context:
        return {
            "stage": stage,
            "visits": self.explainer.naming(stage.id, Visit, "stage"),
            "projects": self.explainer.naming(stage.id, Project, "needs"),
        }

    def _visits(self) -> Context:
        return {
            "groups": overviews.visits_by_standing(self.explainer),
            "where": whereabouts.of_visits(self.explainer),
        }

    def _visit(self, visit: Visit) -> Context:
        explainer = self.explainer
        met = set(visit.parties)
        return {
            "visit": visit,
            "led_from": explainer.naming(visit.id, Visit, "led_to"),
            "same_people": tuple(pair for pair in self.met if {pair.one.id, pair.other.id} <= met),
            "projects": explainer.naming(visit.id, Project, "history", "summary", "statements", "obstacles"),
        }

    def _project(self, project: Project) -> Context:
        explainer = self.explainer
        return {
            "project": project,
            "needed_by": explainer.naming(project.id, Project, "needs"),
            "maps": whereabouts.of_project(explainer, project),
            "freed_by": tuple(
                (constraint, exemption)
                for constraint in explainer.constraints
                for exemption in constraint.exemptions
                if project.id in exemption.projects
            ),
        }

    def _constraint(self, constraint: Constraint) -> Context:
        return {"constraint": constraint, "held_back": overviews.held_back(self.explainer, constraint)}

    def _blocks(self) -> Context:
        explainer = self.explainer
        blocks, blocking = overviews.blocks(explainer), overviews.blocking(explainer)
        return {
            "constraints": explainer.constraints,
            "blocking": blocking,
            "blocks": blocks,
            "picture": charts.blocks_picture(blocks, blocking),
        }

    def _party(self, party: Party) -> Context:
        explainer = self.explainer
        return {
            "party": party,
            "sides": [
                explainer.party(id) for id in sorted(explainer.sides[party.id]) if id not in (party.id, *party.of)
            ],
            "met": tuple(pair for pair in self.met if party.id in (pair.one.id, pair.other.id)),
            "visits": overviews.visits_of(explainer, party),
            "present_at": explainer.naming(party.id, Visit, "present"),
            "invited": explainer.naming(party.id, Visit, "invited_by"),
            "projects": explainer.naming(party.id, Project, "parties"),
            "members": explainer.naming(party.id, Party, "of"),
            "adopted": explainer.naming(party.id, Constraint, "adopted_by"),
        }

    def _timeline(self) -> Iterator[Plan]:
        """One page, or one a year where it is too long for one."""
        moments = overviews.timeline(self.explainer)
        if not moments:
            return
        years = overviews.by_year(moments)
        split = len(moments) > ROWS_AT_MOST
        months = {year: overviews.by_month(members) for year, members in years.items()}
        context: Context = {
            "years": {} if split else months,
            "pages": tuple(years) if split else (),
            "pictures": () if split else self._pictures(moments),
        }
        yield self._overview(addresses.TIMELINE, "timeline", context, searched=False)
        for year in years if split else ():
            yield Plan(
                path=addresses.address_of_year(year),
                template="timeline",
                title=self.words("timeline.year", year=str(year)),
                description=self.words("about.timeline"),
                context={"years": {year: months[year]}, "pages": (), "pictures": self._pictures(years[year])},
                trail=self._trail("timeline", addresses.TIMELINE),
                searched=False,
            )

    def _pictures(self, happenings: Sequence[overviews.Happening]) -> tuple[chronicle.Picture, ...]:
        """The timeline drawn wide, with the towns where leaders met, and narrow."""
        explainer = self.explainer
        groups = overviews.visits_by_standing(explainer).items()
        standings = {visit.id: name for name, members in groups for visit in members}
        towns = whereabouts.towns_of_visits(explainer)
        kinds = [(happening, chronicle.kind_of(happening, standings)) for happening in happenings]
        named = [
            (happening, kind, self._town(happening, towns) if kind == "leaders" else None) for happening, kind in kinds
        ]
        plain = [(happening, kind, None) for happening, kind in kinds]
        wide = chronicle.draw_timeline(named, self.words.months("abbreviated"), wide=mapping.WIDE)
        narrow = chronicle.draw_timeline(plain, self.words.months("narrow"), wide=mapping.NARROW)
        return (wide, narrow) if wide and narrow else ()

    def _town(self, happening: overviews.Happening, towns: Mapping[str, str]) -> Text | None:
        record = happening.record
        if not isinstance(record, Visit) or not record.all_places:
            return None
        return labelling.brief(self.explainer.place(towns[record.all_places[0]]).label)

    def _moment(self, moment: Moment) -> Plan:
        """A day looked back to: how things stood, and what happened next."""
        then = self.memories[moment.id]
        standing = overviews.visits_by_standing(then)
        return Plan(
            path=addresses.address_of_moment(moment),
            template="moments",
            title=moment.title.__html__(),
            description=self.words("about.moments", date=self.words.day(moment.date)),
            context={
                "moment": moment,
                "stages": then.stages,
                "met": overviews.met_pairs(then),
                "ahead": standing.get("ahead", ()),
                "unconfirmed": standing.get("unconfirmed", ()),
                "fell_through": standing.get("fell-through", ()),
                "projects": then.projects,
                "next": overviews.after(self.explainer, moment.date.last),
            },
            trail=self._trail(),
            data=SETTINGS_FILE,
        )

    def _claims(self) -> Iterator[Plan]:
        """The index of the sources whose claims are listed, a page for each, and the forecasts of all."""
        explainer = self.explainer
        if not explainer.claims:
            return
        counted = [(claims, overviews.checks_counted(claims)) for claims in explainer.claims.values()]
        yield self._overview(addresses.CLAIMS, "claims-index", {"counted": counted})
        for claims in explainer.claims.values():
            yield self._claims_of(claims, explainer.source(claims.source))
        if forecasts := overviews.forecasts(explainer):
            yield self._overview(addresses.FORECASTS, "forecasts", {"groups": forecasts})

    def _claims_of(self, claims: Claims, source: Source) -> Plan:
        who = source.who
        return Plan(
            path=addresses.address_of_claims(claims),
            template="claims",
            title=self.words("claims.of", who=who),
            description=self.words("about.claims", who=who),
            context={
                "source": source,
                "claims": claims,
                "paragraphs": overviews.claims_by_paragraph(claims),
                "counted": overviews.checks_counted(claims),
            },
            trail=self._trail("claims-index", addresses.CLAIMS),
            data=f"claims/{claims.source}.yml",
        )
