"""The explainer in a real Chromium, served under a sub-path as on GitHub Pages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import fullest, served
from golden import SITES, furnish
from playwright.sync_api import Browser, Page, Request

from builder.site.build import build

PAGES = [
    "",
    "stages/",
    "stages/*/",
    "visits/",
    "visits/*/",
    "visits/*/?cancelled",
    "projects/",
    "projects/*/",
    "constraints/",
    "constraints/*/",
    "parties/",
    "parties/*/",
    "meetings/",
    "invitations/",
    "timeline/",
    "claims/*/",
    "forecasts/",
    "glossary/",
    "sources/",
    "method/",
    "about/",
    "nothing-is-here/",
]


@pytest.fixture(params=["1280-light", "1280-dark", "360-light", "360-dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = str(request.param).split("-")
    context = browser.new_context(
        viewport={"width": int(width), "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_opens_without_errors(page: Page, address: str, site: Path, path: str) -> None:
    """No errors, no requests to other hosts, no sideways scrolling, and one main heading."""
    errors: list[str] = []
    foreign: list[str] = []

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            foreign.append(request.url)

    page.on("request", note_foreign)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address + fullest(site, path), wait_until="networkidle")
    if path == "nothing-is-here/":
        errors = [error for error in errors if "404" not in error]
    assert errors == []
    assert foreign == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").count() == 1
    assert page.locator("body").get_attribute("data-md-color-scheme") in ("default", "slate")


@pytest.mark.parametrize("path", ["", "visits/*/", "nothing-is-here/"], ids=["home", "visit", "404"])
def test_every_internal_link_on_a_page_works(page: Page, address: str, site: Path, path: str) -> None:
    page.goto(address + fullest(site, path))
    links: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
    )
    internal = sorted({link.partition("#")[0] for link in links if link.startswith(address)} - {page.url})
    assert len(internal) > 10
    for link in internal:
        assert page.request.get(link).status == 200, link


def test_every_page_has_a_title_and_a_description_of_its_own(site: Path) -> None:
    pages = [path.read_text("utf-8") for path in sorted(site.rglob("*.html"))]
    assert len(pages) > 20
    for wanted in (r"<title>(.+?)</title>", r'<meta name="description" content="(.+?)">'):
        found = [match[1] for page in pages if (match := re.search(wanted, page))]
        assert len(found) == len(pages)
        assert [text for text in found if found.count(text) > 1] == []


def test_the_search_index_leaves_out_breadcrumbs_and_boosts_parties(site: Path) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    assert [entry for entry in entries if entry["location"].endswith("#page_title")] == []
    assert [entry for entry in entries if "›" in entry["text"]] == []
    boosted = {entry["location"].partition("/")[0] for entry in entries if entry.get("boost", 1) > 1}
    assert boosted == {"parties"}


IS_FOCUS_VISIBLE = """() => {
  const focused = document.activeElement;
  const shown = focused.matches(".md-option") ? focused.parentElement.querySelector("label:not([hidden])") : focused;
  const box = shown.getClientRects()[0];
  return Boolean(box) && box.width > 0 && box.right > 1 && box.left < innerWidth - 1 && box.bottom > 0
    && box.top < innerHeight && getComputedStyle(shown).visibility === "visible"
    && getComputedStyle(shown).outlineStyle !== "none";
}"""


@pytest.mark.parametrize("path", ["visits/*/", "nothing-is-here/"], ids=["visit", "404"])
def test_everything_that_tab_reaches_is_visible(page: Page, address: str, site: Path, path: str) -> None:
    """The skip link comes first. On a small screen the menu opens when the focus reaches it."""
    page.goto(address + fullest(site, path))
    reached: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # behind the last link
        page.wait_for_function(IS_FOCUS_VISIBLE, timeout=15_000)
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert reached[0] == "Skip to content"
    assert {"Story", "People and meetings", "Claims and forecasts"} < set(reached)


def test_printed_stages_are_side_by_side_with_arrows_between_them(page: Page, address: str) -> None:
    """Paper is as narrow as a small screen, but the stages still fit side by side."""
    page.set_viewport_size({"width": 680, "height": 900})
    page.goto(address + "stages/")
    stages = page.locator(".roadmap > ol > li")
    arrow = "stage => getComputedStyle(stage, '::after').content[1]"
    assert stages.first.evaluate(arrow) == "↓"
    page.emulate_media(media="print")
    assert stages.first.evaluate(arrow) == "→"
    assert stages.nth(0).bounding_box()["y"] == stages.nth(1).bounding_box()["y"]  # type: ignore[index]


def test_each_number_of_meetings_matches_the_list_it_links_to(page: Page, address: str) -> None:
    page.goto(address + "meetings/")
    table = page.get_by_role("region", name="Who met whom")
    links = table.locator(".pips--held a")
    shown = {str(link.get_attribute("href")).rpartition("#")[2]: int(link.inner_text()) for link in links.all()}
    assert shown
    links.first.click()
    page.wait_for_url("**/meetings/#*")
    assert {pair: page.locator(f"h2#{pair} + ol li, h2#{pair} + p + ol li").count() for pair in shown} == shown


@pytest.fixture(scope="module")
def spellings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mini-explainer with a person whose name has several spellings."""
    project = furnish(tmp_path_factory.mktemp("spellings"))
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    build(project)
    with served(project.site) as found:
        yield found


