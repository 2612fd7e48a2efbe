"""Our plugin for MkDocs that stores its output for each page and reuses it until one of the page's inputs changes.

A page's HTML depends on its Markdown, the files it links to, the navigation, the configuration and the theme. Each
of these is part of the page's key, but for the files it links to: these are stored with the result and compared. If a
plugin or a hook that is not known here could change a page, the cache is not used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import jinja2
import mkdocs.theme
import mkdocs.utils.templates
from mkdocs.commands.build import _build_page, _build_theme_template, _populate_page
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from builder.pages.navigation import Navigation as Pages
from builder.pages.templating.template_cache import bytecode_cache
from builder.site.config.other_plugins import HARMLESS, SEARCH, is_hook
from builder.site.making.conversion import Converter
from builder.site.making.shell_parts import PartTemplate
from builder.site.plugins import navigation_plugin, search_plugin, whole_page_plugin
from builder.site.plugins.cache_keys import (
    Target,
    TargetFiles,
    digest,
    outline,
    settings,
    target,
    theme,
    versions,
)
from builder.site.plugins.cache_store import Cache, FileCache, MemoryCache, Result
from builder.site.plugins.placeholder_plugin import NAME as PLACEHOLDERS
from builder.system.parallel import MIN_SHARED_ITEMS, map_shares, processors

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

NAME: Final = "page_cache"
"""The plugin's name in MkDocs."""

_OURS: Final = frozenset({NAME, PLACEHOLDERS, navigation_plugin.NAME, search_plugin.NAME, whole_page_plugin.NAME})
"""The plugins that the builder adds to each build."""


def use_cache(config: MkDocsConfig, cache: FileCache) -> PageCachePlugin | None:
    """Add the plugin to a build and return it; None if an unknown plugin or hook could change pages."""
    if unknown_plugins(config):
        return None
    plugin = PageCachePlugin(cache, config)
    config.plugins[NAME] = plugin
    return plugin


def unknown_plugins(config: MkDocsConfig) -> tuple[str, ...]:
    """The names of plugins and hooks that could change pages in ways that the cache does not see."""
    return tuple(name for name in config.plugins if name not in _OURS | HARMLESS and not is_hook(name))


class PageCachePlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Replaces the steps in which MkDocs reads, converts and indexes a page and puts it into the theme."""

    def __init__(self, cache: Cache, config: MkDocsConfig) -> None:
        super().__init__()
        self.cache = cache
        self.build_config = config
        self.nav_in_config = deepcopy(config.nav)
        """The navigation in mkdocs.yml, before it is completed."""

        self.converter = Converter(config)

        self.content_key = ""
        """The part of the key that is the same for every page's content."""

        self.look = ""
        """The key of everything in the theme."""

        self.theme_key = ""
        """The part of the key that is the same for every page in the theme."""

        self.nav: Navigation | None = None
        self.files: Files | None = None
        self.env: jinja2.Environment | None = None
        """The values of the last build."""

        self.is_relisted = False
        """Whether pages were added or removed since what lists all pages was last built."""

        self.entries: dict[str, list[object]] = {}
        """The entries of the search index, by page."""

        self.keys: dict[str, str] = {}
        """By page: the key of its content."""

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Render the pages that are not in the cache, in several processes."""
        self.content_key = digest(versions(), settings(config))
        self.nav, self.files = nav, files
        for page in nav.pages:
            _read_ahead(page, config)
        pages = [file.page for file in files.documentation_pages() if file.page]
        self.keys = {page.file.src_uri: key for page in pages if (key := self._key(page.file))}
        missing = [page for page in pages if self._content(page.file.src_uri) is None]
        if isinstance(self.cache, FileCache) and len(missing) >= MIN_SHARED_ITEMS and processors() > 1:
            for entries in map_shares(lambda share: self._make(share, nav, config, files), missing):
                self.cache.put_all(entries)
        return nav

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Replace the steps that read and convert a page."""
        key = self.keys.get(page.file.src_uri)
        if key is None:
            return page
        cached = self._content(page.file.src_uri)
        if cached:
            page.read_source = lambda config: _read_from(page, cached)  # type: ignore[method-assign]
            page.render = lambda config, files: _render_from(page, cached, files)  # type: ignore[method-assign]
        else:
            page.read_source = partial(Page.read_source, page)  # type: ignore[method-assign]
            page.render = partial(self._render, page, key)  # type: ignore[method-assign]
        return page

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        """Replace the steps that put pages into the theme and the search index."""
        self.env = env
        self._set_theme_key()
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
        self._populate(page)
        if in_nav and outline([page]) != previous:
            return False  # every page may show it
        _build_page(page, self.build_config, self.files.documentation_pages(), self.nav, self.env)
        return True

    def relist(self, pages: Pages) -> list[str] | None:
        """After pages were added to docs/ or removed from it, bring the list of files and the navigation up to date.

        `pages` are the generated pages now. Removed pages are deleted from the site. Returns the pages that must be
        rebuilt because they are new, link to a file that is, or show the navigation, if that changed. Returns None if
        it is not possible: before the build is complete, or if the theme changed, which may list all pages.
        """
        if not (self.files and self.nav and self.env):
            return None
        config, before, menu = self.build_config, self.files, outline(self.nav.items)
        config.nav = deepcopy(self.nav_in_config)
        navigation_plugin.set_navigation(config, pages)
        files = get_files(config)
        files.add_files_from_theme(self.env, config)
        files = config.plugins.on_files(files, config=config)
        set_exclusions(files, config)
        nav = config.plugins.on_nav(get_navigation(files, config), config=config, files=files)
        for page in nav.pages:
            self._populate(page)
        for file in files.documentation_pages():
            if file.page is None:
                Page(None, file, config)
        look = self.look
        self._set_theme_key()
        if self.look != look:
            return None  # every page may show what changed
        self.is_relisted = True
        for file in before.documentation_pages():
            if file.src_uri not in files.src_uris:
                self.entries.pop(file.src_uri, None)
                with suppress(FileNotFoundError):
                    os.unlink(file.abs_dest_path)
        paths = [file.src_uri for file in files.documentation_pages()]
        if outline(nav.items) != menu:
            return paths
        return [path for path in paths if path not in before.src_uris or self._content(path) is None]

    def _populate(self, page: Page) -> None:
        if self.files:
            _populate_page(page, self.build_config, self.files)
            navigation_plugin.escape_title(page)

    def finish(self) -> None:
        """Update the search index after pages were rebuilt, and what lists all pages."""
        if not (self.files and self.nav and self.env):
            return
        if search := _search(self.build_config):
            paths = [file.src_uri for file in self.files.documentation_pages()]
            search.search_index.entries = [entry for path in paths for entry in self.entries.get(path, ())]
            search.on_post_build(config=self.build_config)
        if self.is_relisted:
            for template in self.build_config.theme.static_templates:
                _build_theme_template(template, self.env, self.files, self.build_config, self.nav)
            self.is_relisted = False

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

    def _content(self, path: str) -> Result | None:
        """The stored content of a page; None if there is none, or if a link of the page leads elsewhere now."""
        key = self.keys.get(path)
        cached = self.cache.get(path, "content", key) if key else None
        if not (cached and self.files):
            return None
        targets = cast(dict[str, Target], cached["targets"])
        return cached if all(target(self.files, uri) == known for uri, known in targets.items()) else None

    def _set_theme_key(self) -> None:
        if self.env and self.files and self.nav:
            self.look = digest(theme(self.build_config, self.env, self.files))
            epoch = os.environ.get("SOURCE_DATE_EPOCH")
            self.theme_key = digest(self.content_key, self.look, outline(self.nav.items), epoch)

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
        seen = TargetFiles(files)
        with _collected_log() as records:
            self.converter.convert(page, cast("Files", seen))
        result = {
            "targets": seen.targets,
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


class _Template(PartTemplate):
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
    return next((plugin for name, plugin in config.plugins.items() if name in SEARCH), None)


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
