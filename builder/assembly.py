"""Turns summaries into pages, in memory."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.checks.consistency import check_consistency
from builder.checks.quality.translations import check_translations
from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import EarlierDays, known_on
from builder.explainer.tracing.digests import Digests
from builder.explainer.tracing.traced import Answers, Noted, Question
from builder.explainer.word_files import load_words
from builder.explainer.words import Words
from builder.pages.contexts import Contexts
from builder.pages.languages.edition import Edition, editions_of
from builder.pages.navigation import Navigation, missing_pages, navigation
from builder.pages.page_checks import same_titles, taken_addresses
from builder.pages.page_file import Page, page_bytes
from builder.pages.parts.placeholders import unknown_placeholders
from builder.pages.plan import Plan, plan
from builder.pages.traces import NOTHING_MADE, Trace, Traces, answers_for
from builder.parsing.yaml_reader import version
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE, Summaries, load, load_partly
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.past_records import with_new_ids
from builder.records.safe_text import escaped
from builder.records.traversal import walking_once
from builder.system.cache_file import CacheFile
from builder.system.parallel import map_shares, no_collection
from builder.system.program import program_digest

if TYPE_CHECKING:
    from builder.exports.descriptions.page_list import ListedPage

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

    kept: frozenset[str] = frozenset()
    """Files below docs/ that are as they would be made, and are not among the pages and assets."""

    traces: Traces = NOTHING_MADE
    """What everything was made from, for the next build."""

    schemas: dict[str, bytes] = field(default_factory=dict)
    """A JSON Schema for each kind of file, by file name, for text editors."""


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


def complete(found: Inspected, project: Project, before: Traces = NOTHING_MADE) -> Assembly:
    """Render everything, on all processors, but what lies in docs/ as it would be, by the traces of the last build."""
    base = _base(found, project)
    downloads = downloads_of(found, project)
    plans = {plan.path: plan for plan in found.plans}
    names = (*plans, *downloads, _SCHEMAS)
    found.answers.ways[_NAMES[0]] = lambda: {each.id: (each.kind_name, each.label) for each in found.known.values()}
    folders = {_SCHEMAS: project.schemas}
    with no_collection():  # nearly all answers are kept until the end
        found_same = before.standing(names, base, found.answers).items()
        standing = {name: trace for name, trace in found_same if _lies_in(folders.get(name, project.docs), trace)}
        missing = [name for name in names if name not in standing]
        made: dict[str, _Made] = {}
        answered = [found.answers.noted]

        def take(some: _Some) -> None:
            made.update((each.name, each) for each in some.made)
            answered.append(some.answered)

        map_shares(lambda share: _make(share, found, project, plans, downloads), missing, take)
    kept = {name: standing.get(name) or made[name].trace for name in names}
    schemas = made.pop(_SCHEMAS).assets if _SCHEMAS in made else {}
    standing.pop(_SCHEMAS, None)
    return Assembly(
        pages=tuple(page for path in plans if path in made and (page := made[path].page)),
        assets=_merged(_summaries(found), *(each.assets for each in made.values())),
        kept=frozenset(path for trace in standing.values() for path in trace.files),
        traces=before.renewed(base, kept, answered),
        warnings=found.warnings,
        counts=found.counts,
        as_of=found.explainer.settings.as_of.last,
        navigation=found.navigation,
        fills=found.fills,
        schemas=dict(schemas),
    )


_SCHEMAS: Final = "schemas"
"""The name of what is written into the folder of schemas, not into docs/."""


def _merged(*groups: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for group in groups for path, data in group.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Some:
    """Some of what was made, and the answers that it needed."""

    made: tuple[_Made, ...]
    answered: Noted


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A page with its graphics, or a group of downloads."""

    name: str
    page: Page | None = None
    assets: Mapping[str, bytes]
    asked: tuple[Question, ...]

    @property
    def trace(self) -> Trace:
        files = {path: _digest(data) for path, data in self.assets.items()}
        if self.page:
            files[self.page.path] = _digest(page_bytes(self.page))
        return Trace(asked=self.asked, files=files)


def _make(
    names: Sequence[str],
    found: Inspected,
    project: Project,
    plans: Mapping[str, Plan],
    downloads: Mapping[str, Download],
) -> Iterator[_Some]:
    """Make pages and downloads. They are handed on while others are made, so that a worker need not hold all."""
    everything = _made(names, found, project, plans, downloads)
    while made := tuple(islice(everything, _AT_ONCE)):
        before = len(found.answers.noted)
        found.answers.note(question for each in made for question in each.asked)
        yield _Some(made=made, answered=dict(islice(found.answers.noted.items(), before, None)))


_AT_ONCE: Final = 32
"""How many pages or downloads are handed on together."""


def _made(
    names: Sequence[str],
    found: Inspected,
    project: Project,
    plans: Mapping[str, Plan],
    downloads: Mapping[str, Download],
) -> Iterator[_Made]:
    for page in rendered([plans[name] for name in names if name in plans], found, project):
        graphics = dict(_graphics(page, plans[page.path], found, project))
        yield _Made(name=page.path, page=page, assets=graphics, asked=page.asked)
    for name in names:
        if name in downloads:
            explainer = found.answers.others.get(name, found.answers).traced
            with explainer.noting() as asked:
                files = downloads[name](explainer)
            yield _Made(name=name, assets=files, asked=tuple(asked))
    if _SCHEMAS in names:
        yield _Made(name=_SCHEMAS, assets=schemas_in(found), asked=(_NAMES,))


