"""How many bytes of HTML an entry of a list takes, estimated from the records.

The numbers are those of our templates, rounded up. They decide how a list is divided, so they need not be exact, but
the same records must always give the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from builder.explainer.linking import Explainer
from builder.explainer.views.headlines import Finding, came_of
from builder.explainer.views.timeline import TimelineItem
from builder.graphics.charts import Encounters
from builder.records.models.claims import Claim
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.settings import Correction
from builder.records.models.source import Source
from builder.records.models.term import Term
from builder.records.models.visit import Visit
from builder.records.safe_text import Citation

_IN_CONTENTS = 330
"""An entry of the page's contents, which Material writes and we write once more."""


class Sizes:
    """Estimates the sizes of entries of one explainer."""

    def __init__(self, explainer: Explainer) -> None:
        self.explainer = explainer

    def visit(self, visit: Visit) -> int:
        """A row of the table of visits."""
        found = came_of(visit)
        return 220 + self.link(visit) + (self.finding(found) if found else 0)

    def event(self, event: Event) -> int:
        """A row of the table of events."""
        found = came_of(event)
        acted = sum(self.link(self.explainer.records[id]) for id in event.parties)
        return 280 + self.link(event) + acted + (self.finding(found) if found else 0)

    def timeline_item(self, item: TimelineItem) -> int:
        """An item of the timeline."""
        size = 190
        for told in item.tellings:
            size += sum(50 + self.link(record) for record, _ in told.records)
            size += self.finding(told.finding) if told.finding else 0
        return size

    def source(self, source: Source) -> int:
        """A source with everything that cites it."""
        citing = {use.record.id: use.record for use in self.explainer.uses.get(source.id, ()) if use.record}
        note = text(source.note) + 30 if source.note else 0
        return 90 + self.source_line(source.id) + note + sum(map(self.link, citing.values()))

    def party(self, party: Party) -> int:
        """A row of the table of parties."""
        role = text(party.roles[-1].text) if party.roles else 0
        return 60 + self.link(party) + role + sum(self.link(self.explainer.records[id]) for id in party.of)

    def project(self, project: Record) -> int:
        """A row of the table of projects."""
        return 330 + self.link(project)

    def constraint(self, constraint: Constraint) -> int:
        """A row of the table of constraints."""
        headline = text(constraint.headline) if constraint.headline else 0
        adopted = sum(self.link(self.explainer.records[id]) for id in constraint.adopted_by)
        return 230 + self.link(constraint) + adopted + headline

    def document(self, document: Document) -> int:
        """A row of the table of documents."""
        headline = text(document.headline) if document.headline else 0
        parties = {act.party for act in document.parties}
        return 260 + self.link(document) + headline + sum(self.link(self.explainer.records[id]) for id in parties)

    def pair(self, pair: Encounters) -> int:
        """Two people with all their meetings."""
        visits = [visit for _, _, members in pair.groups for visit in members]
        names = size(pair.one.label) + size(pair.other.label)
        own = sum(80 + self.link(each) + (0 if pair.is_long else self.cited(each.sources)) for each in visits)
        return 200 + _IN_CONTENTS + 4 * names + own

    def question(self, question: Question) -> int:
        """A question with its answer."""
        answer = sum(80 + text(each.text) + self.cited(each.sources) for each in question.answer)
        about = sum(self.link(self.explainer.records[id]) for id in question.about)
        return 120 + _IN_CONTENTS + 3 * size(question.question) + answer + about

    def term(self, term: Term) -> int:
        """A term with its definition."""
        return 150 + size(term.term) + text(term.definition) + self.cited(term.sources)

    def claim(self, claim: Claim) -> int:
        """A claim with the evidence on it. Its text is there three times: by paragraph and for search engines too."""
        evidence = 0
        if claim.checked:
            evidence += 90 + text(claim.checked.note or "") + self.cited(claim.checked.sources)
        if claim.outcome:
            evidence += 90 + text(claim.outcome.text or "") + self.cited(claim.outcome.sources)
        about = sum(self.link(self.explainer.records[id]) for id in claim.about if id in self.explainer.records)
        quote = size(claim.quote) + 60 if claim.quote else 0
        return 950 + 3 * text(claim.text) + quote + evidence + about

    def correction(self, correction: Correction) -> int:
        """A correction."""
        return 120 + text(correction.text) + sum(self.link(self.explainer.records[id]) for id in correction.about)

    def finding(self, finding: Finding) -> int:
        """What a record has to tell, with who says it and its sources."""
        return (90 if finding.by else 0) + text(finding.text) + self.cited(finding.sources)

    def link(self, record: Record) -> int:
        """A link to a record."""
        if record.id not in self._links:
            self._links[record.id] = 30 + len(record.id) + size(record.label)
        return self._links[record.id]

    def cited(self, citations: Sequence[Citation]) -> int:
        """The control that opens the sources of a statement, and the list that it opens."""
        return 400 + sum(map(self.source_line, {each.source for each in citations})) if citations else 0

    def source_line(self, id: str) -> int:
        """A source in a list."""
        if id not in self._lines:
            source = self.explainer.source(id)
            named = size(source.label) + sum(map(size, source.imprint)) + size(source.address or "")
            archived = 80 + size(source.label) + size(source.archive) if source.archive else 0
            self._lines[id] = 110 + len(id) + named + archived
        return self._lines[id]

    @cached_property
    def _links(self) -> dict[str, int]:
        return {}

    @cached_property
    def _lines(self) -> dict[str, int]:
        return {}


def size(words: str) -> int:
    """The size of a text without links."""
    return len(str(words).encode())


def text(words: str) -> int:
    """The size of a text, in which there may be links."""
    return size(words) + 70 * words.count("[[")


def in_a_line(*words: str) -> int:
    """The size of a line that names an entry, with its anchor and a link to it."""
    return 95 + sum(map(size, words))
