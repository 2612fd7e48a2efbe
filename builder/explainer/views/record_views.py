"""What the page of a record shows beyond its fields: its step in the story, its states in order, claims by verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from builder.dates.edtf_dates import Date
from builder.explainer.addresses import HOME
from builder.explainer.counting import Effect, is_lifted, lifted, paragraphs_in, paragraphs_of, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.obstacles import HeldBack
from builder.explainer.views.overviews import SourcedClaim
from builder.records.models.claims import Claim
from builder.records.models.constraint import Cast, Constraint, Provision, Vote
from builder.records.models.party import Membership, Party
from builder.records.models.project import Obstacle, Project, ProjectEntry, ProjectStatus
from builder.records.models.record import Record
from builder.records.models.shapes import Statement
from builder.records.models.source import Type
from builder.records.models.stage import Stage, StageEntry
from builder.records.models.visit import NEED_REASONS, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryStep:
    """A step of the story on the home page: its number, counted from 1, and how many steps there are."""

    number: int
    count: int

    @property
    def address(self) -> str:
        """Where it is on the site."""
        return f"{HOME}#step_{self.number}"


def step_in_story(explainer: Explainer, record: Record) -> StoryStep | None:
    """The first step of the story that leads to a record; None if no step does."""
    story = explainer.settings.story
    number = next((number for number, step in enumerate(story, 1) if step.record == record.id), None)
    return StoryStep(number=number, count=len(story)) if number else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A state that a stage or a project was in or, with `reached` false, one that a project has yet to reach."""

    status: str
    since: Date | None = None
    """The day on which it began, if the history gives it."""

    reached: bool = True
    is_last: bool = False
    """Whether it is the state now."""


_WAY: tuple[ProjectStatus, ...] = ("idea", "studied", "agreed", "under-way", "in-operation")
"""The states that a project goes through if nothing stops it."""

_ENDED = frozenset(("completed", "abandoned", "superseded"))
"""The states after which nothing is to come."""

_KEPT = frozenset(("in-force", "prolonged", "partly-kept"))
"""The states of an agreement: nothing is built after it."""


def track(record: Stage | Project) -> tuple[Standing, ...]:
    """The states of a stage or a project in the order in which it was in them, then those a project has yet to reach.

    Empty if it was in one state only and nothing is to come.
    """
    history: Sequence[StageEntry | ProjectEntry] = record.history
    changes = [next(run) for _, run in groupby((each for each in history if each.status), lambda each: each.status)]
    states: list[tuple[str, Date | None]] = [(str(each.status), each.date.start) for each in changes]
    now = status_on(record)
    if now and (not states or states[-1][0] != now):
        states.append((now, None))
    been = tuple(
        Standing(status=status, since=since, is_last=number == len(states))
        for number, (status, since) in enumerate(states, 1)
    )
    ahead = _ahead([status for status, _ in states]) if isinstance(record, Project) else ()
    to_come = tuple(Standing(status=status, reached=False) for status in ahead)
    return (*been, *to_come) if len(been) > 1 or to_come else ()


def _ahead(states: Sequence[str]) -> tuple[str, ...]:
    """The states that a project has yet to reach: those beyond the farthest that it was in."""
    if not states or _ENDED & {states[-1]} or _KEPT & set(states):
        return ()
    farthest = max((_WAY.index(status) for status in _WAY if status in states), default=-1)
    return _WAY[farthest + 1 :]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasons:
    """Why a visit fell through or was broken off: the reasons at the top of its page, and those of each step, by its
    number from 0.
    """

    given: tuple[Statement, ...]
    by_step: Mapping[int, tuple[Statement, ...]]


