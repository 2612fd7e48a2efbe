"""Converts BibTeX and biblatex, as Zotero and Better BibTeX write them, to CSL. Only this module imports pybtex."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from builder.dates.edtf_dates import Date, DateError
from builder.editing.formatting import normalized_date
from builder.parsing.decoding import location_at
from builder.problems import Location, Problem, SummaryError, visible
from builder.records.models.source import TYPES

if TYPE_CHECKING:
    from pybtex.database import Entry

CONTAINERS = ("journaltitle", "journal", "booktitle", "howpublished")
"""The fields that can name the journal, book or site an entry appeared in, most likely first."""

PUBLISHERS = ("publisher", "institution", "organization", "school")
"""The fields that can name who published an entry, most likely first."""

_DATES = ("date", "year", "month", "day")


def entries_in(text: str, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The entries of a file as CSL, each with its key. Raises SummaryError if it is not valid BibTeX."""
    entries = _parsed(text, name)
    for key, entry in entries.items():
        yield key, _to_csl(key, entry.type.lower(), _fields_of(entry, entries))


def entry_starts(text: str) -> dict[str, list[int]]:
    """The offsets at which the entries of a file start, by key. A key that is used twice has two."""
    found: dict[str, list[int]] = {}
    for match in _ENTRY.finditer(text):
        found.setdefault(match[1], []).append(match.start())
    return found


_ENTRY = re.compile(r"@\s*\w+\s*[{(]\s*([^,\s})]+)")


def _parsed(text: str, name: str) -> Mapping[str, Entry]:
    """Parse a text with pybtex, but not the names: it does not know how biblatex writes them."""
    from pybtex.database import BibliographyDataError, parse_string
    from pybtex.database.input.bibtex import UndefinedMacro
    from pybtex.scanner import PybtexSyntaxError

    try:
        entries: Mapping[str, Entry] = parse_string(text, "bibtex", person_fields=()).entries
    except UndefinedMacro as error:
        macro = str(error).rpartition(" ")[2]
        found, hint = f"'{visible(macro)}' is not defined", "put braces around a text"
        raise unreadable(Location(name, error.lineno), found, hint) from None
    except PybtexSyntaxError as error:
        raise unreadable(
            Location(name, error.lineno), "this is not valid BibTeX from here on", "export it again"
        ) from None
    except BibliographyDataError as error:
        raise _duplicate(str(error), text, name) from None
    return entries


def _duplicate(reported: str, text: str, name: str) -> SummaryError:
    """The error for a field that an entry has twice, or a key that two entries have, from pybtex's message."""
    if field := re.fullmatch(r"entry with key (.+) has a duplicate (\S+) field", reported):
        start = entry_starts(text).get(field[1], [0])[-1]
        again = list(re.compile(rf"\b{re.escape(field[2])}\s*=", re.IGNORECASE).finditer(text, start))[1:2]
        found = f"the field '{visible(field[2])}' appears twice"
        return unreadable(location_at(text, again[0].start() if again else start, name), found, "keep one of the two")
    key = reported.rpartition(" ")[2]
    last = [match.start(1) for match in _ENTRY.finditer(text) if match[1] == key][-1:]
    found = f"the key '{visible(key)}' is used twice"
    return unreadable(location_at(text, last[0] if last else 0, name), found, "give each entry a different key")


def unreadable(location: Location, message: str, hint: str) -> SummaryError:
    """The error for a bibliography that can't be read."""
    return SummaryError([Problem(location=location, rule="references", message=message, hint=hint)])


def _fields_of(entry: Entry, entries: Mapping[str, Entry]) -> dict[str, str]:
    """The fields of an entry as typed, and those it inherits from the entry that its `crossref` names."""
    own = {name.lower(): value for name, value in entry.fields.items()}
    whole = entries.get(own.get("crossref", ""))
    if whole is None:
        return own
    of_whole = {_OF_A_PART.get(name.lower(), name.lower()): value for name, value in whole.fields.items()}
    taken = {*_OF_A_PART.values(), "publisher", "organization", "institution", "langid", "language"}
    taken |= set() if own.keys() & set(_DATES) else set(_DATES)
    return {name: value for name, value in of_whole.items() if name in taken} | own


_OF_A_PART = {"title": "booktitle", "booktitle": "booktitle"}
"""What a field of the `crossref` entry is called in an entry that inherits it."""

