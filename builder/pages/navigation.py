"""The navigation: the generated pages in a fixed order, merged with `nav` of mkdocs.yml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from markupsafe import Markup, escape

from builder.explainer import addresses
from builder.explainer.words import Words
from builder.exports.feeds import ATOM
from builder.pages.plan import Plan
from builder.parsing.yaml_spans import texts_below
from builder.problems import Location, Problem, nearest
from builder.project import Project
from builder.records.loading import Summaries
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project as ProjectRecord
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "story": (addresses.HOME, addresses.BACKGROUND, addresses.index_of(Stage), addresses.QUESTIONS),
    "timeline": (addresses.TIMELINE, addresses.index_of(Event)),
    "meetings": (addresses.index_of(Visit), addresses.index_of(Party), addresses.MEETINGS, addresses.INVITATIONS),
    "projects": (addresses.index_of(ProjectRecord), addresses.index_of(Constraint), addresses.index_of(Document)),
    "claims": (addresses.CLAIMS, addresses.FORECASTS),
}
"""The parts of the menu and their pages, if they exist. A part with one page has that page's title. Pages of single
records are left out: with a thousand records, every page would have a thousand links."""

FOOTER: Final = (
    addresses.SOURCES,
    addresses.GLOSSARY,
    addresses.CORRECTIONS,
    addresses.STATE,
    addresses.DOWNLOADS,
    addresses.WHOLE,
)
"""The pages that the footer of every page links to, if they exist."""

FOOTER_SETTING: Final = "footer"
"""The key below `extra` of mkdocs.yml where a host adds entries to the footer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry of the menu or the footer: a path below docs/ or a web address, and its title there, escaped.

    Without a title, the page's own title is used.
    """

    path: str
    title: Markup | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the menu: its entries, and its title, escaped. Without a title, the entries stand alone."""

    title: Markup | None = None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Navigation:
    """The builder's part of the navigation."""

    parts: tuple[Part, ...] = ()
    footer: tuple[Entry, ...] = ()
    """What the footer links to after the pages that mkdocs.yml puts there."""

    generated: frozenset[str] = frozenset()
    """Every page that the builder generates."""

    empty: frozenset[str] = frozenset()
    """Pages that it would generate if they had any content."""


def navigation(plans: Iterable[Plan], summaries: Summaries, words: Words) -> Navigation:
    """Return the navigation of the planned pages. `summaries` are all summaries, including drafts."""
    titles = {plan.path: plan.title for plan in plans}
    names = {**titles, addresses.HOME: words("site.home")}
    return Navigation(
        parts=tuple(
            Part(
                title=words(f"menu.{name}") if f"menu.{name}" in words else None,
                entries=tuple(Entry(path=path, title=names[path]) for path in paths if path in titles),
            )
            for name, paths in PARTS.items()
        ),
        footer=(
            *(Entry(path=path, title=titles[path]) for path in FOOTER if path in titles),
            Entry(path=ATOM, title=words("footer.follow")),
            Entry(path=f"{addresses.HOME}#page_cite", title=words("footer.cite")),
            Entry(path=summaries.settings.contact, title=words("footer.contact")),
        ),
        generated=frozenset(titles),
        empty=frozenset(_possible(summaries)) - titles.keys(),
    )


def _possible(summaries: Summaries) -> Iterator[str]:
    yield from (path for paths in PARTS.values() for path in paths)
    yield from FOOTER
    yield from map(addresses.address_of_moment, summaries.settings.moments)
    yield from map(addresses.address_of_claims, summaries.claims.values())
    yield from (path for record in summaries.records.values() if (path := addresses.address_of(record)))


