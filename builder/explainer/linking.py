"""Links the summaries into one explainer: every reference resolved, with look-ups in both directions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from builder.problems import MAX_GUESSED, Location, Problem, SummaryError, visible
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE, Origin, Summaries
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.fields import ID_PATTERN
from builder.records.models.kinds import WITH_ARTICLES
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.removed import Removals, Removed
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.term import Term
from builder.records.models.visit import Visit
from builder.records.name_index import Names
from builder.records.safe_text import Citation, Line, Text, parts
from builder.records.translations.model import Translation
from builder.records.traversal import Leaf, Path, leaves, texts

MANY_PLACES = 4
"""From how many places on a missing record is reported once, and not at each place."""

R = TypeVar("R", bound=Record)
Named = tuple[Shape, Record | None, Origin, list[tuple[Path, str, tuple[str, ...]]]]
"""Something that names records, its record and origin, and the ids in it: path, id, the kinds it may be of."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A record that names another, and the field that does so."""

    record: Record
    field: str


@dataclass(frozen=True, slots=True)
class Use:
    """A citation of a source: the record that cites it (None for the explainer itself), and the place in the source."""

    record: Record | None
    locator: Line


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)  # each record would be in it many times over
class Explainer:
    """All records in the site's order, and how they refer to one another."""

    settings: Settings
    records: Mapping[str, Record]
    stages: tuple[Stage, ...]
    visits: tuple[Visit, ...]
    events: tuple[Event, ...]
    projects: tuple[Project, ...]
    constraints: tuple[Constraint, ...]
    documents: tuple[Document, ...]
    parties: tuple[Party, ...]
    places: tuple[Place, ...]
    sources: tuple[Source, ...]
    terms: tuple[Term, ...]
    questions: tuple[Question, ...]
    claims: Mapping[str, Claims]
    mentions: Mapping[str, tuple[Mention, ...]]
    """By a record's id: the records that name it, once for each field."""

    uses: Mapping[str, tuple[Use, ...]]
    """By a source's id: what cites it."""

    sides: Mapping[str, frozenset[str]]
    """By a party's id: the topmost parties that it belongs to; itself if it belongs to none."""

    on_side: Mapping[str, tuple[Party, ...]]
    """By a topmost party's id: the parties that belong to it, itself included, in the site's order."""

    places_in_order: Mapping[str, int]
    """By the id of a record that has a page: where it stands among the records of its kind in the site's order."""

    later: Mapping[str, Record]
    """On an earlier day: the records of which nothing was known yet."""

    removals: Removals
    removed_by: Mapping[str, tuple[tuple[int, Removed], ...]]
    """What was removed of each kind, and of the claims of each source under `claims/<source>`, with its place in
    `removed.yml`.
    """

    translations: Mapping[str, Mapping[str, Translation]]
    """The files of translations by language, then by name."""

    origins: Mapping[str, Origin]
    files: Mapping[str, bytes]
    warnings: tuple[Problem, ...]

    @property
    def all_settings(self) -> Settings:
        """The settings as a whole. Who needs only some of them asks `settings`, so that a page depends on no others."""
        return self.settings

    def party(self, id: str) -> Party:
        """The party with that id, which must exist."""
        return self._record(Party, id)

    def constraint(self, id: str) -> Constraint:
        """The constraint with that id, which must exist."""
        return self._record(Constraint, id)

    def document(self, id: str) -> Document:
        """The document with that id, which must exist."""
        return self._record(Document, id)

    def place(self, id: str) -> Place:
        """The place with that id, which must exist."""
        return self._record(Place, id)

    def source(self, id: str) -> Source:
        """The source with that id, which must exist."""
        return self._record(Source, id)

    def removed(self, kind: str) -> tuple[Removed, ...]:
        """What was removed of a kind, in the order of `removed.yml`."""
        return tuple(removed for _, removed in self.removed_by.get(kind, ()))

    def removed_claims(self, claims: Claims) -> tuple[Removed, ...]:
        """The claims of a source that were removed, whatever the source's id was then."""
        names = dict.fromkeys((claims.source, *self.source(claims.source).renamed_from))
        found = (each for name in names for each in self.removed_by.get(f"{CLAIMS_FOLDER}/{name}", ()))
        return tuple(removed for _, removed in sorted(found, key=lambda each: each[0]))

    def label(self, id: str) -> Line:
        """The text of a link to a record."""
        return (self.records.get(id) or self.later[id]).label

    def plain(self, text: Text) -> str:
        """The text for where links are not possible: each link as its label, a blank line between paragraphs."""
        if isinstance(text, Line):
            return str(text)
        if "[[" not in text:
            return "\n\n".join(text.paragraphs) if "\n" in text else " ".join(text.split())
        paragraphs = (
            [str(part) if isinstance(part, Text) else part.label or self.label(part.id) for part in parts(paragraph)]
            for paragraph in text.paragraphs
        )
        return "\n\n".join("".join(pieces) for pieces in paragraphs)

    def naming(self, id: str, kind: type[R], *fields: str) -> tuple[R, ...]:
        """The records of a kind that name a record in one of these fields, in the site's order."""
        mentions = self.mentions.get(id, ())
        found = {m.record.id: m.record for m in mentions if isinstance(m.record, kind) and m.field in fields}
        return self.in_order(found.values())

    def in_order(self, records: Iterable[R]) -> tuple[R, ...]:
        """Records of one kind in the site's order."""
        return tuple(sorted(records, key=lambda record: self.places_in_order[record.id]))

    def members(self, party: Party) -> tuple[Party, ...]:
        """The parties on the side of a party, itself included, in the site's order; only itself if it is on a side."""
        return self.on_side.get(party.id, (party,))

    def _record(self, kind: type[R], id: str) -> R:
        record = self.records[id]
        assert isinstance(record, kind), f"{id} was checked to be one of {kind.kind_name}"
        return record


