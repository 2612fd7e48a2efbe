"""Each folder in tests/sites is a mini-explainer, with the pages it must give, to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from golden import ROOT, SITES

from builder.assembly import Assembly, assemble
from builder.project import Project
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
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-c", program, str(root)], env=environment, cwd=root, umask=mask, check=True, timeout=120
        )
        written.append(pages_below(root / "docs"))
    assert written[0] == written[1]
    assert written[0]


def pages_below(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.rglob("*.md"))}
