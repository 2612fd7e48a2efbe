"""Checks of visits that are part of another: their days, parties and numbers fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.rounds import parts_of
from builder.problems import Problem
from builder.records.models.visit import FELL_THROUGH, TOOK_PLACE, Visit


def rounds_fit(explainer: Explainer) -> Iterator[Problem]:
    """Find parts on other days than their whole, and numbers that don't count them.

    Warn of a part that was held of a whole that was not, and of a party that the whole does not have. In a part that
    fell through, that is no mistake: the party may have stayed away.
    """
    wholes: set[str] = set()
    for visit in explainer.visits:
        origin = explainer.origins[visit.id]
        if visit.part_of is None:
            if visit.number is not None:
                hint = "add 'part_of', or remove the number"
                found = "it has a number, and nothing says of what it is a part"
                yield Problem(location=origin.at(("number",)), rule="no-whole", message=found, hint=hint)
            continue
        wholes.add(visit.part_of)
        whole = explainer.records[visit.part_of]
        assert isinstance(whole, Visit), f"{visit.part_of} was checked to be a visit"
        if _is_outside(visit.date, whole.date):
            found = f"it is part of '{whole.id}', which was on {whole.date}, but its date is {visit.date}"
            hint = "correct one of the dates, or name another visit"
            yield Problem(location=origin.at(("part_of",)), rule="outside-whole", message=found, hint=hint)
        if status_on(visit) in TOOK_PLACE and status_on(whole) not in TOOK_PLACE:
            found = f"it was held, but '{whole.id}', of which it is a part, is '{status_on(whole)}'"
            hint = f"give '{whole.id}' the status 'held' from its first part on, or correct 'part_of'"
            location = origin.at(("part_of",))
            yield Problem(location=location, rule="whole-not-held", message=found, hint=hint, warning=True)
        if status_on(visit) in FELL_THROUGH:
            continue
        for index, id in enumerate(visit.parties):
            if not _takes_part(explainer, id, whole):
                yield Problem(
                    location=origin.at(("parties", index)),
                    rule="not-in-whole",
                    message=f"'{id}' is not in 'parties' of '{whole.id}', of which this visit is a part",
                    hint=f"add it to 'parties' of '{whole.id}' too, or correct 'part_of'",
                    warning=True,
                )
    for id in sorted(wholes):
        yield from _numbers_fit(explainer, id)


def _is_outside(part: Date, whole: Date) -> bool:
    """Whether an end of a date can't be within another."""
    if NOT_KNOWN in (part, whole):
        return False
    ends = [end for end in (part.ends or (part,)) if getattr(end, "is_known", True)]
    return any(end.last < whole.first or end.first > whole.last for end in ends)


def _takes_part(explainer: Explainer, id: str, whole: Visit) -> bool:
    """Whether a party, someone of it or what it belongs to is in a visit."""
    there = {*whole.parties, *whole.present}
    return id in there or any(_belongs(explainer, id, other) or _belongs(explainer, other, id) for other in there)


def _belongs(explainer: Explainer, id: str, other: str) -> bool:
    """Whether a party belongs to another or once did, directly or through others."""
    waiting, seen = [id], {id}
    while waiting:
        party = explainer.party(waiting.pop())
        above = [each for each in (*party.of, *(each.of for each in party.memberships)) if each not in seen]
        seen.update(above)
        waiting += above
    return other in seen


def _numbers_fit(explainer: Explainer, id: str) -> Iterator[Problem]:
    """Find two parts with one number, and warn of numbers that go back in time."""
    numbered = [visit for visit in parts_of(explainer, id) if visit.number is not None]
    numbered.sort(key=lambda visit: (visit.number, visit.date, visit.id))
    for before, visit in pairwise(numbered):
        location = explainer.origins[visit.id].at(("number",))
        if before.number == visit.number:
            found = f"'{before.id}' has the number {visit.number} among the parts of '{id}' too"
            yield Problem(location=location, rule="repeated", message=found, hint="give each part its own number")
        elif visit.date != NOT_KNOWN and visit.date.last < before.date.first:
            found = f"number {visit.number} was on {visit.date}, before number {before.number} ('{before.id}')"
            hint = "correct a number or a date"
            yield Problem(location=location, rule="out-of-order", message=found, hint=hint, warning=True)
