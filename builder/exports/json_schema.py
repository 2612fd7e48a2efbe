"""A JSON Schema for each kind of file in summaries/, so that text editors can complete and check while one types.

Each has the fields with their meaning, the words a field accepts, and the ids of the current records.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

from builder.dates.edtf_dates import PATTERN
from builder.explainer.words import Words
from builder.exports.formats.explainer_schema import schema
from builder.exports.plain_values import InnerJson, as_json, inner_json
from builder.records.models.claims import Claims
from builder.records.models.fields import ID_PATTERN, ONE_OR_MORE, OR_NUMBER
from builder.records.models.grounds import COUNTED, Assertion
from builder.records.models.kinds import IN_FILES, IN_LISTS, RECORDS, SINGULARS
from builder.records.models.project import Part
from builder.records.models.record import Record
from builder.records.models.removed import Removals
from builder.records.models.settings import Settings
from builder.records.models.shapes import Paper, Shape
from builder.records.safe_text import Citation
from builder.records.translations.model import FOLDER as TRANSLATIONS
from builder.records.translations.model import TranslatedText, Translation
from builder.records.traversal import kinds_by_field

SUFFIX: Final = ".schema.json"

Schema = dict[str, Any]

_SOME: Schema = {"minItems": 1}
DATE_PATTERN: Final = f"^(?:{PATTERN})$"
DATE_HINT: Final = "Write a date as 2018-06-12, 2018-09, 2018-03-25/2018-03-28 or, if it is not certain, 2018-09?"
_TYPED = ["string", "number"]
"""Texts may look like numbers, because summaries are read as typed."""

_ONE_NUMBER: list[Schema] = [
    *({"required": [name, "count"]} for name in COUNTED),
    *({"required": ["figures", name]} for name in ("sum", "difference")),
]
"""What a number that is worked out needs: one thing that is counted or added, and the number."""

_NEEDED_UNLESS: dict[type[Shape], tuple[list[str], ...]] = {
    Paper: (["document"], ["title", "sources"]),
    Part: (["history"], ["status", "sources"]),
}
"""Groups of fields of which one is needed."""

_QUOTED = {"integer": "^[0-9]+$", "number": r"^-?[0-9]+(\.[0-9]+)?$", "boolean": "^(true|false)$"}
"""Patterns for other values, which may also be typed in quotes."""


def files_of_kinds() -> dict[str, tuple[str, ...]]:
    """Return the glob patterns of files in summaries/ that each schema is for, by the name of the schema."""
    in_files = {kind.__name__.lower(): (f"{kind.kind_name}/*.yml",) for kind in IN_FILES}
    in_lists = {kind.kind_name: (f"{kind.kind_name}.yml", f"{kind.kind_name}/*.yml") for kind in IN_LISTS}
    whole = {"removed": ("removed.yml",), "explainer": ("explainer.yml",), "translation": (f"{TRANSLATIONS}/**/*.yml",)}
    files = {**in_files, "claims": ("claims/*.yml",), **in_lists, **whole}
    return {f"{name}{SUFFIX}": patterns for name, patterns in files.items()}


def vscode_settings(folder: str) -> bytes:
    """Return settings for VS Code that give each summary its schema in `folder`, a path from the explainer's folder."""
    named = {
        f"./{folder}/{name}": [f"summaries/{pattern}" for pattern in patterns]
        for name, patterns in files_of_kinds().items()
    }
    return json.dumps({**_SETTINGS, "yaml.schemas": named}, indent=2).encode() + b"\n"


_SETTINGS: Final = {
    "[yaml]": {
        "editor.insertSpaces": True,
        "editor.tabSize": 2,
        "editor.quickSuggestions": {"strings": True, "other": True, "comments": False},
    },
    "files.encoding": "utf8",
    "files.eol": "\n",
    "yaml.schemaStore.enable": False,
}


def schemas(records: Mapping[str, Record], words: Words) -> dict[str, bytes]:
    """Return every schema by its file name. It knows the ids of `records` and takes meanings from `words`."""
    shapes = _Shapes(records, words)
    tops = {
        **{kind.__name__.lower(): shapes.file(kind) for kind in IN_FILES},
        **{kind.kind_name: shapes.list_file(kind) for kind in IN_LISTS},
        "claims": shapes.file(Claims),
        "removed": shapes.file(Removals),
        "explainer": shapes.file(Settings),
        "translation": shapes.file(Translation),
    }
    return {f"{name}{SUFFIX}": as_json(shapes.complete(name, top)) for name, top in tops.items()}


