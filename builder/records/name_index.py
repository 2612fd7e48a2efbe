"""What records are called, by kind, read before anything is checked: whoever types a name is told the id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from builder.parsing.documents import Document
from builder.records.models.kinds import IN_FILES, IN_LISTS

NAMING_FIELDS = ("name", "title", "term", "short", "also", "also_written", "native")
"""The fields that say what a record is called."""

_FOLDERS = frozenset(kind.kind_name for kind in IN_FILES)
_LISTS = frozenset(kind.kind_name for kind in IN_LISTS)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of the records by what they are called."""

    by_kind: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By kind, the id of every name. Each id is among its own names."""

    def of(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """The ids by name, of some kinds; of all kinds if none is given."""
        wanted = kinds or tuple(self.by_kind)
        return {name: id for kind in wanted for name, id in self.by_kind.get(kind, {}).items()}


def names_in(documents: Mapping[str, Document]) -> Names:
    """Gather the names of all records from documents by their path below the folder, be they well formed or not."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, document in documents.items():
        folder, _, file = path.rpartition("/")
        stem = PurePosixPath(file).stem
        if folder in _FOLDERS:
            _take(found[folder], stem, document.plain())
        elif not folder and stem in _LISTS:
            listed = document.plain().get(stem)
            for record in listed if isinstance(listed, list) else ():
                if isinstance(record, dict) and isinstance(id := record.get("id"), str):
                    _take(found[stem], id, record)
    return Names(found)


def _take(names: dict[str, str], id: str, record: Mapping[str, object]) -> None:
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
