"""Recognises a missing page although the server answers 200: an error page, or the front page instead.

A server is asked for a page that can't exist. If it answers 200, its answer is compared with the page in question. The
method is that of Bar-Yossef and others, "Sic transit gloria telae" (2004), section 3.
"""

from __future__ import annotations

import difflib
import hashlib
import html
import re
import string
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

MAX_WORDS: Final = 400
"""How many words of a page are compared. The time for that grows with the third power in the worst case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a reader sees of a page: its title, and the first words of its text."""

    title: str
    words: tuple[str, ...]


def read_page(body: bytes) -> Page:
    """Read the HTML of a page, however broken it is. The time this takes grows only with the length of `body`."""
    text = body.decode("utf-8", errors="replace")
    text = _without(_without(text, "<script", "</script"), "<style", "</style")
    title = _between(text, "<title", "</title").partition(">")[2]
    words = html.unescape(re.sub(r"<[^<>]*>", " ", _without(text, "<title", "</title"))).split()
    return Page(title=" ".join(html.unescape(title).split())[:200], words=tuple(words[:MAX_WORDS]))


def _between(text: str, start: str, end: str) -> str:
    lowered = _lowered(text)
    first = lowered.find(start)
    last = lowered.find(end, first)
    return text[first:last] if 0 <= first < last else ""


def _without(text: str, start: str, end: str) -> str:
    lowered = _lowered(text)
    kept = []
    position = 0
    while (first := lowered.find(start, position)) >= 0:
        kept.append(text[position:first])
        position = lowered.find(end, first)
        if position < 0:
            return " ".join(kept)
    return " ".join([*kept, text[position:]])


def _lowered(text: str) -> str:
    """The text in lower case, with every character in its place: in Unicode, some become two."""
    return text.translate(_LOWER)


_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def is_titled_as_missing(page: Page) -> bool:
    """Whether the title says that the page does not exist."""
    return bool(_MISSING.search(page.title))


_MISSING: Final = re.compile(
    r"\b404\b|\b410\b|not found|(does not|doesn.t|no longer) exist|no longer available|page (unavailable|missing)"
    r"|nicht gefunden|introuvable|non trouvée?|no encontrad[ao]|não encontrad[ao]|non trovat[ao]|niet gevonden"
    r"|не найден|не существует|не знайден|nie znaleziono|nenalezen|ikke fundet|hittades inte"
    r"|找不到|不存在|未找到|見つかりません|찾을 수 없|غير موجود|یافت نشد|bulunamadı",
    re.IGNORECASE,
)


def are_alike(one: Page, other: Page) -> bool:
    """Whether two pages are the same but for a few words, such as the address that was asked for."""
    matcher = difflib.SequenceMatcher(None, one.words, other.words, autojunk=False)
    needed = 0.8 if one.title == other.title else 0.95
    return matcher.quick_ratio() >= needed and matcher.ratio() >= needed


def leads_to_front_page(address: str, final: str) -> bool:
    """Whether a redirect from a page inside a site leads to the front page of this or another site."""
    return not is_front_page(address) and is_front_page(final)


def is_front_page(address: str) -> bool:
    """Whether an address is that of a site's front page, which may be one for each language."""
    parts = urlsplit(address)
    return not parts.query and bool(_FRONT_PAGE.fullmatch(parts.path))


_FRONT_PAGE: Final = re.compile(r"/?(?:[a-z]{2}(?:-[A-Za-z]{2})?/?)?(?:(?:index|default|home)\.[a-z]{3,5})?")
"""The path of a front page, such as `/`, `/en/` or `/index.html`."""


Pattern = tuple[str, str, str]
"""What a server probably treats alike: the site, the folder but for numbers, and the ending of the file's name."""


def pattern_of(address: str) -> Pattern:
    """The pattern that an address follows."""
    parts = urlsplit(address)
    folder, _, file = parts.path.rpartition("/")
    return f"{parts.scheme}://{parts.netloc}", re.sub(r"\d+", "0", folder), _ending(file)


def impossible_address(address: str) -> str:
    """The address of a page that can't exist, beside a page. It is always the same for the same site and folder."""
    parts = urlsplit(address)
    folder, _, file = parts.path.rpartition("/")
    digest = hashlib.sha256(f"{parts.netloc}{folder}".encode()).hexdigest()[:24]
    name = "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}{_ending(file)}", "", ""))


def _ending(file: str) -> str:
    found = re.search(r"(?<=\w)\.[a-zA-Z]{2,5}$", file)
    return found[0] if found else ""
