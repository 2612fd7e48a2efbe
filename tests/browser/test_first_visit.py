"""What a first visit costs, and what is there without script."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from conftest import fullest
from playwright.sync_api import Browser, Page, Response, Route


def weight(page: Page, address: str, had: set[str]) -> int:
    """The bytes of all that a page asks for and is not among what the reader had, gzipped as a host sends them."""
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    page.on("response", note)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", note)
    asked = {response.url: response for response in responses if response.url not in had}
    had.update(asked)
    return sum(len(gzip.compress(response.body(), 6)) for response in asked.values())


def test_a_first_visit_is_light_and_a_record_after_it_lighter(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    had: set[str] = set()
    assert weight(page, address, had) < 74_000
    assert weight(page, address + fullest(site, "visits/*/"), had) < 13_000
    context.close()


def test_every_record_is_light(site: Path) -> None:
    pages = [path for kind in ("visits", "projects", "parties") for path in site.glob(f"{kind}/*/index.html")]
    heavy = {str(path.relative_to(site)): len(gzip.compress(path.read_bytes(), 6)) for path in pages}
    assert {path: size for path, size in heavy.items() if size > 15_000} == {}


def test_the_search_is_fetched_when_a_hand_first_stirs(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert [url for url in asked if url.endswith((".js", ".json"))] == []
    with page.expect_response("**/search/search_index.json"):
        page.mouse.move(200, 300)
    context.close()


def test_what_is_opened_while_the_script_wakes_stays_open(browser: Browser, address: str) -> None:
    """Material closes menu and search as it starts, 125 milliseconds after."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    for name in ("drawer", "search"):
        page = context.new_page()
        page.goto(address)
        with page.expect_response("**/search/search_index.json"):
            page.locator(f".md-header label[for=__{name}]").first.tap()
        page.wait_for_function(f"performance.now() - (window.since ??= performance.now()) > 300 && __{name}.checked")
        page.close()
    context.close()


def test_what_is_pressed_while_the_script_wakes_is_clicked(browser: Browser, address: str) -> None:
    """Material moves each table as it starts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/bundle.*.js", hold)
    page.goto(address)
    link = page.get_by_role("region", name="Who met whom").get_by_role("cell").get_by_role("link").first
    link.hover()
    page.mouse.down()
    page.wait_for_timeout(100)
    (script,) = held
    script.continue_()
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_url("**/meetings/#*")
    context.close()


def test_without_script_every_word_and_link_is_there(browser: Browser, site: Path, address: str) -> None:
    """What the page holds is shown, with no need of script; only what is folded waits to be unfolded."""
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
