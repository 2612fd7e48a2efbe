"""A new summary from its template: what is given is checked, what is missing is marked, what is there is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from builder.editing.candidates import (
    LISTS,
    SINGULAR,
    There,
    check,
    document_of,
    extended,
    look_around,
    modeline,
    path_of,
)
from builder.editing.saving import create, replace
from builder.editing.starters import BLANK, Field, Given, Line, activated, fields_of, lines_of, listed, starter
from builder.explainer.linking import wrong_reference
from builder.parsing.decoding import unwanted_in
from builder.parsing.documents import Document
from builder.problems import MachineError, Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.claims import Claims
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.shapes import Shape
from builder.records.models.visit import FELL_THROUGH
from builder.records.safe_text import Citation
from builder.records.traversal import kinds_named
from builder.records.validation_messages import comma_separated_ids, problems_of_value, shape_at


class RefusedError(Exception):
    """What was asked for can't be made: a line for each reason, with what would be right."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A summary that is about to be written."""

    project: Project
    kind: str
    id: str
    model: type[Shape]
    lines: tuple[Line, ...]
    there: There

    @property
    def fields(self) -> dict[str, Field]:
        """What can be given beforehand."""
        return fields_of(self.model, self.lines)

    @property
    def needed(self) -> tuple[Field, ...]:
        """What it can't do without."""
        blank = {line.name for line in self.lines if line.is_blank}
        return tuple(field for field in self.fields.values() if field.name in blank)


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What was written: the file, and how many blanks are to be filled in."""

    path: Path
    blanks: int


def begin(project: Project, kind: str, id: str) -> Start:
    """Open the template of a kind, named as in `explainer new visit`. Raises RefusedError for an id that won't do."""
    plural = next(plural for plural, singular in SINGULAR.items() if singular == kind)
    models: dict[str, type[Shape]] = {model.kind_name: model for model in RECORDS} | {CLAIMS_FOLDER: Claims}
    there = look_around(project)
    if reason := _id_refused(plural, id, there):
        raise RefusedError([reason])
    file = project.templates / "new" / f"{kind}.yml"
    if not file.is_file():
        raise MachineError(f"templates/new/{file.name} is not there: take it from where this explainer was forked")
    lines = lines_of(file.read_text(encoding="utf-8").replace("{id}", id))
    return Start(project=project, kind=plural, id=id, model=models[plural], lines=lines, there=there)


def add(start: Start, given: Given) -> Added:
    """Write the summary with the values given; checked, as a whole where nothing is missing.

    Raises RefusedError for values that won't do, SummaryError for what is wrong with the whole, and MachineError for
    what the disk refuses.
    """
    reasons = [reason for name, value in given.items() for reason in mistakes(start, name, value)]
    if reasons:
        raise RefusedError(reasons)
    lines = start.lines
    if given.get("status") in FELL_THROUGH and start.kind == "visits":
        lines = activated(lines, "reasons")
    text = starter(lines, start.model, given, briefly=start.kind in LISTS)
    path = path_of(start.kind, start.id, start.there)
    data = extended(start.kind, text, start.there) if start.kind in LISTS else f"{modeline(start.kind)}{text}".encode()
    document = document_of(start.project, path, data)
    blanks = sum(line.endswith(BLANK) for line in text.splitlines())
    if not blanks:
        _refuse_what_it_adds(start.project, path, document)
    file = start.project.summaries / path
    (replace if start.kind in start.there.lists else create)({file: document.data})
    return Added(path=file, blanks=blanks)


def values_of(field: Field, text: str) -> str | tuple[str, ...]:
    """What was typed for a field: one text, or several parted by semicolons, or else by commas."""
    return listed(text, commas=True) if field.is_list else text.strip()


def mistakes(start: Start, name: str, value: str | tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a value, with what would be right."""
    field = start.fields.get(name)
    if field is None:
        if any(line.path[0] == name for line in start.lines):
            yield f"'{name}' takes more than a text: write it in the file"
        else:
            yield _reason(f"unknown field '{visible(name)}'", one_of(name, start.fields))
        return
    line = next(line for line in start.lines if line.name == name and not line.inner)
    shape = shape_at(start.model, line.path[:-1])
    assert shape
    found = list(_unseen(value) or _unparted(start, value) or malformed(shape, name, value))
    for rule in found or _dangling(start, shape, name, value):
        yield f"{name}: {rule}"


def _unseen(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Tell of characters that no summary may hold, which a terminal passes on all the same."""
    texts = (value,) if isinstance(value, str) else value
    return tuple(dict.fromkeys(_reason(*words) for text in texts for _, *words in unwanted_in(text)))


def _unparted(start: Start, value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Tell whoever typed ids with nothing but spaces between them how they are parted."""
    parted = map(comma_separated_ids, value, repeat(start.there.kind_of)) if isinstance(value, tuple) else ()
    return tuple(f"part the ids with commas: {ids}" for ids in parted if ids)


def malformed(shape: type[Shape], name: str, value: object) -> Iterator[str]:
    """What is wrong with the value of a field by itself, with what would be right."""
    return (_reason(problem.message, problem.hint) for problem in problems_of_value(shape, name, value))


def _dangling(start: Start, shape: type[Shape], name: str, value: str | tuple[str, ...]) -> Iterator[str]:
    kinds = kinds_named(shape, name)
    if kinds is None:
        return
    for text in (value,) if isinstance(value, str) else value:
        id = Citation.parse(text).source if name == "sources" else text
        if id == start.id and start.kind != CLAIMS_FOLDER:
            continue
        if wrong := wrong_reference(id, kinds, start.there.kind_of, {}):
            yield _reason(*wrong[1:])


def _id_refused(kind: str, id: str, there: There) -> str:
    if problem := problem_with_id(id):
        return _reason(*problem)
    if kind == CLAIMS_FOLDER:
        wrong = wrong_reference(id, ("sources",), there.kind_of, {})
        if wrong:
            return _reason(*wrong[1:])
        return f"there is a file of its claims already: {there.claims[id]}" if id in there.claims else ""
    return f"the id '{id}' is taken: {there.where[id]}" if id in there.where else ""


def _refuse_what_it_adds(project: Project, path: str, document: Document) -> None:
    """Raise SummaryError with what would be wrong that was not wrong before."""
    after = _problems(project, {path: document})
    if after and (added := after - _problems(project, {})):
        raise SummaryError(added)


def _problems(project: Project, instead: Mapping[str, Document]) -> set[Problem]:
    try:
        check(project, instead)
    except SummaryError as error:
        return set(error.problems)
    return set()


def _reason(message: str, hint: str) -> str:
    return f"{message} ({hint})" if hint else message
