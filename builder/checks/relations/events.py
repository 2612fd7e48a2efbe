"""Checks of events: their statuses fit their kind, and they name each party once."""

from __future__ import annotations

from collections.abc import Iterator

from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.models.event import OF_DEADLINES
from builder.records.models.kinds import with_article
from builder.records.traversal import Path


def events_make_sense(explainer: Explainer) -> Iterator[Problem]:
    """Find statuses that an event of its kind can't have, parties named twice, and events that are about themselves."""
    for event in explainer.events:
        origin = explainer.origins[event.id]
        given: list[tuple[Path, str | None]] = [
            (("status",), event.status),
            *((("history", index, "status"), entry.status) for index, entry in enumerate(event.history)),
        ]
        for path, status in given:
            if status in OF_DEADLINES and event.kind != "deadline":
                found = f"only a deadline can be '{status}', and this is {with_article(event.kind)}"
                yield origin.problem(path, "other-status", found, "write 'happened' or 'cancelled'")
            elif status == "happened" and event.kind == "deadline":
                yield origin.problem(path, "other-status", "a deadline does not happen", "write 'met' or 'missed'")
        for id in sorted(set(event.parties) & set(event.addressed_to)):
            place = ("addressed_to", event.addressed_to.index(id))
            hint = "'parties' has those who acted, 'addressed_to' those for whom it was meant"
            yield origin.problem(place, "repeated", f"'{id}' is already in 'parties'", hint)
        if event.id in event.about:
            path = ("about", event.about.index(event.id))
            yield origin.problem(path, "circle", "this event is about itself", "remove it")
