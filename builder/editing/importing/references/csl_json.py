"""Reads CSL-JSON, as Zotero, Mendeley, pandoc and doi.org write it: a list of references, or a single one.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache

from builder.editing.importing.references.reference import Bibliography, Reference, unreadable
from builder.parsing.decoding import location_finder
from builder.problems import Location, Problem

_START = re.compile(r'\s*(?:\{\s*"(?:items|references)"\s*:\s*)?\[\s*')
_NEXT = re.compile(r"\s*(?:,\s*(?=[^\s\]])|(?=\]))")


def references_in_json(text: str, name: str) -> Bibliography:
    """The references of a file, and its problems."""
    placed = location_finder(text, name)
    start = _START.match(text)
    single = re.compile(r"\s*(?=\{)").match(text) if start is None else None
    if start is None and single is None:
        return _refused(Location(name), "this is not a list of references", "export them as CSL JSON")
    references: list[Reference] = []
    problems: list[Problem] = []
    decoder = json.JSONDecoder()
    at = (start or single).end()  # type: ignore[union-attr] # one of them is there
    while at < len(text) and text[at] != "]":
        try:
            item, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:  # thousands of digits raise a plain ValueError
            location = placed(error.pos if isinstance(error, json.JSONDecodeError) else at)
            problems.append(unreadable(location, "this is not valid JSON from here on", "export it again as CSL JSON"))
            break
        if not isinstance(item, dict) or (single and not item.keys() & _TELLING):
            problems.append(unreadable(placed(at), "this is not a reference", "export them as CSL JSON"))
        else:
            references.append(Reference(csl=item, location=placed(at), at=_finder(text, (at, end), placed)))
        match = (re.compile(r"\s*\Z") if single else _NEXT).match(text, end)
        if match is None or ((at := match.end()) == len(text) and not single):
            problems.append(
                unreadable(placed(end), "this is not valid JSON from here on", "export it again as CSL JSON")
            )
            break
    return Bibliography(references=tuple(references), problems=tuple(problems))


_TELLING = {"type", "title", "DOI", "URL", "issued", "author"}
"""Fields by which a single reference is told from other JSON."""


def _refused(location: Location, message: str, hint: str) -> Bibliography:
    return Bibliography(references=(), problems=(unreadable(location, message, hint),))


def _finder(text: str, span: tuple[int, int], placed: Callable[[int], Location]) -> Callable[[str], Location]:
    @cache
    def at(field: str) -> Location:
        found = re.compile(rf'"{re.escape(field)}"\s*:\s*').search(text, *span)
        return placed(found.end() if found else span[0])

    return at
