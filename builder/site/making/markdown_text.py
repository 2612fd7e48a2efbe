"""Text in Markdown with links, bold words, HTML and abbreviations, as Python-Markdown converts it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markdown.serializers import BOOLEAN_ATTRIBUTES, RE_AMP  # type: ignore[attr-defined]
from markdown.util import BLOCK_LEVEL_ELEMENTS

from builder.site.making.html_tokens import NAME, REFERENCE


class UnusualError(Exception):
    """There is something on the page that is not known here."""


BLOCKS: Final = "|".join(BLOCK_LEVEL_ELEMENTS)
"""The names of elements that are blocks, for a pattern."""

# What stands in text, each as it is in HTML too.
_WORDS = r"[^]\[<>&*_{}\\`\n! ]++"
_VALUE = r"""(?:"[^]["<>\\`\n]*+"|'[^]['<>\\`\n]*+')"""
TAG_IN_TEXT = rf"</?(?!(?:{BLOCKS})[ />]){NAME}(?: +[a-zA-Z_:][a-zA-Z0-9_:.-]*+(?:={_VALUE})?)*+ *+/?>"
_SPACES = r" (?! \n)|\n|!(?!\[)"
_RUN: Final = re.compile(rf"(?:{_WORDS}|{_SPACES}|{TAG_IN_TEXT}|{REFERENCE}|\[(?:{_WORDS}| )*+\](?![\[(:]))++")
_MARKUP: Final = re.compile(f"({TAG_IN_TEXT}|{REFERENCE})")
_MARK = r"[#.](?:[a-zA-Z0-9-]|(?<=[a-zA-Z0-9])_++(?=[a-zA-Z0-9]))+"
_NAMED_VALUE = r"""[a-z-]+="(?:[^]["<>&*_{}\\`\n]|&#?[a-z0-9]+;)*+\""""
ATTRIBUTES = rf"\{{:?(?P<list>(?: *(?:{_MARK}|{_NAMED_VALUE})(?=[ }}]))+) *\}}"
_LINK: Final = re.compile(
    rf"\[((?:{_WORDS}|{_SPACES}|{TAG_IN_TEXT}|{REFERENCE})*+)\]\(([^][\s()<>'\"{{}}\\`]+)\)(?:{ATTRIBUTES})?"
)
_BOLD: Final = re.compile(r"(?:(?<=[ \n])|\A)\*\*(?=\S)([^*]+)(?<=\S)\*\*(?=[ \n]|\Z)")
_ATTRIBUTE: Final = re.compile(r"""#([\w-]+)|\.([\w-]+)|([a-z-]+)="([^"]*)\"""")


class Text:
    """HTML that is being put together."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        self.out: list[str] = []
        self.links: list[tuple[int, str]] = []
        """Where in `out` an address is missing, and for which link."""

        self.ids: set[str | None] = set()
        """The ids that lists of attributes give."""

        self.abbreviations = abbreviations
        names = sorted(abbreviations, key=len, reverse=True)
        self.short = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b") if names else None

    def inline(self, text: str) -> None:
        """Convert text with links, bold text, and HTML in it."""
        at, end = 0, len(text)
        while at < end:
            if found := _RUN.match(text, at):
                self.words(found[0])
            elif found := _LINK.match(text, at):
                given = {**listed(found["list"] or ""), "href": "\0"}
                before, _, after = start_tag("a", given).partition("\0")
                self.ids.update({given["id"]} if "id" in given else ())
                self.links.append((len(self.out) + 1, found[2]))
                self.out += (before, "", after)
                self.inline(found[1])
                self.out.append("</a>")
            elif found := _BOLD.match(text, at):
                self.out.append("<strong>")
                self.inline(found[1])
                self.out.append("</strong>")
            else:
                raise UnusualError
            at = found.end()

    def words(self, run: str) -> None:
        """Add text as it is, with what abbreviations stand for."""
        if self.short is None:
            self.out.append(run)
            return
        pieces = _MARKUP.split(run)
        pieces[::2] = [self.short.sub(self.abbreviation, words) for words in pieces[::2]]
        self.out.append("".join(pieces))

    def abbreviation(self, short: re.Match[str]) -> str:
        return f"{start_tag('abbr', {'title': self.abbreviations[short[0]]})}{short[0]}</abbr>"


def listed(text: str) -> dict[str, str]:
    """The attributes in a list of them."""
    found: dict[str, str] = {}
    for id_, class_, name, value in _ATTRIBUTE.findall(text):
        if class_:
            found["class"] = f"{found['class']} {class_}" if "class" in found else class_
        else:
            found["id" if id_ else name] = id_ or value
    return found


def start_tag(name: str, found: Mapping[str, str]) -> str:
    if not found:
        return f"<{name}>"
    written = (
        f" {key}" if key == value and key in BOOLEAN_ATTRIBUTES["html"] else f' {key}="{escaped(value)}"'
        for key, value in sorted(found.items())
    )
    return f"<{name}{''.join(written)}>"


def escaped(value: str) -> str:
    """The value of an attribute."""
    value = RE_AMP.sub("&amp;", value) if "&" in value else value
    return value.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
