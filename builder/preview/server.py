"""Serves the preview: builds the site, answers browsers, and builds again after each edit."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.inspection import Inspected
from builder.preview.file_state import Watcher
from builder.preview.problem_bar import Report
from builder.preview.progress import Progress, Say
from builder.preview.responses import Server, is_loopback
from builder.preview.updates import Place, Preview, updates
from builder.problems import MachineError
from builder.problems import report as as_lines
from builder.project import Project
from builder.site.build import USED_UP, os_errors_as_machine_errors
from builder.site.config.other_plugins import slow_plugins
from builder.site.docs_folder import refuse_links_and_pipes
from builder.site.reuse.page_traces import load_traces, save_traces
from builder.system.clock import source_date_epoch
from builder.system.disk import locked
from builder.system.interrupts import uninterrupted

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

MoreFiles = Callable[["MkDocsConfig", Inspected | None, str], bytes | None]
"""Returns a file that is not in the site, by its path below the site's address: from MkDocs's configuration and the
records, which are None if the summaries have had problems since the start."""


def serve(
    project: Project,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    follow: bool = False,
    more_files: MoreFiles = lambda config, found, path: None,
    first_build: Progress | None = None,
) -> None:
    """Serve the site on this machine and update it after each edit, until it is interrupted.

    With `follow`, a browser that shows the site opens the page of each summary that is edited. `more_files` are served
    besides the site. `first_build` says in the terminal what the preview does and where it is.
    Ends with KeyboardInterrupt. Raises SummaryError for a mistake in mkdocs.yml and for links and pipes in docs/,
    MachineError if the address is not available or other machines can reach it, and UsageError for a
    SOURCE_DATE_EPOCH that is not a number.
    """
    if not is_loopback(host):
        raise MachineError(f"the preview is for this machine only, but other machines can reach {host}")
    refuse_links_and_pipes(project.docs)
    progress = first_build or Progress(lambda line: print(line, file=sys.stderr, flush=True), "")

    def more_file(now: Preview, path: str) -> bytes | None:
        return more_files(now.config, now.found, path) if now.config else None

    with source_date_epoch(), _folder(project) as folder:
        server = _listening(host, port, lambda: Server(host, port, more_file, project.root, follow=follow))
        with server:
            origin = f"http://{host}:{port}"
            place = Place(project=project, folder=folder, origin=origin, watcher=Watcher(project), at_step=progress.at)
            _run(place, server, progress)


def _run(place: Place, server: Server, progress: Progress) -> None:
    now, _ = _show(place, server, Preview(traces=load_traces(place.project)), progress.say)
    if now.config and (slow := list(slow_plugins(now.config, place.project))):
        progress.say(as_lines(slow))
    with uninterrupted():  # so that signals go to this thread, which can hold them back
        server.start()
    try:
        progress.end()
        progress.say(f"Serving on {place.origin}{now.mount} (to stop, press Ctrl-C)")
        while True:
            place.watcher.wait()
            now = _follow(place, server, now, progress.say)
    finally:
        server.stop()
        save_traces(now.traces, place.project)


def _follow(place: Place, server: Server, last: Preview, say: Say) -> Preview:
    """Show an edit and all that follows from it, and say so."""
    started = time.monotonic()
    now, is_whole = last, False
    while not is_whole:
        place.watcher.settle()
        now, is_whole = _show(place, server, now, say)
    if not now.report.is_stuck:
        say(f"{time.strftime('%H:%M:%S')} Updated in {time.monotonic() - started:.1f} s")
    used = place.folder / USED_UP
    for site in place.folder.iterdir():
        if site.is_dir() and site not in (now.site, used):
            with suppress(OSError):  # there is one already
                site.rename(used)
            shutil.rmtree(site, ignore_errors=True)
    gc.collect()  # each build leaves tens of thousands of objects in cycles, and now nobody waits
    return now


def _show(place: Place, server: Server, last: Preview, say: Say) -> tuple[Preview, bool]:
    """Show an edit, and then all that follows from it, unless there is another edit already: that comes first.

    Returns what is shown, and whether nothing is missing.
    """
    now, said = last, last.report
    for now in updates(place, last):
        _say_what_is_new(now.report, said, say, again=said is last.report)
        said = now.report
        server.show(now)
        if place.watcher.has_changed():
            return now, False
    return now, True


def _say_what_is_new(report: Report, last: Report, say: Say, *, again: bool) -> None:
    """Say what is wrong now, with `again` even if that was said before, or that the problems are fixed."""
    if report.text and (again or report.text != last.text):
        say(report.text)
    elif last.text and not report.text:
        say("The problems are fixed.")
    if report.warnings and set(report.warnings) != set(last.warnings):
        say(as_lines(report.warnings))


def _listening(host: str, port: int, start: Callable[[], Server]) -> Server:
    other = port + 1 if port < 65535 else port - 1
    try:
        return start()
    except OSError as error:
        hint = f"; try another: make serve PORT={other}, or add --port {other}" if error.errno == EADDRINUSE else ""
        raise MachineError(f"the preview can't be served on {host}:{port}: {error.strerror or error}{hint}") from error


_PREFIX: Final = "preview-"
_LOCK: Final = ".lock"


@contextmanager
def _folder(project: Project) -> Iterator[Path]:
    """A folder for the sites of this preview, on the disk of the explainer, so that they can share files with others.

    It is removed at the end, and those of previews that were killed at the start of the next one.
    """
    cache = project.root / ".cache"
    with os_errors_as_machine_errors():
        cache.mkdir(exist_ok=True)
        for folder in cache.glob(f"{_PREFIX}*"):
            with suppress(MachineError), locked(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        with os_errors_as_machine_errors():
            made = tempfile.TemporaryDirectory(dir=cache, prefix=_PREFIX, ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(made))
        stack.enter_context(locked(folder / _LOCK))
        yield folder
