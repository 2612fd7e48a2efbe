"""What the search shows and finds besides the text of a page."""

from __future__ import annotations

from markupsafe import Markup

from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.pages.plan import Plan
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.safe_text import escaped


def search_settings(plan: Plan, explainer: Explainer, words: Words) -> dict[str, object]:
    """The front matter `search` of a page.

    `exclude` and `boost` are Material's. `kind` is what a result begins with, such as *Visit · 25 April 2019 · held*;
    `also` are words by which the page is found although it doesn't show them. Both are escaped.
    """
    settings: dict[str, object] = {}
    if not plan.searched:
        settings["exclude"] = True
    elif isinstance(plan.record, Party):
        settings["boost"] = 2  # a search for a name should find its own page before others that mention it
    if plan.record and plan.searched:
        settings["kind"] = str(Markup(" · ").join(_kind(plan.record, explainer, words)))
    if also := _also(plan, explainer, words):
        settings["also"] = str(also)
    return settings


def _kind(record: Record, explainer: Explainer, words: Words) -> list[Markup]:
    """What a record is, when it was and how it stands, as far as it has each."""
    if isinstance(record, Party):
        return [words(f"search.{record.kind}")]
    name = words(f"search.{record.kind_name}")
    if isinstance(record, Constraint):
        state = [words(f"status.{status_on(record)}")] if record.has_states else []
        return [name, words.day(record.date), *state]
    if isinstance(record, Document) and record.kind:
        name = words(f"document.{record.kind}")
    if not isinstance(record, (Stage, Visit, Event, Project, Document)):
        return [name]
    status = status_on(record)
    if isinstance(record, Event):
        standing = [words(f"status.{status}")] if status and status != "happened" else []
        return [words(f"event.{record.kind}"), words.day(record.date), *standing]
    day = [words.day(record.date)] if isinstance(record, (Visit, Document)) else []
    return [name, *day, *([words(f"status.{status}")] if status else [])]


def _also(plan: Plan, explainer: Explainer, words: Words) -> Markup | None:
    """More words by which a page is found: of a list that is not read, at least what it is."""
    if plan.template == "sources" and plan.part and plan.part.shown:
        # its list is not read, but readers look for a newspaper
        names = {str(source.outlet or source.who) for source in plan.part.shown}
        return escaped(" · ".join(sorted(names, key=lambda name: (name.casefold(), name))))
    if isinstance(plan.record, Party):  # the search does not read facts
        full = (plan.record.name,) if plan.record.short else ()
        spellings = (*full, *plan.record.native.values(), *plan.record.also_written)
        return escaped(" · ".join(spellings)) if spellings else None
    name = f"search.also.{plan.template}"
    if name in words:
        return words(name)
    is_list = len(plan.trail) < 2 or plan.beside
    return plan.description if not plan.searched and not plan.is_old and is_list else None
