"""Checks of votes on constraints: they say how many voted how, and nobody voted twice."""

from __future__ import annotations

from collections.abc import Iterator

from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.models.constraint import Vote
from builder.records.traversal import Path


def votes_make_sense(explainer: Explainer) -> Iterator[Problem]:
    """Find votes without any result, and parties that voted in two ways."""
    for constraint in explainer.constraints:
        origin = explainer.origins[constraint.id]
        for number, vote in enumerate(constraint.vote):
            if not vote.results:
                hint = "add 'for', 'against', 'abstained' or 'absent': the parties, or how many"
                yield origin.problem(("vote", number), "missing-field", "nothing says how anyone voted", hint)
            for path, id, other in _twice(vote):
                found = f"'{id}' is already in '{other}'"
                yield origin.problem(("vote", number, *path), "repeated", found, "leave it in one of them")


def votes_after_as_of(explainer: Explainer) -> Iterator[Problem]:
    """Find votes on a day that the explainer doesn't cover."""
    as_of = explainer.settings.as_of
    hint = f"the explainer's day is {as_of}: raise 'as_of', or leave this out"
    for constraint in explainer.constraints:
        for number, vote in enumerate(constraint.vote):
            if vote.date and vote.date.first > as_of.first:
                found = f"{vote.date} is after 'as_of'"
                yield explainer.origins[constraint.id].problem(("vote", number, "date"), "after-as-of", found, hint)


def _twice(vote: Vote) -> Iterator[tuple[Path, str, str]]:
    """Where a party is that was named before, its id, and where it was named."""
    seen: dict[str, str] = {}
    for cast, _, who in vote.results:
        for index, id in enumerate(who):
            if seen.setdefault(id, cast) != cast:
                yield (cast, index), id, seen[id]
