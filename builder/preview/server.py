"""Serving while one edits, and what MkDocs calls before it builds: pages up to date first, problems shown, no loops."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from builder.explainer.addresses import url_path
from builder.preview.file_state import status_of
from builder.preview.http import guarded, is_loopback, with_extras
from builder.preview.state import Preview, log
from builder.problems import Location, MachineError, Problem, SummaryError, UsageError
from builder.project import Project
from builder.site import plain_mkdocs
from builder.site.build import equip, pages_are_fresh, prepare_mkdocs, slow
from builder.site.page_files import refuse_what_is_no_file
from builder.site.plugins.cache_store import Drawer
from builder.site.staging import made_anew
from builder.system.clock import source_date_epoch

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

_PREVIEW: ContextVar[Preview | None] = ContextVar("preview", default=None)
"""The preview that runs, if one does. MkDocs loads the hook as a module of its own, so what lasts stands here."""

KEPT: Final = ".cache/preview.sqlite"
"""What MkDocs made of the pages while serving."""

_PAUSE: Final = 0.15
"""Seconds without an edit after which all pages are brought up to date."""

_LOOKS: Final = 0.1
"""Seconds between two looks at what hands write."""

_SETTLES: Final = 0.05
"""Seconds without a change after which one is built."""

_FOLLOW: ContextVar[bool] = ContextVar("follow", default=False)
"""Whether browsers go to the page that was edited."""


def serve(project: Project, host: str = "127.0.0.1", port: int = 8000, *, follow: bool = False) -> None:
    """Serve the site on this machine and bring it up to date at each edit, until it is interrupted.

    With `follow`, a browser that shows a page of the site goes to the page of each summary that is edited.
    Ends with KeyboardInterrupt. Raises SummaryError for a mkdocs.yml that MkDocs refuses and for links and pipes in
    docs/, MachineError if the address can't be had or isn't one of this machine alone, and UsageError for a
    SOURCE_DATE_EPOCH that is no number.
    """
    if not is_loopback(host):
        raise MachineError(f"the preview is for this machine only, and {host} can be reached from others")
    refuse_what_is_no_file(project.docs)
    other = port + 1 if port < 65535 else port - 1
    prepare_mkdocs()
    from mkdocs.commands.serve import serve as mkdocs_serve
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    _FOLLOW.set(follow)
    with _talking(), source_date_epoch():
        try:
            if not any(Path(name).name == _HOOK for name in load_config(str(project.config)).hooks):
                raise SummaryError([_NO_HOOK])
            mkdocs_serve(str(project.config), dev_addr=f"{host}:{port}", strict=False)
        except MkDocsException as error:
            raise MachineError(error.format_message()) from error
        except OSError as error:
            hint = f"; try another: make serve PORT={other}, or add --port {other}" if error.errno == EADDRINUSE else ""
            why = error.strerror or error
            raise MachineError(f"the preview can't be served on {host}:{port}: {why}{hint}") from error
    raise KeyboardInterrupt


_HOOK: Final = "hook.py"
_NO_HOOK: Final = Problem(
    location=Location("mkdocs.yml"),
    rule="mkdocs",
    message="the builder's hook is missing, and the preview would follow no edit",
    hint="add 'hooks:' and below it '  - builder/hook.py'",
)


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """MkDocs begins: remember whether it serves. Raises PluginError where SOURCE_DATE_EPOCH is no number."""
    from mkdocs.exceptions import PluginError

    try:
        plain_mkdocs.start()
    except UsageError as error:
        raise PluginError(str(error)) from error
    _PREVIEW.set(Preview(follow=_FOLLOW.get()) if command == "serve" else None)
    if command == "serve" and not log.handlers:
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)
        log.propagate = False


def on_config(config: MkDocsConfig) -> None:
    """While serving, have MkDocs make only what has changed since the last build."""
    if (preview := _PREVIEW.get()) is not None:
        from builder.site.plugins.page_cache import keep, unknown

        project = _project(config)
        if not preview.looked:
            preview.look(project)
            for name in unknown(config):
                log.warning("%s: %s", project.config.name, slow(name))
        preview.drawer = preview.drawer or Drawer(project.root / KEPT)
        preview.begin(keep(config, preview.drawer))


def on_pre_build(config: MkDocsConfig) -> None:
    """Bring the pages up to date.

    In a build, raises PluginError with the report if that can't be, or if MkDocs would delete what no build made. While
    serving, an exception would leave every request without an answer: the problems are shown, and the last good pages
    stay. What MkDocs would follow anywhere or wait for is refused even then: it begins no preview, and `_build` looks
    for it before it builds again.
    """
    if pages_are_fresh():
        return
    from mkdocs.exceptions import PluginError

    project = _project(config)
    if (preview := _PREVIEW.get()) is not None:
        try:
            refuse_what_is_no_file(project.docs)
        except (SummaryError, MachineError) as error:
            raise PluginError(str(error)) from error
        preview.refresh(project)
        equip(config, preview.found)
        return
    try:
        plain_mkdocs.begin(config, project)
    except (SummaryError, MachineError) as error:
        raise PluginError(str(error)) from error


def on_post_build(config: MkDocsConfig) -> None:
    """The site is whole: what was made of it is kept for the next time."""
    if (preview := _PREVIEW.get()) is not None:
        preview.end()
    elif not pages_are_fresh():
        plain_mkdocs.finish(config)


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> LiveReloadServer:
    """Have the server watch what hands write, and answer only who asks for this machine."""
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
    # The server's own observer sees every file; one that is given another listing sees only those that hands write.
    seeing = PollingObserverVFS(status_of, preview.entries, polling_interval=_LOOKS)
    begin = seeing.start

    def start() -> None:
        begin()
        if preview.is_outdated(project):  # the watcher won't see what was edited during the first build
            _ask(server)

    seeing.start = start  # type: ignore[method-assign]
    server.build_delay = _SETTLES
    server.observer = seeing  # type: ignore[assignment]  # a sibling class; the server asks only what both do
    for path in [*watched, *map(str, (project.summaries, project.templates))]:
        if os.path.exists(path):
            server.watch(path)
    _show_extras(server, preview)
    if is_loopback(str(server.server_address[0])):
        server.set_app(guarded(server.serve_request, lambda: preview.followed))
    server.serve_thread = threading.Thread(target=lambda: _answer(server))
    return server


def _show_extras(server: LiveReloadServer, preview: Preview) -> None:
    """Have the server show the problems on every page for as long as there are any, be it on one that isn't there."""
    inject: Callable[[bytes, int], bytes] = server._inject_js_into_html
    error_page = server.error_handler

    def injected(content: bytes, epoch: int) -> bytes:
        return inject(with_extras(content, preview.report, follow=preview.follow), epoch)

    def error(code: int) -> bytes | None:
        content = error_page(code)
        return injected(content, server._visible_epoch) if content else content

    server._inject_js_into_html = injected  # type: ignore[method-assign]
    server.error_handler = error


