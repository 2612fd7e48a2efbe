"""What a page must not say twice, run together or show: past visits, unknown paragraphs, authors, attributes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from golden import SITES, TESTS, Case, lay_out

from builder.assembly import assemble
from builder.project import Project

MOMENTS = sorted(path for path in SITES.glob("*/docs/moments/*.md") if "{: #next }" in path.read_text("utf-8"))


def lists(page: str) -> dict[str, list[str]]:
    """The first link of each line, by the anchor of the heading above it."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", page, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        links = [re.search(r"\]\(\.\./([^)]+)\)", line) for line in body.splitlines() if line.startswith("- ")]
        anchor = re.search(r"\{: #([\w-]+)", heading)
        assert anchor, heading
        found[anchor[1]] = [link[1] for link in links if link]
    return found


@pytest.mark.parametrize("path", MOMENTS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_a_page_about_a_past_day_has_each_visit_in_one_list_and_what_came_of_it_once(path: Path) -> None:
    found = lists(path.read_text("utf-8"))
    visits = [id for name in ("ahead", "unconfirmed", "broken-off", "fell-through") for id in found.get(name, ())]
    assert [id for id, count in Counter(visits).items() if count > 1] == []
    after = path.read_text("utf-8").partition("{: #next }")[2]
    told = re.findall(_TOLD, after, re.M)
    by_day = Counter((day, id) for day, id, _ in told)
    assert [each for each, count in by_day.items() if count > 1] == []
    of_visits = re.findall(r"moment--visits\">.*?\]\(\.\./visits/([\w-]+)\.md\)", after)
    assert [id for _, id, status in told if status == "held" and id in of_visits] == []


_TOLD = r"^- \*\*(.+?)\*\* (?:<span[^>]*>[^<]*</span> )?\[[^]]*\]\(\.\./visits/([\w-]+)\.md\)(?:.*?status--([\w-]+))?"
"""The day, the visit and the status in a line of what happened next, if the line is about a visit."""


def pages_of(files: dict[str, str], root: Path) -> dict[str, str]:
    lay_out(Case(path=root, files=files, swaps={}, removed=(), report=""), root)
    (root / "templates").symlink_to(TESTS.parent / "templates")
    return {page.path: page.body for page in assemble(Project(root=root)).pages}


RULE = """\
title: A law on grids
date: 2018-01-01
adopted_by: [russia]
sources: [two-authors]
provisions:
  - text: No line crosses the border.
    sources: [two-authors]
  - text: No line is built.
    sources: [two-authors]
exemptions:
  - text: Old lines stay.
    projects: [grid]
    sources: [two-authors]
  - text: So do their poles.
    projects: [grid]
    sources: [two-authors]
"""

PROJECT = """\
title: A grid
parties: [russia, dprk]
status: blocked
sources: [two-authors]
obstacles:
  - {text: No line crosses the border., constraint: grid-law, sources: [two-authors]}
  - {text: No line is built., constraint: grid-law, sources: [two-authors]}
"""

SOURCES = """\
sources:
  - id: fishnews-36329
    type: article-newspaper
    publisher: Fishnews
    standing: newspaper
  - id: mt-20190423
    type: article-newspaper
    publisher: The Moscow Times
    standing: newspaper
  - id: newsam-509252
    type: article-newspaper
    publisher: News.am
    standing: newspaper
  - id: two-authors
    type: book
    title: On grids
    author:
      - {family: Smith, given: Ann}
      - {family: Jones, given: Bo}
    publisher: The Press
    standing: analyst
  - id: no-title
    type: book
    author:
      - {family: Smith, given: Ann}
      - {family: Jones, given: Bo}
    publisher: The Press
    standing: analyst
"""

CLAIMS = """\
source: no-title
claims:
  - {id: c1, para: 1, text: The grid is old., about: [grid]}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    files = {
        "constraints/grid-law.yml": RULE,
        "projects/grid.yml": PROJECT,
        "sources.yml": SOURCES,
        "claims/no-title.yml": CLAIMS,
    }
    return pages_of(files, tmp_path_factory.mktemp("once"))


def test_that_paragraphs_are_not_checked_is_said_once_for_each_list(pages: dict[str, str]) -> None:
    said = "Where no paragraph is given, it is not checked."
    counted = {path: body.count(said) for path, body in pages.items() if said in body}
    assert counted == {"constraints/grid-law.md": 3, "projects/grid.md": 1}
    assert pages["constraints/index.md"].count("A question mark stands for a paragraph that is not checked.") == 1


def test_authors_are_separated_by_semicolons_wherever_a_source_is_named(pages: dict[str, str]) -> None:
    assert {
        path for path, body in pages.items() if "Ann Smith, Bo Jones" in body or "Smith, Ann, Jones" in body
    } == set()
    assert {path for path, body in pages.items() if "Ann Smith; Bo Jones" in body} == {
        *("claims/index.md", "claims/no-title.md", "constraints/grid-law.md", "projects/grid.md"),
        *("sources/index.md", "state.md"),
    }


def test_attributes_never_stand_alone_as_readers_would_see_them() -> None:
    """Markdown gives attributes to the paragraph above them. Below an empty line they would be text."""
    pages = [path for path in SITES.glob("*/docs/**/*.md") if re.search(r"\n\s*\n\{: ", path.read_text("utf-8"))]
    assert pages == []
