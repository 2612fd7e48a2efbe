"""The list of all pages: the address of each, its template, and the function that makes its context."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any, TypeVar

from markupsafe import Markup

from builder.explainer import addresses
from builder.explainer.views import overviews
from builder.pages.contexts import Context, Contexts
from builder.pages.list_contexts import ListContexts
from builder.pages.long_lists.part_pages import pages_of_parts
from builder.pages.long_lists.parts import Part
from builder.pages.long_lists.whole_page import Chapter, WholePage, whole_page
from builder.records.loading import SETTINGS_FILE
from builder.records.models.claims import Claim, Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.settings import Moment
from builder.records.models.source import Source
from builder.records.models.term import Term
from builder.records.models.visit import Visit
from builder.records.safe_text import Text, escaped

Trail = tuple[tuple[Markup, str], ...]
Item = TypeVar("Item")
Listed = TypeVar("Listed", bound=Record)

_DESCRIPTION_LENGTH = 155
"""How many characters of a description search engines show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translates:
    """What a page in another language is a translation of."""

    language: str
    page: str
    """The page in the language of the explainer, below docs/."""

    stale: int = 0
    """How many of its texts were translated from an earlier wording."""

    machine: bool = False
    """Whether a machine translated it, and nobody has read it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A page to render: its path, template and data."""

    path: str
    """Below docs/, with forward slashes."""

    template: str
    title: Markup
    description: Markup
    context: partial[Context]
    """Makes the data for the template. It calls a method of Contexts, so that what it depends on is known: the values
    that it is called with, which are part of the plan, and what the method asks.
    """

    trail: Trail = ()
    """The breadcrumbs: the label and the page of each."""

    record: Record | None = None
    """The record on the page."""

    before: Record | Part[Any] | None = None
    after: Record | Part[Any] | None = None
    """The records before and after it in its kind, or the parts before and after this one of a long list."""

    part: Part[Any] | None = None
    """On a page with a list: the list, or the part of it that is on this page."""

    beside: tuple[Part[Any], ...] = ()
    """On a part of a long list: all parts of what it is a part of, itself among them."""

    claims: tuple[Claims, tuple[Claim, ...]] | None = None
    """On a page with claims of a source: all its claims, and those on this page."""

    data: str | None = None
    """The path of its summary below the folder of summaries, or None if it shows many."""

    folder: str | None = None
    """The path of the folder with its summaries, if they are several that list what it shows."""

    searched: bool = True
    """Whether the search reads it. Lists of what other pages say are only found by their title and description."""

    moved_to: str | None = None
    """On a page at an old address: the page that readers are sent to."""

    gathers: tuple[str, ...] = ()
    """On the page with the whole explainer: the pages on it."""

    removed: Removed | None = None
    """On a page that says that something was removed: what it was."""

    translates: Translates | None = None
    """On a page in another language: what it translates."""

    @property
    def contents(self) -> tuple[object, ...]:
        """All about it, with the values that its data is made from."""
        about = (self.template, self.title, self.description, self.trail, self.record)
        where = (self.data, self.folder, self.searched)
        old = (self.moved_to, self.gathers, self.removed)
        around = (_seen_from_elsewhere(each) for each in (self.before, self.after, *self.beside))
        given = (_seen(value) for value in self.context.args)
        made = (self.context.func.__name__, *given, self.context.keywords)
        return (*about, *where, *old, self.translates, self.claims, _seen(self.part), *around, *made)

    @property
    def is_old(self) -> bool:
        """Whether it is there only for old links: not in the menu, the search or the sitemap."""
        return self.moved_to is not None or self.removed is not None


def _seen(value: object) -> object:
    """What the page of a part of a list shows of it: its entries, and only names of its own parts."""
    if not isinstance(value, Part):
        return value
    items = value.items if value.shown or value.names_entries else len(value.items)
    parts = [_seen_from_elsewhere(part) for part in value.all_parts()]
    return (value.path, value.keys, value.label, value.title, value.names_entries, items, parts)


def _seen_from_elsewhere(value: Record | Part[Any] | None) -> object:
    """What another page shows of a record or a part of a list: of a record, only its label and where it leads."""
    if not isinstance(value, Part):
        return value and (value.id, value.label)
    return (value.path, value.keys, value.label, value.title, len(value.items), len(value.parts))


