"""Lists that are too long for one page are divided, with ways between the parts and from every old address."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from golden import HAND_WRITTEN, ROOT, SITES, furnish
from markupsafe import Markup

from benchmarks.invented import write_invented
from builder.assembly import assemble
from builder.explainer.views import obstacles
from builder.graphics import charts
from builder.inspection import Inspected, inspect
from builder.pages.long_lists import parts
from builder.pages.long_lists.beginnings import Beginning, beginning, latest
from builder.pages.long_lists.letters import letter_as_shown, letter_of
from builder.pages.long_lists.whole_page import Chapter, whole_page
from builder.pages.rendering import render
from builder.project import Project
from builder.site.build import build
from builder.site.docs_folder import write

SITE = SITES / "every-field"


def laid_out(root: Path, site: Path = SITE) -> Project:
    root.mkdir(exist_ok=True)
    project = furnish(root)
    shutil.copytree(site / "summaries", project.summaries)
    return project


def limit(monkeypatch: pytest.MonkeyPatch, *, names: int) -> None:
    """Divide every list: let so little fit on a page. `names` is how many bytes the names of entries may have."""
    monkeypatch.setattr(parts, "AT_MOST", 300)
    monkeypatch.setattr(parts, "NAMED_AT_MOST", names)


def pages_below(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*.md")) if file.name not in HAND_WRITTEN]
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


def test_divided_lists_give_their_expected_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """`divided` has the pages that differ from those of the same explainer with each list on one page."""
    limit(monkeypatch, names=10**6)
    project, expected, whole = laid_out(tmp_path / "site"), SITE / "divided", pages_below(SITE / "docs")
    pages = assemble(project).pages
    write(pages, {}, project.docs)
    found = {path: text for path, text in pages_below(project.docs).items() if text != whole.get(path)}
    if request.config.getoption("--update-golden"):
        write([page for page in pages if page.path in found], {}, expected)
    assert found == pages_below(expected)


def addresses_in(site: Path) -> set[str]:
    """Every address that a site answers at, places on pages included, without those that Material adds."""
    found: set[str] = set()
    for file in site.rglob("index.html"):
        page = file.parent.relative_to(site).as_posix()
        found.add(page)
        article = file.read_text("utf-8").partition("<article")[2].partition("</article>")[0]
        found |= {f"{page}#{id}" for id in re.findall(r'\bid="([^"]+)"', article) if not _OF_SOURCES.search(id)}
    return found


_OF_SOURCES = re.compile(r"(^|\.)(cite_\d+|page_sources)$")
"""The lists of sources are with the statements that cite them, and numbered by page."""


@pytest.mark.parametrize("name", ["every-field", "good-friday"])
def test_every_address_of_a_list_on_one_page_still_has_an_answer(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a divided list has an anchor for each entry that was on it. The build checks that links work."""
    before = addresses_in(build(laid_out(tmp_path / "before", SITES / name)).site)
    limit(monkeypatch, names=10**6)
    after = addresses_in(build(laid_out(tmp_path / "after", SITES / name)).site)
    assert before - after == set()
    assert len(after) > len(before)


def test_a_list_with_too_many_names_only_leads_to_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, names=0)
    project = laid_out(tmp_path / "site")
    site = build(project).site
    index = (project.docs / "timeline" / "index.md").read_text("utf-8")
    assert '<li markdown="span" id="year-2019">[2019](2019.md){: aria-label="2019&#58; 9 entries" }' in index
    assert "{: #year-" not in index
    assert (site / "timeline" / "2019" / "index.html").is_file()


def test_the_search_finds_the_parts_of_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, names=10**6)
    site = build(laid_out(tmp_path / "site")).site
    found = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    titles = {entry["location"]: entry["title"] for entry in found}
    assert titles["timeline/2019/"] == "Timeline 2019"
    assert titles["sources/official/"] == "Sources: Official"


@pytest.mark.parametrize(
    ("name", "key", "shown"),
    [
        ("Éamon", "e", "E"),
        ("“Quoted”", "q", "Q"),
        ("10 Downing Street", "0-9", "0–9"),
        ("Ёлкин", "u0435", "Е"),
        ("김정은", "u3131", "ㄱ"),
        ("آشنا", "u0627", "ا"),
        ("…", "other", "…"),
    ],
)
def test_a_name_is_under_its_first_letter(name: str, key: str, shown: str) -> None:
    assert letter_of(name) == key
    assert letter_as_shown(key) == shown


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Inspected:
    """An invented explainer with 1,000 records."""
    project = furnish(tmp_path_factory.mktemp("invented"))
    write_invented(project.summaries, 1000)
    return inspect(project)


def test_no_list_of_a_large_explainer_makes_a_page_too_long(invented: Inspected) -> None:
    """Markdown becomes up to 1.2 times as long as HTML, and what is around it has 30 kB. A page has at most 300 kB."""
    plans = [plan for plan in invented.plans if plan.record is None]
    pages = render(plans, invented.answers, invented.words, [ROOT / "templates"])
    assert {page.path: len(page.body) for page in pages if len(page.body.encode()) > 220_000} == {}


def test_a_table_that_is_too_large_has_the_busiest_and_counts_the_rest(invented: Inspected) -> None:
    explainer = invented.explainer
    held_back = obstacles.held_back(explainer)
    blocks = obstacles.blocks(explainer, held_back)
    blocking = [constraint for constraint in explainer.constraints if constraint.id in held_back]
    table = charts.blocks_table(blocks, blocking)
    assert (len(table.columns), len(table.rows)) == (charts.COLUMNS, charts.ROWS)
    columns = {constraint.id for constraint in table.columns}
    shown = {id: len(columns & row.keys()) for id, row in table.rows.items()}
    left_out = {project.id: count for project, count in table.left_out}
    counted = {id: shown.get(id, 0) + left_out.get(id, 0) for id in blocks}
    assert counted == {id: len(row) for id, row in blocks.items()}


def test_a_matrix_that_is_too_large_has_those_who_met_most(
    invented: Inspected, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = charts.encounters(invented.explainer)
    monkeypatch.setattr(charts, "COLUMNS", 3)
    monkeypatch.setattr(charts, "ROWS", 5)
    matrix = charts.matrix(met)
    assert (len(matrix.columns), len(matrix.rows)) == (3, 7)  # those in columns have rows for one another too
    assert sum(map(len, matrix.cells.values())) + matrix.left_out == len(met)


def test_a_list_on_another_page_ends_and_says_how_many_more_there_are() -> None:
    assert beginning(range(5), 3) == Beginning((0, 1, 2), 2)
    assert latest(range(5), 3) == Beginning((2, 3, 4), 2)
    assert beginning(range(3), 3) == latest(range(3), 3) == Beginning((0, 1, 2), 0)


def test_the_page_with_everything_leaves_out_what_makes_it_too_long() -> None:
    many, few, more = (
        Chapter(title=Markup(name), path=name, pages=tuple(f"{name} {number}" for number in range(count)))
        for name, count in (("many", 200), ("few", 10), ("more", 245))
    )
    whole = whole_page(["home"], [many, few, more])
    assert (whole.pages, whole.left_out) == (("home", *many.pages, *few.pages), (more,))
