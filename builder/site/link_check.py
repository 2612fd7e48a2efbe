"""Checks the built site as a browser would see it: links, anchors, ids, titles and requests to other hosts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from builder.problems import Location, Problem, visible
from builder.site.html_tags import tags
from builder.site.output_manifest import files_below
from builder.site.reuse.page_facts import PageFacts, facts_in
from builder.system.parallel import share_out

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
"""The schemes that a link may have."""


_LANGUAGE: Final = re.compile(r"""<html\b[^>]*?\slang=["']?([\w-]+)""")


def language_of(html: str) -> str:
    """The language that a page says it is in; empty if it says none."""
    found = _LANGUAGE.search(html)
    return found[1] if found else ""


def check_site(site: Path, base: str = "/", *, name: str = "site") -> tuple[Problem, ...]:
    """Check every .html file below `site` and return what is broken for readers, sorted.

    `base` is the path that the site is served under (`/repo/`); `name` is the folder's name in problems.
    """
    files = {path: path.casefold() for path in files_below(site)}
    check = _Check(site=site, base=f"/{base.strip('/')}/".replace("//", "/"), name=name, files=files)
    pages: dict[str, PageFacts] = {}
    html = [path for path in files if path.endswith(".html")]
    portions = [html[start : start + _AT_ONCE] for start in range(0, len(html), _AT_ONCE)]
    share_out(partial(_read_all, site), portions, pages.update)
    for path, facts in pages.items():
        _Page(check, path, facts).check_all()
    check.finish()
    return tuple(sorted(check.problems))


def check_fragments(fragments: Mapping[str, str], files: Iterable[str], base: str) -> tuple[Problem, ...]:
    """Check the content of some pages before the site is built: everything but links to anchors on other pages.

    `fragments` has HTML by the path that the page will have in the site, `files` has the paths of all files in it.
    """
    folded = {path: path.casefold() for path in files}
    check = _Check(site=Path(), base=f"/{base.strip('/')}/".replace("//", "/"), name="", files=folded)
    check.texts.update(fragments)
    for path, html in fragments.items():
        _Page(check, path, facts_in(html)).check_links_and_ids()
    return tuple(check.problems)


_AT_ONCE: Final = 24
"""How many pages a process reads at a time."""


def _read_all(site: Path, pages: Sequence[str]) -> dict[str, PageFacts]:
    return {path: facts_in(_html(site / path)) for path in pages}


