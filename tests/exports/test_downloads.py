"""The downloads: each format is read back by a parser other than the one that wrote it, and texts are as typed.

The explainer is `every-field` with a party, a place, a visit and a source added for each text of tests/payloads.yml.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
import uuid
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import clevercsv
import feedparser
import geojson
import jsonschema
import pytest
import vobject
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.formatter import html
from citeproc.source.json import CiteProcJSON
from clevercsv.dialect import SimpleDialect
from golden import ROOT, SITES, furnish
from markupsafe import Markup
from outline import collapsed
from poisoning import PAYLOADS, Files, lay_out, plain, titles_may_be_equal
from pybtex import format_from_string
from pybtex.database import BibliographyData
from pybtex.database import parse_bytes as parse_bibtex

from builder.dates.edtf_dates import Date
from builder.editing.renaming.remove import remove
from builder.editing.renaming.rename import rename
from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports.citations import csl_date, latex, reference_to
from builder.exports.downloads import downloads, export_groups
from builder.exports.feeds import ENTRIES_AT_MOST
from builder.exports.structured_data import structured_data
from builder.inspection import Inspected, inspect
from builder.project import Project
from builder.site.build import build

SITE = "https://example.org/explainer/"
TYPED = {name: collapsed(payload) for name, payload in PAYLOADS.items()}


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Exported:
    """A checked explainer and its downloads."""

    inspected: Inspected
    files: dict[str, bytes]

    def text(self, path: str) -> str:
        return self.files[path].decode()

    def json(self, path: str) -> Any:
        return json.loads(self.files[path])

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a table with CleverCSV's parser."""
        text = self.files[f"data/{name}.csv"].decode("utf-8-sig")
        dialect = SimpleDialect(delimiter=",", quotechar='"', escapechar="")
        header, *rows = clevercsv.reader(io.StringIO(text, newline=""), dialect)
        return [dict(zip(header, row, strict=True)) for row in rows]


def exports(explainer: Explainer, words: Words, site: str) -> dict[str, bytes]:
    made = (make(explainer) for make in export_groups(words, site).values())
    return {path: data for files in made for path, data in files.items()}


