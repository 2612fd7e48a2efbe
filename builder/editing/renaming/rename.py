"""Renames a record, a moment or a claim: its file or its id, every place that names it, and the old id in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from builder.editing.candidates import check
from builder.editing.renaming.names import Found, find, unknown
from builder.editing.renaming.places import Place, Rewrite, places_of, translations_of
from builder.editing.saving import update
from builder.editing.scaffolding import RefusedError
from builder.explainer.linking import fates_of_ids, owners
from builder.pages.navigation import has_seal
from builder.parsing.documents import Document
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import CLAIMS_FOLDER, Summaries, load
from builder.records.models.claims import Claim, Claims
from builder.records.models.fields import problem_with_id
from builder.records.models.grounds import Ground
from builder.records.models.record import Record
from builder.records.models.shapes import Answer
from builder.records.models.source import Source
from builder.records.past_records import MOMENTS, past_record
from builder.records.traversal import parts_of
from builder.reports.git import Revision


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedFile:
    """A summary that changed: its path before and after, below the project, and how many places in it."""

    before: str
    after: str
    places: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Renamed:
    """What was renamed: the ids, the files that changed, the places in other files that still give the old address."""

    old: str
    new: str
    files: tuple[ChangedFile, ...]
    left: tuple[str, ...]


def rename(project: Project, old: str, new: str) -> Renamed:
    """Give the record `old` the id `new` and write all summaries that change, or none.

    If the record has its new id already, because its file was renamed by hand, the places that name it and its old id
    are written. Raises RefusedError if one of the ids is not right, SummaryError if the summaries have problems, and
    MachineError if a file can't be written.
    """
    summaries = load(project.summaries, project.summaries.name)
    found, old_id = _found(project, summaries, old, new)
    new_id = new.rpartition("/")[2].rpartition("#")[2]
    is_done = found.id == new_id
    refuse_problems(project, others_may_be_missing=is_done)
    rewrites = _Rewrites()
    if isinstance(found.thing, Claim):
        places = places_of_claim(summaries, found.source, old_id)
    else:
        places = [] if found.kind == MOMENTS else list(places_of(summaries, old_id))
    for place in places:
        rewrites.of(place.document).replace_id(place.path, old_id, new_id)
    record, path = rewrites.of(found.origin.document), found.origin.path
    if not found.has_own_file and not is_done:
        record.replace_id((*path, "id"), old_id, new_id)
    record.set_old_ids(path, [*(id for id in found.old_ids if id != new_id), old_id])
    for document in translations_of(summaries, found.kind, old_id):
        rewrites.of(document)
    written, changed = _changes(project, rewrites, places, _moves(project, summaries, found, old_id, new_id))
    left = tuple(_left(project, found, old_id))
    check_result(project, written)
    update(written)
    return Renamed(old=old, new=new, files=changed, left=left)


def _found(project: Project, summaries: Summaries, old: str, new: str) -> tuple[Found, str]:
    """What to rename and the id it had. Raises RefusedError if that, or the new id, is not right."""
    found = find(summaries, old)
    old_id, new_id = (typed.rpartition("/")[2].rpartition("#")[2] for typed in (old, new))
    if problem := problem_with_id(new_id):
        raise RefusedError([f"{problem[0]} ({problem[1]})"])
    if found and isinstance(found.thing, Claims):
        raise RefusedError([f"the claims have the id of their source: rename '{found.id}'"])
    if found is None:
        return _already_renamed(project, summaries, old, new), old_id
    if old_id == new_id:
        raise RefusedError([f"'{new}' is its id already"])
    if reason := _taken(summaries, found, new_id):
        raise RefusedError([reason])
    return found, old_id


def _taken(summaries: Summaries, found: Found, new: str) -> str:
    """Why an id can't be the new one."""
    if isinstance(found.thing, Claim):
        claims = summaries.claims[found.source].claims
        taken = next((claim.id for claim in claims if claim.id == new), "")
        former = {old: claim.id for claim in claims if claim is not found.thing for old in claim.renamed_from}
    elif found.kind == MOMENTS:
        moments = summaries.settings.moments
        taken = next((moment.id for moment in moments if moment.id == new), "")
        former = {old: moment.id for moment in moments if moment is not found.thing for old in moment.renamed_from}
    else:
        taken = new if new in summaries.records else ""
        others = (record for record in summaries.records.values() if record is not found.thing)
        former = {old: record.id for record in others for old in record.renamed_from}
        if not taken and new not in former and any(new == each.id for each in summaries.removals.removed):
            hint = "choose another, or delete its entry in removed.yml if its address may lead to this record"
            return f"'{new}' is the id of something that was removed ({hint})"
    if taken:
        where = find(summaries, f"{found.source}#{new}" if isinstance(found.thing, Claim) else f"{found.kind}/{new}")
        where = where or find(summaries, new)
        return f"the id '{new}' is taken: {where.origin.at(('id',)) if where else ''}".rstrip(": ")
    if new in former:
        return f"'{new}' is an old id of '{former[new]}', and its old address leads there (choose another)"
    return ""


