"""Records that can't be shown yet: what names them is shown without a link, or without what is about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from builder.records.loading import Summaries
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.models.term import Term
from builder.records.name_index import Names
from builder.records.safe_text import Citation, Line
from builder.records.traversal import reference_fields

S = TypeVar("S", bound=Shape)


def without_missing(summaries: Summaries, missing: frozenset[str]) -> tuple[Summaries, frozenset[str]]:
    """The summaries without every reference to missing records, and citations of missing sources.

    A link in a text becomes plain text. A record that needs what is missing is left out too, as a visit does that has
    only one party left. Returns the ids of all that are missing then.
    """
    if not missing:
        return summaries, missing
    records: dict[str, Record] = {}
    while True:
        trimmed = {id: _trimmed(record, missing) for id, record in summaries.records.items() if id not in missing}
        lost = frozenset(id for id, record in trimmed.items() if record is None)
        if not lost:
            records = {id: record for id, record in trimmed.items() if record is not None}
            break
        missing |= lost
    claims = {id: _trimmed(each, missing) for id, each in summaries.claims.items() if id not in missing}
    return replace(
        summaries,
        settings=_trimmed(summaries.settings, missing) or summaries.settings,
        removals=_trimmed(summaries.removals, missing) or summaries.removals,
        records=records,
        origins={key: each for key, each in summaries.origins.items() if key.rpartition("/")[2] not in missing},
        claims={id: each for id, each in claims.items() if each is not None},
        translations=summaries.translations_without(summaries.translations_of(missing)),
        later={id: _named(id, summaries.names) for id in missing},
    ), missing


def _named(id: str, names: Names) -> Record:
    """Something to print in place of a link to a missing record: its name, if it has one already."""
    labels = (name for of_kind in names.by_kind.values() for name, other in of_kind.items() if other == id != name)
    return Term.model_construct(id=id, term=Line(next(labels, id)))


def _trimmed(shape: S, missing: frozenset[str]) -> S | None:
    """A copy without what is missing; None if it needs that. The settings don't: a home page can lack its answer."""
    kept: dict[str, object] = {}
    for name in shape.model_fields_set:
        field, value = type(shape).model_fields[name], getattr(shape, name)
        new = _kept(value, missing, name in reference_fields(type(shape)))
        if new != value:
            if new is None and field.is_required():
                return None
            if isinstance(new, tuple) and len(new) < _least(field.metadata):
                if field.is_required() and not isinstance(shape, Settings):
                    return None
                new = ()
            kept[name] = new
    return shape.model_copy(update=kept) if kept else shape


def _kept(value: object, missing: frozenset[str], refers: bool) -> object:
    if isinstance(value, tuple):
        items = (_kept(item, missing, refers) for item in value)
        return tuple(item for item in items if item is not None)
    if isinstance(value, Shape):
        return _trimmed(value, missing)
    if isinstance(value, Citation):
        return None if value.source in missing else value
    return None if refers and value in missing else value


def _least(rules: Iterable[object]) -> int:
    """How many items a list must have, by the rules of its field."""
    return next((least for each in rules if (least := getattr(each, "min_length", None))), 0)
