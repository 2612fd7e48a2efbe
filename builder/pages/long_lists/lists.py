"""The lists that may be too long for one page, and where each of their entries is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, TypeVar

from markupsafe import Markup

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer import addresses
from builder.explainer.addresses import address_of, address_of_claims
from builder.explainer.linking import Explainer
from builder.explainer.views import overviews
from builder.explainer.views.headlines import as_listed
from builder.explainer.views.overviews import SourcedClaim
from builder.explainer.views.timeline import FOLDED_FROM, TimelineItem, timeline_items
from builder.explainer.words import Words
from builder.graphics import charts
from builder.graphics.charts import Encounters
from builder.pages.long_lists.letters import letter_as_shown, letter_of
from builder.pages.long_lists.parts import Divider, Key, Part
from builder.pages.long_lists.sizes import Sizes, in_a_line
from builder.records.models.claims import Claim, Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.settings import Correction
from builder.records.models.source import STANDINGS, Source
from builder.records.models.term import Term
from builder.records.models.visit import Visit

Item = TypeVar("Item")

UNDATED: Final = "undated"
"""The key of visits and events without a known day, and of timeline items whose month is not known."""


class LongLists:
    """The lists of one explainer. Each is divided when it is first asked for."""

    def __init__(self, explainer: Explainer, words: Words) -> None:
        self.explainer = explainer
        self.words = words
        self.sizes = Sizes(explainer)
        self._claims: dict[str, Part[Claim]] = {}
        self._claim_pages: dict[str, Mapping[str, str]] = {}

    @cached_property
    def timeline(self) -> Part[TimelineItem]:
        """Every item, by year and month."""
        found = tuple(map(_with_visits_as_listed, timeline_items(self.explainer)))
        others = Counter(item.year for item in found if not item.is_main)

        def size_of_name(item: TimelineItem, size: int) -> int:
            is_in_full = item.is_main or others[item.year] < FOLDED_FROM
            return size if is_in_full else 330

        divider: Divider[TimelineItem] = Divider(
            folder="timeline",
            keys=[Key("year", lambda item: str(item.year)), Key("month", _month_of_item)],
            size=self.sizes.timeline_item,
            size_of_name=size_of_name,
        )
        return self._divided("timeline", addresses.TIMELINE, divider, found)

    @cached_property
    def visits(self) -> Part[Visit]:
        """The visits, by year and month."""
        divider: Divider[Visit] = Divider(
            folder="visits/years",
            keys=[Key("year", _year_of), Key("month", _month_of)],
            size=self.sizes.visit,
            size_of_name=lambda visit, _: 60 + self.sizes.link(visit),
        )
        return self._divided("visits-index", addresses.index_of(Visit), divider, map(as_listed, self.explainer.visits))

    @cached_property
    def events(self) -> Part[Event]:
        """The events, by year and month."""
        divider: Divider[Event] = Divider(
            folder="events/years",
            keys=[Key("year", _year_of), Key("month", _month_of)],
            size=self.sizes.event,
            size_of_name=lambda event, _: 60 + self.sizes.link(event),
        )
        return self._divided("events-index", addresses.index_of(Event), divider, self.explainer.events)

    @cached_property
    def projects(self) -> Part[Project]:
        """The projects, by first letter."""
        divider: Divider[Project] = Divider(
            folder="projects/letters",
            keys=[Key("letter", lambda project: letter_of(project.label))],
            size=self.sizes.project,
            size_of_name=lambda project, _: 15 + self.sizes.link(project),
        )
        return self._divided("projects-index", addresses.index_of(Project), divider, self.explainer.projects)

    @cached_property
    def constraints(self) -> Part[Constraint]:
        """The constraints, by the year of their adoption."""
        divider: Divider[Constraint] = Divider(
            folder="constraints/years",
            keys=[Key("year", lambda constraint: str(constraint.date.sort_day.year))],
            size=self.sizes.constraint,
            size_of_name=lambda constraint, _: 15 + self.sizes.link(constraint),
        )
        return self._divided("constraints-index", addresses.index_of(Constraint), divider, self.explainer.constraints)

    @cached_property
    def documents(self) -> Part[Document]:
        """The documents, by year."""
        divider: Divider[Document] = Divider(
            folder="documents/years",
            keys=[Key("year", lambda document: str(document.date.sort_day.year))],
            size=self.sizes.document,
            size_of_name=lambda document, _: 15 + self.sizes.link(document),
        )
        return self._divided("documents-index", addresses.index_of(Document), divider, self.explainer.documents)

    @cached_property
    def parties(self) -> Part[Party]:
        """The parties, by kind and first letter."""
        divider: Divider[Party] = Divider(
            folder="parties/kinds",
            keys=[Key("groups", lambda party: party.kind), Key("letter", lambda party: letter_of(party.label))],
            size=self.sizes.party,
            size_of_name=lambda party, _: 15 + self.sizes.link(party),
        )
        groups = overviews.parties_by_kind(self.explainer.parties).values()
        return self._divided("parties-index", addresses.index_of(Party), divider, _all(groups))

    @cached_property
    def encounters(self) -> tuple[Encounters, ...]:
        """The pairs of people who met or planned to meet."""
        return charts.encounters(self.explainer)

    @cached_property
    def meetings(self) -> Part[Encounters]:
        """The pairs of people who met or planned to meet, by one of the two, and then each pair by itself."""
        divider: Divider[Encounters] = Divider(
            folder="meetings",
            keys=[Key("party", lambda pair: pair.one.id), Key("party", lambda pair: pair.other.id)],
            size=self.sizes.pair,
            size_of_name=lambda pair, _: in_a_line(pair.anchor, pair.anchor, pair.one.label, pair.other.label),
        )
        return self._divided("meetings", addresses.MEETINGS, divider, self.encounters)

    @cached_property
    def invitations(self) -> Part[Visit]:
        """The visits that someone sent an invitation for, by what came of it and by year."""
        groups = {
            name: overviews.invitations(visits) for name, visits in overviews.visits_by_standing(self.explainer).items()
        }
        standings = {visit.id: name for name, visits in groups.items() for visit in visits}
        divider: Divider[Visit] = Divider(
            folder="invitations",
            keys=[Key("invited", lambda visit: standings[visit.id]), Key("year", _year_of)],
            size=lambda visit: 80 + self.sizes.visit(visit),
            size_of_name=lambda visit, _: 40 + len(visit.id) + self.sizes.link(visit),
        )
        return self._divided("invitations", addresses.INVITATIONS, divider, _all(groups.values()))

    @cached_property
    def claimants(self) -> Part[Claims]:
        """The sources whose claims are listed, by the first letter of who speaks in them."""
        divider: Divider[Claims] = Divider(
            folder="claims/letters",
            keys=[Key("letter", self._letter_of_claimant)],
            size=lambda claims: 2400 + self.sizes.source_line(claims.source),
            size_of_name=lambda claims, _: in_a_line(claims.source, claims.source, self._who(claims)),
        )
        return self._divided("claims-index", addresses.CLAIMS, divider, self.explainer.claims.values())

    def claims_of(self, claims: Claims) -> Part[Claim]:
        """The claims of a source, by the results of checking them."""
        if claims.source not in self._claims:
            divider: Divider[Claim] = Divider(
                folder=f"claims/{claims.source}",
                keys=[Key("result", overviews.result_of)],
                size=self.sizes.claim,
                size_of_name=lambda claim, _: 120 + in_a_line(claim.id, claim.id, claim.text),
            )
            groups = overviews.claims_by_result(claims).values()
            title = self.words("claims.of", who=self._who(claims))
            self._claims[claims.source] = self._divided(
                "claims", address_of_claims(claims), divider, _all(groups), title=title
            )
        return self._claims[claims.source]

    @cached_property
    def forecasts(self) -> Part[SourcedClaim]:
        """Every forecast, by what became of it and by the first letter of who made it."""
        divider: Divider[SourcedClaim] = Divider(
            folder="forecasts",
            keys=[
                Key("outcome", lambda forecast: overviews.outcome_of(forecast.claim)),
                Key("letter", lambda forecast: self._letter_of_claimant(forecast.claims)),
            ],
            size=lambda forecast: 60 + self.sizes.claim(forecast.claim),
            size_of_name=lambda forecast, _: in_a_line(forecast.claims.source, forecast.claim.id, forecast.claim.text),
        )
        groups = overviews.forecasts(self.explainer).values()
        return self._divided("forecasts", addresses.FORECASTS, divider, _all(groups))

    @cached_property
    def questions(self) -> Part[Question]:
        """The questions, by the kind of the first record that each is about."""
        divider: Divider[Question] = Divider(
            folder="questions",
            keys=[Key("questions.about", lambda question: self.explainer.records[question.about[0]].kind_name)],
            size=self.sizes.question,
            size_of_name=lambda question, _: in_a_line(question.id, question.id, question.question),
        )
        groups = overviews.questions_by_kind(self.explainer).values()
        return self._divided("questions", addresses.QUESTIONS, divider, _all(groups))

    @cached_property
    def terms(self) -> Part[Term]:
        """The terms, by first letter."""
        divider: Divider[Term] = Divider(
            folder="glossary",
            keys=[Key("letter", lambda term: letter_of(term.term))],
            size=self.sizes.term,
            size_of_name=lambda term, _: in_a_line(term.id, term.id, term.term),
        )
        return self._divided("glossary", addresses.GLOSSARY, divider, self.explainer.terms)

    @cached_property
    def corrections(self) -> Part[Correction]:
        """The corrections, by year."""
        divider: Divider[Correction] = Divider(
            folder="corrections",
            keys=[Key("year", lambda correction: str(correction.date.sort_day.year))],
            size=self.sizes.correction,
            size_of_name=lambda _, size: size,
        )
        return self._divided("corrections", addresses.CORRECTIONS, divider, self.explainer.settings.corrections)

    @cached_property
    def sources(self) -> Part[Source]:
        """The sources, by standing and first letter of the outlet."""
        divider: Divider[Source] = Divider(
            folder="sources",
            keys=[Key("standing", lambda source: source.standing), Key("letter", _letter_of_source)],
            size=self.sizes.source,
            size_of_name=lambda source, _: in_a_line(source.id, source.id, source.label, source.outlet or ""),
        )
        by_outlet = overviews.in_order_of_outlet(self.explainer.sources)
        found = sorted(by_outlet, key=lambda source: STANDINGS.index(source.standing))
        return self._divided("sources", addresses.SOURCES, divider, found)

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """By the id of a record without a page of its own: the page that it is on, if its list is divided."""
        return {
            **self.sources.pages_by(lambda source: source.id),
            **self.terms.pages_by(lambda term: term.id),
            **self.questions.pages_by(lambda question: question.id),
        }

    def place_of_claim(self, source: str, id: str) -> str:
        """The place of a claim on a page, now: the claim of a source, by their ids."""
        claims = self.explainer.claims[source]
        if source not in self._claim_pages:
            self._claim_pages[source] = self.claims_of(claims).pages_by(lambda each: each.id)
        return f"{self._claim_pages[source].get(id, address_of_claims(claims))}#{id}"

    def place_of_pair(self, anchor: str) -> str:
        """The place of the meetings of two people on a page, now, by their anchor."""
        return f"{self._pair_pages.get(anchor, addresses.MEETINGS)}#{anchor}"

    @cached_property
    def _pair_pages(self) -> Mapping[str, str]:
        return self.meetings.pages_by(lambda pair: pair.anchor)

    @cached_property
    def item_pages(self) -> Mapping[str, str]:
        """By the anchor of an item of the timeline: the page that it is on, if the timeline is divided."""
        return self.timeline.pages_by(lambda item: item.anchor)

    def _who(self, claims: Claims) -> str:
        return self.explainer.source(claims.source).who

    def _letter_of_claimant(self, claims: Claims) -> str:
        return letter_of(self._who(claims))

    def _divided(
        self, name: str, path: str, divider: Divider[Item], items: Iterable[Item], *, title: Markup | None = None
    ) -> Part[Item]:
        """Divide a list. Without a title, it has that of the page with its name."""
        kinds = [key.kind for key in divider.keys]
        whole = title or self.words(f"kinds.{name}")

        def titles(keys: tuple[str, ...]) -> tuple[Markup, Markup]:
            labels = [
                self._label(kinds[place] if place < len(kinds) else "number", keys[: place + 1])
                for place in range(len(keys))
            ]
            if not labels:
                return whole, whole
            if kinds[0] == "year" and keys[0] != UNDATED:
                if len(labels) == 1:
                    return labels[0], self.words("page.of_year", title=whole, year=labels[0])
                labels[0:2] = labels[1:2]  # the name of a month has the year in it
            return labels[-1], self.words("page.of_part", title=whole, part=Markup(", ").join(labels))

        return divider.divide(path, items, titles)

    def _label(self, kind: str, keys: tuple[str, ...]) -> Markup:
        """The label of the last of some keys."""
        key = keys[-1]
        match kind:
            case "number":
                return self.words("page.part", number=int(key))
            case "letter":
                return Markup(letter_as_shown(key))
            case "party":
                return self.explainer.party(key).label.__html__()
            case "result":
                return self.words(f"voice.{key}" if key in ("judgement", "forecast") else f"check.{key}")
            case "year" | "month" if keys[0] == UNDATED or (kind, key) == ("year", UNDATED):
                return self.words("site.no_date")
            case "year":
                return self.words.digits(int(key))
            case "month" if key == UNDATED:
                return self.words("dates.month_unknown", date=self.words.digits(int(keys[-2])))
            case "month":
                return self.words.day(Date.parse(f"{int(keys[-2]):04}-{key}"))
        return self.words(f"{kind}.{key}")


def place_of(record: Record, pages: Mapping[str, str]) -> str | None:
    """The page of a record or its place on a page, now; None if no page shows it. `pages` are those of `LongLists`.

    `address_of` returns the address that it always has. If a list is divided, that leads to the place here.
    """
    path = pages.get(record.id) if isinstance(record, (Source, Term, Question)) else None
    return f"{path}#{record.id}" if path else address_of(record)


def _all(groups: Iterable[Iterable[Item]]) -> Iterable[Item]:
    return (item for members in groups for item in members)


def _month_of_item(item: TimelineItem) -> str:
    return item.month[len("2018-") :] or UNDATED


def _with_visits_as_listed(item: TimelineItem) -> TimelineItem:
    """An item with no more of each visit than lists show."""
    tellings = [
        replace(
            told,
            records=tuple(
                (as_listed(each) if isinstance(each, Visit) else each, status) for each, status in told.records
            ),
        )
        for told in item.tellings
    ]
    return replace(item, tellings=tuple(tellings))


def _year_of(record: Visit | Event) -> str:
    return UNDATED if record.date == NOT_KNOWN else str(record.date.sort_day.year)


def _month_of(record: Visit | Event) -> str:
    return UNDATED if record.date == NOT_KNOWN else f"{record.date.sort_day.month:02}"


def _letter_of_source(source: Source) -> str:
    return letter_of(source.outlet or source.who)
