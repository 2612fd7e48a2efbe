"""The drawing of leaders' meetings and stages: any number of lanes, any span of time, and labels that touch nothing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from golden import ROOT

from builder.assembly import assemble
from builder.graphics.labels import Box
from builder.graphics.lanes.drawing import Drawing
from builder.graphics.lanes.layout import draw_lanes
from builder.graphics.lanes.meeting_lanes import Lanes
from builder.graphics.lanes.picture import LanesPicture
from builder.inspection import inspect
from builder.pages.contexts import Contexts
from builder.project import Project

EXPLAINER = """\
title: The talks
question: How far did the talks get?
answer:
  - {text: Not far., sources: [almanac]}
background:
  - {text: They talk., sources: [almanac]}
editors: [The editors]
contact: https://example.org/contact
licence: CC BY 4.0
language: en
"""

FIRST_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What there is to draw: meetings as (who meets the host, day, status), and the history of each stage."""

    as_of: str
    meetings: Sequence[tuple[int, str, str]] = ()
    stages: Sequence[Sequence[tuple[str, str]]] = ()


def days(first: str, count: int, apart: int) -> list[str]:
    begin = datetime.date.fromisoformat(first)
    return [str(begin + datetime.timedelta(days=index * apart)) for index in range(count)]


HISTORY = [("2001-03-01", "under-way"), ("2001-09-01", "holding"), ("2002-02-01", "stalled")]

CASES = {
    "nothing": Case(as_of="2002-06-30"),
    "no leaders": Case(as_of="2002-06-30", stages=[HISTORY, HISTORY[:1]]),
    "no stages": Case(
        as_of="2002-06-30", meetings=[(index % 3, day, "held") for index, day in enumerate(days("2001-01-05", 9, 40))]
    ),
    "one lane": Case(
        as_of="2002-06-30", meetings=[(0, day, "held") for day in days("2001-01-05", 5, 90)], stages=[HISTORY]
    ),
    "forty lanes": Case(
        as_of="2003-06-30",
        meetings=[
            (index % 40, day, ("held", "cancelled")[index % 9 == 8])
            for index, day in enumerate(days("2001-01-05", 90, 9))
        ],
        stages=[HISTORY] * 4,
    ),
    "a month": Case(
        as_of="2001-03-28",
        meetings=[(index % 2, day, "held") for index, day in enumerate(days("2001-03-02", 8, 3))],
        stages=[[("2001-03-03", "under-way"), ("2001-03-28", "done")]],
    ),
    "thirty years": Case(
        as_of="2005-06-30",
        meetings=[(index % 5, day, "held") for index, day in enumerate(days("1975-02-01", 60, 180))],
        stages=[[("1976", "under-way"), ("1980-05", "undone"), ("1999", "holding")], HISTORY],
    ),
    "stages without dates": Case(as_of="2002-06-30", stages=[[("", "done")], [("", "not-begun")]]),
    "one day": Case(as_of="2001-03-01", meetings=[(index, "2001-03-01", "held") for index in range(6)]),
    "only planned": Case(as_of="2001-03-01", meetings=[(0, "2001-04-01", "planned"), (1, "2009-04-01", "planned")]),
    "an early one that fell through": Case(
        as_of="2002-06-30",
        meetings=[(0, "1990-05-09", "cancelled"), *((0, day, "held") for day in days("2001-01-05", 5, 90))],
    ),
    "the first year": Case(as_of="0002-06-30", meetings=[(0, "0001-02-03", "held")]),
    "the last year": Case(as_of="9999-12-31", meetings=[(0, "9998-02-03", "held"), (1, "9999-12-30", "held")]),
}


