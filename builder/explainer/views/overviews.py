"""The records that the home page and overview pages show, sorted and grouped as their templates print them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer import addresses
from builder.explainer.addresses import address_of
from builder.explainer.counting import counted_once, is_counted, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.documents import Done, signings
from builder.explainer.views.headlines import as_listed
from builder.explainer.views.timeline import on_its_days
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.claims import Claim, Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event, EventEntry
from builder.records.models.kinds import RECORDS
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Dispute, Entry
from builder.records.models.source import STANDINGS, Source
from builder.records.models.visit import FELL_THROUGH, TOOK_PLACE, Visit, VisitEntry
from builder.records.safe_text import Citation, Line, Text, first_sentence
from builder.records.traversal import citations


@dataclass(frozen=True, slots=True)
class Citing:
    """What cites a source: the id and the kind of a record, or of the claims of a source.

    Whoever prints it needs no more, so that other changes of the record make no difference to the page.
    """

    id: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CitedSource:
    """A source, the records and claims that cite it, the records that cite only it, and whether the explainer's own
    statements do on the home page and on the page of its background.
    """

    source: Source
    by: tuple[Citing, ...]
    in_claims: tuple[Citing, ...]
    at_home: bool
    in_background: bool
    alone: tuple[Citing, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """An item of the timeline: a visit, an event or a rule on its day, what parties did with a document on a day, or an
    entry of a record's history or, with `part`, of the history of a part of a project.
    """

    date: Date
    record: Record | None
    entry: Entry | None = None
    done: tuple[Done, ...] = ()
    part: Line | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedClaim:
    """A claim, and all claims of the source that makes it."""

    claim: Claim
    claims: Claims


def visits_by_standing(explainer: Explainer) -> dict[str, tuple[Visit, ...]]:
    """The visits held, if only in part, ahead, unconfirmed (planned for a day now past) and fallen through.

    They are as lists show them, without empty groups.
    """
    groups: dict[str, list[Visit]] = {"held": [], "ahead": [], "unconfirmed": [], "fell-through": []}
    for visit in map(as_listed, explainer.visits):
        status = status_on(visit)
        if status in TOOK_PLACE:
            groups["held"].append(visit)
        elif status in FELL_THROUGH:
            groups["fell-through"].append(visit)
        else:
            has_passed = visit.date.last < explainer.settings.as_of.first
            groups["unconfirmed" if has_passed else "ahead"].append(visit)
    return {name: tuple(members) for name, members in groups.items() if members}


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitGroup:
    """Visits that belong together: ahead, leaders (held, counted as meetings), between (two or more sides; held),
    others (held), unconfirmed or fell-through. `sides` are the sides of those between. `count` leaves out visits that
    are counted by their parts."""

    name: str
    visits: tuple[Visit, ...]
    count: int
    sides: tuple[Party, ...] = ()

    @property
    def anchor(self) -> str:
        """Its anchor on the page of visits."""
        return "_".join((self.name, *(side.id for side in self.sides)))


def visits_by_meaning(explainer: Explainer, visits: Mapping[str, Sequence[Visit]]) -> tuple[VisitGroup, ...]:
    """Group visits, which are given by standing, for readers: those that count as meetings, the leaders' unless the
    settings differ, then those between the same sides.

    Sides that met once in another visit are in the group of others, unless it would have nothing else.
    """
    held = visits.get("held", ())
    between: dict[frozenset[str], list[Visit]] = {}
    for visit in held:
        if not is_counted(explainer, visit):
            sides = frozenset[str]().union(*(explainer.sides[id] for id in visit.parties))
            between.setdefault(sides, []).append(visit)
    often = {sides: members for sides, members in between.items() if len(members) > 1 or len(between) == 1}
    once = {visit.id for sides, members in between.items() if sides not in often for visit in members}

    def group(name: str, members: Iterable[Visit], sides: Iterable[str] = ()) -> VisitGroup:
        visits = tuple(members)
        count = len(counted_once(explainer, visits))
        return VisitGroup(name=name, visits=visits, count=count, sides=_by_name(explainer, sides))

    found = [
        group("ahead", visits.get("ahead", ())),
        group("leaders", (visit for visit in held if is_counted(explainer, visit))),
        *(group("between", members, sides) for sides, members in sorted(often.items(), key=lambda item: -len(item[1]))),
        group("others", (visit for visit in held if visit.id in once)),
        group("unconfirmed", visits.get("unconfirmed", ())),
        group("fell-through", visits.get("fell-through", ())),
    ]
    return tuple(group for group in found if group.visits)


def _by_name(explainer: Explainer, ids: Iterable[str]) -> tuple[Party, ...]:
    return tuple(sorted(map(explainer.party, ids), key=lambda party: (party.label.casefold(), party.id)))


def visits_of(explainer: Explainer, party: Party) -> tuple[Visit, ...]:
    """The visits of a party and of the parties that belong to it, oldest first."""
    members = explainer.members(party)
    found = {visit.id: visit for each in members for visit in explainer.naming(each.id, Visit, "parties")}
    return explainer.in_order(found.values())


def parties_by_kind(parties: Sequence[Party]) -> dict[str, tuple[Party, ...]]:
    """The people, states and organisations, without empty groups."""
    kinds = ("person", "state", "organisation")
    found = {kind: tuple(party for party in parties if party.kind == kind) for kind in kinds}
    return {kind: members for kind, members in found.items() if members}


def cited_sources(explainer: Explainer) -> dict[str, CitedSource]:
    """Each source with what cites it, by its id."""
    alone = _citing_one_source(explainer)
    at_home, in_background = _cited_by_the_explainer(explainer.all_settings)
    found: dict[str, CitedSource] = {}
    for source in explainer.sources:
        uses = explainer.uses.get(source.id, ())
        by = {use.record.id: use.record for use in uses if use.record and address_of(use.record)}
        found[source.id] = CitedSource(
            source=source,
            by=tuple(Citing(id, record.kind_name) for id, record in by.items() if not isinstance(record, Source)),
            in_claims=tuple(Citing(id, CLAIMS_FOLDER) for id in by if id in explainer.claims),
            at_home=source.id in at_home,
            in_background=source.id in in_background,
            alone=tuple(alone.get(source.id, ())),
        )
    return found


def in_order_of_outlet(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sources sorted by who published them, and then by day."""
    return tuple(sorted(sources, key=_source_order))


