"""Each folder in tests/sites is a mini-explainer with the exact pages that it must give."""

from __future__ import annotations

import datetime
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from golden import HAND_WRITTEN, PYTHONPATH, ROOT, SITES, furnish

from builder.assembly import Assembly, assemble
from builder.inspection import inspect
from builder.project import Project
from builder.site.build import build
from builder.site.docs_folder import write

NAMES = sorted(site.name for site in SITES.iterdir() if (site / "docs").is_dir() or (site / "summaries").is_dir())


def assembled(site: Path, root: Path) -> Assembly:
    shutil.copytree(site / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    return assemble(Project(root=root))


@pytest.mark.parametrize("name", NAMES)
def test_a_mini_explainer_gives_its_expected_pages(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assembly = assembled(SITES / name, tmp_path)
    expected = SITES / name / "docs"
    if request.config.getoption("--update-golden"):
        write(assembly.pages, {}, expected)
    write(assembly.pages, {}, tmp_path / "docs")
    assert pages_below(tmp_path / "docs") == pages_below(expected)


def test_the_same_summaries_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """The hash seed, time zone, locale, working folder and umask make no difference."""
    program = (
        "import sys; from pathlib import Path; "
        "from builder.assembly import assemble; from builder.project import Project; "
        "from builder.site.docs_folder import write; assembly = assemble(Project(root=Path(sys.argv[1]))); "
        "write(assembly.pages, assembly.assets, Path(sys.argv[1]) / 'docs')"
    )
    results = []
    for place, seed, zone, language, mask in (
        ("here", "0", "UTC", "C.UTF-8", 0o022),
        ("there", "7", "Asia/Seoul", "C", 0o077),
    ):
        root = tmp_path / place
        root.mkdir()
        (root / "templates").symlink_to(ROOT / "templates")
        shutil.copytree(SITES / NAMES[0] / "summaries", root / "summaries")
        (root / "docs").mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": PYTHONPATH}
        subprocess.run(
            [sys.executable, "-c", program, str(root)], env=environment, cwd=root, umask=mask, check=True, timeout=120
        )
        results.append(pages_below(root / "docs"))
    assert results[0] == results[1]
    assert results[0]


def pages_below(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*.md")) if file.name not in HAND_WRITTEN]
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


DRAWN = {f"parties/{name}.md" for name in ("bertie-ahern", "david-trimble", "ian-paisley")}
"""The pages of others whose meetings are in the drawing that has this visit."""

EDITS = {
    ("date: 1997-10-13\n", "date: 1997-10-14\n"): {
        *("index.md", "meetings.md", "moments/eve-of-restoration.md", "moments/eve-of-the-deadline.md"),
        *("parties/gerry-adams.md", "parties/sinn-fein.md", "parties/tony-blair.md", "parties/uk.md"),
        *("timeline/index.md", "visits/blair-adams-1997.md", "visits/index.md"),
        *DRAWN,
    },
    ("status: held\n", "status: planned\n"): {
        *("index.md", "state.md"),
        *("meetings.md", "moments/eve-of-restoration.md", "moments/eve-of-the-deadline.md", "timeline/index.md"),
        *("parties/gerry-adams.md", "parties/sinn-fein.md", "parties/tony-blair.md", "parties/uk.md"),
        *("visits/blair-adams-1997.md", "visits/blair-adams-downing-street.md", "visits/index.md"),
        *DRAWN,
    },
}
"""Edits to a visit, each with the pages that it changes."""


@pytest.mark.parametrize(("edit", "pages"), EDITS.items(), ids=["date", "status"])
def test_an_edit_changes_every_page_that_shows_it_and_no_other(
    edit: tuple[str, str], pages: set[str], tmp_path: Path
) -> None:
    before = {page.path: page.body for page in assembled(SITES / "good-friday", tmp_path).pages}
    file = tmp_path / "summaries" / "visits" / "blair-adams-1997.yml"
    text = file.read_text("utf-8")
    assert text.count(edit[0]) == 1
    file.write_text(text.replace(*edit), "utf-8")
    after = {page.path: page.body for page in assemble(Project(root=tmp_path)).pages}
    assert set(after) == set(before)
    assert {path for path in before if before[path] != after[path]} == pages


DAYS = ["1997-12-31", "1998-04-09", "2002-10-14", "2005-09-26", "2006-11-01", "2007-03-25", "2007-05-07"]


@pytest.mark.parametrize("day", DAYS)
def test_as_of_any_day_every_link_leads_to_a_page(day: str, tmp_path: Path) -> None:
    pages = {page.path: page.body for page in as_of(day, tmp_path).pages}
    for path, body in pages.items():
        for target in re.findall(r"\]\(([^)#\s]+\.md)", body):
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert found in pages, f"{path} links to {found}"
    assert "9999" not in pages["timeline/index.md"]
    assert ("status--held" in pages.get("visits/castle-buildings.md", "").partition("##")[0]) == (day >= "1998-04-10")
    assert ("visits/leeds-castle.md" in pages) == (day >= "2004-09-16")


def as_of(day: str, root: Path) -> Assembly:
    """The mini-explainer `good-friday` as of an earlier day."""
    assembled(SITES / "good-friday", root)
    return assemble(Project(root=root), as_of=datetime.date.fromisoformat(day))


def test_an_earlier_day_has_no_text_written_later(tmp_path: Path) -> None:
    """A statement without a date is removed if one of its sources is later, and kept if all were published by then."""
    pages = {page.path: page.body for page in as_of("2006-11-01", tmp_path).pages}
    assert "What had been agreed took nine years to hold" not in pages["background.md"]
    assert "two governments and eight parties" in pages["background.md"]


def test_a_record_keeps_later_sources_only_if_it_has_no_others(tmp_path: Path) -> None:
    day = datetime.date(2006, 11, 1)
    shutil.copytree(SITES / "good-friday" / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    now, then = (inspect(Project(root=tmp_path), as_of=as_of_day).explainer for as_of_day in (None, day))
    later = {source.id for source in now.sources if source.issued and source.issued.first > day}
    shortened = []
    for id, record in then.records.items():
        cited = {citation.source for citation in record.sources}
        assert not cited & later or cited <= later, id
        shortened += [id] if len(record.sources) < len(now.records[id].sources) else []
    assert "devolved-institutions" in shortened


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("1998-04-09", []),
        ("2006-11-01", ["arms-of-the-ira"]),
        ("2007-03-26", ["when-they-first-met", "arms-of-the-ira"]),
        ("2007-05-08", ["when-they-first-met", "did-they-share-power", "arms-of-the-ira"]),
    ],
)
def test_a_question_appears_from_the_day_on_which_it_could_be_answered(
    day: str, asked: list[str], tmp_path: Path
) -> None:
    """Without any question there is no page. What a question rests on is left out: it is about the current records."""
    assembly = as_of(day, tmp_path)
    pages = {page.path: page.body for page in assembly.pages}
    assert re.findall(r"^### .* \{: #(\S+) \}$", pages.get("questions.md", ""), re.M) == asked
    assert ("questions.md" in pages) == bool(asked)
    questions = json.loads(assembly.assets["data/explainer.json"]).get("questions", [])
    assert [question["id"] for question in questions] == asked
    assert not [name for question in questions for name in question if name in ("rests_on", "asserts")]


@pytest.mark.parametrize("day", ["2006-11-01", "2007-03-26"])
def test_the_claims_of_a_source_appear_from_its_day_on(tmp_path: Path, day: str) -> None:
    """Before that day no link leads to them, not even in the menu."""
    project = furnish(tmp_path)
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    build(project, assembly=assemble(project, as_of=datetime.date.fromisoformat(day)))
    is_published = day > "2007-03-25"
    assert (project.site / "claims" / "guardian-20070325" / "index.html").is_file() == is_published
    menu = (project.site / "about" / "index.html").read_text("utf-8")
    assert ("claims/" in menu) == ("forecasts/" in menu) == is_published


def test_claims_without_a_forecast_can_be_built(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    claims = project.summaries / "claims" / "guardian-20070325.yml"
    claims.write_text("source: guardian-20070325\nclaims:\n  - {id: c1, para: 1, text: It was signed.}\n", "utf-8")
    build(project)
    assert "forecasts/" not in (project.site / "claims" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "1954-02-18", "1969-12-31", "2106-02-08", "9999-12-31"])
def test_pages_can_be_rendered_as_of_any_day(tmp_path: Path, day: str) -> None:
    shutil.copytree(SITES / "state-treaty" / "summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    assembly = assemble(Project(root=tmp_path), as_of=datetime.date.fromisoformat(day))
    assert assembly.as_of.isoformat() == day
    assert ("visits/berlin-1954-talks.md" in {page.path for page in assembly.pages}) == (day >= "1954")


def test_an_explainer_about_the_1950s_can_be_built(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "state-treaty" / "summaries", project.summaries)
    config = project.config.read_text("utf-8")
    project.config.write_text(re.sub(r"^nav:\n(?:[ #].*\n)*", "", config, flags=re.M), "utf-8")
    build(project)
    assert "15 May 1955" in (project.site / "index.html").read_text("utf-8")
    assert (project.site / "sitemap.xml.gz").read_bytes()[4:8] == bytes(4), "gzip has no dates before 1970"
