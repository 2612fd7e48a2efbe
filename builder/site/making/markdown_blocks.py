"""Converts the Markdown of a generated page to HTML in one pass, with the result of Python-Markdown byte for byte.

Only what generated pages have is known: paragraphs, headings, lists, tables, blocks of HTML, links, bold text and lists
of attributes, written in one way. A page with anything else is left to Python-Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from markdown.extensions.toc import nest_toc_tokens, strip_tags

from builder.site.making.html_tokens import NAME, REFERENCE, TAG, attributes, is_plain, next_tag
from builder.site.making.markdown_text import (
    ATTRIBUTES,
    BLOCKS,
    TAG_IN_TEXT,
    Text,
    UnusualError,
    escaped,
    listed,
    start_tag,
)


def convert(text: str, address: Callable[[str], str]) -> PlainPage:
    """Convert a page. `address` gives the address that a link has in HTML. Raises UnusualError before it is called."""
    if any(each in text for each in _UNUSUAL) or _SPACES_ALONE.search(text) or not is_plain(text):
        raise UnusualError
    page = PlainPage(text.strip("\n") + "\n\n")
    page.blocks("")
    if page.definitions:  # one is in a block of HTML
        raise UnusualError
    for at, url in page.links:
        page.out[at] = escaped(address(url))
    page.html = "".join(page.out).strip()
    page.contents = nest_toc_tokens(page.contents)
    return page


_UNUSUAL: Final = ("\t", "\r", "\x02", "\x03", "```", "~~~", "<hr", "[TOC]")
_SPACES_ALONE: Final = re.compile(r"\A |\n +(?:\n|\Z)")

_SPAN_TAGS: Final = frozenset({"address", "dd", "dt", "legend", "li", "summary", "td", "th"})
_CONTAINERS: Final = frozenset(
    {"aside", "article", "details", "div", "figure", "footer", "header", "hgroup", "main", "nav", "ol", "section"}
    | {"table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_BOTH: Final = _SPAN_TAGS | _CONTAINERS

_ODD_LINE: Final = re.compile(rf"^ *(?:[#>=|:~!?-]|[*+] |[*_]{{3}}|[*]?\[[^]\n]*\]:|[0-9]+\.|</?(?:{BLOCKS})[ />])")
"""A line that may begin something else than text."""

_ALONE: Final = re.compile(rf"\s*(?:{TAG_IN_TEXT}|{REFERENCE})\s*")

_LINES = rf"(?:(?!</?(?:{BLOCKS})[ />])[^\n]+\n)+"
_ITEMS = rf"(?:[-*+]|[0-9]+\.) {_LINES}"
_TERMS = rf"(?:(?![:#|-]|</?(?:{BLOCKS})[ >])[^\n]+\n)+(?::[ ]{{1,3}}\S[^\n]*\n)+(?=\n|</)"
_ABBR = r"""\*\[(?P<short>[^][\\\s][^][\\\n]*)\]: *(?P<long>[^<>"'\s][^<>"\n]*)"""

_BLOCK: Final = re.compile(
    r"(?P<blank>\n+)"
    rf"|(?P<end></(?P<ended>{NAME})>\n)"
    rf"|(?P<html><(?P<name>{BLOCKS})(?P<written>(?: [^<>\n]*)?)>)"
    rf"|(?P<heading>(?P<level>\#{{1,6}}) *(?P<title>(?=\S)(?:[^#\n]|(?<=&)\#)*?[^#\s]) +{ATTRIBUTES} *\n)"
    rf"|(?P<abbr>{_ABBR}\n(?=\n|\*\[))"
    rf"|(?P<items>{_ITEMS})"
    r"|(?P<table>\|[^\n]*\|\n\|(?: --- \|)+\n(?:\|[^\n]*\|\n)+(?=\n|</))"
    rf"|(?P<terms>{_TERMS})"
    rf"|(?P<paragraph>{_LINES})"
)


class PlainPage(Text):
    """A page that is being converted, and what came of it."""

    html = ""
    title: str | None = None
    """The heading that the page begins with."""

    def __init__(self, text: str) -> None:
        found = [*_ABBREVIATION.finditer(text)] if "*[" in text else []
        super().__init__({each["short"].strip(): each["long"].strip() for each in found})
        self.text = text
        self.at = 0
        self.definitions = len(found)
        """How many abbreviations have not been reached yet."""

        self.ids.update(_ids(text))
        self.contents: Any = []
        """The headings, as Python-Markdown's `toc` gives them."""

    def blocks(self, container: str) -> None:
        """Convert blocks up to the end tag of the element that they are in, or of the page."""
        last = ""
        while block := _BLOCK.match(self.text, self.at):
            start, self.at = self.at, block.end()
            kind = next(name for name in _KINDS if block[name])
            if kind == "end":
                if block["ended"] != container:
                    raise UnusualError
                return
            if kind == "abbr":
                self.definitions -= 1
            elif kind == "html":
                self.element(block["name"], block["written"], start, container)
            elif kind in ("items", "terms") and last in ("items", "ul", "ol", "dl"):
                raise UnusualError  # Python-Markdown goes on with the last list
            elif kind != "blank":
                getattr(self, kind)(block)
            last = last if kind in ("blank", "abbr") else block["name"] or kind
        if container or self.at < len(self.text):
            raise UnusualError

    def element(self, name: str, written: str, start: int, container: str) -> None:
        """Convert an element that begins at `start`, and whose start tag ends where the page is read."""
        if written.count('"') % 2 or "'" in written:
            raise UnusualError
        found = {key: key if value is None else value for key, value in attributes(written)}
        markdown = found.pop("markdown", None)
        known = _BOTH if markdown == "block" else _CONTAINERS if markdown == "1" else ()
        if markdown is None:
            self.at = self.end_of(name)
            html = self.text[start : self.at]
            if self.text[self.at] != "\n":
                raise UnusualError
            if container:
                self.out += (_in_markdown(html), "\n")
            else:
                self.out += (html, "\n\n" if self.text.startswith("\n", self.at + 1) else "\n")
        elif name in known and self.text[self.at] == "\n":
            self.out += (start_tag(name, found), "\n")
            before = len(self.out)
            self.blocks(name)
            if len(self.out) == before:
                self.out.pop()
            self.out.append(f"</{name}>\n")
        else:
            inside, end, rest = self.text[self.at : self.text.index("\n", self.at)].partition(f"</{name}>")
            if markdown not in ("1", "span") or name not in _SPAN_TAGS or not end or rest:
                raise UnusualError
            self.at += len(inside) + len(end)
            self.inside(name, inside, found)

    def end_of(self, name: str) -> int:
        """Where an element ends whose content begins here."""
        depth = 1
        for tag in next_tag(name).finditer(self.text, self.at):
            depth += -1 if tag[1] else 1
            if not depth:
                return self.text.index(">", tag.end()) + 1
        raise UnusualError

    def heading(self, block: re.Match[str]) -> None:
        is_first = not self.out
        found = listed(block["list"])
        if "id" not in found or "data-toc-label" in found:
            raise UnusualError
        level = len(block["level"])
        self.out.append(start_tag(f"h{level}", found))
        before = len(self.out)
        self.inline(block["title"])
        html = "".join(self.out[before:]).strip()
        name = strip_tags(html)
        if is_first and level == 1:
            self.title = name
        self.ids.add(found["id"])
        self.contents.append({"level": level, "id": found["id"], "name": name})
        self.out.append(f"</h{level}>\n")

    def paragraph(self, block: re.Match[str]) -> None:
        text = block[0]
        if text.startswith("    ") or text.isspace():
            raise UnusualError
        self.with_attributes("p", text.lstrip().removesuffix("\n"))
        self.out.append("</p>\n")

    def with_attributes(self, name: str, text: str) -> None:
        """Begin an element that ends after its text. The last line of the text may list attributes."""
        found = {}
        if "  \n" in text:
            raise UnusualError
        lines = text.split("\n")
        if lines[-1].startswith("{") and len(lines) > 1:
            last = _LISTED.fullmatch(lines.pop())
            if last is None:
                raise UnusualError
            text = "\n".join(lines)
            found = listed(last["list"])
            self.ids.update({found["id"]} if "id" in found else ())
        elif name == "p" and _ALONE.fullmatch(text):
            raise UnusualError
        if any(map(_ODD_LINE.match, lines)):
            raise UnusualError
        self.out.append(start_tag(name, found))
        self.inline(text)

    def items(self, block: re.Match[str]) -> None:
        found = [block[0]]
        while more := _MORE_ITEMS.match(self.text, self.at):
            self.at = more.end()
            found.append(more[1])
        self.list_of([each.removesuffix("\n").split("\n") for each in found])

    def list_of(self, blocks: Sequence[list[str]]) -> None:
        """Convert a list. Between its blocks are blank lines; items next to one are paragraphs."""
        name = "ol" if blocks[0][0][0].isdigit() else "ul"
        self.out.append(f"<{name}>\n")
        for number, lines in enumerate(blocks):
            at = 0
            while at < len(lines):
                item = _ITEM.fullmatch(lines[at])
                if not item:
                    raise UnusualError
                is_apart = not at and number > 0
                at += 1
                text, inner = [item[1]], []
                while at < len(lines) and not _ITEM.match(lines[at]) and not _INNER_ITEM.match(lines[at]):
                    text.append(lines[at])
                    at += 1
                while at < len(lines) and lines[at].startswith("    "):
                    inner.append(lines[at][4:])
                    at += 1
                if is_apart or (at == len(lines) and number < len(blocks) - 1):
                    self.out.append("<li>\n")
                    self.with_attributes("p", "\n".join(text))
                    self.out.append("</p>\n")
                else:
                    self.with_attributes("li", "\n".join(text))
                if inner:
                    self.list_of([inner])
                self.out.append("</li>\n")
        self.out.append(f"</{name}>\n")

    def table(self, block: re.Match[str]) -> None:
        lines = block[0].removesuffix("\n").split("\n")
        rows = [[cell.strip(" ") for cell in line[1:-1].split("|")] for line in lines]
        if any(len(row) != len(rows[0]) for row in rows):
            raise UnusualError
        self.out.append("<table>\n<thead>\n")
        self.row("th", rows[0])
        self.out.append("</thead>\n<tbody>\n")
        for row in rows[2:]:
            self.row("td", row)
        self.out.append("</tbody>\n</table>\n")

    def row(self, name: str, cells: list[str]) -> None:
        self.out.append("<tr>\n")
        for cell in cells:
            self.inside(name, cell)
        self.out.append("</tr>\n")

    def terms(self, block: re.Match[str]) -> None:
        lines = block[0].removesuffix("\n").split("\n")
        while more := _MORE_TERMS.match(self.text, self.at):
            self.at = more.end()
            lines += more[1].removesuffix("\n").split("\n")
        self.out.append("<dl>\n")
        for line in lines:
            name, said = ("dd", line[1:].lstrip(" ")) if line.startswith(":") else ("dt", line.strip())
            if line.startswith("    ") or _ODD_LINE.match(said):
                raise UnusualError
            self.inside(name, said)
        self.out.append("</dl>\n")

    def inside(self, name: str, text: str, found: Mapping[str, str] = MappingProxyType({})) -> None:
        """Add an element with text."""
        self.out.append(start_tag(name, found))
        self.inline(text)
        self.out.append(f"</{name}>\n")


