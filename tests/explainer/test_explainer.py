"""This explainer: what it counts, and that an edit reaches every page that speaks of it and no other."""

from __future__ import annotations

import datetime
import posixpath
import re
import shutil
from pathlib import Path

import pytest
from golden import ROOT

from builder.assembly import assemble, inspect
from builder.charts import encounters, matrix
from builder.counting import meetings, status_on
from builder.linking import Explainer
from builder.models import Visit
from builder.project import Project
from builder.whereabouts import of_visits


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    found = inspect(Project(root=ROOT))
    assert found.warnings == ()
    return found.explainer


def counted(explainer: Explainer, until: datetime.date | None = None) -> dict[str, int]:
    """How often each leader met Kim Jong-un."""
    found = meetings(explainer, until)
    return {
        next(id for id in pair if id != "kim-jong-un"): len(visits)
        for pair, visits in found.items()
        if "kim-jong-un" in pair
    }


def test_the_meetings_up_to_the_eve_of_vladivostok(explainer: Explainer) -> None:
    found = counted(explainer, datetime.date(2019, 4, 24))
    assert {name: found[name] for name in ("xi-jinping", "moon-jae-in", "donald-trump")} == {
        "xi-jinping": 4,
        "moon-jae-in": 3,
        "donald-trump": 2,
    }
    assert "vladimir-putin" not in found


def test_the_meetings_by_the_end_of_2019(explainer: Explainer) -> None:
    found = counted(explainer, datetime.date(2019, 12, 31))
    assert found == {
        "xi-jinping": 5,
        "donald-trump": 3,
        "moon-jae-in": 3,
        "vladimir-putin": 1,
        "lee-hsien-loong": 1,
        "miguel-diaz-canel": 1,
        "nguyen-phu-trong": 1,
    }


def test_who_was_merely_present_is_not_counted(explainer: Explainer) -> None:
    visit = explainer.records["kim-trump-panmunjom"]
    assert isinstance(visit, Visit)
    assert visit.present == ("moon-jae-in",)


def test_what_was_known_on_the_eve(explainer: Explainer) -> None:
    eve = datetime.date(2019, 4, 24)
    known = {visit.id: status_on(visit, eve) for visit in explainer.visits}
    assert known["kim-putin-vladivostok"] == "planned"
    assert known["kim-trump-panmunjom"] is None
    assert known["kim-eastern-economic-forum"] == "lapsed"


def test_the_records_are_all_there(explainer: Explainer) -> None:
    assert len(explainer.stages) >= 3
    assert len(explainer.projects) >= 9
    assert len(explainer.constraints) >= 6
    assert len(explainer.visits) >= 35
    claims = explainer.claims["toloraya-2019"].claims
    assert len(claims) >= 89
    assert {claim.para for claim in claims} >= {str(number) for number in range(1, 10)}


