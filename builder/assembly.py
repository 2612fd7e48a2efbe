"""Turns summaries into pages, in memory."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.checks.consistency import check_consistency
from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import known_on
from builder.explainer.word_files import load_words
from builder.explainer.words import Words
from builder.pages.navigation import Navigation, missing_pages, navigation
from builder.pages.page_checks import same_titles, taken_addresses
from builder.pages.parts.placeholders import unknown_placeholders
from builder.pages.plan import Plan, plan
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE, Summaries, load, load_partly
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.past_records import with_new_ids
from builder.records.safe_text import escaped
from builder.system.parallel import map_shares

if TYPE_CHECKING:
    from builder.pages.rendering import Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """Summaries that passed every check: the explainer, the site's words, the planned pages, the warnings."""

    explainer: Explainer
    words: Words
    plans: tuple[Plan, ...]
    warnings: tuple[Problem, ...]
    known: Mapping[str, Record]
    """Every record by its id, drafts included: what summaries may name."""

    navigation: Navigation = field(default_factory=Navigation)

    @property
    def fills(self) -> dict[str, str]:
        """The values of placeholders on pages written by hand: Markdown, by name."""
        settings = self.explainer.settings
        rule = settings.counting_rule
        own_phrase = self.words("met.rule", levels=self.words.levels(settings.counts))
        return {
            "question": str(escaped(settings.question)),
            "contact": settings.contact,
            "counting_rule": str(escaped(self.explainer.plain(rule)) if rule else own_phrase),
        }

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return {kind.kind_name: len(getattr(self.explainer, kind.kind_name)) for kind in RECORDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """Everything the builder writes, and what an editor should know."""

    pages: tuple[Page, ...]
    assets: dict[str, bytes]
    """Files by path below docs/, all in data/."""

    warnings: tuple[Problem, ...]
    counts: dict[str, int]
    """How many records of each kind there are."""

    as_of: datetime.date
    """The last day that the explainer covers."""

    navigation: Navigation = field(default_factory=Navigation)
    fills: dict[str, str] = field(default_factory=dict)
    """The values of placeholders on pages written by hand: Markdown, by name."""

    schemas: dict[str, bytes] = field(default_factory=dict)
    """A JSON Schema for each kind of file, by file name, for text editors."""


def inspect(project: Project, *, drafts: bool = False, as_of: datetime.date | None = None) -> Inspected:
    """Read and check the summaries, with or without drafts, as they are now or as of an earlier day.

    Raises SummaryError with all problems of the step that failed.
    """
    found = inspect_summaries(load_partly(project.summaries), project, drafts=drafts, as_of=as_of)
    check_pages(found, project)
    return found


def inspect_summaries(
    everything: Summaries,
    project: Project,
    *,
    drafts: bool = False,
    as_of: datetime.date | None = None,
    compare: bool = True,
) -> Inspected:
    """Like `inspect`, for summaries that were read before, and without a look at the pages written by hand.

    Without `compare`, claims and answers are not compared with the records.
    """
    summaries = everything if drafts else everything.published()
    try:
        explainer = link(summaries)
    except SummaryError as error:
        raise SummaryError(with_new_ids(error.problems, everything, project.summaries)) from None
    words = words_of(project, summaries)
    warnings = (*explainer.warnings, *check_consistency(explainer, words, compare=compare))
    if as_of:
        summaries = known_on(summaries, as_of)
        explainer = link(summaries)
    plans = plan(explainer, words, lambda moment: link(known_on(summaries, moment.date.first)))
    if taken := list(taken_addresses(plans, explainer)):
        raise SummaryError(taken)
    if twice := list(same_titles(plans, explainer)):
        raise SummaryError(twice)
    return Inspected(
        explainer=explainer,
        words=words,
        plans=plans,
        warnings=warnings,
        known=everything.records,
        navigation=navigation(plans, everything, words),
    )


def check_pages(found: Inspected, project: Project) -> None:
    """Check that the navigation names only pages that exist, and pages written by hand only known placeholders.

    Raises SummaryError with all problems of one of the two.
    """
    if problems := list(missing_pages(project, found.navigation)):
        raise SummaryError(problems)
    if unknown := list(unknown_placeholders(project.docs, found.navigation.generated)):
        raise SummaryError(unknown)


def assemble(project: Project, *, drafts: bool = False, as_of: datetime.date | None = None) -> Assembly:
    """Read, check and render everything, and write nothing. Raises the same errors as `inspect`."""
    return complete(inspect(project, drafts=drafts, as_of=as_of), project)


def complete(found: Inspected, project: Project) -> Assembly:
    """Render everything, on all processors."""
    shares = map_shares(lambda share: _rendered(share, found, project), [*found.plans, None])
    pages = {page.path: page for pages, _ in shares for page in pages}
    return Assembly(
        pages=tuple(pages[plan.path] for plan in found.plans),
        assets={path: data for _, downloads in shares for path, data in downloads.items()},
        warnings=found.warnings,
        counts=found.counts,
        as_of=found.explainer.settings.as_of.last,
        navigation=found.navigation,
        fills=found.fills,
        schemas=schemas_in(found),
    )


def schemas_in(found: Inspected) -> dict[str, bytes]:
    """A JSON Schema for each kind of file, by file name, for text editors."""
    from builder.exports.json_schema import schemas

    return schemas(found.known, found.words)


def schemas_of(project: Project) -> dict[str, bytes]:
    """The schemas of an explainer whose records are well formed, even if they name records that do not exist yet."""
    from builder.exports.json_schema import schemas

    summaries = load(project.summaries)
    return schemas(summaries.records, words_of(project, summaries))


def words_of(project: Project, summaries: Summaries) -> Words:
    """The site's own words, in the language of the explainer. Raises SummaryError if there is a problem with them."""
    settings = summaries.settings
    words = load_words(project.template_folders, settings.language, settings.words, summaries.origins[SETTINGS_FILE])
    return words if settings.only_leaders_meet else words.at_any_level(settings.words)


def assets(found: Inspected, project: Project) -> dict[str, bytes]:
    """The summaries and the downloads made from them, by path below docs/."""
    from builder.exports.descriptions.page_list import LLMS, ListedPage, page_list
    from builder.exports.downloads import exports, old_data, record_feeds

    explainer, words, site = found.explainer, found.words, project.address
    listed = (
        ListedPage(
            path=plan.path,
            title=plan.title,
            description=plan.description,
            within=plan.trail[-1][0] if len(plan.trail) > 1 else None,
        )
        for plan in found.plans
        if not plan.is_old
    )
    return {
        **{f"data/{path}": data for path, data in explainer.files.items()},
        **old_data(explainer),
        **exports(explainer, words, site),
        **record_feeds(explainer, words, site),
        LLMS: page_list(explainer, listed, words, site),
        **dict(_graphics(found, project)),
    }


def _graphics(found: Inspected, project: Project) -> Iterator[tuple[str, bytes]]:
    """Yield the graphics as files of their own, by path below docs/."""
    from builder.graphics.standalone import FOLDER, Origin, name_of, stand_alone

    sheet = project.template("theme/assets/explainer.css")
    css = sheet.read_text(encoding="utf-8") if sheet.is_file() else ""
    settings, words = found.explainer.settings, found.words
    source = words("embed.source", explainer=settings.title, date=words.day(settings.as_of)).unescape()
    licence = words("home.licence", licence=settings.licence).unescape()
    plans = [plan for plan in found.plans if plan.template in ("home", "visits-index", "projects")]
    for planned, page in zip(plans, rendered(plans, found, project), strict=True):
        address = on_the_web(planned.path, project.address) if project.address else ""
        origin = Origin(
            url=on_the_web(planned.path, ""),
            base=project.address or "../../",
            title=planned.title.unescape(),
            notes=[source, f"{licence} {address}".strip()],
            language=str(settings.language),
        )
        if made := stand_alone(page.body, origin, css):
            name = f"{FOLDER}/{name_of(planned.path)}"
            yield from ((f"{name}.svg", made.svg), (f"{name}.html", made.html))


def rendered(plans: Sequence[Plan], found: Inspected, project: Project) -> Iterator[Page]:
    """Render some of the pages, one after the other."""
    from builder.pages.rendering import render

    return render(plans, found.explainer, found.words, project.template_folders, project.address)


def _rendered(
    share: Sequence[Plan | None], found: Inspected, project: Project
) -> tuple[tuple[Page, ...], dict[str, bytes]]:
    """Some of the pages; and the downloads if None is among the plans."""
    downloads = assets(found, project) if None in share else {}
    return tuple(rendered([plan for plan in share if plan], found, project)), downloads
