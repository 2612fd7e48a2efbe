"""The tables and the chart of a benchmark, from given figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.processes import Run
from benchmarks.report import CHART, README, RESULTS, chart, refresh, tables
from benchmarks.results import FULL, OURS, SERVED, STOCK, Measured, Result, read_results, write_results
from benchmarks.site_sizes import Sizes, sizes

HERE = Path(__file__).parent


def result(records: int, *, cpu: float) -> Result:
    """Two turns: in the second, everything took twice as long."""

    def measured(tool: str, task: str, seconds: float) -> Measured:
        turns = (Run(seconds / 2, seconds, 70.0), Run(seconds, 2 * seconds, 90.0))
        return Measured(tool=tool, task=task, runs=turns)

    return Result(
        records=records,
        seed=1,
        machine="Linux x86_64, 2 processors, 24 GiB",
        versions={"Python": "3.11.2", "mkdocs": "1.6.1"},
        measured=(
            measured(STOCK, FULL, 2 * cpu),
            measured(OURS, FULL, cpu),
            measured(OURS, "one text", cpu / 16),
            measured("Hugo", FULL, cpu / 3),
            Measured(tool=OURS, task=SERVED, runs=tuple(Run(cpu / 100, cpu / 50, 80.0) for _ in range(5))),
        ),
        sizes={
            OURS: Sizes(pages=140, total=9_876_543, largest=301_000, largest_page="index.html", search=120_400),
            "Hugo": Sizes(pages=110, total=1_234_567, largest=45_000, largest_page="visits/index.html", search=90_000),
        },
    )


RESULTS_GIVEN = (result(100, cpu=2.0), result(1000, cpu=19.0), result(10000, cpu=228.0))


@pytest.mark.parametrize(("name", "made"), [("tables.md", tables(RESULTS_GIVEN)), ("chart.svg", chart(RESULTS_GIVEN))])
def test_given_figures_give_exactly_these_tables_and_this_chart(
    name: str, made: str, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-golden"):
        (HERE / name).write_text(made, "utf-8")
    assert made == (HERE / name).read_text("utf-8")


def test_results_replace_those_of_the_same_size_and_leave_others(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    few, many, _ = RESULTS_GIVEN
    assert read_results(file) == ()
    assert write_results(file, [many]) == (many,)
    assert write_results(file, [few]) == (few, many)
    again = result(100, cpu=3.0)
    assert write_results(file, [again]) == (again, many)
    assert read_results(file) == (again, many)


def test_the_tables_stand_between_what_is_written_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme, drawn = tmp_path / "README.md", tmp_path / "chart.svg"
    monkeypatch.setattr(report, "README", readme)
    monkeypatch.setattr(report, "CHART", drawn)
    readme.write_text(f"Before.\n{report.START}Old.\n{report.END}After.\n", "utf-8")
    refresh(RESULTS_GIVEN)
    expected = f"Before.\n{report.START}\n{tables(RESULTS_GIVEN)}\n{report.END}After.\n"
    assert (readme.read_text("utf-8"), drawn.read_text("utf-8")) == (expected, chart(RESULTS_GIVEN))


def test_the_readme_and_the_chart_show_the_results_that_are_kept() -> None:
    kept = read_results(RESULTS)
    assert f"{report.START}\n{tables(kept)}\n{report.END}" in README.read_text("utf-8")
    assert CHART.read_text("utf-8") == chart(kept)


def test_the_sizes_of_a_site_are_those_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    (tmp_path / "index.html").write_text("a" * 300, "utf-8")
    (tmp_path / "404.html").write_text("b" * 200, "utf-8")
    (tmp_path / "search" / "search_index.json").write_bytes(b"c" * 1000)
    assert sizes(tmp_path) == Sizes(pages=2, total=1500, largest=300, largest_page="index.html", search=29)
