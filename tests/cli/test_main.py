"""The command as an editor runs it: output and exit codes of real processes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from command import as_printed, contents, run
from conftest import free_port, start_process_group
from golden import PYTHONPATH


def test_check_counts_valid_summaries_and_writes_nothing(project: Path) -> None:
    found = run(project, "check")
    assert found.returncode == 0
    assert found.stdout == "All is well: 1 stage, 1 visit, 1 project, 4 parties, 1 place, 3 sources.\n"
    assert list((project / "docs").iterdir()) == []


def test_build_says_how_many_pages_it_built_and_where(project: Path) -> None:
    found = run(project, "build")
    assert found.returncode == 0, found.stderr
    assert re.search(r"^Built \d+ pages in \d+\.\d s: site/index\.html$", found.stdout, re.M)
    assert "Kim and Putin at Vladivostok" in (project / "site" / "index.html").read_text("utf-8")


def test_a_mistake_gives_exit_code_1_and_the_site_stays(project: Path) -> None:
    assert run(project, "build").returncode == 0
    before = contents(project / "site"), contents(project / "docs")
    visit = project / "summaries" / "visits" / "kim-putin-vladivostok.yml"
    visit.write_text(visit.read_text("utf-8").replace("status: held", "status: hold"), "utf-8")
    for command, after in (("check", ""), ("build", "; nothing was changed")):
        found = run(project, command)
        assert found.returncode == 1
        assert found.stdout == ""
        assert found.stderr == (
            "summaries/visits/kim-putin-vladivostok.yml:20:13: unknown status 'hold' (did you mean 'held'?) "
            f"[unknown-word]\n1 problem{after}.\n"
        )
    assert (contents(project / "site"), contents(project / "docs")) == before


def test_clean_deletes_generated_files_only(project: Path) -> None:
    (project / "docs" / "about.md").write_text("# About\n", "utf-8")
    before = contents(project / "docs")
    assert run(project, "build").returncode == 0
    home = project / "docs" / "index.md"
    home.write_text(home.read_text("utf-8") + "By hand.\n", "utf-8")
    edited = contents(project / "docs")
    found = run(project, "clean")
    assert (found.returncode, contents(project / "docs")) == (1, edited)
    assert found.stderr.startswith("docs/index.md:1:1: this page was edited by hand")
    home.unlink()
    assert re.fullmatch(r"Deleted \d+ files from docs/\.\n", run(project, "clean").stdout)
    assert contents(project / "docs") == before
    assert [path.name for path in (project / "docs").iterdir()] == ["about.md"]


def test_wrong_usage_gives_exit_code_2(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert run(project, "bild").returncode == 2
    elsewhere = run(tmp_path_factory.mktemp("elsewhere"), "check")
    assert elsewhere.returncode == 2
    assert "change to the explainer's folder, or name it with -C" in elsewhere.stderr


def test_a_system_error_gives_exit_code_3(project: Path) -> None:
    (project / "site").write_text("no folder")
    found = run(project, "build")
    assert found.returncode == 3
    assert found.stderr.startswith("Error: ")
    assert "Traceback" not in found.stderr


def test_a_console_without_utf8_shows_escapes_instead_of_a_traceback(project: Path) -> None:
    place = project / "summaries" / "places.yml"
    place.write_text(place.read_text("utf-8").replace("lat: 43.02", "lat: 조선"), "utf-8")
    found = run(project, "check", PYTHONIOENCODING="cp1252")
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert r"\uc870\uc120" in found.stderr


def test_a_pipe_that_is_closed_early_is_not_an_error(project: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m builder --help | true"
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_an_interrupt_gives_exit_code_130(project: Path) -> None:
    """The preview is interrupted as soon as it prints that it is serving."""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "serve", "--port", str(free_port())],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert any("Serving on" in line for line in said)
        process.send_signal(signal.SIGINT)
        rest = said.read()
    assert process.wait(timeout=30) == 130
    assert rest.endswith("Stopped.\n")
    assert "Traceback" not in rest


def test_an_interrupt_during_the_imports_gives_exit_code_130(project: Path, tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    found = run(project, "check", PYTHONPATH=os.pathsep.join((str(tmp_path), PYTHONPATH)))
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "")


def test_a_cache_that_is_not_a_folder_is_reported(project: Path) -> None:
    (project / ".cache").write_text("")
    found = run(project, "build")
    assert found.returncode == 3
    assert found.stderr.endswith(f"{project}/.cache/build.lock can't be written: File exists\n")


NO_MEMORY = """\
from mkdocs.commands import build
render = build.build
def fail(config):
    render(config)
    raise MemoryError
