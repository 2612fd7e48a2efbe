"""Addresses of the site that a change leaves without an answer, and the command that gives each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.explainer.addresses import (
    address_of,
    address_of_claims,
    address_of_moment,
    addresses_of_removed,
    old_addresses_of,
    on_the_web,
)
from builder.explainer.linking import Explainer
from builder.inspection import Inspected
from builder.pages.plan import Plan
from builder.problems import COMMAND, Location, Problem
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE, Origin
from builder.records.past_records import PastRecord, likely_new_id

Known = tuple[str, str, Mapping[str, object]]
"""The kind, the id and the fields of something that has an address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LostAddress:
    """An address on the web, from the site's root, that had an answer before the change, and the command for it."""

    address: str
    command: str
    location: Location

    @property
    def problem(self) -> Problem:
        """The problem to report, at the place where it was written."""
        return Problem(
            location=self.location,
            rule="lost-address",
            message=f"the address {self.address} vanishes, and others may link to it",
            hint=f"run: {self.command}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owner:
    """What is at an address: a record, claims or a moment with its origin, or a page without one."""

    kind: str
    id: str
    origin: Origin | None = None
    leads_to: str | None = None
    """If it is only an old id: the id it had led to."""

    original: str | None = None
    """If it is a page in another language: the page that it translated."""

    @property
    def past(self) -> PastRecord | None:
        """What it said before the change."""
        if self.origin is None or self.kind == "pages":
            return None
        return PastRecord(kind=self.kind, id=self.id, fields=self.origin.document.plain_at(self.origin.path))


def lost_addresses(before: Inspected, after: Inspected, revision: str) -> tuple[LostAddress, ...]:
    """The addresses that a change leaves without an answer: first pages, then places on a page.

    `revision` is what was compared with: problems are located at `revision:path`.
    """
    answers = _Answers(after)
    appeared = list(_appeared(before.explainer, after.explainer))
    found = (
        LostAddress(
            address=on_the_web(address, "/"),
            command=_command(owner, address, appeared, after.explainer),
            location=_located(owner, revision),
        )
        for address, owner in _owners(before).items()
        # what is done about the original is done about its translations too
        if not answers.has(address) and (owner.original is None or answers.has(owner.original))
    )
    return tuple(sorted(found, key=lambda lost: ("#" in lost.address, lost.address)))


def _located(owner: _Owner, revision: str) -> Location:
    if owner.origin is None:
        return Location(f"{revision}:summaries")
    at = owner.origin.at(("id",))
    return Location(f"{revision}:{at.path}", at.line, at.column)


def _command(owner: _Owner, address: str, appeared: Iterable[Known], now: Explainer) -> str:
    """The command that gives an address an answer again."""
    if owner.leads_to in now.records:
        return f"{COMMAND} rename {owner.id} {owner.leads_to}"
    past = owner.past
    new = likely_new_id(past, appeared) if past else None
    if new:
        return f"{COMMAND} rename {_typed(owner)} {new}"
    return f"{COMMAND} remove {_typed(owner) or on_the_web(address, '/')} --reason ..."


def _typed(owner: _Owner) -> str:
    """What to type for it: the id of a record, else with its kind, so that it can't be taken for a record."""
    if owner.origin is None or owner.kind == "pages":
        return ""
    return f"{owner.kind}/{owner.id}" if owner.kind in ("moments", "claims") and "#" not in owner.id else owner.id


def _owners(found: Inspected) -> dict[str, _Owner]:
    """What is at each address of a site."""
    explainer = found.explainer
    owners = {plan.path: _Owner(kind="pages", id=plan.path) for plan in found.plans if not plan.translates}
    owners |= {plan.path: _translation(plan, explainer) for plan in found.plans if plan.translates and not plan.is_old}
    for index, removed in enumerate(explainer.removals.removed):
        origin = Origin(explainer.origins[REMOVED_FILE].document, ("removed", index))
        gone = _Owner(kind=removed.kind, id=removed.id, origin=origin)
        owners |= dict.fromkeys(addresses_of_removed(removed), gone)
    for record in explainer.records.values():
        owner = _Owner(kind=record.kind_name, id=record.id, origin=explainer.origins[record.id])
        if address := address_of(record):
            owners[address] = owner
        for old, at in zip(record.renamed_from, old_addresses_of(record), strict=False):
            owners[at] = replace(owner, id=old, leads_to=record.id)
    for index, moment in enumerate(explainer.settings.moments):
        origin = Origin(explainer.origins[SETTINGS_FILE].document, ("moments", index))
        owners[address_of_moment(moment)] = _Owner(kind="moments", id=moment.id, origin=origin)
        for old in moment.renamed_from:
            owners[f"moments/{old}.md"] = _Owner(kind="moments", id=old, origin=origin)
    for claims in explainer.claims.values():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{claims.source}"]
        page = address_of_claims(claims)
        owners[page] = _Owner(kind="claims", id=claims.source, origin=origin)
        for index, claim in enumerate(claims.claims):
            place = Origin(origin.document, ("claims", index))
            for id in (claim.id, *claim.renamed_from):
                owners[f"{page}#{id}"] = _Owner(kind="claims", id=f"{claims.source}#{id}", origin=place)
    return owners


def _translation(plan: Plan, explainer: Explainer) -> _Owner:
    """A page in another language, at its file of translations. The home page in a language may have none."""
    origin = explainer.origins.get((plan.data or "").removesuffix(".yml"))
    original = plan.translates.page if plan.translates else None
    return _Owner(kind="pages", id=plan.path, origin=origin, original=original)


def _appeared(old: Explainer, new: Explainer) -> Iterator[Known]:
    """What is new: each may be something that was renamed."""
    for id, record in new.records.items():
        if id not in old.records:
            yield record.kind_name, id, new.origins[id].document.plain_at(new.origins[id].path)
    former = {moment.id for moment in old.settings.moments}
    for index, moment in enumerate(new.settings.moments):
        if moment.id not in former:
            yield "moments", moment.id, new.origins[SETTINGS_FILE].document.plain_at(("moments", index))
    for source, claims in new.claims.items():
        known = {claim.id for claim in old.claims[source].claims} if source in old.claims else set()
        document = new.origins[f"{CLAIMS_FOLDER}/{source}"].document
        for index, claim in enumerate(claims.claims):
            if claim.id not in known:
                yield "claims", f"{source}#{claim.id}", document.plain_at(("claims", index))
        if source not in old.claims:
            yield "claims", source, document.plain()


class _Answers:
    """The addresses of a site that have an answer: pages, places on a page, old addresses."""

    def __init__(self, found: Inspected) -> None:
        explainer = found.explainer
        self.known = {plan.path for plan in found.plans}
        self.removed = {plan.path for plan in found.plans if plan.removed}
        self.moved = {plan.path: plan.moved_to for plan in found.plans if plan.moved_to}
        for record in explainer.records.values():
            self.known.update(filter(None, (address_of(record), *old_addresses_of(record))))
        for claims in explainer.claims.values():
            page = address_of_claims(claims)
            self.known.update(f"{page}#{id}" for claim in claims.claims for id in (claim.id, *claim.renamed_from))
            for gone in explainer.removed_claims(claims):
                self.known.update(f"{page}#{at.partition('#')[2]}" for at in addresses_of_removed(gone))
        for removed in explainer.removals.removed:
            self.known.update(addresses_of_removed(removed))
            if removed.kind == "pages":
                self.known.add(f"{removed.id}/index.md")  # has the same address

    def has(self, address: str) -> bool:
        """Whether readers who follow an old link get an answer. A place on a removed page is answered by the page."""
        page, mark, place = address.partition("#")
        if address in self.known or (mark and page in self.removed):
            return True
        return bool(mark) and page in self.moved and self.has(f"{self.moved[page]}#{place}")
