"""The records in other formats: JSON with its schema, tables, a calendar, a map, citations, feeds.

The files depend on the records and not on the time of the build: the same summaries give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from builder.explainer.addresses import addresses_of_removed
from builder.explainer.counting import meetings
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
from builder.exports.formats.calendar import calendar, calendar_entries
from builder.exports.formats.explainer_schema import schema
from builder.exports.formats.geography import geography
from builder.exports.plain_values import as_json, plain_values
from builder.exports.tables import TABLES, table
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.kinds import IN_FILES, RECORDS

if TYPE_CHECKING:
    pass

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
        "calendar_entries": lambda: tuple(calendar_entries(explainer, words, site, here)),
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
        "calendar": lambda explainer: {CALENDAR: calendar(explainer, _ask(explainer, words, site, "calendar_entries"))},
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
        found = {language.file(CALENDAR): calendar(explainer, _ask(explainer, words, site, "calendar_entries"))}
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