build.build = fail
from builder.cli.main import main
main()
"""


def test_too_little_memory_is_a_system_error_and_changes_nothing(project: Path) -> None:
    before = contents(project)
    found = subprocess.run(
        [sys.executable, "-c", NO_MEMORY, "build"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=False,
    )
    said = "Error: there is not enough memory; nothing was changed"
    assert (found.returncode, found.stderr.splitlines()[-1:]) == (3, [said])
    assert {path: data for path, data in contents(project).items() if not path.startswith(".cache/")} == before


def test_an_interrupted_build_keeps_the_site_and_leaves_no_temporary_files(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Ctrl-C in a terminal interrupts every process of the build at once."""
    for number in range(40):
        text = f"name: Person {number}\nkind: person\nof: [russia]\n"
        (project / "summaries" / "parties" / f"person-{number}.yml").write_text(text, "utf-8")
    assert run(project, "build").returncode == 0
    shutil.rmtree(project / ".cache")
    before = contents(project)
    scratch = tmp_path_factory.mktemp("scratch")
    environment = {"PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch)}
    process = start_process_group(["-m", "builder", "build"], project, **environment)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline().startswith("Checked ")
        os.killpg(process.pid, signal.SIGINT)
        rest = said.read()
    assert (process.wait(timeout=30), rest) == (130, "\nStopped.\n")
    assert {path: data for path, data in contents(project).items() if not path.startswith(".cache/")} == before
    assert list(scratch.iterdir()) == []


def test_a_preview_that_cannot_listen_leaves_no_temporary_files(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run(project, "serve", "--port", str(taken.getsockname()[1]), TMPDIR=str(scratch))
    assert found.returncode == 3
    assert "try another: make serve PORT=" in found.stderr
    assert list(scratch.iterdir()) == []


WORDS = ["check", "build", "serve", "clean", "schema", "report", "diff", "links", "new", "import", "format"]


@pytest.mark.parametrize("words", [[], *([word] for word in WORDS)])
def test_every_command_has_help_with_its_usage(project: Path, words: list[str]) -> None:
    found = run(project, *words, "--help")
    assert found.returncode == 0
    assert len(found.stdout.splitlines()) >= 7
    usage = " ".join(as_printed(found.stdout).split())  # a long path breaks the line
    assert usage.startswith(" ".join(["Usage: python -m builder", *words, "[OPTIONS]"]))
    assert "  explainer " not in found.stdout


PYTHON = f".venv/bin/{Path(sys.executable).name}"
SCRIPT = f"""#!/bin/sh
'''exec' {shlex.quote(sys.executable)} "$0" "$@"
' '''
from builder.cli.main import main
main()
"""  # as pip writes it if the path of Python is long or has spaces


@pytest.mark.parametrize("start", [f"{PYTHON} -m builder", "bin/explainer", "explainer", "'in here/explainer'"])
def test_a_command_printed_as_the_next_step_can_be_copied_and_run(project: Path, start: str) -> None:
    """`.venv` is the environment that runs this test, and `bin` holds the script that an installation creates."""
    (project / ".venv").symlink_to(sys.prefix)
    for folder in (project / "bin", project / "in here"):
        folder.mkdir()
        (folder / "explainer").write_text(SCRIPT)
        (folder / "explainer").chmod(0o755)
    path = f"{project / 'bin'}:{os.environ['PATH']}"

    def typed(command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PATH": path}
        return subprocess.run(
            ["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )

    found = typed(f"{start} new party mary-anne --set name=Mary --set kind=person --set of=russia")
    assert found.stdout.splitlines()[-1] == f"Next: add details to it, then run: {start} check", found.stderr
    assert typed(found.stdout.partition("run: ")[2]).returncode == 0
    found = typed(f"{start} -C ../{project.name} new party mary-lou --set name=Lou --set kind=person --set of=russia")
    assert found.stdout.endswith(f", then run: {start} -C ../{project.name} check\n")