class _Shapes:
    """The definition of every shape, with the ids and words that its fields accept."""

    def __init__(self, records: Mapping[str, Record], words: Words) -> None:
        self.words = words
        self.records = records
        definitions = typing.cast(dict[str, Schema], schema()["$defs"])
        models = {model.__name__: model for model in _all_models()}
        self.definitions = {name: self._shape(models[name], each) for name, each in definitions.items()}
        self.definitions |= {_name_of(kinds): self._ids(kinds) for kinds in sorted(self._kinds_named(models))}
        self.definitions["source cited"] = self._cited()
        self._uses: dict[str, tuple[str, ...]] = {}
        self._in_json: dict[str, InnerJson] = {}

    def file(self, model: type[Shape]) -> Schema:
        """Return the schema of a file that is one record. It has no `id` field: the file name is the id."""
        whole = self.definitions[model.__name__]
        if not issubclass(model, Record):
            return whole
        fields = {name: field for name, field in whole["properties"].items() if name != "id"}
        return {**whole, "properties": fields, "required": [name for name in whole["required"] if name != "id"]}

    def list_file(self, model: type[Record]) -> Schema:
        """Return the schema of a file with a list of records."""
        items = {"type": "array", "description": model.__doc__, "items": {"$ref": f"#/$defs/{model.__name__}"}}
        kind = model.kind_name
        return {"type": "object", "properties": {kind: items}, "required": [kind], "additionalProperties": False}

    def complete(self, name: str, top: Schema) -> Schema:
        """Return a complete schema, with all the definitions that it uses."""
        used: set[str] = set()
        waiting = [*_references(top)]
        while waiting:
            reference = waiting.pop()
            if reference not in used:
                used.add(reference)
                waiting.extend(self._used_by(reference))
        kept = {reference: self._written(reference) for reference in sorted(used)}
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "title": name, "$defs": kept}

    def _used_by(self, reference: str) -> tuple[str, ...]:
        """The definitions that a definition uses."""
        if reference not in self._uses:
            self._uses[reference] = tuple(_references(self.definitions[reference]))
        return self._uses[reference]

    def _written(self, reference: str) -> InnerJson:
        """A definition as it stands in each schema that uses it."""
        if reference not in self._in_json:
            self._in_json[reference] = inner_json(self.definitions[reference], 2)
        return self._in_json[reference]

    def _shape(self, model: type[Shape], definition: Schema) -> Schema:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        named = kinds_by_field(model)
        properties: dict[str, Schema] = {}
        for name, written in definition["properties"].items():
            if (kinds := named.get(name)) is not None:
                reference = {"$ref": f"#/$defs/{_name_of(kinds)}"}
                or_number = OR_NUMBER in fields[name].metadata
                properties[name] = (_list_or_number if or_number else _with_inner)(written, reference)
            elif _holds_citations(fields[name].annotation):
                properties[name] = _with_inner(written, {"$ref": "#/$defs/source cited"})
            elif name == "by":
                properties[name] = {**written, "type": _TYPED, "anyOf": [self._known(("parties",)), {"type": _TYPED}]}
            else:
                properties[name] = self._value(model, name, written)
            if ONE_OR_MORE in fields[name].metadata:
                properties[name] = _or_one(properties[name])
        if model is TranslatedText:  # what is not translated yet stands there empty
            properties["translation"]["type"] = [*_TYPED, "null"]
        if model is Settings:
            properties["words"] |= {"properties": self._phrases(), "additionalProperties": False}
        required = [name for name, field in fields.items() if field.is_required()]
        if issubclass(model, Record):
            definition = {**definition, **_sources_needed(model)}
            if model.needs_sources == "always":
                required.append("sources")
                properties["sources"] |= _SOME
        if model is Assertion:
            definition = {**definition, "oneOf": _ONE_NUMBER}
        if needed := _NEEDED_UNLESS.get(model):
            definition = {**definition, "anyOf": [{"required": fields} for fields in needed]}
        kept = {key: value for key, value in definition.items() if key != "title"}  # the title is a class name
        return {**kept, "properties": properties, "required": required}

    def _value(self, model: type[Shape], name: str, written: Schema) -> Schema:
        """Return the schema of a value that is not an id: a word with its meaning, a date, a text."""
        if "enum" in written:
            return written | {"enumDescriptions": [meaning(self.words, model, name, word) for word in written["enum"]]}
        if "items" in written and "$ref" not in written["items"]:
            return {**written, "items": self._value(model, name, written["items"])}
        if "2018-09" in written.get("examples", ()):
            return {**written, "type": _TYPED, "pattern": DATE_PATTERN, "patternErrorMessage": DATE_HINT}
        if written.get("type") == "string" and not {"pattern", "format"} & written.keys():
            return {**written, "type": _TYPED}
        if written.get("type") in _QUOTED:
            return {**written, "type": [written["type"], "string"], "pattern": _QUOTED[written["type"]]}
        if isinstance(inner := written.get("additionalProperties"), dict):
            return {**written, "additionalProperties": self._value(model, name, inner)}
        return written

    def _phrases(self) -> dict[str, Schema]:
        return {name: {"type": _TYPED, "description": text} for name, text in sorted(self.words.phrases.items())}

    def _kinds_named(self, models: Mapping[str, type[Shape]]) -> set[tuple[str, ...]]:
        return {kinds for model in models.values() for kinds in kinds_by_field(model).values()}

    def _known(self, kinds: tuple[str, ...]) -> Schema:
        """Return the ids of some kinds with the names of their records; of all kinds if none is given."""
        found = [record for record in self.records.values() if not kinds or record.kind_name in kinds]
        found.sort(key=lambda record: record.id)
        return {
            "enum": [record.id for record in found],
            "enumDescriptions": [str(record.label) for record in found],
        }

    def _ids(self, kinds: tuple[str, ...]) -> Schema:
        known = self._known(kinds)
        if not known["enum"]:
            return {"type": _TYPED, "pattern": ID_PATTERN}  # an enum must not be empty
        known["errorMessage"] = f"There is no such {' or '.join(SINGULARS[kind] for kind in kinds) or 'record'} yet"
        if any(_NUMBER.fullmatch(id) for id in known["enum"]):
            return {"anyOf": [known, {"type": "number"}]}
        return {"type": "string", **known}

    def _cited(self) -> Schema:
        """Return the schema of a citation: a source's id, with or without a locator."""
        known = self._known(("sources",))["enum"]
        if not known:
            return {"type": _TYPED}
        with_locator = {"type": "string", "pattern": f"^(?:{'|'.join(known)}) .*\\S"}
        examples = [known[0], f"{known[0]} para. 4"]
        return {"anyOf": [self._ids(("sources",)), with_locator], "examples": examples}


