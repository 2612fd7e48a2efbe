"""Runs the command in a small explainer, as an editor would: as a real process."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from golden import BASE, PYTHONPATH, ROOT

CONFIG = """\
site_name: Talks
theme: {name: material, font: false}
markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables]
nav:
  - Home: index.md
not_in_nav: "*"
"""
HOOK = f"hooks: [{ROOT / 'builder' / 'hook.py'}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG + HOOK)
    return tmp_path


def run(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "builder", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONWARNINGS": "error", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def as_printed(output: str) -> str:
    """Output with this Python's path replaced, so that the command reads `python -m builder`."""
    return output.replace(f"{shlex.quote(sys.executable)} -m builder", "python -m builder")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
