"""The check of the built site."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from builder.problems import Problem
from builder.site import link_check
from builder.site.html_tags import tags
from builder.site.incremental.link_facts import all_links_work, facts_of_pages
from builder.site.output_manifest import files_below

HOME = "<title>Home</title>\n<h1 id='top'>Home</h1>\n"
HANOI = "<title>Hanoi</title>\n<h1 id='hanoi'>Hanoi</h1>\n<p id='&#44608;'>Who</p>\n"


def lay_out(site: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return site


def check_site(site: Path, base: str = "/", name: str = "site") -> tuple[Problem, ...]:
    """Check a site in both ways: what is found without positions must be found with them too."""
    problems = link_check.check_site(site, base, name=name)
    files = files_below(site)
    assert all_links_work(facts_of_pages(site, files, base), files) == (not problems)
    return problems


def problems_of(site: Path, body: str, base: str = "/") -> str:
    """The problems of a page with this body at visits/singapore/, next to a home page, a visit and some files."""
    page = f"<title>Singapore</title>\n{body}"
    files = {
        "index.html": HOME,
        "visits/hanoi/index.html": HANOI,
        "visits/singapore/index.html": page,
        "assets/a b.png": "",
        "data/a.csv": "",
    }
    problems = check_site(lay_out(site, files), base)
    return "\n".join(str(problem).replace("site/visits/singapore/index.html:", "") for problem in problems)


@pytest.mark.parametrize(
    "body",
    [
        "<a href='../hanoi/'>",
        "<a href='../hanoi/index.html'>",
        "<a href='../hanoi'>",
        "<a href='../hanoi/#hanoi'>",
        "<a href='../hanoi/?q=1#hanoi'>",
        "<a href='../hanoi/#%EA%B9%80'>",
        "<a href='../hanoi/#김'>",
        "<a href='../..'><a href='../../.'><a href='../../'><a href='.'><a href=''><a href='./'>",
        "<a href='/repo/visits/hanoi/'><a href='/repo/'><a href='/repo'>",
        "<a href='../../assets/a%20b.png'>",
        "<img src='../../assets/a b.png' srcset='../../assets/a%20b.png 1x, /repo/assets/a%20b.png 2x'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<a href='../../data/a.csv#row=5'>",
        "<p id='here'><a href='#here'><a href='#'><a href='#top'><a href='#__toc'><a href='#:~:text=Who'>",
        "<a name='old'></a><a href='#old'>",
        "<a href='https://example.org/nowhere'><a href='mailto:a@example.org'><a href='tel:+84'><a href='HTTP://a'>",
        "<link rel='canonical' href='https://example.org/'><link rel='alternate' href='../../data/a.csv'>",
        "<script>const page = \"<a href='nowhere'>\"</script><!-- <a href='nowhere'> --><style>a::after{}</style>",
        "<textarea><a href='nowhere'></textarea>",
        "<svg><title>A chart</title><use href='#shape'/><path id='shape'/></svg>",
        "<a title=\"3 > 2 href='nowhere'\" href=../hanoi/>",
        "<meta http-equiv='refresh' content=\"0; url='../hanoi/'\"><meta name='description' content='url=nowhere'>",
    ],
)
def test_a_link_that_works_in_a_browser_is_not_a_problem(tmp_path: Path, body: str) -> None:
    assert problems_of(tmp_path, body, "/repo/") == ""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<p>\n  <a href='../hano/'>", "3:3: the link '../hano/' leads nowhere in the site [broken-link]"),
        ("<a href='../../../hanoi/'>", "2:1: the link '../../../hanoi/' leads nowhere in the site [broken-link]"),
        ("<img src='a.png'>", "2:1: the link 'a.png' leads nowhere in the site [broken-link]"),
        ("<img srcset='a.png 2x'>", "2:1: the link 'a.png' leads nowhere in the site [broken-link]"),
        ("<video poster='a.png'>", "2:1: the link 'a.png' leads nowhere in the site [broken-link]"),
        ("<script src='a.js'></script>", "2:1: the link 'a.js' leads nowhere in the site [broken-link]"),
        ("<link rel=stylesheet href=a.css>", "2:1: the link 'a.css' leads nowhere in the site [broken-link]"),
        (
            "<meta http-equiv=refresh content='0; url=../hano/'>",
            "2:1: the link '../hano/' leads nowhere in the site [broken-link]",
        ),
        ("<a href='../hanoi.md'>", "2:1: the link '../hanoi.md' leads nowhere in the site [broken-link]"),
        ("<a href='../../data/a.csv/'>", "2:1: the link '../../data/a.csv/' leads nowhere in the site [broken-link]"),
        ("<a href='../'>", "2:1: the link '../' leads nowhere in the site [broken-link]"),
        (
            "<a href='/visits/hanoi/'>",
            "2:1: the link '/visits/hanoi/' leads nowhere in the site (the site is served under /repo/) [broken-link]",
        ),
        ("<a href='/repo/hanoi/'>", "2:1: the link '/repo/hanoi/' leads nowhere in the site [broken-link]"),
        (
            "<a href='../hanoi/#talks'>",
            ("2:1: the link '../hanoi/#talks' leads to a place that is not on site/visits/hanoi/index.html "
            "(nothing on that page has the id 'talks') [dead-anchor]"),
        ),
        (
            "<p><a href='#talks'>",
            ("2:4: the link '#talks' leads to a place that is not on site/visits/singapore/index.html "
            "(nothing on that page has the id 'talks') [dead-anchor]"),
        ),
        (
            "<a href='../hanoi/#__toc'>",
            ("2:1: the link '../hanoi/#__toc' leads to a place that is not on site/visits/hanoi/index.html "
            "(nothing on that page has the id '__toc') [dead-anchor]"),
        ),
        (
            "<p id=a>\n<b id=b><i id='a'>",
            "3:9: the id 'a' was used before (first at line 2, column 1) [duplicate-id]",
        ),
        (
            "<a href='java&#115;cript:alert(1)'>",
            ("2:1: the link 'javascript:alert(1)' is of a kind that is not allowed "
            "(one of: http, https, mailto, tel) [link-scheme]"),
        ),
        (
            "<a href='//example.org/'>",
            ("2:1: the link '//example.org/' is of a kind that is not allowed "
            "(one of: http, https, mailto, tel) [link-scheme]"),
        ),
        (
            "<script src='https://example.org/a.js'></script>",
            ("2:1: 'https://example.org/a.js' would be fetched from another host "
            "(put the file into docs/ and link that) [other-host]"),
        ),
        (
            "<link rel='preconnect' href='//example.org'>",
            ("2:1: '//example.org' would be fetched from another host "
            "(put the file into docs/ and link that) [other-host]"),
        ),
        (
            "<iframe src='http://example.org'></iframe>",
            ("2:1: 'http://example.org' would be fetched from another host "
            "(put the file into docs/ and link that) [other-host]"),
        ),
    ],
)  # fmt: skip
def test_a_broken_link_or_id_is_reported_at_its_tag(tmp_path: Path, body: str, message: str) -> None:
    assert problems_of(tmp_path, body, "/repo/") == message


def test_every_page_has_a_title_of_its_own(tmp_path: Path) -> None:
    site = lay_out(
        tmp_path,
        {"a.html": "<title>A</title>", "b.html": "\n<title> A\n</title>", "c.html": "<title></title>", "d.html": ""},
    )
    assert [str(problem) for problem in check_site(site)] == [
        "site/b.html:2:1: the title 'A' is also that of site/a.html (each page needs its own) [same-title]",
        "site/c.html:1:1: this page has no title (search engines show it) [no-title]",
        "site/d.html:1:1: this page has no title (search engines show it) [no-title]",
    ]


def test_files_that_differ_only_by_case_are_reported(tmp_path: Path) -> None:
    lay_out(tmp_path, {"assets/Map.svg": "", "assets/map.svg": ""})
    assert [str(problem) for problem in check_site(tmp_path, name="public")] == [
        (
            "public/assets/map.svg:1:1: this file and public/assets/Map.svg differ only by case "
            "(some disks and hosts keep only one of them) [same-but-for-case]"
        )
    ]


def test_the_page_for_missing_pages_has_no_relative_links(tmp_path: Path) -> None:
    lay_out(tmp_path, {"index.html": HOME, "404.html": "<title>Not found</title><a href='/repo/'><a href='.'>"})
    assert [str(problem) for problem in check_site(tmp_path, "/repo/")] == [
        (
            "site/404.html:1:42: the link '.' is relative, and this page is shown at any address "
            "(start it with /repo/) [broken-link]"
        )
    ]


def test_problems_are_sorted_by_page_and_position(tmp_path: Path) -> None:
    broken = "<a href='x/'>\n<a href='#y'>"
    lay_out(tmp_path, {"b.html": f"<title>B</title>{broken}", "a.html": f"<title>A</title>{broken}"})
    assert [(str(problem.location), problem.rule) for problem in check_site(tmp_path)] == [
        ("site/a.html:1:17", "broken-link"),
        ("site/a.html:2:1", "dead-anchor"),
        ("site/b.html:1:17", "broken-link"),
        ("site/b.html:2:1", "dead-anchor"),
    ]


CONFIG = """\
site_name: Talks
site_url: https://example.org/repo/
theme: {name: material, font: false}
markdown_extensions: [attr_list, footnotes, tables, {toc: {permalink: true}}]
"""
INDEX = """\
---
title: Home
---

