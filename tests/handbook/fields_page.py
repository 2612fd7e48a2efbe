"""Generates the handbook's page of fields from the models: each field, whether it is needed, its values, its meaning.

The introduction is written by hand. `pytest --update-golden` writes the rest, and test_handbook.py compares it.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from golden import ROOT

from builder.editing.field_order import order_of
from builder.explainer.word_files import load_words
from builder.explainer.words import Words
from builder.exports.json_schema import files_of_kinds, schemas
from builder.records.models.claims import Check, Claim, Claims, Outcome
from builder.records.models.constraint import ConstraintEntry, Exemption, Provision, Vote
from builder.records.models.document import Act, DocumentEntry
from builder.records.models.event import EventEntry
from builder.records.models.grounds import (
    AddedFigure,
    Assertion,
    DocumentCount,
    EventCount,
    Ground,
    HomeEntry,
    HomeStatement,
    ProjectCount,
    StageCount,
    StepCount,
    StoryStep,
    VisitCount,
    VoteCount,
)
from builder.records.models.kinds import IN_FILES, IN_LISTS, SINGULARS
from builder.records.models.party import Membership
from builder.records.models.place import Place
from builder.records.models.project import Figure, Obstacle, Part, ProjectEntry
from builder.records.models.record import Record
from builder.records.models.removed import Removals, Removed
from builder.records.models.settings import Correction, Moment, Settings
from builder.records.models.shapes import Answer, Dispute, Entry, Paper, Shape, Statement, field_description
from builder.records.models.source import Author
from builder.records.models.stage import StageEntry
from builder.records.models.visit import Side, VisitEntry
from builder.records.safe_text import Line, Text
from builder.records.translations.model import TranslatedText, Translation
from builder.records.traversal import kinds_by_field

Schema = dict[str, Any]

PARTS: tuple[type[Shape], ...] = (
    *(
        Statement,
        Entry,
        StageEntry,
        VisitEntry,
        EventEntry,
        ProjectEntry,
        ConstraintEntry,
        DocumentEntry,
        HomeStatement,
        StoryStep,
        HomeEntry,
        Dispute,
        Answer,
        Paper,
    ),
    *(Obstacle, Part, Figure, Provision, Exemption, Act, Author, Side, Membership, Vote, Claim, Check),
    *(Assertion, VisitCount, EventCount, StageCount, ProjectCount, DocumentCount, StepCount, VoteCount, AddedFigure),
    *(Outcome, Ground, Moment, Correction, Removed, TranslatedText),
)
"""Parts of records."""

BASES = (Record, Provision, Entry, HomeStatement, Statement)
"""Models whose fields are listed once, not again under the models based on them. The nearest base comes first."""


def fields_page() -> str:
    """The generated part of the page, from the first heading below the title."""
    page = _Page(load_words([ROOT / "templates"], "en", {}, typing.cast(Any, None)))
    whole: tuple[type[Shape], ...] = (*IN_FILES, *IN_LISTS, Claims, Removals, Settings, Translation)
    kinds = [page.section(kind, page.files[kind.__name__]) for kind in whole]
    parts = [page.section(part) for part in PARTS]
    return "\n".join([page.section(Record), *kinds, *parts])


class _Page:
    def __init__(self, words: Words) -> None:
        by_name = {name: json.loads(text) for name, text in schemas({}, words).items()}
        self.shapes: dict[str, Schema] = {}
        for whole in by_name.values():
            self.shapes |= whole["$defs"]
        listed = {kind.kind_name: kind.__name__ for kind in IN_LISTS}
        listed |= {kind.__name__.lower(): kind.__name__ for kind in IN_FILES}
        listed |= {"claims": "Claims", "removed": "Removals", "explainer": "Settings"}
        listed |= {"translation": "Translation"}
        names = {name: listed[name.partition(".")[0]] for name in by_name}
        self.shapes |= {names[name]: whole for name, whole in by_name.items() if names[name] not in self.shapes}
        self.shapes["Record"] = self.shapes[Place.__name__]
        self.files = {
            names[name]: [
                pattern.replace("**/*", "LANGUAGE/KIND/ID").replace("*", "ANY NAME" if len(patterns) > 1 else "ID")
                for pattern in patterns
            ]
            for name, patterns in files_of_kinds().items()
        }

    def section(self, model: type[Shape], files: Sequence[str] = ()) -> str:
        """A heading, a description, and a line for each field that the base does not have."""
        base = next((base for base in BASES if issubclass(model, base) and model is not base), None)
        lines = [f"## {_heading(model)}", "", str(model.__doc__)]
        if files:
            named = [f"`summaries/{file}`" for file in files]
            lines.append(f"Its file is {' or '.join(named)}.")
        lines += ["", *self._fields(model, base)]
        if base is Record:
            lines += ["", f"It also has the fields of [every record](#{_slug(base)})."]
        elif base:
            link = f"[{_heading(base).lower()}](#{_slug(base)})"
            lines += ["", f"It also has the fields of {_with_article(link)}."]
        return "\n".join(lines) + "\n"

    def _fields(self, model: type[Shape], base: type[Shape] | None) -> Iterator[str]:
        schema = self.shapes[model.__name__]
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        for name in order_of(model):
            if name not in schema["properties"] or (model is Record and name == "id"):  # comes from the file's name
                continue
            inherited = base and names[name] in base.model_fields
            if (
                inherited
                and base
                and field_description(base, names[name]) == field_description(model, names[name])
                and name != "id"
            ):
                continue
            written = schema["properties"][name]
            needed = "needed; " if name in schema["required"] and model is not Record else ""
            yield f"- `{name}` ({needed}{self._values(model, names[name], name, written)}): {written['description']}"
            meanings = dict(zip(written.get("enum", ()), written.get("enumDescriptions", ()), strict=True))
            if any(meanings.values()):
                yield from (f"    - `{word}`{f': {meaning}' if meaning else ''}" for word, meaning in meanings.items())

    def _values(self, model: type[Shape], field: str, name: str, written: Schema) -> str:
        """What an editor writes as the value of the field."""
        if "anyOf" in written and "items" in written["anyOf"][-1]:
            words = ", ".join(f"`{word}`" for word in written["anyOf"][0]["enum"])
            return f"one or more of {words}"
        if "enum" in written:
            words = ", ".join(f"`{word}`" for word in written["enum"])
            return "one of these words" if any(written["enumDescriptions"]) else f"one of {words}"
        many = "items" in written
        inner = written["items"] if many else written
        if (kinds := kinds_by_field(model).get(name)) is not None:
            if many:
                return f"ids of {' or '.join(kinds) or 'records'}"
            return f"the id of a {' or '.join(SINGULARS[kind] for kind in kinds) or 'record'}"
        shape = inner.get("$ref", "").rpartition("/")[2]
        if shape == "source cited":
            return "citations"
        if shape:
            label = _heading(shape).lower()
            if many:
                return f"a list of [{_plural(label)}](#{_slug(shape)})"
            return _with_article(f"[{label}](#{_slug(shape)})")
        if "additionalProperties" in inner or "properties" in inner:
            return "names, each followed by a line"
        one = _value(inner) or _text(model.model_fields[field].annotation)
        return _plural(one) if many else _with_article(one)


def _value(written: Schema) -> str:
    """What kind of value it is, or an empty string if it is text."""
    types = written.get("type")
    if "2018-09" in written.get("examples", ()):
        return "date"
    if "10.1000/182" in written.get("examples", ()):
        return "DOI"
    if "maxLength" in written:
        return "id"
    if "format" in written:
        return {"date": "day", "uri": "address"}[written["format"]]
    for kind, word in (("integer", "whole number"), ("boolean", "`true`"), ("number", "number")):
        if types == [kind, "string"]:
            return word
    return ""


def _text(annotation: object) -> str:
    waiting = [annotation]
    while waiting:
        part = waiting.pop()
        if part in (Line, Text):
            return "line" if part is Line else "text"
        waiting.extend(typing.get_args(part))
    raise LookupError(annotation)


def _heading(shape: type[Shape] | str) -> str:
    name = shape if isinstance(shape, str) else shape.__name__
    name = {
        "Settings": "Explainer",
        "Record": "Every record",
        "Paper": "Named document",
        "Removed": "Removed record",
    }.get(name, name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _slug(shape: type[Shape] | str) -> str:
    return _heading(shape).lower().replace(" ", "-")


def _with_article(name: str) -> str:
    if name.startswith("`"):
        return name
    return f"{'an' if name.lstrip('[')[0] in 'aeio' else 'a'} {name}"


def _plural(label: str) -> str:
    return f"{label[:-1]}ies" if label.endswith("y") and not label.endswith("day") else f"{label}s"