def plan(contexts: Contexts) -> tuple[Plan, ...]:
    """Return every page of the site. A kind without records has no pages."""
    return tuple(_Planner(contexts).plans())


class _Planner:
    def __init__(self, contexts: Contexts) -> None:
        self.explainer = contexts.answers.explainer
        self.words = contexts.words
        self.lists = contexts.lists
        self.contexts = contexts
        self.list_contexts = ListContexts(self.contexts)
        self.by_kind: dict[type[Record], tuple[Plan, ...]] = {}

    def plans(self) -> Iterator[Plan]:
        yield self._home()
        yield self._overview(addresses.BACKGROUND, "background", self.contexts.background, data=SETTINGS_FILE)
        for kind in addresses.PAGED:
            yield from self._kind(kind)
        yield from self._meetings()
        yield from self._timeline()
        yield from map(self._moment, self.explainer.settings.moments)
        yield from self._claims()
        yield from self._questions()
        yield from self._references()
        yield self._whole()
        yield from self._moved()
        yield from self._removed()

    def _home(self) -> Plan:
        settings = self.explainer.settings
        return Plan(
            path=addresses.HOME,
            template="home",
            title=settings.title.__html__(),
            description=self._shortened(settings.lead.text if settings.lead else settings.question),
            context=partial(self.contexts.home),
            data=SETTINGS_FILE,
        )

    def _kind(self, kind: type[Record]) -> tuple[Plan, ...]:
        """Return the index of a kind and a page for each of its records."""
        if kind not in self.by_kind:
            self.by_kind[kind] = tuple(self._plan_kind(kind))
        return self.by_kind[kind]

    def _plan_kind(self, kind: type[Record]) -> Iterator[Plan]:
        name = kind.kind_name
        records: tuple[Record, ...] = getattr(self.explainer, name)
        if records:
            yield from self._index(kind)
        for place, record in enumerate(records):
            yield Plan(
                path=f"{name}/{record.id}.md",
                template=name,
                title=record.heading.__html__(),
                description=self._described(record),
                context=partial(self.contexts.of, record),
                trail=self._trail(f"{name}-index", addresses.index_of(kind)),
                record=record,
                before=records[place - 1] if place else None,
                after=records[place + 1] if place + 1 < len(records) else None,
                data=f"{name}/{record.id}.yml",
            )

    def _index(self, kind: type[Record]) -> Iterator[Plan]:
        """Yield the page that lists the records of a kind, and those of its parts."""
        lists, contexts, path = self.lists, self.list_contexts, addresses.index_of(kind)
        if kind is Visit:
            yield from self._list(lists.visits, "visits-index", contexts.visits)
        elif kind is Event:
            yield from self._list(lists.events, "events-index", contexts.events)
        elif kind is Party:
            yield from self._list(lists.parties, "parties-index", contexts.parties)
        elif kind is Project:
            yield from self._list(lists.projects, "projects-index", contexts.projects)
        elif kind is Constraint:
            yield from self._list(lists.constraints, "constraints-index", contexts.constraints)
        elif kind is Document:
            yield from self._list(lists.documents, "documents-index", contexts.documents)
        else:
            name = f"{kind.kind_name}-index"
            yield self._overview(path, name, self.contexts.stages, searched=False)

    def _list(
        self,
        whole: Part[Item],
        name: str,
        context: Callable[[Part[Item]], Context],
        *,
        data: str | None = None,
        searched: bool = False,
    ) -> Iterator[Plan]:
        """Yield the page of a list and, if it is too long for one page, those of its parts."""
        page = self._overview(whole.path, name, partial(context, whole), data=data, searched=searched)
        yield replace(page, part=whole)
        yield from pages_of_parts(whole, page, context)

    def _list_of(
        self,
        kind: type[Listed],
        whole: Part[Listed],
        name: str,
        context: Callable[[Part[Listed]], Context],
        *,
        searched: bool = False,
    ) -> Iterator[Plan]:
        """Yield the pages of a list of records that stand in lists in the summaries too.

        The data of a page is the file with its records; if several files have them, it has their folder.
        """
        parts = {part.path: part for part in (whole, *whole.all_parts())}
        for page in self._list(whole, name, context, searched=searched):
            items = parts[page.path].items
            files = {self.explainer.origins[record.id].document.path.partition("/")[2] for record in items}
            files = files or {f"{kind.kind_name}.yml"}
            yield replace(page, data=files.pop()) if len(files) == 1 else replace(page, folder=kind.kind_name)

    def _meetings(self) -> Iterator[Plan]:
        yield from self._list(self.lists.meetings, "meetings", self.list_contexts.meetings)
        if overviews.invitations(self.explainer.visits):
            yield from self._list(self.lists.invitations, "invitations", self.list_contexts.invitations)

    def _timeline(self) -> Iterator[Plan]:
        if self.lists.timeline.items:
            yield from self._list(self.lists.timeline, "timeline", self.list_contexts.timeline)

    def _moment(self, moment: Moment) -> Plan:
        """Return the page about a past day."""
        return Plan(
            path=addresses.address_of_moment(moment),
            template="moments",
            title=moment.title.__html__(),
            description=self.words("about.moments", date=self.words.day(moment.date)),
            context=partial(self.contexts.moment, moment),
            trail=self._trail("timeline", addresses.TIMELINE) if self.lists.timeline.items else self._trail(),
            data=SETTINGS_FILE,
        )

    def _claims(self) -> Iterator[Plan]:
        """Yield the index of sources with claims, a page for each, and a page with all forecasts."""
        explainer = self.explainer
        if not explainer.claims:
            return
        yield from self._list(self.lists.claimants, "claims-index", self.list_contexts.claims_index, searched=True)
        for claims in explainer.claims.values():
            yield from self._claims_of(claims)
        if overviews.forecasts(explainer):
            yield from self._list(self.lists.forecasts, "forecasts", self.list_contexts.forecasts)

    def _claims_of(self, claims: Claims) -> Iterator[Plan]:
        """Yield the page of the claims of a source, and those of its parts."""
        who, whole = self.explainer.source(claims.source).who, self.lists.claims_of(claims)
        context = partial(self.list_contexts.claims, claims)
        page = Plan(
            path=whole.path,
            template="claims",
            title=whole.title,
            description=self.words("about.claims", who=who),
            context=partial(context, whole),
            trail=self._trail("claims-index", addresses.CLAIMS),
            data=f"claims/{claims.source}.yml",
        )
        for plan in (replace(page, part=whole), *pages_of_parts(whole, page, context)):
            yield replace(plan, claims=(claims, plan.part.shown)) if plan.part else plan

    def _questions(self) -> Iterator[Plan]:
        """Yield the page of readers' questions."""
        whole, context = self.lists.questions, self.list_contexts.questions
        if whole.items or self.explainer.removed("questions"):
            yield from self._list_of(Question, whole, "questions", context, searched=True)

    def _references(self) -> Iterator[Plan]:
        """Yield the pages for reference: terms, corrections, sources, downloads, the state of the explainer."""
        yield from self._glossary()
        corrections = self.lists.corrections
        if corrections.items:
            context = self.list_contexts.corrections
            yield from self._list(corrections, "corrections", context, data=SETTINGS_FILE, searched=True)
        yield from self._list_of(Source, self.lists.sources, "sources", self.list_contexts.sources)
        downloads = partial(self.contexts.downloads, self.title_of_whole)
        yield self._overview(addresses.DOWNLOADS, "downloads", downloads)
        yield self._overview(addresses.STATE, "state", self.contexts.state, searched=False)

    def _glossary(self) -> Iterator[Plan]:
        if self.lists.terms.items or self.explainer.removed("terms"):
            yield from self._list_of(Term, self.lists.terms, "glossary", self.list_contexts.glossary, searched=True)

    def _whole(self) -> Plan:
        """Return the page with the whole explainer: its main pages, and those of records, claims and terms that fit."""
        plans = {plan.path: plan for plan in self.on_one_page.pages}
        runs = groupby(plans.values(), lambda plan: plan.trail[-1][0] if len(plan.trail) > 1 else None)
        groups = [(heading, [(plan.title, plan.path) for plan in run]) for heading, run in runs]
        left_out = [(each.title, each.path, len(each.pages)) for each in self.on_one_page.left_out]
        context = partial(self.contexts.given, groups=groups, left_out=left_out)
        whole = self._overview(addresses.WHOLE, "whole", context, searched=False)
        about = self.title_of_whole if left_out else whole.description
        return replace(whole, title=self.title_of_whole, description=about, gathers=tuple(plans))

    @property
    def title_of_whole(self) -> Markup:
        """The title of the page with the whole explainer, or with as much as fits."""
        return self.words("whole.main" if self.on_one_page.left_out else "kinds.whole")

    @cached_property
    def on_one_page(self) -> WholePage[Plan]:
        """The pages that are on the page with the whole explainer."""
        main = (
            self._home(),
            self._overview(addresses.BACKGROUND, "background", self.contexts.background),
            *self._questions(),
        )
        chapters = [
            Chapter(
                title=self.words(f"kinds.{kind.kind_name}-index"),
                path=addresses.index_of(kind),
                pages=tuple(plan for plan in self._kind(kind) if plan.record),
            )
            for kind in addresses.PAGED
        ]
        claims = tuple(plan for each in self.explainer.claims.values() for plan in self._claims_of(each))
        chapters.append(Chapter(title=self.words("kinds.claims-index"), path=addresses.CLAIMS, pages=claims))
        glossary = tuple(self._glossary())
        chapters.append(Chapter(title=self.words("kinds.glossary"), path=addresses.GLOSSARY, pages=glossary))
        return whole_page(main, chapters)

    def _moved(self) -> Iterator[Plan]:
        """Yield a page at each old address of a page. It sends readers to the new one."""
        explainer = self.explainer
        for record in explainer.records.values():
            if isinstance(record, addresses.PAGED):
                for old in addresses.old_addresses_of(record):
                    yield self._moved_page(old, f"{record.kind_name}/{record.id}.md", record.heading.__html__())
        for claims in explainer.claims.values():
            source = explainer.source(claims.source)
            for old in source.renamed_from:
                new = addresses.address_of_claims(claims)
                yield self._moved_page(f"claims/{old}.md", new, self.words("claims.of", who=source.who))
        for moment in explainer.settings.moments:
            for old in moment.renamed_from:
                yield self._moved_page(
                    f"moments/{old}.md", addresses.address_of_moment(moment), moment.title.__html__()
                )

    def _moved_page(self, path: str, new: str, title: Markup) -> Plan:
        return Plan(
            path=path,
            template="moved",
            title=self.words("moved.title", title=title),
            description=self.words("about.moved"),
            context=partial(self.contexts.given, address=new, name=title),
            searched=False,
            moved_to=new,
        )

    def _removed(self) -> Iterator[Plan]:
        """Yield a page at each address of a page that was removed. It says why."""
        for removed in self.explainer.removals.removed:
            for address in addresses.addresses_of_removed(removed):
                if "#" not in address:
                    yield Plan(
                        path=address,
                        template="removed",
                        title=self.words("removed.title", title=removed.title),
                        description=self.words("about.removed"),
                        context=partial(self.contexts.given, removed=removed),
                        trail=self._trail(),
                        searched=False,
                        removed=removed,
                    )

    def _overview(
        self, path: str, name: str, context: Callable[[], Context], *, data: str | None = None, searched: bool = True
    ) -> Plan:
        return Plan(
            path=path,
            template=name,
            title=self.words(f"kinds.{name}"),
            description=self.words(f"about.{name}"),
            context=partial(context),
            trail=self._trail(),
            data=data,
            searched=searched,
        )

    def _trail(self, name: str | None = None, path: str = "") -> Trail:
        home = (self.words("site.home"), addresses.HOME)
        return (home, (self.words(f"kinds.{name}"), path)) if name else (home,)

    def _described(self, record: Record) -> Markup:
        """Return the start of its summary, for search engines and link previews."""
        if not record.summary:
            return self.words("about.record", title=record.label, kind=self.words(f"kinds.{record.kind_name}-index"))
        return self._shortened(record.summary)

    def _shortened(self, text: Text) -> Markup:
        plain = " ".join(self.explainer.plain(text).split())
        if len(plain) <= _DESCRIPTION_LENGTH:
            return escaped(plain)
        start = plain[: 2 * _DESCRIPTION_LENGTH + 9]  # the rest makes no difference, and `shorten` would look at it
        short = textwrap.shorten(start, _DESCRIPTION_LENGTH, placeholder="…")
        # A very long word would leave almost nothing before it, so cut within the word.
        if len(short) <= _DESCRIPTION_LENGTH // 2:
            short = f"{plain[: _DESCRIPTION_LENGTH - 1]}…"
        return escaped(f"{short.removesuffix('…').rstrip('.,;:')}…")
