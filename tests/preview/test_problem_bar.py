"""The bar with problems: grouped by file, with links, and safe whatever is written in a summary."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from command import small_explainer

from builder.preview.problem_bar import Report, as_bar, with_lines
from builder.preview.responses import with_extras
from builder.problems import Location, Problem, SummaryError
from builder.records.loading import load

VISIT = "summaries/visits/kim-putin-vladivostok.yml"
RULES = "/talks/handbook/rules/"


def problem(path: str, line: int, rule: str, *, warning: bool = False) -> Problem:
    return Problem(location=Location(path, line, 8), rule=rule, message="this", hint="that", warning=warning)


def body_of(bar: str) -> str:
    """The bar without its style."""
    before, _, rest = bar.partition("<style>")
    return before + rest.partition("</style>")[2]


def test_problems_are_grouped_by_file_each_with_its_line_and_two_links(tmp_path: Path) -> None:
    root = small_explainer(tmp_path / "a <b> c")
    report = Report(
        problems=(
            problem(VISIT, 5, "unknown-word"),
            problem(VISIT, 2, "bad-date"),
            problem("summaries/sources.yml", 4, "unused", warning=True),
        ),
        held_back={VISIT: " is shown as it was at 14:03"},
    )
    folder = f"{tmp_path}/a%20%3Cb%3E%20c/summaries".lstrip("/")
    assert body_of(as_bar(with_lines(report, root), root, RULES)) == (
        '<section class="preview-bar" role="region" aria-label="Problems" aria-live="polite" tabindex="0" lang="en">'
        "<details open><summary><strong>2 problems to fix, 1 warning</strong></summary>"
        "<details open><summary><code>summaries/visits/kim-putin-vladivostok.yml</code> is shown as it was at 14:03: "
        "2 problems</summary><ul>"
        f'<li><a href="vscode://file/{folder}/visits/kim-putin-vladivostok.yml:2:8">line 2, column 8</a>: this (that) '
        '[<a href="/talks/handbook/rules/#bad-date">bad-date</a>]<pre>date: 2019-04-25</pre></li>'
        f'<li><a href="vscode://file/{folder}/visits/kim-putin-vladivostok.yml:5:8">line 5, column 8</a>: this (that) '
        '[<a href="/talks/handbook/rules/#unknown-word">unknown-word</a>]<pre>level: leaders</pre></li>'
        "</ul></details>"
        "<details open><summary><code>summaries/sources.yml</code>: 1 warning</summary><ul>"
        f'<li><a href="vscode://file/{folder}/sources.yml:4:8">line 4, column 8</a>: warning: this (that) '
        '[<a href="/talks/handbook/rules/#unused">unused</a>]<pre>issued: 2019-04-25</pre></li>'
        "</ul></details></details></section>\n"
    )


def test_without_the_handbook_and_for_other_machines_there_are_no_links() -> None:
    bar = as_bar(Report(problems=(problem(VISIT, 5, "unknown-word"),)), None, "")
    assert "<li>line 5, column 8: this (that) [unknown-word]</li>" in bar
    assert "href" not in bar


def test_warnings_alone_are_folded_and_all_is_well_without_a_bar() -> None:
    bar = as_bar(Report(problems=(problem(VISIT, 5, "unused", warning=True),)), None, "")
    assert body_of(bar).startswith(
        '<section class="preview-bar" role="region" aria-label="Problems" aria-live="polite" tabindex="0" lang="en">'
        "<details><summary><strong>1 warning</strong></summary>"
    )
    assert as_bar(Report(), None, "") == ""


def test_only_the_first_hundred_problems_are_listed() -> None:
    bar = as_bar(Report(problems=tuple(problem(VISIT, line, "dash") for line in range(1, 251))), None, "")
    assert (bar.count("<li>"), "250 problems to fix" in bar, "<p>... and 150 more</p>" in bar) == (100, True, True)


def test_the_title_says_how_many_problems_there_are() -> None:
    page = b"<html><head><title>Talks</title></head><body></body></html>"
    two = Report(problems=(problem(VISIT, 2, "dash"), problem(VISIT, 5, "dash")), is_stuck=True)
    warned = Report(problems=(problem(VISIT, 2, "unused", warning=True),))
    for report, title in ((two, "(2 problems) Talks"), (warned, "(1 warning) Talks"), (Report(), "Talks")):
        bar = as_bar(report, None, "")
        expected = f"<html><head><title>{title}</title></head><body>{bar}</body></html>"
        assert with_extras(page, bar, report.count).decode() == expected


HOSTILE = "</pre></li></details></section><script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;"


class Tags(HTMLParser):
    """The names of all elements, and of all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}


def test_nothing_that_is_written_in_a_file_becomes_markup(tmp_path: Path) -> None:
    """Neither a value, a field, a comment on the line, nor the name of a file."""
    root = small_explainer(tmp_path)
    names = ("<img src=x onerror=alert(3)>.yml", "a\" onclick='b'.yml", "%3Cscript%3E.yml")
    for name in names:
        (root / "summaries/visits" / name).write_text(f"level: {HOSTILE}\n{HOSTILE}: x # {HOSTILE}\n", "utf-8")
    with (root / VISIT).open("a", encoding="utf-8") as visit:
        visit.write(f"status: <b onmouseover=alert(4)>{HOSTILE[7:]}\n'<svg onload=alert(5)>': x\n")
    try:
        load(root / "summaries")
    except SummaryError as error:
        report = with_lines(Report(problems=error.problems, failure=HOSTILE, held_back={HOSTILE: HOSTILE}), root)
    assert len(report.problems) >= 5
    assert any("<script>" in line for line in report.lines.values())
    tags = Tags()
    tags.feed(as_bar(report, root, RULES))
    assert tags.names == {
        *("section", "class", "role", "aria-label", "aria-live", "tabindex", "lang", "style", "details", "open"),
        *("summary", "strong", "code", "ul", "li", "a", "href", "pre", "p"),
    }