def _build(server: LiveReloadServer, builder: Callable[..., None], preview: Preview, project: Project) -> None:
    """Show the pages of edited summaries at once and all others a moment later, or build the whole site.

    A site that can't be built is told of like any other problem, and the last good one stays up.
    """
    from mkdocs.exceptions import MkDocsException

    try:
        if preview.show_edited(project) and _show_others(server, preview, project):
            preview.commit()
            return
    except Exception:  # it happens again where the whole site is built, or is no more
        log.debug("The whole site is built instead.", exc_info=True)
    _hold(server)
    preview.look(project)
    try:
        refuse_what_is_no_file(project.docs)
        with made_anew(Path(server.root)):
            builder()
    except (SummaryError, MachineError) as error:
        preview.refuse(error)
        return
    except Exception as error:
        if not isinstance(error, MkDocsException):
            traceback.print_exception(error)
        preview.fail(error)
    if preview.is_right and not all(os.path.lexists(os.path.join(preview.docs, path)) for path in preview.planned):
        _ask(server)  # one was deleted before MkDocs read it, and the watcher sees nothing of the builder's pages


def _ask(server: LiveReloadServer) -> None:
    """Have the server build."""
    with server._rebuild_cond:
        server._want_rebuild = True
        server._rebuild_cond.notify_all()


def _show_others(server: LiveReloadServer, preview: Preview, project: Project) -> bool:
    """Once nothing is edited any more, bring the pages up to date that are behind; says whether it was possible.

    Requests are answered meanwhile, but for the moment in which the site's files change.
    """

    def interrupted() -> bool:
        return server._want_rebuild or server._shutdown

    if preview.is_behind:
        _release(server)
        with server._rebuild_cond:
            if server._rebuild_cond.wait_for(interrupted, _PAUSE):
                return True
        if not preview.write_others(project, interrupted):
            return False
    if preview.waiting and not interrupted():
        _hold(server)
        return preview.show_others(Path(server.root), interrupted)
    return True


def _hold(server: LiveReloadServer) -> None:
    """Let requests wait, as the server does while it builds."""
    from mkdocs.livereload import _timestamp

    with server._epoch_cond:
        server._wanted_epoch = max(_timestamp(), server._visible_epoch + 1)


def _release(server: LiveReloadServer) -> None:
    """Answer requests, and have browsers load their pages again."""
    with server._epoch_cond:
        server._visible_epoch = server._wanted_epoch
        server._epoch_cond.notify_all()


def _answer(server: LiveReloadServer) -> None:
    """Answer requests until the server is shut down, be it before the first."""
    try:
        server.serve_forever(server.shutdown_delay)
    except ValueError:  # what the selector says of a socket that is closed
        if server.socket.fileno() != -1:
            raise


def on_shutdown() -> None:
    """MkDocs ends."""
    if (preview := _PREVIEW.get()) is not None:
        preview.close()
    _PREVIEW.set(None)
    plain_mkdocs.end()


def _project(config: MkDocsConfig) -> Project:
    return Project(root=Path(os.path.abspath(config.config_file_path or "mkdocs.yml")).parent)


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
