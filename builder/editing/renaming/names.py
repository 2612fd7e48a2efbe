"""What an id typed on the command line stands for: a record, a moment, the claims of a source, a claim, a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.explainer.linking import fates_of_ids
from builder.problems import visible
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE, Origin, Summaries
from builder.records.models.claims import Claim, Claims
from builder.records.models.kinds import IN_FILES, RECORDS
from builder.records.models.record import Record
from builder.records.models.settings import Moment
from builder.records.past_records import MOMENTS
from builder.records.traversal import Path

PAGES = "pages"
KINDS = (*(kind.kind_name for kind in RECORDS), CLAIMS_FOLDER, MOMENTS)
"""The kinds of what can be renamed or removed, as in `visits/first-meeting`."""

_IN_FILES = frozenset(kind.kind_name for kind in IN_FILES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something with an id: its kind, the id, and where it is written. `claims` is one claim or a whole claims file."""

    kind: str
    id: str
    thing: Record | Moment | Claims | Claim
    origin: Origin

    @property
    def has_own_file(self) -> bool:
        """Whether it is a whole file, named after it."""
        return self.kind in _IN_FILES or isinstance(self.thing, Claims)

    @property
    def old_ids(self) -> tuple[str, ...]:
        """The ids it had before."""
        return () if isinstance(self.thing, Claims) else self.thing.renamed_from

    @property
    def full_id(self) -> str:
        """Its id as typed on the command line: `source#claim` for a claim, else the id."""
        return f"{self.source}#{self.id}" if isinstance(self.thing, Claim) else self.id

    @property
    def source(self) -> str:
        """The source of a claim: the name of its file."""
        return self.origin.document.path.rpartition("/")[2].rpartition(".")[0]


def find(summaries: Summaries, typed: str) -> Found | None:
    """Find what an id stands for. It may begin with its kind and a slash: `moments/eve`, `claims/a-source`.

    Without a kind, records come before moments.
    """
    kind, slash, id = typed.rpartition("/")
    return next((each for each in _all(summaries, id) if not slash or each.kind == kind), None)


def _all(summaries: Summaries, id: str) -> Iterator[Found]:
    if record := summaries.records.get(id):
        yield Found(kind=record.kind_name, id=id, thing=record, origin=summaries.origins[id])
    for index, moment in enumerate(summaries.settings.moments):
        if moment.id == id:
            origin = Origin(summaries.origins[SETTINGS_FILE].document, (MOMENTS, index))
            yield Found(kind=MOMENTS, id=id, thing=moment, origin=origin)
    source, mark, claim_id = id.partition("#")
    if claims := summaries.claims.get(source):
        origin = summaries.origins[f"{CLAIMS_FOLDER}/{source}"]
        for index, claim in enumerate(claims.claims if mark else ()):
            if claim.id == claim_id:
                path: Path = ("claims", index)
                yield Found(kind=CLAIMS_FOLDER, id=claim_id, thing=claim, origin=Origin(origin.document, path))
        if not mark:
            yield Found(kind=CLAIMS_FOLDER, id=source, thing=claims, origin=origin)


def unknown(summaries: Summaries, typed: str) -> str:
    """What to say about an id that nothing has, with what became of it or what was probably meant."""
    id = typed.rpartition("/")[2]
    hint = fates_of_ids(summaries.records.values(), summaries.removals).get(id)
    if not hint and (meant := summaries.names.meant_by(id, ())):
        hint = f"did you mean '{meant}'?"
    return f"there is no '{visible(typed)}'{f' ({hint})' if hint else ''}"
