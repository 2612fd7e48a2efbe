"""How large a site is, its largest page, and what a reader downloads for one search."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conftest import FLAGS, chromium
from playwright.sync_api import sync_playwright

QUERY: Final = "harbour treaty"
"""What is searched for: two words that many records of an invented explainer have."""

WHOLE: Final = "whole/index.html"
"""The page with the whole explainer, for printing."""

INDEXES: Final = ("search/search_index.json", "search.json", "index.json")
"""Where the tools put the index of their search."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """What a tool wrote. All sizes are in bytes."""

    pages: int
    total: int
    largest: int
    """The largest page but `WHOLE`."""

    largest_page: str
    search: int
    """What a search downloads besides the page and its scripts, compressed with gzip."""


def sizes(site: Path, *, in_browser: bool = False) -> Sizes:
    """Measure the files of a site.

    `in_browser`: its search may have several files, so search for `QUERY` in Chromium, if there is one.
    """
    found = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = {path: size for path, size in found.items() if path.endswith(".html")}
    largest = max(pages.keys() - {WHOLE}, key=lambda path: (pages[path], path))
    index = next((site / path for path in INDEXES if path in found), None)
    alone = len(gzip.compress(index.read_bytes(), 6)) if index else 0
    return Sizes(
        pages=len(pages),
        total=sum(found.values()),
        largest=pages[largest],
        largest_page=largest,
        search=downloaded(site) if in_browser and chromium() else alone,
    )


def downloaded(site: Path) -> int:
    """The bytes that a search for `QUERY` on the home page downloads from `search/`, compressed with gzip."""
    with serving(site) as (address, sent), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.locator(".md-search__input").click()
        page.locator(".md-search__input").fill(QUERY)
        page.keyboard.press("Shift")  # the search listens for keys
        page.locator(".md-search-result__item").first.wait_for()
        page.wait_for_load_state("networkidle")
        browser.close()
        return sum(sent)


@contextmanager
def serving(site: Path) -> Iterator[tuple[str, list[int]]]:
    """Serve a site until the block ends. Yields its address, and a list of the sizes of what was sent of the search."""
    sent: list[int] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            if path.is_file() and path.relative_to(site).parts[0] == "search":
                sent.append(len(gzip.compress(path.read_bytes(), 6)))
            super().do_GET()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", sent
        finally:
            server.shutdown()
