"""Guesses what was meant by a text that is not an EDTF date, from other common ways to write dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

END = re.compile(r"([0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?([?~%]?)")
"""One end of an EDTF date of level 0 or 1: year, month, day, qualifier."""

SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def guesses(text: str) -> Iterator[str]:
    """Guess which EDTF date was meant by a text, the likeliest first. Some guesses are not valid dates."""
    folded = text.casefold()
    yield from _plain_dates(re.sub("[\u2010-\u2015\u2212]", "-", folded))
    if about := re.fullmatch(r"(?:c\.|ca\.?|circa|about|around|approx\.?|~) ?(.+)", folded):
        yield from (f"{date}~" for date in _plain_dates(about[1]))
    if (ends := re.split(r" ?[/\u2013\u2014] ?| (?:-|to|until|till) |\.\.", folded))[1:] and len(ends) == 2:
        yield from _guess_interval(*ends)
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


def _guess_interval(start: str, end: str) -> Iterator[str]:
    limits = dict.fromkeys(("", "..", "open", "now", "today", "present"), "..") | {"unknown": ""}
    first = next(_plain_dates(start), limits.get(start, "-"))
    last = next(_plain_dates(end), limits.get(end, "-"))
    if re.fullmatch(r"\d\d?", end) and first[:4].isdigit():
        last = f"{first[: -len(end)]}{end}"  # 2018-03-25/28 gives the year and month only once
        if len(first) == 4 and int(end) <= 12:
            yield f"{first}-{int(end):02}"
            return
    yield f"{first}/{last}"


def _plain_dates(text: str) -> Iterator[str]:
    text = text.strip()
    if END.fullmatch(text.upper()):
        yield text.upper()
    for pattern, orders in _OTHER_FORMATS:
        match = re.fullmatch(pattern, text, re.ASCII)
        if match:
            parts = {key: value for key, value in match.groupdict().items() if value}
            parts["m"] = _month_number(parts.get("m", ""))
            for order in orders:
                yield "-".join(parts[key].rjust(2, "0") for key in order if parts.get(key))


def _month_number(text: str) -> str:
    names = {name.casefold(): str(number) for number, name in enumerate(MONTHS, 1)}
    names |= {name[:3]: number for name, number in names.items()} | {"sept": "9", "fall": "23"}
    names |= {name: number for number, name in SEASONS.items()}
    return names.get(text, text)


_OTHER_FORMATS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?P<y>\d{4})[-/. ](?P<m>\d\d?)(?:[-/. ](?P<d>\d\d?))?", ("ymd",)),
    (r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)?", ("ymd",)),
    (r"(?P<d>\d\d?)[-/. ](?P<m>\d\d?)[-/. ](?P<y>\d{4})(?:,? \d\d?:\d\d.*)?", ("ymd", "ydm")),
    (r"(?P<m>\d\d?)[-/. ](?P<y>\d{4})", ("ymd",)),
    (r"(?:(?P<d>\d\d?)(?:st|nd|rd|th|\.)? (?:of )?)?(?P<m>[a-z]+)\.?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<m>[a-z]+)\.? (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<y>\d{4})[- ](?P<m>[a-z]+)(?:[- ](?P<d>\d\d?))?", ("ymd",)),
    (r"(?P<y>\d{4}-\d\d-\d\d)[t ]\d\d:?\d\d.*", ("ymd",)),
)
"""Other ways to write dates, and the orders in which their parts may be meant."""
