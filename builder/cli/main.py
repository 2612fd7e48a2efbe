"""The command `explainer`, its main subcommands and its exit codes.

Exit codes: 0 success, 1 problems in the summaries, 2 wrong usage, 3 system error, 130 interrupted (also by SIGTERM).
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import __version__
from builder.cli import edit_commands, link_command, rename_commands, report_commands
from builder.cli.console import Group, Mistake, escape_unencodable, invocation, show_mistake
from builder.cli.hosting import github_command, init_command, upgrade_command
from builder.cli.problem_output import count_elsewhere, in_files, print_problems, report_problems, reporting_problems
from builder.system.interrupts import stop_on_sigterm
from builder.system.memory import kept_until_exit

if TYPE_CHECKING:
    from builder.cli.problem_formats import Format
    from builder.inspection import Inspected
    from builder.project import Project
    from builder.site.incremental.share import Share
    from builder.site.renderers.choice import Renderer
    from builder.site.reuse.last_build import LastBuild

SILENT_SECONDS = 1.0
"""How long a build runs before it prints each step it starts."""

_format = click.option(
    "--format",
    "problem_format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print problems: text, JSON, or for GitHub Actions: annotations, its log and its summary.",
)
_context = click.option(
    "--context/--no-context",
    default=None,
    help="Show the line of the file below each problem.  [default: only in a terminal]",
)


class _Explainer(Group):
    """The command with its exit codes for expected errors. Problems are printed with paths that the user can open."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            return _report_failure(error, ctx.obj)


@click.group(
    cls=_Explainer,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 success, 1 problems in the summaries, 2 wrong usage, "
    "3 system error such as a full disk, 130 interrupted by Ctrl-C or SIGTERM.",
)
@click.version_option(__version__, prog_name="explainer")
@click.option(
    "--project",
    "-C",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder that contains mkdocs.yml and summaries/.  [default: the current folder]",
)
@click.pass_context
def explainer(context: click.Context, root: Path) -> None:
    """Build an explainer site from the YAML files in summaries/.

    \b
    Edit a summary, then:
      explainer check   find mistakes
      explainer serve   preview the site at http://127.0.0.1:8000
      explainer build   build the site into site/

    Run a command with --help for its options and examples.
    """
    for needed in () if context.invoked_subcommand == init_command.init.name else ("mkdocs.yml", "summaries"):
        if not (root / needed).exists() and not {"-h", "--help"} & set(sys.argv):
            where = "this folder" if root == Path() else root
            hint = "change to the explainer's folder, name it with -C, or start one with init"
            raise Mistake(f"there is no {needed} in {where}: {hint}")
    context.obj = root


@explainer.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@_format
@_context
@click.pass_obj
def check(root: Path, files: tuple[Path, ...], problem_format: Format, context: bool | None) -> None:
    """Check the summaries, mkdocs.yml and the pages written by hand, without changing anything.

    Each problem is printed on one line: path:line:column, what was found, what would be right and the rule's name.

    With FILES, which can be folders too, everything is checked, but only the problems in them are printed; the others
    are counted. The exit code is 1 if there is a problem anywhere.
    """
    from builder.inspection import inspect
    from builder.site.docs_check import check_docs

    project = _project(root)
    only = tuple(_path_in(project, file) for file in files)
    with reporting_problems(project, problem_format, context, "", only), kept_until_exit():
        checked = inspect(project, keep=True)
        check_docs(project, checked)
    shown = in_files(checked.warnings, only)
    print_problems(shown, project, problem_format, context)
    if only and checked.warnings and problem_format != "json":
        click.echo(count_elsewhere(shown, checked.warnings))
    elif problem_format != "json":
        click.echo(f"{_verdict(len(checked.warnings))}: {_counts_in_words(checked.counts)}.")


