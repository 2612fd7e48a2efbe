"""The search of a big explainer in a real Chromium: what it downloads, and that its results are those of one index."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from in_parts import in_parts
from playwright.sync_api import Browser, Page, Response

ANSWER = re.compile(r"^(Nothing found.*|1 page|\d+ pages|The best \d+ of \d+ pages)$")


@contextmanager
def opened(browser: Browser, address: str, responses: list[Response] | None = None) -> Iterator[Page]:
    """The home page with the search ready. `responses` gets what the search loads."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    if responses is not None:
        context.on("response", lambda response: responses.append(response) if "/search/" in response.url else None)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("/")
    page.get_by_text("Type to start searching").wait_for(state="attached")
    yield page
    context.close()


def results(page: Page, words: str) -> list[str]:
    """Search for some words and return the first results, as HTML."""
    box = page.get_by_role("textbox", name="Search")
    box.fill("")
    page.keyboard.press("Shift")  # the search listens for keys
    page.get_by_text("Type to start searching").wait_for(state="attached")
    box.fill(words)
    page.keyboard.press("Shift")
    page.get_by_text(ANSWER).wait_for(state="attached")
    found = page.locator(".md-search-result__item").all()
    changing = re.compile(r'http://127\.0\.0\.1:\d+| data-md-score="[^"]*"')  # all scores of a query may have a factor
    return [changing.sub("", each.inner_html()) for each in found[:10]]


def invented(entries: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """As many entries, made from the words of others, of three sections a page."""
    chance = random.Random(7)
    words: list[str] = sorted({word for entry in entries for word in re.findall(r"[^\W\d_]{4,}", entry["text"])})

    def other(match: re.Match[str]) -> str:
        if chance.random() < 0.8:
            return match[0]
        first, last = chance.choice(words), chance.choice(words)
        return first if chance.random() < 0.9 else first[: chance.randint(2, 5)] + last[-chance.randint(2, 5) :]

    made = list(entries)
    for count in range(number - len(entries)):
        entry = dict(chance.choice(entries))
        for field in ("title", "text"):
            entry[field] = re.sub(r"[^\W\d_]{4,}(?![^<]*>)", other, entry[field])
        entry["location"] = f"invented/{count // 3}/" + (f"#{count}" if count % 3 else "")
        made.append(entry)
    return made


@pytest.fixture(scope="module")
def big(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with as many entries as an explainer of 10,000 records has."""
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    with in_parts(site, tmp_path_factory.mktemp("big"), invented(entries, 20_000)) as address:
        yield address


@pytest.mark.parametrize(
    "words", ["Farmleigh", "decommissioning weapons", "meeting", "cease", "Paisly", "a", "Ahern Blair 1998"]
)
def test_a_query_typed_letter_by_letter_downloads_less_than_300_kb(browser: Browser, big: str, words: str) -> None:
    responses: list[Response] = []
    with opened(browser, big, responses) as page:
        page.get_by_role("textbox", name="Search").press_sequentially(words, delay=80)
        assert results(page, words)  # what is loaded already is not loaded again
        packed = {response.url: len(gzip.compress(response.body())) for response in responses}
    assert len(packed) == len(responses), "no file is loaded twice"
    assert 10_000 < sum(packed.values()) < 300_000


def test_the_best_of_many_pages_are_listed_and_all_are_counted(browser: Browser, big: str) -> None:
    with opened(browser, big) as page:
        results(page, "agreement")
        said = page.get_by_text(ANSWER).inner_text()
        shown, all_found = (int(number) for number in re.findall(r"\d+", said))
        assert said == f"The best {shown} of {all_found} pages"
        assert 5 <= shown < all_found


QUERIES = (
    *("decommissioning", "Paisly", "Eireann", "canceled", "10th", "Blair Ahern", "Hansard", "Farmleigh handshake"),
    *('"weapons talks"', "talks -weapons", "title:agreement", "+ceasefire talks"),
)


def test_results_are_those_of_one_index_in_the_same_order(
    browser: Browser, site: Path, address: str, tmp_path: Path
) -> None:
    with in_parts(site, tmp_path) as other:
        for words in QUERIES:
            with opened(browser, address) as page:
                expected = results(page, words)
            with opened(browser, other) as page:
                assert results(page, words) == expected, words
            assert expected, words


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A page in a language, and words that find it."""

    title: str
    text: str
    typed: str
    lang: str = "en"
    """What Material calls the language, if it knows it."""


@pytest.mark.parametrize(
    "told",
    [
        Told(title="Визит во Владивосток", text="Совместное заявление", typed="заявл", lang="ru"),
        Told(title="블라디보스토크 방문", text="공동성명을 발표했다", typed="공동성명"),
        Told(title="دیدار در تهران", text="بیانیهٔ مشترک", typed="بیانیه"),
        Told(title="Wizyta w Łodzi", text="Wspólne oświadczenie", typed="oswiadczenie"),
        Told(title="Besuch in Köln", text="Gemeinsame Erklärung", typed="Erklarung", lang="de"),
        Told(title="ウラジオストク訪問", text="共同宣言に署名した", typed="宣言", lang="ja"),
        Told(title="访问海参崴", text="双方\u200b签署\u200b联合声明", typed="联合声明"),
        Told(title="การเยือน", text="แถลงการณ์ร่วม", typed="แถลงการณ์", lang="th"),
    ],
    ids=lambda told: told.typed,
)
def test_words_of_each_language_are_found(browser: Browser, site: Path, tmp_path: Path, told: Told) -> None:
    entries = [
        {"location": "visits/", "title": "Visits", "text": "Meetings"},
        {"location": "parties/", "title": told.title, "text": f"<p>{told.text}</p>"},
    ]
    with (
        in_parts(site, tmp_path, entries, lang=[told.lang], pipeline=[]) as address,
        opened(browser, address) as page,
    ):
        (found,) = results(page, told.typed)
    assert told.title in found
    assert "<mark>" in found


def test_a_file_that_can_not_be_had_leaves_what_the_page_shows(browser: Browser, site: Path, tmp_path: Path) -> None:
    with in_parts(site, tmp_path) as address, opened(browser, address) as page:
        page.context.route("**/search/texts/*", lambda route: route.abort())
        with page.expect_console_message(lambda message: "Failed to fetch" in message.text):
            page.get_by_role("textbox", name="Search").press_sequentially("talks")
        assert page.get_by_text("Type to start searching").count() == 1
        page.context.unroute_all()
        assert results(page, "Blair")