def project_of(case: Case, root: Path) -> Project:
    """Write an explainer in which a host meets others, each of another side."""
    summaries = root / "summaries"
    for folder in ("parties", "visits", "stages"):
        (summaries / folder).mkdir(parents=True)
    (root / "templates").symlink_to(ROOT / "templates")
    (summaries / "explainer.yml").write_text(f"{EXPLAINER}as_of: {case.as_of}\n", "utf-8")
    almanac = "sources:\n  - {id: almanac, type: report, title: The almanac, standing: reference}\n"
    (summaries / "sources.yml").write_text(almanac, "utf-8")
    places = "".join(f"  - {{id: town-{number}, name: {FIRST_LETTERS[number]}ville}}\n" for number in range(20))
    (summaries / "places.yml").write_text(f"places:\n{places}", "utf-8")
    for number in ("host", *sorted({who for who, _, _ in case.meetings})):
        side = f"name: State {number}\nkind: state\n"
        (summaries / "parties" / f"state-{number}.yml").write_text(side, "utf-8")
        name = f"Leader Number {number}"
        leader = f"name: {name}\nkind: person\nof: [state-{number}]\n"
        (summaries / "parties" / f"leader-{number}.yml").write_text(leader, "utf-8")
    for index, (who, day, status) in enumerate(case.meetings):
        reasons = "reasons:\n  - {text: Unknown., sources: [almanac]}\n" if status == "cancelled" else ""
        visit = (
            f"title: Meeting number {index}\ndate: {day}\nplace: town-{index % 20}\nlevel: leaders\nstatus: {status}\n"
            f"parties: [leader-host, leader-{who}]\nsources: [almanac]\n{reasons}"
        )
        (summaries / "visits" / f"meeting-{index}.yml").write_text(visit, "utf-8")
    for order, history in enumerate(case.stages, start=1):
        stage = f"title: The stage with number {order}\norder: {order}\nsources: [almanac]\n"
        if history[0][0]:
            steps = "".join(
                f"  - {{date: {day}, status: {to}, text: So., sources: [almanac]}}\n" for day, to in history
            )
            stage += f"history:\n{steps}"
        else:
            stage += f"status: {history[0][1]}\n"
        (summaries / "stages" / f"stage-{order}.yml").write_text(stage, "utf-8")
    return Project(root=root)


def picture_of(case: Case, root: Path, lit: str | None = None) -> LanesPicture:
    inspected = inspect(project_of(case, root))
    return Contexts(inspected.explainer, inspected.words, lambda moment: inspected.explainer).lanes(lit)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_whatever_there_is_to_draw_it_is_small_and_nothing_touches(case: Case, tmp_path: Path) -> None:
    picture = picture_of(case, tmp_path)
    assert len(picture.drawings) == (2 if case.meetings or case.stages else 0)
    for drawing in picture.drawings:
        frame = Box(0, 0, drawing.width, drawing.height)
        names = [label for row in drawing.rows for label in (row.name, row.count, *row.people)]
        marks = [mark for row in drawing.rows for mark in row.marks]
        drawn = [Box(x - 4, mark.y - 4, x + 4, mark.y + 4) for mark in marks for x, _ in mark.spots]
        boxes = [label.box for label in drawing.labels]
        assert all(frame.holds(box) for box in boxes)
        assert not any(one.touches(other) for one, other in combinations(boxes, 2))
        assert not any(box.touches(other) for box in boxes for other in (*drawn, *(name.box for name in names)))
        for box in boxes:
            beside = Box(box.left - 8, box.top, box.right + 8, box.bottom)
            assert sum(beside.touches(mark) for mark in drawn) <= 1, "a label is beside its own mark only"
        assert not any(one.box.touches(other.box) for one, other in pairwise(drawing.ticks))
        assert all(frame.holds(label.box) for row in drawing.rows for label in row.people)
        assert not any(name.box.touches(mark) for name in names for mark in drawn)
        for bar in drawing.bars:
            assert not any(one.box.touches(other.box) for one, other in combinations((bar.name, *bar.states), 2))
            assert bar.states, "the last state is told in words"
        for row in drawing.rows:
            assert all(mark.left >= 0 and mark.left + mark.wide <= drawing.width for mark in row.marks)
            assert all(mark.wide >= 24 and mark.left <= mark.x <= mark.left + mark.wide for mark in row.marks)
            assert all(one.left + one.wide <= other.left for one, other in pairwise(row.marks))
        assert drawing.height < 560


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_each_drawing_takes_less_than_seven_kilobytes_of_the_home_page(case: Case, tmp_path: Path) -> None:
    pages = {page.path: page.body for page in assemble(project_of(case, tmp_path)).pages}
    for which in ("wide", "narrow"):
        inside = pages["index.md"].partition(f'<svg class="{which}"')[2].partition("</svg>")[0]
        assert bool(inside) == bool(case.meetings or case.stages)
        assert len(inside.encode()) < 7_000


