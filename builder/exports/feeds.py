"""Feeds of what happened, of corrections only and of each record: Atom (RFC 4287) and JSON Feed 1.1, independent of the
build time.

An entry's id depends on its record, date and status or, without a status, its first source. It does not depend on its
words or on other entries. So subscribers see an entry only once, even if its text is edited later.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from builder.dates.edtf_dates import Date
from builder.explainer.addresses import BACKGROUND, CORRECTIONS, HOME, PAGED, address_of, on_the_web
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.explainer.views.overviews import Happening, timeline
from builder.explainer.words import Words
from builder.exports.lasting_ids import first_id, lasting_id
from builder.exports.plain_values import as_json
from builder.records.models.constraint import Constraint
from builder.records.models.event import Event
from builder.records.models.project import Project
from builder.records.models.record import Record
from builder.records.models.settings import Correction
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.safe_text import Line, Text
from builder.records.translations.translated_text import Translated

ENTRIES_AT_MOST = 100
ATOM = "data/feed.xml"
JSON = "data/feed.json"
CORRECTIONS_ATOM = "data/corrections.atom"
CORRECTIONS_JSON = "data/corrections.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """An entry of the feeds: something that happened, or a correction."""

    id: str
    date: Date
    title: str
    text: str
    path: str
    """The page about it."""

    kind: str
    about: tuple[str, ...]
    """The ids of the records whose feeds have it."""

    not_translated: tuple[str, ...] = ()
    """Which of its `title` and `text` are in the language of the explainer, in a feed in another language."""

    @property
    def updated(self) -> str:
        """The date to sort it by, in the format of feeds."""
        return _midnight(self.date.sort_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed: its title, the page with the same content, its files below docs/, its entries."""

    title: str
    page: str
    atom: str
    json: str | None
    items: tuple[FeedEntry, ...]
    name: str
    """What its id is made from. It stays the same when its record is renamed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InLanguage:
    """Another language that a feed is in: its code, the explainer's own, and what the page in it is for each page."""

    code: str
    original: str
    here: Callable[[str], str]

    def feed(self, feed: Feed) -> Feed:
        """The feed at its place among the data in this language, with ids of its own."""
        return replace(
            feed,
            page=self.here(feed.page),
            atom=self.file(feed.atom),
            json=self.file(feed.json) if feed.json else None,
            name=f"{self.code}/{feed.name}",
            items=tuple(replace(item, id=f"{self.code}/{item.id}", path=self.here(item.path)) for item in feed.items),
        )

    def file(self, path: str) -> str:
        """Where a file below data/ is in this language."""
        return f"data/{self.code}/{path.removeprefix('data/')}"


def feeds(explainer: Explainer, words: Words, known: Sequence[FeedEntry]) -> tuple[Feed, ...]:
    """Return the feed of events and corrections, and a feed of corrections only if there are any.

    `known` are those of `known_entries`. The newest entries come first.
    """
    title = str(explainer.settings.title)
    corrections = tuple(_corrections(explainer, words))
    items = _newest_first([*known, *corrections])
    everything = Feed(title=title, page=HOME, atom=ATOM, json=JSON, items=items, name=ATOM)
    if not corrections:
        return (everything,)
    corrections_only = Feed(
        title=f"{title}: {words('kinds.corrections').unescape()}",
        page=CORRECTIONS,
        atom=CORRECTIONS_ATOM,
        json=CORRECTIONS_JSON,
        items=_newest_first(corrections),
        name=CORRECTIONS_ATOM,
    )
    return everything, corrections_only


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedOwner:
    """A record that has a feed: its id now and at first, the others that it had, its kind, heading and page."""

    id: str
    first_id: str
    renamed_from: tuple[str, ...]
    kind: str
    heading: str
    page: str


def feed_owners(explainer: Explainer) -> tuple[FeedOwner, ...]:
    """Return all records that have a feed: those that have a page."""
    return tuple(
        FeedOwner(
            id=record.id,
            first_id=record.first_id,
            renamed_from=record.renamed_from,
            kind=record.kind_name,
            heading=str(record.heading),
            page=page,
        )
        for record in explainer.records.values()
        if isinstance(record, PAGED) and (page := address_of(record))
    )


