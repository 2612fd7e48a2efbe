"""One site in English, Russian and Persian in a real Chromium: the switch, the search, links that leave a language."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe import violations
from conftest import served
from golden import SITES, furnish
from playwright.sync_api import Browser, Page
from test_search import search

from builder.site.build import build

VISIT = "visits/kim-putin-vladivostok/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = furnish(tmp_path_factory.mktemp("languages"))
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    build(project)
    with served(project.site) as found:
        yield found


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": int(request.param), "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_the_switch_leads_to_the_same_page_in_the_other_language_and_back(page: Page, site: str) -> None:
    page.goto(f"{site}{VISIT}")
    page.locator("nav.languages").get_by_role("link", name="Русский").click()
    assert page.url == f"{site}ru/{VISIT}"
    assert page.locator("h1").inner_text() == "Ким и Путин во Владивостоке, 2019"
    page.locator("nav.languages").get_by_role("link", name="English").click()
    assert page.url == f"{site}{VISIT}"


# The feeds and the calendar that a page leads programs to, and the feed in its foot.
LED_TO = """() => [...document.querySelectorAll(
  "link[rel~=alternate]:not([hreflang]), .footer-links a[href*=feed]")].map(link => link.href)"""


def test_a_page_leads_to_the_feeds_in_its_language(page: Page, site: str) -> None:
    for path, folder, more in ((VISIT, "data/", []), (f"ru/{VISIT}", "data/ru/", ["visits.ics"])):
        page.goto(f"{site}{path}")
        own = f"{VISIT.strip('/')}.atom"
        expected = [f"{site}{folder}{name}" for name in ("feed.xml", "feed.json", *more, own, "feed.xml")]
        assert page.evaluate(LED_TO) == expected
        for address in expected:
            assert page.request.get(address).ok


def test_the_search_finds_the_page_in_each_language(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("textbox", name="Search").click()
    for words, found in (("электропередачи", f"ru/{VISIT}"), ("Federal", VISIT)):
        search(page, words)
        result = page.locator(".md-search-result__link").first
        assert str(result.evaluate("link => link.href")).partition("?")[0].partition("#")[0] == f"{site}{found}"
    context.close()


def test_a_link_out_of_the_language_shows_the_code_of_the_other_one(page: Page, site: str) -> None:
    page.goto(f"{site}ru/{VISIT}")
    shown = "link => getComputedStyle(link, '::after').content"
    out = page.locator(".facts a").first
    assert (out.inner_text(), out.evaluate(shown)) == ("Ким Чен Ын", '"\u00a0(en)"')
    crumb = page.locator(".crumbs a").first
    assert (crumb.inner_text(), crumb.evaluate(shown)) == ("Главная", "none")


@pytest.mark.parametrize("path", ["ru/", f"ru/{VISIT}", "fa/", VISIT, "404.html"])
def test_axe_finds_nothing_and_nothing_is_cut_off(path: str, page: Page, site: str) -> None:
    page.goto(f"{site}{path}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
