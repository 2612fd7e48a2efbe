"""What MkDocs calls in plain `mkdocs build` and `mkdocs serve`: pages are brought up to date before it reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from builder.assembly import complete
from builder.inspection import inspect
from builder.problems import MachineError, SummaryError, UsageError
from builder.project import Project
from builder.site import output_manifest
from builder.site.build import LOCK, add_plugins, output_of, pages_are_fresh
from builder.site.docs_folder import refuse_links_and_pipes, write
from builder.site.reuse.last_build import Digests, inputs
from builder.site.reuse.page_traces import load_traces, save_traces
from builder.system.clock import source_date_epoch
from builder.system.disk import locked

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer


@dataclass(slots=True)
class _Running:
    """MkDocs while it runs."""

    until_the_end: ExitStack = field(default_factory=ExitStack)
    """Holds the lock of a build, and the date for the sitemap."""

    serves: bool = False
    built_from: Digests | None = None
    """What the site that is served was built from."""


_RUNNING = _Running()
"""It is here because MkDocs loads the hook as a separate module for each build."""


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Use SOURCE_DATE_EPOCH until MkDocs ends. Raises PluginError if it is not a number of seconds."""
    from mkdocs.exceptions import PluginError

    if pages_are_fresh():
        return
    _RUNNING.serves = command == "serve"
    try:
        _RUNNING.until_the_end.enter_context(source_date_epoch())
    except UsageError as error:
        raise PluginError(str(error)) from error


def on_config(config: MkDocsConfig) -> None:
    """Give the theme its language."""
    from builder.site.plugins.search_plugin import use_language

    if not pages_are_fresh():
        use_language(config, _project(config).language)


on_config.mkdocs_priority = 100  # type: ignore[attr-defined]  # before the search, which takes settings from the language


def on_pre_build(config: MkDocsConfig) -> None:
    """Update the pages, before MkDocs empties its folder.

    Raises PluginError with the report if that fails, or if MkDocs would delete files that no build made. While serving,
    problems of summaries are printed and the pages stay as they are: an error would leave every request unanswered.
    """
    from mkdocs.exceptions import PluginError

    if pages_are_fresh():
        return
    try:
        if _RUNNING.serves:
            _update(config, _project(config))
        else:
            _begin(config, _project(config))
    except (SummaryError, MachineError) as error:
        raise PluginError(str(error)) from error


def _begin(config: MkDocsConfig, project: Project) -> None:
    site = output_of(config, project).site
    for path in output_manifest.contents_of(site).kept:
        if "/" in path or not path.startswith("."):
            raise MachineError(f"MkDocs would delete {site}/{path}: move it into docs/, or run explainer build")
    _RUNNING.until_the_end.enter_context(locked(project.root / LOCK))
    ready = complete(inspect(project), project, load_traces(project))
    add_plugins(config, ready)
    write(ready.pages, ready.assets, project.docs, kept=ready.kept)
    save_traces(ready.traces, project)
    _RUNNING.until_the_end.enter_context(source_date_epoch(ready.as_of))
    site.mkdir(parents=True, exist_ok=True)
    output_manifest.mark_unfinished(site)


def _update(config: MkDocsConfig, project: Project) -> None:
    """Update the pages, drafts included, or print why that is not possible."""
    refuse_links_and_pipes(project.docs)
    before = inputs(project, "")
    ready = None
    written: tuple[str, ...] = ()
    try:
        with locked(project.root / LOCK, wait=True):
            ready = complete(inspect(project, drafts=True), project, load_traces(project))
            done = write(ready.pages, ready.assets, project.docs, kept=ready.kept)
            save_traces(ready.traces, project)
    except SummaryError as error:
        print(f"{error}\nThe pages stay unchanged.", file=sys.stderr)
    else:
        written = (*done.changed, *done.pruned)
    add_plugins(config, ready, project.root, preview=True)
    _RUNNING.built_from = _with_own(before, inputs(project, ""), {f"{project.docs.name}/{path}" for path in written})


def _with_own(before: Digests | None, now: Digests | None, own: set[str]) -> Digests | None:
    """The inputs of a build that has written files of its own among them; None if they are not known."""
    if before is None or now is None:
        return None
    folders = {path for path in {*before, *now} if path.endswith("/")}
    changed = own | folders
    others = {path: digest for path, digest in before.items() if path not in changed}
    return {**others, **{path: now[path] for path in changed if path in now}}


def on_post_build(config: MkDocsConfig) -> None:
    """List what MkDocs wrote into its folder."""
    if not pages_are_fresh() and not _RUNNING.serves:
        site = Path(config.site_dir)
        output_manifest.write_manifest(site, output_manifest.contents_of(site).kept)


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> LiveReloadServer:
    """Watch summaries and templates too. MkDocs sees in docs/ what the builder writes, which needs no other build."""
    project = _project(config)
    for folder in (project.summaries, project.templates):
        if folder.is_dir():
            server.watch(str(folder))
    build = server.builder

    def build_if_edited() -> None:
        if _RUNNING.built_from is None or inputs(project, "") != _RUNNING.built_from:
            build()

    server.builder = build_if_edited
    return server


def on_shutdown() -> None:
    """Release the lock, and restore SOURCE_DATE_EPOCH."""
    if not pages_are_fresh():
        _RUNNING.until_the_end.close()


def _project(config: MkDocsConfig) -> Project:
    return Project(root=Path(os.path.abspath(config.config_file_path or "mkdocs.yml")).parent)
