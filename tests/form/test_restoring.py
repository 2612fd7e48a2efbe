"""`explainer format --restore`: what the form changed stays, and everything else is again as it was."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import run
from golden import SITES, TESTS

from builder.editing.formatting import formatted
from builder.form.restoring import restored
from builder.parsing.yaml_reader import parse

CASES = sorted((TESTS / "restoring").glob("*.yml"))
SUMMARIES = sorted(path for path in SITES.glob("*/summaries/**/*.yml"))
VISIT = "visits/kim-putin-vladivostok.yml"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_summary_keeps_what_the_form_did_not_change(case: Path) -> None:
    data: dict[str, str] = yaml.safe_load(case.read_text("utf-8"))
    before = parse(data["before"].encode(), data["path"]) if "before" in data else None
    after = parse(data["form"].encode(), data["path"])
    assert restored(before, after, data["path"]).decode() == data["restored"]


def as_the_form_writes(node: object) -> Any:
    """The values of a file as Sveltia CMS writes them: a blank line in a text becomes a line break."""
    if isinstance(node, dict):
        return {name: as_the_form_writes(value) for name, value in node.items()}
    if isinstance(node, list):
        return [as_the_form_writes(value) for value in node]
    return re.sub(r"\n+", "\n", str(node).strip())


def rewritten(values: object) -> bytes:
    """A file in the style of the form: no comments, a line for each item, and a line for each text."""
    return yaml.dump(
        as_the_form_writes(values), allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=False
    ).encode()


@pytest.mark.parametrize("file", SUMMARIES, ids=lambda file: file.relative_to(SITES).as_posix())
def test_a_file_that_the_form_saved_without_a_change_is_as_before(file: Path) -> None:
    path = file.relative_to(file.parents[len(file.relative_to(SITES).parts) - 3]).as_posix()
    before = parse(file.read_bytes(), path)
    after = parse(rewritten(before.plain()), path)
    assert restored(before, after, path) == formatted(before, path)


@pytest.fixture
def committed(project: Path) -> Path:
    """A small explainer whose summaries are committed on the branch `main`, on another branch."""
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "summaries"], ["switch", "-qc", "proposal"]):
        git(project, *words)
        if words[0] == "add":
            git(project, "commit", "--quiet", "--message", "Start")
    return project


def git(folder: Path, *words: str) -> None:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)


def save_as_form(file: Path, old: str, new: str) -> None:
    """Change a text of a file and save it as the form does."""
    text = rewritten(parse(file.read_bytes(), file.name).plain()).decode()
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_command_restores_the_files_that_the_form_changed(committed: Path) -> None:
    file = committed / "summaries" / VISIT
    before = file.read_text("utf-8")
    save_as_form(file, "Far Eastern Federal University", "The university")
    done = run(committed, "format", "--restore", "main")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Changed summaries/{VISIT}.\n", "")
    assert file.read_text("utf-8") == before.replace("Far Eastern Federal University", "The university")


def test_the_command_compares_with_the_point_where_the_branch_began(committed: Path) -> None:
    """A comment that someone adds to the main branch meanwhile is not put into this one."""
    file = committed / "summaries" / VISIT
    before = file.read_text("utf-8")
    git(committed, "switch", "-q", "main")
    file.write_text(f"# later\n{before}", "utf-8")
    git(committed, "commit", "-qam", "Later")
    git(committed, "switch", "-q", "proposal")
    save_as_form(file, "Far Eastern Federal University", "The university")
    assert run(committed, "format", "--restore", "main").returncode == 0
    assert file.read_text("utf-8") == before.replace("Far Eastern Federal University", "The university")


def test_with_check_the_command_writes_nothing(committed: Path) -> None:
    file = committed / "summaries" / VISIT
    save_as_form(file, "Far Eastern Federal University", "The university")
    saved = file.read_bytes()
    done = run(committed, "format", "--check", "--restore", "main")
    assert (done.returncode, done.stdout, done.stderr) == (1, f"Would change summaries/{VISIT}.\n", "")
    assert file.read_bytes() == saved


def test_without_an_edit_the_command_changes_nothing(committed: Path) -> None:
    done = run(committed, "format", "--restore", "main")
    assert (done.returncode, done.stdout, done.stderr) == (0, "All files are already formatted.\n", "")


def test_an_unknown_revision_is_refused(committed: Path) -> None:
    done = run(committed, "format", "--restore", "mian")
    assert done.returncode == 2
    assert done.stderr.endswith("git does not know the revision 'mian': give a branch, a tag or a commit\n")


def test_a_file_that_is_no_summary_is_refused_before_anything_is_written(committed: Path) -> None:
    file = committed / "summaries" / VISIT
    save_as_form(file, "Far Eastern Federal University", "The university")
    saved = file.read_bytes()
    done = run(committed, "format", "--restore", "main", f"summaries/{VISIT}", "mkdocs.yml")
    assert done.returncode == 1
    assert "this is not a summary of this explainer (name files in summaries/) [no-summary]" in done.stderr
    assert file.read_bytes() == saved


def test_a_file_whose_old_lines_do_not_fit_is_reported_and_left_alone(committed: Path) -> None:
    """All of it was in brackets, so there are no lines to put back."""
    file = committed / "summaries" / "parties" / "northland.yml"
    file.write_text("{name: Northland, kind: state}\n", "utf-8")
    git(committed, "add", "summaries")
    git(committed, "commit", "--quiet", "--message", "Add a party")
    git(committed, "branch", "--force", "main")
    file.write_text("name: Northland\nshort: North\nkind: state\n", "utf-8")
    done = run(committed, "format", "--restore", "main")
    problem = "the old lines can't be put back without changing what this file says, so the file was not changed"
    hint = "put its comments back by hand"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"summaries/parties/northland.yml:1:1: {problem} ({hint}) [not-restored]\n"
    assert file.read_text("utf-8") == "name: Northland\nshort: North\nkind: state\n"
