"""Prints problems in the chosen format, and ends a command that found some with exit code 1."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.edit_commands import short_path

if TYPE_CHECKING:
    from builder.cli.problem_formats import Format
    from builder.problems import Problem
    from builder.project import Project

UNCHANGED = "; nothing was changed"
"""Ends the count of problems for a command that would have changed something."""


@contextmanager
def reporting_problems(
    project: Project, problem_format: Format, context: bool | None, after: str = UNCHANGED, only: Sequence[str] = ()
) -> Iterator[None]:
    """Print the problems of a SummaryError in the chosen format and exit with 1.

    `only` names files and folders: problems elsewhere are only counted.
    """
    from builder.problems import SummaryError

    try:
        yield
    except SummaryError as error:
        if only:
            shown = in_files(error.problems, only)
            print_problems(shown, project, problem_format, context)
            if problem_format != "json":
                click.echo(count_elsewhere(shown, error.problems), err=True)
        else:
            report_problems(error.problems, project, problem_format, context, after)
        raise click.exceptions.Exit(1) from None


def report_problems(
    problems: tuple[Problem, ...],
    project: Project | None,
    problem_format: Format,
    context: bool | None,
    after: str = UNCHANGED,
) -> None:
    print_problems(problems, project, problem_format, context)
    if problem_format != "json":
        count = sum(not problem.warning for problem in problems)
        click.echo(f"{count} {'problem' if count == 1 else 'problems'}{after}.", err=True)
    rules = project.docs / "handbook" / "rules.md" if project else None
    if problem_format == "text" and context is None and sys.stderr.isatty() and rules and rules.is_file():
        click.echo(f"What each rule means, with examples: {short_path(rules)}", err=True)


def print_problems(
    problems: Iterable[Problem], project: Project | None, problem_format: Format, context: bool | None
) -> None:
    """Print problems in the chosen format. JSON is printed even if there are none."""
    from builder.cli.problem_formats import as_github, as_json, as_log, as_markdown, as_text

    problems = tuple(problems)
    if problem_format == "json":
        click.echo(as_json(problems))
    elif problem_format == "github" and problems:
        folder = _folder(project)
        click.echo(as_github(problems, folder))
        click.echo(as_log(problems, folder))
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with open(summary, "a", encoding="utf-8") as file:
                file.write(as_markdown(problems, folder, _files_on_github()))
    elif problems:
        in_terminal = sys.stderr.isatty()
        with_lines = project.root if project and (in_terminal if context is None else context) else None
        colour = in_terminal and not os.environ.get("NO_COLOR")
        click.echo(as_text(problems, with_lines, colour=colour, folder=_folder(project)), err=True)


def _files_on_github() -> str:
    """The address of the repository's files at the commit that GitHub Actions runs on; empty elsewhere."""
    parts = [os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")]
    return "{}/{}/blob/{}".format(*parts) if all(parts) else ""


def _folder(project: Project | None) -> str:
    """The explainer's folder as seen from the current one; empty if they are the same."""
    folder = os.path.relpath(project.root) if project else "."
    return "" if folder == "." else Path(folder).as_posix()


def in_files(problems: Sequence[Problem], only: Sequence[str]) -> tuple[Problem, ...]:
    """The problems in some files or folders; all if none are named."""

    def is_in(path: str) -> bool:
        return any(name in (".", path) or path.startswith(f"{name}/") for name in only)

    return tuple(problem for problem in problems if not only or is_in(problem.location.path))


def count_elsewhere(shown: Sequence[Problem], every: Sequence[Problem]) -> str:
    """How many problems are in the files that were named, and how many in others."""
    here, others = (_counted(sum(found.warning for found in all), len(all)) for all in (shown, set(every) - set(shown)))
    return f"In these files: {here}. In others: {others}."


def _counted(warnings: int, problems: int) -> str:
    errors = problems - warnings
    parts = [
        f"{number} {name if number == 1 else f'{name}s'}"
        for number, name in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return " and ".join(parts) or "no problems"
