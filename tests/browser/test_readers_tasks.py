"""What readers come for, on a phone: at most two taps from the home page, and the answer within two screens.

`make audit` does the same with the questions of this repository's explainer, which its editors change.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from conftest import served
from golden import SITES, furnish
from playwright.sync_api import Browser
from readers_tasks import PHONE, SCREENS, TAPS, Task, screens_to_answer

from builder.site.build import build

TASKS = (
    Task("when two leaders first met", ("summary:has-text('Paisley and Adams first meet')",), "text=26 March 2007"),
    Task(
        "how often two leaders had met by a day, with the evidence",
        ("text=As a table", "main a[href='#gerry-adams--tony-blair'] >> visible=true >> nth=-1"),
        "h2:has-text('Gerry Adams and Tony Blair: 2 meetings')",
    ),
    Task("where a stage stands", ("main a[href='stages/shared-government/'] >> visible=true",), "text=holding"),
    Task("what became of an invitation", ("main a:has-text('George W. Bush to Belfast')",), "text=invited"),
    Task("who a person is", ("label[for=__search] >> visible=true", "search:Paisley"), "text=/DUP|unionist/i"),
    Task(
        "which forecasts came true",
        (".ways-on a[href='claims/']", "a[href$='#outcome_came-true'] >> visible=true >> nth=-1"),
        "h2:has-text('ame true')",
    ),
    Task("all visits as data", (".ways-on a[href='visits/']",), "a[href$='visits.csv']"),
    Task("how to follow the explainer", ("text=Data and feeds",), "a[href$='feed.xml']"),
    Task("how to cite the page", ("text=Cite this page >> nth=0",), "text=BibTeX"),
)


@pytest.fixture(scope="module")
def peace_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mini-explainer with a home page that tells its story."""
    project = furnish(tmp_path_factory.mktemp("tasks"))
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    build(project)
    with served(project.site) as found:
        yield found


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.wanted)
def test_an_answer_is_two_taps_and_two_screens_away(browser: Browser, peace_process: str, task: Task) -> None:
    assert len(task.taps) <= TAPS
    page = browser.new_page(viewport=PHONE, has_touch=True)
    page.goto(peace_process)
    assert screens_to_answer(page, task) <= SCREENS
    page.close()
