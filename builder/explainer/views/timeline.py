"""The items of the timeline: what happened on a day, to one record or several, told once."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.counting import is_counted, status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.documents import Done, Signing, signings
from builder.explainer.views.headlines import Finding, came_of, finding_of
from builder.records.models.constraint import Constraint
from builder.records.models.document import AT_FIRST, Document
from builder.records.models.event import Event
from builder.records.models.kinds import SINGULARS
from builder.records.models.record import Record
from builder.records.models.shapes import Entry
from builder.records.models.visit import Visit
from builder.records.safe_text import Citation, Line, Text

KINDS: Final = ("leaders", "visits", "events", "rules", "documents", "changes", "steps")
"""The kinds of items that readers can choose: visits that count as meetings (leaders' unless the settings differ),
other visits, events, rules, documents, changes of status, other steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """One statement about an item: about which records, the status each got by it, and what happened.

    Without records, it is about the process as a whole. Without a finding, nobody wrote what happened. `is_adoption`
    if a constraint was adopted, or a document on its own day. `done` is what parties did with a document;
    `sources` are for that, as far as the finding does not cite them.
    """

    records: tuple[tuple[Record, str | None], ...]
    finding: Finding | None
    is_adoption: bool = False
    done: tuple[Done, ...] = ()
    sources: tuple[Citation, ...] = ()
    parts: tuple[Line | None, ...] = ()
    """For each of the records: the part of the project that it is about, if it is about one. Empty if none is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineItem:
    """What happened on a day: the main thing first. `kinds` are some of KINDS; `is_main` if it is always shown."""

    date: Date
    tellings: tuple[Telling, ...]
    kinds: tuple[str, ...]
    is_main: bool
    anchor: str
    """Its place on the page of the timeline: `visit_`, `event_`, `rule_` or `document_` and an id; for a step, the id
    and the date.
    """

    @property
    def month(self) -> str:
        """The month it is in, such as `2018-06`, or the year if the month is not known."""
        begins = self.date.choices[0].ends if self.date.choices else self.date.ends
        month_known = bool(begins) and begins[0].kind in ("day", "month", "day_unknown")
        return self.date.sort_day.isoformat()[: len("2018-06") if month_known else len("2018")]

    @property
    def year(self) -> int:
        """The year it is listed under."""
        return self.date.sort_day.year


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """The items of a year, oldest first: the main ones, and the others, which are folded if there are many.

    `anchors` has the old anchors that each item shows: of its month, and of months in which nothing is always shown.
    """

    number: int
    shown: tuple[TimelineItem, ...]
    folded: tuple[TimelineItem, ...]
    anchors: Mapping[str, tuple[str, ...]]
    anchors_left: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many items it has."""
        return len(self.shown) + len(self.folded)


FOLDED_FROM: Final = 4
"""How many other items a year must have for them to be folded."""


def timeline_items(explainer: Explainer) -> tuple[TimelineItem, ...]:
    """Every item, oldest first.

    Steps of one day are told once if they say the same, cite the same source and name the same speaker. A visit or an
    event, the step of its history that says that it took place, and what other records tell of it on its days are one
    item.
    """
    groups = _groups(explainer)
    told_with: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for id in group.about:
            told_with[id].append(group)
    dated: tuple[Visit | Event, ...] = (*explainer.visits, *explainer.events)
    at: dict[str | None, list[Signing]] = defaultdict(list)
    for signing in signings(explainer, on_its_days):
        at[signing.at].append(signing)
    found = [
        _of_dated(explainer, record, told_with[record.id], [_told(each, told_with) for each in at[record.id]])
        for record in dated
        if record.date != NOT_KNOWN
    ]
    found += (_of_document(each, told_with) for each in at[None])
    found += (_of_rule(constraint, told_with[constraint.id]) for constraint in explainer.constraints)
    found += (_of_steps(group) for group in groups if not group.taken)
    return tuple(_with_anchors(sorted(found, key=_order)))


def by_year(found: Iterable[TimelineItem]) -> tuple[Year, ...]:
    """Items by year."""
    years: dict[int, list[TimelineItem]] = defaultdict(list)
    for item in found:
        years[item.year].append(item)
    return tuple(_year(number, members) for number, members in sorted(years.items()))


def _year(number: int, members: Sequence[TimelineItem]) -> Year:
    others = tuple(item for item in members if not item.is_main)
    folded = others if len(others) >= FOLDED_FROM else ()
    shown = tuple(item for item in members if item.is_main or not folded)
    anchors: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    seen: set[str] = set()
    for item in members:
        if item.month not in seen:
            seen.add(item.month)
            waiting.append(item.month)
        if item.is_main or not folded:
            anchors[item.anchor], waiting = tuple(waiting), []
    return Year(number=number, shown=shown, folded=folded, anchors=anchors, anchors_left=tuple(waiting))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """A dated step of a record, or of the process as a whole."""

    record: Record | None
    entry: Entry
    part: Line | None = None
    """The part of the project that it is a step of."""

    @property
    def changes(self) -> str | None:
        """The status that the record got by it."""
        return getattr(self.entry, "status", None)

    @property
    def kind(self) -> str:
        if self.changes and isinstance(self.record, Constraint):
            return "rules"
        if self.changes and isinstance(self.record, Document):
            return "documents"
        if self.changes and isinstance(self.record, Event):
            return "events"
        return "changes" if self.changes and not isinstance(self.record, Visit) else "steps"


@dataclass(kw_only=True, slots=True)
class _Group:
    """Steps of one day that say the same, and whether they are told with a visit or an event."""

    steps: list[_Step]
    taken: bool = False

    @property
    def date(self) -> Date:
        return self.steps[0].entry.date

    @property
    def about(self) -> frozenset[str]:
        """The ids of the records whose steps they are, and of those that they link to."""
        own = {step.record.id for step in self.steps if step.record}
        return frozenset(own | {link.id for step in self.steps for link in step.entry.text.links})

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(step.kind for step in self.steps)


def _groups(explainer: Explainer) -> list[_Group]:
    days: dict[Date, list[_Step]] = defaultdict(list)
    for step in explainer.settings.history:
        days[step.date].append(_Step(record=None, entry=step))
    for record in explainer.records.values():
        for entry in record.history:
            days[entry.date].append(_Step(record=record, entry=entry))
    for project in explainer.projects:
        for part in project.parts:
            for entry in part.history:
                days[entry.date].append(_Step(record=project, entry=entry, part=part.title))
    return [group for steps in days.values() for group in _alike(steps, explainer.plain)]


_DAYS: Final = 10
"""How many days a visit or an event may have lasted, or been meant to, for steps on any of them to be told with it."""


def _of_dated(
    explainer: Explainer, record: Visit | Event, groups: Sequence[_Group], signed: Sequence[Telling]
) -> TimelineItem:
    """The item of a visit or an event, with the documents that were signed there.

    It takes the steps on its days that say that it took place, and those that link to it.
    """
    own: list[_Step] = []
    others: list[_Group] = []
    for group in groups:
        if group.taken or not on_its_days(group.date, record):
            continue
        mine = [step for step in group.steps if step.record is record]
        if not mine or group.date == record.date or mine[-1].changes in ("held", status_on(record)):
            group.taken = True
            own += mine
            if rest := [step for step in group.steps if step.record is not record]:
                others.append(_Group(steps=rest))
    finding = finding_of(record)
    if finding is None and own:
        finding = _finding(own[-1].entry)
    finding = finding or came_of(record)
    told = Telling(records=((record, status_on(record)),), finding=finding)
    kinds = {_kind_of(explainer, record)}
    kinds |= {kind for group in others for kind in group.kinds if kind != "steps"}
    kinds |= {"documents"} if signed else set()
    return TimelineItem(
        date=record.date,
        tellings=(told, *signed, *(_telling(group) for group in others)),
        kinds=tuple(each for each in KINDS if each in kinds),
        is_main=kinds != {"visits"},
        anchor=f"{SINGULARS[record.kind_name]}_{record.id}",
    )


def _kind_of(explainer: Explainer, record: Visit | Event) -> str:
    if isinstance(record, Event):
        return "events"
    return "leaders" if is_counted(explainer, record) else "visits"


def _finding(entry: Entry) -> Finding:
    return Finding(text=entry.text, by=entry.by, sources=entry.sources, support=entry.support)


def on_its_days(day: Date, record: Visit | Event) -> bool:
    """Whether something happened on a day of a visit or an event, or was to.

    One of unknown days has none but its date.
    """
    return _is_on(day, record.date)


def items_on(explainer: Explainer, day: Date) -> tuple[TimelineItem, ...]:
    """What happened on a day, or on days with it among them."""
    return tuple(item for item in timeline_items(explainer) if _is_on(day, item.date))


def _is_on(day: Date, date: Date) -> bool:
    short = (date.last - date.first).days <= _DAYS
    return day == date or (short and date.first <= day.first and day.last <= date.last)


def _of_rule(constraint: Constraint, groups: Sequence[_Group]) -> TimelineItem:
    """The item of the adoption of a constraint. It takes the step of that day that gives the constraint its status."""
    status: str | None = None
    others: list[_Group] = []
    finding = finding_of(constraint)
    for group in groups:
        own = [step for step in group.steps if step.record is constraint and step.changes]
        if own and not group.taken and group.date == constraint.date:
            group.taken = True
            status = own[-1].changes
            finding = finding or _finding(own[-1].entry)
            if rest := [step for step in group.steps if step.record is not constraint]:
                others.append(_Group(steps=rest))
    told = Telling(records=((constraint, status),), finding=finding, is_adoption=True)
    return TimelineItem(
        date=constraint.date,
        tellings=(told, *(_telling(group) for group in others)),
        kinds=("rules",),
        is_main=True,
        anchor=f"rule_{constraint.id}",
    )


def _of_document(signing: Signing, told_with: Mapping[str, Sequence[_Group]]) -> TimelineItem:
    """The item of a day on which parties did something with a document. It takes the steps that link to it."""
    anchor = f"document_{signing.document.id}"
    told = _told(signing, told_with)
    others = [group for group in told_with.get(signing.document.id, ()) if _is_free(group, signing.date)]
    for group in others:
        group.taken = True
    return TimelineItem(
        date=signing.date,
        tellings=(told, *map(_telling, others)),
        kinds=("documents",),
        is_main=True,
        anchor=anchor if signing.is_first else f"{anchor}_{_in_anchors(signing.date)}",
    )


def _told(signing: Signing, told_with: Mapping[str, Sequence[_Group]]) -> Telling:
    """Tell of a document. It takes the steps of its own history of that day, if they are about it alone."""
    document = signing.document
    status: str | None = document.status if signing.is_first and document.status in AT_FIRST else None
    finding = finding_of(document) if signing.is_first else None
    for group in told_with.get(document.id, ()):
        if _is_free(group, signing.date) and all(step.record is document for step in group.steps):
            group.taken = True
            status = group.steps[-1].changes or status
            finding = finding or _finding(group.steps[-1].entry)
    if status in {did for did, _ in signing.done}:
        status = None  # what parties did says it
    cited = finding.sources if finding else ()
    return Telling(
        records=((document, status),),
        finding=finding,
        is_adoption=signing.is_first,
        done=signing.done,
        sources=tuple(each for each in signing.sources or document.sources if each not in cited),
    )


def _is_free(group: _Group, date: Date) -> bool:
    """Whether steps are of a day, and nothing tells them yet."""
    return not group.taken and group.date == date


def _of_steps(group: _Group) -> TimelineItem:
    first = group.steps[0].record
    return TimelineItem(
        date=group.date,
        tellings=(_telling(group),),
        kinds=tuple(each for each in KINDS if each in group.kinds),
        is_main=bool(group.kinds - {"steps"}) or any(step.record is None for step in group.steps),
        anchor=f"{first.id if first else 'process'}_{_in_anchors(group.date)}",
    )


def _in_anchors(date: Date) -> str:
    return re.sub(r"[^0-9a-z]+", "-", date.text.casefold()).strip("-")


def _telling(group: _Group) -> Telling:
    """Tell what the steps of a group say in the words of the longest."""
    longest = max(group.steps, key=lambda step: len(step.entry.text)).entry
    records = {(step.record.id, step.part): (step.record, step.changes) for step in group.steps if step.record}
    parts = tuple(part for _, part in records)
    sources = tuple(dict.fromkeys(citation for step in group.steps for citation in step.entry.sources))
    finding = Finding(text=longest.text, by=longest.by, sources=sources, support=longest.support)
    return Telling(records=tuple(records.values()), finding=finding, parts=parts if any(parts) else ())


def _alike(steps: Sequence[_Step], plain: Callable[[Text], str]) -> Iterator[_Group]:
    """Group the steps of a day by what they say, in their order."""
    group = list(range(len(steps)))
    words = [set(re.findall(r"\w+", plain(step.entry.text).casefold())) for step in steps] if len(steps) > 1 else []
    for one, other in _with_a_common_source(steps):
        about_two = (steps[one].record, steps[one].part) != (steps[other].record, steps[other].part)
        if about_two and _say_the_same(words[one], words[other]):
            old, new = group[other], group[one]
            group = [new if each == old else each for each in group]
    groups: dict[int, list[_Step]] = defaultdict(list)
    for step, number in zip(steps, group, strict=True):
        groups[number].append(step)
    yield from (_Group(steps=members) for members in groups.values())


_WITHIN: Final = 0.85
"""The share of the words of the shorter text from which on the longer one says it too."""

_SHARED: Final = 0.55
"""The share of all words of two texts from which on they say the same."""


def _with_a_common_source(steps: Sequence[_Step]) -> list[tuple[int, int]]:
    """Every two steps that name the same speaker and cite the same source, by their places, in their order."""
    alike: dict[tuple[Line | None, str], list[int]] = defaultdict(list)
    for place, step in enumerate(steps if len(steps) > 1 else ()):
        for source in {citation.source for citation in step.entry.sources}:
            alike[step.entry.by, source].append(place)
    return sorted({pair for places in alike.values() for pair in combinations(places, 2)})


def _say_the_same(words: set[str], other_words: set[str]) -> bool:
    both = len(words & other_words)
    return both >= _WITHIN * min(len(words), len(other_words)) or both >= _SHARED * len(words | other_words)


def _order(item: TimelineItem) -> tuple[datetime.date, Date, str]:
    return item.date.sort_day, item.date, item.anchor


def _with_anchors(found: Iterable[TimelineItem]) -> Iterator[TimelineItem]:
    """Number the anchors of one record's items of one day, so that each is there once."""
    times: dict[str, int] = defaultdict(int)
    for item in found:
        times[item.anchor] += 1
        number = times[item.anchor]
        yield item if number == 1 else replace(item, anchor=f"{item.anchor}_{number}")
