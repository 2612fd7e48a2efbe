"""Whether the answers to readers' questions still hold: what they rest on, what they count, what they cite."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from builder.dates.edtf_dates import Date
from builder.explainer.counting import date_on, meetings, status_on
from builder.explainer.linking import Explainer
from builder.problems import Problem, did_you_mean, folded, visible
from builder.records.loading import SETTINGS_FILE, Origin
from builder.records.models.claims import Assertion, Claim
from builder.records.models.constraint import Constraint
from builder.records.models.kinds import SINGULARS
from builder.records.models.project import Project
from builder.records.models.questions import Ground, Question
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text
from builder.records.traversal import Path, citations, references, texts, within

_MEND = "mend the answer, or the record"


def answers_hold(explainer: Explainer) -> Iterator[Problem]:
    """Find the answers that the records do not bear out, that miscount, or that cite what no record of theirs does."""
    asked: dict[str, Question] = {}
    for question in explainer.questions:
        origin = explainer.origins[question.id]
        first = asked.setdefault(folded(" ".join(question.question.split())), question)
        if first is not question:
            found = f"'{first.id}' asks the same"
            yield Problem(location=origin.at(("question",)), rule="same-question", message=found, hint="ask it once")
        for index, ground in enumerate(question.rests_on):
            yield from _Held(explainer, ground, origin, ("rests_on", index)).problems()
        for index, assertion in enumerate(question.asserts):
            yield from miscounted(explainer, assertion, origin, ("asserts", index), "answer")
        yield from _cited_by_no_record(explainer, question, origin)


def miscounted(explainer: Explainer, assertion: Assertion, origin: Origin, path: Path, what: str) -> Iterator[Problem]:
    """Hold a number that something says, called `what`, against what the records count."""
    one, other = sorted(assertion.meetings)
    counted = meetings(explainer, assertion.until.last).get((one, other), ())
    if len(counted) != assertion.count:
        listed = ", ".join(visit.id for visit in counted) or "none"
        found = f"the {what} says {assertion.count} meetings, the records count {len(counted)}: {listed}"
        hint = f"mend the records, or the {what}"
        yield Problem(location=origin.at((*path, "count")), rule="contradicted", message=found, hint=hint)


def _cited_by_no_record(explainer: Explainer, question: Question, origin: Origin) -> Iterator[Problem]:
    named = {*question.about, *(ground.record for ground in question.rests_on if ground.record)}
    shapes: list[Shape] = [explainer.settings, *(explainer.records[id] for id in named)]
    shapes += [explainer.claims[id] for id in named if id in explainer.claims]
    cited = {citation.source for shape in shapes for _, citation in citations(shape)} | named
    for path, citation in citations(question):
        if path[0] == "answer" and citation.source not in cited:
            found = f"none of the records in 'about' and 'rests_on' cites '{citation.source}'"
            hint = "cite it where the fact is recorded, or name the record that does"
            yield Problem(location=origin.at(path), rule="not-cited", message=found, hint=hint)


@dataclass(frozen=True, slots=True)
class _Held:
    """What an answer rests on, held against what is recorded."""

    explainer: Explainer
    ground: Ground
    origin: Origin
    path: Path

    def problems(self) -> Iterator[Problem]:
        ground = self.ground
        if incomplete := list(self._incomplete()):
            yield from incomplete
            return
        if ground.claim and self._claim() is None:
            known = [claim.id for claim in self._claims()]
            hint = did_you_mean(ground.claim, known) or "name a claim that is there"
            yield self._amiss("claim", "dangling", f"{self._what} has no claim '{ground.claim}'", hint)
            return
        if ground.status and (now := self._status()) != ground.status:
            rests = f"the answer rests on the status '{ground.status}'"
            yield self._not_borne_out("status", f"{rests}, and {self._what} {self._stands(now)}")
        if ground.says:
            yield from self._unsaid(ground.says)
        elif ground.date and (date := self._date()) != ground.date:
            rests = f"the answer rests on the date {ground.date}"
            yield self._not_borne_out("date", f"{rests}, and {self._what} {self._dated(date)}")
        if ground.result and ground.result not in (results := self._results()):
            has = " and ".join(f"'{result}'" for result in results) or "not checked"
            yield self._not_borne_out("result", f"the answer rests on '{ground.result}', and {self._what} is {has}")
        named = set(self._named()) if ground.names else set()
        for index, id in enumerate(ground.names):
            if id not in named:
                yield self._not_borne_out("names", f"{self._what} does not name '{id}'", index)

    def _incomplete(self) -> Iterator[Problem]:
        ground = self.ground
        given = set(ground.model_fields_set)
        if not given & {"status", "date", "says", "names", "result"}:
            hint = "add 'status', 'date', 'says', 'names' or 'result'"
            yield self._amiss(None, "missing-field", "this gives nothing that the record must say", hint)
        if ground.says:
            given.discard("date")  # it is the statement's then, and has no day of its own
        for field, needed in _NEEDS.items():
            if field in given and not given & set(needed):
                hint = f"add {' or '.join(repr(name) for name in needed)}, or leave it out"
                yield self._amiss(field, "missing-field", f"'{field}' says nothing by itself", hint)

    @property
    def _what(self) -> str:
        name = f"'{self.ground.record}'" if self.ground.record else SETTINGS_FILE
        return f"the claim '{self.ground.claim}' of {name}" if self.ground.claim and self._claim() else name

    def _record(self) -> Record | None:
        return self.explainer.records[self.ground.record] if self.ground.record else None

    def _claims(self) -> tuple[Claim, ...]:
        claims = self.explainer.claims.get(self.ground.record or "")
        return claims.claims if claims else ()

    def _claim(self) -> Claim | None:
        return next((claim for claim in self._claims() if claim.id == self.ground.claim), None)

    def _shapes(self) -> tuple[Shape, ...]:
        """What must say it: the claim, the record with the claims kept of it, or the explainer's own file."""
        if claim := self._claim():
            return (claim,)
        record = self._record()
        if record is None:
            return (self.explainer.settings,)
        claims = self.explainer.claims.get(record.id)
        return (record, claims) if claims else (record,)

    def _status(self) -> str | None:
        record = self._record()
        day = self.ground.on.first if self.ground.on else None
        return status_on(record, day) if isinstance(record, (Stage, Visit, Project)) else None

    def _stands(self, status: str | None) -> str:
        record = self._record()
        if record is None or not isinstance(record, (Stage, Visit, Project)):
            return f"is a {SINGULARS[record.kind_name]}, which has none" if record else "has none"
        if self.ground.on:
            return f"was '{status}' on {self.ground.on}" if status else f"was not known of on {self.ground.on}"
        return f"is '{status}'"

    def _date(self) -> Date | None:
        match self._record():
            case Visit() as visit:
                return date_on(visit, self.ground.on.first if self.ground.on else None)
            case Constraint(date=date):
                return date
            case Source(issued=issued):
                return issued
        return None

    def _dated(self, date: Date | None) -> str:
        if self.ground.on:
            return f"had {date or 'none'} on {self.ground.on}"
        return f"has {date or 'none'}"

    def _results(self) -> tuple[str, ...]:
        claim = self._claim()
        checked = (claim.checked.result,) if claim and claim.checked else ()
        return (*checked, claim.outcome.result) if claim and claim.outcome else checked

    def _named(self) -> Iterator[str]:
        for shape in self._shapes():
            yield from (reference.id for reference in references(shape))
            yield from (link.id for _, text in texts(shape) for link in text.links)

    def _unsaid(self, words: str) -> Iterator[Problem]:
        every = [part for shape in self._shapes() for part in within(shape)]
        told = [(part, text) for part in every for text in self._texts(part)]
        saying = [part for part, text in told if _plain(words) in text]
        if not saying:
            nearest = max((text for _, text in told), key=lambda text: _shared(text, words), default="")
            short = textwrap.shorten(nearest, 100, placeholder=" …")
            hint = f"nearest in it: '{short}'; {_MEND}" if _shared(nearest, words) else _MEND
            yield self._amiss("says", "not-borne-out", f"{self._what} does not say '{words}'", hint)
            return
        wanted = {name: getattr(self.ground, name) for name in ("by", "para", "date") if getattr(self.ground, name)}
        amiss = [{name for name in wanted if getattr(part, name, None) != wanted[name]} for part in saying]
        if all(amiss):
            part, wrong = min(zip(saying, amiss, strict=True), key=lambda item: len(item[1]))
            name = next(name for name in wanted if name in wrong)
            now = f"is '{found}'" if (found := getattr(part, name, None)) else "is not given"
            found = f"where {self._what} says '{words}', '{name}' {now}, not '{wanted[name]}'"
            yield self._not_borne_out(name, found)

    def _texts(self, part: Shape) -> Iterator[str]:
        """The texts of a shape itself, as they are read."""
        for name in part.model_fields_set:
            value = getattr(part, name)
            values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
            yield from (_plain(self.explainer.plain(text)) for text in values if isinstance(text, Text))

    def _not_borne_out(self, field: str, found: str, *index: int) -> Problem:
        return self._amiss(field, "not-borne-out", found, _MEND, *index)

    def _amiss(self, field: str | None, rule: str, message: str, hint: str, *index: int) -> Problem:
        path = (*self.path, field, *index) if field else self.path
        return Problem(location=self.origin.at(path), rule=rule, message=visible(message), hint=visible(hint))


_NEEDS = {
    "on": ("status", "date"),
    "by": ("says",),
    "para": ("says",),
    "claim": ("says", "names", "result"),
    "result": ("claim",),
}
"""Fields that say nothing without another."""


def _plain(text: str) -> str:
    return " ".join(text.split())


def _shared(text: str, words: str) -> int:
    """How many of the words stand in a text."""
    return len(set(folded(text).split()) & set(folded(words).split()))
