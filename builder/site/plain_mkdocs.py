"""Plain `mkdocs build`: its folder is judged before MkDocs empties it, and the lock is held until MkDocs has ended."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from builder.assembly import assemble
from builder.problems import MachineError
from builder.project import Project
from builder.site import ownership
from builder.site.build import LOCK, equip, output_of
from builder.site.page_files import write
from builder.system.clock import dated
from builder.system.disk import locked

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_UNTIL_THE_END = ExitStack()
"""Holds the lock, and the day that MkDocs dates its sitemap by."""


def start() -> None:
    """Go by SOURCE_DATE_EPOCH until MkDocs has ended. Raises UsageError where that is no number of seconds."""
    _UNTIL_THE_END.enter_context(dated())


def begin(config: MkDocsConfig, project: Project) -> None:
    """Bring the pages up to date, and let MkDocs empty its folder.

    Raises SummaryError for problems in the summaries, and MachineError if another build runs or the folder holds
    anything that MkDocs would delete and no build made.
    """
    site = output_of(config, project).site
    for path in ownership.contents_of(site).kept:
        if "/" in path or not path.startswith("."):
            raise MachineError(f"{site}/{path} would be deleted by MkDocs: put it into docs/, or run explainer build")
    _UNTIL_THE_END.enter_context(locked(project.root / LOCK))
    ready = assemble(project)
    equip(config, ready)
    write(ready.pages, ready.assets, project.docs)
    _UNTIL_THE_END.enter_context(dated(ready.as_of))
    site.mkdir(parents=True, exist_ok=True)
    ownership.begin(site)


def finish(config: MkDocsConfig) -> None:
    """MkDocs has filled its folder."""
    site = Path(config.site_dir)
    ownership.finish(site, ownership.contents_of(site).kept)


def end() -> None:
    """MkDocs has ended, in whatever way."""
    _UNTIL_THE_END.close()
