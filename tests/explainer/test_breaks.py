"""Visits that were broken off and resumed: how they count, why and when, and what the timeline and past days tell."""

from __future__ import annotations

import datetime

import pytest
from golden import SITES

from builder.explainer.counting import meetings, status_on
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import known_on
from builder.explainer.views.overviews import visits_by_standing
from builder.explainer.views.record_views import reasons_of
from builder.explainer.views.rounds import broken_off
from builder.explainer.views.timeline import timeline_items
from builder.records.loading import Summaries, load
from builder.records.models.visit import Visit


@pytest.fixture(scope="module")
def summaries() -> Summaries:
    return load(SITES / "member-towns" / "summaries")


@pytest.fixture(scope="module")
def towns(summaries: Summaries) -> Explainer:
    return link(summaries)


def visit(explainer: Explainer, id: str) -> Visit:
    found = explainer.records[id]
    assert isinstance(found, Visit)
    return found


def test_a_visit_that_was_broken_off_or_resumed_counts_as_a_meeting(towns: Explainer) -> None:
    counted = {pair: [visit.id for visit in visits] for pair, visits in meetings(towns).items()}
    assert counted == {
        ("lena-league", "otto-east"): ["exit-talks", "exit-talks-again"],
        ("ida-north", "lena-league"): ["dues-talks"],
    }


def test_a_visit_that_was_broken_off_is_among_those_held(towns: Explainer) -> None:
    standings = {name: [visit.id for visit in found] for name, found in visits_by_standing(towns).items()}
    assert standings == {"held": ["dues-talks", "exit-talks", "exit-talks-again"]}


def test_why_a_visit_was_broken_off_is_at_the_top_of_its_page_until_it_is_resumed(towns: Explainer) -> None:
    (given,) = reasons_of(visit(towns, "exit-talks")).given
    assert given.text == "Nobody would name a sum."
    resumed = reasons_of(visit(towns, "dues-talks"))
    assert resumed.given == ()
    assert {step: [str(reason.text) for reason in reasons] for step, reasons in resumed.by_step.items()} == {
        1: ["The books were not open."]
    }


@pytest.mark.parametrize(
    ("day", "status", "listed"),
    [
        ("2009-05-02", "held", []),
        ("2009-05-04", "broken-off", ["dues-talks"]),
        ("2009-05-05", "resumed", []),
        ("2010-02-01", "resumed", ["exit-talks"]),
        ("2010-04-10", "resumed", []),
    ],
)
def test_on_a_past_day_a_visit_is_broken_off_until_it_or_another_goes_on(
    day: str, status: str, listed: list[str], summaries: Summaries
) -> None:
    then = link(known_on(summaries, datetime.date.fromisoformat(day)))
    assert status_on(visit(then, "dues-talks")) == status
    assert [each.id for each in broken_off(then)] == listed


def test_the_timeline_tells_when_a_visit_was_broken_off_apart_from_the_visit(towns: Explainer) -> None:
    told = [
        (item.anchor, [(record.id, status) for record, status in item.tellings[0].records])
        for item in timeline_items(towns)
        if "dues-talks" in item.anchor
    ]
    assert told == [
        ("visit_dues-talks", [("dues-talks", "resumed")]),
        ("dues-talks_2009-05-03", [("dues-talks", "broken-off")]),
    ]
