"""Plain `mkdocs build`: checks the output folder before MkDocs empties it, and holds the lock until MkDocs ends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from builder.assembly import assemble
from builder.problems import MachineError
from builder.project import Project
from builder.site import output_manifest
from builder.site.build import LOCK, add_plugins, output_of
from builder.site.docs_folder import write
from builder.system.clock import source_date_epoch
from builder.system.disk import locked

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_UNTIL_THE_END = ExitStack()
"""Holds the lock, and the date for the sitemap."""


def start() -> None:
    """Use SOURCE_DATE_EPOCH until MkDocs ends. Raises UsageError if it is not a number of seconds."""
    _UNTIL_THE_END.enter_context(source_date_epoch())


def begin(config: MkDocsConfig, project: Project) -> None:
    """Update the pages, before MkDocs empties its folder.

    Raises SummaryError for problems in the summaries, and MachineError if another build runs or MkDocs would delete
    something that no build made.
    """
    site = output_of(config, project).site
    for path in output_manifest.contents_of(site).kept:
        if "/" in path or not path.startswith("."):
            raise MachineError(f"MkDocs would delete {site}/{path}: move it into docs/, or run explainer build")
    _UNTIL_THE_END.enter_context(locked(project.root / LOCK))
    ready = assemble(project)
    add_plugins(config, ready)
    write(ready.pages, ready.assets, project.docs)
    _UNTIL_THE_END.enter_context(source_date_epoch(ready.as_of))
    site.mkdir(parents=True, exist_ok=True)
    output_manifest.mark_unfinished(site)


def finish(config: MkDocsConfig) -> None:
    """List what MkDocs wrote into its folder."""
    site = Path(config.site_dir)
    output_manifest.write_manifest(site, output_manifest.contents_of(site).kept)


def end() -> None:
    """Release the lock, and restore SOURCE_DATE_EPOCH."""
    _UNTIL_THE_END.close()
