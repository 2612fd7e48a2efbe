"""Checks that answers still agree with the records, and that one question gets one answer in disputes and claims."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from builder.checks.counts import CountCheck
from builder.dates.edtf_dates import Date
from builder.explainer.counting import Tally, date_on, status_on
from builder.explainer.linking import Explainer, owners
from builder.explainer.words import Words
from builder.problems import Location, Problem, folded, typo_of, visible
from builder.records.loading import SETTINGS_FILE, Origin
from builder.records.models.claims import Claim
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.grounds import Ground, Grounded, HomeEntry, HomeStatement
from builder.records.models.kinds import WITH_ARTICLES
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.shapes import Answer, Dispute, Shape, Statement
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text
from builder.records.traversal import Path, citations, references, texts, within


def check_answers(explainer: Explainer, words: Words, tally: Tally) -> Iterator[Problem]:
    """Find answers that the records do not support, that miscount, or that cite what no record of theirs cites.

    On the home page, every statement and step can say what it rests on.
    """
    asked: dict[str, Question] = {}
    cited = {citation.source for _, citation in citations(explainer.settings)}
    for question in explainer.questions:
        origin = explainer.origins[question.id]
        first = asked.setdefault(folded(" ".join(question.question.split())), question)
        if first is not question:
            found = f"'{first.id}' asks the same question"
            yield Problem(location=origin.at(("question",)), rule="same-question", message=found, hint="ask it once")
        yield from _cited_by_no_record(explainer, question, origin, cited)
    for text in _grounded_texts(explainer):
        for index, ground in enumerate(text.grounds.rests_on):
            path = (*text.path, "rests_on", index)
            yield from _GroundCheck(explainer, ground, text.origin, path, text.name).problems()
        for index, assertion in enumerate(text.grounds.asserts):
            yield from CountCheck(
                tally=tally,
                words=words,
                assertion=assertion,
                origin=text.origin,
                path=(*text.path, "asserts", index),
                text="\n".join(explainer.plain(statement.text) for statement in text.statements),
                name=text.name,
            ).problems()


@dataclass(frozen=True, kw_only=True, slots=True)
class _GroundedText:
    """Statements, what they rest on, and what messages call them."""

    grounds: Grounded
    statements: Sequence[Statement]
    name: str
    origin: Origin
    path: Path = ()


def _grounded_texts(explainer: Explainer) -> Iterator[_GroundedText]:
    """The answers to questions, and the statements and steps of the explainer itself."""
    for question in explainer.questions:
        origin = explainer.origins[question.id]
        yield _GroundedText(grounds=question, statements=question.answer, name="answer", origin=origin)
    settings, origin = explainer.settings, explainer.origins[SETTINGS_FILE]
    if lead := settings.lead:
        yield _GroundedText(grounds=lead, statements=[lead], name="lead", origin=origin, path=("lead",))
    parts: tuple[tuple[str, str, Sequence[HomeStatement | HomeEntry]], ...] = (
        ("answer", "answer", settings.answer),
        ("story", "step", settings.story),
        ("background", "statement", settings.background),
        ("statements", "statement", settings.statements),
        ("history", "step", settings.history),
    )
    for field, name, statements in parts:
        for index, each in enumerate(statements):
            yield _GroundedText(grounds=each, statements=[each], name=name, origin=origin, path=(field, index))


def _cited_by_no_record(
    explainer: Explainer, question: Question, origin: Origin, in_settings: Set[str]
) -> Iterator[Problem]:
    """Find sources of an answer that neither the records it is about nor the explainer's own statements cite."""
    named = {*question.about, *(ground.record for ground in question.rests_on if ground.record)}
    shapes: list[Shape] = [explainer.records[id] for id in named]
    shapes += [explainer.claims[id] for id in named if id in explainer.claims]
    cited = {citation.source for shape in shapes for _, citation in citations(shape)} | named | in_settings
    for path, citation in citations(question):
        if path[0] == "answer" and citation.source not in cited:
            found = f"none of the records in 'about' and 'rests_on' cites '{citation.source}'"
            hint = "cite it where the fact is recorded, or name the record that does"
            yield Problem(location=origin.at(path), rule="not-cited", message=found, hint=hint)


