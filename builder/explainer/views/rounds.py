"""Visits that are part of another, such as the rounds of talks, and where each stands; visits that were broken off."""

from __future__ import annotations

from dataclasses import dataclass

from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.headlines import as_listed
from builder.records.models.visit import TOOK_PLACE, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a visit stands among the parts of another: the ids of the whole and of the parts before and after it.

    `count` is how many parts there are, if they are numbered from 1 without a gap.
    """

    whole: str
    number: int | None
    count: int | None
    before: str | None
    after: str | None


def parts_of(explainer: Explainer, id: str) -> tuple[Visit, ...]:
    """The parts of a visit: by number if each has one, else by day."""
    parts = explainer.naming(id, Visit, "part_of")
    if any(visit.number is None for visit in parts):
        return parts
    return tuple(sorted(parts, key=lambda visit: (visit.number, visit.date, visit.id)))


def places_among(explainer: Explainer, id: str) -> dict[str, Place]:
    """Where each part of a visit stands, by the id of the part."""
    parts = parts_of(explainer, id)
    numbers = [visit.number for visit in parts]
    count = len(parts) if numbers == list(range(1, len(parts) + 1)) else None
    ids = [visit.id for visit in parts]
    return {
        visit.id: Place(whole=id, number=visit.number, count=count, before=before, after=after)
        for visit, before, after in zip(parts, [None, *ids], [*ids[1:], None], strict=False)
    }


def broken_off(explainer: Explainer) -> tuple[Visit, ...]:
    """The visits that were broken off and that nothing has resumed, as lists show them."""
    resumed = {visit.resumes for visit in explainer.visits if status_on(visit) in TOOK_PLACE}
    found = (visit for visit in explainer.visits if status_on(visit) == "broken-off" and visit.id not in resumed)
    return tuple(map(as_listed, found))
