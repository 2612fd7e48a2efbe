"""Finds where each value of a summary begins and ends, and changes a summary in place: the rest keeps its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from builder.parsing.decoding import decode
from builder.parsing.documents import Document

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value is in the decoded text of its file: `end` is exclusive. `flow` means that it is in brackets."""

    start: int
    end: int
    flow: bool = False


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """A part of the decoded text of a file, and what replaces it. An empty part is a place to insert."""

    start: int
    end: int
    text: str


def spans(document: Document) -> Mapping[Path, Span]:
    """Where each value of a summary is, by its path; `()` is the whole summary.

    A list or mapping that is not in brackets ends with its last value.
    """
    text = decode(document.data, document.path)
    found: dict[Path, Span] = {}
    stack: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        _take(event, text, stack, found)
    return found


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been reached."""

    path: Path
    start: int
    end: int
    flow: bool
    is_list: bool
    items: int = 0
    key: str | None = None


def _take(event: Any, text: str, stack: list[_Open], found: dict[Path, Span]) -> None:
    top = stack[-1] if stack else None
    kind = type(event)
    if kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
        closed = stack.pop()
        end = event.end_mark.index if closed.flow else closed.end
        found[closed.path] = Span(closed.start, end, closed.flow)
        if stack:
            stack[-1].end = end
        return
    if kind not in (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent):
        return
    if kind is yaml.ScalarEvent and top and not top.is_list and top.key is None:
        top.key = event.value
        top.end = event.end_mark.index + 1  # the colon
        return
    path = _next_path(top) if top else ()
    start = event.start_mark.index
    if kind is yaml.ScalarEvent:
        end = start + len(text[start : event.end_mark.index].rstrip())
        found[path] = Span(start, end)
        if top and end > start:
            top.end = end
    else:
        stack.append(_Open(path, start, start, bool(event.flow_style), kind is yaml.SequenceStartEvent))


def _next_path(top: _Open) -> Path:
    """The path of the next value in a list or mapping."""
    if top.is_list:
        top.items += 1
        return (*top.path, top.items - 1)
    assert top.key is not None, "a value follows its key"
    key, top.key = top.key, None
    return (*top.path, key)


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file with changes in its decoded text. Line endings and a byte order mark stay as they are."""
    raw = data.decode("utf-8")
    offsets = _offsets(raw)
    newline = "\r\n" if "\r\n" in raw else "\r" if "\r" in raw and "\n" not in raw else "\n"
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits):
        assert offsets[edit.start] >= at, "changes don't overlap"
        pieces += [raw[at : offsets[edit.start]], edit.text.replace("\n", newline)]
        at = offsets[edit.end]
    return "".join([*pieces, raw[at:]]).encode()


def _offsets(raw: str) -> list[int]:
    """For each character of the decoded text, and for its end, the offset in the text with its own line endings."""
    found = []
    for offset, char in enumerate(raw):
        if (offset == 0 and char == "\ufeff") or (char == "\n" and raw[offset - 1 : offset] == "\r"):
            continue
        found.append(offset)
    return [*found, len(raw)]


def texts_below(text: str, *keys: str) -> list[tuple[str, int, int]]:
    """Find all text values below a key of a file such as mkdocs.yml: value, line and column of each.

    `keys` are the key and those above it, from the top. The keys of mappings are not included. If the file is not
    valid YAML, the list is empty.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return []
    waiting = [] if root is None else [root]
    for key in keys:
        entries = [entry for node in waiting if isinstance(node, yaml.MappingNode) for entry in node.value]
        waiting = [value for name, value in reversed(entries) if name.value == key]
    found, seen = [], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias may refer to a list or mapping that contains it
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            found.append((node.value, node.start_mark.line + 1, node.start_mark.column + 1))
        elif isinstance(node, yaml.MappingNode):
            waiting.extend(value for _, value in reversed(node.value))
        else:
            waiting.extend(reversed(node.value))
    return found
