"""Checks of visits: their parties, sides and places fit, and those that fell through have reasons."""

from __future__ import annotations

from collections.abc import Iterator

from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.loading import Origin
from builder.records.models.visit import FELL_THROUGH, Visit
from builder.records.traversal import Path


def visits_make_sense(explainer: Explainer) -> Iterator[Problem]:
    for visit in explainer.visits:
        origin = explainer.origins[visit.id]
        status = status_on(visit)
        if status in FELL_THROUGH and not visit.reasons_given:
            hint = "add 'reasons', each with who gives it"
            yield origin.problem((), "missing-reasons", f"it was {status}, and nothing says why", hint)
        if visit.place and visit.places:
            yield origin.problem(("places",), "place-twice", "both 'place' and 'places' are given", "keep one")
        yield from _sides_fit(visit, origin)
        for id in sorted(set(visit.parties) & set(visit.present)):
            path = ("present", visit.present.index(id))
            found = f"'{id}' is already in 'parties'"
            hint = "'parties' has those who met, 'present' those who were only there"
            yield origin.problem(path, "repeated", found, hint)
        for index, id in enumerate(visit.parties):
            party = explainer.party(id)
            if party.kind == "person" and not party.of:
                found = f"nothing says which side '{id}' is on"
                yield origin.problem(
                    ("parties", index), "no-side", found, f"add 'of' in parties/{id}.yml", warning=True
                )


def _sides_fit(visit: Visit, origin: Origin) -> Iterator[Problem]:
    """Each party of a visit with sides must be on one of them, and only parties of the visit are."""
    if not visit.sides:
        return
    if len(visit.sides) == 1:
        yield origin.problem(("sides",), "one-side", "there is only one side", "add the others, or remove 'sides'")
    seen: set[str] = set()
    for number, side in enumerate(visit.sides):
        for index, id in enumerate(side.parties):
            path: Path = ("sides", number, "parties", index)
            if id not in visit.parties:
                hint = "add it to 'parties' of the visit, or remove it here"
                yield origin.problem(path, "one-side", f"'{id}' is not in 'parties' of the visit", hint)
            elif id in seen:
                yield origin.problem(path, "one-side", f"'{id}' is on two sides", "leave it on one")
            seen.add(id)
    for index, id in enumerate(visit.parties):
        if id not in seen:
            yield origin.problem(("parties", index), "one-side", f"'{id}' is on no side", "add it to one of 'sides'")