def _cited_by_the_explainer(settings: Settings) -> tuple[set[str], set[str]]:
    """The ids of the sources that the explainer's own statements cite on the home page, and on that of its background.

    Without a lead, the answer is on the home page. Where sources differ is on both.
    """
    at_home: set[str] = set()
    in_background: set[str] = set()
    only_home = ("lead", "story") if settings.lead else ("lead", "story", "answer")
    for path, citation in citations(settings):
        if path[0] in (*only_home, "disputes"):
            at_home.add(citation.source)
        if path[0] not in only_home:
            in_background.add(citation.source)
    return at_home, in_background


def _source_order(source: Source) -> tuple[str, str, str]:
    return (str(source.outlet or "").casefold(), str(source.issued or ""), source.id)


def _citing_one_source(explainer: Explainer) -> dict[str, list[Citing]]:
    """By source: the records that cite only it."""
    cited_by: dict[Citing, set[str]] = {}
    for source, uses in explainer.uses.items():
        for use in uses:
            if use.record and address_of(use.record):
                cited_by.setdefault(Citing(use.record.id, use.record.kind_name), set()).add(source)
    citing: dict[str, list[Citing]] = {}
    for record, sources in cited_by.items():
        if len(sources) == 1:
            citing.setdefault(next(iter(sources)), []).append(record)
    return citing


def timeline(explainer: Explainer) -> tuple[Happening, ...]:
    """Every visit, event, rule and dated step, oldest first."""

    def order(happening: Happening) -> tuple[datetime.date, Date, str]:
        return happening.date.sort_day, happening.date, happening.record.id if happening.record else ""

    return tuple(sorted(_happenings(explainer), key=order))


