"""Turns validation errors into problems: in plain words, with the line and column in the file."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Container, Iterator
from functools import cache
from typing import Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from builder.problems import Location, Problem, nearest, one_of, visible
from builder.records.models.fields import name_of_shape
from builder.records.models.record import Record
from builder.records.models.shapes import Shape, field_description
from builder.records.name_index import Names
from builder.records.traversal import kinds_named

Step = str | int


class Locate(Protocol):
    """Finds the line and column of a field."""

    def __call__(self, path: tuple[Step, ...], *, key: bool = False) -> Location: ...


def problems_of_value(shape: type[Shape], name: str, value: object) -> Iterator[Problem]:
    """Check the value of a single field. The path of each problem is the field's name."""

    def locate(path: tuple[Step, ...], *, key: bool = False) -> Location:
        return Location(str(path[0]) if path else "")

    try:
        shape.model_validate({name: value})
    except ValidationError as error:
        yield from (problem for problem in to_problems(error, shape, locate, Names()) if problem.location.path == name)


def to_problems(error: ValidationError, model: type[Shape], locate: Locate, names: Names) -> Iterator[Problem]:
    """Turn a validation error into problems.

    `locate` finds the line and column of a path within the record. `names` has the names of records, for hints.
    """
    details = error.errors(include_url=False)
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    misspelt = {(*path[:-1], _meant_field(str(path[-1]), _fields_at(model, path[:-1]))) for path in unknown}
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "missing" and path in misspelt:
            continue  # it is there under another name, which has a message of its own
        if detail["type"] == "too_short" and any(_within(other["loc"], path) for other in details):
            continue  # some items are invalid, and pydantic counts only the valid ones
        rule, message, hint = _explain(detail, model, names)
        location = locate(path[:-1]) if rule == "missing-field" else locate(path, key=rule == "unknown-field")
        yield Problem(location=location, rule=rule, message=message, hint=hint)


def _within(path: tuple[Step, ...], outer: tuple[Step, ...]) -> bool:
    return len(path) > len(outer) and path[: len(outer)] == outer


def _explain(detail: ErrorDetails, model: type[Shape], names: Names) -> tuple[str, str, str]:
    """Explain one error: rule, message and hint."""
    kind, path, found = detail["type"], detail["loc"], detail["input"]
    field = _last_name(path)
    if kind == "missing":
        return "missing-field", f"the field '{field}' is missing", _described(model, path)
    if kind == "extra_forbidden":
        name = str(path[-1])
        hint = _suggest_field(name, _fields_at(model, path[:-1]))
        if " " in name and found in (None, ""):  # between braces, a comma ends a value
            hint = "if the comma before it belongs to the text, put quotes round the whole text"
        return "unknown-field", f"unknown field '{visible(name)}'", hint
    if kind == "literal_error" and isinstance(found, str) and found.strip():
        known = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
        return "unknown-word", f"unknown {_NOUNS.get(field, _spaced(field))} '{visible(found)}'", one_of(found, known)
    if kind == "too_short":
        context = detail.get("ctx", {})
        entries = "1 entry" if context.get("actual_length") == 1 else f"{context.get('actual_length')} entries"
        is_needed = not context.get("actual_length") and _is_required(model, path)
        hint = _write_it(model, path) if is_needed else f"it needs at least {context.get('min_length')}"
        return "too-few", f"'{field}' has {entries}", hint
    if kind == "too_long":
        context = detail.get("ctx", {})
        return "too-many", f"'{field}' has more than {context.get('max_length')} entries", "remove some"
    if found == "" or kind == "empty-field":
        is_blank = found == "" or detail["msg"] == "nothing is written here"
        message = f"'{field}' is empty" if is_blank else detail["msg"]
        if not _is_required(model, path):
            return "empty-field", message, "write it, or leave the field out"
        return "empty-field", message, _write_it(model, path)
    if expected := _EXPECTED.get(kind):
        hint = _shape_hint(expected, found, model, path, names)
        return "wrong-shape", f"'{field}' takes {expected}, found {name_of_shape(found)}", hint
    hint = str(detail.get("ctx", {}).get("hint", ""))
    if kind == "bad-id" and isinstance(found, str):
        ids = _suggest_list(found, model, path, names) if isinstance(path[-1], int) else ""
        hint = ids or _suggest_record(found, model, path, names) or hint
    return kind, detail["msg"], hint


def _is_required(model: type[Shape], path: tuple[Step, ...]) -> bool:
    """Whether the field may not be left out."""
    shape = shape_at(model, path[:-1])
    if shape and issubclass(shape, Record) and path[-1] == "sources":
        return shape.needs_sources == "always"
    fields = shape.model_fields.items() if shape else ()
    return any(field.is_required() for name, field in fields if (field.alias or name) == path[-1])


_EXPECTED = {
    "tuple_type": "a list",
    "model_type": "fields",
    "model_attributes_type": "fields",
    "dict_type": "fields",
    "literal_error": "one word",
}


def _shape_hint(expected: str, found: object, model: type[Shape], path: tuple[Step, ...], names: Names) -> str:
    """How to write the value as the list, the fields or the word that the field takes."""
    if expected == "a list" and isinstance(found, str):
        found = found.strip("[] ")
        if re.match(r"\s*[-\u2010-\u2015\u2212\u2022*]", found):
            return "start each entry with a hyphen and a space"
        if field := _field_for_text(model, path):
            return f"write each entry on its own line, as '- {field}: {visible(found)[:60]}'"
        return (_suggest_list(found, model, path, names) or f"write [{visible(found)}]") if len(found) < 80 else ""
    if expected == "a list":
        return "start each entry with a hyphen"
    if expected == "fields":
        fields = f": {', '.join(known)}" if (known := _fields_at(model, path)) else ""
        return f"write each as 'name: value', on its own line{fields}"
    return "write a single word, without brackets"


