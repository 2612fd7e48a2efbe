"""The drawing of meetings and stages in a real Chromium: read from right to left, and by touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

# The marks of the first lane from left to right, whether any text is mirrored, and whether texts stay in the drawing.
DRAWN = """() => {
  const drawing = [...document.querySelectorAll(".lanes svg")].find((each) => each.checkVisibility());
  const frame = drawing.getBoundingClientRect();
  const texts = [...drawing.querySelectorAll("text")];
  const inside = ({ left, right }) => left >= frame.left - 1 && right <= frame.right + 1;
  const least = 23.5 * frame.width / drawing.viewBox.baseVal.width;
  const marks = [...drawing.querySelector("g:has(a)").querySelectorAll("a")];
  return {
    marks: marks.map((mark) => Math.round(mark.getBoundingClientRect().left - frame.left)),
    mirrored: texts.filter((text) => text.getScreenCTM().a < 0).length,
    outside: texts.filter((text) => !inside(text.getBoundingClientRect())).length,
    small: marks.filter((mark) => mark.getBoundingClientRect().width < least).length,
  };
}"""


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": int(request.param), "height": 800})
    yield context.new_page()
    context.close()


def test_from_right_to_left_the_drawing_is_mirrored_and_its_words_are_not(page: Page, address: str) -> None:
    page.goto(address)
    usual = page.evaluate(DRAWN)
    page.evaluate("document.documentElement.dir = 'rtl'")
    mirrored = page.evaluate(DRAWN)
    assert len(usual["marks"]) >= 2
    assert usual["marks"] == sorted(usual["marks"])
    assert mirrored["marks"] == sorted(mirrored["marks"], reverse=True)
    for found in (usual, mirrored):
        assert (found["mirrored"], found["outside"], found["small"]) == (0, 0, 0)


def test_a_mark_leads_to_its_visit(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Belfast, 10 September 1998, held").first.click()
    page.wait_for_url("**/visits/trimble-adams-1998/")