def _html(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


@dataclass(kw_only=True, slots=True)
class _Check:
    """A check in progress: what it knows about the site, and the problems found."""

    site: Path
    base: str
    name: str
    files: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    """A page's ids, in one string to save memory at 10,000 pages."""

    titles: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    """By page: its title, where that is, and whether search engines may list the page."""

    anchors: dict[tuple[str, str], list[tuple[str, int, str]]] = field(default_factory=dict)
    """By page and fragment: the links to it from other pages, each with its page, offset and address."""

    resolved: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """By folder and address: the file that it leads to."""

    texts: dict[str, str] = field(default_factory=dict)
    """The HTML of pages that are not in a file."""

    moved: dict[str, str] = field(default_factory=dict)
    """By page that only sends readers on: the address it sends them to."""

    def problem(self, location: Location, rule: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(location=location, rule=rule, message=message, hint=hint))

    def html(self, path: str) -> str:
        return self.texts[path] if path in self.texts else _html(self.site / path)

    def dead_anchor(self, location: Location, link: str, path: str, fragment: str) -> None:
        found = f"the link '{visible(link)}' leads to a place that is not on {self.name}/{path}"
        self.problem(location, "dead-anchor", found, f"nothing on that page has the id '{visible(unquote(fragment))}'")

    def finish(self) -> None:
        """Check what needs all pages: links between them, and the names of files."""
        for (path, fragment), links in self.anchors.items():
            if not _has(self.ids.get(path, ""), fragment):
                for origin, start, link in links:
                    self.dead_anchor(_located(self, origin, self.html(origin), start), link, path, fragment)
        self.find_links_to_moved_pages()
        self.check_titles()
        first: dict[str, str] = {}
        for path, folded in self.files.items():
            other = first.setdefault(folded, path)
            if other != path:
                self.problem(
                    Location(f"{self.name}/{path}"),
                    "same-but-for-case",
                    f"this file and {self.name}/{other} differ only by case",
                    "some disks and hosts keep only one of them",
                )

    def language(self, path: str) -> str:
        """The language that a page is in."""
        return language_of(self.html(path))

    def check_titles(self) -> None:
        """Report pages without a title, or with that of an earlier page in the same language."""
        known: dict[str, list[str]] = {}
        for path in self.files:
            title, start, is_indexed = self.titles.get(path, ("", 0, False))
            others = known.setdefault(title, []) if title and is_indexed else []
            other = next((each for each in others if self.language(each) == self.language(path)), path)
            others.append(path)
            if path not in self.titles or (title and other == path):
                continue
            location = _located(self, path, self.html(path), start)
            if title:
                found = f"the title '{visible(title)}' is also that of {self.name}/{other}"
                self.problem(location, "same-title", found, "each page needs its own")
            else:
                self.problem(location, "no-title", "this page has no title", "search engines show it")

    def find_links_to_moved_pages(self) -> None:
        """Report links to pages that only send readers on. Pages are read again only if there is such a link."""
        stale = {key: target for key, target in self.resolved.items() if target in self.moved}
        for path in self.files if stale else ():
            html = self.html(path) if path.endswith(".html") else ""
            folder = _folder(path)
            for tag in tags(html):
                address = split_address(tag.attributes.get("href", "").strip())[0]
                target = stale.get((folder if not address.startswith("/") else "/", address))
                if tag.name == "a" and target:
                    found = f"the link '{visible(address)}' leads to an address that has moved"
                    to = posixpath.normpath(posixpath.join("/", _folder(target), self.moved[target])).lstrip("/")
                    self.problem(_located(self, path, html, tag.start), "moved", found, f"it is now {visible(to)}/")

    def target(self, folder: str, address: str) -> str | None:
        """The file that an address in a folder of the site leads to, or None."""
        key = (folder if not address.startswith("/") else "/", address)
        if key not in self.resolved:
            self.resolved[key] = self._find(folder, unquote(address))
        return self.resolved[key]

    def _find(self, folder: str, address: str) -> str | None:
        if address.startswith("/"):
            if not f"{address}/".startswith(self.base):
                return None
            path = address[len(self.base) :]
        else:
            path = f"{folder}{address}"
        plain = posixpath.normpath(path) if path else "."
        if plain.startswith(("..", "/")):
            return None
        index = "index.html" if plain == "." else f"{plain}/index.html"
        if not address.endswith("/") and plain in self.files:
            return plain
        return index if index in self.files else None


def _located(check: _Check, path: str, html: str, start: int) -> Location:
    return Location(f"{check.name}/{path}", html.count("\n", 0, start) + 1, start - html.rfind("\n", 0, start))


def _folder(path: str) -> str:
    return path.rpartition("/")[0] + "/" if "/" in path else ""


def _has(ids: str, fragment: str) -> bool:
    return f"\n{fragment}\n" in ids or f"\n{unquote(fragment)}\n" in ids


class _Page:
    """The check of one page."""

    def __init__(self, check: _Check, path: str, facts: PageFacts) -> None:
        self.check = check
        self.path = path
        self.facts = facts
        self.folder = _folder(path)
        self.html: str | None = None

    def at(self, start: int) -> Location:
        """Locate an offset in the page, which is read only for this."""
        self.html = self.check.html(self.path) if self.html is None else self.html
        return _located(self.check, self.path, self.html, start)

    def problem(self, starts: Sequence[int], rule: str, message: str, hint: str = "") -> None:
        for start in starts:
            self.check.problem(self.at(start), rule, message, hint)

    def check_all(self) -> None:
        """Check the page, and note what other pages need to know of it."""
        if self.facts.sends_to is not None:
            self.check.moved[self.path] = self.facts.sends_to
        self.check_links_and_ids()
        self.check.titles[self.path] = (self.facts.title, self.facts.title_at, self.facts.is_indexed)

    def check_links_and_ids(self) -> None:
        """Check everything but the title."""
        self.check.ids[self.path] = "\n" + "\n".join(self.facts.ids) + "\n"
        for id_, start, first in self.facts.repeated:
            place = self.at(first)
            hint = f"first at line {place.line}, column {place.column}"
            self.problem([start], "duplicate-id", f"the id '{visible(id_)}' was used before", hint)
        for address, starts in self.facts.links.items():
            self._link(starts, address)
        for address, starts in self.facts.requests.items():
            self._request(starts, address)

    def _request(self, starts: Sequence[int], address: str) -> None:
        """Check an address that a browser fetches by itself."""
        if address.lower().startswith("data:"):
            return
        if HOSTED.match(address):
            host = f"'{visible(address)}' would be fetched from another host"
            self.problem(starts, "other-host", host, "put the file into docs/ and link that")
        else:
            self._link(starts, address)

    def _link(self, starts: Sequence[int], address: str) -> None:
        """Check a link that readers may follow."""
        scheme = SCHEME.match(address)
        if scheme or address.startswith("//"):
            if scheme is None or scheme[1].lower() not in SCHEMES:
                found = f"the link '{visible(address)}' is of a kind that is not allowed"
                self.problem(starts, "link-scheme", found, f"one of: {', '.join(sorted(SCHEMES))}")
            return
        path, fragment = split_address(address)
        if path and self.path == "404.html" and not path.startswith("/"):
            found = f"the link '{visible(address)}' is relative, and this page is shown at any address"
            self.problem(starts, "broken-link", found, f"start it with {self.check.base}")
            return
        target = self.check.target(self.folder, path) if path else self.path
        if target is None:
            found = f"the link '{visible(address)}' leads nowhere in the site"
            outside = path.startswith("/") and not f"{path}/".startswith(self.check.base)
            hint = f"the site is served under {self.check.base}" if outside else ""
            self.problem(starts, "broken-link", found, hint)
        elif fragment and target.endswith(".html"):
            self._fragment(starts, target, fragment, address)

    def _fragment(self, starts: Sequence[int], target: str, fragment: str, address: str) -> None:
        if fragment == "top" or fragment.startswith(":~:"):
            return
        if target != self.path:
            links = self.check.anchors.setdefault((target, fragment), [])
            links.extend((self.path, start, address) for start in starts)
        elif not fragment.startswith("__") and not _has(self.check.ids[self.path], fragment):  # the theme's switches
            for start in starts:
                self.check.dead_anchor(self.at(start), address, self.path, fragment)


SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
"""How an address with a scheme begins."""

HOSTED: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)
"""How an address on another host begins."""


def split_address(address: str) -> tuple[str, str]:
    """The path and the fragment of an address, without its query."""
    path, _, fragment = address.partition("#")
    return path.partition("?")[0], fragment
