"""The status and date of a record on a day, and the meetings of each two people."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest
from golden import BASE, EXPLAINER, base_with

from builder.explainer.counting import Tally, date_on, effect_of, holding_back, lifted, meetings, pairs, status_on
from builder.explainer.linking import Explainer, link
from builder.explainer.views.obstacles import held_back
from builder.explainer.views.record_views import by_effect
from builder.graphics.charts import encounters, held_by
from builder.records.loading import load
from builder.records.models.project import Project
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit

PARTIES = {
    "northland": "{name: Northland, kind: state}",
    "southland": "{name: Southland, kind: state}",
    "ministry": "{name: Ministry of Southland, kind: organisation, of: [southland]}",
    "anna": "{name: Anna, kind: person, of: [northland]}",
    "bo": "{name: Bo, kind: person, of: [northland]}",
    "cleo": "{name: Cleo, kind: person, of: [southland]}",
    "dag": "{name: Dag, kind: person, of: [ministry]}",
    "both": "{name: Envoy of both, kind: person, of: [northland, southland]}",
}
OTHERS = ("visits/kim-putin-vladivostok.yml", "projects/power-grid.yml")
"""The records of the base that would be counted too."""


def explainer_of(visits: Mapping[str, str], root: Path) -> Explainer:
    """An explainer with PARTIES and some visits, whose texts have `parties` and more."""
    files = {f"parties/{id}.yml": text for id, text in PARTIES.items()}
    files |= {f"visits/{id}.yml": text for id, text in visits.items()}
    return link(base_with(files, root, removed=OTHERS))


def visit(
    date: str = "2019-06-10", parties: str = "anna, cleo", level: str = "leaders", more: str = "status: held"
) -> str:
    return f"title: Talks\ndate: {date}\nlevel: {level}\nparties: [{parties}]\nsources: [fishnews-36329]\n{more}\n"


def only_visit(text: str, root: Path) -> Visit:
    return explainer_of({"talks": text}, root).visits[0]


def entries(*entries: str) -> str:
    """A history, each entry with a text and a source added."""
    return "history:\n" + "".join(f"  - {{{entry}, text: So., sources: [fishnews-36329]}}\n" for entry in entries)


def day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


# status_on


@pytest.mark.parametrize(
    ("date", "on", "status"),
    [
        ("2019-06-10", "2019-06-09", None),
        ("2019-06-10", "2019-06-10", "held"),
        ("2019-06-10", "2019-06-11", "held"),
        ("2019-06-10", None, "held"),
        ("2019-06", "2019-05-31", None),
        ("2019-06", "2019-06-01", "held"),
    ],
)
def test_a_visit_without_a_history_is_known_from_its_first_day(
    date: str, on: str | None, status: str | None, tmp_path: Path
) -> None:
    assert status_on(only_visit(visit(date), tmp_path), day(on)) == status


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2019-02-28", None),
        ("2019-03-01", "invited"),
        ("2019-03-31", "invited"),
        ("2019-04-01", "planned"),
        ("2019-06-09", "planned"),
        ("2019-06-10", "held"),
        ("2019-06-12", "held"),
        (None, "held"),
    ],
)
def test_a_status_holds_from_the_day_of_its_entry_until_the_next(
    on: str | None, status: str | None, tmp_path: Path
) -> None:
    """An entry without a status changes nothing."""
    history = entries(
        "date: 2019-02-01",
        "date: 2019-03-01, status: invited",
        "date: 2019-04-01, status: planned",
        "date: 2019-05-01",
        "date: 2019-06-10, status: held",
        "date: 2019-06-11",
    )
    assert status_on(only_visit(visit(more=history), tmp_path), day(on)) == status


@pytest.mark.parametrize(("status", "before"), [("under-way", None), ("agreed", None), ("not-begun", "not-begun")])
def test_a_status_that_no_step_gives_is_known_once_its_source_is_published(
    status: str, before: str | None, tmp_path: Path
) -> None:
    stage = f"title: Talks\norder: 1\nstatus: {status}\nsources: [ledger]\n"
    sources = "sources: [{id: ledger, type: report, title: The ledger, issued: 2019-06-12, standing: official}]\n"
    explainer = link(base_with({"stages/later-talks.yml": stage, "sources/ledger.yml": sources}, tmp_path))
    found = explainer.records["later-talks"]
    assert isinstance(found, Stage)
    assert status_on(found, datetime.date(2019, 6, 11), explainer.records) == before
    assert status_on(found, datetime.date(2019, 6, 12), explainer.records) == status


# date_on


@pytest.mark.parametrize(
    ("on", "date"),
    [
        ("2019-02-28", None),
        ("2019-03-01", "2019-05"),
        ("2019-03-31", "2019-05"),
        ("2019-04-01", "2019-06-08"),
        ("2019-06-09", "2019-06-08"),
        ("2019-06-10", "2019-06-10"),
        ("2019-06-11", "2019-06-10"),
        (None, "2019-06-10"),
    ],
)
def test_before_its_day_a_visit_has_the_date_last_expected(on: str | None, date: str | None, tmp_path: Path) -> None:
    history = entries(
        "date: 2019-02-01, status: invited",
        "date: 2019-03-01, expected: 2019-05",
        "date: 2019-04-01, expected: 2019-06-08",
        "date: 2019-05-01",
    )
    found = date_on(only_visit(visit(more=history), tmp_path), day(on))
    assert (str(found) if found else None) == date


def test_a_visit_without_a_history_has_its_own_date_on_any_day(tmp_path: Path) -> None:
    assert str(date_on(only_visit(visit(), tmp_path), day("2019-06-09"))) == "2019-06-10"


# meetings


@pytest.mark.parametrize(("until", "count"), [("2019-06-09", 0), ("2019-06-10", 1), ("2019-06-11", 1), (None, 1)])
def test_a_meeting_counts_from_its_own_day_on(until: str | None, count: int, tmp_path: Path) -> None:
    found = meetings(explainer_of({"talks": visit()}, tmp_path), day(until))
    assert {pair: len(visits) for pair, visits in found.items()} == ({("anna", "cleo"): count} if count else {})


@pytest.mark.parametrize("status", ["invited", "planned", "postponed", "cancelled", "lapsed"])
def test_a_visit_that_was_not_held_is_no_meeting(status: str, tmp_path: Path) -> None:
    assert meetings(explainer_of({"talks": visit(more=f"status: {status}")}, tmp_path)) == {}


def test_a_visit_counts_by_the_last_status_in_its_history(tmp_path: Path) -> None:
    held = entries("date: 2019-05-01, status: planned", "date: 2019-06-10, status: held")
    cancelled = entries("date: 2019-05-01, status: planned", "date: 2019-06-10, status: cancelled")
    found = meetings(explainer_of({"held": visit(more=held), "cancelled": visit(more=cancelled)}, tmp_path))
    assert {pair: ids(visits) for pair, visits in found.items()} == {("anna", "cleo"): ["held"]}


def ids(visits: tuple[Visit, ...]) -> list[str]:
    return [visit.id for visit in visits]


WHOLE = visit("2019-03/2019-06", "anna, bo, cleo, dag")


@pytest.mark.parametrize(
    ("parts", "until", "met"),
    [
        pytest.param({}, None, {"anna-cleo": ["talks"]}, id="without parts"),
        pytest.param(
            {
                "one": ("2019-04-01", "anna, cleo", "talks", "held"),
                "two": ("2019-05-01", "anna, cleo", "talks", "held"),
            },
            None,
            {"anna-cleo": ["one", "two"], "bo-cleo": ["talks"]},
            id="the parts instead, for those who met in them",
        ),
        pytest.param(
            {"one": ("2019-04-01", "anna, cleo", "talks", "held")},
            "2019-03-31",
            {"anna-cleo": ["talks"]},
            id="the whole until the first part",
        ),
        pytest.param(
            {"one": ("2019-04-01", "anna, cleo", "talks", "planned")},
            None,
            {"anna-cleo": ["talks"]},
            id="a part that was not held",
        ),
        pytest.param(
            {"one": ("2019-04", "anna, bo", "talks", "held"), "deep": ("2019-04-02", "anna, cleo", "one", "held")},
            None,
            {"anna-cleo": ["deep"]},
            id="a part of a part",
        ),
    ],
)
def test_a_whole_is_not_counted_beside_its_parts(
    parts: dict[str, tuple[str, str, str, str]], until: str | None, met: dict[str, list[str]], tmp_path: Path
) -> None:
    visits = {"talks": WHOLE}
    for id, (date, parties, whole, status) in parts.items():
        visits[id] = visit(date, parties, more=f"status: {status}\npart_of: {whole}")
    explainer = explainer_of(visits, tmp_path)
    found = meetings(explainer, day(until))
    tally = Tally(explainer)
    for pair, expected in met.items():
        one, other = pair.split("-")
        assert ids(found[one, other]) == expected
        assert ids(tuple(tally.meetings(one, other, day(until)))) == expected
        assert ids(tuple(tally.visits(["held"], None, [one, other], day(until)))) == expected


def test_a_pair_has_its_meetings_in_parts_and_how_many_they_were_at_a_moment_before_them(tmp_path: Path) -> None:
    part = visit("2019-04-01", "anna, cleo", more="status: held\npart_of: talks")
    explainer = explainer_of({"talks": WHOLE, "one": part, "two": part.replace("04-01", "05-01")}, tmp_path)
    pair = next(each for each in encounters(explainer) if each.anchor == "anna--cleo")
    assert ids(pair.held) == ["one", "two"]
    assert ids(pair.in_parts) == ["talks"]
    days = ("2019-03-15", "2019-04-15", "2019-05-15")
    moments = [Moment.model_validate({"id": f"m-{date}", "date": date, "title": "A day"}) for date in days]
    assert [(moment.id, count) for moment, count in held_by(explainer, pair, moments)] == [
        ("m-2019-04-15", 1),
        ("m-2019-03-15", 1),
    ]


@pytest.mark.parametrize("level", ["high", "working"])
def test_a_visit_below_the_leaders_level_is_no_meeting(level: str, tmp_path: Path) -> None:
    assert meetings(explainer_of({"talks": visit(level=level)}, tmp_path)) == {}


def test_people_who_were_only_present_do_not_count(tmp_path: Path) -> None:
    found = meetings(explainer_of({"talks": visit(more="status: held\npresent: [dag, bo]")}, tmp_path))
    assert list(found) == [("anna", "cleo")]


def test_pairs_with_the_most_meetings_come_first_then_by_id_and_their_visits_oldest_first(tmp_path: Path) -> None:
    visits = {
        "a-third": visit("2019-06-12", "bo, dag"),
        "b-second": visit("2019-06-11", "dag, bo"),
        "c-first": visit("2019-06-10", "bo, dag"),
        "d-other": visit("2019-06-09", "dag, anna"),
        "e-other": visit("2019-06-13", "anna, cleo"),
    }
    found = meetings(explainer_of(visits, tmp_path))
    assert [(pair, ids(visits)) for pair, visits in found.items()] == [
        (("bo", "dag"), ["c-first", "b-second", "a-third"]),
        (("anna", "cleo"), ["e-other"]),
        (("anna", "dag"), ["d-other"]),
    ]


# pairs


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        ("cleo, anna", [("anna", "cleo")]),
        ("anna, bo", []),
        ("cleo, dag", []),
        ("dag, cleo, bo, anna", [("anna", "cleo"), ("anna", "dag"), ("bo", "cleo"), ("bo", "dag")]),
        ("northland, southland", []),
        ("anna, southland", []),
        ("anna, ministry", []),
        ("anna, both", []),
        ("both, cleo, anna", [("anna", "cleo")]),
    ],
    ids=["two", "one side", "one side above", "four", "states", "a state", "an organisation", "both", "both and two"],
)
def test_pairs_are_people_of_different_sides_in_order(
    parties: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    explainer = explainer_of({"talks": visit(parties=parties, more="status: cancelled")}, tmp_path)
    assert list(pairs(explainer, explainer.visits[0])) == expected


# constraints

LAW = "title: Law\ndate: 2019-01-10\nadopted_by: [northland]\nsources: [fishnews-36329]\n"
FERRY = (
    "title: Ferry\nparties: [northland, southland]\nstatus: blocked\nsources: [fishnews-36329]\nobstacles:\n"
    "  - {text: The law forbids it., constraint: law, sources: [fishnews-36329]}\n"
    "  - {text: The sea is rough., sources: [fishnews-36329]}\n"
)


def law(history: str, root: Path, para: str = "") -> Explainer:
    """An explainer with a law, and a project that it, or a paragraph of it, holds back."""
    ferry = FERRY.replace("constraint: law", f"constraint: law, para: {para}") if para else FERRY
    files = {f"parties/{id}.yml": text for id, text in PARTIES.items()}
    files |= {"constraints/law.yml": LAW + history, "projects/ferry.yml": ferry}
    return link(base_with(files, root, removed=OTHERS))


SUSPENDED = "date: 2019-02-10, status: suspended"
BACK = "date: 2019-03-10, status: reimposed"
NOT_YET = "date: 2019-01-10, status: not-in-force"


@pytest.mark.parametrize(
    ("history", "on", "status"),
    [
        ("", "2019-01-09", None),
        ("", "2019-01-10", "in-force"),
        ("", None, "in-force"),
        (entries("date: 2019-02-10"), None, "in-force"),
        (entries(SUSPENDED), "2019-02-09", "in-force"),
        (entries(SUSPENDED), "2019-02-10", "suspended"),
        (entries(SUSPENDED, BACK), "2019-03-09", "suspended"),
        (entries(SUSPENDED, BACK), None, "reimposed"),
        (entries(NOT_YET), "2019-01-10", "not-in-force"),
    ],
)
def test_a_constraint_is_in_force_from_its_day_on_until_its_history_says_otherwise(
    history: str, on: str | None, status: str | None, tmp_path: Path
) -> None:
    assert status_on(law(history, tmp_path).constraint("law"), day(on)) == status


@pytest.mark.parametrize(
    ("history", "found"),
    [
        ("", set()),
        (entries("date: 2019-02-10, status: partly-lifted"), set()),
        (entries("date: 2019-02-10, status: partly-lifted, paragraphs: ['4']"), {"4"}),
        (
            entries(
                "date: 2019-02-10, status: partly-lifted, paragraphs: ['4']",
                "date: 2019-03, status: partly-lifted, paragraphs: [paragraphs 5 and 6, Annex A]",
            ),
            {"4", "5", "6", "Annex A"},
        ),
        (entries("date: 2019-02-10, status: partly-lifted, paragraphs: ['4']", BACK), set()),
    ],
)
def test_paragraphs_are_lifted_until_the_constraint_is_back(history: str, found: set[str], tmp_path: Path) -> None:
    assert lifted(law(history, tmp_path).constraint("law")) == found


@pytest.mark.parametrize(("para", "holding"), [("'4'", 1), ("4 and 5", 2), ("'5'", 2), ("", 2)])
def test_a_lifted_paragraph_holds_nothing_back(para: str, holding: int, tmp_path: Path) -> None:
    history = entries("date: 2019-02-10, status: partly-lifted, paragraphs: ['4']")
    explainer = law(history, tmp_path, para)
    assert len(holding_back(explainer, explainer.projects[0])) == holding
    (held,) = held_back(explainer)["law"]
    assert (len(held.obstacles), len(held.lifted)) == ((0, 1) if holding == 1 else (1, 0))
    effects = by_effect({"law": held})
    assert list(effects["now"]) == ([] if holding == 1 else ["law"])
    assert list(effects["before"]) == (["law"] if holding == 1 else [])


@pytest.mark.parametrize(
    ("history", "effect", "holding"),
    [
        ("", "now", 2),
        (entries("date: 2019-02-10, status: partly-lifted"), "now", 2),
        (entries(SUSPENDED), "before", 1),
        (entries(SUSPENDED, BACK), "now", 2),
        (entries("date: 2019-02-10, status: ended"), "before", 1),
        (entries(NOT_YET), "later", 1),
        (entries(NOT_YET, "date: 2019-02-10, status: in-force"), "now", 2),
        (entries(NOT_YET, "date: 2019-02-10, status: in-force", "date: 2019-03, status: not-in-force"), "before", 1),
    ],
)
def test_only_a_constraint_in_force_holds_a_project_back(
    history: str, effect: str, holding: int, tmp_path: Path
) -> None:
    explainer = law(history, tmp_path)
    assert effect_of(explainer.constraint("law")) == effect
    assert len(holding_back(explainer, explainer.projects[0])) == holding


@pytest.mark.parametrize(("levels", "count"), [("[leaders]", 1), ("[leaders, high]", 2), ("[high, working]", 1)])
def test_the_settings_say_which_levels_count_as_meetings(levels: str, count: int, tmp_path: Path) -> None:
    files = {f"parties/{id}.yml": text for id, text in PARTIES.items()}
    files |= {"visits/summit.yml": visit(), "visits/ministers.yml": visit(level="high")}
    files["explainer.yml"] = (BASE / "explainer.yml").read_text("utf-8") + f"counts: {levels}\n"
    explainer = link(base_with(files, tmp_path, removed=OTHERS))
    assert len(meetings(explainer)["anna", "cleo"]) == count
    assert Tally(explainer).people_met("anna") == ("cleo",)


@pytest.mark.parametrize(
    ("sides", "met"),
    [
        ("", [("anna", "cleo"), ("anna", "dag"), ("bo", "cleo"), ("bo", "dag")]),
        ("sides: [{parties: [anna, bo, cleo]}, {parties: [dag]}]\n", [("anna", "dag"), ("bo", "dag"), ("cleo", "dag")]),
        ("sides: [{parties: [anna]}, {parties: [bo]}, {parties: [cleo, dag]}]\n", None),
    ],
    ids=["none", "two", "three"],
)
def test_people_of_one_side_of_a_table_did_not_meet(
    sides: str, met: list[tuple[str, str]] | None, tmp_path: Path
) -> None:
    """The sides of a visit count, whatever people belong to."""
    explainer = explainer_of({"talks": visit(parties="anna, bo, cleo, dag", more=f"{sides}status: held")}, tmp_path)
    three = [("anna", "bo"), ("anna", "cleo"), ("anna", "dag"), ("bo", "cleo"), ("bo", "dag")]
    assert list(pairs(explainer, explainer.visits[0])) == (three if met is None else met)


@pytest.fixture(scope="module")
def whole() -> Explainer:
    return link(load(EXPLAINER / "summaries").published())


DAYS = [None, *(datetime.date(year, month, 9) for year in (1996, 1998, 2003, 2007, 2009) for month in (4, 12))]


@pytest.mark.parametrize("until", DAYS)
def test_a_tally_counts_the_visits_that_a_look_at_each_of_them_finds(
    whole: Explainer, until: datetime.date | None
) -> None:
    tally = Tally(whole)
    parties = [party.id for party in whole.parties]
    for statuses in (["held"], ["cancelled", "held"], ["planned", "invited", "held", "held"]):
        for level in (None, "leaders", "high"):
            for together in ([], *([id] for id in parties), *map(list, combinations(parties[:12], 2))):
                expected = [
                    visit
                    for visit in whole.visits
                    if (until is None or visit.date.first <= until)
                    and status_on(visit) in statuses
                    and level in (None, visit.level)
                    and set(together) <= {*visit.parties, *(top for id in visit.parties for top in whole.sides[id])}
                ]
                wholes = {visit.part_of for visit in expected}
                expected = [visit for visit in expected if visit.id not in wholes]
                assert list(whole.in_order(tally.visits(statuses, level, together, until))) == expected


@pytest.mark.parametrize("until", DAYS)
def test_a_tally_counts_the_meetings_and_people_that_all_meetings_up_to_a_day_have(
    whole: Explainer, until: datetime.date | None
) -> None:
    tally, found = Tally(whole), meetings(whole, until)
    assert found or until in DAYS[1:3]
    people = [party.id for party in whole.parties if party.kind == "person"]
    for one, other in combinations(people, 2):
        expected = found.get((min(one, other), max(one, other)), ())
        assert tuple(tally.meetings(one, other, until)) == tuple(tally.meetings(other, one, until)) == expected
    for person in people:
        met = {id for pair in found if person in pair for id in pair} - {person}
        assert tally.people_met(person, until) == tuple(sorted(met))


@pytest.mark.parametrize("until", DAYS)
def test_a_tally_counts_the_stages_and_projects_with_a_status(whole: Explainer, until: datetime.date | None) -> None:
    tally = Tally(whole)
    kinds: tuple[tuple[type[Stage | Project], tuple[Stage | Project, ...]], ...] = (
        (Stage, whole.stages),
        (Project, whole.projects),
    )
    for kind, records in kinds:
        statuses = sorted({status for record in records if (status := status_on(record))})
        for wanted in ([], statuses, *([status] for status in statuses)):
            expected = [record for record in records if status_on(record, until, whole.records) in wanted]
            assert list(whole.in_order(tally.with_status(kind, wanted, until))) == expected
