"""Addresses of an explainer's files: in its repository on the web, in the format of each host, and on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

DOCS: Final = "docs/"
"""The folder that MkDocs reads, below the explainer's root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """Addresses on the web, without a trailing slash; empty if they don't follow from `repo_url` and `edit_uri`."""

    address: str = ""
    branch: str = ""
    files: str = ""
    """Where the explainer's files are shown, as on the branch."""

    commit: str = ""
    """The page of the commit that the site is built from."""

    files_then: str = ""
    """Where the explainer's files are shown, as at that commit."""


def repository(address: str, edit: str, commit: str = "") -> Repository:
    """Work out the addresses. `address` is `repo_url` of mkdocs.yml; `edit` is where pages are edited, such as
    `https://example.org/us/talks/_edit/main/docs/`; `commit` is the commit that the site is built from, if known.
    """
    address = address.rstrip("/")
    if not _SAFE.fullmatch(address):
        return Repository()
    if not _SAFE.fullmatch(edit) or not edit.startswith(f"{address}/") or not edit.endswith(DOCS):
        return Repository(address=address)
    path = edit.removeprefix(f"{address}/")
    host = next((host for host in _HOSTS if path.startswith(host.edit)), None)
    branch, slash, folder = path.removeprefix(host.edit if host else "").removesuffix(DOCS).partition("/")
    if host is None or not slash:
        return Repository(address=address)
    return Repository(
        address=address,
        branch=branch,
        files=f"{address}/{host.file}{branch}/{folder}".rstrip("/"),
        commit=f"{address}/{host.version}{commit}" if commit else "",
        files_then=f"{address}/{host.file_then}{commit}/{folder}".rstrip("/") if commit else "",
    )


def edit_address(edit: str, page: str, source: str) -> str:
    """Where the summary of a page is edited.

    `edit` is MkDocs's own edit address for the page, `page` the page's path below docs/, `source` the summary's path
    next to docs/. Empty if the address can't be derived.
    """
    before, found, after = edit.rpartition(f"{DOCS}{page}")
    return f"{before}{source}{after}" if found else ""


def editor_address(file: Path, line: int = 1, column: int = 1) -> str:
    """The address at which Visual Studio Code opens a file of this machine, percent-encoded. `file` is absolute.

    https://code.visualstudio.com/docs/configure/command-line#_opening-vs-code-with-urls
    """
    return f"vscode://file/{quote(file.as_posix().lstrip('/'))}:{line}:{column}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Host:
    """What a host's addresses have between the repository and the branch or commit."""

    edit: str
    file: str
    file_then: str
    version: str


_HOSTS: Final = (
    _Host(edit="edit/", file="blob/", file_then="blob/", version="tree/"),  # GitHub
    _Host(edit="blob/", file="blob/", file_then="blob/", version="tree/"),
    _Host(edit="-/edit/", file="-/blob/", file_then="-/blob/", version="-/tree/"),  # GitLab
    _Host(edit="-/blob/", file="-/blob/", file_then="-/blob/", version="-/tree/"),
    _Host(edit="_edit/", file="src/branch/", file_then="src/commit/", version="src/commit/"),  # Forgejo, Gitea
    _Host(edit="src/branch/", file="src/branch/", file_then="src/commit/", version="src/commit/"),
    _Host(edit="src/", file="src/", file_then="src/", version="src/"),  # Bitbucket
)

_SAFE = re.compile(r"https?://[^\s<>\"'`{}|\\()\[\]]+")
"""An address that stays whole anywhere in Markdown."""