_TYPES = {
    "article": "article-journal",
    "book": "book",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "report",
    "misc": "webpage",
    "online": "webpage",
    "report": "report",
    "techreport": "report",
    "unpublished": "speech",
    "video": "motion_picture",
    "www": "webpage",
}
"""CSL's term for a type in BibTeX or biblatex."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


_READ = frozenset((
    *(*CONTAINERS, *PUBLISHERS, *_DATES, "title", "entrysubtype", "langid", "language", "note", "keywords"),
    *("urldate", "via", "edtf"),
))  # fmt: skip
"""The fields that are read as LaTeX. Others, such as abstracts and lists of files, are ignored."""


def _to_csl(key: str, entry_type: str, typed: Mapping[str, str]) -> dict[str, object]:
    fields = {name: _read_latex(value) for name, value in typed.items() if name in _READ}
    published = typed.get("howpublished", "")
    address = _ADDRESS.search(published)
    if address:
        fields["howpublished"] = _read_latex(_ADDRESS.sub("", published)).strip(" .,;:")
    container, publisher = (
        next((fields[name] for name in names if fields.get(name)), None) for names in (CONTAINERS, PUBLISHERS)
    )
    return {
        "id": key,
        "type": _type_of(entry_type, fields.get("entrysubtype", "")),
        "title": fields.get("title"),
        "author": [_csl_name(name) for name in _names_in(typed.get("author", ""))],
        "issued": {"raw": typed.get("date", "").strip("{} ") or _date_of(fields)},
        "container-title": container,
        "publisher": publisher,
        "URL": _address(typed.get("url") or (address[0] if address else "")),
        "DOI": _address(typed.get("doi", "")),
        "archive": _address(typed.get("archiveurl", "")),
        "accessed": {"raw": fields.get("urldate")},
        "language": _language(fields.get("langid") or fields.get("language") or ""),
        "note": fields.get("note"),
        "keyword": fields.get("keywords"),
        "custom": {"via": fields.get("via"), "issued": fields.get("edtf")},
    }


def _type_of(entry_type: str, subtype: str) -> str:
    """CSL's term for a type. The subtype is `newspaper` or `magazine`, or in our own export a term of CSL."""
    if f"article-{subtype}" in TYPES:
        return f"article-{subtype}"
    return subtype if subtype in TYPES else _TYPES.get(entry_type, "article")


_ADDRESS = re.compile(r"\\url\s*\{[^{}]*\}|https?://\S+")


def _address(typed: str) -> str:
    r"""An address without the LaTeX that some programs put into it: `\url{...}`, `\_`, `{\%}`."""
    bare = re.sub(r"^\s*\\url\s*\{(.*)\}\s*$", r"\1", typed)
    return re.sub(r"\{\\([_%&#~])\}|\\([_%&#~])(?:\{\})?", r"\1\2", bare)


def _language(name: str) -> str:
    """The code of a language, given by its name in LaTeX or English."""
    return _LATEX_LANGUAGES.get(name.casefold()) or _languages().get(name.casefold(), name)


@cache
def _languages() -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): code for code, name in Locale("en").languages.items()}


_LATEX_LANGUAGES = {
    "american": "en-US",
    "british": "en-GB",
    "ngerman": "de",
    "usenglish": "en-US",
    "ukenglish": "en-GB",
}


def _date_of(fields: Mapping[str, str]) -> str:
    """The date, as exact as the fields give it. `month` can be a number or a name, and can contain the day."""
    day, month, year = (" ".join(fields.get(name, "").split()) for name in ("day", "month", "year"))
    number = int(month) if month.isdecimal() else 0
    words = (year, f"{number:02}", day.rjust(2, "0") if day else "") if number else (day, month, year)
    exact = normalized_date(("-" if number else " ").join(word for word in words if word))
    try:
        return str(Date.parse(exact))
    except DateError:
        start = month[:3].casefold()
        number = number or (_MONTHS.index(start) + 1 if start in _MONTHS else 0)
        return f"{year}-{number:02}" if year and number else year


def _names_in(typed: str) -> list[str]:
    from pybtex.bibtex.utils import split_name_list

    return [name for name in split_name_list(typed) if name.strip()]


def _csl_name(name: str) -> dict[str, str]:
    """A name as CSL. BibTeX gives its parts by position, biblatex also as `family=..., given=...`."""
    from pybtex.bibtex.utils import split_tex_string
    from pybtex.database import InvalidNameString, Person

    pairs = [part.partition("=") for part in split_tex_string(name, ",")]
    if all(equals for _, equals, _ in pairs):
        parts = {_NAME_PARTS.get(part.strip().lower(), ""): _read_latex(value) for part, _, value in pairs}
        return {part: text for part, text in parts.items() if part}
    try:
        person = Person(name)
    except InvalidNameString:
        return {"literal": _read_latex(name)}
    family = _read_latex(" ".join((*person.prelast_names, *person.last_names)))
    given = _read_latex(" ".join((*person.first_names, *person.middle_names, *person.lineage_names)))
    return {"family": family, "given": given} if given else {"literal": family}


_NAME_PARTS = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}
"""CSL's term for a part of a name in biblatex."""


def _read_latex(value: str) -> str:
    """The text that LaTeX would print: accents as letters, no braces. Invalid LaTeX is returned unchanged."""
    from pybtex.exceptions import PybtexError
    from pybtex.richtext import Text

    try:
        text = str(Text.from_latex(_STYLED.sub("", _ENQUOTED.sub(r"``\1''", value))))
    except PybtexError:
        return value
    return _NAMED.sub(lambda match: match[2] or _CHARACTERS[match[1]], text)


_ENQUOTED = re.compile(r"\\(?:enquote|mkbibquote)\s*\{([^{}]*)\}")
_STYLED = re.compile(
    r"\\(?:text(?:bf|it|md|normal|rm|sc|sf|sl|sub|subscript|superscript|tt|up)|emph|mkbibemph|url)\s*(?=\{)"
)
_CHARACTERS = {
    "dots": "…",
    "ldots": "…",
    "textasciicircum": "^",
    "textasciigrave": "`",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textgreater": ">",
    "textless": "<",
    "textquotedbl": '"',
}
_NAMED = re.compile(rf"\\({'|'.join(_CHARACTERS)})(?![a-z]) ?|\\([$#_%&{{}}])")
