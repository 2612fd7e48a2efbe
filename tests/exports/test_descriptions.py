"""What describes the explainer and its data to programs, read back as those programs would."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
import yaml
from golden import SITES
from poisoning import Files, lay_out, plain
from test_downloads import SITE, TYPED, Exported, export, poisoned

from builder.assembly import complete
from builder.editing.renaming.rename import rename
from builder.explainer.addresses import PAGED
from builder.inspection import inspect
from builder.project import Project
from builder.site.build import build

CFF = files("check_jsonschema.builtin_schemas.vendor") / "citation-file-format.json"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(SITES / "every-field" / "summaries", tmp_path_factory.mktemp("usual"))


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(poisoned(), tmp_path_factory.mktemp("poison"))


def everything(root: Path, summaries: Files) -> dict[str, bytes]:
    """All files that the builder writes beside pages."""
    exported = export(summaries, root)
    return complete(exported.inspected, Project(root=root)).assets


def cited(exported: Exported) -> Any:
    """CITATION.cff, valid, with its dates as texts: the schema asks for that."""
    found = yaml.safe_load(exported.files["data/CITATION.cff"])
    found |= {name: str(value) for name, value in found.items() if isinstance(value, date)}
    jsonschema.validate(found, json.loads(CFF.read_text("utf-8")), format_checker=jsonschema.FormatChecker())
    return found


def test_the_citation_file_says_who_what_when_and_where(usual: Exported) -> None:
    assert cited(usual) == {
        "cff-version": "1.2.0",
        "message": "If you use this explainer or its data, please cite it as follows.",
        "type": "dataset",
        "title": "Russia and North Korea at the summit",
        "authors": [{"name": "The editors"}, {"name": "The readers who wrote"}],
        "abstract": "What did the summits change? Little. Kim and Putin met; no sanction was lifted.",
        "date-released": "2019-12-31",
        "version": "2019-12-31",
        "license": "CC-BY-4.0",
        "url": SITE,
    }


def test_the_citation_file_has_texts_as_typed(poison: Exported) -> None:
    assert [author["name"] for author in cited(poison)["authors"]] == list(dict.fromkeys(TYPED.values()))


def test_the_citation_file_names_no_licence_that_others_do_not_know(tmp_path: Path) -> None:
    changed = plain()
    changed["explainer.yml"]["licence"] = "Ours: ask first"
    assert "license" not in cited(export(changed, tmp_path))


def test_the_data_package_describes_each_table_and_each_column(usual: Exported) -> None:
    """With what Data Package 2.0 requires: a name, a path or data and, for a table, its columns."""
    package = usual.json("data/datapackage.json")
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch("[-a-z0-9._/]+", package["name"])
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    offered = {path for path in usual.files if path.endswith(".csv")}
    assert {f"data/{resource['path']}" for resource in package["resources"]} == offered
    for resource in package["resources"]:
        table = usual.files[f"data/{resource['path']}"]
        assert (resource["bytes"], resource["hash"]) == (len(table), f"sha256:{hashlib.sha256(table).hexdigest()}")
        columns = [field["name"] for field in resource["schema"]["fields"]]
        header, *rows = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
        assert columns == header
        keys = [tuple(row[header.index(name)] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(rows) > 0
        for field in resource["schema"]["fields"]:
            cells = [row[header.index(field["name"])] for row in rows]
            for cell in filter(None, cells):
                _READ[field["type"]](cell)


_READ: dict[str, Any] = {"string": str, "date": date.fromisoformat, "integer": int, "object": json.loads}
"""What reads a cell of each type. It fails for a cell of another one."""


def test_a_column_is_explained_as_in_the_handbook(usual: Exported) -> None:
    (visits,) = (each for each in usual.json("data/datapackage.json")["resources"] if each["name"] == "visits")
    fields = {field["name"]: field for field in visits["schema"]["fields"]}
    assert fields["parties"] == {
        "name": "parties",
        "type": "string",
        "description": "Who met or was expected to meet: people, or states if the people are not named.",
    }
    assert fields["date_first"] == {"name": "date_first", "type": "date"}


def test_each_record_has_a_feed_with_what_happened_to_it(usual: Exported, tmp_path: Path) -> None:
    found = everything(tmp_path, plain())
    whole = {entry.id: entry for entry in feedparser.parse(found["data/feed.xml"]).entries}
    feeds = {path: feedparser.parse(data) for path, data in found.items() if path.endswith(".atom")}
    records = [path for path in feeds if path != "data/corrections.atom"]
    with_pages = [record for record in usual.inspected.explainer.records.values() if isinstance(record, PAGED)]
    assert sorted(records) == sorted(
        f"data/{record.kind_name}/{id}.atom" for record in with_pages for id in (record.id, *record.renamed_from)
    )
    for path in records:
        assert not feeds[path].bozo, path
        assert {entry.id for entry in feeds[path].entries} <= set(whole)
    assert len({feeds[path].feed.id for path in records}) == len(with_pages)
    visit = feeds["data/visits/kim-putin-vladivostok.atom"]
    assert visit.feed.title.endswith(" – Russia and North Korea at the summit")
    assert visit.entries
    person = {entry.id for entry in feeds["data/parties/vladimir-putin.atom"].entries}
    assert {entry.id for entry in visit.entries if entry.category == "visits"} <= person
    assert {entry.category for entry in visit.entries} == {"visits", "corrections"}


def test_the_feed_of_a_renamed_record_keeps_its_id_and_answers_at_its_old_address(tmp_path: Path) -> None:
    before = everything(tmp_path, plain())["data/stages/freeze.atom"]
    rename(Project(root=tmp_path), "freeze", "pause")
    project = Project(root=tmp_path)
    after = complete(inspect(project), project).assets
    assert after["data/stages/freeze.atom"] == after["data/stages/pause.atom"]
    assert feedparser.parse(before).feed.id == feedparser.parse(after["data/stages/pause.atom"]).feed.id


def test_the_list_of_pages_is_at_the_root_of_the_site_and_names_every_page(tmp_path: Path) -> None:
    from golden import furnish

    project = furnish(tmp_path)
    lay_out(plain(), project.summaries)
    site = build(project).site
    text = (site / "llms.txt").read_text("utf-8")
    assert text.startswith("# Russia and North Korea at the summit\n\n> ")
    assert text == (site / "data" / "llms.txt").read_text("utf-8")
    pages = re.findall(r"^- \[.+\]\((http://127\.0\.0\.1:8000/)(\S*)\): \S.+$", text, re.MULTILINE)
    shown = [plan for plan in inspect(project).plans if not plan.is_old]
    assert len(pages) == len(shown)
    for _, path in pages:
        assert (site / path / "index.html").is_file(), path
    page = (site / "visits" / "kim-putin-vladivostok" / "index.html").read_text("utf-8")
    (feed,) = re.findall(r'<link rel="alternate" type="application/atom\+xml" title=".+" href="(.+)">', page)
    assert (site / "visits" / "kim-putin-vladivostok" / feed).is_file()


def test_titles_in_the_list_of_pages_are_read_as_typed(poison: Exported, tmp_path: Path) -> None:
    text = everything(tmp_path, poisoned())["data/llms.txt"].decode()
    titles = re.findall(r"^- \[(.+)\]\(\S+\): ", text, re.MULTILINE)
    found = {re.sub(r"\\([\\`*_\[\]<>])", r"\1", title) for title in titles}
    assert {" ".join(title.split()) for title in TYPED.values()} <= found
