"""Dates as editors write them: EDTF, the Library of Congress's Extended Date/Time Format, level 0, 1 and one-of sets.

https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import datetime
import functools
import re
import warnings
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from builder.problems import visible

if TYPE_CHECKING:
    from babel import Locale

PHRASES = frozenset(
    (
        *("about", "uncertain", "about_uncertain"),  # {date}
        *("day_unknown", "month_unknown"),  # {date}: the month, the year
        *("decade", "century"),  # {decade}, such as 2010; {first} and {last}, such as 1900 and 1999
        *("spring", "summer", "autumn", "winter", "season"),  # names of seasons; {season} and {year}
        *("span", "between"),  # {first} and {last}: all of it, or a day within it
        *("open_start", "open_end", "unknown_start", "unknown_end"),  # {date}
    )
)
"""The phrases that `Date.worded` needs, each with the slots it may use."""

Kind = Literal["day", "month", "year", "season", "day_unknown", "month_unknown", "decade", "century", "open", "unknown"]


class DateError(Exception):
    """A text that is no date: `message` says what was found, `hint` what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint


class _NoDateError(DateError):
    """Nothing that looks like EDTF. What was meant is guessed outside of the parser, as each guess is parsed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """One end of an interval, or all of a date that is none."""

    kind: Kind
    first: datetime.date
    last: datetime.date
    qualifier: Literal["", "?", "~", "%"] = ""

    @property
    def is_known(self) -> bool:
        return self.kind not in ("open", "unknown")


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Date:
    """A day, month, year or season, an interval of these or a choice between them, as exactly as it is known.

    Dates are ordered by the first and last day that they may mean. A bound that is open or not known is
    `date.min` or `date.max`, and `open_start` or `open_end` says so.
    """

    first: datetime.date
    last: datetime.date
    text: str
    ends: tuple[End, ...] = field(compare=False, repr=False, default=())
    """One, or the two of an interval; none for a choice."""

    choices: tuple[Date, ...] = field(compare=False, repr=False, default=())
    """What a choice is between."""

    @classmethod
    def parse(cls, text: str) -> Date:
        """Read an EDTF date. Raises DateError for anything else, with the date that was probably meant."""
        text = text.strip()
        try:
            return _parse(text)
        except _NoDateError:
            raise _no_date(text) from None

    @property
    def open_start(self) -> bool:
        """Whether it has no first day, or none that is known."""
        return bool(self.ends) and not self.ends[0].is_known

    @property
    def open_end(self) -> bool:
        """Whether it has no last day, or none that is known."""
        return bool(self.ends) and not self.ends[-1].is_known

    @property
    def is_day(self) -> bool:
        """Whether it is one day, known for certain."""
        return len(self.ends) == 1 and self.ends[0].kind == "day" and not self.ends[0].qualifier

    def worded(self, locale: Locale | str, phrases: Mapping[str, str]) -> str:
        """Word it for readers, such as `12 June 2018`, with `phrases` (all of PHRASES) and CLDR's names and patterns.

        `locale` may be a code such as `en-GB`; babel.UnknownLocaleError is raised for one that CLDR doesn't know.
        """
        from babel import Locale

        known = Locale.parse(locale.replace("-", "_")) if isinstance(locale, str) else locale
        # CLDR puts thin spaces around dashes; a reader who searches the page types plain ones.
        return _Wording(known, phrases).date(self).replace("\N{THIN SPACE}", " ")

    def __str__(self) -> str:
        return self.text


_NO_END = End(kind="unknown", first=datetime.date.max, last=datetime.date.max)
NOT_KNOWN = Date(first=datetime.date.max, last=datetime.date.max, text="", ends=(_NO_END,))
"""A date of which nothing is known. It stands after every other, and no text means it."""


@functools.lru_cache(maxsize=8192)
def _parse(text: str) -> Date:
    if text.startswith("[") and text.endswith("]"):
        return _choice(text)
    start, slash, end = text.partition("/")
    if not slash:
        return _single(_end(text, text), text)
    if {start, end} <= {"", ".."}:
        raise _NoDateError("")
    return _interval(_limit(start, text), _limit(end, text), text)


def _single(end: End, text: str) -> Date:
    return Date(first=end.first, last=end.last, text=text, ends=(end,))


def _interval(start: End, end: End, text: str, mark: str = "/") -> Date:
    if start.is_known and end.is_known and start.first > end.last:
        first, _, last = text.partition(mark)
        raise DateError(f"{_shown(text)} ends before it begins", f"write {last}{mark}{first}")
    if start == end:
        return _single(start, text)
    return Date(first=start.first, last=end.last, text=text, ends=(start, end))


def _limit(text: str, whole: str) -> End:
    """Read one end of an interval: `..` is open, nothing is not known."""
    if text in ("", ".."):
        start = whole.startswith(f"{text}/")
        bound = datetime.date.min if start else datetime.date.max
        return End(kind="open" if text else "unknown", first=bound, last=bound)
    return _end(text, whole)


def _choice(text: str) -> Date:
    members = [member.strip() for member in text[1:-1].split(",")]
    choices = [_member(member, text) for member in members]
    if len(choices) == 1 and len(choices[0].ends) == 1:
        raise DateError(f"{_shown(text)} offers no choice", f"write {members[0]}")
    if len(set(members)) < len(members):
        twice = next(member for member in members if members.count(member) > 1)
        raise DateError(f"{_shown(text)} names {twice} twice", "name each date once")
    first, last = min(choice.first for choice in choices), max(choice.last for choice in choices)
    return Date(first=first, last=last, text=f"[{','.join(members)}]", choices=tuple(choices))


def _member(text: str, whole: str) -> Date:
    """Read one member of a choice: a plain date, or `a..b` for any between them."""
    start, dots, end = text.partition("..")
    if dots and not (start and end):
        wanted = f"{start}/.." if start else f"../{end}"
        raise DateError(f"{_shown(whole)} is a choice without an end, which is not supported", _write(wanted))
    ends = [_end(each, whole) for each in ([start, end] if dots else [text])]
    if any(each.qualifier or each.kind not in ("day", "month", "year") for each in ends):
        found = f"{_shown(whole)} is a choice of other than plain dates, which is not supported"
        raise DateError(found, "choose between days, months or years, such as '[2018-06-12,2018-06-13]'")
    return _interval(ends[0], ends[1], text, "..") if dots else _single(ends[0], text)


_END = re.compile(r"([0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?([?~%]?)")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _end(text: str, whole: str) -> End:
    match = _END.fullmatch(text)
    if match is None:
        raise _NoDateError("")
    year, month, day, qualifier = match.groups()
    kind = _kind(year, month, day, whole)
    if kind in ("day", "month", "year"):
        number, last_month = int(month or 1), int(month or 12)
        first = datetime.date(int(year), number, int(day or 1))
        last = first if day else datetime.date(int(year), last_month, monthrange(int(year), last_month)[1])
    else:
        first, last = _bounds(text.removesuffix(qualifier))
    return End(kind=kind, first=first, last=last, qualifier=qualifier)  # type: ignore[arg-type]  # the pattern's own


def _kind(year: str, month: str | None, day: str | None, whole: str) -> Kind:
    """Say what a well-formed end is. Raises DateError where there is no such day, or EDTF has it at level 2."""
    if year in ("0000", "000X", "00XX"):
        raise DateError(f"there is no year {year} in {_shown(whole)}", "years run from 0001 to 9999")
    if month is None:
        return "century" if year.endswith("XX") else "decade" if year.endswith("X") else "year"
    if year.endswith("X") or (month == "XX" and day not in (None, "XX")):
        raise DateError(
            f"{_shown(whole)} is known in its smaller part only, which is not supported", "write 2018-XX or 201X"
        )
    if month == "XX":
        return "month_unknown"
    if month in _SEASONS and day is None:
        return "season"
    if not 1 <= int(month) <= 12:
        raise DateError(f"there is no month {month} in {_shown(whole)}", _month_hint(year, month, day))
    if day in (None, "XX"):
        return "day_unknown" if day else "month"
    days = monthrange(int(year), int(month))[1]
    if not 1 <= int(day or 0) <= days:
        name = f"{_MONTHS[int(month) - 1]} {int(year)}"
        raise DateError(f"there is no day {day} in {name}", f"{name} has {days} days")
    return "day"


def _month_hint(year: str, month: str, day: str | None) -> str:
    if day and day != "XX" and 1 <= int(day) <= 12 and _parses(f"{year}-{day}-{month}"):
        meant = f"{int(month)} {_MONTHS[int(day) - 1]} {int(year)}"
        return f"the month comes before the day: {meant} is {year}-{day}-{month}"
    return "months run from 01 to 12, and 21 to 24 are spring, summer, autumn and winter"


@functools.lru_cache(maxsize=1024)
def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    """Ask the edtf package for the first and last day of a season or of a date with unknown digits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it builds its grammar in a way that pyparsing warns about
        from edtf import parse_edtf

    date = parse_edtf(text)
    return datetime.date(*date.lower_strict()[:3]), datetime.date(*date.upper_strict()[:3])


