"""What has gone out of date by a day, and where the explainer is thin."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from builder.dates.edtf_dates import Date
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer, owners
from builder.explainer.overviews import SourcedClaim
from builder.records.models.claims import Claims
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.shapes import Entry
from builder.records.models.stage import Stage
from builder.records.models.visit import Visit
from builder.records.traversal import references, texts

UNCHANGED_AFTER = datetime.timedelta(days=365)
"""How long a stage may go without a step before it is named."""

_OVER = ("done", "undone")
_TO_COME = ("invited", "planned")
_KNOWN = ("came-true", "partly", "did-not")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stale:
    """What time has overtaken, or may have."""

    review_due: Date | None
    """The day after which the explainer counts as out of date, once it has gone by."""

    gone_by: tuple[Visit, ...]
    """Visits still planned or invited to, on a day that has gone by."""

    open_forecasts: tuple[SourcedClaim, ...]
    """Forecasts of which nobody has said whether they came true."""

    unchanged: tuple[tuple[Stage, Entry], ...]
    """Stages under way without a step for a year, each with its last one."""

    @property
    def has_open(self) -> bool:
        """Whether anything in the records waits to be settled."""
        return bool(self.gone_by or self.open_forecasts or self.unchanged)


@dataclass(frozen=True, kw_only=True, slots=True)
class Thin:
    """Records that say little."""

    without_outcome: tuple[Visit, ...]
    """Visits held of which nothing says what came."""

    without_step: tuple[Project, ...]
    """Projects without a dated step."""

    unnamed: tuple[Party, ...]
    """Parties that nothing names."""

    unchecked: tuple[Question, ...]
    """Questions that do not say what their answer rests on. Editors are told, readers are not."""

    @property
    def says_something(self) -> bool:
        """Whether there is any of them that readers are told."""
        return bool(self.without_outcome or self.without_step or self.unnamed)


def stale(explainer: Explainer, today: datetime.date) -> Stale:
    """What is out of date on the day `today`; a stage's year without a step ends on the explainer's own day."""
    review_after = explainer.settings.review_after
    last_steps = ((stage, stage.history[-1]) for stage in explainer.stages if stage.history)
    day = explainer.settings.as_of.first
    return Stale(
        review_due=review_after if review_after and review_after.last < today else None,
        gone_by=tuple(visit for visit in explainer.visits if status_on(visit) in _TO_COME and visit.date.last < today),
        open_forecasts=tuple(
            SourcedClaim(claim=claim, claims=claims)
            for claims in explainer.claims.values()
            for claim in claims.claims
            if claim.voice == "forecast" and (claim.outcome is None or claim.outcome.result not in _KNOWN)
        ),
        unchanged=tuple(
            (stage, step)
            for stage, step in last_steps
            if day - step.date.last > UNCHANGED_AFTER and status_on(stage) not in _OVER
        ),
    )


def thin(explainer: Explainer) -> Thin:
    """Where the records say little."""
    named = _named(explainer)
    return Thin(
        without_outcome=tuple(visit for visit in explainer.visits if status_on(visit) == "held" and not visit.outcomes),
        without_step=tuple(project for project in explainer.projects if not project.history),
        unnamed=tuple(party for party in explainer.parties if party.id not in named),
        unchecked=tuple(each for each in explainer.questions if not (each.rests_on or each.asserts)),
    )


def _named(explainer: Explainer) -> set[str]:
    """The ids that a record, the explainer's own file or a claim names."""
    found = set(explainer.mentions)
    for shape, record, _ in owners(explainer):
        if record is None or isinstance(shape, Claims):
            found.update(reference.id for reference in references(shape))
            for path, text in texts(shape):
                found.update(link.id for link in text.links)
                found.update([str(text)] if path[-1] == "by" else [])
    return found
