"""The start tags of an HTML page, as the standard library's parser finds them, in a fifth of its time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple


class Tag(NamedTuple):
    """A start tag: its name, its attributes (the first of each name, entities resolved), where it starts."""

    name: str
    attributes: Mapping[str, str]
    start: int
    text: str = ""
    """Its content, for a title."""


def tags(html: str) -> Iterator[Tag]:
    """The start tags of a page that carry an id, a name or an address, and its titles.

    Follows the tokenizer of the HTML standard (section 13.2.5) for pages without errors in their tags. Skips scripts,
    styles and comments.
    """
    for match in _TAG.finditer(html):
        raw_name, raw, text, name, attributes = match.groups()
        if name is not None:
            read = _read(name, attributes)
        elif raw_name is not None:
            read = _read(raw_name, raw)
        else:  # a comment
            continue
        if read:
            yield Tag(*read, match.start(), unescape(text) if text else "")


@lru_cache(maxsize=2_000)
def _read(name: str, attributes: str) -> tuple[str, Mapping[str, str]] | None:
    """The name and the attributes of a tag, if it is of use. Most tags of a site are on many of its pages."""
    name = name.lower()
    return (name, _attributes(attributes)) if name == "title" or _RELEVANT.search(attributes) else None


_INSIDE = r"""[^>"']*+(?:"[^"]*"[^>"']*+|'[^']*'[^>"']*+)*+"""
_TAG = re.compile(
    rf"<(?:!--.*?-->|(script|style|title|textarea)\b({_INSIDE})>(.*?)</\1\s*>|([a-zA-Z][^\s/>]*+)(?!>)({_INSIDE})>)",
    re.DOTALL | re.IGNORECASE,
)
_RELEVANT = re.compile(r"(?:^|[\s\"'/])(?:id|name|href|xlink:href|src|srcset|poster|data|content)\s*=", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        value = double or single or bare
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found
