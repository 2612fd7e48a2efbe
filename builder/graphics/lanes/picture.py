"""The drawing of meetings and stages in two widths, in the site's words, with the lane of any person lit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.graphics import labels, projection, visit_places
from builder.graphics.lanes.drawing import Drawing
from builder.graphics.lanes.layout import Labelled, View, Wording, draw_lanes
from builder.graphics.lanes.meeting_lanes import (
    STANDINGS,
    Lane,
    Lanes,
    Marked,
    Meetings,
    Span,
    Standing,
    meetings_by_person,
)
from builder.records.safe_text import Text

_VIEWS = (View(wide=projection.WIDE, above=False, at_most=12), View(wide=projection.NARROW, above=True, at_most=8))
"""The drawing next to text, and on a phone."""


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
        if not self.lanes.of_meetings:
            return "lanes.how_stages"
        one_each = self.lanes.main or self.lanes.of_meetings[0].kind == "pair"
        return "lanes.how" if one_each else "lanes.how_all"

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What the marks in it mean. A dot needs no word where only events have one: the name of their lane says it."""
        rows = [row for drawing in self.drawings for row in drawing.rows]
        marks = [(mark, row.lane) for row in rows for mark in row.marks]
        found = {kind for mark, lane in marks for kind in mark.kinds if kind != "held" or lane.kind != "events"}
        return tuple(each for each in STANDINGS if each in found)

    @property
    def hidden(self) -> tuple[Marked, ...]:
        """The visits that are not drawn, except those to come, which the home page lists."""
        planned = {
            visit.id for lane in self.lanes.of_meetings for visit, standing in lane.visits if standing == "planned"
        }
        return tuple(visit for visit in self.drawings[0].hidden if visit.id not in planned)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureInputs:
    """All that a drawing is made from, besides the site's words."""

    meetings: Meetings
    towns: Mapping[str, Text]
    """The town of each meeting that has one, by the id of the visit."""

    first: tuple[str, ...]
    """The ids of the records in the story, which are labelled before others."""

    files: tuple[tuple[str, str], ...]
    """The files with the same data, as (format, path below docs/)."""


def picture_inputs(explainer: Explainer, files: tuple[tuple[str, str], ...]) -> PictureInputs:
    """Gather what drawings are made from. `files` have the same data, as (format, path below docs/)."""
    meetings = meetings_by_person(explainer)
    towns = visit_places.towns_of_visits(explainer, explainer.visits)
    return PictureInputs(
        meetings=meetings,
        towns={
            visit.id: labels.brief(explainer.place(towns[visit.all_places[0]]).label)
            for visit, _ in meetings.standings
            if visit.all_places
        },
        first=tuple(step.record for step in explainer.settings.story if step.record),
        files=files,
    )


class Pictures:
    """Draws meetings and stages. What does not depend on whose lane is lit is made once."""

    def __init__(self, inputs: PictureInputs, words: Words) -> None:
        self.inputs = inputs
        self.words = words
        self._drawn: dict[object, tuple[Drawing, ...]] = {}
        self._dated: dict[str, tuple[Markup, Text]] = {}
        self._counted: dict[tuple[int, str, str], Text] = {}

    def picture(self, lit: str | None = None, day: datetime.date | None = None) -> LanesPicture:
        """Draw the meetings and the stages over time, with the lane of a person lit, and a line at a day."""
        lanes = self.inputs.meetings.lanes(lit)
        # With the same people in the lanes, the drawing is the same but for the lane that is lit.
        key = (day, *(tuple(party.id for party in lane.people) for lane in lanes.lanes))
        if key not in self._drawn:
            self._drawn[key] = self._draw(lanes, day)
        drawings = self._drawn[key]
        return LanesPicture(
            lanes=lanes,
            drawings=tuple(drawing.lit_for(lit) for drawing in drawings) if lit else drawings,
            title=self._title(lanes),
            lit=lit,
            files=self.inputs.files,
        )

    def _title(self, lanes: Lanes) -> Markup:
        held = lanes.held
        if lanes.main:
            of_main = sum(lanes.main.id in visit.parties for visit in held)
            return self.words("lanes.title_of", who=lanes.main.label, count=of_main)
        if held:
            return self.words("lanes.title", count=len(held))
        return self.words("lanes.title_stages" if lanes.stages else "lanes.title_events")

    def _draw(self, lanes: Lanes, day: datetime.date | None) -> tuple[Drawing, ...]:
        places = dict(self.inputs.towns)
        for lane in lanes.lanes:
            if lane.kind == "others":  # the name of the lane does not say whom
                order = {party.id: place for place, party in enumerate(lane.people)}
                for visit, _ in lane.visits:
                    last = max(order[id] for id in visit.parties if id in order)
                    places[visit.id] = lane.people[last].label
        wording = Wording(
            count=lambda number: _said(self.words.count(number)),
            year=lambda number: _said(self.words.digits(number)),
            months=self.words.months("abbreviated"),
            name=self._lane_name,
            mark=partial(self._mark_name, places),
            state=self._state,
            since=self._state_since,
        )
        labelled = Labelled(places=places, first=self.inputs.first)
        drawn = (draw_lanes(lanes, wording, view, labelled, day=day) for view in _VIEWS)
        return tuple(drawing for drawing in drawn if drawing)

    def _lane_name(self, lane: Lane) -> Text:
        if lane.kind == "person":
            return lane.people[0].label
        if lane.kind == "events":
            return _said(self.words("kinds.events-index"))
        if lane.kind == "pair":
            return _said(self.words.list([party.label.__html__() for party in lane.people]))
        who = lane.people[0].label
        return _said(self.words("lanes.others") if lane.kind == "others" else self.words("lanes.without", who=who))

    def _mark_name(self, places: Mapping[str, Text], lane: Lane, visits: Sequence[Marked]) -> Text:
        if len(visits) > 1:
            key = (len(visits), visits[0].id, visits[-1].id)
            if key not in self._counted:
                self._counted[key] = self._several(visits)
            return self._counted[key]
        visit = visits[0]
        what: list[Text] = [visit.title]
        if lane.kind == "person" and visit.id in places:
            what = [lane.people[0].label, places[visit.id]]
        return Text(", ".join([*what, self._day_of(visit)[1]]))

    def _several(self, visits: Sequence[Marked]) -> Text:
        first, last = self._day_of(visits[0])[0], self._day_of(visits[-1])[0]
        name = "lanes.several" if visits[0].is_visit else "lanes.several_events"
        return _said(self.words(name, count=len(visits), first=first, last=last))

    def _day_of(self, record: Marked) -> tuple[Markup, Text]:
        """The day of a visit or an event, and the day with its status."""
        if record.id not in self._dated:
            day, status = self.words.day(record.date), record.status
            stands = "" if status == "happened" else f", {_said(self.words(f'status.{status}'))}"
            self._dated[record.id] = day, Text(f"{_said(day)}{stands}")
        return self._dated[record.id]

    def _state(self, span: Span) -> Text:
        return _said(self.words(f"status.{span.status}"))

    def _state_since(self, span: Span) -> Text:
        if span.since is None:
            return self._state(span)
        since = self.words("stage.since", date=self.words.day(span.since))
        return _said(self.words("lanes.state", state=self.words(f"status.{span.status}"), since=since))


def _said(words: Markup) -> Text:
    return Text(words.unescape())
