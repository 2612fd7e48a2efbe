"""What MkDocs made of each page, kept and used again for as long as nothing it was made from has changed.

A page's HTML is made from its Markdown, the list of all files, the navigation, the configuration and the theme: each
of them is part of the key under which it is kept. Where a plugin or a hook that isn't known here could add
something to a page, nothing is kept.
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

from builder.pages.template_cache import compiled
from builder.site.plugins import navigation_plugin
from builder.site.plugins.cache_keys import digest, listing, made_with, outline, settings, theme
from builder.site.plugins.cache_store import Drawer, Made, Notes, Shelf
from builder.site.plugins.placeholder_plugin import NAME as FILLING
from builder.system.parallel import WORTH_SHARING, processors, shared_out

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

NAME: Final = "keeping"
"""What the plugin is called among MkDocs's."""

_SEARCH: Final = frozenset({"search", "material/search"})
_HOOK: Final = ("builder", "hook.py")
_HARMLESS: Final = frozenset({NAME, FILLING, navigation_plugin.NAME, "exclude", "minify", "redirects"})
"""Plugins that work on the list of files, or on whole pages after they were made: nothing that is kept holds it."""


def keep(config: MkDocsConfig, drawer: Drawer) -> Keeping | None:
    """Have a build use what is kept and keep what it makes, unless something could change pages behind its back."""
    if unknown(config):
        return None
    keeping = Keeping(drawer, config)
    config.plugins[NAME] = keeping
    return keeping


def unknown(config: MkDocsConfig) -> tuple[str, ...]:
    """The plugins and hooks that could change pages while they are made, by name; nothing is kept then."""
    known = _SEARCH | _HARMLESS
    return tuple(name for name in config.plugins if name not in known and Path(name).parts[-2:] != _HOOK)


