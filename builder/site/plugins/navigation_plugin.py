"""MkDocs's plugin that gives it the navigation, and prints every title as it was typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, cast

from markupsafe import escape
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import InclusionLevel, set_exclusions
from mkdocs.utils import get_markdown_title, nest_paths
from mkdocs.utils.meta import get_data

from builder.pages.navigation import ORDER, Entry, Navigation, complete_nav, has_seal

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files

NAME: Final = "navigation"
"""What the plugin is called among MkDocs's."""


def navigate(config: MkDocsConfig, pages: Navigation | None) -> None:
    """Have a build show the navigation of these pages, or of those in docs/ where nothing is known of them."""
    config.plugins[NAME] = NavPlugin(pages)


class NavPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """The plugin: once the files are known, it completes `nav` and `not_in_nav` of mkdocs.yml."""

    def __init__(self, pages: Navigation | None) -> None:
        super().__init__()
        self.pages = pages

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """All files are there: say which are in the navigation."""
        set_exclusions(files, config)  # of files that another plugin has added
        documents = files.documentation_pages()
        pages = self.pages or _in_docs(documents)
        # What `not_in_nav` of mkdocs.yml names is left out, be it the builder's.
        shown = {file.src_uri for file in documents if _is_in_nav(file)}
        entries = tuple(entry for entry in pages.entries if entry.path in shown)
        by_hand = [file for file in documents if file.src_uri in shown - pages.generated]
        nav = _nested(by_hand) if config.nav is None else config.nav
        empty = pages.empty - {file.src_uri for file in documents}  # one may be there all the same, written by hand
        config.nav = complete_nav(nav, Navigation(entries=entries, generated=pages.generated, empty=empty))
        for file in documents:
            if file.src_uri in pages.generated and _is_in_nav(file):
                file.inclusion = InclusionLevel.NOT_IN_NAV  # said where `nav` does not name it, and only there
        return files

    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are read, and the theme comes next: it prints titles as they are, in attributes too.

        Those of the navigation and of the builder's pages are escaped already.
        """
        config.site_name = escape(config.site_name)
        for page in (file.page for file in files if file.page):
            if "title" in page.meta and "seal" not in page.meta:
                page.meta = {**page.meta, "title": escape(page.meta["title"])}


def _in_docs(documents: Iterable[File]) -> Navigation:
    """The navigation of the pages that an earlier build left."""
    made = frozenset(file.src_uri for file in documents if has_seal(_text(file)))
    return Navigation(entries=tuple(Entry(path=path) for path in ORDER if path in made), generated=made)


def _is_in_nav(file: File) -> bool:
    return file.inclusion is InclusionLevel.INCLUDED


def _nested(by_hand: Iterable[File]) -> list[Any]:
    """Pages as MkDocs shows them where nothing else is said: a folder as a section."""
    paths = (file.src_uri for file in sorted(by_hand, key=_by_title))
    return cast(list[Any], nest_paths(paths))  # type: ignore[no-untyped-call]


def _by_title(file: File) -> tuple[str, bool, str]:
    """Pages before folders, in a folder its first page and then the others by their titles."""
    text, meta = get_data(_text(file))
    title = meta.get("title") or get_markdown_title(text) or file.name
    return PurePosixPath(file.src_uri).parent.as_posix().lstrip("."), file.name != "index", str(title).casefold()


def _text(file: File) -> str:
    try:
        return file.content_string
    except (OSError, ValueError):  # MkDocs will say so
        return ""
