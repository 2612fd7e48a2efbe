"""Checks of what parties belong to, with dates: the dates fit one another and the explainer's day."""

from __future__ import annotations

from collections.abc import Iterator

from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.models.party import Membership
from builder.records.traversal import Path


def memberships_make_sense(explainer: Explainer) -> Iterator[Problem]:
    """Find memberships that end before they begin or overlap, and those that `of` has too."""
    for party in explainer.parties:
        origin = explainer.origins[party.id]
        before: dict[str, Membership] = {}
        for index, membership in enumerate(party.memberships):
            path: Path = ("memberships", index)
            begins, ends, id = membership.from_, membership.to, membership.of
            if id == party.id:
                found = f"'{id}' can't belong to itself"
                yield origin.problem((*path, "of"), "circle", found, "name what it belongs to")
            elif id in party.of:
                hint = "keep it in 'of' if all who belong to it are on one side, else here"
                yield origin.problem((*path, "of"), "repeated", f"'{id}' is in 'of' too", hint)
            if begins and ends and ends.last < begins.first:
                found = f"it begins on {begins} and ends on {ends}"
                yield origin.problem((*path, "to"), "out-of-order", found, "correct one of the dates")
            elif (earlier := before.get(id)) and (
                earlier.to is None or begins is None or begins.last < earlier.to.first
            ):
                found = f"it belongs to '{id}' already, {_until(earlier)}"
                hint = "say in the earlier entry until when, and here from when; put the oldest first"
                yield origin.problem(path, "out-of-order", found, hint)
            before[id] = membership


def _until(membership: Membership) -> str:
    return f"until {membership.to}" if membership.to else "and nothing says until when"


def memberships_after_as_of(explainer: Explainer) -> Iterator[Problem]:
    """Find memberships that begin or end on a day that the explainer doesn't cover."""
    as_of = explainer.settings.as_of
    hint = f"the explainer's day is {as_of}: raise 'as_of', or leave this out"
    for party in explainer.parties:
        for index, membership in enumerate(party.memberships):
            for name, date in (("from", membership.from_), ("to", membership.to)):
                if date and date.first > as_of.first:
                    path: Path = ("memberships", index, name)
                    found = f"{date} is after 'as_of'"
                    yield explainer.origins[party.id].problem(path, "after-as-of", found, hint)
