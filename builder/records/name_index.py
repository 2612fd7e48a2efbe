"""An index of record names, made before anything is checked, so that hints can give the id for a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from builder.parsing.documents import Document
from builder.records.models.kinds import IN_FILES, IN_LISTS

NAMING_FIELDS = ("name", "title", "term", "short", "also", "also_written", "native")
"""The fields that name a record."""

_FOLDERS = frozenset(kind.kind_name for kind in IN_FILES)
_LISTS = frozenset(kind.kind_name for kind in IN_LISTS)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of records by name."""

    by_kind: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each kind, the id of every name. An id is also a name of its record."""

    def of(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """The ids by name for some kinds, or for all kinds if none is given."""
        wanted = kinds or tuple(self.by_kind)
        return {name: id for kind in wanted for name, id in self.by_kind.get(kind, {}).items()}


def names_in(documents: Mapping[str, Document]) -> Names:
    """Collect the names of all records, valid or not. `documents` is by path below the summaries folder."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, document in documents.items():
        folder, _, file = path.rpartition("/")
        stem = PurePosixPath(file).stem
        if folder in _FOLDERS:
            _add(found[folder], stem, document.plain())
        elif not folder and stem in _LISTS:
            listed = document.plain().get(stem)
            for record in listed if isinstance(listed, list) else ():
                if isinstance(record, dict) and isinstance(id := record.get("id"), str):
                    _add(found[stem], id, record)
    return Names(found)


def _add(names: dict[str, str], id: str, record: Mapping[str, object]) -> None:
    names[id] = id
    for field_name in NAMING_FIELDS:
        for name in _texts(record.get(field_name)):
            names.setdefault(name, id)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from (item for item in value if isinstance(item, str))
        case dict():
            yield from (item for item in value.values() if isinstance(item, str))
