"""A graphic of a page as a file of its own: an SVG with title, key, source and licence, and a page for frames.

It is made from the figure on the page, so both show the same. The rules of the style sheet that draw it are in the
file, with their colours worked out, as many programs know neither variables nor mixed colours. It is drawn on white and
from left to right, also for languages written from right to left: a file shows no text beside it that runs otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import urljoin
from xml.sax.saxutils import escape, quoteattr

from builder.explainer.addresses import HOME
from builder.graphics.labels import width

FOLDER = "data/graphics"
"""Where the files are, below docs/."""

_AROUND = 150
"""How much higher the file can be than the drawings in it: room for the title, the key and the source."""

_MARGIN = 16
_TOP = 44
_LINE = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a graphic comes from."""

    url: str
    """The URL of its page, from the root of the site."""

    base: str
    """What leads from the file to the root of the site: its address, or a relative path."""

    title: str
    """Its title, if the drawing has none of its own."""

    notes: Sequence[str]
    """The lines below it: its source and its licence."""

    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standalone:
    """A graphic as SVG, and an HTML page that holds only it."""

    svg: bytes
    html: bytes


def name_of(path: str) -> str:
    """The name of the graphic of the page at `path` below docs/, without its ending: `visits` for visits/index.md."""
    return "home" if path == HOME else path.removesuffix(".md").removesuffix("/index").replace("/", "-")


def frame_height(drawing: int, insets: int) -> int:
    """A height that is enough for the file, by those of its drawing and of the row of small maps below it."""
    return drawing + insets + _AROUND


def stand_alone(body: str, origin: Origin, css: str) -> Standalone | None:
    """Make the files from the first figure in a page's body; None if it has none that is drawn as SVG.

    `css` is the style sheet of the site.
    """
    figure = _FIGURE.search(body)
    if figure is None:
        return None
    kind, drawn = figure[1], [_Drawing(*each) for each in _SVG.findall(figure[2])]
    wide = next(each for each in drawn if each.kind == "wide")
    caption = figure[2].partition("<figcaption>")[2].partition("</figcaption>")[0]
    own = re.search('aria-label="([^"]*)"', wide.attributes)
    heading = unescape(own[1]) if own else origin.title
    across = wide.width + 2 * _MARGIN
    parts = [_nested(wide, _MARGIN, _TOP, kind)]
    below = _TOP + wide.height + 8
    if kind == "map":
        left = _MARGIN
        for inset in (each for each in drawn if each.kind == "inset"):
            parts.append(_nested(inset, left, below, kind))
            left += inset.width + 8
        below += max([each.height + 8 for each in drawn if each.kind == "inset"], default=0)
    key, last = _key(caption, kind, below + _LINE - 4, wide.width)
    parts += key
    notes = [line for each in origin.notes for line in _wrapped(each, wide.width)]
    parts += [
        f'<text class="note" x="{_MARGIN}" y="{last + (number + 1) * _LINE + 4}">{escape(note)}</text>'
        for number, note in enumerate(notes)
    ]
    high = last + len(notes) * _LINE + _MARGIN
    drawing = _linked("".join(parts), origin.url, origin.base)
    language = quoteattr(origin.language)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" lang={language} viewBox="0 0 {across} {high}"'
        f' width="{across}" height="{high}" role="group" aria-label={quoteattr(heading)}>\n'
        f"<title>{escape(heading)}</title>\n"
        f"<style>{escape(_OWN_RULES + _rules(css, kind))}</style>\n"
        f'<rect width="{across}" height="{high}" fill="#fff"/>\n'
        f'<text class="title" x="{_MARGIN}" y="28">{escape(heading)}</text>\n'
        f'<g class="graphic {kind}">{drawing}</g>\n</svg>\n'
    )
    html = (
        f'<!doctype html>\n<html lang={language}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f'<meta name="description" content={quoteattr(" ".join([heading, *origin.notes]))}>\n'
        f'<title>{escape(heading)} – {escape(origin.notes[0])}</title>\n<base target="_top">\n'
        "<style>body{margin:0}body>svg{display:block;height:auto;max-width:100%}</style>\n"
        f"</head>\n<body>\n{svg}</body>\n</html>\n"
    )
    return Standalone(svg=svg.encode(), html=html.encode())


_FIGURE = re.compile(r'<figure class="graphic (lanes|map)[^"]*"[^>]*>(.*?)</figure>', re.DOTALL)
_SVG = re.compile(r'<svg class="(\w+)" viewBox="([^"]*)" width="(\d+)" height="(\d+)"([^>]*)>(.*?)</svg>', re.DOTALL)
_OWN_RULES = (
    "text{font-family:system-ui,sans-serif;font-size:12px}"
    ".title{font-size:18px;font-weight:700;fill:#1f2933}"
    ".graphic .note.note.note{fill:#52606d;font-weight:400;stroke:none}"
)


