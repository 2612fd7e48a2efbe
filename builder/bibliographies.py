"""Sources as reference managers export them: CSL-JSON and BibTeX, each entry with where it stands. Alone in pybtex.

CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html; BibTeX as Zotero and Better BibTeX write
it, with the fields of biblatex.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.decoding import place
from builder.problems import Location, Problem, SummaryError, visible

if TYPE_CHECKING:
    from pybtex.database import Entry, Person


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry in the words of CSL, where it stands, and where each of its fields does."""

    csl: dict[str, object]
    location: Location
    at: Callable[[str], Location]


def references_of(text: str, name: str) -> tuple[Reference, ...]:
    """Read the references of a file by its ending. Raises SummaryError for what can't be read as that."""
    read = _in_bibtex if name.casefold().endswith(".bib") else _in_json
    return tuple(read(text, name))


def _in_json(text: str, name: str) -> Iterator[Reference]:
    decoder = json.JSONDecoder()
    start = re.compile(r'\s*(?:\{\s*"items"\s*:\s*)?\[\s*').match(text)
    if start is None:
        raise _trouble(Location(name), "this is no list of references", "export them as CSL JSON")
    at = start.end()
    while at < len(text) and text[at] != "]":
        try:
            item, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            location = Location(name, error.lineno, error.colno)
            raise _trouble(location, "this is no JSON from here on", "export it anew as CSL JSON") from None
        if not isinstance(item, dict):
            raise _trouble(place(text, at, name), "this is no reference", "export them as CSL JSON")
        yield Reference(item, place(text, at, name), _finder(text, at, end, r'"{}"\s*:\s*', name))
        match = re.compile(r"\s*(?:,\s*(?=\{)|(?=\]))").match(text, end)
        if match is None:
            raise _trouble(place(text, end, name), "this is no JSON from here on", "export it anew as CSL JSON")
        at = match.end()


def _finder(text: str, start: int, end: int, pattern: str, name: str) -> Callable[[str], Location]:
    def at(field: str) -> Location:
        found = re.compile(pattern.format(re.escape(field)), re.IGNORECASE).search(text, start, end)
        return place(text, found.end() if found else start, name)

    return at


def _in_bibtex(text: str, name: str) -> Iterator[Reference]:
    from pybtex.database import BibliographyDataError, parse_string
    from pybtex.scanner import PybtexSyntaxError

    try:
        entries = parse_string(text, "bibtex").entries
    except PybtexSyntaxError as error:
        raise _trouble(Location(name, error.lineno), "this is no BibTeX from here on", "export it anew") from None
    except BibliographyDataError as error:
        key = str(error).rpartition(" ")[2]
        last = [match.start(1) for match in _ENTRY.finditer(text) if match[1] == key][-1:]
        found = f"the key '{visible(key)}' is here twice"
        raise _trouble(place(text, last[0] if last else 0, name), found, "give each entry one of its own") from None
    starts = {match[1]: match.start() for match in _ENTRY.finditer(text)}
    ends = [*sorted(starts.values())[1:], len(text)]
    end_of = dict(zip(sorted(starts.values()), ends, strict=True))
    for key, entry in entries.items():
        start = starts.get(key, 0)
        at = _finder(text, start, end_of.get(start, len(text)), r"\b{}\s*=\s*[{{\"]?", name)
        yield Reference(_csl_of(key, entry), place(text, start, name), _named_in_bibtex(at))


_ENTRY = re.compile(r"^@\s*\w+\s*\{\s*([^,\s]+)", re.MULTILINE)


def _named_in_bibtex(at: Callable[[str], Location]) -> Callable[[str], Location]:
    names = {"issued": ("date", "year"), "container-title": _CONTAINERS, "language": ("langid", "language")}

    def locate(field: str) -> Location:
        return max(at(name) for name in names.get(field, (field,)))

    return locate


_CONTAINERS = ("journaltitle", "journal", "booktitle", "howpublished", "organization", "institution")
_TYPES = {
    "article": "article-journal",
    "book": "book",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
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
}
"""CSL's name for a type of BibTeX or biblatex."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _csl_of(key: str, entry: Entry) -> dict[str, object]:
    fields = {name.lower(): _read_latex(value) for name, value in entry.fields.items()}
    kind = _TYPES.get(entry.type.lower(), "article")
    if kind == "article-journal" and fields.get("entrysubtype") in ("newspaper", "magazine"):
        kind = f"article-{fields['entrysubtype']}"
    return {
        "id": key,
        "type": kind,
        "title": fields.get("title"),
        "author": [_csl_name(person) for person in entry.persons.get("author", ())],
        "issued": {"raw": fields.get("date") or _year_and_month(fields)},
        "container-title": next((fields[name] for name in _CONTAINERS if name in fields), None),
        "publisher": fields.get("publisher"),
        "URL": entry.fields.get("url"),
        "language": _language(fields.get("langid") or fields.get("language") or ""),
        "note": fields.get("note"),
        "keyword": fields.get("keywords"),
    }


def _language(name: str) -> str:
    """The code of a language that LaTeX calls by its name."""
    from babel import Locale

    codes = {called.casefold(): code for code, called in Locale("en").languages.items()}
    return _LATEX_LANGUAGES.get(name.casefold()) or codes.get(name.casefold(), name)


_LATEX_LANGUAGES = {
    "american": "en-US",
    "british": "en-GB",
    "ngerman": "de",
    "usenglish": "en-US",
    "ukenglish": "en-GB",
}


def _year_and_month(fields: dict[str, str]) -> str:
    year, month = fields.get("year", ""), fields.get("month", "").casefold()
    number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else int(month) if month.isdecimal() else 0
    return f"{year}-{number:02}" if year and number else year


def _csl_name(person: Person) -> dict[str, str]:
    family = _read_latex(" ".join((*person.prelast_names, *person.last_names)))
    given = _read_latex(" ".join((*person.first_names, *person.middle_names, *person.lineage_names)))
    return {"family": family, "given": given} if given else {"literal": family}


def _read_latex(value: str) -> str:
    """What LaTeX would print: accents as letters, and no braces. What is no LaTeX stays as it is."""
    from pybtex.exceptions import PybtexError
    from pybtex.richtext import Text

    try:
        text = str(Text.from_latex(value))
    except PybtexError:
        return value
    return _NAMED.sub(lambda match: match[2] or _CHARACTERS[match[1]], text)


_CHARACTERS = {
    "asciicircum": "^",
    "asciigrave": "`",
    "asciitilde": "~",
    "backslash": "\\",
    "bar": "|",
    "braceleft": "{",
    "braceright": "}",
    "greater": ">",
    "less": "<",
    "quotedbl": '"',
}
_NAMED = re.compile(rf"\\text({'|'.join(_CHARACTERS)})(?![a-z]) ?|\\([$#_%&{{}}])")


def _trouble(location: Location, message: str, hint: str) -> SummaryError:
    return SummaryError([Problem(location=location, rule="references", message=message, hint=hint)])


def keywords(value: object) -> Iterable[str]:
    """The keywords of an entry, however they are parted."""
    return re.split(r"\s*[,;]\s*", value) if isinstance(value, str) else ()