def feeds_of_records(
    explainer: Explainer, words: Words, known: Sequence[FeedEntry], owners: Sequence[FeedOwner]
) -> Iterator[tuple[Feed, FeedOwner]]:
    """Yield the feed of each record: what happened to it, the visits of a party, the events about it, the corrections
    of it.

    A feed may be empty, as something can still happen. The entries have the ids that they have in the main feed.
    """
    settings = explainer.settings
    found: dict[str, list[FeedEntry]] = {}
    for entry in (*known, *_corrections(explainer, words)):
        for id in entry.about:
            found.setdefault(id, []).append(entry)
    for owner in owners:
        feed = Feed(
            title=f"{owner.heading} – {settings.title}",
            page=owner.page,
            atom=f"data/{owner.kind}/{owner.id}.atom",
            json=None,
            items=_newest_first(found.get(owner.id, ())),
            name=f"data/{owner.kind}/{owner.first_id}.atom",
        )
        yield feed, owner


def known_entries(explainer: Explainer, words: Words) -> tuple[FeedEntry, ...]:
    """Return an entry for everything that happened up to the `as_of` date."""
    day = explainer.settings.as_of.last
    known = (happening for happening in timeline(explainer) if happening.date.first <= day)
    return tuple(_happenings(known, explainer, words))


def _newest_first(items: Iterable[FeedEntry]) -> tuple[FeedEntry, ...]:
    found = sorted(items, key=lambda item: (item.date.sort_day, item.date, item.id), reverse=True)
    return tuple(found[:ENTRIES_AT_MOST])


def atom(explainer: Explainer, feed: Feed, site: str, original: str = "") -> bytes:
    """Write a feed as Atom. `original` is the language of what is not translated, in a feed in another one."""
    settings, items = explainer.settings, feed.items
    # Without a site address, links are relative to the feed.
    base = site or "../" * feed.atom.count("/")
    lines = [
        "<?xml version='1.0' encoding='utf-8'?>",
        _tag("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": settings.language}) + ">",
        _element("id", lasting_id(feed.name, explainer).urn),
        _element("title", feed.title),
        _element("subtitle", settings.question),
        _element("updated", items[0].updated if items else _midnight(settings.as_of.first)),
        _element("rights", settings.licence),
    ]
    for editor in settings.editors:
        lines += [" <author>", f" {_element('name', editor)}", " </author>"]
    lines += [
        _element("link", rel="alternate", type="text/html", href=on_the_web(feed.page, base)),
        _element("link", rel="self", type="application/atom+xml", href=on_the_web(feed.atom, base)),
    ]
    for item in items:
        lines += [" <entry>", *(f" {line}" for line in _entry(item, explainer, base, original)), " </entry>"]
    return "\n".join([*lines, "</feed>\n"]).encode()


def _entry(item: FeedEntry, explainer: Explainer, base: str, original: str) -> Iterator[str]:
    other = {name: {"xml:lang": original} for name in item.not_translated}
    yield _element("id", lasting_id(item.id, explainer).urn)
    yield _element("title", item.title, **other.get("title", {}))
    yield _element("updated", item.updated)
    yield _element("link", rel="alternate", type="text/html", href=on_the_web(item.path, base))
    yield _element("category", term=item.kind)
    yield _element("content", item.text, type="text", **other.get("text", {}))


def json_feed(explainer: Explainer, feed: Feed, site: str, original: str = "") -> bytes:
    """Write a feed as JSON Feed. `original` is the language of what is not translated, in a feed in another one."""
    settings = explainer.settings
    content: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": str(settings.question),
        "language": str(settings.language),
        "authors": [{"name": str(editor)} for editor in settings.editors],
    }
    if site and feed.json:
        content |= {"home_page_url": on_the_web(feed.page, site), "feed_url": on_the_web(feed.json, site)}
    content["items"] = [
        {
            "id": lasting_id(item.id, explainer).urn,
            "url": on_the_web(item.path, site or "../" * (feed.json or "").count("/")),
            "title": item.title,
            "content_text": item.text,
            "date_published": item.updated,
            "tags": [item.kind],
            **({"language": original} if "text" in item.not_translated else {}),
        }
        for item in feed.items
    ]
    return as_json(content)


def _happenings(known: Iterator[Happening], explainer: Explainer, words: Words) -> Iterator[FeedEntry]:
    entries = [entry for happening in known if (entry := _happening(happening, explainer, words))]
    return _with_unique_ids(entries)


