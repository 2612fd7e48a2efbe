"""The search in a real Chromium: what it reads, what it finds, what it offers, from one index and from many files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from in_parts import in_parts
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def addresses(site: Path, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the site is with its index in one file and in many."""
    with in_parts(site, tmp_path_factory.mktemp("parts")) as other:
        yield {"one": address, "many": other}


@pytest.fixture(
    params=[(1280, "one"), (1280, "many"), (360, "one"), (360, "many")], ids=lambda each: f"{each[0]}-{each[1]}"
)
def page(request: pytest.FixtureRequest, browser: Browser, addresses: dict[str, str]) -> Iterator[Page]:
    """The home page with the search open."""
    width, files = request.param
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(addresses[files])
    if page.locator(".md-search__form").is_visible():
        page.keyboard.press("/")
    else:
        page.locator(".md-header label[for=__search]").first.click()
    page.get_by_text("Type to start searching").wait_for(state="attached")  # the index is loaded
    yield page
    context.close()


def search(page: Page, words: str) -> None:
    """Type some words and wait until there is an answer to them."""
    box = page.get_by_role("textbox", name="Search")
    box.fill("")
    page.keyboard.press("Shift")  # the search listens for keys
    page.get_by_text("Type to start searching").wait_for(state="attached")
    box.fill(words)
    page.keyboard.press("Shift")
    page.get_by_text(re.compile(r"^(Nothing found.*|1 page|\d+ pages|The best \d+ of \d+ pages)$")).wait_for(
        state="attached"
    )


FOUND = {
    "Paisly": "Ian Paisley",  # a name, misspelt
    "Eireann": "Éireann",  # without accents
    "canceled": "cancelled",  # American
    "decommisioning": "Decommissioning",
    "ceasefires": "ceasefire",  # a plural
    "10th": "10 April 1998",
    "expected": "(expected",  # after a bracket
    "unprecedented": "“unprecedented",  # after a quotation mark
    "rss": "Downloads",
    "subscribe": "Downloads",
    "citation": "Downloads",
    "timeline": "Timeline",
    "Hansard": "Sources",
}


def test_a_word_is_found_in_other_spellings(page: Page) -> None:
    found = {}
    for typed, expected in FOUND.items():
        search(page, typed)
        results = page.locator(".md-search-result__item").all_text_contents()
        found[typed] = any(expected in " ".join(result.split()) for result in results)
    assert [typed for typed, is_found in found.items() if not is_found] == []


def test_a_result_begins_with_what_it_is_and_its_summary(page: Page) -> None:
    search(page, "Farmleigh handshake")
    first = page.locator(".md-search-result__item article").first
    kind, title, *rest = (line for line in first.inner_text().splitlines() if line)
    assert (kind, title) == ("Visit · 4 April 2007 · held", "Ian Paisley and Bertie Ahern at Farmleigh")
    assert rest


def test_without_results_the_search_offers_the_main_pages(page: Page) -> None:
    search(page, "qqzzqqzz")
    assert page.get_by_text("Nothing found. Check the spelling, or start here.").is_visible()
    offered = page.locator(".starts")
    assert offered.get_by_role("link").all_inner_texts() == [
        "Story",
        "Timeline",
        "People and meetings",
        "Projects and sanctions",
        "Claims and forecasts",
    ]
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Story"
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    search_is_open = page.locator("#__search").is_checked()
    assert not search_is_open


def test_the_search_closes_when_the_focus_leaves_it(page: Page) -> None:
    search(page, "qqzzqqzz")
    page.locator(".starts a").last.focus()
    assert page.locator("#__search").is_checked()
    page.keyboard.press("Tab")
    assert not page.locator("#__search").is_checked()


def test_the_search_reads_no_sources_numbers_or_facts(site: Path) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    texts = {entry["location"]: entry["text"] for entry in entries}
    assert [location for location in texts if location.endswith(("#page_sources", "#claims", "#documents"))] == []
    visit = texts["visits/paisley-ahern-farmleigh/"]
    assert visit.startswith("<p>")
    assert re.findall(r"<sup>|Level", visit) == []
    visits = "".join(text for location, text in texts.items() if location.startswith("visits/"))
    assert re.findall(r"<sup>|As of|Previous|1 source|\d sources|<ul>", visits) == []
    assert "Glossary" in {entry["title"] for entry in entries}
    assert any("Taoiseach" in text for location, text in texts.items() if location == "glossary/")
