"""EDTF dates: the Library of Congress's Extended Date/Time Format, levels 0 and 1, and one-of sets of level 2.

https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import datetime
import functools
import re
from calendar import monthrange
from dataclasses import dataclass, field
from typing import Literal

from builder.dates.date_hints import END, MONTHS, SEASONS, guesses, looks_like_a_range
from builder.problems import visible

Kind = Literal["day", "month", "year", "season", "day_unknown", "month_unknown", "decade", "century", "open", "unknown"]


class DateError(Exception):
    """The text is not a valid date: `message` says what was found, `hint` what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint


class _UnrecognisedError(DateError):
    """The text does not look like EDTF. `Date.parse` turns this into a DateError with guesses.

    Guesses are made outside of the parser because each of them is parsed itself.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """One end of an interval, or the whole of any other date."""

    kind: Kind
    first: datetime.date
    last: datetime.date
    qualifier: Literal["", "?", "~", "%"] = ""

    @property
    def is_known(self) -> bool:
        return self.kind not in ("open", "unknown")


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Date:
    """A day, month, year or season, an interval of these, or a choice between them, as precise as it is known.

    Dates are ordered by the first and last day that they can mean. An open or unknown bound is `date.min` or
    `date.max`, and `open_start` or `open_end` is true.
    """

    first: datetime.date
    last: datetime.date
    text: str
    ends: tuple[End, ...] = field(compare=False, repr=False, default=())
    """One end, or two for an interval, or none for a choice."""

    choices: tuple[Date, ...] = field(compare=False, repr=False, default=())
    """The dates that a choice is between."""

    @classmethod
    def parse(cls, text: str) -> Date:
        """Parse an EDTF date. Raises DateError for anything else, with a guess at what was meant."""
        text = text.strip()
        try:
            return _parse(text)
        except _UnrecognisedError:
            raise _not_a_date(text) from None

    @property
    def open_start(self) -> bool:
        """Whether the first day is open or unknown."""
        return bool(self.ends) and not self.ends[0].is_known

    @property
    def open_end(self) -> bool:
        """Whether the last day is open or unknown."""
        return bool(self.ends) and not self.ends[-1].is_known

    @property
    def sort_day(self) -> datetime.date:
        """The day to sort by: the first day, or the last if there is no first."""
        return self.last if self.open_start else self.first

    @property
    def start(self) -> Date:
        """The first end of an interval; any other date, or an interval with an open start, is returned unchanged."""
        if len(self.ends) < 2 or self.open_start:
            return self
        end = self.ends[0]
        return Date(first=end.first, last=end.last, text=self.text.partition("/")[0], ends=(end,))

    @property
    def is_day(self) -> bool:
        """Whether it is a single day without doubt."""
        return len(self.ends) == 1 and self.ends[0].kind == "day" and not self.ends[0].qualifier

    def __str__(self) -> str:
        return self.text


_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_MONTH = "[0-9]{4}-(?:0[1-9]|1[0-2])"
_NOT_YEAR_0 = "(?!00(?:0[0X]|XX))"
_PLAIN = f"{_NOT_YEAR_0}(?:{_DAY}|{_MONTH}|[0-9]{{4}})"
_END = f"{_NOT_YEAR_0}(?:{_DAY}|{_MONTH}(?:-XX)?|[0-9]{{4}}(?:-2[1-4]|-XX(?:-XX)?)?|[0-9]{{3}}X|[0-9]{{2}}XX)[?~%]?"
_MEMBER = rf" *{_PLAIN}(?:\.\.{_PLAIN})? *"
PATTERN = (
    rf"{_END}(?:/(?:{_END}|\.\.)?)?|(?:\.\.)?/{_END}"
    rf"|\[ *{_PLAIN}\.\.{_PLAIN} *\]|\[{_MEMBER}(?:,{_MEMBER})+\]"
)
"""A regular expression, for Python and JavaScript, that matches every date that `Date.parse` accepts.

It lets through what a regular expression can't compare: an interval that ends before it begins, and a choice in which
a date comes twice.
"""

_NO_END = End(kind="unknown", first=datetime.date.max, last=datetime.date.max)
NOT_KNOWN = Date(first=datetime.date.max, last=datetime.date.max, text="", ends=(_NO_END,))
"""An unknown date. It sorts after all others, and can't be written as text."""


@functools.lru_cache(maxsize=8192)
def _parse(text: str) -> Date:
    if text.startswith("[") and text.endswith("]"):
        return _choice(text)
    start, slash, end = text.partition("/")
    if not slash:
        return _single(_end(text, text), text)
    if {start, end} <= {"", ".."}:
        raise _UnrecognisedError("")
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
    """Parse one end of an interval: `..` means open, nothing means unknown."""
    if text in ("", ".."):
        start = whole.startswith(f"{text}/")
        bound = datetime.date.min if start else datetime.date.max
        return End(kind="open" if text else "unknown", first=bound, last=bound)
    return _end(text, whole)


def _choice(text: str) -> Date:
    members = [member.strip() for member in text[1:-1].split(",")]
    choices = [_member(member, text) for member in members]
    if len(choices) == 1 and len(choices[0].ends) == 1:
        raise DateError(f"{_shown(text)} has only one choice", f"write {members[0]}")
    if len(set(members)) < len(members):
        twice = next(member for member in members if members.count(member) > 1)
        raise DateError(f"{_shown(text)} names {twice} twice", "name each date once")
    first, last = min(choice.first for choice in choices), max(choice.last for choice in choices)
    return Date(first=first, last=last, text=f"[{','.join(members)}]", choices=tuple(choices))