def export(summaries: Path | Files, root: Path, site: str = SITE) -> Exported:
    if isinstance(summaries, Path):
        shutil.copytree(summaries, root / "summaries")
    else:
        lay_out(summaries, root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    with titles_may_be_equal():
        inspected = inspect(Project(root=root))
    return Exported(inspected=inspected, files=exports(inspected.explainer, inspected.words, site))


def poisoned() -> Files:
    """Return summaries with each payload as the title of a record of every kind that has its own export format."""
    files = plain()
    for index, (name, text) in enumerate(TYPED.items()):
        date = (datetime.date(2019, 1, 1) + datetime.timedelta(days=index)).isoformat()
        about = {"summary": PAYLOADS[name], "sources": ["kbs-141830"]}
        files[f"parties/p-{name}.yml"] = {"name": text, "kind": "person", "also_written": [text], **about}
        files[f"visits/v-{name}.yml"] = {
            **{"title": text, "date": date, "place": f"x-{name}", "venue": text, "level": "working"},
            **{"parties": [f"p-{name}", "kim-jong-un"], "status": "held", **about},
        }
        files["places.yml"]["places"].append({"id": f"x-{name}", "name": text, "lat": "-1.5", "lon": str(index - 90)})
        source = {"type": "report", "title": text, "publisher": text, "issued": date, "standing": "analyst"}
        author = [{"literal": text}, {"family": text, "given": text}]
        files["sources.yml"]["sources"].append({"id": f"s-{name}", **source, "author": author, "note": PAYLOADS[name]})
    files["projects/route.yml"] = {
        **{"title": "A route", "parties": ["russia"], "status": "idea", "sources": ["kbs-141830"]},
        "route": [f"x-{name}" for name in TYPED],
    }
    files["explainer.yml"]["editors"] = list(TYPED.values())
    return files


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(poisoned(), tmp_path_factory.mktemp("poison"))


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(SITES / "every-field" / "summaries", tmp_path_factory.mktemp("usual"))


def test_the_same_records_give_the_same_bytes(usual: Exported, tmp_path: Path) -> None:
    assert export(SITES / "every-field" / "summaries", tmp_path).files == usual.files


def test_every_offered_download_exists(usual: Exported) -> None:
    offered = [path for download in downloads(usual.inspected.explainer) for _, path in download.files]
    assert len(offered) == len(set(offered))
    assert set(offered) <= set(usual.files)
    assert {path for path in usual.files if path not in offered} == set()


@pytest.mark.parametrize("site", ["usual", "poison"])
def test_json_is_indented_as_pythons_library_indents_it(site: str, request: pytest.FixtureRequest) -> None:
    files = request.getfixturevalue(site).files
    written = [name for name in files if name.endswith("json")]
    assert len(written) > 5
    for name in written:
        values = json.loads(files[name])
        assert files[name].decode() == json.dumps(values, ensure_ascii=False, indent=1) + "\n", name


def test_a_table_gives_the_status_of_each_part_and_the_date_of_a_figure(usual: Exported) -> None:
    (row,) = (row for row in usual.rows("projects") if row["id"] == "rajin-khasan")
    assert row["parts"] == "The line from Khasan: suspended (2018); The terminal in Rajin: suspended (2016-03)"
    assert row["figures"] == "Length of the line: 54 km, dual gauge (2013)"


def test_the_schema_describes_every_field() -> None:
    from builder.exports.formats.explainer_schema import schema

    jsonschema.Draft202012Validator.check_schema(schema())
    definitions: Any = schema()["$defs"]
    bare = [
        f"{name}.{field}"
        for name, definition in definitions.items()
        for field, value in definition["properties"].items()
        if not value["description"]
    ]
    assert bare == []
    assert definitions["Visit"]["properties"]["status"] == {
        "description": "Its status now. Leave it out if the history gives it.",
        "enum": ["invited", "planned", "held", "broken-off", "resumed", "postponed", "cancelled", "lapsed"],
        "type": "string",
    }


@pytest.mark.parametrize("site", ["usual", "poison"])
def test_the_records_match_the_schema(site: str, request: pytest.FixtureRequest) -> None:
    found: Exported = request.getfixturevalue(site)
    validator = jsonschema.Draft202012Validator(found.json("data/explainer.schema.json"))
    assert [error.message for error in validator.iter_errors(found.json("data/explainer.json"))] == []


def test_the_records_of_an_earlier_day_match_the_schema(tmp_path: Path) -> None:
    shutil.copytree(SITES / "every-field" / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    then = inspect(Project(root=tmp_path), as_of=datetime.date(2019, 4, 24))
    files = exports(then.explainer, then.words, SITE)
    records = json.loads(files["data/explainer.json"])
    validator = jsonschema.Draft202012Validator(json.loads(files["data/explainer.schema.json"]))
    assert [error.message for error in validator.iter_errors(records)] == []
    (event,) = (
        event
        for event in vobject.readOne(files["data/visits.ics"].decode()).vevent_list
        if event.url.value == f"{SITE}visits/kim-putin-vladivostok/"
    )
    assert event.status.value == "TENTATIVE"
    assert max(item["date_published"] for item in json.loads(files["data/feed.json"])["items"]) < "2019-04-25"


def test_the_schema_refuses_bad_records(usual: Exported) -> None:
    records = usual.json("data/explainer.json")
    records["visits"][0]["dates"] = "2019"
    records["visits"][1]["level"] = "high-level"
    validator = jsonschema.Draft202012Validator(usual.json("data/explainer.schema.json"))
    assert sorted(error.json_path for error in validator.iter_errors(records)) == ["$.visits[0]", "$.visits[1].level"]


def test_records_in_json_are_what_editors_wrote(usual: Exported, poison: Exported) -> None:
    visits = {visit["id"]: visit for visit in usual.json("data/explainer.json")["visits"]}
    written = plain()["visits/kim-putin-vladivostok.yml"]
    assert visits["kim-putin-vladivostok"]["date"] == written["date"]
    assert visits["kim-putin-vladivostok"]["sources"] == written["sources"]
    parties = {party["id"]: party for party in poison.json("data/explainer.json")["parties"]}
    assert {name: parties[f"p-{name}"]["name"] for name in TYPED} == TYPED
    assert {name: parties[f"p-{name}"]["summary"] for name in TYPED} == {
        name: payload.strip() for name, payload in PAYLOADS.items()
    }


def test_another_csv_parser_reads_texts_as_typed(poison: Exported) -> None:
    parties = {row["id"]: row for row in poison.rows("parties")}
    escaped = {name: f"'{text}" if text[0] in "=+-@" else text for name, text in TYPED.items()}
    assert {name: parties[f"p-{name}"]["name"] for name in TYPED} == escaped
    assert any(cell.startswith("'=") for cell in escaped.values())
    visits = {row["id"]: row for row in poison.rows("visits")}
    assert {name: visits[f"v-{name}"]["title"] for name in TYPED} == escaped
    assert {name: collapsed(visits[f"v-{name}"]["summary"]) for name in TYPED} == escaped


@pytest.mark.parametrize("name", ["stages", "visits", "projects", "constraints", "parties", "sources", "claims"])
def test_no_table_cell_starts_a_formula(name: str, poison: Exported) -> None:
    rows = poison.rows(name)
    assert rows
    begins = {cell[0] for row in rows for cell in row.values() if cell}
    assert not begins & set("=+-@\t\r\n＝＋－＠")


def test_a_table_has_named_fields_joined_lists_and_sortable_days(usual: Exported) -> None:
    assert usual.files["data/visits.csv"].startswith(b"\xef\xbb\xbfid,title,short,headline,date,date_first,date_last,")
    visit = next(row for row in usual.rows("visits") if row["id"] == "kim-putin-vladivostok")
    columns = ("date", "date_first", "date_last", "status", "parties", "places", "address")
    assert {name: visit[name] for name in columns} == {
        "date": "2019-04-25",
        "date_first": "2019-04-25",
        "date_last": "2019-04-25",
        "status": "held",
        "parties": "kim-jong-un; vladimir-putin",
        "places": "fefu-campus",
        "address": f"{SITE}visits/kim-putin-vladivostok/",
    }
    assert usual.rows("meetings") == [
        {
            "one": "kim-jong-un",
            "one_name": plain()["parties/kim-jong-un.yml"]["name"],
            "other": "vladimir-putin",
            "other_name": "Vladimir Putin",
            "number": "1",
            "visit": "kim-putin-vladivostok",
            "title": visit["title"],
            "date": "2019-04-25",
            "address": f"{SITE}visits/kim-putin-vladivostok/",
        }
    ]


def test_another_calendar_parser_reads_texts_as_typed(poison: Exported) -> None:
    events = list(vobject.readOne(poison.text("data/visits.ics")).vevent_list)
    assert len({event.uid.value for event in events}) == len(events)
    by_page = {event.url.value: event for event in events}
    for name, text in TYPED.items():
        event = by_page[f"{SITE}visits/v-{name}/"]
        assert (event.summary.value, event.location.value) == (text, f"{text}, {text}")
        assert collapsed(event.description.value) == collapsed(PAYLOADS[name])


@pytest.mark.parametrize(
    ("date", "status", "expected"),
    [
        ("2019-04-25", "held", ("2019-04-25", "2019-04-26", "CONFIRMED")),
        ("2019-03-30/2019-03-31", "held", ("2019-03-30", "2019-04-01", "CONFIRMED")),
        ("2020-02-28/2020-02-29", "planned", ("2020-02-28", "2020-03-01", "TENTATIVE")),
        ("2019-05-09", "cancelled", ("2019-05-09", "2019-05-10", "CANCELLED")),
        ("2019-05-09", "lapsed", ("2019-05-09", "2019-05-10", "CANCELLED")),
        ("2019-05-09", "invited", None),
        ("2019-05-09", "postponed", None),
        ("2019-04", "held", None),
        ("2019-04-XX", "held", None),
        ("2019-04-25~", "held", None),
        ("2019-04-25/2019-04", "held", None),
        ("[2019-04-24,2019-04-25]", "held", None),
    ],
)
def test_the_calendar_has_only_visits_whose_days_are_known(
    date: str, status: str, expected: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    files = plain()
    files["visits/x.yml"] = {
        **{"title": "X", "date": date, "status": status, "level": "working", "sources": ["kbs-141830"]},
        **{"parties": ["russia", "dprk"], "invited_by": ["russia"]},
        "reasons": [{"text": "Why.", "sources": ["kbs-141830"]}],
        "summary": "X.",
    }
    if status in ("held", "planned", "invited"):
        del files["visits/x.yml"]["reasons"]
    events = vobject.readOne(export(files, tmp_path).text("data/visits.ics")).vevent_list
    found = [
        (event.dtstart.value.isoformat(), event.dtend.value.isoformat(), event.status.value)
        for event in events
        if event.summary.value == "X"
    ]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("date", "lines"),
    [
        ("0001-01-01", ["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:00010102"]),
        ("9999-12-30", ["DTSTART;VALUE=DATE:99991230", "DTEND;VALUE=DATE:99991231"]),
        ("9999-12-31", ["DTSTART;VALUE=DATE:99991231", "DURATION:P1D"]),
        ("9999-12-30/9999-12-31", ["DTSTART;VALUE=DATE:99991230", "DURATION:P2D"]),
    ],
)
def test_the_calendar_can_hold_the_first_and_last_possible_days(date: str, lines: list[str], tmp_path: Path) -> None:
    files = plain()
    files["visits/x.yml"] = {
        **{"title": "X", "date": date, "status": "held", "level": "working", "sources": ["kbs-141830"]},
        **{"parties": ["russia", "dprk"], "invited_by": ["russia"], "summary": "X."},
    }
    files["explainer.yml"]["as_of"] = "9999-12-31"
    event = export(files, tmp_path).text("data/visits.ics").partition("SUMMARY:X\r\n")[2].partition("END:VEVENT")[0]
    assert [line for line in event.splitlines() if line.startswith(("DTSTART", "DTEND", "DURATION"))] == lines


def test_an_event_is_stamped_with_the_last_date_of_its_history(usual: Exported) -> None:
    events = vobject.readOne(usual.text("data/visits.ics")).vevent_list
    stamps = {event.summary.value: event.dtstamp.value.isoformat() for event in events}
    written = plain()["visits/kim-putin-vladivostok.yml"]
    assert stamps[written["title"]] == f"{written['history'][-1]['date']}T00:00:00+00:00"


def test_another_geojson_parser_reads_texts_as_typed(poison: Exported) -> None:
    found = geojson.loads(poison.text("data/places.geojson"))
    assert found.is_valid
    features = {feature.id: feature for feature in found.features}
    assert {name: features[f"x-{name}"].properties["name"] for name in TYPED} == TYPED
    positions = [[index - 90, -1.5] for index in range(len(TYPED))]
    assert [list(features[f"x-{name}"].geometry.coordinates) for name in TYPED] == positions
    route = features["route"]
    assert route.geometry.type == "LineString"
    assert [list(position) for position in route.geometry.coordinates] == positions
    assert route.properties["address"] == f"{SITE}projects/route/"


def test_a_route_with_one_known_place_has_no_line(usual: Exported) -> None:
    found = geojson.loads(usual.text("data/places.geojson"))
    assert [(feature.id, feature.geometry) for feature in found.features] == [
        ("campus", {"type": "Point", "coordinates": [131.89, 43.02]})  # its first id
    ]


def test_csl_has_texts_as_typed(poison: Exported) -> None:
    items = poison.json("data/sources.csl.json")
    assert all({"id", "type"} <= set(item) for item in items)
    by_id = {item["id"]: item for item in items}
    for name, text in TYPED.items():
        item = by_id[f"s-{name}"]
        assert (item["title"], item["publisher"]) == (text, text)
        assert item["author"] == [{"literal": text}, {"family": text, "given": text}]
        assert collapsed(item["note"]) == collapsed(PAYLOADS[name])


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019-04-25", {"date-parts": [[2019, 4, 25]]}),
        ("2019-04", {"date-parts": [[2019, 4]]}),
        ("2019-04-XX", {"date-parts": [[2019, 4]]}),
        ("2019", {"date-parts": [[2019]]}),
        ("2019-XX", {"date-parts": [[2019]]}),
        ("2019-04~", {"date-parts": [[2019, 4]], "circa": True}),
        ("2019?", {"date-parts": [[2019]], "circa": True}),
        ("2018-03-25/2018-03-28", {"date-parts": [[2018, 3, 25], [2018, 3, 28]]}),
        ("2018-22", {"date-parts": [[2018]], "season": 2}),
        ("2018-24", {"date-parts": [[2018]], "season": 4}),
        ("201X", {"literal": "the 2010s"}),
        ("2018-03/..", {"literal": "since March 2018"}),
        ("[2018-06-12,2018-06-13]", {"literal": "12 June 2018 or 13 June 2018"}),
        ("2018-21/2018-23", {"literal": "spring 2018 to autumn 2018"}),
    ],
)
def test_a_csl_date_is_as_exact_as_it_is_known(date: str, expected: dict[str, object], words: Words) -> None:
    assert csl_date(Date.parse(date), words) == expected


