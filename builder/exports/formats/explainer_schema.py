"""The JSON Schema of the file with all records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from builder.records.models.claims import Claims
from builder.records.models.kinds import RECORDS
from builder.records.models.removed import Removals, Removed
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, field_description
from builder.records.translations.model import Translation


@cache
def schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of all records. Each field has its documentation as the description."""
    from pydantic.json_schema import models_json_schema

    models: tuple[type[Shape], ...] = (Settings, *RECORDS, Claims, Removals, Translation)
    definitions = models_json_schema([(model, "validation") for model in models])[1]["$defs"]
    shapes = {shape.__name__: shape for shape in _shapes(Shape)}
    kept = {
        name: _with_documentation(definitions[name], shapes[name]) for name in sorted(definitions) if name in shapes
    }
    listed = {kind.kind_name: kind.__name__ for kind in RECORDS} | {
        "claims": Claims.__name__,
        "removed": Removed.__name__,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Explainer",
        "type": "object",
        "properties": {
            "$schema": {"type": "string"},
            "explainer": {"$ref": f"#/$defs/{Settings.__name__}"},
            **{name: {"type": "array", "items": {"$ref": f"#/$defs/{shape}"}} for name, shape in listed.items()},
            "translations": {
                "description": "By language, then by the path of the file below the folder of the language.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"$ref": f"#/$defs/{Translation.__name__}"},
                },
            },
        },
        "required": ["explainer"],
        "additionalProperties": False,
        "$defs": kept,
    }


def _shapes(shape: type[Shape]) -> Iterator[type[Shape]]:
    for below in shape.__subclasses__():
        yield below
        yield from _shapes(below)


def _with_documentation(definition: Mapping[str, Any], shape: type[Shape]) -> dict[str, Any]:
    """Add each field's documentation, and remove pydantic's titles and nulls, as empty fields are left out."""
    fields: dict[str, dict[str, Any]] = definition["properties"]
    names = {field.alias or name: name for name, field in shape.model_fields.items()}
    properties: dict[str, dict[str, Any]] = {
        name: {"description": field_description(shape, names[name])} | _without_null(each)
        for name, each in fields.items()
    }
    # On an earlier day a required list of records can still be empty: an answer may not be known yet.
    required = [name for name in definition.get("required", ()) if "$ref" not in properties[name].get("items", {})]
    return {**definition, "properties": properties, "required": required}


def _without_null(field: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in field.items() if key not in ("title", "default", "description")}
    choices = bare.pop("anyOf", None)
    if isinstance(choices, list):
        (one,) = (choice for choice in choices if choice.get("type") != "null")
        bare |= {key: value for key, value in one.items() if key != "description"}
    return bare
