"""Finds out whether all links of a site work from what is known of each page, so that no page is read for it.

It only says whether something may be broken. `link_check` then reads the pages and says what.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from builder.site.link_check import HOSTED, SCHEME, SCHEMES, language_of, split_address
from builder.site.reuse.page_facts import PageFacts, facts_in


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkFacts:
    """What other pages and the check need to know of a page."""

    ids: list[str] = field(default_factory=list)
    """Where links may lead on it."""

    links: dict[str, list[str]] = field(default_factory=dict)
    """By path in the site, with a slash at its end if it must be a folder: the places there that it links to."""

    title: str = ""
    language: str = ""
    is_indexed: bool = True
    is_moved: bool = False
    """Whether it only sends readers on."""

    is_sound: bool = True
    """Whether all is right that can be seen on the page alone."""

    @classmethod
    def from_json(cls, values: Any) -> LinkFacts:
        """The facts in JSON values. Raises TypeError or ValueError if they are none."""
        facts = cls(**values)
        if not (isinstance(facts.ids, list) and isinstance(facts.links, dict) and isinstance(facts.title, str)):
            raise TypeError("no facts about links")
        return facts


def link_facts(path: str, html: str, base: str) -> LinkFacts:
    """The facts about the page at `path`, in a site that is served under `base`."""
    found = facts_in(html)
    links: dict[str, list[str]] = {}
    is_sound = bool(found.title) and not found.repeated and _have_only_known_hosts(found)
    for address in (*found.links, *(each for each in found.requests if not each.lower().startswith("data:"))):
        target = _target(address, path, base)
        if target is None:
            is_sound = False
        elif target:
            place = address.partition("#")[2]
            places = links.setdefault(target, [])
            if place and place != "top" and not place.startswith(":~:") and place not in places:
                places.append(place)
    return LinkFacts(
        ids=found.ids,
        links=links,
        title=found.title,
        language=language_of(html),
        is_indexed=found.is_indexed,
        is_moved=found.sends_to is not None,
        is_sound=is_sound,
    )


def _have_only_known_hosts(found: PageFacts) -> bool:
    return not any(HOSTED.match(address) for address in found.requests)


def _target(address: str, page: str, base: str) -> str | None:
    """The path in the site that an address leads to; empty if it leads out of the site, None if it can't be right."""
    scheme = SCHEME.match(address)
    if scheme or address.startswith("//"):
        return "" if scheme and scheme[1].lower() in SCHEMES else None
    as_written = split_address(address)[0]
    if not as_written:
        return page
    if page == "404.html" and not as_written.startswith("/"):
        return None
    path = unquote(as_written)
    if path.startswith("/"):
        if not f"{path}/".startswith(base):
            return None
        whole = path[len(base) :]
    else:
        whole = f"{posixpath.dirname(page)}/{path}".lstrip("/")
    plain = posixpath.normpath(whole) if whole else "."
    if plain.startswith(("..", "/")):
        return None
    return f"{plain}/" if path.endswith("/") else plain


def facts_of_pages(
    site: Path, files: Iterable[str], base: str, known: Mapping[str, LinkFacts] | None = None
) -> dict[str, LinkFacts]:
    """The facts about each .html file in a site, by path. Pages that are not among the `known` are read."""
    known = known or {}
    return {
        path: known.get(path) or link_facts(path, (site / path).read_text("utf-8", "replace"), base)
        for path in files
        if path.endswith(".html")
    }


def all_links_work(pages: Mapping[str, LinkFacts], files: Iterable[str]) -> bool:
    """Whether nothing in a site is broken for readers: False if something may be.

    `pages` has the facts about each .html file by its path in the site, `files` all paths in it.
    """
    known = set(files)
    if len({path.casefold() for path in known}) != len(known):
        return False
    titles = [(facts.title, facts.language) for facts in pages.values() if facts.is_indexed]
    if len(set(titles)) != len(titles) or not all(facts.is_sound for facts in pages.values()):
        return False
    moved = {path for path, facts in pages.items() if facts.is_moved}
    found: dict[str, str | None] = {}
    wanted: dict[str, set[str]] = {}
    for path, facts in pages.items():
        for address, places in facts.links.items():
            if address in found:
                target = found[address]
            else:
                target = found[address] = _file(address, known)
            if target is None or (target in moved and target != path):
                return False
            if places and target.endswith(".html"):
                others = [place for place in places if target != path or not place.startswith(_OF_THE_THEME)]
                wanted.setdefault(target, set()).update(others)
    return all(_are_there(places, pages.get(path)) for path, places in wanted.items())


_OF_THE_THEME: Final = "__"
"""How the names of the theme's switches begin."""


def _file(address: str, known: set[str]) -> str | None:
    plain = address.removesuffix("/")
    index = "index.html" if plain == "." else f"{plain}/index.html"
    if address == plain and plain in known:
        return plain
    return index if index in known else None


def _are_there(places: set[str], facts: LinkFacts | None) -> bool:
    ids = set(facts.ids) if facts else set()
    return all(place in ids or unquote(place) in ids for place in places)