@pytest.fixture
def words(usual: Exported) -> Words:
    return usual.inspected.words


def bibliography(data: bytes) -> BibliographyData:
    return parse_bibtex(data, "bibtex")


def test_another_bibtex_parser_reads_texts_as_typed(poison: Exported) -> None:
    entries = bibliography(poison.files["data/sources.bib"]).entries
    assert list(entries) == [source.id for source in poison.inspected.explainer.sources]
    for name, text in TYPED.items():
        entry = entries[f"s-{name}"]
        assert printed(entry.fields["title"]) == text
        assert printed(entry.fields["institution"]) == text
        assert printed(entry.fields["note"]) == collapsed(PAYLOADS[name])
        literal, split = entry.persons["author"]
        assert [printed(part) for part in literal.last_names] == [text]
        assert [*literal.first_names, *literal.middle_names, *literal.prelast_names, *literal.lineage_names] == []
        assert printed(" ".join(split.prelast_names + split.last_names)) == text
        assert printed(" ".join(split.first_names + split.middle_names)) == text


CITED: dict[str, dict[str, object]] = {
    "newspaper": {
        **{"type": "article-newspaper", "title": "Pier to be repaired", "container": "The Southland Herald"},
        **{"author": [{"family": "Holm", "given": "Rosa"}], "publisher": "Herald House", "issued": "2024-06-10"},
        **{"URL": "https://example.org/2024/06/pier", "accessed": "2024-06-12"},
    },
    "agency": {
        **{"type": "article-newspaper", "title": "Pier closed", "publisher": "Northland News Agency"},
        **{"author": [{"family": "Koh", "given": "Mina"}], "issued": "2024-06-09"},
    },
    "journal": {
        **{"type": "article-journal", "title": "Tides of the strait", "container": "Journal of Harbours"},
        **{"author": [{"family": "Berg", "given": "Anna"}], "issued": "2023", "doi": "10.1000/182"},
    },
    "chapter": {
        **{"type": "chapter", "title": "The pier", "container": "Works on the coast", "publisher": "Coast Press"},
        **{"author": [{"family": "Diaz", "given": "Carlo"}], "issued": "2021"},
    },
    "encyclopedia": {
        **{"type": "entry-encyclopedia", "title": "Ferry", "container": "The Island Encyclopedia"},
        **{"author": [{"literal": "Friends of the Ferry"}], "issued": "2020"},
        **{"URL": "https://example.org/ferry", "accessed": "2024-06-13"},
    },
    "report": {
        **{"type": "report", "title": "Costs of the ferry", "publisher": "Harbour Board", "issued": "2019-03"},
        **{"author": [{"literal": "The Harbour Board"}], "URL": "https://example.org/costs"},
    },
}
"""Sources as editors write them."""


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    files = plain()
    files["sources.yml"]["sources"] += [{"id": id, "standing": "reference", **each} for id, each in CITED.items()]
    return export(files, tmp_path_factory.mktemp("cited"))


