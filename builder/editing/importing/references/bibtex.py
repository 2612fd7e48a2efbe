"""Reads BibTeX and biblatex into entries with their fields as typed, each with its line.

Only this module imports bibtexparser.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.dates.date_hints import MONTHS
from builder.editing.importing.references.reference import Remark, unreadable
from builder.problems import Location, Problem, visible

if TYPE_CHECKING:
    from bibtexparser import model


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """The value of a field, without its braces or quotes, and where it is."""

    text: str
    location: Location


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry of a BibTeX file: its type and field names in lower case. A missing key is empty."""

    kind: str
    key: str
    fields: Mapping[str, Value]
    location: Location


@dataclass(kw_only=True, slots=True)
class File:
    """What was found in a file."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_bibtex(text: str, name: str, wanted: frozenset[str]) -> File:
    """The entries of a file, and every problem in it. Problems of fields that are not `wanted` don't count."""
    return _Reader(text, name, wanted).read()


_ESCAPE, _NO_KEY = "\ufdd0", "\ufdd1"
"""Marks that are put into a text before it is split, and removed from the values. No text may contain them."""


def _prepared(text: str) -> str:
    """A text that bibtexparser splits as BibTeX would, with the same lines.

    For BibTeX a brace counts even after a backslash, an entry may have no key, and its type and its brace may be on
    different lines. An entry that `%` comments out, and an `@` without a name, are not entries.
    """
    clean = text.replace(_ESCAPE, "\ufffd").replace(_NO_KEY, "\ufffd")
    counted = re.sub(r"\\(?=[{}])", f"\\\\{_ESCAPE}", clean)
    named = re.sub(r"@(?=[ \t]*[{(])", f"@{_ESCAPE}", counted)
    commented = re.sub(r"^[ \t]*%.*@.*$", lambda line: line[0].replace("@", f"@{_ESCAPE}"), named, flags=re.MULTILINE)
    joined = re.sub(r"^([ \t]*@\w+)[ \t]*(\n\s*)\{", r"\1{\2", commented, flags=re.MULTILINE)
    return re.sub(r"(@(?!(?i:comment|string|preamble)\b)\w+[ \t]*[{(])(?=\s*[\w-]+\s*=)", rf"\1{_NO_KEY},", joined)


def _restored(text: str) -> str:
    return text.replace(f"{_NO_KEY},", "").replace(_ESCAPE, "") if "\ufdd0" in text or "\ufdd1" in text else text


