"""The text of a new summary: one line per field below its description, blanks marked, optional fields commented out."""

from __future__ import annotations

import re
import textwrap
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from builder.editing.yaml_style import WIDTH, in_brackets, text_after_colon
from builder.records.models.shapes import Shape, field_description
from builder.records.traversal import kinds_named
from builder.records.validation_messages import shape_at

BLANK: Final = "  # to fill in"
"""Marks a required field that is still empty."""

Given = Mapping[str, str | tuple[str, ...]]
"""Values by field name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be set on the command line: a text, or a list of texts."""

    name: str
    is_list: bool
    description: str
    words: tuple[str, ...] = ()
    """The only words it accepts; empty if it accepts any text."""

    kinds: tuple[str, ...] = ()
    """The kinds of record whose ids it accepts."""

    may_be_left_out: bool = False
    """Whether the field is optional."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a template. It holds one field; `path` ends with its name, after the fields that contain it."""

    path: tuple[str, ...]
    margin: str
    dash: str
    rest: str
    mark: int | None
    """The column of the `#` that comments the line out, if it is commented out."""

    inner: bool
    """Whether a field that contains it is commented out too."""

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def is_blank(self) -> bool:
        """Whether a value must be filled in here. A line that only starts a list of fields is not a blank."""
        return self.mark is None and self.rest in (_EMPTY, " []")

    @property
    def written(self) -> str:
        """The line as it is written in the template."""
        bare = f"{self.margin}{self.dash}{self.name}:{self.rest}"
        return bare if self.mark is None else f"{bare[: self.mark]}# {bare[self.mark :]}"


_EMPTY = " _"
"""How a template writes the value of a required text."""


def template_lines(template: str) -> tuple[Line, ...]:
    """Parse a template into lines, each with the path of its field."""
    found: list[Line] = []
    above: list[tuple[int, Line]] = []
    for text in template.splitlines():
        bare = re.sub(r"^( *)# ", r"\1", text)
        mark = text.index("#") if bare != text else None
        match = re.fullmatch(r"( *)(- )?(\w+):(.*)", bare)
        assert match, f"there is no field in {text!r}"
        column = match.start(3)
        while above and above[-1][0] >= column:
            above.pop()
        path = (*(line.name for _, line in above), match[3])
        inner = any(line.mark is not None for _, line in above)
        line = Line(path, match[1], match[2] or "", match[4], mark, inner)
        found.append(line)
        above.append((column, line))
    return tuple(found)


def uncommented(lines: Iterable[Line], field: str) -> tuple[Line, ...]:
    """The lines with a field and everything in it no longer commented out."""
    return tuple(
        replace(line, mark=None, inner=False, rest=line.rest or (_EMPTY if line.name != field else ""))
        if line.path[0] == field
        else line
        for line in lines
    )


def fields_of(model: type[Shape], lines: Iterable[Line]) -> dict[str, Field]:
    """The fields of a template that can be set on the command line, required ones first."""
    found = {}
    for line in sorted(lines, key=lambda line: line.mark is not None):
        shape = shape_at(model, line.path[:-1])
        if shape and not line.inner and line.name != "id" and line.name not in found and takes_texts(shape, line.name):
            found[line.name] = _field(shape, line.name)
    return found


def starter(
    lines: Iterable[Line], model: type[Shape], given: Given, *, briefly: bool = False, bare: bool = False
) -> str:
    """The text of a summary with the given values, blanks marked, and each field's description above it.

    `briefly` describes only the blanks: for an entry of a list, the entries above it are examples. `bare` leaves out
    all comment lines: descriptions, and fields that are commented out.
    """
    written: list[str] = []
    left = dict(given)
    for line in lines:
        shape = shape_at(model, line.path[:-1])
        is_described = line.name not in left and line.is_blank if briefly else line.name != "id"
        if shape and not line.inner and is_described and not bare:
            written += _described(_field(shape, line.name), line.margin)
        if not line.inner and line.name in left and shape and takes_texts(shape, line.name):
            written.append(_with_value(line, left.pop(line.name)))
        elif line.is_blank:
            written.append(f"{line.written.removesuffix(_EMPTY)}{BLANK}")
        elif not (bare and (line.inner or line.mark is not None)):
            written.append(line.written)
    return "\n".join(written) + "\n"