def link(summaries: Summaries) -> Explainer:
    """Resolve every reference. Raises SummaryError with every one that leads nowhere or to the wrong kind.

    It also has the problems of what could not be read. A reference to that is not a problem.
    """
    found = [(*owner, leaves(owner[0])) for owner in owners(summaries)]
    named = [(shape, record, origin, list(_ids_among(values))) for shape, record, origin, values in found]
    problems = [*summaries.unread.problems, *_dangling(summaries, named)]
    if problems:
        raise SummaryError(problems)
    parties = _by_label(summaries, Party)
    stages = tuple(sorted(_of(summaries, Stage), key=lambda stage: (stage.order, stage.id)))
    visits = tuple(sorted(_of(summaries, Visit), key=lambda visit: (visit.date, visit.id)))
    events = tuple(sorted(_of(summaries, Event), key=lambda event: (event.date, event.id)))
    projects = _by_label(summaries, Project)
    constraints = tuple(sorted(_of(summaries, Constraint), key=lambda constraint: (constraint.date, constraint.id)))
    documents = tuple(sorted(_of(summaries, Document), key=lambda document: (document.date, document.id)))
    sides = _sides(parties)
    return Explainer(
        settings=summaries.settings,
        records=summaries.records,
        stages=stages,
        visits=visits,
        events=events,
        projects=projects,
        constraints=constraints,
        documents=documents,
        parties=parties,
        places=_by_label(summaries, Place),
        sources=_of(summaries, Source),
        terms=_by_label(summaries, Term),
        questions=_of(summaries, Question),
        claims=summaries.claims,
        mentions=_mentions(named),
        uses=_uses((record, values) for _, record, _, values in found),
        sides=sides,
        on_side=_on_side(parties, sides),
        places_in_order=_places_in_order(stages, visits, events, projects, constraints, documents, parties),
        later=summaries.later,
        removals=summaries.removals,
        removed_by=_removed_by(summaries.removals),
        translations=summaries.translations,
        origins=summaries.origins,
        files=summaries.files,
        warnings=summaries.warnings,
    )


def _of(summaries: Summaries, kind: type[R]) -> tuple[R, ...]:
    return tuple(record for record in summaries.records.values() if isinstance(record, kind))


