"""What the home page shows: the lead, the questions, where sources differ, and how many there are of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from builder.explainer import addresses
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.overviews import timeline
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Dispute
from builder.records.models.source import STANDINGS
from builder.records.safe_text import Citation, Text, first_sentence

QUESTIONS: Final = 8
"""How many questions are on the home page."""

UNDER_WAY: Final = ("under-way", "in-operation", "completed")
"""The statuses of a project that was begun and goes on, or is done."""

HELD_BACK: Final = ("blocked", "suspended", "abandoned")
"""The statuses of a project that does not go on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """The answer in short: its first sentence, the rest of it, and its sources."""

    verdict: Text
    rest: Text
    sources: tuple[Citation, ...]


def lead_of(settings: Settings) -> Lead | None:
    """The lead or, without one, the first statement of the answer. None if nothing was known yet."""
    statement = settings.lead or next(iter(settings.answer), None)
    if statement is None:
        return None
    verdict, rest = first_sentence(statement.text)
    return Lead(verdict=verdict, rest=rest, sources=statement.sources)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectCount:
    """How many projects there are, how many go on, and how many have each of the statuses that do not."""

    all: int
    under_way: int
    held_back: tuple[tuple[str, int], ...]


def count_projects(projects: tuple[Project, ...]) -> ProjectCount:
    """Count projects by status."""
    counted = Counter(status_on(project) for project in projects)
    return ProjectCount(
        all=len(projects),
        under_way=sum(counted[status] for status in UNDER_WAY),
        held_back=tuple((status, counted[status]) for status in HELD_BACK if counted[status]),
    )


def home_questions(explainer: Explainer) -> tuple[Question, ...]:
    """The questions on the home page: those that are marked or, if none is, the first."""
    marked = tuple(question for question in explainer.questions if question.home)
    return (marked or explainer.questions)[:QUESTIONS]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A question on which sources differ, and the record that it is about, or None for the explainer itself."""

    dispute: Dispute
    record: Record | None


def differences(explainer: Explainer) -> tuple[Difference, ...]:
    """Where sources differ: about the process as a whole, then what is open, then the rest in the site's order."""
    found = [
        Difference(dispute=dispute, record=record)
        for record in (*explainer.stages, *explainer.visits, *explainer.projects, *explainer.constraints)
        for dispute in record.disputes
    ]
    whole = [Difference(dispute=dispute, record=None) for dispute in explainer.settings.disputes]
    return tuple(whole + sorted(found, key=lambda difference: not difference.dispute.open))


def standings_counted(explainer: Explainer) -> tuple[tuple[str, int], ...]:
    """How many sources of each standing there are."""
    counted = Counter(source.standing for source in explainer.sources)
    return tuple((standing, counted[standing]) for standing in STANDINGS if counted[standing])


def ways_in(explainer: Explainer) -> Iterator[tuple[str, str, int]]:
    """Where to look something up: the name of a page, its address, and how many entries it has."""
    for kind in addresses.PAGED:
        if records := getattr(explainer, kind.kind_name):
            yield f"{kind.kind_name}-index", addresses.index_of(kind), len(records)
    if happenings := timeline(explainer):
        yield "timeline", addresses.TIMELINE, len(happenings)
    if explainer.claims:
        yield "claims-index", addresses.CLAIMS, sum(len(claims.claims) for claims in explainer.claims.values())
    if explainer.terms:
        yield "glossary", addresses.GLOSSARY, len(explainer.terms)
