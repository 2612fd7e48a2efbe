"""The sources of a statement, which open where it stands, with and without script; and the same list in print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import fullest
from playwright.sync_api import Browser, Locator, Page

STANDINGS = (
    "Official",
    "State media",
    "Public broadcaster",
    "News agency",
    "News outlet",
    "Analyst",
    "Reference",
    "Aggregator",
)

OPEN = ".source-lists > :popover-open"

NAME = re.compile(r" for: \S.+$")


@pytest.fixture(params=["1280", "360", "320"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """At 400 % zoom, 1280 by 1024 pixels become 320 by 256."""
    width = int(request.param)
    context = browser.new_context(viewport={"width": width, "height": 256 if width == 320 else 800})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(site: Path) -> str:
    return fullest(site, "visits/*/")


def opened(page: Page, control: Locator) -> Locator:
    control.click()
    found = page.locator(OPEN)
    found.wait_for()
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_a_tap_opens_the_sources_and_escape_closes_them(
    browser: Browser, address: str, visit: str, scripts: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(address + visit)
    page.locator(".srcs").first.tap()
    sources = page.locator(OPEN)
    sources.wait_for()
    count = sources.locator("li").count()
    said = sources.locator("p").inner_text()
    assert said.startswith(f"{count} source")
    for line in sources.locator("li").all():
        assert line.locator(".standing").inner_text() in STANDINGS
    page.keyboard.press("Escape")
    sources.wait_for(state="detached")
    page.locator(".srcs").first.tap()
    sources.get_by_role("button", name="Close").tap()
    sources.wait_for(state="detached")
    context.close()


def test_the_keyboard_opens_the_sources_reads_them_and_comes_back(page: Page, address: str, visit: str) -> None:
    page.goto(address + visit)
    control = page.locator(".srcs").first
    control.focus()
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches(':popover-open li a')")
    page.keyboard.press("Escape")
    assert page.locator(OPEN).count() == 0
    assert control.evaluate("control => control === document.activeElement")


def test_the_open_sources_are_whole_on_the_screen(page: Page, address: str, visit: str) -> None:
    """Right to left too, and without script they would be in the same place. They may scroll, but not sideways."""
    for direction in ("ltr", "rtl"):
        page.goto(address + visit)
        page.evaluate("direction => { document.body.dir = direction }", direction)
        for control in (page.locator(".srcs").first, page.locator(".srcs").last):
            box = opened(page, control).bounding_box()
            width, height = page.evaluate("[innerWidth, innerHeight]")
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height + 1
            assert page.locator(OPEN).evaluate("list => list.scrollWidth <= list.clientWidth")
            if width < 720:  # a sheet at the bottom
                assert box["y"] + box["height"] > height - 1
            page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_control_is_large_enough_and_says_what_it_is_about(page: Page, address: str, visit: str) -> None:
    for path in ("", visit, "glossary/"):
        page.goto(address + path)
        controls = page.locator(".srcs:visible").all()
        assert len(controls) > 5
        for control in controls:
            box = control.bounding_box()
            assert box
            assert box["height"] >= 24
            assert NAME.sub("", str(control.get_attribute("aria-label"))) == control.inner_text()


def test_statements_with_the_same_sources_open_one_list(page: Page, address: str, visit: str) -> None:
    page.goto(address + visit)
    targets = page.locator(".srcs").evaluate_all("all => all.map(control => control.getAttribute('popovertarget'))")
    shared = next(target for target in targets if targets.count(target) > 1)
    for control in page.locator(f".srcs[popovertarget={shared}]").all():
        assert opened(page, control).get_attribute("id") == shared
        page.keyboard.press("Escape")
    lists = page.locator(".source-lists > div").evaluate_all("all => all.map(list => list.id)")
    assert lists == list(dict.fromkeys(targets))


def test_a_printed_page_has_numbers_in_place_of_controls_and_the_list_they_belong_to(
    page: Page, address: str, visit: str
) -> None:
    page.goto(address + visit)
    page.emulate_media(media="print")
    numbers = [int(mark.inner_text().strip("[] ")) for mark in page.locator(".cites > span").all()]
    assert page.locator(".srcs:visible").count() == 0
    assert page.locator(".source-lists button:visible").count() == 0
    lists = page.locator(".source-lists > div").all()
    assert sorted(set(numbers)) == list(range(1, len(lists) + 1))
    for number, found in enumerate(lists, 1):
        assert found.is_visible()
        assert found.get_attribute("id") == f"cite_{number}"
    assert page.locator(".cite p:visible").count() == 1
    assert page.locator(".cite pre:visible").count() == 0


def test_the_list_at_the_end_is_folded_until_it_is_opened_or_led_to(page: Page, address: str, visit: str) -> None:
    page.goto(address + visit)
    summary = page.locator("#page_sources summary")
    last = page.locator(".source-lists > div").last
    named = {str(link.get_attribute("href")) for link in page.locator(".source-lists .standing").all()}
    assert summary.inner_text() == f"Sources on this page: {len(named)}"
    assert last.is_hidden()
    summary.click()
    assert last.is_visible()
    page.goto("about:blank")
    page.goto(f"{address}{visit}#cite_2")
    assert page.locator("#cite_2").is_visible()


def test_the_search_index_has_no_sources(site: Path, visit: str) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    pages = {entry["location"]: entry["text"] for entry in entries if not entry["location"].startswith("handbook/")}
    assert f"{visit}#history" in pages
    mark = re.compile(r"\b1 source only\b|\[\d+\]|Sources on this page")
    by_hand = ("method/", "about/", "state/")
    found = {page: mark.findall(text) for page, text in pages.items() if not page.startswith(by_hand)}
    assert {page: marks for page, marks in found.items() if marks} == {}
