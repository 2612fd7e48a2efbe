"""The order in which an editor reads the fields of a summary, and which shape stands where."""

from __future__ import annotations

import typing
from functools import cache

from builder.dates.edtf_dates import Date
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE
from builder.records.models.claims import Claims
from builder.records.models.kinds import IN_FILES, IN_LISTS
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, Statement

_OF_A_RECORD = (
    "id", "type", "title", "name", "term", "short", "also", "definition", "question",
    "answer", "about", "rests_on", "asserts", "kind", "of", "order", "date", "place",
    "places", "venue", "level", "sector", "parties", "present", "invited_by", "adopted_by", "stage", "in", "lat", "lon",
    "precision", "author", "issued", "publisher", "URL", "archive", "language", "standing", "via", "note", "status",
    "form", "summary", "sources", "measures", "provisions", "exemptions", "needs", "route", "obstacles", "figures",
    "roles", "native", "also_written", "outcomes", "documents", "reasons", "led_to", "statements", "disputes",
    "history", "reviewed", "draft",
)  # fmt: skip
"""What it is, what is known of it, what is to be said, what happened."""

_OF_A_STATEMENT = (
    "constraint", "para", "status", "expected", "text", "projects", "by", "sources", "date", "voice", "support",
)  # fmt: skip
"""What is said, who says it, where, how sure it is."""


_OF_THE_EXPLAINER = (
    "title", "question", "answer", "as_of", "background", "sources", "statements", "documents", "disputes", "history",
)  # fmt: skip
"""What it asks and answers, what is to be said, what happened; who makes it comes after."""


@cache
def order_of(shape: type[Shape]) -> tuple[str, ...]:
    """The fields of a shape in the order they are read, by the names they are written by.

    A shape other than a record, a statement or the explainer is read in the order of its model; so is a field of these
    that has no place yet, after the others; in a record before the statements. An entry of a history begins with its
    date.
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
    """What stands in a summary by its path below the folder: the fields that lead to it, and its shape.

    A list file holds its records under the name of the kind. None for a file of which nothing is known.
    """
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0]
    if path == SETTINGS_FILE:
        return (), Settings
    if folder == CLAIMS_FOLDER:
        return (), Claims
    model = next((model for model in IN_FILES if folder == model.kind_name), None)
    if model:
        return (), model
    listed = next((model for model in IN_LISTS if not folder and stem == model.kind_name), None)
    return ((stem,), listed) if listed else None


@cache
def dates_of(shape: type[Shape]) -> frozenset[str]:
    """The fields of a shape that hold a date, by the names they are written by."""
    return frozenset(
        field.alias or name for name, field in shape.model_fields.items() if Date in _parts_of(field.annotation)
    )


def _parts_of(annotation: object) -> set[object]:
    return {annotation}.union(*(_parts_of(part) for part in typing.get_args(annotation)))
