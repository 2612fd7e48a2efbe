"""Addresses: the path of each page below docs/, and the place of each record on a page."""

from __future__ import annotations

import re

from builder.records.models.claims import Claims
from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.settings import Moment
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.term import Term
from builder.records.models.visit import Visit

HOME = "index.md"
BACKGROUND = "background.md"
MEETINGS = "meetings.md"
INVITATIONS = "invitations.md"
TIMELINE = "timeline/index.md"
FORECASTS = "forecasts.md"
QUESTIONS = "questions.md"
GLOSSARY = "glossary.md"
CORRECTIONS = "corrections.md"
DOWNLOADS = "downloads.md"
WHOLE = "whole.md"
SOURCES = "sources/index.md"
CLAIMS = "claims/index.md"
STATE = "state.md"

PAGED = (Stage, Visit, Event, Project, Constraint, Document, Party)
"""The kinds whose records each have a page."""


def address_of(record: Record) -> str | None:
    """The page of a record, or its place on a page; None if no page shows it."""
    if isinstance(record, PAGED):
        return f"{record.kind_name}/{record.id}.md"
    if isinstance(record, Source):
        return f"{SOURCES}#{record.id}"
    if isinstance(record, Term):
        return f"{GLOSSARY}#{record.id}"
    if isinstance(record, Question):
        return f"{QUESTIONS}#{record.id}"
    return None


def old_addresses_of(record: Record) -> tuple[str, ...]:
    """The pages or places on a page that a record had under its old ids, in the same order."""
    old_records = (record.model_copy(update={"id": old}) for old in record.renamed_from)
    return tuple(address for old in old_records if (address := address_of(old)))


def addresses_of_removed(removed: Removed) -> tuple[str, ...]:
    """The page or the place on a page that something had before it was removed, and those under its old ids."""
    ids = (removed.id, *removed.renamed_from)
    on_page = {"sources": SOURCES, "terms": GLOSSARY, "questions": QUESTIONS}.get(removed.kind)
    if removed.kind == "places":
        return ()
    if on_page:
        return tuple(f"{on_page}#{id}" for id in ids)
    if removed.kind == "pages":
        return tuple(f"{id}.md" for id in ids)
    if removed.kind == "claims" and "#" in removed.id:
        source, _, claim = removed.id.partition("#")
        return tuple(f"claims/{source}.md#{id}" for id in (claim, *removed.renamed_from))
    return tuple(f"{removed.kind}/{id}.md" for id in ids)


def index_of(kind: type[Record]) -> str:
    """The page that lists the records of a kind."""
    return f"{kind.kind_name}/index.md"


def address_of_claims(claims: Claims) -> str:
    """The page of the claims of a source."""
    return address_of_claims_on(claims.source)


def address_of_claims_on(source: str) -> str:
    """The page of the claims of the source with this id."""
    return f"claims/{source}.md"


def address_of_moment(moment: Moment) -> str:
    """The page that shows how things were on a day."""
    return f"moments/{moment.id}.md"


def on_the_web(path: str, site: str) -> str:
    """The web address of a page or file below docs/.

    `site` is the address of the site, ending in a slash. If it is empty, the path from the site's root is returned.
    """
    page, mark, anchor = path.partition("#")
    if page.endswith(".md"):
        page = page.removesuffix(".md").removesuffix("index").rstrip("/")
        page += "/" if page else ""
    return f"{site}{page}{mark}{anchor}"


def url_path(site: str | None) -> str:
    """The path in the address of a site, such as `/repository/`; `/` if there is no address."""
    found = re.match(r"(?:[^:/?#]+:)?(?://[^/?#]*)?([^?#]*)", site or "")
    return (found and found[1]) or "/"
