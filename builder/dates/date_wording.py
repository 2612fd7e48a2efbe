"""Words dates for readers, as precisely as they are known, in any language of CLDR."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
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


def date_in_words(date: Date, locale: Locale | str, phrases: Mapping[str, str]) -> str:
    """Write a date for readers, such as `12 June 2018`, with CLDR's names and patterns.

    `locale` is a Locale or a code such as `en-GB`. `phrases` has a text for each of PHRASES. Raises
    babel.UnknownLocaleError for a code that CLDR doesn't know.
    """
    from babel import Locale

    known = Locale.parse(locale.replace("-", "_")) if isinstance(locale, str) else locale
    # CLDR puts thin spaces round dashes, but readers who search the page type ordinary ones.
    return _Wording(known, phrases).date(date).replace("\N{THIN SPACE}", " ")


@dataclass(frozen=True, slots=True)
class _Wording:
    locale: Locale
    phrases: Mapping[str, str]

    def date(self, date: Date) -> str:
        from babel.lists import format_list

        if date.choices:
            return format_list([self._choice(choice) for choice in date.choices], style="or", locale=self.locale)
        if len(date.ends) == 1:
            return self._end(date.ends[0])
        start, end = date.ends
        if not end.is_known:
            return self._phrase("open_end" if end.kind == "open" else "unknown_end", date=self._end(start))
        if not start.is_known:
            return self._phrase("open_start" if start.kind == "open" else "unknown_start", date=self._end(end))
        if start.kind == end.kind and not start.qualifier and not end.qualifier:
            joined = self._joined(start, end)
            if joined:
                return joined
        return self._phrase("span", first=self._end(start), last=self._end(end))

    def _choice(self, date: Date) -> str:
        if len(date.ends) == 1:
            return self._end(date.ends[0])
        start, end = date.ends
        return self._phrase("between", first=self._without_year(start, end) or self._end(start), last=self._end(end))

    def _without_year(self, start: End, end: End) -> str:
        """A day or month without its year, if the year comes last and the end has the same year; else empty."""
        from babel.dates import format_date

        in_one_year = start.kind == end.kind and start.first.year == end.first.year
        if not in_one_year or start.qualifier or not self._end(start).endswith(str(start.first.year)):
            return ""
        if start.kind == "month":
            return format_date(start.first, "LLLL", locale=self.locale)
        return self._pattern("MMMMd", start.first) if start.kind == "day" else ""

    def _joined(self, start: End, end: End) -> str:
        """An interval that names its month and year only once; empty if CLDR has no pattern for it."""
        from babel.dates import parse_pattern

        skeleton = {"day": "yMMMd", "month": "yMMMM", "year": "y"}.get(start.kind, "")
        patterns = self.locale.interval_formats.get(skeleton, {})
        differs = "y" if start.first.year != end.first.year else "M" if start.first.month != end.first.month else "d"
        # CLDR has no pattern with a day and a full month name: UTS 35, 2.6.2.2 says to widen the short name.
        halves = [re.sub(r"M{3,}|L{3,}", lambda run: run[0][0] * 4, half) for half in patterns.get(differs, ())]
        joined = (
            parse_pattern(half).apply(day, self.locale)
            for half, day in zip(halves, (start.first, end.first), strict=False)
        )
        # Versions of CLDR differ in whether they put spaces between two numbers; here there are never any.
        return re.sub(r"^(\d+)\s+–\s+(?=\d)", r"\1–", "".join(joined))

    def _years(self, season: End) -> str:
        """The year of a season; both years of a winter."""
        first, last = (End(kind="year", first=day, last=day) for day in (season.first, season.last))
        year = self._pattern("y", season.first)
        if first.first.year == last.first.year:
            return year
        return self._joined(first, last) or self._phrase("span", first=year, last=self._pattern("y", last.first))

    def _end(self, end: End) -> str:
        qualified = {"?": "uncertain", "~": "about", "%": "about_uncertain"}
        text = self._unqualified(end)
        return self._phrase(qualified[end.qualifier], date=text) if end.qualifier else text

    def _unqualified(self, end: End) -> str:
        year = self._pattern("y", end.first)
        if end.kind == "day":
            return self._pattern("", end.first)
        if end.kind == "month":
            return self._pattern("yMMMM", end.first)
        if end.kind == "day_unknown":
            return self._phrase("day_unknown", date=self._pattern("yMMMM", end.first))
        if end.kind == "month_unknown":
            return self._phrase("month_unknown", date=year)
        if end.kind == "season":
            return self._phrase("season", season=self.phrases[_season(end)], year=self._years(end))
        if end.kind == "decade":
            return self._phrase("decade", decade=year)
        if end.kind == "century":
            return self._phrase("century", first=year, last=self._pattern("y", end.last))
        return year

    def _pattern(self, skeleton: str, day: datetime.date) -> str:
        from babel.dates import format_date, format_skeleton

        if not skeleton:
            return format_date(day, "long", locale=self.locale)
        return format_skeleton(skeleton, day, locale=self.locale)

    def _phrase(self, key: str, **slots: str) -> str:
        # Not str.format: editors may change phrases, and `{date.__class__}` must show as typed.
        return re.sub(r"\{(\w+)\}", lambda slot: slots.get(slot[1], slot[0]), self.phrases[key])


def _season(end: End) -> str:
    return {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}[end.first.month]