def meaning(words: Words, model: type[Shape], field: str, word: str) -> str:
    """Return what readers see for a word that a field accepts, or nothing if that is the word itself."""
    for group in (field, f"{field}_means", model.__name__.lower()):
        for phrase in (f"{group}_means.{word}", f"{group}.{word}"):
            if phrase in words:
                meant = words(phrase).unescape()
                return "" if meant.casefold() == word.replace("-", " ") else meant
    return ""


_NUMBER = re.compile(r"0[xo][0-9a-f]+|[0-9]+(?:e[0-9]+)?")
"""An id that YAML reads as a number if it is typed without quotes."""


def _all_models() -> Iterator[type[Shape]]:
    waiting: list[type[Shape]] = [Settings, Claims, Removals, Translation, *RECORDS]
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
    """Return the condition under which a record needs its own sources, if that depends on its other fields."""
    some: Schema = {"required": ["sources"], "properties": {"sources": _SOME}}
    if model.needs_sources == "with-summary":
        return {"if": {"required": ["summary"]}, "then": some}
    if model.needs_sources == "unless-in-history":
        unless = {"summary": False, "history": {"contains": {"required": ["status"]}}}
        return {"if": {"required": ["history"], "properties": unless}, "else": some}
    return {}


def _name_of(kinds: tuple[str, ...]) -> str:
    return f"id of {' or '.join(kinds)}" if kinds else "id of a record"


def _with_inner(written: Schema, inner: Schema) -> Schema:
    """Replace the schema of a field's value, or of its items if it is a list."""
    if "items" in written:
        return {**written, "items": inner}
    return {"description": written["description"], **inner}


def _list_or_number(written: Schema, inner: Schema) -> Schema:
    """Allow a list, or how many there are."""
    number = {"type": ["integer", "string"], "pattern": _QUOTED["integer"]}
    return {"description": written["description"], "anyOf": [{"type": "array", "items": inner}, number]}


def _or_one(written: Schema) -> Schema:
    """Allow the only item of a list without brackets."""
    items = {key: value for key, value in written.items() if key != "description"}
    return {"description": written["description"], "anyOf": [written["items"], items]}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.removeprefix("#/$defs/")
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
