"""Completes a site that Zensical has built, with what our plugins would have added to finished pages."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from builder.site.config.handbook import is_from_package
from builder.site.plugins.search_plugin import as_html, completed
from builder.site.plugins.whole_page_plugin import on_one_page

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

_BEGIN: Final = "<!--content-->"
_END: Final = "<!--/content-->"
"""What the theme puts before and after the content of a page for us."""

_CONTENTS: Final = re.compile(r'<nav class="contents".*?</nav>\n', re.DOTALL)
"""What the theme puts into the content: the table of contents for phones."""


def finish(site: Path, pages: Iterable[Page]) -> None:
    """Complete the pages, the search and the sitemap. `pages` are all pages of the site, with their front matter."""
    files = {page.url: (page, site / page.file.dest_uri) for page in pages}
    found = {url: _content(file) for url, (_, file) in files.items()}
    by_source = {page.file.src_uri: url for url, (page, _) in files.items()}
    for url, (page, file) in files.items():
        content = found[url]
        gathers: Any = page.meta.get("gathers") if "seal" in page.meta else None
        if gathers:
            parts = {by_source[path]: _CONTENTS.sub("", found[by_source[path]]) for path in gathers["pages"]}
            content = on_one_page(url, content, parts, str(gathers["sources"]))
        if is_from_package(page.file):
            content = f'<div lang="en" dir="ltr">\n{content}\n</div>'
        html = file.read_text("utf-8")
        before, mark, after = html.partition(_BEGIN)
        file.write_text(f"{before}{content}{after.partition(_END)[2]}" if mark else html, "utf-8")
    _complete_search(site / "search.json", {url: page for url, (page, _) in files.items()})
    _compress(site / "sitemap.xml")


def _content(file: Path) -> str:
    return file.read_text("utf-8").partition(_BEGIN)[2].partition(_END)[0]


def _complete_search(index: Path, pages: dict[str, Page]) -> None:
    """Have each result begin with the kind of its page, and find pages by what else they are called."""
    if not index.is_file():
        return  # mkdocs.yml can turn the search off
    found = json.loads(index.read_text("utf-8"))
    items = []
    seen = set()
    for url, group in groupby(found["items"], key=lambda item: str(item["location"]).partition("#")[0]):
        seen.add(url)
        of_page: list[dict[str, Any]] = list(group)
        meta = pages[url].meta if url in pages else {}
        if "seal" in meta and of_page[0]["location"] == url:
            of_page[0]["title"] = as_html(meta["title"])  # Zensical takes the name that the menu has for the page
        items += completed(of_page, url, meta)
    for url in sorted(pages.keys() - seen):
        items += completed([], url, pages[url].meta)
    for item in items:
        for name, value in (("level", 1), ("path", []), ("tags", [])):
            item.setdefault(name, value)
    found["items"] = items
    index.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _compress(sitemap: Path) -> None:
    """Write the sitemap as a compressed file too, as MkDocs does."""
    from mkdocs.utils import get_build_timestamp

    if sitemap.is_file():
        with gzip.GzipFile(f"{sitemap}.gz", "wb", mtime=get_build_timestamp()) as compressed:
            compressed.write(sitemap.read_bytes())
