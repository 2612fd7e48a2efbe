"""What twice as many records cost: about twice the work, counted in calls and lines, as time says nothing on a busy
machine.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
import yaml
from golden import ROOT, add_events, furnish
from invented_documents import add_documents

from benchmarks.invented import write_invented
from builder.assembly import complete
from builder.explainer.counting import Tally, status_on
from builder.explainer.linking import link
from builder.inspection import inspect
from builder.project import Project
from builder.records.loading import load
from builder.system import parallel

RECORDS = 120

MADE = "<string>"
"""The file of methods that `dataclasses` makes, such as what compares two dates: `in` calls it for each of a list."""

MOST = 3.0
"""How many times as often a function may be called for twice the records. If it looks at each for each, that is 4."""

FEW = 500
"""Functions that are called less often say nothing: chance decides how many records of a sort there are."""


def forget_all() -> None:
    """Empty what functions remember: another test may have asked the same before."""
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.startswith("builder.") else ():
            if callable(forget := getattr(value, "cache_clear", None)):
                forget()


def calls(root: Path, records: int) -> Counter[str]:
    """How often each function and macro is called, or goes on if it is a generator, to make all pages."""
    root.mkdir()
    project = furnish(root)
    write_invented(project.summaries, records)
    add_documents(project.summaries)
    add_events(project.summaries)
    counted: Counter[tuple[CodeType, str]] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code = frame.f_code
            compares = code.co_filename == MADE and code.co_name == "__eq__"
            counted[code, type(frame.f_locals["self"]).__name__ if compares else ""] += 1

    forget_all()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        complete(inspect(project), project)
    finally:
        sys.setprofile(before)
    found: Counter[str] = Counter()
    for (code, compared), times in counted.items():
        if name := f"two of {compared} compared" if compared else name_of(code):
            found[name] += times
    return found


def name_of(code: CodeType) -> str | None:
    """The name of a function of the builder, or of a macro; None for others."""
    path = Path(code.co_filename)
    if path.suffix == ".jinja":
        return f"{path.name}, line {code.co_firstlineno} when compiled"
    is_ours = path.is_relative_to(ROOT / "builder")
    return f"{path.relative_to(ROOT).as_posix()}: {code.co_qualname}" if is_ours else None


def test_twice_the_records_take_about_twice_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    few, many = (calls(tmp_path / str(records), records) for records in (RECORDS, 2 * RECORDS))
    grown = {name: round(times / few[name], 1) for name, times in many.items() if times > FEW and few[name]}
    assert {name: factor for name, factor in grown.items() if factor > MOST} == {}
    assert sum(many.values()) < 2.2 * sum(few.values())


ROOMS = re.compile(r"builder/(?:parsing|dates|records|explainer|checks|pages|inspection|assembly)\b")
"""What reads, links, checks and plans, and what looks up the records of each page."""

FEW_LINES = 5_000
"""Functions that run fewer lines say nothing."""


def extend(project: Project, records: int) -> None:
    """Add what invented explainers lack: long chains, numbers in answers, what was renamed and removed, speakers."""
    explainer = link(load(project.summaries))
    tally, folder = Tally(explainer), project.summaries
    visits = [visit.id for visit in explainer.visits]
    for before, after in pairwise(visits):
        _add(folder / "visits" / f"{before}.yml", f"led_to: [{after}]\nrenamed_from: [old-{before}]\n")
    for number in range(records // 4):
        above = f"of: [chain-{number + 1}]\n" if number + 1 < records // 4 else ""
        _add(folder / "parties" / f"chain-{number}.yml", f"name: Chained {number}\nkind: organisation\n{above}")
        within = f", in: hamlet-{number - 1}" if number else ""
        _add(folder / "places.yml", f"- {{id: hamlet-{number}, name: Hamlet {number}{within}}}\n")
    projects = [project.id for project in explainer.projects]
    for needed, needing in pairwise(projects):
        _add(folder / "projects" / f"{needing}.yml", f"needs: [{needed}]\n")
    people = [party for party in explainer.parties if party.kind == "person"]
    leaders = [party.id for party in people if party.id.startswith("leader")]
    for number in range(records // 4):
        visit = explainer.visits[number % len(visits)]
        until, one, other = visit.date.last, leaders[number % 5], leaders[5 + number % 7]
        counted = {
            f"meetings: [{one}, {other}]": len(tally.meetings(one, other, until)),
            f"people: {one}": len(tally.people_met(one, until)),
            f"visits: {{status: held, parties: [{one}]}}": len(tally.visits(["held"], None, [one], until)),
            f"events: {{parties: [{one}]}}": len(tally.events([], ["happened", "met", "missed"], [one], until)),
            "visits: {status: [held, cancelled]}": len(tally.visits(["held", "cancelled"], None, [], until)),
        }
        asserts = "".join(f"    - {{{what}, count: {count}, until: {until}}}\n" for what, count in counted.items())
        source, numbers = visit.sources[0].source, ", ".join(map(str, counted.values()))
        _add(
            folder / "questions.yml",
            f"- id: number-{number}\n  question: How many are there, {number}?\n  about: [{visit.id}]\n"
            f"  answer: [{{text: 'Up to then, {numbers}.', sources: [{source}]}}]\n"
            f"  rests_on: [{{record: {visit.id}, status: {status_on(visit)}, names: [{visit.parties[0]}]}}]\n"
            f"  asserts:\n{asserts}",
        )
    gone = "".join(
        f"  - {{id: '{id}', kind: {kind}, title: Gone, date: 2020-01-01, reason: It was there twice.}}\n"
        for number in range(records // 4)
        for kind, id in (("parties", f"gone-{number}"), ("claims", f"source-{number % 9 + 1}#gone-{number}"))
    )
    (folder / "removed.yml").write_text(f"removed:\n{gone}", "utf-8")
    for number, visit in enumerate(explainer.visits):
        speaker = people[number % len(people)]
        said = f"- {{text: It is true., by: {speaker.name}, sources: [{visit.sources[0].source}]}}\n"
        _add(folder / "visits" / f"{visit.id}.yml", f"statements:\n{said}")


def _add(file: Path, text: str) -> None:
    """Add lines to a file; what they list comes after what the file lists already under the same name."""
    if text.startswith("- ") or not file.exists():
        file.write_text((file.read_text("utf-8") if file.exists() else "") + text, "utf-8")
        return
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    for name, value in yaml.load(text, yaml.BaseLoader).items():
        listed = content.get(name, [])
        content[name] = [*listed, *(each for each in value if each not in listed)] if isinstance(value, list) else value
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def lines(work: Callable[[], object]) -> Counter[str]:
    """How many lines each function of these rooms runs, and how often it is called, while some work is done."""
    counted: Counter[CodeType] = Counter()
    known: dict[CodeType, bool] = {}

    def in_function(frame: FrameType, event: str, argument: object) -> Any:
        counted[frame.f_code] += 1
        return in_function

    def at_call(frame: FrameType, event: str, argument: object) -> Any:
        code = frame.f_code
        if code not in known:
            file = Path(code.co_filename)
            is_ours = file.is_relative_to(ROOT) and ROOMS.match(file.relative_to(ROOT).as_posix()) is not None
            known[code] = is_ours or code.co_filename == "<string>"  # made by dataclasses: comparisons, for example
        if not known[code]:
            return None
        counted[code] += 1
        return in_function

    forget_all()
    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        work()
    finally:
        sys.settrace(before)
    found: Counter[str] = Counter()
    for code, times in counted.items():
        if not code.co_qualname.endswith("__lt__"):  # to sort takes more than twice as long
            found[f"{Path(code.co_filename).name}: {code.co_qualname}"] += times
    return found


def test_twice_the_records_take_about_twice_the_lines_to_read_link_check_plan_and_look_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is done twice, as what was read before is read in another way."""
    monkeypatch.setattr(parallel, "processors", lambda: 1)  # what other processes do is not counted
    found: list[Counter[str]] = []
    for records in (RECORDS, 2 * RECORDS):
        root = tmp_path / str(records)
        root.mkdir()
        project = furnish(root)
        write_invented(project.summaries, records)
        add_documents(project.summaries)
        add_events(project.summaries)
        extend(project, records)

        def work(project: Project = project) -> None:
            inspect(project, keep=True)
            for plan in inspect(project).plans:
                plan.context()

        found.append(lines(work))
    few, many = found
    grown = {name: round(times / few[name], 1) for name, times in many.items() if times > FEW_LINES and few[name]}
    assert {name: factor for name, factor in grown.items() if factor > MOST} == {}
    assert len(grown) > 100
    assert sum(many.values()) < 2.3 * sum(few.values())
