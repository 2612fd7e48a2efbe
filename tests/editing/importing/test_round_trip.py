"""The site's own tables and bibliographies, imported into an explainer without the records, and into the same one."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.editing.importing.importer import Imported, Options, import_file
from builder.exports.downloads import export_groups
from builder.inspection import inspect
from builder.project import Project
from builder.records.models.record import Record

DOWNLOADS = {
    "stages.csv": "stages",
    "visits.csv": "visits",
    "projects.csv": "projects",
    "constraints.csv": "constraints",
    "parties.csv": "parties",
    "sources.csv": "sources",
    "sources.bib": "sources",
    "sources.csl.json": "sources",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An explainer in which every field of every kind has a value."""
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return project


def records(project: Project) -> dict[str, Record]:
    return dict(inspect(project).explainer.records)


def download(project: Project, name: str) -> Path:
    inspected = inspect(project)
    file = project.root / name
    groups = export_groups(inspected.words, "https://example.org/").values()
    written = {path: data for make in groups for path, data in make(inspected.explainer).items()}
    file.write_bytes(written[f"data/{name}"])
    return file


def imported(project: Project, file: Path, *, update: bool = False) -> Imported:
    return import_file(project, DOWNLOADS[file.name], file, file.name, {}, Options(update=update))


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_gives_the_same_records_in_an_explainer_without_them(name: str, project: Project) -> None:
    before = records(project)
    file = download(project, name)
    kind = DOWNLOADS[name]
    if (project.summaries / kind).is_dir():
        shutil.rmtree(project.summaries / kind)
    else:
        (project.summaries / f"{kind}.yml").unlink()
    found = imported(project, file)
    assert set(found.new) == {id for id, record in before.items() if record.kind_name == kind}
    assert records(project) == before


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_changes_nothing_in_the_explainer_it_comes_from(name: str, project: Project) -> None:
    file = download(project, name)
    found = imported(project, file, update=True)
    assert (found.new, found.changes, found.files, found.warnings) == ((), (), (), ())
    assert found.known


def test_a_cell_that_was_changed_counts_and_the_rest_stays_as_written(project: Project) -> None:
    before = records(project)
    file = download(project, "visits.csv")
    header, *rows = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
    for row in rows:
        row[header.index("title")] += ", changed"
        row[header.index("history")] += " Changed."
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    found = imported(project, file, update=True)
    assert {(change.field, change.before, change.after) for change in found.changes} == {
        ("title", str(before[row[0]].title), f"{before[row[0]].title}, changed")  # type: ignore[attr-defined] # of visits
        for row in rows
    }
    assert {warning.message for warning in found.warnings} == {"the change in 'history' was not read"}