EDITS = {
    "date": ("date: 2019-02-27/2019-02-28\n", "date: 2019-02-26/2019-02-28\n", "27–28 February 2019"),
    "status": ("status: held\n", "status: planned\n", None),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_reaches_every_page_that_speaks_of_it_and_no_other(edit: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    project = Project(root=tmp_path)
    before = {page.path: page.body for page in assemble(project).pages}
    file = tmp_path / "summaries" / "visits" / "kim-trump-hanoi.yml"
    old, new, worded = EDITS[edit]
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    claims = tmp_path / "summaries" / "claims" / "toloraya-2019.yml"
    if edit == "status":  # the claim that counts the meetings would be contradicted
        claims.write_text(claims.read_text("utf-8").replace("count: 2, until", "count: 1, until"), "utf-8")
    file.write_text(text.replace(old, new), "utf-8")
    after = {page.path: page.body for page in assemble(project).pages}
    assert set(after) == set(before)
    changed = {path for path in before if before[path] != after[path]}
    speaking = {
        path for path, body in before.items() if "kim-trump-hanoi" in body or path in ("meetings.md", "state.md")
    }
    assert {"visits/kim-trump-hanoi.md", "visits/index.md", "parties/donald-trump.md", "timeline/index.md"} <= changed
    assert changed <= speaking | {page for page in before if "meetings.md#donald-trump--kim-jong-un" in before[page]}
    if worded:
        lines = [line for path in changed for line in after[path].splitlines() if "kim-trump-hanoi.md" in line]
        assert not [line for line in lines if worded in line]
        assert not [
            path
            for path in set(before) - changed
            for line in before[path].splitlines()
            if "kim-trump-hanoi.md" in line and worded in line
        ]


def test_the_matrix_holds_whom_the_leader_met(explainer: Explainer) -> None:
    found = matrix(encounters(explainer))
    assert "kim-jong-un" in {party.id for party in (*found.columns, *found.rows)}
    assert {"xi-jinping", "moon-jae-in", "donald-trump"} <= {party.id for party in (*found.columns, *found.rows)}
    assert {("held", "held"), ("fell-through", "cancelled")} <= set(found.standings)


def test_visits_that_fell_through_are_kept_apart(explainer: Explainer) -> None:
    pair = next(pair for pair in encounters(explainer) if pair.anchor == "kim-jong-un--vladimir-putin")
    fell_through = [visit.id for visit in pair.fell_through]
    assert "kim-putin-vladivostok" in {visit.id for visit in pair.held}
    assert {"kim-moscow-victory-day", "kim-eastern-economic-forum", "kim-russia-late-2018"} <= set(fell_through)
    assert fell_through == [visit.id for visit in explainer.visits if visit.id in fell_through]  # by their days
    assert not {visit.id for visit in (*pair.held, *pair.ahead)} & set(fell_through)


def test_places_of_one_town_are_one_spot(explainer: Explainer) -> None:
    where = of_visits(explainer)
    found = {visited.place.id: len(visited.held) + len(visited.not_held) for visited in where.places}
    assert found["singapore-city"] >= 2
    assert found["hanoi"] >= 2
    assert found["beijing"] >= 3
    assert not {"istana", "metropole-hotel", "great-hall-of-the-people"} & set(found)
    with_place = [visit for visit in explainer.visits if visit.all_places]
    assert sum(found.values()) == sum(len(visit.all_places) for visit in with_place)
    assert len(where.maps) >= 2


DAYS = ["2017-12-31", "2018-05-31", "2018-09-30", "2019-01-31", "2019-04-24", "2019-04-25", "2019-11-30"]


@pytest.mark.parametrize("day", DAYS)
def test_as_of_any_day_every_link_leads_to_a_page_and_nothing_later_is_told(day: str) -> None:
    made = assemble(Project(root=ROOT), as_of=datetime.date.fromisoformat(day))
    pages = {page.path: page.body for page in made.pages}
    for path, body in pages.items():
        for target in re.findall(r"\]\(([^)#\s]+\.md)", body):
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert found in pages, f"{path} links to {found}"
    assert "9999" not in pages["timeline/index.md"]
    held = pages["visits/index.md"].partition("#fell-through")[0]
    assert ("kim-putin-vladivostok" in held and "25 April 2019" in held) == (
        day >= "2018-05-31" and day >= "2019-04-18"
    )
    vladivostok = pages.get("visits/kim-putin-vladivostok.md", "")
    assert ("status--held" in vladivostok.partition("##")[0]) == (day >= "2019-04-25")
    assert ("visits/kim-trump-panmunjom.md" in pages) == (day >= "2019-06-30")


def test_a_fact_cites_nothing_that_was_published_later() -> None:
    eve = datetime.date(2019, 4, 24)
    now, then = (inspect(Project(root=ROOT), as_of=day).explainer for day in (None, eve))
    for id in ("kim-putin-vladivostok", "kolokoltsev-pyongyang"):
        cited = [citation.source for citation in now.records[id].sources]
        later = [source for source in cited if (day := now.source(source).issued) and day.first > eve]
        kept = [source for source in cited if source not in later]
        assert [citation.source for citation in then.records[id].sources_of_facts] == kept
        assert kept
        assert later


def test_the_eve_of_vladivostok_is_shown_as_it_was_known() -> None:
    page = next(page for page in assemble(Project(root=ROOT)).pages if page.path == "moments/eve-of-vladivostok.md")
    before, _, after = page.body.partition("{: #next }")
    ahead = before.partition("{: #ahead }")[2].partition("##")[0]
    planned = "25 April 2019: [Kim Jong-un and Vladimir Putin in Vladivostok](../visits/kim-putin-vladivostok.md)"
    assert f'{planned} <span class="status status--planned">' in ahead
    for name, count in (("Xi Jinping", 4), ("Moon Jae-in", 3), ("Donald Trump", 2)):
        line = next(line for line in before.splitlines() if f"[{name}]" in line and "meeting" in line)
        assert f": {count} meetings (" in line
    met = [line for line in before.splitlines() if "meeting" in line and "[Kim Jong-un]" in line]
    assert met
    assert not [line for line in met if "[Vladimir Putin]" in line]
    assert after.index("kim-putin-vladivostok") < after.index("kim-trump-panmunjom")


def test_an_earlier_day_is_not_told_from_hindsight() -> None:
    """A statement without a day goes where one of its sources is later; what was published by then alone stays."""
    pages = {page.path: page.body for page in assemble(Project(root=ROOT), as_of=datetime.date(2019, 4, 24)).pages}
    assert "They met for the first time" not in pages["index.md"]
    assert "ended without agreement" in pages["index.md"]
    assert "as the US Treasury describes the rule" not in pages["projects/rouble-settlement.md"]
    assert "A Russian decree of October 2017" in pages["projects/rouble-settlement.md"]
    claims = pages["claims/toloraya-2019.md"]
    assert "the United States and North Korea did talk again" not in claims
    assert "In 2018 Lavrov and Matviyenko also met Kim Jong-un himself" in claims
