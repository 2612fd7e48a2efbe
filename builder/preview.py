"""Serving while one edits, and what MkDocs calls before it builds: pages up to date first, problems shown, no loops."""

from __future__ import annotations

import html
import ipaddress
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from builder.assembly import assemble, schemas_of
from builder.finding import is_editors_own
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.site import LOCK, dated, pages_are_fresh, prepare_mkdocs
from builder.staging import locked
from builder.writing import DATA, is_sealed, keep, write

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.pages import Page as MkDocsPage

_PREVIEW: ContextVar[Preview | None] = ContextVar("preview", default=None)
"""The preview that runs, if one does. MkDocs loads the hook as a module of its own, so what lasts stands here."""

_DATED = ExitStack()
"""Holds the day that MkDocs dates its sitemap by, until it ends."""

_log = logging.getLogger("explainer")
# Not below the logger `mkdocs`: with `strict: true` MkDocs counts what is logged there, and a server whose build it
# aborts answers no request any more.


def serve(project: Project, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the site on this machine and bring it up to date at each edit, until it is interrupted.

    Ends with KeyboardInterrupt. Raises SummaryError for a mkdocs.yml that MkDocs refuses, and MachineError if the
    address can't be had or isn't one of this machine alone.
    """
    if not _is_loopback(host):
        raise MachineError(f"the preview is for this machine only, and {host} can be reached from others")
    prepare_mkdocs()
    from mkdocs.commands.serve import serve as mkdocs_serve
    from mkdocs.exceptions import MkDocsException

    with _talking():
        try:
            mkdocs_serve(str(project.config), dev_addr=f"{host}:{port}", strict=False)
        except MkDocsException as error:
            raise MachineError(error.format_message()) from error
        except OSError as error:
            raise MachineError(f"the preview can't be served on {host}:{port}: {error.strerror or error}") from error
    raise KeyboardInterrupt


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """MkDocs begins: remember whether it serves."""
    _PREVIEW.set(Preview() if command == "serve" else None)
    if command == "serve" and not _log.handlers:
        _log.addHandler(logging.StreamHandler())
        _log.setLevel(logging.INFO)
        _log.propagate = False


def on_pre_build(config: MkDocsConfig) -> None:
    """Bring the pages up to date.

    In a build, raises PluginError with the report if that can't be. While serving, an exception would leave every
    request without an answer: the problems are shown, and the last good pages stay.
    """
    if pages_are_fresh():
        return
    project = _project(config)
    if (preview := _PREVIEW.get()) is not None:
        preview.refresh(project)
        return
    from mkdocs.exceptions import PluginError

    try:
        with locked(project.root / LOCK):
            ready = assemble(project)
            write(ready.pages, ready.assets, project.docs)
        _DATED.enter_context(dated(ready.as_of))
    except (SummaryError, MachineError) as error:
        raise PluginError(str(error)) from error


def on_post_page(output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
    """Show the problems on every page that is served, for as long as there are any."""
    preview = _PREVIEW.get()
    if preview is None or not preview.report:
        return output
    before, body_end, after = output.rpartition("</body>")
    return f"{before}{_BANNER.format(html.escape(preview.report))}{body_end}{after}"


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> LiveReloadServer:
    """Have the server watch what hands write, and answer only who asks for this machine."""
    preview = _PREVIEW.get()
    if preview is None:
        return server
    from watchdog.observers.polling import PollingObserverVFS

    project = _project(config)
    watched = [config.docs_dir, *([config.config_file_path] if config.config_file_path else [])]
    for path in watched:
        server.unwatch(path)
    # The server's own observer sees every file; one that is given another listing sees only those that hands write.
    seeing = PollingObserverVFS(os.stat, preview.entries, polling_interval=server.observer.timeout)
    server.observer = seeing  # type: ignore[assignment]  # a sibling class; the server asks only what both do
    for path in [*watched, *map(str, (project.summaries, project.templates))]:
        if os.path.exists(path):
            server.watch(path)
    if _is_loopback(str(server.server_address[0])):
        server.set_app(_for_this_machine(server.serve_request))
    server.serve_thread = threading.Thread(target=lambda: _answer(server))
    return server


def _answer(server: LiveReloadServer) -> None:
    """Answer requests until the server is shut down, be it before the first."""
    try:
        server.serve_forever(server.shutdown_delay)
    except ValueError:  # what the selector says of a socket that is closed
        if server.socket.fileno() != -1:
            raise


def on_shutdown() -> None:
    """MkDocs ends."""
    _PREVIEW.set(None)
    _DATED.close()


_BANNER: Final = (
    '<div role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;max-height:50vh;overflow:auto;'
    'padding:1rem;background:#fff;color:#900;border-top:.3rem solid;font-size:.75rem">'
    "<strong>This page may be out of date until these problems are mended:</strong>"
    '<pre style="white-space:pre-wrap">{}</pre></div>\n'
)


def _project(config: MkDocsConfig) -> Project:
    return Project(root=Path(os.path.abspath(config.config_file_path or "mkdocs.yml")).parent)


Stamp = tuple[int, int, int]
"""What changes when a file does: inode, time in nanoseconds, size."""


class Preview:
    """What a running preview knows: what is wrong, and which pages are the builder's own work."""

    def __init__(self) -> None:
        self.docs = ""
        self.own: tuple[str, ...] = ()
        """Folders that are the builder's whole."""

        self.report = ""
        self.written: dict[str, Stamp] = {}
        """Pages as the builder left them, by path: no news to the watcher until something else changes them."""

        self.being_written: frozenset[str] | None = None
        """While pages are written: all paths that may come or go."""

    def refresh(self, project: Project) -> None:
        """Bring the pages up to date, or say why not."""
        self.docs = os.path.abspath(project.docs)
        self.own = (os.path.join(self.docs, DATA), os.path.abspath(project.schemas))
        try:
            with locked(project.root / LOCK, wait=True):
                ready = assemble(project, drafts=True)
                planned = (os.path.join(self.docs, *page.path.split("/")) for page in ready.pages)
                self.being_written = frozenset([*planned, *self.written])
                write(ready.pages, ready.assets, project.docs)
                keep(ready.schemas, project.schemas)
        except (SummaryError, MachineError) as error:
            self.tell(str(error))
            with suppress(SummaryError, MachineError):  # a record that is named before it is written
                keep(schemas_of(project), project.schemas)
        else:
            self.tell("", "\n".join(map(str, ready.warnings)))
        finally:
            self.written = dict(self._pages_as_written())
            self.being_written = None

    def tell(self, report: str, warnings: str = "") -> None:
        """Show what is wrong now, or that nothing is any more."""
        if report:
            _log.error("%s\nThe pages stay as they were.", report)
        elif self.report:
            _log.info("The problems are mended.")
        if warnings:
            _log.warning("%s", warnings)
        self.report = report

    def entries(self, folder: str | None) -> Iterator[os.DirEntry[str]]:
        """What the watcher sees in a folder: not the builder's work, and not what editors leave lying about."""
        with os.scandir(folder) as found:
            return iter([entry for entry in found if not self._is_no_news(entry)])

    def _is_no_news(self, entry: os.DirEntry[str]) -> bool:
        if is_editors_own(entry.name) or entry.path in self.own:
            return True
        if self.being_written is not None:
            return entry.path in self.being_written
        stamp = self.written.get(entry.path)
        return stamp is not None and stamp == _stamp(entry)

    def _pages_as_written(self) -> Iterator[tuple[str, Stamp]]:
        for entry in _markdown(self.docs):
            stamp = _stamp(entry)
            if stamp == self.written.get(entry.path) or is_sealed(Path(entry.path).read_bytes()):
                yield entry.path, stamp


def _stamp(entry: os.DirEntry[str]) -> Stamp:
    try:
        status = os.stat(entry.path)
    except FileNotFoundError:
        return (0, 0, 0)
    return status.st_ino, status.st_mtime_ns, status.st_size


def _markdown(folder: str) -> Iterator[os.DirEntry[str]]:
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from _markdown(entry.path)
            elif entry.name.endswith(".md") and entry.is_file(follow_symlinks=False):
                yield entry


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _for_this_machine(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Refuse requests that name another host: a page elsewhere could otherwise read the preview (DNS rebinding)."""

    def checked(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST")
        if asked is None or _is_loopback(urlsplit(f"//{asked}").hostname or ""):
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This preview answers only to this machine's own name.\n"]

    return checked


@contextmanager
def _talking() -> Iterator[None]:
    """Let MkDocs say on standard error what it warns of and where it serves, and nothing else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name == "mkdocs.livereload")
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
