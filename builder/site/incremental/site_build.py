"""Builds the site as `mkdocs.commands.build.build` does, but makes only the pages that differ from those of last time.

A page is converted again if its Markdown, a setting, the code, or a file that it looked up has changed, and put into
the theme again if its content, the navigation or the theme has. All of these are in two digests in its record.
"""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from builder.site.incremental import mkdocs_steps
from builder.site.incremental.link_facts import LinkFacts, link_facts
from builder.site.incremental.page_store import PageStore, Record, digest_of
from builder.site.incremental.share import Share
from builder.site.incremental.site_folder import is_static, place_static_files, take_over_files
from builder.site.making.shell_parts import use_parts_at_once
from builder.site.plugins.cache_keys import digest, outline, settings, theme
from builder.site.plugins.navigation_plugin import escape_title
from builder.system.clock import EPOCH
from builder.system.parallel import MIN_SHARED_ITEMS, share_out
from builder.system.program import program_digest

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.pages import Page


def build_site(config: MkDocsConfig, store: PageStore, base: str, previous: Path | None = None) -> dict[str, Record]:
    """Write the site into the folder `config.site_dir`, which is empty but for names that begin with a dot.

    Files of `previous`, the folder of an earlier site, are moved there. Pages come from the store where nothing has
    changed, and new ones are added to it. `base` is the path that the site is served under. Returns what is known of
    each page, by path in the site. It can be called again and again, each time with a new configuration. Raises what
    MkDocs raises, after its plugins were told.
    """
    with _prepared(config, store, base) as build:
        static = [file for file in build.files if is_static(file)]
        take_over_files(previous, Path(build.config.site_dir), [*build.pages, *static])
        place_static_files(static, build.config)
        build.make_pages(build.pages)
        mkdocs_steps.build_templates(build.config, build.files, build.nav, build.env)
        build.collect()
        build.config.plugins.on_post_build(config=build.config)
    store.remove_all_but(build.names_in_store())
    return {file.dest_uri: build.records[file.src_uri] for file in build.pages}


def fill_store(config: MkDocsConfig, store: PageStore, base: str, share: Share) -> dict[str, Record]:
    """Make a share of the pages as `build_site` does, for the store alone; what lies in `config.site_dir` is no site.

    Returns what is known of the pages of the share that are in the store now, by path in the site. A page that shows
    the content of pages outside of the share is only converted. Kept pages that no build would take over are removed.
    """
    with _prepared(config, store, base) as build:
        pages = [file for file in build.pages if share.has(file.src_uri)]
        if build.theme_key:
            take_over_files(None, Path(build.config.site_dir), pages)
            build.make_pages(pages)
        build.keep_contents(pages)
    store.remove_all_but(build.names_in_store(share))
    return {file.dest_uri: record for file in pages if (record := build.records[file.src_uri]) and build.is_kept(file)}


def build_pages(config: MkDocsConfig, store: PageStore, base: str, paths: Collection[str]) -> bool:
    """Write a few pages, paths below docs/, into the folder `config.site_dir` as `build_site` does, without the others.

    Returns False and writes nothing if they may show any other page.
    """
    with _prepared(config, store, base, paths) as build:
        if build.theme_key:
            pages = [file for file in build.pages if file.src_uri in paths]
            take_over_files(None, Path(build.config.site_dir), pages)
            build.make_pages(pages)
    return build.theme_key != ""


@contextmanager
def _prepared(
    config: MkDocsConfig, store: PageStore, base: str, only: Collection[str] | None = None
) -> Iterator[_Build]:
    """Do what comes before any page is made. If that or the making fails, MkDocs's plugins are told.

    With `only`, that is done for these pages and those in the navigation.
    """
    try:
        config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        build = _Build(config, store, base)
        gc.disable()  # what is read now stays, and the collector would look through it again and again
        build.take_over(only)
        gc.freeze()
        gc.enable()
        build.read_navigation()
        build.prepare_theme()
        yield build
    except Exception as error:
        config.plugins.on_build_error(error=error)
        raise
    finally:
        gc.enable()
        gc.unfreeze()


_PORTION: Final = 40_000
"""How many bytes of Markdown a worker gets at a time, or one page."""


