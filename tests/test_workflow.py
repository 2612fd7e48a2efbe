"""The workflow that publishes: where the site will be, when the tests run, and that nothing is trusted too much."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import ROOT, SITES, furnish

from builder.site.build import build

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8"))
BUILD, DEPLOY = WORKFLOW["jobs"]["build"], WORKFLOW["jobs"]["deploy"]
ADDRESSES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "addresses.yml").read_text("utf-8"))
GH = """\
#!/bin/sh
case "$2" in
  */pages) answer=$PAGES ;;
  *) echo "$2" >> "$RUNNER_TEMP/asked.txt"; answer=$LAST ;;
esac
case "$answer" in [0-9][0-9][0-9]) echo "gh: refused (HTTP $answer)" >&2; exit 1 ;; esac
echo "$answer"
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What came of a step: its exit code, what it said, and what it set."""

    code: int
    said: str
    found: dict[str, str]


def run(step: str, folder: Path, **environment: str) -> Step:
    """Run a step of the build as a runner would; its `gh` answers PAGES and LAST, or fails where they are a number."""
    (script,) = (each["run"] for each in BUILD["steps"] if each.get("id") == step)
    scratch = folder.parent / f"{folder.name}.runner"
    (scratch / "bin").mkdir(parents=True, exist_ok=True)
    (scratch / "bin" / "gh").write_text(GH)
    (scratch / "bin" / "gh").chmod(0o755)
    told = [scratch / "env", scratch / "output"]
    for file in told:
        file.write_text("")
    given = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "owner/talks",
        "GITHUB_ENV": str(told[0]),
        "GITHUB_OUTPUT": str(told[1]),
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
    lines = [line.partition("=") for file in told for line in file.read_text("utf-8").splitlines()]
    return Step(code=done.returncode, said=done.stdout, found={name: value for name, _, value in lines})


@pytest.mark.parametrize("case", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_workflow_says_where_the_site_will_be(case: dict[str, Any], tmp_path: Path) -> None:
    given = {"event": "push", "ref": "refs/heads/main", "default": "main", "chosen": "", **case["given"]}
    (tmp_path / "docs").mkdir()
    if "cname" in given:
        (tmp_path / "docs" / "CNAME").write_bytes(given["cname"].encode())
    step = run(
        "address",
        tmp_path,
        GITHUB_REPOSITORY=given["repository"],
        GITHUB_EVENT_NAME=given["event"],
        GITHUB_REF=given["ref"],
        DEFAULT_BRANCH=given["default"],
        CHOSEN=given["chosen"],
        PAGES=str(given["pages"]),
    )
    usual = {"REPO_URL": f"https://github.com/{given['repository']}", "EDIT_URI": "edit/main/docs/"}
    assert step.said == case.get("said", "")
    assert step.found == ({**usual, **case["found"]} if "found" in case else {})
    assert step.code == (0 if "found" in case else 1)
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]


def test_a_link_in_the_place_of_cname_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "secret").write_text("secret.example.org\n")
    (tmp_path / "docs" / "CNAME").symlink_to(tmp_path / "secret")
    step = run(
        "address",
        tmp_path,
        GITHUB_EVENT_NAME="push",
        GITHUB_REF="refs/heads/main",
        DEFAULT_BRANCH="main",
        CHOSEN="",
        PAGES="404",
    )
    assert step.found["SITE_URL"] == "https://owner.github.io/talks/"


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
    """Change files and commit them; give the commit."""
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
def test_the_tests_run_where_more_than_contents_changed(path: str, repository: Path) -> None:
    last = git(repository, "rev-parse", "HEAD")
    commit(repository, path)
    commit(repository, "summaries/visits/a.yml")
    for event in ("push", "pull_request"):
        if event == "pull_request":
            git(repository, "checkout", "--quiet", "-b", "merged", last)
            git(repository, "merge", "--quiet", "--no-ff", "--message", "Merge", "main")
        assert scope(repository, event, last) == ("false" if path in CONTENTS else "true")


def test_what_moves_among_the_contents_or_out_of_the_code_counts_in_both_places(repository: Path) -> None:
    last = git(repository, "rev-parse", "HEAD")
    git(repository, "mv", "builder/a.py", "summaries/a.yml")
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_a_push_is_held_against_the_last_that_was_found_in_order(repository: Path) -> None:
    """The push between changed code and failed, or was never looked at: contents alone don't make up for it."""
    last = git(repository, "rev-parse", "HEAD")
    failed = commit(repository, "builder/a.py")
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", failed) == "false"
    assert scope(repository, "push", last) == "true"
    asked = (repository.parent / "talks.runner" / "asked.txt").read_text().splitlines()
    runs = "repos/owner/talks/actions/workflows/site.yml/runs"
    assert set(asked) == {f"{runs}?event=push&branch=main&status=success&per_page=1"}


