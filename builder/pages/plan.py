"""The list of all pages: the address of each, its template, and the function that makes its context."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby

from markupsafe import Markup

from builder.explainer import addresses
from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer
from builder.explainer.views import overviews
from builder.explainer.views.events import Event, events
from builder.explainer.words import Words
from builder.pages.contexts import Context, Contexts
from builder.problems import Location, Problem, visible
from builder.records.loading import REMOVED_FILE, SETTINGS_FILE
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.settings import Moment
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import Text, escaped

Trail = tuple[tuple[Markup, str], ...]

ROWS_AT_MOST = 500
"""The most lines that one page of a timeline or of visits may have. Longer lists get a page for each year."""

_DESCRIPTION_LENGTH = 155
"""How many characters of a description search engines show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A page to render: its path, template and data."""

    path: str
    """Below docs/, with forward slashes."""

    template: str
    title: Markup
    description: Markup
    context: Callable[[], Context]
    """Makes the data for the template."""

    trail: Trail = ()
    """The breadcrumbs: the label and the page of each."""

    record: Record | None = None
    before: Record | None = None
    after: Record | None = None
    """The record on the page, and the ones before and after it in its kind."""

    data: str | None = None
    """The path of its summary below the folder of summaries, or None if it shows many."""

    searched: bool = True
    """Whether the search reads it. Lists of what other pages say are only found by their title and description."""

    moved_to: str | None = None
    """On a page at an old address: the page that readers are sent to."""

    gathers: tuple[str, ...] = ()
    """On the page with the whole explainer: the pages on it."""

    removed: Removed | None = None
    """On a page that says that something was removed: what it was."""

    @property
    def is_old(self) -> bool:
        """Whether it is there only for old links: not in the menu, the search or the sitemap."""
        return self.moved_to is not None or self.removed is not None


def plan(explainer: Explainer, words: Words, as_it_stood: Callable[[Moment], Explainer]) -> tuple[Plan, ...]:
    """Return every page of the site. A kind without records has no pages.

    `as_it_stood` returns the explainer as it stood at a moment.
    """
    return tuple(_Planner(explainer, words, as_it_stood).plans())


def taken_addresses(plans: Sequence[Plan], explainer: Explainer) -> Iterator[Problem]:
    """Yield a problem for everything that was removed, but whose address has a page again."""
    existing = {plan.path for plan in plans if not plan.is_old}
    for index, removed in enumerate(explainer.removals.removed):
        if existing.intersection(addresses.addresses_of_removed(removed)):
            yield Problem(
                location=explainer.origins[REMOVED_FILE].at(("removed", index, "id")),
                rule="old-name",
                message=f"there is a page at '{removed.id}' again",
                hint="delete this entry",
            )


def same_titles(plans: Sequence[Plan], explainer: Explainer) -> Iterator[Problem]:
    """Find pages that have the title of another: a reader, a search and a bookmark can't tell them apart."""
    first: dict[str, Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.record is not None):  # the site's own pages come first
        if plan.is_old:
            continue  # no search shows it
        title = " ".join(plan.title.unescape().split())
        other = first.setdefault(title, plan)
        if other is not plan:
            whose = f"that of '{other.record.id}'" if other.record else f"that of the page {on_the_web(other.path, '')}"
            message = f"the title '{visible(plan.title.unescape())}' is also {whose}"
            hint = "add what tells them apart, such as the place or the year"
            yield Problem(location=_location_of_title(plan, explainer), rule="same-title", message=message, hint=hint)


def _location_of_title(plan: Plan, explainer: Explainer) -> Location:
    """Where the title of a page is written."""
    record = plan.record
    if record is not None:
        fields = ("short", "name", "title") if isinstance(record, Party) else ("title",)
        given = next(name for name in fields if name in record.model_fields_set)
        return explainer.origins[record.id].at((given,))
    moments = explainer.settings.moments
    place = next((at for at, each in enumerate(moments) if addresses.address_of_moment(each) == plan.path), None)
    return explainer.origins[SETTINGS_FILE].at(("title",) if place is None else ("moments", place, "title"))