def _parses(text: str) -> bool:
    try:
        _parse(text)
    except DateError:
        return False
    return True


def _write(text: str) -> str:
    if not _parses(text):
        return ""
    return f"write '{text}', with the quotes" if text.startswith("[") else f"write {text}"


def _shown(text: str) -> str:
    return f"'{visible(text if len(text) <= 60 else text[:57] + '...')}'"


def _no_date(text: str) -> DateError:
    meant = [each for each in dict.fromkeys(_meant(text)) if _parses(each)] if len(text) <= 60 else []
    hint = " or ".join([_write(meant[0]), *meant[1:2]]) if meant else "write it as 2018-06-12, 2018-06 or 2018"
    return DateError(f"{_shown(text)} is no date", hint)


_FOREIGN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?P<y>\d{4})[-/. ](?P<m>\d\d?)(?:[-/. ](?P<d>\d\d?))?", ("ymd",)),
    (r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)?", ("ymd",)),
    (r"(?P<d>\d\d?)[-/. ](?P<m>\d\d?)[-/. ](?P<y>\d{4})", ("ymd", "ydm")),
    (r"(?P<m>\d\d?)[-/. ](?P<y>\d{4})", ("ymd",)),
    (r"(?:(?P<d>\d\d?)(?:st|nd|rd|th|\.)? (?:of )?)?(?P<m>[a-z]+)\.?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<m>[a-z]+)\.? (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<y>\d{4})[- ](?P<m>[a-z]+)(?:[- ](?P<d>\d\d?))?", ("ymd",)),
    (r"(?P<y>\d{4}-\d\d-\d\d)[t ]\d\d:?\d\d.*", ("ymd",)),
)
"""How else dates are written, and in which order their parts may have been meant."""


