"""The command `explainer`: what an editor types, and what the machine answers.

Exit codes: 0 done, 1 problems in the summaries, 2 wrong usage, 3 the machine's fault, 130 interrupted (by SIGTERM too).
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import __version__
from builder.cli import edit_commands, report_commands
from builder.cli.console import Group, as_typed, speak_utf8
from builder.system.interrupts import stop_on_sigterm

if TYPE_CHECKING:
    from builder.cli.problem_formats import Format
    from builder.problems import Problem
    from builder.project import Project

UNCHANGED = "; nothing was changed"
"""What is said of problems where something was to be changed."""

PATIENCE = 1.0
"""Seconds of silence after which a step says that it is under way."""

_format = click.option(
    "--format",
    "how",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are told: as text, as JSON for a program, or as GitHub shows them on a change.",
)
_context = click.option(
    "--context/--no-context",
    default=None,
    help="Show the line below each problem; if left out, where a person reads along.",
)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 problems in the summaries, 2 wrong usage, 3 the machine's fault, "
    "130 interrupted by Ctrl-C or SIGTERM.",
)
@click.version_option(__version__, prog_name="explainer")
@click.option(
    "--project",
    "-C",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder that holds mkdocs.yml and summaries/; this one if left out.",
)
@click.pass_context
def explainer(context: click.Context, root: Path) -> None:
    """Turn the summaries of a long process into a site that stays true.

    \b
    Edit a file below summaries/, then:
      explainer check     say what is wrong, and where
      explainer build     write the pages and build the site into site/
      explainer serve     show the site at 127.0.0.1:8000 and follow every edit
      explainer report    say what is missing, stale or thin
      explainer diff REV  say what changed for readers since a revision
      explainer schema    write what other programs need to help while you type
    """
    for needed in ("mkdocs.yml", "summaries"):
        if not (root / needed).exists() and not {"-h", "--help"} & set(sys.argv):
            where = root.resolve().name or root
            raise click.UsageError(f"there is no {needed} in {where}: go to the explainer's folder, or name it with -C")
    context.obj = root


@explainer.command()
@_format
@_context
@click.pass_obj
def check(root: Path, how: Format, context: bool | None) -> None:
    """Check the summaries and write nothing.

    Every problem stands on a line of its own, as path:line:column, what was found, what would be right.
    """
    from builder.assembly import inspect

    project = _project(root)
    with _telling(project, how, context, ""):
        checked = inspect(project)
    _show(checked.warnings, project, how, context)
    if how != "json":
        click.echo(f"All is well: {_counted(checked.counts)}.")


@explainer.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Build the site as it could have been written on a day, such as 2019-04-24.",
)
@_format
@_context
@click.pass_obj
def build(root: Path, as_of: datetime.datetime | None, how: Format, context: bool | None) -> None:
    """Check the summaries, write the pages, build the site into site/.

    The last good site stays as it is until the new one is whole.
    """
    from builder.assembly import assemble
    from builder.site.build import build as build_site
    from builder.system.clock import dated

    project = _project(root)
    started = time.monotonic()
    with _telling(project, how, context), dated():  # a clock that is no clock is refused before the work begins
        made = assemble(project, as_of=as_of.date() if as_of else None)
        click.echo(f"Checked {_counted(made.counts)}.", err=how == "json")
        built = build_site(project, assembly=made, on_progress=_progress())
    _show(built.warnings, project, how, context)
    seconds = time.monotonic() - started
    click.echo(
        f"Built {built.html} pages in {seconds:.1f} s: {edit_commands.near(built.site / 'index.html')}",
        err=how == "json",
    )


@explainer.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where to listen.")
@click.option("--follow", is_flag=True, help="Have the browser go to the page of each summary that is edited.")
@click.pass_obj
def serve(root: Path, port: int, follow: bool) -> None:
    """Show the site at 127.0.0.1 and follow every edit.

    A mistake is named here, and the last good pages stay up until it is mended. Ctrl-C ends it.
    """
    from builder.preview.server import serve as serve_site
    from builder.system.disk import scratch

    with scratch():  # MkDocs leaves its folder behind where it does not come to serve
        serve_site(_project(root), port=port, follow=follow)


@explainer.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write them into; schemas/ if left out.",
)
@click.pass_obj
def schema(root: Path, out: Path | None) -> None:
    """Write a JSON Schema for each kind of summary into schemas/.

    Editors' programs read them to name the fields, words and ids while you type. `build` and `serve` write them too.
    """
    from builder.assembly import schemas_of
    from builder.site.page_files import write_schemas

    project = _project(root)
    made = schemas_of(project)
    folder = out.resolve() if out else project.schemas
    write_schemas(made, folder)
    click.echo(f"Wrote {len(made)} schemas into {edit_commands.near(folder)}/.")


@explainer.command()
@click.pass_obj
def clean(root: Path) -> None:
    """Take away the pages and downloads that were written into docs/.

    A page that a hand has touched is named, and nothing is taken away. `make clean` takes away all that was made.
    """
    from builder.site.build import LOCK
    from builder.site.page_files import write
    from builder.system.disk import locked

    project = _project(root)
    with _telling(project, "text", None), locked(project.root / LOCK):
        gone = write((), {}, project.docs).pruned
    click.echo(
        f"Took away {len(gone)} {'file' if len(gone) == 1 else 'files'} from {edit_commands.near(project.docs)}/."
    )


explainer.add_command(report_commands.report)
explainer.add_command(report_commands.diff)
explainer.add_command(edit_commands.new)
explainer.add_command(edit_commands.import_)
explainer.add_command(edit_commands.format_)


def main() -> None:
    """Run the command; every exit code comes from here."""
    speak_utf8()
    stop_on_sigterm()
    try:
        code = explainer.main(prog_name=as_typed(), standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except SystemExit:
        code = 0  # click's own way to end when the reader of a pipe has gone, as `| head` does
    except Exception as error:
        code = _failed(error)
    sys.exit(code)


def _failed(error: Exception) -> int:
    """Say what went wrong in an editor's words; a bug goes on as a traceback."""
    from builder.problems import MachineError, SummaryError, UsageError

    if isinstance(error, SummaryError):
        _tell(error.problems, None, "text", None)
        return 1
    if isinstance(error, UsageError):
        click.UsageError(str(error)).show()
        return 2
    if isinstance(error, MachineError):
        click.echo(f"The machine does not let it: {error}", err=True)
        return 3
    if isinstance(error, MemoryError):
        click.echo("The machine does not let it: there is not enough memory; nothing was changed", err=True)
        return 3
    raise error


