"""Makes ids for records that have none: from the day and the title, for a source from its author, year and title.

The same record gets the same id in every import, wherever it is in its file, so that it is recognised when it comes
again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from builder.parsing.documents import Mapping as Fields
from builder.parsing.documents import Scalar, Sequence
from builder.records.languages.latin_letters import in_latin_letters
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import SINGULARS
from builder.records.models.record import Record
from builder.records.models.source import Source

MAX_LENGTH = 48
"""How long a made id may be. Ids are part of web addresses."""


def made_id(entry: Fields, model: type[Record], is_free: Callable[[str], bool]) -> str:
    """The id for a record: the first of several that is free, or that already names this record."""
    return next(id for id in _candidates(entry, model) if problem_with_id(id) is None and is_free(id))


def _candidates(entry: Fields, model: type[Record]) -> Iterator[str]:
    words = _words(name_of(entry))
    if model is Source:
        start = [*_author(entry), _year(entry)]
        if not any(start[:-1]):
            start, words = [*words[:4], _year(entry)], words[4:]
    else:
        start = [_text(entry, "date").partition("/")[0], *words]
        words = []
    base = _joined(start) or SINGULARS[model.kind_name]
    if base == _year(entry) or (model is not Source and base == start[0]):
        base = f"{SINGULARS[model.kind_name]}-{base}"
    yield base
    for count in range(1, min(4, len(words)) + 1):
        yield _joined([base, *words[:count]])
    for number in itertools.count(2):
        yield f"{base}-{number}"


def name_of(entry: Fields) -> str:
    """What a record is called: its title, name, term or question."""
    return next((text for name in ("title", "name", "term", "question") if (text := _text(entry, name))), "")


def _joined(parts: list[str]) -> str:
    """The parts of an id, joined by hyphens, without the last ones if it would be too long."""
    found = ""
    for part in parts:
        longer = "-".join(each for each in (found, _slug(part)) if each)
        if found and len(longer) > MAX_LENGTH:
            break
        found = longer
    return found[:MAX_LENGTH].strip("-")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", in_latin_letters(text)).strip("-")


def _words(title: str) -> list[str]:
    """The words of a title that can be part of an id, in Latin letters or digits, without short words."""
    return [word for word in map(_slug, title.split()) if word and word not in _SMALL]


_SMALL = {
    "a",
    "an",
    "the",
    "of",
    "in",
    "on",
    "and",
    "to",
    "for",
    "der",
    "die",
    "das",
    "le",
    "la",
    "les",
    "de",
    "und",
    "et",
}


def _author(entry: Fields) -> list[str]:
    """The family name of the first author; without one, what the source appeared in or who published it."""
    item = entry.entries.get("author")
    authors = item.node.items if item and isinstance(item.node, Sequence) else ()
    first = authors[0] if authors and isinstance(authors[0], Fields) else None
    names = [_text(first, "family") or _text(first, "literal")] if first else []
    names += [_text(entry, "container"), _text(entry, "publisher")]
    return next(([word] for name in names if (word := _joined(_words(name)[:3]))), [""])


def _year(entry: Fields) -> str:
    return "".join(re.findall(r"\d{4}", _text(entry, "issued"))[:1])


def _text(entry: Fields, name: str) -> str:
    item = entry.entries.get(name)
    return item.node.text if item and isinstance(item.node, Scalar) else ""
