"""Summaries in one order and one spelling of dates; all else, comments and line ends within texts, as it was typed.

Whole lines are moved, each field with the comments right above it, so that quotes, folds and brackets stay as they
are. Blank lines, and comments with a blank line below them, stay where they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.dates.edtf_dates import Date, DateError, likely_dates
from builder.editing.field_order import dates_of, order_of, shapes_at
from builder.editing.saving import replace
from builder.parsing.decoding import decode
from builder.parsing.discovery import file_error, find
from builder.parsing.documents import Document, Item, Mapping, Node, Scalar, Sequence
from builder.parsing.yaml_reader import parse, read
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.models.shapes import Shape
from builder.records.validation_messages import shape_at


class UnformattedError(Exception):
    """A summary that would not say the same in the usual order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Formatted:
    """What became of the summaries: the files that changed, or would, and those that had to be left alone."""

    changed: tuple[Path, ...]
    left_alone: tuple[Problem, ...]


def format_all(project: Project, files: Collection[Path] = (), *, write: bool) -> Formatted:
    """Format summaries, all if none are named, on the disk if asked to.

    Raises SummaryError for those that can't be read, and for files that are no summaries; nothing is written then.
    """
    name = project.summaries.name
    there = {file.resolve(): shown for shown, file in find(project.summaries, name)}
    wanted = files or there
    strays = [file_error(str(file), "no-summary", *_NO_SUMMARY).problems[0] for file in wanted if file not in there]
    documents, problems = {}, strays
    for file in wanted if not strays else ():
        try:
            documents[file] = read(file, there[file])
        except SummaryError as error:
            problems += error.problems
    if problems:
        raise SummaryError(problems)
    changed: dict[Path, bytes] = {}
    left_alone: list[Problem] = []
    for file, document in documents.items():
        try:
            data = formatted(document, there[file].removeprefix(f"{name}/"))
        except UnformattedError:
            left_alone += file_error(document.path, "not-formatted", *_LEFT_ALONE).problems
            continue
        if data != document.data:
            changed[file] = data
    if write:
        replace(changed)
    return Formatted(changed=tuple(changed), left_alone=tuple(left_alone))


_NO_SUMMARY = ("this is no summary of the explainer", "name files below summaries/")
_LEFT_ALONE = ("the usual order would change what this says, so it is left as it is", "put its fields in order by hand")


def formatted(document: Document, path: str) -> bytes:
    """Put the fields of a summary in the order they are read, by its path below the folder; and spell its dates.

    Raises UnformattedError where it would not say the same afterwards.
    """
    found = shapes_at(path)
    if found is None:
        return document.data
    way, shape = found
    text = decode(document.data, document.path)
    lines = text.rstrip("\n").split("\n")
    respelt = list(_dates(document.root, way, shape))
    for scalar, date in respelt:
        _respell(lines, scalar, date)
    arranged = "\n".join(_Arranged(lines).root(document.root, way, shape)) + "\n"
    data = arranged.encode()
    if not _says_the_same(document, text, data, arranged, dict(respelt)):
        raise UnformattedError(document.path)
    return data


def spelt_date(text: str) -> str:
    """A date as it is best spelt; what is none, and may mean several or nothing, as it is."""
    try:
        return Date.parse(text).text
    except DateError:
        guesses = likely_dates(text.strip())
        return guesses[0] if len(guesses) == 1 else text


