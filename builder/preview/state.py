"""What a running preview knows: which pages are the builder's own work, what is wrong, what is left to do."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from builder.assembly import Inspected, assets, complete, inspect, rendered, schemas_in, schemas_of
from builder.explainer.addresses import on_the_web
from builder.pages.plan import Plan
from builder.parsing.discovery import is_editors_own
from builder.preview.file_state import Stamp, pages_as_written, stamp_of, summaries_of, surroundings_of
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE
from builder.site.build import LOCK
from builder.site.page_files import DATA, keep, write
from builder.site.plugins.cache_store import Drawer, Site
from builder.system.disk import locked

if TYPE_CHECKING:
    from builder.pages.rendering import Page

log = logging.getLogger("explainer")
# Not below the logger `mkdocs`: with `strict: true` MkDocs counts what is logged there, and a server whose build it
# aborts answers no request any more.


class Preview:
    """What lasts from one build to the next."""

    def __init__(self, *, follow: bool = False) -> None:
        self.follow = follow
        self.mount = "/"
        """Whether browsers go to the page that was edited, and the path that the site is served under."""

        self.edits, self.edited = 0, ""
        """How many edits there were, and the address of the page that shows the last."""

        self.docs = ""
        self.own: tuple[str, ...] = ()
        """Folders that are the builder's whole."""

        self.report = ""
        self.warnings = ""
        """What was last told."""

        self.written: dict[str, Stamp] = {}
        """Pages as the builder left them, by path: no news to the watcher until something else changes them."""

        self.being_written: frozenset[str] | None = None
        """While pages are written: all paths that may come or go."""

        self.summaries: dict[str, bytes] = {}
        self.planned: tuple[str, ...] = ()
        self.surroundings: dict[str, Stamp] = {}
        """What the pages were last made from: the summaries, the pages planned below docs/, everything else."""

        self.looked: dict[str, Stamp] = {}
        self.looked_at: dict[str, Stamp] = {}
        """All else, and the summaries, as they were before the site that is built, or was last, read any of them."""

        self.site: Site | None = None
        self.is_whole = False
        self.drawer: Drawer | None = None
        """The site that was last built, if its pages can be made anew; whether that came to its end; what is kept."""

        self.found: Inspected | None = None
        """What the pages of edited summaries were last made from."""

        self.is_right = False
        self.is_behind = False
        """Whether docs/ was up to date when the whole site was last built; whether it may be older than an edit."""

        self.waiting: dict[str, None] = {}
        """Files below docs/ that are up to date there and not in the site, in order."""

    def look(self, project: Project) -> None:
        """The whole site is to be built: note what it will be made from, so that what changes meanwhile is seen."""
        self.looked, self.looked_at = surroundings_of(project), summaries_of(project)

    def is_outdated(self, project: Project) -> bool:
        """Whether a hand has changed anything since then."""
        is_same = self._is_untouched(project) if self.planned else surroundings_of(project) == self.looked
        return not is_same or summaries_of(project) != self.looked_at

    def begin(self, site: Site | None) -> None:
        """The whole site is built now."""
        self.site, self.is_whole, self.is_right = site, False, False

    def end(self) -> None:
        """The whole site is built. What is wrong was told before, and what was wrong is mended only now."""
        self.is_whole = True
        self.commit()
        if self.is_right and self.found:
            self.tell("", "\n".join(map(str, self.found.warnings)))

    def fail(self, error: Exception) -> None:
        """The whole site couldn't be built, and the last one stands: the next edit has it built, whatever it is."""
        self.is_whole = False
        self.tell(f"the site can't be built: {error}")

    def refuse(self, error: SummaryError | MachineError) -> None:
        """The whole site may not be built, and the last one stands: the next edit has it built, whatever it is."""
        self.is_whole = False
        self.tell(str(error))

    def refresh(self, project: Project) -> None:
        """Bring all pages in docs/ up to date before the whole site is built, or say why not."""
        self.docs = os.path.abspath(project.docs)
        self.own = (os.path.join(self.docs, DATA), os.path.abspath(project.schemas))
        try:
            with self._writing(project):
                found = self._inspected(project)
                ready = complete(found, project)
                pruned = write(ready.pages, ready.assets, project.docs).pruned
                keep(ready.schemas, project.schemas)
        except (SummaryError, MachineError) as error:
            self._fail(error, project)
            return
        self._note([plan.path for plan in self._edited(found)])
        self._made_from(found)
        own = {*self.written, *(os.path.join(project.docs, path) for path in pruned)}
        self.surroundings = {path: stamp for path, stamp in self.looked.items() if path not in own}
        self.is_behind = False
        self.is_right = True
        self.waiting.clear()

    def show_edited(self, project: Project) -> bool:
        """Bring the pages of edited summaries up to date, in docs/ and in the site; others may be behind then.

        Where something is wrong now, that is told, and the pages stay. Says whether this was possible: not where pages
        came or went, nor where anything else was edited. The whole site is to be built then.
        """
        if self.site is None or not self.is_whole:
            return False
        try:
            with self._writing(project):
                if not self._is_untouched(project):
                    return False
                found = self._inspected(project)
                if not self._is_small(found):
                    return False
                plans = self._edited(found)
                write(rendered(plans, found, project), {}, project.docs, prune=False)
        except SummaryError as error:
            self._fail(error, project)
            return True
        except MachineError:
            return False
        self.tell("", "\n".join(map(str, found.warnings)))
        if found.explainer.files != self.summaries:
            self._note([plan.path for plan in plans])
            self._made_from(found)
            self.is_behind = True
        return all(map(self.site.remake, [plan.path for plan in plans]))

    def write_others(self, project: Project, interrupted: Callable[[], bool]) -> bool:
        """Bring everything else that is behind up to date in docs/; nothing is written if that is interrupted.

        Says whether it was possible, as `show_edited` does.
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
                if not self._is_untouched(project):  # another build has written what the site doesn't show
                    return False
                self._expect(found)
                written = write(pages, downloads, project.docs)
                keep(schemas, project.schemas)
        except (SummaryError, MachineError):
            return False
        self.is_behind = False
        self.waiting.update(dict.fromkeys(written.changed))
        return True

    def show_others(self, root: Path, interrupted: Callable[[], bool]) -> bool:
        """Bring the site at `root` up to date with docs/, or a part of it if that is interrupted.

        Says whether it was possible, as `show_edited` does.
        """
        if self.site is None:
            return False
        for path in list(self.waiting):
            if interrupted():
                return True
            if path.endswith(".md"):
                if not self.site.remake(path):
                    return False
            else:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(os.path.join(self.docs, path), root / path)
            del self.waiting[path]
        self.site.finish()
        return True

    @property
    def followed(self) -> str:
        """What a browser that follows is told, as JSON: the number of edits, the address of the page of the last."""
        return json.dumps([self.edits, self.edited or self.mount])

    def _note(self, paths: Sequence[str]) -> None:
        if paths:
            self.edits += 1
            self.edited = on_the_web(paths[0], self.mount)

    def _edited(self, found: Inspected) -> list[Plan]:
        """The pages of the summaries that are not what pages were last made from."""
        files = found.explainer.files
        edited = {path for path, data in files.items() if self.summaries and data != self.summaries.get(path)}
        return [plan for plan in found.plans if plan.data in edited]

    def commit(self) -> None:
        """Keep what was made, and let another preview of this explainer keep what it makes."""
        if self.drawer:
            self.drawer.commit()

    def close(self) -> None:
        """Nothing is built any more."""
        if self.drawer:
            self.drawer.close()

    def tell(self, report: str, warnings: str = "") -> None:
        """Show what is wrong now, or that nothing is any more."""
        if report:
            log.error("%s\nThe pages stay as they were.", report)
        elif self.report:
            log.info("The problems are mended.")
        if warnings and warnings != self.warnings:
            log.warning("%s", warnings)
        self.report, self.warnings = report, warnings

    def entries(self, folder: str | None) -> Iterator[os.DirEntry[str]]:
        """What the watcher sees in a folder: not the builder's work, and not what editors leave lying about."""
        with os.scandir(folder) as found:
            return iter([entry for entry in found if not self._is_no_news(entry)])

    @contextmanager
    def _writing(self, project: Project) -> Iterator[None]:
        """Hold the build's lock, and tell what the builder writes from what hands write."""
        with locked(project.root / LOCK, wait=True):
            try:
                yield
            finally:  # before another build writes
                self.written = dict(pages_as_written(self.docs, self.written))
                self.being_written = None

    def _inspected(self, project: Project) -> Inspected:
        found = inspect(project, drafts=True)
        self._expect(found)
        return found

    def _expect(self, found: Inspected) -> None:
        """Pages may come and go, for as long as they are written."""
        planned = (os.path.join(self.docs, *plan.path.split("/")) for plan in found.plans)
        # A page that a hand has touched stays in sight: it won't be written.
        touched = {path for path in self.written if os.path.lexists(path) and stamp_of(path) != self.written[path]}
        own = (path for path in planned if path in self.written or not os.path.lexists(path))
        self.being_written = frozenset([*own, *self.written]) - touched

    def _made_from(self, found: Inspected) -> None:
        self.found = found
        self.summaries = dict(found.explainer.files)
        self.planned = tuple(plan.path for plan in found.plans)

    def _is_untouched(self, project: Project) -> bool:
        """Whether all but the summaries is as it was when the site was built."""
        pages = (os.path.join(self.docs, *path.split("/")) for path in self.planned)
        as_written = all(stamp_of(page) == self.written.get(page) for page in pages)
        return as_written and surroundings_of(project, self.written) == self.surroundings

    def _is_small(self, found: Inspected) -> bool:
        """Whether only what summaries of records say can have changed."""
        return (
            tuple(plan.path for plan in found.plans) == self.planned
            and found.explainer.files.keys() == self.summaries.keys()
            and found.explainer.files[SETTINGS_FILE] == self.summaries[SETTINGS_FILE]
        )

    def _fail(self, error: SummaryError | MachineError, project: Project) -> None:
        self.tell(str(error))
        with suppress(SummaryError, MachineError):  # a record that is named before it is written
            keep(schemas_of(project), project.schemas)

    def _is_no_news(self, entry: os.DirEntry[str]) -> bool:
        if is_editors_own(entry.name) or entry.path in self.own:
            return True
        if self.being_written is not None:
            return entry.path in self.being_written
        stamp = self.written.get(entry.path)
        return stamp is not None and stamp == stamp_of(entry.path)