# Home {: #home }

[Visits](visits/hanoi.md#talks), and a note[^1].

[^1]: The note.
"""
VISIT = """\
# Hanoi

## Talks

| who | where |
| --- | --- |
| [both](../index.md) | <b title='a > b'>Hanoi</b> |
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site built by MkDocs with Material, served under /repo/."""
    root = tmp_path_factory.mktemp("project")
    lay_out(root, {"mkdocs.yml": CONFIG, "docs/index.md": INDEX, "docs/visits/hanoi.md": VISIT})
    config = load_config(str(root / "mkdocs.yml"))
    build(config)
    return Path(config.site_dir)


def test_a_site_of_mkdocs_and_material_has_no_problems(built: Path) -> None:
    assert check_site(built, "/repo/") == ()


def test_the_same_site_is_broken_under_another_path(built: Path) -> None:
    rules = {(problem.location.path, problem.rule) for problem in check_site(built, "/other/")}
    assert rules == {("site/404.html", "broken-link")}


def test_tags_match_the_standard_librarys_parser(built: Path) -> None:
    for file in built.rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        parser = Links()
        parser.feed(page)
        parser.close()
        found = [(tag.name, dict(tag.attributes)) for tag in tags(page) if Links.NAMES & tag.attributes.keys()]
        assert len(found) > 10
        assert found == parser.found


class Links(HTMLParser):
    NAMES = frozenset({"id", "href", "src", "name", "content"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.NAMES & dict(attrs).keys():
            self.found.append((tag, {name: value or "" for name, value in attrs}))


MOVED = "<title>Moved</title><meta name='robots' content='noindex'><meta http-equiv='refresh' content='0; url={}'>"


def test_a_link_to_a_page_that_only_sends_readers_on_is_reported_with_the_new_address(tmp_path: Path) -> None:
    files = {
        "index.html": f"{HOME}<a href='visits/first/'>\n<a href='/visits/first/#hanoi'><a href='visits/hanoi/'>",
        "visits/index.html": "<title>Visits</title><a href='first/'>",
        "visits/hanoi/index.html": HANOI,
        "visits/first/index.html": MOVED.format("../hanoi/"),
        "visits/second/index.html": MOVED.format("../hanoi/"),
    }
    found = [str(problem) for problem in check_site(lay_out(tmp_path, files)) if problem.rule != "dead-anchor"]
    moved = "leads to an address that has moved (it is now visits/hanoi/) [moved]"
    assert found == [
        f"site/index.html:3:1: the link 'visits/first/' {moved}",
        f"site/index.html:4:1: the link '/visits/first/' {moved}",
        f"site/visits/index.html:1:22: the link 'first/' {moved}",
    ]


def test_pages_in_different_languages_may_have_the_same_title(tmp_path: Path) -> None:
    """A name may be the same in each, and what is not translated yet is."""
    page = '<html lang="{}"><title>Oslo</title>'
    names = {"a.html": "en", "fa/a.html": "fa", "ru/a.html": "ru", "ru/b.html": "ru"}
    lay_out(tmp_path, {name: page.format(language) for name, language in names.items()})
    assert [str(problem) for problem in check_site(tmp_path)] == [
        "site/ru/b.html:1:17: the title 'Oslo' is also that of site/ru/a.html (each page needs its own) [same-title]"
    ]


def test_pages_that_are_not_indexed_may_have_the_title_of_another(tmp_path: Path) -> None:
    hidden = HOME + "<meta name='robots' content='noindex'>"
    assert check_site(lay_out(tmp_path, {"index.html": HOME, "a/index.html": hidden, "b/index.html": hidden})) == ()


def test_a_page_that_sends_readers_nowhere_is_reported(tmp_path: Path) -> None:
    (problem,) = check_site(lay_out(tmp_path, {"index.html": HOME, "old/index.html": MOVED.format("../new/")}))
    assert str(problem) == "site/old/index.html:1:59: the link '../new/' leads nowhere in the site [broken-link]"
