"""How problems are printed: with their line in a terminal, as JSON for programs, as annotations for GitHub."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import CONFIG, run
from golden import PYTHONPATH, ROOT, TESTS, furnish, lay_out, read_case

from builder.cli.problem_formats import SUMMARY_BYTES, as_github, as_json, as_log, as_markdown, as_text
from builder.problems import Location, Problem

CASES = TESTS / "problems"


def problem(
    message: str = "unknown status 'hold'", line: int = 1, column: int = 9, *, warning: bool = False
) -> Problem:
    place = Location("summaries/a.yml", line, column)
    return Problem(location=place, rule="unknown-word", message=message, hint="did you mean 'held'?", warning=warning)


@pytest.fixture
def mistaken(tmp_path: Path) -> Path:
    """An explainer with one mistake: an unknown status."""
    furnish(tmp_path)
    lay_out(read_case(CASES / "unknown-status.yml"), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "line", "column", "excerpt"),
    [
        ("status: hold\n", 1, 9, "    1 | status: hold\n      |         ^^^^"),
        ("a: b\nstatus: held\n", 2, 1, "    2 | status: held\n      | ^"),
        ("status: held\n", 1, 13, "    1 | status: held\n      |             ^"),
        ("조선: hold\n", 1, 5, "    1 | 조선: hold\n      |       ^^^^"),
        ("e\u0301e\u0301: hold\n", 1, 7, "    1 | e\u0301e\u0301: hold\n      |     ^^^^"),
        ("\thold\n", 1, 1, "    1 | U+0009hold\n      | ^^^^^^"),
        ("a: \u202ehold\n", 1, 5, "    1 | a: U+202Ehold\n      |          ^^^^"),
        ("a: \x1b[31mhold", 1, 9, "    1 | a: U+001B[31mhold\n      |              ^^^^"),
        ("a\r\nb: hold\r\n", 2, 4, "    2 | b: hold\n      |    ^^^^"),
        (f"a: {'x' * 90} hold {'y' * 90}", 1, 95, f"    1 | ...{'x' * 49} hold {'y' * 42}...\n      | {' ' * 53}^^^^"),
        ("\n", 1, 1, ""),
        ("a: b", 7, 1, ""),
    ],
)
def test_the_line_is_shown_with_the_mistake_marked_below_it(
    text: str, line: int, column: int, excerpt: str, tmp_path: Path
) -> None:
    (tmp_path / "summaries").mkdir()
    (tmp_path / "summaries" / "a.yml").write_bytes(text.encode())
    found = as_text([problem(line=line, column=column)], tmp_path)
    first = f"summaries/a.yml:{line}:{column}: unknown status 'hold' (did you mean 'held'?) [unknown-word]"
    assert found == "\n".join([first, *([excerpt] if excerpt else [])])


def test_no_line_is_shown_from_outside_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key: hold\n")
    inside = tmp_path / "project"
    (inside / "summaries").mkdir(parents=True)
    (inside / "summaries" / "a.yml").symlink_to(tmp_path / "secret")
    assert as_text([problem()], inside) == str(problem())
    (inside / "summaries" / "a.yml").unlink()
    (inside / "summaries").rmdir()
    (inside / "summaries").symlink_to(tmp_path)
    (tmp_path / "a.yml").write_text("key: hold\n")
    assert as_text([problem()], inside) == str(problem())


def test_a_hundred_problems_are_shown_and_the_others_are_counted() -> None:
    assert as_text(problem(line=n) for n in range(1, 103)).splitlines()[-1] == "... and 2 more"


def test_the_location_the_kind_and_the_rule_are_in_colour() -> None:
    output = as_text([problem(warning=True)], colour=True)
    assert output == (
        "\x1b[1msummaries/a.yml:1:9: \x1b[0m\x1b[33;1mwarning: \x1b[0munknown status 'hold' (did you mean 'held'?)"
        "\x1b[2m [unknown-word]\x1b[0m"
    )


def test_json_has_every_detail_sorted_by_location() -> None:
    assert json.loads(as_json([problem(line=2, warning=True), problem()])) == {
        "version": 1,
        "problems": [
            {
                "path": "summaries/a.yml",
                "line": line,
                "column": 9,
                "rule": "unknown-word",
                "message": "unknown status 'hold'",
                "hint": "did you mean 'held'?",
                "severity": severity,
            }
            for line, severity in ((1, "error"), (2, "warning"))
        ],
    }


def test_a_github_annotation_has_its_path_in_the_repository() -> None:
    assert as_github([problem()], "explainer") == (
        "::error file=explainer/summaries/a.yml,line=1,col=9,title=unknown-word::"
        "unknown status 'hold' (did you mean 'held'?)"
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("100 %", "100 %25"),
        ("%0A::add-mask::x", "%250A::add-mask::x"),
        ("a\n::stop-commands::x", "aU+000A::stop-commands::x"),
        ("a\r::warning::x", "aU+000D::warning::x"),
        ("##[add-mask]x", "##[add-mask]x"),
        ("a\u2028::warning::x", "aU+2028::warning::x"),
    ],
)
def test_text_from_a_summary_cannot_forge_a_workflow_command(typed: str, printed: str) -> None:
    [line] = as_github([problem(f"unknown status '{typed}'")]).splitlines()
    assert line == (
        "::error file=summaries/a.yml,line=1,col=9,title=unknown-word::"
        f"unknown status '{printed}' (did you mean 'held'?)"
    )


def test_a_file_name_cannot_forge_a_workflow_command() -> None:
    place = Location("summaries/a,line=7::b%.yml")
    output = as_github([Problem(location=place, rule="bad-id", message="no id")])
    assert output == "::error file=summaries/a%2Cline=7%3A%3Ab%25.yml,line=1,col=1,title=bad-id::no id"


def test_the_log_has_every_problem_and_no_line_of_it_is_a_command() -> None:
    """GitHub shows ten annotations of a step. The old form `##[...]` is a command anywhere in a line."""
    texts = [f"unknown status '##[add-mask]{number}'" for number in range(150)]
    lines = as_log([problem(text, line=number) for number, text in enumerate(texts, 1)], "talks").splitlines()
    assert lines[1:-1] == [
        f"talks/summaries/a.yml:{number}:9: {text} (did you mean 'held'?) [unknown-word]"
        for number, text in enumerate(texts, 1)
    ]
    assert lines[0] == f"::stop-commands::{lines[-1].strip(':')}"
    assert re.fullmatch("::[0-9a-f]{32}::", lines[-1])
    assert as_log([]).splitlines()[0] != as_log([]).splitlines()[0]


def test_nothing_typed_has_a_meaning_in_the_summary() -> None:
    place = Location("summaries/[x](y) <b>é.yml", 3, 4)
    found = Problem(location=place, rule="bad-id", message="'<i>' [a](b)\n# @all `c`", hint="'|'", warning=True)
    assert as_markdown([found], files="https://github.com/owner/talks/blob/abc") == (
        "### 1 problem\n"
        "\n"
        "- [summaries&#47;&#91;x&#93;&#40;y&#41; &#60;b&#62;é.yml&#58;3&#58;4]"
        "(https://github.com/owner/talks/blob/abc/summaries/%5Bx%5D%28y%29%20%3Cb%3E%C3%A9.yml#L3): "
        "warning&#58; &#39;&#60;i&#62;&#39; &#91;a&#93;&#40;b&#41;U&#43;000A&#35; &#64;all &#96;c&#96; "
        "&#40;&#39;&#124;&#39;&#41; &#91;bad-id&#93;\n"
    )


def test_a_summary_is_not_longer_than_github_accepts() -> None:
    text = as_markdown(problem("é" * 1000, line=number) for number in range(1, 1001))
    items = text.splitlines()[2:]
    assert len(text.encode()) <= SUMMARY_BYTES + 100 < 2**20
    assert items[-1] == f"- ... and {1000 - len(items) + 1} more: see the log"
    assert as_markdown([problem(), problem(line=2)]).startswith("### 2 problems\n\n- summaries&#47;a.yml&#58;1&#58;9: ")


@pytest.mark.parametrize("command", ["check", "build"])
def test_each_command_prints_problems_in_the_chosen_format(command: str, mistaken: Path) -> None:
    found = run(mistaken, command, "--format", "json")
    assert found.returncode == 1
    assert found.stderr == ""
    assert [each["rule"] for each in json.loads(found.stdout)["problems"]] == ["unknown-word"]
    summary = mistaken / "summary.md"
    summary.write_text("Before.\n", "utf-8")
    found = run(
        mistaken.parent,
        *("-C", mistaken.name, command, "--format", "github"),
        GITHUB_STEP_SUMMARY=str(summary),
        GITHUB_SERVER_URL="https://github.com",
        GITHUB_REPOSITORY="owner/talks",
        GITHUB_SHA="0123456789ab",
    )
    assert found.returncode == 1
    token = re.findall("^::stop-commands::([0-9a-f]{32})$", found.stdout, re.M)
    place = f"{mistaken.name}/summaries/visits/kim-putin-vladivostok.yml"
    said = "unknown status 'hold' (did you mean 'held'?)"
    checked = found.stdout.partition("::error")[0]
    assert re.fullmatch(r"|Checked .*\n", checked)
    assert found.stdout.removeprefix(checked) == (
        f"::error file={place},line=20,col=13,title=unknown-word::{said}\n"
        f"::stop-commands::{token[0]}\n"
        f"{place}:20:13: {said} [unknown-word]\n"
        f"::{token[0]}::\n"
    )
    shown = place.replace("/", "&#47;").replace("_", "&#95;")
    assert summary.read_text("utf-8") == (
        "Before.\n"
        "### 1 problem\n"
        "\n"
        f"- [{shown}&#58;20&#58;13](https://github.com/owner/talks/blob/0123456789ab/{place}#L20): "
        "unknown status &#39;hold' &#40;did you mean &#39;held&#39;&#63;&#41; &#91;unknown-word&#93;\n"
    )
    found = run(mistaken, command, "--context")
    assert found.stderr == (
        "summaries/visits/kim-putin-vladivostok.yml:20:13: unknown status 'hold' (did you mean 'held'?) "
        "[unknown-word]\n"
        "   20 |     status: hold\n"
        "      |             ^^^^\n"
        f"1 problem{'' if command == 'check' else '; nothing was changed'}.\n"
    )


def test_json_is_printed_even_without_errors(tmp_path: Path) -> None:
    furnish(tmp_path)
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    lay_out(read_case(CASES / "source-nothing-cites.yml"), tmp_path)
    found = run(tmp_path, "check", "--format", "json")
    assert (found.returncode, found.stderr) == (0, "")
    assert [each["severity"] for each in json.loads(found.stdout)["problems"]] == ["warning"]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_the_line_and_colour_unless_no_color_is_set(
    no_color: str, coloured: bool, mistaken: Path
) -> None:
    output = at_a_terminal(mistaken, NO_COLOR=no_color)
    assert "   20 | " in output
    assert ("\x1b[" in output) == coloured
    assert output.endswith("1 problem.\r\n")


def test_in_a_terminal_the_page_of_rules_is_mentioned(mistaken: Path) -> None:
    (mistaken / "docs" / "handbook").mkdir()
    (mistaken / "docs" / "handbook" / "rules.md").touch()
    assert at_a_terminal(mistaken).endswith("What each rule means, with examples: docs/handbook/rules.md\r\n")


def at_a_terminal(project: Path, **environment: str) -> str:
    """The error output of `check` in a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "check"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    output = b""
    try:
        while piece := os.read(ours, 4096):
            output += piece
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert process.wait(timeout=60) == 1
    return output.decode()


