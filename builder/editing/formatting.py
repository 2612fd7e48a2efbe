"""Puts the fields of summaries in the usual order and their dates in EDTF, and changes nothing else.

Whole lines are moved, each field with the comments right above it, so quotes, folded texts and brackets don't change.
Blank lines, and comments with a blank line below them, stay where they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from builder.dates.edtf_dates import Date, DateError, likely_dates
from builder.editing.candidates import SINGULAR
from builder.editing.field_order import dates_of, order_of, shapes_at
from builder.editing.saving import replace
from builder.editing.scaffolding import lines_of
from builder.editing.starters import without_comments
from builder.parsing.decoding import decode
from builder.parsing.discovery import file_error, find
from builder.parsing.documents import Document, Item, Mapping, Node, Scalar, Sequence
from builder.parsing.yaml_reader import parse, read
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.models.shapes import Shape
from builder.records.validation_messages import shape_at


class UnformattedError(Exception):
    """Formatting would change what the summary says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Formatted:
    """The files that changed, or would change, and a problem for each file that could not be formatted."""

    changed: tuple[Path, ...]
    not_formatted: tuple[Problem, ...]


def format_all(project: Project, files: Collection[Path] = (), *, write: bool, strip: bool = False) -> Formatted:
    """Format the given summaries, or all if none are given, and write them if `write` is true.

    With `strip`, first remove the comment lines that `explainer new` wrote.

    Raises SummaryError, before anything is written, if a file is not a summary or can't be read.
    """
    name = project.summaries.name
    found, refused = find(project.summaries, name)
    known = {file.resolve(): shown for shown, file in found}
    wanted = files or known
    problems = [] if files else refused
    problems += [
        file_error(str(file), "no-summary", *_NOT_A_SUMMARY).problems[0] for file in wanted if file not in known
    ]
    documents = {}
    for file in wanted if not problems else ():
        try:
            documents[file] = read(file, known[file])
        except SummaryError as error:
            problems += error.problems
    if problems:
        raise SummaryError(problems)
    changed: dict[Path, bytes] = {}
    not_formatted: list[Problem] = []
    for file, document in documents.items():
        path = known[file].removeprefix(f"{name}/")
        try:
            data = formatted(_stripped(document, path, project) if strip else document, path)
        except UnformattedError:
            not_formatted += file_error(document.path, "not-formatted", *_NOT_FORMATTED).problems
            continue
        if data != document.data:
            changed[file] = data
    if write:
        replace(changed)
    return Formatted(changed=tuple(changed), not_formatted=tuple(not_formatted))


_NOT_A_SUMMARY = ("this is not a summary of this explainer", "name files in summaries/")
_NOT_FORMATTED = (
    "the usual order would change what this file says, so the file was not changed",
    "put its fields in order by hand",
)


def _stripped(document: Document, path: str, project: Project) -> Document:
    """A summary without the comment lines that its starter had."""
    kind = PurePosixPath(path.partition("/")[0]).stem
    if kind not in SINGULAR:
        return document
    _, shape = shapes_at(path) or ((), None)
    lines = decode(document.data, document.path).split("\n")
    found = [*without_comments(lines, lines_of(project, kind, ""), shape)] if shape else []
    after = _without(lines, found, document)
    if after is None:  # a text has a line that looks like one of the comments
        found = [each for each in found if _without(lines, [each], document)]
        after = _without(lines, found, document)
    return after or document


def _without(lines: list[str], removed: list[range], document: Document) -> Document | None:
    """The summary without some of its lines; None if that would change what it says."""
    gone = {number for each in removed for number in each}
    data = "\n".join(line for number, line in enumerate(lines) if number not in gone).encode()
    try:
        after = parse(data, document.path)
    except SummaryError:
        return None
    return after if after.plain() == document.plain() else None


def formatted(document: Document, path: str) -> bytes:
    """A summary with its fields in the usual order and its dates in EDTF. `path` is relative to the summaries folder.

    Raises UnformattedError if that would change what the summary says.
    """
    found = shapes_at(path)
    if found is None:
        return document.data
    nesting, shape = found
    text = decode(document.data, document.path)
    lines = text.rstrip("\n").split("\n")
    rewritten = list(_dates_to_rewrite(document.root, nesting, shape))
    for scalar, date in rewritten:
        _rewrite_date(lines, scalar, date)
    arranged = "\n".join(_Arranger(lines).root(document.root, nesting, shape)) + "\n"
    data = arranged.encode()
    if not _is_equivalent(document, text, data, arranged, dict(rewritten)):
        raise UnformattedError(document.path)
    return data


