"""Serves the preview, and holds the functions that MkDocs calls: they update pages and show problems."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from builder.assembly import Inspected
from builder.explainer.addresses import url_path
from builder.preview.file_state import stat_or_empty
from builder.preview.problem_bar import as_bar
from builder.preview.progress import Progress
from builder.preview.responses import is_loopback, loopback_only, with_extras
from builder.preview.state import Preview, log
from builder.problems import Location, MachineError, Problem, SummaryError, UsageError
from builder.project import Project
from builder.site import plain_mkdocs_build
from builder.site.build import add_plugins, pages_are_fresh, prepare_mkdocs, slow_build_message
from builder.site.config.other_plugins import updates_pages
from builder.site.docs_folder import refuse_links_and_pipes
from builder.site.output_folder import emptied
from builder.site.plugins.cache_store import FileCache
from builder.system.clock import source_date_epoch

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

_PREVIEW: ContextVar[Preview | None] = ContextVar("preview", default=None)
"""The running preview, or None. It is here because MkDocs loads the hook as a separate module for each build."""

PAGE_CACHE: Final = ".cache/preview.sqlite"
"""MkDocs's output for the pages of previews."""

_PAUSE: Final = 0.15
"""Seconds without an edit after which all other pages are updated."""

_POLLING_INTERVAL: Final = 0.1
"""Seconds between two looks of the watcher."""

_BUILD_DELAY: Final = 0.05
"""Seconds without a change after which the server builds."""

_FOLLOW: ContextVar[bool] = ContextVar("follow", default=False)
"""Whether browsers open the page that was edited."""

MoreFiles = Callable[["MkDocsConfig", Inspected | None, str], bytes | None]
"""Returns a file that is not in the site, by its path below the site's address: from MkDocs's configuration and the
records, which are None if the summaries have had problems since the start."""

_MORE_FILES: ContextVar[MoreFiles] = ContextVar("more_files", default=lambda config, found, path: None)
"""What the preview serves besides the site."""

_RULES: Final = "handbook/rules/"
"""Where the handbook explains each rule, if the site has it."""

_PROGRESS: ContextVar[Progress | None] = ContextVar("progress", default=None)
"""The first build of `serve`. It is None under plain `mkdocs serve`, which has lines of its own."""


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
    Ends with KeyboardInterrupt. Raises SummaryError if mkdocs.yml lacks the plugin, and for links and pipes in docs/,
    MachineError if MkDocs refuses mkdocs.yml, if the address is not available or other machines can reach it, and
    UsageError for a SOURCE_DATE_EPOCH that is not a number.
    """
    if not is_loopback(host):
        raise MachineError(f"the preview is for this machine only, but other machines can reach {host}")
    refuse_links_and_pipes(project.docs)
    other = port + 1 if port < 65535 else port - 1
    prepare_mkdocs()
    from mkdocs.commands.serve import serve as mkdocs_serve
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    _FOLLOW.set(follow)
    _MORE_FILES.set(more_files)
    _PROGRESS.set(first_build or Progress(lambda line: print(line, file=sys.stderr, flush=True), ""))
    with _mkdocs_on_stderr(), source_date_epoch():
        try:
            if not updates_pages(load_config(str(project.config))):
                raise SummaryError([_NO_PLUGIN])
            mkdocs_serve(str(project.config), dev_addr=f"{host}:{port}", strict=False)
        except MkDocsException as error:
            raise MachineError(error.format_message()) from error
        except OSError as error:
            hint = f"; try another: make serve PORT={other}, or add --port {other}" if error.errno == EADDRINUSE else ""
            why = error.strerror or error
            raise MachineError(f"the preview can't be served on {host}:{port}: {why}{hint}") from error
    raise KeyboardInterrupt


_NO_PLUGIN: Final = Problem(
    location=Location("mkdocs.yml"),
    rule="mkdocs",
    message="the builder's plugin is missing, so the preview would not follow edits",
    hint="add '  - explainer' below 'plugins:' or, in the builder's repository, '  - builder/hook.py' below 'hooks:'",
)


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Set up a preview if MkDocs serves. Raises PluginError if SOURCE_DATE_EPOCH is not a number."""
    from mkdocs.exceptions import PluginError

    try:
        plain_mkdocs_build.start()
    except UsageError as error:
        raise PluginError(str(error)) from error
    _PREVIEW.set(Preview(follow=_FOLLOW.get()) if command == "serve" else None)
    if command == "serve" and not log.handlers:
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)
        log.propagate = False


