"""Test cases as data: mini-explainers with their expected pages, broken summaries with their expected reports."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from builder.explainer.linking import link
from builder.project import Project
from builder.records.loading import Summaries, load

TESTS = Path(__file__).parent
ROOT = TESTS.parent
GUARD = TESTS / "guard"
PYTHONPATH = os.pathsep.join((str(GUARD), str(ROOT)))
"""For processes that import the builder from this repository."""

SITES = TESTS / "sites"
PROBLEMS = TESTS / "problems"
BASE = SITES / "one-of-each" / "summaries"
EXPLAINER = SITES / "good-friday"
"""The complete mini-explainer, which also has a mkdocs.yml and pages written by hand."""

HAND_WRITTEN = ("about.md", "method.md")
(SITE_NAME,) = re.findall(r"^site_name: (.+)$", (EXPLAINER / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A change to the mini-explainer `one-of-each`, and the report that it must give."""

    path: Path
    files: dict[str, str]
    """Files to add or replace, by path below summaries/."""

    swaps: dict[str, dict[str, str]]
    """By file: texts that must each occur once, and their replacements."""

    removed: tuple[str, ...]
    report: str
    """All errors, or all warnings if there are no errors."""


def furnish(root: Path) -> Project:
    """Put the builder, the templates, and the mkdocs.yml and hand-written pages of `EXPLAINER` into `root`.

    There are no summaries in it yet.
    """
    shutil.copy(EXPLAINER / "mkdocs.yml", root)
    for folder in ("templates", "builder"):
        (root / folder).symlink_to(ROOT / folder)
    (root / "docs").mkdir()
    for page in HAND_WRITTEN:
        shutil.copy(EXPLAINER / "docs" / page, root / "docs")
    return Project(root=root)


def add_invented_records(summaries: Path, visits: int) -> None:
    """Add two invented states, that many meetings of their leaders in two years, and blocked projects of theirs."""
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


def add_events(summaries: Path) -> None:
    """Add an event about each visit, a stage and the event before it; every tenth is a deadline that was moved."""
    explainer = link(load(summaries))
    (summaries / "events").mkdir()
    stages = [stage.id for stage in explainer.stages]
    for number, visit in enumerate(explainer.visits):
        about = [visit.id, *([stages[number % len(stages)]] if stages else [])]
        about += [f"event-{number - 1}"] if number else []
        one, other, source = *visit.parties[:2], visit.sources[0].source
        content: dict[str, object] = {
            **{"title": f"Event {number}", "kind": ("vote", "letter", "report")[number % 3], "date": str(visit.date)},
            **{"parties": [one], "addressed_to": [other], "about": about, "sources": [source]},
        }
        if number % 10 == 0:
            day = str(explainer.settings.as_of)
            moved = {"date": day, "status": "moved", "text": f"It is moved, [[{visit.id}]] too.", "sources": [source]}
            content |= {"kind": "deadline", "date": f"{int(day[:4]) + 1}", "history": [moved]}
        (summaries / "events" / f"event-{number}.yml").write_text(yaml.dump(content, sort_keys=False), "utf-8")


def read_case(path: Path) -> Case:
    """Read a case: `files`, `swap`, `remove` and `report`, which comes last."""
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
    """Copy the base to `root`/summaries, make the changes of the case, and return the folder."""
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


def base_with(files: Mapping[str, str], root: Path, removed: tuple[str, ...] = ()) -> Summaries:
    """The base with files added, replaced or removed, laid out in `root` and loaded."""
    return load(lay_out(Case(path=root, files=dict(files), swaps={}, removed=removed, report=""), root))


def write_report(case: Case, report: str) -> None:
    """Write the report into the file of the case, as its last part."""
    kept = case.path.read_text(encoding="utf-8").partition("report: |")[0]
    body = "".join(f"  {line}\n" for line in report.splitlines())
    case.path.write_text(f"{kept}report: |\n{body}", encoding="utf-8")
