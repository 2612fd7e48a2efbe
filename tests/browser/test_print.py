"""Pages on paper: how many, what is on them, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import BASE, fullest
from playwright.sync_api import Browser, Page


@pytest.fixture(params=["1280", "360"])
def printed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": int(request.param), "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


@pytest.mark.parametrize(("path", "at_most"), [("", 6), ("visits/*/", 4)], ids=["home", "visit"])
def test_a_page_takes_little_paper(
    browser: Browser, address: str, site: Path, tmp_path: Path, path: str, at_most: int
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + fullest(site, path))
    pdf = page.pdf(format="A4", path=tmp_path / "page.pdf", prefer_css_page_size=True)
    context.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= at_most


def test_navigation_buttons_and_forms_for_programs_are_not_printed(printed: Page, address: str, site: Path) -> None:
    printed.goto(address + fullest(site, "visits/*/"))
    for name in ("header", "footer", "nav", "button", ".md-sidebar", ".md-content__button", ".md-skip", ".cite pre"):
        assert printed.locator(f"{name}:visible").count() == 0, name


def test_a_printed_page_says_where_it_is_and_how_to_cite_it(printed: Page, address: str, site: Path) -> None:
    visit = fullest(site, "visits/*/")
    printed.goto(address + visit)
    assert printed.locator(".printed").inner_text() == f"http://127.0.0.1:8000{BASE}{visit}"
    assert printed.locator(".cite").inner_text().strip() == printed.locator("#page_cite").inner_text()


def test_what_is_folded_on_the_screen_is_read_on_paper(printed: Page, address: str) -> None:
    printed.goto(address)
    answers = printed.locator("details.asked > p")
    assert answers.count() > 2
    assert all(answer.is_visible() for answer in answers.all())


def test_printed_sources_stand_in_two_columns_without_their_addresses(printed: Page, address: str, site: Path) -> None:
    printed.goto(address + fullest(site, "visits/*/"))
    sources = printed.locator(".source-lists")
    assert sources.evaluate("list => getComputedStyle(list).columnCount") == "2"
    source = sources.locator("a[href^=http]").first
    assert source.is_visible()
    assert source.evaluate("link => getComputedStyle(link, '::after').content") == "none"
