"""Takes blocks of HTML out of the Markdown of a page, with Python-Markdown's own rules, in a fifth of the time.

Python-Markdown and MkDocs each read the page with a parser that goes through it character by character, the first to
find blocks, the second to find ids. Here a plain page is read once, for both, with one pattern.
"""

from __future__ import annotations

from typing import Any

from markdown import Markdown
from markdown.extensions import md_in_html
from markdown.preprocessors import Preprocessor

from builder.site.making.html_tokens import TAG, TOKEN, attributes, is_plain, next_tag


class HtmlBlocks(Preprocessor):
    """Stands in for two preprocessors: `ids`, MkDocs's, and the `blocks` of Python-Markdown's `md_in_html`.

    A page that is not plain is left to them.
    """

    def __init__(self, md: Markdown, ids: Any, blocks: Preprocessor) -> None:
        super().__init__(md)
        self.ids = ids
        self.blocks = blocks

    def run(self, lines: list[str]) -> list[str]:
        """Replace each block by a placeholder, and give `ids` the ids that it would have found."""
        html = "\n".join(lines)
        if not is_plain(html):
            return self.blocks.run(self.ids.run(lines))
        extractor = _Extractor(self.md)
        extractor.feed(html)
        extractor.close()
        self.ids.present_anchor_ids = extractor.ids
        return "".join(extractor.cleandoc).split("\n")


class _Extractor(md_in_html.HTMLExtractorExtra):
    """Python-Markdown's own handlers of tags and text, called for each part of a plain page."""

    def __init__(self, md: Any) -> None:
        self.ids: set[str | None] = set()
        self.at = 0
        self.tag = ""
        super().__init__(md)
        self.known_blocks = frozenset(self.md.block_level_elements)

    def feed(self, data: str) -> None:
        """Read a whole page, which must be plain."""
        self.rawdata = data
        find = TOKEN.search
        end = 0
        while token := find(data, end):
            start = token.start()
            if start > end:
                self.at = end
                self.handle_data(data[end:start])
            self.at, end = start, token.end()
            name, written, slash, closed, reference = token.groups()
            if closed:
                self.handle_endtag(closed)
            elif reference:
                # The parser has one method for numbers and one for names; both hand on the reference as it was.
                self.handle_empty_tag(reference, is_block=False)
            else:
                self.tag = token[0]
                needed = written and (name in self.known_blocks or "id" in written or "name" in written)
                found = attributes(written) if needed else []
                self._note_ids(name, found)
                if slash:
                    self.handle_startendtag(name, found)
                    continue
                self.handle_starttag(name, found)
                if self.inraw and len(self.stack) == 1 and not self.intail:
                    end = self._skip(name, end)
        self.at = end
        if end < len(data):
            self.handle_data(data[end:])
        self.rawdata = ""

    def _skip(self, name: str, start: int) -> int:
        """After the start of a block of HTML, take over all that is in it as it is, and return where its end tag is.

        Nothing but that end tag can end the block, if it has no element of its own name in it.
        """
        end = next_tag(name).search(self.rawdata, start)
        if end is None or end[1] is None:
            return start
        inside = self.rawdata[start : end.start()]
        if "<hr" in inside:  # the handler changes it
            return start
        if "id" in inside or "name" in inside:
            for tag, written, *_ in TAG.findall(inside):
                if "id" in written or "name" in written:
                    self._note_ids(tag, attributes(written))
        self.handle_data(inside)
        return end.start()

    def _note_ids(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        """As MkDocs does."""
        for name, value in found:
            if name == "id" or (name == "name" and tag == "a"):
                self.ids.add(value)

    @property
    def block_level_tags(self) -> frozenset[str]:  # type: ignore[override]  # made once, not for each tag
        return self.known_blocks

    @property
    def line_offset(self) -> int:
        """Where the part begins that is handled. The handlers add `offset`, which stays 0."""
        return self.at

    def at_line_start(self) -> bool:
        before = self.rawdata[max(self.at - 4, 0) : self.at]
        indent = before.rpartition("\n")[2]
        return len(indent) <= 3 and not indent.strip()

    def get_starttag_text(self) -> str:
        return self.tag
