"""Rendered pages read as if a person had written them."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from babel import Locale
from golden import BASE, ROOT
from markupsafe import Markup

from builder.assembly import assemble
from builder.explainer.words import Words
from builder.project import Project


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A mini-explainer that tests can add records to."""
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    return tmp_path


def add(site: Path, name: str, text: str) -> None:
    """Write a summary, or append records to a list."""
    path = site / "summaries" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def read(site: Path, path: str) -> str:
    """Return the text of a page without links, the controls that open sources, attributes and tags."""
    (body,) = (page.body for page in assemble(Project(root=site)).pages if page.path == path)
    body = re.sub(r" <span class=\"cites\".*?</span></span>|\]\([^)]*\)|<[^>]*>|\{:[^}]*\}", "", body)
    return " ".join(html.unescape(body.replace("[", "").replace("]", "")).split())


def test_the_status_of_a_project_dates_from_the_start_of_an_interval(site: Path) -> None:
    entry = "{date: 2011/2019, status: in-operation, text: Food is sent., sources: [newsam-509252]}"
    aid = "title: Food aid\nparties: [russia, dprk]\nsources: [newsam-509252]\nhistory:\n  - "
    add(site, "projects/aid.yml", f"{aid}{entry}\n")
    assert "in operation since 2011 Who" in read(site, "projects/aid.md")


def test_a_status_that_a_later_step_confirms_has_held_since_the_first(site: Path) -> None:
    steps = [("2011", "agreed"), ("2012", "blocked"), ("2013", "blocked"), ("2014", "")]
    history = "".join(
        f"  - {{date: {year}, {f'status: {status}, ' if status else ''}text: So., sources: [newsam-509252]}}\n"
        for year, status in steps
    )
    add(site, "projects/aid.yml", f"title: Food aid\nparties: [russia, dprk]\nhistory:\n{history}")
    assert "blocked since 2012 Who" in read(site, "projects/aid.md")


@pytest.mark.parametrize(
    ("items", "joined"),
    [
        (["North Korea", "Russia", "China"], "North Korea, Russia and China"),
        (["Andorra", "Iceland"], "Andorra and Iceland"),
        (["Lavrov and Kim in Pyongyang"], "Lavrov and Kim in Pyongyang"),
        (["Lavrov and Kim in Pyongyang", "Moscow"], "Lavrov and Kim in Pyongyang; Moscow"),
        (["TASS, 23 April 2019", "AP, 2015"], "TASS, 23 April 2019; AP, 2015"),
    ],
)
def test_lists_whose_items_are_lists_are_joined_by_semicolons(items: list[str], joined: str) -> None:
    assert Words(Locale("en", "GB"), {}).list([Markup(item) for item in items]) == joined
    assert Words(Locale("de"), {}).list([Markup("Lawrow und Kim"), Markup("Moskau")]) == "Lawrow und Kim; Moskau"


def test_a_term_with_the_name_of_a_party_is_marked_where_a_source_is_cited(site: Path) -> None:
    term = "{id: putin-term, term: Vladimir Putin, definition: A name., sources: [newsam-509252]}"
    add(site, "terms.yml", f"terms:\n  - {term}\n")
    add(site, "parties/vladimir-putin.yml", "summary: President.\nsources: [newsam-509252]\n")
    text = read(site, "sources/index.md")
    assert "A link between power grids; Vladimir Putin (glossary); Kim and Putin in Vladivostok" in text


def test_several_paragraphs_are_named_in_the_plural(site: Path) -> None:
    provisions = "".join(
        f"  - {{para: {para}, text: Of {name}., sources: [newsam-509252]}}\n"
        for para, name in {
            '"8"': "one",
            "4 and 5": "two",
            "9–15": "seven",
            '"18(2)"': "a part",
            "annex 2": "it",
        }.items()
    )
    rule = "title: A rule\ndate: 2017-12-22\nadopted_by: [russia]\nsources: [newsam-509252]\n"
    add(site, "constraints/rule.yml", f"{rule}provisions:\n{provisions}")
    text = read(site, "constraints/rule.md")
    for line in (
        "paragraph 8 Of one.",
        "paragraphs 4 and 5 Of two.",
        "paragraphs 9–15 Of seven.",
        "paragraph 18(2) Of a part.",
    ):
        assert line in text
    assert "annex 2 Of it." in text


def test_a_rule_that_a_visit_ended_is_among_what_came_of_it(site: Path) -> None:
    rule = "title: A rule\ndate: 2017-12-22\nadopted_by: [russia]\nsources: [newsam-509252]\n"
    end = "{date: 2019-04-25, status: ended, text: It ends., sources: [newsam-509252]}"
    add(site, "constraints/rule.yml", f"{rule}ended_by: kim-putin-vladivostok\nhistory:\n  - {end}\n")
    assert "named among possible projects. Put an end to: A rule" in read(site, "visits/kim-putin-vladivostok.md")
    assert "Ended by : Kim and Putin in Vladivostok" in read(site, "constraints/rule.md")


