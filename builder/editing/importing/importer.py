"""Imports the rows of a table or the references of a bibliography as summaries, after checking them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from builder.editing.candidates import (
    Existing,
    check,
    find_existing,
    wrong_references,
)
from builder.editing.field_order import order_of
from builder.editing.importing.existing_records import Records, id_of, plain
from builder.editing.importing.made_ids import made_id
from builder.editing.importing.reading import Found, read_file
from builder.editing.importing.tables.columns import (
    missing_columns,
    missing_columns_problem,
    repeats_missing_column,
    value_of,
)
from builder.editing.importing.updating import Change
from builder.editing.saving import create
from builder.editing.saving import replace as replace_files
from builder.editing.scaffolding import RefusedError, lines_of, value_errors
from builder.editing.starters import takes_texts, worth_adding
from builder.parsing.documents import Item, Scalar
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What an import does beside writing new records."""

    update: bool = False
    """Whether records that are there already are brought up to date."""

    dry_run: bool = False
    """Whether nothing is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import wrote or, if it was only tried, would write."""

    files: tuple[Path, ...]
    """The files that were created or changed."""

    to: Path
    """The file with the new records or, if each has its own, the folder."""

    new: tuple[str, ...]
    """The ids of new records."""

    known: tuple[str, ...]
    """The ids of records that were there already."""

    changes: tuple[Change, ...]
    """What changed in records that were there already."""

    warnings: tuple[Problem, ...]
    worth_adding: tuple[str, ...]
    """The fields to go on with."""


@dataclass(kw_only=True, slots=True)
class _Sorted:
    """The records of a file by what happens to them."""

    new: list[Fields] = field(default_factory=list)
    known: list[Fields] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def import_file(
    project: Project,
    kind: str,
    file: Path,
    name: str,
    given: Mapping[str, str],
    options: Options,
) -> Imported:
    """Write the new records of a file as summaries, all or none, and what changed in the others if that is wanted.

    `name` is the file's path as shown in messages, and `given` holds the values of fields that new records leave out.

    Raises RefusedError if a given value is not valid, SummaryError with every problem at its line in the file, and
    MachineError if a summary can't be written.
    """
    model = next(model for model in RECORDS if model.kind_name == kind)
    if reasons := [reason for setting in given.items() for reason in _setting_errors(*setting, model)]:
        raise RefusedError(reasons)
    found = read_file(file, name, model)
    existing = find_existing(project)
    records = Records(project, model, existing)
    parts = _sorted_by_id(found, records, given)
    updates = {id_of(entry).text: records.update(entry) for entry in parts.known} if options.update else {}
    updates = {id: each for id, each in updates.items() if each.changed or each.warnings}
    problems = [*found.problems, *parts.problems]
    # If all records are there already, nothing of the file is written, so it does not matter what it can't give.
    of_file = found.warnings if parts.new or options.update else ()
    warnings = [*of_file, *parts.warnings, *(each for found in updates.values() for each in found.warnings)]
    try:
        own = check(project, records.documents(parts.new, updates, name))
        warnings += [each for each in own if each.location.path == name and each.rule != "unused"]  # all are, yet
    except SummaryError as error:
        problems += _problems_of_check(error, problems, parts, model, existing)
    problems = (
        _in_words_of_tables(problems, found, parts, model, given, name) if found.columns is not None else problems
    )
    problems = _standing_at_once(problems)
    if problems:
        raise SummaryError([*problems, *warnings])
    written = records.files(parts.new, updates, name)
    if not options.dry_run:
        _write(written)
    return Imported(
        files=tuple(written),
        to=records.place_of(parts.new),
        new=tuple(id_of(entry).text for entry in parts.new),
        known=tuple(id_of(entry).text for entry in parts.known),
        changes=tuple(change for each in updates.values() for change in each.changes),
        worth_adding=worth_adding(
            lines_of(project, kind, ""), model, {each for entry in parts.new for each in entry.entries}
        ),
        warnings=tuple(warnings),
    )


def _write(files: Mapping[Path, bytes]) -> None:
    """Create new files and replace existing ones, all or none."""
    new = {path: data for path, data in files.items() if not path.exists()}
    create(new)
    try:
        replace_files({path: data for path, data in files.items() if path not in new})
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise


def _setting_errors(name: str, text: str, model: type[Record]) -> Iterator[str]:
    """The problems of a value given for all records, which has no line in the file."""
    known = order_of(model)
    if name not in known:
        yield f"unknown field '{visible(name)}' ({one_of(name, known)})"
    elif not takes_texts(model, name):
        yield f"'{name}' holds more than text: write it in the file"
    else:
        at = Location("")
        value = plain(Fields({name: Item(at, value_of(text, at, model, name))}, at))[name]
        yield from (f"{name}: {reason}" for reason in value_errors(model, name, value))


