"""The data for each template: a record with the records that refer to it, or the records of an overview.

Contexts are made only when a page is rendered, because checking the summaries does not need them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from markupsafe import Markup

from builder.checks.quality import findings
from builder.dates.edtf_dates import Date
from builder.explainer.addresses import PAGED
from builder.explainer.counting import effect_of, pairs
from builder.explainer.linking import Explainer
from builder.explainer.tracing.traced import Answers
from builder.explainer.views import documents, event_views, obstacles, overviews, record_views, rounds, timeline
from builder.explainer.views.headlines import as_listed
from builder.explainer.views.obstacles import HeldBack
from builder.explainer.views.overviews import Happening, SourcedClaim
from builder.explainer.words import Words
from builder.exports import downloads
from builder.graphics import charts, visit_places
from builder.graphics.charts import Encounters
from builder.graphics.lanes.picture import LanesPicture, PictureInputs, Pictures, picture_inputs
from builder.pages.long_lists.beginnings import LINES, Beginning, beginning
from builder.pages.long_lists.lists import LongLists, place_of
from builder.records.loading import SETTINGS_FILE
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit

Context = dict[str, object]

_CLAIMS_AT_LEAST = 3
"""How many claims of one source the page on the state of the explainer lists, if there are that many."""

_WHOLE_ON_EARLIER_DAYS = frozenset((Event.kind_name, Document.kind_name))
"""The kinds of which pages about earlier days may show everything."""

_NEXT = 60
"""How many things that happened after a day are on its page."""


def _by_person(pairs: Sequence[Encounters]) -> dict[str, list[Encounters]]:
    found: dict[str, list[Encounters]] = defaultdict(list)
    for pair in pairs:
        found[pair.one.id].append(pair)
        found[pair.other.id].append(pair)
    return found


class Contexts:
    """Makes the contexts of all pages of one explainer. What several pages need is worked out once.

    Whatever is worked out asks `self.explainer`, so that it is known on what a page depends: records, and answers that
    are derived from them.
    """

    def __init__(
        self, explainer: Explainer, words: Words, as_it_stood: Callable[[Moment], Explainer], mark: str = ""
    ) -> None:
        """`as_it_stood` returns the explainer as it stood at a moment. `mark` is that of another language."""
        self.answers = Answers(explainer, mark)
        self.explainer = self.answers.traced
        self.words = words
        self.as_it_stood = as_it_stood
        self.lists = LongLists(explainer, words)
        self._pictures: Pictures | None = None
        self.answers.ways |= {
            "everything": self._everything,
            "earlier": self._everything,  # who makes earlier days from less says from what
            "list_pages": lambda: self.lists.pages,
            "cited": lambda id: self._cited_sources[id],
            "place_of_claim": self.lists.place_of_claim,
            "place_of_pair": self.lists.place_of_pair,
            "item_pages": lambda: self.lists.item_pages,
            "on_timeline": lambda: len(self.lists.timeline.items),
            "claims_part": lambda source: self.lists.claims_of(explainer.claims[source]),
        }
        self.answers.touches |= {
            "everything": lambda changes: bool(changes.keys),
            "earlier": lambda changes: changes.told or not changes.kinds.isdisjoint(_WHOLE_ON_EARLIER_DAYS),
            "cited": lambda changes, id: id in changes.keys or id in changes.relinked or SETTINGS_FILE in changes.keys,
        }
        self.answers.derived |= {
            "place": self._place,
            "listed_visits": lambda: tuple(map(as_listed, self.explainer.visits)),
            "standings": lambda: overviews.visits_by_standing(self.explainer),
            "standing_by_id": lambda: {each.id: name for name, found in self.standings.items() for each in found},
            "standing": lambda id: self._ask("standing_by_id")[id],
            "encounters": lambda: charts.encounters(self.explainer),
            "encounters_by_ids": lambda: {
                (pair.one.id, pair.other.id): (place, pair) for place, pair in enumerate(self.met)
            },
            "met_among": self._met_among,
            "parts_of": lambda id: rounds.parts_of(self.explainer, id),
            "places_among": lambda id: rounds.places_among(self.explainer, id),
            "place_among": lambda whole, id: self._ask("places_among", whole)[id],
            "met_by_all": lambda: _by_person(self.met),
            "met_by": lambda id: self._ask("met_by_all").get(id, ()),
            "to_meet": lambda: frozenset(_by_person(self.encounters)),
            "is_to_meet": lambda id: id in self._ask("to_meet"),
            "held_back": lambda: obstacles.held_back(self.explainer),
            "held_back_by": lambda id: self.held_back.get(id, ()),
            "blocks": lambda: obstacles.blocks(self.explainer, self.held_back),
            "blocks_of": lambda id: self.blocks.get(id, {}),
            "claims_by_record": lambda: overviews.claims_about(self.explainer),
            "claims_about": lambda id: self._ask("claims_by_record").get(id, ()),
            "forecasts": lambda: overviews.forecasts(self.explainer),
            "after": self._after,
            "meetings": lambda: picture_inputs(self.explainer, self._ask("files", "meetings")),
            "offered": lambda: downloads.downloads(self.explainer),
            "files": self._files,
        }

    @cached_property
    def _cited_sources(self) -> Mapping[str, overviews.CitedSource]:
        return overviews.cited_sources(self.answers.explainer)

    def _everything(self) -> object:
        explainer = self.answers.explainer
        return explainer.settings, explainer.records, explainer.claims, explainer.removals

    def _after(self, id: str) -> Beginning[Happening]:
        """What happened after the day of a moment."""
        moment = next(each for each in self.explainer.settings.moments if each.id == id)
        found = beginning(overviews.after(self.explainer, moment.date.last), _NEXT)
        shown = [
            replace(each, record=as_listed(each.record)) if isinstance(each.record, Visit) else each
            for each in found.shown
        ]
        return replace(found, shown=tuple(shown))

    def _files(self, name: str) -> tuple[tuple[str, str], ...]:
        """The files of a download, as (format, path below docs/); none if there is nothing to download."""
        return next((each.files for each in self._ask("offered") if each.name == name), ())

    def _place(self, id: str) -> str | None:
        """The page of a record or its place on a page; None if no page shows it."""
        record = self.explainer.records[id]
        return place_of(record, {} if isinstance(record, PAGED) else self._ask("list_pages"))

    def _ask(self, *question: str) -> Any:
        return self.explainer.ask(*question)

    @property
    def standings(self) -> dict[str, tuple[Visit, ...]]:
        """The visits by their standing: held, ahead, unconfirmed or fell-through."""
        return cast("dict[str, tuple[Visit, ...]]", self._ask("standings"))

    @property
    def encounters(self) -> tuple[Encounters, ...]:
        """The pairs of people who met or planned to meet."""
        return cast("tuple[Encounters, ...]", self._ask("encounters"))

    @property
    def met(self) -> tuple[Encounters, ...]:
        """The pairs of people who met."""
        return tuple(pair for pair in self.encounters if pair.held)

    @property
    def forecasts(self) -> Mapping[str, Sequence[SourcedClaim]]:
        """Every forecast by its outcome."""
        return cast("Mapping[str, Sequence[SourcedClaim]]", self._ask("forecasts"))

    @property
    def held_back(self) -> Mapping[str, Sequence[HeldBack]]:
        """The projects that each constraint blocks or exempts."""
        return cast("Mapping[str, Sequence[HeldBack]]", self._ask("held_back"))

    @property
    def blocks(self) -> Mapping[str, Mapping[str, HeldBack]]:
        """What holds each project back and exempts it, by project and then by constraint."""
        return cast("Mapping[str, Mapping[str, HeldBack]]", self._ask("blocks"))

    def home(self) -> Context:
        explainer = self.explainer
        return {
            "settings": explainer.all_settings,
            "lead": overviews.lead_of(explainer.all_settings),
            "stages": explainer.stages,
            "counted": overviews.count_projects(explainer.projects),
            "picture": self.lanes(),
            "ahead": self.standings.get("ahead", ()),
            "latest": event_views.latest_items(explainer) if explainer.events else (),
            "expected": event_views.still_to_come(explainer),
            "questions": overviews.home_questions(explainer),
            "asked": len(explainer.questions),
            "differences": overviews.differences(explainer),
            "ways": tuple(overviews.ways_in(explainer, self._ask("on_timeline"))),
            "standings": overviews.standings_counted(explainer),
        }

    @staticmethod
    def given(**values: object) -> Context:
        """Return the values that the plan of the page gives."""
        return values

    def stages(self) -> Context:
        return {"stages": self.explainer.stages, "steps": event_views.steps_of_stages(self.explainer)}

    def background(self) -> Context:
        return {"settings": self.explainer.all_settings}

    def lanes_of(self, party: Party) -> LanesPicture | None:
        """The drawing of meetings with the lane of a party lit; None if it met nobody, nor was to."""
        if not self._ask("is_to_meet", party.id):
            return None
        picture = self.lanes(party.id)
        return self.lanes() if picture.lanes.main == party else picture

    def lanes(self, lit: str | None = None, day: Date | None = None) -> LanesPicture:
        """Draw the meetings and the stages over time, with the lane of a person lit, and a line at a day."""
        inputs: PictureInputs = self._ask("meetings")
        if self._pictures is None or self._pictures.inputs is not inputs:
            self._pictures = Pictures(inputs, self.words)
        return self._pictures.picture(lit, day.first if day else None)

    def of(self, record: Record) -> Context:
        """Return the context of a record's page. Raises TypeError for a kind without pages."""
        self.explainer.records[record.id]  # the page depends on it, although it is given here
        shared: Context = {
            "claimed": record_views.claims_by_verdict(self.explainer, self._ask("claims_about", record.id)),
            "step": record_views.step_in_story(self.explainer, record),
        }
        match record:
            case Stage():
                return shared | self._stage(record)
            case Visit():
                return shared | self._visit(record)
            case Event():
                return shared | self._event(record)
            case Project():
                return shared | self._project(record)
            case Constraint():
                return shared | self._constraint(record)
            case Document():
                return shared | self._document(record)
            case Party():
                return shared | self._party(record)
        raise TypeError(f"a {type(record).__name__} has no page")

    def moment(self, moment: Moment) -> Context:
        """Return how things stood on a day, and what happened next."""
        self._ask("earlier")
        then = self.as_it_stood(moment)
        contexts_then = Contexts(then, self.words, self.as_it_stood)
        return {
            "moment": moment,
            "picture": contexts_then.lanes(day=moment.date),
            "stages": then.stages,
            "steps": event_views.steps_of_stages(then),
            "met": beginning(contexts_then.met),
            "ahead": contexts_then.standings.get("ahead", ()),
            "unconfirmed": contexts_then.standings.get("unconfirmed", ()),
            "expected": event_views.still_to_come(then),
            "that_day": timeline.items_on(then, moment.date),
            "broken_off": rounds.broken_off(then),
            "fell_through": contexts_then.standings.get("fell-through", ()),
            "projects": then.projects,
            "constraints": then.constraints if any(each.has_states for each in self.explainer.constraints) else (),
            "documents": then.documents,
            "members": record_views.members_of_each(then),
            "next": self._ask("after", moment.id),
        }

    def downloads(self, whole: Markup) -> Context:
        """Return what there is to download. `whole` is the title of the page with the whole explainer."""
        found, licence = self._ask("offered"), self.explainer.settings.licence
        return {"downloads": found, "licence": licence, "whole": whole}

    def state(self) -> Context:
        self._ask("everything")  # the report looks at all that is written, and where
        report = findings.gather_report(self.answers.explainer)
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
            "events": self.explainer.naming(stage.id, Event, "about"),
        }

    def _visit(self, visit: Visit) -> Context:
        explainer = self.explainer
        return {
            "visit": visit,
            "reasons": record_views.reasons_of(visit),
            "standing": self._ask("standing", visit.id),
            "led_from": explainer.naming(visit.id, Visit, "led_to"),
            "ended": explainer.naming(visit.id, Constraint, "ended_by"),
            "same_people": self._ask("met_among", visit.id),
            "parts": self._ask("parts_of", visit.id),
            "resumed_by": explainer.naming(visit.id, Visit, "resumes"),
            "projects": explainer.naming(visit.id, Project, "history", "summary", "statements", "obstacles"),
            "events": explainer.naming(visit.id, Event, "about"),
        }

    def _met_among(self, id: str) -> tuple[Encounters, ...]:
        """Return the pairs of people in a visit who met, there or elsewhere, those with the most meetings first."""
        by_ids = self._ask("encounters_by_ids")
        visit = self.explainer.records[id]
        assert isinstance(visit, Visit), "it was asked for a visit"
        found = [by_ids[pair] for pair in pairs(self.explainer, visit) if pair in by_ids]
        return tuple(pair for _, pair in sorted(found, key=lambda each: each[0]))

    def _event(self, event: Event) -> Context:
        explainer = self.explainer
        naming = (
            mention.record
            for mention in explainer.mentions.get(event.id, ())
            if mention.field not in ("about", "ended_by")
        )
        return {
            "event": event,
            "is_ahead": event_views.is_to_come(explainer, event),
            "ended": explainer.naming(event.id, Constraint, "ended_by"),
            "events": explainer.naming(event.id, Event, "about"),
            "named_by": event_views.by_kind(naming),
            "moments": tuple(moment for moment in explainer.settings.moments if moment.date == event.date),
        }

    def _project(self, project: Project) -> Context:
        explainer = self.explainer
        return {
            "project": project,
            "needed_by": explainer.naming(project.id, Project, "needs"),
            "maps": visit_places.maps_of_project(explainer, project),
            "states": record_views.track(project),
            "held": record_views.by_effect(self._ask("blocks_of", project.id)),
            "events": explainer.naming(project.id, Event, "about"),
        }

    def _constraint(self, constraint: Constraint) -> Context:
        held_back: Sequence[HeldBack] = self._ask("held_back_by", constraint.id)
        clauses, other = record_views.clauses(constraint, held_back)
        return {
            "constraint": constraint,
            "tense": "" if (effect := effect_of(constraint)) == "now" else f"_{effect}",
            "clauses": clauses,
            "other": other,
            "holds_back": tuple(held.project for held in held_back if held.obstacles),
            "held_before": tuple(held.project for held in held_back if held.lifted and not held.obstacles),
            "frees": tuple(held.project for held in held_back if held.exemptions),
            "amended_by": self.explainer.naming(constraint.id, Constraint, "amends"),
            "ended": self.explainer.naming(constraint.id, Constraint, "ended_by"),
            "events": self.explainer.naming(constraint.id, Event, "about"),
        }

    def _document(self, document: Document) -> Context:
        found = documents.participants(self.explainer, document)
        return {
            "document": document,
            "participants": found,
            "signers": documents.heading_of_signers(document),
            "standings": documents.by_standing(found),
            "relations": documents.relations(self.explainer, document),
            "amended_by": self.explainer.naming(document.id, Document, "amends"),
            "events": self.explainer.naming(document.id, Event, "about"),
            "ended": self.explainer.naming(document.id, Constraint, "ended_by"),
        }

    def _party(self, party: Party) -> Context:
        explainer = self.explainer
        above = explainer.sides[party.id] - {party.id, *party.of}
        now, former = record_views.members_with_dates(explainer, party)
        top = {id for id in party.of if not explainer.party(id).of} if above else set()
        return {
            "party": party,
            "picture": self.lanes_of(party),
            "sides": [explainer.party(id) for id in sorted(above | top)],
            "met": self._ask("met_by", party.id),
            "visits": overviews.visits_of(explainer, party),
            "present_at": explainer.naming(party.id, Visit, "present"),
            "invited": explainer.naming(party.id, Visit, "invited_by"),
            "projects": explainer.naming(party.id, Project, "parties"),
            "members": explainer.naming(party.id, Party, "of"),
            "dated_members": now,
            "former_members": former,
            "binding": explainer.naming(party.id, Constraint, "binds"),
            "voted": record_views.votes_of(explainer, party),
            "documents": documents.involvements(explainer, party),
            "adopted": explainer.naming(party.id, Constraint, "adopted_by"),
            "acted": event_views.events_of(explainer, party),
            "addressed": explainer.naming(party.id, Event, "addressed_to"),
            "events": explainer.naming(party.id, Event, "about"),
        }
