"""What each page and download was made from in the last build, and which of them still stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markupsafe import Markup

from builder.explainer.tracing.digests import text_of
from builder.explainer.tracing.traced import Answers, Noted, Question
from builder.pages.contexts import Contexts
from builder.pages.parts.abbreviations import meanings
from builder.pages.plan import Plan
from builder.records.models.party import Party
from builder.records.models.source import Source
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
    answers, explainer = contexts.answers, contexts.answers.explainer
    by_path = {plan.path: plan for plan in plans}

    @cache
    def terms() -> dict[str, Markup]:
        return meanings(explainer)

    def target(id: str) -> LinkTarget:
        record = explainer.records.get(id)
        return LinkTarget(
            id=id,
            address=contexts.lists.place_of(record) if record else None,
            label=explainer.label(id),
            source=record if isinstance(record, Source) else None,
        )

    answers.derived["context"] = lambda path: by_path[path].context()
    answers.ways |= {
        "target": target,
        "is_party": lambda id: isinstance(explainer.records.get(id), Party),
        "plan": lambda path: by_path[path].contents,
        "abbreviated": lambda: tuple(terms()),
        "abbreviation": lambda word: terms()[word],
    }
    return answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What was asked to make something, and the digests of the files that it was written to, by path below docs/."""

    asked: tuple[Question, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """The traces of a build, by the name of what was made: the path of a page, or the name of a group of downloads."""

    base: str = ""
    """The digest of what everything depends on: the builder, the templates, the language."""

    answered: Noted = field(default_factory=dict)
    """The digest of the answer to each question that was asked, and what it was derived from."""

    made: Mapping[str, Trace] = field(default_factory=dict)

    def standing(self, names: Iterable[str], base: str, answers: Answers) -> dict[str, Trace]:
        """Those of the named things that would be made the same again. What is derived again for it is noted."""
        if base != self.base:
            return {}
        same = _Comparison(self.answered, answers)
        traces = ((name, self.made[name]) for name in names if name in self.made)
        return {name: trace for name, trace in traces if all(map(same, trace.asked))}

    def renewed(self, base: str, made: Mapping[str, Trace], answered: Iterable[Noted]) -> Traces:
        """The traces to keep for the next build. `answered` are the answers that were needed in this one."""
        known: Noted = {question: each for noted in (self.answered, *answered) for question, each in noted.items()}
        needed: Noted = {}
        waiting = [question for trace in made.values() for question in trace.asked]
        while waiting:
            question = waiting.pop()
            if question not in needed:
                needed[question] = known[question]
                waiting.extend(known[question][1])
        return Traces(base=base, answered=needed, made=made)


NOTHING_MADE: Final = Traces()


class _Comparison:
    """Tells whether a question has the same answer as in the last build. Each is compared once.

    A derived answer is the same if all that it was derived from is. Otherwise it is derived again and compared.
    """

    def __init__(self, before: Noted, answers: Answers) -> None:
        self.before = before
        self.answers = answers
        self.found: dict[Question, bool] = {}
        answers.recall = self.recall

    def recall(self, question: Question) -> str | None:
        """The answer of the last build, if it is a short text that is derived from nothing that has changed."""
        digest, inputs = self.before.get(question, ("", ()))
        text = text_of(digest) if inputs else None
        return text if text is not None and all(map(self, inputs)) else None

    def __call__(self, question: Question) -> bool:
        if question not in self.found:
            self.found[question] = self._is_same(question)
        return self.found[question]

    def _is_same(self, question: Question) -> bool:
        digest, inputs = self.before.get(question, ("", ()))
        if inputs and all(map(self, inputs)):
            return True
        if self.answers.digest(question) != digest:
            return False
        if inputs:
            self.answers.note([question])  # it is the same, but may be derived from others now
        return bool(digest)