def test_vs_code_finds_every_problem_that_check_prints(project: Path) -> None:
    """The pattern of its task, which JavaScript reads in the same way as Python, matches each line."""
    tasks = json.loads((ROOT / ".vscode" / "tasks.json").read_text("utf-8"))["tasks"]
    (pattern,) = [task["problemMatcher"]["pattern"] for task in tasks if task["problemMatcher"]]
    visit = project / "summaries" / "visits" / "kim-putin-vladivostok.yml"
    visit.write_text(visit.read_text("utf-8").replace("status: held", "status: hold"), "utf-8")
    printed = [*run(project, "check").stderr.splitlines()[:-1], str(problem(warning=True))]
    found = [re.fullmatch(pattern["regexp"], line) for line in printed]
    names = ("file", "line", "column", "severity", "message", "code")
    said = "unknown status 'hold' (did you mean 'held'?)"
    assert [tuple(match[pattern[name]] for name in names) if match else None for match in found] == [
        ("summaries/visits/kim-putin-vladivostok.yml", "20", "13", None, said, "unknown-word"),
        ("summaries/a.yml", "1", "9", "warning", said, "unknown-word"),
    ]


def test_a_link_to_itself_is_reported_in_a_terminal_too(project: Path) -> None:
    """The line below the problem can't be shown: following the link would never end."""
    (project / "summaries/visits/self.yml").symlink_to("self.yml")
    (project / "summaries/visits/round").symlink_to(".")
    os.mkfifo(project / "summaries/visits/waits.yml")
    found = run(project, "check", "--context")
    assert (found.returncode, found.stderr) == (
        1,
        "summaries/visits/round:1:1: this is not an ordinary file (replace it with a text file, or delete it) "
        "[no-file]\n"
        "summaries/visits/self.yml:1:1: this link leads nowhere (delete it) [link]\n"
        "summaries/visits/waits.yml:1:1: this is not an ordinary file (replace it with a text file, or delete it) "
        "[no-file]\n"
        "3 problems.\n",
    )