def _sorted_by_id(found: Found, records: Records, given: Mapping[str, str]) -> _Sorted:
    """The records of a file, each with an id, sorted into new ones and those that are there already."""
    parts = _Sorted()
    existing, model = records.existing, records.model
    seen: dict[str, Location] = {}
    taken = {id_of(entry).text for entry in found.records}
    made: list[tuple[Location, str]] = []
    for index, entry in enumerate(found.records):
        full = _with_defaults(entry, given, model)
        id = id_of(entry)
        if not id.text:
            text = made_id(full, model, partial(records.may_be_id_of, full, taken))
            taken.add(text)
            if text not in existing.kind_of:
                made.append((entry.location, text))
            id = Scalar(text, entry.location, False)
            full = _with_id(full, id)
        kind = existing.kind_of.get(id.text)
        rule, message, hint = "", "", ""
        if problem := problem_with_id(id.text):
            rule, (message, hint) = "bad-id", problem
        elif first := seen.get(id.text):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {first}"
        elif kind not in (None, model.kind_name):
            rule, message, hint = "duplicate-id", f"the id '{id.text}' is taken", f"first at {existing.where[id.text]}"
        seen.setdefault(id.text, id.location)
        if rule:
            parts.problems.append(Problem(location=id.location, rule=rule, message=message, hint=hint))
            parts.new.append(_with_placeholder_id(full, index))
        elif kind:
            parts.known.append(_with_id(entry, id))
        else:
            parts.new.append(full)
    parts.warnings += _made_ids(made, model, is_table=found.columns is not None)
    return parts


def _made_ids(made: list[tuple[Location, str]], model: type[Record], *, is_table: bool) -> Iterator[Problem]:
    """Warnings about ids that were made: one for each reference, one for a whole table."""
    if is_table and len(made) > 1:
        found = f"{len(made)} rows have no id, so ids were made for them, such as '{made[0][1]}'"
        hint = "they get the same ids when you import the file again"
        yield Problem(location=made[0][0], rule="made-id", message=found, hint=hint, warning=True)
        return
    what = "row has no id" if is_table else "entry has no key that can be an id"
    for at, id in made:
        found, hint = f"this {what}, so '{id}' was made", "it gets the same id when you import it again"
        yield Problem(location=at, rule="made-id", message=found, hint=hint, warning=True)


def _with_defaults(entry: Fields, given: Mapping[str, str], model: type[Record]) -> Fields:
    """A record with the given values for the fields that it leaves out."""
    at = entry.location
    left_out = {name: Item(at, value_of(text, at, model, name)) for name, text in given.items()}
    return Fields({**left_out, **entry.entries}, at)


def _with_id(entry: Fields, id: Scalar) -> Fields:
    return Fields({"id": Item(id.location, id), **entry.entries}, entry.location)


def _with_placeholder_id(entry: Fields, index: int) -> Fields:
    """A record with a free id instead of its wrong one, so that its other problems are found too."""
    at = id_of(entry).location
    return Fields({**entry.entries, "id": Item(at, Scalar(f"record-{index}-of-the-import", at, False))}, entry.location)


def _problems_of_check(
    error: SummaryError, before: list[Problem], parts: _Sorted, model: type[Record], existing: Existing
) -> list[Problem]:
    """What a check of all summaries found, and ids that don't exist, even if records have other problems."""
    problems = list(error.problems)
    reported = {(problem.location, problem.rule) for problem in (*before, *problems)}
    return problems + [
        found
        for found in wrong_references(parts.new, model, existing)
        if not reported & {(found.location, found.rule), (found.location, "bad-id")}
    ]


def _in_words_of_tables(
    problems: list[Problem],
    found: Found,
    parts: _Sorted,
    model: type[Record],
    given: Mapping[str, str],
    name: str,
) -> list[Problem]:
    """Problems worded for a table: lists without brackets, and a missing column once, not in every row."""
    assert found.columns is not None
    refused = {problem.location.place for problem in problems if problem.rule == "table"}
    worded = [_without_brackets(problem) for problem in problems if not _is_of_refused(problem, refused)]
    missing = missing_columns(model, found.columns | given.keys()) if parts.new else ()
    if not missing:
        return worded
    kept = (each for each in worded if not repeats_missing_column(each, missing))
    return [missing_columns_problem(name, model, missing), *kept]


def _is_of_refused(problem: Problem, refused: set[str]) -> bool:
    """Whether a problem says that a field is missing whose cell holds a formula or an error."""
    field = re.fullmatch(r"the field ('.+') is missing", problem.message)
    return bool(field) and f"{problem.location.place}, column {field[1] if field else ''}" in refused


def _without_brackets(problem: Problem) -> Problem:
    """A problem whose hint shows a list the way a table writes it: with commas, but without brackets."""
    ids = re.fullmatch(r"write \[(.*, .*)\]", problem.hint)
    return replace(problem, hint=f"separate the ids with commas: {ids[1]}") if ids else problem


def _standing_at_once(problems: list[Problem]) -> list[Problem]:
    """Problems with one instead of many that say that a source has no standing: the remedy is the same for all."""
    without = [each for each in problems if each.message == "the field 'standing' is missing"]
    if len(without) < 2:
        return problems
    found = f"{len(without)} sources have no standing"
    hint = "to give it to all that have none: --set standing=newspaper"
    first = replace(min(without), message=found, hint=hint)
    return [*(each for each in problems if each not in without), first]