def _dates(node: Node, way: tuple[str, ...], shape: type[Shape] | None) -> Iterator[tuple[Scalar, str]]:
    """Every date that is to be spelt otherwise, and how."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _dates(item, way, shape)
    elif isinstance(node, Mapping):
        for name, entry in node.entries.items():
            inner = entry.node
            if not way and shape and isinstance(inner, Scalar) and name in dates_of(shape):
                if (date := spelt_date(inner.text)) != inner.text:
                    yield inner, date
            else:
                yield from _dates(inner, *_below(name, way, shape))


def _below(name: str, way: tuple[str, ...], shape: type[Shape] | None) -> tuple[tuple[str, ...], type[Shape] | None]:
    """What stands in a field: `way` leads from the root of a list file to its records."""
    if way:
        return (way[1:], shape) if way[0] == name else ((), None)
    return (), shape_at(shape, (name,)) if shape and name in order_of(shape) else None


def _respell(lines: list[str], scalar: Scalar, date: str) -> None:
    """Put a date in the place of what stands on one line; elsewhere the check afterwards finds it unchanged."""
    at, column = scalar.location.line - 1, scalar.location.column - 1
    for quote in ("",) if scalar.plain else ("'", '"'):
        typed = f"{quote}{scalar.text}{quote}"
        if lines[at].startswith(typed, column):
            mark = quote or ('"' if date.startswith("[") else "")
            lines[at] = f"{lines[at][:column]}{mark}{date}{mark}{lines[at][column + len(typed) :]}"


def _says_the_same(document: Document, text: str, data: bytes, arranged: str, respelt: dict[Scalar, str]) -> bool:
    try:
        after = parse(data, document.path)
    except SummaryError:
        return False
    same_comments = Counter(_COMMENT.findall(text)) == Counter(_COMMENT.findall(arranged))
    return same_comments and _same(_plain(document.root, respelt), after.plain())


def _same(before: object, after: object) -> bool:
    """Whether two values say the same. A file that ended within a sentence has a line break after it now."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same(before[name], after[name]) for name in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return before == after or (" " in str(before) and f"{before}\n" == after)


_COMMENT = re.compile(r"^[ -]*(#.*?) *$", re.MULTILINE)


def _plain(node: Node, respelt: dict[Scalar, str]) -> object:
    if isinstance(node, Scalar):
        return respelt.get(node, node.text)
    if isinstance(node, Sequence):
        return [_plain(item, respelt) for item in node.items]
    return {name: _plain(item.node, respelt) for name, item in node.entries.items()}


@dataclass(frozen=True, slots=True)
class _Part:
    """A field or an item: the comments right above it, its lines, and what parts it from the next."""

    name: str
    above: list[str]
    body: list[str]
    gap: list[str]


