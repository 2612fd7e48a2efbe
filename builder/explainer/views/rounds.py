"""Visits that are part of another, such as the rounds of talks: their order, and where each stands among them."""

from __future__ import annotations

from dataclasses import dataclass

from builder.explainer.linking import Explainer
from builder.records.models.visit import Visit


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