def _meant(text: str) -> Iterator[str]:
    """Guess what was meant by a text that is no date; not every guess is one."""
    folded = text.casefold()
    yield from _plain_dates(re.sub("[\u2010-\u2015\u2212]", "-", folded))
    if about := re.fullmatch(r"(?:c\.|ca\.?|circa|about|around|approx\.?|~) ?(.+)", folded):
        yield from (f"{date}~" for date in _plain_dates(about[1]))
    if (ends := re.split(r" ?[/\u2013\u2014] ?| (?:-|to|until|till) |\.\.", folded))[1:] and len(ends) == 2:
        yield from _interval_meant(*ends)
    if len(choice := re.split(r" ?, ?| or ", folded)) > 1:
        members = [next(_plain_dates(member), "") for member in choice]
        yield f"[{','.join(members)}]" if all(members) else ""
    if re.fullmatch(r"[\dxu-]+[?~%]?", folded):
        yield folded.replace("u", "x").upper()
    if re.fullmatch(r"[\dx?~%-]+", folded) and (qualifier := re.search("[?~%]", folded)):
        yield re.sub("[?~%]", "", folded).upper() + qualifier[0]
    if decade := re.fullmatch(r"(?:the )?(\d{3})0s", folded):
        yield f"{decade[1]}X"
    yield from _plain_dates(folded)


def _interval_meant(start: str, end: str) -> Iterator[str]:
    limits = dict.fromkeys(("", "..", "open", "now", "today", "present"), "..") | {"unknown": ""}
    first = next(_plain_dates(start), limits.get(start, "-"))
    last = next(_plain_dates(end), limits.get(end, "-"))
    if re.fullmatch(r"\d\d?", end) and first[:4].isdigit():
        last = f"{first[: -len(end)]}{end}"  # 2018-03-25/28 names its year and month once
        if len(first) == 4 and int(end) <= 12:
            yield f"{first}-{int(end):02}"
            return
    yield f"{first}/{last}"


def _plain_dates(text: str) -> Iterator[str]:
    text = text.strip()
    if _END.fullmatch(text.upper()):
        yield text.upper()
    for pattern, orders in _FOREIGN:
        match = re.fullmatch(pattern, text, re.ASCII)
        if match:
            parts = {key: value for key, value in match.groupdict().items() if value}
            parts["m"] = _month_number(parts.get("m", ""))
            for order in orders:
                yield "-".join(parts[key].rjust(2, "0") for key in order if parts.get(key))


def _month_number(text: str) -> str:
    names = {name.casefold(): str(number) for number, name in enumerate(_MONTHS, 1)}
    names |= {name[:3]: number for name, number in names.items()} | {"sept": "9", "fall": "23"}
    names |= {name: number for number, name in _SEASONS.items()}
    return names.get(text, text)


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
        return self._phrase("between", first=self._end(date.ends[0]), last=self._end(date.ends[1]))

    def _joined(self, start: End, end: End) -> str:
        """Word an interval with its month and year once, or nothing where CLDR has no pattern for it."""
        from babel.dates import parse_pattern

        skeleton = {"day": "yMMMd", "month": "yMMMM", "year": "y"}.get(start.kind, "")
        patterns = self.locale.interval_formats.get(skeleton, {})
        differs = "y" if start.first.year != end.first.year else "M" if start.first.month != end.first.month else "d"
        # CLDR has no patterns with a day and the month's full name: the short one is to be widened (UTS 35, 2.6.2.2).
        halves = [re.sub(r"M{3,}|L{3,}", lambda run: run[0][0] * 4, half) for half in patterns.get(differs, ())]
        return "".join(
            parse_pattern(half).apply(day, self.locale)
            for half, day in zip(halves, (start.first, end.first), strict=False)
        )

    def _end(self, end: End) -> str:
        qualified = {"?": "uncertain", "~": "about", "%": "about_uncertain"}
        worded = self._unqualified(end)
        return self._phrase(qualified[end.qualifier], date=worded) if end.qualifier else worded

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
            return self._phrase("season", season=self.phrases[_season(end)], year=year)
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
        # Not str.format: editors may word phrases anew, and `{date.__class__}` is to show as typed.
        return re.sub(r"\{(\w+)\}", lambda slot: slots.get(slot[1], slot[0]), self.phrases[key])


def _season(end: End) -> str:
    return {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}[end.first.month]
