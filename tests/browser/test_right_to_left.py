"""An explainer in Persian in a real Chromium: its graphics say the same as its tables, and texts keep their order."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from conftest import served
from golden import ROOT, SITES, furnish
from playwright.sync_api import Browser, Page

from builder.site.build import build

WIDE, PHONE = 1280, 360


@pytest.fixture(scope="module")
def persian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = furnish(tmp_path_factory.mktemp("persian"))
    shutil.copytree(SITES / "persian" / "summaries", project.summaries)
    build(project)
    with served(project.site) as found:
        yield found


@pytest.fixture(params=[WIDE, PHONE])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": int(request.param), "height": 800})
    yield context.new_page()
    context.close()


def width_of(page: Page) -> int:
    assert page.viewport_size
    return page.viewport_size["width"]


# In the drawing that is shown: where each year begins, and the middle of each mark, each name and each number.
LANES = """() => {
  const drawing = [...document.querySelectorAll(".lanes svg")].find(each => each.checkVisibility());
  const middle = element => { const { left, right } = element.getBoundingClientRect(); return (left + right) / 2; };
  return {
    years: [...drawing.querySelectorAll(".tick")].map(tick =>
      [tick.textContent, tick.getBoundingClientRect().right]),
    marks: [...drawing.querySelectorAll("g[transform] a")].map(mark => [mark.getAttribute("aria-label"), middle(mark)]),
    lanes: [...drawing.querySelectorAll("g[transform]")].map(lane =>
      [".name", ".count"].map(part => middle(lane.querySelector(part)))),
  };
}"""


def test_the_years_of_the_drawing_stand_where_its_marks_are(page: Page, persian: str) -> None:
    page.goto(persian)
    found = page.evaluate(LANES)
    places = {int(year): place for year, place in found["years"]}
    assert sorted(places) == [2014, 2016, 2018]
    assert places[2014] > places[2016] > places[2018], "time runs from right to left"
    assert len(found["marks"]) == 9
    for name, place in found["marks"]:
        (year,) = map(int, re.findall(r"\b\d{4}\b", name))
        assert all((place < at) == (year >= tick) for tick, at in places.items()), name


def test_the_name_of_a_lane_comes_before_its_number(page: Page, persian: str) -> None:
    page.goto(persian)
    lanes = page.evaluate(LANES)["lanes"]
    assert len(lanes) == 3
    assert all(name > number for name, number in lanes)


# Each line between a project and what holds it back: its class, and the name that is nearest to each of its ends.
LINES = """() => {
  const box = document.querySelector(".blocks__box"), svg = box.querySelector("svg");
  const names = [...box.querySelectorAll("span")].map(span => [span.textContent, span.getBoundingClientRect()]);
  const nearest = ({ x, y }) => names.map(([name, { left, right, top, bottom }]) =>
    [Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0)), name])
    .sort((one, other) => one[0] - other[0])[0][1];
  const onScreen = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  return [...svg.querySelectorAll("path")].flatMap(path => path.getAttribute("d").match(/M[^M]+/g).map(line => {
    const at = line.match(/[\\d.]+/g).map(Number);
    return [path.getAttribute("class"), nearest(onScreen(at[0], at[1])), nearest(onScreen(at.at(-2), at.at(-1)))];
  }));
}"""


def test_lines_join_the_names_that_the_table_joins(page: Page, persian: str) -> None:
    page.goto(f"{persian}constraints/")
    assert sorted(page.evaluate(LINES)) == [
        ["exempt", "اتصال شبکهٔ برق", "قطعنامهٔ ۴۱"],
        ["known", "خط دوستی", "قطعنامهٔ ۴۱"],
        ["not-now", "خط دوستی", "قطعنامهٔ ۴۱"],
        ["unknown", "اتصال شبکهٔ برق", "قانون ۱۲"],
    ]


def test_arrows_between_stages_point_to_the_next_one(page: Page, persian: str) -> None:
    page.goto(f"{persian}stages/")
    stages = page.locator(".roadmap > ol > li")
    places = [stage.evaluate("stage => stage.getBoundingClientRect().toJSON()") for stage in stages.all()]
    arrow = stages.first.evaluate("stage => getComputedStyle(stage, '::after').content")
    if width_of(page) == WIDE:
        assert places[0]["x"] > places[1]["x"] > places[2]["x"]
        assert arrow.startswith('"←"')
    else:
        assert places[0]["y"] < places[1]["y"] < places[2]["y"]
        assert arrow.startswith('"↓"')


def test_names_on_a_map_stand_beside_their_places(page: Page, persian: str) -> None:
    page.goto(f"{persian}visits/")
    covered = page.evaluate(
        """() => {
          const boxes = kind => [...document.querySelectorAll(`.map svg ${kind}`)]
            .filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect());
          const circles = boxes("circle"), names = boxes("text");
          const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
            && one.top < other.bottom - 3 && other.top < one.bottom - 3;
          const covering = names.filter(name => circles.some(circle => meet(name, circle)));
          return [circles.length, names.length, covering.length];
        }"""
    )
    assert covered == [4, 4, 0]


def test_the_name_of_a_fact_begins_where_its_value_does(page: Page, persian: str) -> None:
    page.goto(f"{persian}visits/arash-mina-shahrud/")
    edges = page.evaluate(
        """() => [...document.querySelectorAll("dl > *")].filter(each => each.checkVisibility()).map(each => {
          const text = document.createRange();
          text.selectNodeContents(each);
          return Math.round(text.getBoundingClientRect().right);
        })"""
    )
    assert len(edges) == 8
    assert len(set(edges)) == 1


def test_the_source_of_another_script_keeps_its_parts_in_order(page: Page, persian: str) -> None:
    page.goto(f"{persian}sources/")
    places = page.locator("li", has=page.locator("#mid-20160320")).evaluate(
        """(source, texts) => texts.map(text => {
          const walker = document.createTreeWalker(source, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) if (node.data.includes(text)) {
            const range = document.createRange();
            range.setStart(node, node.data.indexOf(text));
            range.setEnd(node, node.data.indexOf(text) + text.length);
            const { left, top } = range.getClientRects()[0];
            return [Math.round(top / 12), -left];
          }
        })""",
        ["Встреча", "Министерство", "۲۰"],
    )
    assert len(places) == 3
    assert places == sorted(places), "from right to left, line by line"


def test_no_page_is_wider_than_the_screen(page: Page, persian: str) -> None:
    for path in (
        "",
        "stages/",
        "visits/",
        "constraints/",
        "meetings/",
        "timeline/",
        "sources/",
        "projects/peace-line/",
    ):
        page.goto(persian + path)
        assert page.evaluate("document.documentElement.scrollWidth") == width_of(page), path


def test_the_style_sheet_names_no_side_of_the_screen() -> None:
    """It says `start` and `end`, so that it fits both directions. Shadows are at both edges of a table."""
    css = (ROOT / "templates" / "theme" / "assets" / "explainer.css").read_text("utf-8")
    css = re.sub(r"/\*.*?\*/|linear-gradient\(.*?;", "", css, flags=re.S)
    sides = re.findall(r"^.*\b(?:left|right)\b.*$", css, re.M)
    lengths = re.findall(r"^\s*(?:margin|padding|inset): (\S+) (\S+) (\S+) (\S+);", css, re.M)
    assert sides == []
    assert [each for each in lengths if each[1] != each[3]] == []


def test_what_the_browser_counts_has_the_digits_of_the_language(page: Page, persian: str) -> None:
    page.goto(f"{persian}meetings/")
    numbered = page.locator(".md-content ol:not(.years)").first
    assert numbered.evaluate("list => getComputedStyle(list).listStyleType") == "persian"
    page.goto(f"{persian}stages/")
    number = page.locator(".roadmap__title").first.evaluate("title => getComputedStyle(title, '::before').content")
    assert number == "counter(stage, persian)"


def test_results_of_the_search_are_counted_in_the_digits_of_the_language(page: Page, persian: str) -> None:
    """Material counts them, and more results on a page, in the digits 0 to 9."""
    page.goto(persian)
    reach = page.locator(".md-search__form") if width_of(page) == WIDE else page.locator("label[for=__search]").first
    reach.click()
    box = page.locator(".md-search__input")
    for words, count in (("۲۰۱۸", "۴ صفحه"), ("قانون", "۲ صفحه"), ("۲۰۱۸", "۴ صفحه")):
        box.fill(words)
        page.keyboard.press("Shift")  # the search listens for keys
        said = re.compile(rf"^{count}$")
        page.locator(".md-search-result__meta").filter(has_text=said).wait_for(state="attached")
    assert page.locator(".md-search-result__more > summary").all_text_contents() == ["۱ مورد دیگر در این صفحه"]
