"""`explainer translate` writes what there is to translate, and never changes a translation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import ROOT, SITES

from builder.editing.scaffolding import RefusedError
from builder.editing.translating import Prepared, prepare
from builder.inspection import inspect
from builder.project import Project

VISIT = "translations/ru/visits/kim-putin-vladivostok.yml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(SITES / "two-languages" / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    (tmp_path / "docs").mkdir()
    return Project(root=tmp_path)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def test_a_new_file_lists_every_text_of_the_record_in_its_usual_order(project: Project) -> None:
    made = prepare(project, "power-grid", "ru")
    path = project.summaries / "translations" / "ru" / "projects" / "power-grid.yml"
    assert made == Prepared(path=path, new=4, stale=0, left_over=0, total=4)
    assert (
        path.read_text("utf-8")
        == """\
texts:
  - field: title
    original: A link between power grids
    translation:
  - field: sector
    original: energy
    translation:
  - field: summary
    original: Spoken of at [[kim-putin-vladivostok]].
    translation:
  - field: obstacles.text
    original: No source ties a rule to it.
    translation:
"""
    )
    assert "ru/projects/power-grid.md" not in {plan.path for plan in inspect(project).plans}, "nothing is translated"


def test_a_place_is_added_to_the_list_of_places(project: Project) -> None:
    edit(project.summaries / "places.yml", "places:\n", "places:\n  - id: moscow\n    name: Moscow\n")
    prepare(project, "moscow", "ru")
    assert (
        (project.summaries / "translations" / "ru" / "places.yml").read_text("utf-8")
        == """\
texts:
  - record: vladivostok
    field: name
    original: Vladivostok
    translation: Владивосток
  - record: moscow
    field: name
    original: Moscow
    translation:
"""
    )


def test_finished_texts_and_comments_stay_and_a_changed_original_is_shown_with_the_one_translated(
    project: Project,
) -> None:
    file = project.summaries / VISIT
    edit(file, "  - field: venue\n", "  # as the university writes it\n  - field: venue\n")
    made = prepare(project, "kim-putin-vladivostok", "ru")
    assert (made.new, made.stale, made.left_over, made.total) == (2, 1, 0, 6)
    written = file.read_text("utf-8")
    assert (
        written
        == """\
machine: true
texts:
  - field: title
    original: Kim and Putin in Vladivostok
    translation: Ким и Путин во Владивостоке, 2019
  # as the university writes it
  - field: venue
    original: Far Eastern Federal University
    translation: Дальневосточный федеральный университет
  - field: outcomes.text
    original: The power line was named among possible projects.
    earlier: The power line was named among the projects.
    translation: Среди проектов назвали линию электропередачи.
  - field: history.text
    original: Moscow names the day.
    translation:
  - field: history.by
    original: Yuri Ushakov
    translation:
  - field: history.text
    original: They meet.
    translation: Они встречаются.
"""
    )
    assert [problem.rule for problem in inspect(project).warnings] == ["other-numbers", "stale-translation"]
    prepare(project, "kim-putin-vladivostok", "ru")
    assert file.read_text("utf-8") == written
    edit(file, "    earlier: The power line was named among the projects.\n", "")
    assert [problem.rule for problem in inspect(project).warnings] == ["other-numbers"]


def test_a_translation_whose_original_is_gone_stays_at_the_end(project: Project) -> None:
    visit = project.summaries / "visits" / "kim-putin-vladivostok.yml"
    edit(visit, "text: They meet.", "text: Both leaders shake hands on the island.")
    made = prepare(project, "kim-putin-vladivostok", "ru")
    assert (made.new, made.stale, made.left_over) == (3, 1, 1)
    assert (
        (project.summaries / VISIT)
        .read_text("utf-8")
        .endswith("""\
  - field: history.text
    original: Both leaders shake hands on the island.
    translation:
  - field: history.text
    original: They meet.
    translation: Они встречаются.
""")
    )


@pytest.mark.parametrize(
    ("id", "language", "reason"),
    [
        ("power-grid", "de", "explainer.yml does not name 'de' (write languages: [ru, fa, de])"),
        ("power-gird", "ru", "there is no 'power-gird' (did you mean 'power-grid'?)"),
    ],
)
def test_what_cannot_be_translated_is_refused(id: str, language: str, reason: str, project: Project) -> None:
    with pytest.raises(RefusedError) as caught:
        prepare(project, id, language)
    assert str(caught.value) == reason
