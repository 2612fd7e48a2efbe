"""The records in other formats: JSON with its schema, tables, a calendar, a map, citations, feeds.

The files depend on the records and not on the time of the build: the same summaries give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from builder.dates.edtf_dates import Date
from builder.explainer.addresses import address_of, addresses_of_removed, on_the_web
from builder.explainer.counting import meetings, status_on
from builder.explainer.linking import Explainer
from builder.explainer.tracing.traced import Traced
from builder.explainer.words import Words
from builder.exports.citations import bibtex_of_sources, csl_of_sources
from builder.exports.descriptions.citation_file import CITATION, citation_file
from builder.exports.descriptions.data_package import PACKAGE, data_package, table_facts
from builder.exports.feeds import (
    ATOM,
    CORRECTIONS_ATOM,
    CORRECTIONS_JSON,
    JSON,
    InLanguage,
    atom,
    feed_owners,
    feeds,
    feeds_of_records,
    json_feed,
    known_entries,
)
from builder.exports.lasting_ids import lasting_id
from builder.exports.plain_values import as_json, is_empty, plain_values
from builder.exports.tables import TABLES, table
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.claims import Claims
from builder.records.models.document import Document
from builder.records.models.event import AHEAD
from builder.records.models.event import Event as EventRecord
from builder.records.models.kinds import IN_FILES, RECORDS
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.removed import Removals, Removed
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, field_description
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.translations.model import Translation

if TYPE_CHECKING:
    from icalendar import Event

CALENDAR = "data/visits.ics"
MAP = "data/places.geojson"
RECORDS_FILE = "data/explainer.json"
SCHEMA = "data/explainer.schema.json"
CSL = "data/sources.csl.json"
BIBTEX = "data/sources.bib"

MIME = {
    ATOM: "application/atom+xml",
    BIBTEX: "application/x-bibtex",
    CALENDAR: "text/calendar",
    CITATION: "application/yaml",
    CORRECTIONS_ATOM: "application/atom+xml",
    CORRECTIONS_JSON: "application/feed+json",
    CSL: "application/vnd.citationstyles.csl+json",
    JSON: "application/feed+json",
    MAP: "application/geo+json",
    PACKAGE: "application/json",
    RECORDS_FILE: "application/json",
    SCHEMA: "application/schema+json",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """Something readers can download: its name in the site's phrases, and its files as (format, path below docs/)."""

    name: str
    files: tuple[tuple[str, str], ...]


CORRECTIONS_FEED = Download(name="corrections", files=(("atom", CORRECTIONS_ATOM), ("json_feed", CORRECTIONS_JSON)))


def downloads(explainer: Explainer) -> tuple[Download, ...]:
    """List every download. Tables and feeds without entries are left out."""
    counts = _rows(explainer)
    return (
        Download(name="records", files=(("json", RECORDS_FILE), ("schema", SCHEMA))),
        *(Download(name=name, files=(("csv", f"data/{name}.csv"),)) for name in TABLES if counts[name]),
        Download(name="package", files=(("datapackage", PACKAGE),)),
        Download(name="calendar", files=(("ics", CALENDAR),)),
        Download(name="map", files=(("geojson", MAP),)),
        Download(name="bibliography", files=(("csl", CSL), ("bibtex", BIBTEX))),
        Download(name="citation", files=(("cff", CITATION),)),
        Download(name="feed", files=(("atom", ATOM), ("json_feed", JSON))),
        *([CORRECTIONS_FEED] if explainer.settings.corrections else []),
    )


def offered(explainer: Explainer) -> tuple[Download, ...]:
    """List every download, as one question if the explainer notes them."""
    found: tuple[Download, ...] = explainer.ask("offered") if isinstance(explainer, Traced) else downloads(explainer)
    return found


def _rows(explainer: Explainer) -> dict[str, int]:
    """Count what each table is about. A table of nothing is not offered."""
    return {name: len(meetings(explainer) if name == "meetings" else getattr(explainer, name)) for name in TABLES}


Answer = Callable[..., Any]
"""Works out what several files are made from, or what stays the same when much of a record changes."""