def after(explainer: Explainer, day: datetime.date) -> tuple[Happening, ...]:
    """What happened after a day: visits, events, rules, and steps that changed a status; oldest first."""
    return tuple(
        happening
        for happening in timeline(explainer)
        if happening.date.first > day and (happening.entry is None or getattr(happening.entry, "status", None))
    )


def _happenings(explainer: Explainer) -> Iterator[Happening]:
    with_days: tuple[Visit | Event, ...] = (*explainer.visits, *explainer.events)
    for dated in with_days:
        if dated.date != NOT_KNOWN:
            yield Happening(date=dated.date, record=dated)
    for constraint in explainer.constraints:
        yield Happening(date=constraint.date, record=constraint)
    for signing in signings(explainer, on_its_days):
        yield Happening(date=signing.date, record=signing.document, done=signing.done)
    for step in explainer.settings.history:
        yield Happening(date=step.date, record=None, entry=step)
    for record in explainer.records.values():
        for entry in record.history:
            if not _is_told_with(record, entry):
                yield Happening(date=entry.date, record=record, entry=entry)
    for project in explainer.projects:
        for part in project.parts:
            for entry in part.history:
                yield Happening(date=entry.date, record=project, entry=entry, part=part.title)


def _is_told_with(record: Record, entry: Entry) -> bool:
    """Whether an entry says what the visit, the event or the adoption of the rule on its own day says."""
    if isinstance(record, (Visit, Event)):
        same = isinstance(entry, (VisitEntry, EventEntry)) and entry.status in ("held", status_on(record))
        return entry.date == record.date or (same and on_its_days(entry.date, record))
    return (
        isinstance(record, (Constraint, Document))
        and getattr(entry, "status", None) is not None
        and entry.date == record.date
    )


RESULTS = ("confirmed", "partly", "disputed", "not-found", "unchecked", "judgement", "forecast")
"""How claims are grouped: by what other sources say, or by their voice if they were not checked."""

OUTCOMES = ("came-true", "partly", "did-not", "too-early", "not-known")
"""What became of forecasts, in the order in which they are shown."""


def result_of(claim: Claim) -> str:
    """The group of a claim, one of RESULTS. A forecast is always in the group of forecasts."""
    if claim.voice == "forecast":
        return "forecast"
    if claim.checked:
        return claim.checked.result
    return "unchecked" if claim.voice == "stated" else claim.voice


def outcome_of(claim: Claim) -> str:
    """What became of a forecast, one of OUTCOMES; not-known if no outcome is recorded."""
    return claim.outcome.result if claim.outcome else "not-known"


def claims_by_paragraph(claims: Claims) -> dict[str, tuple[Claim, ...]]:
    """The claims of a source by paragraph."""
    paragraphs: dict[str, list[Claim]] = {}
    for claim in claims.claims:
        paragraphs.setdefault(claim.para, []).append(claim)
    return {para: tuple(members) for para, members in paragraphs.items()}


def claims_by_result(claims: Claims) -> dict[str, tuple[Claim, ...]]:
    """The claims of a source by group, in the order of RESULTS, without empty groups. Forecasts are by outcome."""
    groups: dict[str, list[Claim]] = {result: [] for result in RESULTS}
    for claim in claims.claims:
        groups[result_of(claim)].append(claim)
    groups["forecast"].sort(key=lambda claim: OUTCOMES.index(outcome_of(claim)))
    return {result: tuple(members) for result, members in groups.items() if members}


def checks_counted(claims: Claims) -> dict[str, int]:
    """How many claims of a source are in each group, without empty groups."""
    return {result: len(members) for result, members in claims_by_result(claims).items()}


def claims_about(explainer: Explainer) -> dict[str, tuple[SourcedClaim, ...]]:
    """By record: the claims about it."""
    about: dict[str, list[SourcedClaim]] = {}
    for claims in explainer.claims.values():
        for claim in claims.claims:
            for id in claim.about:
                about.setdefault(id, []).append(SourcedClaim(claim=claim, claims=claims))
    return {id: tuple(members) for id, members in about.items()}


