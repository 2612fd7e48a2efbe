"""The whole build: pages up to date, MkDocs as a library in a staging folder, its work checked, then exchanged."""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.assembly import Assembly, Inspected, assemble
from builder.explainer.addresses import path_of
from builder.problems import Location, MachineError, Problem, SummaryError, visible
from builder.project import Project
from builder.site.link_check import check_site
from builder.site.page_files import Written, keep, put_back, write
from builder.site.plugins.cache_store import Drawer
from builder.site.staging import Output
from builder.system.clock import dated
from builder.system.disk import locked
from builder.system.interrupts import uninterrupted

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

LOCK: Final = ".cache/build.lock"
"""What a build holds while it runs, below the project's root."""

KEPT: Final = ".cache/pages.sqlite"
"""What MkDocs made of the pages of the last build."""


BEFORE: Final = ".cache/before"
"""While a build runs, second names of the pages that it has replaced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A build that succeeded: the Markdown pages that changed, where the site is, its HTML pages, how long it took."""

    written: Written
    site: Path
    html: int
    seconds: float
    warnings: tuple[Problem, ...] = ()


def build(
    project: Project,
    *,
    assembly: Assembly | None = None,
    strict: bool = True,
    on_progress: Callable[[str], None] = lambda step: None,
) -> Built:
    """Build the site from the summaries, or from what was assembled from them before; write the schemas.

    The site that stands is replaced at the very end, in one step; after any failure it and the pages in docs/ are what
    they were.
    Raises SummaryError for problems in the summaries, in pages written by hand and in the built site (with `strict`,
    for MkDocs's warnings too), MachineError for what the machine refuses, and UsageError for a SOURCE_DATE_EPOCH that
    is no number of seconds.
    """
    start = time.monotonic()
    with _worded(), _listening(project) as heard:
        config = _configured(project, heard, strict=strict)
        output = output_of(config, project)
        before = project.root / BEFORE
        with locked(project.root / LOCK), _undone_if_it_fails() as undo:
            output.recover()
            undo.callback(output.discard)
            undo.callback(shutil.rmtree, before, ignore_errors=True)
            output.begin()
            on_progress("assemble")
            ready = assembly or assemble(project)
            on_progress("write")
            with uninterrupted():
                written = write(ready.pages, ready.assets, project.docs, aside=before)
                undo.callback(put_back, written, project.docs)
                undo.callback(output.discard)  # before pages are put back: they may need its room on the disk
            on_progress("render")
            with dated(ready.as_of):
                _render(config, ready, output.staging, heard, project.root / KEPT)
            on_progress("check")
            html = _checked(config, output)
            on_progress("exchange")
            with uninterrupted():
                keep(ready.schemas, project.schemas)
                output.take_over()
                undo.pop_all()
                shutil.rmtree(before, ignore_errors=True)
    warnings = (*ready.warnings, *heard.problems(warning=True), *_not_kept(config, project))
    return Built(written=written, site=output.site, html=html, seconds=time.monotonic() - start, warnings=warnings)


@contextmanager
def _undone_if_it_fails() -> Iterator[ExitStack]:
    """Take in what undoes each step of a build. If one fails or is stopped, undo them, the last first."""
    with ExitStack() as undo:
        try:
            yield undo
        except BaseException:
            with uninterrupted():
                undo.close()
            raise


def pages_are_fresh() -> bool:
    """Whether MkDocs is run by `build`, which has brought the pages up to date already."""
    return _FRESH.get()


def prepare_mkdocs() -> None:
    """Before mkdocs or its theme is imported: no banners about their own future."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")


_FRESH: ContextVar[bool] = ContextVar("pages_are_fresh", default=False)


def output_of(config: MkDocsConfig, project: Project) -> Output:
    """Where the site goes. Raises MachineError if a build would harm something there."""
    output = Output(Path(os.path.realpath(config.site_dir)))
    folders = (project.docs, project.summaries, project.templates, project.root / "builder", project.root / ".git")
    with _worded():
        output.check(project.root.resolve(), [folder.resolve() for folder in folders])
    return output


def _configured(project: Project, heard: _Heard, *, strict: bool) -> MkDocsConfig:
    """Read mkdocs.yml. Raises SummaryError with MkDocs's words for what it refuses there."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    try:
        config = load_config(str(project.config), strict=strict)
    except MkDocsException as error:
        raise SummaryError(heard.problems() or [_in_config(project, error.format_message())]) from error
    refused = {
        "docs_dir": "the builder writes into docs/, and MkDocs would read elsewhere: leave docs_dir out",
        "use_directory_urls": "feeds and citations give a page's address without .html: leave use_directory_urls out",
    }
    elsewhere = Path(config.docs_dir).resolve() != project.docs.resolve()
    wrong = [name for name, is_so in zip(refused, (elsewhere, not config.use_directory_urls), strict=True) if is_so]
    if wrong:
        raise SummaryError(
            Problem(
                location=Location(project.config.name, *_where(project.config, [name])),
                rule="mkdocs",
                message=refused[name],
            )
            for name in wrong
        )
    return config


