"""Each folder in tests/sites is a mini-explainer, with the pages it must give, to the byte."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from golden import HAND_WRITTEN, PYTHONPATH, ROOT, SITES, furnish

from builder.assembly import Assembly, assemble
from builder.project import Project
from builder.site import build
from builder.writing import write

NAMES = sorted(site.name for site in SITES.iterdir() if (site / "docs").is_dir() or (site / "summaries").is_dir())


def assembled(site: Path, root: Path) -> Assembly:
    shutil.copytree(site / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    return assemble(Project(root=root))


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_a_mini_explainer(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = assembled(SITES / name, tmp_path)
    expected = SITES / name / "docs"
    if request.config.getoption("--update-golden"):
        write(made.pages, {}, expected)
    write(made.pages, {}, tmp_path / "docs")
    assert pages_below(tmp_path / "docs") == pages_below(expected)


def test_the_same_summaries_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Another hash seed, time zone, locale, working folder and umask change nothing."""
    program = (
        "import sys; from pathlib import Path; "
        "from builder.assembly import assemble; from builder.project import Project; "
        "from builder.writing import write; made = assemble(Project(root=Path(sys.argv[1]))); "
        "write(made.pages, made.assets, Path(sys.argv[1]) / 'docs')"
    )
    written = []
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
        written.append(pages_below(root / "docs"))
    assert written[0] == written[1]
    assert written[0]


def pages_below(folder: Path) -> dict[str, str]:
    made = [file for file in sorted(folder.rglob("*.md")) if file.name not in HAND_WRITTEN]
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in made}


@pytest.mark.parametrize("day", ["2006-11-01", "2007-03-26"])
def test_the_claims_of_a_source_are_there_from_its_day_on(tmp_path: Path, day: str) -> None:
    """Before it the site leads to them nowhere, its menu included."""
    project = furnish(tmp_path)
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    build(project, assembly=assemble(project, as_of=datetime.date.fromisoformat(day)))
    is_out = day > "2007-03-25"
    assert (project.site / "claims" / "guardian-20070325" / "index.html").is_file() == is_out
    menu = (project.site / "about" / "index.html").read_text("utf-8")
    assert ("claims/" in menu) == ("forecasts/" in menu) == is_out


def test_claims_without_a_forecast_have_a_site(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "good-friday" / "summaries", project.summaries)
    claims = project.summaries / "claims" / "guardian-20070325.yml"
    claims.write_text("source: guardian-20070325\nclaims:\n  - {id: c1, para: 1, text: It was signed.}\n", "utf-8")
    config = project.config.read_text("utf-8")
    project.config.write_text(config.replace("  - Forecasts: forecasts.md\n", ""), "utf-8")
    build(project)
    assert "forecasts/" not in (project.site / "claims" / "index.html").read_text("utf-8")
