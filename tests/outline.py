"""Pages as a browser reads them: front matter decoded, tags and the texts between them, to hold one against another."""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import markdown
from golden import furnish
from mkdocs.config import load_config

from builder.pages.rendering import Page


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or an end tag, its attributes decoded."""

    name: str
    attributes: Mapping[str, str]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is shown. The tags of explained words are left out: a payload may hold such a word."""

    title: str
    description: str
    outline: tuple[Tag | str, ...]
    explanations: frozenset[str]
    drawn: frozenset[str] = frozenset()
    """The texts of its drawings. How a drawing is laid out hangs on how wide they are, so it is not in the outline."""

    @property
    def text(self) -> str:
        """All that can be read, words parted where a block ends."""
        inline = ("a", "span", "strong", "sup")
        pieces = (" " if piece.name not in inline else "" for piece in self.outline if isinstance(piece, Tag))
        return folded("".join(piece if isinstance(piece, str) else next(pieces) for piece in self.outline))

    @property
    def text_pieces(self) -> tuple[str, ...]:
        """The texts between the tags, one by one."""
        return tuple(piece for piece in self.outline if isinstance(piece, str))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The start tags."""
        return tuple(piece for piece in self.outline if isinstance(piece, Tag) and not piece.ends)

    def changed(self, change: Callable[[str], str]) -> tuple[Tag | str, ...]:
        """The outline with each text and each attribute changed."""
        return tuple(
            change(piece)
            if isinstance(piece, str)
            else Tag(piece.name, {name: change(value) for name, value in piece.attributes.items()}, piece.ends)
            for piece in self.outline
        )


def folded(text: str) -> str:
    """White space as a browser shows it, and at the edges as the builder trims it."""
    return " ".join(text.split())


def shown(pages: Iterable[Page]) -> dict[str, Shown]:
    """Each page by its path, converted as the mkdocs.yml of mini-explainers has it."""
    return {page.path: _shown(page) for page in pages}


def _shown(page: Page) -> Shown:
    title, description = str(page.meta["title"]), str(page.meta["description"])
    assert not set(title + description) & set('<>"')
    reader = _Reader()
    reader.feed(_converter().reset().convert(page.body))
    reader.close()
    pieces = (folded(piece) if isinstance(piece, str) else piece for piece in reader.pieces)
    outline = tuple(piece for piece in pieces if piece)
    return Shown(
        folded(unescape(title)),
        folded(unescape(description)),
        outline,
        frozenset(reader.explanations),
        frozenset(reader.drawn),
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
        self.drawn: set[str] = set()
        self.drawing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: folded(value or "") for name, value in attrs}
        self.read = READERS.get(attributes.get("class", ""), str) if tag == "pre" else self.read
        if tag == "svg":
            self.drawing = True
        elif self.drawing:
            assert DRAWN.fullmatch(tag), tag
            assert attributes.keys() <= {"class", "d", "cx", "cy", "r", "x", "y"}, attributes
            assert re.fullmatch(r"[MmVvHhLlCcZz\d .-]*", attributes.get("d", "")), attributes
        elif tag == "abbr":
            assert attributes.keys() == {"title"}, attributes
            self.explanations.add(attributes["title"])
        else:
            self.pieces.append(Tag(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        self.read = str if tag == "pre" else self.read
        if tag == "svg":
            self.drawing = False
        elif tag != "abbr" and not self.drawing:
            self.pieces.append(Tag(tag, {}, ends=True))

    def handle_data(self, data: str) -> None:
        data = self.read(data)
        last = self.pieces[-1] if self.pieces else None
        if self.drawing:
            self.drawn |= {folded(data)} - {""}
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
    """The texts in JSON, as typed."""
    value = json.loads(data)
    if isinstance(value, str):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return " ".join(in_json(json.dumps(each)) for each in inner)


def in_bibtex(data: str) -> str:
    """BibTeX as LaTeX prints the texts in it."""
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
"""How a `pre` of a class is read: what it shows, it says in a format of its own."""

LIVE = re.compile(
    "script|style|iframe|object|embed|img|svg|math|form|input|button|textarea|base|meta|link|title|video|audio"
)
"""Elements that run, load or ask. The pages have `details` of their own; one more would change their shape."""

DRAWN = re.compile("path|circle|text|tspan")
"""Elements that a drawing is made of."""


def assert_nothing_live(page: Shown, path: str) -> None:
    """No element that runs, loads or asks; no handler; no address but to the web, to mail or within the site."""
    for tag in page.tags:
        assert not LIVE.fullmatch(tag.name), path
        assert not [name for name in tag.attributes if name.startswith("on") or name in ("style", "src")], path
        assert re.match(r"$|https?://|mailto:|[\w./-]*(#[\w:.-]+)?$", tag.attributes.get("href", "")), path


def assert_same(found: Mapping[str, Shown], usual: Mapping[str, Shown], said: Callable[[str], str]) -> None:
    """Hold pages against the usual ones: the same tags and attributes, and in each text what is to be said there."""
    assert found.keys() == usual.keys()
    explanations = {said(explanation) for page in usual.values() for explanation in page.explanations}
    for path, page in found.items():
        assert_nothing_live(page, path)
        assert page.outline == usual[path].changed(said), path
        assert_drawn(page.drawn, {*map(said, usual[path].drawn), *map(said, usual[path].text_pieces)}, path)
        assert {said(explanation) for explanation in usual[path].explanations} <= page.explanations <= explanations
        assert page.title == said(usual[path].title), path
        assert_described(page.description, said(usual[path].description))


def assert_described(found: str, whole: str) -> None:
    """A description is the whole text, or as much of its beginning as a search engine shows."""
    if found != whole:
        assert found.endswith("…")
        assert whole.startswith(found[:-1])
        assert len(whole) > 155 >= len(found) > 100


def assert_drawn(found: Iterable[str], known: Iterable[str], path: str) -> None:
    """Each text of a drawing is one that the page knows, or its beginning."""
    for text in found:
        assert any(folded(whole).startswith(text.removesuffix("…").rstrip()) for whole in known), (path, text)
