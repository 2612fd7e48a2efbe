"""The tables as a Data Package 2.0, with the type and the meaning of each column: https://datapackage.org/"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from builder.explainer.addresses import HOME, on_the_web
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports.descriptions.licences import licence_id
from builder.exports.plain_values import as_json
from builder.exports.tables import AS_WRITTEN, KINDS
from builder.records.models.claims import Claim
from builder.records.models.shapes import Shape, field_description

PACKAGE = "data/datapackage.json"

_FIRST_AND_LAST = re.compile(r"(?:.+_)?(?:date|issued)_(?:first|last)")
_WHOLE_NUMBERS = frozenset(("order", "number"))


def table_facts(table: bytes) -> str:
    """What the description says of a table: its size, a digest and its header."""
    header = table.decode("utf-8-sig").partition("\r\n")[0]
    return f"{len(table)} {hashlib.sha256(table).hexdigest()} {header}"


def data_package(explainer: Explainer, facts: Mapping[str, str], words: Words, site: str) -> bytes:
    """Describe the tables, which are next to the file; `facts` has those of each by its name.

    `site` is the site's address with a slash at its end, or empty.
    """
    settings = explainer.settings
    licence = licence_id(str(settings.licence))
    found = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": re.sub("[^a-z0-9]+", "-", settings.title.lower()).strip("-") or "explainer",
        "title": str(settings.title),
        "description": str(settings.question),
        "homepage": on_the_web(HOME, site) if site else None,
        "version": settings.as_of.text,
        "licenses": [{"name": licence, "title": str(settings.licence)}] if licence else None,
        "contributors": [{"title": str(editor), "roles": ["author"]} for editor in settings.editors],
        "resources": [_resource(name, about, words) for name, about in facts.items()],
    }
    filled = {name: value for name, value in found.items() if value}
    return as_json(filled)


def _resource(name: str, facts: str, words: Words) -> dict[str, object]:
    size, digest, header = facts.split(" ", 2)
    shape = {kind.kind_name: kind for kind in KINDS}.get(name, Claim if name == "claims" else None)
    # Claims have ids of their own in each source; a meeting is numbered for each pair.
    key = {"claims": ["source", "id"], "meetings": ["one", "other", "number"]}.get(name, ["id"])
    return {
        "name": name,
        "type": "table",
        "title": words(f"downloads.of.{name}").unescape(),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": int(size),
        "hash": f"sha256:{digest}",
        "schema": {"fields": [_field(column, shape) for column in header.split(",")], "primaryKey": key},
    }


def _field(column: str, shape: type[Shape] | None) -> dict[str, str]:
    kind = "string"
    if _FIRST_AND_LAST.fullmatch(column):
        kind = "date"
    elif column in _WHOLE_NUMBERS:
        kind = "integer"
    elif column == AS_WRITTEN:
        kind = "object"
    meaning = field_description(shape, column) if shape else ""
    return {"name": column, "type": kind} | ({"description": " ".join(meaning.split())} if meaning else {})
