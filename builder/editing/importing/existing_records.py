"""The summaries of one kind that an import finds, and what they will be after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.editing.candidates import (
    LISTS,
    Existing,
    append_entries,
    document_of,
    entries_of,
    modeline,
    path_of,
)
from builder.editing.field_order import order_of
from builder.editing.importing.made_ids import name_of
from builder.editing.importing.updating import Update, update_of, updated_data
from builder.editing.yaml_style import Value, tidy, to_yaml, to_yaml_item
from builder.parsing.discovery import file_error
from builder.parsing.documents import Document, Item, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.limits import MAX_BYTES
from builder.parsing.yaml_reader import read
from builder.problems import Location, SummaryError
from builder.project import Project
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.validation_messages import shape_at


class Records:
    """The summaries of one kind that are there, and what they will be."""

    def __init__(self, project: Project, model: type[Record], existing: Existing) -> None:
        self.project = project
        self.model = model
        self.kind = model.kind_name
        self.existing = existing
        self.lists = {_below(document): document for document in existing.lists.get(self.kind, ())}
        """The files that list records of the kind, by path below the summaries folder."""

        self.listed = {
            id_of(entry).text: _Listed(path, index, entry)
            for path, document in self.lists.items()
            for index, entry in enumerate(entries_of(document, self.kind))
        }

    def record(self, id: str) -> Fields:
        """The fields of a record that is there."""
        if self.kind in LISTS:
            return self.listed[id].entry
        return self.document(id).root

    def document(self, id: str) -> Document:
        """The file that holds a record."""
        if self.kind in LISTS:
            return self.lists[self.listed[id].path]
        shown = self.existing.where[id]
        return read(self._file(id), shown)

    def _file(self, id: str) -> Path:
        return self.project.summaries / path_of(self.kind, id, self.existing)

    def place_of(self, new: list[Fields]) -> Path:
        """The file with new records or, if each has its own, the folder."""
        path = self.project.summaries / path_of(self.kind, id_of(new[0]).text if new else "", self.existing)
        return path if self.kind in LISTS or len(new) == 1 else path.parent

    def may_be_id_of(self, entry: Fields, taken: Container[str], id: str) -> bool:
        """Whether a made id can be the id of a record: it is free, or it is that of the same record."""
        if id in taken:
            return False
        kind = self.existing.kind_of.get(id)
        if kind is None:
            return True
        if kind != self.kind:
            return False
        there = self.record(id)
        return tidy(name_of(there)).casefold() == tidy(name_of(entry)).casefold()

    def update(self, entry: Fields) -> Update:
        """What a record of the import changes in the one that is there."""
        id = id_of(entry).text
        return update_of(id, self.record(id), entry, self.model)

    def documents(self, new: list[Fields], updates: Mapping[str, Update], name: str) -> dict[str, Document]:
        """The records as documents, by their future paths. New values are located in the imported file."""
        if self.kind not in LISTS:
            documents = {
                path_of(self.kind, id_of(entry).text, self.existing): Document(
                    path=name, root=_without_id(entry), data=b""
                )
                for entry in new
            }
            for id, update in updates.items():
                document = self.document(id)
                documents[path_of(self.kind, id, self.existing)] = Document(
                    path=document.path, root=update.record, data=b""
                )
            return documents
        where_new = path_of(self.kind, "", self.existing)
        entries: dict[str, list[Fields]] = {where_new: []} if new else {}
        entries |= {self.listed[id].path: [] for id in updates}
        for id, each in self.listed.items():
            if each.path in entries:
                entries[each.path].append(updates[id].record if id in updates else each.entry)
        if new:
            entries[where_new] += new
        return {path: self._list_of(found, path, name) for path, found in entries.items()}

    def _list_of(self, entries: list[Fields], path: str, name: str) -> Document:
        top = Location(self.lists[path].path if path in self.lists else name)
        root = Fields({self.kind: Item(top, Sequence(tuple(entries), top))}, top)
        return Document(path=top.path, root=root, data=b"")

    def files(self, new: list[Fields], updates: Mapping[str, Update], name: str) -> dict[Path, bytes]:
        """The files to write. Each is parsed again to make sure that it holds the same values."""
        changed = {id: update for id, update in updates.items() if update.changed}
        if self.kind in LISTS:
            files = self._list_files(new, changed, name)
        else:
            files = {}
            for id, update in changed.items():
                path = path_of(self.kind, id, self.existing)
                files[path] = updated_data(self.project, path, self.document(id), {(): update}, self.model)
            for entry in new:
                fields = plain(_without_id(entry))
                path = path_of(self.kind, id_of(entry).text, self.existing)
                files[path] = f"{modeline(self.kind)}{to_yaml(_in_order(fields, self.model))}".encode()
                assert document_of(self.project, path, files[path]).plain() == fields, path
        return {self.project.summaries / path: data for path, data in files.items()}

    def _list_files(self, new: list[Fields], changed: Mapping[str, Update], name: str) -> dict[str, bytes]:
        by_file: dict[str, dict[tuple[str | int, ...], Update]] = defaultdict(dict)
        for id, update in changed.items():
            by_file[self.listed[id].path][self.kind, self.listed[id].index] = update
        files = {
            path: updated_data(self.project, path, self.lists[path], updates, self.model)
            for path, updates in by_file.items()
        }
        if new:
            path = path_of(self.kind, "", self.existing)
            items = [to_yaml_item(_in_order(plain(entry), self.model), 0) for entry in new]
            before = document_of(self.project, path, files[path]) if path in files else self.lists.get(path)
            files[path] = append_entries(self.kind, "\n".join(items), before)
        for path, data in files.items():
            self._refuse_too_much(path, data, len(new), name)
        return files

    def _refuse_too_much(self, path: str, data: bytes, new: int, name: str) -> None:
        hint = (
            f"import fewer, or move some {self.kind} into another file in '{self.project.summaries.name}/{self.kind}'"
        )
        if len(data) > MAX_BYTES:
            found = f"with these {new} {self.kind}, {path} would have more than {MAX_BYTES:,} bytes"
            raise file_error(name, "too-big", found, hint)
        try:
            document_of(self.project, path, data)
        except SummaryError as error:
            if any(problem.rule == "too-many" for problem in error.problems):
                found = f"with these {new} {self.kind}, {path} would have too many values"
                raise file_error(name, "too-many", found, hint) from error
            raise


@dataclass(frozen=True, slots=True)
class _Listed:
    """Where a record is listed: the path of the file below the summaries folder, and which of its entries it is."""

    path: str
    index: int
    entry: Fields


def _below(document: Document) -> str:
    return document.path.partition("/")[2]


def _without_id(entry: Fields) -> Fields:
    return Fields({name: item for name, item in entry.entries.items() if name != "id"}, entry.location)


def plain(entry: Fields) -> dict[str, object]:
    return Document(path="", root=entry, data=b"").plain()


def _in_order(fields: Mapping[str, object], shape: type[Shape] | None) -> dict[str, Value]:
    order = order_of(shape) if shape else tuple(fields)
    found: dict[str, Value] = {}
    for name in sorted(fields, key=order.index):
        value = fields[name]
        inner = shape_at(shape, (name,)) if shape else None
        if isinstance(value, list):
            found[name] = [_in_order(item, inner) if isinstance(item, dict) else str(item) for item in value]
        else:
            found[name] = _in_order(value, inner) if isinstance(value, dict) else str(value)
    return found


def id_of(entry: Fields) -> Scalar:
    found = entry.entries.get("id")
    return found.node if found and isinstance(found.node, Scalar) else Scalar("", entry.location, False)
