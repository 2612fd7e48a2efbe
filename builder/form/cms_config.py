"""The configuration of Sveltia CMS: a form for every kind of summary, made from the models.

Each field has its documentation as help, words are choices, and ids are picked from the records that exist.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from builder.dates.edtf_dates import Date
from builder.editing.field_order import order_of
from builder.explainer.words import Words
from builder.exports.json_schema import DATE_HINT, DATE_PATTERN, meaning
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE
from builder.records.models.claims import Claims
from builder.records.models.fields import ID_PATTERN
from builder.records.models.kinds import IN_FILES, IN_LISTS, SINGULARS, kind_listed_in
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, field_description
from builder.records.safe_text import Citation, Line, Text
from builder.records.translations.files import OF_SETTINGS
from builder.records.translations.model import FOLDER as TRANSLATIONS
from builder.records.translations.model import Translation
from builder.records.traversal import kinds_by_field

Json = dict[str, Any]

LISTS: Final = "lists"
"""The collection of the files that hold a list of records, and of `explainer.yml`."""

_ID: Final = [ID_PATTERN, "Use lower-case letters a to z, digits and single hyphens, such as first-meeting."]
_DATE: Final = [DATE_PATTERN, DATE_HINT]
_CITED: Final = [f"{ID_PATTERN[:-1]}( .*)?$", "Write the id of a source, then the place in it, such as almanac p. 4."]

_TITLES: Final = ("title", "name", "term", "question", "literal", "family", "label", "text", "id", "record", "date")
"""Fields that show which record or item of a list is meant, the best first."""


def collections(
    words: Words,
    known: Mapping[str, Record],
    folder: str = "summaries",
    files: Iterable[str] = (),
    languages: Sequence[str] = (),
) -> list[Json]:
    """The form of every kind of summary, as the value of `collections` in the configuration.

    `words` has the meanings of words, `known` the records that a field for any kind of record can name, `folder` is
    the path of the summaries in the repository, `files` are the paths of summaries below it, and `languages` those
    that it is translated into.
    """
    paths = frozenset(files)
    divided = frozenset(kind for path in paths if "/" in path and (kind := kind_listed_in(path)))
    forms = _Forms(words, known, divided, frozenset(kind for kind in divided if f"{kind.kind_name}.yml" in paths))
    return [
        *(forms.folder(kind, f"{folder}/{kind.kind_name}") for kind in IN_FILES),
        forms.claims(f"{folder}/{CLAIMS_FOLDER}"),
        *(forms.folder_of_lists(kind, f"{folder}/{kind.kind_name}") for kind in IN_LISTS if kind in divided),
        forms.lists(folder),
        *(forms.translations(kind, language, folder) for language in languages for kind in IN_FILES),
        *(forms.shared_translations(language, folder) for language in languages),
    ]


class _Forms:
    """Makes the form of each shape."""

    def __init__(
        self,
        words: Words,
        known: Mapping[str, Record],
        divided: frozenset[type[Record]],
        in_both: frozenset[type[Record]],
    ) -> None:
        self.words = words
        self.divided = divided
        """The kinds whose records are listed in the files of a folder."""

        self.in_both = in_both
        """Those of them that have a file next to the folder too."""

        self.known = sorted(known.values(), key=lambda record: (record.label.casefold(), record.id))

    def folder(self, kind: type[Record], folder: str) -> Json:
        """The form of a kind with a file for each record, whose name is the id."""
        fields = [field for field in self.fields(kind) if field["name"] != "id"]
        title = _title_of(kind)
        return {
            **_collection(kind.kind_name, SINGULARS[kind.kind_name], kind),
            **_FILES,
            "folder": folder,
            "identifier_field": title,
            "slug": {"template": f"{{{{{title}}}}}", "editable": ["create"], "pattern": _ID},
            "fields": fields,
        }

    def claims(self, folder: str) -> Json:
        """The form of the claims of a source. The source names the file."""
        return {
            **_collection(CLAIMS_FOLDER, "claims of a source", Claims),
            **_FILES,
            "folder": folder,
            "identifier_field": "source",
            "slug": {"template": "{{source}}", "editable": False},
            "fields": self.fields(Claims),
        }

    def folder_of_lists(self, kind: type[Record], folder: str) -> Json:
        """The form of the files in a folder that hold a list each. An editor names them."""
        return {
            **_collection(kind.kind_name, f"file of {kind.kind_name}", kind),
            **_FILES,
            "folder": folder,
            "identifier_field": kind.kind_name,
            "summary": "{{slug}}",
            "slug": {"template": kind.kind_name, "editable": ["create"]},
            "fields": [self._listed(kind)],
        }

    def lists(self, folder: str) -> Json:
        """The forms of the files that hold a list, and of `explainer.yml`."""
        files = [
            {
                "name": kind.kind_name,
                "label": _label(kind.kind_name),
                "file": f"{folder}/{kind.kind_name}.yml",
                "fields": [self._listed(kind)],
            }
            for kind in IN_LISTS
            if kind not in self.divided or kind in self.in_both
        ]
        whole = {"name": "explainer", "label": "Explainer", "file": f"{folder}/{SETTINGS_FILE}"}
        return {
            "name": LISTS,
            "label": "Lists and the explainer",
            "format": "yml",
            "publish": False,
            "files": [*files, {**whole, "fields": self.fields(Settings)}],
        }

    def _listed(self, kind: type[Record]) -> Json:
        """The field of a file that holds its records."""
        return {
            "name": kind.kind_name,
            "label": _label(kind.kind_name),
            "hint": kind.__doc__,
            **self._list_of(kind),
            "collapsed": True,  # for 500 sources, "auto" takes more than half a minute
            "summary": f"{{{{fields.id}}}}: {{{{fields.{_title_of(kind)}}}}}",  # to cite it
            "label_singular": SINGULARS[kind.kind_name],
        }

    def translations(self, kind: type[Record], language: str, folder: str) -> Json:
        """The form of the translations of records of a kind. Its files are named after the records."""
        name = f"{TRANSLATIONS}-{language}-{kind.kind_name}"
        label = f"{_label(kind.kind_name)} ({language})"
        return {
            **{**_collection(name, f"translation of a {SINGULARS[kind.kind_name]}", Translation), "label": label},
            **_FILES,
            "folder": f"{folder}/{TRANSLATIONS}/{language}/{kind.kind_name}",
            "identifier_field": "texts.0.translation",
            "slug": {"template": "{{texts.0.original}}", "editable": ["create"], "pattern": _ID},
            "fields": self.fields(Translation),
        }

    def shared_translations(self, language: str, folder: str) -> Json:
        """The form of the files with translations of the explainer's own texts, and of names on many pages."""
        names = (OF_SETTINGS, *(kind.kind_name for kind in (*IN_FILES, *IN_LISTS)))
        return {
            "name": f"{TRANSLATIONS}-{language}",
            "label": f"Names and the explainer ({language})",
            "format": "yml",
            "publish": False,
            "files": [
                {
                    "name": name,
                    "label": _label(name),
                    "file": f"{folder}/{TRANSLATIONS}/{language}/{name}.yml",
                    "fields": self.fields(Translation),
                }
                for name in names
            ],
        }

    def fields(self, shape: type[Shape]) -> list[Json]:
        """The fields of a shape in their usual order."""
        infos = {info.alias or name: (name, info) for name, info in shape.model_fields.items()}
        return [self._field(shape, name, *infos[name]) for name in order_of(shape)]

    def _field(self, shape: type[Shape], yaml_name: str, name: str, info: FieldInfo) -> Json:
        needed = info.is_required()
        if yaml_name == "sources" and issubclass(shape, Record):
            needed = shape.needs_sources == "always"
        minimum = next((limit.min_length for limit in info.metadata if hasattr(limit, "min_length")), 1)
        value = self._value(shape, yaml_name, info)
        if needed and (value["widget"] == "list" or value.get("multiple")):
            value["min"] = minimum
        help_ = field_description(shape, name)
        return {"name": yaml_name, "label": _label(yaml_name), "hint": help_, "required": needed, **value}

    def _value(self, shape: type[Shape], name: str, info: FieldInfo) -> Json:
        """The widget of a field and its settings."""
        parts = [*_parts(info.annotation), *info.metadata]
        is_list = any(typing.get_origin(part) is tuple for part in parts)
        if name in (kinds := kinds_by_field(shape)):
            return self._ids(kinds[name], is_list=is_list)
        if any(typing.get_origin(part) is dict for part in parts):
            return {"widget": "keyvalue"}
        if inner := next((part for part in parts if isinstance(part, type) and issubclass(part, Shape)), None):
            return self._list_of(inner) if is_list else {"widget": "object", "fields": self.fields(inner)}
        single = self._single(shape, name, parts)
        return {"widget": "list", "field": {"name": name, "label": _label(name), **single}} if is_list else single

    def _single(self, shape: type[Shape], name: str, parts: list[Any]) -> Json:
        """The widget of a single value that is not an id of another record."""
        words = tuple(word for part in parts if typing.get_origin(part) is Literal for word in typing.get_args(part))
        if words:
            return {"widget": "select", "options": [self._choice(shape, name, word) for word in dict.fromkeys(words)]}
        schema = next((part.json_schema for part in parts if isinstance(part, WithJsonSchema)), None) or {}
        if Citation in parts:
            return {"widget": "string", "pattern": _CITED}
        if Date in parts:
            if schema.get("format") == "date":
                return {"widget": "datetime", "format": "YYYY-MM-DD", "type": "date"}
            return {"widget": "string", "pattern": _DATE}
        if bool in parts:
            return {"widget": "select", "options": [True]}  # a switch would write `false` into every file
        if int in parts:
            return {"widget": "number", "value_type": "int", "min": 0}
        if float in parts:
            return {"widget": "number", "value_type": "float", "step": 0.00001}
        if schema.get("pattern") == ID_PATTERN:
            return {"widget": "string", "pattern": _ID}
        return {"widget": "text" if Text in parts and Line not in parts else "string"}

    def _choice(self, shape: type[Shape], name: str, word: str) -> Json:
        meant = meaning(self.words, shape, name, word)
        return {"value": word, "label": f"{word}: {meant}" if meant else word}

    def _ids(self, kinds: tuple[str, ...], *, is_list: bool) -> Json:
        """A choice of records. The CMS can offer those of one kind as they are now, of several as they were built."""
        several = {"multiple": True} if is_list else {}
        if len(kinds) != 1:
            found = [record for record in self.known if not kinds or record.kind_name in kinds]
            options = [{"value": record.id, "label": f"{record.label} ({record.id})"} for record in found]
            return {"widget": "select", "options": options, **several}
        kind = next(kind for kind in (*IN_FILES, *IN_LISTS) if kind.kind_name == kinds[0])
        title = _title_of(kind)
        if kind in IN_FILES:
            where = {"collection": kind.kind_name, "value_field": "{{slug}}"}
            shown = [title, "{{slug}}"]
        elif kind in self.in_both:  # a relation leads to one place
            text: Json = {"widget": "string", "pattern": _ID}
            return {"widget": "list", "field": {"name": "id", "label": "Id", **text}} if is_list else text
        else:
            files = {"collection": LISTS, "file": kind.kind_name}
            where = {"collection": kind.kind_name} if kind in self.divided else files
            where |= {"value_field": f"{kind.kind_name}.*.id"}
            shown = [f"{kind.kind_name}.*.{title}", f"{kind.kind_name}.*.id"]
        return {"widget": "relation", **where, "display_fields": shown, "search_fields": shown, **several}

    def _list_of(self, shape: type[Shape]) -> Json:
        """A list of items, each with the fields of a shape."""
        return {
            "widget": "list",
            "collapsed": "auto",
            "summary": f"{{{{fields.{_title_of(shape)}}}}}",
            "fields": self.fields(shape),
        }


_FILES: Final[Json] = {"format": "yml", "extension": "yml", "create": True, "delete": False, "publish": False}
"""A deleted file would leave references to it, and changes are published by merging them after a review."""


def _collection(name: str, singular: str, shape: type[Shape]) -> Json:
    return {"name": name, "label": _label(name), "label_singular": singular, "description": shape.__doc__}


def _label(name: str) -> str:
    return name if name.isupper() else name.replace("_", " ").capitalize()


def _title_of(shape: type[Shape]) -> str:
    names = order_of(shape)
    return next((name for name in _TITLES if name in names), names[0])


def _parts(annotation: object) -> Iterator[Any]:
    """An annotation and everything inside it."""
    yield annotation
    for part in (*typing.get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield from _parts(part)
