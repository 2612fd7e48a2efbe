"""A JSON Schema for each kind of file in summaries/: what an editor's program needs to help before the mistake.

Each holds the fields with what they mean, the words a field takes, and the ids of the records that are there.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

from builder.explainer.words import Words
from builder.exports.downloads import schema
from builder.records.models.claims import Claims
from builder.records.models.fields import ID_PATTERN
from builder.records.models.kinds import IN_FILES, IN_LISTS, RECORDS, SINGULARS
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.safe_text import Citation
from builder.records.traversal import kinds_by_field

SUFFIX: Final = ".schema.json"

Schema = dict[str, Any]

_SOME: Schema = {"minItems": 1}
_DATE = r"^[-0-9X?~%/.,\[\]{}]+$"
_DATE_HINT = "A date is written as 2018-06-12, 2018-09, 2018-03-25/2018-03-28 or, where it is not certain, 2018-09?"
_TYPED = ["string", "number"]
"""A number is a text too: summaries are read as they were typed."""

_IN_QUOTES = {"integer": "^[0-9]+$", "number": r"^-?[0-9]+(\.[0-9]+)?$", "boolean": "^(true|false)$"}
"""And quotes round a number make no difference."""


def files_of_kinds() -> dict[str, str]:
    """Which schema is for which files of summaries/, by the name of the schema."""
    in_files = {kind.__name__.lower(): f"{kind.kind_name}/*.yml" for kind in IN_FILES}
    in_lists = {kind.kind_name: f"{kind.kind_name}.yml" for kind in IN_LISTS}
    files = {**in_files, "claims": "claims/*.yml", **in_lists, "explainer": "explainer.yml"}
    return {f"{name}{SUFFIX}": pattern for name, pattern in files.items()}


def schemas(records: Mapping[str, Record], words: Words) -> dict[str, bytes]:
    """Every schema by the name of its file, for the records that are there; what words mean is told in `words`."""
    shapes = _Shapes(records, words)
    made = {
        **{kind.__name__.lower(): shapes.file(kind) for kind in IN_FILES},
        **{kind.kind_name: shapes.list_file(kind) for kind in IN_LISTS},
        "claims": shapes.file(Claims),
        "explainer": shapes.file(Settings),
    }
    return {f"{name}{SUFFIX}": _json(shapes.whole(name, top)) for name, top in made.items()}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


class _Shapes:
    """The definitions of every shape, with the ids and words that their fields take."""

    def __init__(self, records: Mapping[str, Record], words: Words) -> None:
        self.words = words
        self.records = records
        definitions = typing.cast(dict[str, Schema], schema()["$defs"])
        models = {model.__name__: model for model in _all_models()}
        self.definitions = {name: self._shape(models[name], each) for name, each in definitions.items()}
        self.definitions |= {_name_of(kinds): self._ids(kinds) for kinds in sorted(self._kinds_named(models))}
        self.definitions["source cited"] = self._cited()

    def file(self, model: type[Shape]) -> Schema:
        """A file that is one record: its name gives the id."""
        whole = self.definitions[model.__name__]
        if not issubclass(model, Record):
            return whole
        fields = {name: field for name, field in whole["properties"].items() if name != "id"}
        return {**whole, "properties": fields, "required": [name for name in whole["required"] if name != "id"]}

    def list_file(self, model: type[Record]) -> Schema:
        """A file that lists records."""
        items = {"type": "array", "description": model.__doc__, "items": {"$ref": f"#/$defs/{model.__name__}"}}
        kind = model.kind_name
        return {"type": "object", "properties": {kind: items}, "required": [kind], "additionalProperties": False}

    def whole(self, name: str, top: Schema) -> Schema:
        """A schema that stands by itself: the definitions it needs with it."""
        needed: dict[str, Schema] = {}
        waiting = [top]
        while waiting:
            for reference in _references(waiting.pop()):
                if reference not in needed:
                    needed[reference] = self.definitions[reference]
                    waiting.append(needed[reference])
        kept = {reference: needed[reference] for reference in sorted(needed)}
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "title": name, "$defs": kept}

    def _shape(self, model: type[Shape], definition: Schema) -> Schema:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        named = kinds_by_field(model)
        told: dict[str, Schema] = {}
        for name, written in definition["properties"].items():
            if (kinds := named.get(name)) is not None:
                told[name] = _with_inner(written, {"$ref": f"#/$defs/{_name_of(kinds)}"})
            elif _holds_citations(fields[name].annotation):
                told[name] = _with_inner(written, {"$ref": "#/$defs/source cited"})
            elif name == "by":
                told[name] = {**written, "type": _TYPED, "anyOf": [self._known(("parties",)), {"type": _TYPED}]}
            else:
                told[name] = self._value(model, name, written)
        if model is Settings:
            told["words"] |= {"properties": self._phrases(), "additionalProperties": False}
        required = [name for name, field in fields.items() if field.is_required()]
        if issubclass(model, Record):
            definition = {**definition, **_sources_needed(model)}
            if model.needs_sources == "always":
                required.append("sources")
                told["sources"] |= _SOME
        kept = {key: value for key, value in definition.items() if key != "title"}  # it is a name of the code
        return {**kept, "properties": told, "required": required}

    def _value(self, model: type[Shape], name: str, written: Schema) -> Schema:
        """A value that is no id: a word with what it means, a date, a text."""
        if "enum" in written:
            return written | {"enumDescriptions": [self._meaning(model, name, word) for word in written["enum"]]}
        if "items" in written and "$ref" not in written["items"]:
            return {**written, "items": self._value(model, name, written["items"])}
        if "2018-09" in written.get("examples", ()):
            return {**written, "type": _TYPED, "pattern": _DATE, "patternErrorMessage": _DATE_HINT}
        if written.get("type") == "string" and not {"pattern", "format"} & written.keys():
            return {**written, "type": _TYPED}
        if written.get("type") in _IN_QUOTES:
            return {**written, "type": [written["type"], "string"], "pattern": _IN_QUOTES[written["type"]]}
        if isinstance(inner := written.get("additionalProperties"), dict):
            return {**written, "additionalProperties": self._value(model, name, inner)}
        return written

    def _meaning(self, model: type[Shape], field: str, word: str) -> str:
        """What a word means to readers, where that is more than the word."""
        for group in (field, f"{field}_means", model.__name__.lower()):
            for phrase in (f"{group}_means.{word}", f"{group}.{word}"):
                if phrase in self.words:
                    meant = self.words(phrase).unescape()
                    return "" if meant.casefold() == word.replace("-", " ") else meant
        return ""

    def _phrases(self) -> dict[str, Schema]:
        return {name: {"type": _TYPED, "description": text} for name, text in sorted(self.words.phrases.items())}

    def _kinds_named(self, models: Mapping[str, type[Shape]]) -> set[tuple[str, ...]]:
        return {kinds for model in models.values() for kinds in kinds_by_field(model).values()}

    def _known(self, kinds: tuple[str, ...]) -> Schema:
        """The ids of some kinds, of all kinds where none is named; each with its record's name."""
        found = [record for record in self.records.values() if not kinds or record.kind_name in kinds]
        found.sort(key=lambda record: record.id)
        return {
            "enum": [record.id for record in found],
            "enumDescriptions": [str(record.label) for record in found],
        }

    def _ids(self, kinds: tuple[str, ...]) -> Schema:
        known = self._known(kinds)
        if not known["enum"]:
            return {"type": _TYPED, "pattern": ID_PATTERN}  # a list of words may not be empty
        known["errorMessage"] = f"There is no such {' or '.join(SINGULARS[kind] for kind in kinds) or 'record'} yet"
        if any(_NUMBER.fullmatch(id) for id in known["enum"]):
            return {"anyOf": [known, {"type": "number"}]}
        return {"type": "string", **known}

    def _cited(self) -> Schema:
        """A source's id, with or without a place in it."""
        known = self._known(("sources",))["enum"]
        if not known:
            return {"type": _TYPED}
        with_place = {"type": "string", "pattern": f"^(?:{'|'.join(known)}) .*\\S"}
        examples = [known[0], f"{known[0]} para. 4"]
        return {"anyOf": [self._ids(("sources",)), with_place], "examples": examples}


