"""The whole build: updates the pages, runs MkDocs into a staging folder, checks the result, puts it in place."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from builder.assembly import Assembly, complete, complete_but_contents
from builder.explainer.addresses import url_path
from builder.inspection import Inspected, inspect
from builder.pages.navigation import hand_written_pages
from builder.pages.traces import NOTHING_MADE
from builder.problems import MachineError, Problem, SummaryError
from builder.project import Project
from builder.site.config.mkdocs_problems import (
    WarningLog,
    collected_warnings,
    in_config,
    wrong_front_matter,
)
from builder.site.config.other_plugins import plugin_warnings, reads_other_files, slow_plugins, unknown_plugins
from builder.site.config.reading import read_config
from builder.site.docs_folder import Written, put_back, write, write_schemas
from builder.site.link_check import check_site
from builder.site.output_folder import Output
from builder.site.output_manifest import files_below
from builder.site.renderers.choice import is_properdocs
from builder.site.reuse.page_traces import load_traces, save_traces
from builder.system.clock import source_date_epoch
from builder.system.disk import Pile, locked
from builder.system.interrupts import uninterrupted
from builder.system.memory import give_back
from builder.system.parallel import apart

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from builder.site.incremental.page_store import Record
    from builder.site.incremental.share import Share
    from builder.site.renderers.choice import Renderer

LOCK: Final = ".cache/build.lock"
"""The lock that a build holds while it runs, below the project's root."""

PREVIOUS: Final = ".cache/previous-site"
"""The site before the last one, whose files the next build uses, below the project's root."""

USED_UP: Final = "previous"
"""The same for a preview, next to its sites."""