@dataclass(frozen=True, slots=True)
class _GroundCheck:
    """Compares one thing that an answer rests on with the records."""

    explainer: Explainer
    ground: Ground
    origin: Origin
    path: Path
    name: str
    """What messages call the text that rests on it, such as answer."""

    def problems(self) -> Iterator[Problem]:
        ground = self.ground
        if incomplete := list(self._incomplete()):
            yield from incomplete
            return
        if ground.claim and self._claim() is None:
            typo = typo_of(ground.claim, [claim.id for claim in self._claims()])
            hint = f"did you mean '{typo}'?" if typo else "name a claim that exists"
            yield self._problem_at("claim", "dangling", f"{self._what} has no claim '{ground.claim}'", hint)
            return
        if ground.status and (now := self._status()) != ground.status:
            rests = f"the {self.name} rests on the status '{ground.status}'"
            yield self._unsupported("status", f"{rests}, but {self._what} {self._has_status(now)}")
        if ground.says:
            yield from self._check_wording(ground.says)
        elif ground.date and (date := self._date()) != ground.date:
            rests = f"the {self.name} rests on the date {ground.date}"
            yield self._unsupported("date", f"{rests}, but {self._what} {self._has_date(date)}")
        if ground.result and ground.result not in (results := self._results()):
            has = " and ".join(f"'{result}'" for result in results) or "not checked"
            yield self._unsupported("result", f"the {self.name} rests on '{ground.result}', but {self._what} is {has}")
        named = set(self._named()) if ground.names else set()
        for index, id in enumerate(ground.names):
            if id not in named:
                yield self._unsupported("names", f"{self._what} does not name '{id}'", index)

    def _incomplete(self) -> Iterator[Problem]:
        ground = self.ground
        given = set(ground.model_fields_set)
        if not given & {"status", "date", "says", "names", "result"}:
            hint = "add 'status', 'date', 'says', 'names' or 'result'"
            yield self._problem_at(None, "missing-field", "there is nothing here to compare with the record", hint)
        if ground.status == NOT_YET and not ground.on:
            hint = "add 'on', or the status that the record has"
            yield self._problem_at("status", "missing-field", f"'{NOT_YET}' means nothing without a day", hint)
        if ground.says:
            given.discard("date")  # then it is the date of the statement, not of the record
        for field, needed in _NEEDS.items():
            if field in given and not given & set(needed):
                hint = f"add {' or '.join(repr(name) for name in needed)}, or remove '{field}'"
                yield self._problem_at(field, "missing-field", f"'{field}' means nothing on its own", hint)

    @property
    def _fix(self) -> str:
        return f"correct the {self.name} or the record"

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
        """Where the answer must be found: the claim, the record with its claims, or the explainer's own file."""
        if claim := self._claim():
            return (claim,)
        record = self._record()
        if record is None:
            return (self.explainer.settings,)
        claims = self.explainer.claims.get(record.id)
        return (record, claims) if claims else (record,)

    def _status(self) -> str | None:
        """The status of the record, `not-known` if nothing was known of it yet; None if its kind has no status."""
        record = self._record()
        day = self.ground.on.first if self.ground.on else None
        if isinstance(record, (Stage, Visit, Event, Project, Constraint, Document)):
            return status_on(record, day, self.explainer.records) or NOT_YET
        return None

    def _has_status(self, status: str | None) -> str:
        record = self._record()
        if status is None:
            return f"is {WITH_ARTICLES[record.kind_name]}, which has no status" if record else "has no status"
        if self.ground.on:
            return (
                f"was not known yet on {self.ground.on}" if status == NOT_YET else f"was '{status}' on {self.ground.on}"
            )
        return f"is '{status}'"

    def _date(self) -> Date | None:
        match self._record():
            case Visit() | Event() as dated:
                return date_on(dated, self.ground.on.first if self.ground.on else None)
            case Constraint(date=date) | Document(date=date):
                return date
            case Source(issued=issued):
                return issued
        return None

    def _has_date(self, date: Date | None) -> str:
        if self.ground.on:
            return f"had {date or 'no date'} on {self.ground.on}"
        return f"has {date or 'no date'}"

    def _results(self) -> tuple[str, ...]:
        claim = self._claim()
        checked = (claim.checked.result,) if claim and claim.checked else ()
        return (*checked, claim.outcome.result) if claim and claim.outcome else checked

    def _named(self) -> Iterator[str]:
        for shape in self._shapes():
            yield from (reference.id for reference in references(shape))
            yield from (link.id for _, text in texts(shape) for link in text.links)

    def _check_wording(self, words: str) -> Iterator[Problem]:
        every = [part for shape in self._shapes() for part in within(shape)]
        written = [(part, text) for part in every for text in self._texts(part)]
        saying = [part for part, text in written if _plain(words) in text]
        if not saying:
            nearest = max((text for _, text in written), key=lambda text: _shared(text, words), default="")
            short = textwrap.shorten(nearest, 100, placeholder=" …")
            hint = f"the nearest text in it is '{short}'; {self._fix}" if _shared(nearest, words) else self._fix
            yield self._problem_at("says", "not-borne-out", f"{self._what} does not say '{words}'", hint)
            return
        wanted = {name: getattr(self.ground, name) for name in ("by", "para", "date") if getattr(self.ground, name)}
        differing = [{name for name in wanted if getattr(part, name, None) != wanted[name]} for part in saying]
        if all(differing):
            part, wrong = min(zip(saying, differing, strict=True), key=lambda item: len(item[1]))
            name = next(name for name in wanted if name in wrong)
            now = f"is '{found}'" if (found := getattr(part, name, None)) else "is not given"
            found = f"where {self._what} says '{words}', '{name}' {now}, not '{wanted[name]}'"
            yield self._unsupported(name, found)

    def _texts(self, part: Shape) -> Iterator[str]:
        """The texts in a shape's own fields, without the marks of links."""
        for name in part.model_fields_set:
            value = getattr(part, name)
            values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
            yield from (_plain(self.explainer.plain(text)) for text in values if isinstance(text, Text))

    def _unsupported(self, field: str, found: str, *index: int) -> Problem:
        return self._problem_at(field, "not-borne-out", found, self._fix, *index)

    def _problem_at(self, field: str | None, rule: str, message: str, hint: str, *index: int) -> Problem:
        path = (*self.path, field, *index) if field else self.path
        return Problem(location=self.origin.at(path), rule=rule, message=visible(message), hint=visible(hint))


NOT_YET: Final = "not-known"
"""The status of a record on a day on which nothing was known of it yet."""

_NEEDS = {
    "on": ("status", "date"),
    "by": ("says",),
    "para": ("says",),
    "claim": ("says", "names", "result"),
    "result": ("claim",),
}
"""Fields that need one of the others."""


def _plain(text: str) -> str:
    return " ".join(text.split())


def _shared(text: str, words: str) -> int:
    """How many of the words are in a text."""
    return len(set(folded(text).split()) & set(folded(words).split()))


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
        typo = typo_of(id, [claim.id for claims in cited for claim in claims.claims])
        hint = f"did you mean '{typo}'?" if typo else "name one that exists"
    return Problem(location=location, rule="dangling", message=found, hint=hint)


def _results(claim: Claim) -> Iterator[str]:
    if claim.checked:
        yield claim.checked.result
    if claim.outcome:
        yield claim.outcome.result


def _two_answers(location: Location, found: str, hint: str) -> Problem:
    return Problem(location=location, rule="two-answers", message=found, hint=hint)
