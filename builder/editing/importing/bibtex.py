"""BibTeX as Zotero and Better BibTeX write it, with the fields of biblatex, in the words of CSL. Alone in pybtex."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from builder.dates.edtf_dates import Date, DateError
from builder.editing.formatting import spelt_date
from builder.parsing.decoding import location_at
from builder.problems import Location, Problem, SummaryError, visible

if TYPE_CHECKING:
    from pybtex.database import Entry

CONTAINERS = ("journaltitle", "journal", "booktitle", "howpublished", "organization", "institution")
"""The fields that name what an entry stands in, the likeliest first."""

_DATES = ("date", "year", "month", "day")


def entries_in(text: str, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The entries of a file, each with its key. Raises SummaryError for what can't be read as BibTeX."""
    entries = _parsed(text, name)
    for key, entry in entries.items():
        yield key, _csl_of(key, entry.type.lower(), _fields_of(entry, entries))


def starts_in(text: str) -> dict[str, list[int]]:
    """Where the entries of a file may begin, by their keys: one that is there twice begins twice."""
    found: dict[str, list[int]] = {}
    for match in _ENTRY.finditer(text):
        found.setdefault(match[1], []).append(match.start())
    return found


_ENTRY = re.compile(r"@\s*\w+\s*[{(]\s*([^,\s})]+)")


def _parsed(text: str, name: str) -> Mapping[str, Entry]:
    """Let pybtex read a text; names stay as they are, for it knows but one way to write them."""
    from pybtex.database import BibliographyDataError, parse_string
    from pybtex.database.input.bibtex import UndefinedMacro
    from pybtex.scanner import PybtexSyntaxError

    try:
        entries: Mapping[str, Entry] = parse_string(text, "bibtex", person_fields=()).entries
    except UndefinedMacro as error:
        macro = str(error).rpartition(" ")[2]
        found, hint = f"'{visible(macro)}' stands for nothing here", "put braces round a text"
        raise trouble(Location(name, error.lineno), found, hint) from None
    except PybtexSyntaxError as error:
        raise trouble(Location(name, error.lineno), "this is no BibTeX from here on", "export it anew") from None
    except BibliographyDataError as error:
        raise _twice(str(error), text, name) from None
    return entries


def _twice(said: str, text: str, name: str) -> SummaryError:
    """Tell of a field that an entry has twice, or else of a key that two entries have, as pybtex `said`."""
    if field := re.fullmatch(r"entry with key (.+) has a duplicate (\S+) field", said):
        start = starts_in(text).get(field[1], [0])[-1]
        again = list(re.compile(rf"\b{re.escape(field[2])}\s*=", re.IGNORECASE).finditer(text, start))[1:2]
        found = f"the field '{visible(field[2])}' is here twice"
        return trouble(location_at(text, again[0].start() if again else start, name), found, "keep one of the two")
    key = said.rpartition(" ")[2]
    last = [match.start(1) for match in _ENTRY.finditer(text) if match[1] == key][-1:]
    found = f"the key '{visible(key)}' is here twice"
    return trouble(location_at(text, last[0] if last else 0, name), found, "give each entry one of its own")


def trouble(location: Location, message: str, hint: str) -> SummaryError:
    """One problem that keeps a file of sources from being read."""
    return SummaryError([Problem(location=location, rule="references", message=message, hint=hint)])


def _fields_of(entry: Entry, entries: Mapping[str, Entry]) -> dict[str, str]:
    """The fields of an entry as typed; what it leaves out comes from the entry that its `crossref` names."""
    own = {name.lower(): value for name, value in entry.fields.items()}
    whole = entries.get(own.get("crossref", ""))
    if whole is None:
        return own
    of_whole = {_OF_A_PART.get(name.lower(), name.lower()): value for name, value in whole.fields.items()}
    taken = {*_OF_A_PART.values(), "publisher", "organization", "institution", "langid", "language"}
    taken |= set() if own.keys() & set(_DATES) else set(_DATES)
    return {name: value for name, value in of_whole.items() if name in taken} | own


