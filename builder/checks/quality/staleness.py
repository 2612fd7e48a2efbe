"""What is out of date on a day, and which records say little."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.dates.edtf_dates import Date
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer, named_anywhere
from builder.explainer.views.overviews import SourcedClaim
from builder.records.models.event import AHEAD, Event, EventEntry
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.project import Project, ProjectEntry
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.shapes import Entry
from builder.records.models.stage import Stage, StageEntry
from builder.records.models.visit import Visit, VisitEntry

UNCHANGED_AFTER = datetime.timedelta(days=365)
"""How long a stage may go without a step before it is reported."""

_OVER = ("done", "undone", "superseded")
_HELD = ("held", "resumed")
_FINAL = (*_OVER, *_HELD, "happened", "met", "missed", "cancelled", "lapsed", "completed", "abandoned")
"""Statuses that later steps do not change: the steps say what came of it."""

_TO_COME = ("invited", "planned", *AHEAD)
_SETTLED = ("came-true", "partly", "did-not")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stale:
    """What is out of date, or may be."""

    review_due: Date | None
    """The day after which to review the explainer, if it has passed."""

    gone_by: tuple[Visit | Event, ...]
    """Visits that are still planned or invited to, and events still expected, for a day that has passed."""

    open_forecasts: tuple[SourcedClaim, ...]
    """Forecasts that are not known to have come true or not."""

    unchanged: tuple[tuple[Stage, Entry], ...]
    """Stages under way without a step or an event for a year, each with its last step."""

    unconfirmed: tuple[Unconfirmed, ...]
    """Records whose last steps do not say whether their status is still the same. They are shown to editors only."""

    reviewed_ahead: tuple[Record, ...]
    """Records that were reviewed on a day still to come. They are shown to editors, not to readers."""

    @property
    def has_open(self) -> bool:
        """Whether there is anything to show to readers, besides the day to review it."""
        return bool(self.gone_by or self.open_forecasts or self.unchanged)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unconfirmed:
    """A record with the step that gave it its status, and the later steps, which give none."""

    record: Stage | Visit | Event | Project
    step: StageEntry | VisitEntry | EventEntry | ProjectEntry
    later: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceInUse:
    """A place, how many visits name it, and the projects with it on their route."""

    place: Place
    visits: int
    projects: tuple[Project, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thin:
    """Records that say little."""

    without_outcome: tuple[Visit, ...]
    """Visits held to their end, without an outcome."""

    without_step: tuple[Project, ...]
    """Projects without a dated step."""

    unnamed: tuple[Party, ...]
    """Parties that are not named anywhere."""

    without_coordinates: tuple[PlaceInUse, ...]
    """Places without coordinates that several visits or the route of a project need, those with the most uses first."""

    unchecked: tuple[Question, ...]
    """Questions that do not say what their answer rests on. They are shown to editors, not to readers."""

    @property
    def says_something(self) -> bool:
        """Whether there is anything to show to readers."""
        return bool(self.without_outcome or self.without_step or self.unnamed or self.without_coordinates)


def stale(explainer: Explainer, today: datetime.date) -> Stale:
    """What is out of date on `today`. Whether a stage is unchanged depends on the explainer's own day instead."""
    review_after = explainer.settings.review_after
    last_steps = ((stage, stage.history[-1]) for stage in explainer.stages if stage.history)
    day = explainer.settings.as_of.first
    recent = {id for event in explainer.events if _is_recent(event, day) for id in event.about}
    dated: tuple[Visit | Event, ...] = (*explainer.visits, *explainer.events)
    return Stale(
        review_due=review_after if review_after and review_after.last < today else None,
        gone_by=tuple(record for record in dated if status_on(record) in _TO_COME and record.date.last < today),
        open_forecasts=tuple(
            SourcedClaim(claim=claim, claims=claims)
            for claims in explainer.claims.values()
            for claim in claims.claims
            if claim.voice == "forecast" and (claim.outcome is None or claim.outcome.result not in _SETTLED)
        ),
        unchanged=tuple(
            (stage, step)
            for stage, step in last_steps
            if day - step.date.last > UNCHANGED_AFTER and stage.id not in recent and status_on(stage) not in _OVER
        ),
        unconfirmed=tuple(_unconfirmed(explainer)),
        reviewed_ahead=tuple(
            record for record in explainer.records.values() if record.reviewed and record.reviewed.first > today
        ),
    )


def _is_recent(event: Event, day: datetime.date) -> bool:
    """Whether an event happened within the year before a day, so that it is a step for the stages that it is about."""
    return event.date.first <= day and day - event.date.last <= UNCHANGED_AFTER


def thin(explainer: Explainer) -> Thin:
    """Which records say little."""
    named = named_anywhere(explainer)
    return Thin(
        without_outcome=tuple(visit for visit in explainer.visits if status_on(visit) in _HELD and not visit.outcomes),
        without_step=tuple(
            project
            for project in explainer.projects
            if not (project.history or any(part.history for part in project.parts))
        ),
        unnamed=tuple(party for party in explainer.parties if party.id not in named),
        without_coordinates=places_without_coordinates(explainer),
        unchecked=tuple(each for each in explainer.questions if not (each.rests_on or each.asserts)),
    )


def _unconfirmed(explainer: Explainer) -> Iterator[Unconfirmed]:
    """The records whose status may have changed since a step gave it: later steps state something, but no status.

    A judgement or a forecast is not counted, as it does not change anything.
    """
    with_status: tuple[Stage | Visit | Event | Project, ...] = (
        *explainer.stages,
        *explainer.visits,
        *explainer.events,
        *explainer.projects,
    )
    for record in with_status:
        history: Sequence[StageEntry | VisitEntry | EventEntry | ProjectEntry] = record.history
        last = max((index for index, step in enumerate(history) if step.status), default=None)
        if last is None or history[last].status in _FINAL:
            continue
        if later := tuple(step for step in history[last + 1 :] if step.voice == "stated"):
            yield Unconfirmed(record=record, step=history[last], later=later)


def places_without_coordinates(explainer: Explainer) -> tuple[PlaceInUse, ...]:
    """The places that leave a gap in a map: of two or more visits, or on a route, which is then not drawn.

    A place is not reported if a place in it has coordinates, as a map can show it there. For visits it is also enough
    if the place that it is in has them. On a route it is not: the line goes through the place itself.
    """
    located = {place.id for place in explainer.places if place.lat is not None and place.lon is not None}
    shown = located | {place.within for place in explainer.places if place.id in located}
    visits = Counter(id for visit in explainer.visits for id in set(visit.all_places))
    found = [
        PlaceInUse(
            place=place,
            visits=visits[place.id],
            projects=tuple(project for project in explainer.projects if place.id in project.route),
        )
        for place in explainer.places
        if place.id not in shown
    ]
    needed = [use for use in found if use.projects or (use.visits > 1 and use.place.within not in located)]
    return tuple(sorted(needed, key=lambda use: -(use.visits + len(use.projects))))
