"""Brings a preview up to date after an edit: docs/ from the summaries, then the site from docs/."""

from __future__ import annotations

import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.assembly import complete, rendered, schemas_of
from builder.explainer.addresses import url_path
from builder.inspection import Inspected
from builder.pages.plan import Plan
from builder.pages.traces import NOTHING_MADE, Traces
from builder.preview.file_state import Watcher
from builder.preview.problem_bar import Report, with_lines
from builder.preview.work_in_progress import Shown, inspect_work
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE
from builder.site.build import LOCK, render, render_again
from builder.site.config.mkdocs_problems import WarningLog, collected_warnings
from builder.site.config.reading import read_config
from builder.site.docs_folder import Written, refuse_links_and_pipes, write, write_schemas
from builder.system.clock import source_date_epoch
from builder.system.disk import locked
from builder.system.interrupts import uninterrupted

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PAGES: Final = ".cache/preview"
"""Where previews keep finished pages, below the project's root. They differ from those of a build."""

_AT_ONCE: Final = 8
"""Up to how many edited pages are shown before all others are updated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What stays the same while a preview runs."""

    project: Project
    folder: Path
    """Where its sites are built, in a folder each."""

    origin: str
    """What the address of the site begins with, such as `http://127.0.0.1:8000`."""

    watcher: Watcher
    at_step: Callable[[str], None]
    """Says which step begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a preview shows, and what the next one is made from."""

    report: Report = field(default_factory=Report)
    site: Path | None = None
    """The folder of the site; None before the first one is built."""

    config: MkDocsConfig | None = None
    """The configuration that the site was built with."""

    found: Inspected | None = None
    """The records on its pages; None if the summaries have had problems since the start."""

    shown: Shown | None = None
    traces: Traces = NOTHING_MADE
    edits: int = 0
    edited: str = ""
    """How many edits there were, and the page below docs/ that shows the last one."""

    @property
    def mount(self) -> str:
        """The path that the site is served under."""
        return mount_of(self.config) if self.config else "/"


def mount_of(config: MkDocsConfig) -> str:
    """The path that a site is served under, with a slash at both ends."""
    return f"/{url_path(config.site_url).strip('/')}/".replace("//", "/")


def updates(place: Place, last: Preview) -> Iterator[Preview]:
    """Bring everything up to date, and yield what to show: first with edited pages alone, then with all.

    If that is not possible, `last` stays, with a report that says why. Before the first site, raises SummaryError and
    MachineError if mkdocs.yml or docs/ is not right, and what MkDocs raises.
    """
    now = last
    try:
        for now in _updates(place, last):
            yield now
    except (SummaryError, MachineError) as error:
        with suppress(SummaryError, MachineError):  # a record may be named before it is written
            write_schemas(schemas_of(place.project), place.project.schemas)
        if now.site is None:
            now = _with_site(place, now, None)
        yield replace(now, report=_as_report(error, place.project))
    except Exception as error:
        if last.site is None:
            raise
        if not (isinstance(error, OSError) and error.errno):  # a template that is not there has no number
            traceback.print_exception(error)
        yield replace(now, report=Report(failure=f"the site can't be built: {error}", is_stuck=True))


def _updates(place: Place, last: Preview) -> Iterator[Preview]:
    project = place.project
    refuse_links_and_pipes(project.docs)
    place.at_step("Making the pages")
    work = inspect_work(project, last.shown, time.strftime("%H:%M"))
    found = work.found
    is_whole = bool(last.report.errors)  # then the report says with the first page whether they are fixed
    report = with_lines(work.report if is_whole else work.first_report, project.root)
    now = replace(last, found=found, shown=work.shown, report=report)
    if last.found and (edited := _edited(found, last.found)):
        now = replace(now, edits=now.edits + 1, edited=edited[0].path)
        if last.site and len(edited) <= _AT_ONCE and _has_same_settings(found, last.found):
            data = {f"data/{plan.data}": found.explainer.files[plan.data] for plan in edited if plan.data}
            with _writing(place, report):
                _expect(place, write(rendered(edited, found, project), data, project.docs, prune=False))
            # With pages that are no longer planned, so that they don't seem to be written by hand.
            generated = found.navigation.generated | last.found.navigation.generated
            listed = replace(found, navigation=replace(found.navigation, generated=generated))
            # MkDocs warns of pages that are not made yet. Until they are, its last warnings stay.
            warnings = [each for each in last.report.warnings if each.rule == "mkdocs"]
            report_so_far = replace(report, problems=(*report.problems, *warnings))
            now = _with_pages(place, now, listed, [plan.path for plan in edited])
            yield replace(now, report=with_lines(report_so_far, project.root))
    if not is_whole:
        now = replace(now, report=with_lines(work.report, project.root))
    ready = complete(found, project, now.traces)
    with _writing(place, now.report):
        _expect(place, write(ready.pages, ready.assets, project.docs, kept=ready.kept))
        write_schemas(ready.schemas, project.schemas)
    yield _with_site(place, replace(now, traces=ready.traces), found)