_OF_A_PART = {"title": "booktitle", "booktitle": "booktitle"}
"""What a field of the whole is called in what stands in it."""

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
"""CSL's name for a type of BibTeX or biblatex."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


_READ = frozenset(
    (*CONTAINERS, *_DATES, "title", "publisher", "entrysubtype", "langid", "language", "note", "keywords")
)
"""What is read as LaTeX; an abstract, or a list of files, is not wanted at all."""


def _csl_of(key: str, called: str, typed: Mapping[str, str]) -> dict[str, object]:
    fields = {name: _read_latex(value) for name, value in typed.items() if name in _READ}
    kind = _TYPES.get(called, "article")
    if kind == "article-journal" and fields.get("entrysubtype") in ("newspaper", "magazine"):
        kind = f"article-{fields['entrysubtype']}"
    published = typed.get("howpublished", "")
    address = _ADDRESS.search(published)
    if address:
        fields["howpublished"] = _read_latex(_ADDRESS.sub("", published)).strip(" .,;:")
    return {
        "id": key,
        "type": kind,
        "title": fields.get("title"),
        "author": [_csl_name(name) for name in _names_in(typed.get("author", ""))],
        "issued": {"raw": typed.get("date", "").strip("{} ") or _day_of(fields)},
        "container-title": next((fields[name] for name in CONTAINERS if fields.get(name)), None),
        "publisher": fields.get("publisher"),
        "URL": _address(typed.get("url") or (address[0] if address else "")),
        "language": _language(fields.get("langid") or fields.get("language") or ""),
        "note": fields.get("note"),
        "keyword": fields.get("keywords"),
    }


_ADDRESS = re.compile(r"\\url\s*\{[^{}]*\}|https?://\S+")


def _address(typed: str) -> str:
    r"""An address without the marks of LaTeX that some programs put into it: `\url{...}`, `\_`, `{\%}`."""
    bare = re.sub(r"^\s*\\url\s*\{(.*)\}\s*$", r"\1", typed)
    return re.sub(r"\{\\([_%&#~])\}|\\([_%&#~])(?:\{\})?", r"\1\2", bare)


def _language(name: str) -> str:
    """The code of a language that LaTeX calls by its name."""
    return _LATEX_LANGUAGES.get(name.casefold()) or _languages().get(name.casefold(), name)


@cache
def _languages() -> dict[str, str]:
    from babel import Locale

    return {called.casefold(): code for code, called in Locale("en").languages.items()}


_LATEX_LANGUAGES = {
    "american": "en-US",
    "british": "en-GB",
    "ngerman": "de",
    "usenglish": "en-US",
    "ukenglish": "en-GB",
}


def _day_of(fields: Mapping[str, str]) -> str:
    """The day, month or year, as exactly as it can be told: a month may be a number or a name, and hold a day."""
    day, month, year = (" ".join(fields.get(name, "").split()) for name in ("day", "month", "year"))
    number = int(month) if month.isdecimal() else 0
    words = (year, f"{number:02}", day.rjust(2, "0") if day else "") if number else (day, month, year)
    exact = spelt_date(("-" if number else " ").join(word for word in words if word))
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
    """A name in its parts, be they told by their places or, as biblatex does, by what they are called."""
    from pybtex.bibtex.utils import split_tex_string
    from pybtex.database import InvalidNameString, Person

    told = [part.partition("=") for part in split_tex_string(name, ",")]
    if all(mark for _, mark, _ in told):
        parts = {_NAME_PARTS.get(part.strip().lower(), ""): _read_latex(value) for part, _, value in told}
        return {part: text for part, text in parts.items() if part}
    try:
        person = Person(name)
    except InvalidNameString:
        return {"literal": _read_latex(name)}
    family = _read_latex(" ".join((*person.prelast_names, *person.last_names)))
    given = _read_latex(" ".join((*person.first_names, *person.middle_names, *person.lineage_names)))
    return {"family": family, "given": given} if given else {"literal": family}


_NAME_PARTS = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}
"""CSL's name for a part of a name of biblatex."""


def _read_latex(value: str) -> str:
    """What LaTeX would print: accents as letters, and no braces. What is no LaTeX stays as it is."""
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