class _Arranged:
    """The lines of a summary in the order they are read. Lines are counted from 0, an end is one past the last."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def root(self, root: Mapping, way: tuple[str, ...], shape: type[Shape]) -> list[str]:
        """All lines. What stands above the first field and its comments stays at the top."""
        start = self._lead(root.location.line - 1, root.location.column - 1)
        while start < len(self.lines) and self.lines[start].startswith(MODELINE):
            start += 1
        return self.lines[:start] + self._mapping(root, way, shape, start, len(self.lines))

    def _mapping(
        self, node: Mapping, way: tuple[str, ...], shape: type[Shape] | None, start: int, end: int
    ) -> list[str]:
        """The lines from `start`, where the comments of the first field begin, to `end`."""
        keys = [(item.key.line - 1, item.key.column - 1) for item in node.entries.values()]
        column = keys[0][1] if keys else 0
        prefix = self.lines[keys[0][0]][:column] if keys else "?"
        is_block = prefix.strip() in ("", "-") and all(
            at == column and (index == 0 or not self.lines[line][:column].strip())
            for index, (line, at) in enumerate(keys)
        )
        if not is_block:
            return self.lines[start:end]
        starts = [start, *(self._lead(line, column) for line, _ in keys[1:]), end]
        parts = [
            self._part(name, item, way, shape, (starts[index], keys[index][0], starts[index + 1]))
            for index, (name, item) in enumerate(node.entries.items())
        ]
        return _joined(_in_order(parts, way, shape), [part.gap for part in parts], prefix)

    def _part(
        self, name: str, item: Item, way: tuple[str, ...], shape: type[Shape] | None, bounds: tuple[int, int, int]
    ) -> _Part:
        start, key, end = bounds
        stop = self._without_gap(key, end)
        column = item.key.column - 1
        head = [" " * column + self.lines[key][column:]]
        body = head + self._value(item.node, *_below(name, way, shape), key + 1, stop)
        return _Part(name, self.lines[start:key], body, self.lines[stop:end])

    def _value(self, node: Node, way: tuple[str, ...], shape: type[Shape] | None, start: int, end: int) -> list[str]:
        """The lines of a value after the first, which holds its name."""
        first = node.location.line - 1
        if isinstance(node, Scalar) or first < start:
            return self.lines[start:end]
        stop = self._trimmed(first, end, node.location.column - 1)
        arrange = self._mapping if isinstance(node, Mapping) else self._sequence
        inner = arrange(node, way, shape, first, stop)  # type: ignore[arg-type]  # each takes its own kind of node
        return self.lines[start:first] + inner + self.lines[stop:end]

    def _sequence(
        self, node: Sequence, way: tuple[str, ...], shape: type[Shape] | None, start: int, end: int
    ) -> list[str]:
        firsts = [item.location.line - 1 for item in node.items]
        columns = [item.location.column - 1 for item in node.items]
        heads = [self.lines[line][:column] for line, column in zip(firsts, columns, strict=True)]
        if any(head.strip() != "-" for head in heads):
            return self.lines[start:end]
        dashes = [head.index("-") for head in heads]
        starts = [start, *(self._lead(line, dash) for line, dash in list(zip(firsts, dashes, strict=True))[1:])]
        arranged: list[str] = []
        for index, item in enumerate(node.items):
            stop = starts[index + 1] if index + 1 < len(starts) else end
            arranged += self.lines[starts[index] : firsts[index]]
            last = self._trimmed(firsts[index], stop, columns[index])
            if isinstance(item, Mapping):
                arranged += self._mapping(item, way, shape, firsts[index], last)
            else:
                arranged += self.lines[firsts[index] : last]
            arranged += self.lines[last:stop]
        return arranged

    def _lead(self, line: int, column: int) -> int:
        """Where the comments begin that stand right above a line, at its column."""
        while line > 0 and self.lines[line - 1].startswith(f"{' ' * column}#"):
            line -= 1
        return line

    def _trimmed(self, start: int, end: int, column: int) -> int:
        """The end without blank lines, and without comments further left than what is to be arranged."""
        while end > start + 1 and self._is_outside(self.lines[end - 1], column):
            end -= 1
        return end

    def _is_outside(self, line: str, column: int) -> bool:
        bare = line.lstrip(" ")
        return not bare or (bare.startswith("#") and len(line) - len(bare) < column)

    def _without_gap(self, key: int, end: int) -> int:
        """The end of a field without what parts it from the next: blank lines, and comments after one."""
        line = end
        while line > key + 1 and self.lines[line - 1].lstrip(" ")[:1] in ("", "#"):
            line -= 1
            if not self.lines[line].strip():
                end = line
        return end


MODELINE = "# yaml-language-server:"
"""How the comment begins by which editors' programs find a schema."""


def _in_order(parts: list[_Part], way: tuple[str, ...], shape: type[Shape] | None) -> list[_Part]:
    if way or shape is None:
        return parts
    ranks = {name: rank for rank, name in enumerate(order_of(shape))}
    return sorted(parts, key=lambda part: ranks.get(part.name, len(ranks)))


def _joined(parts: list[_Part], gaps: list[list[str]], prefix: str) -> list[str]:
    """Fields as lines. The first takes the dash of its item; comments above it go above the dash."""
    joined: list[str] = []
    for index, (part, gap) in enumerate(zip(parts, gaps, strict=True)):
        body = part.body
        above = part.above
        if index == 0:
            body = [prefix + body[0][len(prefix) :], *body[1:]]
            if "-" in prefix:
                above = [" " * prefix.index("-") + line.lstrip(" ") for line in above]
        joined += [*above, *body, *gap]
    return joined