def _share(context: click.Context, option: click.Parameter, value: str | None) -> Share | None:
    from builder.site.incremental.share import Share

    try:
        return None if value is None else Share.from_text(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@explainer.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Build the site as it could have been written on this day, for example 2019-04-24.",
)
@click.option(
    "--only-cache",
    is_flag=True,
    help="Make the pages for the next build, in .cache/, and leave the site as it is.",
)
@click.option(
    "--shard",
    "share",
    metavar="NUMBER/COUNT",
    callback=_share,
    help="With --only-cache, make this share of the pages, for example 2/8. Several machines can make one each.",
)
@click.option(
    "--renderer",
    type=click.Choice(["mkdocs", "properdocs", "zensical"]),
    help="What renders the pages. Only MkDocs comes with the builder.  [default: `renderer` in mkdocs.yml, or mkdocs]",
)
@_format
@_context
@click.pass_obj
def build(  # noqa: PLR0913, PLR0917  # click passes each option as an argument
    root: Path,
    as_of: datetime.datetime | None,
    only_cache: bool,
    share: Share | None,
    renderer: Renderer | None,
    problem_format: Format,
    context: bool | None,
) -> None:
    """Build the site into site/.

    The summaries are checked first. The current site is replaced only when the new one is complete.
    """
    from builder.site.incremental.share import Share
    from builder.site.renderers.choice import NAMES, chosen, prepare
    from builder.site.reuse.last_build import LastBuild, inputs, remember, unchanged

    project = _project(root)
    with reporting_problems(project, problem_format, context):
        renderer = renderer or chosen(project)
    if only_cache and renderer != "mkdocs":
        raise click.UsageError(f"--only-cache is for MkDocs: {NAMES[renderer]} makes all pages each time")
    if share and not only_cache:
        raise click.UsageError("--shard needs --only-cache, because a site is never built from a share of its pages")
    prepare(renderer)
    option = " ".join((*((str(as_of),) if as_of else ()), *((renderer,) if renderer != "mkdocs" else ())))
    read = None if only_cache else inputs(project, option)
    if read and (last := unchanged(project, option, read)):
        _print_unchanged(project, last, problem_format, context)
        return
    from builder.form.admin_page import form_files
    from builder.inspection import inspect
    from builder.site.build import assemble_apart, fill_cache
    from builder.site.build import build as build_site
    from builder.site.docs_check import check_docs
    from builder.system.clock import source_date_epoch
    from builder.system.disk import Pile

    def inspected() -> Inspected:
        with kept_until_exit():
            found = inspect(project, as_of=as_of.date() if as_of else None, keep=True)
        if renderer == "zensical":  # it does not report where in a page written by hand a link is broken
            check_docs(project, found)
        return found

    started = time.monotonic()
    # `source_date_epoch` comes early, so that a wrong SOURCE_DATE_EPOCH is refused before the work begins
    with reporting_problems(project, problem_format, context), source_date_epoch(), Pile(project.cache) as pile:
        assembly = assemble_apart(project, inspected, pile, read)
        click.echo(f"Checked {_counts_in_words(assembly.counts)}.", err=problem_format == "json")
        if only_cache:
            filled = fill_cache(project, share or Share(), assembly=assembly, on_progress=_progress_printer())
            print_problems(filled.warnings, project, problem_format, context)
            pages = "1 page" if filled.pages == 1 else f"{filled.pages} pages"
            folder = edit_commands.short_path(filled.folder)
            click.echo(
                f"{pages} in the cache after {time.monotonic() - started:.1f} s: {folder}", err=problem_format == "json"
            )
            return
        built = build_site(
            project,
            assembly=assembly,
            renderer=renderer,
            more_files=lambda config: {} if as_of else form_files(project, config, inspected),
            on_progress=_progress_printer(),
        )
    if built.is_repeatable:
        said = LastBuild(site=built.site, html=built.html, counts=assembly.counts, warnings=built.warnings)
        generated = (*built.written.changed, *built.written.pruned)
        remember(project, option, read, generated, said, built.digests)
    print_problems(built.warnings, project, problem_format, context)
    seconds = time.monotonic() - started
    click.echo(
        f"Built {built.html} pages in {seconds:.1f} s: {edit_commands.short_path(built.site / 'index.html')}",
        err=problem_format == "json",
    )


def _print_unchanged(project: Project, last: LastBuild, problem_format: Format, context: bool | None) -> None:
    """Say what the last build said."""
    click.echo(f"Checked {_counts_in_words(last.counts)}.", err=problem_format == "json")
    print_problems(last.warnings, project, problem_format, context)
    index = edit_commands.short_path(last.site / "index.html")
    click.echo(f"Nothing has changed since the last build: {index}", err=problem_format == "json")


@explainer.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--follow", is_flag=True, help="Show the page of each summary you edit in the browser.")
@click.pass_obj
def serve(root: Path, port: int, follow: bool) -> None:
    """Preview the site and update it after each edit.

    Open http://127.0.0.1:8000 in a browser. Mistakes are printed here and shown on every page. Until you fix them, the
    records with mistakes stay as they last were. At /admin/ there is a form for editing. Press Ctrl-C to stop.
    """
    from builder.form.admin_page import form_file
    from builder.preview.progress import progress
    from builder.system.clock import source_date_epoch

    with source_date_epoch():
        pass  # a wrong SOURCE_DATE_EPOCH is refused before anything is said
    click.echo(f"Building the site the first time; it will be at http://127.0.0.1:{port}/ ...", err=True)
    with progress(lambda line: click.echo(line, err=True), "Building the site") as first_build:
        from builder.preview.server import serve as serve_site  # importing MkDocs takes a second

        project = _project(root)
        more_files = partial(form_file, project)
        serve_site(project, port=port, follow=follow, more_files=more_files, first_build=first_build)