def _lies_in(docs: Path, trace: Trace) -> bool:
    """Whether the files that something was written to are as they were written."""
    try:
        return all(_digest((docs / path).read_bytes()) == known for path, known in trace.files.items())
    except OSError:
        return False


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _base(found: Inspected, project: Project) -> str:
    """The digest of what every page depends on."""
    settings = found.explainer.settings
    own = (settings.language, settings.words, settings.counts, settings.as_of, settings.languages)
    return Digests().of((program_digest(*project.template_folders), project.address, own))


_NAMES: Final = ("names",)
"""The question for all that schemas depend on besides the site's words: the kinds, ids and labels of records."""


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


def words_of_editions(project: Project, summaries: Summaries) -> dict[str, Words]:
    """The words of each other language that the explainer is translated into. Raises the same errors as `words_of`."""
    settings, origin = summaries.settings, summaries.origins[SETTINGS_FILE]
    found = {}
    for place, language in enumerate(settings.languages):
        words = load_words(project.template_folders, language, {}, origin, ("languages", place))
        found[str(language)] = words if settings.only_leaders_meet else words.at_any_level({})
    return found


Download = Callable[[Explainer], Mapping[str, bytes]]
"""Makes a group of downloads: files by path below docs/."""


def _summaries(found: Inspected) -> dict[str, bytes]:
    return {f"data/{path}": data for path, data in found.explainer.files.items()}


def downloads_of(found: Inspected, project: Project) -> dict[str, Download]:
    """The downloads besides the summaries, in groups by name."""
    from builder.exports.descriptions.page_list import LLMS, ListedPage, page_list
    from builder.exports.downloads import answers, export_groups, old_data, record_feeds

    words, site = found.words, project.address
    listed = tuple(
        ListedPage(
            path=plan.path,
            title=plan.title,
            description=plan.description,
            within=plan.trail[-1][0] if len(plan.trail) > 1 else None,
        )
        for plan in found.plans
        if not plan.is_old and not plan.translates
    )
    listed += tuple(_listed_in_languages(found))
    found.answers.ways["listed"] = lambda: listed
    found.answers.derived |= answers(found.answers.traced, words, site)
    for edition in found.editions:
        edition.answers.derived |= answers(edition.answers.traced, edition.words, site, edition.here)
    return {
        **{edition.answers.mark[0]: _files_in(edition, found, site) for edition in found.editions},
        "old": old_data,
        **export_groups(words, site),
        "record-feeds": lambda explainer: record_feeds(explainer, words, site),
        "pages": lambda explainer: {LLMS: page_list(explainer, found.answers.traced.ask("listed"), words, site)},
    }


def _listed_in_languages(found: Inspected) -> Iterator[ListedPage]:
    """Yield the pages in other languages, under the name of each."""
    from builder.exports.descriptions.page_list import ListedPage

    for edition in found.editions:
        for each in edition.plans:
            if not each.is_old:
                name = edition.words.own_name
                yield ListedPage(path=each.path, title=each.title, description=each.description, within=name)


def _files_in(edition: Edition, found: Inspected, site: str) -> Download:
    from builder.exports.downloads import files_in
    from builder.exports.feeds import InLanguage

    original = str(found.explainer.settings.language)
    return files_in(InLanguage(code=edition.language, original=original, here=edition.here), edition.words, site)


def _language_of(plan: Plan) -> str | None:
    return plan.translates.language if plan.translates else None


_WITH_GRAPHIC = ("home", "visits-index", "projects")
"""The templates of pages with a graphic that has files of its own."""


def _graphics(page: Page, plan: Plan, found: Inspected, project: Project) -> Iterator[tuple[str, bytes]]:
    """Yield the graphic of a page as files of its own, by path below docs/."""
    from builder.graphics.standalone import FOLDER, Origin, name_of, stand_alone

    if plan.template not in _WITH_GRAPHIC:
        return
    sheet = project.template("theme/assets/explainer.css")
    css = sheet.read_text(encoding="utf-8") if sheet.is_file() else ""
    edition = next((each for each in found.editions if each.language == _language_of(plan)), None)
    settings, words = (edition or found).explainer.settings, (edition or found).words
    source = words("embed.source", explainer=settings.title, date=words.day(settings.as_of)).unescape()
    licence = words("home.licence", licence=settings.licence).unescape()
    address = on_the_web(plan.path, project.address) if project.address else ""
    origin = Origin(
        url=on_the_web(plan.path, ""),
        base=project.address or "../../",
        title=plan.title.unescape(),
        notes=[source, f"{licence} {address}".strip()],
        language=str(settings.language),
    )
    if made := stand_alone(page.body, origin, css):
        name = f"{FOLDER}/{name_of(plan.path)}"
        yield from ((f"{name}.svg", made.svg), (f"{name}.html", made.html))


def rendered(plans: Sequence[Plan], found: Inspected, project: Project) -> Iterator[Page]:
    """Render some of the pages, one after the other."""
    from builder.pages.rendering import render

    folders, site = project.template_folders, project.address
    pages = render([plan for plan in plans if not plan.translates], found.answers, found.words, folders, site)
    return chain(pages, *(_rendered_in(edition, plans, found, project) for edition in found.editions))


def _rendered_in(edition: Edition, plans: Sequence[Plan], found: Inspected, project: Project) -> Iterator[Page]:
    from builder.pages.rendering import render

    own = [plan for plan in plans if plan.translates and plan.translates.language == edition.language]
    if own:
        original = str(found.explainer.settings.language)
        folders = project.template_folders
        yield from render(own, edition.answers, edition.words, folders, project.address, original)
