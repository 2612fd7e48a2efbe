"""Cases kept as data: mini-explainers with the pages they give, broken summaries with the report they get."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from builder.project import Project

TESTS = Path(__file__).parent
ROOT = TESTS.parent
GUARD = TESTS / "guard"
PYTHONPATH = os.pathsep.join((str(GUARD), str(ROOT)))
"""For processes that import the builder from this repository."""

SITES = TESTS / "sites"
PROBLEMS = TESTS / "problems"
BASE = SITES / "one-of-each" / "summaries"
EXPLAINER = SITES / "good-friday"
"""The mini-explainer that is whole: with its mkdocs.yml and its pages written by hand."""

HAND_WRITTEN = ("about.md", "method.md")
(SITE_NAME,) = re.findall(r"^site_name: (.+)$", (EXPLAINER / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)


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
    """Lay out the builder, the templates, and the configuration and hand-written pages of `EXPLAINER`: no summaries."""
    shutil.copy(EXPLAINER / "mkdocs.yml", root)
    for folder in ("templates", "builder"):
        (root / folder).symlink_to(ROOT / folder)
    (root / "docs").mkdir()
    for page in HAND_WRITTEN:
        shutil.copy(EXPLAINER / "docs" / page, root / "docs")
    return Project(root=root)


def grow(summaries: Path, visits: int) -> None:
    """Add two made-up states, as many meetings of their leaders in two years, and works of theirs that rules stop."""
    (summaries / "parties" / "northland.yml").write_text("name: Northland\nkind: state\n", "utf-8")
    (summaries / "parties" / "southland.yml").write_text("name: Southland\nkind: state\n", "utf-8")
    with (summaries / "sources.yml").open("a", encoding="utf-8") as sources:
        sources.write("\n  - {id: almanac, type: report, title: The almanac, standing: reference}\n")
    both = "parties: [northland, southland]\nsources: [almanac]\n"
    for number in range(visits):
        day = datetime.date(2005, 1, 4) + datetime.timedelta(days=number * 730 // visits)
        meeting = f"title: Northland and Southland, meeting {number}\ndate: {day}\nlevel: leaders\nstatus: held\n"
        (summaries / "visits" / f"meeting-{number}.yml").write_text(meeting + both, "utf-8")
    for number in range(6):
        exempt = (
            f"exemptions:\n  - {{text: One of the works is exempt., projects: [works-{number}], sources: [almanac]}}\n"
        )
        rule = f"title: Rule {number} about works\ndate: 2004-0{number + 1}-02\nadopted_by: [northland]\n{exempt}"
        (summaries / "constraints" / f"rule-{number}.yml").write_text(f"{rule}sources: [almanac]\n", "utf-8")
    for number in range(9):
        rules = dict.fromkeys((number % 6, number * 5 % 6, (number + 3) % 6))
        held = "".join(f"  - {{text: Rule {n} holds it., constraint: rule-{n}, sources: [almanac]}}\n" for n in rules)
        works = f"title: Works {number} on the border\nstatus: blocked\nobstacles:\n{held}"
        (summaries / "projects" / f"works-{number}.yml").write_text(works + both, "utf-8")


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
