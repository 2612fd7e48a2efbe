"""The places in summaries that name a record, and how they are changed: only the id, wherever it is in its line."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.editing.formatting import same_values
from builder.explainer.linking import ids_in, owners
from builder.parsing.decoding import decode
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse
from builder.parsing.yaml_spans import Edit, Span, edited, spans
from builder.problems import Location, Problem, SummaryError
from builder.records.loading import Origin, Summaries
from builder.records.models.party import Party
from builder.records.models.shapes import Shape
from builder.records.safe_text import LINK
from builder.records.translations.model import FOLDER as TRANSLATIONS
from builder.records.traversal import Path, leaves


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A value that names a record: an id, a citation, or a text with links. `names` is how often it does."""

    document: Document
    path: Path
    names: int = 1

    @property
    def location(self) -> Location:
        return self.document.locate(self.path)


def places_of(summaries: Summaries, id: str) -> tuple[Place, ...]:
    """Every place that names the record `id`: in fields, citations, links and claims, in the order of the files."""
    counted: dict[tuple[str, Path], int] = defaultdict(int)
    documents: dict[str, Document] = {}
    is_party = isinstance(summaries.records.get(id), Party)
    for shape, origin in (*((shape, origin) for shape, _, origin in owners(summaries)), *translations(summaries)):
        documents[origin.document.path] = origin.document
        for path, named, _ in ids_in(shape):
            if named == id:
                counted[origin.document.path, origin.path + path] += 1
        # a speaker is an id if it is one of a party; otherwise it is a name
        for path, value, _ in leaves(shape) if is_party and "-" not in id else ():
            if path[-1] == "by" and str(value) == id:
                counted[origin.document.path, origin.path + path] += 1
    return tuple(
        Place(document=documents[name], path=path, names=names)
        for (name, path), names in sorted(counted.items(), key=lambda item: documents[item[0][0]].locate(item[0][1]))
    )


def translations(summaries: Summaries) -> Iterator[tuple[Shape, Origin]]:
    """Each file of translations, with where it was written."""
    for language, files in summaries.translations.items():
        for name, translation in files.items():
            yield translation, summaries.origins[f"{TRANSLATIONS}/{language}/{name}"]


def translations_of(summaries: Summaries, kind: str, id: str, only: str | None = None) -> list[Document]:
    """The files with nothing but translations of one record, into all languages or only one."""
    named = ((language, f"{kind}/{id}") for language in summaries.translations if only in (None, language))
    return [
        summaries.origins[f"{TRANSLATIONS}/{language}/{name}"].document
        for language, name in named
        if name in summaries.translations[language]
    ]


