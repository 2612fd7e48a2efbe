"""Data for search engines: schema.org's `Event`, `Person`, `Organization`, `Country`, `Legislation`, `CreativeWork`,
`Dataset` and `ClaimReview`, as JSON-LD. The theme adds a `BreadcrumbList` to each page.

Invitations, open or lapsed, are not events: see https://schema.org/EventStatusType
"""

from __future__ import annotations

from collections.abc import Sequence

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.addresses import DOWNLOADS, HOME, address_of, on_the_web
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.rounds import parts_of
from builder.explainer.words import Words
from builder.exports.downloads import MIME, offered
from builder.records.models.claims import Check, Claim, Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import JOINING, Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.models.visit import TOOK_PLACE, Visit

Data = dict[str, object]


Claimed = tuple[Claims, Sequence[Claim]]
"""The claims of a source, and those of them that a page shows in full."""


def structured_data(
    path: str, record: Record | None, claimed: Claimed | None, explainer: Explainer, words: Words, site: str
) -> Data | None:
    """Describe the page at `path` below docs/ and the record or the claims on it, if any.

    None if schema.org has no type for it.
    """
    schema_org = _SchemaOrg(explainer, words, site)
    found: Data | None = None
    if isinstance(record, Visit):
        found = schema_org.event(record)
    elif isinstance(record, Constraint):
        found = schema_org.legislation(record)
    elif isinstance(record, Event):
        found = schema_org.event_record(record)
    elif isinstance(record, Party):
        found = schema_org.party(record)
    elif isinstance(record, Document):
        found = schema_org.document(record)
    elif path == DOWNLOADS:
        found = schema_org.dataset()
    elif claimed:
        found = schema_org.checked_claims(path, *claimed)
    return {"@context": "https://schema.org", **_without_empty(found)} if found else None


_EVENT_STATUS = {
    **dict.fromkeys((*TOOK_PLACE, "planned"), "EventScheduled"),
    "cancelled": "EventCancelled",
    "postponed": "EventPostponed",
}

_LEGAL_FORCE = {"in-force": "InForce", "reimposed": "InForce", "partly-lifted": "PartiallyInForce"}

_PARTY_TYPE = {"person": "Person", "organisation": "Organization", "state": "Country"}


_LEGISLATION = ("treaty", "protocol", "resolution", "decree")

_LEGAL_FORCE = {
    **dict.fromkeys(("in-force", "prolonged"), "InForce"),
    "partly-kept": "PartiallyInForce",
    **dict.fromkeys(("superseded", "expired", "ended", "abandoned"), "NotInForce"),
}


