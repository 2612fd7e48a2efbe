"""Memberships with dates, votes, parts of projects: who sat opposite, who belonged to what, what happened to each."""

from __future__ import annotations

import datetime

import pytest
from golden import SITES

from builder.explainer.counting import pairs, status_on
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import known_on
from builder.explainer.views.overviews import after
from builder.explainer.views.record_views import members_of_each, members_with_dates, votes_of
from builder.explainer.views.timeline import timeline_items
from builder.records.loading import Summaries, load
from builder.records.models.project import Project
from builder.records.models.visit import Visit


@pytest.fixture(scope="module")
def summaries() -> Summaries:
    return load(SITES / "member-towns" / "summaries")


@pytest.fixture(scope="module")
def towns(summaries: Summaries) -> Explainer:
    return link(summaries)


def test_a_member_and_the_envoy_of_what_it_belongs_to_are_on_two_sides(towns: Explainer) -> None:
    talks = towns.records["dues-talks"]
    assert isinstance(talks, Visit)
    assert list(pairs(towns, talks)) == [("ida-north", "lena-league")]


def test_former_members_are_apart(towns: Explainer) -> None:
    now, former = members_with_dates(towns, towns.party("league"))
    assert [(each.party.id, str(each.membership.period)) for each in now] == [
        ("north-haven", "2001/.."),
        ("south-haven", "None"),
    ]
    assert [(each.party.id, str(each.membership.period)) for each in former] == [
        ("east-haven", "2001-03-01/2010-06-30")
    ]


@pytest.mark.parametrize(
    ("day", "members"),
    [
        ("2000-12-31", {}),
        ("2001-02-28", {"league": ["north-haven"]}),
        ("2008-03-31", {"league": ["east-haven", "north-haven"], "east-council": ["otto-east"]}),
        ("2008-12-31", {"league": ["east-haven", "north-haven"]}),
        ("2010-06-30", {"league": ["east-haven", "north-haven"], "east-council": ["otto-east"]}),
        ("2010-07-01", {"league": ["north-haven"], "east-council": ["otto-east"]}),
    ],
)
def test_a_past_day_has_the_members_of_that_day(day: str, members: dict[str, list[str]], summaries: Summaries) -> None:
    then = link(known_on(summaries, datetime.date.fromisoformat(day)))
    assert {body.id: [party.id for party in parties] for body, parties in members_of_each(then)} == members


def test_each_vote_of_a_party_or_a_body_is_found(towns: Explainer) -> None:
    found = {party.id: [(each.constraint.id, each.cast) for each in votes_of(towns, party)] for party in towns.parties}
    assert {id: votes for id, votes in found.items() if votes} == {
        "east-council": [("dues-rule", None)],
        "east-haven": [("dues-rule", "against")],
        "north-haven": [("dues-rule", "for")],
        "south-haven": [("dues-rule", "absent")],
    }


def test_those_who_are_named_in_a_vote_are_counted_and_a_number_is_taken_as_it_is(towns: Explainer) -> None:
    league, council = towns.constraint("dues-rule").vote
    assert league.results == (
        ("for", 1, ("north-haven",)),
        ("against", 1, ("east-haven",)),
        ("absent", 1, ("south-haven",)),
    )
    assert council.results == (("for", 3, ()), ("against", 9, ()), ("abstained", 0, ()))


@pytest.mark.parametrize(
    ("day", "statuses"),
    [
        ("2008-01-31", None),
        ("2009-08-31", ["agreed", "agreed"]),
        ("2010-05-20", ["under-way", "completed"]),
        ("2010-12-31", ["suspended", "completed"]),
    ],
)
def test_each_part_of_a_project_has_its_own_status_on_a_past_day(
    day: str, statuses: list[str] | None, summaries: Summaries
) -> None:
    then = link(known_on(summaries, datetime.date.fromisoformat(day)))
    wall = then.records.get("harbour-wall")
    found = [status_on(part) for part in wall.parts if part.history] if isinstance(wall, Project) else None
    assert found == statuses


def test_the_timeline_tells_steps_of_parts_once_with_the_name_of_each_part(towns: Explainer) -> None:
    told = [
        (item.anchor, [(record.id, status) for record, status in item.tellings[0].records], item.tellings[0].parts)
        for item in timeline_items(towns)
        if "harbour-wall" in item.anchor
    ]
    assert told == [
        (
            "harbour-wall_2008-02",
            [("harbour-wall", "agreed")] * 3,
            (None, "The north pier", "The south pier"),
        ),
        ("harbour-wall_2009-09-01", [("harbour-wall", "under-way")], ("The north pier",)),
        ("harbour-wall_2010-05-20", [("harbour-wall", "completed")], ("The south pier",)),
        ("harbour-wall_2010-08", [("harbour-wall", "suspended")], ("The north pier",)),
    ]


def test_what_happened_to_parts_after_a_day_has_their_names(towns: Explainer) -> None:
    found = [(str(each.date), each.part) for each in after(towns, datetime.date(2010, 4, 30)) if each.part]
    assert found == [("2010-05-20", "The south pier"), ("2010-08", "The north pier")]
