"""The commands for editors: `new`, `import`, `format`, `form` and `translate`."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Command, Mistake, invocation

if TYPE_CHECKING:
    from builder.editing.importing.importer import Imported
    from builder.editing.scaffolding import NewSummary
    from builder.editing.starters import Field
    from builder.problems import Problem
    from builder.project import Project

SINGULAR = {
    "stages": "stage",
    "visits": "visit",
    "events": "event",
    "projects": "project",
    "constraints": "constraint",
    "documents": "document",
    "parties": "party",
    "places": "place",
    "sources": "source",
    "terms": "term",
    "questions": "question",
}
"""The singular of each kind. It repeats `records.models.kinds`, because importing the models would slow down --help."""

KINDS = (*SINGULAR.values(), "claims")


class KindType(click.Choice[str]):
    """A kind of record, typed in the singular or the plural. The value is the one of the two in `kinds`."""

    def __init__(self, kinds: Iterable[str], either: Mapping[str, str]) -> None:
        super().__init__(tuple(kinds))
        self.either = either

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from builder.problems import one_of

        kind = self.either.get(value, value)
        if kind not in self.choices:
            raise Mistake(f"there is no kind '{value}' ({one_of(value, self.choices, self.either)})")
        return kind


@click.command(cls=Command)
@click.argument("kind", type=KindType(KINDS, {**SINGULAR, "claim": "claims"}), metavar="KIND")
@click.argument("id")
@click.option(
    "--set",
    "settings",
    metavar="FIELD=VALUE",
    multiple=True,
    help="Set a field. Separate several values with commas or semicolons. Can be given more than once.",
)
@click.option("--no-input", is_flag=True, help="Don't ask for values; mark the missing ones in the file.")
@click.option("--bare", is_flag=True, help="Leave out the comments that explain the fields and show optional ones.")
@click.pass_obj
def new(root: Path, kind: str, id: str, settings: tuple[str, ...], no_input: bool, bare: bool) -> None:
    """Create a summary from a template.

    KIND is stage, visit, event, project, constraint, document, party, place, source, term, question or claims; the
    plural is accepted too. ID is the name of the new record in lower-case letters, digits and hyphens; for claims, the
    id of their source. In a terminal you are asked for the required fields.

    \b
    Examples:
      explainer new visit first-meeting
      explainer new visit first-meeting --set date=2018-06-12 --set parties=one,other
      explainer new claims a-source
    """
    from builder.editing.scaffolding import RefusedError, start_summary, write_summary
    from builder.project import Project

    try:
        start = start_summary(Project(root=root.resolve()), kind, id)
        given = _parse_settings(start, settings)
        asked = [field for field in start.needed if field.name not in given]
        if asked and sys.stdin.isatty() and not no_input:
            click.echo("Enter the required fields. Press Ctrl-C to stop without writing anything.")
            answers = ((field.name, _ask(start, field)) for field in asked)
            given |= {name: answer for name, answer in answers if answer}
        added = write_summary(start, given, bare=bare)
    except RefusedError as error:
        raise Mistake("\n".join(error.reasons)) from None
    click.echo(f"Wrote {short_path(added.path)}.")
    if added.blanks:
        blanks = ", ".join(dict.fromkeys(added.blanks))
        lines = "the line" if len(added.blanks) == 1 else f"the {len(added.blanks)} lines"
        click.echo(f"Next: fill in {lines} marked 'to fill in' ({blanks}), then run: {invocation(root)} check")
    else:
        click.echo(f"Next: {_say_more(added.worth_adding)}run: {invocation(root)} check")


def _say_more(worth_adding: Sequence[str], it: str = "it") -> str:
    """The first half of the next step: the fields to go on with."""
    return f"say more in {it} ({', '.join(worth_adding)}), then " if worth_adding else ""


def _parse_settings(start: NewSummary, settings: tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    from builder.editing.scaffolding import parse_value

    given: dict[str, str | tuple[str, ...]] = {}
    for setting in settings:
        name, text = _split_setting(setting)
        _refuse_repeated(name, given)
        field = start.fields.get(name)
        given[name] = parse_value(field, text) if field else text
    return given


def _refuse_repeated(name: str, given: Container[str]) -> None:
    if name in given:
        raise Mistake(f"--set {name} is given twice")


def _split_setting(setting: str) -> tuple[str, str]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise Mistake(f"--set {name} has no value: write it as FIELD=VALUE")
    return name, text


def _ask(start: NewSummary, field: Field) -> str | tuple[str, ...]:
    """Ask for the value of a field until it is valid."""
    from builder.editing.scaffolding import mistakes, parse_value

    def checked(text: str) -> str | tuple[str, ...]:
        if not text.strip() and not field.may_be_left_out:
            raise click.UsageError("this field is required (press Ctrl-C to stop without writing anything)")
        value = parse_value(field, text)
        if value and (reasons := list(mistakes(start, field.name, value))):
            raise click.UsageError("; ".join(reasons))
        return value

    click.echo(f"\n{_LEAVE_OUT.sub('', field.description)}")
    if field.words:
        click.echo(f"One of: {', '.join(field.words)}.")
    elif field.is_list:
        click.echo("Separate several with commas.")
    if field.may_be_left_out:
        click.echo("Press Enter to skip it for now.")
    for kind in field.kinds:
        click.echo(_where_ids_are(start, kind))
    answer: str | tuple[str, ...] = click.prompt(field.name, value_proc=checked, default="", show_default=False)
    return answer


_LEAVE_OUT = re.compile(r"\s*(Leave it out|Needed) [^.]*\.")
"""The sentence of a field's description about when it can be left out: not useful when asking for the field."""


