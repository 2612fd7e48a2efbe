"""Each case in tests/problems is a mistake with the whole report that it must give."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import PROBLEMS, ROOT, lay_out, read_case, write_report

from builder.assembly import assemble
from builder.inspection import inspect
from builder.problems import SummaryError, report
from builder.project import Project

CASES = sorted(PROBLEMS.glob("*.yml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_reported_at_its_place(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(path)
    lay_out(case, tmp_path)
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    try:
        found = report(assemble(Project(root=tmp_path)).warnings)
    except SummaryError as error:
        found = str(error)
    if request.config.getoption("--update-golden"):
        write_report(case, found)
        case = read_case(path)
    assert found == case.report.strip()
    assert found, "a case without a report proves nothing"
    assert _report(tmp_path) == found, "what was read before is reported in the same way"


def _report(root: Path) -> str:
    try:
        return report(inspect(Project(root=root)).warnings)
    except SummaryError as error:
        return str(error)


def test_there_are_cases() -> None:
    assert len(CASES) >= 40
