"""Reads a YAML file into text values with positions, and enforces every limit on its contents.

Values are not interpreted: `no`, `010`, `12:30:45`, `2019-04` and `~` stay as they were typed. The file is read in one
pass over the parser's events. The events create no objects, so deep nesting and tags can do no harm.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import abc
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

import yaml

from builder.parsing import decoding, yaml_hints
from builder.parsing.discovery import file_error, read_bytes
from builder.parsing.documents import Document, Item, KeptDocument, Mapping, Node, Scalar, Sequence, compact_json
from builder.parsing.limits import MAX_BYTES, MAX_DEPTH, MAX_SCALAR_BYTES, MAX_VALUES
from builder.problems import Location, Problem, SummaryError, visible
from builder.system.cache_file import CacheFile, digest
from builder.system.parallel import share_out

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=1024)  # in a preview one file changes, and the others are read again
def parse(data: bytes, name: str) -> Document:
    """Parse the bytes of a summary, called `name` in problems. Raises SummaryError with all its problems.

    Texts are in Unicode's normal form C. Text that ` #` cuts off a value is a problem. A hash followed by a space was
    probably meant as a comment, so only text such as `#1` is reported.
    """
    reader = _Reader(_text_of(data, name), name)
    root = reader.read()
    return Document(path=name, root=root, warnings=tuple(reader.warnings), data=data)


def _text_of(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise file_error(name, "too-big", f"the file has more than {MAX_BYTES:,} bytes", "make it shorter")
    text = decoding.decode(data, name)
    if problems := decoding.check_text(text, name):
        raise SummaryError(problems)
    return text


def read(file: Path, name: str, kept: CacheFile | None = None) -> Document:
    """Read and parse a summary, called `name` in problems. What was parsed before is taken from `kept`.

    Raises SummaryError if the file can't be read, or with all the problems in it.
    """
    data = read_bytes(file, name, MAX_BYTES)
    if kept is None:
        return parse(data, name)
    key = digest((data,))
    values = kept.get(key)
    if values is None:
        values = _values(data, name)
        if values is None:
            return parse(data, name)
        kept.put(key, values)
    return KeptDocument(name, data, values, parse)


def read_ahead(files: abc.Sequence[tuple[str, Path]], kept: CacheFile) -> None:
    """Parse summaries, pairs of a name and a file, on all processors, so that `read` takes them from `kept`.

    Those with problems or warnings are left out, because `read` says what they are.
    """
    portions = [files[start : start + _AT_ONCE] for start in range(0, len(files), _AT_ONCE)]
    share_out(_values_of, portions, kept.put_all)


_AT_ONCE: Final = 16
"""How many files a process parses at a time."""


def _values_of(files: abc.Sequence[tuple[str, Path]]) -> dict[str, str]:
    found = {}
    for name, file in files:
        with suppress(SummaryError):
            data = read_bytes(file, name, MAX_BYTES)
            if values := _values(data, name):
                found[digest((data,))] = values
    return found


def _values(data: bytes, name: str) -> str | None:
    """The values of a summary as JSON; None if there are warnings. Raises SummaryError with all the problems in it."""
    found = usual_values(_text_of(data, name))
    if found is None:
        document = parse.__wrapped__(data, name)  # not kept in memory: with all positions it takes ten times its text
        if document.warnings:
            return None
        found = document.plain()
    return compact_json(found)


def version() -> str:
    """What says whether values parsed before would be the same now: the code of this room, the parser and Python."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    named = (sys.version, yaml.__version__, _LOADER.__name__)
    return digest((*(part.encode() for part in named), *(file.read_bytes() for file in code)))