class _Planner:
    def __init__(self, explainer: Explainer, words: Words, as_it_stood: Callable[[Moment], Explainer]) -> None:
        self.explainer = explainer
        self.words = words
        self.as_it_stood = as_it_stood
        self.contexts = Contexts(explainer, words)
        self.by_kind: dict[type[Record], tuple[Plan, ...]] = {}

    def plans(self) -> Iterator[Plan]:
        yield self._home()
        yield self._overview(addresses.BACKGROUND, "background", self.contexts.background, data=SETTINGS_FILE)
        for kind in (Stage, Visit, Project, Constraint, Party):
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
            context=self.contexts.home,
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
        if kind is Visit and len(records) > ROWS_AT_MOST:
            yield from self._visits_by_year()
        elif records:
            index = partial(self.contexts.index, kind)
            yield self._overview(addresses.index_of(kind), f"{name}-index", index, searched=False)
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

    def _visits_by_year(self) -> Iterator[Plan]:
        """Yield an index of years and a page for each year, if there are too many visits for one page."""
        name, path = "visits-index", addresses.index_of(Visit)
        years = sorted({year for visit in self.explainer.visits if (year := overviews.year_of(visit)) is not None})
        yield self._overview(path, name, partial(self.contexts.visits_by_year, years), searched=False)
        for year in years:
            yield Plan(
                path=addresses.address_of_visits_in(year),
                template=name,
                title=self.words("page.of_year", title=self.words(f"kinds.{name}"), year=str(year)),
                description=self.words(f"about.{name}"),
                context=partial(self.contexts.visits_in, year),
                trail=self._trail(name, path),
                searched=False,
            )

    def _meetings(self) -> Iterator[Plan]:
        yield self._overview(addresses.MEETINGS, "meetings", self.contexts.meetings, searched=False)
        if overviews.invitations(self.explainer.visits):
            yield self._overview(addresses.INVITATIONS, "invitations", self.contexts.invitations, searched=False)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything on the timeline."""
        return events(self.explainer)

    def _timeline(self) -> Iterator[Plan]:
        """Yield one page, or a page for each year if the timeline is too long for one."""
        found = self.events
        if not found:
            return
        if len(found) <= ROWS_AT_MOST:
            whole = partial(self.contexts.timeline, found, all_years=True)
            yield self._overview(addresses.TIMELINE, "timeline", whole, searched=False)
            return
        years: dict[int, list[Event]] = {}
        for event in found:
            years.setdefault(event.year, []).append(event)
        index = partial(self.contexts.timeline_index, tuple(years))
        yield self._overview(addresses.TIMELINE, "timeline", index, searched=False)
        for year, members in years.items():
            yield Plan(
                path=addresses.address_of_year(year),
                template="timeline",
                title=self.words("timeline.year", year=str(year)),
                description=self.words("about.timeline"),
                context=partial(self.contexts.timeline, members, all_years=False),
                trail=self._trail("timeline", addresses.TIMELINE),
                searched=False,
            )

    def _moment(self, moment: Moment) -> Plan:
        """Return the page about a past day."""
        return Plan(
            path=addresses.address_of_moment(moment),
            template="moments",
            title=moment.title.__html__(),
            description=self.words("about.moments", date=self.words.day(moment.date)),
            context=lambda: self.contexts.moment(moment, self.as_it_stood(moment)),
            trail=self._trail("timeline", addresses.TIMELINE) if self.events else self._trail(),
            data=SETTINGS_FILE,
        )

    def _claims(self) -> Iterator[Plan]:
        """Yield the index of sources with claims, a page for each, and a page with all forecasts."""
        explainer = self.explainer
        if not explainer.claims:
            return
        yield self._overview(addresses.CLAIMS, "claims-index", self.contexts.claims_index)
        yield from map(self._claims_of, explainer.claims.values())
        if overviews.forecasts(explainer):
            yield self._overview(addresses.FORECASTS, "forecasts", self.contexts.forecasts, searched=False)

    def _claims_of(self, claims: Claims) -> Plan:
        who = self.explainer.source(claims.source).who
        return Plan(
            path=addresses.address_of_claims(claims),
            template="claims",
            title=self.words("claims.of", who=who),
            description=self.words("about.claims", who=who),
            context=partial(self.contexts.claims, claims),
            trail=self._trail("claims-index", addresses.CLAIMS),
            data=f"claims/{claims.source}.yml",
        )

    def _questions(self) -> Iterator[Plan]:
        """Yield the page of readers' questions."""
        asked, removed = overviews.questions_by_kind(self.explainer), self.explainer.removed("questions")
        if asked or removed:
            context: Context = {"groups": asked, "removed": removed}
            yield self._overview(addresses.QUESTIONS, "questions", lambda: context, data="questions.yml")

    def _references(self) -> Iterator[Plan]:
        """Yield the pages for reference: terms, corrections, sources, downloads, the state of the explainer."""
        terms, corrections = self.explainer.terms, self.explainer.settings.corrections
        removed = self.explainer.removed("terms")
        if terms or removed:
            context: Context = {"terms": terms, "removed": removed}
            yield self._overview(addresses.GLOSSARY, "glossary", lambda: context, data="terms.yml")
        if corrections:
            yield self._overview(addresses.CORRECTIONS, "corrections", self.contexts.corrections, data=SETTINGS_FILE)
        yield self._overview(addresses.SOURCES, "sources", self.contexts.sources, data="sources.yml", searched=False)
        yield self._overview(addresses.DOWNLOADS, "downloads", self.contexts.downloads)
        yield self._overview(addresses.STATE, "state", self.contexts.state, searched=False)

    def _whole(self) -> Plan:
        """Return the page with the whole explainer: its main pages, those of all records, claims and terms."""
        plans = {plan.path: plan for plan in self._gathered()}
        runs = groupby(plans.values(), lambda plan: plan.trail[-1][0] if len(plan.trail) > 1 else None)
        groups = [(heading, [(plan.title, plan.path) for plan in run]) for heading, run in runs]
        whole = self._overview(addresses.WHOLE, "whole", lambda: {"groups": groups}, searched=False)
        return replace(whole, gathers=tuple(plans))

    def _gathered(self) -> Iterator[Plan]:
        yield self._home()
        yield self._overview(addresses.BACKGROUND, "background", self.contexts.background)
        yield from self._questions()
        for kind in (Stage, Visit, Project, Constraint, Party):
            yield from (plan for plan in self._kind(kind) if plan.record)
        yield from map(self._claims_of, self.explainer.claims.values())
        if self.explainer.terms:
            yield self._overview(addresses.GLOSSARY, "glossary", lambda: {})

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
            context=lambda: {"address": new, "name": title},
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
                        context=partial(dict, removed=removed),
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
            context=context,
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