def reasons_of(visit: Visit) -> Reasons:
    """Why a visit fell through or was broken off. If it was held or resumed later, or is expected again, the reasons
    stand with their step.
    """
    last = visit.last_stopped
    by_step = {number: entry.reasons for number, entry in enumerate(visit.history) if entry.reasons}
    if last is None:
        return Reasons(given=visit.reasons, by_step=by_step)
    by_step.pop(last, None)
    if status_on(visit) in NEED_REASONS:
        return Reasons(given=visit.reasons_given, by_step=by_step)
    return Reasons(given=(), by_step={**by_step, last: visit.reasons_given})


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A party that belongs to another, or did for a time."""

    party: Party
    membership: Membership


def members_with_dates(explainer: Explainer, party: Party) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """Who belongs to a party by a membership with dates: now, and before."""
    found = [
        Member(party=member, membership=membership)
        for member in explainer.naming(party.id, Party, "memberships")
        for membership in member.memberships
        if membership.of == party.id
    ]
    now = tuple(each for each in found if each.membership.to is None)
    return now, tuple(each for each in found if each.membership.to)


def members_of_each(explainer: Explainer) -> tuple[tuple[Party, tuple[Party, ...]], ...]:
    """What parties belong to by memberships with dates that have not ended, with those who belong to each."""
    found: dict[str, dict[str, Party]] = {}
    for party in explainer.parties:
        for membership in party.memberships:
            if membership.to is None:
                found.setdefault(membership.of, {})[party.id] = party
    bodies = explainer.in_order(map(explainer.party, found))
    return tuple((body, tuple(found[body.id].values())) for body in bodies)


@dataclass(frozen=True, kw_only=True, slots=True)
class Voted:
    """A vote on a constraint by a body, or what one of its members did in it: `cast`."""

    constraint: Constraint
    vote: Vote
    cast: Cast | None = None


def votes_of(explainer: Explainer, party: Party) -> tuple[Voted, ...]:
    """The votes on constraints that a party had as a body, and those in which it took part or was absent."""
    votes = [(rule, vote) for rule in explainer.naming(party.id, Constraint, "vote") for vote in rule.vote]
    found: list[Voted] = []
    for constraint, vote in votes:
        found += [Voted(constraint=constraint, vote=vote)] if vote.by == party.id else []
        cast = (cast for cast, _, who in vote.results if party.id in who)
        found += (Voted(constraint=constraint, vote=vote, cast=each) for each in cast)
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The claims about a record whose check or outcome has the same result."""

    result: str
    """The name of the result in the site's words, such as `check.confirmed` or `outcome.came-true`."""

    claims: tuple[SourcedClaim, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """The claims about a record."""

    sort: str
    """What people call their source: article, book, speech and so on; `source` otherwise, `sources` if several."""

    verdicts: tuple[Verdict, ...]


_RESULTS = (
    *(f"check.{result}" for result in ("confirmed", "partly", "disputed", "not-found")),
    *(f"outcome.{result}" for result in ("came-true", "partly", "did-not", "too-early", "not-known")),
    *("check.unchecked", "voice.judgement", "voice.forecast"),
)
"""The results in the order in which a page shows them: first of claims that were checked."""


def claims_by_verdict(explainer: Explainer, claimed: Sequence[SourcedClaim]) -> Claimed:
    """Claims by their results. Results without a claim are left out."""
    found: dict[str, list[SourcedClaim]] = {result: [] for result in _RESULTS}
    for item in claimed:
        found[_result(item.claim)].append(item)
    verdicts = (Verdict(result=result, claims=tuple(claims)) for result, claims in found.items() if claims)
    return Claimed(sort=_sort(explainer, claimed), verdicts=tuple(verdicts))


def _result(claim: Claim) -> str:
    if claim.checked:
        return f"check.{claim.checked.result}"
    if claim.outcome:
        return f"outcome.{claim.outcome.result}"
    return "check.unchecked" if claim.voice == "stated" else f"voice.{claim.voice}"


_SORTS: dict[str, tuple[Type, ...]] = {
    "article": ("article", "article-journal", "article-magazine", "article-newspaper", "review", "review-book"),
    "book": ("book", "chapter", "classic", "collection"),
    "broadcast": ("broadcast", "motion_picture"),
    "interview": ("interview",),
    "post": ("post", "post-weblog"),
    "report": ("report", "paper-conference", "thesis"),
    "speech": ("speech", "hearing"),
}
"""What people call a source, by its types."""


def _sort(explainer: Explainer, claimed: Sequence[SourcedClaim]) -> str:
    sources = {item.claims.source for item in claimed}
    if len(sources) != 1:
        return "sources"
    type = explainer.source(next(iter(sources))).type
    return next((sort for sort, types in _SORTS.items() if type in types), "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A provision, the projects that it holds back, and since when it is lifted, if it is."""

    provision: Provision
    projects: tuple[Project, ...]
    lifted: Date | None = None


def clauses(
    constraint: Constraint, held_back: Sequence[HeldBack]
) -> tuple[tuple[Clause, ...], tuple[tuple[Project, Obstacle, bool], ...]]:
    """The provisions of a constraint with the projects that each holds back, and the obstacles that come from none,
    with whether the paragraph of each is lifted.

    An obstacle comes from the first provision that has its paragraph.
    """
    hit: dict[int, dict[str, Project]] = {}
    other: list[tuple[Project, Obstacle, bool]] = []
    for held in held_back:
        for obstacle in held.of_all:
            paras = paragraphs_of(obstacle.para)
            fitting = (at for at, each in enumerate(constraint.provisions) if paras <= paragraphs_of(each.para))
            place = next(fitting, None) if paras else None
            if place is None:
                other.append((held.project, obstacle, obstacle in held.lifted))
            else:
                hit.setdefault(place, {})[held.project.id] = held.project
    found = (
        Clause(
            provision=provision,
            projects=tuple(hit.get(place, {}).values()),
            lifted=_lifted_on(constraint, provision),
        )
        for place, provision in enumerate(constraint.provisions)
    )
    return tuple(found), tuple(other)


def _lifted_on(constraint: Constraint, provision: Provision) -> Date | None:
    """The day of the step that lifted a provision, if it is lifted while the rest is in force."""
    if not is_lifted(provision, lifted(constraint)):
        return None
    own = paragraphs_of(provision.para)
    steps = (entry for entry in reversed(constraint.history) if own & paragraphs_in(entry.paragraphs))
    return next(steps).date.start


def by_effect(blocks: Mapping[str, HeldBack]) -> dict[Effect, dict[str, HeldBack]]:
    """What constraints do to a project, by constraint, now, before and later.

    What a lifted paragraph held back is with what was before, while the rest of its constraint is in force.
    """
    found: dict[Effect, dict[str, HeldBack]] = {"now": {}, "before": {}, "later": {}}
    for id, held in blocks.items():
        if held.obstacles or held.exemptions:
            found[held.effect][id] = held
        if held.lifted:
            found["before"][id] = replace(held, obstacles=held.lifted, lifted=(), exemptions=(), effect="before")
    return found
