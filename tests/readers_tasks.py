"""What readers come for, done on a phone in a real browser.

Each task takes at most two taps from the home page, and the answer then stands within two screens.

These are tasks of this repository's explainer, so they are part of `make audit` and not of the tests of the tool.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import FLAGS, chromium, served
from playwright.sync_api import Page, TimeoutError, ViewportSize, sync_playwright

PHONE = ViewportSize(width=360, height=780)
TAPS, SCREENS = 2, 2


@dataclass(frozen=True, slots=True)
class Task:
    """What a reader wants to know, what to tap on the home page and then, and what says the answer."""

    wanted: str
    taps: tuple[str, ...]
    """A selector of Playwright each."""

    answer: str
    """A selector of what stands on the page then."""


TASKS = (
    Task("why the trip of 2015 failed", ("summary:has-text('trip of 2015')",), "text=Dmitry Peskov"),
    Task(
        "how often Kim had met Xi by 24 April 2019, with the evidence",
        ("text=As a table", "main a[href='#kim-jong-un--xi-jinping'] >> visible=true >> nth=-1"),
        "p:has-text('24 April 2019'):has-text('4 meetings')",
    ),
    Task(
        "what blocks the railway, and under which paragraph",
        ("summary:has-text('hold back the railway')",),
        "text=/paragraph 18/i",
    ),
    Task(
        "what became of the invitation of September 2018",
        ("svg a[href*='kim-eastern-economic-forum'] >> visible=true",),
        "text=Did not take place",
    ),
    Task(
        "who Matviyenko is",
        ("label[for=__search] >> visible=true", "search:Matviyenko"),
        "text=/Chair.*Federation Council/",
    ),
    Task(
        "which forecasts came true",
        (".ways-on a[href='claims/']", "a[href$='#outcome_came-true'] >> visible=true >> nth=-1"),
        "h2:has-text('ame true')",
    ),
    Task("all visits as data", (".ways-on a[href='visits/']",), "a[href$='visits.csv']"),
    Task("follow the explainer", ("text=Data and feeds",), "a[href$='feed.xml']"),
    Task("cite the page", ("text=Cite this page >> nth=0",), "text=BibTeX"),
)


def main() -> int:
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("site")
    browser = chromium()
    if browser is None:
        print("The tasks need Chromium.", file=sys.stderr)
        return 3
    return check_tasks(site, browser)


def check_tasks(site: Path, browser: str) -> int:
    """Do every task and print how far down its answer stands. Return 1 if one can't be done, else 0."""
    failed = 0
    with served(site) as address, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        for task in TASKS:
            page = chrome.new_page(viewport=PHONE, has_touch=True)
            page.goto(address)
            try:
                screens = screens_to_answer(page, task)
            except TimeoutError as error:
                print(f"{task.wanted}: {str(error).splitlines()[0]}")
                failed = 1
            else:
                print(f"{task.wanted}: {len(task.taps)} taps, the answer {screens:.1f} screens down")
                failed |= screens > SCREENS or len(task.taps) > TAPS
            page.close()
        chrome.close()
    return failed


def screens_to_answer(page: Page, task: Task) -> float:
    """Tap as a reader would, and return where the answer then stands, in screens from the top of what is seen."""
    page.set_default_timeout(15_000)
    for tap in task.taps:
        if tap.startswith("search:"):
            page.locator("form[name=search] input").first.press_sequentially(tap.removeprefix("search:"))
            page.locator(".md-search-result__link >> visible=true").first.click()
        else:
            page.locator(tap).first.click()
    answer = page.locator(f"main >> {task.answer} >> visible=true").first
    answer.wait_for()
    return float(answer.evaluate("element => element.getBoundingClientRect().top / innerHeight"))


if __name__ == "__main__":
    sys.exit(main())