def answers(explainer: Explainer, words: Words, site: str) -> dict[str, Answer]:
    """Return what downloads ask for, by name. An explainer that notes questions takes each as one question."""
    return {
        "table": lambda name: table(explainer, name, site),
        "table_facts": lambda name: table_facts(_ask(explainer, words, site, "table", name)),
    }


def told_answers(explainer: Explainer, words: Words, site: str, here: Callable[[str], str] = str) -> dict[str, Answer]:
    """Like `answers`, of what needs nothing that only the page of a record shows, and no claims.

    `here` gives for a page the one in the language of the words.
    """
    return {
        "calendar_entries": lambda: tuple(_calendar_entries(explainer, words, site, here)),
        "feed_entries": lambda: known_entries(explainer, words),
        "feed_owners": lambda: feed_owners(explainer),
    }


def _ask(explainer: Explainer, words: Words, site: str, *question: str) -> Any:
    if isinstance(explainer, Traced):
        return explainer.ask(*question)
    name, *about = question
    return (answers(explainer, words, site) | told_answers(explainer, words, site))[name](*about)


def export_groups(words: Words, site: str) -> dict[str, Callable[[Explainer], Mapping[str, bytes]]]:
    """Return how to make each group of files, by their paths below docs/.

    `site` is the site's address with a slash at its end, or empty.
    """
    one_table = {f"table-{name}": partial(_table, name=name, words=words, site=site) for name in TABLES}
    return {
        "records": lambda explainer: {RECORDS_FILE: as_json(_everything(explainer))},
        "schema": lambda explainer: {SCHEMA: as_json(schema())},
        **one_table,
        "package": lambda explainer: _package(explainer, words, site),
        "citation": lambda explainer: {CITATION: citation_file(explainer, words, site)},
        "calendar": lambda explainer: {CALENDAR: calendar(explainer, words, site)},
        "map": lambda explainer: {MAP: as_json(geography(explainer, site))},
        "bibliography": lambda explainer: {
            CSL: csl_of_sources(explainer, words),
            BIBTEX: bibtex_of_sources(explainer, words),
        },
        "feeds": lambda explainer: _feeds(explainer, words, site),
    }


MADE_OF_THE_SAME: Final = {
    **dict.fromkeys(("package", *(f"table-{name}" for name in TABLES)), "tables"),
    **dict.fromkeys(("feeds", "record-feeds"), "feeds"),
}
"""What some groups of files are made of, by the name of the group. Others need what none of them needs."""


def _table(explainer: Explainer, name: str, words: Words, site: str) -> dict[str, bytes]:
    return {f"data/{name}.csv": _ask(explainer, words, site, "table", name)}


def _package(explainer: Explainer, words: Words, site: str) -> dict[str, bytes]:
    """Return the description of the tables."""
    names = [each.name for each in offered(explainer) if each.name in TABLES]
    facts = {name: _ask(explainer, words, site, "table_facts", name) for name in TABLES if name in names}
    return {PACKAGE: data_package(explainer, facts, words, site)}


def files_in(language: InLanguage, words: Words, site: str) -> Callable[[Explainer], Mapping[str, bytes]]:
    """Return how to make the files in another language: the feed, those of records with a page in it, the calendar."""

    def made(explainer: Explainer) -> Mapping[str, bytes]:
        known, owners = (_ask(explainer, words, site, name) for name in ("feed_entries", "feed_owners"))
        everything, *_ = feeds(explainer, words, known)
        translated = [owner for owner in owners if language.here(owner.page) != owner.page]
        found = {language.file(CALENDAR): calendar(explainer, words, site)}
        for feed in (everything, *(feed for feed, _ in feeds_of_records(explainer, words, known, translated))):
            own = language.feed(feed)
            found[own.atom] = atom(explainer, own, site, language.original)
            if own.json:
                found[own.json] = json_feed(explainer, own, site, language.original)
        return found

    return made


def _feeds(explainer: Explainer, words: Words, site: str) -> dict[str, bytes]:
    found = feeds(explainer, words, _ask(explainer, words, site, "feed_entries"))
    return {
        **{feed.atom: atom(explainer, feed, site) for feed in found},
        **{feed.json: json_feed(explainer, feed, site) for feed in found if feed.json},
    }


