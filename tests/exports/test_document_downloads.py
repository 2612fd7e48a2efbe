"""Documents in the calendar and the feeds; memberships, votes and parts in the tables and feeds."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
import vobject
from golden import SITES
from test_downloads import Exported, export


@pytest.fixture(scope="module")
def pact(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(SITES / "kept-and-left" / "summaries", tmp_path_factory.mktemp("pact"))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(SITES / "member-towns" / "summaries", tmp_path_factory.mktemp("towns"))


def test_the_calendar_has_the_days_on_which_documents_were_signed_and_came_into_force(pact: Exported) -> None:
    entries = vobject.readOne(pact.text("data/visits.ics")).vevent_list
    found = [
        (str(each.dtstart.value), each.summary.value, each.status.value)
        for each in entries
        if each.categories.value == ["Document"]
    ]
    assert found == [
        ("2012-03-10", "Pact on the use of the river: signed", "CONFIRMED"),
        ("2012-07-01", "Pact on the use of the river: in force", "CONFIRMED"),
        ("2016-06-01", "Protocol on floods: signed", "CONFIRMED"),
    ]
    assert len({each.uid.value for each in entries}) == len(entries)


def test_the_calendar_has_the_end_of_a_document_and_not_one_that_nobody_signed(tmp_path: Path) -> None:
    step = {"text": "It ends.", "sources": ["gazette"]}
    files: dict[str, object] = {
        "explainer.yml": {
            **{"title": "Pacts", "question": "Which?", "as_of": "2016-12-31", "editors": ["Editors"]},
            **{"contact": "mailto:editors@example.org", "licence": "CC BY 4.0"},
            **{"answer": [{"text": "Some.", "sources": ["gazette"]}]},
            **{"background": [{"text": "Towns.", "sources": ["gazette"]}]},
        },
        "sources.yml": {
            "sources": [{"id": "gazette", "type": "report", "title": "The gazette", "standing": "reference"}]
        },
        "documents/old-pact.yml": {
            **{"title": "Old pact", "date": "2001-01-02", "sources": ["gazette"]},
            "history": [
                {**step, "date": "2001-01-02", "status": "in-force"},
                {**step, "date": "2001-06", "status": "prolonged"},
                {**step, "date": "2003-04-05", "status": "expired"},
            ],
        },
        "documents/never-signed.yml": {
            **{"title": "Never signed", "date": "2002-01-02", "status": "abandoned", "sources": ["gazette"]}
        },
        "documents/bare.yml": {"title": "Bare", "date": "2002-02-03", "status": "in-force", "sources": ["gazette"]},
    }
    entries = vobject.readOne(export(files, tmp_path).text("data/visits.ics")).vevent_list
    assert [(str(each.dtstart.value), each.summary.value) for each in entries] == [
        ("2001-01-02", "Old pact: in force"),
        ("2003-04-05", "Old pact: expired"),
        ("2002-02-03", "Bare"),
    ]


def test_the_feed_has_each_signature_and_what_became_of_documents(pact: Exported) -> None:
    titles = [entry.title for entry in feedparser.parse(pact.text("data/feed.xml")).entries]
    assert [title for title in titles if title.startswith(("Pact", "Protocol"))] == [
        "Pact on the use of the river: joined: Delta",
        "Protocol on floods: signed: Upton, Seaford, and Delta",
        "Pact on the use of the river: withdrew: Bridgeton",
        "Pact on the use of the river: in force",
        "Pact on the use of the river: ratified: Seaford",
        "Pact on the use of the river: ratified: Upton",
        "Pact on the use of the river: signed: Upton, Bridgeton, and Seaford; did not sign: Delta",
        "Pact on the use of the river: agreed",
        "Pact on the use of the river: initialled: Bridgeton",
    ]


def test_the_feed_names_the_part_of_a_project_that_a_step_is_about(towns: Exported) -> None:
    entries = feedparser.parse(towns.text("data/feed.xml")).entries
    assert [entry.title for entry in entries if "(" in entry.title] == [
        "The wall of the common harbour (The north pier): suspended",
        "The wall of the common harbour (The south pier): completed",
        "The wall of the common harbour (The north pier): under way",
        "The wall of the common harbour (The south pier): agreed",
        "The wall of the common harbour (The north pier): agreed",
    ]


def test_the_tables_have_votes_memberships_and_parts_in_short(towns: Exported) -> None:
    (rule,) = towns.rows("constraints")
    assert rule["binds"] == "north-haven; east-haven; south-haven"
    assert rule["vote"] == ("for 1, against 1, absent 1; east-council: for 3, against 9, abstained 0 (2009-07-01)")
    memberships = {row["id"]: row["memberships"] for row in towns.rows("parties") if row["memberships"]}
    assert memberships == {
        "east-haven": "league (2001-03-01/2010-06-30)",
        "north-haven": "league (2001/..)",
        "otto-east": "east-council (2005/2008-03-31); east-council (2009-01-01/..)",
        "south-haven": "league",
    }
    (wall,) = towns.rows("projects")
    assert wall["parts"] == (
        "The north pier: suspended (2010-08); The south pier: completed (2010-05-20); The lights: idea"
    )
    visits = {row["id"]: (row["status"], row["resumes"]) for row in towns.rows("visits")}
    assert visits == {
        "dues-talks": ("resumed", ""),
        "exit-talks": ("broken-off", ""),
        "exit-talks-again": ("held", "exit-talks"),
    }