def test_a_party_that_belongs_to_two_sides_shows_both(site: Path) -> None:
    add(site, "parties/railways.yml", "name: Railways\nkind: organisation\nof: [russia]\n")
    add(site, "parties/venture.yml", "name: Joint venture\nkind: organisation\nof: [railways, dprk]\n")
    add(site, "parties/commission.yml", "name: Commission\nkind: organisation\nof: [russia, dprk]\n")
    assert "Belongs to : Railways and North Korea (North Korea and Russia)" in read(site, "parties/venture.md")
    assert re.search(r"Belongs to : Russia and North Korea (?!\()", read(site, "parties/commission.md"))
    assert re.search(r"Belongs to : Russia (?!\()", read(site, "parties/railways.md"))


def test_claims_are_counted_by_result(site: Path) -> None:
    checked = "checked: {result: partly, note: So far., sources: [mt-20190423]}"
    claims = [
        f"{{id: c1, para: 1, text: It will do., voice: judgement, {checked}}}",
        "{id: c2, para: 1, text: It is good., voice: judgement}",
    ]
    add(site, "claims/fishnews-36329.yml", "source: fishnews-36329\nclaims:\n" + "".join(f"  - {c}\n" for c in claims))
    text = read(site, "claims/fishnews-36329.md")
    assert "- 1 claim partly confirmed - 1 judgement not checked" in text
    assert "partly confirmed It will do. judgement, para. 1 What others say So far." in text


def test_a_forecast_is_listed_as_one_even_if_others_speak_of_it_too(site: Path) -> None:
    checked = "checked: {result: confirmed, sources: [mt-20190423]}"
    claim = f"{{id: c1, para: 1, text: It will do., voice: forecast, {checked}}}"
    add(site, "claims/fishnews-36329.yml", f"source: fishnews-36329\nclaims:\n  - {claim}\n")
    assert "## 1 forecast not known It will do." in read(site, "claims/fishnews-36329.md")
    assert "- Came true: 0 - Partly came true: 0 - Did not come true: 0 - Not known: 1" in read(site, "forecasts.md")


def test_a_place_in_the_title_of_a_meeting_is_not_repeated(site: Path) -> None:
    meeting = "level: leaders\nparties: [kim-jong-un, vladimir-putin]\nstatus: held\nsources: [newsam-509252]\n"
    add(site, "places.yml", "  - {id: istana, name: The Istana}\n")
    add(site, "visits/a.yml", f"title: A meeting\ndate: 2018-06-09\nplace: istana\n{meeting}")
    add(site, "visits/b.yml", f"title: Two at the Istana\ndate: 2018-06-10\nplace: istana\n{meeting}")
    text = read(site, "meetings.md")
    assert "1. 9 June 2018: A meeting (The Istana) 1. 10 June 2018: Two at the Istana 1. 25 April 2019:" in text


def test_the_home_page_announces_coming_visits_only_if_there_are_any(site: Path) -> None:
    assert "but not held by" not in read(site, "index.md")
    visit = "level: leaders\nparties: [kim-jong-un, vladimir-putin]\nstatus: planned\nsources: [newsam-509252]\n"
    add(site, "visits/next.yml", f"title: Once more\ndate: 2020-05-09\n{visit}")
    ahead = "Invited or planned, but not held by 31 December 2019: Once more (9 May 2020, planned)"
    assert ahead in read(site, "index.md")


@pytest.mark.parametrize("last", ["2019. ", "2019, ", "2019: ", "2019 "])
def test_a_shortened_description_has_no_punctuation_before_the_ellipsis(last: str, site: Path) -> None:
    summary = "It had not begun in " + "the " * 30 + last + "word" * 10 + "."
    add(
        site,
        "projects/aid.yml",
        f"title: Aid\nparties: [dprk]\nstatus: idea\nsummary: '{summary}'\nsources: [newsam-509252]\n",
    )
    (page,) = (page for page in assemble(Project(root=site)).pages if page.path == "projects/aid.md")
    assert html.unescape(str(page.meta["description"])).endswith("the 2019…")


def test_a_statement_with_a_day_and_a_speaker_has_one_colon(site: Path) -> None:
    by_paper = "{text: Well said., by: A paper, date: 2019-04-26, sources: [newsam-509252]}"
    anonymous = "{text: Well done., date: 2019-04-27, sources: [newsam-509252]}"
    add(site, "parties/russia.yml", f"statements:\n  - {by_paper}\n  - {anonymous}\n")
    assert "- 26 April 2019, A paper: Well said. - 27 April 2019: Well done." in read(site, "parties/russia.md")