def forecasts(explainer: Explainer) -> dict[str, tuple[SourcedClaim, ...]]:
    """Every forecast by its outcome, in the order of OUTCOMES; nothing without any forecast.

    Groups may be empty, as a reader asks whether any forecast failed. Only `too-early` is left out if it is empty.
    """
    groups: dict[str, list[SourcedClaim]] = {outcome: [] for outcome in OUTCOMES}
    for claims in explainer.claims.values():
        for claim in claims.claims:
            if claim.voice == "forecast":
                groups[outcome_of(claim)].append(SourcedClaim(claim=claim, claims=claims))
    if not any(groups.values()):
        return {}
    return {outcome: tuple(members) for outcome, members in groups.items() if members or outcome != "too-early"}


def questions_by_kind(explainer: Explainer) -> dict[str, tuple[Question, ...]]:
    """The questions, by the kind of the first record that each is about, without empty groups."""
    groups: dict[str, list[Question]] = {kind.kind_name: [] for kind in RECORDS}
    for question in explainer.questions:
        groups[explainer.records[question.about[0]].kind_name].append(question)
    return {kind: tuple(members) for kind, members in groups.items() if members}


def invitations(visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The visits with an invitation, in their order."""
    return tuple(visit for visit in visits if visit.invited_by)


QUESTIONS: Final = 8
"""How many questions are on the home page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """The answer in short: its first sentence, the rest of it, and its sources."""

    verdict: Text
    rest: Text
    sources: tuple[Citation, ...]


def lead_of(settings: Settings) -> Lead | None:
    """The lead or, without one, the first statement of the answer. None if nothing was known yet."""
    statement = settings.lead or next(iter(settings.answer), None)
    if statement is None:
        return None
    verdict, rest = first_sentence(statement.text)
    return Lead(verdict=verdict, rest=rest, sources=statement.sources)


def count_projects(projects: tuple[Project, ...]) -> dict[str, int]:
    """Count projects by status, the commonest first. It counts each: a choice of statuses would be a judgement."""
    counted = Counter(status for project in projects if (status := status_on(project)))
    return dict(counted.most_common())


def home_questions(explainer: Explainer) -> tuple[Question, ...]:
    """The questions on the home page: those that are marked or, if none is, the first."""
    marked = tuple(question for question in explainer.questions if question.home)
    return (marked or explainer.questions)[:QUESTIONS]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A question on which sources differ, and the record that it is about, or None for the explainer itself."""

    dispute: Dispute
    record: Record | None


def differences(explainer: Explainer) -> tuple[Difference, ...]:
    """Where sources differ: about the process as a whole, about records that the story leads to, then what is open."""
    found = [
        Difference(dispute=dispute, record=record)
        for record in (
            *explainer.stages,
            *explainer.visits,
            *explainer.projects,
            *explainer.constraints,
            *explainer.documents,
        )
        for dispute in record.disputes
    ]
    whole = [Difference(dispute=dispute, record=None) for dispute in explainer.settings.disputes]
    in_story = {step.record for step in explainer.settings.story}

    def order(difference: Difference) -> tuple[bool, bool]:
        is_elsewhere = difference.record is None or difference.record.id not in in_story
        return is_elsewhere, not difference.dispute.open

    return (*whole, *sorted(found, key=order))


def standings_counted(explainer: Explainer) -> tuple[tuple[str, int], ...]:
    """How many sources of each standing there are."""
    counted = Counter(source.standing for source in explainer.sources)
    return tuple((standing, counted[standing]) for standing in STANDINGS if counted[standing])


def ways_in(explainer: Explainer, on_timeline: int) -> Iterator[tuple[str, str, int]]:
    """Where to look something up: the name of a page, its address, and how many entries it has.

    `on_timeline` is how many entries the timeline has.
    """
    for kind in addresses.PAGED:
        if records := getattr(explainer, kind.kind_name):
            yield f"{kind.kind_name}-index", addresses.index_of(kind), len(records)
    if on_timeline:
        yield "timeline", addresses.TIMELINE, on_timeline
    if explainer.claims:
        yield "claims-index", addresses.CLAIMS, sum(len(claims.claims) for claims in explainer.claims.values())
    if explainer.terms:
        yield "glossary", addresses.GLOSSARY, len(explainer.terms)
