"""Texts with marks of Markdown or HTML, which readers would see as typed, and links and quotes that are not closed."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Final

from builder.explainer.linking import Explainer, owners
from builder.problems import Problem, visible
from builder.records.models.source import Source
from builder.records.safe_text import Line, Link, Text, parts
from builder.records.traversal import texts


def marks_in_texts(explainer: Explainer) -> Iterator[Problem]:
    """Warn of the first mark in each text. The titles of sources may have brackets and asterisks of their own."""
    for shape, record, origin in owners(explainer):
        of_source = isinstance(record, Source) and shape is record
        for path, text in texts(shape):
            if not _NOT_PROSE.isdisjoint(map(str, path)):
                continue
            if found := _first_mark(text, explainer.records, only_html=of_source and isinstance(text, Line)):
                mark, hint = found
                message = f"'{visible(mark)}' would show as typed"
                yield Problem(location=origin.at(path), rule="markup", message=message, hint=hint, warning=True)


_NOT_PROSE: Final = frozenset({"doi", "key", "words"})
"""Fields that hold a text, but no prose."""


def _first_mark(text: Text, ids: Container[str], *, only_html: bool) -> tuple[str, str] | None:
    """The first mark in a text, and what to write instead. `ids` are those that a link may have."""
    if not _may_have_marks(text):
        return None
    for part in (text,) if isinstance(text, Line) else parts(text):
        if isinstance(part, Link) or not _may_have_marks(part):
            continue
        if not isinstance(part, Line) and (broken := _broken_link(part, ids)):
            return broken
        for pattern, hint in _MARKS[:_HTML] if only_html else _MARKS:
            if match := pattern.search(part):
                mark = " ".join(match[0].split())
                return (mark if len(mark) <= 40 else f"{mark[:37]}..."), hint
    if not only_html and text.count('"') % 2:
        return re.findall(r'\S*"\S*', text)[-1][-40:], "delete the quote, or write the other one of the pair"
    return None


def _broken_link(text: str, ids: Container[str]) -> tuple[str, str] | None:
    """The first link to a record that lacks some of its brackets, and the link as it should be."""
    for match in _BROKEN_LINK.finditer(text):
        inside = match[1] or match[2]
        if inside.partition("|")[0] in ids:
            return match[0], f"write '[[{visible(inside)}]]' to link to it"
    return None


_ID: Final = "[a-z0-9]+(?:-[a-z0-9]+)*"
_BROKEN_LINK: Final = re.compile(
    rf"\[\[?({_ID}(?:\|[^\[\]|\n]{{1,60}})?)\]{{1,2}}(?!\()|\[\[({_ID})(?![\w|\]-])",
)


def _may_have_marks(text: str) -> bool:
    """Whether it is worth while to look for marks. Most texts have none, and to try each pattern takes long."""
    if _MARK.search(text) or "://" in text or "www." in text:
        return True
    return ("- " in text or "+ " in text) and _BULLET.search(text) is not None


_MARK: Final = re.compile(r"[\[\]*_`<&#~\"]")
_BULLET: Final = re.compile(r"^\s*[-+] ", re.MULTILINE)

_MARKS: Final = (
    (re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>"), "write plain text: HTML has no effect here"),
    (re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});"), "write the character itself"),
    (re.compile(r"\[[^\[\]\n]+\]\([^()\s]+\)"), "write only the text, and cite the page under 'sources'"),
    (re.compile(r"\[\[[^\[\]\n]{0,60}"), "a link to a record is [[id]] or [[id|text]]"),
    (re.compile(r"[^\[\]\n]{0,60}\]\]"), "a link to a record is [[id]] or [[id|text]]"),
    (re.compile(r"\[\^?\d{1,3}\]"), "name the source under 'sources': the site numbers the notes"),
    (re.compile(r"(?:https?://|www\.)\S+"), "cite the page under 'sources', or name its site in words"),
    (
        re.compile(r"\*\*[^*\n]+\*\*|(?<![\w*])\*[^\s*][^*\n]*\*(?![\w*])|(?<!\w)_[^\s_][^_\n]*_(?!\w)"),
        "write plain text",
    ),
    (re.compile(r"~~[^~\n]+~~|`[^`\n]+`"), "write plain text"),
    (re.compile(r"(?m)^\s*#{1,6} \S.*"), "write plain text: headings come from the site"),
    (re.compile(r"(?m)^\s*[-*+] \S.*"), "write a sentence, or a statement of its own for each"),
)
"""What is probably meant as a mark, and what to write instead. The first two are HTML."""

_HTML: Final = 2
