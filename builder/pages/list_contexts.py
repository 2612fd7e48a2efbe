"""The data for the templates of lists: the entries of a list, or of the part of it that a page has."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from builder.explainer.counting import status_on
from builder.explainer.views import documents, obstacles, overviews, timeline
from builder.explainer.views.overviews import CitedSource, SourcedClaim
from builder.explainer.views.timeline import TimelineItem
from builder.exports import downloads
from builder.graphics import charts, visit_places
from builder.graphics.charts import Encounters
from builder.pages.contexts import Context, Contexts
from builder.pages.long_lists.parts import Part
from builder.records.models.claims import Claim, Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import AHEAD, Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.settings import Correction
from builder.records.models.source import Source
from builder.records.models.term import Term
from builder.records.models.visit import Visit


class ListContexts:
    """Makes the contexts of the pages of lists. What other pages need too comes from `contexts`."""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts
        self.explainer = contexts.explainer
        self.words = contexts.words

    def visits(self, part: Part[Visit]) -> Context:
        """Return the visits by meaning, and on the first page where they took place."""
        found: dict[str, list[Visit]] = {}
        for visit in part.items:
            found.setdefault(self.explainer.ask("standing", visit.id), []).append(visit)
        where = visit_places.Whereabouts(places=(), maps=None)
        if not part.keys:
            where = visit_places.places_of_visits(self.explainer, self.explainer.ask("listed_visits"))
        if part.parts:
            where = replace(where, places=())
        return {"groups": overviews.visits_by_meaning(self.explainer, found), "part": part, "where": where}

    def events(self, part: Part[Event]) -> Context:
        """Return events: those still to come, on the first page all of them, and the others."""
        ahead = tuple(event for event in (part.shown if part.keys else part.items) if status_on(event) in AHEAD)
        others = tuple(event for event in part.shown if status_on(event) not in AHEAD)
        return {"ahead": ahead, "others": others, "part": part}

    def parties(self, part: Part[Party]) -> Context:
        return {"groups": overviews.parties_by_kind(part.shown), "part": part}

    def projects(self, part: Part[Project]) -> Context:
        return {"projects": part.shown, "part": part}

    def questions(self, part: Part[Question]) -> Context:
        kinds = groupby(part.shown, lambda question: self.explainer.records[question.about[0]].kind_name)
        return {
            "groups": {kind: tuple(members) for kind, members in kinds},
            "part": part,
            "removed": () if part.keys else self.explainer.removed("questions"),
        }

    def glossary(self, part: Part[Term]) -> Context:
        return {
            "terms": part.shown,
            "part": part,
            "removed": () if part.keys else self.explainer.removed("terms"),
        }

    def meetings(self, part: Part[Encounters]) -> Context:
        moments = [each for each in self.explainer.settings.moments if each.date < self.explainer.settings.as_of]
        return {
            "met": [(pair, charts.held_by(self.explainer, pair, moments)) for pair in part.shown],
            "part": part,
            "matrix": charts.matrix(self.contexts.encounters) if part.items and not part.keys else None,
            "rule": self.explainer.settings.counting_rule,
            "levels": self.words.levels(self.explainer.settings.counts),
        }

    def invitations(self, part: Part[Visit]) -> Context:
        groups = groupby(part.shown, lambda visit: self.explainer.ask("standing", visit.id))
        return {"groups": {name: tuple(visits) for name, visits in groups}, "part": part}

    def timeline(self, part: Part[TimelineItem]) -> Context:
        """Return a timeline by year, on the first page with the drawing of meetings and stages."""
        found = part.items if part.names_entries else ()
        years = timeline.by_year(found)
        kinds = {kind for item in found for kind in item.kinds}
        return {
            "years": years,
            "kinds": tuple(kind for kind in timeline.KINDS if kind in kinds),
            "folded": any(year.folded for year in years),
            "part": part,
            "pages": self.explainer.ask("item_pages"),
            "year_pages": {each.key: each.path for each in part.parts},
            "picture": None if part.keys else self.contexts.lanes(),
        }

    def claims(self, claims: Claims, part: Part[Claim]) -> Context:
        """Return claims of a source by result and, on the first page, all of them by paragraph."""
        paragraphs = overviews.claims_by_paragraph(claims)
        groups = groupby(part.shown, overviews.result_of)
        whole: Part[Claim] = self.explainer.ask("claims_part", claims.source)
        return {
            "source": self.explainer.source(claims.source),
            "claims": claims,
            "part": part,
            "groups": {result: tuple(members) for result, members in groups},
            "paragraphs": paragraphs if part.names_entries and not part.keys else {},
            "count": len(paragraphs),
            "anchors": {
                para: f"{whole.path}#paragraph_{number}" if whole.names_entries else None
                for number, para in enumerate(paragraphs, 1)
            },
            "bar": charts.bar(overviews.checks_counted(claims)),
            "removed": () if part.keys else self.explainer.removed_claims(claims),
        }

    def claims_index(self, part: Part[Claims]) -> Context:
        return {
            "bars": [(claims, charts.bar(overviews.checks_counted(claims))) for claims in part.shown],
            "part": part,
            "outcomes": () if part.keys else self._outcomes(),
        }

    def forecasts(self, part: Part[SourcedClaim]) -> Context:
        """Return forecasts by outcome. On the first page there is a group for each outcome, even if it is empty."""
        groups = self.contexts.forecasts
        if part.parts or part.keys:
            shown = groupby(part.shown, lambda each: overviews.outcome_of(each.claim))
            groups = {outcome: tuple(members) for outcome, members in shown}
        return {"groups": groups, "part": part, "bar": () if part.keys else self._outcomes()}

    def corrections(self, part: Part[Correction]) -> Context:
        return {"corrections": part.shown, "part": part, "feed": downloads.CORRECTIONS_FEED}

    def constraints(self, part: Part[Constraint]) -> Context:
        """Return constraints and, on the first page, what blocks what."""
        explainer = self.explainer
        if part.keys:
            return {"constraints": part.shown, "part": part, "blocks": None}
        blocking = tuple(constraint for constraint in explainer.constraints if constraint.id in self.contexts.held_back)
        return {
            "constraints": part.shown,
            "part": part,
            "heads": obstacles.short_labels(blocking),
            "blocks": charts.blocks_table(self.contexts.blocks, blocking) if self.contexts.blocks else None,
            "unnamed": obstacles.unnamed_paragraphs(self.contexts.blocks),
            "picture": charts.blocks_picture(self.contexts.blocks, blocking),
        }

    def documents(self, part: Part[Document]) -> Context:
        """Return documents, each with its parties by how they stand to it."""
        listed = [
            (document, documents.by_standing(documents.participants(self.explainer, document)))
            for document in part.shown
        ]
        return {"documents": listed, "part": part}

    def sources(self, part: Part[Source]) -> Context:
        found: list[CitedSource] = [self.explainer.ask("cited", source.id) for source in part.shown]
        return {
            "groups": {name: tuple(members) for name, members in groupby(found, lambda each: each.source.standing)},
            "part": part,
            "removed": () if part.keys else self.explainer.removed("sources"),
        }

    def _outcomes(self) -> tuple[charts.Part, ...]:
        """Return the outcomes of all forecasts as a bar; empty if there are no forecasts."""
        found = self.contexts.forecasts
        return charts.bar({outcome: len(members) for outcome, members in found.items()})