class _Build:
    """A build in progress."""

    def __init__(self, config: MkDocsConfig, store: PageStore, base: str) -> None:
        self.config = config
        self.store = store
        self.base = base
        self.env = mkdocs_steps.environment(config)
        self.files, self.nav = mkdocs_steps.all_files(config, self.env)
        self.pages = self.files.documentation_pages()
        self.settings = digest(program_digest(), settings(config))
        self.theme_key = ""
        """The digest of what all finished pages are made from. Empty if each may show any other page."""

        self.sources: dict[str, str] = {}
        """The digest of each page's Markdown and the settings."""

        self.records: dict[str, Record] = {}
        """What is known of each page that is converted, now or before."""

        self.unsaved: set[str] = set()
        """Pages that are not kept: they cause messages, which each build must show, changed while they were read, or
        include other files.
        """

    def take_over(self, only: Collection[str] | None) -> None:
        """Find the pages whose content is known, of all or `only` of these and those in the navigation."""
        found = {file.src_uri: [file.url, file.inclusion.name] for file in self.files}
        needed = None if only is None else {*only, *(page.file.src_uri for page in self.nav.pages)}
        for file in self.pages:
            if needed is not None and file.src_uri not in needed:
                continue
            source = self.sources[file.src_uri] = self._source(file)
            record = self.store.load(file.src_uri)
            if (
                record
                and record.source == source
                and list(map(found.get, record.targets)) == list(record.targets.values())
            ):
                self._know(file, record)

    def _source(self, file: File) -> str:
        try:
            return digest(self.settings, file.src_uri, digest_of(file.content_bytes))
        except OSError:  # MkDocs will report it
            return ""

    def _know(self, file: File, record: Record) -> None:
        self.records[file.src_uri] = record
        page = mkdocs_steps.known(_page(file))
        page.take_over(record.meta, record.title, record.anchors, partial(self._content, file))
        page.edit_url = record.edit_url
        escape_title(page)

    def _content(self, file: File) -> tuple[str, list[Any]]:
        """The content of a page that is known. If the store has lost it, it is made again."""
        record = self.records[file.src_uri]
        if (content := self.store.content(record.content)) is None:
            mkdocs_steps.forget_content(_page(file))
            record = replace(record, content=self._converted(file).content)
            self._know(file, record)
            content = self.store.content(record.content) or b""
        html, toc = json.loads(content)[:2]
        return html, toc

    def read_navigation(self) -> None:
        """Read the front matter of the pages in the navigation, because every page may show some of it.

        A page without a title there is converted.
        """
        for page in self.nav.pages:
            if page.file.src_uri not in self.records:
                with suppress(OSError, ValueError):  # MkDocs will report it
                    if page.file.content_string:
                        page.read_source(self.config)
                        if "title" not in page.meta:
                            self._know(page.file, self._converted(page.file))

    def prepare_theme(self) -> None:
        """Let plugins prepare the theme, and find out what all pages have in common."""
        self.env = self.config.plugins.on_env(self.env, config=self.config, files=self.files) or self.env
        look = theme(self.config, self.env, self.files)
        if look[-1] is None:
            self.theme_key = digest(self.settings, look, outline(self.nav.items), os.environ.get(EPOCH))

    def make_pages(self, pages: Sequence[File]) -> None:
        """Put the pages that are in the store into their places, and make all others."""
        at = Counter(file.dest_uri for file in self.pages)
        missing = [file for file in pages if at[file.dest_uri] > 1 or not self._place(file)]
        if not self.theme_key:
            for file in missing:
                if file.src_uri not in self.records:
                    self._know(file, self._converted(file))
        elif len(missing) >= MIN_SHARED_ITEMS:
            alone = [file for file in missing if at[file.dest_uri] == 1]
            made: set[str] = set()
            if alone and self._make(alone[0]):  # the workers then have all templates
                made.add(alone.pop(0).src_uri)
                use_parts_at_once(self.env)
            share_out(
                self._make_portion,
                list(_portions(alone)),
                lambda portion: made.update(self._take(portion)),
                lambda portion: made.update(file.src_uri for file in portion if self._make(file)),
            )
            missing = [file for file in missing if file.src_uri not in made]
        waiting = [file for file in missing if not self._make(file)]
        for file in waiting:
            if not self._place(file):
                self._make(file)

    def _place(self, file: File) -> bool:
        return self._is_finished(file) and self.store.place(self.records[file.src_uri].html, file.abs_dest_path)

    def _is_finished(self, file: File) -> bool:
        """Whether it is known what the finished page is, and it would be made the same again."""
        record = self.records.get(file.src_uri)
        return record is not None and record.html != "" and record.made_from == self._made_from(file, record)

    def _made_from(self, file: File, record: Record) -> str | None:
        """The digest of everything that the finished page is made from; None if that is not known."""
        gathered = [self.records.get(path) for path in _gathered(record)]
        if not self.theme_key or None in gathered:
            return None
        page = _page(file)
        neighbours = [(other.title, other.url) for other in (page.previous_page, page.next_page) if other]
        contents = [each.content for each in gathered if each]
        return digest(self.theme_key, file.src_uri, page.title, record.content, neighbours, contents)

    def _make_portion(self, portion: Sequence[File]) -> list[tuple[str, str]]:
        """In a worker: make some pages. Returns the paths and records, as JSON, of those that are made and kept."""
        made = []
        for file in portion:
            with suppress(Exception):  # the main process raises it again
                if self._make(file) and (path := file.src_uri) not in self.unsaved:
                    record = self.records[path]
                    made.append((path, record.as_json()))
                    self.records[path] = replace(
                        record, entries=[], facts=LinkFacts()
                    )  # only the main process needs them
        return made

    def _take(self, made: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Take over pages that a worker has made. Yields their paths."""
        for path, record in made:
            self._know(self.files.src_uris[path], Record.from_json(record))
            yield path

    def _make(self, file: File) -> bool:
        """Make a page. Returns False if that must wait for the content of others."""
        path, page = file.src_uri, _page(file)
        record = self.records.get(path) or self._converted(file)
        self.records[path] = record
        if any(other not in self.records for other in _gathered(record)):
            self._know(file, record)
            return False
        made_from = self._made_from(file, record)
        if isinstance(page, mkdocs_steps.KnownPage):
            mkdocs_steps.recall_content(page)
        with suppress(FileNotFoundError):  # a file with the address of the page
            os.unlink(file.abs_dest_path)
        with mkdocs_steps.collected_log() as messages:
            html, entries = mkdocs_steps.put_into_theme(page, self.config, self.pages, self.nav, self.env)
        if html is None or messages:
            self.unsaved.add(path)
        digest_of_html = digest_of(html or b"")
        record = replace(
            record,
            made_from=made_from or "",
            html=digest_of_html,
            entries=entries,
            facts=link_facts(file.dest_uri, (html or b"").decode("utf-8", "replace"), self.base),
        )
        self._know(file, record)
        if path not in self.unsaved:
            self.store.keep_file(file.abs_dest_path, digest_of_html)
            self.store.save(path, record)
        return True

    def _converted(self, file: File) -> Record:
        """Convert a page."""
        page = _page(file)
        with mkdocs_steps.collected_log() as messages:
            seen = mkdocs_steps.convert(page, self.config, self.files)
        source = self.sources[file.src_uri]
        if messages or seen.includes_files or not _same_in_json(page.meta) or source != self._source(file):
            self.unsaved.add(file.src_uri)
        content = [page.content, mkdocs_steps.contents_as_values(page.toc), page.meta, page.edit_url]
        return Record(
            source=source,
            targets=seen.targets,
            meta=dict(page.meta),
            title=mkdocs_steps.title_from_render(page),
            edit_url=page.edit_url,
            anchors=sorted(page.present_anchor_ids or ()),
            links={file.src_uri: links for file, links in (page.links_to_anchors or {}).items()},
            content=self.store.keep(json.dumps(content, ensure_ascii=False, default=str).encode()),
        )

    def keep_contents(self, pages: Sequence[File]) -> None:
        """Convert the pages that are not finished, and keep that much of them."""
        for file in pages:
            if not self._is_finished(file):
                if file.src_uri not in self.records:
                    self._know(file, self._converted(file))
                if file.src_uri not in self.unsaved:
                    self.store.save(file.src_uri, self.records[file.src_uri])

    def is_kept(self, file: File) -> bool:
        """Whether a page is in the store, with its content or as it is finished."""
        record = self.store.load(file.src_uri)
        return record is not None and self.store.content(record.html or record.content) is not None

    def collect(self) -> None:
        """Put together what is made from all pages: the search index, and MkDocs's look at links to places on pages."""
        mkdocs_steps.search_entries(self.config)[:] = [
            entry for file in self.pages for entry in self.records[file.src_uri].entries
        ]
        for file in self.pages:
            page, links = _page(file), self.records[file.src_uri].links
            page.links_to_anchors = {self.files.src_uris[path]: links[path] for path in links}
            page.validate_anchor_links(files=self.files, log_level=self.config.validation.links.anchors)

    def names_in_store(self, share: Share | None = None) -> set[str]:
        """The names of the files in the store that the next build needs. If only a share was made, all others of its
        pages may be out of date.
        """
        kept = [
            (path, record)
            for path, record in self.records.items()
            if path not in self.unsaved
            and (share is None or share.has(path) or not self.theme_key or self._is_finished(self.files.src_uris[path]))
        ]
        names = {self.store.name_of(path) for path, _ in kept}
        return names.union(*((record.content, record.html) for _, record in kept))


def _page(file: File) -> Page:
    assert file.page is not None  # MkDocs makes one for each file when it arranges the navigation
    return file.page


def _gathered(record: Record) -> list[str]:
    """The pages whose content a generated page shows too."""
    gathers = record.meta.get("gathers") if "seal" in record.meta else None
    return list(gathers["pages"]) if gathers else []


def _portions(files: Sequence[File]) -> Iterator[list[File]]:
    """Pages to make at a time, the longest first, so that no worker begins with one when the others are done."""
    portion: list[File] = []
    total = 0
    for size, _, file in sorted(((_size(file), -at, file) for at, file in enumerate(files)), reverse=True):
        if portion and total + size > _PORTION:
            yield portion
            portion, total = [], 0
        portion.append(file)
        total += size
    if portion:
        yield portion


def _size(file: File) -> int:
    try:
        return len(file.content_bytes) if file.abs_src_path is None else os.path.getsize(file.abs_src_path)
    except OSError:
        return 0


def _same_in_json(meta: object) -> bool:
    try:
        return bool(json.loads(json.dumps(meta)) == meta)
    except TypeError:
        return False
