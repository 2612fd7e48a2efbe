"""Removes a record, a moment, a claim or the claims of a source, and notes in `removed.yml` why."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.editing.renaming.names import PAGES, Found, find, unknown
from builder.editing.renaming.places import Place, Rewrite, places_of, translations_of
from builder.editing.renaming.rename import check_result, places_of_claim, refuse_problems
from builder.editing.saving import update
from builder.editing.scaffolding import RefusedError, value_errors
from builder.editing.yaml_style import Value, to_yaml_item
from builder.explainer.addresses import address_of
from builder.explainer.linking import fates_of_ids, link
from builder.inspection import words_of
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import parse
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.languages.language_codes import language_code
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, Summaries, load
from builder.records.models.claims import Claim, Claims
from builder.records.models.kinds import IN_LISTS
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.settings import Moment
from builder.records.past_records import past_record

MODELINE = "# yaml-language-server: $schema=../schemas/removed.schema.json\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """What was removed: its id, and the files that were written or deleted, below the project."""

    id: str
    written: tuple[str, ...]
    deleted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gone:
    """What the entry in `removed.yml` says about it."""

    kind: str
    id: str
    title: str
    old_ids: tuple[str, ...] = ()
    see: str | None = None
    """What readers should look at instead, unless the editor names another."""

    documents: tuple[Document, ...] = ()
    """Its files, if nothing else names them."""


def remove(project: Project, typed: str, reason: str, see: str | None, today: datetime.date) -> Removal:
    """Delete what `typed` stands for, and say in `removed.yml` why. Write all files or none.

    What was deleted by hand is looked up in git, and only the entry is written. Raises RefusedError if the id, the
    reason or `see` is not right, SummaryError if other summaries still name it or have problems, and MachineError if a
    file can't be written.
    """
    summaries = load(project.summaries, project.summaries.name)
    found = find(summaries, typed)
    gone = _described(project, summaries, found) if found else _already_gone(project, summaries, typed)
    see = see or gone.see
    _refuse_wrong_values(summaries, gone, reason, see)
    _refuse_if_named(project, summaries, found, gone)
    written = _without(project, found) if found else {}
    own = [*gone.documents, *translations_of(summaries, gone.kind, gone.id)]
    written |= {project.summaries.parent / document.path: None for document in own}
    written |= _with_entry(project, summaries, gone, reason, see, today)
    check_result(project, written)
    update(written)
    shown = {path: path.relative_to(project.root).as_posix() for path in written}
    return Removal(
        id=gone.id,
        written=tuple(shown[path] for path, data in written.items() if data is not None),
        deleted=tuple(shown[path] for path, data in written.items() if data is None),
    )


def _described(project: Project, summaries: Summaries, found: Found) -> _Gone:
    thing = found.thing
    old_ids = found.old_ids
    if isinstance(thing, Claims):
        source = summaries.records[thing.source]
        old_ids, title = source.renamed_from, _title_of_claims(project, summaries, thing.source)
    elif isinstance(thing, Claim):
        title = textwrap.shorten(link(summaries).plain(thing.text), 100, placeholder=" …")
    else:
        title = str(thing.title if isinstance(thing, Moment) else thing.heading)
    return _Gone(kind=found.kind, id=found.full_id, title=title, old_ids=old_ids)


def _title_of_claims(project: Project, summaries: Summaries, source: str) -> str:
    explainer = link(summaries)
    return words_of(project, summaries)("claims.of", who=explainer.source(source).who).unescape()


def _already_gone(project: Project, summaries: Summaries, typed: str) -> _Gone:
    """Describe what is no record: one that git knows, a page in another language or an overview, by its address."""
    if typed.startswith("/") and typed.endswith("/") and len(typed) > 2:
        path = typed.strip("/")
        return _translated_page(project, summaries, path) or _page(project, summaries, path)
    kind, _, id = typed.rpartition("/")
    fates = fates_of_ids(summaries.records.values(), summaries.removals)
    past = None if id in fates else past_record(project.summaries, id, kind or None)
    if past is None:
        raise RefusedError([unknown(summaries, typed)])
    is_claims = past.kind == CLAIMS_FOLDER and id in summaries.records
    title = _title_of_claims(project, summaries, id) if is_claims else past.title
    return _Gone(kind=past.kind, id=id, title=textwrap.shorten(title, 100, placeholder=" …"), old_ids=past.old_ids)


def _page(project: Project, summaries: Summaries, path: str) -> _Gone:
    """Describe an overview. Whether its address has a page again is checked with everything else."""
    words = words_of(project, summaries)
    name = next((name for name in (f"kinds.{path}", f"kinds.{path}-index") if name in words), "")
    return _Gone(kind=PAGES, id=path, title=words(name).unescape() if name else path)


def _translated_page(project: Project, summaries: Summaries, path: str) -> _Gone | None:
    """Describe a page in another language, whether its file is still there or not; None if it is none."""
    language, _, page = path.partition("/")
    if language_code(language) != language:
        return None
    kind, _, id = page.partition("/")
    record = summaries.records.get(id)
    is_of_record = record is not None and record.kind_name == kind
    words = words_of(project, summaries)
    heading = record.heading if record and is_of_record else _page(project, summaries, page).title
    return _Gone(
        kind=PAGES,
        id=path,
        title=f"{heading or summaries.settings.title}: {words.language(language).unescape()}",
        see=id if is_of_record else None,
        documents=tuple(translations_of(summaries, kind, id, language)) if is_of_record else (),
    )


def _refuse_wrong_values(summaries: Summaries, gone: _Gone, reason: str, see: str | None) -> None:
    reasons = [f"id: {each}" for each in value_errors(Removed, "id", gone.id)]
    reasons += [f"reason: {each}" for each in value_errors(Removed, "reason", reason)]
    if see is not None:
        record = summaries.records.get(see)
        if record is None:
            reasons.append(f"see: {unknown(summaries, see)}")
        elif see == gone.id and gone.kind == record.kind_name:
            reasons.append("see: this is the record that is removed (name another)")
        elif address_of(record) is None:
            reasons.append(f"see: readers can't open '{see}' (name a record that has a page)")
    if reasons:
        raise RefusedError(reasons)


def _refuse_if_named(project: Project, summaries: Summaries, found: Found | None, gone: _Gone) -> None:
    """Raise SummaryError with each place that still names what is removed, or with problems that exist already."""
    refuse_problems(project, others_may_be_missing=found is None)
    named = list(_named_elsewhere(summaries, found, gone))
    if named:
        raise SummaryError(
            Problem(
                location=place.location,
                rule="still-named",
                message=f"this names '{gone.id}', so it can't be removed yet",
                hint="name another, or delete this",
            )
            for place in named
        )


def _named_elsewhere(summaries: Summaries, found: Found | None, gone: _Gone) -> Iterator[Place]:
    if found and isinstance(found.thing, Claim):
        yield from places_of_claim(summaries, found.source, found.id)
    elif gone.kind in (CLAIMS_FOLDER, PAGES) or (found and not isinstance(found.thing, Record)):
        return
    else:
        own = {document.path for document in translations_of(summaries, gone.kind, gone.id)}
        for place in places_of(summaries, gone.id):
            in_itself = place.document.path in own or (
                found
                and place.document.path == found.origin.document.path
                and place.path[: len(found.origin.path)] == found.origin.path
            )
            if not in_itself:
                yield place


def _without(project: Project, found: Found) -> dict[Path, bytes | None]:
    """The files without it: its own file is deleted, and so is a list file of which it is the last entry."""
    document, path = found.origin.document, found.origin.path
    file = project.summaries.parent / document.path
    if found.has_own_file:
        return {file: None}
    rewrite = Rewrite(document)
    siblings = rewrite.items(path[:-1])
    if siblings > 1:
        rewrite.delete_item(path)
    elif isinstance(found.thing, Claim):
        raise RefusedError([f"it is the only claim of the source: remove 'claims/{found.source}'"])
    elif found.kind in {kind.kind_name for kind in IN_LISTS}:
        return {file: None}
    else:
        rewrite.delete_field(path[:-1])
    return {file: rewrite.result()}


def _with_entry(
    project: Project, summaries: Summaries, gone: _Gone, reason: str, see: str | None, today: datetime.date
) -> Mapping[Path, bytes | None]:
    fields: dict[str, Value] = {"id": gone.id, "kind": gone.kind, "title": gone.title, "date": today.isoformat()}
    fields |= {"reason": reason.strip()} | ({"see": see} if see else {})
    fields |= {"renamed_from": gone.old_ids} if gone.old_ids else {}
    file = project.summaries / REMOVED_FILE
    origin = summaries.origins.get(REMOVED_FILE)
    if origin is None or not summaries.removals.removed:
        return {file: f"{MODELINE}removed:\n{to_yaml_item(fields, 2)}".encode()}
    rewrite = Rewrite(origin.document)
    written = parse(to_yaml_item(fields, 0).replace("- ", "  ", 1).encode(), "entry").plain()
    rewrite.append_item(("removed",), lambda indent: to_yaml_item(fields, indent), written)
    return {file: rewrite.result()}
