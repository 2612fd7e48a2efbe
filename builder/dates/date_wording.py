"""Words dates for readers, as precisely as they are known, in any language of CLDR."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from builder.dates.edtf_dates import Date, End

if TYPE_CHECKING:
    from babel import Locale

PHRASES = frozenset(
    (
        *("about", "uncertain", "about_uncertain"),  # {date}
        *("day_unknown", "month_unknown"),  # {date}: the month or the year
        *("decade", "century"),  # {decade}, such as 2010; {first} and {last}, such as 1900 and 1999
        *("spring", "summer", "autumn", "winter", "season"),  # names of seasons; {season} and {year}
        *("span", "between"),  # {first} and {last}: the whole span, or some date within it
        *("open_start", "open_end", "unknown_start", "unknown_end"),  # {date}
    )
)
"""The phrases that `date_in_words` needs. The comments name the slots that each may use."""


GENITIVE = "genitive"
"""What a phrase writes after a slot and a colon, as in `{date:genitive}`, if a month there has its other form."""


def date_in_words(date: Date, locale: Locale | str, phrases: Mapping[str, str], *, genitive: bool = False) -> str:
    """Write a date for readers, such as `12 June 2018`, with CLDR's names and patterns.

    `locale` is a Locale or a code such as `en-GB`. `phrases` has a text for each of PHRASES. With `genitive`, a month
    without a day has the form that CLDR gives it within a date, as Polish needs it after `od`: `czerwca 2018`.
    Raises babel.UnknownLocaleError for a code that CLDR doesn't know.
    """
    from babel import Locale

    known = Locale.parse(locale.replace("-", "_")) if isinstance(locale, str) else locale
    # CLDR puts thin spaces round dashes, but readers who search the page type ordinary ones.
    worded = _Wording(known, phrases).date(date, genitive=genitive).replace("\N{THIN SPACE}", " ")
    digits = own_digits(known)
    return worded.translate(digits) if digits else worded


_ZEROS = {"arab": 0x660, "arabext": 0x6F0, "deva": 0x966, "beng": 0x9E6, "mymr": 0x1040}
"""The digit 0 of each numbering system that a language uses by default, apart from ours."""


def own_digits(locale: Locale) -> dict[int, int]:
    """What makes the digits 0 to 9 into those of a language, for `str.translate`; empty if they are its own."""
    zero = _ZEROS.get(locale.default_numbering_system)
    return {ord("0") + digit: zero + digit for digit in range(10)} if zero else {}


@dataclass(frozen=True, slots=True)
class _Wording:
    locale: Locale
    phrases: Mapping[str, str]

    def date(self, date: Date, *, genitive: bool) -> str:
        from babel.lists import format_list

        if date.choices:
            choices = [self._choice(choice, genitive=genitive) for choice in date.choices]
            return format_list(choices, style="or", locale=self.locale)
        if len(date.ends) == 1:
            return self._end(date.ends[0], genitive=genitive)
        start, end = date.ends
        if not end.is_known:
            return self._dated("open_end" if end.kind == "open" else "unknown_end", date=start)
        if not start.is_known:
            return self._dated("open_start" if start.kind == "open" else "unknown_start", date=end)
        if start.kind == end.kind and not start.qualifier and not end.qualifier:
            joined = self._joined(start, end)
            if joined:
                return joined
        return self._dated("span", first=start, last=end)

    def _choice(self, date: Date, *, genitive: bool) -> str:
        if len(date.ends) == 1:
            return self._end(date.ends[0], genitive=genitive)
        start, end = date.ends

        def first(*, genitive: bool) -> str:
            return self._without_year(start, end, genitive=genitive) or self._end(start, genitive=genitive)

        return self._phrase("between", {"first": first, "last": partial(self._end, end)})

    def _without_year(self, start: End, end: End, *, genitive: bool) -> str:
        """A day or month without its year, if the year comes last and the end has the same year; else empty."""
        from babel.dates import format_date

        in_one_year = start.kind == end.kind and start.first.year == end.first.year
        if (
            not in_one_year
            or start.qualifier
            or not self._end(start, genitive=genitive).endswith(str(start.first.year))
        ):
            return ""
        if start.kind == "month":
            return format_date(start.first, "MMMM" if genitive else "LLLL", locale=self.locale)
        return self._pattern("MMMMd", start.first) if start.kind == "day" else ""

    def _joined(self, start: End, end: End) -> str:
        """An interval that names its month and year only once; empty if CLDR has no pattern that shows both ends."""
        from babel.dates import parse_pattern

        skeleton = {"day": "yMMMd", "month": "yMMMM", "year": "y"}.get(start.kind, "")
        patterns = self.locale.interval_formats.get(skeleton, {})
        differs = "y" if start.first.year != end.first.year else "M" if start.first.month != end.first.month else "d"
        halves = patterns.get(differs, ())
        # Babel splits a pattern where a letter comes a second time, so it finds one half in `LLLL تا MMMM y`.
        needed = "".join(dict.fromkeys(skeleton)).partition(differs)
        if len(halves) != 2 or not all(_has_fields(half, differs + needed[2]) for half in halves):
            return ""
        # CLDR has no pattern with a day and a full month name: UTS 35, 2.6.2.2 says to widen the short name.
        wide = (re.sub(r"M{3,}|L{3,}", lambda run: run[0][0] * 4, half) for half in halves)
        joined = (
            parse_pattern(half).apply(day, self.locale)
            for half, day in zip(wide, (start.first, end.first), strict=True)
        )
        # Versions of CLDR differ in whether they put spaces between two numbers; here there are never any.
        return re.sub(r"^(\d+)\s+–\s+(?=\d)", r"\1–", "".join(joined))

    def _years(self, season: End) -> str:
        """The year of a season; both years of a winter."""
        first, last = (End(kind="year", first=day, last=day) for day in (season.first, season.last))
        year = self._pattern("y", season.first)
        if first.first.year == last.first.year:
            return year
        return self._joined(first, last) or self._phrase(
            "span", {"first": year, "last": self._pattern("y", last.first)}
        )

    def _end(self, end: End, *, genitive: bool = False) -> str:
        qualified = {"?": "uncertain", "~": "about", "%": "about_uncertain"}
        if not end.qualifier:
            return self._unqualified(end, genitive=genitive)
        return self._phrase(qualified[end.qualifier], {"date": partial(self._unqualified, end)}, genitive=genitive)

    def _unqualified(self, end: End, *, genitive: bool) -> str:
        year = self._pattern("y", end.first)
        if end.kind == "day":
            return self._pattern("", end.first)
        if end.kind == "month":
            return self._month(end, genitive=genitive)
        if end.kind == "day_unknown":
            return self._phrase("day_unknown", {"date": partial(self._month, end)}, genitive=genitive)
        if end.kind == "month_unknown":
            return self._phrase("month_unknown", {"date": year})
        if end.kind == "season":
            return self._phrase("season", {"season": self.phrases[_season(end)], "year": self._years(end)})
        if end.kind == "decade":
            return self._phrase("decade", {"decade": str(end.first.year)})
        if end.kind == "century":
            return self._phrase("century", {"first": year, "last": self._pattern("y", end.last)})
        return year

    def _month(self, end: End, *, genitive: bool) -> str:
        if not genitive:
            return self._pattern("yMMMM", end.first)
        from babel.dates import parse_pattern

        pattern = parse_pattern(self.locale.datetime_skeletons["yMMMM"])
        return parse_pattern(pattern.pattern.replace("L", "M")).apply(end.first, self.locale)

    def _pattern(self, skeleton: str, day: datetime.date) -> str:
        from babel.dates import format_date, format_skeleton

        if not skeleton:
            return format_date(day, "long", locale=self.locale)
        return format_skeleton(skeleton, day, locale=self.locale)

    def _dated(self, key: str, **slots: End) -> str:
        return self._phrase(key, {name: partial(self._end, end) for name, end in slots.items()})

    def _phrase(self, key: str, slots: Mapping[str, str | Callable[..., str]], *, genitive: bool = False) -> str:
        """Fill the slots of a phrase, each with a text, or with what words it in either form of its month.

        The form is the genitive if the phrase asks for it, or another phrase that this one is part of.
        """

        def filled(slot: re.Match[str]) -> str:
            filler = slots.get(slot["name"], slot[0])
            return filler if isinstance(filler, str) else filler(genitive=genitive or bool(slot["form"]))

        # Not str.format: editors may change phrases, and `{date.__class__}` must show as typed.
        return re.sub(rf"\{{(?P<name>\w+)(?P<form>:{GENITIVE})?\}}", filled, self.phrases[key])


def _has_fields(pattern: str, fields: str) -> bool:
    """Whether a pattern of CLDR shows each of these fields: `y`, `M` and `d`."""
    unquoted = re.sub(r"'[^']*'", "", pattern)
    return all(re.search(_LETTERS[field], unquoted) for field in fields)


_LETTERS = {"y": "[yuU]", "M": "[ML]", "d": "d"}
"""The letters that patterns have for a field."""


def _season(end: End) -> str:
    return {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}[end.first.month]
