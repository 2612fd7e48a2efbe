"""Our plugin for MkDocs that decides what the search reads on generated pages and how their results begin.

The language of the theme is set here too, because the search has settings that follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.plugins import BasePlugin

from builder.site.making.search_entries import add_entries
from builder.site.search.sharded_index import MOST_BYTES, remove_index, write_index
from builder.system.cache_file import CacheFile
from builder.system.program import program_digest

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

NAME: Final = "found"
"""The plugin's name in MkDocs."""

_SEARCH: Final = "material/search"
"""Material's plugin for the search, whatever mkdocs.yml calls it."""


def add_search(config: MkDocsConfig, *, preview: bool = False) -> None:
    """Add the plugin to a build. In a preview the index stays in one file, which is quicker to write."""
    config.plugins[NAME] = SearchPlugin(in_one_file=preview)


def use_language(config: MkDocsConfig, code: str) -> None:
    """Give the theme the language of the explainer, or its base language, if the theme has it.

    Call it before MkDocs's event `config`, in which the search takes its settings from the theme.
    """
    config.theme["language"] = theme_language(config, code)


def theme_language(config: MkDocsConfig, code: str) -> str:
    """The language of the theme that comes nearest to a language: itself, its base, or the one that the site has."""
    names = (code, code.partition("-")[0])
    known = (
        name for name in names for folder in config.theme.dirs if Path(folder, _TRANSLATION.format(name)).is_file()
    )
    return next(known, str(config.theme["language"]))


KEPT: Final = ".cache/search"
"""Where the index is kept for the next build, below the project's root."""

_TRANSLATION: Final = "partials/languages/{}.html"
"""Where Material keeps its own words in a language."""


class SearchPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Marks what Material's search must not read, completes the entries that it makes, and splits a big index."""

    def __init__(self, *, in_one_file: bool) -> None:
        super().__init__()
        self.in_one_file = in_one_file

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Replace the index by one that completes the entries of a page."""
        plugin: Any = config.plugins.get(_SEARCH)
        index = getattr(plugin, "search_index", None)
        if index is not None:
            plugin.search_index = _completed(type(index))(**index.config)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Mark facts, numbers of footnotes, lists of sources and what stands at the end of a page."""
        return mark_unread(html) if "seal" in page.meta else html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Split the index that Material has written, if it is big."""
        plugin: Any = config.plugins.get(_SEARCH)
        remove_index(Path(config.site_dir))
        written = Path(config.site_dir, "search", "search_index.json")
        if self.in_one_file or plugin is None or not written.is_file() or written.stat().st_size <= MOST_BYTES:
            return
        settings = {name: plugin.search_index.config[name] for name in ("lang", "separator", "pipeline", "fields")}
        kept = CacheFile(Path(config.config_file_path).parent / KEPT, program_digest())
        write_index(plugin.search_index.entries, settings, Path(config.site_dir), kept)


def mark_unread(html: str) -> str:
    """Mark what the search leaves out of the HTML of a generated page, unless it is marked already."""
    return _UNREAD.sub(lambda tag: tag[0] if tag[0].endswith(_MARK) else tag[0] + _MARK, html)


_MARK: Final = " data-search-exclude='true'"


_REPEATED = (
    "addressed|ahead|events|events-about|expected|named-in|that-day"
    "|claims|constraints|documents|exemptions|fell-through|form|holds-back|invited|latest|meetings|members|met"
    "|moments|next|page_sources|present-at|projects|questions|stages|visits"
)
"""The headings of facts, and of lists whose entries are also on pages of their own, where a reader should find them."""

_UNREAD = re.compile(
    r'<(?:sup id="fnref|div class="footnote"|(?:p|span) class="(?:about|asof|cited|draft)"|nav [^>]*class="pager")'
    r"[^>]*(?=>)"
    rf'|<h2 id="(?:{_REPEATED})"|(?<!<div class="glossary">\n)<dl(?=>)'
)
"""The beginning of each element that the search leaves out. What the glossary says is no table of facts."""


def _completed(base: type[Any]) -> type[Any]:
    """An index that begins the title of a page with its `kind`, and finds the page by its `also` as well."""

    class Index(base):  # type: ignore[misc]  # Material's has no types
        def add_entry_from_context(self, page: Page) -> None:
            before = len(self.entries)
            add_entries(self, page)
            self.entries[before:] = completed(self.entries[before:], page.url, page.meta)

    return Index


def completed(entries: list[Any], url: str, meta: Mapping[str, Any]) -> list[Any]:
    """The entries of a page, of which the first begins with the `kind` of the page and can be found by its `also`."""
    added = _with_title(entries, url)
    for entry in added:
        entry["text"] = _short(entry["text"])
    added = [entry for entry in added if entry is added[0] or entry["text"]]
    search = meta.get("search") or {}
    kind, also = (as_html(search.get(name)) for name in ("kind", "also"))
    if also and not added:  # the page itself is excluded
        return [{"location": url, "title": as_html(meta.get("title")), "text": also}]
    if also:
        added[0]["text"] += f"<p>{also}</p>"
    if kind and added:
        added[0]["text"] = _without(kind.split(" · "), added[0]["text"])
        added[0]["title"] = f"<small>{kind}</small> {added[0]['title']}"
    return added


def _with_title(entries: list[Any], url: str) -> list[Any]:
    """The entries of a page. If it has one for the title alone, as the title stands in an element of its own, that is
    put into the first: the title if it is another than the page's name, and at the end what stands beside it.
    """
    titles = [entry for entry in entries if entry["location"] == f"{url}#page_title"]
    for entry in titles:
        if entry is entries[0]:
            entry["location"] = url
            return entries
        first = entries[0]
        finding = f"<p>{entry['title']}</p>" if entry["title"] != first["title"] else ""
        first["text"] = finding + first["text"] + entry["text"].replace(f"<p>{first['title']}</p>", "")
    return [entry for entry in entries if entry not in titles]


def _without(said: list[str], text: str) -> str:
    """The text without what the result begins with, where a paragraph is a line of such pieces, in any order."""

    def left(match: re.Match[str]) -> str:
        pieces = [piece for piece in match[1].split(" · ") if piece not in said]
        return f"<p>{' · '.join(pieces)}</p>" if pieces else ""

    return re.sub(r"<p>([^<]* · [^<]*)</p>", left, text)


def _short(text: str) -> str:
    """The text of an entry without markup that takes room. Each item of a list becomes a block, and a result shows the
    blocks that match.
    """
    items = re.sub(r"\s*</?(?:ul|ol)>\s*", "", text)
    blocks = re.sub(r"\s*(</?(?:li|p)>)\s*", r"\1", items).replace("<li><p>", "<li>").replace("</p></li>", "</li>")
    return " ".join(blocks.split()) if "<pre>" not in blocks else blocks


def as_html(text: object) -> str:
    """A text from the front matter of a generated page, where it is escaped, with the fewest escapes."""
    return escape(unescape(str(text or "")), quote=False)
