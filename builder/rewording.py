"""What the validator found, in an editor's words and at the editor's line."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from typing import Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from builder.fields import name_of
from builder.problems import Location, Problem, did_you_mean, visible
from builder.shapes import Shape, described

Step = str | int


class Locate(Protocol):
    """Finds the line and column of a field."""

    def __call__(self, path: tuple[Step, ...], *, key: bool = False) -> Location: ...


def reworded(error: ValidationError, model: type[Shape], locate: Locate) -> Iterator[Problem]:
    """Turn a validation error into problems; `locate` gives the place of a path within the record."""
    details = error.errors(include_url=False)
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "too_short" and any(_within(other["loc"], path) for other in details):
            continue  # its items are wrong, and pydantic counts the right ones alone
        rule, message, hint = _say(detail, model)
        location = locate(path[:-1]) if rule == "missing-field" else locate(path, key=rule == "unknown-field")
        yield Problem(location=location, rule=rule, message=message, hint=hint)


def _within(path: tuple[Step, ...], outer: tuple[Step, ...]) -> bool:
    return len(path) > len(outer) and path[: len(outer)] == outer


def _say(detail: ErrorDetails, model: type[Shape]) -> tuple[str, str, str]:
    """Word one error: its rule, what was found, what would be right."""
    kind, path, found = detail["type"], detail["loc"], detail["input"]
    field = _last_name(path)
    if kind == "missing":
        return "missing-field", f"the field '{field}' is missing", _described(model, path)
    if kind == "extra_forbidden":
        return (
            "unknown-field",
            f"unknown field '{visible(str(path[-1]))}'",
            did_you_mean(str(path[-1]), _fields_at(model, path[:-1])),
        )
    if kind == "literal_error" and isinstance(found, str) and found.strip():
        known = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
        return "unknown-word", f"unknown {_spaced(field)} '{visible(found)}'", did_you_mean(found, known)
    if kind == "too_short":
        context = detail.get("ctx", {})
        return "too-few", f"'{field}' has {context.get('actual_length')}", f"at least {context.get('min_length')}"
    if kind == "too_long":
        context = detail.get("ctx", {})
        return "too-many", f"'{field}' has more than {context.get('max_length')}", "take some out"
    if found == "":
        return "empty-field", "nothing is written here", "write it, or leave the field out"
    if expected := _EXPECTED.get(kind):
        hint = (
            f"write [{visible(found)}]" if expected == "a list" and isinstance(found, str) and len(found) < 40 else ""
        )
        return "wrong-shape", f"'{field}' takes {expected}, found {name_of(found)}", hint
    return kind, detail["msg"], str(detail.get("ctx", {}).get("hint", ""))


_EXPECTED = {
    "tuple_type": "a list",
    "model_type": "fields",
    "model_attributes_type": "fields",
    "dict_type": "fields",
    "literal_error": "one word",
}


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
    first = described(shape, name).split(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _fields_at(model: type[Shape], path: tuple[Step, ...]) -> list[str]:
    shape = shape_at(model, path)
    if shape is None:
        return []
    own_file_id = {"id"} if not path else set()
    return [field.alias or name for name, field in shape.model_fields.items() if name not in own_file_id]


def shape_at(model: type[Shape], path: tuple[Step, ...]) -> type[Shape] | None:
    """The shape that stands at a path of fields, or None where there is none."""
    shape: type[Shape] | None = model
    for step in path:
        if isinstance(step, int) or shape is None:
            continue
        fields = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
        shape = _model_in(fields.get(step))
    return shape


def _model_in(annotation: object) -> type[Shape] | None:
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, Shape)
    ):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := _model_in(part))), None)