_NUMBER = re.compile(r"0[xo][0-9a-f]+|[0-9]+(?:e[0-9]+)?")
"""An id that YAML takes for a number, where it is typed without quotes."""


def _all_models() -> Iterator[type[Shape]]:
    waiting: list[type[Shape]] = [Settings, Claims, *RECORDS]
    seen: set[type[Shape]] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            for field in model.model_fields.values():
                waiting.extend(part for part in _parts(field.annotation) if _is_shape(part))


def _parts(annotation: object) -> Iterator[Any]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


def _is_shape(part: object) -> bool:
    return isinstance(part, type) and not typing.get_args(part) and issubclass(part, Shape)


def _holds_citations(annotation: object) -> bool:
    return any(part is Citation for part in _parts(annotation))


def _sources_needed(model: type[Record]) -> Schema:
    """When a record can't do without sources of its own, where that hangs on its other fields."""
    some: Schema = {"required": ["sources"], "properties": {"sources": _SOME}}
    if model.needs_sources == "with-summary":
        return {"if": {"required": ["summary"]}, "then": some}
    if model.needs_sources == "unless-in-history":
        told = {"summary": False, "history": {"contains": {"required": ["status"]}}}
        return {"if": {"required": ["history"], "properties": told}, "else": some}
    return {}


def _name_of(kinds: tuple[str, ...]) -> str:
    return f"id of {' or '.join(kinds)}" if kinds else "id of a record"


def _with_inner(written: Schema, inner: Schema) -> Schema:
    """The field with another schema for its value, or for its items if it is a list."""
    if "items" in written:
        return {**written, "items": inner}
    return {"description": written["description"], **inner}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.removeprefix("#/$defs/")
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
