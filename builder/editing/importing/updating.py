"""Brings summaries up to date with the records of an import, and keeps what an editor wrote.

Only the lines of the fields that change are written; comments, order and the style of all others stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError, create_model

from builder.editing.candidates import document_of
from builder.editing.field_order import order_of
from builder.editing.yaml_style import Value, tidy, to_yaml
from builder.parsing.decoding import decode
from builder.parsing.documents import Document, Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, SummaryError
from builder.project import Project
from builder.records.models.record import Record
from builder.records.models.shapes import Shape

KEPT = frozenset(("summary", "note", "standing", "reviewed", "draft", "via"))
"""Fields that an editor writes. An import adds them where they are missing, and never changes them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A field that an import changes or, if `before` is empty, adds."""

    id: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        before = f"{_short(self.before)} → " if self.before else "added: "
        return f"{self.field}: {before}{_short(self.after)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """A record as it will be, what changes in it, and warnings about what does not."""

    record: Fields
    changed: Mapping[str, Item]
    changes: tuple[Change, ...]
    warnings: tuple[Problem, ...]


def update_of(id: str, old: Fields, new: Fields, model: type[Record]) -> Update:
    """What an import changes in a record. Nothing is deleted, and lists only get longer."""
    changed: dict[str, Item] = {}
    changes: list[Change] = []
    warnings: list[Problem] = []
    for name, item in new.entries.items():
        there = old.entries.get(name)
        if name == "id" or (there and _is_same(there.node, item.node, name, model)):
            continue
        if there is None:
            changed[name] = item
        elif name in KEPT or _holds_fields(there.node, name):
            found = f"'{name}' differs from the summary, which keeps its own"
            hint = "change it in the file if the new one is right"
            warnings.append(
                Problem(location=item.node.location, rule="not-updated", message=found, hint=hint, warning=True)
            )
            continue
        elif longer := _longer(there.node, item.node, name):
            changed[name] = Item(item.key, longer)
        elif isinstance(item.node, Sequence) and name != "author":
            continue
        else:
            changed[name] = item
        changes.append(Change(id=id, field=name, before=_shown(there), after=_shown(changed[name])))
    record = Fields({**old.entries, **changed}, old.location)
    return Update(record=record, changed=changed, changes=tuple(changes), warnings=tuple(warnings))


def _is_same(old: Node, new: Node, name: str, model: type[Record]) -> bool:
    """Whether two values of a field say the same, as typed or once they are read: addresses, lists with defaults."""
    if _comparable(old) == _comparable(new):
        return True
    read = _reader_of(model, name)
    try:
        return read.model_validate({name: _comparable(old)}) == read.model_validate({name: _comparable(new)})
    except ValidationError:
        return False


@cache
def _reader_of(model: type[Record], name: str) -> type[Shape]:
    """A model with only one of the fields."""
    key, field = next((key, field) for key, field in model.model_fields.items() if (field.alias or key) == name)
    fields: dict[str, Any] = {key: (field.annotation, field)}
    return create_model(f"Only{name}", __base__=Shape, **fields)


def _comparable(node: Node) -> object:
    if isinstance(node, Scalar):
        return tidy(node.text)
    if isinstance(node, Sequence):
        return [_comparable(item) for item in node.items]
    return {name: _comparable(item.node) for name, item in node.entries.items()}


def _holds_fields(node: Node, name: str) -> bool:
    if isinstance(node, Sequence):
        return name != "author" and any(isinstance(item, Fields) for item in node.items)
    return isinstance(node, Fields)


def _longer(old: Node, new: Node, name: str) -> Sequence | None:
    """A list with the new items after the old ones; None if there are none, or it is not a list of texts."""
    if not isinstance(old, Sequence) or not isinstance(new, Sequence) or name == "author":
        return None
    there = {item.text for item in old.items if isinstance(item, Scalar)}
    added = tuple(item for item in new.items if isinstance(item, Scalar) and item.text not in there)
    return Sequence((*old.items, *added), old.location) if added else None


def _shown(item: Item | None) -> str:
    return "" if item is None else _words(item.node)


def _words(node: Node) -> str:
    if isinstance(node, Scalar):
        return tidy(node.text)
    if isinstance(node, Sequence):
        return "; ".join(_words(inner) for inner in node.items)
    return " ".join(_words(item.node) for item in node.entries.values())


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return f"'{plain}'" if len(plain) <= 60 else f"'{plain[:57]}...'"


def updated_data(
    project: Project,
    path: str,
    document: Document,
    updates: Mapping[tuple[str | int, ...], Update],
    model: type[Record],
) -> bytes:
    """The data of a summary with its records, by their paths in it, brought up to date.

    Raises SummaryError if the fields of a record are not each on a line of its own.
    """
    lines = decode(document.data, document.path).rstrip("\n").split("\n")
    records = {place: _at(document.root, place) for place in updates}
    for place in sorted(updates, key=lambda each: records[each].location, reverse=True):
        _Editor(lines, records[place], order_of(model)).write(updates[place].changed)
    data = ("\n".join(lines) + "\n").encode()
    wrong = list(_not_updated(document, updates, records))
    try:
        if document_of(project, path, data).plain() == _expected(document, updates):
            return data
    except SummaryError as error:
        if any(problem.rule.startswith("too-") for problem in error.problems):
            raise
    raise SummaryError(wrong)


def _at(root: Fields, place: tuple[str | int, ...]) -> Fields:
    node: Node = root
    for step in place:
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Fields):
            node = node.entries[str(step)].node
    assert isinstance(node, Fields)
    return node


def _expected(document: Document, updates: Mapping[tuple[str | int, ...], Update]) -> object:
    whole = document.plain()
    for place, update in updates.items():
        target: object = whole
        for step in place:
            target = target[step]  # type: ignore[index] # the path leads to a record
        assert isinstance(target, dict)
        target.update(Document(path="", root=Fields(dict(update.changed), Location("")), data=b"").plain())
    return whole


def _not_updated(
    document: Document, updates: Mapping[tuple[str | int, ...], Update], records: Mapping[tuple[str | int, ...], Fields]
) -> Iterator[Problem]:
    for place, update in updates.items():
        if update.changed:
            names = ", ".join(update.changed)
            found = f"this record can't be updated, because its fields are not each on a line of its own: {names}"
            hint = "write each field on its own line, or change them by hand"
            yield Problem(location=records[place].location, rule="not-updated", message=found, hint=hint)


class _Editor:
    """Replaces and adds fields of one record in the lines of its file."""

    def __init__(self, lines: list[str], record: Fields, order: tuple[str, ...]) -> None:
        self.lines = lines
        self.record = record
        self.order = order
        self.margin = min((item.key.column for item in record.entries.values()), default=1) - 1

    def write(self, changed: Mapping[str, Item]) -> None:
        starts = {name: item.key.line - 1 for name, item in self.record.entries.items()}
        ordered = sorted(starts, key=starts.__getitem__)
        ends = {name: self._end(starts[name], name) for name in ordered}
        edits: list[tuple[int, int, list[str]]] = []
        for name, item in changed.items():
            new = self._text(name, item)
            if name in starts:
                edits.append((starts[name], ends[name], self._in_place(new, starts[name], ends[name], name)))
            elif ordered:
                rank = self.order.index(name)
                before = [each for each in ordered if each in self.order and self.order.index(each) < rank]
                at = max((ends[each] for each in before), default=ends[ordered[0]])
                edits.append((at, at, new))
        for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
            self.lines[start:end] = new

    def _text(self, name: str, item: Item) -> list[str]:
        value = Document(path="", root=Fields({name: item}, item.key), data=b"").plain()
        return to_yaml({name: _texts(value[name])}, self.margin).rstrip("\n").split("\n")

    def _in_place(self, new: list[str], start: int, end: int, name: str) -> list[str]:
        """The new lines of a field, with what stands before it in its line, and a comment at its end."""
        old = self.lines[start]
        first = old[: self.margin] + new[0][self.margin :]
        node = self.record.entries[name].node
        comment = re.search(r"\s+#.*$", old)
        if end == start + 1 and len(new) == 1 and comment and isinstance(node, Scalar) and "#" not in node.text:
            first += comment[0]
        return [first, *new[1:]]

    def _end(self, start: int, name: str) -> int:
        """The line after the last one of a field."""
        node = self.record.entries[name].node
        end = start + 1
        while end < len(self.lines) and self._continues(self.lines[end], node):
            end += 1
        while end > start + 1 and not self.lines[end - 1].strip():
            end -= 1
        return end

    def _continues(self, line: str, node: Node) -> bool:
        indent = len(line) - len(line.lstrip(" "))
        in_list = isinstance(node, Sequence) and indent == self.margin and re.match(r" *-(?: |$)", line)
        return not line.strip() or indent > self.margin or bool(in_list)


def _texts(value: object) -> Value:
    if isinstance(value, dict):
        return {str(name): _texts(inner) for name, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else str(value)