def record_feeds(explainer: Explainer, words: Words, site: str) -> dict[str, bytes]:
    """Return the feed of each record by its path below docs/, under its old ids too."""
    found: dict[str, bytes] = {}
    known, owners = (_ask(explainer, words, site, name) for name in ("feed_entries", "feed_owners"))
    for feed, owner in feeds_of_records(explainer, words, known, owners):
        found[feed.atom] = atom(explainer, feed, site)
        folder, _, _ = feed.atom.rpartition("/")
        found |= {f"{folder}/{old}.atom": found[feed.atom] for old in owner.renamed_from}
    return found


def old_data(explainer: Explainer) -> dict[str, bytes]:
    """Return what stands at the old addresses of summaries, by path below docs/: a copy under each old id of a record,
    and why it was removed under the id of one that is gone.
    """
    files = explainer.files
    found: dict[str, bytes] = {}
    for record in explainer.records.values():
        for folder in (record.kind_name, CLAIMS_FOLDER) if record.renamed_from else ():
            if (data := files.get(f"{folder}/{record.id}.yml")) is not None:
                found |= {f"data/{folder}/{old}.yml": data for old in record.renamed_from}
    for removed in explainer.removals.removed:
        for address in addresses_of_removed(removed):
            path = f"{address.removesuffix('.md')}.yml"
            if removed.kind in _IN_FILES and "#" not in address and path not in files:
                found[f"data/{path}"] = as_json(plain_values(removed))  # JSON is YAML too
    return found


_IN_FILES = frozenset((CLAIMS_FOLDER, *(kind.kind_name for kind in IN_FILES)))


def _everything(explainer: Explainer) -> dict[str, object]:
    """Return all records as editors wrote them: dates in EDTF, citations and links as typed, without empty fields."""
    kinds = {
        kind.kind_name: [plain_values(record) for record in getattr(explainer, kind.kind_name)] for kind in RECORDS
    }
    claims = [plain_values(claims) for claims in explainer.claims.values()]
    removed = [plain_values(each) for each in explainer.removals.removed]
    translations = {
        language: {name: plain_values(each) for name, each in files.items()}
        for language, files in explainer.translations.items()
    }
    return {
        "$schema": SCHEMA.rpartition("/")[2],
        "explainer": plain_values(explainer.all_settings),
        **{name: records for name, records in {**kinds, "claims": claims, "removed": removed}.items() if records},
        **({"translations": translations} if translations else {}),
    }


