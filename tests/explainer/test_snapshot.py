"""What was known on a day: everything up to and including that day, and nothing later."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from golden import BASE, base_with

from builder.dates.edtf_dates import NOT_KNOWN
from builder.explainer.linking import link
from builder.explainer.snapshot import known_on
from builder.records.loading import Summaries
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.visit import Visit

R = TypeVar("R", bound=Record)

EVE, DAY, NEXT = "2019-06-09", "2019-06-10", "2019-06-11"
SOURCES = f"""\
sources:
  - {{id: early, type: report, title: Early, issued: 2019-01-01, standing: reference}}
  - {{id: undated, type: report, title: Undated, standing: reference}}
  - {{id: that-day, type: report, title: That day, issued: {DAY}, standing: reference}}
  - {{id: fishnews-36329, type: report, title: From the base, issued: 2019-01-01, standing: reference}}
"""
OTHERS = ("visits/kim-putin-vladivostok.yml", "projects/power-grid.yml", "stages/bilateral-talks.yml")
WORKS = "title: Works\nstatus: studied\nparties: [russia, dprk]\n"
BEGUN = """\
title: Works
parties: [russia, dprk]
history: [{date: 2019-01-01, status: studied, text: They are studied., sources: [early]}]
"""


def on(day: str, files: Mapping[str, str], root: Path) -> Summaries:
    """The base with SOURCES and some files instead of its visit, project and stage, as of a day."""
    summaries = base_with({"sources.yml": SOURCES, **files}, root, removed=OTHERS)
    then = known_on(summaries, datetime.date.fromisoformat(day))
    link(then)  # every reference that is left leads somewhere
    return then


def record(kind: type[R], id: str, summaries: Summaries) -> R:
    found = summaries.records[id]
    assert isinstance(found, kind)
    return found


def works(more: str, day: str, root: Path) -> Project:
    return record(Project, "works", on(day, {"projects/works.yml": WORKS + more}, root))


def texts(statements: tuple[object, ...]) -> list[str]:
    return [str(getattr(statement, "text", statement)) for statement in statements]


@pytest.mark.parametrize("day", [EVE, DAY, NEXT])
def test_the_snapshot_is_as_of_its_day(day: str, tmp_path: Path) -> None:
    assert str(on(day, {}, tmp_path).settings.as_of) == day


# Sources


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True), (NEXT, True)])
def test_a_source_is_known_from_the_day_it_was_issued(day: str, known: bool, tmp_path: Path) -> None:
    """A statement that rests on it appears on the same day."""
    statements = "sources: [early]\nstatements: [{text: New., sources: [that-day]}, {text: Old., sources: [undated]}]\n"
    then = on(day, {"projects/works.yml": WORKS + statements}, tmp_path)
    assert texts(record(Project, "works", then).statements) == (["New.", "Old."] if known else ["Old."])
    assert ("that-day" in then.records) == known
    assert {"early", "undated"} <= set(then.records)


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True)])
def test_an_undated_statement_is_known_once_all_its_sources_are(day: str, known: bool, tmp_path: Path) -> None:
    statement = "sources: [early]\nstatements: [{text: New., sources: [early, that-day]}]\n"
    assert texts(works(statement, day, tmp_path).statements) == (["New."] if known else [])


def test_a_dated_statement_is_known_from_its_day_even_if_a_source_is_later(tmp_path: Path) -> None:
    statement = "sources: [early]\nstatements: [{text: Old., date: 2019-05-01, sources: [that-day]}]\n"
    assert texts(works(statement, EVE, tmp_path).statements) == ["Old."]


@pytest.mark.parametrize(
    ("sources", "day", "kept"),
    [
        ("early, that-day", EVE, ["early"]),
        ("early, that-day", DAY, ["early", "that-day"]),
        ("that-day", EVE, ["that-day"]),
    ],
    ids=["eve", "day", "no others"],
)
def test_a_record_loses_its_later_sources_if_it_has_others(
    sources: str, day: str, kept: list[str], tmp_path: Path
) -> None:
    then = on(day, {"projects/works.yml": f"{BEGUN}sources: [{sources}]\n"}, tmp_path)
    assert [citation.source for citation in record(Project, "works", then).sources] == kept


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True)])
def test_a_summary_is_known_once_all_sources_of_its_record_are(day: str, known: bool, tmp_path: Path) -> None:
    then = on(day, {"projects/works.yml": f"{BEGUN}sources: [early, that-day]\nsummary: A summary.\n"}, tmp_path)
    assert bool(record(Project, "works", then).summary) == known


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True)])
def test_a_status_that_no_step_gives_is_known_once_all_sources_of_its_record_are(
    day: str, known: bool, tmp_path: Path
) -> None:
    then = on(day, {"projects/works.yml": f"{WORKS}sources: [early, that-day]\n"}, tmp_path)
    assert ("works" in then.records) == known


@pytest.mark.parametrize(
    ("status", "day", "known"),
    [("signed", EVE, "signed"), ("expired", EVE, None), ("expired", DAY, "expired")],
)
def test_a_document_is_known_from_its_day_on_and_its_status_perhaps_later(
    status: str, day: str, known: str | None, tmp_path: Path
) -> None:
    document = f"title: Pact\ndate: 2019-01-01\nstatus: {status}\nsources: [early, that-day]\n"
    assert record(Document, "pact", on(day, {"documents/pact.yml": document}, tmp_path)).status == known


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True)])
def test_the_claims_of_a_source_are_known_from_its_day_on(day: str, known: bool, tmp_path: Path) -> None:
    claims = "source: that-day\nclaims: [{id: c1, para: 1, text: A claim.}]\n"
    then = on(day, {"claims/that-day.yml": claims}, tmp_path)
    assert set(then.claims) == ({"that-day"} if known else set())
    assert ("that-day" in then.records) == known


# Dates


@pytest.mark.parametrize(("day", "expected"), [(EVE, ["Old."]), (DAY, ["Old.", "New."]), (NEXT, ["Old.", "New."])])
def test_an_entry_is_known_from_its_own_day_on(day: str, expected: list[str], tmp_path: Path) -> None:
    history = (
        "sources: [early]\nhistory:\n"
        "  - {date: 2019-05-01, text: Old., sources: [early]}\n"
        f"  - {{date: {DAY}, text: New., sources: [early]}}\n"
    )
    assert texts(works(history, day, tmp_path).history) == expected


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True), (NEXT, True)])
def test_a_constraint_is_known_from_the_day_it_was_adopted(day: str, known: bool, tmp_path: Path) -> None:
    """Before it, what refers to it no longer does."""
    files = {
        "constraints/rule.yml": f"title: Rule\ndate: {DAY}\nadopted_by: [russia]\nsources: [early]\n",
        "projects/works.yml": WORKS
        + "sources: [early]\nobstacles: [{text: It holds., constraint: rule, sources: [early]}]\n",
    }
    then = on(day, files, tmp_path)
    assert ("rule" in then.records, "rule" in then.later) == (known, not known)
    (obstacle,) = record(Project, "works", then).obstacles
    assert obstacle.constraint == ("rule" if known else None)
    if known:
        assert str(record(Constraint, "rule", then).date) == DAY


@pytest.mark.parametrize(
    ("day", "parts", "figures"), [(EVE, [], []), (DAY, ["Quay"], ["Ships"]), (NEXT, ["Quay"], ["Ships"])]
)
def test_a_part_and_a_figure_are_known_from_their_own_day_on(
    day: str, parts: list[str], figures: list[str], tmp_path: Path
) -> None:
    dated = (
        "sources: [early]\n"
        f"parts: [{{title: Quay, status: completed, since: {DAY}, sources: [early]}}]\n"
        f"figures: [{{label: Ships, value: two, date: {DAY}, sources: [early]}}]\n"
    )
    then = works(dated, day, tmp_path)
    assert [str(part.title) for part in then.parts] == parts
    assert [str(figure.label) for figure in then.figures] == figures


@pytest.mark.parametrize(("day", "ender"), [(EVE, None), (DAY, "new-rule"), (NEXT, "new-rule")])
def test_what_ended_a_constraint_is_known_from_its_end_on(day: str, ender: str | None, tmp_path: Path) -> None:
    rule = "adopted_by: [russia]\nsources: [early]\n"
    end = f"{{date: {DAY}, status: ended, text: It ends., sources: [early]}}"
    files = {
        "constraints/old-rule.yml": f"title: Old\ndate: 2018\n{rule}ended_by: new-rule\nhistory: [{end}]\n",
        "constraints/new-rule.yml": f"title: New\ndate: 2019-05-01\n{rule}",
    }
    assert record(Constraint, "old-rule", on(day, files, tmp_path)).ended_by == ender


# Visits

VISIT = f"title: Talks\ndate: {DAY}\nlevel: leaders\nparties: [kim-jong-un, vladimir-putin]\n"
RESULTS = "outcomes: [{text: They agreed., sources: [early]}]\ndocuments: [{title: A paper, sources: [early]}]\n"
PLANNED = "{date: 2019-05-01, status: planned, text: Planned., sources: [early], expected: 2019-06}"
HELD = f"{{date: {DAY}, status: held, text: Held., sources: [early]}}"


@pytest.mark.parametrize(("day", "known"), [(EVE, False), (DAY, True)])
def test_a_visit_without_a_history_is_known_from_its_own_day_on(day: str, known: bool, tmp_path: Path) -> None:
    other = "title: Before\ndate: 2019-01-02\nlevel: high\nparties: [russia, dprk]\nstatus: held\nsources: [early]\n"
    files = {
        "visits/talks.yml": VISIT + "status: held\nsources: [early]\n",
        "visits/before.yml": other + "led_to: [talks]\n",
    }
    then = on(day, files, tmp_path)
    assert ("talks" in then.records, "talks" in then.later) == (known, not known)
    assert record(Visit, "before", then).led_to == (("talks",) if known else ())


@pytest.mark.parametrize(
    ("day", "date", "outcomes", "documents", "summary"),
    [("2019-05-01", "2019-06", 0, 0, False), (EVE, "2019-06", 0, 0, False), (DAY, DAY, 1, 1, True)],
)
def test_before_its_day_a_visit_has_its_expected_date_and_no_results(
    day: str, date: str, outcomes: int, documents: int, summary: bool, tmp_path: Path
) -> None:
    text = f"{VISIT}{RESULTS}summary: They met.\nsources: [early]\nhistory: [{PLANNED}, {HELD}]\n"
    visit = record(Visit, "talks", on(day, {"visits/talks.yml": text}, tmp_path))
    assert (str(visit.date), len(visit.outcomes), len(visit.documents)) == (date, outcomes, documents)
    assert bool(visit.summary) == summary


def test_a_visit_that_was_never_dated_before_has_no_known_date(tmp_path: Path) -> None:
    planned = PLANNED.replace(", expected: 2019-06", "")
    then = on(EVE, {"visits/talks.yml": f"{VISIT}history: [{planned}, {HELD}]\n"}, tmp_path)
    assert record(Visit, "talks", then).date == NOT_KNOWN


# Disputes and questions


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["early", "early"], ["1", "2"]),
        (["early", "that-day"], None),
        (["early", "that-day", "undated"], ["1", "3"]),
    ],
    ids=["two", "one left", "two left"],
)
def test_a_dispute_is_removed_if_fewer_than_two_answers_are_left(
    answers: list[str], expected: list[str] | None, tmp_path: Path
) -> None:
    listed = ", ".join(f"{{text: '{number}', sources: [{id}]}}" for number, id in enumerate(answers, start=1))
    more = f"sources: [early]\ndisputes: [{{question: Which?, answers: [{listed}]}}]\n"
    disputes = works(more, EVE, tmp_path).disputes
    assert [texts(dispute.answers) for dispute in disputes] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("source", "about", "day", "known"),
    [
        ("that-day", "works", EVE, False),
        ("that-day", "works", DAY, True),
        ("early", "talks", EVE, False),
        ("early", "talks", DAY, True),
    ],
    ids=["no answer yet", "answered", "about nothing yet", "about a visit"],
)
def test_a_question_is_known_once_it_has_an_answer_and_a_record(
    source: str, about: str, day: str, known: bool, tmp_path: Path
) -> None:
    """What its answer rests on is always left out, as it is about the current records."""
    files = {
        "projects/works.yml": WORKS + "sources: [early]\n",
        "visits/talks.yml": VISIT + "status: held\nsources: [early]\n",
        "questions.yml": f"questions:\n  - id: why\n    question: Why?\n    about: [{about}]\n"
        f"    answer: [{{text: So., sources: [{source}]}}]\n    rests_on: [{{record: {about}, names: [russia]}}]\n",
    }
    then = on(day, files, tmp_path)
    assert ("why" in then.records) == known
    if known:
        assert record(Question, "why", then).rests_on == ()


def test_what_statements_of_the_explainer_rest_on_is_left_out(tmp_path: Path) -> None:
    """It is about the current records, and can name one that was not known then."""
    text = (BASE / "explainer.yml").read_text("utf-8")
    rests_on = "    rests_on: [{record: talks, status: held}]\n    asserts: [{visits: {status: held}, count: 1}]\n"
    files = {
        "explainer.yml": text.replace("    date: 2019-04-25\n", f"    date: 2019-04-25\n{rests_on}"),
        "visits/talks.yml": VISIT + "status: held\nsources: [early]\n",
    }
    (answer,) = on(EVE, files, tmp_path).settings.answer
    assert (answer.rests_on, answer.asserts) == ((), ())
