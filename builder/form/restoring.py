"""Puts back what the form does not keep in a summary: comments, folded lines, brackets, quotes and paragraphs.

Sveltia CMS writes a whole file again: one line for each text, a line for each item of a list, and no comments. What it
did not change gets its old lines back, byte for byte. What it changed is written in the usual style.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from builder.editing.field_order import shapes_at
from builder.editing.formatting import UnformattedError, formatted
from builder.editing.saving import replace
from builder.editing.yaml_style import Value, in_brackets, to_yaml, to_yaml_item
from builder.parsing.decoding import decode
from builder.parsing.discovery import file_error, find
from builder.parsing.documents import Document, Item, Mapping, Node, Scalar, Sequence
from builder.parsing.yaml_reader import parse, read
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.models.shapes import Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """The files that changed, or would change, and a problem for each file that could not be restored."""

    changed: tuple[Path, ...]
    not_restored: tuple[Problem, ...]


def edited_since(project: Project, past: Path) -> tuple[Path, ...]:
    """The summaries that are new or differ from those in the folder `past`."""
    name = project.summaries.name
    found, _ = find(project.summaries, name)
    pairs = ((past / shown.removeprefix(f"{name}/"), file.resolve()) for shown, file in found)
    return tuple(file for old, file in pairs if not old.is_file() or old.read_bytes() != file.read_bytes())


def restore_all(project: Project, past: Path, files: Collection[Path], *, write: bool) -> Restored:
    """Restore the given summaries, by their real paths, and write them if `write` is true.

    `past` is the folder with the summaries as they were before the form changed them. Files that the form did not
    write stay as they are. Raises SummaryError, before anything is written, if a file can't be read.
    """
    name = project.summaries.name
    shown_as = {file.resolve(): shown for shown, file in find(project.summaries, name)[0]}
    changed: dict[Path, bytes] = {}
    problems: list[Problem] = []
    not_restored: list[Problem] = []
    for file in files:
        shown = shown_as[file]
        path = shown.removeprefix(f"{name}/")
        try:
            after = read(file, shown)
            before = read(past / path, shown) if (past / path).is_file() else None
        except SummaryError as error:
            problems += error.problems
            continue
        try:
            data = restored(before, after, path)
        except UnformattedError:
            not_restored += file_error(shown, "not-restored", *_NOT_RESTORED).problems
            continue
        if data != after.data:
            changed[file] = data
    if problems:
        raise SummaryError(problems)
    if write:
        replace(changed)
    return Restored(changed=tuple(changed), not_restored=tuple(not_restored))


_NOT_RESTORED: Final = (
    "the old lines can't be put back without changing what this file says, so the file was not changed",
    "put its comments back by hand",
)


def restored(before: Document | None, after: Document, path: str) -> bytes:
    """A summary as the form wrote it, with the lines of `before`, the same file until then, where nothing changed.

    `path` is relative to the summaries folder. A summary that the form did not write is returned as it is.
    Raises UnformattedError if the result would not say the same as `after`.
    """
    found = shapes_at(path)
    if found is None or (before and before.data == after.data) or not _is_by_form(after):
        return after.data
    nesting, shape = found
    root = after.root if nesting else _with_dotted_names(after.root, shape)
    if before is None:
        text = to_yaml(typing.cast("dict[str, Value]", _value(root)))
    else:
        lines = decode(before.data, before.path).rstrip("\n").split("\n")
        text = "\n".join(_Restorer(lines).root(before.root, root)) + "\n"
    try:
        document = parse(text.encode(), after.path)
    except SummaryError:
        raise UnformattedError(path) from None
    if not _same(document.root, root):
        raise UnformattedError(path)
    return formatted(document, path)


def _is_by_form(document: Document) -> bool:
    """Whether a summary is written as the form writes: no comments, no folded text and no lists in brackets."""
    return not _BY_HAND.search(decode(document.data, document.path))


_BY_HAND = re.compile(r"^ *#|^ *(?:- )*(?:- |[\w-]+: )[>\[{]", re.MULTILINE)


def _with_dotted_names(root: Mapping, shape: type[Shape]) -> Mapping:
    """The fields with names of the editor's own, such as `words`, without the levels that the form makes of dots."""
    entries = dict(root.entries)
    for name, field in shape.model_fields.items():
        item = entries.get(name)
        if item and isinstance(item.node, Mapping) and typing.get_origin(field.annotation) is dict:
            entries[name] = Item(item.key, Mapping(dict(_dotted(item.node)), item.node.location))
    return Mapping(entries, root.location)


