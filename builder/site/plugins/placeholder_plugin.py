"""What MkDocs is given beside the pages: what is filled in on those written by hand, and ways into the repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin  # MkDocs joins repo_url and edit_uri with it, and links must agree with its own

from mkdocs.plugins import BasePlugin

from builder.pages.placeholders import fill_placeholders
from builder.site.plugins.repository_links import Repository, behind, repository

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

NAME: Final = "filling"
"""What the plugin is called among MkDocs's."""

EXTRA: Final = "explainer"
"""Where the theme finds it below `extra`. What is kept of a page depends on all that stands there."""


def fill(config: MkDocsConfig, values: Mapping[str, str]) -> None:
    """Have a build fill in what summaries and mkdocs.yml say. `values` are those of the summaries, by placeholder.

    `config` is that of one build: nothing of it has been read but mkdocs.yml.
    """
    if not config.repo_url:  # what leads on from the repository's address leads nowhere
        config.edit_uri = config.edit_uri if _is_whole(config.edit_uri) else None
        config.edit_uri_template = config.edit_uri_template if _is_whole(config.edit_uri_template) else None
    where = _repository(config)
    everything = {**values, "repository": where.address, "branch": where.branch, "files": where.files}
    config.extra[EXTRA] = {"filled": everything, "repository": asdict(where)}
    if NAME not in config.plugins:
        config.plugins[NAME] = Filling()


def _is_whole(address: object) -> bool:
    """Whether an address needs no other to begin with."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", str(address or "")) is not None


def _repository(config: MkDocsConfig) -> Repository:
    """As MkDocs follows `repo_url` and `edit_uri`: the one's path goes on where the other's ends."""
    address = (config.repo_url or "").rstrip("/")
    edit = urljoin(f"{address}/", config.edit_uri or "") if address else ""
    if template := config.edit_uri_template:
        edit = urljoin(f"{address}/", template.format(path="", path_noext=""))
    return repository(address, edit, str(config.extra.get("commit") or ""))


class Filling(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """The plugin."""

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Fill in a page written by hand; have a page of the builder edited where its summary is."""
        if "seal" not in page.meta:
            return fill_placeholders(markdown, config.extra[EXTRA]["filled"])
        source = page.meta.get("source")
        page.edit_url = (behind(page.edit_url or "", page.file.src_uri, source) if source else "") or None
        return markdown