def _field_for_text(model: type[Shape], path: tuple[Step, ...]) -> str:
    """The field of a list's entries that takes a text written in their place; empty if the entries have no fields."""
    shape = shape_at(model, path)
    fields = shape.model_fields if shape else {}
    required = (name for name, field in fields.items() if field.is_required())
    return "literal" if "literal" in fields else next(required, "")


def _suggest_record(found: str, model: type[Shape], path: tuple[Step, ...], names: Names) -> str:
    """Suggest the id of the record that was probably meant, by its name."""
    kinds = _kinds_at(model, path)
    if kinds is None:
        return ""
    if meant := names.meant_by(found, kinds):
        return f"did you mean '{meant}'?"
    return "start with the id of a source" if kinds == ("sources",) else ""


def _suggest_list(found: str, model: type[Shape], path: tuple[Step, ...], names: Names) -> str:
    """If several ids were written without commas, suggest a list of them."""
    kinds = _kinds_at(model, path)
    ids = comma_separated_ids(found, set(names.of(kinds).values())) if kinds is not None else ""
    return f"write [{ids}]" if ids else ""


def comma_separated_ids(text: str, known: Container[str]) -> str:
    """Put commas between the known ids in a text; empty if it has fewer than two, or anything else."""
    words = text.replace(",", " ").split()
    return ", ".join(words) if len(words) > 1 and all(word in known for word in words) else ""


def _kinds_at(model: type[Shape], path: tuple[Step, ...]) -> tuple[str, ...] | None:
    """The kinds of record that the field at a path may name; None if it takes no ids."""
    field = _last_name(path)
    shape = shape_at(model, path[: path.index(field)] if field in path else ())
    return kinds_named(shape, field) if shape else None


def _suggest_field(found: str, fields: list[str]) -> str:
    """Suggest the field that was probably meant, by its spelling or a synonym."""
    if re.match("[-\u2010-\u2015\u2212\u2022\u00b7]", found):
        return "start a list entry with a hyphen and a space"
    return one_of(found, fields, _synonyms(fields))


def _meant_field(found: str, fields: list[str]) -> str:
    """The field that was probably meant; empty if none is near."""
    return nearest(found, fields, _synonyms(fields))


def _synonyms(fields: list[str]) -> dict[str, str]:
    """The field that each other word for one of them stands for."""
    return {word: field for field, words in _SYNONYMS.items() if field in fields for word in words.split()}


_SYNONYMS = {
    "title": "name heading headline",
    "name": "title",
    "summary": "description abstract text content",
    "text": "summary description content statement",
    "definition": "description meaning text",
    "date": "day when time",
    "issued": "date published year",
    "as_of": "date updated",
    "place": "location where venue city",
    "places": "locations",
    "parties": "participants people who members attendees between",
    "by": "author speaker who said_by",
    "author": "authors by writer",
    "sources": "references citations links refs",
    "URL": "link address website href",
    "history": "timeline events steps",
    "outcomes": "results",
    "reasons": "causes why",
    "status": "state",
    "of": "country member_of belongs_to side",
    "kind": "type",
    "type": "kind",
    "native": "original_name local_name",
    "also_written": "aliases aka spellings",
    "also": "aliases synonyms",
    "lat": "latitude",
    "lon": "lng long longitude",
    "in": "within country region",
    "para": "paragraph section article",
    "draft": "hidden unpublished",
}
"""Other names that people use for a field, by the field's name."""


_NOUNS = {"did": "act", "counts": "level"}
"""What messages call the word of a field whose name is no noun."""


def _last_name(path: tuple[Step, ...]) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")


def _spaced(field: str) -> str:
    return field.replace("_", " ")


def _described(model: type[Shape], path: tuple[Step, ...]) -> str:
    """The first sentence of a field's description."""
    shape = shape_at(model, path[:-1])
    if shape is None:
        return ""
    name = next((name for name, field in shape.model_fields.items() if (field.alias or name) == path[-1]), "")
    first = field_description(shape, name).split(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _write_it(model: type[Shape], path: tuple[Step, ...]) -> str:
    """The hint to fill in a field, with what it is for."""
    return f"write {_described(model, path) or 'it'}"


def _fields_at(model: type[Shape], path: tuple[Step, ...]) -> list[str]:
    shape = shape_at(model, path)
    if shape is None:
        return []
    own_file_id = {"id"} if not path else set()
    return [field.alias or name for name, field in shape.model_fields.items() if name not in own_file_id]


def shape_at(model: type[Shape], path: tuple[Step, ...]) -> type[Shape] | None:
    """The shape at a path of fields; None if there is none."""
    shape: type[Shape] | None = model
    for step in path:
        if isinstance(step, int) or shape is None:
            continue
        shape = _shapes_in(shape).get(step)
    return shape


@cache
def _shapes_in(model: type[Shape]) -> dict[str, type[Shape] | None]:
    """The shape in each field, by the field's name in YAML."""
    return {field.alias or name: _model_in(field.annotation) for name, field in model.model_fields.items()}


def _model_in(annotation: object) -> type[Shape] | None:
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, Shape)
    ):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := _model_in(part))), None)
