"""Checks of visits: parties, sides, places, breaks and what they resume fit, and there are reasons where needed."""

from __future__ import annotations

from collections.abc import Iterator

from builder.dates.edtf_dates import NOT_KNOWN
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.documents import meet
from builder.problems import Problem
from builder.records.loading import Origin
from builder.records.models.visit import NEED_REASONS, Visit
from builder.records.traversal import Path


def visits_make_sense(explainer: Explainer) -> Iterator[Problem]:
    for visit in explainer.visits:
        origin = explainer.origins[visit.id]
        status = status_on(visit)
        if status in NEED_REASONS and not visit.reasons_given:
            hint = "add 'reasons', each with who gives it"
            yield origin.problem(
                (), "missing-reasons", f"it was {status.replace('-', ' ')}, and nothing says why", hint
            )
        yield from _breaks_fit(visit, origin)
        yield from _resumes_fits(explainer, visit, origin)
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


def _breaks_fit(visit: Visit, origin: Origin) -> Iterator[Problem]:
    """Each step that breaks a visit off is on one of its days, and each that resumes it comes after such a step."""
    if visit.status == "broken-off" and visit.date.first != visit.date.last:
        hint = "remove 'status', and add an entry with it and its date to 'history'"
        found = "it was broken off, and nothing says on which day"
        yield origin.problem(("status",), "no-day", found, hint)
    if visit.status == "resumed":
        yield _never_broken_off(origin, ("status",))
    was_broken_off = False
    for index, entry in enumerate(visit.history):
        if entry.status == "broken-off":
            was_broken_off = True
            if not meet(entry.date, visit.date):
                found = f"it was broken off on {entry.date}, but its date is {visit.date}"
                yield origin.problem(("history", index, "date"), "out-of-order", found, "correct one of the dates")
        elif entry.status == "resumed" and not was_broken_off:
            yield _never_broken_off(origin, ("history", index, "status"))


def _never_broken_off(origin: Origin, path: Path) -> Problem:
    found = "it was resumed, but nothing says that it was broken off before"
    hint = (
        "add an entry with 'status: broken-off' to 'history', or write 'held' and name the earlier visit in 'resumes'"
    )
    return origin.problem(path, "not-broken-off", found, hint)


def _resumes_fits(explainer: Explainer, visit: Visit, origin: Origin) -> Iterator[Problem]:
    """What a visit resumes was broken off, and not after it."""
    earlier = explainer.records[visit.resumes] if visit.resumes else None
    if not isinstance(earlier, Visit):
        return
    broken_off = [entry for entry in earlier.history if entry.status == "broken-off"]
    if not broken_off and earlier.status != "broken-off":
        found = f"it resumes '{earlier.id}', but nothing says that this was broken off"
        hint = f"give '{earlier.id}' the status 'broken-off', or name it in 'led_to' or 'part_of' instead"
        yield origin.problem(("resumes",), "not-broken-off", found, hint)
    elif (
        visit.date != NOT_KNOWN and visit.date.last < (day := broken_off[-1].date if broken_off else earlier.date).first
    ):
        found = f"it resumes '{earlier.id}', which was broken off on {day}, but its date is {visit.date}"
        yield origin.problem(("resumes",), "out-of-order", found, "correct one of the dates")


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