_MORE_ITEMS: Final = re.compile(rf"\n+({_ITEMS})")
_MORE_TERMS: Final = re.compile(rf"\n+({_TERMS})")
_KINDS: Final = ("blank", "end", "html", "heading", "abbr", "items", "table", "terms", "paragraph")
_ITEM: Final = re.compile(r" {0,3}(?:[0-9]+\.|[*+-]) +(\S.*)")
_INNER_ITEM: Final = re.compile(r" {4,}(?:[0-9]+\.|[*+-]) ")
_ABBREVIATION: Final = re.compile(f"^{_ABBR}$", re.MULTILINE)
_LISTED: Final = re.compile(ATTRIBUTES)
_IN_MARKDOWN: Final = re.compile(rf"<({BLOCKS})((?: [^<>\n]*)?)>((?:[^<>&{{}}]++|{TAG_IN_TEXT}|{REFERENCE})*+)</\1>")
_NAMED: Final = re.compile(r"""[ \n](id|name)(?:="([^"<]*)"|(?=[=>/ \n]))""")
_QUOTED: Final = re.compile("[>']")


def _ids(text: str) -> Iterator[str | None]:
    """The ids in tags, as MkDocs finds them."""
    for place in _NAMED.finditer(text):
        start = text.rfind("<", 0, place.start())
        if start < 0:
            continue
        if place[2] and "&" not in place[2] and not _QUOTED.search(text, start, place.start()):
            if place[1] == "id" or text.startswith(("<a ", "<a\n"), start):
                yield place[2]
        elif (tag := TAG.match(text, start)) and tag[1] and tag.end() > place.start():
            for name, value in attributes(tag[2]):
                if name == "id" or (name == "name" and tag[1] == "a"):
                    yield value


def _in_markdown(html: str) -> str:
    """HTML that Python-Markdown has taken apart, because it is in an element with Markdown, as it puts it together."""
    element = _IN_MARKDOWN.fullmatch(html)
    if element is None or element[1].startswith("h"):
        raise UnusualError
    found = {key: key if value is None else value for key, value in attributes(element[2])}
    return f"{start_tag(element[1], found)}{element[3]}</{element[1]}>"
