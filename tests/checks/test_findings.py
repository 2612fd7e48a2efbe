"""What the report finds: a text of nine paragraphs, dates that have passed, records that say little."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command import CONFIG, run
from golden import BASE, PYTHONPATH, ROOT

from builder.assembly import assemble
from builder.checks.quality.coverage import paragraphs_of
from builder.checks.quality.findings import Finding, findings, gather_report
from builder.inspection import inspect
from builder.project import Project

TEXT = """\
The lighthouse of Anholm went out in March, and nobody noticed for a week.

Its keeper had left the year before.
“We will mend it by summer,” said the harbour master.

The council of the island met twice about it.
One member proposed to sell the lamp.
The others wanted to wait for the ferry company.

The company’s   answer came in June.
It offered to pay for half of the work.
By autumn the lamp was lit again.
"""
"""Nine paragraphs, invented for this test. There is no claim from the sixth."""

CLAIMS = """\
source: mt-20190423
claims:
  - {id: a1, para: 1, text: The lamp was out for a week., about: [vladivostok]}
  - {id: a2, para: 2, text: There was no keeper any more., about: [kim-putin-vladivostok]}
  - {id: a3, para: 3, text: It would be mended by summer., quote: '"We will mend it by summer,"', voice: forecast}
  - {id: a4, para: 4, text: The council met twice., quote: the council of the isle met, about: [vladivostok]}
  - {id: a5, para: 5, text: The lamp might be sold., quote: wait for the ferry company, about: [vladivostok]}
  - {id: a7, para: 7, text: The company answered in June., quote: "The company's answer", about: [vladivostok]}
  - {id: a8, para: 8, text: It would pay for half., about: [vladivostok]}
  - {id: a9, para: 9, text: The lamp was lit by autumn., about: [vladivostok], voice: forecast,
     outcome: {result: came-true, sources: [fishnews-36329]}}
  - {id: a10, para: 10, text: There is a tenth paragraph., about: [kim-putin-vladivostok]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    file = project / "summaries" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


def change(project: Path, name: str, old: str, new: str) -> None:
    text = (project / "summaries" / name).read_text("utf-8")
    assert text.count(old) == 1
    write(project, name, text.replace(old, new))


def found(project: Path, today: str | None = None, text: str | None = None) -> Callable[[str], list[str]]:
    """What a rule finds, as `path:line: text`."""
    explainer = inspect(Project(root=project)).explainer
    day = datetime.date.fromisoformat(today) if today else None
    copies = {"mt-20190423": tuple(line for line in text.splitlines() if line)} if text else None
    every = findings(gather_report(explainer, day, copies))
    return lambda rule: [as_line(finding) for finding in every if finding.rule == rule]


def as_line(finding: Finding) -> str:
    return f"{finding.location.path.removeprefix('summaries/')}:{finding.location.line}: {finding.text}"


def test_a_paragraph_without_a_claim_is_reported(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    of = found(project, text=TEXT)
    assert of("paragraph-without-claim") == [
        "claims/mt-20190423.yml:2: paragraph 6: The others wanted to wait for the ferry company."
    ]
    assert of("no-such-paragraph") == [
        "claims/mt-20190423.yml:12: a10, paragraph 10: There is a tenth paragraph.",
    ]


def test_an_inexact_quote_is_reported_with_the_paragraph_it_is_in(project: Path) -> None:
    """Quotation marks and white space may differ, as in a3 and a7."""
    write(project, "claims/mt-20190423.yml", CLAIMS)
    assert found(project, text=TEXT)("misquoted") == [
        "claims/mt-20190423.yml:6: a4, paragraph 4: “the council of the isle met”: not in the text",
        "claims/mt-20190423.yml:7: a5, paragraph 5: “wait for the ferry company”: it is in paragraph 6",
    ]


def test_invisible_characters_in_a_copy_split_neither_paragraphs_nor_words(project: Path) -> None:
    """A copy from a page: an empty-looking line, soft and non-breaking hyphens and spaces, a combining accent."""
    copy = (
        "\ufeff\u200b\r\nThe light\u00adhouse\u2060 of\u00a0Anholm was re\u2011lit in the cafe\u0301.\r\n\u00a0\r\nEnd."
    )
    assert paragraphs_of(copy) == ("The lighthouse of Anholm was re\u2011lit in the cafe\u0301.", "End.")
    quote = '"lighthouse of Anholm was re-lit in the café"'
    claims = f"source: mt-20190423\nclaims: [{{id: a1, para: 1, text: It was lit., quote: {quote}}}]\n"
    write(project, "claims/mt-20190423.yml", claims)
    assert found(project, text="\n".join(paragraphs_of(copy)))("misquoted") == []


def test_without_a_text_missing_paragraph_numbers_are_reported_and_quotes_are_not_checked(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    of = found(project)
    assert of("paragraph-without-claim") == ["claims/mt-20190423.yml:2: paragraph 6"]
    assert of("misquoted") == of("no-such-paragraph") == []


def test_a_claim_is_used_if_a_record_it_is_about_cites_its_paragraph(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    of = found(project)
    assert of("about-nothing") == ["claims/mt-20190423.yml:5: a3, paragraph 3: It would be mended by summer."]
    assert [line.split(": ")[1].split(",")[0] for line in of("not-taken-up")] == ["a1", "a4", "a5", "a7", "a8", "a9"]
    change(project, "visits/kim-putin-vladivostok.yml", "[mt-20190423]", "[mt-20190423 paras. 3–8]")
    assert [line.split(": ")[1].split(",")[0] for line in found(project)("not-taken-up")][:2] == ["a1", "a2"]


def test_statements_with_few_sources_are_reported(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    of = found(project)
    assert of("main-source-alone") == ["visits/kim-putin-vladivostok.yml:13: Moscow names the day. (mt-20190423)"]
    assert len(of("one-source")) == 6
    assert of("state-media-alone") == []
    change(
        project,
        "sources.yml",
        "publisher: The Moscow Times\n    standing: newspaper",
        "standing: state-media\n    publisher: A",
    )
    assert found(project)("state-media-alone") == of("main-source-alone")


def statement(project: Path, name: str, fields: str, text: str = "It is so.") -> None:
    """Add a statement to the end of a record without statements."""
    record = (project / "summaries" / name).read_text("utf-8")
    write(project, name, f"{record}\nstatements:\n  - text: {text}\n{fields}")


@pytest.mark.parametrize(
    ("date", "issued"),
    [("2019-12", "2019-11-30"), ("2019-12", "2018"), ("2019-12-31", "2019-12-30"), ("2019-05/..", "2019-04")],
)
def test_a_statement_about_a_day_after_its_sources_is_reported(project: Path, date: str, issued: str) -> None:
    change(project, "sources.yml", "    issued: 2019-04-23\n", f"    issued: {issued}\n")
    statement(
        project, "projects/power-grid.yml", f"    date: {date}\n    sources: [mt-20190423, mt-20190423 para. 2]\n"
    )
    lines = (project / "summaries/projects/power-grid.yml").read_text("utf-8").splitlines()
    line = lines.index(f"    date: {date}") + 1
    assert found(project)("older-sources") == [
        f"projects/power-grid.yml:{line}: says what held on {date}, but its sources were issued before: "
        f"mt-20190423 ({issued}): It is so."
    ]


def test_a_source_without_a_date_does_not_hide_older_ones(project: Path) -> None:
    change(project, "sources.yml", "    issued: 2019-04-23\n", "")
    statement(project, "projects/power-grid.yml", "    date: 2019-12\n    sources: [mt-20190423, fishnews-36329]\n")
    assert [line.partition(": ")[2] for line in found(project)("older-sources")] == [
        "says what held on 2019-12, but its sources were issued before: fishnews-36329 (2019-04-25); "
        "without a date: mt-20190423: It is so."
    ]


@pytest.mark.parametrize(
    "fields",
    [
        "    date: 2019-04\n    sources: [mt-20190423]\n",  # issued within the month
        "    date: 2019-04-25\n    sources: [mt-20190423, fishnews-36329]\n",  # one is from the day
        "    date: ../2019-12\n    sources: [mt-20190423]\n",  # no first day
        "    date: 2019-12~\n    sources: [mt-20190423]\n",  # perhaps earlier
        "    date: 2019-12\n    voice: forecast\n    by: Moscow\n    sources: [mt-20190423]\n",
        "    sources: [mt-20190423]\n",
    ],
)
def test_a_statement_that_its_sources_could_know_is_not_reported(project: Path, fields: str) -> None:
    statement(project, "projects/power-grid.yml", fields)
    assert found(project)("older-sources") == []


def test_a_statement_with_only_sources_without_a_date_is_not_reported(project: Path) -> None:
    change(project, "sources.yml", "    issued: 2019-04-23\n", "")
    statement(project, "projects/power-grid.yml", "    date: 2019-12\n    sources: [mt-20190423]\n")
    assert found(project)("older-sources") == []


@pytest.mark.parametrize(("status", "count"), [("invited", 0), ("planned", 0), ("postponed", 1)])
def test_a_plan_may_be_reported_before_its_day(project: Path, status: str, count: int) -> None:
    """`expected` is not compared."""
    step = "  - date: 2019-04-24\n    expected: 2019-11\n"
    step += f"    status: {status}\n    text: It is so.\n    sources: [mt-20190423]\n"
    change(project, "visits/kim-putin-vladivostok.yml", "  - date: 2019-04-25\n", f"{step}  - date: 2019-04-25\n")
    assert len(found(project)("older-sources")) == count


def test_the_page_counts_statements_about_a_day_after_their_sources(project: Path) -> None:
    statement(project, "projects/power-grid.yml", "    date: 2019-12\n    sources: [mt-20190423]\n")
    page = next(page.body for page in assemble(Project(root=project)).pages if page.path == "state.md")
    assert "| sources whose known dates are all before its own | 1 |\n| total | 7 |\n" in page
    folded = page.partition("<summary>By page&#58; sources whose known dates are all before its own</summary>")[2]
    assert folded.startswith("\n\n- [A link between power grids](projects/power-grid.md): 1 statement\n\n</details>")


def test_a_headline_that_rests_on_a_copy_alone_is_reported(project: Path) -> None:
    """The answer, summaries and first outcomes are headlines. Other outcomes and steps are not."""
    outcome = "    sources: [newsam-509252 para. 3]\n    support: single\n"
    change(
        project,
        "visits/kim-putin-vladivostok.yml",
        outcome,
        f"{outcome}  - {{text: Another one., sources: [fishnews-36329]}}\n",
    )
    assert found(project)("second-hand") == []
    change(project, "sources.yml", "    publisher: Fishnews\n", "    publisher: Fishnews\n    via: a blog\n")
    of_blog = [
        "explainer.yml:4: Talks, and no document. (fishnews-36329, via a blog)",
        "stages/bilateral-talks.yml:5: Leaders meet one to one. (fishnews-36329, via a blog)",
    ]
    assert found(project)("second-hand") == of_blog
    change(
        project,
        "sources.yml",
        "    publisher: News.am\n    standing: newspaper\n",
        "    publisher: News.am\n    standing: aggregator\n",
    )
    assert sorted(found(project)("second-hand")) == [
        of_blog[0],
        "projects/power-grid.yml:4: Spoken of at Kim and Putin in Vladivostok. (newsam-509252, aggregator)",
        of_blog[1],
        "visits/kim-putin-vladivostok.yml:9: The power line was named among possible projects. "
        "(newsam-509252, aggregator)",
    ]


@pytest.mark.parametrize(
    ("standings", "sources", "reported"),
    [
        (("aggregator", "aggregator"), "[mt-20190423, newsam-509252]", True),
        (("aggregator", "newspaper"), "[mt-20190423, newsam-509252]", False),
        (("newspaper\n    via: a blog", "newspaper\n    via: a blog"), "[mt-20190423, newsam-509252]", False),
        (("newspaper\n    via: a blog", "newspaper"), "[mt-20190423 para. 1, mt-20190423 para. 2]", True),
    ],
)
def test_a_headline_needs_one_more_source_or_one_that_is_no_aggregator(
    project: Path, standings: tuple[str, str], sources: str, reported: bool
) -> None:
    for publisher, standing in zip(("The Moscow Times", "News.am"), standings, strict=True):
        line = f"    publisher: {publisher}\n    standing: "
        change(project, "sources.yml", f"{line}newspaper\n", f"{line}{standing}\n")
    change(project, "projects/power-grid.yml", "]].\nsources: [newsam-509252]", f"]].\nsources: {sources}")
    of_project = [line for line in found(project)("second-hand") if line.startswith("projects/")]
    assert len(of_project) == reported


def page_of(project: Path, on_newspapers: int, on_reports: int) -> None:
    """Give a project as many statements that rest on newspapers alone, and as many that do not."""
    text = (project / "summaries/sources.yml").read_text("utf-8")
    more = "".join(
        f"  - {{id: paper-{number}, type: article-newspaper, container: Paper {number}, standing: newspaper}}\n"
        for number in range(on_newspapers)
    )
    report = "  - {id: report, type: report, title: R, publisher: The board, standing: official}\n"
    write(project, "sources.yml", f"{text}{more}{report}")
    sources = [f"[paper-{number}, paper-0]" for number in range(on_newspapers)]
    sources += ["[paper-0, report]", "[report]"][:on_reports]
    statements = "".join(f"  - {{text: It is so., sources: {cited}}}\n" for cited in sources)
    write(
        project,
        "projects/pier.yml",
        f"title: A pier\nstatus: idea\nparties: [russia, dprk]\n{statements}".replace(
            "dprk]\n", "dprk]\nsources: [report]\nstatements:\n", 1
        ),
    )


@pytest.mark.parametrize(("on_newspapers", "on_reports"), [(4, 2), (5, 0)])
def test_a_page_with_two_thirds_on_one_standing_or_few_statements_is_not_reported(
    project: Path, on_newspapers: int, on_reports: int
) -> None:
    page_of(project, on_newspapers, on_reports)
    assert found(project)("one-standing") == []


def test_a_page_mostly_on_one_standing_is_reported_with_who_speaks(project: Path) -> None:
    page_of(project, 5, 2)
    assert found(project)("one-standing") == [
        "projects/pier.yml:1: A pier (5 of 7 statements rest on the kind 'newspaper' alone: "
        "Paper 0, Paper 1, Paper 2 and 2 more)"
    ]


def test_the_summary_is_one_of_the_statements_of_a_page(project: Path) -> None:
    page_of(project, 5, 0)
    change(project, "projects/pier.yml", "sources: [report]\n", "summary: It is so.\nsources: [paper-4]\n")
    assert [line.partition("(")[2] for line in found(project)("one-standing")] == [
        "6 of 6 statements rest on the kind 'newspaper' alone: Paper 0, Paper 4, Paper 1 and 2 more)"
    ]


def test_a_source_named_only_by_its_id_is_reported(project: Path) -> None:
    change(project, "sources.yml", "    publisher: News.am\n", "    title: newsam-509252\n")
    assert found(project)("named-by-id") == ["sources.yml:13: newsam-509252"]


def test_sources_without_an_archived_copy_are_listed_or_if_many_counted(project: Path) -> None:
    rule = "Sources on the web without an archived copy"
    text = (project / "summaries/sources.yml").read_text("utf-8")
    shown = run(project, "report", "--today", "2020-01-01").stdout
    assert f"\n{rule} (1) [no-archive]\n  summaries/sources.yml:6:10: https://fishnews.ru/news/36329\n" in shown
    each = "  - {{id: s-{0}, type: webpage, title: A {0}, standing: official, URL: 'https://example.org/{0}'{1}}}\n"
    archived = each.format("archived", ", archive: 'https://example.org/copy'")
    write(project, "sources.yml", text + archived + "".join(each.format(number, "") for number in range(5)))
    shown = run(project, "report", "--today", "2020-01-01").stdout
    assert (
        f"\n{rule} (6) [no-archive]\n"
        "  summaries/sources.yml: to list all 6, run: python -m builder report --format json\n"
    ) in shown
    data = json.loads(run(project, "report", "--format", "json", "--today", "2020-01-01").stdout)
    listed = [finding["record"] for finding in data["findings"] if finding["rule"] == "no-archive"]
    assert listed == ["fishnews-36329", "s-0", "s-1", "s-2", "s-3", "s-4"]


def test_what_is_out_of_date_is_reported(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    change(project, "visits/kim-putin-vladivostok.yml", "status: held", "expected: 2020-02")
    change(project, "visits/kim-putin-vladivostok.yml", "\ndate: 2019-04-25\n", "\ndate: 2020-02\n")
    change(project, "explainer.yml", "as_of: 2019-12-31", "as_of: 2019-12-31\nreview_after: 2020-06-30")
    early, late = found(project), found(project, "2020-07-01")
    assert (early("gone-by"), early("review-due")) == ([], [])
    assert late("gone-by") == ["visits/kim-putin-vladivostok.yml:1: Kim and Putin in Vladivostok (2020-02)"]
    assert late("review-due") == ["explainer.yml:8: to be reviewed after 2020-06-30"]
    assert late("open-forecast") == ["claims/mt-20190423.yml:5: a3, paragraph 3: no outcome"]


def test_a_record_reviewed_on_a_day_to_come_is_reported(project: Path) -> None:
    """A review after the explainer's own day is fine."""
    change(project, "projects/power-grid.yml", "status: studied", "status: studied\nreviewed: 2020-02-01")
    assert found(project, "2020-02-01")("reviewed-ahead") == []
    assert found(project, "2020-01-31")("reviewed-ahead") == [
        "projects/power-grid.yml:7: A link between power grids (reviewed on 2020-02-01, which is after 2020-01-31)"
    ]


def test_a_stage_without_a_step_for_a_year_is_reported_unless_it_is_over(project: Path) -> None:
    name = "stages/bilateral-talks.yml"
    stage = "title: Talks\norder: 1\nhistory:\n"
    stage += "  - {date: 2018-06, status: STATUS, text: They begin., sources: [mt-20190423]}\n"
    write(project, name, stage.replace("STATUS", "under-way"))
    assert found(project)("unchanged-stage") == ["stages/bilateral-talks.yml:1: Talks (last step 2018-06)"]
    write(project, name, stage.replace("STATUS", "done"))
    assert found(project)("unchanged-stage") == []


def test_records_that_say_little_are_reported(project: Path) -> None:
    write(project, "parties/keepers.yml", "name: The keepers\nkind: organisation\n")
    text = (project / "summaries/visits/kim-putin-vladivostok.yml").read_text("utf-8")
    kept, _, rest = text.partition("outcomes:")
    write(project, "visits/kim-putin-vladivostok.yml", kept + "history:" + rest.partition("history:")[2])
    of = found(project)
    assert of("without-outcome") == ["visits/kim-putin-vladivostok.yml:1: Kim and Putin in Vladivostok (2019-04-25)"]
    assert of("without-step") == ["projects/power-grid.yml:1: A link between power grids"]
    assert of("unnamed") == ["parties/keepers.yml:1: The keepers"]
    change(project, "explainer.yml", "Talks, and no document.", "No more than [[keepers|talks]], and no document.")
    assert found(project)("unnamed") == []


def test_a_place_of_several_visits_without_coordinates_is_reported(project: Path) -> None:
    text = (project / "summaries/places.yml").read_text("utf-8")
    write(project, "places.yml", text + "  - {id: harbour, name: The harbour}\n")
    change(project, "visits/kim-putin-vladivostok.yml", "place: vladivostok", "places: [vladivostok, harbour]")
    assert found(project)("no-coordinates") == []
    visit = (project / "summaries/visits/kim-putin-vladivostok.yml").read_text("utf-8")
    write(project, "visits/again.yml", visit.replace("title: Kim and Putin", "title: Again Kim and Putin"))
    line = len(text.splitlines()) + 1
    assert found(project)("no-coordinates") == [f"places.yml:{line}: The harbour (2 visits)"]
    page = next(page.body for page in assemble(Project(root=project)).pages if page.path == "state.md")
    assert "- Places that maps leave out, because their coordinates are missing&#58; The harbour\n" in page


@pytest.mark.parametrize(
    ("places", "reported"),
    [
        ("  - {id: harbour, name: The harbour, in: vladivostok}\n", False),
        (
            "  - {id: harbour, name: The harbour}\n  - {id: pier, name: A pier, in: harbour, lat: 43.1, lon: 131.9}\n",
            False,
        ),
        ("  - {id: harbour, name: The harbour}\n  - {id: pier, name: A pier, in: harbour}\n", True),
    ],
)
def test_a_place_that_a_map_shows_by_another_place_is_not_reported(project: Path, places: str, reported: bool) -> None:
    text = (project / "summaries/places.yml").read_text("utf-8")
    write(project, "places.yml", text + places)
    change(project, "visits/kim-putin-vladivostok.yml", "place: vladivostok", "places: [vladivostok, harbour]")
    visit = (project / "summaries/visits/kim-putin-vladivostok.yml").read_text("utf-8")
    write(project, "visits/again.yml", visit.replace("title: Kim and Putin", "title: Again Kim and Putin"))
    assert bool(found(project)("no-coordinates")) is reported


def test_every_place_on_a_route_needs_coordinates(project: Path) -> None:
    """Without them the line of the route is not drawn, even if the place that it is in has coordinates."""
    text = (project / "summaries/places.yml").read_text("utf-8")
    added = "  - {id: pier, name: A pier, in: vladivostok}\n  - {id: harbour, name: The harbour}\n"
    write(project, "places.yml", text + added)
    change(
        project, "projects/power-grid.yml", "status: studied", "status: studied\nroute: [pier, vladivostok, harbour]"
    )
    change(project, "visits/kim-putin-vladivostok.yml", "place: vladivostok", "place: harbour")
    line = len(text.splitlines()) + 1
    assert found(project)("no-coordinates") == [
        f"places.yml:{line + 1}: The harbour (1 visit, on the route of A link between power grids)",
        f"places.yml:{line}: A pier (on the route of A link between power grids)",
    ]


def test_an_answer_that_does_not_say_what_it_rests_on_is_reported(project: Path) -> None:
    question = "  - id: {id}\n    question: {id}\n    answer: [{{text: They met., sources: [fishnews-36329]}}]\n"
    about = "    about: [kim-putin-vladivostok]\n"
    rests_on = "    rests_on: [{record: kim-putin-vladivostok, status: held}]\n"
    asked = question.format(id="one") + about + rests_on + question.format(id="two") + about
    write(project, "questions.yml", f"questions:\n{asked}")
    assert found(project)("unchecked-answer") == ["questions.yml:7: two"]


def test_the_command_lists_each_paragraph_with_its_claims(project: Path) -> None:
    """If there is only one claims file, it need not be named. The clock is SOURCE_DATE_EPOCH."""
    write(project, "claims/mt-20190423.yml", CLAIMS)
    (project / "copy.txt").write_text(TEXT, "utf-8")
    result = run(project, "report", "--text", "copy.txt", SOURCE_DATE_EPOCH="1593561600")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "21 findings of 10 kinds.\n"
        "The explainer speaks for 2019-12-31; today is 2020-07-01.\n"
        "6 statements were counted; the main source is mt-20190423.\n"
        "mt-20190423: 9 claims, 9 paragraphs\n\n"
        "Summary\n"
        "  Forecasts still open: 1\n"
        "  Paragraphs without a claim: 1\n"
        "  Claims whose paragraph is not in the text: 1\n"
        "  Quotes that are not in the text word for word: 2\n"
        "  Claims about no record: 1\n"
        "  Claims that no record they are about uses: 6\n"
        "  Statements resting on the main source alone: 1\n"
        "  Statements resting on one source: 6\n"
        "  Sources on the web without an archived copy: 1\n"
        "  Projects without a dated step: 1\n\n"
        "mt-20190423, paragraph 1\n"
        "  The lighthouse of Anholm went out in March, and nobody noticed for a week.\n"
        "  a1: The lamp was out for a week.\n"
    )
    assert "mt-20190423, paragraph 6\n  The others wanted to wait for the ferry company.\n  no claim\n" in result.stdout
    assert (
        "\nClaims about no record (1) [about-nothing]\n"
        "  summaries/claims/mt-20190423.yml:5:5: a3, paragraph 3: It would be mended by summer.\n"
    ) in result.stdout
    assert (
        run(project, "report", "--text", "mt-20190423=copy.txt", SOURCE_DATE_EPOCH="1593561600").stdout == result.stdout
    )


def test_the_report_as_json_keeps_its_shape(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    data = json.loads(run(project, "report", "--format", "json", "--today", "2020-01-01").stdout)
    assert list(data) == ["format", "as_of", "today", "sources", "statements", "counts", "findings"]
    assert (data["format"], data["as_of"], data["today"]) == (1, "2019-12-31", "2020-01-01")
    assert data["sources"][0]["id"] == "mt-20190423"
    assert data["sources"][0]["paragraphs"][5] == {"label": "6", "claims": [], "text": None}
    assert data["statements"] == {"counted": 6, "main_source": "mt-20190423"}
    assert data["counts"] == {
        "open-forecast": 1,
        "paragraph-without-claim": 1,
        "about-nothing": 1,
        "not-taken-up": 6,
        "main-source-alone": 1,
        "one-source": 6,
        "no-archive": 1,
        "without-step": 1,
    }
    assert data["findings"][0] == {
        "rule": "open-forecast",
        "record": "mt-20190423",
        "path": "summaries/claims/mt-20190423.yml",
        "line": 5,
        "column": 5,
        "text": "a3, paragraph 3: no outcome",
    }


def test_text_from_summaries_is_escaped_in_the_markdown(project: Path) -> None:
    write(project, "parties/keepers.yml", "name: '<b>[x](y)</b> @all ![z](q)'\nkind: organisation\n")
    result = run(project, "report", "--format", "markdown").stdout
    line = next(line for line in result.splitlines() if "keepers" in line)
    assert line == (
        "- summaries&#47;parties&#47;keepers.yml&#58;1&#58;1&#58; &#60;b&#62;&#91;x&#93;&#40;y&#41;&#60;&#47;b&#62; "
        "&#64;all &#33;&#91;z&#93;&#40;q&#41;"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--text", "nowhere.txt"], "does not name a source with claims (none): write SOURCE=FILE"),
        (["--today", "soon"], "'soon' does not match the format '%Y-%m-%d'"),
    ],
)
def test_wrong_usage_is_reported(project: Path, arguments: list[str], error: str) -> None:
    result = run(project, "report", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr


def test_a_copy_that_cannot_be_read_is_reported(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    (project / "latin.txt").write_bytes(b"caf\xe9\n")
    for name, error in (("nowhere.txt", "No such file or directory"), ("latin.txt", "it is not UTF-8")):
        result = run(project, "report", "--text", name)
        assert result.returncode == 2
        assert f"'{name}' can't be read: {error}" in result.stderr
    (project / "copy.txt").write_text(TEXT, "utf-8")
    result = run(project, "report", "--text", "copy.txt", "--text", "mt-20190423=copy.txt")
    assert (result.returncode, "the source 'mt-20190423' is given twice" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["report", "build", "serve"])
def test_a_source_date_epoch_that_is_not_a_number_is_wrong_usage(project: Path, command: str) -> None:
    result = run(project, command, SOURCE_DATE_EPOCH="noon")
    assert (result.returncode, result.stderr) == (
        2,
        "Error: SOURCE_DATE_EPOCH is not a number of seconds from year 1 to 9999: unset it, or use 1593561600\n",
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_report_works_on_the_first_and_last_possible_day(project: Path, day: str) -> None:
    change(project, "explainer.yml", "as_of: 2019-12-31", "as_of: 9999-12-31")
    assert run(project, "report", "--today", day).stdout.startswith(
        f"8 findings of 3 kinds.\nThe explainer speaks for 9999-12-31; today is {day}.\n"
    )


def test_the_published_page_uses_the_explainers_own_day(project: Path) -> None:
    """Neither the clock nor SOURCE_DATE_EPOCH changes it."""
    pages = {page.path: page.body for page in assemble(Project(root=project)).pages}
    program = (
        "import sys; from pathlib import Path; from builder.assembly import assemble; "
        "from builder.project import Project; "
        "made = assemble(Project(root=Path(sys.argv[1]))); "
        "print([page.body for page in made.pages if page.path == 'state.md'][0], end='')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(project)],
        env={"PYTHONPATH": PYTHONPATH, "SOURCE_DATE_EPOCH": "4102444800", "PATH": "", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == pages["state.md"]
    assert "[How well it is sourced](state.md)" in pages["index.md"]


def history(*steps: str) -> str:
    """Steps from January 2018 on, one a month; each is a status, an empty text, or other fields."""
    lines = []
    for month, step in enumerate(steps, start=1):
        fields = f"status: {step}, " if step and ":" not in step else step
        lines.append(f"  - {{date: 2018-0{month}, {fields}text: It is said., sources: [mt-20190423]}}\n")
    return "history:\n" + "".join(lines)


OPINION = "voice: judgement, by: Moscow, "


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("under-way",), []),
        (("under-way", OPINION), []),
        (("under-way", "", "under-way"), []),
        (("under-way", "", "completed", ""), []),
        (
            ("under-way", ""),
            ["5: A wire: 'under-way' since 2018-01, but a later step gives no status, on 2018-02: It is said."],
        ),
        (
            ("idea", "agreed", "", "", OPINION),
            ["7: A wire: 'agreed' since 2018-02, but 2 later steps give no status, the last on 2018-04: It is said."],
        ),
    ],
)
def test_a_status_is_reported_until_the_last_step_confirms_or_changes_it(
    steps: tuple[str, ...], expected: list[str], project: Path
) -> None:
    """An opinion changes nothing, and after a final status only consequences follow."""
    write(project, "projects/wire.yml", f"title: A wire\nparties: [russia, dprk]\n{history(*steps)}")
    assert found(project)("unconfirmed-status") == [f"projects/wire.yml:{line}" for line in expected]


def test_the_status_of_a_stage_and_of_a_visit_must_be_confirmed_too(project: Path) -> None:
    write(project, "stages/bilateral-talks.yml", f"title: Talks\norder: 1\n{history('holding', '')}")
    for status in ("planned", "held"):
        visit = f"title: A visit that is {status}\ndate: 2019\nlevel: working\nparties: [russia, dprk]\n"
        write(project, f"visits/{status}.yml", visit + history(status, ""))
    assert [line.partition(":")[0] for line in found(project)("unconfirmed-status")] == [
        "stages/bilateral-talks.yml",
        "visits/planned.yml",
    ]


def test_an_answer_in_a_dispute_must_name_the_claim_that_says_the_same(project: Path) -> None:
    write(project, "claims/mt-20190423.yml", CLAIMS)
    disputes = (
        "\ndisputes:\n  - question: Was the lamp out?\n    answers:\n"
        "      - {text: For a month., sources: [fishnews-36329]}\n"
        "      - {text: For a week., sources: [mt-20190423 para. 1]}\n"
    )
    text = (project / "summaries/projects/power-grid.yml").read_text("utf-8")
    write(project, "projects/power-grid.yml", text + disputes)
    line = (text + disputes).splitlines().index("      - {text: For a week., sources: [mt-20190423 para. 1]}") + 1
    assert found(project)("answer-without-claim") == [f"projects/power-grid.yml:{line}: Was the lamp out? For a week."]
    change(project, "projects/power-grid.yml", "[mt-20190423 para. 1]}", "[mt-20190423 para. 1], claims: [a1]}")
    assert found(project)("answer-without-claim") == []
