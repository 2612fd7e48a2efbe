"""The site's own words in the explainer's language: phrases with their gaps filled, dates, numbers and lists."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Literal, cast

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from markupsafe import Markup, escape

from builder.dates.date_wording import GENITIVE, date_in_words, own_digits
from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.records.models.visit import LEVELS
from builder.records.safe_text import Text, escaped, marked, markup_of

PLURALS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural forms. A language has some of them."""

ANY_LEVEL = "any_level."
"""What the names of phrases begin with that take the place of others if not only leaders' visits count as meetings."""

_MEASURE = re.compile(r"(?P<number>\d(?:[\d.,'’٬٫ \u00a0\u202f]*\d)?)(?P<unit>[^\d,;(،؛]*)")
"""A number with the signs that any language puts between its digits, and a unit."""

_FOUR_DIGITS_TOGETHER = frozenset(("bg", "bg_BG", "es", "es_ES", "et", "et_EE", "lv", "lv_LV", "pl", "pl_PL", "pt_PT"))
"""Where a number is grouped from 10 000 on: CLDR's minimum of two digits before the first sign, which Babel ignores."""

_LATIN_SIGNS = {"٬": ",", "٫": "."}
"""The signs between digits in Arabic and Persian, as CLDR has them for these languages between Latin digits."""


@dataclass(frozen=True)
class Words:
    """Phrases by dotted name, such as `status.held`. The plural forms are below it, such as `count.one`."""

    locale: Locale
    phrases: Mapping[str, str]

    def __call__(self, name: str, **fillers: object) -> Markup:
        """A phrase with its `{gaps}` filled. `count` chooses the plural form. Numbers are written as the language does.

        Raises KeyError for a missing phrase or filler, which is a bug and not an editor's mistake.
        """
        key = (name, fillers.get("count"))
        is_fixed = not fillers or (len(fillers) == 1 and "count" in fillers)
        if is_fixed and (known := self._fixed.get(key)) is not None:
            return known
        phrase = self.phrases.get(name)
        if phrase is None:
            category = self.locale.plural_form(cast(int, fillers["count"]))
            phrase = self.phrases.get(f"{name}.{category}") or self.phrases[f"{name}.other"]
        pieces = _escaped_pieces(phrase)
        said = marked(
            "".join([text if gap is None else self._filled(gap, fillers[gap], form) for text, gap, form in pieces])
        )
        if is_fixed:
            self._fixed[key] = said
        return said

    def _filled(self, gap: str, filler: object, form: str) -> Markup:
        if isinstance(filler, int):
            return self.digits(filler) if gap == "year" else self.count(filler)
        if gap == "para" and self._own_digits and isinstance(filler, Text):  # a number, as typed
            return Text(filler.translate(self._own_digits)).__html__()
        return markup_of(_in_form(filler, form))

    @cached_property
    def _fixed(self) -> dict[tuple[str, object], Markup]:
        """The phrases that were said without gaps or only with a count, by name and count."""
        return {}

    def __contains__(self, name: str) -> bool:
        return name in self.phrases or any(f"{name}.{form}" in self.phrases for form in PLURALS)

    def at_any_level(self, kept: Container[str]) -> Words:
        """The same words for an explainer in which not only leaders meet, apart from the phrases named in `kept`."""
        instead = {name.removeprefix(ANY_LEVEL): name for name in self.phrases if name.startswith(ANY_LEVEL)}
        found = {name: self.phrases[other] for name, other in instead.items() if name not in kept}
        return Words(self.locale, {**self.phrases, **found})

    def levels(self, levels: Container[str]) -> Markup:
        """Levels of visits as a list, the most senior first."""
        return self.list([self(f"level.{level}") for level in LEVELS if level in levels])

    def day(self, date: Date) -> Markup:
        """A date in words, as precise as it is known. A phrase can have it in the genitive, as `{date:genitive}`."""
        if date == NOT_KNOWN:
            return self("site.no_date")
        if (known := self._days.get(date.text)) is None or (known.date is not date and known.date != date):
            known = self._days[date.text] = _Day(self, date)
        return known

    def _in_words(self, date: Date, *, genitive: bool) -> Markup:
        return Text(date_in_words(date, self.locale, self._date_phrases, genitive=genitive)).__html__()

    @cached_property
    def _days(self) -> dict[str, _Day]:
        """The dates that were said, by their text in EDTF, as comparing dates takes longer."""
        return {}

    def language(self, code: str) -> Markup:
        """The name of a language, or its code if its name is not known."""
        try:
            name = Locale.parse(code, sep="-").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            name = None
        return escaped(name or code)

    @property
    def own_name(self) -> Markup:
        """The name of the language in the language itself, as it stands in a list of languages."""
        name = self.locale.get_language_name(self.locale) or str(self.locale)
        return escaped(name[0].upper() + name[1:])

    def ways_to_write(self, number: Decimal) -> tuple[str, ...]:
        """A number as it may stand in a text: in digits as the language writes them and, up to 12, in words."""
        digits = [
            format_decimal(number, "#,##0.###", locale=self.locale, group_separator=grouped, numbering_system=system)
            for system in ("latn", "default")
            for grouped in (True, False)
        ]
        digits[2:] = (text.translate(self._own_digits) for text in digits[2:])
        in_words = self.phrases.get(f"numbers.{number}", "").split(",")
        return tuple(dict.fromkeys((*digits, *filter(None, map(str.strip, in_words)))))

    def number(self, count: int) -> Markup:
        """A number as a word if the language has one for it, else in digits."""
        word = self.phrases.get(f"numbers.{count}", "").partition(",")[0].strip()
        return escaped(word) if word else self.count(count)

    def count(self, number: int) -> Markup:
        """A number in the digits of the language, grouped as it does, such as `1,234`, `1\u00a0234` or `۱٬۲۳۴`."""
        if (known := self._counts.get(number)) is None:
            grouped = abs(number) >= 10_000 or str(self.locale) not in _FOUR_DIGITS_TOGETHER
            text = format_decimal(number, locale=self.locale, numbering_system="default", group_separator=grouped)
            known = self._counts[number] = Markup(text.translate(self._own_digits))
        return known

    def digits(self, number: int) -> Markup:
        """A number that counts nothing, such as a year, in the digits of the language."""
        return Markup(str(number).translate(self._own_digits))

    @cached_property
    def _counts(self) -> dict[int, Markup]:
        return {}

    def measured(self, text: str) -> tuple[Decimal, str] | None:
        """The exact number that a text begins with and its unit, up to a comma or bracket; None if there is none."""
        match = _MEASURE.match(text)
        if match is None:
            return None
        latin = "".join(_LATIN_SIGNS.get(sign) or str(unicodedata.decimal(sign, sign)) for sign in match["number"])
        try:
            return parse_decimal(latin, self.locale, strict=True), match["unit"].strip()
        except NumberFormatError:
            return None

    def of_theme(self) -> dict[str, str]:
        """What the theme says around a page, escaped, by name; and the `digits` of the language, if 0 to 9 are not."""
        names = (name.removeprefix("theme.") for name in self.phrases if name.startswith("theme."))
        said = {name: str(self(f"theme.{name}")) for name in sorted(names)}
        digits = "".join(chr(digit) for digit in self._own_digits.values())
        return said | ({"digits": digits} if digits else {})

    def months(self, length: Literal["abbreviated", "narrow"]) -> tuple[Text, ...]:
        """The names of the months, abbreviated or as one letter each."""
        names = self.locale.months["stand-alone"][length]
        return tuple(Text(names[number]) for number in range(1, 13))

    def list(self, items: list[Markup]) -> Markup:
        """Join items as the language does, such as `a, b and c`; with semicolons if an item is such a list itself."""
        if len(items) > 1 and any(separator in item for separator in self._separators for item in items):
            return Markup("; ").join(items)
        if len(items) == 1:
            return items[0]
        return marked(
            "".join([items[piece] if isinstance(piece, int) else piece for piece in self._between(len(items))])
        )

    def _between(self, count: int) -> tuple[int | Markup, ...]:
        """A list of so many items: the place of each, and what stands before, between and after them."""
        if count not in self._lists:
            pieces = format_list([f"\x00{index}\x00" for index in range(count)], locale=self.locale).split("\x00")
            self._lists[count] = tuple(int(piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces))
        return self._lists[count]

    @cached_property
    def _lists(self) -> dict[int, tuple[int | Markup, ...]]:
        return {}

    @cached_property
    def _own_digits(self) -> dict[int, int]:
        """What makes digits into those of the language, if CLDR has others than 0 to 9 for it."""
        return own_digits(self.locale)

    @cached_property
    def _separators(self) -> tuple[str, ...]:
        """What the language puts between the items of a list, such as `, ` and ` and `."""
        two, three = (format_list(["\x00"] * count, locale=self.locale).split("\x00") for count in (2, 3))
        return tuple({separator for separator in (*two, *three) if separator})

    @cached_property
    def _date_phrases(self) -> dict[str, str]:
        return {name.removeprefix("dates."): text for name, text in self.phrases.items() if name.startswith("dates.")}


