"""Reads summaries, checks all of them, and plans the pages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from builder.checks.consistency import check_consistency
from builder.checks.quality.translations import check_translations
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import EarlierDays, known_on
from builder.explainer.tracing.traced import Answers
from builder.explainer.word_files import load_words
from builder.explainer.words import Words
from builder.pages.contexts import Contexts
from builder.pages.languages.edition import Edition, editions_of
from builder.pages.navigation import Navigation, missing_pages, navigation
from builder.pages.page_checks import same_titles, taken_addresses
from builder.pages.parts.placeholders import unknown_placeholders
from builder.pages.plan import Plan, plan
from builder.pages.traces import answers_for
from builder.parsing.yaml_reader import version
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE, Summaries, load_partly
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.past_records import with_new_ids
from builder.records.safe_text import escaped
from builder.records.traversal import walking_once
from builder.system.cache_file import CacheFile
from builder.system.parallel import no_collection

if TYPE_CHECKING:
    pass

READ_BEFORE: Final = ".cache/summaries"
"""The values of each summary by its content, below the project's root, so that only new ones are parsed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """Summaries that passed every check: the explainer, the site's words, the planned pages, the warnings."""

    explainer: Explainer
    words: Words
    plans: tuple[Plan, ...]
    warnings: tuple[Problem, ...]
    answers: Answers
    """The answers to all that pages ask."""

    known: Mapping[str, Record]
    """Every record by its id, drafts included: what summaries may name."""

    read: Mapping[str, Shape]
    """What was read of each file, by its key in `origins`."""

    navigation: Navigation = field(default_factory=Navigation)

    editions: tuple[Edition, ...] = ()
    """The site in other languages. Their pages are among the plans."""

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


def inspect(
    project: Project, *, drafts: bool = False, as_of: datetime.date | None = None, keep: bool = False
) -> Inspected:
    """Read and check the summaries, with or without drafts, as they are now or as of an earlier day.

    With `keep`, what was parsed is kept below `.cache/`, so that the next command need not parse it again.
    Raises SummaryError with all problems of the step that failed.
    """
    with no_collection():  # nearly all of it is kept until the end
        kept = CacheFile(project.root / READ_BEFORE, version())
        summaries = load_partly(project.summaries, kept=kept)
        if keep:
            kept.save()
        found = inspect_summaries(summaries, project, drafts=drafts, as_of=as_of)
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
    with walking_once():
        try:
            explainer = link(summaries)
        except SummaryError as error:
            raise SummaryError(with_new_ids(error.problems, everything, project.summaries)) from None
        words = words_of(project, summaries)
        said = words_of_editions(project, summaries)
        warnings = (
            *explainer.warnings,
            *check_consistency(explainer, words, compare=compare),
            *check_translations(summaries, {str(summaries.settings.language): words, **said}),
        )
    if as_of:
        summaries = known_on(summaries, as_of)
        explainer = link(summaries)
    days = EarlierDays(summaries)
    contexts = Contexts(explainer, words, lambda moment: days.on(moment.date.first))
    contexts.answers.ways["earlier"] = lambda: days.basis
    plans = plan(contexts)
    if taken := list(taken_addresses(plans, explainer)):
        raise SummaryError(taken)
    if twice := list(same_titles(plans, explainer)):
        raise SummaryError(twice)
    editions = editions_of(summaries, said, contexts, plans) if said else ()
    if taken := list(taken_addresses([each for edition in editions for each in edition.plans], explainer)):
        raise SummaryError(taken)
    answers = answers_for(contexts, plans)
    plans = (*plans, *(each for edition in editions for each in edition.plans))
    return Inspected(
        explainer=explainer,
        answers=answers,
        editions=editions,
        words=words,
        plans=plans,
        warnings=warnings,
        known=everything.records,
        read=everything.read,
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


def words_of(project: Project, summaries: Summaries) -> Words:
    """The site's own words, in the language of the explainer. Raises SummaryError if there is a problem with them."""
    settings = summaries.settings
    words = load_words(project.template_folders, settings.language, settings.words, summaries.origins[SETTINGS_FILE])
    return words if settings.only_leaders_meet else words.at_any_level(settings.words)


def words_of_editions(project: Project, summaries: Summaries) -> dict[str, Words]:
    """The words of each other language that the explainer is translated into. Raises the same errors as `words_of`."""
    settings, origin = summaries.settings, summaries.origins[SETTINGS_FILE]
    found = {}
    for place, language in enumerate(settings.languages):
        words = load_words(project.template_folders, language, {}, origin, ("languages", place))
        found[str(language)] = words if settings.only_leaders_meet else words.at_any_level({})
    return found
