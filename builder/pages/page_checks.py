"""Checks of the planned pages: addresses that are taken, and titles that two pages share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.explainer import addresses
from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer
from builder.pages.plan import Plan
from builder.problems import Location, Problem, visible
from builder.records.loading import REMOVED_FILE, SETTINGS_FILE
from builder.records.models.party import Party


def taken_addresses(plans: Sequence[Plan], explainer: Explainer) -> Iterator[Problem]:
    """Yield a problem for everything that was removed, but whose address has a page again."""
    existing = {
        path for plan in plans if not plan.is_old for path in (plan.path, plan.path.replace("/index.md", ".md"))
    }
    for index, removed in enumerate(explainer.removals.removed):
        if existing.intersection(addresses.addresses_of_removed(removed)):
            yield Problem(
                location=explainer.origins[REMOVED_FILE].at(("removed", index, "id")),
                rule="old-name",
                message=f"there is a page at '{removed.id}' again",
                hint="delete this entry",
            )


def same_titles(plans: Sequence[Plan], explainer: Explainer) -> Iterator[Problem]:
    """Find pages that have the title of another: a reader, a search and a bookmark can't tell them apart."""
    first: dict[str, Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.record is not None):  # the site's own pages come first
        if plan.is_old:
            continue  # no search shows it
        title = " ".join(plan.title.unescape().split())
        other = first.setdefault(title, plan)
        if other is not plan:
            whose = f"that of '{other.record.id}'" if other.record else f"that of the page {on_the_web(other.path, '')}"
            message = f"the title '{visible(plan.title.unescape())}' is also {whose}"
            hint = "add what tells them apart, such as the place or the year"
            yield Problem(location=_location_of_title(plan, explainer), rule="same-title", message=message, hint=hint)


def _location_of_title(plan: Plan, explainer: Explainer) -> Location:
    """Where the title of a page is written."""
    record = plan.record
    if record is not None:
        fields = ("short", "name", "title") if isinstance(record, Party) else ("title",)
        given = next(name for name in fields if name in record.model_fields_set)
        return explainer.origins[record.id].at((given,))
    moments = explainer.settings.moments
    place = next((at for at, each in enumerate(moments) if addresses.address_of_moment(each) == plan.path), None)
    return explainer.origins[SETTINGS_FILE].at(("title",) if place is None else ("moments", place, "title"))