@explainer.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the schemas to.  [default: schemas/]",
)
@click.pass_obj
def schema(root: Path, out: Path | None) -> None:
    """Write a JSON Schema for each kind of summary.

    With the schemas, a text editor suggests fields, words and ids while you type. `build` and `serve` write them too.
    """
    from builder.assembly import schemas_of
    from builder.site.docs_folder import write_schemas

    project = _project(root)
    schemas = schemas_of(project)
    folder = out.resolve() if out else project.schemas
    write_schemas(schemas, folder)
    click.echo(f"Wrote {len(schemas)} schemas into {edit_commands.short_path(folder)}/.")


@explainer.command()
@click.pass_obj
def clean(root: Path) -> None:
    """Delete the generated pages and downloads in docs/.

    If you edited a generated page, its name is shown and nothing is deleted. To delete everything that was generated,
    run `make clean`.
    """
    from builder.site.build import LOCK
    from builder.site.docs_folder import write
    from builder.system.disk import locked

    project = _project(root)
    with reporting_problems(project, "text", None), locked(project.root / LOCK):
        deleted = write((), {}, project.docs).pruned
    files = "1 file" if len(deleted) == 1 else f"{len(deleted)} files"
    click.echo(f"Deleted {files} from {edit_commands.short_path(project.docs)}/.")


explainer.add_command(init_command.init)
explainer.add_command(upgrade_command.upgrade)
explainer.add_command(github_command.github)
explainer.add_command(report_commands.report)
explainer.add_command(report_commands.diff)
explainer.add_command(link_command.links)
explainer.add_command(edit_commands.new)
explainer.add_command(edit_commands.import_)
explainer.add_command(edit_commands.format_)
explainer.add_command(edit_commands.form)
explainer.add_command(edit_commands.translate)
explainer.add_command(rename_commands.rename)
explainer.add_command(rename_commands.remove)


def main() -> None:
    """Run the command and exit with its exit code."""
    escape_unencodable()
    stop_on_sigterm()
    try:
        code = explainer.main(prog_name=invocation(), standalone_mode=False) or 0
    except click.ClickException as error:
        show_mistake(error)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except SystemExit:
        code = 0  # click raises it when the reader of a pipe stops early, as in `| head`
    sys.exit(code)


def _report_failure(error: Exception, root: Path | None) -> int:
    """Print an expected error and return its exit code; raise any other error again."""
    from builder.problems import MachineError, SummaryError, UsageError

    if isinstance(error, SummaryError):
        report_problems(error.problems, _project(root) if root else None, "text", False)
        return 1
    if isinstance(error, UsageError):
        show_mistake(Mistake(str(error)))
        return 2
    if isinstance(error, MachineError):
        click.echo(f"Error: {error}", err=True)
        return 3
    if isinstance(error, MemoryError):
        click.echo("Error: there is not enough memory; nothing was changed", err=True)
        return 3
    raise error


def _path_in(project: Project, file: Path) -> str:
    """The path of a file or folder as problems show it."""
    path = file.resolve()
    if not path.is_relative_to(project.root):
        raise Mistake(f"{file} is not in this explainer: name files in {edit_commands.short_path(project.summaries)}")
    return path.relative_to(project.root).as_posix()


def _project(root: Path) -> Project:
    from builder.project import Project

    return Project(root=root.resolve())


def _verdict(warnings: int) -> str:
    if not warnings:
        return "All is well"
    return "No errors, but 1 warning" if warnings == 1 else f"No errors, but {warnings} warnings"


def _counts_in_words(counts: Mapping[str, int]) -> str:
    from builder.records.models.kinds import SINGULARS

    return ", ".join(f"{count} {SINGULARS[kind] if count == 1 else kind}" for kind, count in counts.items() if count)


_STEPS = {
    "assemble": "Checking the summaries",
    "write": "Writing the pages",
    "render": "Rendering the site",
    "check": "Checking every link",
    "exchange": "Replacing the site",
}


def _progress_printer() -> Callable[[str], None]:
    """Return a function that prints the name of a step, but only after SILENT_SECONDS."""
    started = time.monotonic()

    def print_step(step: str) -> None:
        if time.monotonic() - started >= SILENT_SECONDS:
            click.echo(f"{_STEPS[step]} ...", err=True)

    return print_step
