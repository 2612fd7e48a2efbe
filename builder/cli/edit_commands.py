"""The commands that write summaries: `new`, `import` and `format`. With `cli` alone it imports click."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Command, as_typed

if TYPE_CHECKING:
    from builder.editing.scaffolding import Start
    from builder.editing.starters import Field

SINGULAR = {
    "stages": "stage",
    "visits": "visit",
    "projects": "project",
    "constraints": "constraint",
    "parties": "party",
    "places": "place",
    "sources": "source",
    "terms": "term",
    "questions": "question",
}
"""What one record of a kind is called; `kinds` takes it from the models, which help does without."""

KINDS = (*SINGULAR.values(), "claims")


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("id")
@click.option(
    "--set",
    "settings",
    metavar="FIELD=VALUE",
    multiple=True,
    help="A value; several in a list are parted by commas or semicolons.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing: what is not given stays blank, and is marked.")
@click.pass_obj
def new(root: Path, kind: str, id: str, settings: tuple[str, ...], no_input: bool) -> None:
    """Start a summary: a file with every field explained, or an entry of a list.

    KIND is stage, visit, project, constraint, party, place, source, term, question or claims. In a terminal it asks
    for what is needed.

    \b
    explainer new visit first-meeting
    explainer new visit first-meeting --set date=2018-06-12 --set parties=one,other
    explainer new claims SOURCE
    """
    from builder.editing.scaffolding import RefusedError, add, begin
    from builder.project import Project

    try:
        start = begin(Project(root=root.resolve()), kind, id)
        given = _given(start, settings)
        asked = [field for field in start.needed if field.name not in given]
        if asked and sys.stdin.isatty() and not no_input:
            click.echo("This asks for what is needed; Ctrl-C ends it, and nothing is written.")
            answers = ((field.name, _ask(start, field)) for field in asked)
            given |= {name: answer for name, answer in answers if answer}
        added = add(start, given)
    except RefusedError as error:
        raise click.UsageError("\n".join(error.reasons)) from None
    click.echo(f"Wrote {near(added.path)}.")
    if added.blanks:
        lines = "the line" if added.blanks == 1 else f"the {added.blanks} lines"
        click.echo(f"Next: fill in {lines} marked 'to fill in', then run: {as_typed(root)} check")
    else:
        click.echo(f"Next: say more in it, then run: {as_typed(root)} check")


def _given(start: Start, settings: tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    from builder.editing.scaffolding import values_of

    given: dict[str, str | tuple[str, ...]] = {}
    for setting in settings:
        name, text = _parted(setting)
        _refuse_twice(name, given)
        field = start.fields.get(name)
        given[name] = values_of(field, text) if field else text
    return given


def _refuse_twice(name: str, given: Container[str]) -> None:
    if name in given:
        raise click.UsageError(f"--set {name} is given twice")


def _parted(setting: str) -> tuple[str, str]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise click.UsageError(f"--set {name} has no value: write it as field=value")
    return name, text


def _ask(start: Start, field: Field) -> str | tuple[str, ...]:
    """Ask for a field until what is typed will do."""
    from builder.editing.scaffolding import mistakes, values_of

    def checked(text: str) -> str | tuple[str, ...]:
        if not text.strip() and not field.may_be_left_out:
            raise click.UsageError("this is needed (Ctrl-C ends, and nothing is written)")
        value = values_of(field, text)
        if value and (reasons := list(mistakes(start, field.name, value))):
            raise click.UsageError("; ".join(reasons))
        return value

    click.echo(f"\n{_LEAVE_OUT.sub('', field.description)}")
    if field.words:
        click.echo(f"One of: {', '.join(field.words)}.")
    elif field.is_list:
        click.echo("Several are parted by commas.")
    if field.may_be_left_out:
        click.echo("Press Enter to leave it for later.")
    for kind in field.kinds:
        click.echo(_where_ids_are(start, kind))
    answer: str | tuple[str, ...] = click.prompt(field.name, value_proc=checked, default="", show_default=False)
    return answer


_LEAVE_OUT = re.compile(r"\s*(Leave it out|Needed) [^.]*\.")
"""When a field may be left out, which is for later when it is asked for."""


def _where_ids_are(start: Start, kind: str) -> str:
    from builder.editing.candidates import LISTS, path_of

    folder = near(start.project.summaries)
    if kind in LISTS:
        return f"The ids of {kind} stand in {folder}/{path_of(kind, '', start.there)}."
    return f"The ids of {kind} are the names of the files in {folder}/{kind}, without .yml."


@click.command("import", cls=Command)
@click.argument("kind", type=click.Choice(list(SINGULAR)), metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--set", "settings", metavar="FIELD=VALUE", multiple=True, help="For records that leave the field out.")
@click.pass_obj
def import_(root: Path, kind: str, file: Path, settings: tuple[str, ...]) -> None:
    """Write many summaries at once from a file, all or none.

    KIND is stages, visits, projects, constraints, parties, places, sources, terms or questions. A table (.csv) names a
    field in each cell of its first row, `reasons.text` for what is in a list. Several values in a cell are parted by
    semicolons, or by commas where they are ids. Sources also come from Zotero as CSL JSON (.json) or BibTeX (.bib).

    \b
    The columns a table needs, unless --set gives them:
      stages       id, title, order, status, sources
      visits       id, title, date, level, parties, status, sources
      projects     id, title, parties, status, sources
      constraints  id, title, date, adopted_by, sources
      parties      id, name, kind
      places       id, name
      sources      id, type, standing
      terms        id, term, definition, sources
      questions    id, question, answer.text, answer.sources, about

    \b
    explainer import visits visits.csv
    explainer import sources library.json --set standing=newspaper
    """
    from builder.editing.importing.importer import bring_in
    from builder.editing.scaffolding import RefusedError
    from builder.problems import report
    from builder.project import Project

    gc.disable()  # nothing that is made for many records is let go before the end
    given: dict[str, str] = {}
    for name, text in map(_parted, settings):
        _refuse_twice(name, given)
        given[name] = text
    try:
        made = bring_in(Project(root=root.resolve()), kind, file, near(file.absolute()), given)
    except RefusedError as error:
        raise click.UsageError("\n".join(error.reasons)) from None
    if made.warnings:
        click.echo(report(made.warnings), err=True)
    where = near(made.files[0] if len(made.files) == 1 else made.files[0].parent)
    click.echo(f"Wrote {made.records} {kind if made.records != 1 else SINGULAR[kind]} to {where}.")
    click.echo(f"Next: say more in them, then run: {as_typed(root)} check")


@click.command("format", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; end with 1 where something would change.")
@click.pass_obj
def format_(root: Path, files: tuple[Path, ...], only_check: bool) -> int:
    """Put the fields of summaries in the usual order, and their dates in the usual spelling.

    FILES are all summaries if left out. Comments stay with the field below them; no text changes. A file that would
    not say the same afterwards is left alone and named.
    """
    from builder.editing.formatting import format_all
    from builder.problems import report
    from builder.project import Project

    result = format_all(Project(root=root.resolve()), [file.resolve() for file in files], write=not only_check)
    for path in result.changed:
        click.echo(f"{'Would change' if only_check else 'Changed'} {near(path)}.")
    if result.left_alone:
        click.echo(report(result.left_alone), err=True)
    if not result.changed and not result.left_alone:
        click.echo("All is in order.")
    return int(bool(result.left_alone) or (only_check and bool(result.changed)))


def near(path: Path) -> str:
    """A path as it is shortest to type."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
