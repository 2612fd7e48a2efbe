"""Our plugin for MkDocs that completes the navigation, gives the theme its footer, and escapes titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, cast

from markupsafe import escape
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, InclusionLevel, set_exclusions
from mkdocs.utils import get_markdown_title, nest_paths
from mkdocs.utils.meta import get_data

from builder.explainer.addresses import HOME
from builder.exports.descriptions.page_list import LLMS
from builder.pages.navigation import (
    FOOTER,
    FOOTER_SETTING,
    PARTS,
    Entry,
    Navigation,
    Part,
    complete_nav,
    has_seal,
    named_pages,
)
from builder.site.config.handbook import add_handbook
from builder.site.plugins.placeholder_plugin import EXTRA
from builder.site.plugins.search_plugin import theme_language

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation as MkDocsNavigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

NAME: Final = "navigation"
"""The plugin's name in MkDocs."""


def add_navigation(config: MkDocsConfig, pages: Navigation | None) -> None:
    """Add the plugin to a build, for these pages or, with None, for the generated pages in docs/."""
    config.plugins[NAME] = NavigationPlugin(pages)


class NavigationPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Completes `nav`, `not_in_nav` and the footer of mkdocs.yml once all files are known."""

    def __init__(self, pages: Navigation | None) -> None:
        super().__init__()
        self.pages = pages
        self.editions: dict[str, dict[str, Any]] = {}
        """What the theme needs for pages in each other language."""

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Decide which files are in the navigation, and what the footer links to."""
        add_handbook(files, config)
        set_exclusions(files, config)  # for files that another plugin added
        documents = files.documentation_pages()
        pages = self.pages or _in_docs(documents)
        at_foot = _entries(config.extra.get(FOOTER_SETTING), pages.empty)
        # `not_in_nav` of mkdocs.yml leaves out generated pages too.
        shown = {file.src_uri for file in documents if _is_in_nav(file)}
        parts = tuple(
            replace(part, entries=tuple(entry for entry in part.entries if entry.path in shown)) for part in pages.parts
        )
        footer = (
            *at_foot,
            *(entry for entry in pages.footer if entry.path in shown or entry.path not in pages.generated),
        )
        elsewhere = pages.generated.union(entry.path for entry in at_foot)
        nav = config.nav or []
        named = set(named_pages(nav))
        by_hand = shown - elsewhere - named
        nav = [*nav, *_nested(file for file in documents if file.src_uri in by_hand)]
        empty = pages.empty - {file.src_uri for file in documents}  # someone may have written one by hand
        config.nav = complete_nav(nav, replace(pages, parts=parts, empty=empty))
        for file in documents:
            if file.src_uri in elsewhere and _is_in_nav(file):
                file.inclusion = InclusionLevel.NOT_IN_NAV  # MkDocs then does not report that `nav` leaves it out
        config.extra.setdefault(EXTRA, {})["footer"] = [*_links(footer, files)]
        _add_at_root(LLMS, files, config)
        return files

    def on_nav(self, nav: MkDocsNavigation, *, config: MkDocsConfig, files: Files) -> MkDocsNavigation:
        """Let MkDocs know the home page. It looks for it only outside of sections."""
        home = next((page for page in nav.pages if page.file.src_uri == HOME), None)
        if nav.homepage is None and home:
            home.parent = None
            nav.homepage = home
        return nav

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: MkDocsNavigation
    ) -> TemplateContext:
        """Give the theme what it needs for a page in another language: its words, and titles and pages for menus."""
        if (language := page.meta.get("language")) and "seal" in page.meta:
            cast(dict[str, Any], context)["local"] = self._local(str(language), config, nav)
        return context

    def _local(self, language: str, config: MkDocsConfig, nav: MkDocsNavigation) -> dict[str, Any]:
        if language not in self.editions:
            meta = nav.homepage.meta if nav.homepage else {}
            found: dict[str, Any] = meta.get("editions", {}).get(language, {})
            self.editions[language] = {**found, "theme": theme_language(config, language)}
        return self.editions[language]

    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> None:
        """Escape titles, which the theme prints unescaped, in attributes too.

        Titles in the navigation and of generated pages are escaped already.
        """
        config.site_name = escape(config.site_name)
        for page in (file.page for file in files if file.page):
            escape_title(page)


def escape_title(page: Page) -> None:
    """Escape the title of a page written by hand, if its front matter gives one."""
    if "title" in page.meta and "seal" not in page.meta:
        page.meta = {**page.meta, "title": escape(page.meta["title"])}


def _add_at_root(path: str, files: Files, config: MkDocsConfig) -> None:
    """Add a file to the root of the site too, where programs look for it, unless docs/ has one of this name there."""
    found, name = files.get_file_from_path(path), PurePosixPath(path).name
    if found and found.abs_src_path and not files.get_file_from_path(name):
        files.append(File.generated(config, name, abs_src_path=found.abs_src_path))


def _in_docs(documents: Iterable[File]) -> Navigation:
    """The navigation of the generated pages in docs/."""
    generated = frozenset(file.src_uri for file in documents if has_seal(_text(file)))
    order = (path for paths in PARTS.values() for path in paths)
    return Navigation(
        parts=tuple(Part(entries=(Entry(path=path),)) for path in order if path in generated),
        footer=tuple(Entry(path=path) for path in FOOTER if path in generated),
        generated=generated,
    )


def _entries(setting: object, empty: frozenset[str]) -> tuple[Entry, ...]:
    """The entries of the footer in mkdocs.yml, written as in `nav`: a page, or a title and a page or address."""
    entries = []
    for item in setting if isinstance(setting, list) else ():
        for title, path in item.items() if isinstance(item, dict) else ((None, item),):
            if isinstance(path, str) and path not in empty:
                entries.append(Entry(path=path, title=None if title is None else escape(title)))
    return tuple(entries)


def _links(entries: Iterable[Entry], files: Files) -> Iterator[tuple[str, str]]:
    """The title of each entry and its address from the root of the site. One without a title has that of its page."""
    for entry in entries:
        path, mark, anchor = entry.path.partition("#")
        file = files.get_file_from_path(path)
        title = entry.title or escape(_title(file) if file else path)
        yield str(title), f"{file.url}{mark}{anchor}" if file else entry.path


def _is_in_nav(file: File) -> bool:
    return file.inclusion is InclusionLevel.INCLUDED


def _nested(by_hand: Iterable[File]) -> list[Any]:
    """The pages as MkDocs arranges them without `nav`: each folder is a section."""
    paths = (file.src_uri for file in sorted(by_hand, key=_by_title))
    return cast(list[Any], nest_paths(paths))  # type: ignore[no-untyped-call]


def _by_title(file: File) -> tuple[str, bool, str]:
    """Sort by folder, then its index page, then the other pages by title."""
    return PurePosixPath(file.src_uri).parent.as_posix().lstrip("."), file.name != "index", _title(file).casefold()


def _title(file: File) -> str:
    """The title of a page, as typed."""
    text, meta = get_data(_text(file))
    title = str(meta.get("title") or get_markdown_title(text) or file.name)
    return unescape(title) if "seal" in meta else title


def _text(file: File) -> str:
    try:
        return file.content_string
    except (OSError, ValueError):  # MkDocs will report it
        return ""
