"""Rules for the whole repository: no subject in the code, no words in templates, tests that don't read its explainer,
and locked packages that fit the lowest Python.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from command import run
from golden import EXPLAINER, PYTHONPATH, ROOT, furnish
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet


def test_the_code_does_not_mention_the_subject() -> None:
    """The subject is data: no module or template contains a name from the first explainer.

    Translations name their language, and have the phrases that English has.
    """
    names = re.compile(
        r"(?i)\b(Korean?|Kim|Putin|Trump|Pyongyang|Vladivostok|Kremlin|Russian?|DPRK|Toloraya|TASS|Hanoi)\b"
    )
    files = [
        *(ROOT / "builder").rglob("*.py"),
        *(
            path
            for path in (ROOT / "templates").rglob("*")
            if path.is_file() and path.suffix != ".png" and path.parent.name != "words"
        ),
        ROOT / "templates" / "words" / "en.yml",
    ]
    found = [f"{path.name}: {match[0]}" for path in files for match in names.finditer(path.read_text("utf-8"))]
    assert found == []


def test_templates_contain_no_words() -> None:
    """Outside its tags and markup, a page template contains no text that a reader would see."""
    for path in sorted((ROOT / "templates" / "pages").glob("*")) + sorted((ROOT / "templates" / "parts").glob("*")):
        text = path.read_text("utf-8")
        assert text.startswith("{#- "), f"{path.name} must start with a comment that says what it is for"
        assert len(text.splitlines()) <= 65
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|\{:[^}]*\}", "", text, flags=re.S)
        text = re.sub(r"\]\([^)]*\)", "]()", text)  # where links lead
        assert re.findall(r"[^\W\d_]{2,}", text) == [], path.name
        assert not re.search(r"\|\s*(safe|join)\b|~", path.read_text("utf-8")), (
            f"{path.name} must not join or mark text as safe"
        )


LIBRARIES = (
    "babel",
    "bibtexparser",
    "icalendar",
    "jinja2",
    "markdown",
    "mkdocs",
    "openpyxl",
    "pydantic",
    "requests",
    "yaml",
)
"""Libraries that take long to import."""

CHECKING = ("babel", "jinja2", "pydantic", "yaml")
"""Those that the summaries need; and the templates, to compare anchors."""

NEEDED = {
    "--help": (),
    "check --help": (),
    "build --help": (),
    "check": CHECKING,
    "new term truce --no-input": CHECKING,
    "format --check": CHECKING,
}
"""Commands, and the libraries that each may import in an explainer that was checked before."""


@pytest.mark.parametrize("words", NEEDED)
def test_a_command_imports_no_library_that_it_does_not_need(words: str, tmp_path: Path) -> None:
    furnish(tmp_path)
    shutil.copytree(EXPLAINER / "summaries", tmp_path / "summaries")
    if words == "check":
        run(tmp_path, "check")
    program = (
        f"import sys; sys.argv = ['explainer', *{words.split()}]\n"
        "try:\n from builder.cli.main import main; main()\n"
        "except SystemExit:\n"
        f" print(sorted(set({LIBRARIES}) & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(ast.literal_eval(found.stdout.splitlines()[-1]))
    assert imported <= set(NEEDED[words]), found.stdout + found.stderr


@pytest.mark.parametrize("script", ["tests/audit", "benchmarks/measure"])
def test_the_audit_and_the_benchmark_find_their_modules(script: str) -> None:
    """Imports each script as the Makefile runs it, without starting it."""
    recipe = re.search(rf"^\t@(.*)\$\(RUN\) {script}\.py", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert recipe is not None
    set_to = dict(re.findall(r"(\w+)=(\S+)", recipe[1]))
    folder, _, module = script.partition("/")
    program = f"import sys; sys.path[0] = {folder!r}; import {module}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | set_to
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.stderr == ""


@pytest.mark.parametrize("path", ["summaries/explainer.yml", "mkdocs.yml", "docs/about.md", "docs/method.md"])
def test_a_test_that_reads_the_explainer_of_this_repository_fails(path: str, tmp_path: Path) -> None:
    """Also through a link and in another process. What editors write there must never make a test fail."""
    (tmp_path / "link.yml").symlink_to(ROOT / path)
    for file in (ROOT / path, tmp_path / "link.yml"):
        with pytest.raises(RuntimeError, match=rf"a test reads .*/{path}, which editors may change"):
            file.read_bytes()
    command = [sys.executable, "-c", f"open({str(ROOT / path)!r})"]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "RuntimeError: a test reads" in run.stderr


def test_a_test_that_lists_the_summaries_of_this_repository_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"a test reads .*/summaries, which editors may change"):
        shutil.copytree(ROOT / "summaries", tmp_path / "summaries")
    with pytest.raises(RuntimeError, match=r"a test reads .*/docs, which editors may change"):
        list((ROOT / "docs").rglob("*.md"))


LOCKS = ("requirements.txt", "requirements-dev.txt")


def locked(name: str) -> dict[str, Requirement]:
    """The packages of a lock file, by name."""
    lines = re.findall(r"^([\w.-]+==.*?) \\$", (ROOT / name).read_text("utf-8"), re.M)
    return {found.name: found for found in map(Requirement, lines)}


def lowest_python() -> str:
    """The lowest Python that this project runs on, from pyproject.toml."""
    stated: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert stated.startswith(">=")
    return stated.removeprefix(">=")


@pytest.mark.parametrize("name", [*LOCKS, "requirements-renderers.txt", "benchmarks/requirements.txt"])
def test_locks_are_hashed_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    packages = re.findall(r"^[\w.-]+==", text, re.M)
    assert packages
    assert len(re.findall(r"^[\w.-]+==[^\\\n]+ \\\n    --hash=sha256:", text, re.M)) == len(packages)
    assert "://" not in text
    assert not re.findall(r"^-", text, re.M), "options such as an index belong to the machine's configuration"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_runs_on_the_lowest_python(name: str) -> None:
    refused = []
    for package, requirement in locked(name).items():
        if requirement.marker is None or requirement.marker.evaluate():
            needed = str(distribution(package).metadata.json.get("requires_python", ""))
            assert str(requirement.specifier) == f"=={distribution(package).version}", f"{package}: install {name}"
            if not SpecifierSet(needed).contains(lowest_python()):
                refused.append(f"{requirement} needs Python {needed}")
    assert refused == []


def test_all_locks_have_the_same_versions_the_second_uv_and_the_third_the_other_renderers() -> None:
    site, dev, renderers = map(locked, (*LOCKS, "requirements-renderers.txt"))
    assert {name: dev[name] for name in site} == site
    assert {name: renderers[name] for name in site} == site
    assert "uv" in dev
    assert {"properdocs", "zensical"} <= set(renderers)


def test_documents_name_the_lowest_python() -> None:
    for name in ("README.md", "docs/handbook/index.md", ".ci/run"):
        assert set(re.findall(r"Python ([\d.]+) or newer", (ROOT / name).read_text("utf-8"))) == {lowest_python()}, name
    assert f"names the lowest Python: {lowest_python()}," in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_development_container_has_what_the_checks_need_and_names_no_host() -> None:
    folder = ROOT / ".devcontainer"
    container = json.loads((folder / "devcontainer.json").read_text("utf-8"))
    assert container["build"] == {"dockerfile": "Dockerfile"}
    assert container["postCreateCommand"] == "make site"
    assert container["forwardPorts"] == [8000]
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text("utf-8"))["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == recommended
    described = (folder / "Dockerfile").read_text("utf-8")
    assert re.findall("^FROM (.*)$", described, re.M) == ["debian:13"]
    assert "://" not in described
    packages = set(re.findall(r"^    (.*) \\$", described, re.M)[-1].split())
    installed = set(re.findall(r"wanted\+=\(([a-z0-9-]+)\)", (ROOT / ".ci" / "run").read_text("utf-8")))
    assert installed | {"git", "make", "python3"} <= packages
    assert re.findall("^USER (.*)$", described, re.M) == [container["remoteUser"]]


def run_make(target: str, root: Path, **scripts: str) -> tuple[int, str]:
    """Run make in a folder with the files it reads and shell scripts instead of programs.

    Returns its exit code and error output.
    """
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, root)
    for path, script in scripts.items():
        program = root / path.replace("__", "/")
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(0o755)
    command = ["make", "--no-print-directory", "PYTHON=./python", "VENV=venv", target]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, "\n".join(line for line in run.stderr.splitlines() if not line.startswith("make: "))


def test_with_an_older_python_make_says_which_one_is_needed(tmp_path: Path) -> None:
    pretend = "import sys; sys.version_info = (3, 11, 1); exec(sys.argv[1])"
    older = f"exec {sys.executable} -c '{pretend}' \"$2\""
    expected = (
        f"Python {lowest_python()} or newer is needed. If you have it under another name: make PYTHON=python3.12 site"
    )
    assert run_make("site", tmp_path, python=older) == (2, expected)


def test_make_shows_why_pip_could_not_install_packages(tmp_path: Path) -> None:
    pip = "echo 'ERROR: no version of that package runs on this Python' >&2; exit 1"
    expected = (
        "ERROR: no version of that package runs on this Python\n"
        "The packages could not be installed: see the error from pip above. "
        "The first installation needs network access."
    )
    assert run_make("site", tmp_path, venv__bin__python=pip) == (2, expected)
