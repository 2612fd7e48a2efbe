"""Creates a summary from its template: checks the given values and marks the missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from builder.editing.candidates import (
    LISTS,
    SINGULAR,
    Existing,
    append_entries,
    check,
    document_of,
    find_existing,
    list_for_new,
    modeline,
    path_of,
)
from builder.editing.saving import create, replace
from builder.editing.starters import (
    BLANK,
    Field,
    Given,
    Line,
    fields_of,
    split_list,
    starter,
    template_lines,
    uncommented,
    worth_adding,
)
from builder.explainer.linking import wrong_reference
from builder.parsing.decoding import unwanted_in
from builder.parsing.documents import Document
from builder.problems import Problem, SummaryError, one_of, visible
from builder.project import Project
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.claims import Claims
from builder.records.models.fields import problem_with_id
from builder.records.models.kinds import RECORDS
from builder.records.models.shapes import Shape
from builder.records.models.visit import NEED_REASONS
from builder.records.name_index import Names
from builder.records.safe_text import Citation
from builder.records.traversal import kinds_named
from builder.records.validation_messages import comma_separated_ids, problems_of_value, shape_at


class RefusedError(Exception):
    """The id or the given values are not valid. Each reason says what was found and what would be right."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSummary:
    """A summary that is not written yet."""

    project: Project
    kind: str
    id: str
    model: type[Shape]
    lines: tuple[Line, ...]
    existing: Existing

    @property
    def fields(self) -> dict[str, Field]:
        """The fields that can be set on the command line, by name."""
        return fields_of(self.model, self.lines)

    @property
    def needed(self) -> tuple[Field, ...]:
        """The required fields."""
        blank = {line.name for line in self.lines if line.is_blank}
        return tuple(field for field in self.fields.values() if field.name in blank)


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """The file that was written."""

    path: Path
    blanks: tuple[str, ...]
    """The fields that are still to fill in, one for each line marked so."""

    worth_adding: tuple[str, ...]
    """The fields to go on with."""


def start_summary(project: Project, kind: str, id: str) -> NewSummary:
    """Open the template of a kind, given in the singular as in `explainer new visit`.

    Raises RefusedError if the id is not valid.
    """
    plural = next(plural for plural, singular in SINGULAR.items() if singular == kind)
    models: dict[str, type[Shape]] = {model.kind_name: model for model in RECORDS} | {CLAIMS_FOLDER: Claims}
    existing = find_existing(project)
    if reason := _id_error(plural, id, existing):
        raise RefusedError([reason])
    lines = lines_of(project, plural, id)
    return NewSummary(project=project, kind=plural, id=id, model=models[plural], lines=lines, existing=existing)


def lines_of(project: Project, kind: str, id: str) -> tuple[Line, ...]:
    """The template of a kind, given in the plural, with an id."""
    file = project.template(f"new/{SINGULAR[kind]}.yml")
    return template_lines(file.read_text(encoding="utf-8").replace("{id}", id))


def write_summary(start: NewSummary, given: Given, *, bare: bool = False) -> Added:
    """Write the summary with the given values. If no value is missing, check all summaries with it first.

    `bare` leaves out the comment lines that explain the fields and show optional ones.

    Raises RefusedError if a value is not valid, SummaryError if the new summary causes problems, and MachineError if
    the file can't be written.
    """
    reasons = [reason for name, value in given.items() for reason in mistakes(start, name, value)]
    if reasons:
        raise RefusedError(reasons)
    lines = start.lines
    if given.get("status") in NEED_REASONS and start.kind == "visits":
        lines = uncommented(lines, "reasons")
    text = starter(lines, start.model, given, briefly=start.kind in LISTS, bare=bare)
    path = path_of(start.kind, start.id, start.existing)
    data = (
        append_entries(start.kind, text, list_for_new(start.kind, start.existing))
        if start.kind in LISTS
        else f"{modeline(start.kind)}{text}".encode()
    )
    if (start.project.root / ".vscode").is_dir():  # its settings name the schema once that exists
        data = data.removeprefix(modeline(start.kind).encode())
    document = document_of(start.project, path, data)
    blanks = tuple(line.strip(" -").partition(":")[0] for line in text.splitlines() if line.endswith(BLANK))
    if not blanks:
        _refuse_new_problems(start.project, path, document)
    file = start.project.summaries / path
    (replace if start.kind in start.existing.lists else create)({file: document.data})
    return Added(path=file, blanks=blanks, worth_adding=worth_adding(lines, start.model, given))


