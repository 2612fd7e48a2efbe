"""The steps of MkDocs's own build that the builder takes one by one, and all that is private in MkDocs.

Private are `_populate_page`, which reads and converts a page, `_build_page`, which puts one into the theme,
`_build_theme_template` and `_build_extra_template`, `Page._title_from_render`, and the entries of the search.
`mkdocs.commands.build.build` calls them for every page at every build, and offers no way to leave one out. MkDocs 1.6.1
is the last of its line.
"""

from __future__ import annotations

import fnmatch
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import jinja2
import mkdocs.theme
import mkdocs.utils.templates
from mkdocs.commands.build import _build_extra_template, _build_page, _build_theme_template, _populate_page
from mkdocs.structure.files import File, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import is_markdown_file

from builder.pages.templating.template_cache import bytecode_cache
from builder.site.config.other_plugins import SEARCH
from builder.site.making import conversion
from builder.site.making.shell_parts import PartTemplate
from builder.site.plugins.cache_keys import TargetFiles
from builder.site.plugins.navigation_plugin import escape_title

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation


def all_files(config: MkDocsConfig, env: jinja2.Environment) -> tuple[Files, Navigation]:
    """Find the files of the site and arrange the navigation, with the events of plugins."""
    files = get_files(config)
    for path, folder in _files_of_theme(config):
        if files.get_file_from_path(path) is None:
            files.append(File(path, folder, config.site_dir, config.use_directory_urls))
    files = config.plugins.on_files(files, config=config)
    set_exclusions(files, config)
    return files, config.plugins.on_nav(get_navigation(files, config), config=config, files=files)


def _files_of_theme(config: MkDocsConfig) -> Iterator[tuple[str, str]]:
    """The files that MkDocs takes from the theme, and their folders: what `Files.add_files_from_theme` finds.

    That looks at each of Material's ten thousand icons.
    """
    found: dict[str, str] = {}
    for theme in config.theme.dirs:
        for folder, folders, names in os.walk(theme):
            inside = os.path.relpath(folder, theme).replace(os.sep, "/")
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                found.setdefault(name if inside == "." else f"{inside}/{name}", theme)
    for path, theme in sorted(found.items()):
        name = path.lower()
        if not (
            path.rpartition("/")[2].startswith(".")
            or path in config.theme.static_templates
            or name.endswith((".py", ".pyc", ".html"))
            or fnmatch.fnmatch(name, "*readme*")
            or name.startswith(("locales/", "mkdocs_theme.yml"))
            or is_markdown_file(name)
        ):
            yield path, theme


def environment(config: MkDocsConfig) -> jinja2.Environment:
    """The theme's environment, in which compiled templates are kept."""
    env = config.theme.get_env()
    env.template_class = PartTemplate
    env.bytecode_cache = bytecode_cache(mkdocs.utils.templates.__file__, mkdocs.theme.__file__)
    return env


def convert(page: Page, config: MkDocsConfig, files: Files) -> TargetFiles:
    """Read a page and convert its Markdown. Returns the files that it looked up."""
    seen = TargetFiles(files)
    # our plugin changes it, and a page may be converted a second time
    page._set_edit_url(config.repo_url, config.edit_uri, config.edit_uri_template)
    page.render = lambda config, files: conversion.convert(page, files, config)  # type: ignore[method-assign]
    try:
        _populate_page(page, config, cast("Files", seen))
    finally:
        del page.render
    seen.includes_files = conversion.includes_files(page, config)
    return seen


def title_from_render(page: Page) -> str | None:
    """The first heading of a converted page."""
    return page._title_from_render