BACKUP: Final = ".cache/before"
"""While a build runs, hard links to the pages that it has replaced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A build that succeeded: the Markdown files that changed, where the site is, how many HTML pages it has, and how
    long the build took.
    """

    written: Written
    site: Path
    html: int
    seconds: float
    warnings: tuple[Problem, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    """SHA-256 of pages that were just read or written, by path in the site."""

    is_repeatable: bool = False
    """Whether it is known that another build from the same files gives the same site."""


def build(
    project: Project,
    *,
    assembly: Assembly | None = None,
    strict: bool = True,
    renderer: Renderer = "mkdocs",
    more_files: Callable[[MkDocsConfig], Mapping[str, bytes]] = lambda config: {},
    on_progress: Callable[[str], None] = lambda step: None,
) -> Built:
    """Build the site from the summaries, or from pages already assembled from them, and write the schemas.
    `more_files` returns files to add to the site, by path, for MkDocs's configuration.
    The current site is replaced at the very end, in one step. If anything fails, it and the pages in docs/ stay
    unchanged.
    Raises SummaryError for problems in the summaries, in pages written by hand and in the built site (with `strict`,
    for MkDocs's warnings too), MachineError for errors of the machine, such as a full disk, and UsageError for a
    SOURCE_DATE_EPOCH that is not a number of seconds.
    """
    start = time.monotonic()
    with _rendering(project, assembly, on_progress, strict=strict, renderer=renderer) as done:
        config, output = done.config, done.output
        for path, data in more_files(config).items():
            target = output.staging / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # it may be a link to a page that is kept
            target.write_bytes(data)
        on_progress("check")
        html = _checked(config, output, done.pages)
        on_progress("exchange")
        with uninterrupted():
            write_schemas(done.ready.schemas, project.schemas)
            output.put_in_place(project.root / PREVIOUS)
            done.keep()
    return Built(
        written=done.written,
        site=output.site,
        html=html,
        seconds=time.monotonic() - start,
        warnings=(*done.warnings, *plugin_warnings(config, project, renderer)),
        digests={path: page.html for path, page in done.pages.items()},
        is_repeatable=not reads_other_files(config, project),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """Pages that were made for the cache alone: how many of those that were asked for are in it now, and where."""

    pages: int
    folder: Path
    warnings: tuple[Problem, ...]


def fill_cache(
    project: Project,
    share: Share,
    *,
    assembly: Assembly | None = None,
    on_progress: Callable[[str], None] = lambda step: None,
) -> Filled:
    """Make a share of the pages for the cache, so that a later build need not make them. The site stays as it is.

    The Markdown of all pages is written into docs/, as by `build`. Raises the same errors as `build`, SummaryError
    also for a plugin that stops the cache from working, and MachineError if nothing can be written into it.
    """
    from builder.site.incremental.page_store import FOLDER

    with _rendering(project, assembly, on_progress, share) as done, uninterrupted():
        done.output.discard()
        done.keep()
    return Filled(pages=len(done.pages), folder=project.root / FOLDER, warnings=done.warnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rendered:
    """What a build has done before it checks the new site."""

    config: MkDocsConfig
    log: WarningLog
    output: Output
    ready: Assembly
    written: Written
    pages: Mapping[str, Record]
    """What is known about the pages that were made, by path in the site."""

    undo: ExitStack
    backup: Path

    def keep(self) -> None:
        """Don't undo it any more."""
        self.undo.pop_all()
        shutil.rmtree(self.backup, ignore_errors=True)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings about summaries, and MkDocs's own."""
        return (*self.ready.warnings, *self.log.problems(warning=True))


@contextmanager
def _rendering(
    project: Project,
    assembly: Assembly | None,
    on_progress: Callable[[str], None],
    share: Share | None = None,
    *,
    strict: bool = True,
    renderer: Renderer = "mkdocs",
) -> Iterator[_Rendered]:
    """Update the pages in docs/ and make the new site next to the current one, or a share of its pages for the cache.

    If the block fails or doesn't call `keep`, all is undone that is not in the cache.
    """
    with os_errors_as_machine_errors(), collected_warnings(project) as log:
        config = read_config(project, log, strict=strict)
        if share and (slow := list(slow_plugins(config, project))):
            hint = "remove it, or build without --only-cache"
            raise SummaryError(replace(each, hint=hint, warning=False) for each in slow)
        if wrong := list(wrong_front_matter(project, _front_matter(project))):
            raise SummaryError(wrong)
        output = output_of(config, project)
        backup = project.root / BACKUP
        with locked(project.root / LOCK), _undo_on_failure() as undo:
            output.recover()
            undo.callback(output.discard)
            undo.callback(shutil.rmtree, backup, ignore_errors=True)
            output.begin()
            on_progress("assemble")
            ready = assembly or complete(inspect(project, keep=True), project, load_traces(project))
            on_progress("write")
            with uninterrupted():
                written = _written(ready, project, backup)
                undo.callback(put_back, written, project.docs)
                undo.callback(output.discard)  # first: putting pages back may need its space on the disk
            on_progress("render")
            with source_date_epoch(ready.as_of):
                if renderer == "zensical":
                    pages = _render_with_zensical(config, ready, output.staging, log)
                else:
                    pages = render(config, ready, output.staging, log, share=share)
            yield _Rendered(
                config=config,
                log=log,
                output=output,
                ready=ready,
                written=written,
                pages=pages,
                undo=undo,
                backup=backup,
            )


def _written(ready: Assembly, project: Project, backup: Path) -> Written:
    """Write the pages and assets, and keep their traces unless that is done."""
    whole = ready.whole()
    written = write(whole.pages, whole.assets, project.docs, kept=whole.kept, backup=backup)
    if ready.traces.made:
        save_traces(ready.traces, project)
    del whole
    give_back()
    return written


def assemble_apart(
    project: Project, read: Callable[[], Inspected], pile: Pile, lying: Mapping[str, str] | None = None
) -> Assembly:
    """Read, check and render everything in a process of its own, so that this one does not hold it.

    The pages and assets are on the pile until they are written. Their traces are kept before that: of pages that are
    not written then, the next build finds that they differ. `lying` is as for `complete_but_contents`.
    Raises what `read` raises, and MachineError.
    """

    def work() -> Assembly:
        pile.clear()  # another process may have failed at this
        made = complete_but_contents(read(), project, load_traces(project), pile.put, lying=lying, as_files=True)
        save_traces(made.traces, project)
        return replace(made, traces=NOTHING_MADE)

    return replace(apart(work), contents=pile)


@contextmanager
def _undo_on_failure() -> Iterator[ExitStack]:
    """Collect how to undo each step of a build. If one fails or is stopped, undo them, the last first."""
    with ExitStack() as undo:
        try:
            yield undo
        except BaseException:
            with uninterrupted():
                undo.close()
            raise


def pages_are_fresh() -> bool:
    """Whether `build` runs MkDocs, so that the pages are up to date already."""
    return _PAGES_ARE_FRESH.get()


_PAGES_ARE_FRESH: ContextVar[bool] = ContextVar("pages_are_fresh", default=False)


def output_of(config: MkDocsConfig, project: Project) -> Output:
    """Where the site goes. Raises MachineError if a build would harm something there."""
    output = Output(Path(os.path.realpath(config.site_dir)))
    folders = (project.docs, project.summaries, project.templates, project.root / "builder", project.root / ".git")
    with os_errors_as_machine_errors():
        output.check(project.root.resolve(), [folder.resolve() for folder in folders])
    return output


def render(
    config: MkDocsConfig,
    assembled: Assembly | Inspected | None,
    folder: Path,
    log: WarningLog,
    *,
    preview_from: Path | None = None,
    share: Share | None = None,
) -> dict[str, Record]:
    """Write the site into an empty folder, or only put a share of its pages into the cache.

    Returns what is known about pages for the check, by path in the site. `config` is new, and `assembled` is as for
    `add_plugins`. For a preview, `preview_from` is the folder in which it keeps finished pages; the site that it uses
    up, if there is one, is `USED_UP` next to `folder`.
    Raises SummaryError with MkDocs's own messages if MkDocs refuses something.
    """
    from mkdocs.commands.build import build as mkdocs_build

    from builder.site.incremental.page_store import FOLDER, PageStore
    from builder.site.incremental.site_build import build_site, fill_store

    with _plugins_started(config, assembled, folder, log, preview_from):
        if is_properdocs() or unknown_plugins(config):
            mkdocs_build(config)
            return {}
        store = PageStore(preview_from or log.project.root / FOLDER)
        if share and not store.is_usable:
            raise MachineError(f"{log.project.root / FOLDER} can't be used: it is no folder that can be written to")
        base, previous = _base(config), folder.with_name(USED_UP) if preview_from else log.project.root / PREVIOUS
        pages = fill_store(config, store, base, share) if share else build_site(config, store, base, previous)
        if config.strict and log.messages:
            raise SummaryError(log.problems())
        return pages


def render_again(
    config: MkDocsConfig, assembled: Inspected, site: Path, log: WarningLog, preview_from: Path, paths: Collection[str]
) -> bool:
    """Put a few pages, paths below docs/, into a preview's site that was rendered before, each in one step.

    The arguments are as for `render`. Returns False and changes nothing if the whole site must be rendered. Raises the
    same errors.
    """
    from builder.site.incremental.page_store import PageStore
    from builder.site.incremental.site_build import build_pages

    if is_properdocs() or unknown_plugins(config):
        return False
    with TemporaryDirectory(dir=site.parent) as folder:
        with _plugins_started(config, assembled, Path(folder), log, preview_from):
            is_made = build_pages(config, PageStore(preview_from), _base(config), paths)
        for path in files_below(Path(folder)):
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(f"{folder}/{path}", site / path)
    return is_made


def _render_with_zensical(
    config: MkDocsConfig, assembled: Assembly, folder: Path, log: WarningLog
) -> dict[str, Record]:
    """Like `render`. Nothing is known about the pages."""
    from builder.site.renderers.zensical import render as render_with_zensical

    with _plugins_started(config, assembled, folder, log):
        render_with_zensical(config, log.project, folder)
        if config.strict and log.messages:
            raise SummaryError(log.problems())
        return {}


@contextmanager
def _plugins_started(
    config: MkDocsConfig,
    assembled: Assembly | Inspected | None,
    folder: Path,
    log: WarningLog,
    preview_from: Path | None = None,
) -> Iterator[None]:
    """Add our plugins to a build into a folder, and start all plugins. Errors of MkDocs become SummaryErrors."""
    from mkdocs.exceptions import MkDocsException

    from builder.site.plugins.search_plugin import use_language

    config.site_dir = str(folder)
    token = _PAGES_ARE_FRESH.set(True)
    use_language(config, log.project.language)
    add_plugins(config, assembled, log.project.root if preview_from else None, preview=preview_from is not None)
    try:
        config.plugins.on_startup(command="serve" if preview_from else "build", dirty=False)
        try:
            yield
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        raise SummaryError(log.problems() or [in_config(log.project, error.format_message())]) from error
    except UnicodeDecodeError as error:  # in a page written by hand; MkDocs has logged which
        raise SummaryError(log.problems()) from error
    finally:
        _PAGES_ARE_FRESH.reset(token)


def _base(config: MkDocsConfig) -> str:
    """The path that the site is served under."""
    return f"/{url_path(config.site_url).strip('/')}/".replace("//", "/")


def _front_matter(project: Project) -> dict[str, dict[str, object]]:
    """The front matter of the pages written by hand, by path below docs/. A page that is not UTF-8 is left out."""
    from mkdocs.utils.meta import get_data

    found = {}
    for path in hand_written_pages(project.docs):
        with suppress(UnicodeDecodeError):  # MkDocs will report it
            found[path] = get_data((project.docs / path).read_text(encoding="utf-8-sig"))[1]
    return found


def add_plugins(
    config: MkDocsConfig, assembled: Assembly | Inspected | None, root: Path | None = None, *, preview: bool = False
) -> None:
    """Add our plugins for the navigation, the placeholders, the search and the whole page to a build of MkDocs.

    `assembled` is None if the summaries have had problems since the start. The navigation then follows docs/.
    With `root`, the explainer's folder, edit links open the files on this machine. In a preview, the whole page keeps
    to its contents, because it would have to be made again after an edit of any other page.
    """
    from builder.site.plugins.navigation_plugin import add_navigation
    from builder.site.plugins.placeholder_plugin import add_placeholders
    from builder.site.plugins.search_plugin import add_search
    from builder.site.plugins.whole_page_plugin import add_whole_page

    add_navigation(config, assembled.navigation if assembled else None)
    add_placeholders(config, assembled.fills if assembled else {}, root)
    add_search(config, preview=preview)
    if not preview:
        add_whole_page(config)


def _checked(config: MkDocsConfig, output: Output, pages: Mapping[str, Record]) -> int:
    """Check the built site and return how many pages it has. Raises SummaryError for all that is broken in it.

    `pages` has what is known about pages. Others are read.
    """
    from builder.site.incremental.link_facts import all_links_work, facts_of_pages

    files = files_below(output.staging)
    known = {path: page.facts for path, page in pages.items()}
    found = facts_of_pages(output.staging, files, _base(config), known)
    if not all_links_work(found, files) and (
        problems := check_site(output.staging, url_path(config.site_url), name=output.site.name)
    ):
        raise SummaryError(problems)
    return len(found)


@contextmanager
def os_errors_as_machine_errors() -> Iterator[None]:
    """Turn an error of the disk into a MachineError."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise MachineError(f"{where}{error.strerror or error}") from error