@pytest.mark.parametrize("spelling", ["Kim Chŏng", "김정"])
def test_the_search_finds_a_person_by_another_spelling(page: Page, spellings: str, spelling: str) -> None:
    page.goto(spellings)
    if page.viewport_size and page.viewport_size["width"] < 1000:
        page.locator("label[for=__search]").first.click()
    else:
        page.get_by_role("textbox", name="Search").click()
    page.get_by_text("Type to start searching").wait_for(state="attached")  # the index is loaded
    page.get_by_role("textbox", name="Search").fill(spelling)  # at once: half a name has results of its own
    page.keyboard.press("Shift")  # the search listens for keys
    first = page.locator(".md-search-result__item a").first
    first.wait_for()
    assert "Kim" in first.inner_text()


@pytest.fixture(scope="module")
def right_to_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mini-explainer in English with names and titles in Persian."""
    project = furnish(tmp_path_factory.mktemp("right-to-left"))
    shutil.copytree(SITES / "right-to-left" / "summaries", project.summaries)
    build(project)
    with served(project.site) as found:
        yield found


PLACES_OF_LETTERS = """(element, letters) => letters.map(letter => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(letter)
    if (at >= 0) {
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + letter.length)
      return range.getBoundingClientRect().left
    }
  }
  return null
})"""
"""Where on the screen the first of each text stands, in pixels from the left."""


@pytest.mark.parametrize("page", ["1280-light"], indirect=True)
def test_names_from_right_to_left_stand_in_the_order_of_their_list(page: Page, right_to_left: str) -> None:
    page.goto(right_to_left + "parties/javad-zarif/")
    spellings = page.locator("dd", has_text="Javad Zarif,")
    first, second, third = spellings.evaluate(PLACES_OF_LETTERS, ["Javad Zarif", "جواد ظريف", "ظریف"])
    assert first < second < third


@pytest.mark.parametrize("page", ["1280-light"], indirect=True)
def test_a_title_from_right_to_left_ends_at_its_left(page: Page, right_to_left: str) -> None:
    page.goto(right_to_left + "sources/")
    title = page.locator("li", has=page.locator("#irna-20150714"))
    opening, start, end, closing = title.evaluate(PLACES_OF_LETTERS, ["“", "ظریف", "!", "”"])
    assert opening < end < start < closing


def test_the_timeline_shows_one_kind_of_event_and_leads_to_folded_ones_without_script(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "timeline/")
    events, rules, folded = page.locator(".event"), page.locator(".event--rules"), page.locator(".rest .event")
    shown = [event.is_visible() for event in events.all()]
    assert True in shown
    assert folded.count() == shown.count(False) > 0
    page.get_by_role("radio", name="Rules").check()
    assert [event.is_visible() for event in rules.all()] == [True] * rules.count() != []
    assert sum(event.is_visible() for event in events.all()) == rules.count()
    page.get_by_role("radio", name="Other steps").check()
    assert folded.first.is_visible()
    page.get_by_role("radio", name="Everything").check()
    assert not folded.first.is_visible()
    page.goto(f"{address}timeline/#{folded.first.get_attribute('id')}")
    assert folded.first.is_visible()
    context.close()