class _Day(Markup):
    """A date in words, which also knows its genitive."""

    words: Words
    date: Date

    def __new__(cls, words: Words, date: Date) -> _Day:
        day = super().__new__(cls, words._in_words(date, genitive=False))
        day.words, day.date = words, date
        return day

    @cached_property
    def genitive(self) -> Markup:
        return self.words._in_words(self.date, genitive=True)


def _in_form(filler: object, form: str) -> object:
    return filler.genitive if form and isinstance(filler, _Day) else filler


def gaps_of(phrase: str) -> set[str]:
    """The names of the gaps in a phrase, without the form that one asks for.

    Raises ValueError if a brace is not closed, or for another form than the genitive.
    """
    return {gap for _, gap, _ in _pieces(phrase) if gap is not None}


@cache
def _escaped_pieces(phrase: str) -> tuple[tuple[Markup, str | None, str], ...]:
    return tuple((escaped(literal), gap, form) for literal, gap, form in _pieces(phrase))


@cache
def _pieces(phrase: str) -> list[tuple[str, str | None, str]]:
    """Split a phrase into pieces, each either literal text or the name of a gap and the form that it asks for."""
    pieces: list[tuple[str, str | None, str]] = []
    for literal, gap, form, _ in string.Formatter().parse(phrase):
        if literal:
            pieces.append((literal, None, ""))
        if form not in ("", None, GENITIVE):
            raise ValueError(f"a gap has no form {form!r}")
        if gap is not None:
            pieces.append(("", gap, form or ""))
    return pieces
