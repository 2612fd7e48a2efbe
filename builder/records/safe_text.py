"""Text that an editor typed, made safe to print anywhere; links in it; citations.

`Text` is a `str` that escapes itself: Jinja's autoescape calls `__html__`, which replaces ASCII characters that have a
meaning in Markdown, HTML or a table with numeric entities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from markupsafe import Markup, escape


class Text(str):
    """Plain text in paragraphs. `[[id]]` and `[[id|label]]` are links to records; the rest shows as typed."""

    __slots__ = ()

    def __html__(self) -> Markup:
        """The escaped text as one line, with links as typed."""
        return _on_one_line(self)

    @property
    def paragraphs(self) -> tuple[Text, ...]:
        """The paragraphs, which blank lines separate. Line breaks within one become spaces."""
        found = re.split(r"\n\s*\n", self) if "\n" in self else (self,)
        return tuple(self.part(" ".join(part.split())) for part in found if part.strip())

    def part(self, text: str) -> Text:
        """A part of this text, which is what this text is: a translation of something, for instance."""
        return Text(text)

    @property
    def links(self) -> tuple[Link, ...]:
        """The links to records, in order."""
        return tuple(part for part in parts(self) if isinstance(part, Link))


class Line(Text):
    """One line of plain text without links: a title, a name, a label."""

    __slots__ = ()

    @property
    def links(self) -> tuple[Link, ...]:
        """Always empty: brackets in a title are just brackets."""
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
        if source.endswith(";"):  # a list as some people write it: the next id is then found in the locator
            source, locator = source.removesuffix(";"), f"; {locator}"
        return cls(source, Line(locator.strip()))

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()


LINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")

_SENTENCE = re.compile(
    r"(?:\[\[[^\]]*\]\]|[^\[]|\[(?!\[[^\]]*\]\]))*?(?:[.!?…][”’»\")]*(?=\s+\S)|[。！？]+(?=\S))", re.DOTALL
)

_SPECIAL = re.compile(r"[\x00-\x1f!-+\-./:-@\[-`{-\x7f](?:(?<![.'\-])|(?!\w|\s|$)|(?<![^\W\d_].))")
"""ASCII characters that can have a meaning in Markdown, HTML or a table. A comma has none, and neither has a full
stop, apostrophe or hyphen within or after a word. The pattern begins with all of them, so that `re` skips to one."""

_ENTITIES = {chr(code): f"&#{code};" for code in range(128)}


def first_sentence(text: Text) -> tuple[Text, Text]:
    """The first sentence of a text, and the rest. A full stop within a link does not end a sentence."""
    found = _SENTENCE.match(text)
    if found is None:
        return text, text.part("")
    return text.part(found[0]), text.part(text[found.end() :].strip())


def parts(text: str) -> Iterator[Text | Link]:
    """Split text into plain pieces and links."""
    if text and "[[" not in text:
        yield Text(text)
        return
    end = 0
    for match in LINK.finditer(text):
        if match.start() > end:
            yield Text(text[end : match.start()])
        label = match[2].strip() if match[2] else ""
        yield Link(match[1].strip(), Line(label) if label else None, match.start())
        end = match.end()
    if end < len(text):
        yield Text(text[end:])


marked: Final[Callable[[str], Markup]] = partial(str.__new__, Markup)
"""Mark a text as markup. `Markup` takes three times as long, as it first asks whether the text is markup already."""


@lru_cache(maxsize=8192)  # names and the site's own words are on every page
def escaped(text: str) -> Markup:
    """Escape text so that it shows as typed in both Markdown and HTML. Spaces are kept."""
    return marked(_SPECIAL.sub(_entity, text))


@lru_cache(maxsize=8192)
def _on_one_line(text: str) -> Markup:
    return escaped(" ".join(text.split()))


def _entity(match: re.Match[str]) -> str:
    return _ENTITIES[match[0]]


def markup_of(value: object) -> Markup:
    """Escape what is not markup yet, as `markupsafe.escape` does, which takes longer for what is markup already."""
    if type(value) is Markup:
        return value
    return value.__html__() if isinstance(value, Text) else escape(value)
