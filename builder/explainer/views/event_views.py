"""What pages about something else show of events: what happened last, what is to come, what happened in a stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from builder.dates.edtf_dates import Date
from builder.explainer import addresses
from builder.explainer.counting import status_on, turns
from builder.explainer.linking import Explainer
from builder.explainer.views.timeline import TimelineItem, timeline_items
from builder.records.models.event import AHEAD, Event
from builder.records.models.kinds import RECORDS
from builder.records.models.party import Party
from builder.records.models.record import Record
from builder.records.models.stage import StageEntry

LATEST: Final = 5
"""How many of the latest items of the timeline are on the home page, and of the latest events with each stage."""


def events_of(explainer: Explainer, party: Party) -> tuple[Event, ...]:
    """The events in which a party acted, or a party that belongs to it; oldest first."""
    members = explainer.members(party)
    found = {event.id: event for each in members for event in explainer.naming(each.id, Event, "parties")}
    return explainer.in_order(found.values())


def still_to_come(explainer: Explainer) -> tuple[Event, ...]:
    """The events that are still to come, oldest first: not those expected for a day that has passed."""
    return tuple(event for event in explainer.events if is_to_come(explainer, event))


def is_to_come(explainer: Explainer, event: Event) -> bool:
    """Whether an event is still to come, and its day has not passed."""
    return status_on(event) in AHEAD and event.date.last >= explainer.settings.as_of.first


def latest_items(explainer: Explainer) -> tuple[TimelineItem, ...]:
    """What happened last, the newest first: of the items that are always shown on the timeline."""
    day = explainer.settings.as_of.last
    found = [item for item in timeline_items(explainer) if item.is_main and item.date.first <= day]
    return tuple(reversed(found[-LATEST:]))


@dataclass(frozen=True, kw_only=True, slots=True)
class StageStep:
    """What happened in a stage on a day: a step of its history, or an event about it."""

    date: Date
    entry: StageEntry | None = None
    event: Event | None = None


def steps_of_stages(explainer: Explainer) -> Mapping[str, tuple[StageStep, ...]]:
    """By the id of a stage: the steps that changed its status, its last step, and the latest events about it.

    They are in order, oldest first. An event that a step of the same day links to is left out, as are events to come.
    """
    about: dict[str, list[Event]] = {stage.id: [] for stage in explainer.stages}
    for event in explainer.events:
        for id in event.about if status_on(event) not in AHEAD else ():
            if id in about:
                about[id].append(event)
    found: dict[str, tuple[StageStep, ...]] = {}
    for stage in explainer.stages:
        entries = turns(stage)
        linked = {(entry.date, link.id) for entry in stage.history for link in entry.text.links}
        events = [event for event in about[stage.id] if (event.date, event.id) not in linked]
        steps = [StageStep(date=entry.date, entry=entry) for entry in entries]
        steps += (StageStep(date=event.date, event=event) for event in events[-LATEST:])
        found[stage.id] = tuple(sorted(steps, key=lambda step: step.date.sort_day) if events else steps)
    return found


def by_kind(records: Iterable[Record]) -> tuple[Record, ...]:
    """Records that have a page, each once, by kind in the site's order."""
    found = {record.id: record for record in records if isinstance(record, addresses.PAGED)}
    return tuple(sorted(found.values(), key=lambda record: (RECORDS.index(type(record)), record.label.casefold())))
