"""Our plugin for MkDocs that stores its output for each page and reuses it until one of the page's inputs changes.

A page's HTML depends on its Markdown, the list of all files, the navigation, the configuration and the theme. Each
of these is part of the page's key. If a plugin or a hook that is not known here could change a page, the cache is not
used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import jinja2
import mkdocs.theme
import mkdocs.utils.templates
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from builder.pages.template_cache import bytecode_cache
from builder.site.plugins import navigation_plugin, search_plugin
from builder.site.plugins.cache_keys import digest, listing, outline, settings, theme, versions
from builder.site.plugins.cache_store import Cache, FileCache, MemoryCache, Result
from builder.site.plugins.placeholder_plugin import NAME as PLACEHOLDERS
from builder.system.parallel import MIN_SHARED_ITEMS, map_shares, processors

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

NAME: Final = "page_cache"
"""The plugin's name in MkDocs."""

_SEARCH: Final = frozenset({"search", "material/search"})
_HOOK: Final = ("builder", "hook.py")
_HARMLESS: Final = frozenset(
    {NAME, PLACEHOLDERS, navigation_plugin.NAME, search_plugin.NAME, "exclude", "minify", "redirects"}
)
"""Plugins that work on the list of files or on finished pages, so that cached results don't depend on them."""


def use_cache(config: MkDocsConfig, cache: FileCache) -> PageCachePlugin | None:
    """Add the plugin to a build and return it; None if an unknown plugin or hook could change pages."""
    if unknown_plugins(config):
        return None
    plugin = PageCachePlugin(cache, config)
    config.plugins[NAME] = plugin
    return plugin


def unknown_plugins(config: MkDocsConfig) -> tuple[str, ...]:
    """The names of plugins and hooks that could change pages in ways that the cache does not see."""
    known = _SEARCH | _HARMLESS
    return tuple(name for name in config.plugins if name not in known and Path(name).parts[-2:] != _HOOK)


class PageCachePlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Replaces the steps in which MkDocs reads, converts and indexes a page and puts it into the theme."""

    def __init__(self, cache: Cache, config: MkDocsConfig) -> None:
        super().__init__()
        self.cache = cache
        self.build_config = config
        self.content_key = ""
        """The part of the key that is the same for every page's content."""

        self.theme_key = ""
        """The part of the key that is the same for every page in the theme."""

        self.nav: Navigation | None = None
        self.files: Files | None = None
        self.env: jinja2.Environment | None = None
        """The values of the last build."""

        self.entries: dict[str, list[object]] = {}
        """The entries of the search index, by page."""

        self.keys: dict[str, str] = {}
        """By page: the key of its content."""

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Render the pages that are not in the cache, in several processes."""
        self.content_key = digest(versions(), settings(config), listing(files))
        self.nav, self.files = nav, files
        for page in nav.pages:
            _read_ahead(page, config)
        pages = [file.page for file in files.documentation_pages() if file.page]
        self.keys = {page.file.src_uri: key for page in pages if (key := self._key(page.file))}
        missing = [page for page in pages if not self._is_cached(page)]
        if isinstance(self.cache, FileCache) and len(missing) >= MIN_SHARED_ITEMS and processors() > 1:
            for entries in map_shares(lambda share: self._make(share, nav, config, files), missing):
                self.cache.put_all(entries)
        return nav

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Replace the steps that read and convert a page."""
        key = self.keys.get(page.file.src_uri)
        if key is None:
            return page
        cached = self.cache.get(page.file.src_uri, "content", key)
        if cached:
            page.read_source = lambda config: _read_from(page, cached)  # type: ignore[method-assign]
            page.render = lambda config, files: _render_from(page, cached, files)  # type: ignore[method-assign]
        else:
            page.read_source = partial(Page.read_source, page)  # type: ignore[method-assign]
            page.render = partial(self._render, page, key)  # type: ignore[method-assign]
        return page

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        """Replace the steps that put pages into the theme and the search index."""
        navigation = outline(self.nav.items if self.nav else ())
        self.theme_key = digest(self.content_key, theme(config), navigation, os.environ.get("SOURCE_DATE_EPOCH"))
        self.env = env
        env.template_class = _Template
        env.bytecode_cache = env.bytecode_cache or bytecode_cache(
            mkdocs.utils.templates.__file__, mkdocs.theme.__file__
        )
        env.globals[NAME] = self
        if search := _search(config):
            index = search.search_index
            index.add_entry_from_context = partial(self._index, index.add_entry_from_context, index)
        return env

    def rebuild(self, path: str) -> bool:
        """After a build, rebuild one page (a path below docs/) in the built site.

        Returns whether that was possible. It is not before the build is complete, nor for a page that it did not have.
        """
        file = self.files.src_uris.get(path) if self.files else None
        if not (file and file.page and self.files and self.nav and self.env):
            return False
        if (key := self._key(file)) is None:
            return False
        self.keys[path] = key
        in_nav = file.page in self.nav.pages
        previous = outline([file.page])
        page = file.page if in_nav else Page(None, file, self.build_config)
        _populate_page(page, self.build_config, self.files)
        if in_nav and outline([page]) != previous:
            return False  # every page may show it
        _build_page(page, self.build_config, self.files.documentation_pages(), self.nav, self.env)
        return True

    def finish(self) -> None:
        """Update the search index after pages were rebuilt."""
        if self.files and (search := _search(self.build_config)):
            paths = [file.src_uri for file in self.files.documentation_pages()]
            search.search_index.entries = [entry for path in paths for entry in self.entries.get(path, ())]
            search.on_post_build(config=self.build_config)

    def output(self, page: Page, template: str, render: jinja2.Template, context: dict[str, Any]) -> str:
        """The page in the theme, from the cache or rendered now."""
        neighbours = [(other.title, other.url) for other in (page.previous_page, page.next_page) if other]
        key = self._theme_key(page, template, neighbours)
        cached = self.cache.get(page.file.src_uri, "output", key)
        if cached:
            return cast(str, cached["html"])
        with _collected_log() as records:
            html = jinja2.Template.render(render, context)
        if not records:
            self.cache.put(page.file.src_uri, "output", key, {"html": html})
        return html

    def _key(self, file: File) -> str | None:
        """The key of a page's content; None if it can't be read, which MkDocs will report."""
        try:
            return digest(self.content_key, file.src_uri, hashlib.blake2b(file.content_bytes).hexdigest())
        except OSError:
            return None

    def _is_cached(self, page: Page) -> bool:
        key = self.keys.get(page.file.src_uri)
        return key is not None and self.cache.get(page.file.src_uri, "content", key) is not None

    def _theme_key(self, page: Page, *more: object) -> str:
        """The key of a result that is made from a converted page."""
        return digest(self.theme_key, self.keys.get(page.file.src_uri), page.title, page.content, page.meta, more)

    def _make(
        self, pages: Sequence[Page], nav: Navigation, config: MkDocsConfig, files: Files
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """In another process: build some pages as MkDocs does, and return the cache entries."""
        cache = MemoryCache()
        self.cache = cache
        done = []
        for page in pages:
            try:
                _populate_page(page, config, files)
            except Exception:  # it is raised again in the main process
                continue
            done.append(page)
        env = config.plugins.on_env(config.theme.get_env(), config=config, files=files)
        listed = files.documentation_pages()
        for page in done:
            _build_page(page, config, listed, nav, env or config.theme.get_env())
        return cache.entries

    def _render(self, page: Page, key: str, config: MkDocsConfig, files: Files) -> None:
        with _collected_log() as records:
            Page.render(page, config, files)
        result = {
            "markdown": page.markdown,
            "meta": dict(page.meta),
            "content": page.content,
            "title": page._title_from_render,
            "toc": [_of_anchor(anchor) for anchor in page.toc],
            "anchors": sorted(page.present_anchor_ids or ()),
            "links": {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()},
        }
        if not records and _same_in_json(result["meta"]) and key == self._key(page.file):  # not edited meanwhile
            self.cache.put(page.file.src_uri, "content", key, result)

    def _index(self, add: Callable[[Page], None], index: Any, page: Page) -> None:
        key = self._theme_key(page)
        cached = self.cache.get(page.file.src_uri, "search", key)
        before = len(index.entries)
        if cached:
            index.entries.extend(cast(list[object], cached["entries"]))
        else:
            add(page)
            self.cache.put(page.file.src_uri, "search", key, {"entries": index.entries[before:]})
        self.entries[page.file.src_uri] = index.entries[before:]


class _Template(jinja2.Template):
    """A template of the theme that looks into the cache first."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render, or return the cached output. Takes the arguments of `jinja2.Template.render`."""
        context = dict(*args, **kwargs)
        page, plugin = context.get("page"), self.globals.get(NAME)
        if isinstance(page, Page) and isinstance(plugin, PageCachePlugin) and self.name:
            return plugin.output(page, self.name, self, context)
        return super().render(context)


def _search(config: MkDocsConfig) -> Any:
    """The search plugin, if there is one. MkDocs's own and Material's work the same."""
    return next((plugin for name, plugin in config.plugins.items() if name in _SEARCH), None)


def _read_from(page: Page, cached: Result) -> None:
    page.markdown = cast(str, cached["markdown"])
    page.meta = cast(dict[str, Any], cached["meta"])


def _render_from(page: Page, cached: Result, files: Files) -> None:
    page.content = cast(str, cached["content"])
    page._title_from_render = cast("str | None", cached["title"])
    page.toc = TableOfContents([_anchor(each) for each in cast(list[dict[str, Any]], cached["toc"])])
    for first in page.toc.items[:1]:
        first.active = True  # type: ignore[attr-defined]
    page.present_anchor_ids = set(cast(list[str], cached["anchors"]))
    links_by_uri = cast(dict[str, dict[str, str]], cached["links"])
    page.links_to_anchors = {file: links for uri, links in links_by_uri.items() if (file := files.src_uris.get(uri))}


def _of_anchor(anchor: AnchorLink) -> dict[str, object]:
    children = [_of_anchor(child) for child in anchor.children]
    return {"title": anchor.title, "id": anchor.id, "level": anchor.level, "children": children}


def _anchor(cached: dict[str, Any]) -> AnchorLink:
    anchor = AnchorLink(cached["title"], cached["id"], cached["level"])
    anchor.children = [_anchor(child) for child in cached["children"]]
    return anchor


def _read_ahead(page: Page, config: MkDocsConfig) -> None:
    """Read the front matter of a page in the navigation, because other pages may show some of it."""
    try:
        readable = page.file.content_string
    except (OSError, ValueError):
        return  # MkDocs will report it
    if readable:
        page.read_source(config)


class _LogCollector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _collected_log() -> Iterator[list[logging.LogRecord]]:
    """Collect what MkDocs logs. A page that causes messages is not cached, so that each build shows them."""
    records: list[logging.LogRecord] = []
    handler = _LogCollector(records)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)


def _same_in_json(meta: object) -> bool:
    try:
        return bool(json.loads(json.dumps(meta)) == meta)
    except TypeError:
        return False
