"""The navigation: the pages that there are, in a fixed order, around what mkdocs.yml says of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from markupsafe import Markup, escape

from builder.explainer import addresses
from builder.explainer.words import Words
from builder.pages.plan import Plan
from builder.parsing.yaml_reader import texts_below
from builder.problems import Location, Problem, nearest
from builder.project import Project
from builder.records.loading import Summaries

ORDER: Final = (
    addresses.HOME,
    *(addresses.index_of(kind) for kind in addresses.PAGED),
    addresses.MEETINGS,
    addresses.INVITATIONS,
    addresses.TIMELINE,
    addresses.QUESTIONS,
    addresses.CLAIMS,
    addresses.FORECASTS,
    addresses.GLOSSARY,
    addresses.SOURCES,
    addresses.DOWNLOADS,
)
"""The pages that the navigation is made of, where they exist. Records are never among them: with a thousand of them
every page would carry a thousand links."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the navigation: the page's path below docs/, and what it is called there, escaped.

    Without a title it is called what the page itself is called.
    """

    path: str
    title: Markup | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Navigation:
    """What the builder knows of the navigation."""

    entries: tuple[Entry, ...] = ()
    made: frozenset[str] = frozenset()
    """Every page that the builder makes."""

    empty: frozenset[str] = frozenset()
    """Pages that it would make if there were something to show on them."""


def navigation(plans: Iterable[Plan], summaries: Summaries, words: Words) -> Navigation:
    """The navigation of the planned pages. `summaries` are all that there are, drafts among them."""
    titles = {plan.path: plan.title for plan in plans}
    names = {**titles, addresses.HOME: words("site.home")}
    return Navigation(
        entries=tuple(Entry(path=path, title=names[path]) for path in ORDER if path in titles),
        made=frozenset(titles),
        empty=frozenset(_possible(summaries)) - titles.keys(),
    )


def _possible(summaries: Summaries) -> Iterator[str]:
    yield from ORDER
    yield from (addresses.CORRECTIONS, addresses.STATE)
    yield from map(addresses.address_of_moment, summaries.settings.moments)
    yield from map(addresses.address_of_claims, summaries.claims.values())
    yield from (path for record in summaries.records.values() if (path := addresses.address_of(record)))


def missing(project: Project, pages: Navigation) -> Iterator[Problem]:
    """Each page that the navigation in mkdocs.yml names, and that neither a hand nor the builder makes."""
    if not project.config.is_file():
        return
    text = project.config.read_text(encoding="utf-8", errors="replace")
    for named, line, column in texts_below(text, "nav"):
        path = PurePosixPath(named).as_posix()
        if not _is_page(named) or path in pages.made or path in pages.empty or is_by_hand(project.docs / path):
            continue
        known = {_short(page): page for page in (*pages.made, *pages.empty, *_pages_by_hand(project.docs))}
        near = nearest(_short(path), (), known)
        yield Problem(
            location=Location(project.config.name, line, column),
            rule="no-page",
            message=f"the navigation names {path}, and there is no such page",
            hint=f"did you mean '{near}'?" if near else f"write docs/{path}, or take the line out",
        )


def completed(nav: Sequence[Any], pages: Navigation) -> list[Any]:
    """The navigation of mkdocs.yml, completed by the builder's entries, as MkDocs's `nav`; titles are escaped.

    What it names keeps its title and its place. Each other entry follows the one before it in the builder's order,
    and stands first where there is none. What would be empty is left out.
    """
    items = _there(nav, pages.empty)
    places = {path: place for place, item in enumerate(items) for path in _named([item], nested=False)}
    named = set(_named(items))
    before: dict[int, list[Any]] = {}
    place = 0
    for entry in pages.entries:
        if entry.path in named:
            place = places[entry.path] + 1 if entry.path in places else place
        else:
            before.setdefault(place, []).append({entry.title: entry.path} if entry.title else entry.path)
    return [
        each
        for place, item in enumerate([*items, None])
        for each in (*before.get(place, ()), *([item] if item else ()))
    ]


def _short(path: str) -> str:
    """A page without what many have in common."""
    return path.removesuffix(".md").removesuffix("/index")


def is_by_hand(page: Path) -> bool:
    """Whether a page is there, and is not the builder's."""
    return page.is_file() and not has_seal(page.read_text(encoding="utf-8", errors="replace"))


def has_seal(text: str) -> bool:
    """Whether the text of a page says that the builder wrote it."""
    return "\nseal: " in text[:200]


def _pages_by_hand(docs: Path) -> Iterator[str]:
    return (page.relative_to(docs).as_posix() for page in docs.rglob("*.md") if is_by_hand(page))


def _there(nav: Sequence[Any], empty: frozenset[str]) -> list[Any]:
    """The navigation without pages that would be empty, and without sections that hold nothing else."""
    return [kept for item in nav if (kept := _kept(item, empty))]


def _kept(item: Any, empty: frozenset[str]) -> Any:
    if isinstance(item, dict):
        return {escape(title): kept for title, each in item.items() if (kept := _kept(each, empty))}
    if isinstance(item, list):
        return _there(item, empty)
    return None if isinstance(item, str) and PurePosixPath(item).as_posix() in empty else item


def _named(items: Iterable[Any], *, nested: bool = True) -> Iterator[str]:
    """The pages that items name, by themselves or in their sections."""
    for item in items:
        for each in item.values() if isinstance(item, dict) else (item,):
            if isinstance(each, str):
                yield PurePosixPath(each).as_posix()
            elif nested and isinstance(each, list):
                yield from _named(each)


def _is_page(named: str) -> bool:
    return named.endswith(".md") and "://" not in named and not named.startswith("/")
