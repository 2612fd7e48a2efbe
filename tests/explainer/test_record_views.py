"""What the page of a record shows beyond its fields."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from golden import BASE, EXPLAINER, ROOT

from builder.assembly import assemble
from builder.dates.edtf_dates import Date
from builder.explainer.linking import Explainer
from builder.explainer.views.obstacles import held_back
from builder.explainer.views.overviews import claims_about
from builder.explainer.views.record_views import claims_by_verdict, clauses, reasons_of, step_in_story, track
from builder.inspection import inspect
from builder.project import Project
from builder.records.models.constraint import Constraint, Provision
from builder.records.models.project import Obstacle, ProjectEntry
from builder.records.models.project import Project as ProjectRecord
from builder.records.models.shapes import Statement
from builder.records.models.visit import Visit, VisitEntry


@pytest.fixture(scope="module")
def explainer(tmp_path_factory: pytest.TempPathFactory) -> Explainer:
    root = tmp_path_factory.mktemp("explainer")
    (root / "templates").symlink_to(ROOT / "templates")
    shutil.copytree(EXPLAINER / "summaries", root / "summaries")
    return inspect(Project(root=root)).explainer


def test_a_record_says_which_step_of_the_story_leads_to_it(explainer: Explainer) -> None:
    step = step_in_story(explainer, explainer.records["castle-buildings"])
    assert step
    assert (step.number, step.count, step.address) == (2, 5, "index.md#step_2")
    assert step_in_story(explainer, explainer.records["leeds-castle"]) is None


def project(*history: tuple[str, str | None], status: str | None = None) -> ProjectRecord:
    entries = tuple(ProjectEntry.model_construct(date=Date.parse(day), status=now) for day, now in history)
    return ProjectRecord.model_construct(id="line", title="Line", history=entries, status=status)


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (
            project(("1999", "idea"), ("2018-06-22", "studied"), ("2018-07", None), ("2018-12-26", "blocked")),
            ["idea", "studied", "blocked", "(agreed)", "(under-way)", "(in-operation)"],
        ),
        (
            project(("2011", "in-operation"), ("2018", "suspended"), ("2019", "suspended")),
            ["in-operation", "suspended"],
        ),
        (project(("2001", "agreed"), ("2006", "idea")), ["agreed", "idea", "(under-way)", "(in-operation)"]),
        (project(("2001", "in-operation")), []),
        (project(("2001", "idea"), ("2003", "abandoned")), ["idea", "abandoned"]),
        (
            project(("2015", "agreed"), ("2016", "in-force"), ("2018", "partly-kept")),
            ["agreed", "in-force", "partly-kept"],
        ),
        (project(("2015", "in-operation"), ("2018", "superseded")), ["in-operation", "superseded"]),
        (project(status="studied"), ["studied", "(agreed)", "(under-way)", "(in-operation)"]),
    ],
    ids=["stopped", "repeated", "back", "arrived", "ended", "agreement", "replaced", "no-history"],
)
def test_the_track_of_a_project_has_its_states_in_order_and_those_not_reached(
    record: ProjectRecord, shown: list[str]
) -> None:
    states = track(record)
    assert [each.status if each.reached else f"({each.status})" for each in states] == shown
    assert [each.status for each in states if each.is_last] == [each for each in shown if "(" not in each][-1:]


def test_a_state_dates_from_the_step_that_began_it() -> None:
    states = track(project(("1999", "idea"), ("2018-12-26", "blocked"), ("2019-12-16", "blocked")))
    assert [str(each.since) for each in states if each.reached] == ["1999", "2018-12-26"]


def test_claims_are_grouped_by_what_others_say_of_them(explainer: Explainer) -> None:
    found = claims_by_verdict(explainer, claims_about(explainer)["paisley-adams-2007"])
    claims = [item for verdict in found.verdicts for item in verdict.claims]
    assert found.sort == "article"
    assert sorted(item.claim.id for item in claims) == sorted(
        item.claim.id for item in claims_about(explainer)["paisley-adams-2007"]
    )
    for verdict in found.verdicts:
        of, _, result = verdict.result.partition(".")
        for item in verdict.claims:
            checked, outcome = item.claim.checked, item.claim.outcome
            given = checked.result if checked else outcome.result if outcome else item.claim.voice
            assert given == ("stated" if result == "unchecked" else result), of


def test_claims_of_several_sources_are_called_those_of_sources(explainer: Explainer) -> None:
    assert claims_by_verdict(explainer, ()).sort == "sources"


def test_a_provision_names_the_projects_that_its_paragraph_holds_back(explainer: Explainer) -> None:
    line = explainer.projects[0]

    def obstacle(para: str | None) -> Obstacle:
        return Obstacle.model_construct(constraint="rule", para=para)

    rule = Constraint.model_construct(
        id="rule",
        provisions=tuple(Provision.model_construct(para=para) for para in ("4 and 5", None, "18(2)")),
        exemptions=(),
    )
    for para, place in (("5", 0), ("18", 2), ("9", None), (None, None)):
        record = line.model_copy(update={"obstacles": (obstacle(para),)})
        order = {rule.id: 0, record.id: 0}
        only = replace(explainer, projects=(record,), constraints=(rule,), places_in_order=order)
        found, other = clauses(rule, held_back(only)[rule.id])
        assert [bool(each.projects) for each in found] == [number == place for number in range(3)], para
        assert [each.id for each, _, _ in other] == ([line.id] if place is None else []), para


def test_every_visit_that_did_not_take_place_says_so_before_its_title(tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    shutil.copytree(EXPLAINER / "summaries", tmp_path / "summaries")
    assembly = assemble(Project(root=tmp_path))
    explainer = inspect(Project(root=tmp_path)).explainer
    bodies = {page.path: page.body for page in assembly.pages}
    said = {
        visit.id: "Did not take place" in bodies[f"visits/{visit.id}.md"].partition("\n# ")[0]
        for visit in explainer.visits
        if isinstance(visit, Visit)
    }
    assert {id for id, found in said.items() if found} == {
        visit.id for visit in explainer.visits if visit.reasons_given
    }


def trip(*steps: tuple[str, tuple[str, ...]], own: tuple[str, ...] = ()) -> Visit:
    """A visit with steps, each a status and the reasons for it, and with reasons of its own."""
    history = tuple(
        VisitEntry.model_construct(date=Date.parse(f"2019-0{number}"), status=status, reasons=reasons_(*why))
        for number, (status, why) in enumerate(steps, 1)
    )
    return Visit.model_construct(id="trip", date=Date.parse("2019-09"), history=history, reasons=reasons_(*own))


def reasons_(*texts: str) -> tuple[Statement, ...]:
    return tuple(Statement.model_construct(text=text) for text in texts)


@pytest.mark.parametrize(
    ("visit", "given", "by_step"),
    [
        (trip(("cancelled", ("rain",))), ["rain"], {}),
        (trip(("cancelled", ()), own=("rain",)), ["rain"], {}),
        (trip(("planned", ()), ("postponed", ("rain",)), ("held", ())), [], {1: ["rain"]}),
        (trip(("planned", ()), ("postponed", ()), ("held", ()), own=("rain",)), [], {1: ["rain"]}),
        (trip(("postponed", ("rain",)), ("planned", ()), ("cancelled", ("snow",))), ["snow"], {0: ["rain"]}),
        (trip(("planned", ()), own=("rain",)), ["rain"], {}),
    ],
    ids=["of-the-step", "of-the-visit", "held-later", "held-later-of-the-visit", "twice", "expected"],
)
def test_reasons_stand_with_their_step_unless_the_visit_fell_through_by_it(
    visit: Visit, given: list[str], by_step: dict[int, list[str]]
) -> None:
    found = reasons_of(visit)
    assert [reason.text for reason in found.given] == given
    assert {step: [reason.text for reason in reasons] for step, reasons in found.by_step.items()} == by_step


PUT_OFF = """\
title: Kim and Putin
date: 2019-04-25
level: leaders
parties: [kim-jong-un, vladimir-putin]
history:
  - date: 2019-04-01
    status: postponed
    text: It is put off.
    sources: [fishnews-36329]
    reasons:
      - text: A storm is coming.
        by: The Kremlin
        sources: [fishnews-36329]
  - date: 2019-04-25
    status: held
    text: They meet.
    sources: [fishnews-36329]
"""


def test_the_page_of_a_trip_put_off_and_then_made_has_the_reasons_in_its_history(tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "summaries" / "visits" / "kim-putin-vladivostok.yml").write_text(PUT_OFF, "utf-8")
    pages = {page.path: page.body for page in assemble(Project(root=tmp_path)).pages}
    body = pages["visits/kim-putin-vladivostok.md"]
    assert "Why it did not take place" not in body
    assert re.search(r"^    - Reason given&#58; The Kremlin&#58; A storm is coming\. <span", body, re.M)
    assert body.index("## How it came about") < body.index("A storm is coming") < body.index("They meet")
    assert "A storm is coming" not in pages["visits/index.md"]
