"""Where the files of an explainer are in its repository on the web, as each host writes such addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

DOCS: Final = "docs/"
"""The folder that MkDocs reads, below the explainer's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """Addresses on the web, without a slash at their ends; empty where `repo_url` and `edit_uri` don't say them."""

    address: str = ""
    branch: str = ""
    files: str = ""
    """Where the explainer's files are read as they are on the branch."""

    commit: str = ""
    """The version that the site is built from."""

    files_then: str = ""
    """Where the explainer's files are read as they were at that version."""


def repository(address: str, edit: str, commit: str = "") -> Repository:
    """What follows from mkdocs.yml: `address` is its `repo_url`, `edit` where it has pages edited, such as
    `https://example.org/us/talks/_edit/main/docs/`. `commit` is the version that the site is built from, if it is said.
    """
    address = address.rstrip("/")
    if not _SAFE.fullmatch(address):
        return Repository()
    if not _SAFE.fullmatch(edit) or not edit.startswith(f"{address}/") or not edit.endswith(DOCS):
        return Repository(address=address)
    way = edit.removeprefix(f"{address}/")
    host = next((host for host in _HOSTS if way.startswith(host.edit)), None)
    branch, slash, folder = way.removeprefix(host.edit if host else "").removesuffix(DOCS).partition("/")
    if host is None or not slash:
        return Repository(address=address)
    return Repository(
        address=address,
        branch=branch,
        files=f"{address}/{host.file}{branch}/{folder}".rstrip("/"),
        commit=f"{address}/{host.version}{commit}" if commit else "",
        files_then=f"{address}/{host.file_then}{commit}/{folder}".rstrip("/") if commit else "",
    )


def behind(edit: str, page: str, source: str) -> str:
    """Where the summary behind a page is edited.

    `edit` is where MkDocs would have the page itself edited, `page` its path below docs/, `source` the summary's path
    beside docs/. Empty where the one does not follow from the other.
    """
    before, found, after = edit.rpartition(f"{DOCS}{page}")
    return f"{before}{source}{after}" if found else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Host:
    """How a host's addresses go on after that of the repository: each is followed by the branch or the version."""

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
"""What stays one address, wherever in Markdown it is put."""
