"""Reads the dates of bibliographies as EDTF: the parts that CSL, RIS and BibTeX have, and dates in words."""

from __future__ import annotations

import re
from itertools import takewhile

from builder.dates.date_hints import SEASONS
from builder.dates.edtf_dates import Date, DateError
from builder.editing.formatting import normalized_date


def date_in_words(typed: str) -> str:
    """A date that is written in any way as EDTF; empty if it is not a date, or could mean several."""
    if exact := _edtf(typed.strip()):
        return exact
    text = re.sub(r"-{2,}", "–", " ".join(typed.split())).strip(" .,;/")
    for form in (text, re.sub(r"^\[(.*)\]$|^\((.*)\)$", r"\1\2", text), _PRINTED.sub(r"\1", text)):
        if found := _edtf(form):
            return found
    if one_year := re.fullmatch(r"(?P<m>\S.*?),? (?P<y>\d{4})|(?P<y2>\d{4}),? (?P<m2>\S.*)", text):
        return _whole(one_year["y"] or one_year["y2"], one_year["m"] or one_year["m2"], "")
    return ""


_PRINTED = re.compile(r"[©\[(]*(?:©|c|cop\.?|copyright|published|first published|updated)?\s*(\d{4})[a-z]?[\])]*")
"""The year of a book as libraries print it: `©2019`, `c2019`, `[2019]`, `2019a`."""


def date_of_parts(year: str, month: str, day: str = "") -> tuple[str, bool]:
    """The date of a BibTeX entry, and whether it says all that was written.

    The month is a number, a name, a season or two of them, and can contain the day. If only the year can be read, the
    date is the year; it is empty if there is none.
    """
    year, month, day = (" ".join(part.split()).strip(" .,;") for part in (year, month, day))
    if re.fullmatch(r"\d{4}", year):
        whole = _whole(year, month, day)
        return whole or _whole(year, month, "") or _edtf(year), bool(whole)
    whole = date_in_words(" ".join(part for part in (day, month, year) if part))
    return whole or date_in_words(year), bool(whole)


def _whole(year: str, month: str, day: str) -> str:
    """A date with all its parts; empty if one of them can't be read."""
    months, days = _BETWEEN.split(month), _BETWEEN.split(day)
    if len(months) == 2:
        first, last = months
        if last.isdecimal() and (named := re.match(r"([^\W\d]+\.?) \d", first)):
            last = f"{named[1]} {last}"  # April 25-27
        if first.isdecimal() and len(words := last.split()) == 2 and words[0].isdecimal():
            first = f"{first} {words[1]}"  # 25-27 April
        return _interval(_within(year, first, day), _within(year, last, day))
    if len(days) == 2:
        return _interval(_within(year, month, days[0]), _within(year, month, days[1]))
    return _within(year, month, day)


_BETWEEN = re.compile(r"\s*(?:/|-+|[\u2010-\u2015]|\band\b|&|\bto\b)\s*")


def _within(year: str, month: str, day: str) -> str:
    """A date within a year, by its month, name of the month or season, and its day."""
    if month.isdecimal():
        return _edtf("-".join([year, month.rjust(2, "0"), *([day.rjust(2, "0")] if day else [])]))
    return _edtf(" ".join(part for part in (day, month, year) if part))


def _interval(first: str, last: str) -> str:
    if first and last and last < first:
        last = f"{int(last[:4]) + 1:04}{last[4:]}"  # December/January
    return _edtf(f"{first}/{last}") if first and last else ""


def _edtf(text: str) -> str:
    if not text:
        return ""
    found = normalized_date(text)
    try:
        Date.parse(found)
    except DateError:
        return ""
    return found


def date_of_csl(issued: object) -> str:
    """A date of CSL as EDTF; if it can't be read, as it was written, and empty if there is none."""
    if isinstance(issued, (str, int)):
        return date_in_words(str(issued)) or str(issued).strip()
    if not isinstance(issued, dict):
        return ""
    if exact := _edtf(str(issued.get("edtf") or "")):
        return exact
    date_parts = issued.get("date-parts")
    ends = [_end(part) for part in date_parts if isinstance(part, list)] if isinstance(date_parts, list) else []
    if not any(ends):
        written = str(issued.get("raw") or issued.get("literal") or issued.get("edtf") or "")
        return date_in_words(written) or written.strip()
    mark = "~" if issued.get("circa") not in (None, False, 0, "", "false", "0") else ""
    season = _season(str(issued.get("season") or "")) if "-" not in ends[0] else ""
    return "/".join(f"{end}{season}{mark}" for end in ends if end)


def _end(parts: list[object]) -> str:
    """Year, month and day, as far as they are known. An unknown part may be missing, empty or 0."""
    known = takewhile(lambda part: part not in (None, "", 0, "0"), parts)
    return "-".join(str(number).rjust(width, "0") for number, width in zip(known, (4, 2, 2), strict=False))


def _season(season: str) -> str:
    """A season given by its number or, as in Zotero, by its name."""
    number = f"{20 + int(season)}" if season in ("1", "2", "3", "4") else normalized_date(f"{season} 2000")[5:]
    return f"-{number}" if number in SEASONS else ""
