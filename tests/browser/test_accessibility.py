"""What the Web Content Accessibility Guidelines ask, in a real Chromium over every kind of page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from conftest import fullest, kinds_of_pages
from playwright.sync_api import Browser, Page

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

VIOLATIONS = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}"""

# Where the keyboard is: what is hidden behind its label counts as the label, and each box of a broken line as seen.
# What slides or fades has a second to do so.
STOP = """async () => {
  const stop = document.activeElement;
  if (stop === document.body) return null;
  const met = () => {
    const shown = stop.matches(".md-option") ? stop.parentElement.querySelector("label:not([hidden])") : stop;
    const style = getComputedStyle(shown);
    const seen = [...shown.getClientRects()].some(({ x, y, width, height }) => {
      const left = Math.max(x, 0), right = Math.min(x + width, innerWidth);
      const top = Math.max(y, 0), bottom = Math.min(y + height, innerHeight);
      if (right - left < 1 || bottom - top < 1) return false;
      return shown.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    });
    return seen && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  for (const start = performance.now(); !met() && performance.now() - start < 1000;)
    await new Promise(requestAnimationFrame);
  return { name: stop.outerHTML.slice(0, 160), met: met() };
}"""


@pytest.fixture(scope="module")
def kinds(site: Path) -> list[str]:
    return kinds_of_pages(site)


@pytest.fixture(params=["1280-light", "1280-dark", "360-light", "360-dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = str(request.param).split("-")
    yield from opened(browser, int(width), 800, dark=scheme == "dark")


@pytest.fixture(params=[1280, 360])
def keyed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    yield from opened(browser, int(request.param), 740)


def opened(browser: Browser, width: int, height: int, *, dark: bool = False) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(VIOLATIONS)
    return found


def test_axe_finds_nothing_on_any_kind_of_page(page: Page, address: str, kinds: list[str]) -> None:
    assert {"", "visits/", "handbook/", "handbook/fields/", "state/"} < set(kinds)
    assert {"visits", "moments", "claims"} <= {path.partition("/")[0] for path in kinds if path.count("/") == 2}
    found: dict[str, list[str]] = {}
    for path in kinds:
        page.goto(address + path)
        found[path] = violations(page)
    assert {path: violated for path, violated in found.items() if violated} == {}


def test_axe_finds_nothing_where_the_search_is_open(page: Page, address: str) -> None:
    page.goto(address)
    if page.locator(".md-search__form").is_visible():
        page.locator(".md-search__input").click()
    else:
        page.locator(".md-header label[for=__search]").first.click()
    page.get_by_text("Type to start searching").wait_for()
    assert violations(page) == []
    page.keyboard.type("visit")
    page.locator(".md-search-result__item a").first.wait_for()
    assert violations(page) == []


def test_axe_finds_nothing_where_the_menu_is_open(page: Page, address: str) -> None:
    page.goto(address + "visits/")
    opener = page.locator(".md-header label[for=__drawer]")
    if opener.is_visible():
        opener.click()
    page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Glossary").click(trial=True)
    assert violations(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "visits/",
        "projects/*/",
        "parties/*/",
        "glossary/",
        "state/",
        "handbook/",
        "nothing-is-here/",
    ],
)
def test_every_stop_of_the_keyboard_is_seen_and_marked(keyed: Page, address: str, site: Path, path: str) -> None:
    """All round the page with Tab: never on what is off the screen, under something or without an outline."""
    keyed.goto(address + fullest(site, path))
    stops: list[str] = []
    missed: list[str] = []
    while True:
        keyed.keyboard.press("Tab")
        stop = keyed.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop["name"])
        if not stop["met"]:
            missed.append(stop["name"])
    assert missed == []
    assert "md-skip" in stops[0]
    assert len(stops) > 20


def test_the_skip_link_leads_past_the_menu(keyed: Page, address: str) -> None:
    keyed.goto(address + "glossary/")
    keyed.keyboard.press("Tab")
    keyed.keyboard.press("Enter")
    keyed.keyboard.press("Tab")
    assert keyed.evaluate("document.activeElement.closest('.md-content') !== null")


def test_nothing_is_wider_than_a_small_screen_or_a_page_at_four_times_its_size(
    browser: Browser, address: str, kinds: list[str]
) -> None:
    """1280 pixels at 400 % are 320; only labelled regions that the keyboard reaches scroll sideways."""
    for page in opened(browser, 320, 256):
        for path in kinds:
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
            scrolling = page.evaluate(
                """() => [...document.querySelectorAll(".md-content *")].filter(element =>
                  element.scrollWidth > element.clientWidth + 1
                  && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
                  && !(element.tabIndex === 0 && element.getAttribute("aria-label"))
                ).map(element => element.outerHTML.slice(0, 120))"""
            )
            assert scrolling == [], path


def test_text_spaced_out_as_readers_may_set_it_is_cut_nowhere(browser: Browser, address: str) -> None:
    """Success criterion 1.4.12: the spacing that has to be borne."""
    for page in opened(browser, 360, 740):
        page.goto(address + "visits/")
        page.add_style_tag(
            content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
            " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        cut = page.evaluate(
            """() => [...document.querySelectorAll(".md-content *")].filter(element =>
              element.scrollHeight > element.clientHeight + 4 && getComputedStyle(element).overflowY === "hidden"
              && element.clientHeight > 1).map(element => element.outerHTML.slice(0, 120))"""
        )
        assert cut == []