@dataclass(slots=True)
class Rewrite:
    """Changes to one summary: `change` adds one, `result` applies them all."""

    document: Document
    where: Mapping[Path, Span] = field(init=False)
    text: str = field(init=False)
    wanted: Any = field(init=False)
    edits: list[Edit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.where = spans(self.document)
        self.text = decode(self.document.data, self.document.path)
        self.wanted = copy.deepcopy(self.document.plain())

    def replace_id(self, path: Path, old: str, new: str) -> None:
        """Replace an id in the value at a path: the whole value, the source of a citation, or links in a text."""
        span = self.where[path]
        raw = self.text[span.start : span.end]
        value = str(self._value(path))
        if value.split(" ", 1)[0].strip() == old:
            matches = list(re.finditer(rf"(?<![\w-]){re.escape(old)}(?![\w-])", raw))[:1]
            self._set(path, value.replace(old, new, 1))
        else:
            matches = list(re.finditer(rf"(?<=\[\[)\s*{re.escape(old)}\s*(?=[|\]])", raw))
            self._set(path, LINK.sub(lambda match: _renamed_link(match, old, new), value))
        for match in matches:
            start = span.start + match.start() + match[0].index(old)
            self.edits.append(Edit(start, start + len(old), new))

    def set_old_ids(self, path: Path, old_ids: Sequence[str]) -> None:
        """Write `renamed_from` of the record at a path."""
        record = self._value(path)
        before: list[str] = record.get("renamed_from", [])
        record["renamed_from"] = list(old_ids)
        if before:
            self._replace_items((*path, "renamed_from"), before, old_ids)
            return
        span = self.where[path]
        written = f"renamed_from: [{', '.join(old_ids)}]"
        if span.flow:
            last = max(self.where[(*path, name)].end for name in record if (*path, name) in self.where)
            self.edits.append(Edit(last, last, f", {written}"))
            return
        end = self.text.find("\n", span.end)
        column = self.document.locate((*path, next(iter(record))), key=True).column - 1
        if end == -1:
            self.edits.append(Edit(len(self.text), len(self.text), f"\n{' ' * column}{written}"))
        else:
            self.edits.append(Edit(end + 1, end + 1, f"{' ' * column}{written}\n"))

    def _replace_items(self, path: Path, before: Sequence[str], after: Sequence[str]) -> None:
        """Write other items into a list of ids, which may get longer. Comments stay where they are."""
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            if old != new:
                span = self.where[(*path, index)]
                start = span.start + self.text[span.start : span.end].index(old)
                self.edits.append(Edit(start, start + len(old), new))
        last = self.where[(*path, len(before) - 1)]
        for new in after[len(before) :]:
            if self.where[path].flow:
                self.edits.append(Edit(last.end, last.end, f", {new}"))
            else:
                line = self.text.rfind("\n", 0, last.start) + 1
                margin = re.match(r" *- *", self.text[line:])
                self.edits.append(Edit(last.end, last.end, f"\n{margin[0] if margin else '- '}{new}"))

    def items(self, path: Path) -> int:
        """How many entries the list at a path has."""
        return len(self._value(path))

    def delete_item(self, path: Path) -> None:
        """Delete an entry of a list, with the comments right above it and a blank line that would be left over."""
        *parent, index = path
        count = len(self._value(tuple(parent)))
        del self._value(tuple(parent))[index]
        span = self.where[path]
        if self.where[tuple(parent)].flow:
            is_last = index == count - 1
            start = self.where[(*parent, int(index) - 1)].end if is_last else span.start
            end = span.end if is_last else self.where[(*parent, int(index) + 1)].start
            self.edits.append(Edit(start, end, ""))
        else:
            line = self.text.rfind("\n", 0, span.start) + 1
            self._delete_lines(line, self.text.index("-", line) - line, span.end)

    def delete_field(self, path: Path) -> None:
        """Delete a field with its value and the comments right above it."""
        key = self.document.locate(path, key=True)
        del self._value(path[:-1])[path[-1]]
        line = sum(len(each) + 1 for each in self.text.split("\n")[: key.line - 1])
        self._delete_lines(line, key.column - 1, self.where[path].end)

    def _delete_lines(self, line: int, column: int, last: int) -> None:
        """Delete the lines from the one that starts at `line` to the one with `last`, and what belongs to them."""
        above = re.compile(rf"(?:^ {{{column}}}#.*\n)+\Z", re.MULTILINE).search(self.text, 0, line)
        start = above.start() if above else line
        end = self.text.find("\n", last) + 1 or len(self.text)
        inside = re.compile(rf"(?:[ \t]*\n)*(?: {{{column + 1},}}#.*(?:\n|\Z))+").match(self.text, end)
        end = inside.end() if inside else end
        if blank := re.compile(r"(?:[ \t]*\n)+").match(self.text, end):
            end = blank.end() if self.text[:start].endswith(("\n\n", ":\n")) else end
        elif end == len(self.text):
            start -= len(self.text[:start]) - len(self.text[:start].rstrip("\n")) - 1 if start else 0
        self.edits.append(Edit(start, end, ""))

    def append_item(self, path: Path, written: Callable[[int], str], value: object) -> None:
        """Add an entry at the end of a list. `written` is its YAML at an indent, `value` the same without positions."""
        entries = self._value(path)
        last = self.where[(*path, len(entries) - 1)]
        entries.append(value)
        line = self.text.rfind("\n", 0, last.start) + 1
        indent = len(self.text[line:]) - len(self.text[line:].lstrip(" "))
        end = self.text.find("\n", last.end)
        gap = "\n" if "\n\n" in self.text[self.where[path].start :] else ""
        before = "\n" if end == -1 else ""
        end = len(self.text) if end == -1 else end + 1
        self.edits.append(Edit(end, end, f"{before}{gap}{written(indent)}"))

    def result(self) -> bytes:
        """The summary with all changes. Raises SummaryError if it would not say exactly what is wanted."""
        data = edited(self.document.data, self.edits)
        try:
            same = same_values(self.wanted, parse(data, self.document.path).plain())
        except SummaryError:
            same = False
        if not same:
            raise SummaryError(
                [
                    Problem(
                        location=Location(self.document.path),
                        rule="not-in-place",
                        message="an id in this file can't be changed without changing more, so nothing was changed",
                        hint="write each id on one line, without escapes",
                    )
                ]
            )
        return data

    def _value(self, path: Path) -> Any:
        value: Any = self.wanted
        for step in path:
            value = value[step]
        return value

    def _set(self, path: Path, value: object) -> None:
        self._value(path[:-1])[path[-1]] = value


def _renamed_link(match: re.Match[str], old: str, new: str) -> str:
    return match[0].replace(old, new, 1) if match[1].strip() == old else match[0]
