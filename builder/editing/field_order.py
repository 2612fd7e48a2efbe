"""The usual order of fields in a summary, and the shape that each file holds."""

from __future__ import annotations

import typing
from functools import cache

from builder.dates.edtf_dates import Date
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE
from builder.records.models.claims import Claims
from builder.records.models.kinds import IN_FILES, kind_listed_in
from builder.records.models.record import Record
from builder.records.models.removed import Removals
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, Statement
from builder.records.translations.model import FOLDER as TRANSLATIONS
from builder.records.translations.model import Translation

_OF_A_RECORD = (
    "id", "type", "title", "name", "term", "short", "headline", "word", "also", "definition", "question",
    "answer", "about", "home", "rests_on", "asserts", "kind", "of", "memberships", "order", "date", "place",
    "places", "venue", "level", "sector", "parties", "sides", "present", "invited_by", "adopted_by", "binds", "amends",
    "addressed_to", "ended_by", "stage", "part_of", "resumes", "number",
    "in", "lat", "lon", "precision", "author", "issued", "container", "publisher",
    "URL", "doi", "archive", "accessed", "language", "standing", "via", "note", "status",
    "form", "summary", "sources", "text", "measures", "vote", "provisions", "exemptions", "needs", "route", "obstacles",
    "parts", "figures", "roles", "native", "also_written", "outcomes", "documents", "reasons", "led_to", "statements",
    "disputes", "history", "reviewed", "draft", "renamed_from",
)  # fmt: skip
"""What it is, the facts about it, what there is to say about it, what happened."""

_OF_A_STATEMENT = (
    "heading", "constraint", "para", "status", "paragraphs", "expected", "text", "projects", "by", "record", "sources",
    "date", "voice", "support", "reasons",
)  # fmt: skip
"""The statement, who makes it, its sources, how certain it is."""


_OF_THE_EXPLAINER = (
    "title", "kicker", "question", "lead", "answer", "as_of", "story", "background", "sources", "statements",
    "documents", "disputes", "history",
)  # fmt: skip
"""The question and answer, what there is to say, what happened; who publishes it comes last."""


@cache
def order_of(shape: type[Shape]) -> tuple[str, ...]:
    """The fields of a shape in their usual order, by the names used in YAML.

    Records, statements and the explainer have an order of their own; their fields that are not listed above come last,
    but in a record before `statements`. Other shapes have the order of their model. An entry of a history starts with
    its date.
    """
    written = [field.alias or name for name, field in shape.model_fields.items()]
    if issubclass(shape, Record):
        wanted: tuple[str, ...] = _OF_A_RECORD
    elif issubclass(shape, Statement):
        dated_first = shape.model_fields["date"].is_required()
        wanted = ("date", *_OF_A_STATEMENT) if dated_first else _OF_A_STATEMENT
    elif issubclass(shape, Settings):
        wanted = _OF_THE_EXPLAINER
    else:
        return tuple(written)
    ranks = {name: rank for rank, name in reversed(list(enumerate(wanted)))}
    unplaced = ranks["statements"] - 0.5 if issubclass(shape, Record) else len(wanted)
    return tuple(sorted(written, key=lambda name: ranks.get(name, unplaced)))


def shapes_at(path: str) -> tuple[tuple[str, ...], type[Shape]] | None:
    """The shape that a summary holds and the fields that lead to it. `path` is relative to the summaries folder.

    A list file holds its records in a field named after the kind. None if the path is not one of a summary.
    """
    folder = path.rpartition("/")[0]
    if path == SETTINGS_FILE:
        return (), Settings
    if path == REMOVED_FILE:
        return (), Removals
    if folder == CLAIMS_FOLDER:
        return (), Claims
    if path.startswith(f"{TRANSLATIONS}/"):
        return (), Translation
    model = next((model for model in IN_FILES if folder == model.kind_name), None)
    if model:
        return (), model
    listed = kind_listed_in(path)
    return ((listed.kind_name,), listed) if listed else None


@cache
def dates_of(shape: type[Shape]) -> frozenset[str]:
    """The fields of a shape that hold a date, by the names used in YAML."""
    return frozenset(
        field.alias or name for name, field in shape.model_fields.items() if Date in _parts_of(field.annotation)
    )


def _parts_of(annotation: object) -> set[object]:
    return {annotation}.union(*(_parts_of(part) for part in typing.get_args(annotation)))
