"""Runs the steps of a workflow in order, as a runner of GitHub or Forgejo would, without the services around it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GH = """\
#!/bin/sh
if [ "$*" != "api repos/$GITHUB_REPOSITORY/pages --jq .html_url, .build_type" ]; then exit 9; fi
case "$PAGES" in [0-9][0-9][0-9]) echo "gh: refused (HTTP $PAGES)" >&2; exit 1 ;; esac
echo "$PAGES"
"""
"""GitHub's command as the workflow uses it. PAGES is what Settings › Pages answers, or the number of the failure."""

PROGRAMS = {"gh": GH, "apt-get": "#!/bin/sh\n"}
"""Programs that a runner must not run here."""


@dataclass(kw_only=True, slots=True)
class Run:
    """A run of a workflow: what it did, and what it left."""

    done: list[str] = field(default_factory=list)
    """The steps that were not skipped: a script, or the name of an action and the folder that it was given."""

    log: str = ""
    summary: str = ""
    failed: str = ""
    """The step that failed, after which all others are skipped that don't ask for it."""

    values: dict[str, Any] = field(default_factory=dict)
    """The outputs of steps and jobs by their names in expressions, such as `steps.address.outputs.publish`."""


def run_workflow(
    workflow: Mapping[Any, Any], folder: Path, given: Mapping[str, str], values: Mapping[str, str], scratch: Path
) -> Run:
    """Run every job of a workflow in a checkout.

    `given` has the variables of the runner, `values` those of expressions, such as `github.event_name`. `scratch` is a
    new folder, for what the runner keeps. Actions only leave their names: the checkout is there, and nothing is sent.
    """
    (scratch / "bin").mkdir(parents=True)
    for program, text in PROGRAMS.items():
        (scratch / "bin" / program).write_text(text, "utf-8")
        (scratch / "bin" / program).chmod(0o755)
    run = Run(values=dict(values))
    for name, job in workflow["jobs"].items():
        if run.failed or not _is_true(job.get("if", "true"), run.values):
            run.done.append(f"skipped: {name}")
            continue
        variables = dict(given)
        for step in job["steps"]:
            condition = str(step.get("if", "true"))
            if (run.failed and "cancelled()" not in condition) or not _is_true(condition, run.values):
                continue
            _run_step(step, run, folder, variables, scratch)
        for output, expression in job.get("outputs", {}).items():
            run.values[f"needs.{name}.outputs.{output}"] = _filled(expression, run.values)
    return run


def _run_step(step: Mapping[str, Any], run: Run, folder: Path, variables: dict[str, str], scratch: Path) -> None:
    if "uses" in step:
        path = step.get("with", {}).get("path", "")
        run.done.append(f"{step['uses'].partition('@')[0]} {path}".strip())
        if path:
            assert any(file.is_file() for file in (folder / path).iterdir()), f"{path} is empty"
        return
    files = {name: scratch / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("", "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    own = {name: _filled(str(value), run.values) for name, value in step.get("env", {}).items()}
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=folder,
        env={
            **kept,
            "PATH": f"{scratch / 'bin'}:/usr/bin:/bin:{os.environ['PATH']}",
            "PIP_NO_INDEX": "1",
            "RUNNER_TEMP": str(scratch),
            **variables,
            **{name: str(file) for name, file in files.items()},
            **own,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    run.done.append(str(step.get("id", step["run"])))
    run.log += done.stdout
    run.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
    variables.update(_lines(files["GITHUB_ENV"]))
    if done.returncode:
        run.failed = run.failed or str(step.get("name", step["run"]))
    if "id" in step:
        run.values[f"steps.{step['id']}.outcome"] = "failure" if done.returncode else "success"
        run.values.update(
            {f"steps.{step['id']}.outputs.{name}": value for name, value in _lines(files["GITHUB_OUTPUT"])}
        )


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        yield name, value


_NAME = re.compile(r"\b(?:github|steps|needs|vars)(?:\.[a-z_A-Z]+)+")


def _is_true(condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds. It has names, texts, `==`, `!=`, `&&`, `||` and `!cancelled()`."""
    plain = _NAME.sub(lambda name: repr(str(values.get(name[0], ""))), condition.replace("!cancelled()", "true"))
    for written, python in (("&&", " and "), ("||", " or "), ("true", "True")):
        plain = re.sub(rf"(?<!'){re.escape(written)}(?!')", python, plain)
    return bool(eval(plain, {"__builtins__": {}}))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """A text with its `${{ … }}` replaced by the values of the names in them."""
    return re.sub(r"\$\{\{ *(\S+?) *\}\}", lambda found: str(values.get(found[1], "")), text)
