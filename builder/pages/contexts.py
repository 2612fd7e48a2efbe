"""The data for each template: a record with the records that refer to it, or the records of an overview.

Contexts are made only when a page is rendered, because checking the summaries does not need them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from builder.checks.quality import findings
from builder.dates.edtf_dates import Date
from builder.explainer.counting import Pair, effect_of, pairs
from builder.explainer.linking import Explainer
from builder.explainer.views import events, overviews, record_views
from builder.explainer.views.events import Event
from builder.explainer.words import Words
from builder.exports import downloads
from builder.graphics import charts, visit_places
from builder.graphics.charts import Encounters
from builder.graphics.lanes.picture import LanesPicture, Pictures
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit

Context = dict[str, object]


def _by_person(pairs: Sequence[Encounters]) -> dict[str, list[Encounters]]:
    found: dict[str, list[Encounters]] = defaultdict(list)
    for pair in pairs:
        found[pair.one.id].append(pair)
        found[pair.other.id].append(pair)
    return found


class Contexts:
    """Makes the contexts of all pages of one explainer. Shared data is made only once."""

    def __init__(self, explainer: Explainer, words: Words) -> None:
        self.explainer = explainer
        self.words = words

    @cached_property
    def visits_by_standing(self) -> dict[str, tuple[Visit, ...]]:
        """The visits by their standing: held, ahead, unconfirmed or fell-through."""
        return overviews.visits_by_standing(self.explainer)

    @cached_property
    def standings(self) -> dict[str, str]:
        """The standing of each visit, by its id."""
        return {visit.id: name for name, members in self.visits_by_standing.items() for visit in members}

    @cached_property
    def encounters(self) -> tuple[Encounters, ...]:
        """The pairs of people who met or planned to meet."""
        return charts.encounters(self.explainer)

    @cached_property
    def met(self) -> tuple[Encounters, ...]:
        """The pairs of people who met."""
        return tuple(pair for pair in self.encounters if pair.held)

    @cached_property
    def matrix(self) -> charts.Matrix:
        """The pairs of people as a matrix."""
        return charts.matrix(self.encounters)

    @cached_property
    def blocks(self) -> Mapping[str, Mapping[str, overviews.HeldBack]]:
        """What holds each project back and exempts it, by project and then by constraint."""
        return overviews.blocks(self.explainer, self.held_back)

    @cached_property
    def held_back(self) -> Mapping[str, Sequence[overviews.HeldBack]]:
        """The projects that each constraint blocks or exempts."""
        return overviews.held_back(self.explainer)

    @cached_property
    def met_in_order(self) -> Mapping[tuple[str, str], tuple[int, Encounters]]:
        """By the ids of two people who met, in alphabetical order: their place among all pairs, and the pair."""
        return {(pair.one.id, pair.other.id): (place, pair) for place, pair in enumerate(self.met)}

    @cached_property
    def met_by(self) -> Mapping[str, Sequence[Encounters]]:
        """By person: the pairs of people who met with that person in them."""
        return _by_person(self.met)

    @cached_property
    def leaders(self) -> frozenset[str]:
        """The ids of all who met as leaders or were to."""
        return frozenset(_by_person(self.encounters))

    @cached_property
    def claims_about(self) -> dict[str, tuple[overviews.SourcedClaim, ...]]:
        """The claims about each record, by its id."""
        return overviews.claims_about(self.explainer)

    @cached_property
    def claim_counts(self) -> list[tuple[Claims, dict[str, int]]]:
        """Each source with claims, and how many of its claims have each result."""
        return [(claims, overviews.checks_counted(claims)) for claims in self.explainer.claims.values()]

    def home(self) -> Context:
        explainer = self.explainer
        return {
            "settings": explainer.settings,
            "lead": overviews.lead_of(explainer.settings),
            "stages": explainer.stages,
            "counted": overviews.count_projects(explainer.projects),
            "picture": self.lanes(),
            "ahead": self.visits_by_standing.get("ahead", ()),
            "questions": overviews.home_questions(explainer),
            "asked": len(explainer.questions),
            "differences": overviews.differences(explainer),
            "ways": tuple(overviews.ways_in(explainer)),
            "standings": overviews.standings_counted(explainer),
        }

    def background(self) -> Context:
        return {"settings": self.explainer.settings}

    def lanes_of(self, party: Party) -> LanesPicture | None:
        """The drawing of meetings with the lane of a party lit; None if it met nobody, nor was to."""
        if party.id not in self.leaders:
            return None
        picture = self.lanes(party.id)
        return self.lanes() if picture.lanes.main == party else picture

    @cached_property
    def pictures(self) -> Pictures:
        """What draws the meetings and the stages over time."""
        files = next((each.files for each in downloads.downloads(self.explainer) if each.name == "meetings"), ())
        return Pictures(self.explainer, self.words, files)

    def lanes(self, lit: str | None = None, day: Date | None = None) -> LanesPicture:
        """Draw the meetings and the stages over time, with the lane of a person lit, and a line at a day."""
        return self.pictures.picture(lit, day.first if day else None)

    def index(self, kind: type[Record]) -> Context:
        """Return the context of the page that lists a kind of records."""
        explainer = self.explainer
        if kind is Visit:
            where = visit_places.places_of_visits(explainer)
            groups = overviews.visits_by_meaning(explainer, self.visits_by_standing)
            return {"groups": groups, "pages": (), "where": where}
        if kind is Party:
            return {"groups": overviews.parties_by_kind(explainer.parties)}
        if kind is Constraint:
            return self._constraints()
        return {kind.kind_name: getattr(explainer, kind.kind_name)}

    def visits_by_year(self, years: Sequence[int]) -> Context:
        """Return the context of the index if each year has a page: the years, the map, the visits of unknown year."""
        maps = visit_places.places_of_visits(self.explainer).maps
        return self.visits_in(None) | {"pages": years, "where": visit_places.Whereabouts(places=(), maps=maps)}

    def visits_in(self, year: int | None) -> Context:
        """Return the context of a page with the visits of one year."""
        found = {
            name: tuple(visit for visit in visits if overviews.year_of(visit) == year)
            for name, visits in self.visits_by_standing.items()
        }
        groups = overviews.visits_by_meaning(self.explainer, found)
        return {"groups": groups, "pages": (), "where": visit_places.Whereabouts(places=(), maps=None)}

    def of(self, record: Record) -> Context:
        """Return the context of a record's page. Raises TypeError for a kind without pages."""
        shared: Context = {
            "claimed": record_views.claims_by_verdict(self.explainer, self.claims_about.get(record.id, ())),
            "step": record_views.step_in_story(self.explainer, record),
        }
        match record:
            case Stage():
                return shared | self._stage(record)
            case Visit():
                return shared | self._visit(record)
            case Project():
                return shared | self._project(record)
            case Constraint():
                return shared | self._constraint(record)
            case Party():
                return shared | self._party(record)
        raise TypeError(f"a {type(record).__name__} has no page")

    def meetings(self) -> Context:
        moments = [each for each in self.explainer.settings.moments if each.date < self.explainer.settings.as_of]
        return {
            "met": [(pair, charts.held_by(pair, moments)) for pair in self.encounters],
            "matrix": self.matrix,
            "rule": self.explainer.settings.counting_rule,
            "levels": self.words.levels(self.explainer.settings.counts),
        }

    def invitations(self) -> Context:
        groups = {name: overviews.invitations(visits) for name, visits in self.visits_by_standing.items()}
        return {"groups": {name: visits for name, visits in groups.items() if visits}}

    def moment(self, moment: Moment, then: Explainer) -> Context:
        """Return how things stood on a day, and what happened next."""
        contexts_then = Contexts(then, self.words)
        return {
            "moment": moment,
            "picture": contexts_then.lanes(day=moment.date),
            "stages": then.stages,
            "met": contexts_then.met,
            "ahead": contexts_then.visits_by_standing.get("ahead", ()),
            "unconfirmed": contexts_then.visits_by_standing.get("unconfirmed", ()),
            "fell_through": contexts_then.visits_by_standing.get("fell-through", ()),
            "projects": then.projects,
            "constraints": then.constraints if any(each.has_states for each in self.explainer.constraints) else (),
            "next": overviews.after(self.explainer, moment.date.last),
        }

    def timeline(self, found: Sequence[Event], *, all_years: bool) -> Context:
        """Return a timeline by year, with the drawing of meetings and stages if it is of `all_years`."""
        years = events.by_year(found)
        kinds = {kind for event in found for kind in event.kinds}
        return {
            "years": years,
            "kinds": tuple(kind for kind in events.KINDS if kind in kinds),
            "folded": any(year.folded for year in years),
            "pages": (),
            "picture": self.lanes() if all_years else None,
        }

    def timeline_index(self, years: Sequence[int]) -> Context:
        """Return the page that leads to the pages of the years, if the timeline is too long for one page."""
        return self.timeline((), all_years=True) | {"pages": years}

    def claims(self, claims: Claims) -> Context:
        paragraphs = overviews.claims_by_paragraph(claims)
        return {
            "source": self.explainer.source(claims.source),
            "claims": claims,
            "groups": overviews.claims_by_result(claims),
            "paragraphs": paragraphs,
            "anchors": {para: f"paragraph_{number}" for number, para in enumerate(paragraphs, 1)},
            "bar": charts.bar(overviews.checks_counted(claims)),
            "removed": self.explainer.removed_claims(claims),
        }

    def claims_index(self) -> Context:
        return {
            "bars": [(claims, charts.bar(counted)) for claims, counted in self.claim_counts],
            "outcomes": self._outcomes(),
        }

    def forecasts(self) -> Context:
        return {"groups": overviews.forecasts(self.explainer), "bar": self._outcomes()}

    def sources(self) -> Context:
        return {
            "groups": overviews.sources_by_standing(self.explainer),
            "removed": self.explainer.removed("sources"),
        }

    def corrections(self) -> Context:
        return {"corrections": self.explainer.settings.corrections, "feed": downloads.CORRECTIONS_FEED}

    def downloads(self) -> Context:
        return {"downloads": downloads.downloads(self.explainer), "licence": self.explainer.settings.licence}

    def state(self) -> Context:
        report = findings.gather_report(self.explainer)
        settings, removed = self.explainer.settings, self.explainer.removals.removed
        return {"report": report, "review_after": settings.review_after, "removed": removed}

    def _outcomes(self) -> tuple[charts.Part, ...]:
        """Return the outcomes of all forecasts as a bar; empty if there are no forecasts."""
        found = overviews.forecasts(self.explainer)
        return charts.bar({outcome: len(members) for outcome, members in found.items()})

    def _stage(self, stage: Stage) -> Context:
        return {
            "stage": stage,
            "count": len(self.explainer.stages),
            "states": record_views.track(stage),
            "visits": self.explainer.naming(stage.id, Visit, "stage"),
            "projects": self.explainer.naming(stage.id, Project, "needs"),
        }

    def _visit(self, visit: Visit) -> Context:
        explainer = self.explainer
        return {
            "visit": visit,
            "reasons": record_views.reasons_of(visit),
            "standing": self.standings[visit.id],
            "led_from": explainer.naming(visit.id, Visit, "led_to"),
            "same_people": self._met_among(pairs(explainer, visit)),
            "projects": explainer.naming(visit.id, Project, "history", "summary", "statements", "obstacles"),
        }

    def _met_among(self, people: Iterable[Pair]) -> tuple[Encounters, ...]:
        """Return those of these pairs of people who met, those with the most meetings first."""
        found = [self.met_in_order[pair] for pair in people if pair in self.met_in_order]
        return tuple(pair for _, pair in sorted(found, key=lambda each: each[0]))

    def _project(self, project: Project) -> Context:
        explainer = self.explainer
        return {
            "project": project,
            "needed_by": explainer.naming(project.id, Project, "needs"),
            "maps": visit_places.maps_of_project(explainer, project),
            "states": record_views.track(project),
            "held": {
                effect: {id: held for id, held in self.blocks.get(project.id, {}).items() if held.effect == effect}
                for effect in ("now", "before", "later")
            },
        }

    def _constraints(self) -> Context:
        explainer = self.explainer
        blocking = tuple(constraint for constraint in explainer.constraints if constraint.id in self.held_back)
        return {
            "constraints": explainer.constraints,
            "blocking": blocking,
            "heads": overviews.short_labels(blocking),
            "blocks": self.blocks,
            "unnamed": overviews.unnamed_paragraphs(self.blocks),
            "picture": charts.blocks_picture(self.blocks, blocking),
        }

    def _constraint(self, constraint: Constraint) -> Context:
        held_back = self.held_back.get(constraint.id, ())
        clauses, other = record_views.clauses(constraint, held_back)
        return {
            "constraint": constraint,
            "tense": "" if (effect := effect_of(constraint)) == "now" else f"_{effect}",
            "clauses": clauses,
            "other": other,
            "holds_back": tuple(held.project for held in held_back if held.obstacles),
            "frees": tuple(held.project for held in held_back if held.exemptions),
        }

    def _party(self, party: Party) -> Context:
        explainer = self.explainer
        above = explainer.sides[party.id] - {party.id, *party.of}
        top = {id for id in party.of if not explainer.party(id).of} if above else set()
        return {
            "party": party,
            "picture": self.lanes_of(party),
            "sides": [explainer.party(id) for id in sorted(above | top)],
            "met": self.met_by.get(party.id, ()),
            "visits": overviews.visits_of(explainer, party),
            "present_at": explainer.naming(party.id, Visit, "present"),
            "invited": explainer.naming(party.id, Visit, "invited_by"),
            "projects": explainer.naming(party.id, Project, "parties"),
            "members": explainer.naming(party.id, Party, "of"),
            "adopted": explainer.naming(party.id, Constraint, "adopted_by"),
        }