class _Reader:
    """Reads one file, and collects its entries and its problems."""

    def __init__(self, text: str, name: str, wanted: frozenset[str]) -> None:
        self.text = _prepared(text)
        self.lines = self.text.split("\n")
        self.name = name
        self.wanted = wanted
        self.found = File()
        self.macros = dict(_MONTHS)
        self.undefined: set[str] = set()

    def read(self) -> File:
        from bibtexparser import model
        from bibtexparser.splitter import Splitter

        logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it would print each problem
        for found in Splitter(self.text).split().blocks:
            block: model.Block | None = found
            while isinstance(block, (model.DuplicateFieldKeyBlock, model.DuplicateBlockKeyBlock)):
                block = block.ignore_error_block
            if isinstance(block, model.Entry):
                self._entry(block)
            elif isinstance(block, model.String):
                self._macro(block)
            elif isinstance(block, model.ParsingFailedBlock):
                self._broken(block)
            elif isinstance(block, model.ImplicitComment):
                self._comment(block)
        return self.found

    def _problem(self, location: Location, message: str, hint: str) -> None:
        self.found.problems.append(unreadable(location, message, hint))

    def _at(self, line: int, column: int = 1) -> Location:
        return Location(self.name, line + 1, column)

    def _start(self, block: model.Block) -> Location:
        line = block.start_line or 0
        at = re.search(r"@\w+", self.lines[line]) if line < len(self.lines) else None
        return self._at(line, at.start() + 1 if at and block.raw and block.raw.startswith(at[0]) else 1)

    def _entry(self, block: model.Entry) -> None:
        location, fields = self._start(block), {}
        for each in block.fields:
            name = _restored(each.key).strip().lower()
            place = self._place_of(name, each.start_line)
            try:
                value = Value(text=self._value(each.value, name), location=place)
            except _ValueError as error:
                if name in self.wanted and error.message not in self.undefined:
                    self._problem(place, error.message, error.hint)
                if error.is_undefined and name in self.wanted:
                    self.undefined.add(error.message)
                continue
            if name not in fields:
                fields[name] = value
            elif name in self.wanted and fields[name].text != value.text:
                at = self._at(each.start_line, self._column_of_name(name, each.start_line))
                self._problem(at, f"the field '{visible(_restored(each.key))}' appears twice", "keep one of the two")
        key = _restored(block.key).strip().removesuffix(_NO_KEY)
        if fields:
            kind = block.entry_type.lower()
            self.found.entries.append(Entry(kind=kind, key=key, fields=fields, location=location))
        elif block.fields == [] and block.entry_type.lower() not in ("set", "control"):
            found = f"'@{block.entry_type}' has no fields"
            self._remark(location, found, "it is passed over")

    def _remark(self, location: Location, message: str, hint: str) -> None:
        self.found.remarks.append(Remark(location=location, rule="references", message=message, hint=hint))

    def _place_of(self, name: str, line: int) -> Location:
        """Where the value of a field starts."""
        after = re.search(rf"(?<![\w-]){re.escape(name)}\s*=\s*[{{\"]*", self.lines[line], re.IGNORECASE)
        return self._at(line, _visible_length(self.lines[line][: after.end()]) + 1 if after else 1)

    def _column_of_name(self, name: str, line: int) -> int:
        found = re.search(rf"(?<![\w-]){re.escape(name)}\s*=", self.lines[line], re.IGNORECASE)
        return _visible_length(self.lines[line][: found.start()]) + 1 if found else 1

    def _macro(self, block: model.String) -> None:
        location = self._start(block)
        try:
            self.macros[_restored(block.key).strip().lower()] = self._value(block.value, "")
        except _ValueError as error:
            self._problem(location, error.message, error.hint)

    def _value(self, typed: str, name: str) -> str:
        """The text of a value: braces, quotes, numbers and names of macros, joined by `#`. Raises _ValueError.

        A month can be a word without braces that is not a macro, such as `April` or `Spring`.
        """
        pieces: list[str] = []
        at, joined = 0, True
        while at < len(typed):
            match = _TOKEN.match(typed, at)
            assert match is not None, "any character matches"
            token, at = match[0], match.end()
            if token.isspace():
                continue
            if token == "#":
                if joined:
                    raise _ValueError("there is nothing before '#'", "delete it")
                joined = True
                continue
            if not joined:
                raise _ValueError("there is text after this value", "put a comma after the value")
            joined = False
            if token in ("{", '"'):
                end = _end_of(typed, at, token)
                pieces.append(typed[at:end])
                at = end + 1
            elif token.isdecimal():
                pieces.append(token)
            elif (macro := _restored(token).lower()) in self.macros:
                pieces.append(self.macros[macro])
            elif name == "month":
                pieces.append(token)
            else:
                found = f"'{visible(_restored(token))}' is not defined"
                raise _ValueError(found, "put braces around a text, or define it with @string", is_undefined=True)
        return _restored("".join(pieces))

    def _broken(self, block: model.ParsingFailedBlock) -> None:
        reason = str(getattr(block.error, "abort_reason", ""))
        raw = block.raw or ""
        start = self._start(block)
        end = self._at((block.start_line or 0) + raw.rstrip().count("\n"))
        if reason.startswith("Expected a `=`") or reason.startswith("Expected comma") or "Expected either" in reason:
            found, hint = "the entry can't be read from here on", "each field is written as: name = {text},"
            self._problem(end, found, hint)
        else:
            self._problem(start, "this entry is not closed", "close its braces and quotes, and end it with a brace")

    def _comment(self, block: model.ImplicitComment) -> None:
        """Text between entries. An entry that was not recognised as one is a problem."""
        for number, line in enumerate((block.raw or "").split("\n")):
            if re.match(r"\s*@\w+\s*[^\s\w]?", line) and _ENTRY_LIKE.match(line):
                self._problem(
                    self._at((block.start_line or 0) + number),
                    "this entry has no opening brace",
                    "write it as @book{key,",
                )


_ENTRY_LIKE = re.compile(r"\s*@\w+\s*(?:\w+\s*,|$)")
_TOKEN = re.compile(r"\s+|#|[{\"]|[^\s#{}\"]+|.", re.DOTALL)
_MONTHS = dict(
    zip(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        MONTHS,
        strict=True,
    )
)


class _ValueError(Exception):
    """A value can't be read."""

    def __init__(self, message: str, hint: str, *, is_undefined: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.is_undefined = is_undefined
        """Whether it has a word that is not defined, which is reported once for the whole file."""


def _end_of(typed: str, at: int, opening: str) -> int:
    """Where the text in braces or quotes ends that starts at an offset. Raises _ValueError if it does not end."""
    depth = 0
    for match in _BRACE_OR_QUOTE.finditer(typed, at):
        if match[0] == '"' and opening == '"' and depth <= 0:
            if match.start() == 0 or typed[match.start() - 1] != "\\":
                return match.start()
        elif match[0] == "{":
            depth += 1
        elif match[0] == "}":
            if depth == 0 and opening == "{":
                return match.start()
            depth -= 1
    raise _ValueError("this value is not closed", "close its braces and quotes")


_BRACE_OR_QUOTE = re.compile(r"[{}\"]")


def _visible_length(text: str) -> int:
    return len(text) - text.count(_ESCAPE) - 2 * text.count(_NO_KEY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name as typed, with its parts as BibTeX tells them apart; only `last` for an organisation."""

    first: str = ""
    von: str = ""
    last: str = ""
    jr: str = ""


def names_in(typed: str) -> Iterator[Name]:
    """The names in a field such as `author`, which are separated by `and`."""
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    for each in split_multiple_persons_names(typed):
        name = each.strip()
        if not name:
            continue
        try:
            parts = parse_single_name_into_parts(name, strict=True)
        except InvalidNameError:
            yield Name(last=name)
            continue
        first, von, last, jr = (" ".join(part) for part in (parts.first, parts.von, parts.last, parts.jr))
        yield Name(first=first, von=von, last=last, jr=jr)