def _happening(happening: Happening, explainer: Explainer, words: Words) -> FeedEntry | None:
    record, entry = happening.record, happening.entry
    status = getattr(entry, "status", None)
    if isinstance(record, (Visit, Event)) and entry is None:
        status = status_on(record)
        if status not in _HAPPENED and record.history and record.date not in [step.date for step in record.history]:
            return None  # it did not take place on its date; its history has an entry that says what happened
    owner = record.first_id if record else "explainer"
    parties = [id for _, ids in happening.done for id in ids]
    distinct = first_id(entry.sources[0].source, explainer) if entry and not status else "1"
    text = entry.text if entry else record.summary if record else None
    is_told = status and status != "happened"
    change = words(f"status.{status}").unescape() if is_told else _adopted(happening, explainer, words)
    heading = explainer.settings.title if record is None else record.heading
    title = str(heading)
    if happening.part:
        owner, title = f"{owner}/{_number_of(happening.part, record)}", f"{title} ({happening.part})"
    return FeedEntry(
        id=f"{owner}/{happening.date}/{status or ''}/{distinct}",
        date=happening.date,
        title=f"{title}: {change}" if change else title,
        text=_dated(happening.date, explainer.plain(text) if text else title, words),
        path=(address_of(record) if record else BACKGROUND) or HOME,
        kind=record.kind_name if record else "explainer",
        about=(record.id, *_others_of(record), *dict.fromkeys(parties)) if record else (),
        not_translated=_not_translated(heading, text or heading),
    )


_HAPPENED = (*TOOK_PLACE, "happened", "met", "missed")


def _number_of(part: Line, record: Record | None) -> int:
    """The number of a part among those of its project, from 1: unlike its title, it stays the same."""
    parts = [each.title for each in record.parts] if isinstance(record, Project) else []
    return parts.index(part) + 1


def _not_translated(title: Text | None, text: Text) -> tuple[str, ...]:
    """Which of the two are not translated. Only a feed in another language says so."""
    both = {"title": title, "text": text}
    return tuple(name for name, value in both.items() if value is not None and not isinstance(value, Translated))


def _others_of(record: Record) -> tuple[str, ...]:
    """The ids of the other records whose feeds have what happened to a record."""
    if isinstance(record, Event):
        return (*record.parties, *record.addressed_to, *record.about)
    if isinstance(record, Constraint):
        return record.binds
    return record.parties if isinstance(record, Visit) else ()


def _with_unique_ids(entries: Sequence[FeedEntry]) -> Iterator[FeedEntry]:
    """Make ids distinct that several entries share: the last keeps it, and the others get a digest of their text.

    So an entry keeps its id if another is put before it.
    """
    seen: set[str] = set()
    for entry in reversed(entries):
        id, copies = entry.id, 0
        if id in seen:
            id = f"{entry.id}/{hashlib.blake2b(entry.text.encode(), digest_size=8).hexdigest()}"
        while id in seen:
            copies += 1
            id = f"{id}/{copies}"
        seen.add(id)
        yield entry if id == entry.id else replace(entry, id=id)


def _adopted(happening: Happening, explainer: Explainer, words: Words) -> str:
    """What happened, if no status says it: a rule was adopted, or parties did something with a document."""
    if happening.done:
        done = [(did, words.list([explainer.label(id).__html__() for id in ids])) for did, ids in happening.done]
        return "; ".join(f"{words(f'act.{did}').unescape()}: {who.unescape()}" for did, who in done)
    if happening.entry is None and isinstance(happening.record, Constraint):
        return words("timeline.constraints").unescape()
    return ""


def _corrections(explainer: Explainer, words: Words) -> Iterator[FeedEntry]:
    corrections: tuple[Correction, ...] = explainer.settings.corrections
    return _with_unique_ids([_correction(correction, explainer, words) for correction in corrections])


def _correction(correction: Correction, explainer: Explainer, words: Words) -> FeedEntry:
    distinct = first_id(correction.about[0], explainer) if correction.about else "1"
    return FeedEntry(
        id=f"corrections/{correction.date}/{distinct}",
        date=correction.date,
        title=words("feed.correction").unescape(),
        text=_dated(correction.date, explainer.plain(correction.text), words),
        path=CORRECTIONS,
        kind="corrections",
        about=correction.about,
        not_translated=_not_translated(None, correction.text),
    )


def _dated(date: Date, text: str, words: Words) -> str:
    return f"{words.day(date).unescape().removesuffix('.')}. {text}"  # some end in an abbreviation


def _midnight(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _element(name: str, text: str = "", **attributes: str) -> str:
    """A line with an element. There is a feed for each record, so that building a tree of elements takes too long."""
    content = f">{_NOT_XML.sub('�', text).translate(_IN_TEXT)}</{name}>" if text else " />"
    return f" {_tag(name, attributes)}{content}"


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    """A start tag without its end."""
    return f"<{name}" + "".join([f' {key}="{value.translate(_IN_QUOTES)}"' for key, value in attributes.items()])


_IN_TEXT = str.maketrans({"&": "&amp;", ">": "&gt;", "<": "&lt;"})
_IN_QUOTES = _IN_TEXT | str.maketrans({'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 can't hold."""