def parse_value(field: Field, text: str) -> str | tuple[str, ...]:
    """The value typed for a field: one text, or for a list several, separated by semicolons or else by commas."""
    return split_list(text, commas=True) if field.is_list else text.strip()


def mistakes(start: NewSummary, name: str, value: str | tuple[str, ...]) -> Iterator[str]:
    """The problems of a value: what was found, and what would be right."""
    field = start.fields.get(name)
    if field is None:
        if any(line.path[0] == name for line in start.lines):
            yield f"'{name}' holds more than text: write it in the file"
        else:
            yield _reason(f"unknown field '{visible(name)}'", one_of(name, start.fields))
        return
    line = next(line for line in start.lines if line.name == name and not line.inner)
    shape = shape_at(start.model, line.path[:-1])
    assert shape
    found = list(_forbidden_characters(value) or _missing_commas(start, value) or value_errors(shape, name, value))
    for rule in found or _reference_errors(start, shape, name, value):
        yield f"{name}: {rule}"


def _forbidden_characters(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Report characters that are not allowed in a summary but can be typed in a terminal."""
    texts = (value,) if isinstance(value, str) else value
    return tuple(dict.fromkeys(_reason(*words) for text in texts for _, *words in unwanted_in(text)))


def _missing_commas(start: NewSummary, value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Report ids that are separated only by spaces."""
    joined = map(comma_separated_ids, value, repeat(start.existing.kind_of)) if isinstance(value, tuple) else ()
    return tuple(f"separate the ids with commas: {ids}" for ids in joined if ids)


def value_errors(shape: type[Shape], name: str, value: object) -> Iterator[str]:
    """The problems of a value on its own, without looking at other summaries."""
    return (_reason(problem.message, problem.hint) for problem in problems_of_value(shape, name, value))


def _reference_errors(start: NewSummary, shape: type[Shape], name: str, value: str | tuple[str, ...]) -> Iterator[str]:
    kinds = kinds_named(shape, name)
    if kinds is None:
        return
    for text in (value,) if isinstance(value, str) else value:
        id = Citation.parse(text).source if name == "sources" else text
        if id == start.id and start.kind != CLAIMS_FOLDER:
            continue
        if wrong := wrong_reference(id, kinds, start.existing.kind_of, Names.of_ids(start.existing.kind_of)):
            yield _reason(*wrong[1:])


def _id_error(kind: str, id: str, existing: Existing) -> str:
    if problem := problem_with_id(id):
        return _reason(*problem)
    if kind == CLAIMS_FOLDER:
        wrong = wrong_reference(id, ("sources",), existing.kind_of, Names.of_ids(existing.kind_of))
        if wrong:
            return _reason(*wrong[1:])
        return f"its claims already have a file: {existing.claims[id]}" if id in existing.claims else ""
    return f"the id '{id}' is taken: {existing.where[id]}" if id in existing.where else ""


def _refuse_new_problems(project: Project, path: str, document: Document) -> None:
    """Raise SummaryError with the problems that the new summary would add to those that exist already."""
    after = _problems(project, {path: document})
    if after and (added := after - _problems(project, {})):
        raise SummaryError(added)


def _problems(project: Project, replacements: Mapping[str, Document]) -> set[Problem]:
    try:
        check(project, replacements)
    except SummaryError as error:
        return set(error.problems)
    return set()


def _reason(message: str, hint: str) -> str:
    return f"{message} ({hint})" if hint else message
