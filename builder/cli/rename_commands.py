"""The commands `rename` and `remove`, which keep an answer at each old address."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.console import Command, invocation


@click.command(cls=Command)
@click.argument("old")
@click.argument("new")
@click.pass_obj
def rename(root: Path, old: str, new: str) -> None:
    """Give a record another id, everywhere.

    OLD is the id of a record or a moment, or SOURCE#CLAIM for a claim. NEW is the new id. The record's file, every
    place that names it, and the claims of a source are changed; comments and layout stay. The old address leads to the
    new one: the record keeps its old id in `renamed_from`. If there is any problem, nothing is written.

    If you renamed the file yourself, this changes everything else.

    \b
    Examples:
      explainer rename first-meeting spring-talks
      explainer rename moments/eve eve-of-the-talks
      explainer rename times-20240301#c2 times-20240301#ferry
    """
    from builder.editing.renaming.rename import rename as rename_record
    from builder.editing.scaffolding import RefusedError
    from builder.project import Project

    try:
        renamed = rename_record(Project(root=root.resolve()), old, new)
    except RefusedError as error:
        raise click.UsageError("\n".join(error.reasons)) from None
    for file in renamed.files:
        moved = f"{file.before} -> {file.after}" if file.before != file.after else file.before
        click.echo(f"{moved}{f': {_places(file.places)}' if file.places else ''}")
    total = sum(file.places for file in renamed.files)
    files = len(renamed.files)
    click.echo(f"Renamed {old} to {new}: {_places(total)} in {files} {'file' if files == 1 else 'files'}.")
    for place in renamed.left:
        click.echo(f"{place} still gives the old address: change it.")
    click.echo(f"Next: run: {invocation(root)} check")


def _places(count: int) -> str:
    return f"{count} {'place' if count == 1 else 'places'}"


@click.command(cls=Command)
@click.argument("id")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for readers who follow an old link.")
@click.option("--see", metavar="ID", help="The record that readers should look at instead.")
@click.pass_obj
def remove(root: Path, id: str, reason: str, see: str | None) -> None:
    """Delete a record, and say at its address why.

    ID is the id of a record or a moment, SOURCE#CLAIM for a claim, claims/SOURCE for all claims of a source, and for a
    translation the address of its page. It is deleted only if nothing else names it. summaries/removed.yml then says
    what it was, and a page at its address says why it was removed.

    If you deleted it yourself, this only writes the entry, with the title that git remembers.

    \b
    Examples:
      explainer remove first-meeting --reason "It did not take place." --see spring-talks
      explainer remove claims/times-20240301 --reason "The article was withdrawn."
      explainer remove /ru/visits/first-meeting/ --reason "The translation was wrong."
    """
    from builder.editing.renaming.remove import remove as remove_record
    from builder.editing.scaffolding import RefusedError
    from builder.project import Project
    from builder.system.clock import today

    try:
        removal = remove_record(Project(root=root.resolve()), id, reason, see, today())
    except RefusedError as error:
        raise click.UsageError("\n".join(error.reasons)) from None
    for path in removal.deleted:
        click.echo(f"Deleted {path}.")
    for path in removal.written:
        click.echo(f"Changed {path}.")
    click.echo(f"Removed {removal.id}. Next: run: {invocation(root)} check")