class _SchemaOrg:
    def __init__(self, explainer: Explainer, words: Words, site: str) -> None:
        self.explainer = explainer
        self.words = words
        self.site = site

    def event(self, visit: Visit) -> Data | None:
        status = status_on(visit) or ""
        if status not in _EVENT_STATUS:
            return None
        starts, ends = _dates(visit.date)
        days = {"previousStartDate": starts} if status == "postponed" else {"startDate": starts, "endDate": ends}
        return {
            "@type": "Event",
            "name": str(visit.title),
            "description": self._summary(visit),
            **days,
            "eventStatus": f"https://schema.org/{_EVENT_STATUS[status]}",
            "location": [self.place(self.explainer.place(id)) for id in visit.all_places],
            "attendee": [self.named(self.explainer.party(id)) for id in visit.parties],
            "organizer": [self.named(self.explainer.party(id)) for id in visit.invited_by],
            "superEvent": self._named_event(self.explainer.records[visit.part_of]) if visit.part_of else None,
            "subEvent": [
                event for part in parts_of(self.explainer, visit.id) if (event := self._named_event(part)) is not None
            ],
            "url": self._url(visit),
        }

    def _named_event(self, visit: Record) -> Data | None:
        """Return the name and the page of a visit; None if it is no event."""
        if not isinstance(visit, Visit) or status_on(visit) not in _EVENT_STATUS:
            return None
        return _without_empty({"@type": "Event", "name": str(visit.title), "url": self._url(visit)})

    def legislation(self, constraint: Constraint) -> Data | None:
        """Describe a constraint that amends or ended others, or that another ended; None for any other."""
        ended = self.explainer.naming(constraint.id, Constraint, "ended_by")
        ender = self.explainer.records[constraint.ended_by] if constraint.ended_by else None
        if not (constraint.amends or ended or isinstance(ender, Constraint)):
            return None
        force = _LEGAL_FORCE.get(status_on(constraint) or "", "NotInForce")
        by = [self.explainer.party(id) for id in constraint.adopted_by]
        return {
            "@type": "Legislation",
            "name": str(constraint.title),
            "description": self._summary(constraint),
            "legislationDate": _dates(constraint.date)[0],
            # Only people and organisations can pass one; a state is where it holds.
            "legislationPassedBy": [self.named(party) for party in by if party.kind != "state"],
            "legislationLegalForce": f"https://schema.org/{force}",
            "legislationAmends": [self._named_rule(self.explainer.constraint(id)) for id in constraint.amends],
            "legislationRepeals": [self._named_rule(rule) for rule in ended],
            "@reverse": {"legislationRepeals": self._named_rule(ender)} if isinstance(ender, Constraint) else None,
            "url": self._url(constraint),
        }

    def _named_rule(self, rule: Constraint) -> Data:
        return _without_empty({"@type": "Legislation", "name": str(rule.title), "url": self._url(rule)})

    def event_record(self, event: Event) -> Data | None:
        """Return an event, unless it is a deadline, which is none, or its day is not settled."""
        status = status_on(event)
        if event.kind == "deadline":
            return None
        starts, ends = _dates(event.date)
        state = {"cancelled": "EventCancelled", "moved": "EventRescheduled"}.get(status or "", "EventScheduled")
        return {
            "@type": "Event",
            "name": str(event.title),
            "description": self._summary(event),
            "startDate": starts,
            "endDate": ends,
            "eventStatus": f"https://schema.org/{state}",
            "location": [self.place(self.explainer.place(event.place))] if event.place else [],
            "organizer": [self.named(self.explainer.party(id)) for id in event.parties],
            "attendee": [self.named(self.explainer.party(id)) for id in event.addressed_to],
            "url": self._url(event),
        }

    def place(self, place: Place) -> Data:
        geo = None
        if place.lat is not None and place.lon is not None:
            geo = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon}
        within = self.place(self.explainer.place(place.within)) if place.within else None
        return _without_empty({"@type": "Place", "name": str(place.name), "geo": geo, "containedInPlace": within})

    def party(self, party: Party) -> Data:
        names = [*party.native.values(), *party.also_written, *([party.short] if party.short else [])]
        above = [self.named(self.explainer.party(id)) for id in party.of]
        relation = {"person": "affiliation", "organisation": "parentOrganization"}.get(party.kind, "memberOf")
        # Only organisations can be a parent. A ministry's state is the area it serves.
        states = [each for each in above if each["@type"] == "Country"] if party.kind == "organisation" else []
        return {
            **self.named(party),
            "alternateName": [str(name) for name in dict.fromkeys(names)],
            "description": self._summary(party),
            relation: [each for each in above if each not in states],
            "areaServed": states,
        }

    def document(self, document: Document) -> Data:
        """Describe a document: a treaty and what else is law as legislation. Its authors are its parties."""
        kind = self.words(f"document.{document.kind}").unescape() if document.kind else None
        day = _dates(document.date)[0]
        parties = dict.fromkeys(act.party for act in document.parties if act.did in JOINING)
        addresses = [self.explainer.source(citation.source).address for citation in document.text]
        about: Data = {"@type": "CreativeWork", "genre": kind, "dateCreated": day}
        if document.kind in _LEGISLATION:
            force = _LEGAL_FORCE.get(status_on(document) or "")
            about = {
                "@type": "Legislation",
                "legislationType": kind,
                "legislationDate": day,
                "legislationLegalForce": force and f"https://schema.org/{force}",
            }
        return {
            **about,
            "name": str(document.title),
            "alternateName": document.short and str(document.short),
            "description": self._summary(document),
            "author": [self.named(self.explainer.party(id)) for id in parties],
            "sameAs": [address for address in addresses if address],
            "url": self._url(document),
        }

    def named(self, party: Party) -> Data:
        return _without_empty({"@type": _PARTY_TYPE[party.kind], "name": str(party.name), "url": self._url(party)})

    def dataset(self) -> Data:
        settings = self.explainer.settings
        texts = [statement.text for statement in settings.background]
        day = str(settings.as_of)
        begins = min((visit.date.first for visit in self.explainer.visits if not visit.date.open_start), default=None)
        return {
            "@type": "Dataset",
            "name": str(settings.title),
            "description": "\n\n".join(map(self.explainer.plain, texts)) or str(settings.question),
            "url": on_the_web(DOWNLOADS, self.site) if self.site else None,
            "creator": self.editors(),
            "license": {"@type": "CreativeWork", "name": str(settings.licence)},
            "inLanguage": str(settings.language),
            "dateModified": day,
            "temporalCoverage": f"{begins.isoformat() if begins else '..'}/{day}",
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": MIME.get(file, "text/csv"),
                    "contentUrl": on_the_web(file, self.site),
                }
                for download in offered(self.explainer)
                for _, file in download.files
                if self.site
            ],
        }

    def editors(self) -> list[Data]:
        return [{"@type": "Organization", "name": str(editor)} for editor in self.explainer.settings.editors]

    def checked_claims(self, path: str, claims: Claims, shown: Sequence[Claim]) -> Data | None:
        """Return a `ClaimReview` for each claim on a page that was checked; nothing without the address of the site,
        which it needs.
        """
        checked = [(claim, claim.checked) for claim in shown if claim.checked]
        if not checked or not self.site:
            return None
        source = self.explainer.source(claims.source)
        page = on_the_web(path, self.site)
        return {"@graph": [self.review(claim, check, source, page) for claim, check in checked]}

    def review(self, claim: Claim, check: Check, source: Source, page: str) -> Data:
        """Return what a source claims, and the result of the check in a word. There is no scale of numbers."""
        authors: list[Data] = [{"@type": "Person", "name": str(author.name)} for author in source.author]
        outlet: list[Data] = [{"@type": "Organization", "name": str(source.outlet)}] if source.outlet else []
        issued = _dates(source.issued)[0] if source.issued else None
        work = _without_empty(
            {"@type": "CreativeWork", "name": source.title and str(source.title), "url": source.address}
        )
        claimed: Data = {"@type": "Claim", "author": authors or outlet, "datePublished": issued, "appearance": work}
        return _without_empty(
            {
                "@type": "ClaimReview",
                "url": f"{page}#{claim.id}",
                "claimReviewed": self.explainer.plain(claim.text),
                "itemReviewed": _without_empty(claimed),
                "author": self.editors(),
                "reviewRating": {
                    "@type": "Rating",
                    "alternateName": self.words(f"check.{check.result}").unescape(),
                },
                "reviewBody": check.note and self.explainer.plain(check.note),
            }
        )

    def _summary(self, record: Record) -> str | None:
        return self.explainer.plain(record.summary) if record.summary else None

    def _url(self, record: Record) -> str | None:
        """Return the address of its page, or None without a site address: a relative link would mean something else."""
        return on_the_web(address_of(record) or HOME, self.site) if self.site else None


def _dates(date: Date) -> tuple[str | None, str | None]:
    """Return the first and last day, as precisely as ISO 8601 can give them."""
    if not date.ends or date == NOT_KNOWN:
        return None, None
    known: Sequence[str | None] = [
        _ISO[end.kind].format(end.first) if end.kind in _ISO and not end.qualifier else None for end in date.ends
    ]
    return known[0], known[-1]


_ISO = {"day": "{:%Y-%m-%d}", "month": "{:%Y-%m}", "day_unknown": "{:%Y-%m}", "year": "{:%Y}", "month_unknown": "{:%Y}"}


def _without_empty(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in (None, "", [])}