def missing_pages(project: Project, pages: Navigation) -> Iterator[Problem]:
    """Yield a problem for each page in mkdocs.yml, in the menu or the footer, that nobody writes."""
    if not project.config.is_file():
        return
    text = project.config.read_text(encoding="utf-8", errors="replace")
    places = {"navigation": ("nav",), "footer": ("extra", FOOTER_SETTING)}
    for where, named, line, column in (
        (where, *each) for where, keys in places.items() for each in texts_below(text, *keys)
    ):
        path = PurePosixPath(named).as_posix()
        if (
            not _is_page(named)
            or path in pages.generated
            or path in pages.empty
            or is_hand_written(project.docs / path)
        ):
            continue
        known = {_short(page): page for page in (*pages.generated, *pages.empty, *hand_written_pages(project.docs))}
        near = nearest(_short(path), (), known)
        yield Problem(
            location=Location(project.config.name, line, column),
            rule="no-page",
            message=f"the {where} names {path}, but there is no such page",
            hint=f"did you mean '{near}'?" if near else f"write docs/{path}, or remove the line",
        )


def complete_nav(nav: Sequence[Any], pages: Navigation) -> list[Any]:
    """Add the builder's parts to `nav` of mkdocs.yml. Titles in the result are escaped.

    Pages that `nav` names keep their title and place, and are not in a part. What is left of a part comes after the
    page before it in the builder's order, or first if there is none; a single page stands alone, with its own title.
    Pages and sections that would be empty are left out.
    """
    items = _without_empty(nav, pages.empty)
    places = {path: place for place, item in enumerate(items) for path in named_pages([item], nested=False)}
    named = set(named_pages(items))
    before: dict[int, list[Any]] = {}
    place = 0
    for part in pages.parts:
        start = place
        left: list[Any] = []
        for entry in part.entries:
            if entry.path in named:
                place = places[entry.path] + 1 if entry.path in places else place
            else:
                start = start if left else place
                left.append({entry.title: entry.path} if entry.title else entry.path)
        before.setdefault(start, []).extend([{part.title: left}] if part.title and len(left) > 1 else left)
    return [
        each
        for place, item in enumerate([*items, None])
        for each in (*before.get(place, ()), *([item] if item else ()))
    ]


def named_pages(items: Iterable[Any], *, nested: bool = True) -> Iterator[str]:
    """Yield the pages that items name, directly or, if `nested`, in their sections."""
    for item in items:
        for each in item.values() if isinstance(item, dict) else (item,):
            if isinstance(each, str):
                yield PurePosixPath(each).as_posix()
            elif nested and isinstance(each, list):
                yield from named_pages(each)


def _short(path: str) -> str:
    """Return the path without the endings that many pages share."""
    return path.removesuffix(".md").removesuffix("/index")


def is_hand_written(page: Path) -> bool:
    """Whether a page exists and the builder did not write it."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8", errors="replace") as file:
        return not has_seal(file.read(_SEAL_BEFORE))


def has_seal(text: str) -> bool:
    """Whether the text of a page has the seal of generated pages."""
    return "\nseal: " in text[:_SEAL_BEFORE]


_SEAL_BEFORE: Final = 200
"""Within how many characters the seal is."""


def hand_written_pages(docs: Path) -> Iterator[str]:
    """The paths below docs/ of the pages that people write."""
    return (page.relative_to(docs).as_posix() for page in docs.rglob("*.md") if is_hand_written(page))


def _without_empty(nav: Sequence[Any], empty: frozenset[str]) -> list[Any]:
    """Remove pages that would be empty, and sections with nothing else in them."""
    return [kept for item in nav if (kept := _without_empty_pages(item, empty))]


def _without_empty_pages(item: Any, empty: frozenset[str]) -> Any:
    if isinstance(item, dict):
        return {escape(title): kept for title, each in item.items() if (kept := _without_empty_pages(each, empty))}
    if isinstance(item, list):
        return _without_empty(item, empty)
    return None if isinstance(item, str) and PurePosixPath(item).as_posix() in empty else item


def _is_page(named: str) -> bool:
    return named.endswith(".md") and "://" not in named and not named.startswith("/")