def usual_values(text: str) -> dict[str, object] | None:
    """What `parse` finds in a text, without positions, in half the time; None if anything in it is unusual."""
    if _UNUSUAL.search(text) or not unicodedata.is_normalized("NFC", text) or any(decoding.unsearchable_in(text)):
        return None
    try:
        return _values_from(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError:
        return None


def _values_from(events: Iterator[Any]) -> dict[str, object] | None:  # noqa: PLR0912  # calls would take too long
    around: list[tuple[Any, str | None]] = []
    top: Any = []
    key: str | None = None
    values = 0
    for event in events:
        kind = type(event)
        needs_key = key is None and type(top) is dict
        if kind is yaml.ScalarEvent:
            value: Any = event.value
            if len(value) > MAX_SCALAR_BYTES // 4 or (needs_key and (value in top or value in ("", "<<"))):
                return None
            if "\n" in value and event.style not in ("|", '"'):
                value = _INNER_BREAK.sub("\n\n", value)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if needs_key or len(around) == MAX_DEPTH or (event.flow_style and top == []):
                return None
            value = {} if kind is yaml.MappingStartEvent else []
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            top, key = around.pop()
            continue
        elif kind is yaml.AliasEvent or (kind is yaml.DocumentStartEvent and (event.explicit or values)):
            return None
        else:
            continue
        if event.anchor or event.tag or values == MAX_VALUES:
            return None
        if needs_key:
            key = value
            continue
        values += 1
        if key is None:
            top.append(value)
        else:
            top[key], key = value, None
        if kind is not yaml.ScalarEvent:
            around.append((top, key))
            top = value
    return top[0] if values and type(top[0]) is dict else None


_UNUSUAL = re.compile(r"\\|[ \t]#+[^\s#]")  # an escape, or what a hash may cut off
_INNER_BREAK = re.compile(r"\n(?!\n*\Z)")


class _Mark(Protocol):
    index: int
    line: int
    column: int


class _Event(Protocol):
    """The attributes that are used of the parser's events. Each kind of event has only some of them."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool
    explicit: bool


class _OpenCollection:
    """A list or mapping whose end has not been reached."""

    __slots__ = ("bracket", "entries", "has_missing_hyphen", "items", "key", "key_at", "location")

    def __init__(self, location: Location, items: list[Node] | None, bracket: int | None) -> None:
        self.location = location
        self.items = items
        self.entries: dict[str, Item] = {}
        self.key: str | None = None
        self.key_at = location
        self.bracket = bracket
        self.has_missing_hyphen = False


class _Reader:
    """Builds the values of one text from the parser's events, and collects problems."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.has_hashes = " #" in text or "\t#" in text
        self.stack: list[_OpenCollection] = []
        self.top: _OpenCollection | None = None
        self.root: Node | None = None
        self.root_offset = 0
        self.documents = 0
        self.values = 0
        self.quoted = (0, 0)

    def read(self) -> Mapping:
        """Parse the text. Raises SummaryError with all its problems."""
        handlers: dict[type[object], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                handler = handlers.get(type(event))
                if handler:
                    handler(event)
        except yaml.MarkedYAMLError as error:
            self._explain(error)
        self._check_root()
        if self.problems:
            raise SummaryError(self.problems)
        assert isinstance(self.root, Mapping)
        return self.root

    def _scalar(self, event: _Event) -> None:
        mark, text, style = event.start_mark, event.value, event.style
        location = Location(self.name, mark.line + 1, mark.column + 1)
        if event.anchor or event.tag:
            self._refuse_properties(event, location)
        if style:
            if style in "'\"":
                self.quoted = (mark.index, event.end_mark.index)
            if style == '"':
                self._check_escapes(event)
        elif self.has_hashes:
            self._check_hash(event)
        if len(text) > MAX_SCALAR_BYTES // 4 and len(text.encode()) > MAX_SCALAR_BYTES:
            self._fail(location, "too-big", f"this text has more than {MAX_SCALAR_BYTES:,} bytes", "split it")
        top = self.top
        if top is not None and top.items is None and top.key is None:
            self._take_key(top, text, location, plain=not style)
        else:
            self._count_value(location)
            if top is None:
                self.root_offset = mark.index
            if "\n" in text and style not in ("|", '"'):
                text = _INNER_BREAK.sub("\n\n", text)  # in folded text, a remaining line break separates paragraphs
            if not text.isascii():
                text = self._normal(text, event, location)
            self._attach(Scalar(text, location, not style))

    def _take_key(self, top: _OpenCollection, text: str, location: Location, *, plain: bool) -> None:
        top.key, top.key_at = text, location
        if plain and text == "<<":
            self._refuse(location, "merge-key", "'<<' copies fields from elsewhere", "write the fields out")
        elif not text:
            self._refuse(location, "key", "this colon has no field name before it", "write the name")
        elif text in top.entries and text == "id" and next(iter(top.entries)) == "id":
            top.has_missing_hyphen = True
            found = "another entry starts here, but the hyphen before 'id' is missing"
            self._refuse(location, "duplicate-key", found, "write '- id: ...', in line with the entry above")
        elif text in top.entries and not top.has_missing_hyphen:
            line = top.entries[text].key.line
            found = f"the field '{visible(text)}' is already on line {line}"
            hint = "keep one of the two"
            if self._starts_entry(top, text):
                top.has_missing_hyphen = True
                entry = f"'- {visible(text)}: ...', in line with the entry above"
                hint = f"if another entry starts here, write {entry}; else {hint}"
            self._refuse(location, "duplicate-key", found, hint)

    def _starts_entry(self, top: _OpenCollection, field: str) -> bool:
        """Whether a field is the first one of a list's entry that is not in brackets."""
        in_list = len(self.stack) > 1 and self.stack[-2].items is not None
        return in_list and top.bracket is None and next(iter(top.entries)) == field

    def _open(self, event: _Event) -> None:
        mark = event.start_mark
        location = Location(self.name, mark.line + 1, mark.column + 1)
        if event.anchor or event.tag:
            self._refuse_properties(event, location)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        top = self.top
        if top is not None and top.items is None and top.key is None:
            found = f"found a {'list' if is_list else 'mapping'} instead of a field name"
            self._fail(location, "key", found, "put quotes round text that starts with '[' or '{'")
        self._count_value(location)
        bracket = mark.index if event.flow_style and self.text[mark.index] in "[{" else None
        if is_list and bracket is not None and self._is_double_bracket(bracket):
            self.problems.append(yaml_hints.list_in_list(self.text, bracket - 1, self.name))
        if len(self.stack) == MAX_DEPTH:
            self._fail(
                location,
                "too-deep",
                f"lists and mappings are nested more than {MAX_DEPTH} deep here",
                "use fewer levels",
            )
        self.top = _OpenCollection(location, [] if is_list else None, bracket)
        self.stack.append(self.top)

    def _close(self, _: _Event) -> None:
        closed = self.stack.pop()
        self.top = self.stack[-1] if self.stack else None
        if closed.items is None:
            self._attach(Mapping(closed.entries, closed.location))
        else:
            self._attach(Sequence(tuple(closed.items), closed.location))

    def _is_double_bracket(self, bracket: int) -> bool:
        """Whether a bracket is the second of `[[`. A third and further ones don't count, so `[[[` is reported once."""
        top = self.top
        return bool(top and top.bracket == bracket - 1 and top.items == []) and self.text[bracket - 2 : bracket] != "[["

    def _attach(self, node: Node) -> None:
        top = self.top
        if top is None:
            self.root = node
        elif top.items is not None:
            top.items.append(node)
        elif top.key is not None:
            top.entries.setdefault(top.key, Item(top.key_at, node))
            top.key = None

    def _alias(self, event: _Event) -> None:
        location = self._location(event.start_mark.index)
        found = f"'*{event.anchor}' refers to a value elsewhere"
        self._refuse(location, "alias", found, "write the value out, or put quotes round text that starts with '*'")
        if self.top is not None and self.top.items is None and self.top.key is None:
            self.top.key, self.top.key_at = f"*{event.anchor}", location
        else:
            self._count_value(location)
            self._attach(Scalar("", location, True))

    def _document(self, event: _Event) -> None:
        self.documents += 1
        if self.documents > 1:
            found = "a second summary starts here in the same file"
            self._fail(self._location(event.start_mark.index), "second-document", found, "put it in its own file")
        directive = re.search(r"^%", self.text[: event.end_mark.index], re.MULTILINE)
        if event.explicit and directive:
            self._refuse(self._location(directive.start()), *yaml_hints.DIRECTIVE)

    def _refuse_properties(self, event: _Event, location: Location) -> None:
        """Refuse the name (`&a`) and the type (`!a`) of a value."""
        for mark in re.finditer(r"[&!]\S*", _PROPERTIES.match(self.text, event.start_mark.index)[0]):  # type: ignore[index]  # it also matches nothing
            found, rule = ("gives a value a name", "anchor") if mark[0][0] == "&" else ("gives a value a type", "tag")
            shown = visible(mark[0][:40].rstrip(",]}"))
            hint = f"delete it, or put quotes round text that starts with '{mark[0][0]}'"
            self._refuse(location, rule, f"'{shown}' {found}", hint)

    def _check_escapes(self, event: _Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        problem = decoding.unwanted_escape(self.text, start, end, self.name) if "\\" in self.text[start:end] else None
        if problem:
            self.problems.append(problem)

    def _check_hash(self, event: _Event) -> None:
        cut = _CUT_OFF.match(self.text, event.end_mark.index)
        if cut:
            shown = visible(cut[1] if len(cut[1]) <= 60 else cut[1][:57] + "...")
            found = f"'{shown}' is ignored: a hash after a space starts a comment"
            hint = "put quotes round the whole value, or write '# ' before a comment"
            self._refuse(self._location(cut.start(1)), "cut-short", found, hint)

    def _normal(self, text: str, event: _Event, location: Location) -> str:
        """Return the text in normal form C, in which a search finds it. Warn about letters that a search misses."""
        for found, hint in decoding.unsearchable_in(text):
            place = self.text.find(found[1 : found.index("'", 1)], event.start_mark.index)
            at = self._location(place) if place >= 0 else location
            self.warnings.append(Problem(location=at, rule="lookalike", message=found, hint=hint, warning=True))
        return unicodedata.normalize("NFC", text)

    def _check_root(self) -> None:
        root = self.root
        if root is None or (isinstance(root, Scalar) and root.plain and not root.text):
            self._fail(Location(self.name), "empty", "this file has no fields", "write them, or delete the file")
        if isinstance(root, Sequence):
            self._fail(
                root.location, "root", "the file starts with a list", "start it with a field, such as 'title: ...'"
            )
        if isinstance(root, Scalar):
            self.problems.append(yaml_hints.not_a_field(self.text, self.root_offset, self.name))

    def _explain(self, error: yaml.MarkedYAMLError) -> NoReturn:
        end = error.problem_mark.index if error.problem_mark else 0
        failure = yaml_hints.ParseFailure(
            text=self.text,
            offset=end,
            start=error.context_mark.index if error.context_mark else end,
            message=error.problem or "",
            quoted=self.quoted,
            bracket=self.top.bracket if self.top else None,
        )
        explained = yaml_hints.explain(failure, self.name)
        before = [problem for problem in self.problems if problem.location != explained.location]
        raise SummaryError([*before, explained]) from None

    def _count_value(self, location: Location) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._fail(location, "too-many", f"the file has more than {MAX_VALUES:,} values", "remove some")

    def _location(self, offset: int) -> Location:
        return decoding.location_at(self.text, offset, self.name)

    def _refuse(self, location: Location, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(location=location, rule=rule, message=message, hint=hint))

    def _fail(self, location: Location, rule: str, message: str, hint: str) -> NoReturn:
        self._refuse(location, rule, message, hint)
        raise SummaryError(self.problems)


_PROPERTIES = re.compile(r"(?:[&!]\S*\s*)*")
_CUT_OFF = re.compile(r"[ \t]+(#+[^\s#].*)")
