"""Our plugin for MkDocs that puts the explainer on one page: the pages that its front matter names, one after another.

The page itself is a list of links to these pages. Their HTML is made already, so this takes no second rendering. A
preview does without the plugin, so the page is the list alone there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from mkdocs.plugins import BasePlugin

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

NAME: Final = "whole_page"
"""The plugin's name in MkDocs."""


def add_whole_page(config: MkDocsConfig) -> None:
    """Add the plugin to a build."""
    config.plugins[NAME] = WholePagePlugin()


class WholePagePlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Completes the pages whose front matter has `gathers`."""

    def __init__(self) -> None:
        super().__init__()
        self.files: Files | None = None

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the list of files."""
        self.files = files
        return nav

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Complete the page, if all pages that it names are rendered."""
        gathers: Any = page.meta.get("gathers") if "seal" in page.meta else None
        if gathers and self.files and page.content:
            files = [self.files.get_file_from_path(path) for path in gathers["pages"]]
            pages = [file.page for file in files if file and file.page and file.page.content]
            if len(pages) == len(files):
                page.content = on_one_page(
                    page.url, page.content, {each.url: each.content or "" for each in pages}, str(gathers["sources"])
                )
        return context


def on_one_page(url: str, contents: str, pages: dict[str, str], sources: str) -> str:
    """Put pages, HTML by their URL, behind the contents of the page at `url`, before what ends it.

    Links between them lead to places on the one page, and ids are unique on it: they begin with the place of their
    page. `sources` is the heading of each list of sources, escaped.
    """
    places = {page: page.strip("/").replace("/", ".") or "home" for page in pages}
    sections = "\n".join(
        f'<section class="gathered-page" id="{places[page]}">\n'
        f"{_linked(_shortened(html, sources), page, url, places)}\n</section>"
        for page, html in pages.items()
    )
    before, end, after = contents.partition('<details class="cite"')
    return f"{_linked(before, url, url, places)}\n{sections}\n{end}{after}"


def _shortened(html: str, sources: str) -> str:
    """Leave out what the page has once or what is of no use on it, and put headings one level lower."""
    for unwanted in _UNWANTED:
        html = unwanted.sub("", html)
    html = _CONTROL.sub(r' <a class="cited-at" href="#cite_\1">[\2]</a>', html)
    html = _LISTS.sub(lambda found: _as_list(found[0], sources), html)
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 1, 6)}", html)


_UNWANTED = (
    re.compile(r'<details class="(?:cite|sources|embed)".*?</details>', re.DOTALL),
    re.compile(r'<nav [^>]*class="pager".*?</nav>', re.DOTALL),
    re.compile(r'<p class="asof".*?</p>', re.DOTALL),
    re.compile(r"<abbr [^>]*>|</abbr>"),
    re.compile(r""" data-search-exclude(?:=(["'])[^"']*\1)?"""),
)
"""How to cite a page, controls, neighbours, what the glossary says, as the glossary is on the page too, and marks for
the search, which MkDocs removes from a page at some time or other."""

_CONTROL = re.compile(
    r' ?<span class="cites"[^>]*><button[^>]* popovertarget="cite_([0-9]+)"[^>]*>[^<]*</button>'
    r"<span> \[([^\]<]+)\]</span></span>"
)
"""The control that opens sources: their number, and the same in the digits of the language."""

_LISTS = re.compile(r'<section class="source-lists".*?</section>', re.DOTALL)
_HEADING = re.compile(r"<(/?)h([1-5])(?=[ >])")


def _as_list(html: str, sources: str) -> str:
    """Turn the lists that open in place into one list by number, without links to the list of all sources."""
    items = []
    for number, each in _ONE_LIST.findall(html):
        named = "; ".join(_STANDING.sub(r" <span\1>\2</span>", item) for item in _ITEM.findall(each))
        items.append(f'<li id="cite_{number}">{named}</li>')
    return f'<p class="gathered-sources">{sources}</p>\n<ol class="gathered-sources">\n' + "\n".join(items) + "\n</ol>"


_ONE_LIST = re.compile(r'<div popover[^>]* id="cite_(\d+)".*?<ul>(.*?)</ul>', re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_STANDING = re.compile(r' <a( class="standing[^"]*") [^>]*>([^<]*)</a>(?: <a [^>]*>[^<]*</a>)?')


def _linked(html: str, page: str, url: str, places: dict[str, str]) -> str:
    """Make the ids of a page unique, and let its links lead where they led, from the page at `url`."""
    place = places.get(page)

    def attribute(found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if name in ("id", "aria-labelledby"):
            return f' {name}="{place}.{value}"' if place else found[0]
        if re.match("[a-z][a-z0-9+.-]*:|/", value, re.IGNORECASE):
            return found[0]
        path, mark, anchor = urljoin(f"/{page}", value).removeprefix("/").partition("#")
        if path in places and "?" not in value:
            return f' href="#{places[path]}{f".{anchor}" if anchor else ""}"'
        return f' href="{"../" * url.count("/")}{path}{mark}{anchor}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), html)


_TAG = re.compile(r"<[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r' (id|href|aria-labelledby)="([^"]*)"')
