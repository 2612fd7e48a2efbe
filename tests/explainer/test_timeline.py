"""What happened is told once, whichever records tell of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import BASE, ROOT

from builder.explainer.views.timeline import FOLDED_FROM, TimelineItem, by_year, timeline_items
from builder.inspection import inspect
from builder.project import Project

VISIT = "level: leaders\nparties: [kim-jong-un, vladimir-putin]\nsources: [newsam-509252]\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A mini-explainer that tests can add records to."""
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    return tmp_path


def add(site: Path, name: str, text: str) -> None:
    (site / "summaries" / name).parent.mkdir(exist_ok=True)
    (site / "summaries" / name).write_text(text, encoding="utf-8")


def add_project(site: Path, id: str, *steps: str) -> None:
    begun = "date: 2017-01, status: idea, text: Begun., sources: [newsam-509252]"
    history = "".join(f"  - {{{step}}}\n" for step in (begun, *sorted(steps)))
    add(site, f"projects/{id}.yml", f"title: The {id}\nparties: [russia]\nhistory:\n{history}")


def told(site: Path, year: int) -> list[TimelineItem]:
    return [event for event in timeline_items(inspect(Project(root=site)).explainer) if event.year == year]


def test_a_visit_is_told_by_its_headline_or_else_the_first_sentence_of_its_summary(site: Path) -> None:
    add(
        site,
        "visits/a.yml",
        f"title: One\nheadline: They agree\nsummary: Long.\ndate: 2018-06-01\nstatus: held\n{VISIT}",
    )
    add(site, "visits/b.yml", f"title: Two\nsummary: They met. They left.\ndate: 2018-06-02\nstatus: held\n{VISIT}")
    findings = [event.tellings[0].finding for event in told(site, 2018)]
    assert [finding and finding.text for finding in findings] == ["They agree", "They met."]


def test_a_visit_without_a_summary_is_told_by_the_step_of_its_day(site: Path) -> None:
    steps = "history:\n  - {date: 2018-06-01, status: held, text: They met., sources: [newsam-509252]}\n"
    visit = VISIT.replace("sources: [newsam-509252]\n", "")
    add(site, "visits/a.yml", f"title: One\ndate: 2018-06-01\n{visit}{steps}")
    (event,) = told(site, 2018)
    assert event.anchor == "visit_a"
    assert [telling.finding and telling.finding.text for telling in event.tellings] == ["They met."]


def test_a_step_that_links_to_a_visit_of_its_day_is_told_with_the_visit(site: Path) -> None:
    add(site, "visits/a.yml", f"title: One\nheadline: They agree\ndate: 2018-06-01/2018-06-02\nstatus: held\n{VISIT}")
    about = "status: agreed, text: 'At [[a]] a line is agreed.', sources: [newsam-509252]"
    add_project(site, "line", f"date: 2018-06-02, {about}")
    (event,) = told(site, 2018)
    assert event.kinds == ("leaders", "changes")
    (record, status), *_ = event.tellings[1].records
    assert (record.id, status) == ("line", "agreed")


def test_a_step_before_a_visit_is_an_event_of_its_own(site: Path) -> None:
    add(site, "visits/a.yml", f"title: One\nheadline: They agree\ndate: 2018-06-02\nstatus: held\n{VISIT}")
    add_project(site, "line", "date: 2018-06-01, text: 'All wait for [[a]].', sources: [newsam-509252]")
    assert [event.anchor for event in told(site, 2018)] == ["line_2018-06-01", "visit_a"]


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ("text: In Moscow they agree to study a line and a pipe., sources: [newsam-509252]", 1),
        ("text: In Moscow they agree to study a line and a pipe., sources: [mt-20190423]", 2),
        ("text: In Moscow they agree to study a line and a pipe., by: russia, sources: [newsam-509252]", 2),
        ("text: The railway opens., sources: [newsam-509252]", 2),
    ],
    ids=["the same", "of other sources", "of another speaker", "another thing"],
)
def test_steps_of_one_day_that_say_the_same_are_told_once(other: str, count: int, site: Path) -> None:
    add_project(site, "line", "date: 2018-06-01, text: In Moscow they agree to study a line., sources: [newsam-509252]")
    add_project(site, "pipe", f"date: 2018-06-01, {other}")
    found = told(site, 2018)
    assert len(found) == count
    if count == 1:
        (telling,) = found[0].tellings
        assert [record.id for record, _ in telling.records] == ["line", "pipe"]
        assert telling.finding
        assert telling.finding.text == "In Moscow they agree to study a line and a pipe."


def test_each_event_of_one_record_and_day_has_an_anchor_of_its_own(site: Path) -> None:
    steps = [f"date: 2018-06, text: {text}., sources: [newsam-509252]" for text in ("It begins", "Snow falls")]
    add_project(site, "line", *steps)
    assert [event.anchor for event in told(site, 2018)] == ["line_2018-06", "line_2018-06_2"]


@pytest.mark.parametrize("count", [FOLDED_FROM - 1, FOLDED_FROM])
def test_other_events_of_a_year_are_folded_if_there_are_many(count: int, site: Path) -> None:
    numbers = ("one", "two", "three", "four")
    steps = [f"date: 2018-0{day}, text: {numbers[day - 1]}., sources: [newsam-509252]" for day in range(1, count + 1)]
    add_project(site, "line", "date: 2018-12, status: agreed, text: Agreed., sources: [newsam-509252]", *steps)
    (year,) = by_year(told(site, 2018))
    assert len(year.folded) == (count if count >= FOLDED_FROM else 0)
    assert year.count == count + 1


def test_a_month_has_its_old_anchor_where_something_is_always_shown(site: Path) -> None:
    steps = [f"date: 2018-0{month}, text: In month {month}., sources: [newsam-509252]" for month in (1, 2, 4, 7)]
    add_project(site, "line", "date: 2018-03, status: agreed, text: Agreed., sources: [newsam-509252]", *steps)
    (year,) = by_year(told(site, 2018))
    assert year.anchors == {"line_2018-03": ("2018-01", "2018-02", "2018-03")}
    assert year.anchors_left == ("2018-04", "2018-07")
