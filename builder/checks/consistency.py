"""Checks that the records agree: each with itself, with one another, and with the explainer's day (`as_of`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from builder.checks.answers import check_answers, check_disputes
from builder.checks.counts import CountCheck
from builder.checks.duplicates import copied_files, moments_with_one_id, one_thing_under_two_ids
from builder.checks.lead import check_lead
from builder.checks.markup import marks_in_texts
from builder.checks.quality.staleness import places_without_coordinates
from builder.checks.quality.wording import claims_out_of_context
from builder.checks.relations.constraints import (
    amends_what_was_there,
    constraints_change_state,
    constraints_named,
    ended_by_what_was_there,
    lifted_paragraphs_are_there,
)
from builder.checks.relations.documents import acts_make_sense, documents_after_as_of, papers_fit
from builder.checks.relations.events import events_make_sense
from builder.checks.relations.memberships import memberships_after_as_of, memberships_make_sense
from builder.checks.relations.projects import parts_and_figures_after_as_of, parts_make_sense
from builder.checks.relations.rounds import rounds_fit
from builder.checks.relations.visits import visits_make_sense
from builder.checks.relations.votes import votes_after_as_of, votes_make_sense
from builder.checks.sourcing import citations_of_two_sources, claims_without_source, records_without_source
from builder.dates.edtf_dates import NOT_KNOWN
from builder.explainer.counting import Tally, status_on
from builder.explainer.linking import Explainer, owners
from builder.explainer.old_names import check_old_names
from builder.explainer.words import Words
from builder.problems import Location, Problem, SummaryError, folded, visible
from builder.records.languages.language_codes import language_code
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE, key_finder
from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import AHEAD, Event
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.shapes import Entry
from builder.records.models.stage import Stage
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.traversal import Path, leaves, statements

_Check = Callable[[Explainer], Iterator[Problem]]


def check_consistency(explainer: Explainer, words: Words, *, compare: bool = True) -> tuple[Problem, ...]:
    """Check the records against one another and return the warnings. Raises SummaryError with every error.

    Counting starts only once the first checks find no errors. `words` has the names of numbers, and pronouns.
    What a draft still lacks is a warning. Without `compare`, claims and answers are not compared with the records.
    """
    warnings: list[Problem] = []
    key_at = key_finder(explainer.origins)
    comparing: tuple[_Check, ...] = (partial(contradictions, words=words),) if compare else ()
    in_words: tuple[_Check, ...] = (partial(claims_out_of_context, words=words),)
    for checks in (_CHECKS, (*_COUNTING_CHECKS, *in_words, *comparing)):
        found = [_for_drafts(problem, explainer, key_at) for check in checks for problem in check(explainer)]
        if any(not problem.warning for problem in found):
            raise SummaryError(problem for problem in found if not problem.warning)
        warnings.extend(found)
    return tuple(warnings)


def contradictions(explainer: Explainer, words: Words) -> Iterator[Problem]:
    """Compare claims and answers with the records, which `check_consistency` found to be right."""
    tally = Tally(explainer)
    yield from _claims_agree(explainer, words, tally)
    yield from check_answers(explainer, words, tally)
    yield from check_lead(explainer, words)


def _for_drafts(problem: Problem, explainer: Explainer, key_at: Callable[[Location], str | None]) -> Problem:
    """The problem, as a warning if it says what a draft lacks."""
    if problem.rule not in _LACKING or problem.warning:
        return problem
    record = explainer.records.get(key_at(problem.location) or "")
    return replace(problem, warning=True) if record and record.draft else problem


_LACKING = frozenset({"missing-reasons", "missing-speaker", "no-source"})


def _one_status_each(explainer: Explainer) -> Iterator[Problem]:
    with_status: tuple[Stage | Visit | Event | Project | Document, ...] = (
        *explainer.stages,
        *explainer.visits,
        *explainer.events,
        *explainer.projects,
        *explainer.documents,
    )
    for record in with_status:
        origin = explainer.origins[record.id]
        in_history = any(entry.status for entry in record.history)
        if record.status and in_history:
            found = "the status is given twice, here and in the history"
            yield origin.problem(
                ("status",), "status-twice", found, "remove this one: the last status in the history counts"
            )
        elif isinstance(record, Event) and record.kind != "deadline":
            continue  # without a status it has happened
        elif not record.status and not in_history:
            hint = "add 'status' here or to an entry of 'history'"
            yield origin.problem((), "missing-status", "there is no status", hint)


def _histories_in_order(explainer: Explainer) -> Iterator[Problem]:
    for shape, _, origin in owners(explainer):
        history: Sequence[Entry] = () if isinstance(shape, Claims) else getattr(shape, "history", ())
        for index, (before, entry) in enumerate(pairwise(history), start=1):
            if entry.date.last < before.date.first:
                found = f"the entry of {entry.date} comes after the one of {before.date}"
                yield origin.problem(("history", index, "date"), "out-of-order", found, "put the oldest first")


def _nothing_after_as_of(explainer: Explainer) -> Iterator[Problem]:
    as_of = explainer.settings.as_of
    hint = f"the explainer's day is {as_of}: raise 'as_of', or leave this out"
    for shape, _, origin in owners(explainer):
        for path, statement in statements(shape):
            if statement.date and statement.date.first > as_of.first:
                yield origin.problem((*path, "date"), "after-as-of", f"{statement.date} is after 'as_of'", hint)
    for visit in explainer.visits:
        if (taken := status_on(visit)) in TOOK_PLACE and visit.date.first > as_of.first:
            found = f"{taken} on {visit.date}, which is after 'as_of'"
            yield explainer.origins[visit.id].problem(("date",), "after-as-of", found, hint)
    for event in explainer.events:
        if (status := status_on(event)) not in (*AHEAD, "cancelled") and event.date.first > as_of.first:
            found = f"{status} on {event.date}, which is after 'as_of'"
            hint_of_event = f"write 'status: expected' if it is still to come; {hint}"
            yield explainer.origins[event.id].problem(("date",), "after-as-of", found, hint_of_event)
    for index, moment in enumerate(explainer.settings.moments):
        if moment.date.first > as_of.first:
            origin = explainer.origins[SETTINGS_FILE]
            yield origin.problem(("moments", index, "date"), "after-as-of", f"{moment.date} is after 'as_of'", hint)


def _nothing_named_twice(explainer: Explainer) -> Iterator[Problem]:
    for shape, _, origin in owners(explainer):
        seen: set[tuple[Path, str]] = set()
        for path, id, kinds in leaves(shape):
            if kinds is None or not isinstance(path[-1], int) or not isinstance(id, str) or path[-2] == "route":
                continue
            place = (path[:-1], id)
            if place in seen:
                yield origin.problem(path, "repeated", f"'{id}' is named twice", "name it once")
            seen.add(place)


def _speakers_named(explainer: Explainer) -> Iterator[Problem]:
    """Find statements that lack a speaker or a second source.

    Warn of a speaker who is written as a name, though there is a record of that party: the name is no link.
    """
    ids = _parties_by_name(explainer)
    for shape, _, origin in owners(explainer):
        for path, statement in statements(shape):
            if statement.voice != "stated" and not statement.by and not isinstance(shape, Claims):
                hint = "add 'by': the id of a party, or a name"
                yield origin.problem(path, "missing-speaker", f"nothing says whose {statement.voice} this is", hint)
            if statement.support == "independent" and len({citation.source for citation in statement.sources}) < 2:
                hint = "name a second source that does not draw on the first, or write 'single'"
                found = "one source is not independent support"
                yield origin.problem((*path, "support"), "one-source", found, hint)
            if statement.by and statement.by not in explainer.records:
                meant = ids.get(folded(statement.by), set())
                if len(meant) == 1:
                    found = f"'{visible(statement.by)}' is not a link, but there is a record of this party"
                    hint = f"write 'by: {next(iter(meant))}'"
                    yield origin.problem((*path, "by"), "not-linked", found, hint, warning=True)


def _parties_by_name(explainer: Explainer) -> dict[str, set[str]]:
    """The ids of parties by their names, and by each word of them."""
    found: dict[str, set[str]] = defaultdict(set)
    for party in explainer.parties:
        for name in (party.name, party.short or party.name, *party.also_written):
            found[folded(name)].add(party.id)
            for word in folded(name).split():  # a name alone, such as `Smith`
                found[word].add(party.id)
    return found


def _references_make_sense(explainer: Explainer) -> Iterator[Problem]:
    for place in explainer.places:
        if (place.lat is None) != (place.lon is None):
            hint = "give both 'lat' and 'lon', or neither"
            yield explainer.origins[place.id].problem((), "half-a-place", f"'{place.id}' has only one coordinate", hint)
    for source in explainer.sources:
        if not (source.title or source.outlet or source.author):
            found = f"'{source.id}' has no title, container, publisher or author"
            yield explainer.origins[source.id].problem((), "nameless", found, "give at least one of them")
        for index, author in enumerate(source.author):
            if not author.name:
                hint = "give 'family' and 'given', or 'literal'"
                yield explainer.origins[source.id].problem(
                    ("author", index), "nameless", "this author has no name", hint
                )
        if source.id not in explainer.uses and source.id not in explainer.claims:
            hint = "cite it, or remove it"
            found = f"nothing cites '{source.id}'"
            yield explainer.origins[source.id].problem(("id",), "unused", found, hint, warning=True)
    for party in explainer.parties:
        for code in party.native:
            meant = language_code(code)
            if meant != code:
                found = f"'{visible(code)}' is not a language code"
                hint = f"write {meant}" if meant else "such as ko, ru or zh"
                yield explainer.origins[party.id].problem(("native", code), "bad-language", found, hint)


def _no_circles(explainer: Explainer) -> Iterator[Problem]:
    yield from _circles(explainer, explainer.parties, "of", lambda party: party.of if isinstance(party, Party) else ())
    yield from _circles(
        explainer,
        explainer.places,
        "in",
        lambda place: (place.within,) if isinstance(place, Place) and place.within else (),
    )
    yield from _circles(
        explainer, explainer.projects, "needs", lambda project: project.needs if isinstance(project, Project) else ()
    )
    yield from _circles(
        explainer, explainer.visits, "led_to", lambda visit: visit.led_to if isinstance(visit, Visit) else ()
    )
    yield from _circles(
        explainer,
        explainer.visits,
        "part_of",
        lambda visit: (visit.part_of,) if isinstance(visit, Visit) and visit.part_of else (),
    )
    yield from _circles(
        explainer,
        explainer.visits,
        "resumes",
        lambda visit: (visit.resumes,) if isinstance(visit, Visit) and visit.resumes else (),
    )
    yield from _circles(
        explainer, explainer.constraints, "amends", lambda rule: rule.amends if isinstance(rule, Constraint) else ()
    )
    yield from _circles(
        explainer, explainer.documents, "amends", lambda each: each.amends if isinstance(each, Document) else ()
    )
    yield from _circles(
        explainer,
        explainer.constraints,
        "ended_by",
        lambda rule: (rule.ended_by,) if isinstance(rule, Constraint) and rule.ended_by else (),
    )


def _circles(
    explainer: Explainer, records: Sequence[Record], field: str, above: Callable[[Record], tuple[str, ...]]
) -> Iterator[Problem]:
    """Find each circle once. There is no recursion, as chains may be long."""
    done: set[str] = set()
    for record in records:
        path: dict[str, None] = {}
        waiting: list[tuple[str, bool]] = [(record.id, True)]
        while waiting:
            id, entering = waiting.pop()
            if not entering:
                path.popitem()
                done.add(id)
            elif id in path:
                steps = list(path)
                circle = [*steps[steps.index(id) :], id]
                found = f"'{field}' goes in a circle: {' > '.join(circle)}"
                yield explainer.origins[steps[-1]].problem((field,), "circle", found, "remove one of these steps")
            elif id not in done:
                path[id] = None
                waiting.append((id, False))
                waiting.extend((next_id, True) for next_id in above(explainer.records[id]))


def _stages_in_sequence(explainer: Explainer) -> Iterator[Problem]:
    for before, stage in pairwise(explainer.stages):
        if stage.order == before.order:
            found = f"'{before.id}' also has the order {stage.order}"
            yield explainer.origins[stage.id].problem(("order",), "repeated", found, "give each stage its own number")


def _claims_agree(explainer: Explainer, words: Words, tally: Tally) -> Iterator[Problem]:
    for source, claims in explainer.claims.items():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{source}"]
        for index, claim in enumerate(claims.claims):
            path: Path = ("claims", index)
            if claim.outcome and claim.voice != "forecast":
                hint = "add 'voice: forecast', or remove the outcome"
                yield origin.problem((*path, "outcome"), "no-forecast", "only a forecast has an outcome", hint)
            if claim.asserts:
                yield from CountCheck(
                    tally=tally,
                    words=words,
                    assertion=claim.asserts,
                    origin=origin,
                    path=(*path, "asserts"),
                    text=explainer.plain(claim.text),
                    name="claim",
                ).problems()


def _steps_lead_forward(explainer: Explainer) -> Iterator[Problem]:
    """Warn of a visit that leads to one before it."""
    for visit in explainer.visits:
        for index, id in enumerate(visit.led_to):
            later = explainer.records[id]
            if isinstance(later, Visit) and later.date != NOT_KNOWN and later.date.last < visit.date.first:
                found = f"'{id}' was on {later.date}, before this visit"
                hint = f"name '{visit.id}' in 'led_to' of '{id}', or correct a date"
                yield explainer.origins[visit.id].problem(("led_to", index), "out-of-order", found, hint, warning=True)


def _on_the_right_side_of_the_world(explainer: Explainer) -> Iterator[Problem]:
    """Warn of a place that is far from the one it is in, but near to it with a sign changed or both numbers swapped."""
    for place in explainer.places:
        around = explainer.place(place.within) if place.within else None
        if around is None or None in (place.lat, place.lon, around.lat, around.lon):
            continue
        lat, lon, wanted = place.lat or 0.0, place.lon or 0.0, (around.lat or 0.0, around.lon or 0.0)
        if _degrees_apart((lat, lon), wanted) < _FAR:
            continue
        for other in ((lat, -lon), (-lat, lon), (-lat, -lon), (lon, lat)):
            if _degrees_apart(other, wanted) < _NEAR:
                found = f"{lat:g}, {lon:g} is far from '{around.id}', which it is in"
                hint = f"did you mean {other[0]:g}, {other[1]:g}? South and west have a minus"
                origin = explainer.origins[place.id]
                yield origin.problem(("lat",), "far-away", found, hint, warning=True)
                break


_FAR, _NEAR = 15.0, 5.0
"""How many degrees apart a place and the one it is in may be; and how near a corrected place must be."""


def _most_used_place_on_the_map(explainer: Explainer) -> Iterator[Problem]:
    """Warn of a place without coordinates if no other place has more visits, and it has several."""
    visits = Counter(id for visit in explainer.visits for id in set(visit.all_places))
    most = max(visits.values(), default=0)
    for use in places_without_coordinates(explainer):
        if use.visits == most > 1:
            found = f"no place has more visits than '{use.place.id}', which has {most}, and no map can show it"
            hint = "add 'lat' and 'lon', or give them to a place in it"
            yield explainer.origins[use.place.id].problem(("id",), "not-on-map", found, hint, warning=True)


def _degrees_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = abs(one[1] - other[1])
    return max(abs(one[0] - other[0]), min(east, 360 - east))


_CHECKS: tuple[_Check, ...] = (
    copied_files,
    moments_with_one_id,
    one_thing_under_two_ids,
    _one_status_each,
    _histories_in_order,
    constraints_change_state,
    lifted_paragraphs_are_there,
    amends_what_was_there,
    ended_by_what_was_there,
    acts_make_sense,
    papers_fit,
    visits_make_sense,
    rounds_fit,
    events_make_sense,
    parts_make_sense,
    memberships_make_sense,
    votes_make_sense,
    _nothing_named_twice,
    _speakers_named,
    records_without_source,
    citations_of_two_sources,
    _references_make_sense,
    constraints_named,
    _no_circles,
    _stages_in_sequence,
    check_disputes,
    check_old_names,
)
"""The first checks, which need no others."""

_COUNTING_CHECKS: tuple[_Check, ...] = (
    _most_used_place_on_the_map,
    _nothing_after_as_of,
    documents_after_as_of,
    parts_and_figures_after_as_of,
    memberships_after_as_of,
    votes_after_as_of,
    claims_without_source,
    marks_in_texts,
    _steps_lead_forward,
    _on_the_right_side_of_the_world,
)
"""The checks that count, besides those of claims and answers.

Each record must have one status, and nothing may go in a circle.
"""
