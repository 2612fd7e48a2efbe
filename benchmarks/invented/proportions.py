"""How many records of each kind an invented explainer has, and their ids.

The numbers were counted in a real explainer of 150 records: for each record it has five statements with two citations
each, and four sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

SHARES: Final[Mapping[str, float]] = {"parties": 0.56, "visits": 0.34, "projects": 0.06, "constraints": 0.04}
"""The kinds of records that have a page, and the share of each. The four stages come on top."""

OWN_SOURCES: Final[Mapping[str, int]] = {"parties": 3, "visits": 4, "projects": 8, "constraints": 5}
"""How many sources each record of a kind brings along."""

OTHER_SOURCES: Final = 0.35
"""How many more sources there are for each record. The checks of claims cite them."""

TERMS: Final = 0.25
PLACES: Final = 0.2
QUESTIONS: Final = 0.4
"""How many there are for each record."""

LEADERS: Final = 12
STATES: Final = 9
STAGES: Final = 4

NEVER_NAMED: Final = 5
"""Every visit whose number is a multiple of this is named by no other record, so that it can be deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ids:
    """The ids of the records of an invented explainer, in the order in which they were made."""

    states: tuple[str, ...]
    leaders: tuple[str, ...]
    parties: tuple[str, ...]
    visits: tuple[str, ...]
    projects: tuple[str, ...]
    constraints: tuple[str, ...]
    stages: tuple[str, ...]
    places: tuple[str, ...]
    sources: tuple[str, ...]
    terms: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def unnamed_visits(self) -> tuple[str, ...]:
        """The visits that no other record names."""
        return self.visits[::NEVER_NAMED]

    @property
    def with_own_sources(self) -> Mapping[str, tuple[str, ...]]:
        """By kind: the records that bring sources along."""
        return {
            "parties": self.parties,
            "visits": self.visits,
            "projects": self.projects,
            "constraints": self.constraints,
        }

    @property
    def own_sources(self) -> Mapping[str, tuple[str, ...]]:
        """The sources that each record brings along. If there are too few, several records share one."""
        number = count()
        return {
            id: tuple(self.sources[next(number) % len(self.sources)] for _ in range(OWN_SOURCES[kind]))
            for kind, those in self.with_own_sources.items()
            for id in those
        }


def ids_of(records: int) -> Ids:
    """The ids of an explainer in which this many records have a page."""
    number_of = {kind: max(round(records * share), 3) for kind, share in SHARES.items()}
    number_of["parties"] = max(number_of["parties"], STATES + LEADERS + 1)
    owned = sum(number * OWN_SOURCES[kind] for kind, number in number_of.items())
    states = _numbered("state", STATES)
    leaders = _numbered("leader", LEADERS)
    others = _numbered("party", number_of["parties"] - STATES - LEADERS)
    return Ids(
        states=states,
        leaders=leaders,
        parties=(*states, *leaders, *others),
        visits=_numbered("visit", number_of["visits"]),
        projects=_numbered("project", number_of["projects"]),
        constraints=_numbered("rule", number_of["constraints"]),
        stages=_numbered("stage", STAGES),
        places=_numbered("place", max(round(records * PLACES), 8)),
        sources=_numbered("source", owned + round(records * OTHER_SOURCES)),
        terms=_numbered("term", max(round(records * TERMS), 8)),
        questions=_numbered("question", max(round(records * QUESTIONS), 8)),
    )


def _numbered(name: str, number: int) -> tuple[str, ...]:
    return tuple(f"{name}-{each}" for each in range(1, number + 1))