def _edited(found: Inspected, before: Inspected) -> list[Plan]:
    """The pages of the summaries that changed since pages were last made, then other pages that are new."""
    files, known = before.explainer.files, {plan.path for plan in before.plans}
    changed = {path for path, data in found.explainer.files.items() if data != files.get(path)}
    folders = {path.rpartition("/")[0] for path in changed}
    edited = [plan for plan in found.plans if plan.data in changed or plan.folder in folders]
    return [*edited, *(plan for plan in found.plans if plan.path not in known and plan not in edited)]


def _has_same_settings(found: Inspected, before: Inspected) -> bool:
    """Whether the explainer's own file is the same, on which every page may depend."""
    return found.explainer.files[SETTINGS_FILE] == before.explainer.files[SETTINGS_FILE]


@contextmanager
def _writing(place: Place, report: Report) -> Iterator[None]:
    """Hold the build's lock. If nothing can be written, the problems found before are reported too."""
    try:
        with locked(place.project.root / LOCK, wait=True), uninterrupted():
            yield
    except SummaryError as error:
        raise SummaryError([*error.problems, *report.problems]) from None


def _expect(place: Place, written: Written) -> None:
    place.watcher.expect(place.project.docs / path for path in (*written.changed, *written.pruned))


def _with_pages(place: Place, now: Preview, found: Inspected, paths: list[str]) -> Preview:
    """Put the edited pages into the site that is shown, if that is possible. Otherwise build the site from docs/."""
    with collected_warnings(place.project) as log, source_date_epoch(found.explainer.settings.as_of.last):
        config = _config(place, log)
        assert now.site
        if render_again(config, found, now.site, log, place.project.root / PAGES, paths):
            return now
    return _with_site(place, now, found)


def _config(place: Place, log: WarningLog) -> MkDocsConfig:
    config = read_config(place.project, log, strict=False)
    config.site_url = f"{place.origin}{mount_of(config)}"
    return config


def _with_site(place: Place, now: Preview, found: Inspected | None) -> Preview:
    """Build the site from docs/. What MkDocs warns of is reported unless there is a problem, which may be the cause."""
    place.at_step("Rendering the site")
    project = place.project
    with collected_warnings(project) as log:
        config = _config(place, log)
        folder = Path(tempfile.mkdtemp(dir=place.folder))
        try:
            with source_date_epoch(found.explainer.settings.as_of.last if found else None):
                render(config, found, folder, log, preview_from=project.root / PAGES)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    place.watcher.watch(_other_inputs(config, project))
    warnings = () if now.report.errors else log.problems(warning=True)
    report = replace(now.report, problems=(*now.report.problems, *warnings))
    return replace(now, site=folder, config=config, report=with_lines(report, project.root))


def _other_inputs(config: MkDocsConfig, project: Project) -> Iterator[Path]:
    """What a site is made from that is not in the folders of the explainer."""
    yield from (Path(path) for path in config.watch)
    yield from (project.root / name for name in config.hooks)
    if config.theme.custom_dir:
        yield Path(config.theme.custom_dir)


def _as_report(error: SummaryError | MachineError, project: Project) -> Report:
    if isinstance(error, SummaryError):
        return with_lines(Report(problems=error.problems, is_stuck=True), project.root)
    return Report(failure=str(error), is_stuck=True)
