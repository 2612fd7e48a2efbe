"""Divides a page into the sections that Material's search has entries for, without reading what the search leaves out.

Most of a generated page are its lists of sources and how to cite it, which the search leaves out.
"""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any, Final

from material.plugins.search.plugin import Parser, void  # type: ignore[import-untyped]

from builder.site.making.html_tokens import TAG, attributes, is_plain, next_tag

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page


def add_entries(index: Any, page: Page) -> None:
    """Add the entries of a page to Material's index, as its `add_entry_from_context` does."""
    search = page.meta.get("search") or {}
    if search.get("exclude"):
        return
    html = page.content or ""
    parser: Any = _Parser() if is_plain(html) else Parser()
    parser.feed(html)
    parser.close()
    for section in parser.data:
        if not section.is_excluded():
            index.create_entry_for_section(section, page.toc, page.url, page)


class _Parser(Parser):  # type: ignore[misc]  # Material has no types
    """Material's own handlers of tags and text, called for each part of a plain page that the search may show."""

    def feed(self, data: str) -> None:
        """Read a whole page, which must be plain."""
        find = TAG.search
        end = 0
        while tag := find(data, end):
            start = tag.start()
            if start > end and not (self.skip and self.skip.intersection(self.context)):
                self.handle_data(unescape(data[end:start]))
            end = tag.end()
            name, written, slash, closed = tag.groups()
            if closed:
                self.handle_endtag(closed)
                continue
            found = attributes(written) if written else []
            self.handle_starttag(name, found)
            if slash:
                self.handle_endtag(name)
            elif "data-search-exclude" in written and name not in void:
                end = self._skip(data, name, end)
        if end < len(data):
            self.handle_data(unescape(data[end:]))

    def _skip(self, html: str, name: str, start: int) -> int:
        """After the start of an element that the search leaves out, return where its end tag is.

        The handlers would do nothing in between, if each element in it is closed, it has no heading, and it is in no
        other element that is left out.
        """
        if len(self.skip) > _ALWAYS_SKIPPED + 1:
            return start
        end = next_tag(name).search(html, start)
        if end is None or end[1] is None or self.section.depth > len(self.context):
            return start
        inside = html[start : end.start()]
        return end.start() if _is_closed(inside) else start


def _is_closed(html: str) -> bool:
    """Whether each element in a part of a plain page is closed in it, and none is a heading."""
    opened: list[str] = []
    for name, _, slash, closed in TAG.findall(html):
        if closed:
            if not opened or opened.pop() != closed:
                return False
        elif name in _HEADINGS:
            return False
        elif not slash and name not in void:
            opened.append(name)
    return not opened


_ALWAYS_SKIPPED: Final = len(Parser().skip)

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
