"""Our plugin for MkDocs that completes the navigation and escapes titles."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, cast

from markupsafe import escape
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import InclusionLevel, set_exclusions
from mkdocs.utils import get_markdown_title, nest_paths
from mkdocs.utils.meta import get_data

from builder.pages.navigation import ORDER, Entry, Navigation, complete_nav, has_seal, named_pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page

NAME: Final = "navigation"
"""The plugin's name in MkDocs."""


def add_navigation(config: MkDocsConfig, pages: Navigation | None) -> None:
    """Add the plugin to a build, for these pages or, with None, for the generated pages in docs/."""
    config.plugins[NAME] = NavigationPlugin(pages)


def set_navigation(config: MkDocsConfig, pages: Navigation) -> None:
    """Change the pages of the plugin that was added to a build."""
    plugin = config.plugins[NAME]
    assert isinstance(plugin, NavigationPlugin)
    plugin.pages = pages


class NavigationPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Completes `nav` and `not_in_nav` of mkdocs.yml once all files are known."""

    def __init__(self, pages: Navigation | None) -> None:
        super().__init__()
        self.pages = pages

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Decide which files are in the navigation."""
        set_exclusions(files, config)  # for files that another plugin added
        documents = files.documentation_pages()
        pages = self.pages or _in_docs(documents)
        # `not_in_nav` of mkdocs.yml leaves out generated pages too.
        shown = {file.src_uri for file in documents if _is_in_nav(file)}
        entries = tuple(entry for entry in pages.entries if entry.path in shown)
        by_hand = [file for file in documents if file.src_uri in shown - pages.generated]
        nav = config.nav or []
        named = set(named_pages(nav))
        nav = [*nav, *_nested(file for file in by_hand if file.src_uri not in named)]
        empty = pages.empty - {file.src_uri for file in documents}  # someone may have written one by hand
        config.nav = complete_nav(nav, Navigation(entries=entries, generated=pages.generated, empty=empty))
        for file in documents:
            if file.src_uri in pages.generated and _is_in_nav(file):
                file.inclusion = InclusionLevel.NOT_IN_NAV  # MkDocs then does not report that `nav` leaves it out
        return files

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


def _in_docs(documents: Iterable[File]) -> Navigation:
    """The navigation of the generated pages in docs/."""
    generated = frozenset(file.src_uri for file in documents if has_seal(_text(file)))
    return Navigation(entries=tuple(Entry(path=path) for path in ORDER if path in generated), generated=generated)


def _is_in_nav(file: File) -> bool:
    return file.inclusion is InclusionLevel.INCLUDED


def _nested(by_hand: Iterable[File]) -> list[Any]:
    """The pages as MkDocs arranges them without `nav`: each folder is a section."""
    paths = (file.src_uri for file in sorted(by_hand, key=_by_title))
    return cast(list[Any], nest_paths(paths))  # type: ignore[no-untyped-call]


def _by_title(file: File) -> tuple[str, bool, str]:
    """Sort by folder, then its index page, then the other pages by title."""
    text, meta = get_data(_text(file))
    title = meta.get("title") or get_markdown_title(text) or file.name
    return PurePosixPath(file.src_uri).parent.as_posix().lstrip("."), file.name != "index", str(title).casefold()


def _text(file: File) -> str:
    try:
        return file.content_string
    except (OSError, ValueError):  # MkDocs will report it
        return ""
