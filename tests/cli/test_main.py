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

ELSEWHERE = "change to the explainer's folder, name it with -C, or start one with init\n"


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


LETTERS = "use lower-case letters a to z, digits and single hyphens"
IN_LATIN = "choose one in Latin letters, such as '{}': it is part of a web address"
HELP = "Help: python -m builder{} --help\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bild"], "No such command 'bild'. Did you mean 'build'?\n" + HELP.format("")),
        (["check", "--formt"], "No such option '--formt'. Did you mean '--format'?\n" + HELP.format(" check")),
        (["new", "party"], "Missing argument 'ID'.\n" + HELP.format(" new")),
        (["new", "visti", "a"], "there is no kind 'visti' (did you mean 'visit'?)\n"),
        (["import", "claim", "mkdocs.yml"], "there is no kind 'claim' (one of: {})\n"),
        (["new", "party", "Mary Anne"], f"'Mary Anne' is not an id: {LETTERS} (write 'mary-anne')\n"),
        (["new", "party", "Wałęsa’s men"], f"'Wałęsa’s men' is not an id: {LETTERS} (write 'walesas-men')\n"),
        (["new", "visit", "Первый"], f"'Первый' is not an id: {LETTERS} ({IN_LATIN.format('pervyy')})\n"),
        (["new", "visit", "صور ۲"], f"'صور ۲' is not an id: {LETTERS} ({IN_LATIN.format('swr-2')})\n"),
        (["new", "visit", "сор"], f"'сор' is not an id: {LETTERS} ({IN_LATIN.format('sor')})\n"),
        (["new", "party", "a", "--set", "kind"], "--set kind has no value: write it as FIELD=VALUE\n"),
        (["diff", "nowhere"], "this folder is not in a git repository, so there is nothing to compare with\n"),
        (["report", "--text", "a=b"], "--text: 'a=b' does not name a source with claims (none): write SOURCE=FILE\n"),
        (["check", "/"], "/ is not in this explainer: name files in summaries\n"),
        (["-C", "docs", "check"], "there is no mkdocs.yml in docs: " + ELSEWHERE),
    ],
)
def test_a_mistake_is_reported_without_the_whole_usage(project: Path, words: list[str], said: str) -> None:
    found = run(project, *words, GIT_CEILING_DIRECTORIES=str(project.parent))
    kinds = "constraints, documents, events, parties, places, projects, questions, sources, stages, terms, visits"
    assert (found.returncode, found.stdout, as_printed(found.stderr)) == (2, "", f"Error: {said.format(kinds)}")


def test_outside_of_an_explainer_the_message_says_where_to_go(tmp_path: Path) -> None:
    found = run(tmp_path, "check")
    assert (found.returncode, found.stderr) == (2, f"Error: there is no mkdocs.yml in this folder: {ELSEWHERE}")


MISTAKE = "unknown status 'hold' (did you mean 'held'?) [unknown-word]"
VISIT = "summaries/visits/kim-putin-vladivostok.yml"


def misspell(project: Path) -> None:
    visit = project / VISIT
    visit.write_text(visit.read_text("utf-8").replace("status: held", "status: hold"), "utf-8")


@pytest.mark.parametrize("command", ["check", "build", "report"])
def test_a_path_can_be_opened_from_where_the_command_was_called(project: Path, command: str) -> None:
    misspell(project)
    place = f"{project.name}/{VISIT}:20:13"
    found = run(project.parent, "-C", project.name, command)
    assert found.stderr.splitlines()[0] == f"{place}: {MISTAKE}"
    assert (project.parent / place.partition(":")[0]).is_file()
    found = run(project / "docs", "-C", "..", command)
    assert found.stderr.splitlines()[0] == f"../{VISIT}:20:13: {MISTAKE}"
    assert run(project, command).stderr.splitlines()[0] == f"{VISIT}:20:13: {MISTAKE}"


def test_check_prints_only_the_problems_of_the_files_that_are_named(project: Path) -> None:
    misspell(project)
    party = project / "summaries" / "parties" / "mary.yml"
    party.write_text("name: Mary\nkind: persn\n", "utf-8")
    kind = "summaries/parties/mary.yml:2:7: unknown kind 'persn' (did you mean 'person'?) [unknown-word]\n"
    status = f"{VISIT}:20:13: {MISTAKE}\n"
    one = "In these files: 1 error. In others: 1 error.\n"
    for files, printed in (
        ([VISIT], f"{status}{one}"),
        (["summaries/parties"], f"{kind}{one}"),
        (["summaries/places.yml"], "In these files: no problems. In others: 2 errors.\n"),
        ([VISIT, "summaries/parties/mary.yml"], f"{kind}{status}In these files: 2 errors. In others: no problems.\n"),
        (["."], f"{kind}{status}In these files: 2 errors. In others: no problems.\n"),
    ):
        found = run(project, "check", *files)
        assert (found.returncode, found.stdout, found.stderr) == (1, "", printed)
    found = run(project / "summaries", "-C", "..", "check", "places.yml", "--format", "json")
    assert (found.returncode, found.stdout) == (1, '{\n  "version": 1,\n  "problems": []\n}\n')


def test_check_counts_warnings_in_other_files_too(project: Path) -> None:
    sources = project / "summaries" / "sources.yml"
    text = sources.read_text("utf-8").rstrip("\n")
    sources.write_text(f"{text}\n  - {{id: almanac, type: report, title: A, standing: reference}}\n", "utf-8")
    found = run(project, "check", VISIT)
    said = "In these files: no problems. In others: 1 warning.\n"
    assert (found.returncode, found.stdout, found.stderr) == (0, said, "")
    found = run(project, "check", "summaries/sources.yml")
    assert (found.returncode, found.stdout) == (0, "In these files: 1 warning. In others: no problems.\n")
    assert found.stderr.endswith(": warning: nothing cites 'almanac' (cite it, or remove it) [unused]\n")


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
    assert found.stderr.endswith(f"{project}/.cache can't be written to: File exists\n")


NO_MEMORY = """\
from builder.site.incremental import site_build
build = site_build.build_site
def fail(*arguments):
    build(*arguments)
    raise MemoryError
site_build.build_site = fail
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
    assert list((project / ".cache").glob("preview-*")) == []


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
    assert found.stdout.splitlines()[-1] == (
        f"Next: say more in it (summary, roles, native, statements), then run: {start} check"
    ), found.stderr
    assert typed(found.stdout.rpartition("run: ")[2]).returncode == 0
    found = typed(f"{start} -C ../{project.name} new party mary-lou --set name=Lou --set kind=person --set of=russia")
    assert found.stdout.endswith(f", then run: {start} -C ../{project.name} check\n")
