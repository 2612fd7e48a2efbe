"""Cases kept as data: mini-explainers with the pages they give, broken summaries with the report they get."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from builder.project import Project

ROOT = Path(__file__).parent.parent
SITES = Path(__file__).parent / "sites"
PROBLEMS = Path(__file__).parent / "problems"
BASE = SITES / "one-of-each" / "summaries"
(SITE_NAME,) = re.findall(r"^site_name: (.+)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A change to the mini-explainer `one-of-each`, and the report it must get."""

    path: Path
    files: dict[str, str]
    """Files written over those of the base, by their path below summaries/."""

    swaps: dict[str, dict[str, str]]
    """By file: pieces of text to find, each exactly once, and what takes their place."""

    removed: tuple[str, ...]
    report: str
    """All problems, or all warnings where there is no problem."""


def furnish(root: Path) -> Project:
    """Lay out the repository's own templates, configuration and pages written by hand, without summaries."""
    shutil.copy(ROOT / "mkdocs.yml", root)
    for folder in ("templates", "builder"):
        (root / folder).symlink_to(ROOT / folder)
    (root / "docs").mkdir()
    for page in ("about.md", "method.md"):
        shutil.copy(ROOT / "docs" / page, root / "docs")
    return Project(root=root)


def read_case(path: Path) -> Case:
    """Read a case: `files`, `swap`, `remove`, and last of all `report`."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(data) - {"files", "swap", "remove", "report"}
    assert not unknown, f"{path.name}: unknown {unknown}"
    return Case(
        path=path,
        files=data.get("files", {}),
        swaps=data.get("swap", {}),
        removed=tuple(data.get("remove", ())),
        report=data["report"],
    )


def lay_out(case: Case, root: Path) -> Path:
    """Copy the base to `root`/summaries, make the case's changes, and give the folder."""
    summaries = root / "summaries"
    shutil.copytree(BASE, summaries)
    for name in case.removed:
        (summaries / name).unlink()
    for name, text in case.files.items():
        (summaries / name).parent.mkdir(parents=True, exist_ok=True)
        (summaries / name).write_bytes(text.encode())
    for name, swaps in case.swaps.items():
        text = (summaries / name).read_text(encoding="utf-8")
        for old, new in swaps.items():
            assert text.count(old) == 1, f"{case.path.name}: {name} has {text.count(old)} times {old!r}"
            text = text.replace(old, new)
        (summaries / name).write_bytes(text.encode())
    return summaries


def write_report(case: Case, report: str) -> None:
    """Write the report into the case, as its last part."""
    kept = case.path.read_text(encoding="utf-8").partition("report: |")[0]
    body = "".join(f"  {line}\n" for line in report.splitlines())
    case.path.write_text(f"{kept}report: |\n{body}", encoding="utf-8")
