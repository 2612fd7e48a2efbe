"""`make serve` and `explainer serve` as an editor runs them: what they say, and how they end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import free_port
from golden import PYTHONPATH, ROOT
from preview_process import edit, serving, until

from builder.preview import progress as progress_module
from builder.preview.progress import Progress, progress
from builder.project import Project


def test_make_serve_says_where_the_site_will_be_and_ends_on_ctrl_c_without_an_error(project: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, project)
    (project / "venv/bin").mkdir(parents=True)
    for name in ("bin/python", "site.stamp"):
        (project / "venv" / name).touch()
    port = free_port()
    outermost = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    process = subprocess.Popen(
        ["make", "serve", "VENV=venv", f'RUN="{sys.executable}"', f"PORT={port}"],
        cwd=project,
        env={**outermost, "PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    with process.stdout as output:
        for line in output:
            said.append(line)
            if "Serving on" in line:
                break
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        rest = output.read()
    process.wait(timeout=60)
    address = f"http://127.0.0.1:{port}/"
    assert said[0] == f"Building the site the first time; it will be at {address} ...\n"
    assert [line for line in said[1:] if not re.search(r" \d+ s so far$", line)] == [
        "Making the pages ...\n",
        "Rendering the site ...\n",
        f"Serving on {address} (to stop, press Ctrl-C)\n",
    ]
    assert rest.strip() == "Stopped."


def test_a_step_is_named_again_while_it_runs_and_not_after_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "SILENT_SECONDS", 0.001)
    said: list[str] = []
    with progress(said.append, "Counting") as task:
        while len(said) < 3:
            signal.pause()
        task.end()
        task.at("Checking")
        signal.pause()
    assert said == ["Counting ... 0 s so far"] * 3


def test_a_step_is_not_named_in_the_middle_of_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal can come while a line is printed."""
    monkeypatch.setattr(progress_module, "SILENT_SECONDS", 0)
    said: list[str] = []

    def say(line: str) -> None:
        task.repeat()
        said.append(line)

    task = Progress(say, "Counting")
    task.at("Checking")
    assert said == ["Checking ..."]


def test_it_needs_neither_the_plugin_nor_the_hook(project: Path) -> None:
    """They are for plain `mkdocs serve`."""
    config = project / "mkdocs.yml"
    config.write_text(re.sub("^hooks:.*\n", "", config.read_text("utf-8"), flags=re.M), "utf-8")
    with serving(Project(root=project)) as server:
        edit(project / "summaries/explainer.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows("/", "Once more, "), server)
