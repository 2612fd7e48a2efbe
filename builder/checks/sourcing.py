"""Whether all that is said has a source, and each citation one: what records say, checks of claims and their outcomes.

Statements, documents and figures can't be written without one: their models ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.explainer.linking import Explainer, owners
from builder.problems import Problem
from builder.records.loading import CLAIMS_FOLDER, Origin
from builder.records.models.claims import Claim
from builder.records.models.kinds import SINGULARS
from builder.records.models.record import Record
from builder.records.models.shapes import field_description
from builder.records.models.term import Term
from builder.records.traversal import Path, citations

DECIDED = ("came-true", "partly", "did-not")
"""Outcomes of a forecast that say what happened, even without words."""


def records_without_source(explainer: Explainer) -> Iterator[Problem]:
    """Find the records that say something by themselves and cite nothing for it."""
    for record in explainer.records.values():
        if not record.sources:
            yield from _record_without(record, explainer.origins[record.id])


def claims_without_source(explainer: Explainer) -> Iterator[Problem]:
    """Find the checks and the outcomes of claims that cite nothing."""
    for source, claims in explainer.claims.items():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{source}"]
        for index, claim in enumerate(claims.claims):
            yield from _claim_without(claim, origin, ("claims", index))


def citations_of_two(explainer: Explainer) -> Iterator[Problem]:
    """Find what is to say where in a source something stands, and begins with the id of another: a comma is missing."""
    known = {source.id for source in explainer.sources}
    cited = {use.locator for uses in explainer.uses.values() for use in uses}
    second = {locator: id for locator in cited if (id := locator.partition(" ")[0].strip(",;")) in known}
    for shape, _, origin in owners(explainer) if second else ():
        for path, citation in citations(shape):
            if other := second.get(citation.locator):
                found = f"'{other}' is a source of its own, not a place in '{citation.source}'"
                hint = f"put a comma between the two: [{citation.source}, {citation.locator}]"
                yield Problem(location=origin.at(path), rule="two-sources", message=found, hint=hint)


def _record_without(record: Record, origin: Origin) -> Iterator[Problem]:
    needs = record.needs_sources
    if needs == "never":
        return
    if record.summary:
        yield _problem(origin, ("summary",), "the summary has no source", "add 'sources': where it can be read")
    elif needs == "always" or (needs == "unless-in-history" and not _told_by_history(record)):
        said, path = ("definition", ("definition",)) if isinstance(record, Term) else (SINGULARS[record.kind_name], ())
        where = field_description(type(record), "sources").partition(".")[0]
        hint = f"add 'sources': {where[:1].lower()}{where[1:]}"
        yield _problem(origin, path, f"the {said} has no source", hint)


def _told_by_history(record: Record) -> bool:
    """Whether an entry of its history, which has its sources, says how it stands."""
    return any(getattr(entry, "status", None) for entry in record.history)


def _claim_without(claim: Claim, origin: Origin, path: Path) -> Iterator[Problem]:
    checked, outcome = claim.checked, claim.outcome
    if checked and checked.result != "not-found" and not checked.sources:
        hint = "name the sources, or write 'not-found'"
        yield _problem(origin, (*path, "checked"), "a check without a source", hint)
    if outcome and (outcome.text or outcome.result in DECIDED) and not outcome.sources:
        hint = "name the sources of what happened"
        yield _problem(origin, (*path, "outcome"), "an outcome without a source", hint)


def _problem(origin: Origin, path: Path, found: str, hint: str) -> Problem:
    return Problem(location=origin.at(path), rule="no-source", message=found, hint=hint)
