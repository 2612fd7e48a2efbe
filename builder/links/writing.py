"""Writes new addresses and archived copies into the summaries, in place: nothing else in a file changes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.editing.saving import replace
from builder.editing.yaml_style import in_brackets, text_after_colon
from builder.explainer.linking import Explainer
from builder.links.checking import Finding
from builder.parsing.documents import Document, Mapping, Node, Scalar, Sequence
from builder.parsing.yaml_reader import parse
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A field of a source and its new value."""

    source: str
    field: str
    address: str


def changes_for(findings: Collection[Finding]) -> tuple[Change, ...]:
    """What findings ask to change: the new address of each link that has moved, and each copy that was found."""
    changes = []
    for finding in findings:
        link, verdict, copy = finding.link, finding.verdict, finding.copy
        if verdict.state == "moved":
            changes.append(Change(source=link.source, field=link.field, address=verdict.to))
        if copy and copy.address:
            changes.append(Change(source=link.source, field="archive", address=copy.address))
    return tuple(changes)


def write_changes(project: Project, explainer: Explainer, changes: Collection[Change]) -> tuple[Path, ...]:
    """Make the changes in all files, or in none, and return the files.

    Raises SummaryError, before anything is written, if a field is written in a way that can't be changed in place, or
    if a file was changed since the summaries were read. Raises MachineError if a file can't be written.
    """
    by_document: dict[str, list[Change]] = {}
    for change in changes:
        by_document.setdefault(explainer.origins[change.source].document.path, []).append(change)
    files: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for members in by_document.values():
        document = explainer.origins[members[0].source].document
        file = project.summaries / Path(document.path).relative_to(project.summaries.name)
        try:
            if file.read_bytes() != document.data:
                raise _not_written(explainer.origins[members[0].source], "this file was changed in the meantime")
            files[file] = _changed(document, [(explainer.origins[change.source], change) for change in members])
        except SummaryError as error:
            problems += error.problems
    if problems:
        raise SummaryError(problems)
    replace(files)
    return tuple(files)


def _not_written(origin: Origin, message: str) -> SummaryError:
    hint = "run the command again"
    return SummaryError([Problem(location=origin.at(), rule="not-written", message=message, hint=hint)])


def _changed(document: Document, changes: list[tuple[Origin, Change]]) -> bytes:
    """The file with all changes."""
    text = document.data.decode("utf-8")
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    expected = document.plain()
    edits: list[_Edit] = []
    for origin, change in changes:
        edits += _edits(origin, change, lines)
        _at(expected, origin)[change.field] = change.address
    for edit in sorted(edits, key=lambda edit: (edit.line, edit.start), reverse=True):
        line = lines[edit.line]
        lines[edit.line] = f"{line[: edit.start]}{edit.text}{line[edit.end :]}"
    data = "".join(lines).encode()
    try:
        is_as_expected = parse(data, document.path).plain() == expected
    except SummaryError:
        is_as_expected = False
    if not is_as_expected:
        raise _by_hand(*changes[0])
    return data


def _at(values: Any, origin: Origin) -> dict[str, object]:
    for step in origin.path:
        values = values[step]
    found: dict[str, object] = values
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edit:
    """Characters of a line to replace. Lines and columns start at 0, and `end` is exclusive."""

    line: int
    start: int
    end: int
    text: str


def _edits(origin: Origin, change: Change, lines: list[str]) -> Iterator[_Edit]:
    """Replace the value of the field or, if there is none, add the field after the URL."""
    record = _record(origin)
    before = record.entries.get(change.field) or record.entries["URL"]
    value = before.node
    found = _span(value, lines) if isinstance(value, Scalar) else None
    if found is None:
        raise _by_hand(origin, change)
    line, start, end = found
    in_braces = lines[record.location.line - 1][record.location.column - 1] == "{"
    column = before.key.column - 1
    written = (
        in_brackets([change.address])[1:-1] if in_braces else text_after_colon(change.address, column, change.field)
    )
    if change.field in record.entries:
        yield _Edit(line=line, start=start, end=end, text=written.strip())
    elif in_braces:
        yield _Edit(line=line, start=end, end=end, text=f", {change.field}: {written}")
    else:
        content = lines[line].rstrip("\r\n")
        ending = lines[0][len(lines[0].rstrip("\r\n")) :]
        added = f"{ending}{' ' * column}{change.field}:{written}"
        yield _Edit(line=line, start=len(content), end=len(content), text=added)


def _record(origin: Origin) -> Mapping:
    node: Node = origin.document.root
    for step in origin.path:
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Mapping):
            node = node.entries[str(step)].node
    assert isinstance(node, Mapping), "a source is a mapping"
    return node


def _span(value: Scalar, lines: list[str]) -> tuple[int, int, int] | None:
    """The line of a value, and the columns between which it is; None unless all of it is written there as it is."""
    line, start = value.location.line - 1, value.location.column - 1
    for quote in ("",) if value.plain else ("'", '"'):
        typed = f"{quote}{value.text}{quote}"
        if lines[line].startswith(typed, start):
            return line, start, start + len(typed)
    return None


def _by_hand(origin: Origin, change: Change) -> SummaryError:
    problem = Problem(
        location=origin.at((change.field,)),
        rule="not-written",
        message=f"the field '{change.field}' of '{change.source}' can't be changed in place",
        hint=f"write it by hand: {change.field}: {change.address}",
    )
    return SummaryError([problem])
