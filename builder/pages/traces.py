"""What each page and download was made from in the last build, and which of them still stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.explainer.tracing.traced import Answers, Question
from builder.explainer.words import Words
from builder.exports.downloads import downloads
from builder.pages.parts.abbreviations import meanings
from builder.pages.plan import Plan


def answers_for(explainer: Explainer, words: Words, plans: Iterable[Plan]) -> Answers:
    """The answers to all that pages ask: what the explainer knows, each plan and its context, terms, downloads."""
    by_path = {plan.path: plan for plan in plans}

    @cache
    def terms() -> dict[str, Markup]:
        return meanings(explainer)

    def files(name: str) -> tuple[tuple[str, str], ...]:
        return next((each.files for each in downloads(explainer) if each.name == name), ())

    answers = Answers(explainer)
    answers.ways |= {
        "plan": lambda path: by_path[path].contents,
        "context": lambda path: by_path[path].context(),
        "abbreviated": lambda: tuple(terms()),
        "abbreviation": lambda word: terms()[word],
        "files": files,
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

    digests: Mapping[Question, str] = field(default_factory=dict)
    """The digest of the answer to each question that was asked."""

    made: Mapping[str, Trace] = field(default_factory=dict)

    def standing(self, names: Iterable[str], base: str, answers: Answers) -> dict[str, Trace]:
        """Those of the named things that would be made the same again."""
        if base != self.base:
            return {}
        same: dict[Question, bool] = {}
        found = {}
        for name in names:
            if (trace := self.made.get(name)) is None:
                continue
            for question in trace.asked:
                if question not in same:
                    same[question] = bool(known := self.digests.get(question)) and answers.digest(question) == known
                if not same[question]:
                    break
            else:
                found[name] = trace
        return found


NOTHING_MADE: Final = Traces()


def traces_of(base: str, made: Mapping[str, Trace], answers: Answers) -> Traces:
    """The traces to keep for the next build."""
    asked = {question for trace in made.values() for question in trace.asked}
    return Traces(base=base, digests={question: answers.digest(question) for question in asked}, made=made)