def on_config(config: MkDocsConfig) -> None:
    """Give the theme its language. While serving, use the page cache, so that MkDocs builds only what changed."""
    from builder.site.plugins.search_plugin import use_language

    if not pages_are_fresh():
        use_language(config, _project(config).language)
    if (preview := _PREVIEW.get()) is not None:
        from builder.site.plugins.page_cache import unknown_plugins, use_cache

        project = _project(config)
        if not preview.looked:
            preview.look(project)
            for name in unknown_plugins(config):
                log.warning("%s: %s", project.config.name, slow_build_message(name))
        preview.cache = preview.cache or FileCache(project.root / PAGE_CACHE)
        preview.begin(use_cache(config, preview.cache))


on_config.mkdocs_priority = 100  # type: ignore[attr-defined]  # before the search, which takes settings from the language


def on_pre_build(config: MkDocsConfig) -> None:
    """Update the pages.

    In a build, raises PluginError with the report if that fails, or if MkDocs would delete files that no build made.
    While serving, an exception would leave every request without an answer, so the problems are shown and the last
    good pages stay. Only links and pipes raise PluginError then too: they stop a preview from starting, and `_build`
    looks for them before it builds again.
    """
    if pages_are_fresh():
        return
    from mkdocs.exceptions import PluginError

    project = _project(config)
    if (preview := _PREVIEW.get()) is not None:
        try:
            refuse_links_and_pipes(project.docs)
        except (SummaryError, MachineError) as error:
            raise PluginError(str(error)) from error
        _say_step("Making the pages")
        preview.refresh(project)
        root = project.root if is_loopback(config.dev_addr.host) else None
        add_plugins(config, preview.found, root, preview=True)
        _say_step("Rendering the site")
        return
    try:
        plain_mkdocs_build.begin(config, project)
    except (SummaryError, MachineError) as error:
        raise PluginError(str(error)) from error


def _say_step(step: str) -> None:
    """Say at which step the first build is; nothing after it."""
    if first_build := _PROGRESS.get():
        first_build.at(step)


def on_post_build(config: MkDocsConfig) -> None:
    """Save the page cache of a preview, or list what plain MkDocs wrote."""
    if (preview := _PREVIEW.get()) is not None:
        preview.end()
    elif not pages_are_fresh():
        plain_mkdocs_build.finish(config)


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> LiveReloadServer:
    """Make the server watch the files that people edit, and answer only requests for this machine."""
    preview = _PREVIEW.get()
    if preview is None:
        return server
    from watchdog.observers.polling import PollingObserverVFS

    project = _project(config)
    preview.mount = url_path(config.site_url)
    server.builder = lambda: _build(server, builder, preview, project)
    watched = [config.docs_dir, *([config.config_file_path] if config.config_file_path else [])]
    for path in watched:
        server.unwatch(path)
    # The server's own observer sees every file. With `preview.entries`, this one sees only those that people edit.
    observer = PollingObserverVFS(stat_or_empty, preview.entries, polling_interval=_POLLING_INTERVAL)
    start_observer = observer.start

    def start() -> None:
        start_observer()
        if first_build := _PROGRESS.get():
            first_build.end()
            first_build.say(f"Serving on {server.url} (to stop, press Ctrl-C)")
        if preview.is_outdated(project):  # the watcher doesn't see edits made during the first build
            _request_build(server)

    observer.start = start  # type: ignore[method-assign]
    server.build_delay = _BUILD_DELAY
    server.observer = observer  # type: ignore[assignment]  # another class, with the methods that the server uses
    for path in [*watched, *map(str, (project.summaries, project.templates))]:
        if os.path.exists(path):
            server.watch(path)
    _show_extras(server, preview, project)
    if is_loopback(str(server.server_address[0])):
        more_files = _MORE_FILES.get()

        def more_file(path: str) -> bytes | None:
            mounted = path.startswith(preview.mount)
            return more_files(config, preview.found, path.removeprefix(preview.mount)) if mounted else None

        server.set_app(loopback_only(server.serve_request, lambda: preview.followed, more_file))
    server.serve_thread = threading.Thread(target=lambda: _answer_requests(server))
    return server


