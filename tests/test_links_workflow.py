"""The workflow that asks every address each week: what it reports, and that it keeps to one issue."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import ROOT

TEXT = (ROOT / ".github" / "workflows" / "links.yml").read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
ASK, ISSUE = WORKFLOW["jobs"]["ask"], WORKFLOW["jobs"]["issue"]
GONE = "Asked 1 address of 1 source: 1 gone.\n\n### Gone (1)\n\n- `a`: URL of `b`, `http://c`: answers 410 (gone)\n"
MOVED = GONE.replace("gone.", "moved.").replace("### Gone", "### Moved")
UNSURE = GONE.replace("gone.", "unsure.").replace("### Gone", "### Unsure").replace("http://c", "http://c### Gone (1)")
ALIVE = "Asked 1 address of 1 source: 1 alive.\n"
NEXT = "\nTo put the new addresses and the copies into the summaries: `explainer links --write`.\n"
GH = """\
#!/bin/sh
echo "$*" >> "$RUNNER_TEMP/asked.txt"
case "$1 $2" in
  'issue list') echo "$OPEN" ;;
  'issue edit' | 'issue create') cp "$RUNNER_TEMP/body.md" "$RUNNER_TEMP/sent.md" ;;
esac
"""


def run(job: dict[str, Any], step: str, folder: Path, **environment: str) -> None:
    """Run a step as a GitHub runner would, with `folder` as the working directory and for temporary files."""
    (script,) = (each["run"] for each in job["steps"] if each.get("id") == step)
    given = {
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, **given, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("report", "found"),
    [(GONE, "true"), (MOVED, "true"), (UNSURE, "false"), (ALIVE, "false")],
    ids=["gone", "moved", "unsure", "alive"],
)
def test_the_report_is_passed_on_with_whether_it_needs_an_issue(report: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(report, "utf-8")
    program(tmp_path / ".venv" / "bin" / "python", '#!/bin/sh\necho "$*" > asked.txt\ncat report.md\n')
    run(ASK, "ask", tmp_path)
    assert (tmp_path / "asked.txt").read_text() == "-m builder links --format markdown\n"
    assert (tmp_path / "summary").read_text("utf-8") == report
    output = re.fullmatch(r"found=(\w+)\nreport<<([0-9a-f]{32})\n(.*)\2\n", (tmp_path / "output").read_text(), re.S)
    assert output is not None
    assert (output[1], output[3]) == (found, report)


def test_a_step_fails_if_the_summaries_have_problems(tmp_path: Path) -> None:
    program(tmp_path / ".venv" / "bin" / "python", "#!/bin/sh\nexit 1\n")
    with pytest.raises(AssertionError):
        run(ASK, "ask", tmp_path)
    assert not (tmp_path / "output").exists()


LIST = "issue list --label links --state open --limit 1 --json number --jq .[0].number // empty"
CREATE = "issue create --title Some sources are gone or have moved --label links --body-file {}/body.md"
LABEL = "label create links --description Addresses of sources that no longer work --color D4C5F9 --force"
EDIT = "issue edit 7 --body-file {}/body.md"


@pytest.mark.parametrize(
    ("found", "open_issue", "asked"),
    [
        ("true", "", [LIST, LABEL, CREATE]),
        ("true", "7", [LIST, EDIT]),
        ("false", "7", [LIST, EDIT]),
        ("false", "", [LIST]),
    ],
    ids=["opens an issue", "updates the open issue", "updates it when all is well too", "opens none without need"],
)
def test_there_is_one_issue(found: str, open_issue: str, asked: list[str], tmp_path: Path) -> None:
    program(tmp_path / "bin" / "gh", GH)
    report = "$(touch pwned) `touch pwned` \"; touch pwned; '%s %n"
    run(ISSUE, "issue", tmp_path, FOUND=found, REPORT=report, OPEN=open_issue)
    assert (tmp_path / "asked.txt").read_text().splitlines() == [line.format(tmp_path) for line in asked]
    assert not (tmp_path / "pwned").exists()
    if len(asked) > 1:
        assert (tmp_path / "sent.md").read_text() == f"{report}\n{NEXT}"


def test_it_runs_each_week_and_by_hand() -> None:
    assert WORKFLOW[True] == {
        "schedule": [{"cron": "17 4 * * 1"}],
        "workflow_dispatch": None,
    }  # YAML reads `on` as true


def test_only_the_job_that_runs_no_code_may_write_and_it_writes_issues_only() -> None:
    assert WORKFLOW["permissions"] == {}
    assert ASK["permissions"] == {"contents": "read"}
    assert ISSUE["permissions"] == {"issues": "write"}
    assert not any("uses" in step for step in ISSUE["steps"])
    assert "secrets." not in TEXT
    scripts = [step["run"] for job in (ASK, ISSUE) for step in job["steps"] if "run" in step]
    assert not any("${{" in script for script in scripts)  # text from outside would be run as code


def test_actions_are_pinned_as_in_the_workflow_that_publishes() -> None:
    site = (ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8")
    pinned = re.findall(r"uses: (\S+@[0-9a-f]{40} # v\S+)", TEXT)
    assert len(pinned) == TEXT.count("uses:") == 2
    assert [each for each in pinned if each not in site] == []