def test_a_citation_processor_prints_container_doi_and_day_of_reading(cited: Exported) -> None:
    items = [item for item in cited.json("data/sources.csl.json") if item["id"] in CITED]
    for item in items:
        item.pop("custom", None)  # the processor warns of this field, which is in CSL's schema
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), html)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    printed = {item["id"]: str(entry) for item, entry in zip(items, bibliography.bibliography(), strict=True)}
    assert printed == {
        "newspaper": "Holm, R. (2024) “Pier to be repaired”, <i>The Southland Herald</i>, 10 June. "
        "Available at: https://example.org/2024/06/pier (Accessed: June 12, 2024).",
        "agency": "Koh, M. (2024) “Pier closed”, <i>Northland News Agency</i>, 9 June.",
        "journal": "Berg, A. (2023) “Tides of the strait”, <i>Journal of Harbours</i> [Preprint]. "
        "Available at: https://doi.org/10.1000/182.",
        "chapter": "Diaz, C. (2021) “The pier”, <i>Works on the coast</i>. Coast Press.",
        "encyclopedia": "Friends of the Ferry (2020) “Ferry”, <i>The Island Encyclopedia</i>. "
        "Available at: https://example.org/ferry (Accessed: June 13, 2024).",
        "report": "The Harbour Board (2019) <i>Costs of the ferry</i>. Harbour Board. "
        "Available at: https://example.org/costs.",
    }


def test_a_bibtex_processor_prints_containers_and_publishers(cited: Exported) -> None:
    entries = bibliography(cited.files["data/sources.bib"]).entries
    some = BibliographyData({id: entries[id] for id in CITED})
    printed = format_from_string(some.to_string("bibtex"), "unsrt", output_backend="plaintext")
    assert printed.splitlines() == [
        "[1] Rosa Holm. Pier to be repaired. The Southland Herald, June 2024. "
        "URL: https://example.org/2024/06/pier (visited on 2024-06-12).",
        "[2] Mina Koh. Pier closed. Northland News Agency, June 2024.",
        "[3] Anna Berg. Tides of the strait. Journal of Harbours, 2023. doi:10.1000/182.",
        "[4] Carlo Diaz. The pier. In Works on the coast. Coast Press, 2021.",
        "[5] Friends of the Ferry. Ferry. In The Island Encyclopedia. 2020. "
        "URL: https://example.org/ferry (visited on 2024-06-13).",
        "[6] The Harbour Board. Costs of the ferry. Technical Report, Harbour Board, March 2019. "
        "URL: https://example.org/costs.",
    ]


def test_a_bibtex_entry_has_a_type_a_publisher_and_a_date(usual: Exported) -> None:
    entry = bibliography(usual.files["data/sources.bib"]).entries["tass-1055192"]
    assert entry.type == "article"
    fields = dict(entry.fields)
    as_written = json.loads(printed(fields.pop("aswritten")))
    assert as_written == usual.json("data/sources.csl.json")[usual_source(usual)]["custom"]["as_written"]
    assert fields == {
        "title": "{Putin to hold talks with North Korean leader in Vladivostok April 25}",
        "journal": "TASS",
        "publisher": "The agency’s owner",
        "year": "2019",
        "month": "April",
        "date": "2019-04-23",
        "url": "https://tass.com/politics/1055192/amp",
        "doi": "10.1000/_1055192_*a*<b>",
        "urldate": "2020-01-11",
        "language": "en",
        "keywords": "state-media",
        "note": "The Kremlin’s words are quoted in it.",
        "entrysubtype": "newspaper",
        "archiveurl": "https://web.archive.org/web/2019/https://tass.com/politics/1055192/amp",
        "via": "the agency’s site in English",
    }


def usual_source(usual: Exported) -> int:
    return [item["id"] for item in usual.json("data/sources.csl.json")].index("tass-1055192")


