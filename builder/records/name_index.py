"""An index of record names, made before anything is checked, so that hints can give the id for a name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from builder.parsing.documents import Document
from builder.problems import folded, typo_of
from builder.records.models.kinds import IN_FILES, kind_listed_in

NAMING_FIELDS = ("name", "title", "term", "short", "also", "also_written", "native")
"""The fields that name a record."""

_FOLDERS = frozenset(kind.kind_name for kind in IN_FILES)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of records by name."""

    by_kind: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each kind, the id of every name. An id is also a name of its record."""

    @classmethod
    def of_ids(cls, kind_of: Mapping[str, str]) -> Names:
        """An index of ids without other names. `kind_of` has the kind of each id."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for id, kind in kind_of.items():
            found[kind][id] = id
        return cls(found)

    def of(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """The ids by name for some kinds, or for all if none is given. The name of a state is not that of its place."""
        wanted = sorted(kinds or self.by_kind, key=lambda kind: kind != "places")  # what comes later wins
        return {name: id for kind in wanted for name, id in self.by_kind.get(kind, {}).items()}

    def meant_by(self, text: str, kinds: tuple[str, ...]) -> str:
        """Find the id of the record that a text names: by its name, a typing mistake, or part of the name of a party.

        The part may have other words around it: `President Smith` finds the only party with Smith in its name.
        Something written like an id, such as `jane-smith`, is not taken apart: it is an id that is missing. Empty if no
        record, or more than one, is meant.
        """
        ids_by_name = self.of(kinds)
        if found := _only({id for name, id in ids_by_name.items() if _key(name) == _key(text)}):
            return found
        if typo := typo_of(text, set(ids_by_name.values())):
            return typo
        if found := _only({id for name, id in ids_by_name.items() if typo_of(text, [name])}):
            return found
        is_like_an_id = "-" in text and text == text.lower()
        return "" if is_like_an_id or (kinds and "parties" not in kinds) else self._party_with_words_of(text)

    def _party_with_words_of(self, text: str) -> str:
        by_word: dict[str, set[str]] = defaultdict(set)
        for name, id in self.by_kind.get("parties", {}).items():
            for word in _words(name):
                by_word[word].add(id)
        words = _words(text)
        known = [by_word[word] for word in words if word in by_word]
        if not known or len(words) > _WORDS_IN_A_NAME:
            return ""
        return _only(set.intersection(*known)) or _only({id for ids in known if len(ids) == 1 for id in ids})


def _only(ids: set[str]) -> str:
    return next(iter(ids)) if len(ids) == 1 else ""


_WORDS_IN_A_NAME = 5


def _key(name: str) -> str:
    return "-".join(re.findall(r"[^\W_]+", folded(name)))


def _words(name: str) -> list[str]:
    """The words of a name in lower case, without accents; words of one letter and numbers alone name nothing."""
    words = re.findall(r"[^\W_]+", folded(name))
    return [word for word in words if len(word) > 1 and not word.isdigit()] or words


def names_in(documents: Mapping[str, Document]) -> Names:
    """The names of all records, valid or not. `documents` is by path below the summaries folder."""
    return Names(_NamesByKind(documents))


class _NamesByKind(Mapping[str, Mapping[str, str]]):
    """The names by kind. They are collected when somebody asks, as only hints need them."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    @cached_property
    def _found(self) -> dict[str, dict[str, str]]:
        return _collected(self._documents)

    def __getitem__(self, kind: str) -> Mapping[str, str]:
        return self._found[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _collected(documents: Mapping[str, Document]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, document in documents.items():
        folder, _, file = path.rpartition("/")
        if folder in _FOLDERS:
            _add(found[folder], file.removesuffix(".yml"), document.shared_at())
        elif listed := kind_listed_in(path):
            kind = listed.kind_name
            records = document.shared_at().get(kind)
            for record in records if isinstance(records, list) else ():
                if isinstance(record, dict) and isinstance(id := record.get("id"), str):
                    _add(found[kind], id, record)
    return found


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
