"""The command `links`, the only one that asks other servers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from builder import __version__
from builder.cli.console import Command
from builder.cli.edit_commands import short_path
from builder.cli.report_commands import FORMATS


@click.command(cls=Command)
@click.option("--only", metavar="ID", multiple=True, help="Ask only for this source. Can be given more than once.")
@click.option("--format", "output_format", type=FORMATS, default="text", show_default=True, help="Output format.")
@click.option("--archive", "copies_of_all", is_flag=True, help="Look up a copy of every page without `archive`.")
@click.option("--write", is_flag=True, help="Write new addresses and archived copies into the summaries.")
@click.option("--jobs", type=click.IntRange(1, 100), default=20, show_default=True, help="Addresses asked at once.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=20, show_default=True, help="Seconds per address.")
@click.option(
    "--pause", type=click.FloatRange(0, 60), default=0.5, show_default=True, help="Seconds between requests to a host."
)
@click.option(
    "--archive-api",
    metavar="URL",
    default="https://archive.org/wayback/available",
    show_default=True,
    help="Where to look up archived copies.",
)
@click.option("--allow-local", is_flag=True, help="Also ask addresses of this machine and its network.")
@click.pass_obj
def links(
    root: Path,
    /,
    only: tuple[str, ...],
    output_format: str,
    write: bool,
    **asking: Any,  # the other options, by the names of the fields of Settings
) -> None:
    """Ask every address of the sources whether it still works.

    Each `URL` and `archive` is alive, moved, gone or unsure. For sources that moved or are gone, an archived copy is
    looked up. Nothing is written without --write, nor while `check` reports problems.

    At most two requests at once go to the same host. The exit code is 0, whatever became of the addresses.

    \b
    Examples:
      explainer links
      explainer links --only times-20240301 --archive
      explainer links --write
    """
    from builder.inspection import inspect
    from builder.links import wording
    from builder.links.checking import Settings, check_links, links_of
    from builder.links.writing import changes_for, write_changes
    from builder.problems import did_you_mean
    from builder.project import Project

    project = Project(root=root.resolve())
    explainer = inspect(project).explainer
    known = [source.id for source in explainer.sources]
    for id in only:
        if id not in known:
            hint = did_you_mean(id, known)
            raise click.BadParameter(f"there is no source '{id}'{f': {hint}' if hint else ''}", param_hint="--only")
    settings = Settings(user_agent=_user_agent(project.repository), **asking)
    findings = check_links(explainer, links_of(explainer, only), settings, _show_progress)
    written = write_changes(project, explainer, changes_for(findings)) if write else ()
    if output_format == "json":
        data = wording.as_data(findings) | {"written": [short_path(path) for path in written]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo(wording.as_markdown(findings) if output_format == "markdown" else wording.as_text(findings), nl=False)
    for path in written:
        click.echo(f"Changed {short_path(path)}.", err=True)


def _user_agent(repository: str) -> str:
    """How this program names itself to servers, with the address at which its owner can be found."""
    where = "".join(char for char in repository if "!" <= char <= "~" and char not in "()")
    return f"explainer/{__version__}{f' (+{where})' if where else ''}"


def _show_progress(done: int, count: int) -> None:
    """Show in a terminal how many addresses were asked, always on the same line."""
    if sys.stderr.isatty():
        click.echo(f"\rAsked {done} of {count} addresses", nl=done == count, err=True)
