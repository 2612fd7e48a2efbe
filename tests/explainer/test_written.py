"""What differs from the last build is found by the files of the summaries."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.explainer.linking import link
from builder.explainer.snapshot import EarlierDays
from builder.explainer.tracing.digests import Digests
from builder.explainer.tracing.written import ONLY_ON_ITS_PAGE, Changes, Written, changes, written
from builder.exports.downloads import told_answers
from builder.inspection import inspect, words_of
from builder.project import Project
from builder.records.loading import load
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.record import Record

ID = "blair-adams-1997"
VISIT = f"visits/{ID}.yml"
NOTHING = Changes(
    keys=frozenset(), named=frozenset(), kinds=frozenset(), relinked=frozenset(), told=False, labels=False
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    return project


def now(project: Project, before: Written | None = None, *, drafts: bool = False) -> Written:
    found = inspect(project, drafts=drafts)
    return written(found.explainer, found.known, found.read, Digests(), before or {})


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_without_an_edit_nothing_differs(project: Project) -> None:
    before = now(project)
    assert now(project, before) == before
    assert changes(before, now(project)) == NOTHING


def test_a_comment_is_no_difference(project: Project) -> None:
    before = now(project)
    edit(project.summaries / VISIT, "title:", "# By hand\ntitle:")
    assert now(project, before) != before
    assert changes(before, now(project, before)) == NOTHING


def test_what_only_the_page_of_a_record_shows_is_told_nowhere_else(project: Project) -> None:
    before = now(project)
    edit(project.summaries / VISIT, "very positive", "positive")
    found = changes(before, now(project, before))
    assert found
    assert {"talks", "it-115369", "tony-blair"} <= found.named
    expected = Changes(
        keys=frozenset({ID}),
        named=found.named,
        kinds=frozenset({"visits"}),
        relinked=frozenset(),
        told=False,
        labels=False,
    )
    assert found == expected


def test_a_date_is_told_and_a_title_is_a_label(project: Project) -> None:
    before = now(project)
    edit(project.summaries / VISIT, "1997-10-13", "1997-10-14")
    found = changes(before, now(project, before))
    assert found
    assert (found.told, found.labels, found.relinked) == (True, False, frozenset())
    edit(project.summaries / VISIT, "the first meeting", "once")
    found = changes(before, now(project, before))
    assert found
    assert (found.told, found.labels) == (True, True)


def test_all_that_a_record_named_counts_once_it_names_something_else(project: Project) -> None:
    before = now(project)
    edit(project.summaries / VISIT, "stage: talks\n", "")
    found = changes(before, now(project, before))
    assert found
    assert found.relinked == found.named >= {"talks", "it-115274"}


def test_a_draft_is_a_difference_with_and_without_drafts(project: Project) -> None:
    edit(project.summaries / VISIT, "title:", "draft: true\ntitle:")
    without, with_drafts = now(project), now(project, drafts=True)
    found = changes(without, with_drafts)
    assert found
    assert (found.keys, found.labels, found.told) == (frozenset({ID}), True, True)
    assert found.relinked == found.named >= {"talks"}
    assert now(project, without, drafts=True) == with_drafts


def test_claims_differ_with_the_source_that_makes_them(project: Project) -> None:
    before = now(project)
    edit(project.summaries / "sources.yml", "id: guardian-20070325\n", "id: guardian-20070325\n    note: Read again.\n")
    found = changes(before, now(project, before))
    assert found
    assert found.keys == {"guardian-20070325", "claims/guardian-20070325"}


def test_a_record_in_another_file_differs(project: Project) -> None:
    before = now(project)
    places = project.summaries / "places.yml"
    (project.summaries / "places").mkdir()
    first, mark, last = places.read_text("utf-8").rpartition("  - id: ")
    places.write_text(first, "utf-8")
    (project.summaries / "places" / "more.yml").write_text(f"places:\n{mark}{last}", "utf-8")
    found = changes(before, now(project, before))
    assert found
    assert found.keys == {last.partition("\n")[0]}


def test_in_another_order_it_is_not_known_what_differs(project: Project) -> None:
    before = now(project)
    places = project.summaries / "places.yml"
    first, mark, last = places.read_text("utf-8").rpartition("  - id: ")
    places.write_text(first.replace("places:\n", f"places:\n{mark}{last}"), "utf-8")
    assert changes(before, now(project, before)) is None


def test_with_more_or_fewer_claims_it_is_not_known_what_differs(project: Project) -> None:
    before = now(project)
    (project.summaries / "claims" / "guardian-20070325.yml").unlink()
    assert changes(before, now(project, before)) is None


def test_of_a_day_before_it_is_not_known_what_differs(project: Project) -> None:
    found = inspect(project, as_of=datetime.date(1999, 1, 1))
    assert written(found.explainer, found.known, found.read, Digests(), {}) == {}
    assert changes({}, now(project)) is changes(now(project), {}) is None


def test_a_record_that_is_not_as_it_is_written_is_compared_by_what_it_says(project: Project) -> None:
    before, found = now(project), inspect(project)
    visit = found.explainer.records[ID].model_copy(update={"outcomes": ()})
    records = {**found.explainer.records, ID: visit}
    explainer = replace(found.explainer, records=records)
    other = written(explainer, records, found.read, Digests(), before)
    path = f"summaries/{VISIT}"
    assert other[path][0] == ""
    assert {key: each for key, each in other.items() if key != path} == {
        key: each for key, each in before.items() if key != path
    }
    differing = changes(before, other)
    assert differing
    assert differing.keys == {ID}


@pytest.mark.parametrize("site", ["every-field", "good-friday"])
def test_no_feed_calendar_or_earlier_day_shows_what_only_the_page_of_a_record_shows(site: str, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / site / "summaries", project.summaries)
    summaries = load(project.summaries).published()
    trimmed = {id: without_what_only_its_page_shows(record) for id, record in summaries.records.items()}
    assert trimmed != summaries.records
    words = words_of(project, summaries)
    before, after = (
        {name: answer() for name, answer in told_answers(link(each), words, project.address).items()}
        for each in (summaries, replace(summaries, records=trimmed))
    )
    assert after == before
    whole = {id: record for id, record in summaries.records.items() if isinstance(record, (Event, Document))}
    assert EarlierDays(replace(summaries, records={**trimmed, **whole})).basis == EarlierDays(summaries).basis


def without_what_only_its_page_shows(record: Record) -> Record:
    own = ONLY_ON_ITS_PAGE & record.model_fields_set
    return record.model_copy(update={name: type(record).model_fields[name].get_default() for name in own})
