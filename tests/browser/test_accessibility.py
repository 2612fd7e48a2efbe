"""The Web Content Accessibility Guidelines (WCAG), checked in a real Chromium on every kind of page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import violations
from conftest import fullest, kinds_of_pages
from playwright.sync_api import Browser, Page

# The focused element, and whether it is visible and outlined. A hidden input counts as its label; of a link that wraps,
# one line is enough. Animations get a second to finish.
FOCUS = """async () => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  const visible = () => {
    const shown = focused.matches(".md-option") ? focused.parentElement.querySelector("label:not([hidden])") : focused;
    const style = getComputedStyle(shown);
    const onTop = [...shown.getClientRects()].some(({ x, y, width, height }) => {
      const left = Math.max(x, 0), right = Math.min(x + width, innerWidth);
      const top = Math.max(y, 0), bottom = Math.min(y + height, innerHeight);
      if (right - left < 1 || bottom - top < 1) return false;
      return shown.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    });
    return onTop && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  for (const start = performance.now(); !visible() && performance.now() - start < 1000;)
    await new Promise(requestAnimationFrame);
  return { html: focused.outerHTML.slice(0, 160), visible: visible() };
}"""


@pytest.fixture(scope="module")
def kinds(site: Path) -> list[str]:
    return kinds_of_pages(site)


@pytest.fixture(params=["1280-light", "1280-dark", "360-light", "360-dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = str(request.param).split("-")
    yield from new_page(browser, int(width), 800, dark=scheme == "dark")


@pytest.fixture(params=[1280, 360])
def keyboard_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    yield from new_page(browser, int(request.param), 740)


def new_page(browser: Browser, width: int, height: int, *, dark: bool = False) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_on_any_kind_of_page(page: Page, address: str, kinds: list[str]) -> None:
    assert {"", "visits/", "handbook/", "handbook/fields/", "state/"} < set(kinds)
    assert {"visits", "moments", "claims"} <= {path.partition("/")[0] for path in kinds if path.count("/") == 2}
    found: dict[str, list[str]] = {}
    for path in kinds:
        page.goto(address + path)
        found[path] = violations(page)
    assert {path: violated for path, violated in found.items() if violated} == {}


def test_axe_finds_nothing_with_the_search_open(page: Page, address: str) -> None:
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
    page.keyboard.type("qqzz")
    page.get_by_text("Nothing found. Check the spelling, or start here.").wait_for()
    assert violations(page) == []


def test_axe_finds_nothing_with_the_contents_open(page: Page, address: str) -> None:
    page.goto(address + "method/")
    contents = page.locator(".contents")
    if not page.locator(".md-sidebar--secondary").is_visible():
        assert contents.locator("details").get_attribute("open") is None  # more than six headings
        contents.locator("summary").click()
        contents.get_by_role("link").last.click(trial=True)
    assert contents.is_visible() != page.locator(".md-sidebar--secondary").is_visible()
    assert violations(page) == []


def test_a_short_list_of_contents_is_open_on_a_phone(keyboard_page: Page, address: str) -> None:
    """The links are those of the main headings, which stand after them."""
    keyboard_page.goto(address + "visits/paisley-adams-2007/")
    contents = keyboard_page.locator(".contents")
    if contents.is_visible():
        assert contents.locator("summary").inner_text() == "Table of contents"
        headings = keyboard_page.locator("article h2").all_inner_texts()
        assert len(headings) >= 3
        assert contents.get_by_role("link").all_inner_texts() == headings
        contents.get_by_role("link").last.click(trial=True)
    else:
        assert keyboard_page.locator(".md-sidebar--secondary").is_visible()


def test_each_landmark_for_navigation_has_a_name_of_its_own(page: Page, address: str, site: Path) -> None:
    page.goto(address + fullest(site, "visits/*/"))
    names = page.evaluate(
        """() => [...document.querySelectorAll("nav")].filter(nav => nav.checkVisibility())
        .map(nav => nav.getAttribute("aria-label"))"""
    )
    assert None not in names
    assert sorted(set(names)) == sorted(names)


def test_axe_finds_nothing_with_the_menu_open(page: Page, address: str) -> None:
    page.goto(address + "visits/")
    opener = page.locator(".md-header label[for=__drawer]")
    if opener.is_visible():
        opener.click()
    page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Who met whom").click(trial=True)
    assert violations(page) == []


def test_axe_finds_nothing_with_sources_open_or_unfolded(page: Page, address: str, kinds: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for path in kinds:
        page.goto(address + path)
        controls = page.locator(".srcs").filter(visible=True)  # not those in a folded part
        if controls.count():
            controls.first.click()
            page.locator(":popover-open").wait_for()
            found[path] = violations(page)
            page.keyboard.press("Escape")
            page.locator("#page_sources summary").click()
            found[path] += violations(page)
    assert len(found) > 8
    assert {path: violated for path, violated in found.items() if violated} == {}


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
def test_everything_that_tab_reaches_is_visible_and_outlined(
    keyboard_page: Page, address: str, site: Path, path: str
) -> None:
    """Tab through the whole page: nothing focused is off the screen, covered or without an outline."""
    keyboard_page.goto(address + fullest(site, path))
    reached: list[str] = []
    invisible: list[str] = []
    while True:
        keyboard_page.keyboard.press("Tab")
        focus = keyboard_page.evaluate(FOCUS)
        if focus is None:
            break
        reached.append(focus["html"])
        if not focus["visible"]:
            invisible.append(focus["html"])
    assert invisible == []
    assert "md-skip" in reached[0]
    assert len(reached) > 20


def test_the_skip_link_leads_past_the_menu(keyboard_page: Page, address: str) -> None:
    keyboard_page.goto(address + "glossary/")
    keyboard_page.keyboard.press("Tab")
    keyboard_page.keyboard.press("Enter")
    keyboard_page.keyboard.press("Tab")
    assert keyboard_page.evaluate("document.activeElement.closest('.md-content') !== null")


def test_no_page_scrolls_sideways_at_400_percent_zoom(browser: Browser, address: str, kinds: list[str]) -> None:
    """At 400 % zoom, 1280 pixels become 320. Only labelled regions that Tab reaches may scroll sideways."""
    for page in new_page(browser, 320, 256):
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


def test_wider_text_spacing_cuts_off_no_text(browser: Browser, address: str) -> None:
    """WCAG success criterion 1.4.12, Text Spacing."""
    for page in new_page(browser, 360, 740):
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
