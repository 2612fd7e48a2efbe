"""The data for each template: a record with the records that refer to it, or the records of an overview.

Contexts are made only when a page is rendered, because checking the summaries does not need them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from markupsafe import Markup

from builder.checks.quality import findings
from builder.dates.edtf_dates import Date
from builder.explainer.counting import Pair, effect_of, pairs, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views import overviews, record_views
from builder.explainer.words import Words
from builder.exports import downloads
from builder.graphics import charts, labels, maps, visit_places
from builder.graphics.charts import Encounters
from builder.graphics.lanes_picture import Drawing, Labelled, View, Wording, draw_lanes
from builder.graphics.meeting_lanes import STANDINGS, Lane, Lanes, Span, Standing, meeting_lanes
from builder.pages.long_lists.beginnings import LINES, beginning
from builder.pages.long_lists.lists import LongLists
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text

Context = dict[str, object]


_VIEWS = (View(wide=maps.WIDE, above=False, at_most=12), View(wide=maps.NARROW, above=True, at_most=8))
"""The drawing of meetings and stages next to text, and on a phone."""


_CLAIMS_AT_LEAST = 3
"""How many claims of one source the page on the state of the explainer lists, if there are that many."""

_NEXT = 60
"""How many things that happened after a day are on its page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LanesPicture:
    """The drawing of meetings and stages in two widths, its title, whose lane is lit, and the files with its data."""

    lanes: Lanes
    drawings: tuple[Drawing, ...]
    title: Markup
    lit: str | None
    files: tuple[tuple[str, str], ...]

    @property
    def how(self) -> str:
        """The name of the phrase that says how to read it."""
        if not self.lanes.lanes:
            return "lanes.how_stages"
        one_each = self.lanes.main or self.lanes.lanes[0].kind == "pair"
        return "lanes.how" if one_each else "lanes.how_all"

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What the marks in it mean."""
        found = {mark.kind for drawing in self.drawings for row in drawing.rows for mark in row.marks}
        return tuple(each for each in STANDINGS if each in found)

    @property
    def hidden(self) -> tuple[Visit, ...]:
        """The visits that are not drawn, except those to come, which the home page lists."""
        planned = {visit.id for lane in self.lanes.lanes for visit, standing in lane.visits if standing == "planned"}
        return tuple(visit for visit in self.drawings[0].hidden if visit.id not in planned)


def _by_person(pairs: Sequence[Encounters]) -> dict[str, list[Encounters]]:
    found: dict[str, list[Encounters]] = defaultdict(list)
    for pair in pairs:
        found[pair.one.id].append(pair)
        found[pair.other.id].append(pair)
    return found


def _said(words: Markup) -> Text:
    return Text(words.unescape())


class Contexts:
    """Makes the contexts of all pages of one explainer. Shared data is made only once."""

    def __init__(self, explainer: Explainer, words: Words, lists: LongLists) -> None:
        self.explainer = explainer
        self.words = words
        self.lists = lists

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
        return self.lists.encounters

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

    def lanes(self, lit: str | None = None, day: Date | None = None) -> LanesPicture:
        """Draw the meetings and the stages over time, with the lane of a person lit, and a line at a day."""
        found = meeting_lanes(self.explainer, lit)
        towns = visit_places.towns_of_visits(self.explainer)
        drawn_visits = {visit.id: visit for lane in found.lanes for visit, _ in lane.visits}
        places = {id: town for id, visit in drawn_visits.items() if (town := self._town_of(visit, towns))}
        for lane in found.lanes:
            if lane.kind == "others":  # the name of the lane does not say whom
                places |= {
                    visit.id: party.label
                    for party in lane.people
                    for visit, _ in lane.visits
                    if party.id in visit.parties
                }
        wording = Wording(
            months=self.words.months("abbreviated"),
            name=self._lane_name,
            mark=partial(self._mark_name, places),
            state=self._state,
            since=self._state_since,
        )
        first = [step.record for step in self.explainer.settings.story if step.record]
        labelled = Labelled(places=places, first=first)
        drawn = [draw_lanes(found, wording, view, labelled, lit=lit, day=day.first if day else None) for view in _VIEWS]
        count = len(found.held)
        if found.main:
            of_main = sum(found.main.id in visit.parties for visit in found.held)
            title = self.words("lanes.title_of", who=found.main.label, count=of_main)
        else:
            title = self.words("lanes.title", count=count) if count else self.words("lanes.title_stages")
        files = next((each.files for each in downloads.downloads(self.explainer) if each.name == "meetings"), ())
        return LanesPicture(
            lanes=found, drawings=tuple(each for each in drawn if each), title=title, lit=lit, files=files
        )

    def _lane_name(self, lane: Lane) -> Text:
        if lane.kind == "person":
            return lane.people[0].label
        if lane.kind == "pair":
            return _said(self.words.list([party.label.__html__() for party in lane.people]))
        who = lane.people[0].label
        return _said(self.words("lanes.others") if lane.kind == "others" else self.words("lanes.without", who=who))

    def _mark_name(self, places: Mapping[str, Text], lane: Lane, visits: Sequence[Visit]) -> Text:
        days = [self.words.day(visit.date) for visit in visits]
        if len(visits) > 1:
            return _said(self.words("lanes.several", count=len(visits), first=days[0], last=days[-1]))
        visit = visits[0]
        what: list[Text] = [visit.title]
        if lane.kind == "person" and visit.id in places:
            what = [lane.people[0].label, places[visit.id]]
        return Text(", ".join([*what, _said(days[0]), _said(self.words(f"status.{status_on(visit)}"))]))

    def _state(self, span: Span) -> Text:
        return _said(self.words(f"status.{span.status}"))

    def _state_since(self, span: Span) -> Text:
        if span.since is None:
            return self._state(span)
        since = self.words("stage.since", date=self.words.day(span.since))
        return _said(self.words("lanes.state", state=self.words(f"status.{span.status}"), since=since))

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

    def moment(self, moment: Moment, then: Explainer) -> Context:
        """Return how things stood on a day, and what happened next."""
        contexts_then = Contexts(then, self.words, LongLists(then, self.words))
        return {
            "moment": moment,
            "picture": contexts_then.lanes(day=moment.date),
            "stages": then.stages,
            "met": beginning(contexts_then.met),
            "ahead": contexts_then.visits_by_standing.get("ahead", ()),
            "unconfirmed": contexts_then.visits_by_standing.get("unconfirmed", ()),
            "fell_through": contexts_then.visits_by_standing.get("fell-through", ()),
            "projects": then.projects,
            "constraints": then.constraints if any(each.has_states for each in self.explainer.constraints) else (),
            "next": beginning(overviews.after(self.explainer, moment.date.last), _NEXT),
        }

    def downloads(self) -> Context:
        return {"downloads": downloads.downloads(self.explainer), "licence": self.explainer.settings.licence}

    def state(self) -> Context:
        report = findings.gather_report(self.explainer)
        settings, removed = self.explainer.settings, self.explainer.removals.removed
        listed = max(LINES // max(len(report.coverage), 1), _CLAIMS_AT_LEAST)
        return {
            "report": report,
            "claims_listed": listed,
            "review_after": settings.review_after,
            "removed": removed,
        }

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

    def _town_of(self, visit: Visit, towns: Mapping[str, str]) -> Text | None:
        if not visit.all_places:
            return None
        return labels.brief(self.explainer.place(towns[visit.all_places[0]]).label)
