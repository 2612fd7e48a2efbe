"""The size of a first visit, scripts that load late, and pages without JavaScript."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

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


def test_no_script_is_loaded_before_the_mouse_moves(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert [url for url in requested if url.endswith((".js", ".json"))] == []
    with page.expect_response("**/search/search_index.json"):
        page.mouse.move(200, 300)
    context.close()


def test_a_menu_or_search_opened_while_scripts_load_stays_open(browser: Browser, address: str) -> None:
    """Material closes the menu and the search 125 milliseconds after it starts."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    for name in ("drawer", "search"):
        page = context.new_page()
        page.goto(address)
        with page.expect_response("**/search/search_index.json"):
            page.locator(f".md-header label[for=__{name}]").first.tap()
        page.wait_for_function(f"performance.now() - (window.since ??= performance.now()) > 300 && __{name}.checked")
        page.close()
    context.close()


def test_a_click_while_scripts_load_is_not_lost(browser: Browser, address: str) -> None:
    """Material moves each table in the page when it starts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/bundle.*.js", hold)
    page.goto(address)
    link = page.get_by_role("region", name="Who met whom").get_by_role("cell").get_by_role("link").first
    link.hover()
    page.mouse.down()
    page.wait_for_timeout(100)
    (script,) = waiting
    script.continue_()
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_url("**/meetings/#*")
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
