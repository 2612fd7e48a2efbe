"""What each page is given: a record with what others say of it, or records gathered for an overview.

Nothing is gathered or drawn before a page is rendered: to check the summaries needs none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from builder.checks import findings
from builder.explainer import overviews
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports import downloads
from builder.graphics import charts, gazetteer, labels, maps, timeline_picture
from builder.graphics.charts import Encounters
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text

Context = dict[str, object]

LATEST = 5
"""Visits that the home page names as the latest."""


class Contexts:
    """The contexts of all pages of one explainer; what several share is made once."""

    def __init__(self, explainer: Explainer, words: Words) -> None:
        self.explainer = explainer
        self.words = words

    @cached_property
    def standing(self) -> dict[str, tuple[Visit, ...]]:
        """The visits by how they stand."""
        return overviews.visits_by_standing(self.explainer)

    @cached_property
    def encounters(self) -> tuple[Encounters, ...]:
        """Who met whom, or was to."""
        return charts.encounters(self.explainer)

    @cached_property
    def met(self) -> tuple[Encounters, ...]:
        """Who met whom."""
        return tuple(pair for pair in self.encounters if pair.held)

    @cached_property
    def matrix(self) -> charts.Matrix:
        """Who met whom, laid out to be seen."""
        return charts.matrix(self.encounters)

    @cached_property
    def claimed(self) -> dict[str, tuple[overviews.SourcedClaim, ...]]:
        """By record: what sources claim of it."""
        return overviews.claims_about(self.explainer)

    @cached_property
    def counted(self) -> list[tuple[Claims, dict[str, int]]]:
        """The sources whose claims are listed, and how the claims came out."""
        return [(claims, overviews.checks_counted(claims)) for claims in self.explainer.claims.values()]

    def home(self) -> Context:
        explainer = self.explainer
        return {
            "settings": explainer.settings,
            "stages": explainer.stages,
            "latest": tuple(reversed(self.standing.get("held", ())[-LATEST:])),
            "ahead": self.standing.get("ahead", ()),
            "fell_through": self.standing.get("fell-through", ()),
            "projects": explainer.projects,
            "matrix": self.matrix,
            "claimed": self.counted,
        }

    def index(self, kind: type[Record]) -> Context:
        """What the page that lists a kind is given."""
        explainer = self.explainer
        if kind is Visit:
            return {"groups": self.standing, "pages": (), "where": gazetteer.places_of_visits(explainer)}
        if kind is Party:
            return {"groups": overviews.parties_by_kind(explainer.parties)}
        if kind is Constraint:
            return self._constraints()
        return {kind.kind_name: getattr(explainer, kind.kind_name)}

    def visits_by_year(self, years: Sequence[int]) -> Context:
        """The visits where each year has a page: the years, the map, and the visits whose year is not known."""
        maps = gazetteer.places_of_visits(self.explainer).maps
        return self.visits_in(None) | {"pages": years, "where": gazetteer.Whereabouts(places=(), maps=maps)}

    def visits_in(self, year: int | None) -> Context:
        """The visits of one year, where each has a page."""
        found = {
            name: tuple(visit for visit in visits if overviews.year_of(visit) == year)
            for name, visits in self.standing.items()
        }
        groups = {name: visits for name, visits in found.items() if visits}
        return {"groups": groups, "pages": (), "where": gazetteer.Whereabouts(places=(), maps=())}

    def of(self, record: Record) -> Context:
        """What the page of a record is given."""
        claimed = {"claimed": self.claimed.get(record.id, ())}
        match record:
            case Stage():
                return claimed | self._stage(record)
            case Visit():
                return claimed | self._visit(record)
            case Project():
                return claimed | self._project(record)
            case Constraint():
                held_back = overviews.held_back(self.explainer, record)
                return claimed | {"constraint": record, "held_back": held_back}
            case Party():
                return claimed | self._party(record)
        raise TypeError(f"a {type(record).__name__} has no page")

    def meetings(self) -> Context:
        return {"met": self.encounters, "matrix": self.matrix, "rule": self.explainer.settings.counting_rule}

    def moment(self, moment: Moment, then: Explainer) -> Context:
        """How things stood on a day, and what happened next."""
        remembered = Contexts(then, self.words)
        return {
            "moment": moment,
            "stages": then.stages,
            "met": remembered.met,
            "ahead": remembered.standing.get("ahead", ()),
            "unconfirmed": remembered.standing.get("unconfirmed", ()),
            "fell_through": remembered.standing.get("fell-through", ()),
            "projects": then.projects,
            "next": overviews.after(self.explainer, moment.date.last),
        }

    def timeline(self, happenings: Sequence[overviews.Happening]) -> Context:
        """A timeline by year and month, with its picture."""
        years = overviews.by_year(happenings)
        months = {year: overviews.by_month(members) for year, members in years.items()}
        return {"years": months, "pages": (), "pictures": self._pictures(happenings)}

    def claims(self, claims: Claims) -> Context:
        return {
            "source": self.explainer.source(claims.source),
            "claims": claims,
            "paragraphs": overviews.claims_by_paragraph(claims),
            "counted": overviews.checks_counted(claims),
        }

    def sources(self) -> Context:
        return {"groups": overviews.sources_by_standing(self.explainer)}

    def corrections(self) -> Context:
        return {"corrections": self.explainer.settings.corrections, "feed": downloads.CORRECTIONS_FEED}

    def downloads(self) -> Context:
        return {"downloads": downloads.downloads(self.explainer), "licence": self.explainer.settings.licence}

    def state(self) -> Context:
        report = findings.gather_report(self.explainer)
        return {"report": report, "review_after": self.explainer.settings.review_after}

    def _stage(self, stage: Stage) -> Context:
        return {
            "stage": stage,
            "visits": self.explainer.naming(stage.id, Visit, "stage"),
            "projects": self.explainer.naming(stage.id, Project, "needs"),
        }

    def _visit(self, visit: Visit) -> Context:
        explainer = self.explainer
        people = set(visit.parties)
        return {
            "visit": visit,
            "led_from": explainer.naming(visit.id, Visit, "led_to"),
            "same_people": tuple(pair for pair in self.met if {pair.one.id, pair.other.id} <= people),
            "projects": explainer.naming(visit.id, Project, "history", "summary", "statements", "obstacles"),
        }

    def _project(self, project: Project) -> Context:
        explainer = self.explainer
        return {
            "project": project,
            "needed_by": explainer.naming(project.id, Project, "needs"),
            "maps": gazetteer.maps_of_project(explainer, project),
            "freed_by": tuple(
                (constraint, exemption)
                for constraint in explainer.constraints
                for exemption in constraint.exemptions
                if project.id in exemption.projects
            ),
        }

    def _constraints(self) -> Context:
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
        above = explainer.sides[party.id] - {party.id, *party.of}
        top = {id for id in party.of if not explainer.party(id).of} if above else set()
        return {
            "party": party,
            "sides": [explainer.party(id) for id in sorted(above | top)],
            "met": tuple(pair for pair in self.met if party.id in (pair.one.id, pair.other.id)),
            "visits": overviews.visits_of(explainer, party),
            "present_at": explainer.naming(party.id, Visit, "present"),
            "invited": explainer.naming(party.id, Visit, "invited_by"),
            "projects": explainer.naming(party.id, Project, "parties"),
            "members": explainer.naming(party.id, Party, "of"),
            "adopted": explainer.naming(party.id, Constraint, "adopted_by"),
        }

    def _pictures(self, happenings: Sequence[overviews.Happening]) -> tuple[timeline_picture.Picture, ...]:
        """The timeline drawn wide, with the towns where leaders met, and narrow."""
        standings = {visit.id: name for name, members in self.standing.items() for visit in members}
        towns = gazetteer.towns_of_visits(self.explainer)
        kinds = [(happening, timeline_picture.kind_of(happening, standings)) for happening in happenings]
        named = [
            (happening, kind, self._town(happening, towns) if kind == "leaders" else None) for happening, kind in kinds
        ]
        plain = [(happening, kind, None) for happening, kind in kinds]
        wide_months, narrow_months = self.words.months("abbreviated"), self.words.months("narrow")
        pictures: tuple[timeline_picture.Picture, ...] = ()
        for cell in timeline_picture.CELL_WIDTHS:
            wide = timeline_picture.draw_timeline(named, wide_months, wide=maps.WIDE, cell=cell)
            narrow = timeline_picture.draw_timeline(plain, narrow_months, wide=maps.NARROW, cell=cell)
            pictures = (wide, narrow) if wide and narrow else ()
            if sum(picture.size for picture in pictures) <= timeline_picture.MAX_BYTES:
                break
        return pictures

    def _town(self, happening: overviews.Happening, towns: Mapping[str, str]) -> Text | None:
        record = happening.record
        if not isinstance(record, Visit) or not record.all_places:
            return None
        return labels.brief(self.explainer.place(towns[record.all_places[0]]).label)
