"""The tags, character references and text of plain HTML, as every parser of HTML finds them.

Parsers differ in what they make of errors, comments and scripts. Text without any of these is *plain*: the parsers of
Python-Markdown, MkDocs and Material find the same in it, so one pattern can stand in for their loops over characters.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Final

NAME: Final = r"[a-z][a-z0-9-]*+"
_ATTRIBUTE_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:.-]*+"
_ATTRIBUTES = rf"""(?:[ \n]++{_ATTRIBUTE_NAME}(?:="[^"<]*+"|='[^'<]*+')?(?=[ \n/>]))*+"""
_START = rf"<({NAME})({_ATTRIBUTES})[ \n]*+(/?)>"
REFERENCE: Final = r"&(?:#[0-9]++|#x[0-9a-fA-F]++|[a-zA-Z][a-zA-Z0-9]*+);"

TAG: Final = re.compile(rf"{_START}|</({NAME})>")
"""A start tag (its name, attributes, and `/` if it closes itself) or an end tag (its name)."""

TOKEN: Final = re.compile(rf"{_START}|</({NAME})>|({REFERENCE})")
"""A tag, or a character reference."""

_PLAIN: Final = re.compile(
    r"(?:[^<&\0]++"
    # The content of these is not parsed as HTML, or differently by each parser.
    r"|<(?!/?(?:iframe|noembed|noframes|noscript|plaintext|script|style|textarea|title|xmp)[ \n/>])"
    rf"(?:{NAME}{_ATTRIBUTES}[ \n]*+/?>|/{NAME}>)"
    rf"|{REFERENCE})*+"
)

_ATTRIBUTE: Final = re.compile(rf"""({_ATTRIBUTE_NAME})(?:=(?:"([^"]*+)"|'([^']*+)'))?""")


def is_plain(html: str) -> bool:
    """Whether all parsers agree on every tag and reference in a text: nothing in it is unusual."""
    return _PLAIN.fullmatch(html) is not None


def attributes(text: str) -> list[tuple[str, str | None]]:
    """The attributes of a start tag as the standard library's parser hands them on, from the text between the tag's
    name and its end.
    """
    found = []
    for each in _ATTRIBUTE.finditer(text):
        value = each[2] if each[3] is None else each[3]
        found.append((each[1].lower(), unescape(value) if value and "&" in value else value))
    return found


@cache
def next_tag(name: str) -> re.Pattern[str]:
    """Finds the next start or end tag of this name in a plain text. The group is there if it is an end tag."""
    return re.compile(rf"<(/)?{name}(?=[ \n/>])")