class _Drawing:
    """One of the drawings of a figure, as it is on the page."""

    def __init__(self, kind: str, box: str, width: str, height: str, attributes: str, content: str) -> None:
        self.kind, self.box, self.attributes, self.content = kind, box, attributes, content
        self.width, self.height = int(width), int(height)


def _nested(drawing: _Drawing, x: int, y: int, kind: str) -> str:
    sea = f'<rect class="sea" width="{drawing.width}" height="{drawing.height}"/>' if kind == "map" else ""
    return (
        f'<svg class="{drawing.kind}" x="{x}" y="{y}" viewBox="{drawing.box}" width="{drawing.width}"'
        f' height="{drawing.height}">{sea}{drawing.content}</svg>\n'
    )


def _key(caption: str, kind: str, y: int, across: int) -> tuple[list[str], int]:
    """The key to the marks, or the caption of a map, and the last line that it takes."""
    entries = _ENTRY.findall(caption)
    if not entries:
        lines = [*_wrapped(unescape(re.sub("<[^>]*>", "", caption)), across)]
        last = y + (len(lines) - 1) * _LINE
        return [
            f'<text class="note" x="{_MARGIN}" y="{y + number * _LINE}">{escape(line)}</text>\n'
            for number, line in enumerate(lines)
        ], last
    found, x = [], _MARGIN
    for shape, name, words in entries:
        text = unescape(words)
        sign, reach = _sign(shape, name, x, y)
        if x + reach + width(text) > _MARGIN + across and x > _MARGIN:
            x, y = _MARGIN, y + _LINE
            sign, reach = _sign(shape, name, x, y)
        found.append(f'{sign}<text class="note" x="{x + reach}" y="{y}">{escape(text)}</text>\n')
        x += round(reach + width(text)) + 14
    return found, y


_ENTRY = re.compile(r'<span class="(mark|bar) (?:mark|bar)--([\w-]+)">(.*?)</span>')


def _sign(shape: str, name: str, x: int, y: int) -> tuple[str, int]:
    """A sign of the key, and where its words begin after it."""
    if shape == "bar":  # the style sheet draws bars within links
        return f'<a><path class="{name}" d="M{x} {y - 4}h20"/></a>', 26
    return f'<text x="{x}" y="{y}">{_SIGNS.get(name, "●")}</text>', 16


_SIGNS = {"planned": "○", "fell-through": "✕"}
"""The signs of the key, as the style sheet has them before the words. All others are a disc."""


def _wrapped(text: str, across: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(longer) > across:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _linked(html: str, url: str, base: str) -> str:
    def lead(found: re.Match[str]) -> str:
        return f' href="{base}{urljoin(f"/{url}", found[1]).removeprefix("/")}"'

    return re.sub(r' href="([^":]*)"', lead, html)


@lru_cache(maxsize=8)  # a site has one style sheet, and many maps
def _rules(css: str, kind: str) -> str:
    """The rules of the style sheet for a kind of graphic, with colours in place of variables and mixed colours."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    colours = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})", bare.partition("}")[0])) | {
        "--md-default-bg-color": "#fff"
    }
    wanted = re.compile(rf"^(?:\.graphic text[^{{,]*|\.{kind}(?:--lit)?[ ][^{{]*)\{{[^{{}}]*\}}", re.MULTILINE)
    found = " ".join(rule for rule in wanted.findall(bare) if ":hover" not in rule)
    found = re.sub(r"var\((--[\w-]+)\)", lambda name: colours.get(name[1], "#1f2933"), found)
    found = _MIX.sub(lambda mix: _mixed(mix[1], int(mix[2]), mix[3]), found)
    if kind == "map":
        found += f" .map .sea{{fill:{_mixed(colours.get('--explainer-open', '#1d4f91'), 13, '#fff')}}}"
    return " ".join(found.split())


_MIX = re.compile(r"color-mix\(in srgb, (#\w+) (\d+)%, (#\w+|transparent)\)")


def _mixed(first: str, share: int, second: str) -> str:
    one = _rgb(first)
    if second == "transparent":
        return f"rgba({','.join(map(str, one))},{share / 100})"
    parts = (round((a * share + b * (100 - share)) / 100) for a, b in zip(one, _rgb(second), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _rgb(colour: str) -> tuple[int, ...]:
    digits = colour[1:] if len(colour) > 4 else "".join(digit * 2 for digit in colour[1:])
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
