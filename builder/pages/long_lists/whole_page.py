"""Which pages are on the one page with everything: those that fit, whole kinds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from markupsafe import Markup

Page = TypeVar("Page")

PAGES_AT_MOST: Final = 250
"""How many pages can be on one page. It has about 2.5 MB then, and some 400 sheets in print."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter(Generic[Page]):
    """Pages of one kind, and where readers find them if they are left out: the title and the path of their list."""

    title: Markup
    path: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WholePage(Generic[Page]):
    """The pages on one page, and the chapters that would make it too long."""

    pages: tuple[Page, ...]
    left_out: tuple[Chapter[Page], ...]


def whole_page(main: Iterable[Page], chapters: Sequence[Chapter[Page]]) -> WholePage[Page]:
    """Put pages on one page: the main ones, and the chapters in their order, each if all of it still fits.

    Short chapters come before long ones when it is decided what fits.
    """
    pages = list(main)
    room = PAGES_AT_MOST - len(pages)
    fitting: set[str] = set()
    for chapter in sorted(chapters, key=lambda chapter: len(chapter.pages)):
        if len(chapter.pages) <= room:
            fitting.add(chapter.path)
            room -= len(chapter.pages)
    return WholePage(
        pages=(*pages, *(page for chapter in chapters if chapter.path in fitting for page in chapter.pages)),
        left_out=tuple(chapter for chapter in chapters if chapter.path not in fitting),
    )