def _dotted(node: Mapping, prefix: str = "") -> Iterator[tuple[str, Item]]:
    for name, item in node.entries.items():
        if isinstance(item.node, Mapping):
            yield from _dotted(item.node, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", item


def _value(node: Node) -> Value:
    """The value to write. In the form, each line of a text is a paragraph."""
    if isinstance(node, Scalar):
        return re.sub(r"\s*\n\s*", "\n\n", node.text.strip())
    if isinstance(node, Sequence):
        return [_value(item) for item in node.items]
    return {name: _value(item.node) for name, item in node.entries.items()}


def _same(old: Node, new: Node) -> bool:
    """Whether the form left a value as it was. It reads plain `4.10` as the number 4.1, and drops blank lines."""
    if isinstance(old, Scalar) and isinstance(new, Scalar):
        return _lines_of(old) == _lines_of(new) or (old.plain and _as_yaml_reads(old.text) == _as_yaml_reads(new.text))
    if isinstance(old, Sequence) and isinstance(new, Sequence):
        return len(old.items) == len(new.items) and all(map(_same, old.items, new.items))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.entries.keys() == new.entries.keys() and all(
            _same(item.node, new.entries[name].node) for name, item in old.entries.items()
        )
    return False


def _lines_of(scalar: Scalar) -> list[str]:
    return [line.strip() for line in scalar.text.split("\n") if line.strip()]


def _as_yaml_reads(text: str) -> float | str:
    """What YAML's core schema reads in a plain text: a number, or else the text, where `True` is `true`."""
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    if re.fullmatch(r"0x[0-9a-fA-F]+|0o[0-7]+", text):
        return float(int(text, 0))
    return text.lower() if text.lower() in ("true", "false") else text


class _Restorer:
    """Writes the new values into the old lines. Line numbers start at 0, and `end` is exclusive."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def root(self, old: Mapping, new: Mapping) -> list[str]:
        """All lines."""
        start = min(item.key.line - 1 for item in old.entries.values())
        return self.lines[:start] + self._mapping(old, new, start, len(self.lines))

    def _mapping(self, old: Mapping, new: Mapping, start: int, end: int) -> list[str]:
        """The lines of a mapping from the line of its first field, in which a list may have its dash."""
        column = next(iter(old.entries.values())).key.column - 1
        prefix = self.lines[start][:column]
        firsts = [item.key.line - 1 for item in old.entries.values()]
        starts = [start, *(self._comments_start(line, column) for line in firsts[1:]), end]
        parts: list[list[str]] = []
        gap: list[str] = []
        for index, (name, item) in enumerate(old.entries.items()):
            stop = self._value_end(firsts[index], starts[index + 1])
            gap = self.lines[stop : starts[index + 1]]
            if name in new.entries:
                above = self.lines[starts[index] : firsts[index]]
                body = self._field(name, item, new.entries[name].node, firsts[index], stop, column)
                parts.append([*above, *body, *gap])
        added = {name: _value(item.node) for name, item in new.entries.items() if name not in old.entries}
        if added:
            if parts and gap and list(old.entries)[-1] in new.entries:
                del parts[-1][-len(gap) :]
            parts.append([*to_yaml(added, column).rstrip("\n").split("\n"), *gap])
        return _behind(prefix, [line for part in parts for line in part])

    def _field(self, name: str, item: Item, new: Node, first: int, end: int, column: int) -> list[str]:
        """The lines of a field, from the line with its name."""
        old = item.node
        head = " " * column + self.lines[first][column:]
        if _same(old, new):
            return [head, *self.lines[first + 1 : end]]
        start = old.location.line - 1
        if start > first and isinstance(old, Mapping) and isinstance(new, Mapping) and self._is_block(old):
            return [head, *self.lines[first + 1 : start], *self._mapping(old, new, start, end)]
        if start > first and isinstance(old, Sequence) and isinstance(new, Sequence) and self._is_block(old):
            return [head, *self.lines[first + 1 : start], *self._sequence(old, new, start, end)]
        comments = [" " * column + comment for comment in _comments_in(self.lines[first:end], old)]
        return [*comments, *to_yaml({name: _value(new)}, column).rstrip("\n").split("\n")]

    def _sequence(self, old: Sequence, new: Sequence, start: int, end: int) -> list[str]:
        """The lines of a list with a line for each item."""
        firsts = [item.location.line - 1 for item in old.items]
        dash = self.lines[firsts[0]].index("-")
        starts = [start, *(self._comments_start(line, dash) for line in firsts[1:]), end]
        ends = [self._value_end(first, stop) for first, stop in zip(firsts, starts[1:], strict=True)]
        gaps = [self.lines[stop:after] for stop, after in zip(ends, starts[1:], strict=True)]
        spaced = len(gaps) > 1 and all("" in gap for gap in gaps[:-1])
        lines: list[str] = []
        for item, index in zip(new.items, _partners(old.items, new.items), strict=True):
            lines += [""] if spaced and lines and lines[-1] else []
            if index is None:
                lines += _new_item(item, dash)
                continue
            first, stop, was = firsts[index], ends[index], old.items[index]
            lines += self.lines[starts[index] : first]
            if _same(was, item):
                lines += self.lines[first:stop]
            elif isinstance(was, Mapping) and isinstance(item, Mapping) and self._is_block(was):
                lines += self._mapping(was, item, first, stop)
            else:
                lines += _new_item(item, dash)
            lines += gaps[index]
        while not lines[-1]:
            lines.pop()
        return lines

    def _is_block(self, node: Mapping | Sequence) -> bool:
        """Whether each field or item starts a line of its own."""
        if isinstance(node, Mapping):
            keys = [item.key for item in node.entries.values()]
            starts = [self.lines[key.line - 1][: key.column - 1].strip() for key in keys]
            return bool(keys) and starts[0] in ("", "-") and not any(starts[1:])
        places = [item.location for item in node.items]
        return bool(places) and all(self.lines[at.line - 1][: at.column - 1].strip() == "-" for at in places)

    def _comments_start(self, line: int, column: int) -> int:
        """The first line of the comments right above a line, at its column."""
        while line > 0 and self.lines[line - 1].startswith(f"{' ' * column}#"):
            line -= 1
        return line

    def _value_end(self, first: int, end: int) -> int:
        """`end` without the blank lines and comments before it."""
        while end > first + 1 and self.lines[end - 1].lstrip(" ")[:1] in ("", "#"):
            end -= 1
        return end


def _behind(prefix: str, lines: list[str]) -> list[str]:
    """Lines whose first field stands behind the dash of a list's item; its comments go above the dash."""
    if "-" not in prefix:
        return lines
    first = next(number for number, line in enumerate(lines) if not line.lstrip(" ").startswith("#"))
    above = [" " * prefix.index("-") + line.lstrip(" ") for line in lines[:first]]
    return [*above, prefix + lines[first][len(prefix) :], *lines[first + 1 :]]


def _new_item(item: Node, dash: int) -> list[str]:
    value = _value(item)
    if isinstance(value, dict):
        return to_yaml_item(value, dash).rstrip("\n").split("\n")
    return [f"{' ' * dash}- {in_brackets([value])[1:-1]}"]


def _partners(old: tuple[Node, ...], new: tuple[Node, ...]) -> list[int | None]:
    """For each new item the old one that it was: an equal one, else one with the same id, else the most similar."""
    free = dict(enumerate(old))
    found: list[int | None] = [None] * len(new)
    for likeness in (1.0, _SAME_ID, _ALIKE):
        for number, item in enumerate(new):
            if found[number] is None and free:
                best = max(free, key=lambda index: (_likeness(free[index], item), -abs(index - number)))
                if _likeness(free[best], item) >= likeness:
                    found[number] = best
                    del free[best]
    return found


_SAME_ID: Final = 0.9
_ALIKE: Final = 0.3
"""From this share of equal fields on, an item counts as changed rather than as new."""


def _likeness(old: Node, new: Node) -> float:
    """How alike two items are, from 0 to 1."""
    if _same(old, new):
        return 1.0
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return 0.0
    both = old.entries.keys() & new.entries.keys()
    alike = [name for name in both if _same(old.entries[name].node, new.entries[name].node)]
    if "id" in alike:
        return _SAME_ID
    return 0.89 * len(alike) / len(old.entries.keys() | new.entries.keys())


def _comments_in(lines: list[str], node: Node) -> list[str]:
    """The comments in the lines of a field that is written again. A block of text has none below its first line."""
    found = (_COMMENT.search(_QUOTED.sub("", line)) for line in (lines[:1] if isinstance(node, Scalar) else lines))
    return [match[1] for match in found if match]


_QUOTED = re.compile(r"""(?<![^\s\[{,])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_COMMENT = re.compile(r"(?:^|\s)(#.*)$")
