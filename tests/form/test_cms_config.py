"""The configuration of the form: it has every field of every kind, and each one helps to fill it in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from golden import SITES, furnish

from builder.editing.field_order import order_of
from builder.exports.json_schema import DATE_PATTERN
from builder.form.cms_config import collections
from builder.inspection import Inspected, inspect
from builder.records.models.claims import Claims
from builder.records.models.kinds import IN_FILES, IN_LISTS
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape, field_description

Json = dict[str, Any]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Inspected:
    """The mini-explainer that uses every field."""
    project = furnish(tmp_path_factory.mktemp("every-field"))
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return inspect(project)


@pytest.fixture(scope="module")
def forms(found: Inspected) -> dict[str, list[Json]]:
    """The fields of the form of each kind."""
    made = collections(found.words, found.known)
    in_files = {each["name"]: each["fields"] for each in made if "fields" in each}
    files = next(each["files"] for each in made if each["name"] == "lists")
    in_lists = {each["name"]: each["fields"] for each in files}
    return {**in_files, **{name: fields[0].get("fields", fields) if name != "explainer" else fields
                           for name, fields in in_lists.items()}}  # fmt: skip


def every_field(fields: list[Json]) -> Iterator[Json]:
    for field in fields:
        yield field
        yield from every_field(field.get("fields", []))


SHAPES: dict[str, type[Shape]] = {
    **{kind.kind_name: kind for kind in (*IN_FILES, *IN_LISTS)},
    "claims": Claims,
    "explainer": Settings,
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_form_has_every_field_in_its_usual_order(name: str, forms: dict[str, list[Json]]) -> None:
    """In a file of its own, a record has no `id`: the name of the file is the id."""
    shape = SHAPES[name]
    own_file = shape in IN_FILES
    assert [field["name"] for field in forms[name]] == [
        each for each in order_of(shape) if not (own_file and each == "id")
    ]
    names = {info.alias or field: field for field, info in shape.model_fields.items()}
    assert [field["hint"] for field in forms[name]] == [
        field_description(shape, names[field["name"]]) for field in forms[name]
    ]


def test_every_field_has_help(forms: dict[str, list[Json]]) -> None:
    fields = [field for form in forms.values() for field in every_field(form)]
    assert len(fields) > 300
    assert [field["name"] for field in fields if not field["hint"]] == []


def by_name(fields: list[Json], *path: str) -> Json:
    found = next(field for field in fields if field["name"] == path[0])
    return by_name(found["fields"], *path[1:]) if path[1:] else found


WIDGETS: dict[tuple[str, ...], Json] = {
    ("visits", "title"): {"required": True, "widget": "string"},
    ("visits", "summary"): {"required": False, "widget": "text"},
    ("visits", "date"): {
        "required": True,
        "widget": "string",
        "pattern": [
            DATE_PATTERN,
            "Write a date as 2018-06-12, 2018-09, 2018-03-25/2018-03-28 or, if it is not certain, 2018-09?",
        ],
    },
    ("visits", "reviewed"): {"required": False, "widget": "datetime", "format": "YYYY-MM-DD", "type": "date"},
    ("visits", "draft"): {"required": False, "widget": "select", "options": [True]},
    ("visits", "status"): {
        "required": False,
        "widget": "select",
        "options": [
            {"value": "invited", "label": "invited"},
            {"value": "planned", "label": "planned"},
            {"value": "held", "label": "held"},
            {"value": "broken-off", "label": "broken-off"},
            {"value": "resumed", "label": "resumed"},
            {"value": "postponed", "label": "postponed"},
            {"value": "cancelled", "label": "cancelled"},
            {"value": "lapsed", "label": "lapsed: never taken up"},
        ],
    },
    ("visits", "parties"): {
        "required": True,
        "widget": "relation",
        "multiple": True,
        "min": 2,
        "collection": "parties",
        "value_field": "{{slug}}",
        "display_fields": ["name", "{{slug}}"],
        "search_fields": ["name", "{{slug}}"],
    },
    ("visits", "place"): {
        "required": False,
        "widget": "relation",
        "collection": "lists",
        "file": "places",
        "value_field": "places.*.id",
        "display_fields": ["places.*.name", "places.*.id"],
        "search_fields": ["places.*.name", "places.*.id"],
    },
    ("visits", "outcomes", "sources"): {
        "required": True,
        "widget": "list",
        "min": 1,
        "field": {
            "name": "sources",
            "label": "Sources",
            "widget": "string",
            "pattern": [
                "^[a-z0-9]+(-[a-z0-9]+)*( .*)?$",
                "Write the id of a source, then the place in it, such as almanac p. 4.",
            ],
        },
    },
    ("stages", "order"): {"required": True, "widget": "number", "value_type": "int", "min": 0},
    ("stages", "sources"): {
        "required": False,
        "widget": "list",
        "field": {
            "name": "sources",
            "label": "Sources",
            "widget": "string",
            "pattern": [
                "^[a-z0-9]+(-[a-z0-9]+)*( .*)?$",
                "Write the id of a source, then the place in it, such as almanac p. 4.",
            ],
        },
    },
    ("places", "lat"): {"required": False, "widget": "number", "value_type": "float", "step": 0.00001},
    ("parties", "native"): {"required": False, "widget": "keyvalue"},
    ("parties", "also_written"): {
        "required": False,
        "widget": "list",
        "field": {"name": "also_written", "label": "Also written", "widget": "string"},
    },
    ("projects", "needs"): {
        "required": False,
        "widget": "select",
        "multiple": True,
        "options": [
            {"value": "rajin-khasan", "label": "Rajin–Khasan (rajin-khasan)"},
            {"value": "bilateral-talks", "label": "Talks between two sides (bilateral-talks)"},
            {"value": "freeze", "label": "The freeze (freeze)"},
            {"value": "trans-korean-railway", "label": "Trans-Korean railway (trans-korean-railway)"},
        ],
    },
    ("terms", "id"): {
        "required": True,
        "widget": "string",
        "pattern": [
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            "Use lower-case letters a to z, digits and single hyphens, such as first-meeting.",
        ],
    },
}


@pytest.mark.parametrize("path", WIDGETS, ids=".".join)
def test_a_field_has_the_widget_for_its_values(path: tuple[str, ...], forms: dict[str, list[Json]]) -> None:
    field = by_name(forms[path[0]], *path[1:])
    assert {key: value for key, value in field.items() if key not in ("name", "label", "hint")} == WIDGETS[path]


def test_the_form_of_a_kind_makes_a_file_whose_name_is_the_id(found: Inspected) -> None:
    visits = next(each for each in collections(found.words, found.known, "talks/summaries") if each["name"] == "visits")
    assert {key: value for key, value in visits.items() if key != "fields"} == {
        "name": "visits",
        "label": "Visits",
        "label_singular": "visit",
        "description": "A meeting of people who speak for their side, whether or not it was held.",
        "format": "yml",
        "extension": "yml",
        "create": True,
        "delete": False,
        "publish": False,
        "folder": "talks/summaries/visits",
        "identifier_field": "title",
        "slug": {
            "template": "{{title}}",
            "editable": ["create"],
            "pattern": [
                "^[a-z0-9]+(-[a-z0-9]+)*$",
                "Use lower-case letters a to z, digits and single hyphens, such as first-meeting.",
            ],
        },
    }


def test_the_claims_of_a_source_are_in_the_file_named_after_it(found: Inspected) -> None:
    claims = next(each for each in collections(found.words, found.known) if each["name"] == "claims")
    assert claims["folder"] == "summaries/claims"
    assert claims["slug"] == {"template": "{{source}}", "editable": False}


def test_the_lists_are_one_collection_of_files(found: Inspected) -> None:
    lists = next(each for each in collections(found.words, found.known) if each["name"] == "lists")
    assert [each["file"] for each in lists["files"]] == [
        "summaries/places.yml",
        "summaries/sources.yml",
        "summaries/terms.yml",
        "summaries/questions.yml",
        "summaries/explainer.yml",
    ]


def test_a_list_shows_the_id_and_title_of_each_record(found: Inspected) -> None:
    """All are collapsed: the CMS takes more than half a minute to find out which of 500 are empty."""
    lists = next(each for each in collections(found.words, found.known) if each["name"] == "lists")
    sources = next(each for each in lists["files"] if each["name"] == "sources")
    (field,) = sources["fields"]
    assert {key: value for key, value in field.items() if key != "fields"} == {
        "name": "sources",
        "label": "Sources",
        "hint": "Something that records cite: its CSL fields, as Zotero exports them, and its standing.",
        "widget": "list",
        "collapsed": True,
        "summary": "{{fields.id}}: {{fields.title}}",
        "label_singular": "source",
    }


def test_lists_in_a_folder_are_a_collection_of_their_own(found: Inspected) -> None:
    """What names their records finds them there; if a file beside the folder has some too, ids are typed."""
    made = collections(
        found.words, found.known, "talks/summaries", ["places/ports.yml", "sources/a.yml", "sources.yml"]
    )
    assert [each["name"] for each in made][-4:] == ["claims", "places", "sources", "lists"]
    places, sources, lists = made[-3:]
    assert [each["name"] for each in lists["files"]] == ["sources", "terms", "questions", "explainer"]
    assert {key: value for key, value in places.items() if key != "fields"} == {
        "name": "places",
        "label": "Places",
        "label_singular": "file of places",
        "description": "A place that visits and projects refer to.",
        "format": "yml",
        "extension": "yml",
        "create": True,
        "delete": False,
        "publish": False,
        "folder": "talks/summaries/places",
        "identifier_field": "places",
        "summary": "{{slug}}",
        "slug": {"template": "places", "editable": ["create"]},
    }
    (field,) = sources["fields"]
    assert field == next(each for each in lists["files"] if each["name"] == "sources")["fields"][0]
    visits = next(each for each in made if each["name"] == "visits")
    place = next(each for each in visits["fields"] if each["name"] == "place")
    assert {key: place[key] for key in ("widget", "collection", "value_field")} == {
        "widget": "relation",
        "collection": "places",
        "value_field": "places.*.id",
    }
    assert "file" not in place
    claims = next(each for each in made if each["name"] == "claims")
    assert next(each for each in claims["fields"] if each["name"] == "source")["widget"] == "string"