def _by_label(summaries: Summaries, kind: type[R]) -> tuple[R, ...]:
    return tuple(sorted(_of(summaries, kind), key=lambda record: (record.label.casefold(), record.id)))


def _sides(parties: tuple[Party, ...]) -> dict[str, frozenset[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for party in parties:
        for id in party.of:
            below[id].append(party.id)
    found: dict[str, set[str]] = {party.id: set() for party in parties}
    for party in parties:
        waiting = [] if party.of else [party.id]
        while waiting:
            id = waiting.pop()
            if party.id not in found[id]:
                found[id].add(party.id)
                waiting.extend(below[id])
    return {id: frozenset(tops) for id, tops in found.items()}


def _on_side(parties: tuple[Party, ...], sides: Mapping[str, frozenset[str]]) -> dict[str, tuple[Party, ...]]:
    found: dict[str, list[Party]] = defaultdict(list)
    for party in parties:
        for top in sides[party.id]:
            found[top].append(party)
    return {top: tuple(members) for top, members in found.items()}


def _places_in_order(*kinds: tuple[Record, ...]) -> dict[str, int]:
    return {record.id: place for kind in kinds for place, record in enumerate(kind)}


def _removed_by(removals: Removals) -> dict[str, tuple[tuple[int, Removed], ...]]:
    found: dict[str, list[tuple[int, Removed]]] = defaultdict(list)
    for place, removed in enumerate(removals.removed):
        found[removed.kind].append((place, removed))
        source, mark, _ = removed.id.partition("#")
        if removed.kind == CLAIMS_FOLDER and mark:
            found[f"{CLAIMS_FOLDER}/{source}"].append((place, removed))
    return {key: tuple(each) for key, each in found.items()}


def owners(summaries: Summaries | Explainer) -> Iterator[tuple[Shape, Record | None, Origin]]:
    """Everything that can refer to records or cite sources: the settings, each record, each claims file, removals.

    Each comes with its record (None for the settings and removals, the source for claims) and its origin.
    """
    yield summaries.settings, None, summaries.origins[SETTINGS_FILE]
    for record in summaries.records.values():
        yield record, record, summaries.origins[record.id]
    for source, claims in summaries.claims.items():
        yield claims, summaries.records.get(source), summaries.origins[f"{CLAIMS_FOLDER}/{source}"]
    if REMOVED_FILE in summaries.origins:
        yield summaries.removals, None, summaries.origins[REMOVED_FILE]


def _dangling(summaries: Summaries, named: list[Named]) -> Iterator[Problem]:
    kind_of = {record.id: record.kind_name for record in summaries.records.values()}
    fates = fates_of_ids(summaries.records.values(), summaries.removals)
    found: dict[tuple[str, str, str], list[Location]] = defaultdict(list)
    for _, _, origin, names in named:
        for path, id, kinds in names:
            if id in summaries.later or _may_be_unread(summaries, id, kinds):
                continue
            if id in summaries.drafts:
                found["draft", f"'{id}' is a draft", "publish it too, or leave it out here"].append(origin.at(path))
            elif wrong := wrong_reference(id, kinds, kind_of, summaries.names if len(found) < MAX_GUESSED else None):
                rule, message, hint = wrong
                found[rule, message, fates.get(id, hint) if rule == "dangling" else hint].append(origin.at(path))
    for (rule, message, hint), places in found.items():
        yield from _grouped(rule, message, hint, sorted(places))


def _grouped(rule: str, message: str, hint: str, places: list[Location]) -> Iterator[Problem]:
    """A problem at each place or, if they are many, one problem at the first that names the others."""
    if len(places) < MANY_PLACES:
        yield from (Problem(location=place, rule=rule, message=message, hint=hint) for place in places)
        return
    others = ", ".join(map(str, places[1:MANY_PLACES]))
    rest = f" and {len(places) - MANY_PLACES} more" if len(places) > MANY_PLACES else ""
    found = f"{message}, and {len(places)} places name it: also {others}{rest}"
    yield Problem(location=places[0], rule=rule, message=found, hint=hint)


def _may_be_unread(summaries: Summaries, id: str, kinds: tuple[str, ...]) -> bool:
    """Whether an id may be that of a record which could not be read."""
    unread = summaries.unread
    if id in unread.ids:
        return True
    return bool(unread.kinds) and id not in summaries.records and (not kinds or bool(unread.kinds & set(kinds)))


def fates_of_ids(records: Iterable[Record], removals: Removals) -> dict[str, str]:
    """What became of each id that a record had before or that was removed, in words for a hint."""
    removed = {id: _removed(each) for each in removals.removed for id in (each.id, *each.renamed_from)}
    return removed | {old: f"it is now '{record.id}'" for record in records for old in record.renamed_from}


def _removed(removed: Removed) -> str:
    instead = f": name '{removed.see}' instead" if removed.see else ""
    return f"it was removed on {removed.date}{instead}"


def wrong_reference(
    id: str, kinds: tuple[str, ...], kind_of: Mapping[str, str], names: Names | None = None
) -> tuple[str, str, str] | None:
    """Check an id that must name a record of one of `kinds`, or of any kind if `kinds` is empty.

    Returns rule, message and hint; None if the id is right. `kind_of` has the kind of each id. Without `names`, no id
    is suggested.
    """
    found = kind_of.get(id)
    if found and (not kinds or found in kinds):
        return None
    meant = names.meant_by(id, kinds) if names else ""
    hint = f"did you mean '{meant}'?" if meant else "add it, or name one that exists"
    if found:
        wanted = " or ".join(WITH_ARTICLES[kind] for kind in kinds)
        return "wrong-kind", f"'{id}' is {WITH_ARTICLES[found]}, not {wanted}", hint
    return "dangling", f"there is no '{visible(id)}'", hint


def named_in(shape: object) -> frozenset[str]:
    """The ids that a record, the claims on a source or the settings name; none for anything else."""
    return frozenset(id for _, id, _ in ids_in(shape)) if isinstance(shape, Shape) else frozenset()


def named_anywhere(explainer: Explainer) -> frozenset[str]:
    """The ids that a record, a claim or the settings name, in a field or a link, besides the record itself."""
    found = set(explainer.mentions)
    for shape, record, _ in owners(explainer):
        if record is None or isinstance(shape, Claims):
            found |= named_in(shape)
            found.update(str(text) for path, text in texts(shape) if path[-1] == "by")
    return frozenset(found)


def ids_in(shape: Shape) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Every id that must name a record: in fields, citations and links, and in `by` if it is written as an id."""
    return _ids_among(leaves(shape))


def _ids_among(values: Iterable[Leaf]) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    for path, value, kinds in values:
        if isinstance(value, Citation):
            yield path, value.source, ("sources",)
        elif isinstance(value, Text):
            if "[[" in value:
                yield from ((path, found.id, ()) for found in value.links)
            elif path[-1] == "by" and "-" in value and re.fullmatch(ID_PATTERN, value):
                yield path, value, ("parties",)
        elif kinds is not None and isinstance(value, str):
            yield path, value, kinds


def _mentions(named: list[Named]) -> dict[str, tuple[Mention, ...]]:
    found: dict[str, dict[tuple[str, str], Mention]] = defaultdict(dict)
    for shape, record, _, names in named:
        if record is None or isinstance(shape, Claims):
            continue
        for path, id, kinds in names:
            if kinds != ("sources",) and id != record.id:
                field = next(step for step in path if isinstance(step, str))
                found[id].setdefault((record.id, field), Mention(record, field))
    return {id: tuple(mentions.values()) for id, mentions in found.items()}


def _uses(cited: Iterable[tuple[Record | None, Iterable[Leaf]]]) -> dict[str, tuple[Use, ...]]:
    found: dict[str, dict[tuple[str, str], Use]] = defaultdict(dict)
    for record, values in cited:
        for _, citation, _ in values:
            if isinstance(citation, Citation) and not (record and record.id == citation.source):
                found[citation.source].setdefault(
                    (record.id if record else "", citation.locator), Use(record, citation.locator)
                )
    return {id: tuple(uses.values()) for id, uses in found.items()}
