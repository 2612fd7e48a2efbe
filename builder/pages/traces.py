"""What each page and download was made from in the last build, and which of them still stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

from markupsafe import Markup

from builder.explainer.tracing.digests import text_of
from builder.explainer.tracing.traced import Answers, Noted, Question
from builder.explainer.tracing.written import Changes, Written, changes
from builder.pages.contexts import Contexts
from builder.pages.parts.abbreviations import meanings
from builder.pages.plan import Plan
from builder.records.loading import SETTINGS_FILE
from builder.records.models.party import Party
from builder.records.models.source import Source
from builder.records.models.term import Term
from builder.records.safe_text import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTarget:
    """What a link to a record shows: where it leads, if it has a page, and its label; the record if it is a source."""

    id: str
    address: str | None
    label: Line
    source: Source | None


def answers_for(contexts: Contexts, plans: Iterable[Plan]) -> Answers:
    """The answers to all that pages ask: what the explainer knows, each plan and its context, terms, downloads."""
    answers, explainer, traced = contexts.answers, contexts.answers.explainer, contexts.answers.traced
    by_path = {plan.path: plan for plan in plans}

    @cache
    def terms() -> dict[str, Markup]:
        return meanings(explainer)

    def target(id: str) -> LinkTarget:
        record = traced.records.get(id)
        return LinkTarget(
            id=id,
            address=traced.ask("place", id) if record else None,
            label=traced.label(id),
            source=record if isinstance(record, Source) else None,
        )

    answers.derived |= {"context": lambda path: by_path[path].context(), "target": target}
    answers.ways |= {
        "is_party": lambda id: isinstance(explainer.records.get(id), Party),
        "plan": lambda path: by_path[path].contents,
        "abbreviated": lambda: tuple(terms()),
        "abbreviation": lambda word: terms()[word],
    }

    def touches_terms(changes: Changes, word: str = "") -> bool:
        named = Term.kind_name in changes.kinds or Party.kind_name in changes.kinds
        return named or changes.labels or SETTINGS_FILE in changes.keys

    answers.touches |= {
        "is_party": lambda changes, id: id in changes.keys,
        "abbreviated": touches_terms,
        "abbreviation": touches_terms,
    }
    return answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What was asked to make something, and the digests of the files that it was written to, by path below docs/."""

    asked: tuple[Question, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Like `Made`, with the numbers of the questions."""

    asked: list[int]
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """The traces of a build, by the name of what was made: the path of a page, or the name of a group of downloads.

    A question is written as one text, and has a number: its place in `questions`.
    """

    base: str = ""
    """The digest of what everything depends on: the builder, the templates, the language."""

    written: Written = field(default_factory=dict)
    """What the summaries said."""

    questions: list[str] = field(default_factory=list)
    """Every question that was asked. One that nobody asks any more is an empty text."""

    digests: list[str] = field(default_factory=list)
    """The digests of the answers."""

    inputs: Mapping[int, list[int]] = field(default_factory=dict)
    """The questions that a derived answer was derived from."""

    made: Mapping[str, Trace] = field(default_factory=dict)

    def standing(self, names: Iterable[str], base: str, answers: Answers, written: Written) -> dict[str, Trace]:
        """Those of the named things that would be made the same again. What is derived again for it is noted."""
        if base != self.base:
            return {}
        same = _Comparison(self, answers, changes(self.written, written))
        traces = ((name, self.made[name]) for name in names if name in self.made)
        return {name: trace for name, trace in traces if same.are_all(trace.asked)}

    def renewed(
        self,
        base: str,
        written: Written,
        standing: Mapping[str, Trace],
        made: Mapping[str, Made],
        answered: Iterable[Noted],
    ) -> Traces:
        """The traces to keep for the next build. `answered` are the answers that were needed in this one."""
        known = self if base == self.base else NOTHING_MADE
        questions, digests, inputs = list(known.questions), list(known.digests), dict(known.inputs)
        numbers = {question: number for number, question in enumerate(questions)}

        def number_of(question: Question) -> int:
            text = _as_text(question)
            if text not in numbers:
                numbers[text] = len(questions)
                questions.append(text)
                digests.append("")
            return numbers[text]

        for noted in answered:
            for question, (digest, asked) in noted.items():
                number = number_of(question)
                digests[number] = digest
                inputs.pop(number, None)
                if asked:
                    inputs[number] = list(map(number_of, asked))
        traces = dict(standing)
        for name, each in made.items():
            traces[name] = Trace(asked=list(map(number_of, each.asked)), files=each.files)
        needed = _needed(traces.values(), inputs)
        if len(needed) < len(questions) * _NEEDED_AT_LEAST:
            new = {number: place for place, number in enumerate(sorted(needed))}
            return Traces(
                base=base,
                written=written,
                questions=[questions[number] for number in new],
                digests=[digests[number] for number in new],
                inputs={new[number]: [new[each] for each in inputs[number]] for number in new if number in inputs},
                made={
                    name: Trace(asked=[new[each] for each in trace.asked], files=trace.files)
                    for name, trace in traces.items()
                },
            )
        for number in set(range(len(questions))) - needed:
            questions[number] = digests[number] = ""
            inputs.pop(number, None)
        return Traces(base=base, written=written, questions=questions, digests=digests, inputs=inputs, made=traces)


NOTHING_MADE: Final = Traces()

_NEEDED_AT_LEAST: Final = 0.8
"""The share of questions that somebody still asks, below which all are numbered again."""

_BETWEEN: Final = "\x7f"
"""What stands between the words of a question. No summary can have it."""


def _as_text(question: Question) -> str:
    return _BETWEEN.join(question)


def _needed(traces: Iterable[Trace], inputs: Mapping[int, list[int]]) -> set[int]:
    """The numbers of the questions that were asked for some things, and of those that these are derived from."""
    needed = set[int]()
    for trace in traces:
        needed.update(trace.asked)
    waiting = [number for number in needed if number in inputs]
    while waiting:
        new = set(inputs[waiting.pop()]) - needed
        needed |= new
        waiting.extend(number for number in new if number in inputs)
    return needed


class _Comparison:
    """Tells whether questions have the same answers as in the last build. Each is compared once.

    A question is asked again only if something that can make a difference to its answer has changed. A derived answer
    is the same if all that it was derived from is. Otherwise it is derived again and compared.
    """

    def __init__(self, before: Traces, answers: Answers, changes: Changes | None) -> None:
        self.before = before
        self.answers = answers
        self.differ = set[int]()
        """Questions with other answers. Those that are derived are added when somebody asks for them."""

        self.derived: dict[int, bool] = {}
        """Whether a derived answer is the same."""

        answers.recall = self.recall
        for number, text in enumerate(before.questions):
            if number not in before.inputs and text:
                question = tuple(text.split(_BETWEEN))
                if changes is None or answers.may_differ(question, changes):
                    digest = before.digests[number]
                    if not digest or answers.digest(question) != digest:
                        self.differ.add(number)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of the derived answers, by question."""
        return {self.before.questions[number]: number for number in self.before.inputs}

    def recall(self, question: Question) -> str | None:
        """The answer of the last build, if it is a short text that is derived from nothing that has changed."""
        number = self.numbers.get(_as_text(question))
        text = None if number is None else text_of(self.before.digests[number])
        return text if number is not None and text is not None and self.are_all(self.before.inputs[number]) else None

    def are_all(self, numbers: list[int]) -> bool:
        """Whether some questions all have the same answers."""
        if not self.differ.isdisjoint(numbers):
            return False
        return all(self._is_same(number) for number in numbers if number in self.before.inputs)

    def _is_same(self, number: int) -> bool:
        if number not in self.derived:
            self.derived[number] = self._is_derived_again(number)
            if not self.derived[number]:
                self.differ.add(number)
        return self.derived[number]

    def _is_derived_again(self, number: int) -> bool:
        if self.are_all(self.before.inputs[number]):
            return True
        question, digest = tuple(self.before.questions[number].split(_BETWEEN)), self.before.digests[number]
        if self.answers.digest(question) != digest:
            return False
        self.answers.note([question])  # it is the same, but may be derived from others now
        return bool(digest)