def _where_ids_are(start: NewSummary, kind: str) -> str:
    from builder.editing.candidates import LISTS

    folder = short_path(start.project.summaries)
    if kind in LISTS:
        paths = [each.path.partition("/")[2] for each in start.existing.lists.get(kind, ())] or [f"{kind}.yml"]
        if len(paths) > 1:
            return f"The ids of {kind} are in {folder}: {_listed(paths)}."
        return f"The ids of {kind} are in {folder}/{paths[0]}."
    return f"The ids of {kind} are the names of the files in {folder}/{kind}, without .yml."


@click.command("import", cls=Command)
@click.argument("kind", type=KindType(SINGULAR, {one: several for several, one in SINGULAR.items()}), metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--set",
    "settings",
    metavar="FIELD=VALUE",
    multiple=True,
    help="Set a field of every record that has no value for it. Can be given more than once.",
)
@click.option("--update", is_flag=True, help="Also bring records that are there already up to date.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_obj
def import_(root: Path, kind: str, file: Path, settings: tuple[str, ...], update: bool, dry_run: bool) -> None:
    """Create many summaries from a table or a bibliography.

    KIND is stages, visits, events, projects, constraints, documents, parties, places, sources, terms or questions; the
    singular is accepted too. If a record has a problem, nothing is written. Records that are there already are left
    alone, unless you give --update: then changed fields are written and new ones added, but nothing is deleted, and
    summary, note and standing stay as they are.

    FILE is a table (.csv, .tsv, .xlsx or .ods) whose first row names the fields; write `reasons.text` for a field
    inside a list. Separate several values in a cell with semicolons; ids can also be separated with commas. Sources
    can also be imported from Zotero and other reference managers as CSL JSON (.json), BibTeX (.bib) or RIS (.ris).

    \b
    Required columns, unless given with --set; an id is made if there is no column `id`:
      stages       title, order, status, sources
      visits       title, date, level, parties, status, sources
      events       title, kind, date, status, sources
      projects     title, parties, status, sources
      constraints  title, date, adopted_by, sources
      documents    title, date, status, sources
      parties      name, kind
      places       name
      sources      type, standing
      terms        term, definition, sources
      questions    question, answer.text, answer.sources, about

    \b
    Examples:
      explainer import visits visits.xlsx --dry-run
      explainer import sources library.json --set standing=newspaper
      explainer import sources library.bib --update
    """
    from builder.editing.importing.importer import Options, import_file
    from builder.editing.scaffolding import RefusedError
    from builder.problems import report
    from builder.project import Project

    gc.disable()  # collecting garbage would only take time: the records are needed until the end
    given: dict[str, str] = {}
    for name, text in map(_split_setting, settings):
        _refuse_repeated(name, given)
        given[name] = text
    project = Project(root=root.resolve())
    try:
        imported = import_file(
            project, kind, file, short_path(file.absolute()), given, Options(update=update, dry_run=dry_run)
        )
    except RefusedError as error:
        raise Mistake("\n".join(error.reasons)) from None
    if imported.warnings:
        click.echo(report(imported.warnings), err=True)
    for line in _said_of(imported, kind, update=update, dry_run=dry_run):
        click.echo(line)
    if imported.new and not dry_run:
        more = _say_more(imported.worth_adding, "it" if len(imported.new) == 1 else "them")
        click.echo(f"Next: {more}run: {invocation(root)} check")


def _said_of(imported: Imported, kind: str, *, update: bool, dry_run: bool) -> Iterator[str]:
    """What an import wrote, or would write."""
    changed = {change.id: [each for each in imported.changes if each.id == change.id] for change in imported.changes}
    if imported.new:
        names = f": {_listed(imported.new)}" if dry_run else ""
        where = f"{short_path(imported.to)}{names}"
        yield f"{'Would write' if dry_run else 'Wrote'} {_counted(len(imported.new), kind)} to {where}."
    if changed:
        yield f"{'Would update' if dry_run else 'Updated'} {_counted(len(changed), kind)}:"
        for id, changes in changed.items():
            yield f"  {id}: {'; '.join(map(str, changes))}"
    same = [id for id in imported.known if id not in changed]
    if same:
        verb = "is" if len(same) == 1 else "are"
        state = "as in this file" if update else "there already"
        hint = "" if update else " (to write what has changed: --update)"
        nothing = "Nothing to do: " if not imported.new and not changed else ""
        yield f"{nothing}{_counted(len(same), kind)} {verb} {state}: {_listed(same)}{hint}."


def _counted(number: int, kind: str) -> str:
    return f"{number} {kind if number != 1 else SINGULAR[kind]}"


def _listed(ids: Sequence[str]) -> str:
    """The ids, up to ten."""
    more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"{', '.join(ids[:10])}{more}"


@click.command("format", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Don't write; exit with 1 if a file would change.")
@click.option("--strip", is_flag=True, help="Also remove the comments that `new` wrote above and between the fields.")
@click.option(
    "--restore",
    metavar="REVISION",
    help="First put back what the form does not keep, such as comments, in files that it changed since REVISION.",
)
@click.pass_obj
def format_(root: Path, files: tuple[Path, ...], only_check: bool, strip: bool, restore: str | None) -> int:
    """Put fields in the usual order and write dates in EDTF.

    FILES are the summaries to format; without FILES, all of them or, with --restore, those that differ from the branch
    REVISION at the point where this branch left it. Comments stay with the field below them, and texts
    are not changed. If formatting would change what a file says, the file is reported and not changed.

    \b
    Examples:
      explainer format
      explainer format --restore main
    """
    from builder.editing.formatting import format_all
    from builder.problems import report
    from builder.project import Project

    project = Project(root=root.resolve())
    chosen = tuple(file.resolve() for file in files)
    changed: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    if restore is not None:
        if chosen:
            format_all(project, chosen, write=False)  # refuses files that are not summaries before anything is written
        chosen, changed, problems = _restore(project, chosen, restore, write=not only_check)
    if restore is None or chosen:
        result = format_all(project, chosen, write=not only_check, strip=strip)
        changed = tuple(dict.fromkeys((*changed, *result.changed)))
        problems = (*problems, *result.not_formatted)
    for path in changed:
        click.echo(f"{'Would change' if only_check else 'Changed'} {short_path(path)}.")
    if problems:
        click.echo(report(problems), err=True)
    if not changed and not problems:
        click.echo("All files are already formatted.")
    return int(bool(problems) or (only_check and bool(changed)))


def _restore(
    project: Project, files: tuple[Path, ...], name: str, *, write: bool
) -> tuple[tuple[Path, ...], tuple[Path, ...], tuple[Problem, ...]]:
    """Put back what the form does not keep, in `files` or else in all that differ from a revision.

    Returns the files that were looked at, those that changed, and the problems.
    """
    from builder.form.restoring import edited_since, restore_all
    from builder.reports.git import UnknownRevisionError, common_ancestor, revision

    try:
        with revision(project, common_ancestor(project, name)) as then:
            chosen = files or edited_since(project, then.summaries)
            restored = restore_all(project, then.summaries, chosen, write=write)
    except UnknownRevisionError as error:
        raise Mistake(str(error)) from None
    return chosen, restored.changed, restored.not_restored


@click.command(cls=Command)
@click.option(
    "--from",
    "package",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The package as npm publishes it (.tgz), if you have fetched it yourself.",
)
@click.pass_obj
def form(root: Path, package: Path | None) -> None:
    """Install the form for editing at /admin/.

    This fetches Sveltia CMS with npm, once. The preview then has the form; the published site has it too if mkdocs.yml
    says `form: true` below `extra`.
    """
    from builder.form import bundle
    from builder.project import Project

    project = Project(root=root.resolve())
    if bundle.is_installed(project) and package is None:
        click.echo(f"Sveltia CMS {bundle.VERSION} is installed already.")
        return
    bundle.install(project, package)
    click.echo(f"Installed Sveltia CMS {bundle.VERSION}.")
    click.echo(f"Next: {invocation(root)} serve, then open /admin/.")


def short_path(path: Path) -> str:
    """A path relative to the current folder if it is inside it, otherwise as given."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


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
