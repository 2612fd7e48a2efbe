"""What twice as many records cost: about twice the work, counted in calls, as time says nothing on a busy machine."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType

import pytest
from golden import ROOT, furnish

from benchmarks.invented import write_invented
from builder.assembly import complete, inspect
from builder.system import parallel

RECORDS = 120

MOST = 3.0
"""How many times as often a function may be called for twice the records. If it looks at each for each, that is 4."""

FEW = 500
"""Functions that are called less often say nothing: chance decides how many records of a sort there are."""


def calls(root: Path, records: int) -> Counter[str]:
    """How often each function of the builder is called, or goes on if it is a generator, to make all pages."""
    root.mkdir()
    project = furnish(root)
    write_invented(project.summaries, records)
    counted: Counter[CodeType] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            counted[frame.f_code] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        complete(inspect(project), project)
    finally:
        sys.setprofile(before)
    found: Counter[str] = Counter()
    for code, times in counted.items():
        if Path(code.co_filename).is_relative_to(ROOT / "builder"):
            found[f"{Path(code.co_filename).relative_to(ROOT).as_posix()}: {code.co_qualname}"] += times
    return found


def test_twice_the_records_take_about_twice_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    few, many = (calls(tmp_path / str(records), records) for records in (RECORDS, 2 * RECORDS))
    grown = {name: round(times / few[name], 1) for name, times in many.items() if times > FEW and few[name]}
    assert {name: factor for name, factor in grown.items() if factor > MOST} == {}
    assert sum(many.values()) < 2.2 * sum(few.values())
