"""Reads mkdocs.yml as MkDocs does, with what the builder adds to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from builder.parsing.decoding import decode
from builder.problems import Location, Problem, SummaryError
from builder.project import Project
from builder.site.config.defaults import add_defaults
from builder.site.config.mkdocs_problems import WarningLog, in_config, position_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def read_config(project: Project, log: WarningLog, *, strict: bool) -> MkDocsConfig:
    """Read mkdocs.yml. Raises SummaryError, with MkDocs's own messages, if MkDocs refuses it."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    if project.config.is_file():
        decode(project.config.read_bytes(), project.config.name)
    try:
        config = load_config(str(project.config), strict=strict)
    except MkDocsException as error:
        raise SummaryError(log.problems() or [in_config(project, error.format_message())]) from error
    add_defaults(config, project)
    messages = {
        "docs_dir": "the builder writes into docs/, but MkDocs would read another folder: remove docs_dir",
        "use_directory_urls": "feeds and citations give a page's address without .html: remove use_directory_urls",
    }
    elsewhere = Path(config.docs_dir).resolve() != project.docs.resolve()
    refused = [name for name, is_so in zip(messages, (elsewhere, not config.use_directory_urls), strict=True) if is_so]
    if refused:
        raise SummaryError(
            Problem(
                location=Location(project.config.name, *position_of(project.config, [name])),
                rule="mkdocs",
                message=messages[name],
            )
            for name in refused
        )
    return config
