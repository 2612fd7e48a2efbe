"""Checks old ids and what was removed: an old address leads to one place, and that place exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder.explainer.addresses import address_of
from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE, Origin
from builder.records.models.claims import Claim
from builder.records.models.kinds import SINGULARS, WITH_ARTICLES
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.settings import Moment
from builder.records.traversal import Path

Renamed = tuple[Record | Claim | Moment, Origin, Path]
"""Something that may have had other ids, its file, and its path there."""


def check_old_names(explainer: Explainer) -> Iterator[Problem]:
    """Find old ids that are in use again, that two records had, and removed records that exist."""
    yield from _old_names([(record, explainer.origins[record.id], ()) for record in explainer.records.values()])
    settings = explainer.origins[SETTINGS_FILE]
    yield from _old_names(
        [(moment, settings, ("moments", index)) for index, moment in enumerate(explainer.settings.moments)]
    )
    for source, claims in explainer.claims.items():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{source}"]
        yield from _old_names([(claim, origin, ("claims", index)) for index, claim in enumerate(claims.claims)])
    if REMOVED_FILE in explainer.origins:
        yield from _removals(explainer, explainer.origins[REMOVED_FILE])


def _old_names(named: Iterable[Renamed]) -> Iterator[Problem]:
    """Check the old ids of things that must not share an id."""
    named = tuple(named)
    known = {each.id for each, _, _ in named}
    former: dict[str, str] = {}
    for each, origin, path in named:
        for index, old in enumerate(each.renamed_from):
            place = (*path, "renamed_from", index)
            if old == each.id:
                yield _problem(origin, place, f"'{old}' is its id now", "remove it here")
            elif old in known:
                yield _problem(origin, place, f"'{old}' is an id in use", "remove it here, or rename the other")
            elif old in former:
                hint = "an old address can lead to only one place: remove it from one of the two"
                yield _problem(origin, place, f"'{old}' is an old id of '{former[old]}' too", hint)
            former.setdefault(old, each.id)


def _removals(explainer: Explainer, origin: Origin) -> Iterator[Problem]:
    former = {old: record.id for record in explainer.records.values() for old in record.renamed_from}
    existing = set(_existing(explainer))
    seen: set[tuple[str, str]] = set()
    for index, removed in enumerate(explainer.removals.removed):
        place: Path = ("removed", index)
        if wrong := _wrong_id(removed):
            yield Problem(location=origin.at((*place, "id")), rule="bad-id", message=wrong[0], hint=wrong[1])
            continue
        for position, id in enumerate((removed.id, *removed.renamed_from)):
            at = (*place, "renamed_from", position - 1) if position else (*place, "id")
            if (removed.kind, id) in existing or (removed.kind in SINGULARS and id in explainer.records):
                yield _problem(origin, at, f"'{id}' exists again", "delete this entry")
            elif removed.kind in SINGULARS and id in former:
                yield _problem(origin, at, f"'{id}' is an old id of '{former[id]}'", "delete this entry")
            elif (removed.kind, id) in seen:
                yield _problem(origin, at, f"'{id}' was removed twice", "keep one entry")
            seen.add((removed.kind, id))
        see = explainer.records.get(removed.see or "")
        if see and not address_of(see):
            yield Problem(
                location=origin.at((*place, "see")),
                rule="wrong-kind",
                message=f"'{see.id}' is {WITH_ARTICLES[see.kind_name]}, and readers can't open it",
                hint="name a record that has a page",
            )


def _existing(explainer: Explainer) -> Iterator[tuple[str, str]]:
    """The kind and id of each claim, each source with claims and each moment."""
    for source, claims in explainer.claims.items():
        yield "claims", source
        yield from (("claims", f"{source}#{claim.id}") for claim in claims.claims)
    yield from (("moments", moment.id) for moment in explainer.settings.moments)


def _wrong_id(removed: Removed) -> tuple[str, str] | None:
    """What is wrong with an id that does not fit its kind: message and hint."""
    if "#" in removed.id and removed.kind != "claims":
        return f"'{removed.id}' names a claim, but the kind is {removed.kind}", "write 'kind: claims'"
    if "/" in removed.id and removed.kind != "pages":
        return f"'{removed.id}' names a page, but the kind is {removed.kind}", "write only what follows the slash"
    return None


def _problem(origin: Origin, path: Path, message: str, hint: str) -> Problem:
    return Problem(location=origin.at(path), rule="old-name", message=message, hint=hint)