@cache
def schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of all records. Each field has its documentation as the description."""
    from pydantic.json_schema import models_json_schema

    models: tuple[type[Shape], ...] = (Settings, *RECORDS, Claims, Removals, Translation)
    definitions = models_json_schema([(model, "validation") for model in models])[1]["$defs"]
    shapes = {shape.__name__: shape for shape in _shapes(Shape)}
    kept = {
        name: _with_documentation(definitions[name], shapes[name]) for name in sorted(definitions) if name in shapes
    }
    listed = {kind.kind_name: kind.__name__ for kind in RECORDS} | {
        "claims": Claims.__name__,
        "removed": Removed.__name__,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Explainer",
        "type": "object",
        "properties": {
            "$schema": {"type": "string"},
            "explainer": {"$ref": f"#/$defs/{Settings.__name__}"},
            **{name: {"type": "array", "items": {"$ref": f"#/$defs/{shape}"}} for name, shape in listed.items()},
            "translations": {
                "description": "By language, then by the path of the file below the folder of the language.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"$ref": f"#/$defs/{Translation.__name__}"},
                },
            },
        },
        "required": ["explainer"],
        "additionalProperties": False,
        "$defs": kept,
    }


def _shapes(shape: type[Shape]) -> Iterator[type[Shape]]:
    for below in shape.__subclasses__():
        yield below
        yield from _shapes(below)


def _with_documentation(definition: Mapping[str, Any], shape: type[Shape]) -> dict[str, Any]:
    """Add each field's documentation, and remove pydantic's titles and nulls, as empty fields are left out."""
    fields: dict[str, dict[str, Any]] = definition["properties"]
    names = {field.alias or name: name for name, field in shape.model_fields.items()}
    properties: dict[str, dict[str, Any]] = {
        name: {"description": field_description(shape, names[name])} | _without_null(each)
        for name, each in fields.items()
    }
    # On an earlier day a required list of records can still be empty: an answer may not be known yet.
    required = [name for name in definition.get("required", ()) if "$ref" not in properties[name].get("items", {})]
    return {**definition, "properties": properties, "required": required}


def _without_null(field: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in field.items() if key not in ("title", "default", "description")}
    choices = bare.pop("anyOf", None)
    if isinstance(choices, list):
        (one,) = (choice for choice in choices if choice.get("type") != "null")
        bare |= {key: value for key, value in one.items() if key != "description"}
    return bare


def calendar(explainer: Explainer, words: Words, site: str) -> bytes:
    """Return the held, planned, cancelled and lapsed visits, all events, and the days on which documents were signed,
    came into force or ended, if these days are known, as iCalendar (RFC 5545).
    """
    from icalendar import Calendar

    result = Calendar()
    result.add("prodid", "-//explainer//visits//EN")
    result.add("version", "2.0")
    result.add("name", explainer.settings.title)
    result.add("x-wr-calname", explainer.settings.title)
    for entry in _ask(explainer, words, site, "calendar_entries"):
        result.add_component(_written_entry(entry))
    written: bytes = result.to_ical()
    return written


_CALENDAR_STATUS: dict[str, str] = {
    **dict.fromkeys(TOOK_PLACE, "CONFIRMED"),
    "planned": "TENTATIVE",
    "cancelled": "CANCELLED",
    "lapsed": "CANCELLED",
}


def _has_days(date: Date) -> bool:
    return bool(date.ends) and all(end.kind == "day" and not end.qualifier for end in date.ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class _CalendarEntry:
    """What the calendar says of a visit, an event or a day of a document."""

    uid: str
    known: datetime.date
    date: Date
    summary: str
    status: str
    category: str
    location: str
    description: str | None
    url: str | None
    part_of: str | None
    """The uid of the visit that it is a part of, if that is in the calendar."""


def _calendar_entries(
    explainer: Explainer, words: Words, site: str, here: Callable[[str], str]
) -> Iterator[_CalendarEntry]:
    def address(record: Visit | EventRecord | Document) -> str | None:
        return on_the_web(here(address_of(record) or ""), site) if site else None

    for visit in explainer.visits:
        status = _CALENDAR_STATUS.get(status_on(visit) or "")
        if status and _has_days(visit.date):
            yield _of_visit(visit, status, explainer, words, address(visit))
    for event in explainer.events:
        if _has_days(event.date):
            yield _of_event(event, explainer, words, address(event))
    for document in explainer.documents:
        for date, phrases in _days_of(document).items():
            if _has_days(date):
                yield _of_document(document, date, phrases, explainer, words, address(document))


def _of_visit(visit: Visit, status: str, explainer: Explainer, words: Words, url: str | None) -> _CalendarEntry:
    places = [str(explainer.label(place)) for place in visit.all_places]
    where = [*([str(visit.venue)] if visit.venue else []), *places]
    return _entry(visit, status, words(f"level.{visit.level}").unescape(), where, explainer, url)


def _of_event(event: EventRecord, explainer: Explainer, words: Words, url: str | None) -> _CalendarEntry:
    now = status_on(event)
    status = "TENTATIVE" if now in AHEAD else "CANCELLED" if now == "cancelled" else "CONFIRMED"
    where = [str(explainer.label(event.place))] if event.place else []
    return _entry(event, status, words(f"event.{event.kind}").unescape(), where, explainer, url)


_DONE = ("signed", "issued", "adopted")
_BECAME = ("signed", "issued", "in-force", "suspended", "superseded", "expired", "ended")
"""What parties did with a document, and what became of it, that the calendar has."""

_NEVER_SIGNED = ("draft", "agreed", "abandoned")


def _days_of(document: Document) -> dict[Date, tuple[str, ...]]:
    """The days on which a document was signed or issued, came into force or ended, each with what happened, by its name
    in the site's phrases. If nothing says who signed it, nothing is said of its own day.
    """
    found: dict[Date, dict[str, str]] = {}
    for act in document.parties:
        if act.did in _DONE and (date := document.date_of(act)):
            found.setdefault(date, {})[act.did] = f"act.{act.did}"
    for entry in document.history:
        if entry.status in _BECAME:
            found.setdefault(entry.date, {}).setdefault(entry.status, f"status.{entry.status}")
    if status_on(document) not in _NEVER_SIGNED:
        found.setdefault(document.date, {})
    return {date: tuple(phrases.values()) for date, phrases in sorted(found.items())}


def _of_document(
    document: Document, date: Date, phrases: Iterable[str], explainer: Explainer, words: Words, url: str | None
) -> _CalendarEntry:
    changes = ", ".join(words(phrase).unescape() for phrase in phrases)
    return _CalendarEntry(
        uid=str(lasting_id(f"documents/{document.first_id}/{date}", explainer)),
        known=date.first,
        date=date,
        summary=f"{document.title}: {changes}" if changes else document.title,
        status="CONFIRMED",
        category=words("timeline.documents").unescape(),
        location="",
        description=explainer.plain(document.summary) if document.summary else None,
        url=url,
        part_of=None,
    )


def _entry(
    record: Visit | EventRecord, status: str, category: str, where: list[str], explainer: Explainer, url: str | None
) -> _CalendarEntry:
    return _CalendarEntry(
        uid=str(lasting_id(f"{record.kind_name}/{record.first_id}/", explainer)),
        known=max((entry.date.first for entry in record.history), default=record.date.first),
        date=record.date,
        summary=record.title,
        status=status,
        category=category,
        location=", ".join(where),
        description=explainer.plain(record.summary) if record.summary else None,
        url=url,
        part_of=_uid_of_whole(record, explainer) if isinstance(record, Visit) else None,
    )


def _uid_of_whole(visit: Visit, explainer: Explainer) -> str | None:
    whole = explainer.records[visit.part_of] if visit.part_of else None
    if not isinstance(whole, Visit) or status_on(whole) not in _CALENDAR_STATUS or not _has_days(whole.date):
        return None
    return str(lasting_id(f"visits/{whole.first_id}/", explainer))


def _written_entry(entry: _CalendarEntry) -> Event:
    from icalendar import Event

    event, date = Event(), entry.date
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime.datetime.combine(entry.known, datetime.time(), datetime.UTC))
    event.add("dtstart", date.first)
    if date.last < datetime.date.max:
        event.add("dtend", date.last + datetime.timedelta(days=1))
    else:  # the day after the last possible date can't be written
        event.add("duration", date.last - date.first + datetime.timedelta(days=1))
    if entry.part_of:
        event.add("related-to", entry.part_of)  # RELTYPE=PARENT, the default
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.category])
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    return event


def geography(explainer: Explainer, site: str) -> dict[str, object]:
    """Return places and the routes of projects as GeoJSON (RFC 7946): WGS 84, longitude first."""
    places = [place for place in explainer.places if _position(place)]
    routes = [project for project in explainer.projects if len(_line(project, explainer)) > 1]
    return {
        "type": "FeatureCollection",
        "features": [
            *(_feature(place.first_id, "Point", _position(place), _of_place(place)) for place in places),
            *(
                _feature(project.first_id, "LineString", _line(project, explainer), _of_route(project, explainer, site))
                for project in routes
            ),
        ],
    }


def _position(place: Place) -> list[float]:
    return [] if place.lat is None or place.lon is None else [place.lon, place.lat]


def _line(project: Project, explainer: Explainer) -> list[list[float]]:
    return [position for id in project.route if (position := _position(explainer.place(id)))]


def _of_place(place: Place) -> dict[str, object]:
    return {"kind": "places", "name": str(place.name), "in": place.within, "precision": _str(place.precision)}


def _of_route(project: Project, explainer: Explainer, site: str) -> dict[str, object]:
    unplaced = [id for id in project.route if not _position(explainer.place(id))]
    return {
        "kind": "projects",
        "name": str(project.title),
        "status": status_on(project),
        "address": on_the_web(address_of(project) or "", site),
        "without_coordinates": unplaced,
    }


def _str(text: str | None) -> str | None:
    return None if text is None else str(text)


def _feature(id: str, kind: str, coordinates: Iterable[object], properties: Mapping[str, object]) -> dict[str, object]:
    filled = {name: value for name, value in properties.items() if not is_empty(value) and value != []}
    geometry = {"type": kind, "coordinates": list(coordinates)}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": filled}
