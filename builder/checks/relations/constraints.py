"""Checks of constraints: how they change, which others they amend, and what ended them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from builder.explainer.counting import paragraphs_of, status_on
from builder.explainer.linking import Explainer, named_anywhere
from builder.problems import Problem, visible
from builder.records.models.constraint import Constraint, ConstraintEntry
from builder.records.models.document import Document
from builder.records.models.event import AHEAD, Event
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.traversal import Path


def constraints_change_state(explainer: Explainer) -> Iterator[Problem]:
    """Find statuses from before a constraint was adopted, and warn of those that it had already."""
    for constraint in explainer.constraints:
        origin = explainer.origins[constraint.id]
        before: str = "in-force"
        for index, entry in enumerate(constraint.history):
            if not entry.status:
                continue
            path: Path = ("history", index, "status")
            if entry.date.last < constraint.date.first:
                found = f"it is '{entry.status}' from {entry.date} on, but it was adopted on {constraint.date}"
                yield origin.problem(path, "before-adoption", found, "correct one of the dates, or remove the status")
            elif _had_already(constraint, entry, before):
                found = f"it is '{before}' already"
                hint = "remove this, or write in an earlier entry what it was until then, such as 'not-in-force'"
                yield origin.problem(path, "same-status", found, hint, warning=True)
            before = entry.status


def _had_already(constraint: Constraint, entry: ConstraintEntry, before: str) -> bool:
    """Whether a constraint had the status of an entry before it; on its own day, it may say that it is in force."""
    in_force = ("in-force", "reimposed")
    same = entry.status == before or (entry.status in in_force and before in in_force)
    return same and entry.date != constraint.date and not entry.paragraphs


def lifted_paragraphs_are_there(explainer: Explainer) -> Iterator[Problem]:
    """Find paragraphs that a step lifts without lifting a part, or that nothing says of the constraint."""
    named: dict[str, set[str]] = defaultdict(set)
    for project in explainer.projects:
        for obstacle in project.obstacles:
            if obstacle.constraint:
                named[obstacle.constraint] |= paragraphs_of(obstacle.para)
    for constraint in explainer.constraints:
        own = (*constraint.provisions, *constraint.exemptions)
        known = named[constraint.id].union(*(paragraphs_of(each.para) for each in own))
        for number, entry in enumerate(constraint.history):
            path: Path = ("history", number, "paragraphs")
            if entry.paragraphs and entry.status != "partly-lifted":
                hint = "add 'status: partly-lifted', or remove this"
                found = "it names paragraphs that were lifted, but its status is not 'partly-lifted'"
                yield explainer.origins[constraint.id].problem(path, "not-lifted", found, hint)
                continue
            for index, para in enumerate(entry.paragraphs):
                if not paragraphs_of(para) <= known:
                    found = f"no provision, exemption or obstacle has the paragraph '{visible(para)}'"
                    hint = "write it as 'para' has it there, or add the provision"
                    yield explainer.origins[constraint.id].problem((*path, index), "not-lifted", found, hint)


def amends_what_was_there(explainer: Explainer) -> Iterator[Problem]:
    """Find a constraint or a document that amends a later one."""
    amending: tuple[Constraint | Document, ...] = (*explainer.constraints, *explainer.documents)
    for record in amending:
        kind = "constraint" if isinstance(record, Constraint) else "document"
        for index, id in enumerate(record.amends):
            amended = explainer.records[id]
            assert isinstance(amended, (Constraint, Document)), f"{id} was checked to be one of these"
            if amended.date.first > record.date.last:
                found = f"{_day_of(amended)}, after this {kind}"
                hint = f"name '{record.id}' in 'amends' of '{id}', or correct a date"
                yield explainer.origins[record.id].problem(("amends", index), "out-of-order", found, hint)


def ended_by_what_was_there(explainer: Explainer) -> Iterator[Problem]:
    """Find a constraint that did not end, or that was ended by something later, earlier than itself or not held."""
    for constraint in explainer.constraints:
        if constraint.ended_by is None:
            continue
        rule, found, hint = "", "", "correct one of the dates, or name what did end it"
        id, end, ender = constraint.ended_by, constraint.end, explainer.records[constraint.ended_by]
        assert isinstance(ender, (Constraint, Visit, Event, Document)), f"{id} was checked to be one of these"
        if end is None:
            rule, found = "not-ended", "its history does not say that it ended"
            hint = "add an entry with 'status: ended' to 'history', or remove this"
        elif isinstance(ender, Visit) and status_on(ender) not in (*TOOK_PLACE, None):
            rule, found = "not-ended", f"'{id}' was not held, so it can't have ended anything"
            hint = f"correct the status of '{id}', or name what did end it"
        elif isinstance(ender, Event) and status_on(ender) in (*AHEAD, "cancelled"):
            rule, found = "not-ended", f"'{id}' is '{status_on(ender)}', so it can't have ended anything"
            hint = f"correct the status of '{id}', or name what did end it"
        elif ender.date.first > end.date.last:
            rule, found = "out-of-order", f"{_day_of(ender)}, but this constraint ended on {end.date}"
        elif ender.date.last < constraint.date.first:
            rule, found = "out-of-order", f"{_day_of(ender)}, but this constraint was adopted on {constraint.date}"
        if rule:
            yield explainer.origins[constraint.id].problem(("ended_by",), rule, found, hint)


def _day_of(record: Constraint | Visit | Event | Document) -> str:
    verb = {Constraint: "was adopted on", Document: "is of"}.get(type(record), "was on")
    return f"'{record.id}' {verb} {record.date}"


def constraints_named(explainer: Explainer) -> Iterator[Problem]:
    """Warn of a constraint to which no page leads. The pages of what it amends, or of what ended it, lead to it."""
    named = named_anywhere(explainer) if explainer.constraints else frozenset()
    for constraint in explainer.constraints:
        if constraint.id not in named and not constraint.amends and constraint.ended_by is None:
            found = f"nothing names '{constraint.id}'"
            hint = "name it in a project that it blocks, or link it in a text"
            yield explainer.origins[constraint.id].problem((), "unused", found, hint, warning=True)
