"""Reads the files that reference managers export: CSL-JSON and BibTeX, with the location of each entry.

CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from builder.editing.importing.bibtex import CONTAINERS, PUBLISHERS, entries_in, entry_starts, unreadable
from builder.parsing.decoding import location_finder
from builder.problems import Location


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry with the fields of CSL, its location, and a function that finds the location of a field."""

    csl: dict[str, object]
    location: Location
    at: Callable[[str], Location]


def references_of(text: str, name: str) -> tuple[Reference, ...]:
    """Read the references of a file: BibTeX if its name ends in .bib, else CSL-JSON.

    Raises SummaryError if the file can't be read.
    """
    read = _in_bibtex if name.casefold().endswith(".bib") else _in_json
    return tuple(read(text, name))


def _in_json(text: str, name: str) -> Iterator[Reference]:
    decoder, placed = json.JSONDecoder(), location_finder(text, name)
    start = re.compile(r'\s*(?:\{\s*"items"\s*:\s*)?\[\s*').match(text)
    if start is None:
        raise unreadable(Location(name), "this is not a list of references", "export them as CSL JSON")
    at = start.end()
    while at < len(text) and text[at] != "]":
        try:
            item, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:  # thousands of digits raise a plain ValueError
            location = placed(error.pos if isinstance(error, json.JSONDecodeError) else at)
            raise unreadable(location, "this is not valid JSON from here on", "export it again as CSL JSON") from None
        if not isinstance(item, dict):
            raise unreadable(placed(at), "this is not a reference", "export them as CSL JSON")
        yield Reference(item, placed(at), _finder(text, (at, end), r'"{}"\s*:\s*', placed))
        match = re.compile(r"\s*(?:,\s*(?=\{)|(?=\]))").match(text, end)
        if match is None:
            raise unreadable(placed(end), "this is not valid JSON from here on", "export it again as CSL JSON")
        at = match.end()


def _finder(
    text: str, span: tuple[int, int], pattern: str, placed: Callable[[int], Location]
) -> Callable[[str], Location]:
    @cache
    def at(field: str) -> Location:
        found = re.compile(pattern.format(re.escape(field)), re.IGNORECASE).search(text, *span)
        return placed(found.end() if found else span[0])

    return at


def _in_bibtex(text: str, name: str) -> Iterator[Reference]:
    entries = list(entries_in(text, name))
    found, placed = entry_starts(text), location_finder(text, name)
    starts = {key: found.get(key, [0])[0] for key, _ in entries}
    ordered = sorted({*starts.values()})
    ends = dict(zip(ordered, [*ordered[1:], len(text)], strict=True)) if ordered else {}
    for key, csl in entries:
        start = starts[key]
        at = _finder(text, (start, ends[start]), r"\b{}\s*=\s*[{{\"]?", placed)
        yield Reference(csl, placed(start), _with_bibtex_names(at))


def _with_bibtex_names(at: Callable[[str], Location]) -> Callable[[str], Location]:
    names = {
        "issued": ("date", "year"),
        "container-title": CONTAINERS,
        "publisher": PUBLISHERS,
        "archive": ("archiveurl",),
        "accessed": ("urldate",),
        "language": ("langid", "language"),
        "keyword": ("keywords",),
        "custom": ("via", "edtf"),
    }

    def locate(field: str) -> Location:
        return max(at(name) for name in names.get(field, (field,)))

    return locate


def keywords(value: object) -> Iterable[str]:
    """The keywords of an entry, separated by commas or semicolons."""
    return re.split(r"\s*[,;]\s*", value) if isinstance(value, str) else ()
