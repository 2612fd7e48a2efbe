"""Checks that numbers in texts are what the records add up to, and that the texts contain them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from builder.explainer.counting import Tally
from builder.explainer.words import Words
from builder.problems import Problem, did_you_mean, visible
from builder.records.loading import Origin
from builder.records.models.constraint import Constraint, Vote
from builder.records.models.document import Document
from builder.records.models.grounds import COUNTED, AddedFigure, Assertion, VoteCount
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.stage import Stage
from builder.records.traversal import Path

_SUBJECTS = (*COUNTED, "figures")

_NEEDS = {
    "count": COUNTED,
    "until": tuple(field for field in COUNTED if field != "votes"),
    "sum": ("figures",),
    "difference": ("figures",),
}
"""What a field goes with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CountCheck:
    """Compares a number with the records and with the text that it is in.

    `name` is what messages call the text, such as answer.
    """

    tally: Tally
    words: Words
    assertion: Assertion
    origin: Origin
    path: Path
    text: str
    name: str

    def problems(self) -> Iterator[Problem]:
        """The problems with the number."""
        incomplete = list(self._incomplete())
        if incomplete:
            yield from incomplete
        elif self.assertion.figures:
            yield from self._check_figures(self.assertion.figures)
        elif self.assertion.votes:
            yield from self._check_votes(self.assertion.votes, self.assertion.count or 0)
        else:
            yield from self._check_count(self.assertion.count or 0)

    def _incomplete(self) -> Iterator[Problem]:
        given = [field for field in _SUBJECTS if getattr(self.assertion, field)]
        numbers = [field for field in ("count", "sum", "difference") if getattr(self.assertion, field) is not None]
        if not given:
            hint = f"add one of {_listed(_SUBJECTS)}"
            yield self._problem_at(None, "missing-field", "nothing says what is counted", hint)
            return
        for field in given[1:]:
            found = f"'{field}' is given besides '{given[0]}'"
            yield self._problem_at(field, "too-many", found, f"keep one, and count '{field}' in an item of its own")
        for field, needed in _NEEDS.items():
            if getattr(self.assertion, field) is not None and given[0] not in needed:
                found = f"'{field}' means nothing with '{given[0]}'"
                yield self._problem_at(field, "missing-field", found, f"remove '{field}'")
        if not numbers:
            wanted = ("sum", "difference") if given[0] == "figures" else ("count",)
            found = f"the number that the {self.name} gives is missing"
            yield self._problem_at(None, "missing-field", found, f"add {_listed(wanted)}")
        if len(numbers) > 1 and given[0] == "figures":
            yield self._problem_at("difference", "too-many", "'difference' is given besides 'sum'", "keep one")

    def _check_count(self, count: int) -> Iterator[Problem]:
        noun, found = self._counted()
        if len(found) != count:
            records = self.tally.explainer.in_order(each for each in found if isinstance(each, Record))
            ids = [each for each in found if isinstance(each, str)] or [record.id for record in records]
            listed = ", ".join(ids) or "none"
            nouns = "people" if noun == "person" else f"{noun}s"
            message = f"the {self.name} says {count} {noun if count == 1 else nouns}"
            message += f", but the records have {len(found)}: {listed}"
            yield self._problem_at("count", "contradicted", message, f"correct the {self.name} or the records")
        else:
            yield from self._check_text("count", Decimal(count))

    def _counted(self) -> tuple[str, Sequence[str | Record]]:
        """What is counted, in the singular, and what there is of it: ids, records, or the dates of steps."""
        wanted, tally = self.assertion, self.tally
        until = wanted.until.last if wanted.until else None
        if wanted.meetings:
            one, other = wanted.meetings
            return "meeting", tally.meetings(one, other, until)
        if wanted.people:
            return "person", tally.people_met(wanted.people, until)
        if visits := wanted.visits:
            return "visit", tally.visits(visits.status, visits.level, visits.parties, until)
        if events := wanted.events:
            return "event", tally.events(events.kind, events.status, events.parties, until)
        if wanted.steps:
            record, statuses = tally.explainer.records[wanted.steps.record], wanted.steps.status
            steps = record.history if until is None else [step for step in record.history if step.date.first <= until]
            return "step", [str(step.date) for step in steps if getattr(step, "status", None) in statuses]
        if documents := wanted.documents:
            return "document", tally.with_status(Document, documents.status, until)
        if stages := wanted.stages:
            return "stage", tally.with_status(Stage, stages.status, until)
        return "project", tally.with_status(Project, wanted.projects.status if wanted.projects else (), until)

    def _check_votes(self, wanted: VoteCount, count: int) -> Iterator[Problem]:
        constraint = self.tally.explainer.constraint(wanted.record)
        votes = [vote for vote in constraint.vote if _is_by(wanted.by, vote, constraint)]
        results = {cast: (number, who) for vote in votes for cast, number, who in vote.results}
        if len(votes) > 1:
            bodies = _listed([vote.by or constraint.adopted_by[0] for vote in votes])
            found = f"there are {len(votes)} votes on '{constraint.id}', and nothing says which one is meant"
            yield self._problem_at("votes", "missing-field", found, f"add 'by': {bodies}")
        elif wanted.cast not in results:
            where, rest = ("by", f" by '{wanted.by}'") if wanted.by and not votes else ("cast", "")
            missing = f"'{wanted.cast}'" if votes else f"vote{rest}"
            found = f"{'the vote on ' if votes else ''}'{constraint.id}' has no {missing}"
            yield self._problem_at("votes", "dangling", found, "add it there, or remove this", where)
        elif (found_there := results[wanted.cast])[0] != count:
            named = f": {', '.join(found_there[1])}" if found_there[1] else ""
            message = f"the {self.name} says {count} '{wanted.cast}'"
            message += f", but the vote on '{constraint.id}' has {found_there[0]}{named}"
            yield self._problem_at("count", "contradicted", message, f"correct the {self.name} or the records")
        else:
            yield from self._check_text("count", Decimal(count))

    def _check_figures(self, wanted: Sequence[AddedFigure]) -> Iterator[Problem]:
        values: list[tuple[Decimal, str]] = []
        for index, each in enumerate(wanted):
            figures = {str(figure.label): figure.value for figure in self._project(each).figures}
            if each.figure not in figures:
                hint = did_you_mean(each.figure, figures) or "name a figure by its label"
                found = f"'{each.record}' has no figure '{each.figure}'"
                yield self._problem_at("figures", "dangling", found, hint, index, "figure")
            elif value := self.words.measured(figures[each.figure]):
                values.append(value)
            else:
                found = f"'{figures[each.figure]}' does not begin with an exact number, so it can't be added"
                yield self._problem_at("figures", "bad-number", found, "leave the figure out", index, "figure")
        if len(values) == len(wanted):
            yield from self._check_total(values)

    def _check_total(self, values: Sequence[tuple[Decimal, str]]) -> Iterator[Problem]:
        name = "sum" if self.assertion.sum is not None else "difference"
        said: Decimal = getattr(self.assertion, name)
        numbers, units = [number for number, _ in values], list(dict.fromkeys(unit for _, unit in values))
        if len(units) > 1:
            listed = " and ".join(f"'{unit}'" for unit in units)
            hint = "give every figure in the same unit"
            yield self._problem_at("figures", "bad-number", f"the figures have different units: {listed}", hint)
            return
        total = sum(numbers) if name == "sum" else numbers[0] - sum(numbers[1:])
        if total != said:
            message = f"the {self.name} says {said}, but the {name} of the figures is {total}"
            yield self._problem_at(name, "contradicted", message, f"correct the {self.name} or the figures")
        else:
            yield from self._check_text(name, said)

    def _project(self, figure: AddedFigure) -> Project:
        record = self.tally.explainer.records[figure.record]
        assert isinstance(record, Project), f"{record.id} was checked to be a project"
        return record

    def _check_text(self, field: str, number: Decimal) -> Iterator[Problem]:
        """Look for the number in the text, unless it is 0: there are too many ways to say none."""
        ways = self.words.ways_to_write(number)
        if number and not any(_contains(self.text, way) for way in ways):
            found = f"the {self.name} does not contain the number {number}"
            yield self._problem_at(field, "not-in-text", found, f"write it as {_listed(ways)}, or remove this")

    def _problem_at(self, field: str | None, rule: str, message: str, hint: str, *inner: int | str) -> Problem:
        path = (*self.path, field, *inner) if field else self.path
        return Problem(location=self.origin.at(path), rule=rule, message=visible(message), hint=visible(hint))


def _is_by(body: str | None, vote: Vote, constraint: Constraint) -> bool:
    """Whether a vote is that of a body: the one that adopted the constraint, unless the vote names another."""
    return body is None or body == vote.by or (vote.by is None and body in constraint.adopted_by)


def _contains(text: str, number: str) -> bool:
    """Whether a number is in a text on its own: not within a longer number, a decimal, a longer word or twenty-one.

    Languages such as Japanese put no space between digits and the next word, or before them.
    """
    before, after = (rf"[{_UNSPACED}]", rf"[^\W{_UNSPACED}]") if number[-1:].isdecimal() else ("(?!)", r"\w")
    pattern = rf"(?:(?<![\w-])|(?<={before}))(?<!\d[.,]){re.escape(number)}(?!{after}|[.,]\d)"
    return re.search(pattern, text, re.IGNORECASE) is not None


_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters that can stand next to digits: Thai, Lao, Burmese, Khmer, Japanese, Chinese and Hangul."""


def _listed(names: Sequence[str]) -> str:
    *others, last = (f"'{name}'" for name in names)
    return f"{', '.join(others)} or {last}" if others else last
