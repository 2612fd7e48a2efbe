"""Pages as a browser reads them: decoded front matter, tags and the texts between them, ready to be compared."""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import markdown
from golden import furnish
from mkdocs.config import load_config

from builder.pages.page_file import Page


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag with decoded attributes."""

    name: str
    attributes: Mapping[str, str]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as shown. The tags of explained words and of text from right to left are left out, because a
    payload may be or contain such a text."""

    title: str
    description: str
    outline: tuple[Tag | str, ...]
    explanations: frozenset[str]
    drawing_texts: frozenset[str] = frozenset()
    """The texts of its drawings. The layout of a drawing depends on their width, so drawings are not in the outline."""

    @property
    def text(self) -> str:
        """All text, with a space at the end of each block."""
        inline = ("a", "span", "strong", "sup")
        pieces = (" " if piece.name not in inline else "" for piece in self.outline if isinstance(piece, Tag))
        return collapsed("".join(piece if isinstance(piece, str) else next(pieces) for piece in self.outline))

    @property
    def text_pieces(self) -> tuple[str, ...]:
        """The texts between the tags."""
        return tuple(piece for piece in self.outline if isinstance(piece, str))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The start tags."""
        return tuple(piece for piece in self.outline if isinstance(piece, Tag) and not piece.ends)

    def mapped(self, change: Callable[[str], str]) -> tuple[Tag | str, ...]:
        """Return the outline with a function applied to each text and attribute."""
        return tuple(
            change(piece)
            if isinstance(piece, str)
            else Tag(piece.name, {name: change(value) for name, value in piece.attributes.items()}, piece.ends)
            for piece in self.outline
        )


def collapsed(text: str) -> str:
    """Collapse white space as a browser does, and strip it at both ends."""
    return " ".join(text.split())


def shown(pages: Iterable[Page]) -> dict[str, ShownPage]:
    """Convert each page with the settings in the mkdocs.yml of mini-explainers. Return them by path."""
    return {page.path: _shown(page) for page in pages}


def _shown(page: Page) -> ShownPage:
    title, description = str(page.meta["title"]), str(page.meta["description"])
    assert not set(title + description) & set('<>"')
    reader = _Reader()
    reader.feed(_converter().reset().convert(page.body))
    reader.close()
    pieces = (collapsed(piece) if isinstance(piece, str) else piece for piece in reader.pieces)
    outline = tuple(piece for piece in pieces if piece)
    return ShownPage(
        collapsed(unescape(title)),
        collapsed(unescape(description)),
        outline,
        frozenset(reader.explanations),
        frozenset(reader.drawing_texts),
    )


@functools.cache
def _converter() -> markdown.Markdown:
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(str(furnish(Path(folder)).config))
    return markdown.Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Tag | str] = []
        self.explanations: set[str] = set()
        self.read: Callable[[str], str] = str
        self.drawing_texts: set[str] = set()
        self.in_drawing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: collapsed(value or "") for name, value in attrs}
        self.read = READERS.get(attributes.get("class", ""), str) if tag == "pre" else self.read
        if tag == "svg":
            self.in_drawing = True
        elif self.in_drawing:
            assert DRAWING_ELEMENTS.fullmatch(tag), tag
            assert attributes.keys() <= DRAWING_ATTRIBUTES, attributes
            self.drawing_texts |= {attributes.get("aria-label", "")} - {""}
            assert re.fullmatch(r"[MmVvHhLlCcZz\d .-]*", attributes.get("d", "")), attributes
        elif tag == "bdi":
            pass  # a payload may run from right to left
        elif tag == "abbr":
            assert attributes.keys() == {"title"}, attributes
            self.explanations.add(attributes["title"])
        else:
            self.pieces.append(Tag(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        self.read = str if tag == "pre" else self.read
        if tag == "svg":
            self.in_drawing = False
        elif tag not in ("abbr", "bdi") and not self.in_drawing:
            self.pieces.append(Tag(tag, {}, ends=True))

    def handle_data(self, data: str) -> None:
        data = self.read(data)
        last = self.pieces[-1] if self.pieces else None
        if self.in_drawing:
            self.drawing_texts |= {collapsed(data)} - {""}
        elif isinstance(last, str):
            self.pieces[-1] = last + data
        else:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def in_json(data: str) -> str:
    """Return the texts in JSON, as typed."""
    value = json.loads(data)
    if isinstance(value, str):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return " ".join(in_json(json.dumps(each)) for each in inner)


def in_bibtex(data: str) -> str:
    """Return BibTeX with its texts as LaTeX prints them."""
    named = {
        **{"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"},
        **{"less": "<", "greater": ">", "bar": "|", "quotedbl": '"', "asciigrave": "`"},
    }
    return re.sub(
        r"\{\\text([a-z]+)\}|\\([%&$#_])|\{\}",
        lambda match: named[match[1]] if match[1] else match[2] or "",
        data,
    )


READERS: dict[str, Callable[[str], str]] = {"bibtex": in_bibtex, "csl": in_json}
"""How to read a `pre` of each class, which has its text in another format."""

LIVE_ELEMENTS = re.compile(
    "script|style|iframe|object|embed|img|svg|math|form|input|button|textarea|base|meta|link|title|video|audio"
)
"""Elements that run or load something, or take input. `details` is missing here, as the pages use it themselves."""

OWN_CONTROLS = {
    "button": {"class", "popovertarget", "popovertargetaction", "autofocus", "aria-label"},
    "input": {"type", "name", "id", "checked", "autocomplete"},
}
"""The controls that the pages have themselves, which work without script, and all their attributes."""

DRAWING_ELEMENTS = re.compile("path|circle|rect|text|tspan|g|a")
"""Elements in drawings."""

DRAWING_ATTRIBUTES = {
    *("class", "d", "cx", "cy", "r", "x", "y", "width", "height", "transform"),
    *("href", "hreflang", "tabindex", "aria-label", "aria-hidden"),
}
"""Attributes of the elements in drawings, and of the links in them."""


def assert_nothing_live(page: ShownPage, path: str) -> None:
    """Assert that no element runs, loads or takes input, and that links lead to the web, to mail or within the site."""
    for tag in page.tags:
        is_own = tag.name in OWN_CONTROLS and tag.attributes.keys() <= OWN_CONTROLS[tag.name]
        assert is_own or not LIVE_ELEMENTS.fullmatch(tag.name), path
        assert not [name for name in tag.attributes if name.startswith("on") or name in ("style", "src")], path
        assert re.match(r"$|https?://|mailto:|[\w./-]*(#[\w:.-]+)?$", tag.attributes.get("href", "")), path


def assert_same(
    found: Mapping[str, ShownPage], baseline: Mapping[str, ShownPage], replace: Callable[[str], str]
) -> None:
    """Assert that pages have the tags and attributes of the baseline, and its texts with `replace` applied."""
    assert found.keys() == baseline.keys()
    explanations = {replace(explanation) for page in baseline.values() for explanation in page.explanations}
    for path, page in found.items():
        assert_nothing_live(page, path)
        assert_outline(page.outline, baseline[path].mapped(replace), path)
        assert_drawn(
            page.drawing_texts,
            {*map(replace, baseline[path].drawing_texts), *map(replace, baseline[path].text_pieces)},
            path,
        )
        assert (
            {replace(explanation) for explanation in baseline[path].explanations} <= page.explanations <= explanations
        )
        assert page.title == replace(baseline[path].title), path
        assert_described(page.description, replace(baseline[path].description))


FIRST_SENTENCES = ("visits/index.md", "visits/unknown.md", "invitations.md", "timeline/index.md")
"""Lists that show the first sentence of a text."""


def assert_outline(found: Sequence[Tag | str], whole: Sequence[Tag | str], path: str) -> None:
    """Assert that a page has these tags and texts. The name of a button has the start of a text, and so have lists."""
    assert len(found) == len(whole), path
    for part, expected in zip(found, whole, strict=True):
        if isinstance(part, Tag) and isinstance(expected, Tag) and part.attributes.get("class", "").startswith("srcs"):
            start, other = (tag.attributes["aria-label"].removesuffix("…").rstrip() for tag in (part, expected))
            assert start.startswith(other) or other.startswith(start), path
            assert dict(part.attributes) | {"aria-label": ""} == dict(expected.attributes) | {"aria-label": ""}, path
        elif path in FIRST_SENTENCES and isinstance(part, str) and isinstance(expected, str):
            assert expected.startswith(part), path
        else:
            assert part == expected, path


def assert_described(found: str, whole: str) -> None:
    """Assert that a description is the whole text, or its start up to the length that search engines show."""
    if found != whole:
        assert found.endswith("…")
        assert whole.startswith(found[:-1])
        assert len(whole) > 155 >= len(found) > 100


def assert_drawn(found: Iterable[str], known: Iterable[str], path: str) -> None:
    """Assert that each text of a drawing is on the page too, in full or shortened, or goes on where one ends."""
    whole = {collapsed(text) for text in known}
    starts = tuple(text.rpartition(" ")[0] + " " for text in whole if text.endswith("…") and " " in text)
    for text in found:
        is_known = any(each.startswith(text.removesuffix("…").rstrip()) for each in whole)
        assert is_known or text.startswith(starts), (path, text)
