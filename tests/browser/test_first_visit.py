"""The size of a first visit, scripts that load late, and pages without JavaScript."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from conftest import fullest
from playwright.sync_api import Browser, Page, Response, Route


def download_size(page: Page, address: str, cached: set[str]) -> int:
    """The bytes that opening a page downloads, gzipped as hosts send them. Its addresses are added to `cached`."""
    responses: list[Response] = []

    def collect(response: Response) -> None:
        responses.append(response)

    page.on("response", collect)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", collect)
    new = {response.url: response for response in responses if response.url not in cached}
    cached.update(new)
    return sum(len(gzip.compress(response.body(), 6)) for response in new.values())


def test_a_first_visit_downloads_little_and_the_next_page_less(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    cached: set[str] = set()
    assert download_size(page, address, cached) < 74_000
    assert download_size(page, address + fullest(site, "visits/*/"), cached) < 13_000
    context.close()


def test_every_page_of_a_record_is_small(site: Path) -> None:
    pages = [path for kind in ("visits", "projects", "parties") for path in site.glob(f"{kind}/*/index.html")]
    sizes = {str(path.relative_to(site)): len(gzip.compress(path.read_bytes(), 6)) for path in pages}
    assert {path: size for path, size in sizes.items() if size > 15_000} == {}


def test_nothing_is_loaded_until_the_search_is_used(browser: Browser, address: str) -> None:
    """Moving, scrolling, clicking, typing, the menu and the colours load nothing."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address, wait_until="networkidle")
    requested.clear()
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 2000)
    page.keyboard.press("ArrowUp")
    page.locator("body").press("x")
    page.locator(".md-header label[for=__drawer]").click()
    page.keyboard.press("Escape")
    page.locator(".md-header__option label:not([hidden])").click()
    page.wait_for_load_state("networkidle")
    assert requested == []
    with page.expect_response("**/search/search_index.json"):
        page.locator(".md-header label[for=__search]").first.click()
    context.close()


@pytest.mark.parametrize("key", ["/", "f", "s"])
def test_a_key_opens_the_search(browser: Browser, address: str, key: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.keyboard.press(f"Control+{key}")
    assert not page.locator("#__search").is_checked()
    with page.expect_response("**/search/search_index.json"):
        page.keyboard.press(key)
    page.get_by_text("Type to start searching").wait_for()
    box = page.get_by_role("textbox", name="Search")
    assert box.input_value() == ""
    page.keyboard.type("fs")
    assert box.input_value() == "fs"
    context.close()


def test_a_search_opened_and_typed_while_scripts_load_stays(browser: Browser, address: str) -> None:
    """Material closes the menu and the search 125 milliseconds after it starts."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(address)
    with page.expect_response("**/search/search_index.json"):
        page.locator(".md-header label[for=__search]").first.tap()
        page.keyboard.type("meet")
    page.wait_for_function("performance.now() - (window.since ??= performance.now()) > 300 && __search.checked")
    page.locator(".md-search-result__item").first.wait_for()
    assert page.get_by_role("textbox", name="Search").input_value() == "meet"
    context.close()


def test_the_colours_chosen_stay_on_the_next_page(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(address)
    scheme = "document.body.dataset.mdColorScheme"
    assert page.evaluate(scheme) == "default"
    page.get_by_title("Switch to dark").click()
    assert page.evaluate(scheme) == "slate"
    page.goto(address + "visits/")
    assert page.evaluate(scheme) == "slate"
    with page.expect_response("**/search/search_index.json"):
        page.keyboard.press("/")
    page.get_by_text("Type to start searching").wait_for()
    assert page.evaluate(scheme) == "slate"  # for Material's script too
    page.keyboard.press("Escape")
    page.goto(address)
    page.locator("#__palette_0").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(scheme) == "default"
    page.keyboard.press("Space")
    assert page.evaluate(scheme) == "slate"
    assert page.get_by_title("Switch to light").is_visible()
    context.close()


def test_scrolling_up_shows_a_button_to_the_top(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 600}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    button = page.get_by_role("button", name="Back to top")
    page.evaluate("scrollTo(0, 3000)")
    page.wait_for_function("scrollY === 3000")
    assert not button.is_visible()
    page.evaluate("scrollBy(0, -200)")
    button.wait_for()
    button.click()
    page.wait_for_function("scrollY === 0")
    button.wait_for(state="hidden")
    context.close()


def test_escape_and_leaving_the_page_close_the_menu(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address)
    page.locator(".md-header label[for=__drawer]").click()
    page.keyboard.press("Escape")
    assert not page.locator("#__drawer").is_checked()
    page.locator(".md-header label[for=__drawer]").click()
    page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Timeline").click()
    page.wait_for_url("**/timeline/")
    page.go_back()
    assert not page.locator("#__drawer").is_checked()
    context.close()


def test_a_click_while_scripts_load_is_not_lost(browser: Browser, address: str) -> None:
    """Material moves each table in the page when it starts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/bundle.*.js", hold)
    page.goto(address + "meetings/")
    link = page.get_by_role("region").get_by_role("cell").get_by_role("link").first
    link.scroll_into_view_if_needed()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    link.hover()
    page.mouse.down()
    page.wait_for_timeout(100)
    (script,) = waiting
    script.continue_()
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_url(str(link.evaluate("link => link.href")))
    context.close()


def test_everything_is_shown_without_javascript(browser: Browser, site: Path, address: str) -> None:
    """All links, headings and tables are there, and nothing scrolls sideways."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in ("", fullest(site, "visits/*/"), "timeline/", "meetings/", "constraints/"):
        page.goto(address + path)
        article = page.locator("article")
        source = (site / path / "index.html").read_text("utf-8")
        body = re.search(r"<article[^>]*>(.*)</article>", source, re.DOTALL)
        assert body is not None
        assert article.locator("a[href]").count() == len(re.findall(r"<a [^>]*href=", body[1]))
        for heading in article.locator("h1, h2, h3").all():
            assert heading.is_visible()
        for table in article.locator("table").all():
            assert table.is_visible()
        assert page.locator("body").evaluate("body => body.scrollWidth <= innerWidth")
    context.close()
