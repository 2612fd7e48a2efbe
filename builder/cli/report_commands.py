"""The commands `report` and `diff`, which only print."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Command, Mistake
from builder.system.memory import kept_until_exit

if TYPE_CHECKING:
    from builder.explainer.linking import Explainer

FORMATS = click.Choice(["text", "markdown", "json"])


@click.command(cls=Command)
@click.option("--format", "output_format", type=FORMATS, default="text", show_default=True, help="Output format.")
@click.option(
    "--text",
    "copies",
    multiple=True,
    metavar="SOURCE=FILE",
    help="Text of a source, one paragraph per line, to compare with its claims. SOURCE= can be left out if only one "
    "source has claims. Can be given more than once.",
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Report as of this day.  [default: today]"
)
@click.pass_obj
def report(root: Path, output_format: str, copies: tuple[str, ...], today: datetime.datetime | None) -> None:
    """List missing, outdated and weakly sourced content.

    The report lists paragraphs of a source without a claim, claims that no record uses, content that rests on one
    source, and content that is out of date.
    """
    from builder.checks.quality.findings import gather_report
    from builder.inspection import inspect
    from builder.project import Project
    from builder.reports import wording
    from builder.system import clock

    with kept_until_exit():
        explainer = inspect(Project(root=root.resolve())).explainer
    report_data = gather_report(explainer, today.date() if today else clock.today(), _read_copies(explainer, copies))
    if output_format == "json":
        click.echo(json.dumps(wording.as_data(report_data), ensure_ascii=False, indent=2))
        return
    to_text = wording.as_markdown if output_format == "markdown" else wording.as_text
    click.echo(to_text(wording.opening_of(report_data), wording.sections_of(report_data)), nl=False)


@click.command(cls=Command)
@click.argument("revision", metavar="REV")
@click.option("--format", "output_format", type=FORMATS, default="text", show_default=True, help="Output format.")
@click.pass_obj
def diff(root: Path, revision: str, output_format: str) -> int:
    """Show what changed for readers since a Git revision.

    REV is a commit, branch or tag. The comparison lists removed addresses, changed statuses, dates and counts, the
    sentences before and after with their new citations, and the pages that changed. Only the summaries are compared:
    both versions are rendered with the current templates. While one of them has problems, only sentences are listed.

    If an address that readers may have linked to has no answer any more, that is a problem, with the command that gives
    it one, and the exit code is 1.
    """
    from builder.problems import SummaryError
    from builder.problems import report as list_problems
    from builder.project import Project
    from builder.reports import wording
    from builder.reports.diff import compare
    from builder.reports.git import UnknownRevisionError
    from builder.reports.sentences import compare_sentences

    project = Project(root=root.resolve())
    problems: SummaryError | None = None
    try:
        sentences = compare_sentences(project, revision)
        compared = compare(project, revision)
    except UnknownRevisionError as error:
        raise Mistake(str(error)) from None
    except SummaryError as error:
        problems, compared = error, None
    if output_format == "json" and compared:
        data = wording.data_of_comparison(compared, sentences)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif output_format != "json":
        to_text = wording.as_markdown if output_format == "markdown" else wording.as_text
        opening = wording.opening_of_comparison(compared, revision)
        first, rest = wording.sections_of_comparison(compared) if compared else ((), ())
        click.echo(to_text(opening, (*first, *wording.sections_of_sentences(sentences), *rest)), nl=False)
    if problems:
        raise problems
    if compared and compared.lost:
        click.echo(list_problems(each.problem for each in compared.lost), err=True)
    return int(bool(compared and compared.lost))


def _read_copies(explainer: Explainer, copies: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    from builder.checks.quality.coverage import paragraphs_of

    found: dict[str, tuple[str, ...]] = {}
    for copy in copies:
        source, equals, file = copy.partition("=")
        if not equals or source not in explainer.claims:
            source, file = _only_source(explainer, copy), copy
        if source in found:
            raise Mistake(f"--text: the source '{source}' is given twice")
        try:
            found[source] = paragraphs_of(Path(file).read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            reason = "it is not UTF-8" if isinstance(error, UnicodeError) else getattr(error, "strerror", None) or error
            raise Mistake(f"--text: '{file}' can't be read: {reason}") from None
    return found


def _only_source(explainer: Explainer, copy: str) -> str:
    if len(explainer.claims) == 1:
        return next(iter(explainer.claims))
    known = ", ".join(explainer.claims) or "none"
    raise Mistake(f"--text: '{copy}' does not name a source with claims ({known}): write SOURCE=FILE")
