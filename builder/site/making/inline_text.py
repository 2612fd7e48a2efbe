"""Finds links, emphasis and the like in the text of a page with Python-Markdown's own patterns, where they can match.

Python-Markdown tries each of its fifteen patterns on each piece of text. Most of the text has none of the characters
that they begin with.
"""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree.ElementTree import Element

from markdown import Markdown, inlinepatterns
from markdown.extensions import footnotes
from markdown.treeprocessors import InlineProcessor
from markdown.util import STX, AtomicString


class InlineText(InlineProcessor):
    """Python-Markdown's processor, which skips a pattern on a text without a part that each match of it has.

    Its methods are private, hence their names.
    """

    def __init__(self, md: Any) -> None:
        super().__init__(md)
        self.patterns: list[tuple[Any, tuple[str, ...], bool]] = []
        """Each pattern, what `_needs` says of it."""

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Apply the patterns to the texts in a tree."""
        self.patterns = [(pattern, *_needs(pattern)) for pattern in self.inlinePatterns]
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for index in range(patternIndex, len(self.patterns)):
            pattern, needed, refers = self.patterns[index]
            if (refers and not self.md.references) or (needed[0] not in data and needed[-1] not in data):
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = apply(pattern, data, index, start)
        return data


class _Html(inlinepatterns.HtmlInlineProcessor):
    """Tags and character references. Most have nothing in them that another pattern replaced."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        if STX in m[1]:
            return super().handleMatch(m, data)
        return self.md.htmlStash.store(m[1]), m.start(0), m.end(0)


class _Link(inlinepatterns.LinkInlineProcessor):
    """Links. Most have no brackets, quotation marks or spaces that must be counted."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802
        plain = _PLAIN_LINK.match(data, m.end(0))
        if plain is None:
            return super().handleMatch(m, data)
        element = Element("a")
        element.text = plain[1]
        element.set("href", plain[2])
        return element, m.start(0), plain.end(0)


_PLAIN_LINK: Final = re.compile(rf"""([^][]*)\]\(([^][\s()<>'"{STX}]+)\)""")

_FASTER: Final = {inlinepatterns.HtmlInlineProcessor: _Html, inlinepatterns.LinkInlineProcessor: _Link}


def use_faster_patterns(md: Markdown) -> None:
    """Put patterns of ours in place of those of Python-Markdown that they stand in for."""
    patterns: Any = md.inlinePatterns
    for name, priority in list(patterns._priority):
        pattern = patterns[name]
        if _needs(pattern) != _UNKNOWN and (faster := _FASTER.get(type(pattern))):
            patterns.register(faster(pattern.pattern, md), name, priority)


def _needs(pattern: Any) -> tuple[tuple[str, ...], bool]:
    """The parts of which each match of a pattern has one, and whether it finds only links that are listed elsewhere on
    the page. Nothing is known of other extensions' patterns.
    """
    if type(pattern) is inlinepatterns.DelimiterProcessor and len(pattern.tokens) <= 2:
        return tuple(pattern.tokens), False
    base = next((kind for kind, ours in _FASTER.items() if type(pattern) is ours), type(pattern))
    return _NEEDS.get((base, pattern.pattern), _UNKNOWN)


_UNKNOWN: Final = (("",), False)

_NEEDS: Final = {
    (inlinepatterns.BacktickInlineProcessor, inlinepatterns.BACKTICK_RE): (("`",), False),
    (inlinepatterns.EscapeInlineProcessor, inlinepatterns.ESCAPE_RE): (("\\",), False),
    (footnotes.FootnoteInlineProcessor, r"\[\^([^\]]*)\]"): (("[^",), False),
    (inlinepatterns.ReferenceInlineProcessor, inlinepatterns.REFERENCE_RE): (("[",), True),
    (inlinepatterns.LinkInlineProcessor, inlinepatterns.LINK_RE): (("[",), False),
    (inlinepatterns.ImageInlineProcessor, inlinepatterns.IMAGE_LINK_RE): (("![",), False),
    (inlinepatterns.ImageReferenceInlineProcessor, inlinepatterns.IMAGE_REFERENCE_RE): (("![",), True),
    (inlinepatterns.ShortReferenceInlineProcessor, inlinepatterns.REFERENCE_RE): (("[",), True),
    (inlinepatterns.ShortImageReferenceInlineProcessor, inlinepatterns.IMAGE_REFERENCE_RE): (("![",), True),
    (inlinepatterns.AutolinkInlineProcessor, inlinepatterns.AUTOLINK_RE): (("://",), False),
    (inlinepatterns.AutomailInlineProcessor, inlinepatterns.AUTOMAIL_RE): (("@",), False),
    (inlinepatterns.SubstituteTagInlineProcessor, inlinepatterns.LINE_BREAK_RE): (("  \n",), False),
    (inlinepatterns.HtmlInlineProcessor, inlinepatterns.HTML_RE): (("<",), False),
    (inlinepatterns.HtmlInlineProcessor, inlinepatterns.ENTITY_RE): (("&",), False),
}
"""By the class and the regular expression of a pattern."""
