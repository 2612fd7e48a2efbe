"""What a change to the summaries means for readers: compares the explainer at a revision with the current one."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.explainer.addresses import on_the_web
from builder.explainer.counting import Pair, meetings, status_on
from builder.explainer.linking import Explainer
from builder.inspection import Inspected, inspect
from builder.pages.contexts import Contexts
from builder.pages.rendering import render
from builder.pages.traces import answers_for
from builder.problems import Problem, SummaryError
from builder.project import Project as Folder
from builder.records.models.claims import Claim
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.reports.git import revision
from builder.reports.lost_addresses import LostAddress, lost_addresses
from builder.reports.renamed_ids import with_new_ids

EXPLAINER = "explainer"
"""The kind and the id that stand for the explainer's own file."""


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Named:
    """A record or claim: its kind, its id (`source#claim` for a claim), its label."""

    kind: str
    id: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A value of a record or claim that differs.

    `what` is `title`, `status`, `date`, `check` or `outcome`, with the values before and after, or the name of another
    field, without them.
    """

    of: Named
    what: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recount:
    """How often two people met according to the records, before and after."""

    pair: tuple[Named, Named]
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """How many published records of a kind there are, before and after."""

    kind: str
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Everything that a change means for readers. Addresses are those on the web, from the site's root."""

    as_of: tuple[str, str]
    """The explainer's day, before and after. A page on which only the day differs does not count as changed."""

    vanished: tuple[str, ...]
    """Addresses of pages, records and claims that no longer exist."""

    appeared: tuple[str, ...]
    """Pages that are new."""

    changed: tuple[str, ...]
    """Pages whose content differs."""

    pages: int
    """How many pages there are now."""

    removed: tuple[Named, ...]
    added: tuple[Named, ...]
    renamed: tuple[tuple[Named, str], ...]
    """Records whose id changed: as they are now, and the id before."""

    lost: tuple[LostAddress, ...]
    """The addresses that vanish, each with the command that gives it an answer."""

    changes: tuple[Change, ...]
    recounts: tuple[Recount, ...]
    totals: tuple[Total, ...]