def test_a_csl_item_has_all_that_csl_can_say_and_the_rest_as_written(usual: Exported) -> None:
    item = usual.json("data/sources.csl.json")[usual_source(usual)]
    (written,) = (each for each in usual.json("data/explainer.json")["sources"] if each["id"] == "tass-1055192")
    beyond = ("summary", "sources", "statements", "history", "disputes", "reviewed", "renamed_from")
    assert item["custom"].pop("as_written") == {name: written[name] for name in beyond}
    assert item == {
        "id": "tass-1055192",
        "type": "article-newspaper",
        "title": "Putin to hold talks with North Korean leader in Vladivostok April 25",
        "author": [{"literal": "TASS"}],
        "issued": {"date-parts": [[2019, 4, 23]]},
        "container-title": "TASS",
        "publisher": "The agency’s owner",
        "URL": "https://tass.com/politics/1055192/amp",
        "DOI": "10.1000/_1055192_*a*<b>",
        "archive": "https://web.archive.org/web/2019/https://tass.com/politics/1055192/amp",
        "accessed": {"date-parts": [[2020, 1, 11]]},
        "source": "the agency’s site in English",
        "language": "en",
        "keyword": "state-media",
        "note": "The Kremlin’s words are quoted in it.",
        "custom": {"via": "the agency’s site in English"},
    }


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (r"50% & more: $1 #2 a_b", r"50\% \& more: \$1 \#2 a\_b"),
        (r"{x} \y ~z ^", r"{\textbraceleft}x{\textbraceright} {\textbackslash}y {\textasciitilde}z {\textasciicircum}"),
        ('"a" <b>', r"{\textquotedbl}a{\textquotedbl} {\textless}b{\textgreater}"),
        ("`c` | d", r"{\textasciigrave}c{\textasciigrave} {\textbar} d"),
        ("a -- b --- c ''d''", "a -{}- b -{}-{}- c '{}'d'{}'"),
        ("Kim Jong-un’s “visit”", "Kim Jong-un’s “visit”"),
    ],
)
def test_text_is_escaped_for_latex(typed: str, written: str) -> None:
    assert latex(typed) == written


def printed(written: str) -> str:
    """Return what LaTeX prints, using the command names in its manual."""
    named = {
        **{"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"},
        **{"less": "<", "greater": ">", "bar": "|", "quotedbl": '"', "asciigrave": "`"},
    }
    pieces = re.findall(r"\{\\text[a-z]+\}|\\[%&$#_]|\{\}|[{}]|[^\\{}]", written)
    assert "".join(pieces) == written
    return "".join(named[piece[6:-1]] if piece.startswith(r"{\text") else piece.strip("{}\\") for piece in pieces)


def test_another_feed_parser_reads_texts_as_typed(poison: Exported) -> None:
    feed = feedparser.parse(poison.files["data/feed.xml"], sanitize_html=False)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert len(feed.entries) == ENTRIES_AT_MOST
    assert len({entry.id for entry in feed.entries}) == ENTRIES_AT_MOST
    days = [entry.updated for entry in feed.entries]
    assert days == sorted(days, reverse=True)
    assert feed.feed.updated == days[0]
    titled = {f"{SITE}visits/v-{name}/": f"{text}: held" for name, text in TYPED.items()}
    found = {entry.link: entry.title for entry in feed.entries if entry.link in titled}
    assert len(found) > 50
    assert {link: titled[link] for link in found} == found
    texts = {f"{SITE}visits/v-{name}/": collapsed(payload) for name, payload in PAYLOADS.items()}
    for entry in feed.entries:
        if entry.link in texts:
            assert entry.content[0].type == "text/plain"
            assert collapsed(entry.content[0].value).partition(". ")[2] == texts[entry.link]


def test_both_feeds_have_the_same_entries(poison: Exported) -> None:
    atom = feedparser.parse(poison.files["data/feed.xml"], sanitize_html=False)
    feed = poison.json("data/feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (SITE, f"{SITE}data/feed.json")
    assert [(item["id"], item["url"], item["date_published"]) for item in feed["items"]] == [
        (entry.id, entry.link, entry.updated) for entry in atom.entries
    ]


def test_the_feed_lists_visits_histories_and_corrections_newest_first(usual: Exported) -> None:
    found = [
        (item["date_published"][:10], item["title"], item["url"]) for item in usual.json("data/feed.json")["items"]
    ]
    assert found[0] == ("2019-12-30", "Correction", f"{SITE}corrections/")
    visit = plain()["visits/kim-putin-vladivostok.yml"]["title"]
    assert ("2019-04-25", f"{visit}: held", f"{SITE}visits/kim-putin-vladivostok/") in found
    assert found[-1] == min(found, key=lambda item: item[0])


def test_corrections_have_a_feed_of_their_own(usual: Exported) -> None:
    whole = {entry.link: entry for entry in feedparser.parse(usual.files["data/feed.xml"]).entries}
    feed = feedparser.parse(usual.files["data/corrections.atom"])
    assert not feed.bozo
    assert feed.feed.title == "Russia and North Korea at the summit: Corrections"
    assert (feed.feed.link, feed.feed.updated) == (f"{SITE}corrections/", "2019-12-30T00:00:00Z")
    assert feed.feed.id != feedparser.parse(usual.files["data/feed.xml"]).feed.id
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.id) == ("Correction", f"{SITE}corrections/", whole[entry.link].id)
    assert entry.content[0].value == "30 December 2019. The line at Rajin–Khasan was given as 52 km; it is 54 km long."
    in_json = usual.json("data/corrections.json")
    assert (in_json["home_page_url"], in_json["feed_url"]) == (f"{SITE}corrections/", f"{SITE}data/corrections.json")
    assert [(item["id"], item["date_published"]) for item in in_json["items"]] == [(entry.id, entry.updated)]


def test_without_corrections_there_is_no_corrections_feed(tmp_path: Path) -> None:
    files = plain()
    del files["explainer.yml"]["corrections"]
    without = export(files, tmp_path)
    assert [path for path in without.files if "corrections" in path] == []
    assert [each.name for each in downloads(without.inspected.explainer)][-1] == "feed"


