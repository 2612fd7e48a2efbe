"""The command `translate`."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.console import Command, Mistake, invocation
from builder.cli.edit_commands import short_path


@click.command(cls=Command)
@click.argument("id")
@click.argument("language")
@click.pass_obj
def translate(root: Path, id: str, language: str) -> None:
    """Write the file in which you translate a record.

    ID is the id of the record, or explainer for what the explainer itself says. LANGUAGE is a code such as ru, which
    explainer.yml names under languages. The file lists every text with its original and room for the translation.

    Run it again when the summary has changed: it adds new texts, and shows the new wording next to the one that you
    translated. It never changes a translation.

    \b
    Examples:
      explainer translate explainer ru
      explainer translate first-meeting ru
    """
    from builder.editing.scaffolding import RefusedError
    from builder.editing.translating import prepare
    from builder.project import Project

    try:
        made = prepare(Project(root=root.resolve()), id, language)
    except RefusedError as error:
        raise Mistake("\n".join(error.reasons)) from None
    parts = [
        f"{made.new} to translate",
        *([f"{made.stale} of which the summary has another wording now"] if made.stale else []),
        *([f"{made.left_over} that the summary does not say any more"] if made.left_over else []),
    ]
    click.echo(f"Wrote {short_path(made.path)}: {made.total} texts, {', '.join(parts)}.")
    click.echo(f"Next: fill in 'translation', then run: {invocation(root)} check")
