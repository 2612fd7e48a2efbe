"""Checks that records, checks of claims and outcomes have sources, and that each citation names one source.

Statements, documents without a record, figures and parts always have one, as their models require it.
"""

from __future__ import annotations

import re
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
"""Results of a forecast that need a source even without a text, as they say what happened."""


def records_without_source(explainer: Explainer) -> Iterator[Problem]:
    """Find records that need a source of their own and have none."""
    for record in explainer.records.values():
        if not record.sources:
            yield from _check_record(record, explainer.origins[record.id])


def claims_without_source(explainer: Explainer) -> Iterator[Problem]:
    """Find checks and outcomes of claims that have no source."""
    for source, claims in explainer.claims.items():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{source}"]
        for index, claim in enumerate(claims.claims):
            yield from _check_claim(claim, origin, ("claims", index))


def citations_of_two_sources(explainer: Explainer) -> Iterator[Problem]:
    """Find citations whose place in the source has the id of another source: a comma is missing."""
    known = {source.id for source in explainer.sources}
    cited = {use.locator for uses in explainer.uses.values() for use in uses}
    second = {locator: id for locator in cited if (id := next((word for word in _words(locator) if word in known), ""))}
    for shape, _, origin in owners(explainer) if second else ():
        for path, citation in citations(shape):
            if other := second.get(citation.locator):
                before, _, after = str(citation.locator).partition(other)
                first = f"{citation.source} {_AND.sub('', before)}".strip()
                found = f"'{other}' is another source, not a place in '{citation.source}'"
                hint = f"put a comma between them: [{first}, {other}{after}]"
                yield Problem(location=origin.at(path), rule="two-sources", message=found, hint=hint)


def _words(locator: str) -> list[str]:
    return [word.strip(",;") for word in locator.split()]


_AND = re.compile(r"(?:^|\s)(?:and|&|;|,|\+)\s*$|[,;\s]+$")


def _check_record(record: Record, origin: Origin) -> Iterator[Problem]:
    needs = record.needs_sources
    if needs == "never":
        return
    if record.summary:
        yield _problem(origin, ("summary",), "the summary has no source", "add 'sources': where it can be read")
    elif needs == "always" or (needs == "unless-in-history" and not _has_status_in_history(record)):
        unsourced, path = (
            ("definition", ("definition",)) if isinstance(record, Term) else (SINGULARS[record.kind_name], ())
        )
        where = field_description(type(record), "sources").partition(".")[0]
        hint = f"add 'sources': {where[:1].lower()}{where[1:]}"
        yield _problem(origin, path, f"the {unsourced} has no source", hint)


def _has_status_in_history(record: Record) -> bool:
    """Whether an entry of its history, which always has sources, gives a status."""
    return any(getattr(entry, "status", None) for entry in record.history)


def _check_claim(claim: Claim, origin: Origin, path: Path) -> Iterator[Problem]:
    checked, outcome = claim.checked, claim.outcome
    if checked and checked.result != "not-found" and not checked.sources:
        hint = "add 'sources', or write 'not-found'"
        yield _problem(origin, (*path, "checked"), "the check has no source", hint)
    if outcome and (outcome.text or outcome.result in DECIDED) and not outcome.sources:
        hint = "add 'sources' that say what happened"
        yield _problem(origin, (*path, "outcome"), "the outcome has no source", hint)


def _problem(origin: Origin, path: Path, found: str, hint: str) -> Problem:
    return Problem(location=origin.at(path), rule="no-source", message=found, hint=hint)
