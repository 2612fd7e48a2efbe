"""Events in the calendar, the tables and the feeds, as other parsers read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest
import vobject
from golden import SITES
from test_downloads import SITE, TYPED, Exported, export, poisoned

from builder.exports.downloads import record_feeds


@pytest.fixture(scope="module")
def accord(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(SITES / "river-accord" / "summaries", tmp_path_factory.mktemp("accord"))


def entries(exported: Exported) -> list[Any]:
    return list(vobject.readOne(exported.text("data/visits.ics")).vevent_list)


def test_the_calendar_says_which_events_are_to_come_and_which_were_cancelled(tmp_path: Path) -> None:
    files = poisoned()
    about = {"parties": ["russia"], "sources": ["kbs-141830"]}
    for kind, date, more in (
        ("vote", "2019-02-01", {}),
        ("letter", "2019-02", {}),
        ("election", "2020-02-01/2020-02-03", {"status": "expected"}),
        ("decree", "2019-03-01", {"status": "cancelled"}),
        ("deadline", "2019-04-01", {"status": "missed"}),
    ):
        files[f"events/e-{kind}.yml"] = {"title": f"The {kind}", "kind": kind, "date": date, **about, **more}
    found = {each.summary.value: each for each in entries(export(files, tmp_path))}
    assert {
        title: (each.status.value, str(each.dtstart.value), str(each.dtend.value), each.categories.value)
        for title, each in found.items()
        if title.startswith("The ")
    } == {
        "The vote": ("CONFIRMED", "2019-02-01", "2019-02-02", ["Vote"]),
        "The election": ("TENTATIVE", "2020-02-01", "2020-02-04", ["Election"]),
        "The decree": ("CANCELLED", "2019-03-01", "2019-03-02", ["Decree"]),
        "The deadline": ("CONFIRMED", "2019-04-01", "2019-04-02", ["Deadline"]),
    }


def test_the_calendar_has_the_titles_of_events_as_typed(tmp_path: Path) -> None:
    files = poisoned()
    for index, (name, text) in enumerate(TYPED.items()):
        content = {"title": text, "kind": "vote", "date": f"2018-{index % 12 + 1:02}-01", "sources": ["kbs-141830"]}
        files[f"events/e-{name}.yml"] = {**content, "place": f"x-{name}"}
    exported = export(files, tmp_path)
    votes = [each for each in entries(exported) if each.categories.value == ["Vote"]]
    assert sorted(each.summary.value for each in votes) == sorted(TYPED.values())
    assert sorted(each.location.value for each in votes) == sorted(TYPED.values())
    rows = [row["title"].removeprefix("'") for row in exported.rows("events") if row["kind"] == "vote"]
    assert sorted(rows) == sorted(text.removeprefix("'") for text in TYPED.values())


def test_the_table_gives_the_state_of_each_event(accord: Exported) -> None:
    assert {row["id"]: (row["date"], row["status"]) for row in accord.rows("events")} == {
        "report-on-2016": ("2017-03-10", "happened"),
        "call-of-2017": ("2017-04-01", "happened"),
        "vote-on-the-accord": ("2018-05-01", "happened"),
        "southland-leaves": ("2018-05-08", "happened"),
        "northland-letter": ("2018-05-09", "happened"),
        "new-decree": ("2018-05-20", "happened"),
        "count-due": ("2019-03-31", "missed"),
        "mediator-named": ("2019-10", "cancelled"),
        "vote-of-2020": ("2020-02", "expected"),
        "new-terms-due": ("2020-06-30", "moved"),
    }


def test_an_event_is_in_the_feeds_of_who_acted_and_of_what_it_is_about(accord: Exported) -> None:
    found = record_feeds(accord.inspected.explainer, accord.inspected.words, SITE)
    title = "Southland leaves the accord"
    with_it = [path for path, data in found.items() if title in titles_in(data)]
    assert sorted(with_it) == [
        "data/events/southland-leaves.atom",
        "data/events/vote-on-the-accord.atom",
        "data/parties/southland.atom",
        "data/projects/joint-dam.atom",
        "data/stages/river-accord.atom",
    ]


def test_the_feed_says_what_became_of_a_deadline_and_not_what_is_to_come(accord: Exported) -> None:
    titles = titles_in(accord.files["data/feed.xml"])
    assert [title for title in titles if title.startswith(("The day for", "The count", "A second vote"))] == [
        "The count of the winter’s water: missed",
        "The count of the winter’s water: expected",
        "The day for new terms: moved",
        "The day for new terms: expected",
    ]


def titles_in(feed: bytes) -> list[str]:
    return [entry.title for entry in feedparser.parse(feed).entries]