def normalized_date(text: str) -> str:
    """A date in EDTF. A text that is not a date, or could mean several, is returned unchanged."""
    try:
        return Date.parse(text).text
    except DateError:
        guesses = likely_dates(text.strip())
        return guesses[0] if len(guesses) == 1 else text


def _dates_to_rewrite(node: Node, nesting: tuple[str, ...], shape: type[Shape] | None) -> Iterator[tuple[Scalar, str]]:
    """Every date that is not written in EDTF yet, and its EDTF."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _dates_to_rewrite(item, nesting, shape)
    elif isinstance(node, Mapping):
        for name, entry in node.entries.items():
            inner = entry.node
            if not nesting and shape and isinstance(inner, Scalar) and name in dates_of(shape):
                if (date := normalized_date(inner.text)) != inner.text:
                    yield inner, date
            else:
                yield from _dates_to_rewrite(inner, *_below(name, nesting, shape))


def _below(
    name: str, nesting: tuple[str, ...], shape: type[Shape] | None
) -> tuple[tuple[str, ...], type[Shape] | None]:
    """The nesting and shape of a field's value. `nesting` holds the fields from a list file's root to its records."""
    if nesting:
        return (nesting[1:], shape) if nesting[0] == name else ((), None)
    return (), shape_at(shape, (name,)) if shape and name in order_of(shape) else None


def _rewrite_date(lines: list[str], scalar: Scalar, date: str) -> None:
    """Replace a date that is on one line. Any other stays as it is, and `_is_equivalent` then refuses the file."""
    at, column = scalar.location.line - 1, scalar.location.column - 1
    for quote in ("",) if scalar.plain else ("'", '"'):
        typed = f"{quote}{scalar.text}{quote}"
        if lines[at].startswith(typed, column):
            mark = quote or ('"' if date.startswith("[") else "")
            lines[at] = f"{lines[at][:column]}{mark}{date}{mark}{lines[at][column + len(typed) :]}"


def _is_equivalent(document: Document, text: str, data: bytes, arranged: str, rewritten: dict[Scalar, str]) -> bool:
    try:
        after = parse(data, document.path)
    except SummaryError:
        return False
    same_comments = Counter(_COMMENT.findall(text)) == Counter(_COMMENT.findall(arranged))
    return same_comments and same_values(_plain(document.root, rewritten), after.plain())


def same_values(before: object, after: object) -> bool:
    """Whether two values are equal, except that a text at the end of a file may have gained a line break."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(same_values(before[name], after[name]) for name in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same_values, before, after))
    return before == after or (" " in str(before) and f"{before}\n" == after)


_COMMENT = re.compile(r"^[ -]*(#.*?) *$", re.MULTILINE)


def _plain(node: Node, rewritten: dict[Scalar, str]) -> object:
    if isinstance(node, Scalar):
        return rewritten.get(node, node.text)
    if isinstance(node, Sequence):
        return [_plain(item, rewritten) for item in node.items]
    return {name: _plain(item.node, rewritten) for name, item in node.entries.items()}


@dataclass(frozen=True, slots=True)
class _Block:
    """A field: the comments right above it, its lines, and the lines between it and the next field."""

    name: str
    above: list[str]
    body: list[str]
    gap: list[str]


