"""What the check of the built site needs to know of a page: its ids, links and title, and where they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from builder.site.html_tags import Tag, tags


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFacts:
    """What there is on a page. Places are offsets in its HTML."""

    ids: list[str]
    """Its ids, and the names of its anchors, which links may lead to."""

    repeated: list[tuple[str, int, int]]
    """Each id that was there before: the id, its place, and the place of the first."""

    links: dict[str, list[int]]
    """The places of each address that readers may follow."""

    requests: dict[str, list[int]]
    """The places of each address that a browser fetches by itself."""

    title: str
    title_at: int
    is_indexed: bool
    """Whether search engines may list it."""

    sends_to: str | None
    """The address that the page sends its readers on to."""


def facts_in(html: str) -> PageFacts:
    """Find what there is on a page."""
    finder = _Finder()
    for tag in tags(html):
        finder.take(tag)
    return PageFacts(
        ids=[*finder.ids, *sorted(finder.names - finder.ids.keys())],
        repeated=finder.repeated,
        links=finder.links,
        requests=finder.requests,
        title=" ".join(finder.title.text.split()) if finder.title else "",
        title_at=finder.title.start if finder.title else 0,
        is_indexed=finder.is_indexed,
        sends_to=finder.sends_to,
    )


@dataclass(kw_only=True, slots=True)
class _Finder:
    """What was found so far."""

    ids: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    repeated: list[tuple[str, int, int]] = field(default_factory=list)
    links: dict[str, list[int]] = field(default_factory=dict)
    requests: dict[str, list[int]] = field(default_factory=dict)
    title: Tag | None = None
    is_indexed: bool = True
    sends_to: str | None = None

    def take(self, tag: Tag) -> None:
        if tag.name == "title":
            # An SVG may have a title too; the page's own comes first, in the head.
            self.title = self.title or tag
        if (id_ := tag.attributes.get("id")) is not None:
            if id_ in self.ids:
                self.repeated.append((id_, tag.start, self.ids[id_]))
            self.ids.setdefault(id_, tag.start)
        if tag.name in ("a", "area"):
            if name := tag.attributes.get("name"):
                self.names.add(name)
            if (href := tag.attributes.get("href", tag.attributes.get("xlink:href"))) is not None:
                _add(self.links, href, tag)
        elif tag.name == "link":
            fetched = _FETCHED_LINKS.intersection(tag.attributes.get("rel", "").lower().split())
            _add(self.requests if fetched else self.links, tag.attributes.get("href", ""), tag)
        elif tag.name == "meta":
            self._take_meta(tag)
        else:
            for attribute in _REQUESTS.get(tag.name, ()):
                if (value := tag.attributes.get(attribute)) is not None:
                    for address in _candidates(value) if attribute == "srcset" else (value,):
                        _add(self.requests, address, tag)

    def _take_meta(self, tag: Tag) -> None:
        content = tag.attributes.get("content", "")
        if tag.attributes.get("http-equiv", "").lower() == "refresh" and "=" in content:
            self.sends_to = content.partition("=")[2].strip(" '\"")
            _add(self.links, self.sends_to, tag)
        elif tag.attributes.get("name", "").lower() == "robots" and "noindex" in content.lower():
            self.is_indexed = False


def _add(found: dict[str, list[int]], address: str, tag: Tag) -> None:
    found.setdefault(address.strip(), []).append(tag.start)


def _candidates(srcset: str) -> list[str]:
    return [each.split()[0] if each.strip() else "" for each in srcset.split(",")]


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
