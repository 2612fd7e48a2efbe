"""Records and moments that are there twice: copies of a file, and ids and names that two share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from builder.explainer.linking import Explainer
from builder.problems import Problem
from builder.records.loading import SETTINGS_FILE, Origin
from builder.records.models.party import Party
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.models.term import Term


def copied_files(explainer: Explainer) -> Iterator[Problem]:
    """Find files that are still an exact copy of another record."""
    first: dict[tuple[str, str], Record] = {}
    for record in explainer.records.values():
        origin = explainer.origins[record.id]
        if origin.path or not origin.document.data:
            continue
        original = first.setdefault((record.kind_name, _values(origin)), record)
        if original is not record:
            older, copy = sorted(
                (original, record), key=lambda each: (-_times_named(explainer, each), len(each.id), each.id)
            )
            found = f"still a copy of '{older.id}'"
            hint = "change what differs, or delete the file"
            location = explainer.origins[copy.id].at()
            yield Problem(location=location, rule="copy", message=found, hint=hint)


def _times_named(explainer: Explainer, record: Record) -> int:
    """How many records name it: the original is the one that is in use."""
    return len(explainer.mentions.get(record.id, ()))


def moments_with_one_id(explainer: Explainer) -> Iterator[Problem]:
    """Find moments whose pages would have one address."""
    origin = explainer.origins[SETTINGS_FILE]
    first: dict[str, int] = {}
    for index, moment in enumerate(explainer.settings.moments):
        earlier = first.setdefault(moment.id, index)
        if earlier != index:
            found = f"the id '{moment.id}' is taken"
            hint = f"write another id, or delete one of the two; first at {origin.at(('moments', earlier, 'id'))}"
            location = origin.at(("moments", index, "id"))
            yield Problem(location=location, rule="duplicate-id", message=found, hint=hint)


def one_thing_under_two_ids(explainer: Explainer) -> Iterator[Problem]:
    """Warn of two records that look like one: sources with one address, parties or terms with one name."""
    for source in explainer.sources:
        if source.id in (citation.source for citation in source.sources):
            found = f"'{source.id}' cites itself"
            location = explainer.origins[source.id].at(("sources",))
            yield Problem(location=location, rule="cites-itself", message=found, hint="cite another source, or none")
    yield from _shared(explainer, explainer.sources, "address")
    yield from _shared(explainer, explainer.parties, "name")
    yield from _shared(explainer, explainer.terms, "name")


def _shared(explainer: Explainer, records: tuple[Record, ...], what: str) -> Iterator[Problem]:
    by_key: dict[str, dict[str, tuple[Record, str]]] = defaultdict(dict)
    for record in records:
        for key, field in _keys(record):
            by_key[key].setdefault(record.id, (record, field))
    seen: set[tuple[str, str]] = set()
    for found in by_key.values():
        (first, _), *others = found.values()
        for record, field in others:
            if (first.id, record.id) not in seen and not _is_copy(explainer, first, record):
                seen.add((first.id, record.id))
                location = explainer.origins[record.id].at((field,))
                message = f"'{first.id}' has the same {what}"
                hint = "if they are one, keep one record and cite or name it everywhere"
                yield Problem(location=location, rule="same-thing", message=message, hint=hint, warning=True)


def _is_copy(explainer: Explainer, one: Record, other: Record) -> bool:
    origins = explainer.origins[one.id], explainer.origins[other.id]
    return not any(origin.path for origin in origins) and _values(origins[0]) == _values(origins[1])


def _values(origin: Origin) -> str:
    return origin.document.written


def _keys(record: Record) -> Iterator[tuple[str, str]]:
    """What no other record of its kind should share, each with the field that has it."""
    match record:
        case Source(URL=address) if address:
            yield _address_key(str(address)), "URL"
        case Party():
            yield str(record.name).casefold(), "name"
            yield from ((str(name).casefold(), "native") for name in record.native.values())
        case Term():
            yield str(record.term).casefold(), "term"


def _address_key(address: str) -> str:
    """An address without what makes no difference: the scheme, `www.`, a slash at the end, the fragment."""
    return re.sub(r"^https?://(?:www\.)?", "", address).partition("#")[0].rstrip("/")