def _render(config: MkDocsConfig, ready: Assembly, staging: Path, heard: _Heard, kept: Path) -> None:
    """Have MkDocs write the site into the staging folder, with what is kept of the last build."""
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.exceptions import MkDocsException

    from builder.site.plugins.page_cache import keep as keep_pages

    config.site_dir = str(staging)
    fresh = _FRESH.set(True)
    drawer = Drawer(kept)
    keep_pages(config, drawer)
    equip(config, ready)
    try:
        config.plugins.on_startup(command="build", dirty=False)
        try:
            mkdocs_build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        raise SummaryError(heard.problems() or [_in_config(heard.project, error.format_message())]) from error
    except UnicodeDecodeError as error:  # a page written by hand; MkDocs has said which
        raise SummaryError(heard.problems()) from error
    finally:
        drawer.close()
        _FRESH.reset(fresh)


def equip(config: MkDocsConfig, made: Assembly | Inspected | None) -> None:
    """Give MkDocs what it needs besides the pages: the navigation, and what is filled in on pages written by hand.

    `made` is None where the summaries have never been in order; MkDocs then goes by what is in docs/.
    """
    from builder.site.plugins.navigation_plugin import navigate
    from builder.site.plugins.placeholder_plugin import fill

    navigate(config, made.navigation if made else None)
    fill(config, made.fills if made else {})


def _checked(config: MkDocsConfig, output: Output) -> int:
    """How many pages the built site has. Raises SummaryError for everything a reader would trip over."""
    problems = check_site(output.staging, path_of(config.site_url), name=output.site.name)
    if problems:
        raise SummaryError(problems)
    return sum(1 for _ in output.staging.rglob("*.html"))


def _not_kept(config: MkDocsConfig, project: Project) -> Iterator[Problem]:
    """The plugins and hooks for which every build makes all pages."""
    from builder.site.plugins.page_cache import unknown

    for name in unknown(config):
        yield Problem(
            location=Location(project.config.name, *_where(project.config, [name])),
            rule="slow-build",
            message=slow(name),
            hint="take it out if it is not needed",
            warning=True,
        )


def slow(name: str) -> str:
    """Say that nothing is kept beside a plugin or a hook."""
    return f"'{visible(name)}' could change any page, so every build makes all pages again"


def _in_config(project: Project, message: str) -> Problem:
    place = re.search(r"line (\d+), column (\d+)", message)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    return Problem(location=Location(project.config.name, line, column), rule="mkdocs", message=_one_line(message))


class _Heard(logging.Handler):
    """What MkDocs warned of, kept instead of printed."""

    def __init__(self, project: Project) -> None:
        super().__init__(logging.WARNING)
        self.project = project
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def problems(self, *, warning: bool = False) -> list[Problem]:
        """The messages as problems, each where it can be mended as far as the message tells."""
        return [self._problem(message, warning) for message in dict.fromkeys(self.messages)]

    def _problem(self, message: str, warning: bool) -> Problem:
        quoted = re.findall(r"'([^']+)'", message)
        named = [*quoted, *re.findall(r"file: (\S+)", message)]
        page = next((name for name in named if name.endswith(".md") and (self.project.docs / name).is_file()), None)
        file = self.project.docs / page if page else self.project.config
        wanted = [name for name in quoted if name != page] if file != self.project.config else quoted
        line, column = _where(file, wanted)
        path = file.relative_to(self.project.root).as_posix()
        text = _one_line(message)
        return Problem(location=Location(path, line, column), rule="mkdocs", message=text, warning=warning)


@contextmanager
def _listening(project: Project) -> Iterator[_Heard]:
    """Keep MkDocs's log to ourselves for a while."""
    prepare_mkdocs()
    heard = _Heard(project)
    logger = logging.getLogger("mkdocs")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(heard)
    try:
        yield heard
    finally:
        logger.removeHandler(heard)
        logger.propagate = propagated


@contextmanager
def _worded() -> Iterator[None]:
    """Say in plain words what the disk refused."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise MachineError(f"{where}{error.strerror or error}") from error


def _where(file: Path, wanted: list[str]) -> tuple[int, int]:
    """Line and column of the first of the wanted words in a file, or its beginning."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    for word in wanted:
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for number, line in enumerate(lines, start=1):
            if match := whole.search(line):
                return number, match.start() + 1
    return 1, 1


def _one_line(message: str) -> str:
    return " ".join(message.split())
