"""Summaries as one explainer: every reference resolved, and look-ups both ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from builder.fields import ID_PATTERN
from builder.loading import CLAIMS_FOLDER, SETTINGS_FILE, Origin, Summaries
from builder.models import (
    Claims,
    Constraint,
    Party,
    Place,
    Project,
    Record,
    Settings,
    Source,
    Stage,
    Term,
    Visit,
)
from builder.problems import Problem, SummaryError, did_you_mean, visible
from builder.prose import Line
from builder.shapes import Shape
from builder.walking import Path, citations, references, statements, texts

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where one record names another: which record, in which of its fields."""

    record: Record
    field: str


@dataclass(frozen=True, slots=True)
class Use:
    """Where a source is cited: by which record, or by the explainer itself; and where in the source."""

    record: Record | None
    locator: Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Explainer:
    """All records, in the order the site names them, with their relations."""

    settings: Settings
    records: Mapping[str, Record]
    stages: tuple[Stage, ...]
    visits: tuple[Visit, ...]
    projects: tuple[Project, ...]
    constraints: tuple[Constraint, ...]
    parties: tuple[Party, ...]
    places: tuple[Place, ...]
    sources: tuple[Source, ...]
    terms: tuple[Term, ...]
    claims: Mapping[str, Claims]
    mentions: Mapping[str, tuple[Mention, ...]]
    """By a record's id: the records that name it, each field once."""

    uses: Mapping[str, tuple[Use, ...]]
    """By a source's id: where it is cited."""

    later: Mapping[str, Record]
    """Records nothing was known of yet, on a day looked back to."""

    origins: Mapping[str, Origin]
    files: Mapping[str, bytes]
    warnings: tuple[Problem, ...]

    def party(self, id: str) -> Party:
        """The party of that id, known to be there."""
        return self._record(Party, id)

    def place(self, id: str) -> Place:
        """The place of that id, known to be there."""
        return self._record(Place, id)

    def source(self, id: str) -> Source:
        """The source of that id, known to be there."""
        return self._record(Source, id)

    def label(self, id: str) -> Line:
        """What a link to a record says."""
        return (self.records.get(id) or self.later[id]).label

    def naming(self, id: str, kind: type[R], *fields: str) -> tuple[R, ...]:
        """The records of a kind that name the record `id` in one of the fields, in the site's order."""
        found = {
            mention.record.id
            for mention in self.mentions.get(id, ())
            if isinstance(mention.record, kind) and mention.field in fields
        }
        in_order: tuple[Record, ...] = getattr(self, kind.kind_name)
        return tuple(record for record in in_order if record.id in found and isinstance(record, kind))

    def _record(self, kind: type[R], id: str) -> R:
        record = self.records[id]
        assert isinstance(record, kind), f"{id} was checked to be one of {kind.kind_name}"
        return record


def link(summaries: Summaries) -> Explainer:
    """Resolve every reference; raise SummaryError with all that lead nowhere or to the wrong kind."""
    problems = list(_dangling(summaries))
    if problems:
        raise SummaryError(problems)
    return Explainer(
        settings=summaries.settings,
        records=summaries.records,
        stages=tuple(sorted(_of(summaries, Stage), key=lambda stage: (stage.order, stage.id))),
        visits=tuple(sorted(_of(summaries, Visit), key=lambda visit: (visit.date, visit.id))),
        projects=_by_label(summaries, Project),
        constraints=tuple(sorted(_of(summaries, Constraint), key=lambda constraint: (constraint.date, constraint.id))),
        parties=_by_label(summaries, Party),
        places=_by_label(summaries, Place),
        sources=_of(summaries, Source),
        terms=_by_label(summaries, Term),
        claims=summaries.claims,
        mentions=_mentions(summaries),
        uses=_uses(summaries),
        later=summaries.later,
        origins=summaries.origins,
        files=summaries.files,
        warnings=summaries.warnings,
    )


def _of(summaries: Summaries, kind: type[R]) -> tuple[R, ...]:
    return tuple(record for record in summaries.records.values() if isinstance(record, kind))


def _by_label(summaries: Summaries, kind: type[R]) -> tuple[R, ...]:
    return tuple(sorted(_of(summaries, kind), key=lambda record: (record.label.casefold(), record.id)))


def owners(summaries: Summaries | Explainer) -> Iterator[tuple[Shape, Record | None, Origin]]:
    """Everything that can refer and cite: the settings, each record, each claims file; with where it stands."""
    yield summaries.settings, None, summaries.origins[SETTINGS_FILE]
    for record in summaries.records.values():
        yield record, record, summaries.origins[record.id]
    for source, claims in summaries.claims.items():
        yield claims, summaries.records.get(source), summaries.origins[f"{CLAIMS_FOLDER}/{source}"]


def _dangling(summaries: Summaries) -> Iterator[Problem]:
    ids_of: dict[str, list[str]] = defaultdict(list)
    for record in summaries.records.values():
        ids_of[record.kind_name].append(record.id)
    for shape, _, origin in owners(summaries):
        for path, id, kinds in _named(shape):
            if id in summaries.later:
                continue
            named = summaries.records.get(id)
            if named and (not kinds or named.kind_name in kinds):
                continue
            known = [known for kind in (kinds or ids_of) for known in ids_of[kind]]
            wanted = " or ".join(_ONE_OF[kind] for kind in kinds) if kinds else "a record"
            rule, found = "dangling", f"there is no '{visible(id)}'"
            if named:
                rule, found = "wrong-kind", f"'{id}' is {_ONE_OF[named.kind_name]}, not {wanted}"
            hint = did_you_mean(id, known) or f"add it, or name {wanted} that is there"
            if id in summaries.drafts:
                rule, found, hint = "draft", f"'{id}' is a draft", "publish it too, or leave it out here"
            yield Problem(location=origin.at(path), rule=rule, message=found, hint=hint)


_ONE_OF = {
    "stages": "a stage",
    "visits": "a visit",
    "projects": "a project",
    "constraints": "a constraint",
    "parties": "a party",
    "places": "a place",
    "sources": "a source",
    "terms": "a term",
}


def _named(shape: Shape) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Every id that must lead to a record: in fields, citations, links, and where a speaker is named by id."""
    for reference in references(shape):
        yield reference.path, reference.id, reference.kinds
    for path, citation in citations(shape):
        yield path, citation.source, ("sources",)
    for path, text in texts(shape):
        for found in text.links:
            yield path, found.id, ()
    for path, statement in statements(shape):
        if statement.by and "-" in statement.by and re.fullmatch(ID_PATTERN, statement.by):
            yield (*path, "by"), statement.by, ("parties",)


def _mentions(summaries: Summaries) -> dict[str, tuple[Mention, ...]]:
    found: dict[str, dict[tuple[str, str], Mention]] = defaultdict(dict)
    for shape, record, _ in owners(summaries):
        if record is None or isinstance(shape, Claims):
            continue
        for path, id, kinds in _named(shape):
            if kinds != ("sources",) and id != record.id:
                field = next(step for step in path if isinstance(step, str))
                found[id].setdefault((record.id, field), Mention(record, field))
    return {id: tuple(mentions.values()) for id, mentions in found.items()}


def _uses(summaries: Summaries) -> dict[str, tuple[Use, ...]]:
    found: dict[str, dict[tuple[str, str], Use]] = defaultdict(dict)
    for shape, record, _ in owners(summaries):
        for _, citation in citations(shape):
            if not (record and record.id == citation.source):
                found[citation.source].setdefault(
                    (record.id if record else "", citation.locator), Use(record, citation.locator)
                )
    return {id: tuple(uses.values()) for id, uses in found.items()}