def put_into_theme(
    page: Page, config: MkDocsConfig, pages: Sequence[File], nav: Navigation, env: jinja2.Environment
) -> tuple[bytes | None, list[dict[str, Any]]]:
    """Put a converted page into the theme and write it to its place in the site. `pages` are all pages of the site.

    Returns what was written and the entries that the page has in the search index.
    """
    escape_title(page)
    entries = search_entries(config)
    before = len(entries)
    _build_page(page, config, pages, nav, env)
    added = entries[before:]
    del entries[before:]
    if not os.path.lexists(page.file.abs_dest_path):  # MkDocs writes no empty page
        return None, added
    with open(page.file.abs_dest_path, "rb", buffering=0) as file:
        return file.read(), added


def search_entries(config: MkDocsConfig) -> list[dict[str, Any]]:
    """The entries of the search index, a list to change; an empty one if there is no search."""
    plugin: Any = next((plugin for name, plugin in config.plugins.items() if name in SEARCH), None)
    index = getattr(plugin, "search_index", None)
    found: list[dict[str, Any]] = getattr(index, "entries", getattr(index, "_entries", []))  # Material's, MkDocs's own
    return found


def build_templates(config: MkDocsConfig, files: Files, nav: Navigation, env: jinja2.Environment) -> None:
    """Write what is made from all pages together, such as the sitemap."""
    for template in config.theme.static_templates:
        _build_theme_template(template, env, files, config, nav)
    for template in config.extra_templates:
        _build_extra_template(str(template), files, config, nav)


class KnownPage(Page):
    """A page that is known from before. Its content is read when someone asks for it, and not held."""

    content_of: Callable[[], tuple[str, list[dict[str, Any]]]]
    """Returns the HTML and the contents."""

    def take_over(
        self,
        meta: dict[str, Any],
        title: str | None,
        anchors: Iterable[str],
        content_of: Callable[[], tuple[str, list[dict[str, Any]]]],
    ) -> None:
        """Set what is known of the page."""
        self.markdown = ""
        self.meta = meta
        self._title_from_render = title
        self.present_anchor_ids = set(anchors)
        self.content_of = content_of

    @property
    def content(self) -> str:  # type: ignore[override]
        """The HTML of the converted page."""
        return self.content_of()[0]

    @property
    def toc(self) -> TableOfContents:  # type: ignore[override]
        """The contents of the page."""
        return _as_contents(self.content_of()[1])


def known(page: Page) -> KnownPage:
    """Make a page one that is known from before, without its content."""
    forget_content(page)
    page.__class__ = KnownPage
    assert isinstance(page, KnownPage)
    return page


def forget_content(page: Page) -> None:
    """Make a page one that was not converted yet."""
    page.__class__ = Page
    page.content = page.links_to_anchors = None
    page.toc = TableOfContents([])


def recall_content(page: KnownPage) -> None:
    """Make a known page one that was just converted."""
    content, values = page.content_of()
    page.__class__ = Page  # type: ignore[assignment]
    page.__dict__.update(content=content, toc=_as_contents(values))


def contents_as_values(toc: TableOfContents) -> list[dict[str, Any]]:
    """The contents of a page as JSON values."""
    return [_of_anchor(anchor) for anchor in toc]


def _as_contents(values: list[dict[str, Any]]) -> TableOfContents:
    toc = TableOfContents([_anchor(each) for each in values])
    for first in toc.items[:1]:
        first.active = True  # type: ignore[attr-defined]
    return toc


def _of_anchor(anchor: AnchorLink) -> dict[str, Any]:
    children = [_of_anchor(child) for child in anchor.children]
    return {"title": anchor.title, "id": anchor.id, "level": anchor.level, "children": children}


def _anchor(values: dict[str, Any]) -> AnchorLink:
    anchor = AnchorLink(values["title"], values["id"], values["level"])
    anchor.children = [_anchor(child) for child in values["children"]]
    return anchor


class _LogCollector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def collected_log() -> Iterator[list[logging.LogRecord]]:
    """Collect what MkDocs logs. A page that causes messages is not kept, so that each build shows them."""
    records: list[logging.LogRecord] = []
    handler = _LogCollector(records)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
