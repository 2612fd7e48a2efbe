"""Addresses of an explainer's files: in its repository on the web, in the format of each host, and on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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

    mistake: str = ""
    """Where a reader reports a mistake: a form with `{title}` and `{page}` for the title and address of the page, both
    percent-encoded.
    """

    new_visit: str = ""
    """Where a new file for a visit is begun."""

    new_source: str = ""
    """Where a reader suggests a source."""


def repository(address: str, edit: str, commit: str = "", starter: str = "") -> Repository:
    """Work out the addresses. `address` is `repo_url` of mkdocs.yml; `edit` is where pages are edited, such as
    `https://example.org/us/talks/_edit/main/docs/`; `commit` is the commit that the site is built from, if known;
    `starter` is the text that the file of a new visit begins with.
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
        mistake=f"{address}/{host.mistake}" if host.mistake else "",
        new_visit=_new_visit(f"{address}/{host.new}{branch}/{folder}", starter) if host.new else "",
        new_source=f"{address}/{host.source}" if host.source else "",
    )


def _new_visit(folder: str, starter: str) -> str:
    """The page for a new file, with the starter in it unless the address would be too long for the host."""
    address = f"{folder}summaries/visits?filename=new-visit.yml"
    filled = f"{address}&value={quote(starter, safe='')}" if starter else address
    return filled if len(filled) <= MAX_ADDRESS else address


MAX_ADDRESS: Final = 6000
"""Of longer addresses, hosts say that they are too long. GitHub's limit is about 8,000."""


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
    mistake: str = ""
    source: str = ""
    new: str = ""


_GITHUB = _Host(
    edit="edit/",
    file="blob/",
    file_then="blob/",
    version="tree/",
    mistake="issues/new?template=mistake.yml&title={title}&page={page}",
    source="issues/new?template=source.yml",
    new="new/",
)
_GITLAB = _Host(
    edit="-/edit/",
    file="-/blob/",
    file_then="-/blob/",
    version="-/tree/",
    mistake="-/issues/new?issue%5Btitle%5D={title}&issue%5Bdescription%5D={page}",
)
_FORGEJO = _Host(
    edit="_edit/",
    file="src/branch/",
    file_then="src/commit/",
    version="src/commit/",
    mistake="issues/new?title={title}&body={page}",
)
_HOSTS: Final = (
    _GITHUB,
    replace(_GITHUB, edit="blob/"),
    _GITLAB,
    replace(_GITLAB, edit="-/blob/"),
    _FORGEJO,  # Gitea too
    replace(_FORGEJO, edit="src/branch/"),
    _Host(edit="src/", file="src/", file_then="src/", version="src/"),  # Bitbucket
)

_SAFE = re.compile(r"https?://[^\s<>\"'`{}|\\()\[\]]+")
"""An address that stays whole anywhere in Markdown."""