def lanes_of(drawing: Drawing) -> list[tuple[str, int, int]]:
    """The name of each lane, how many were held, and how many visits it has."""
    return [
        (str(row.name.text), int(row.count.text), sum(len(mark.visits) for mark in row.marks)) for row in drawing.rows
    ]


def test_who_was_met_most_comes_first_and_the_host_has_no_lane(tmp_path: Path) -> None:
    meetings = [
        (2, "2001-01-05", "held"),
        (1, "2001-02-05", "held"),
        (1, "2001-06-05", "held"),
        (0, "2001-04-05", "held"),
    ]
    case = Case(as_of="2002-06-30", meetings=[*meetings, (0, "2001-09-05", "cancelled")])
    picture = picture_of(case, tmp_path)
    assert str(picture.title) == "Leader Number host met other leaders 4 times"
    assert lanes_of(picture.drawings[0]) == [
        ("Leader Number 1", 2, 2),
        ("Leader Number 0", 1, 2),
        ("Leader Number 2", 1, 1),
    ]


def test_past_a_number_the_others_share_a_lane(tmp_path: Path) -> None:
    lanes = lanes_of(picture_of(CASES["forty lanes"], tmp_path).drawings[0])
    assert len(lanes) == 7
    assert lanes[-1][0] == "Others"
    assert sum(visits for _, _, visits in lanes) == 90


def test_on_a_phone_those_who_share_a_lane_are_named_beside_its_name_if_all_fit(tmp_path: Path) -> None:
    meetings = [(0, day, "held") for day in days("2001-01-05", 4, 30)]
    once = [(number, f"2001-0{number}-15", "held") for number in (5, 3, 4)]
    wide, narrow = picture_of(Case(as_of="2001-12-31", meetings=[*meetings, *once]), tmp_path).drawings
    assert [row.people for row in wide.rows] == [(), ()]
    assert [[str(label.text) for label in row.people] for row in narrow.rows] == [
        [],
        ["Leader Number 3, Leader Number 4,", "Leader Number 5"],
    ]
    crowd = picture_of(CASES["forty lanes"], tmp_path / "crowd").drawings[1]
    assert [row.people for row in crowd.rows] == [()] * 7


def test_visits_that_share_a_link_are_drawn_each_where_it_was_and_as_it_stands(tmp_path: Path) -> None:
    meetings = [(0, "2001-01-05", "held"), (0, "2011-02-05", "held"), (0, "2011-04-05", "cancelled")]
    picture = picture_of(Case(as_of="2016-06-30", meetings=[*meetings, (0, "2011-06-05", "held")]), tmp_path)
    for drawing in picture.drawings:
        (row,) = drawing.rows
        assert [len(mark.visits) for mark in row.marks] == [1, 3]
        places = [x for x, _ in row.marks[1].spots]
        assert [kind for _, kind in row.marks[1].spots] == ["held", "fell-through", "held"]
        assert places == sorted(set(places))
        assert row.marks[1].left <= places[0] < places[-1] <= row.marks[1].left + row.marks[1].wide
    assert picture.standings == ("held", "fell-through")


def test_what_fell_through_is_labelled_where_there_is_room(tmp_path: Path) -> None:
    meetings = [(0, "2001-01-05", "held"), (0, "2001-06-05", "cancelled"), (0, "2001-12-05", "planned")]
    case = Case(as_of="2001-11-30", meetings=[*meetings, *((1, day, "held") for day in days("2001-01-05", 9, 30))])
    drawing = picture_of(case, tmp_path).drawings[0]
    assert [str(label.text) for label in drawing.labels] == ["Cville", "Bville", "Lville", "Aville"]


def test_a_person_whose_lane_is_lit_has_one(tmp_path: Path) -> None:
    drawing = picture_of(CASES["forty lanes"], tmp_path, "leader-37").drawings[0]
    assert [(str(row.name.text), row.lit) for row in drawing.rows if row.lit] == [("Leader Number 37", True)]


