"""Drafts: what can be shown of those that are not complete yet, and lists without them."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from copy import deepcopy
from typing import Final, TypeVar

from pydantic import ValidationError

from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse
from builder.problems import SummaryError
from builder.records.models.shapes import Shape

LACKING: Final = frozenset({"missing-field", "empty-field", "too-few"})
"""The rules about what a record needs and does not have. In a draft they are warnings."""

_ROUNDS: Final = 5
"""How often something is removed because of what was removed before: an answer, then the dispute with one answer."""

_NAMES: Final = ("title", "name", "term", "question")
"""Required fields in whose place the id is shown."""

S = TypeVar("S", bound=Shape)


def without_gaps(model: type[S], plain: dict[str, object]) -> S | None:
    """A draft without the statements and fields that are not complete, with its id as its name if it has none.

    It keeps the status that its history gives, even if the entry is not complete.
    `plain` has the fields as typed. Returns None if it lacks a field that every page about it needs, such as its date.
    """
    fields = deepcopy(plain)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            gaps = {_incomplete_part(detail["loc"]) for detail in error.errors(include_url=False)}
        needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
        for part in sorted(gaps, reverse=True):  # the last item of a list first, so that the others keep their places
            if len(part) == 1 and part[0] in needed:
                if part[0] not in _NAMES or "id" not in fields:
                    return None
                fields[str(part[0])] = fields["id"]
            else:
                _remove(fields, part)
        if not _status_in(fields) and (status := _status_in(plain)):
            fields["status"] = status
    return None


def list_without(document: Document, data: bytes, field: str, left_out: Container[int]) -> bytes:
    """The bytes of a file with a list, without some of its items, by number from 0, and the comments just above them.

    The others stay as they are written or, if the items don't begin on lines of their own, are written as JSON.
    """
    plain = document.plain()
    items = plain[field]
    assert isinstance(items, list), f"{document.path} was checked to hold a list"
    kept = {**plain, field: [item for number, item in enumerate(items) if number not in left_out]}
    lines = data.decode("utf-8-sig", "replace").splitlines(keepends=True)
    starts = [_first_line(lines, document.locate((field, number)).line - 1) for number in range(len(items))]
    found = [*lines[: starts[0]]]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
        if number not in left_out:
            found += lines[start:end]
    text = "".join(found).encode()
    try:
        as_written = parse(text, document.path).plain() == kept
    except SummaryError:
        as_written = False
    return text if as_written else json.dumps(kept, ensure_ascii=False, indent=2).encode() + b"\n"


def _first_line(lines: list[str], line: int) -> int:
    """The number of the line on which an item begins, or of the comments just above it that are not further right."""
    while line > 0 and not re.match(r" *-(?:\s|$)", lines[line]):
        line -= 1
    dash = lines[line].find("-")
    while line > 0 and (comment := re.match(r" *#", lines[line - 1])) and comment.end() - 1 <= dash:
        line -= 1
    return line


def _status_in(fields: dict[str, object]) -> object:
    """The last status that a record gives, as typed; None if it gives none."""
    history = fields.get("history")
    entries = history if isinstance(history, list) else []
    given = [entry.get("status") for entry in entries if isinstance(entry, dict)]
    return next((status for status in reversed([fields.get("status"), *given]) if status), None)


def _incomplete_part(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path of the innermost item of a list at a path, or of the field if it is in no list."""
    items = [end for end, step in enumerate(path, start=1) if isinstance(step, int)]
    return path[: items[-1]] if items else path[:1]


def _remove(fields: dict[str, object], path: tuple[str | int, ...]) -> None:
    """Remove what is at a path or, if a single value is written in place of a list, the field."""
    holder: object = fields
    for step in path[:-1]:
        holder = holder[step] if isinstance(holder, (dict, list)) else None  # type: ignore[index]
    if isinstance(holder, (dict, list)):
        del holder[path[-1]]  # type: ignore[arg-type]
    else:
        fields.pop(str(path[0]), None)