@pytest.mark.parametrize("last", ["", "500", "0" * 40, "0123456789abcdef0123456789abcdef01234567"])
def test_everything_runs_where_there_is_nothing_to_hold_a_push_against(last: str, repository: Path) -> None:
    """A first push, a service that does not answer, a commit that was pushed away."""
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_everything_runs_after_a_forced_push_that_leaves_code_out(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    last = commit(repository, "builder/b.py")
    git(repository, "reset", "--quiet", "--hard", first)
    commit(repository, "summaries/visits/a.yml")
    assert scope(repository, "push", last) == "true"


def test_everything_runs_when_it_is_asked_for_by_hand_and_without_a_parent(repository: Path) -> None:
    assert scope(repository, "workflow_dispatch", git(repository, "rev-parse", "HEAD")) == "true"
    assert scope(repository, "pull_request", "") == "true"


def scope(repository: Path, event: str, last: str) -> str:
    step = run("scope", repository, GITHUB_EVENT_NAME=event, GITHUB_REF_NAME="main", LAST=last)
    assert step.code == 0
    return step.found["tests"]


def test_what_decides_is_what_the_later_steps_ask() -> None:
    asked = {each.get("run", each.get("uses", "")).partition("@")[0]: each.get("if") for each in BUILD["steps"]}
    assert asked["make site FORMAT=github"] is None
    assert asked["make check FORMAT=github"] == "steps.scope.outputs.tests == 'true'"
    assert asked["actions/upload-pages-artifact"] == "steps.address.outputs.publish == 'true'"
    assert BUILD["outputs"] == {"publish": "${{ steps.address.outputs.publish }}"}
    assert (DEPLOY["if"], DEPLOY["needs"]) == ("needs.build.outputs.publish == 'true'", "build")


def test_no_secret_is_asked_for_and_deploying_runs_no_code_of_the_repository() -> None:
    text = (ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert WORKFLOW["permissions"] == {}
    assert set(BUILD["permissions"].values()) == {"read"}
    assert [step["uses"].partition("@")[0] for step in DEPLOY["steps"]] == ["actions/deploy-pages"]
    scripts = [step["run"] for step in BUILD["steps"] if "run" in step]
    assert not any("${{" in script for script in scripts)  # what others typed would be run


@pytest.mark.parametrize(
    ("address", "base"), [("https://talks.example.org/", "/"), ("https://owner.github.io/Talks/", "/Talks/")]
)
def test_all_that_names_the_address_follows_it(
    address: str, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", address)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    site = build(project).site
    missing = (site / "404.html").read_text("utf-8")
    links = re.findall(r'(?:href|src)="([^"#][^"]*)"', missing)
    assert {link for link in links if not link.startswith((base, "http"))} == set()
    assert f'href="{base}assets/explainer.css"' in missing
    assert f'<link rel="canonical" href="{address}about/">' in (site / "about" / "index.html").read_text("utf-8")
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert {place for place in listed if not place.startswith(address)} == set()
    assert f"{address}about/" in listed
