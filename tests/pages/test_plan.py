"""The list of pages: lists too long for one page are split by year."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.pages import plan
from builder.project import Project
from builder.site.build import build


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A mini-explainer whose lists are too long for one page."""
    monkeypatch.setattr(plan, "ROWS_AT_MOST", 2)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return project


def test_visits_too_many_for_one_page_get_a_page_for_each_year(project: Project) -> None:
    site = build(project).site
    index = (project.docs / "visits" / "index.md").read_text("utf-8")
    assert "- [2015](years/2015.md)\n- [2019](years/2019.md)\n- [2020](years/2020.md)\n" in index
    assert "kim-putin-vladivostok.md" not in index
    year = (project.docs / "visits" / "years" / "2019.md").read_text("utf-8")
    assert 'title: "Meetings and visits 2019"' in year
    assert "(../kim-putin-vladivostok.md)" in year
    assert "(../kim-moscow-victory-day.md)" not in year
    assert (site / "visits" / "years" / "2019" / "index.html").is_file()


def test_a_timeline_too_long_for_one_page_gets_a_page_for_each_year(project: Project) -> None:
    site = build(project).site
    index = (project.docs / "timeline" / "index.md").read_text("utf-8")
    assert "- [2019](2019.md)\n" in index
    assert (site / "timeline" / "2019" / "index.html").is_file()
