"""Turns summaries into pages, in memory."""

from __future__ import annotations

import datetime
import hashlib
import pickle
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer
from builder.explainer.tracing.digests import Digests
from builder.explainer.tracing.traced import Noted, Question
from builder.explainer.tracing.written import written
from builder.inspection import Inspected, inspect, words_of
from builder.pages.languages.edition import Edition
from builder.pages.navigation import Navigation
from builder.pages.page_file import Page, page_bytes
from builder.pages.plan import Plan
from builder.pages.traces import NOTHING_MADE, Made, Trace, Traces
from builder.problems import Problem
from builder.project import Project
from builder.records.loading import load
from builder.records.models.kinds import RECORDS
from builder.system.parallel import MIN_SHARED_ITEMS, no_collection, share_out
from builder.system.program import program_digest

if TYPE_CHECKING:
    from builder.exports.descriptions.page_list import ListedPage


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

    contents: Iterable[bytes] = ()
    """More pages and assets, pickled."""

    def whole(self) -> Assembly:
        """The assembly with all its pages, in the order of their paths, and assets."""
        pages, assets = [*self.pages], dict(self.assets)
        for some_pages, some_assets in map(pickle.loads, self.contents):
            pages += some_pages
            assets |= some_assets
        return replace(self, pages=tuple(sorted(pages, key=lambda page: page.path)), assets=assets, contents=())


def assemble(project: Project, *, drafts: bool = False, as_of: datetime.date | None = None) -> Assembly:
    """Read, check and render everything, and write nothing. Raises the same errors as `inspect`."""
    return complete(inspect(project, drafts=drafts, as_of=as_of), project)


def complete(found: Inspected, project: Project, before: Traces = NOTHING_MADE) -> Assembly:
    """Render everything, on all processors, but what lies in docs/ as it would be, by the traces of the last build."""
    contents: list[bytes] = []
    return replace(complete_but_contents(found, project, before, contents.append), contents=contents).whole()


def complete_but_contents(
    found: Inspected,
    project: Project,
    before: Traces,
    put: Callable[[bytes], None],
    *,
    lying: Mapping[str, str] | None = None,
    as_files: bool = False,
) -> Assembly:
    """Like `complete`, but `put` is given the pages and assets, as `contents`, when they are made.

    `lying` has the SHA-256 of files by their paths below the project's root, if they were just read.
    With `as_files`, of a page there is no more than what is written.
    """
    base = _base(found, project)
    make = _Maker(found, project, as_files=as_files)
    names = (*make.plans, *make.downloads, _SCHEMAS)
    found.answers.ways[_NAMES[0]] = lambda: {each.id: (each.kind_name, each.label) for each in found.known.values()}
    found.answers.touches[_NAMES[0]] = lambda changes: changes.labels
    schemas: dict[str, bytes] = {}
    lying = lying or {}
    put(pickle.dumps(((), _summaries(found))))
    with no_collection():  # nearly all answers are kept until the end
        said = written(found.explainer, found.known, found.read, found.answers.digests, before.written)
        found_same = before.standing(names, base, found.answers, said).items()
        standing = {
            name: trace
            for name, trace in found_same
            if (_lies_in(project.schemas, trace, {}) if name == _SCHEMAS else _lies_in(project.docs, trace, lying))
        }
        made: dict[str, Made] = {}
        answered = [found.answers.noted]
        same: dict[Question, Question] = {}

        def take(some: _Some) -> None:
            for name, trace in some.made.items():  # other processes send each question again and again
                made[name] = replace(trace, asked=tuple(same.setdefault(each, each) for each in trace.asked))
            answered.append(some.answered)
            schemas.update(some.schemas)
            put(some.contents)

        missing = [name for name in names if name not in standing]
        if len(missing) == len(names):
            found.answers.note(_ASKED_BY_MANY)
        share_out(make, list(_portions(missing, make.plans)), take)
        traces = before.renewed(base, said, standing, made, answered)
    return Assembly(
        pages=(),
        assets={},
        kept=frozenset(path for name, trace in standing.items() if name != _SCHEMAS for path in trace.files),
        traces=traces,
        warnings=found.warnings,
        counts=found.counts,
        as_of=found.explainer.settings.as_of.last,
        navigation=found.navigation,
        fills=found.fills,
        schemas=schemas,
    )


_ASKED_BY_MANY: Final[tuple[Question, ...]] = (
    ("cited_sources",),
    ("abbreviated",),
    ("meetings",),
    ("standings",),
    ("claims_by_record",),
    ("encounters_by_ids",),
    *(("all", name) for name in ("records", "uses", *(kind.kind_name for kind in RECORDS))),
)
"""What so many pages ask that each worker would find it out for itself, if it were not known before they begin."""


_SCHEMAS: Final = "schemas"
"""The name of what is written into the folder of schemas, not into docs/."""


