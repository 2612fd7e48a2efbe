"""Turns the references of a bibliography into sources, with dates in EDTF and ids as summaries write them."""

from __future__ import annotations

import re
from itertools import takewhile

from builder.dates.date_hints import SEASONS
from builder.editing.formatting import normalized_date
from builder.editing.importing.reference_files import Reference, keywords, references_of
from builder.editing.yaml_style import tidy
from builder.parsing.documents import Item, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, folded
from builder.records.models.fields import bare_doi
from builder.records.models.source import STANDINGS


def sources_of(text: str, name: str) -> list[Fields]:
    """The sources in a CSL-JSON or BibTeX file, with their locations. Raises SummaryError if the file can't be read.

    The `standing` of a source comes from its keywords, or from a line such as `standing: official` in its note.
    """
    return [_source(reference) for reference in references_of(text, name)]


def _source(reference: Reference) -> Fields:
    """A source with the fields of a summary."""
    csl, at = reference.csl, reference.at
    kind = str(csl.get("type") or "")
    note, extra = _split_note(str(csl.get("note") or ""))
    key = "citation-key" if csl.get("citation-key") else "id"
    container, publisher = (_without_markup(csl.get(name)) for name in ("container-title", "publisher"))
    (custom,) = _list_of_dicts([csl.get("custom")]) or [{}]
    tagged = [word for word in keywords(csl.get("keyword")) if word in STANDINGS]
    texts = {
        "id": (_slug(str(csl.get(key) or "")), key),
        "type": (kind, "type"),
        "title": (_without_markup(csl.get("title")), "title"),
        "issued": (custom.get("issued") or _date(csl.get("issued")), "issued"),
        "container": (container if container != publisher else None, "container-title"),
        "publisher": (publisher, "publisher"),
        "URL": (csl.get("URL"), "URL"),
        "doi": (bare_doi(str(csl.get("DOI") or "")), "DOI"),
        "archive": (csl.get("archive") if "://" in str(csl.get("archive")) else None, "archive"),
        "accessed": (_date(csl.get("accessed")), "accessed"),
        "language": (csl.get("language"), "language"),
        "standing": (extra.get("standing") or next(iter(tagged), None), "note" if "standing" in extra else "keyword"),
        "via": (custom.get("via") or extra.get("via"), "custom" if custom.get("via") else "note"),
        "note": (note, "note"),
    }
    entries: dict[str, Item] = {}
    for name, (value, where) in texts.items():
        if isinstance(value, (str, int)) and str(value).strip():
            entries[name] = Item(at(where), Scalar(tidy(str(value)), at(where), False))
    if authors := tuple(_author(name, at("author")) for name in _list_of_dicts(csl.get("author"))):
        entries["author"] = Item(at("author"), Sequence(authors, at("author")))
    return Fields(entries, reference.location)


def _without_markup(value: object) -> object:
    """A text without CSL-JSON's tags for italics, bold and small capitals."""
    return _STYLE.sub("", value) if isinstance(value, str) else value


_STYLE = re.compile(r"</?(?:i|b|sc|sub|sup|span(?: (?:class|style)=\"[^\"<>]*\")?)>")


def _list_of_dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _author(name: dict[str, object], at: Location) -> Fields:
    particles = (name.get("dropping-particle"), name.get("non-dropping-particle"), name.get("family"))
    parts = {
        "family": " ".join(str(part) for part in particles if part),
        "given": " ".join(str(part) for part in (name.get("given"), name.get("suffix")) if part),
        "literal": str(name.get("literal") or ""),
    }
    return Fields({part: Item(at, Scalar(tidy(text), at, False)) for part, text in parts.items() if text}, at)


def _split_note(note: str) -> tuple[str, dict[str, str]]:
    """Split a note into its text and the fields in lines such as `standing: official`, as in Zotero's Extra field."""
    extra = {match[1].casefold(): match[2].strip() for match in _EXTRA.finditer(note)}
    return _EXTRA.sub("", note).strip(), extra


_EXTRA = re.compile(r"^(standing|via|citation key):[ \t]*(.*)$\n?", re.IGNORECASE | re.MULTILINE)


def _slug(id: str) -> str:
    """Make a valid id from the id of another program: `timesSummit2019` becomes `timessummit2019`.

    An id with letters that can't be converted stays unchanged, so that it is reported.
    """
    last = id.rstrip("/").rpartition("/")[2] if "://" in id else id
    plain = folded(last)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") if not _OTHER_LETTER.search(plain) else last


_OTHER_LETTER = re.compile(r"(?![a-z0-9_])\w")


def _date(issued: object) -> str:
    """A date of CSL as EDTF. Some programs write it as text."""
    if isinstance(issued, str):
        return normalized_date(issued)
    if not isinstance(issued, dict):
        return ""
    date_parts = issued.get("date-parts")
    ends = [_end(part) for part in date_parts if isinstance(part, list)] if isinstance(date_parts, list) else []
    if not any(ends):
        return normalized_date(str(issued.get("raw") or issued.get("literal") or ""))
    mark = "~" if issued.get("circa") else ""
    season = _season(str(issued.get("season", ""))) if "-" not in ends[0] else ""
    return "/".join(f"{end}{season}{mark}" for end in ends if end)


def _end(parts: list[object]) -> str:
    """Year, month and day, as far as they are known. An unknown part may be missing, empty or 0."""
    known = takewhile(lambda part: part not in (None, "", 0, "0"), parts)
    return "-".join(str(number).rjust(width, "0") for number, width in zip(known, (4, 2, 2), strict=False))


def _season(season: str) -> str:
    """A season given by its number or, as in Zotero, by its name."""
    number = f"{20 + int(season)}" if season in ("1", "2", "3", "4") else normalized_date(f"{season} 2000")[5:]
    return f"-{number}" if number in SEASONS else ""
