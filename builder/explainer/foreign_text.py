"""Marks text in another language than the site's for screen readers, and keeps right-to-left text in its place.

A name in Persian between English words changes the order of what stands next to it, unless an element isolates it.
https://www.w3.org/TR/WCAG22/#language-of-parts, https://www.w3.org/International/articles/inline-bidi-markup/
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from builder.records.languages.language_codes import are_same, direction_of, script_of
from builder.records.models.source import Source
from builder.records.safe_text import Text
from builder.records.translations.translated_text import Translated


@dataclass(frozen=True)
class ForeignText:
    """Prints text that may be in another language than the site's, which is given by its code."""

    site: str

    original: str = ""
    """On pages in another language: the language that the explainer is written in. Texts are in it if nobody has
    translated them."""

    def told(self, text: str, code: str | None = None) -> Markup:
        """Print what an editor wrote, such as a title: in the language of the site, or of something in a language."""
        if not self.original or code or isinstance(text, Translated):
            return self.named(text, code)
        return self.in_language(text, self.original)

    def around(self, markup: Markup, text: Text) -> Markup:
        """Mark what was made of a text that an editor wrote, if nobody has translated the text."""
        if not self.original or isinstance(text, Translated):
            return markup
        direction = direction_of(self.original)
        turned = f' dir="{direction}"' if direction not in ("", direction_of(self.site)) else ""
        return Markup(f'<span lang="{escape(self.original)}"{turned}>{markup}</span>')

    def in_language(self, text: str, code: str) -> Markup:
        """Print text that is in a language, such as a name as it is written there."""
        if are_same(code, self.site):
            return self.named(text)
        direction = direction_of(code)
        if direction in ("", direction_of(self.site)):
            return Markup(f'<span lang="{escape(code)}">{self.named(text)}</span>')
        return Markup(f'<span lang="{escape(code)}" dir="{direction}">{Text(text).__html__()}</span>')

    def titled(self, text: str, code: str | None) -> Markup:
        """Print a title or a quotation from something in a language.

        It can be a translation: English letters are not Chinese. Then its language is not known.
        """
        return self.in_language(text, code) if code and _can_be(text, code) else self.named(text)

    def named(self, text: str, code: str | None = None) -> Markup:
        """Print a name, which may be of something in a language. A name in Latin letters is of no language."""
        if code and script_of(code) != "Latn" and _can_be(text, code):
            return self.in_language(text, code)
        return _isolated(text, direction_of(self.site))

    def label(self, source: Source) -> Markup:
        """Name a source by its title or, without one, by its authors and where it appeared."""
        if source.title:
            return self.titled(source.title, source.language)
        if not source.byline:
            return self.named(source.id)
        outlet = [self.named(name, source.language) for name in source.byline if name != source.authors]
        return Markup(", ").join([*([self.authors(source)] if source.author else []), *outlet])

    def authors(self, source: Source) -> Markup:
        """Name the authors of a source."""
        return Markup("; ").join(self.named(author.name, source.language) for author in source.author)

    def who(self, source: Source) -> Markup:
        """Name who speaks in a source: its authors or, if there are none, its outlet."""
        if source.author:
            return self.authors(source)
        return self.named(source.outlet, source.language) if source.outlet else self.label(source)


@lru_cache(maxsize=32_768)  # the same names are on many pages
def _isolated(text: str, direction: str) -> Markup:
    """Print a text of a site, in an element of its own if some of it runs against the direction of the site."""
    escaped = Text(text).__html__()
    if text.isascii() and direction != "rtl":
        return escaped
    return Markup(f"<bdi>{escaped}</bdi>") if ("L" if direction == "rtl" else "R") in _directions(text) else escaped


def _directions(text: str) -> frozenset[str]:
    """The directions of the letters in a text: `L`, `R`."""
    return frozenset({"L": "L", "R": "R", "AL": "R"}.get(unicodedata.bidirectional(letter), "") for letter in text)


def _can_be(text: str, code: str) -> bool:
    """Whether a text has letters as its language has them: Latin ones or others."""
    has_latin, has_others = _letters_in(text)
    return has_latin if script_of(code) == "Latn" else has_others


@lru_cache(maxsize=8192)  # a name, title or quotation is on several pages
def _letters_in(text: str) -> tuple[bool, bool]:
    """Whether a text has Latin letters, and others."""
    found = {
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")
        for letter in set(text)
        if letter.isalpha()
    }
    return True in found, False in found
