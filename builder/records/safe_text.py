"""What an editor typed, safe wherever it is printed; its links to records; citations.

`Text` is a `str` that knows how to print itself: Jinja's autoescape calls `__html__`, which gives numeric entities
for the ASCII characters that Markdown, HTML or a table could read as their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup


class Text(str):
    """Plain text in paragraphs. `[[id]]` and `[[id|label]]` in it link to records; the rest shows as typed."""

    __slots__ = ()

    def __html__(self) -> Markup:
        """Print the text as one line, links as typed."""
        return shown(" ".join(self.split()))

    @property
    def paragraphs(self) -> tuple[Text, ...]:
        """The paragraphs, parted by blank lines; line breaks within one are spaces."""
        return tuple(Text(" ".join(part.split())) for part in re.split(r"\n\s*\n", self) if part.strip())

    @property
    def links(self) -> tuple[Link, ...]:
        """The links to records, in the order they stand."""
        return tuple(part for part in parts(self) if isinstance(part, Link))


class Line(Text):
    """Plain text of one line, with no links in it: a title, a name, a label."""

    __slots__ = ()

    @property
    def links(self) -> tuple[Link, ...]:
        """None: brackets in a title are brackets."""
        return ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a record, as typed: its id, the label if there is one, and where it starts in the text."""

    id: str
    label: Line | None
    offset: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A source's id with an optional locator, such as `times-20190425 para. 4`."""

    source: str
    locator: Line

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Split at the first space."""
        source, _, locator = text.strip().partition(" ")
        return cls(source, Line(locator.strip()))

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()


_LINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")

_LOUD = re.compile(r"(?![,.'\-])[\x00-\x1f!-/:-@\[-`{-\x7f]|[.'\-](?!\w|\s|$)|(?<![^\W\d_])[.'\-]")
"""ASCII that Markdown, HTML or a table could read as its own. The comma, and in and after a word the full stop,
the apostrophe and the hyphen, are read by no parser."""


def parts(text: str) -> Iterator[Text | Link]:
    """Split prose into plain pieces and links."""
    end = 0
    for match in _LINK.finditer(text):
        if match.start() > end:
            yield Text(text[end : match.start()])
        label = match[2].strip() if match[2] else ""
        yield Link(match[1].strip(), Line(label) if label else None, match.start())
        end = match.end()
    if end < len(text):
        yield Text(text[end:])


@lru_cache(maxsize=8192)  # names and words of the site recur on every page
def shown(text: str) -> Markup:
    """Print text so that it shows as typed, in Markdown and in HTML alike. Spaces stay as they are."""
    return Markup(_LOUD.sub(_entity, text))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