def test_an_entry_keeps_its_id_when_its_text_changes(usual: Exported, tmp_path: Path) -> None:
    files = plain()
    files["visits/kim-putin-vladivostok.yml"]["title"] = "Another title"
    for entry in files["visits/kim-putin-vladivostok.yml"]["history"]:
        entry["text"] = "Other words."
    changed = export(files, tmp_path).json("data/feed.json")["items"]
    assert [item["id"] for item in changed] == [item["id"] for item in usual.json("data/feed.json")["items"]]
    assert changed != usual.json("data/feed.json")["items"]


Ids = dict[str, list[str]]


def lasting_ids(exported: Exported) -> Ids:
    """The ids that other programs remember: of feeds and their entries, of events, of places and routes on the map."""
    feed, corrections = exported.json("data/feed.json"), exported.json("data/corrections.json")
    atom = feedparser.parse(exported.files["data/feed.xml"])
    return {
        "atom": [atom.feed.id, *(entry.id for entry in atom.entries)],
        "feed": [item["id"] for item in feed["items"]],
        "corrections": [item["id"] for item in corrections["items"]],
        "calendar": sorted(re.findall(r"^UID:(.+)\r$", exported.text("data/visits.ics"), re.M)),
        "map": sorted(feature["id"] for feature in exported.json("data/places.geojson")["features"]),
    }


def test_ids_stay_the_same_at_another_address_of_the_site(usual: Exported, tmp_path: Path) -> None:
    moved = export(SITES / "every-field" / "summaries", tmp_path, "https://example.com/elsewhere/")
    assert lasting_ids(moved) == lasting_ids(usual)
    nowhere = export(SITES / "every-field" / "summaries", tmp_path / "nowhere", "")
    assert lasting_ids(nowhere) == lasting_ids(usual)


def test_ids_are_those_of_the_address_that_the_key_names(usual: Exported) -> None:
    """An explainer that was published before it had a key keeps its ids if the key is its address then."""
    page = f"{usual.inspected.explainer.settings.key}visits/kim-putin-vladivostok/"
    assert str(uuid.uuid5(uuid.NAMESPACE_URL, page)) in lasting_ids(usual)["calendar"]
    held = uuid.uuid5(uuid.NAMESPACE_URL, f"{SITE}kim-putin-vladivostok/2019-04-25/held/1")
    assert held.urn in lasting_ids(usual)["feed"]


def test_without_a_key_ids_are_made_from_the_title(usual: Exported, tmp_path: Path) -> None:
    files = plain()
    del files["explainer.yml"]["key"]
    without = export(files, tmp_path)
    name = f"{files['explainer.yml']['title']}visits/kim-putin-vladivostok/"
    assert str(uuid.uuid5(uuid.NAMESPACE_URL, name)) in lasting_ids(without)["calendar"]
    assert lasting_ids(without)["feed"] != lasting_ids(usual)["feed"]


