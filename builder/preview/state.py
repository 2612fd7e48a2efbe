"""The state of a running preview: which pages the builder wrote, current problems, pages still to update."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.assembly import Inspected, assets, complete, rendered, schemas_in, schemas_of
from builder.explainer.addresses import on_the_web
from builder.exports.descriptions.page_list import LLMS
from builder.pages.page_file import is_sealed
from builder.pages.plan import Plan
from builder.parsing.discovery import is_hidden_or_backup
from builder.preview.file_state import FileState, state_of, states_of_other_inputs, states_of_summaries, unedited_pages
from builder.preview.problem_bar import Report, with_lines
from builder.preview.work_in_progress import Shown, inspect_work
from builder.problems import MachineError, SummaryError
from builder.problems import report as as_lines
from builder.project import Project
from builder.records.loading import SETTINGS_FILE
from builder.site.build import LOCK
from builder.site.docs_folder import DATA, write, write_schemas
from builder.site.plugins.cache_store import FileCache, Site
from builder.system.disk import locked

if TYPE_CHECKING:
    from builder.pages.page_file import Page

log = logging.getLogger("explainer")
# Not below the logger `mkdocs`: with `strict: true`, MkDocs aborts a build for what is logged there, and then its
# server stops answering.


class Preview:
    """What a preview knows from one build to the next."""

    def __init__(self, *, follow: bool = False) -> None:
        self.follow = follow
        self.mount = "/"
        """Whether browsers open the page that was edited, and the path that the site is served under."""

        self.edits, self.edited = 0, ""
        """How many edits there were, and the address of the page that shows the last one."""

        self.docs = ""
        self.own: tuple[str, ...] = ()
        """Folders in which everything belongs to the builder."""

        self.report = Report()
        """What was last reported."""

        self.shown: Shown | None = None
        """The summaries that the pages were last made from."""

        self.written: dict[str, FileState] = {}
        """Pages as the builder wrote them: their states by path. The watcher ignores them until they change."""

        self.being_written: frozenset[str] | None = None
        """While pages are written: all paths that may appear or disappear."""

        self.summaries: dict[str, bytes] = {}
        self.planned: tuple[str, ...] = ()
        self.surroundings: dict[str, FileState] = {}
        """What the pages were last made from: the summaries, the pages planned in docs/, all other inputs."""

        self.pending = Report()
        """What is reported once the pages in docs/ are in the site."""

        self.looked: dict[str, FileState] = {}
        self.looked_at: dict[str, FileState] = {}
        """The states of the other inputs and of the summaries just before the current or last build read them."""

        self.site: Site | None = None
        self.is_whole = False
        self.cache: FileCache | None = None
        """The site that was last built, if its pages can be rebuilt; whether that build finished; the page cache."""

        self.found: Inspected | None = None
        """The records that the pages of edited summaries were last made from."""

        self.is_right = False
        self.is_behind = False
        """Whether docs/ was up to date at the last build of the whole site; whether it may lack an edit now."""

        self.waiting: dict[str, None] = {}
        """Files that are up to date in docs/ and not yet in the site, in order."""

    def look(self, project: Project) -> None:
        """Before the whole site is built, record the states of all inputs, to notice edits during the build."""
        self.looked, self.looked_at = states_of_other_inputs(project), states_of_summaries(project)

    def is_outdated(self, project: Project) -> bool:
        """Whether someone has edited an input since `look`."""
        is_same = self._is_untouched(project) if self.planned else states_of_other_inputs(project) == self.looked
        return not is_same or states_of_summaries(project) != self.looked_at

    def begin(self, site: Site | None) -> None:
        """The build of the whole site starts."""
        self.site, self.is_whole, self.is_right = site, False, False

    def end(self) -> None:
        """The build of the whole site is finished."""
        self.is_whole = True
        self.commit()
        if self.is_right:
            self.tell(self.pending)

    def fail(self, error: Exception) -> None:
        """The whole site couldn't be built, and the last one stays. Any next edit builds it again."""
        self.is_whole = False
        self.tell(Report(failure=f"the site can't be built: {error}", is_stuck=True))

    def refuse(self, error: SummaryError | MachineError, project: Project) -> None:
        """The whole site must not be built, and the last one stays. Any next edit builds it again."""
        self.is_whole = False
        self.tell(_as_report(error, project))

    def refresh(self, project: Project) -> None:
        """Update all pages in docs/ before the whole site is built, or report why that is not possible."""
        self.docs = os.path.abspath(project.docs)
        self.own = (os.path.join(self.docs, DATA), os.path.abspath(project.schemas))
        try:
            with self._writing(project):
                found = self._inspected(project)
                ready = complete(found, project)
                pruned = write(ready.pages, ready.assets, project.docs).pruned
                write_schemas(ready.schemas, project.schemas)
        except (SummaryError, MachineError) as error:
            self._fail(error, project)
            return
        self._note([plan.path for plan in self._edited(found)])
        self._made_from(found)
        own = {*self.written, *(os.path.join(project.docs, path) for path in pruned)}
        self.surroundings = {path: state for path, state in self.looked.items() if path not in own}
        self.is_behind = False
        self.is_right = True
        self.waiting.clear()

    def show_edited(self, project: Project) -> bool:
        """Update the pages of edited summaries and those written by hand, in docs/ and in the site.

        Other pages may be out of date afterwards. If nothing of the summaries can be shown, that is reported and the
        pages stay unchanged. Returns False if anything else was edited: the whole site must be built then.
        """
        if self.site is None or not self.is_whole:
            return False
        try:
            with self._writing(project):
                surroundings = states_of_other_inputs(project, self.written)
                by_hand = self._edited_by_hand(surroundings)
                if by_hand is None:
                    return False
                found = self._inspected(project)
                if not self._has_same_settings(found):
                    return False
                joined = [plan for plan in found.plans if plan.path not in self.planned]
                plans = [*joined, *(plan for plan in self._edited(found) if plan.path in self.planned)]
                data = {f"data/{plan.data}": found.explainer.files[plan.data] for plan in joined if plan.data}
                write(rendered(plans, found, project), data, project.docs, prune=False)
        except SummaryError as error:
            self._fail(error, project)
            return True
        except MachineError:
            return False
        self.tell(self.pending)
        if found.explainer.files != self.summaries:
            self._note([plan.path for plan in plans])
            self._made_from(found)
            self.is_behind = True
        self.surroundings = surroundings
        self.waiting.update(dict.fromkeys(data))
        shown = [*(plan.path for plan in plans), *by_hand]
        if (joined or by_hand) and not self._relist(found):
            return False
        for path in shown:
            self.waiting.pop(path, None)
        return all(map(self.site.rebuild, [path for path in shown if os.path.exists(os.path.join(self.docs, path))]))

    def _relist(self, found: Inspected) -> bool:
        """Let the site know that pages were added or removed. Returns whether that was possible."""
        docs = os.path.join(self.docs, "")
        own = frozenset(Path(path).relative_to(docs).as_posix() for path in self.written if path.startswith(docs))
        # With those that are no longer planned but not yet deleted, so that they don't seem to be written by hand.
        pages = replace(found.navigation, generated=found.navigation.generated | own)
        stale = self.site.relist(pages) if self.site else None
        self.waiting.update(dict.fromkeys(stale or ()))
        return stale is not None

    def write_others(self, project: Project, interrupted: Callable[[], bool]) -> bool:
        """Update all other pages in docs/. Nothing is written if `interrupted` returns True before.

        Returns whether that was possible, as `show_edited` does.
        """
        found = self.found
        if found is None:
            return False
        try:
            downloads, schemas = assets(found, project), schemas_in(found)
            pages: list[Page] = []
            for page in rendered(found.plans, found, project):
                pages.append(page)
                if interrupted():
                    return True
            with self._writing(project):
                if not self._is_untouched(project):  # another build wrote pages that this site doesn't show
                    return False
                self._expect(found)
                written = write(pages, downloads, project.docs)
                write_schemas(schemas, project.schemas)
        except (SummaryError, MachineError):
            return False
        self.is_behind = False
        self.waiting.update(dict.fromkeys((*written.changed, *written.pruned)))
        return self._relist(found) if any(path.endswith(".md") for path in written.pruned) else True

    def show_others(self, root: Path, interrupted: Callable[[], bool]) -> bool:
        """Update the site at `root` from docs/, or only a part of it if `interrupted` returns True.

        Returns whether that was possible, as `show_edited` does.
        """
        if self.site is None:
            return False
        for path in list(self.waiting):
            if interrupted():
                return True
            source = os.path.join(self.docs, path)
            if path.endswith(".md"):
                if os.path.exists(source) and not self.site.rebuild(path):
                    return False
            else:
                for place in _places_of(path, self.docs):
                    if os.path.exists(source):
                        (root / place).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(source, root / place)
                    else:
                        (root / place).unlink(missing_ok=True)
            del self.waiting[path]
        self.site.finish()
        return True

    @property
    def followed(self) -> str:
        """The answer to a browser that follows edits, as JSON: how many there were, the page of the last one."""
        return json.dumps([self.edits, self.edited or self.mount])

    def _note(self, paths: Sequence[str]) -> None:
        if paths:
            self.edits += 1
            self.edited = on_the_web(paths[0], self.mount)

    def _edited(self, found: Inspected) -> list[Plan]:
        """The pages of the summaries that changed since pages were last made."""
        files = found.explainer.files
        edited = {path for path, data in files.items() if self.summaries and data != self.summaries.get(path)}
        return [plan for plan in found.plans if plan.data in edited]

    def commit(self) -> None:
        """Save the page cache, and let another preview of this explainer write to it."""
        if self.cache:
            self.cache.commit()

    def close(self) -> None:
        """Close the page cache, when nothing is built any more."""
        if self.cache:
            self.cache.close()

    def tell(self, report: Report) -> None:
        """Report the current problems and warnings, or that the problems are fixed."""
        if report.text:
            log.error("%s", report.text)
        elif self.report.text:
            log.info("The problems are fixed.")
        if report.warnings and set(report.warnings) != set(self.report.warnings):
            log.warning("%s", as_lines(report.warnings))
        self.report = report

    def entries(self, folder: str | None) -> Iterator[os.DirEntry[str]]:
        """The entries of a folder for the watcher, without generated files and temporary files of text editors."""
        with os.scandir(folder) as found:
            return iter([entry for entry in found if not self._is_ignored(entry)])

    @contextmanager
    def _writing(self, project: Project) -> Iterator[None]:
        """Hold the build's lock, and record which pages the builder wrote."""
        with locked(project.root / LOCK, wait=True):
            try:
                yield
            finally:  # before another build writes
                self.written = dict(unedited_pages(self.docs, self.written))
                self.being_written = None

    def _inspected(self, project: Project) -> Inspected:
        self.pending = Report()
        work = inspect_work(project, self.shown, time.strftime("%H:%M"))
        self.shown, self.pending = work.shown, with_lines(work.report, project.root)
        self._expect(work.found)
        return work.found

    def _expect(self, found: Inspected) -> None:
        """Make the watcher ignore the pages that the builder adds or removes until they are written."""
        planned = (os.path.join(self.docs, *plan.path.split("/")) for plan in found.plans)
        # The watcher still sees pages that people edited: the builder won't write those.
        edited = {path for path in self.written if os.path.lexists(path) and state_of(path) != self.written[path]}
        own = (path for path in planned if path in self.written or not os.path.lexists(path))
        self.being_written = frozenset([*own, *self.written]) - edited

    def _made_from(self, found: Inspected) -> None:
        self.found = found
        self.summaries = dict(found.explainer.files)
        self.planned = tuple(plan.path for plan in found.plans)

    def _is_untouched(self, project: Project) -> bool:
        """Whether all inputs but the summaries are unchanged since the site was built."""
        return self._is_as_written() and states_of_other_inputs(project, self.written) == self.surroundings

    def _edited_by_hand(self, surroundings: Mapping[str, FileState]) -> list[str] | None:
        """The pages written by hand that were added, edited or removed since the site was built, by path below docs/.

        None if any other input was, or a generated page.
        """
        if not self._is_as_written():
            return None
        changed = {path for path, _ in surroundings.items() ^ self.surroundings.items()}
        if not all(path.endswith(".md") and path.startswith(os.path.join(self.docs, "")) for path in changed):
            return None
        with suppress(OSError):  # someone has just deleted it
            if any(is_sealed(Path(path).read_bytes()) for path in changed if os.path.exists(path)):
                return None  # another build has written it
        return sorted(Path(path).relative_to(self.docs).as_posix() for path in changed)

    def _is_as_written(self) -> bool:
        """Whether all generated pages are as the builder wrote them."""
        pages = (os.path.join(self.docs, *path.split("/")) for path in self.planned)
        return all(state_of(page) == self.written.get(page) for page in pages)

    def _has_same_settings(self, found: Inspected) -> bool:
        """Whether the explainer's own file is the same, on which every page may depend."""
        return found.explainer.files[SETTINGS_FILE] == self.summaries.get(SETTINGS_FILE)

    def _fail(self, error: SummaryError | MachineError, project: Project) -> None:
        report = _as_report(error, project)
        self.tell(with_lines(replace(report, problems=(*report.problems, *self.pending.problems)), project.root))
        with suppress(SummaryError, MachineError):  # a record may be named before it is written
            write_schemas(schemas_of(project), project.schemas)

    def _is_ignored(self, entry: os.DirEntry[str]) -> bool:
        if is_hidden_or_backup(entry.name) or entry.path in self.own:
            return True
        if self.being_written is not None:
            return entry.path in self.being_written
        state = self.written.get(entry.path)
        return state is not None and state == state_of(entry.path)


def _places_of(path: str, docs: str) -> tuple[str, ...]:
    """Where a download is in the site. The list of pages is at the root too, unless docs/ has a file of its name."""
    name = os.path.basename(path)
    return (path, name) if path == LLMS and not os.path.lexists(os.path.join(docs, name)) else (path,)


def _as_report(error: SummaryError | MachineError, project: Project) -> Report:
    if isinstance(error, SummaryError):
        return with_lines(Report(problems=error.problems, is_stuck=True), project.root)
    return Report(failure=str(error), is_stuck=True)
