"""Events: what they are on a day, and where pages about something else show them."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from golden import ROOT, SITES, base_with

from builder.checks.quality.staleness import stale
from builder.dates.edtf_dates import Date
from builder.explainer.counting import date_on, status_on
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import known_on
from builder.explainer.views import event_views
from builder.explainer.views.timeline import timeline_items
from builder.inspection import inspect
from builder.project import Project
from builder.records.models.event import Event

DEADLINE = """\
title: A deadline
kind: deadline
date: 2019-06-01
headline: It was met late
history:
  - {date: 2019-01-10, status: expected, expected: 2019-03-01, text: It is set., sources: [mt-20190423]}
  - {date: 2019-02-20, status: moved, expected: 2019-06-01, text: It is moved., sources: [mt-20190423]}
  - {date: 2019-06-01, status: met, text: It is met., sources: [mt-20190423]}
outcomes:
  - {text: All was done., sources: [mt-20190423]}
"""


def explained(files: Mapping[str, str], root: Path) -> Explainer:
    return link(base_with(files, root))


@pytest.fixture
def accord(tmp_path: Path) -> Explainer:
    shutil.copytree(SITES / "river-accord" / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    return inspect(Project(root=tmp_path)).explainer


@pytest.mark.parametrize(
    ("day", "status", "date"),
    [
        ("2019-01-09", None, None),
        ("2019-01-10", "expected", "2019-03-01"),
        ("2019-02-19", "expected", "2019-03-01"),
        ("2019-02-20", "moved", "2019-06-01"),
        ("2019-06-01", "met", "2019-06-01"),
    ],
)
def test_a_deadline_has_the_day_and_the_status_that_were_known_then(
    day: str, status: str | None, date: str | None, tmp_path: Path
) -> None:
    summaries = base_with({"events/due.yml": DEADLINE}, tmp_path)
    event, then = summaries.records["due"], datetime.date.fromisoformat(day)
    assert isinstance(event, Event)
    assert (status_on(event, then), str(date_on(event, then) or "") or None) == (status, date)
    known = known_on(summaries, then).records.get("due")
    if status is None:
        assert known is None
        return
    assert isinstance(known, Event)
    hindsight = known.headline or known.outcomes
    assert (status_on(known), str(known.date), bool(hindsight)) == (status, date, status == "met")


def test_an_event_without_a_status_is_known_from_its_day_on(tmp_path: Path) -> None:
    text = "title: A vote\nkind: vote\ndate: 2019-03-01\nsources: [mt-20190423]\n"
    summaries = base_with({"events/vote.yml": text}, tmp_path)
    days = [datetime.date(2019, 2, 28), datetime.date(2019, 3, 1)]
    assert ["vote" in known_on(summaries, day).records for day in days] == [False, True]
    event = summaries.records["vote"]
    assert isinstance(event, Event)
    assert status_on(event) == "happened"


def test_the_timeline_always_shows_events_and_tells_what_links_to_them_on_their_day(accord: Explainer) -> None:
    found = {item.anchor: item for item in timeline_items(accord)}
    left = found["event_southland-leaves"]
    assert [[record.id for record, _ in told.records] for told in left.tellings] == [
        ["southland-leaves"],
        ["joint-dam"],
    ]
    assert (left.kinds, left.is_main) == (("events", "changes"), True)
    assert found["new-terms-due_2018-09-30"].kinds == ("events",)
    assert found["event_new-terms-due"].is_main


def test_what_is_still_to_come_leaves_out_what_has_gone_by(accord: Explainer) -> None:
    assert [event.id for event in event_views.still_to_come(accord)] == ["vote-of-2020", "new-terms-due"]
    later = accord.settings.model_copy(update={"as_of": Date.parse("2020-06-30")})
    assert [event.id for event in event_views.still_to_come(replace(accord, settings=later))] == ["new-terms-due"]


def test_a_stage_has_its_turns_and_the_latest_events_about_it_in_order(accord: Explainer) -> None:
    steps = event_views.steps_of_stages(accord)
    assert [
        str(step.event.id if step.event else step.entry and step.entry.status) for step in steps["river-accord"]
    ] == [
        *("in-force", "report-on-2016", "vote-on-the-accord", "partly-kept", "southland-leaves"),
        *("northland-letter", "count-due"),
    ]
    assert [step.event.id for step in steps["new-terms"] if step.event] == ["mediator-named"]


def test_a_party_acts_in_the_events_of_those_who_belong_to_it(accord: Explainer) -> None:
    acted = event_views.events_of(accord, accord.party("southland"))
    assert [event.id for event in acted] == [
        *("vote-on-the-accord", "southland-leaves", "new-decree", "count-due", "vote-of-2020", "new-terms-due"),
    ]


def test_a_stage_is_not_unchanged_if_an_event_about_it_is_recent(tmp_path: Path) -> None:
    stage = """\
title: A stage
order: 9
history:
  - {date: 2017-01-10, status: under-way, text: It begins., sources: [mt-20190423]}
"""
    vote = "title: A vote\nkind: vote\ndate: 2019-03-01\nabout: [stage-nine]\nsources: [mt-20190423]\n"
    without = explained({"stages/stage-nine.yml": stage}, tmp_path / "without")
    with_vote = explained({"stages/stage-nine.yml": stage, "events/vote.yml": vote}, tmp_path / "with")
    today = datetime.date(2020, 1, 1)
    unchanged = [[each.id for each, _ in stale(every, today).unchanged] for every in (without, with_vote)]
    assert [("stage-nine" in ids) for ids in unchanged] == [True, False]