class _Arranger:
    """Puts the lines of a summary in the usual order. Line numbers start at 0, and `end` is exclusive."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def root(self, root: Mapping, nesting: tuple[str, ...], shape: type[Shape]) -> list[str]:
        """All lines. The lines above the first field and its comments stay at the top."""
        start = self._comments_start(root.location.line - 1, root.location.column - 1)
        while start < len(self.lines) and self.lines[start].startswith(MODELINE):
            start += 1
        return self.lines[:start] + self._mapping(root, nesting, shape, start, len(self.lines))

    def _mapping(
        self, node: Mapping, nesting: tuple[str, ...], shape: type[Shape] | None, start: int, end: int
    ) -> list[str]:
        """The lines from `start`, where the comments of the first field start, to `end`."""
        keys = [(item.key.line - 1, item.key.column - 1) for item in node.entries.values()]
        column = keys[0][1] if keys else 0
        prefix = self.lines[keys[0][0]][:column] if keys else "?"
        is_block = prefix.strip() in ("", "-") and all(
            at == column and (index == 0 or not self.lines[line][:column].strip())
            for index, (line, at) in enumerate(keys)
        )
        if not is_block:
            return self.lines[start:end]
        starts = [start, *(self._comments_start(line, column) for line, _ in keys[1:]), end]
        parts = [
            self._block(name, item, nesting, shape, (starts[index], keys[index][0], starts[index + 1]))
            for index, (name, item) in enumerate(node.entries.items())
        ]
        return _joined(_in_order(parts, nesting, shape), [part.gap for part in parts], prefix)

    def _block(
        self, name: str, item: Item, nesting: tuple[str, ...], shape: type[Shape] | None, bounds: tuple[int, int, int]
    ) -> _Block:
        start, key, end = bounds
        stop = self._without_gap(key, end)
        column = item.key.column - 1
        head = [" " * column + self.lines[key][column:]]
        body = head + self._value(item.node, *_below(name, nesting, shape), key + 1, stop)
        return _Block(name, self.lines[start:key], body, self.lines[stop:end])

    def _value(
        self, node: Node, nesting: tuple[str, ...], shape: type[Shape] | None, start: int, end: int
    ) -> list[str]:
        """The lines of a value after the line with the field's name."""
        first = node.location.line - 1
        if isinstance(node, Scalar) or first < start:
            return self.lines[start:end]
        stop = self._trimmed_end(first, end, node.location.column - 1)
        arrange = self._mapping if isinstance(node, Mapping) else self._sequence
        inner = arrange(node, nesting, shape, first, stop)  # type: ignore[arg-type]  # each takes its own kind of node
        return self.lines[start:first] + inner + self.lines[stop:end]

    def _sequence(
        self, node: Sequence, nesting: tuple[str, ...], shape: type[Shape] | None, start: int, end: int
    ) -> list[str]:
        firsts = [item.location.line - 1 for item in node.items]
        columns = [item.location.column - 1 for item in node.items]
        heads = [self.lines[line][:column] for line, column in zip(firsts, columns, strict=True)]
        if any(head.strip() != "-" for head in heads):
            return self.lines[start:end]
        dashes = [head.index("-") for head in heads]
        starts = [
            start,
            *(self._comments_start(line, dash) for line, dash in list(zip(firsts, dashes, strict=True))[1:]),
        ]
        arranged: list[str] = []
        for index, item in enumerate(node.items):
            stop = starts[index + 1] if index + 1 < len(starts) else end
            arranged += self.lines[starts[index] : firsts[index]]
            last = self._trimmed_end(firsts[index], stop, columns[index])
            if isinstance(item, Mapping):
                arranged += self._mapping(item, nesting, shape, firsts[index], last)
            else:
                arranged += self.lines[firsts[index] : last]
            arranged += self.lines[last:stop]
        return arranged

    def _comments_start(self, line: int, column: int) -> int:
        """The first line of the comments right above a line, at its column."""
        while line > 0 and self.lines[line - 1].startswith(f"{' ' * column}#"):
            line -= 1
        return line

    def _trimmed_end(self, start: int, end: int, column: int) -> int:
        """`end` moved up past blank lines and past comments left of `column`."""
        while end > start + 1 and self._is_outside(self.lines[end - 1], column):
            end -= 1
        return end

    def _is_outside(self, line: str, column: int) -> bool:
        bare = line.lstrip(" ")
        return not bare or (bare.startswith("#") and len(line) - len(bare) < column)

    def _without_gap(self, key: int, end: int) -> int:
        """The end of a field without the gap before the next: blank lines, and comments below a blank line."""
        line = end
        while line > key + 1 and self.lines[line - 1].lstrip(" ")[:1] in ("", "#"):
            line -= 1
            if not self.lines[line].strip():
                end = line
        return end


MODELINE = "# yaml-language-server:"
"""The start of the comment that tells a text editor which schema to use."""


def _in_order(parts: list[_Block], nesting: tuple[str, ...], shape: type[Shape] | None) -> list[_Block]:
    if nesting or shape is None:
        return parts
    ranks = {name: rank for rank, name in enumerate(order_of(shape))}
    return sorted(parts, key=lambda part: ranks.get(part.name, len(ranks)))


def _joined(parts: list[_Block], gaps: list[list[str]], prefix: str) -> list[str]:
    """The lines of fields. In a list, the first field takes the item's dash, and its comments go above the dash."""
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