def without_comments(text: Sequence[str], lines: Sequence[Line], model: type[Shape]) -> Iterator[range]:
    """Where the lines of a summary are comments that its starter had, one range for each: a whole description of a
    field, or a line with a field that is commented out.
    """
    fields = {line.written.strip() for line in lines if line.inner or line.mark is not None}
    shapes = [(shape_at(model, line.path[:-1]), line) for line in lines]
    described = [
        [comment.strip() for comment in _described(_field(shape, line.name), line.margin)]
        for shape, line in shapes
        if shape and line.name != "id"
    ]
    longest = max(map(len, described))
    at = 0
    while at < len(text):
        here = [line.strip() for line in text[at : at + longest]]
        sizes = (len(block) for block in described if here[: len(block)] == block)
        if size := max(sizes, default=int(here[0] in fields)):
            yield range(at, at + size)
        at += size or 1


def worth_adding(
    lines: Iterable[Line], model: type[Shape], given: Collection[str], at_most: int = 4
) -> tuple[str, ...]:
    """The optional fields of a template to go on with: the summary, then what holds statements, then the others."""
    optional = [line.name for line in lines if len(line.path) == 1 and line.mark is not None]
    left_out = [name for name in optional if name not in given and name not in _SELDOM]
    ranks = {name: (name != "summary", takes_texts(model, name)) for name in left_out}
    return tuple(sorted(left_out, key=ranks.__getitem__)[:at_most])


_SELDOM = (
    "short",
    "headline",
    "word",
    "home",
    "sides",
    "part_of",
    "resumes",
    "number",
    "form",
    "parts",
    "binds",
    "vote",
    "memberships",
    "amends",
    "ended_by",
    "reviewed",
    "draft",
)
"""Fields that few records need, or that come last."""


def _with_value(line: Line, value: str | tuple[str, ...]) -> str:
    before = f"{line.margin}{line.dash}"
    text = text_after_colon(value, len(before), line.name) if isinstance(value, str) else f" {in_brackets(value)}"
    return f"{before}{line.name}:{text}"


def _described(field: Field, margin: str) -> Iterator[str]:
    words = f" One of: {', '.join(field.words)}." if field.words else ""
    mark = f"{margin}# "
    text = f"{field.description}{words}"
    yield from textwrap.wrap(text, WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False)


def _field(shape: type[Shape], name: str) -> Field:
    key = _key(shape, name)
    text = " ".join(field_description(shape, key).split())
    words = tuple(_words(shape.model_fields[key].annotation))
    # the model does not require `status`, because it can come from a history; a new summary has none
    may_be_left_out = not shape.model_fields[key].is_required() and name != "status"
    return Field(name, takes_list(shape, name), text, words, kinds_named(shape, name) or (), may_be_left_out)


def split_list(text: str, *, commas: bool) -> tuple[str, ...]:
    """Split a text at semicolons; if there is none and `commas` is true, at commas."""
    return tuple(part.strip() for part in text.split("," if commas and ";" not in text else ";") if part.strip())


def takes_texts(shape: type[Shape], name: str) -> bool:
    """Whether a field holds a text or a list of texts."""
    annotation = shape.model_fields[_key(shape, name)].annotation
    return typing.get_origin(annotation) is not dict and shape_at(shape, (name,)) is None


def takes_list(shape: type[Shape], name: str) -> bool:
    """Whether a field holds a list."""
    return typing.get_origin(shape.model_fields[_key(shape, name)].annotation) is tuple


def _key(shape: type[Shape], name: str) -> str:
    return next(key for key, field in shape.model_fields.items() if (field.alias or key) == name)


def _words(annotation: object) -> Iterator[str]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from (word for word in typing.get_args(annotation) if isinstance(word, str))
    elif typing.get_origin(annotation) is not tuple:
        for part in typing.get_args(annotation):
            yield from _words(part)
