"""Turns the columns of a table into fields of records: `date`, or `reasons.text` for a field inside a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import zip_longest

from builder.editing.field_order import order_of
from builder.editing.importing.spreadsheet import Cell, Row
from builder.editing.starters import split_list, takes_list, takes_texts
from builder.editing.yaml_style import tidy
from builder.parsing.documents import Item, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, SummaryError, one_of, visible
from builder.records.models.fields import problem_with_id
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.traversal import kinds_named
from builder.records.validation_messages import shape_at


def records_in(header: Row, rows: tuple[Row, ...], model: type[Record]) -> Iterator[Fields]:
    """The records in the rows below a header.

    Raises SummaryError if a column is not a field that a table can hold, or if a cell has no column name above it.
    """
    if problems := list(_problems_with_header(header, model)):
        raise SummaryError(problems)
    for row in rows:
        root: dict[str, Item] = {}
        for column, cell in zip_longest(header, row):
            if cell and cell.text and not (column and column.text):
                hint = "name the column, or put quotes around a text that contains a comma"
                found = "this cell has no column name above it"
                raise SummaryError([Problem(location=cell.location, rule="table", message=found, hint=hint)])
            if cell and cell.text:
                _put(root, column.text.split("."), cell, model)
        yield Fields(root, row[0].location)


def _problems_with_header(header: Row, model: type[Record]) -> Iterator[Problem]:
    seen: set[str] = set()
    known = order_of(model)
    for cell in header:
        outer, _, inner = cell.text.partition(".")
        if not cell.text:
            continue
        shape = shape_at(model, (outer,)) if outer in known else None
        if cell.text in seen:
            yield Problem(
                location=cell.location, rule="table", message=f"the column '{visible(cell.text)}' appears twice"
            )
        elif outer not in known or (inner and (takes_texts(model, outer) or (shape and inner not in order_of(shape)))):
            names = order_of(shape) if shape and inner else known
            hint = one_of(inner if shape else cell.text, names)
            found = f"unknown field '{visible(cell.text)}'"
            yield Problem(location=cell.location, rule="unknown-field", message=found, hint=hint)
        elif not takes_texts(model, outer) and not (inner and shape):
            hint = (
                f"name a field inside it, such as '{outer}.{order_of(shape)[0]}'" if shape else "write it in the file"
            )
            found = f"'{outer}' holds more than text"
            yield Problem(location=cell.location, rule="wrong-shape", message=found, hint=hint)
        seen.add(cell.text)


def _put(root: dict[str, Item], path: list[str], cell: Cell, model: type[Shape]) -> None:
    """Put a cell into the field that its column names. A field inside a list goes into the list's only entry."""
    at, name = cell.location, path[-1]
    shape = shape_at(model, tuple(path[:-1]))
    assert shape
    value = value_of(cell.text, at, shape, name)
    if len(path) == 1:
        root[name] = Item(at, value)
        return
    in_list = root.setdefault(path[0], Item(at, Sequence((Fields({}, at),), at))).node
    assert isinstance(in_list, Sequence)
    assert isinstance(in_list.items[0], Fields)
    in_list.items[0].entries[name] = Item(at, value)


def needed_columns(model: type[Record]) -> tuple[str, ...]:
    """The columns that every table of a kind needs, in the usual order of fields."""
    needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    needed |= {"status"} & model.model_fields.keys()
    needed |= {"sources"} if model.needs_sources in ("always", "unless-in-history") else set()
    named = (name for name in order_of(model) if name in needed - {"id"})
    return ("id", *(column for name in named for column in _columns_of(model, name)))


def _columns_of(model: type[Record], name: str) -> tuple[str, ...]:
    """The columns that a required field needs: itself, or the required fields inside it, such as `answer.text`."""
    inner = shape_at(model, (name,))
    if inner is None:
        return (name,)
    return tuple(f"{name}.{field}" for field in order_of(inner) if inner.model_fields[field].is_required())


def missing_columns(model: type[Record], given: Collection[str]) -> tuple[str, ...]:
    """The required columns that are not given. A column `history.status` replaces `status` and `sources`."""
    covered = {"status", "sources"} if "history.status" in given else set()
    return tuple(name for name in needed_columns(model) if name not in {*given, *covered})


def missing_columns_problem(name: str, model: type[Record], missing: tuple[str, ...]) -> Problem:
    """The problem of a table, shown as `name`, without some required columns."""
    *most, last = needed_columns(model)
    hint = f"{model.kind_name} need {', '.join(most)} and {last}; --set FIELD=VALUE sets a field of all of them"
    found = f"there is no column {' or '.join(map(repr, missing))}"
    return Problem(location=Location(name), rule="missing-field", message=found, hint=hint)


def repeats_missing_column(problem: Problem, missing: tuple[str, ...]) -> bool:
    """Whether a row's problem is only that a required column is missing, which is reported once for the table."""
    if problem.rule == "missing-status":
        return "status" in missing
    if problem.rule == "no-source":
        return "sources" in missing
    return problem.rule == "missing-field" and any(f"'{name}'" in problem.message for name in missing)


def value_of(text: str, at: Location, shape: type[Shape], name: str) -> Node:
    """The value of a cell: a text, or for a list the texts between semicolons. Ids can be separated by commas too."""
    if name not in order_of(shape) or not takes_list(shape, name):
        return Scalar(tidy(text), at, False)
    return Sequence(
        tuple(Scalar(part, at, False) for part in split_list(text, commas=_holds_ids(text, shape, name))), at
    )


def _holds_ids(text: str, shape: type[Shape], name: str) -> bool:
    """Whether a text can be split at commas: not if they can be part of a name, or of a citation like `paras. 4, 7`."""
    kinds = kinds_named(shape, name)
    return bool(kinds) and (kinds != ("sources",) or not any(map(problem_with_id, re.split(r"\s*,\s*", text.strip()))))