def test_ids_stay_the_same_when_records_are_renamed(usual: Exported, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    for id in ("kim-putin-vladivostok", "tass-1055192", "russky-island", "rajin-khasan", "kim-jong-un"):
        rename(project, id, f"{id}-now")
        rename(project, f"{id}-now", f"{id}-at-last")
    inspected = inspect(project)
    renamed = Exported(inspected=inspected, files=exports(inspected.explainer, inspected.words, SITE))
    assert {name: sorted(ids) for name, ids in lasting_ids(renamed).items()} == {
        name: sorted(ids) for name, ids in lasting_ids(usual).items()
    }


def test_ids_of_others_stay_the_same_when_a_record_is_removed(usual: Exported, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    remove(project, "kim-moscow-victory-day", "It fell through.", None, datetime.date(2020, 1, 20))
    inspected = inspect(project)
    left = lasting_ids(Exported(inspected=inspected, files=exports(inspected.explainer, inspected.words, SITE)))
    before = lasting_ids(usual)
    assert all(set(left[name]) <= set(before[name]) for name in before)
    assert len(before["calendar"]) - len(left["calendar"]) == 1


@pytest.mark.parametrize("source", ["tass-954672", "kbs-141830"])
def test_an_entry_keeps_its_id_when_another_of_its_day_is_put_before_it(
    source: str, usual: Exported, tmp_path: Path
) -> None:
    files = plain()
    files["explainer.yml"]["history"].insert(0, {"date": "2017-07-04", "text": "It rains.", "sources": [source]})
    for file in ("visits/kim-putin-vladivostok.yml", "projects/rajin-khasan.yml"):
        first = files[file]["history"][0]
        files[file]["history"].insert(0, {"date": first["date"], "text": "It rains.", "sources": [source]})
        files[file]["history"].insert(0, {"date": first["date"], "text": "Again.", "sources": first["sources"]})
    correction = files["explainer.yml"]["corrections"][0]
    files["explainer.yml"]["corrections"].insert(0, {**correction, "text": "Another."})
    more = lasting_ids(export(files, tmp_path))
    before = lasting_ids(usual)
    assert [id for id in more["feed"] if id in before["feed"]] == before["feed"]
    assert [id for id in more["corrections"] if id in before["corrections"]] == before["corrections"]
    assert len(set(more["feed"])) == len(more["feed"]) == len(before["feed"]) + 6


def test_an_entry_put_after_another_of_its_day_keeps_both_apart_by_source(usual: Exported, tmp_path: Path) -> None:
    files = plain()
    files["explainer.yml"]["history"].append({"date": "2017-07-04", "text": "It rains.", "sources": ["kbs-141830"]})
    more, before = lasting_ids(export(files, tmp_path))["feed"], lasting_ids(usual)["feed"]
    assert [id for id in more if id in before] == before
    assert len(more) == len(before) + 1


def test_a_visit_is_a_schema_org_event(usual: Exported) -> None:
    found = schema_org(usual, "kim-putin-vladivostok")
    assert found is not None
    assert {name: found[name] for name in ("@type", "startDate", "endDate", "eventStatus", "url")} == {
        "@type": "Event",
        "startDate": "2019-04-25",
        "endDate": "2019-04-25",
        "eventStatus": "https://schema.org/EventScheduled",
        "url": f"{SITE}visits/kim-putin-vladivostok/",
    }
    assert found["attendee"] == [
        {"@type": "Person", "name": "Kim Jong-un", "url": f"{SITE}parties/kim-jong-un/"},
        {"@type": "Person", "name": "Vladimir Putin", "url": f"{SITE}parties/vladimir-putin/"},
    ]


@pytest.mark.parametrize(
    ("status", "date", "expected"),
    [
        ("planned", "2020-01-05", {"eventStatus": "https://schema.org/EventScheduled", "startDate": "2020-01-05"}),
        ("cancelled", "2019-05", {"eventStatus": "https://schema.org/EventCancelled", "startDate": "2019-05"}),
        ("postponed", "2019-05", {"eventStatus": "https://schema.org/EventPostponed", "previousStartDate": "2019-05"}),
        ("held", "2019-05~", {"eventStatus": "https://schema.org/EventScheduled"}),
        ("invited", "2019-05", None),
        ("lapsed", "2019-05", None),
    ],
)
def test_an_event_has_the_status_of_its_visit(
    status: str, date: str, expected: dict[str, str] | None, tmp_path: Path
) -> None:
    files = plain()
    visit = files["visits/kim-moscow-victory-day.yml"]
    visit.pop("history", None)
    visit |= {"status": status, "date": date}
    if status not in ("cancelled", "postponed", "lapsed"):
        del visit["reasons"]
    found = schema_org(export(files, tmp_path), "kim-moscow-victory-day")
    names = ("eventStatus", "startDate", "previousStartDate")
    assert (found and {name: found[name] for name in names if name in found}) == expected


@pytest.mark.parametrize(
    ("id", "kind"), [("kim-jong-un", "Person"), ("fefu", "Organization"), ("russia", "Country"), ("freeze", None)]
)
def test_a_party_has_the_schema_org_type_of_its_kind(id: str, kind: str | None, usual: Exported) -> None:
    found = schema_org(usual, id)
    assert (found and found["@type"]) == kind


def test_the_downloads_are_a_dataset(usual: Exported) -> None:
    found = structured_data("downloads.md", None, None, usual.inspected.explainer, usual.inspected.words, SITE)
    assert found
    assert (found["@type"], found["url"], found["dateModified"]) == ("Dataset", f"{SITE}downloads/", "2019-12-31")
    files = [item["contentUrl"] for item in found["distribution"]]  # type: ignore[attr-defined]
    assert sorted(files) == sorted(f"{SITE}{path}" for path in usual.files)


def schema_org(exported: Exported, id: str) -> Any:
    record = exported.inspected.explainer.records[id]
    return structured_data("", record, None, exported.inspected.explainer, exported.inspected.words, SITE)


def test_a_page_can_be_cited_in_words_bibtex_and_csl(usual: Exported) -> None:
    explainer, words = usual.inspected.explainer, usual.inspected.words
    found = reference_to("visits/index.md", Markup("A &amp; {b}"), explainer, words, SITE)
    assert found.line.unescape() == (
        "The editors and The readers who wrote (2019). A & {b}. In: Russia and North Korea at the summit. "
        "As of 31 December 2019."
    )
    assert found.address == f"{SITE}visits/"
    entry = bibliography(found.bibtex.encode()).entries["visits"]
    assert printed(entry.fields["title"]) == "A & {b}"
    assert entry.fields["url"] == f"{SITE}visits/"
    assert [str(person) for person in entry.persons["author"]] == ["{The editors}", "{The readers who wrote}"]
    assert json.loads(found.csl) == [
        {
            "id": "visits",
            "type": "webpage",
            "title": "A & {b}",
            "container-title": "Russia and North Korea at the summit",
            "author": [{"literal": "The editors"}, {"literal": "The readers who wrote"}],
            "issued": {"date-parts": [[2019, 12, 31]]},
            "URL": f"{SITE}visits/",
            "language": "en-GB",
            "note": "As of 31 December 2019",
        }
    ]


def test_citing_the_home_page_cites_the_whole_explainer(usual: Exported) -> None:
    explainer, words = usual.inspected.explainer, usual.inspected.words
    found = reference_to("index.md", explainer.settings.title.__html__(), explainer, words, "")
    assert found.line.unescape() == (
        "The editors and The readers who wrote (2019). Russia and North Korea at the summit. As of 31 December 2019."
    )
    assert (found.address, "url" in found.bibtex, "URL" in found.csl) == ("", False, False)


@pytest.mark.parametrize(
    ("line", "environment", "address"),
    [
        ("site_url: https://example.org/x", {}, "https://example.org/x/"),
        ("site_url: 'https://example.org/x/'  # the address", {}, "https://example.org/x/"),
        ('site_url: !ENV [SITE_URL, "http://127.0.0.1:8000/"]', {}, "http://127.0.0.1:8000/"),
        ('site_url: !ENV [SITE_URL, "http://127.0.0.1:8000/"]', {"SITE_URL": "https://a.b"}, "https://a.b/"),
        ("site_url: !ENV [OTHER_URL, SITE_URL, '']", {"SITE_URL": "https://a.b/"}, "https://a.b/"),
        ("site_url: !ENV SITE_URL", {"SITE_URL": "https://a.b/c/"}, "https://a.b/c/"),
        ("site_url: !ENV SITE_URL", {}, ""),
        ("site_url: ''", {}, ""),
        ("# site_url: https://example.org/", {}, ""),
    ],
)
def test_the_address_of_the_site_is_read_as_mkdocs_reads_it(
    line: str, environment: dict[str, str], address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mkdocs.config import load_config

    monkeypatch.delenv("SITE_URL", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(f"site_name: X\n{line}\n", encoding="utf-8")
    assert Project(root=tmp_path).address == address
    assert (load_config(str(tmp_path / "mkdocs.yml")).site_url or "") == address


HOSTILE = """</script><script>alert(1)</script><!-- " ' & \\ &quot; {{ 7*7 }} -->"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with titles and summaries that try to close a script element."""
    project = furnish(tmp_path_factory.mktemp("built"))
    files = plain()
    files["explainer.yml"]["title"] = f"{HOSTILE} 1"
    files["visits/kim-putin-vladivostok.yml"] |= {"title": f"{HOSTILE} 2", "summary": HOSTILE}
    files["parties/kim-jong-un.yml"] |= {"name": f"{HOSTILE} 3", "short": f"{HOSTILE} 4"}
    lay_out(files, project.summaries)
    return build(project).site


class Head(HTMLParser):
    """The head of a page: its properties, feeds and structured data."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.properties: dict[str, str] = {}
        self.feeds: dict[str, str] = {}
        self.data: list[Any] = []
        self.reading = False
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.reading = tag == "script" and values.get("type") == "application/ld+json"
        if tag == "meta" and "property" in values:
            self.properties[values["property"]] = values["content"]
        if tag == "link" and "alternate" in values.get("rel", "").split():
            self.feeds[values["type"]] = values["href"]
        if tag == "link" and values.get("rel") == "canonical":
            self.properties["canonical"] = values["href"]

    def handle_data(self, data: str) -> None:
        if self.reading:
            self.data.append(json.loads(data))
            self.reading = False


def test_structured_data_has_texts_as_typed(built: Path) -> None:
    event, trail = Head(built / "visits" / "kim-putin-vladivostok" / "index.html").data
    assert (event["@type"], event["name"], event["description"]) == ("Event", f"{HOSTILE} 2", HOSTILE)
    assert [(step["position"], step["name"], step["item"]) for step in trail["itemListElement"]] == [
        (1, "Home", "http://127.0.0.1:8000/"),
        (2, "Meetings and visits", "http://127.0.0.1:8000/visits/"),
        (3, f"{HOSTILE} 2", "http://127.0.0.1:8000/visits/kim-putin-vladivostok/"),
    ]
    person, _ = Head(built / "parties" / "kim-jong-un" / "index.html").data
    assert (person["@type"], person["name"]) == ("Person", f"{HOSTILE} 3")
    dataset, _ = Head(built / "downloads" / "index.html").data
    assert (dataset["@type"], dataset["name"]) == ("Dataset", f"{HOSTILE} 1")
    assert [each["@type"] for each in Head(built / "stages" / "freeze" / "index.html").data] == ["BreadcrumbList"]
    assert Head(built / "index.html").data == []


def test_every_page_but_home_has_a_trail_of_pages_that_exist(built: Path) -> None:
    for page in sorted(built.rglob("index.html")):
        text = page.read_text("utf-8")
        trails = [each for each in Head(page).data if each.get("@type") == "BreadcrumbList"]
        is_left_out = page.parent == built or 'http-equiv="refresh"' in text or "/admin/" in page.as_posix()
        assert len(trails) == (0 if is_left_out else 1), page
        for trail in trails:
            assert set(trail) == {"@context", "@type", "itemListElement"}
            for number, step in enumerate(trail["itemListElement"], 1):
                assert set(step) == {"@type", "position", "name", "item"}
                assert (step["@type"], step["position"]) == ("ListItem", number)
                assert (built / step["item"].removeprefix("http://127.0.0.1:8000/") / "index.html").is_file()


def test_a_checked_claim_is_a_claim_review(usual: Exported) -> None:
    """With the fields that schema.org and search engines ask for, and the result in a word, not on a scale."""
    explainer, words = usual.inspected.explainer, usual.inspected.words
    claims = explainer.claims["toloraya-2019"]
    shown = (claims, claims.claims)
    found: Any = structured_data("claims/toloraya-2019.md", None, shown, explainer, words, SITE)
    checked = [claim for claim in claims.claims if claim.checked]
    assert checked
    assert [review["url"] for review in found["@graph"]] == [
        f"{SITE}claims/toloraya-2019/#{claim.id}" for claim in checked
    ]
    assert found["@graph"][0] == {
        "@type": "ClaimReview",
        "url": f"{SITE}claims/toloraya-2019/#f1",
        "claimReviewed": "Kim and Putin are to meet soon.",
        "itemReviewed": {
            "@type": "Claim",
            "author": [{"@type": "Person", "name": "Georgy Toloraya"}],
            "datePublished": "2019",
            "appearance": {"@type": "CreativeWork", "url": "https://doi.org/10.1000/%28freedom%29%3C2%3E;1"},
        },
        "author": [
            {"@type": "Organization", "name": "The editors"},
            {"@type": "Organization", "name": "The readers who wrote"},
        ],
        "reviewRating": {"@type": "Rating", "alternateName": "confirmed"},
        "reviewBody": "The day was announced.",
    }
    assert structured_data("claims/toloraya-2019.md", None, shown, explainer, words, "") is None


def test_the_head_of_a_page_has_its_title_address_and_feeds(built: Path) -> None:
    page = built / "visits" / "kim-putin-vladivostok" / "index.html"
    head = Head(page)
    assert head.properties["og:title"] == f"{HOSTILE} 2"
    assert head.properties["og:type"] == "article"
    assert head.properties["canonical"] == "http://127.0.0.1:8000/visits/kim-putin-vladivostok/"
    assert head.properties["og:url"] == head.properties["canonical"]
    assert sorted(head.feeds) == ["application/atom+xml", "application/feed+json"]
    for address in head.feeds.values():
        assert (page.parent / address).is_file()
    home = Head(built / "index.html").properties
    assert (home["og:type"], home["og:title"]) == ("website", "What did the summits change?")
    assert home["og:description"].startswith("Little.")


def test_the_citation_of_a_page_is_not_in_the_search_index(built: Path) -> None:
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    records = [entry for entry in index["docs"] if entry["location"].startswith("visits/kim")]
    assert records
    assert [entry["location"] for entry in records if "BibTeX" in entry["text"]] == []


def test_a_round_in_the_calendar_names_the_talks_that_it_is_part_of(tmp_path: Path) -> None:
    exported = export(SITES / "good-friday" / "summaries", tmp_path)
    events = vobject.readOne(exported.text("data/visits.ics")).vevent_list
    uids = {event.summary.value: event.uid.value for event in events}
    related = {event.summary.value: event.related_to.value for event in events if hasattr(event, "related_to")}
    assert related == {
        "The final session of the multi-party talks": uids["The multi-party talks"],
        "The loyalist parties at the end of Weston Park": uids["Talks at Weston Park"],
    }