def _project(root: Path) -> Project:
    from builder.project import Project

    return Project(root=root.resolve())


@contextmanager
def _telling(project: Project, how: Format, context: bool | None, after: str = UNCHANGED) -> Iterator[None]:
    """Tell the problems that a step meets as they were asked for, and end with 1."""
    from builder.problems import SummaryError

    try:
        yield
    except SummaryError as error:
        _tell(error.problems, project, how, context, after)
        raise click.exceptions.Exit(1) from None


def _tell(
    problems: tuple[Problem, ...], project: Project | None, how: Format, context: bool | None, after: str = UNCHANGED
) -> None:
    _show(problems, project, how, context)
    if how != "json":
        count = len(problems)
        click.echo(f"{count} {'problem' if count == 1 else 'problems'}{after}.", err=True)
    rules = project.docs / "handbook" / "rules.md" if project else None
    if how == "text" and context is None and sys.stderr.isatty() and rules and rules.is_file():
        click.echo(f"What each rule means, with examples: {edit_commands.near(rules)}", err=True)


def _show(problems: Iterable[Problem], project: Project | None, how: Format, context: bool | None) -> None:
    """Print problems as they were asked for; JSON even where there are none."""
    from builder.cli.problem_formats import as_github, as_json, as_text

    problems = tuple(problems)
    if how == "json":
        click.echo(as_json(problems))
    elif how == "github" and problems:
        below = os.path.relpath(project.root) if project else "."
        click.echo(as_github(problems, "" if below == "." else Path(below).as_posix()))
    elif problems:
        is_read_along = sys.stderr.isatty()
        with_lines = project.root if project and (is_read_along if context is None else context) else None
        colour = is_read_along and not os.environ.get("NO_COLOR")
        click.echo(as_text(problems, with_lines, colour=colour), err=True)


def _counted(counts: dict[str, int]) -> str:
    from builder.records.models.kinds import ONE_OF

    return ", ".join(f"{count} {ONE_OF[kind] if count == 1 else kind}" for kind, count in counts.items() if count)


_STEPS = {
    "assemble": "Checking the summaries",
    "write": "Writing the pages",
    "render": "Rendering the site",
    "check": "Following every link",
    "exchange": "Putting the new site in place",
}


def _progress() -> Callable[[str], None]:
    """Say each step once the work has taken longer than a moment."""
    started = time.monotonic()

    def say(step: str) -> None:
        if time.monotonic() - started >= PATIENCE:
            click.echo(f"{_STEPS[step]} ...", err=True)

    return say
