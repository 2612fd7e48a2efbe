"""`explainer upgrade`: changes an explainer to the version of the builder that runs."""

from __future__ import annotations

from pathlib import Path

import click

from builder import __version__
from builder.cli.console import Command, invocation


@click.command(cls=Command)
@click.option("--diff", "show_differences", is_flag=True, help="Show how the files you edited differ; change nothing.")
@click.pass_obj
def upgrade(root: Path, show_differences: bool) -> None:
    """Change an explainer to this version of the builder.

    `make upgrade` installs the newest version and runs this. The files that `init` wrote for the builder are replaced,
    except those that you edited. Then come what changed, and the problems that this version finds in the summaries.
    """
    from builder.cli.problem_output import print_problems
    from builder.hosting.changed_fields import uses_of_changed_fields
    from builder.hosting.upgrading import apply, differences, plan_upgrade
    from builder.inspection import inspect
    from builder.project import Project

    project = Project(root=root.resolve())
    found = plan_upgrade(project)
    if show_differences:
        for each in differences(project, found):
            click.echo(each)
        return
    apply(found)
    named = {path.relative_to(project.root).as_posix(): data for path, data in found.files.items()}
    click.echo(f"From {found.before} to {__version__}." if found.before != __version__ else f"This is {__version__}.")
    _list("Replaced", sorted(path for path, data in named.items() if data is not None))
    _list("Deleted", sorted(path for path, data in named.items() if data is None))
    _list("Edited by you, so left as they are", found.edited)
    _list("Yours in place of the builder's", [f"templates/{path}" for path in found.own_templates])
    if found.edited or found.own_templates:
        click.echo(f"To compare these with the builder's: {invocation()} upgrade --diff")
    if found.news:
        click.echo(f"\n{found.news}\n")
    inspect(project)  # raises what the new version finds wrong
    changed = tuple(uses_of_changed_fields(project, found.before, __version__))
    print_problems(changed, project, "text", None)
    if not changed:
        click.echo("The summaries are right for this version.")


def _list(heading: str, paths: list[str] | tuple[str, ...]) -> None:
    if paths:
        click.echo(f"{heading}: {', '.join(paths)}")