def _already_renamed(project: Project, summaries: Summaries, old: str, new: str) -> Found:
    """What someone renamed by hand. Raises RefusedError if nothing was ever called `old`."""
    found = find(summaries, new)
    kind, _, id = old.rpartition("/")
    fates = fates_of_ids(summaries.records.values(), summaries.removals)
    if found is None or id in fates or isinstance(found.thing, Claims):
        raise RefusedError([unknown(summaries, old)])
    is_named = isinstance(found.thing, Record) and places_of(summaries, id)
    if not (is_named or past_record(project.summaries, id, kind or found.kind)):
        raise RefusedError([unknown(summaries, old)])
    return found


def refuse_problems(project: Project, *, others_may_be_missing: bool) -> None:
    """Raise SummaryError if the summaries have problems. Names of records that are not there may be allowed.

    After a record was renamed or deleted by hand, they are what is to be mended, and there may be several.
    """
    problems = _problems(project)
    if others_may_be_missing:
        problems = {problem for problem in problems if problem.rule != "dangling"}
    if problems:
        raise SummaryError(problems)


def check_result(project: Project, written: Mapping[Path, bytes | None]) -> None:
    """Check all summaries as they would be after the change. Raises SummaryError with the problems that are new."""
    with TemporaryDirectory(prefix="explainer-") as folder:
        copy = Revision(root=project.root, past=Path(folder), site_address=project.address)
        shutil.copytree(project.summaries, copy.summaries)
        for path, data in written.items():
            target = copy.summaries / path.relative_to(project.summaries)
            if data is None:
                target.unlink()
            else:
                target.write_bytes(data)
        problems = _problems(copy)
    if problems:
        known = {problem.message for problem in _problems(project)}
        if new := [problem for problem in problems if problem.message not in known]:
            raise SummaryError(new)


def _problems(project: Project) -> set[Problem]:
    try:
        check(project, {})
    except SummaryError as error:
        return set(error.problems)
    return set()


def places_of_claim(summaries: Summaries, source: str, id: str) -> list[Place]:
    """The grounds of answers, and the answers in disputes, that name the claim `id` of a source."""
    places = []
    for shape, _, origin in owners(summaries):
        for path, part in parts_of(shape):
            at = (*origin.path, *path)
            if isinstance(part, Ground) and part.claim == id and part.record == source:
                places.append(Place(document=origin.document, path=(*at, "claim")))
            elif isinstance(part, Answer) and id in part.claims and _means(part, source, id, summaries):
                places.append(Place(document=origin.document, path=(*at, "claims", part.claims.index(id))))
    return places


def _means(answer: Answer, source: str, id: str, summaries: Summaries) -> bool:
    """Whether an answer means the claim `id` of a source: it cites the source, and none before with such a claim."""
    cited = [citation.source for citation in answer.sources if citation.source in summaries.claims]
    having = [each for each in cited if any(claim.id == id for claim in summaries.claims[each].claims)]
    return source in cited and having[:1] in ([], [source])


class _Rewrites(dict[str, Rewrite]):
    """The changes to each summary, by its path as shown."""

    def of(self, document: Document) -> Rewrite:
        return self.setdefault(document.path, Rewrite(document))


def _moves(project: Project, summaries: Summaries, found: Found, old: str, new: str) -> dict[str, str]:
    """The files that get a new name, by their path as shown: the record's own, and the claims of a source."""
    if found.id == new and not isinstance(found.thing, Source):
        return {}
    paths = [found.origin.document.path] if found.has_own_file and found.id != new else []
    claims = summaries.origins.get(f"{CLAIMS_FOLDER}/{old}") if isinstance(found.thing, Source) else None
    paths += [claims.document.path] if claims else []
    paths += [document.path for document in translations_of(summaries, found.kind, old)]
    return {path: str(PurePosixPath(path).with_name(f"{new}{PurePosixPath(path).suffix}")) for path in paths}


def _changes(
    project: Project, rewrites: _Rewrites, places: list[Place], moves: dict[str, str]
) -> tuple[dict[Path, bytes | None], tuple[ChangedFile, ...]]:
    """The bytes to write, None for a file to delete, and what to say about each file."""
    counted = dict.fromkeys([*rewrites, *moves], 0)
    for place in places:
        counted[place.document.path] += place.names
    written: dict[Path, bytes | None] = {}
    for path, rewrite in rewrites.items():
        after = _file(project, moves.get(path, path))
        if path in moves:
            if after.exists():
                raise RefusedError([f"there is a file {moves[path]} already"])
            written[_file(project, path)] = None
        written[after] = rewrite.result()
    files = (ChangedFile(before=path, after=moves.get(path, path), places=counted[path]) for path in sorted(counted))
    return written, tuple(files)


def _file(project: Project, shown: str) -> Path:
    return project.summaries.parent / shown


def _left(project: Project, found: Found, old: str) -> Iterator[str]:
    """Places outside the summaries with the old address: in pages written by hand and in mkdocs.yml."""
    if not found.has_own_file and found.kind != MOMENTS:
        return
    address = re.compile(rf"(?<![\w-]){found.kind}/{re.escape(old)}(?:\.md|/)")
    for file in (project.config, *sorted(project.docs.rglob("*.md"))):
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        if not has_seal(text):
            for number, line in enumerate(text.splitlines(), start=1):
                if address.search(line):
                    yield f"{file.relative_to(project.root).as_posix()}:{number}"