def _portions(names: Sequence[str], plans: Container[str]) -> Iterator[list[str]]:
    """What a process makes at a time: downloads that are made of the same, or some pages. Few names are one portion.

    Downloads come first, so that no process begins with a big one when the others are done.
    """
    from builder.exports.downloads import MADE_OF_THE_SAME

    pages = [name for name in names if name in plans]
    others = [name for name in names if name not in plans]
    if len(names) < MIN_SHARED_ITEMS:
        yield from [[*pages, *others]] if names else []
        return
    groups: dict[str, list[str]] = {}
    for name in others:
        groups.setdefault(MADE_OF_THE_SAME.get(name, name), []).append(name)
    yield from groups.values()
    yield from (pages[start : start + _AT_ONCE] for start in range(0, len(pages), _AT_ONCE))


_AT_ONCE: Final = 16
"""How many pages are made at a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Some:
    """Some of what was made: the traces, the answers that it needed, and the pages and assets, pickled."""

    made: Mapping[str, Made]
    answered: Noted
    contents: bytes
    schemas: Mapping[str, bytes]


class _Maker:
    """Makes pages, with their graphics, and downloads."""

    def __init__(self, found: Inspected, project: Project, *, as_files: bool) -> None:
        self.found = found
        self.project = project
        self.as_files = as_files
        self.plans = {plan.path: plan for plan in found.plans}
        self.downloads = downloads_of(found, project)
        self.render = renderers(found, project)

    def __call__(self, names: Sequence[str]) -> _Some:
        """Make what has these names: the paths of pages, names of downloads."""
        noted = self.found.answers.noted
        before = len(noted)
        pages: list[Page] = []
        assets: dict[str, bytes] = {}
        schemas: dict[str, bytes] = {}
        made: dict[str, Made] = {}
        for name in names:
            if name in self.plans:
                page, files = self._page(self.plans[name])
                data = page_bytes(page)
                made[name] = Made(asked=page.asked, files=_digests({**files, name: data}))
                pages.append(Page(path=name, meta={}, body="", written=data) if self.as_files else page)
            elif name == _SCHEMAS:
                schemas = schemas_in(self.found)
                made[name] = Made(asked=(_NAMES,), files=_digests(schemas))
                files = {}
            else:
                explainer = self.found.answers.others.get(name, self.found.answers).traced
                with explainer.noting() as asked:
                    files = dict(self.downloads[name](explainer))
                made[name] = Made(asked=tuple(asked), files=_digests(files))
            assets |= files
        self.found.answers.note(question for trace in made.values() for question in trace.asked)
        return _Some(
            made=made,
            answered=dict(islice(noted.items(), before, None)),
            contents=pickle.dumps((pages, assets)),
            schemas=schemas,
        )

    def _page(self, plan: Plan) -> tuple[Page, dict[str, bytes]]:
        page = self.render[_language_of(plan)](plan)
        return page, dict(_graphics(page, plan, self.found, self.project))


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: _digest(data) for path, data in files.items()}


def _lies_in(folder: Path, trace: Trace, lying: Mapping[str, str]) -> bool:
    """Whether the files that something was written to are as they were written."""
    try:
        return all(
            (lying.get(f"{folder.name}/{path}") or _digest((folder / path).read_bytes())) == digest
            for path, digest in trace.files.items()
        )
    except OSError:
        return False


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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


Download = Callable[[Explainer], Mapping[str, bytes]]
"""Makes a group of downloads: files by path below docs/."""


def _summaries(found: Inspected) -> dict[str, bytes]:
    return {f"data/{path}": data for path, data in found.explainer.files.items()}


def downloads_of(found: Inspected, project: Project) -> dict[str, Download]:
    """The downloads besides the summaries, in groups by name."""
    from builder.exports.descriptions.page_list import LLMS, ListedPage, page_list
    from builder.exports.downloads import answers, export_groups, old_data, record_feeds, told_answers

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
    told = told_answers(found.explainer, words, site)
    found.answers.ways |= {"listed": lambda: listed, "old_data": lambda: old_data(found.explainer), **told}
    found.answers.touches |= dict.fromkeys(told, lambda changes: changes.told)
    found.answers.derived |= answers(found.answers.traced, words, site)
    for edition in found.editions:
        edition.answers.derived |= answers(edition.answers.traced, edition.words, site)
        edition.answers.ways |= told_answers(edition.explainer, edition.words, site, edition.here)
    return {
        **{edition.answers.mark[0]: _files_in(edition, found, site) for edition in found.editions},
        "old": lambda explainer: found.answers.traced.ask("old_data"),
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
    render = renderers(found, project)
    return (render[_language_of(plan)](plan) for plan in plans)


def renderers(found: Inspected, project: Project) -> dict[str | None, Callable[[Plan], Page]]:
    """What renders a page, by the language that it is translated into; None for that of the explainer."""
    from builder.pages.rendering import renderer

    folders, site = project.template_folders, project.address
    original = str(found.explainer.settings.language)
    return {None: renderer(found.answers, found.words, folders, site)} | {
        each.language: renderer(each.answers, each.words, folders, site, original) for each in found.editions
    }
