"""Checks that one question gets one answer: in disputes, and in the results of claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.explainer.linking import Explainer, owners
from builder.problems import Location, Problem, did_you_mean
from builder.records.loading import Origin
from builder.records.models.claims import Claim
from builder.records.models.record import Record
from builder.records.models.shapes import Answer, Dispute
from builder.records.traversal import Path

_AGAINST = {
    "prefers this answer": ("not-found", "did-not"),
    "prefers no answer": ("confirmed", "came-true", "did-not"),
    "prefers another answer": ("confirmed", "came-true"),
}
"""The results of a claim that contradict a dispute, by what the dispute makes of an answer that says the same.

`disputed` only says that sources differ, and `partly` fits any preference: neither contradicts a dispute.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputedAnswer:
    """An answer in a dispute, where it is, and what the dispute makes of it."""

    dispute: Dispute
    answer: Answer
    preference: str
    record: Record | None
    origin: Origin
    path: Path

    @property
    def location(self) -> Location:
        """Where the answer is."""
        return self.origin.at(self.path)


def check_disputes(explainer: Explainer) -> Iterator[Problem]:
    """Find answers in disputes that go against the result of a claim that says the same, or against another dispute."""
    first: dict[tuple[str, str], DisputedAnswer] = {}
    for item in _disputed_answers(explainer):
        for index, id in enumerate(item.answer.claims):
            location = item.origin.at((*item.path, "claims", index))
            source, claim = _claim(explainer, item.answer, id)
            if claim is None:
                yield _no_such_claim(explainer, item.answer, id, location)
                continue
            what = f"the claim '{id}' of '{source}'"
            for result in _results(claim):
                if result in _AGAINST[item.preference]:
                    found = f"the dispute {item.preference}, but {what} is '{result}'"
                    yield _two_answers(location, found, "correct the dispute or the claim")
            other = first.setdefault((source, id), item)
            if other.preference != item.preference:
                found = f"the dispute {item.preference}, but the one at {other.location} {other.preference}"
                found += f", and both are about {what}"
                yield _two_answers(location, found, "correct one of the two")


def answers_without_claims(explainer: Explainer) -> tuple[DisputedAnswer, ...]:
    """The answers in disputes that cite a source with claims, but name no claim that says the same."""
    return tuple(
        item
        for item in _disputed_answers(explainer)
        if not item.answer.claims and any(citation.source in explainer.claims for citation in item.answer.sources)
    )


def _disputed_answers(explainer: Explainer) -> Iterator[DisputedAnswer]:
    for shape, record, origin in owners(explainer):
        disputes: tuple[Dispute, ...] = getattr(shape, "disputes", ())
        for number, dispute in enumerate(disputes):
            for index, answer in enumerate(dispute.answers):
                preferred = "prefers another answer" if index else "prefers this answer"
                yield DisputedAnswer(
                    dispute=dispute,
                    answer=answer,
                    preference="prefers no answer" if dispute.open else preferred,
                    record=record,
                    origin=origin,
                    path=("disputes", number, "answers", index),
                )


def _claim(explainer: Explainer, answer: Answer, id: str) -> tuple[str, Claim | None]:
    """The claim with that id of a source that the answer cites, and its source."""
    for citation in answer.sources:
        claims = explainer.claims.get(citation.source)
        for claim in claims.claims if claims else ():
            if claim.id == id:
                return citation.source, claim
    return "", None


def _no_such_claim(explainer: Explainer, answer: Answer, id: str, location: Location) -> Problem:
    cited = [explainer.claims[citation.source] for citation in answer.sources if citation.source in explainer.claims]
    if not cited:
        found, hint = "the answer cites no source that has claims", "cite the source that makes the claim"
    else:
        found = f"'{cited[0].source}' has no claim '{id}'"
        hint = did_you_mean(id, [claim.id for claims in cited for claim in claims.claims]) or "name one that exists"
    return Problem(location=location, rule="dangling", message=found, hint=hint)


def _results(claim: Claim) -> Iterator[str]:
    if claim.checked:
        yield claim.checked.result
    if claim.outcome:
        yield claim.outcome.result


def _two_answers(location: Location, found: str, hint: str) -> Problem:
    return Problem(location=location, rule="two-answers", message=found, hint=hint)
