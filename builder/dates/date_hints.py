"""Guesses what was meant by a text that is not an EDTF date, from other common ways to write dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

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
    for ends in _ranges(folded):
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


def _ranges(text: str) -> Iterator[tuple[str, str]]:
    """The two ends of a range as people write it, each as complete as the text allows: `27–28 February 2019`."""
    plain = _RANGE_OPENING.sub("", text).strip()
    if days := re.fullmatch(rf"([^\W\d]+)\.? (\d\d?) ?{_DASH} ?(\d\d?),? (\d{{4}})", plain):  # February 27-28, 2019
        yield f"{days[2]} {days[1]} {days[4]}", f"{days[3]} {days[1]} {days[4]}"
    if days := re.fullmatch(rf"(\d\d?)\.? ?{_DASH} ?(\d\d?)([./]\d\d?[./]\d{{4}})", plain):  # 27-28.02.2019
        yield f"{days[1]}{days[3]}", f"{days[2]}{days[3]}"
    for separator in (r" ?/ ?", _UNTIL, r"\.\.", f" ?{_LONG_DASH} ?", " ?- ?"):
        ends = re.split(separator, plain)
        if len(ends) == 2 and (all(ends) or separator in (r" ?/ ?", r"\.\.")):
            yield _completed(*ends)


_UNTIL = " (?:-|to|until|till|through|and|bis|au|al|a|по|до) "
_LONG_DASH, _DASH = "[\u2010-\u2015\u2212]", "[-\u2010-\u2015\u2212]"
_RANGE_OPENING = re.compile(r"(?:from|between|du|vom|von|entre|с|от) (?=.*\d)")


def _completed(start: str, end: str) -> tuple[str, str]:
    """Give the first end the month and year of the second, if it has none: `27` and `28 February 2019`."""
    year = re.search(r"\d{4}", end)
    if year is None or start in _LIMITS or re.search(r"\d{4}", start):
        return start, end
    if re.fullmatch(r"\d\d?\.?", start) and (month := re.search(r"[^\W\d]{3,}\.?", end)):
        return f"{start} {month[0]} {year[0]}", end
    return f"{start.rstrip(',')} {year[0]}", end


def looks_like_a_range(text: str) -> bool:
    """Whether a text seems to give two dates."""
    several = len(re.findall(r"\d+", text)) > 1
    return several and bool(re.search(r"[\u2012-\u2015]|\b(?:to|until|till|and)\b| - ", text))


_LIMITS = dict.fromkeys(("", "..", "open", "now", "today", "present"), "..") | {"unknown": ""}
"""Ends that are not a date, and how EDTF writes them."""


def _guess_interval(start: str, end: str) -> Iterator[str]:
    first = next(_plain_dates(start), _LIMITS.get(start, "-"))
    last = next(_plain_dates(end), _LIMITS.get(end, "-"))
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
        match = re.fullmatch(pattern, text)
        if match:
            parts = {key: value for key, value in match.groupdict().items() if value}
            parts["m"] = _month_number(parts.get("m", ""))
            if len(year := parts.get("y", "")) == 2:
                parts["y"] = f"20{year}" if int(year) < 70 else f"19{year}"
            for order in orders:
                yield "-".join(parts[key].rjust(2, "0") for key in order if parts.get(key))


def _month_number(text: str) -> str:
    if not text.isascii():
        return _months_of_other_languages().get(text.rstrip("."), text)
    names = {name.casefold(): str(number) for number, name in enumerate(MONTHS, 1)}
    names |= {name[:3]: number for name, number in names.items()} | {"sept": "9", "fall": "23"}
    names |= {name: number for number, name in SEASONS.items()}
    return names.get(text) or _months_of_other_languages().get(text, text)


@cache
def _months_of_other_languages() -> dict[str, str]:
    """The number of each month by its names in some languages, in lower case. A name that is ambiguous is left out."""
    from babel import Locale

    found: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        months = Locale.parse(language).months
        for form in (months["format"], months["stand-alone"]):
            for width in ("wide", "abbreviated"):
                for number, name in form[width].items():
                    found[name.casefold().rstrip(".")].add(number)
    return {name: str(*numbers) for name, numbers in found.items() if len(numbers) == 1}


_LANGUAGES = (
    "ar", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "hu",
    "id", "it", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk",
)  # fmt: skip


_OTHER_FORMATS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?P<y>\d{4})[-/. ](?P<m>\d\d?)(?:[-/. ](?P<d>\d\d?))?", ("ymd",)),
    (r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)?", ("ymd",)),
    (r"(?P<d>\d\d?)[-/. ](?P<m>\d\d?)[-/. ](?P<y>\d{4})(?:,? \d\d?:\d\d.*)?", ("ymd", "ydm")),
    (r"(?P<m>\d\d?)[-/. ](?P<y>\d{4})", ("ymd",)),
    (r"(?:(?P<d>\d\d?)(?:st|nd|rd|th|\.)? (?:of )?)?(?P<m>[^\W\d_]+)\.?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<m>[^\W\d_]+)\.? (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>\d{4})", ("ymd",)),
    (r"(?P<y>\d{4})[- ](?P<m>[^\W\d_]+)(?:[- ](?P<d>\d\d?))?", ("ymd",)),
    (r"\+?(?P<y>\d{4}-\d\d-\d\d)[t ]\d\d:?\d\d.*", ("ymd",)),
    (r"(?P<d>\d\d?)[- ](?P<m>[^\W\d_]{3,})\.?[- ](?P<y>\d{4}|\d\d)", ("ymd",)),
    (r"(?P<d>\d\d?) (?:de )?(?P<m>[^\W\d_]+) (?:de |del )?(?P<y>\d{4})(?: ?(?:г\.?|года))?", ("ymd",)),
    (r"(?P<y>\d{4}) ?[년年] ?(?:(?P<m>\d\d?) ?[월月] ?(?:(?P<d>\d\d?) ?[일日号])?)?", ("ymd",)),
)
"""Other ways to write dates, and the orders in which their parts may be meant."""
