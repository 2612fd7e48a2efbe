"""The pipelines for GitLab and Forgejo: what they set for the builder, and that the site gets to its branch."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import ROOT

HOSTS = ROOT / "templates" / "init" / "hosts"
GITLAB: dict[str, Any] = yaml.safe_load((HOSTS / "gitlab" / ".gitlab-ci.yml").read_text("utf-8"))
FORGEJO: dict[Any, Any] = yaml.safe_load((HOSTS / "forgejo/.forgejo/workflows/site.yml").read_text("utf-8"))
STEPS = {step.get("id"): step for step in FORGEJO["jobs"]["site"]["steps"]}


def test_gitlab_publishes_the_default_branch_and_checks_every_proposal() -> None:
    default = {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}
    proposal = {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}
    assert GITLAB["workflow"]["rules"] == [proposal, default]
    assert (GITLAB["check"]["rules"], GITLAB["check"]["script"]) == ([proposal], ["make site"])
    assert (GITLAB["pages"]["rules"], GITLAB["pages"]["script"]) == ([default], ["make site", "cp -R site public"])
    assert GITLAB["pages"]["artifacts"]["paths"] == ["public"]  # GitLab Pages takes the folder of this name
    assert {name: GITLAB["variables"][name] for name in ("SITE_URL", "REPO_URL", "EDIT_URI")} == {
        "SITE_URL": "$CI_PAGES_URL",
        "REPO_URL": "$CI_PROJECT_URL",
        "EDIT_URI": "-/edit/$CI_DEFAULT_BRANCH/docs/",
    }


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def run(step: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", STEPS[step]["run"]],
        cwd=folder,
        env={**os.environ, "MAKELEVEL": "0", "MAKEFLAGS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "seen"), [("", "none"), ("https://talks.example.org/", "https://talks.example.org/")]
)
def test_on_forgejo_a_variable_that_is_not_set_leaves_the_address_of_mkdocs_yml(
    variable: str, seen: str, tmp_path: Path
) -> None:
    (tmp_path / "Makefile").write_text("site:\n\t@echo $${SITE_URL-none}\n", "utf-8")
    assert run("site", tmp_path, SITE_URL=variable).stdout == f"{seen}\n"


def test_on_forgejo_the_branch_pages_holds_the_site_and_nothing_else(tmp_path: Path) -> None:
    """Also if there is one already; and the checkout stays as it was."""
    talks, remote = tmp_path / "the talks", tmp_path / "remote.git"
    talks.mkdir()
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(talks, "init", "--quiet", "--initial-branch=main")
    git(talks, "remote", "add", "origin", str(remote))
    (talks / ".gitignore").write_text("/site/\n", "utf-8")
    git(talks, "add", "--all")
    git(talks, "commit", "--quiet", "--message", "Begin")
    for text in ("one", "two"):
        (talks / "site" / "a").mkdir(parents=True, exist_ok=True)
        (talks / "site" / "a" / "index.html").write_text(text, "utf-8")
        (talks / "site" / f"{text}.html").write_text(text, "utf-8")
        published = run("publish", talks)
        assert (published.returncode, published.stderr) == (0, "")
        assert git(remote, "show", "pages:a/index.html") == text
        (talks / "site" / f"{text}.html").unlink()
    assert git(remote, "ls-tree", "-r", "--name-only", "pages").splitlines() == ["a/index.html", "two.html"]
    assert git(remote, "rev-list", "--count", "pages") == "1"
    assert git(talks, "status", "--porcelain") == ""
    assert git(talks, "branch", "--show-current") == "main"
