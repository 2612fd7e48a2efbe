"""What a workflow on GitHub needs to know: where the site will be, whether to publish it, what a proposal changes.

The variables are those of GitHub's runners:
https://docs.github.com/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from builder.problems import UsageError

CNAME: Final = "docs/CNAME"
"""The file with a domain of the site's own, as GitHub Pages has it."""

SUMMARY_LIMIT: Final = 900_000
"""How many bytes of changes are shown. The summary of a run has at most a mebibyte."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """What Settings › Pages says."""

    address: str = ""
    """The site's address; empty if it is not known."""

    is_ready: bool = True
    """Whether a workflow can publish: the source is GitHub Actions, not a branch and not nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """Where a site will be and whether this run publishes it."""

    variables: Mapping[str, str]
    """What mkdocs.yml reads from the environment."""

    publish: bool
    warning: str = ""
    """What to set before the site can be published; empty if there is nothing to do."""


def ask_pages(repository: str) -> Pages:
    """Ask GitHub for Settings › Pages of a repository, such as `us/talks`, with its own command `gh`."""
    command = ["gh", "api", f"repos/{repository}/pages", "--jq", ".html_url, .build_type"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return Pages()
    if done.returncode == 0:
        address, _, source = done.stdout.strip().partition("\n")
        return Pages(address=address, is_ready=source != "legacy")
    return Pages(is_ready="HTTP 404" not in done.stderr)


def find_publication(root: Path, given: Mapping[str, str], pages: Pages) -> Publication:
    """Work out the site's address, from the first of these that there is: the variable SITE_URL of the repository,
    docs/CNAME, Settings › Pages, GitHub's usual address.

    `given` has the runner's variables, CHOSEN for SITE_URL, and DEFAULT_BRANCH. Only the default branch is published.
    Raises UsageError if the address is not valid.
    """
    repository, branch = given["GITHUB_REPOSITORY"], given["DEFAULT_BRANCH"]
    if chosen := given.get("CHOSEN", ""):
        source, address = "the variable SITE_URL", chosen
    elif (domain := _domain(root / CNAME)) is not None:
        source, address = CNAME, f"https://{domain}/"
    else:
        source, address = "Settings › Pages", pages.address or _usual_address(repository)
    if not _ADDRESS.fullmatch(address):
        example = f"write one such as talks.example.org in {CNAME}, or https://talks.example.org/ in SITE_URL"
        raise UsageError(f"{source} has no valid address: {example}")
    server = given.get("GITHUB_SERVER_URL", "https://github.com")
    is_default = given["GITHUB_EVENT_NAME"] != "pull_request" and given["GITHUB_REF"] == f"refs/heads/{branch}"
    return Publication(
        variables={
            "SITE_URL": f"{address.rstrip('/')}/",
            "REPO_URL": f"{server}/{repository}",
            "EDIT_URI": f"edit/{branch}/docs/",
        },
        publish=is_default and pages.is_ready,
        warning=_NOT_READY if is_default and not pages.is_ready else "",
    )


_NOT_READY: Final = (
    "The site is not published yet: choose GitHub Actions as the source under Settings › Pages, "
    "then run this workflow again"
)

_ADDRESS = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?")


def _domain(file: Path) -> str | None:
    """The first line of a file that is not empty; None if there is no file, or a link in its place."""
    if file.is_symlink() or not file.is_file():
        return None
    return next((line.strip() for line in file.read_text("utf-8", errors="replace").split("\n") if line.strip()), "")


def _usual_address(repository: str) -> str:
    """Where GitHub shows the site of a repository without a domain of its own."""
    owner, _, name = repository.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What a proposal changes for readers."""

    text: str
    """The changes, as Markdown."""

    lost: tuple[str, ...] = ()
    """The problem of each address that vanishes."""

    warning: str = ""
    """Why the changes are not there; empty if they are."""


def changes_for_readers(diff: Sequence[str]) -> Changes:
    """Run a command that prints the changes as Markdown and problems as errors, as `explainer diff` does.

    Of the problems only those of lost addresses are returned: what others quote from the summaries could be a command
    to the runner.
    """
    done = subprocess.run(diff, capture_output=True, check=False)
    errors = done.stderr.decode("utf-8", errors="replace").splitlines()
    warning = f"The changes for readers could not be summarised: the command ended with code {done.returncode}"
    return Changes(
        text=done.stdout[:SUMMARY_LIMIT].decode("utf-8", errors="ignore"),
        lost=tuple(line for line in errors if line.endswith(" [lost-address]")),
        warning=warning if done.returncode > 1 else "",
    )
