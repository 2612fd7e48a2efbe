"""Checks the built site as a browser would see it: links, anchors, ids, titles and requests to other hosts."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from builder.problems import Location, Problem, visible
from builder.site.html_tags import Tag, tags

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
"""The schemes that a link may have."""


def check_site(site: Path, base: str = "/", *, name: str = "site") -> tuple[Problem, ...]:
    """Check every .html file below `site` and return what is broken for readers, sorted.

    `base` is the path that the site is served under (`/repo/`); `name` is the folder's name in problems.
    Each file is read once, a tag at a time.
    """
    files = _files(site)
    check = _Check(site=site, base=f"/{base.strip('/')}/".replace("//", "/"), name=name, files=files)
    for path in files:
        if path.endswith(".html"):
            check.read(path, check.html(path))
    check.finish()
    return tuple(sorted(check.problems))


def check_fragments(fragments: Mapping[str, str], files: Iterable[str], base: str) -> tuple[Problem, ...]:
    """Check the content of some pages before the site is built: everything but links to anchors on other pages.

    `fragments` has HTML by the path that the page will have in the site, `files` has the paths of all files in it.
    """
    folded = {path: path.casefold() for path in files}
    check = _Check(site=Path(), base=f"/{base.strip('/')}/".replace("//", "/"), name="", files=folded)
    for path, html in fragments.items():
        page = _Page(check, path, html)
        for tag in tags(html):
            page.take(tag)
        page.finish_ids()
    return tuple(check.problems)


_REQUESTS: Final = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "embed": ("src",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "track": ("src",),
    "input": ("src",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
"""Attributes whose addresses a browser fetches by itself."""

_FETCHED_LINKS: Final = frozenset(
    {"stylesheet", "icon", "manifest", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch"}
)


def _files(site: Path) -> dict[str, str]:
    """The path of every file of the site, sorted, with the same path in lower case."""
    found: list[str] = []
    for folder, _, names in os.walk(site):
        prefix = Path(folder).relative_to(site).as_posix()
        found.extend(name if prefix == "." else f"{prefix}/{name}" for name in names)
    return {path: path.casefold() for path in sorted(found)}


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

    titles: dict[str, str] = field(default_factory=dict)
    """The first page of each title."""

    anchors: dict[tuple[str, str], list[tuple[str, int, str]]] = field(default_factory=dict)
    """By page and fragment: the links to it from other pages, each with its page, offset and address."""

    resolved: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def problem(self, location: Location, rule: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(location=location, rule=rule, message=message, hint=hint))

    def html(self, path: str) -> str:
        return (self.site / path).read_text(encoding="utf-8", errors="replace")

    def dead_anchor(self, location: Location, link: str, path: str, fragment: str) -> None:
        found = f"the link '{visible(link)}' leads to a place that is not on {self.name}/{path}"
        self.problem(location, "dead-anchor", found, f"nothing on that page has the id '{visible(unquote(fragment))}'")

    def read(self, path: str, html: str) -> None:
        """Check one page."""
        page = _Page(self, path, html)
        for tag in tags(html):
            page.take(tag)
        page.finish()

    def finish(self) -> None:
        """Check what needs all pages: links between them, and the names of files."""
        for (path, fragment), links in self.anchors.items():
            if not _has(self.ids.get(path, ""), fragment):
                for origin, start, link in links:
                    self.dead_anchor(_located(self, origin, self.html(origin), start), link, path, fragment)
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


def _has(ids: str, fragment: str) -> bool:
    return f"\n{fragment}\n" in ids or f"\n{unquote(fragment)}\n" in ids


class _Page:
    """The check of one page."""

    def __init__(self, check: _Check, path: str, html: str) -> None:
        self.check = check
        self.path = path
        self.html = html
        self.folder = path.rpartition("/")[0] + "/" if "/" in path else ""
        self.ids: dict[str, int] = {}
        self.names: set[str] = set()
        self.fragments: list[tuple[str, int, str]] = []
        self.title: Tag | None = None

    def at(self, start: int) -> Location:
        return _located(self.check, self.path, self.html, start)

    def problem(self, tag: Tag, rule: str, message: str, hint: str = "") -> None:
        self.check.problem(self.at(tag.start), rule, message, hint)

    def take(self, tag: Tag) -> None:
        """Check one tag."""
        if tag.name == "title":
            # An SVG may have a title too; the page's own comes first, in the head.
            self.title = self.title or tag
        if (id_ := tag.attributes.get("id")) is not None:
            self._take_id(tag, id_)
        if tag.name in ("a", "area"):
            self.names.add(tag.attributes.get("name", ""))
            if (href := tag.attributes.get("href", tag.attributes.get("xlink:href"))) is not None:
                self._link(tag, href)
        elif tag.name == "link":
            self._take_link_tag(tag)
        elif tag.name == "meta":
            if tag.attributes.get("http-equiv", "").lower() == "refresh" and "=" in tag.attributes.get("content", ""):
                self._link(tag, tag.attributes["content"].partition("=")[2].strip(" '\""))
        else:
            for attribute in _REQUESTS.get(tag.name, ()):
                if (value := tag.attributes.get(attribute)) is not None:
                    self._take_request(tag, attribute, value)

    def finish(self) -> None:
        """Check what belongs to the page as a whole."""
        self.finish_ids()
        self._finish_title()

    def finish_ids(self) -> None:
        """Check the links from the page to itself, once all its ids are known."""
        ids = self.check.ids[self.path] = "\n" + "\n".join([*self.ids, *self.names]) + "\n"
        for fragment, start, link in self.fragments:
            if not _has(ids, fragment):
                self.check.dead_anchor(self.at(start), link, self.path, fragment)

    def _finish_title(self) -> None:
        title = " ".join(self.title.text.split()) if self.title else ""
        location = self.at(self.title.start) if self.title else self.at(0)
        if not title:
            self.check.problem(location, "no-title", "this page has no title", "search engines show it")
            return
        first = self.check.titles.setdefault(title, self.path)
        if first != self.path:
            found = f"the title '{visible(title)}' is also that of {self.check.name}/{first}"
            self.check.problem(location, "same-title", found, "each page needs its own")

    def _take_id(self, tag: Tag, id_: str) -> None:
        if id_ in self.ids:
            first = self.at(self.ids[id_])
            found = f"the id '{visible(id_)}' was used before"
            self.problem(tag, "duplicate-id", found, f"first at line {first.line}, column {first.column}")
        self.ids.setdefault(id_, tag.start)

    def _take_link_tag(self, tag: Tag) -> None:
        href = tag.attributes.get("href", "")
        if _FETCHED_LINKS.intersection(tag.attributes.get("rel", "").lower().split()):
            self._request(tag, href)
        else:
            self._link(tag, href)

    def _take_request(self, tag: Tag, attribute: str, value: str) -> None:
        if attribute == "srcset":
            for candidate in value.split(","):
                self._request(tag, candidate.split()[0] if candidate.strip() else "")
        else:
            self._request(tag, value)

    def _request(self, tag: Tag, address: str) -> None:
        """Check an address that a browser fetches by itself."""
        address = address.strip()
        if address.lower().startswith("data:"):
            return
        if _HOSTED.match(address):
            host = f"'{visible(address)}' would be fetched from another host"
            self.problem(tag, "other-host", host, "put the file into docs/ and link that")
        else:
            self._link(tag, address)

    def _link(self, tag: Tag, address: str) -> None:
        """Check a link that readers may follow."""
        address = address.strip()
        scheme = _SCHEME.match(address)
        if scheme or address.startswith("//"):
            if scheme is None or scheme[1].lower() not in SCHEMES:
                found = f"the link '{visible(address)}' is of a kind that is not allowed"
                self.problem(tag, "link-scheme", found, f"one of: {', '.join(sorted(SCHEMES))}")
            return
        path, fragment = _split(address)
        if path and self.path == "404.html" and not path.startswith("/"):
            found = f"the link '{visible(address)}' is relative, and this page is shown at any address"
            self.problem(tag, "broken-link", found, f"start it with {self.check.base}")
            return
        target = self.check.target(self.folder, path) if path else self.path
        if target is None:
            found = f"the link '{visible(address)}' leads nowhere in the site"
            outside = path.startswith("/") and not f"{path}/".startswith(self.check.base)
            hint = f"the site is served under {self.check.base}" if outside else ""
            self.problem(tag, "broken-link", found, hint)
        elif fragment and target.endswith(".html"):
            self._take_fragment(tag, target, fragment, address)

    def _take_fragment(self, tag: Tag, target: str, fragment: str, address: str) -> None:
        if fragment == "top" or fragment.startswith(":~:"):
            return
        if target != self.path:
            self.check.anchors.setdefault((target, fragment), []).append((self.path, tag.start, address))
        elif not fragment.startswith("__"):  # the theme's own switches
            self.fragments.append((fragment, tag.start, address))


_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_HOSTED = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def _split(address: str) -> tuple[str, str]:
    """The path and the fragment of an address, without its query."""
    path, _, fragment = address.partition("#")
    return path.partition("?")[0], fragment
