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

MADE = "<string>"
"""The file of methods that `dataclasses` makes, such as what compares two dates: `in` calls it for each of a list."""

MOST = 3.0
"""How many times as often a function may be called for twice the records. If it looks at each for each, that is 4."""

FEW = 500
"""Functions that are called less often say nothing: chance decides how many records of a sort there are."""


def calls(root: Path, records: int) -> Counter[str]:
    """How often each function and macro is called, or goes on if it is a generator, to make all pages."""
    root.mkdir()
    project = furnish(root)
    write_invented(project.summaries, records)
    counted: Counter[tuple[CodeType, str]] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code = frame.f_code
            compares = code.co_filename == MADE and code.co_name == "__eq__"
            counted[code, type(frame.f_locals["self"]).__name__ if compares else ""] += 1

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
