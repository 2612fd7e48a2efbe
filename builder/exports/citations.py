"""Citations of sources and of the explainer's own pages: CSL-JSON, BibTeX, and a line to read.

CSL-JSON follows https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html and the schema of CSL 1.0.2.
BibTeX is escaped so that LaTeX prints the text as typed. Its `date` field has the date in EDTF, which biblatex reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from builder.dates.edtf_dates import Date, End
from builder.explainer.addresses import HOME, on_the_web
from builder.explainer.foreign_text import ForeignText
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports.plain_values import as_json, plain_fields
from builder.records.models.record import Record
from builder.records.models.source import Author, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """How to cite a page: a line to read, its address if the site has one, and BibTeX and CSL-JSON."""

    line: Markup
    address: str
    bibtex: str
    csl: str


def csl_of_sources(explainer: Explainer, words: Words) -> bytes:
    """Return every source as CSL-JSON."""
    return as_json([_csl(source, explainer, words) for source in explainer.sources])


def bibtex_of_sources(explainer: Explainer, words: Words) -> bytes:
    """Return every source as BibTeX, in UTF-8."""
    return "\n".join(_bibtex_of_source(source, explainer, words) for source in explainer.sources).encode()


def reference_to(path: str, title: Markup, explainer: Explainer, words: Words, site: str) -> Reference:
    """Return how to cite the page at `path` below docs/, as of the explainer's `as_of` date.

    `site` is the address of the site with a slash at its end, or empty.
    """
    settings = explainer.settings
    day = settings.as_of
    address = on_the_web(path, site) if site else ""
    foreign = ForeignText(str(settings.language))
    plain_title = title.unescape()
    whole = {} if path == HOME else {"explainer": foreign.named(settings.title)}
    line = words(
        "cite.whole" if path == HOME else "cite.page",
        editors=words.list([foreign.named(editor) for editor in settings.editors]),
        year=day.first.year,
        title=foreign.named(plain_title),
        date=words.day(day),
        **whole,
    )
    key = "-".join(path.removesuffix(".md").removesuffix("/index").split("/"))
    as_of = words("page.as_of", date=words.day(day)).unescape()
    fields = {
        "author": _and(_braced(editor) for editor in settings.editors),
        "title": f"{{{latex(plain_title)}}}",
        "howpublished": latex(settings.title) if whole else "",
        **_bibtex_date(day, words),
        "url": address,
        "note": latex(as_of),
    }
    csl: dict[str, object] = {
        "id": key,
        "type": "webpage",
        "title": plain_title,
        "container-title": str(settings.title) if whole else None,
        "author": [{"literal": str(editor)} for editor in settings.editors],
        "issued": csl_date(day, words),
        "URL": address,
        "language": str(settings.language),
        "note": as_of,
    }
    filled = {name: value for name, value in csl.items() if value}
    return Reference(
        line=line,
        address=address,
        bibtex=_entry("misc", key, fields).strip(),
        csl=json.dumps([filled], ensure_ascii=False),
    )


def csl_date(date: Date, words: Words) -> dict[str, object]:
    """Convert a date to CSL: the parts that are known, or the date in words if CSL has no parts for it."""
    ends = date.ends
    if not ends or not all(end.kind in _PARTS for end in ends) or (len(ends) == 2 and _season(ends)):
        return {"literal": words.day(date).unescape()}
    found: dict[str, object] = {"date-parts": [_parts(end) for end in ends]}
    if season := _season(ends):
        found["season"] = season
    if any(end.qualifier for end in ends):
        found["circa"] = True
    return found


_PARTS = {"day": 3, "month": 2, "day_unknown": 2, "season": 1, "year": 1, "month_unknown": 1}
"""How many parts of each kind of date are known."""


def _parts(end: End) -> list[int]:
    return [end.first.year, end.first.month, end.first.day][: _PARTS[end.kind]]


def _season(ends: Sequence[End]) -> int:
    """Return 1 for spring to 4 for winter, or 0 if there is no season."""
    return next((end.first.month // 3 for end in ends if end.kind == "season"), 0)


def _csl(source: Source, explainer: Explainer, words: Words) -> dict[str, object]:
    found: dict[str, object] = {
        "id": source.id,
        "type": source.type,
        "title": source.title and str(source.title),
        "author": [_csl_name(author) for author in source.author],
        "issued": csl_date(source.issued, words) if source.issued else None,
        # A newspaper whose name is given as the publisher would not be printed otherwise. Our import drops the copy.
        "container-title": str((source.outlet if source.is_by_container else source.container) or ""),
        "publisher": source.publisher and str(source.publisher),
        "URL": source.URL,
        "DOI": source.doi and str(source.doi),
        "archive": source.archive,
        "accessed": csl_date(source.accessed, words) if source.accessed else None,
        "source": source.via and str(source.via),
        "language": source.language and str(source.language),
        "keyword": source.standing,
        "note": source.note and explainer.plain(source.note),
        "custom": _custom(source),
    }
    return {name: value for name, value in found.items() if value}


def _custom(source: Source) -> dict[str, object]:
    """What CSL has no field for, or can hold only in part, as typed. Our import reads it."""
    via = {"via": str(source.via)} if source.via else {}
    # CSL has no parts of a date that are uncertain or open, and can't tell "about" from "perhaps".
    dated = {} if source.issued is None or source.issued.is_day else {"issued": source.issued.text}
    beyond = _beyond_a_citation(source)
    return {**via, **dated, **({"as_written": beyond} if beyond else {})}


def _beyond_a_citation(source: Source) -> dict[str, object]:
    """The fields of a source that no citation has, as written, and a note that citations hold without its links."""
    note = source.note or ""
    return plain_fields(source, _BEYOND | {"note"} if "[[" in note or "\n" in note else _BEYOND)


_BEYOND = frozenset(Record.model_fields) - {"id"}


def _csl_name(author: Author) -> dict[str, str]:
    names = {"family": author.family, "given": author.given, "literal": author.literal}
    return {part: str(name) for part, name in names.items() if name}


_TYPES = {
    "article-journal": ("article", "", "journal"),
    "article-magazine": ("article", "magazine", "journal"),
    "article-newspaper": ("article", "newspaper", "journal"),
    "book": ("book", "", "howpublished"),
    "chapter": ("incollection", "", "booktitle"),
    "entry-encyclopedia": ("incollection", "entry-encyclopedia", "booktitle"),
    "paper-conference": ("inproceedings", "", "booktitle"),
    "report": ("techreport", "", "howpublished"),
    "webpage": ("misc", "", "howpublished"),
}
"""The BibTeX entry type for each CSL type, the subtype that tells it from others, and the field for its container."""


def _bibtex_of_source(source: Source, explainer: Explainer, words: Words) -> str:
    kind, subtype, container = _TYPES.get(source.type, ("misc", source.type, "howpublished"))
    # BibTeX prints no publisher in these entries. Our import drops the copy.
    is_printed = kind == "misc" or source.is_by_container
    fields = {
        "author": _and(_bibtex_name(author) for author in source.author),
        "title": f"{{{latex(source.title)}}}" if source.title else "",
        container: latex(source.container or (source.publisher if is_printed else "") or ""),
        "institution" if kind == "techreport" else "publisher": latex(source.publisher or ""),
        **(_bibtex_date(source.issued, words) if source.issued else {}),
        "url": source.URL or "",
        "doi": str(source.doi or ""),
        "urldate": source.accessed.text if source.accessed else "",
        "language": latex(source.language or ""),
        "keywords": source.standing,
        "note": latex(explainer.plain(source.note)) if source.note else "",
        "entrysubtype": subtype,
        "archiveurl": source.archive or "",
        "via": latex(source.via or ""),
        "edtf": source.issued.text if source.issued and source.issued.choices else "",
        "aswritten": latex(json.dumps(beyond, ensure_ascii=False)) if (beyond := _beyond_a_citation(source)) else "",
    }
    return _entry(kind, source.id, fields)


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _bibtex_date(date: Date, words: Words) -> dict[str, str]:
    """Return the year that BibTeX sorts by, or the date in words; the month, if any; and the date for biblatex."""
    first, last = date.first, date.last
    if date.choices or first.year != last.year:
        return {"year": latex(words.day(date).unescape()), "date": "" if date.choices else date.text}
    month = _MONTHS[first.month - 1] if first.month == last.month else ""
    return {"year": str(first.year), "month": month, "date": date.text}


def _bibtex_name(author: Author) -> str:
    if author.literal or not author.family:
        return _braced(author.name)
    given = author.given or ""
    return ", ".join(name if _PLAIN_NAME.fullmatch(name) else _braced(name) for name in (author.family, given) if name)


_PLAIN_NAME = re.compile(r"(?!.*\band\b)[^\W\d_][\w.' \-]*", re.IGNORECASE)
"""A name without anything that BibTeX would treat as syntax."""


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _braced(text: str) -> str:
    return f"{{{latex(text)}}}"


@lru_cache(maxsize=4096)  # names of outlets and editors are in many entries
def latex(text: str) -> str:
    """Escape text so that LaTeX prints it as typed. No braces are left: BibTeX counts even escaped ones."""
    escaped = _SPECIAL.sub(lambda match: _LATEX.get(match[0], rf"\{match[0]}"), " ".join(text.split()))
    return _LIGATURE.sub("{}", escaped)


_LATEX = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
    '"': r"{\textquotedbl}",
    "`": r"{\textasciigrave}",
}
_SPECIAL = re.compile(r'[\\{}~^<>|"`%&$#_]')
_LIGATURE = re.compile(r"(?<=([-',]))(?=\1)")
"""The gap between two marks that TeX would join: -- becomes a dash, '' a quotation mark."""
