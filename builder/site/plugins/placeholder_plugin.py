"""Our plugin for MkDocs that fills in placeholders on pages written by hand and sets links to the repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin  # MkDocs joins repo_url and edit_uri with it, and links must agree with its own

from mkdocs.plugins import BasePlugin

from builder.pages.parts.placeholders import fill_placeholders
from builder.project import Project
from builder.site.config.handbook import is_from_package
from builder.site.plugins.repository_links import DOCS, Repository, edit_address, editor_address, repository

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

NAME: Final = "filling"
"""The plugin's name in MkDocs."""

EXTRA: Final = "explainer"
"""The key below `extra` where the theme finds the values. Every page depends on all of them."""


def add_placeholders(config: MkDocsConfig, values: Mapping[str, str], root: Path | None = None) -> None:
    """Add the plugin to a build. `values` are those from the summaries, by placeholder; more come from mkdocs.yml.

    `config` is new: only mkdocs.yml has been read into it. With `root`, the explainer's folder, edit links open the
    files in it instead of those in the repository.
    """
    if not config.repo_url:  # without it, relative links to the repository lead nowhere
        config.edit_uri = config.edit_uri if _is_absolute(config.edit_uri) else None
        config.edit_uri_template = config.edit_uri_template if _is_absolute(config.edit_uri_template) else None
    where = _repository(config)
    everything = {**values, "repository": where.address, "branch": where.branch, "files": where.files}
    config.extra[EXTRA] = {"filled": everything, "repository": asdict(where), "root": str(root or "")}
    if NAME not in config.plugins:
        config.plugins[NAME] = PlaceholderPlugin()


def _is_absolute(address: object) -> bool:
    """Whether an address has a scheme."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", str(address or "")) is not None


def _repository(config: MkDocsConfig) -> Repository:
    """Join `repo_url` and `edit_uri` as MkDocs does."""
    address = (config.repo_url or "").rstrip("/")
    edit = urljoin(f"{address}/", config.edit_uri or "") if address else ""
    if template := config.edit_uri_template:
        edit = urljoin(f"{address}/", template.format(path="", path_noext=""))
    return repository(address, edit, str(config.extra.get("commit") or ""), _starter(config))


def _starter(config: MkDocsConfig) -> str:
    """The fields that every visit needs, to fill in."""
    template = Project(root=Path(config.config_file_path or "").parent).template("new/visit.yml")
    lines = template.read_text("utf-8").splitlines()
    return "".join(f"{line.removesuffix('_').rstrip()}\n" for line in lines if not line.lstrip().startswith("#"))


class PlaceholderPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Works on the Markdown of each page."""

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Fill in a page written by hand; point the edit link of a generated page to its summary, or the folder."""
        if is_from_package(page.file):
            page.edit_url = None
            return markdown
        is_by_hand = "seal" not in page.meta
        source = f"{DOCS}{page.file.src_uri}" if is_by_hand else str(page.meta.get("source") or "")
        is_file = is_by_hand or source.endswith(".yml")
        if root := config.extra[EXTRA]["root"]:
            page.edit_url = editor_address(Path(root, source)) if is_file else None
        elif is_file and not is_by_hand:
            page.edit_url = edit_address(page.edit_url or "", page.file.src_uri, source) or None
        elif not is_by_hand:  # a folder can't be edited, but its files can be chosen from
            shown = config.extra[EXTRA]["repository"]["files"]
            page.edit_url = f"{shown}/{source}" if source and shown else None
        return fill_placeholders(markdown, config.extra[EXTRA]["filled"]) if is_by_hand else markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Mark a page of the builder's own as English."""
        return f'<div lang="en" dir="ltr">\n{html}\n</div>' if is_from_package(page.file) else html