def _member(text: str, whole: str) -> Date:
    """Parse one member of a choice: a plain date, or `a..b` for any date in that range."""
    start, dots, end = text.partition("..")
    if dots and not (start and end):
        wanted = f"{start}/.." if start else f"../{end}"
        raise DateError(f"{_shown(whole)} is a choice with an open end, which is not supported", _suggestion(wanted))
    ends = [_end(each, whole) for each in ([start, end] if dots else [text])]
    if any(each.qualifier or each.kind not in ("day", "month", "year") for each in ends):
        found = f"{_shown(whole)} is a choice of something other than plain dates, which is not supported"
        raise DateError(found, "choose between days, months or years, such as '[2018-06-12,2018-06-13]'")
    return _interval(ends[0], ends[1], text, "..") if dots else _single(ends[0], text)


def _end(text: str, whole: str) -> End:
    match = END.fullmatch(text)
    if match is None:
        raise _UnrecognisedError("")
    year, month, day, qualifier = match.groups()
    kind = _kind(year, month, day, whole)
    if kind in ("day", "month", "year"):
        first = datetime.date(int(year), int(month or 1), int(day or 1))
        last = first if day else _last_day(int(year), int(month or 12))
    else:
        first, last = _bounds(kind, year, month)
    return End(kind=kind, first=first, last=last, qualifier=qualifier)  # type: ignore[arg-type]  # the pattern allows only these


def _kind(year: str, month: str | None, day: str | None, whole: str) -> Kind:
    """The kind of a well-formed end. Raises DateError if there is no such day, or if it is EDTF of level 2."""
    if year in ("0000", "000X", "00XX"):
        raise DateError(f"there is no year {year} in {_shown(whole)}", "years run from 0001 to 9999")
    if month is None:
        return "century" if year.endswith("XX") else "decade" if year.endswith("X") else "year"
    if year.endswith("X") or (month == "XX" and day not in (None, "XX")):
        raise DateError(
            f"{_shown(whole)} has unknown digits before known ones, which is not supported", "write 2018-XX or 201X"
        )
    if month == "XX":
        return "month_unknown"
    if month in SEASONS and day is None:
        return "season"
    if not 1 <= int(month) <= 12:
        raise DateError(f"there is no month {month} in {_shown(whole)}", _month_hint(year, month, day))
    if day in (None, "XX"):
        return "day_unknown" if day else "month"
    days = monthrange(int(year), int(month))[1]
    if not 1 <= int(day or 0) <= days:
        name = f"{MONTHS[int(month) - 1]} {int(year)}"
        raise DateError(f"there is no day {day} in {name}", f"{name} has {days} days")
    return "day"


def _month_hint(year: str, month: str, day: str | None) -> str:
    if day and day != "XX" and 1 <= int(day) <= 12 and _parses(f"{year}-{day}-{month}"):
        likely = f"{int(month)} {MONTHS[int(day) - 1]} {int(year)}"
        return f"the month comes before the day: {likely} is {year}-{day}-{month}"
    return "months run from 01 to 12, and 21 to 24 are spring, summer, autumn and winter"


def _bounds(kind: Kind, year: str, month: str) -> tuple[datetime.date, datetime.date]:
    """The first and last day of a season, or of a date with unknown digits.

    Seasons are those of weather services in the north: each is three whole months. Winter begins in December of its
    year and ends with February of the next. There is no year 10000, so the last winter ends in 9999.
    """
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if kind == "season":
        begins = 3 * (int(month) - 20)
        if begins < 12:
            return datetime.date(first, begins, 1), _last_day(first, begins + 2)
        return datetime.date(first, 12, 1), _last_day(first + 1, 2) if first < datetime.MAXYEAR else datetime.date.max
    if kind == "day_unknown":
        return datetime.date(first, int(month), 1), _last_day(first, int(month))
    return datetime.date(first, 1, 1), datetime.date(last, 12, 31)


def _last_day(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, monthrange(year, month)[1])


def _parses(text: str) -> bool:
    try:
        _parse(text)
    except DateError:
        return False
    return True


def _suggestion(text: str) -> str:
    if not _parses(text):
        return ""
    return f"write '{text}', with the quotes" if text.startswith("[") else f"write {text}"


def _shown(text: str) -> str:
    return f"'{visible(text if len(text) <= 60 else text[:57] + '...')}'"


def likely_dates(text: str) -> tuple[str, ...]:
    """The valid dates that may have been meant by a text that is not a date, the likeliest first."""
    candidates = dict.fromkeys(guesses(text)) if len(text) <= 60 else ()
    return tuple(each for each in candidates if _parses(each))


def _day_of_a_spreadsheet(text: str) -> str:
    """The day that Excel stores as a number, if a text is such a number of the years 1982 to 2064; else empty."""
    is_serial = re.fullmatch(r"[3-5]\d{4}", text)
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))).isoformat() if is_serial else ""


_UNDATED = ("n.d.", "n. d.", "no date", "undated", "unknown", "none", "s. a.", "?", "-")
"""What people write when a date is not known."""


def _not_a_date(text: str) -> DateError:
    if text.casefold() in _UNDATED:
        return DateError(f"{_shown(text)} is not a date", "leave the field out if the date is not known")
    likely = likely_dates(text)
    if likely:
        hint = " or ".join([_suggestion(likely[0]), *likely[1:2]])
    elif serial := _day_of_a_spreadsheet(text):
        hint = f"in a spreadsheet this number is {serial}: write the date"
    elif looks_like_a_range(text):
        hint = "write a range as 2018-03-25/2018-03-28"
    else:
        hint = "write it as 2018-06-12, 2018-06 or 2018"
    return DateError(f"{_shown(text)} is not a date", hint)