def _show_extras(server: LiveReloadServer, preview: Preview, project: Project) -> None:
    """Make the server show current problems on every page, also on the one for missing pages."""
    inject: Callable[[bytes, int], bytes] = server._inject_js_into_html
    error_page = server.error_handler

    root = project.root if is_loopback(str(server.server_address[0])) else None

    def injected(content: bytes, epoch: int) -> bytes:
        report = preview.report
        rules = f"{preview.mount}{_RULES}" if os.path.isfile(f"{server.root}/{_RULES}index.html") else ""
        bar = as_bar(report, root, rules)
        return inject(with_extras(content, bar, report.count, follow=preview.follow), epoch)

    def error(code: int) -> bytes | None:
        content = error_page(code)
        return injected(content, server._visible_epoch) if content else content

    server._inject_js_into_html = injected  # type: ignore[method-assign]
    server.error_handler = error


def _build(server: LiveReloadServer, builder: Callable[..., None], preview: Preview, project: Project) -> None:
    """Update the pages of edited summaries at once and all others a moment later, or build the whole site.

    If the site can't be built, that is reported like any other problem, and the last good site stays up.
    """
    from mkdocs.exceptions import MkDocsException

    started = time.monotonic()
    try:
        if preview.show_edited(project) and _show_others(server, preview, project):
            preview.commit()
            _say_updated(started)
            return
    except Exception:  # building the whole site raises it again, or avoids it
        log.debug("The whole site is built instead.", exc_info=True)
    _hold_requests(server)
    preview.look(project)
    try:
        refuse_links_and_pipes(project.docs)
        with emptied(Path(server.root)):
            builder()
    except (SummaryError, MachineError) as error:
        preview.refuse(error, project)
        return
    except Exception as error:
        if not isinstance(error, MkDocsException):
            traceback.print_exception(error)
        preview.fail(error)
    else:
        _say_updated(started)
    if preview.is_right and not all(os.path.lexists(os.path.join(preview.docs, path)) for path in preview.planned):
        _request_build(server)  # a page was deleted before MkDocs read it, and the watcher doesn't see generated pages


def _say_updated(started: float) -> None:
    """Say that the site follows the last edit."""
    if first_build := _PROGRESS.get():
        first_build.say(f"{time.strftime('%H:%M:%S')} Updated in {time.monotonic() - started:.1f} s")


def _request_build(server: LiveReloadServer) -> None:
    """Make the server build."""
    with server._rebuild_cond:
        server._want_rebuild = True
        server._rebuild_cond.notify_all()


def _show_others(server: LiveReloadServer, preview: Preview, project: Project) -> bool:
    """After a pause in editing, update the other pages. Returns whether that was possible.

    The server answers requests meanwhile, except while the site's files change.
    """

    def interrupted() -> bool:
        return server._want_rebuild or server._shutdown

    if preview.is_behind or preview.waiting:
        _release_requests(server)
        with server._rebuild_cond:
            if server._rebuild_cond.wait_for(interrupted, _PAUSE):
                return True
    if preview.is_behind and not preview.write_others(project, interrupted):
        return False
    if preview.waiting and not interrupted():
        _hold_requests(server)
        return preview.show_others(Path(server.root), interrupted)
    return True


def _hold_requests(server: LiveReloadServer) -> None:
    """Let requests wait, as the server does while it builds."""
    from mkdocs.livereload import _timestamp

    with server._epoch_cond:
        server._wanted_epoch = max(_timestamp(), server._visible_epoch + 1)


def _release_requests(server: LiveReloadServer) -> None:
    """Answer requests, and have browsers load their pages again."""
    with server._epoch_cond:
        server._visible_epoch = server._wanted_epoch
        server._epoch_cond.notify_all()


def _answer_requests(server: LiveReloadServer) -> None:
    """Answer requests until the server is shut down, even before the first one."""
    try:
        server.serve_forever(server.shutdown_delay)
    except ValueError:  # the selector raises it for a closed socket
        if server.socket.fileno() != -1:
            raise


def on_shutdown() -> None:
    """Clean up when MkDocs ends."""
    if (preview := _PREVIEW.get()) is not None:
        preview.close()
    _PREVIEW.set(None)
    plain_mkdocs_build.end()


def _project(config: MkDocsConfig) -> Project:
    return Project(root=Path(os.path.abspath(config.config_file_path or "mkdocs.yml")).parent)


@contextmanager
def _mkdocs_on_stderr() -> Iterator[None]:
    """Print on standard error what MkDocs warns of, but not what would bury the builder's own messages."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_worth_a_line)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Leave out each page that a browser asks for in vain and, while problems are reported, what follows from them."""
    if record.levelno >= logging.ERROR:
        return True
    preview = _PREVIEW.get()
    has_problems = preview is not None and bool(preview.report.text)
    return record.levelno >= logging.WARNING and record.name != "mkdocs.livereload" and not has_problems
