"""The columns of a table as the fields of records: `date`, or `reasons.text` for what is in a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import zip_longest

from builder.editing.field_order import order_of
from builder.editing.importing.spreadsheet import Cell, Row
from builder.editing.starters import listed, takes_list, takes_texts
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
    """The records in rows below a header. Raises SummaryError for columns that are no fields, cells below none."""
    if problems := list(_header_amiss(header, model)):
        raise SummaryError(problems)
    for row in rows:
        root: dict[str, Item] = {}
        for column, cell in zip_longest(header, row):
            if cell and cell.text and not (column and column.text):
                hint = "name one, or put quotes round a text with a comma in it"
                found = "no field is named above this cell"
                raise SummaryError([Problem(location=cell.location, rule="table", message=found, hint=hint)])
            if cell and cell.text:
                _put(root, column.text.split("."), cell, model)
        yield Fields(root, row[0].location)


def _header_amiss(header: Row, model: type[Record]) -> Iterator[Problem]:
    seen: set[str] = set()
    known = order_of(model)
    for cell in header:
        outer, _, inner = cell.text.partition(".")
        if not cell.text:
            continue
        shape = shape_at(model, (outer,)) if outer in known else None
        if cell.text in seen:
            yield Problem(location=cell.location, rule="table", message=f"'{visible(cell.text)}' is here twice")
        elif outer not in known or (inner and (takes_texts(model, outer) or (shape and inner not in order_of(shape)))):
            names = order_of(shape) if shape and inner else known
            hint = one_of(inner if shape else cell.text, names)
            found = f"unknown field '{visible(cell.text)}'"
            yield Problem(location=cell.location, rule="unknown-field", message=found, hint=hint)
        elif not takes_texts(model, outer) and not (inner and shape):
            hint = f"name what is in it, such as '{outer}.{order_of(shape)[0]}'" if shape else "write it in the file"
            found = f"'{outer}' takes more than a text"
            yield Problem(location=cell.location, rule="wrong-shape", message=found, hint=hint)
        seen.add(cell.text)


def _put(root: dict[str, Item], way: list[str], cell: Cell, model: type[Shape]) -> None:
    """Put a cell where its column says: what is in a list goes into the list's one entry."""
    at, name = cell.location, way[-1]
    shape = shape_at(model, tuple(way[:-1]))
    assert shape
    value = value_of(cell.text, at, shape, name)
    if len(way) == 1:
        root[name] = Item(at, value)
        return
    listed = root.setdefault(way[0], Item(at, Sequence((Fields({}, at),), at))).node
    assert isinstance(listed, Sequence)
    assert isinstance(listed.items[0], Fields)
    listed.items[0].entries[name] = Item(at, value)


def needed_columns(model: type[Record]) -> tuple[str, ...]:
    """The fields that no record of a kind can do without, in the order they are read."""
    needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    needed |= {"status"} & model.model_fields.keys()
    needed |= {"sources"} if model.needs_sources in ("always", "unless-in-history") else set()
    named = (name for name in order_of(model) if name in needed - {"id"})
    return ("id", *(column for name in named for column in _columns_of(model, name)))


def _columns_of(model: type[Record], name: str) -> tuple[str, ...]:
    """The columns that a field can't do without: itself, or those of what is in its list, such as `answer.text`."""
    inner = shape_at(model, (name,))
    if inner is None:
        return (name,)
    return tuple(f"{name}.{field}" for field in order_of(inner) if inner.model_fields[field].is_required())


def missing_columns(model: type[Record], given: Collection[str]) -> tuple[str, ...]:
    """The fields no record can do without that are not given; a history that gives the status has sources for it."""
    told = {"status", "sources"} if "history.status" in given else set()
    return tuple(name for name in needed_columns(model) if name not in {*given, *told})


def no_column(name: str, model: type[Record], missing: tuple[str, ...]) -> Problem:
    """What to say of a table, shown as `name`, that lacks columns."""
    *most, last = needed_columns(model)
    hint = f"{model.kind_name} need {', '.join(most)} and {last}; --set FIELD=VALUE gives all of them the same"
    found = f"there is no column {' or '.join(map(repr, missing))}"
    return Problem(location=Location(name), rule="missing-field", message=found, hint=hint)


def says_so(problem: Problem, missing: tuple[str, ...]) -> bool:
    """Whether a problem tells of one row what is so in all rows, for want of a column."""
    if problem.rule == "missing-status":
        return "status" in missing
    if problem.rule == "no-source":
        return "sources" in missing
    return problem.rule == "missing-field" and any(f"'{name}'" in problem.message for name in missing)


def value_of(text: str, at: Location, shape: type[Shape], name: str) -> Node:
    """A text, or a list of those that semicolons part where the field takes a list; commas part ids as well."""
    if name not in order_of(shape) or not takes_list(shape, name):
        return Scalar(tidy(text), at, False)
    return Sequence(tuple(Scalar(part, at, False) for part in listed(text, commas=_holds_ids(text, shape, name))), at)


def _holds_ids(text: str, shape: type[Shape], name: str) -> bool:
    """Whether commas may part a text: not where they stand in names, nor in a place in a source such as paras. 4, 7."""
    kinds = kinds_named(shape, name)
    return bool(kinds) and (kinds != ("sources",) or not any(map(problem_with_id, re.split(r"\s*,\s*", text.strip()))))