class Keeping(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """The plugin: it stands in for MkDocs where a page is read, converted, indexed and put into the theme."""

    def __init__(self, shelf: Shelf, config: MkDocsConfig) -> None:
        super().__init__()
        self.shelf = shelf
        self.build_config = config
        self.base = ""
        """The key of what every page's content is made with."""

        self.shown = ""
        """The key of what every page is shown with."""

        self.nav: Navigation | None = None
        self.files: Files | None = None
        self.env: jinja2.Environment | None = None
        """What the last build worked with."""

        self.entries: dict[str, list[object]] = {}
        """What the search index says of each page."""

        self.keys: dict[str, str] = {}
        """By page: the key of what was made of its Markdown."""

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """All files are known: make in several processes at once what isn't kept."""
        self.base = digest(made_with(), settings(config), listing(files))
        self.nav, self.files = nav, files
        for page in nav.pages:
            _read_ahead(page, config)
        pages = [file.page for file in files.documentation_pages() if file.page]
        self.keys = {page.file.src_uri: key for page in pages if (key := self._key(page.file))}
        wanted = [page for page in pages if not self._is_kept(page)]
        if isinstance(self.shelf, Drawer) and len(wanted) >= WORTH_SHARING and processors() > 1:
            for taken in shared_out(lambda share: self._make(share, nav, config, files), wanted):
                self.shelf.adopt(taken)
        return nav

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """A page is to be read and converted: stand in for both."""
        key = self.keys.get(page.file.src_uri)
        if key is None:
            return page
        kept = self.shelf.get(page.file.src_uri, "content", key)
        if kept:
            page.read_source = lambda config: _read_from(page, kept)  # type: ignore[method-assign]
            page.render = lambda config, files: _render_from(page, kept, files)  # type: ignore[method-assign]
        else:
            page.read_source = partial(Page.read_source, page)  # type: ignore[method-assign]
            page.render = partial(self._render, page, key)  # type: ignore[method-assign]
        return page

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        """All pages are converted: stand in for the theme and for the search index."""
        navigation = outline(self.nav.items if self.nav else ())
        self.shown = digest(self.base, theme(config), navigation, os.environ.get("SOURCE_DATE_EPOCH"))
        self.env = env
        env.template_class = _Template
        env.bytecode_cache = env.bytecode_cache or compiled(mkdocs.utils.templates.__file__, mkdocs.theme.__file__)
        env.globals[NAME] = self
        if search := _search(config):
            index = search.search_index
            index.add_entry_from_context = partial(self._index, index.add_entry_from_context, index)
        return env

    def remake(self, path: str) -> bool:
        """After a build, make a page (its path below docs/) anew in the built site, and nothing else.

        Says whether it could: not before a build is whole, nor for a page that it did not have.
        """
        file = self.files.src_uris.get(path) if self.files else None
        if not (file and file.page and self.files and self.nav and self.env):
            return False
        if (key := self._key(file)) is None:
            return False
        self.keys[path] = key
        in_nav = file.page in self.nav.pages
        before = outline([file.page])
        page = file.page if in_nav else Page(None, file, self.build_config)
        _populate_page(page, self.build_config, self.files)
        if in_nav and outline([page]) != before:
            return False  # every page may show it
        _build_page(page, self.build_config, self.files.documentation_pages(), self.nav, self.env)
        return True

    def finish(self) -> None:
        """After pages were made anew: bring the search index up to date."""
        if self.files and (search := _search(self.build_config)):
            paths = [file.src_uri for file in self.files.documentation_pages()]
            search.search_index.entries = [entry for path in paths for entry in self.entries.get(path, ())]
            search.on_post_build(config=self.build_config)

    def output(self, page: Page, template: str, render: jinja2.Template, context: dict[str, Any]) -> str:
        """The page in the theme, as kept or made now."""
        beside = [(other.title, other.url) for other in (page.previous_page, page.next_page) if other]
        key = self._shown(page, template, beside)
        kept = self.shelf.get(page.file.src_uri, "output", key)
        if kept:
            return cast(str, kept["html"])
        with _silent() as heard:
            html = jinja2.Template.render(render, context)
        if not heard:
            self.shelf.put(page.file.src_uri, "output", key, {"html": html})
        return html

    def _key(self, file: File) -> str | None:
        """What a page's content is kept under; None for one that can't be read, which MkDocs will say."""
        try:
            return digest(self.base, file.src_uri, hashlib.blake2b(file.content_bytes).hexdigest())
        except OSError:
            return None

    def _is_kept(self, page: Page) -> bool:
        key = self.keys.get(page.file.src_uri)
        return key is not None and self.shelf.get(page.file.src_uri, "content", key) is not None

    def _shown(self, page: Page, *more: object) -> str:
        """The key of what is made of a converted page."""
        return digest(self.shown, self.keys.get(page.file.src_uri), page.title, page.content, page.meta, more)

    def _make(
        self, pages: Sequence[Page], nav: Navigation, config: MkDocsConfig, files: Files
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """In a process of its own: make some pages as MkDocs does, and give what was kept."""
        notes = Notes()
        self.shelf = notes
        done = []
        for page in pages:
            try:
                _populate_page(page, config, files)
            except Exception:  # it happens again where it is reported
                continue
            done.append(page)
        env = config.plugins.on_env(config.theme.get_env(), config=config, files=files)
        listed = files.documentation_pages()
        for page in done:
            _build_page(page, config, listed, nav, env or config.theme.get_env())
        return notes.taken

    def _render(self, page: Page, key: str, config: MkDocsConfig, files: Files) -> None:
        with _silent() as heard:
            Page.render(page, config, files)
        made = {
            "markdown": page.markdown,
            "meta": dict(page.meta),
            "content": page.content,
            "title": page._title_from_render,
            "toc": [_of_anchor(anchor) for anchor in page.toc],
            "anchors": sorted(page.present_anchor_ids or ()),
            "links": {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()},
        }
        if not heard and _same_in_json(made["meta"]) and key == self._key(page.file):  # not edited meanwhile
            self.shelf.put(page.file.src_uri, "content", key, made)

    def _index(self, add: Callable[[Page], None], index: Any, page: Page) -> None:
        key = self._shown(page)
        kept = self.shelf.get(page.file.src_uri, "search", key)
        before = len(index.entries)
        if kept:
            index.entries.extend(cast(list[object], kept["entries"]))
        else:
            add(page)
            self.shelf.put(page.file.src_uri, "search", key, {"entries": index.entries[before:]})
        self.entries[page.file.src_uri] = index.entries[before:]


class _Template(jinja2.Template):
    """A template of the theme that asks first whether the page is kept."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render, or give what is kept. Takes what `jinja2.Template.render` takes."""
        context = dict(*args, **kwargs)
        page, keeping = context.get("page"), self.globals.get(NAME)
        if isinstance(page, Page) and isinstance(keeping, Keeping) and self.name:
            return keeping.output(page, self.name, self, context)
        return super().render(context)


def _search(config: MkDocsConfig) -> Any:
    """The search plugin, if there is one; MkDocs's own and Material's are alike."""
    return next((plugin for name, plugin in config.plugins.items() if name in _SEARCH), None)


def _read_from(page: Page, kept: Made) -> None:
    page.markdown = cast(str, kept["markdown"])
    page.meta = cast(dict[str, Any], kept["meta"])


def _render_from(page: Page, kept: Made, files: Files) -> None:
    page.content = cast(str, kept["content"])
    page._title_from_render = cast("str | None", kept["title"])
    page.toc = TableOfContents([_anchor(each) for each in cast(list[dict[str, Any]], kept["toc"])])
    for first in page.toc.items[:1]:
        first.active = True  # type: ignore[attr-defined]
    page.present_anchor_ids = set(cast(list[str], kept["anchors"]))
    linked = ((files.src_uris.get(uri), links) for uri, links in cast(dict[str, dict[str, str]], kept["links"]).items())
    page.links_to_anchors = {file: links for file, links in linked if file}


def _of_anchor(anchor: AnchorLink) -> dict[str, object]:
    children = [_of_anchor(child) for child in anchor.children]
    return {"title": anchor.title, "id": anchor.id, "level": anchor.level, "children": children}


def _anchor(kept: dict[str, Any]) -> AnchorLink:
    anchor = AnchorLink(kept["title"], kept["id"], kept["level"])
    anchor.children = [_anchor(child) for child in kept["children"]]
    return anchor


def _read_ahead(page: Page, config: MkDocsConfig) -> None:
    """Read the front matter of a page in the navigation: every other page may show some of it."""
    try:
        readable = page.file.content_string
    except (OSError, ValueError):
        return  # MkDocs will say so
    if readable:
        page.read_source(config)


class _Listener(logging.Handler):
    def __init__(self, heard: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record)


@contextmanager
def _silent() -> Iterator[list[logging.LogRecord]]:
    """Listen whether MkDocs has anything to say of a page: what it says must be said each time."""
    heard: list[logging.LogRecord] = []
    handler = _Listener(heard)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)


def _same_in_json(meta: object) -> bool:
    try:
        return bool(json.loads(json.dumps(meta)) == meta)
    except TypeError:
        return False