def test_what_fell_through_before_the_first_meeting_is_named_and_not_drawn(tmp_path: Path) -> None:
    picture = picture_of(CASES["an early one that fell through"], tmp_path)
    assert [visit.id for visit in picture.hidden] == ["meeting-0"]
    assert {visit.id for row in picture.drawings[0].rows for mark in row.marks for visit in mark.visits} == {
        f"meeting-{number}" for number in range(1, 6)
    }


def test_marks_that_are_too_close_to_tap_are_one(tmp_path: Path) -> None:
    drawing = picture_of(
        Case(as_of="2003-01-31", meetings=[(0, day, "held") for day in days("2001-01-01", 8, 1)]), tmp_path
    )
    for each in drawing.drawings:
        (row,) = each.rows
        assert sum(len(mark.visits) for mark in row.marks) == 8
        assert len(row.marks) < 4


def test_a_lane_is_lit_in_the_drawing_that_all_pages_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Laying it out takes long, so it is done once for the same people in the lanes, whoever's lane is lit."""
    drawn: list[Lanes] = []

    def counted(lanes: Lanes, *arguments: Any, **more: Any) -> Drawing | None:
        drawn.append(lanes)
        return draw_lanes(lanes, *arguments, **more)

    monkeypatch.setattr("builder.graphics.lanes.picture.draw_lanes", counted)
    inspected = inspect(project_of(CASES["thirty years"], tmp_path))
    contexts = Contexts(inspected.explainer, inspected.words, lambda moment: inspected.explainer)
    plain, lit = contexts.lanes(), [contexts.lanes(f"leader-{number}") for number in range(5)]
    assert len(drawn) == len(plain.drawings) == 2
    for each in lit:
        for drawing, unlit in zip(each.drawings, plain.drawings, strict=True):
            assert [row.lane.people[0].id for row in drawing.rows if row.lit] == [each.lit]
            assert replace(drawing, rows=tuple(replace(row, lit=False) for row in drawing.rows)) == unlit


def test_a_line_is_drawn_at_a_day(tmp_path: Path) -> None:
    inspected = inspect(project_of(CASES["one lane"], tmp_path))
    contexts = Contexts(inspected.explainer, inspected.words, lambda moment: inspected.explainer)
    assert [drawing.day for drawing in contexts.lanes().drawings] == ["", ""]
    last = inspected.explainer.settings.as_of
    assert [drawing.day for drawing in contexts.lanes(day=last).drawings] == ["M672 18V96", "M312 18V120"]


def test_the_drawing_of_a_past_day_shows_what_stood_that_day(tmp_path: Path) -> None:
    meetings = [(0, "2001-01-05", "held"), (0, "2001-04-05", "held"), (0, "2001-11-20", "held")]
    case = Case(as_of="2002-06-30", meetings=meetings, stages=[HISTORY])
    project = project_of(case, tmp_path)
    visit = project.summaries / "visits" / "meeting-2.yml"
    history = """history:
  - {date: 2001-10-01, status: planned, expected: 2001-11-20, text: They agree to meet., sources: [almanac]}
  - {date: 2001-11-20, status: held, text: They meet., sources: [almanac]}
"""
    visit.write_text(visit.read_text("utf-8").replace("status: held\n", "") + history, "utf-8")
    with (project.summaries / "explainer.yml").open("a", encoding="utf-8") as settings:
        settings.write("moments:\n  - {id: eve, date: 2001-11-19, title: The eve}\n")
    (plan,) = (plan for plan in inspect(project).plans if plan.path == "moments/eve.md")
    picture = plan.context()["picture"]
    assert isinstance(picture, LanesPicture)
    for drawing in picture.drawings:
        (row,), (bar,) = drawing.rows, drawing.bars
        assert str(row.count.text) == "2"
        assert [mark.kinds for mark in row.marks] == [("held",), ("held",), ("planned",)]
        assert [status for status, _ in bar.lines] == ["before", "under-way", "holding"]
        assert str(bar.states[-1].text) == "holding since September 1, 2001"
        day = int(drawing.day.removeprefix("M").split()[0])
        assert {int(line.rpartition("H")[2]) for _, line in bar.lines[-1:]} == {day}
        assert [mark.x > day for mark in row.marks] == [False, False, True]
