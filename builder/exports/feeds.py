"""Feeds of what changed in the records, and of corrections alone: Atom (RFC 4287) and JSON Feed 1.1, without a clock.

An entry's id is made from what it tells of, so that a reader who follows the feed sees it once, however often the
wording is mended.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from builder.dates.edtf_dates import Date
from builder.explainer.addresses import CORRECTIONS, HOME, address_of, on_the_web
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.overviews import Happening, timeline
from builder.explainer.words import Words
from builder.records.models.constraint import Constraint
from builder.records.models.settings import Correction
from builder.records.models.visit import Visit

ENTRIES_AT_MOST = 100
ATOM = "data/feed.xml"
JSON = "data/feed.json"
CORRECTIONS_ATOM = "data/corrections.atom"
CORRECTIONS_JSON = "data/corrections.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Something that happened, or was put right: an entry of the feeds."""

    id: str
    date: Date
    title: str
    text: str
    path: str
    """The page that tells of it."""

    kind: str

    @property
    def moment(self) -> str:
        """The day it is filed under, as feeds write it."""
        return _midnight(self.date.sort_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What readers can follow: its title, the page that shows the same, its files below docs/, its entries."""

    title: str
    page: str
    atom: str
    json: str
    items: tuple[News, ...]


def feeds(explainer: Explainer, words: Words) -> tuple[Feed, ...]:
    """What happened up to the explainer's day, and what was put right; the latter by itself too, if anything was.

    Newest first.
    """
    day = explainer.settings.as_of.last
    title = str(explainer.settings.title)
    known = (happening for happening in timeline(explainer) if happening.date.first <= day)
    corrections = tuple(_corrections(explainer, words))
    items = _newest_first([*_happenings(known, explainer, words), *corrections])
    everything = Feed(title=title, page=HOME, atom=ATOM, json=JSON, items=items)
    if not corrections:
        return (everything,)
    put_right = Feed(
        title=f"{title}: {words('kinds.corrections').unescape()}",
        page=CORRECTIONS,
        atom=CORRECTIONS_ATOM,
        json=CORRECTIONS_JSON,
        items=_newest_first(corrections),
    )
    return everything, put_right


def _newest_first(items: Sequence[News]) -> tuple[News, ...]:
    found = sorted(items, key=lambda item: (item.date.sort_day, item.date, item.id), reverse=True)
    return tuple(found[:ENTRIES_AT_MOST])


def atom(explainer: Explainer, told: Feed, site: str) -> bytes:
    """A feed in Atom."""
    settings, items = explainer.settings, told.items
    feed = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": str(settings.language)})
    _add(feed, "id", _urn(on_the_web(told.atom, site)))
    _add(feed, "title", told.title)
    _add(feed, "subtitle", settings.question)
    _add(feed, "updated", items[0].moment if items else _midnight(settings.as_of.first))
    _add(feed, "rights", settings.licence)
    for editor in settings.editors:
        _add(ElementTree.SubElement(feed, "author"), "name", editor)
    # With no address of the site, links are relative to the feed, which stands one folder down.
    base = site or "../"
    _add(feed, "link", rel="alternate", type="text/html", href=on_the_web(told.page, base))
    _add(feed, "link", rel="self", type="application/atom+xml", href=on_the_web(told.atom, base))
    for item in items:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", _urn(on_the_web(item.id, site)))
        _add(entry, "title", item.title)
        _add(entry, "updated", item.moment)
        _add(entry, "link", rel="alternate", type="text/html", href=on_the_web(item.path, base))
        _add(entry, "category", term=item.kind)
        _add(entry, "content", item.text, type="text")
    ElementTree.indent(feed, " ")
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def json_feed(explainer: Explainer, told: Feed, site: str) -> bytes:
    """A feed in JSON."""
    settings = explainer.settings
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told.title,
        "description": str(settings.question),
        "language": str(settings.language),
        "authors": [{"name": str(editor)} for editor in settings.editors],
    }
    if site:
        feed |= {"home_page_url": on_the_web(told.page, site), "feed_url": on_the_web(told.json, site)}
    feed["items"] = [
        {
            "id": _urn(on_the_web(item.id, site)),
            "url": on_the_web(item.path, site or "../"),
            "title": item.title,
            "content_text": item.text,
            "date_published": item.moment,
            "tags": [item.kind],
        }
        for item in told.items
    ]
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _happenings(known: Iterator[Happening], explainer: Explainer, words: Words) -> Iterator[News]:
    seen: dict[str, int] = {}
    for happening in known:
        record, entry = happening.record, happening.entry
        owner = record.id if record else "explainer"
        status = getattr(entry, "status", None)
        if isinstance(record, Visit) and entry is None:
            status = status_on(record)
            if status != "held" and record.history and record.date not in [step.date for step in record.history]:
                continue  # its own day passed without it; what became of it stands in its history
        about = f"{owner}/{happening.date}/{status or ''}"
        seen[about] = seen.get(about, 0) + 1
        told = entry.text if entry else record.summary if record else None
        said = words(f"status.{status}").unescape() if status else _adopted(record, words)
        title = explainer.settings.title if record is None else record.heading
        yield News(
            id=f"{about}/{seen[about]}",
            date=happening.date,
            title=f"{title}: {said}" if said else str(title),
            text=_dated(happening.date, explainer.plain(told) if told else str(title), words),
            path=(address_of(record) if record else HOME) or HOME,
            kind=record.kind_name if record else "explainer",
        )


def _adopted(record: object, words: Words) -> str:
    return words("timeline.constraints").unescape() if isinstance(record, Constraint) else ""


def _corrections(explainer: Explainer, words: Words) -> Iterator[News]:
    seen: dict[str, int] = {}
    oldest_first: tuple[Correction, ...] = tuple(reversed(explainer.settings.corrections))
    for correction in oldest_first:
        about = f"corrections/{correction.date}"
        seen[about] = seen.get(about, 0) + 1
        yield News(
            id=f"{about}/{seen[about]}",
            date=correction.date,
            title=words("feed.correction").unescape(),
            text=_dated(correction.date, explainer.plain(correction.text), words),
            path=CORRECTIONS,
            kind="corrections",
        )


def _dated(date: Date, text: str, words: Words) -> str:
    return f"{words.day(date).unescape()}. {text}"


def _midnight(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ElementTree.SubElement(parent, name, attributes)
    if text:
        element.text = _NOT_XML.sub("�", text)


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 can't hold."""