def compare(project: Folder, name: str) -> Comparison:
    """Compare the summaries with those at the git revision `name`, with the current templates for both.

    Raises UnknownRevisionError, or SummaryError with the problems of both sides; those of the revision are located at
    `revision:path`.
    """
    problems: list[Problem] = []
    with revision(project, name) as then:
        before = _inspected(then, f"{name}:", problems)
        after = _inspected(project, "", problems)
    if before is None or after is None:
        raise SummaryError(problems)
    old, new = before.explainer, after.explainer
    was, now = _snapshots(old), _snapshots(new)
    new_ids = _new_ids(old, new)
    as_renamed = with_new_ids(new_ids)
    pages_then = {as_renamed(path): tuple(map(as_renamed, page)) for path, page in _pages(before, new, project).items()}
    pages_now = _pages(after, new, project)
    was = {(kind, new_ids.get(id, id) if (kind, id) not in now else id): each for (kind, id), each in was.items()}
    lost = lost_addresses(before, after, name)
    return Comparison(
        as_of=(str(old.settings.as_of), str(new.settings.as_of)),
        vanished=tuple(each.address for each in lost),
        lost=lost,
        renamed=tuple(
            (now[key].named, was[key].named.id)
            for key in sorted(was.keys() & now)
            if was[key].named.id != now[key].named.id and "#" not in key[1]
        ),
        appeared=_on_the_web(pages_now.keys() - pages_then.keys()),
        changed=_on_the_web(path for path in pages_then.keys() & pages_now if pages_then[path] != pages_now[path]),
        pages=len(pages_now),
        removed=tuple(sorted(was[key].named for key in was.keys() - now.keys())),
        added=tuple(sorted(now[key].named for key in now.keys() - was.keys())),
        changes=tuple(
            change for key in sorted(was.keys() & now) for change in _changes(was[key], now[key], as_renamed)
        ),
        recounts=tuple(_recounts(old, new, new_ids)),
        totals=tuple(
            Total(kind=kind, before=before.counts[kind], after=count)
            for kind, count in after.counts.items()
            if before.counts[kind] != count
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Snapshot:
    """A record, a claim or the explainer itself, with the values that are reported before and after."""

    named: Named
    shape: Shape
    values: Mapping[str, str | None]
    covered: frozenset[str]
    """The fields that are already reported, by these values or elsewhere."""


def _inspected(project: Folder, prefix: str, problems: list[Problem]) -> Inspected | None:
    try:
        return inspect(project)
    except SummaryError as error:
        for problem in error.problems:
            location = replace(problem.location, path=f"{prefix}{problem.location.path}")
            problems.append(replace(problem, location=location))
        return None


def _pages(found: Inspected, now: Explainer, project: Folder) -> dict[str, tuple[str, ...]]:
    """The content of each page, rendered with the explainer's current day."""
    settings = found.explainer.settings.model_copy(update={"as_of": now.settings.as_of})
    dated = replace(found.explainer, settings=settings)
    plans = [plan for plan in found.plans if not plan.is_old and not plan.translates]
    answers = answers_for(Contexts(dated, found.words, lambda moment: dated), plans)
    pages = render(plans, answers, found.words, project.template_folders, project.address)
    return {page.path: (str(page.meta["title"]), str(page.meta["description"]), page.body) for page in pages}


def _new_ids(old: Explainer, new: Explainer) -> dict[str, str]:
    """The new id of each record that was renamed, by its id before; of claims as `source#claim` too."""
    found = {
        before: record.id for record in new.records.values() for before in record.renamed_from if before in old.records
    }
    for claims in new.claims.values():
        names = [claims.source, *new.source(claims.source).renamed_from]
        for claim in claims.claims:
            before_ids = (f"{source}#{id}" for source in names for id in (claim.id, *claim.renamed_from))
            found |= dict.fromkeys(before_ids, f"{claims.source}#{claim.id}")
    return found


def _on_the_web(paths: Iterable[str]) -> tuple[str, ...]:
    """Addresses on the web: first pages, then places on a page."""
    return tuple(sorted((on_the_web(path, "/") for path in paths), key=lambda address: ("#" in address, address)))


def _snapshots(explainer: Explainer) -> dict[tuple[str, str], _Snapshot]:
    """A snapshot of everything that can change, by kind and id."""
    named = Named(kind=EXPLAINER, id=EXPLAINER, label=str(explainer.settings.title))
    title = {"title": str(explainer.settings.title)}
    every = [_Snapshot(named=named, shape=explainer.settings, values=title, covered=frozenset({"title", "as_of"}))]
    every += [_snapshot_of_record(record) for record in explainer.records.values()]
    for source, claims in explainer.claims.items():
        every += [_snapshot_of_claim(explainer, source, claim) for claim in claims.claims]
        rest = Named(kind="claims", id=source, label=str(explainer.source(source).who))
        every.append(_Snapshot(named=rest, shape=claims, values={}, covered=frozenset({"source", "claims"})))
    return {(each.named.kind, each.named.id): each for each in every}


def _snapshot_of_record(record: Record) -> _Snapshot:
    values: dict[str, str | None] = {"title": str(record.heading)}
    if isinstance(record, (Stage, Visit, Event, Project, Constraint, Document)):
        values["status"] = status_on(record)
    if isinstance(record, (Visit, Event, Constraint, Document)):
        values["date"] = str(record.date)
    if isinstance(record, Source):
        values["date"] = str(record.issued) if record.issued else None
    named = Named(kind=record.kind_name, id=record.id, label=str(record.label))
    covered = frozenset({"id", "title", "name", "term", "question", "status", "date", "issued"})
    return _Snapshot(named=named, shape=record, values=values, covered=covered)


def _snapshot_of_claim(explainer: Explainer, source: str, claim: Claim) -> _Snapshot:
    text = textwrap.shorten(explainer.plain(claim.text), 100, placeholder=" …")
    values = {
        "check": claim.checked.result if claim.checked else None,
        "outcome": claim.outcome.result if claim.outcome else None,
    }
    named = Named(kind="claims", id=f"{source}#{claim.id}", label=text)
    return _Snapshot(named=named, shape=claim, values=values, covered=frozenset({"id"}))


def _changes(was: _Snapshot, now: _Snapshot, as_renamed: Callable[[str], str]) -> Iterator[Change]:
    differing = {what for what, after in now.values.items() if was.values[what] != after}
    for what in now.values:
        if what in differing:
            yield Change(of=now.named, what=what, before=was.values[what], after=now.values[what])
    covered = now.covered | {"renamed_from"} | {_FIELDS[what] for what in differing if what in _FIELDS}
    for name, field in type(now.shape).model_fields.items():
        before, after = getattr(was.shape, name), getattr(now.shape, name)
        if name not in covered and before != after and as_renamed(repr(before)) != repr(after):
            yield Change(of=now.named, what=field.alias or name)


_FIELDS = {"check": "checked", "outcome": "outcome"}
"""The fields that need no line of their own when this value changed."""


def _recounts(old: Explainer, new: Explainer, new_ids: Mapping[str, str]) -> Iterator[Recount]:
    now = meetings(new)
    was = {
        _pair(new_ids.get(one, one), new_ids.get(other, other)): each for (one, other), each in meetings(old).items()
    }
    for pair in sorted(was.keys() | now.keys()):
        before, after = len(was.get(pair, ())), len(now.get(pair, ()))
        if before != after:
            named = ((new if id in new.records else old).label(id) for id in pair)
            one, other = (Named(kind="parties", id=id, label=str(label)) for id, label in zip(pair, named, strict=True))
            yield Recount(pair=(one, other), before=before, after=after)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)
