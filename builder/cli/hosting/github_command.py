"""`explainer github`: what the workflow that publishes an explainer on GitHub asks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from builder.cli.console import Command, Group


@click.group(cls=Group)
def github() -> None:
    """Answer the workflow that publishes an explainer on GitHub."""


@github.command(cls=Command)
@click.pass_obj
def address(root: Path) -> int:
    """Set the site's address for the next steps, and whether to publish the site.

    The address is the first of: the variable SITE_URL of the repository, docs/CNAME, Settings › Pages, GitHub's usual
    address. The default branch is published, once Settings › Pages is set to GitHub Actions.
    """
    from builder.hosting.github import ask_pages, find_publication
    from builder.problems import UsageError

    try:
        found = find_publication(root, os.environ, ask_pages(os.environ["GITHUB_REPOSITORY"]))
    except UsageError as error:
        click.echo(f"::error::{error}")
        return 1
    if found.warning:
        click.echo(f"::warning::{found.warning}")
    _append("GITHUB_ENV", "".join(f"{name}={value}\n" for name, value in found.variables.items()))
    _append("GITHUB_OUTPUT", f"publish={str(found.publish).lower()}\n")
    return 0


@github.command(cls=Command)
@click.pass_obj
def changes(root: Path) -> int:
    """Put what a pull request changes for readers into the summary of the run.

    It fails if an address vanishes that others may link to.
    """
    from builder.hosting.github import changes_for_readers

    script = Path(sys.argv[0])
    called = [sys.orig_argv[0], "-m", script.parent.name] if script.name == "__main__.py" else [str(script)]
    found = changes_for_readers([*called, "-C", str(root), "diff", "HEAD^1", "--format", "markdown"])
    if found.warning:
        click.echo(f"::warning::{found.warning}")
    _append("GITHUB_STEP_SUMMARY", f"## What changes for readers\n\n{found.text}\n")
    for problem in found.lost:
        click.echo(f"::error::{problem}")
    return int(bool(found.lost))


def _append(variable: str, text: str) -> None:
    """Add to the file that a variable of the runner names."""
    with open(os.environ[variable], "a", encoding="utf-8") as file:
        file.write(text)
