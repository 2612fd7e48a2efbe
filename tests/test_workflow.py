"""The workflow that publishes the site: when the tests run, what a proposal changes, and its few permissions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import PYTHONPATH, ROOT, SITES, furnish

from builder.records.models.source import STANDINGS
from builder.site.build import build

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8"))
BUILD, DEPLOY = WORKFLOW["jobs"]["build"], WORKFLOW["jobs"]["deploy"]
PYTHON = {"PYTHONPATH": PYTHONPATH}
GH = """\
#!/bin/sh
echo "$2" >> "$RUNNER_TEMP/asked.txt"
answer=$LAST
case "$answer" in [0-9][0-9][0-9]) echo "gh: refused (HTTP $answer)" >&2; exit 1 ;; esac
echo "$answer"
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The result of a step: its exit code, its output, and the variables and outputs it set."""

    code: int
    output: str
    values: dict[str, str]


def run(step: str, folder: Path, **environment: str) -> Step:
    """Run a step as a GitHub runner would. Its `gh` prints LAST, or fails with that status if it is one."""
    (script,) = (each["run"] for each in BUILD["steps"] if each.get("id") == step)
    scratch = folder.parent / f"{folder.name}.runner"
    (scratch / "bin").mkdir(parents=True, exist_ok=True)
    (scratch / "bin" / "gh").write_text(GH)
    (scratch / "bin" / "gh").chmod(0o755)
    files = [scratch / "env", scratch / "output"]
    for file in files:
        file.write_text("")
    given = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "owner/talks",
        "GITHUB_ENV": str(files[0]),
        "GITHUB_OUTPUT": str(files[1]),
        "RUNNER_TEMP": str(scratch),
        "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, **given, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ("" if environment.get("LAST") != "500" else "gh: refused (HTTP 500)\n")
    lines = [line.partition("=") for file in files for line in file.read_text("utf-8").splitlines()]
    return Step(code=done.returncode, output=done.stdout, values={name: value for name, _, value in lines})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A real repository with an explainer's files, committed."""
    folder = tmp_path / "talks"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "summaries/visits/a.yml", "docs/about.md", "docs/handbook/index.md", "mkdocs.yml", "builder/a.py")
    return folder


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, *paths: str) -> str:
    """Change files and commit them; return the commit's hash."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write("more\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")
    return git(folder, "rev-parse", "HEAD")


CONTENTS = ["summaries/visits/b.yml", "docs/how.md", "docs/more/why.md", "docs/CNAME", "docs/a.png", "mkdocs.yml"]
OTHERS = [
    "builder/a.py",
    "templates/words/en.yml",
    "tests/test_a.py",
    "requirements.txt",
    "Makefile",
    ".github/workflows/site.yml",
    "docs/handbook/rules.md",
    "a/summaries/b.yml",
    "mkdocs.yml.py",
    'builder/한 — "b".py',
]


@pytest.mark.parametrize("path", [*CONTENTS, *OTHERS])
def test_the_tests_run_only_if_more_than_content_changed(path: str, repository: Path) -> None:
    last = git(repository, "rev-parse", "HEAD")
    commit(repository, path)
    commit(repository, "summaries/visits/a.yml")
    for event in ("push", "pull_request"):
        if event == "pull_request":
            git(repository, "checkout", "--quiet", "-b", "merged", last)
            git(repository, "merge", "--quiet", "--no-ff", "--message", "Merge", "main")
        assert scope(repository, event, last) == ("false" if path in CONTENTS else "true")


def test_a_file_moved_from_code_to_content_counts_as_a_change_of_code(repository: Path) -> None:
    last = git(repository, "rev-parse", "HEAD")
    git(repository, "mv", "builder/a.py", "summaries/a.yml")
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_a_push_is_compared_with_the_last_push_whose_checks_passed(repository: Path) -> None:
    """A push in between changed code and failed: the tests must run even if the next push changes only content."""
    last = git(repository, "rev-parse", "HEAD")
    failed = commit(repository, "builder/a.py")
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", failed) == "false"
    assert scope(repository, "push", last) == "true"
    asked = (repository.parent / "talks.runner" / "asked.txt").read_text().splitlines()
    runs = "repos/owner/talks/actions/workflows/site.yml/runs"
    assert set(asked) == {f"{runs}?event=push&branch=main&status=success&per_page=1"}


@pytest.mark.parametrize("last", ["", "500", "0" * 40, "0123456789abcdef0123456789abcdef01234567"])
def test_everything_runs_if_there_is_nothing_to_compare_a_push_with(last: str, repository: Path) -> None:
    """The first push, a service that fails, a commit that a forced push removed."""
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_everything_runs_after_a_forced_push_that_removes_code(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    last = commit(repository, "builder/b.py")
    git(repository, "reset", "--quiet", "--hard", first)
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_everything_runs_when_started_by_hand_or_without_a_parent_commit(repository: Path) -> None:
    assert scope(repository, "workflow_dispatch", git(repository, "rev-parse", "HEAD")) == "true"
    assert scope(repository, "pull_request", "") == "true"


def scope(repository: Path, event: str, last: str) -> str:
    step = run("scope", repository, GITHUB_EVENT_NAME=event, GITHUB_REF_NAME="main", LAST=last)
    assert step.code == 0
    return step.values["tests"]


@pytest.fixture
def proposal(tmp_path: Path) -> Path:
    """A repository with the mini-explainer, in which a pull request is merged."""
    project = furnish(tmp_path)
    shutil.copytree(SITES / "one-of-each" / "summaries", project.summaries)
    (project.root / ".venv").symlink_to(sys.prefix)
    git(project.root, "init", "--quiet", "--initial-branch=main")
    git(project.root, "add", "summaries", "mkdocs.yml")
    git(project.root, "commit", "--quiet", "--message", "Before")
    return project.root


def test_a_proposal_that_takes_an_address_away_fails_with_the_command_that_mends_it(proposal: Path) -> None:
    folder = proposal / "summaries" / "projects"
    (folder / "power-grid.yml").rename(folder / "power-line.yml")
    git(proposal, "add", "summaries")
    git(proposal, "commit", "--quiet", "--message", "After")
    step = run("changes", proposal, GITHUB_STEP_SUMMARY=str(proposal.parent / "summary.md"), **PYTHON)
    lost = (
        "HEAD^1:summaries/projects/power-grid.yml:1:1: the address /projects/power-grid/ vanishes, and others may link "
        "to it (run: .venv/bin/python -m builder rename power-grid power-line) [lost-address]"
    )
    assert (step.code, step.output) == (1, f"::error::{lost}\n")
    assert "Addresses that vanish" in (proposal.parent / "summary.md").read_text("utf-8")


@pytest.mark.parametrize("before", ["status: idea", "status: nonsense"])
def test_a_proposal_that_only_changes_content_passes_even_if_it_mends_problems(before: str, proposal: Path) -> None:
    file = proposal / "summaries" / "projects" / "power-grid.yml"
    right = file.read_text("utf-8")
    for text in (re.sub("status: .*", before, right), right):
        file.write_text(text, "utf-8")
        git(proposal, "commit", "--quiet", "--all", "--allow-empty", "--message", "Change")
    step = run("changes", proposal, GITHUB_STEP_SUMMARY=str(proposal.parent / "summary.md"), **PYTHON)
    assert step.code == 0


def test_later_steps_use_the_outputs_of_the_earlier_ones() -> None:
    conditions = {each.get("run", each.get("uses", "")).partition("@")[0]: each.get("if") for each in BUILD["steps"]}
    assert conditions["make site FORMAT=github"] is None
    assert conditions[".venv/bin/python -m builder github address"] is None
    assert conditions[".venv/bin/python -m builder github changes"] == (
        "github.event_name == 'pull_request' && !cancelled() && steps.address.outcome == 'success'"
    )
    assert conditions["make lint test"] == "steps.scope.outputs.tests == 'true'"
    assert conditions["actions/upload-artifact"] == (
        "github.event_name == 'pull_request' && !cancelled() && steps.site.outcome == 'success'"
    )
    assert conditions["actions/upload-pages-artifact"] == "steps.address.outputs.publish == 'true'"
    assert BUILD["outputs"] == {"publish": "${{ steps.address.outputs.publish }}"}
    assert (DEPLOY["if"], DEPLOY["needs"]) == ("needs.build.outputs.publish == 'true'", "build")


def test_every_action_is_pinned_to_a_commit() -> None:
    used = [step["uses"] for job in (BUILD, DEPLOY) for step in job["steps"] if "uses" in step]
    assert [use for use in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", use)] == []


def test_no_secret_is_used_and_deploying_runs_no_code_of_the_repository() -> None:
    text = (ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert WORKFLOW["permissions"] == {}
    assert set(BUILD["permissions"].values()) == {"read"}
    assert [step["uses"].partition("@")[0] for step in DEPLOY["steps"]] == ["actions/deploy-pages"]
    scripts = [step["run"] for step in BUILD["steps"] if "run" in step]
    assert not any("${{" in script for script in scripts)  # text from outside would be run as code


@pytest.mark.parametrize(
    ("address", "base"), [("https://talks.example.org/", "/"), ("https://owner.github.io/Talks/", "/Talks/")]
)
def test_links_canonical_addresses_and_the_sitemap_use_the_address(
    address: str, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", address)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    site = build(project).site
    missing = (site / "404.html").read_text("utf-8")
    links = re.findall(r'(?:href|src)="([^"#][^"]*)"', missing)
    assert {link for link in links if not link.startswith((base, "http", "mailto:"))} == set()
    assert f'href="{base}assets/explainer.css"' in missing
    assert f'<link rel="canonical" href="{address}about/">' in (site / "about" / "index.html").read_text("utf-8")
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert {place for place in listed if not place.startswith(address)} == set()
    assert f"{address}about/" in listed


FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {"input", "textarea", "dropdown", "markdown"}


@pytest.mark.parametrize("path", [path for path in FORMS if path.name != "config.yml"], ids=lambda path: path.name)
def test_a_form_has_what_github_requires(path: Path) -> None:
    """https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests"""
    form = yaml.safe_load(path.read_text("utf-8"))
    assert list(form) == ["name", "description", "title", "body"]
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert {part["type"] for part in form["body"]} <= KINDS
    ids = [part["id"] for part in asked]
    assert len(ids) == len(set(ids))
    assert [id for id in ids if not re.fullmatch("[a-z]+", id) or id in ("title", "template", "body")] == []
    for part in asked:
        assert part["attributes"]["label"]
        assert set(part) <= {"type", "id", "attributes", "validations"}
        assert all(isinstance(option, str) for option in part["attributes"].get("options", ()))
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_there_is_a_form_for_a_mistake_a_visit_and_a_source() -> None:
    forms = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FORMS}
    assert set(forms) == {"config", "mistake", "source", "visit"}
    assert forms["config"] == {"blank_issues_enabled": True}
    assert forms["mistake"]["body"][0]["id"] == "page"  # the site's link fills it in
    (standing,) = (part for part in forms["source"]["body"] if part.get("id") == "standing")
    assert standing["attributes"]["options"] == [*STANDINGS, "I don't know"]


def test_the_list_for_reviewers_names_only_fields_that_exist() -> None:
    text = (ROOT / ".github" / "pull_request_template.md").read_text("utf-8")
    fields = (ROOT / "docs" / "handbook" / "fields.md").read_text("utf-8")
    named = {name.partition(":")[0] for name in re.findall("`([a-z_: ]+)`", text)}
    assert named == {"archive", "as_of", "by", "standing", "support", "voice"}
    assert {name for name in named if f"- `{name}`" not in fields} == set()


def test_the_file_of_owners_names_every_place_of_code_and_nobody_yet() -> None:
    """Without an owner GitHub ignores it. Once somebody is named, the paths must be right."""
    lines = (ROOT / ".github" / "CODEOWNERS").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == []
    paths = [match[1] for line in lines if (match := re.fullmatch(r"# /(\S+) @your-name", line))]
    assert [path for path in paths if not list(ROOT.glob(path))] == []
    assert not {"summaries/", "docs/"} & set(paths)


FORM: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "form.yml").read_text("utf-8"))
RESTORE = FORM["jobs"]["restore"]


@pytest.mark.parametrize(("setting", "installed"), [("  form: true", True), ("  form:", True), ("  formats: x", False)])
def test_the_form_is_installed_if_mkdocs_yml_asks_for_it(setting: str, installed: bool, tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "mkdocs.yml").write_text(f"site_name: Talks\nextra:\n{setting}\n")
    (folder / "Makefile").write_text("form:\n\t@echo installed\n")
    outermost = {"MAKELEVEL": "0", "MAKEFLAGS": ""}  # also if the tests are run by make
    assert run("form", folder, **outermost).output == ("installed\n" if installed else "")


def test_the_form_that_the_workflow_restores_is_on_branches_of_the_form_alone() -> None:
    """GitHub's checks of a pull request don't start for a commit of a workflow, so it starts them itself."""
    assert list(FORM.values())[1] == {"push": {"branches": ["cms/**"]}}  # in YAML 1.1, its name `on` means true
    assert FORM["permissions"] == {}
    assert RESTORE["permissions"] == {"contents": "write", "actions": "write"}
    assert not any("${{" in step.get("run", "") for step in RESTORE["steps"])  # text from outside would be run as code


@pytest.mark.parametrize("code", [0, 1])
def test_a_branch_of_the_form_gets_a_commit_with_what_it_lost(code: int, repository: Path) -> None:
    """A summary that can't be restored fails the workflow, after the others are pushed."""
    remote = repository.parent / "remote.git"
    git(repository, "clone", "--quiet", "--bare", ".", str(remote))
    git(repository, "remote", "add", "origin", str(remote))
    git(repository, "switch", "--quiet", "--create", "cms/visits/a")
    pushed = commit(repository, "summaries/visits/a.yml")
    step, asked = restore(repository, f'echo "$*" > asked; echo restored > summaries/visits/a.yml; exit {code}')
    assert asked == "-m builder format --restore origin/main\n"
    assert (step.returncode, step.stderr) == (code, "workflow run site.yml --ref cms/visits/a\n")
    added = git(remote, "log", "--format=%an: %s", f"{pushed}..cms/visits/a")
    assert added == "github-actions[bot]: Put back what the form did not keep"
    assert git(remote, "show", "cms/visits/a:summaries/visits/a.yml") == "restored"


def test_a_branch_of_the_form_that_lost_nothing_gets_no_commit(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "cms/visits/a")
    pushed = commit(repository, "summaries/visits/a.yml")
    step, _ = restore(repository, 'echo "$*" > asked')
    assert (step.returncode, step.stdout, step.stderr) == (0, "", "")
    assert git(repository, "rev-parse", "HEAD") == pushed


def restore(repository: Path, python: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the step that restores. Its Python runs a script instead, and its `gh` prints its arguments as an error."""
    (script,) = (each["run"] for each in RESTORE["steps"] if each.get("id") == "restore")
    programs = {repository / ".venv" / "bin" / "python": python, repository.parent / "bin" / "gh": 'echo "$*" >&2'}
    for path, text in programs.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=repository,
        env={
            **os.environ,
            "DEFAULT_BRANCH": "main",
            "GITHUB_REF_NAME": "cms/visits/a",
            "PATH": f"{repository.parent / 'bin'}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done, (repository / "asked").read_text("utf-8")
