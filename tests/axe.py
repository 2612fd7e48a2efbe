"""What axe finds wrong with a page, by the Web Content Accessibility Guidelines (WCAG)."""

from __future__ import annotations

from importlib import resources
from typing import Final

from playwright.sync_api import Page

AXE: Final = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

VIOLATIONS: Final = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}"""


def violations(page: Page) -> list[str]:
    """The rules that an open page breaks, each with the element that breaks it."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(VIOLATIONS)
    return found
