"""The commands that tell of the explainer and change nothing: `report` and `diff`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Command

if TYPE_CHECKING:
    from builder.explainer.linking import Explainer

FORMATS = click.Choice(["text", "markdown", "json"])


@click.command(cls=Command)
@click.option("--format", "wanted", type=FORMATS, default="text", show_default=True, help="How to tell it.")
@click.option(
    "--text",
    "copies",
    multiple=True,
    metavar="SOURCE=FILE",
    help="A copy of a source, a paragraph a line, to hold its claims against. The name of the source may be left out "
    "where claims are kept of one alone. May be given more than once.",
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day to go by; by the clock if left out."
)
@click.pass_obj
def report(root: Path, wanted: str, copies: tuple[str, ...], today: datetime.datetime | None) -> None:
    """Say what is missing, stale or thin, and change nothing.

    Which paragraphs of a source have no claim, which claims no record takes up, what rests on one source,
    what is out of date.
    """
    from builder.assembly import inspect
    from builder.checks.findings import gather_report
    from builder.project import Project
    from builder.reports import report_text
    from builder.system import clock

    explainer = inspect(Project(root=root.resolve())).explainer
    taken = gather_report(explainer, today.date() if today else clock.today(), _read_copies(explainer, copies))
    if wanted == "json":
        click.echo(json.dumps(report_text.as_data(taken), ensure_ascii=False, indent=2))
        return
    tell = report_text.as_markdown if wanted == "markdown" else report_text.as_text
    click.echo(tell(report_text.opening_of(taken), report_text.sections_of(taken)), nl=False)


@click.command(cls=Command)
@click.argument("revision", metavar="REV")
@click.option("--format", "wanted", type=FORMATS, default="text", show_default=True, help="How to tell it.")
@click.pass_obj
def diff(root: Path, revision: str, wanted: str) -> None:
    """Say what changed for readers since a revision of git, and change nothing.

    Which addresses vanish, how statuses, dates and counts changed, which pages say something else.
    Only the summaries are compared: both sides are shown by the templates of now.
    """
    from builder.project import Project
    from builder.reports import report_text
    from builder.reports.diff import compare
    from builder.reports.git import UnknownRevisionError

    try:
        compared = compare(Project(root=root.resolve()), revision)
    except UnknownRevisionError as error:
        raise click.BadParameter(str(error), param_hint="REV") from None
    if wanted == "json":
        click.echo(json.dumps(report_text.data_of_comparison(compared), ensure_ascii=False, indent=2))
        return
    tell = report_text.as_markdown if wanted == "markdown" else report_text.as_text
    opening, sections = (
        report_text.opening_of_comparison(compared, revision),
        report_text.sections_of_comparison(compared),
    )
    click.echo(tell(opening, sections), nl=False)


def _read_copies(explainer: Explainer, copies: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    from builder.checks.coverage import paragraphs_of

    found: dict[str, tuple[str, ...]] = {}
    for copy in copies:
        source, mark, file = copy.partition("=")
        if not mark or source not in explainer.claims:
            source, file = _lone_source(explainer, copy), copy
        if source in found:
            raise click.BadParameter(f"two copies of '{source}' are given", param_hint="--text")
        try:
            found[source] = paragraphs_of(Path(file).read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            why = "it is not UTF-8" if isinstance(error, UnicodeError) else getattr(error, "strerror", None) or error
            raise click.BadParameter(f"'{file}' can't be read: {why}", param_hint="--text") from None
    return found


def _lone_source(explainer: Explainer, copy: str) -> str:
    if len(explainer.claims) == 1:
        return next(iter(explainer.claims))
    known = ", ".join(explainer.claims) or "none"
    raise click.BadParameter(f"'{copy}' names no source with claims ({known}): write SOURCE=FILE", param_hint="--text")
