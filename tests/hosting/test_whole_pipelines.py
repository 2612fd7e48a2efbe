"""The pipelines that `init` writes, run from the first step to the last in an explainer that the wheel has started."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema  # type: ignore[import-untyped]  # it has no type hints
from click.testing import CliRunner
from golden import ROOT
from wheel import build_wheel, call, environment_at
from workflow_runner import Run, run_workflow

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "pipelines.yml").read_text("utf-8")
)
HOSTS = ROOT / "templates" / "init" / "hosts"
PIPELINES = {
    "github": ".github/workflows/site.yml",
    "gitlab": ".gitlab-ci.yml",
    "forgejo": ".forgejo/workflows/site.yml",
}
WORKFLOWS = "vendor.github-workflows"
SCHEMAS = {
    **dict.fromkeys(sorted((ROOT / ".github" / "workflows").glob("*.yml")), WORKFLOWS),
    **dict.fromkeys(
        sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"),
        "vendor.github-issue-forms",
    ),
    ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml": "vendor.github-issue-config",
    HOSTS / "github" / PIPELINES["github"]: WORKFLOWS,
    HOSTS / "forgejo" / PIPELINES["forgejo"]: WORKFLOWS,
    HOSTS / "gitlab" / PIPELINES["gitlab"]: "vendor.gitlab-ci",
}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pipeline_is_valid_by_the_published_schema_of_its_host(path: Path) -> None:
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in SCHEMAS[path] else []
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", SCHEMAS[path], *transform, str(path)])
    assert (done.exit_code, done.output) == (0, "ok -- validation done\n")


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A repository with a new explainer, and an environment in which its pipeline installs what is needed."""

    root: Path
    tools: Path

    def start(self, host: str, branch: str, renderer: str | None = None) -> Path:
        """Begin an explainer for a host, and commit it."""
        talks = self._started(host, branch)
        (talks / ".venv").unlink(missing_ok=True)
        (talks / ".venv").symlink_to(self.with_renderers if renderer else self.tools.parent)
        if renderer:
            settings = (talks / "mkdocs.yml").read_text("utf-8")
            (talks / "mkdocs.yml").write_text(
                settings.replace("extra:\n", f"extra:\n  renderer: {renderer}\n"), "utf-8"
            )
            commit(talks)
            (self.with_renderers / "renderers.stamp").unlink(missing_ok=True)  # the next pipeline installs them itself
        return talks

    @cached_property
    def with_renderers(self) -> Path:
        """An environment without the builder, in which pip finds the other renderers."""
        (packages,) = (Path(sys.prefix) / "renderers").glob("lib/python*/site-packages")
        return environment_at(self.root / "with renderers", packages).parent

    def _started(self, host: str, branch: str) -> Path:
        talks = self.root / f"{host} talks"
        if talks.exists():
            subprocess.run(["git", "clean", "-fdxq", "-e", ".venv"], cwd=talks, check=True)
            subprocess.run(["git", "checkout", "--quiet", "-B", branch, "begin"], cwd=talks, check=True)
            return talks
        options = ("--title", "Talks", "--question", "Will they last?", "--contact", "us@example.org")
        given = (
            "--host",
            host,
            "--address",
            "https://example.org/talks/",
            "--repository",
            "https://example.org/o/talks",
        )
        done = call(self.root, self.tools / "explainer", "init", talks, "--yes", *options, *given)
        assert (done.returncode, done.stderr) == (0, "")
        (talks / "docs" / "handbook").mkdir()  # it stands in for the builder's, so that there is less to build
        (talks / "docs" / "handbook" / "index.md").write_text("# For editors\n\nAsk us.\n", "utf-8")
        git(talks, "init", "--quiet", f"--initial-branch={branch}")
        (talks / ".git" / "info" / "exclude").write_text(".venv\n", "utf-8")
        commit(talks)
        git(talks, "tag", "begin")
        return talks


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")


def propose(folder: Path, branch: str) -> None:
    """Change what readers see on a branch, and merge it as a host does to try a proposal."""
    git(folder, "checkout", "--quiet", "-b", "proposal")
    settings = folder / "summaries" / "explainer.yml"
    settings.write_text(settings.read_text("utf-8").replace("Will they last?", "Will they end?"), "utf-8")
    commit(folder)
    git(folder, "checkout", "--quiet", "--detach", branch)
    git(folder, "merge", "--quiet", "--no-ff", "--message", "Merge", "proposal")
    git(folder, "branch", "--quiet", "--delete", "--force", "proposal")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    root = tmp_path_factory.mktemp("hosts")
    tools = environment_at(root / "tools")
    installed = call(root, tools / "pip", "install", "--quiet", "--no-deps", build_wheel(root / "dist"))
    assert installed.returncode == 0, installed.stderr
    return Checkout(root=root, tools=tools)


def assert_the_site_is_at(address: str, site: Path, edited: str) -> None:
    """Every address that the site gives of itself, and those on the page for what is not there, begin with this one."""
    base = re.sub("https://[^/]+", "", address)

    def text_of(name: str) -> str:
        return (site / name).read_text("utf-8").replace("&#x2f;", "/")  # Zensical escapes slashes

    for page in ("index.html", "about/index.html"):
        text = text_of(page)
        assert f'<link rel="canonical" href="{address}{page.removesuffix("index.html")}">' in text
    assert f'href="{edited}about.md"' in text
    listed = re.findall("<loc>(.*?)</loc>", text_of("sitemap.xml"))
    assert f"{address}about/" in listed
    assert [place for place in listed if not place.startswith(address)] == []
    missing = re.findall(r'(?:href|src)="([^"#][^"]*)"', text_of("404.html"))
    assert f"{base}assets/explainer.css" in missing
    assert [link for link in missing if not link.startswith((base, "http", "mailto:"))] == []
    assert f'"{address}' in text_of("data/feed.json")


GENERATORS = {"properdocs": "mkdocs-P", "zensical": "zensical"}
"""How the name of each other renderer begins in the head of a page."""


def assert_the_renderer_was(name: str | None, site: Path, log: str) -> None:
    """Nothing but the setting says which renderer it is, and only another than MkDocs is installed besides."""
    page = (site / "index.html").read_text("utf-8")
    assert re.findall('<meta name="generator" content="([a-z]+(?:-P)?)', page) == [GENERATORS.get(name or "", "mkdocs")]
    assert ("Installing ProperDocs and Zensical ...\n" in log) == (name is not None)


def on_github(given: Mapping[str, Any], talks: Path, scratch: Path, server: str, pipeline: str) -> Run:
    """Run a workflow of GitHub or Forgejo with what the host tells it."""
    event, ref, default = given.get("event", "push"), given.get("ref", "refs/heads/main"), given.get("default", "main")
    names = {
        "github.event_name": event,
        "github.ref": ref,
        "github.ref_name": ref.removeprefix("refs/heads/").removeprefix("refs/"),
        "github.repository": given["repository"],
        "github.server_url": server,
        "github.event.repository.default_branch": default,
        "vars.SITE_URL": given.get("chosen", ""),
    }
    variables = {
        "CI": "true",
        "GITHUB_SERVER_URL": server,
        "GITHUB_REPOSITORY": given["repository"],
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REF": ref,
        "GITHUB_SHA": git(talks, "rev-parse", "HEAD"),
        "PAGES": str(given.get("pages", "")),
    }
    workflow = yaml.safe_load((talks / pipeline).read_text("utf-8"))
    return run_workflow(workflow, talks, variables, names, scratch)


@pytest.mark.parametrize("name", CASES["github"])
def test_the_workflow_of_github_from_its_first_step_to_its_last(name: str, checkout: Checkout, tmp_path: Path) -> None:
    case = CASES["github"][name]
    given, default = case["given"], case["given"].get("default", "main")
    talks = checkout.start("github", default, given.get("renderer"))
    if "cname" in given:
        (talks / "docs" / "CNAME").write_text(given["cname"], "utf-8")
        commit(talks)
    if given.get("event") == "pull_request":
        propose(talks, default)
    ran = on_github(given, talks, tmp_path / "runner", "https://github.com", PIPELINES["github"])
    assert ran.failed == "", ran.log
    begin = ["actions/checkout", "actions/setup-python", "make install", "address", FORM, "site"]
    if case["published"]:
        end = ["actions/upload-pages-artifact site", "actions/deploy-pages"]
    elif given.get("event") == "pull_request":
        end = [".venv/bin/explainer github changes", "actions/upload-artifact site", "skipped: deploy"]
    else:
        end = ["skipped: deploy"]
    assert ran.done == [*begin, *end]
    assert ("::warning::The site is not published yet: choose GitHub Actions" in ran.log) == (given["pages"] == 404)
    assert html.unescape(ran.summary) == (CHANGES if given.get("event") == "pull_request" else "")
    edited = f"https://github.com/{given['repository']}/edit/{default}/docs/"
    assert_the_site_is_at(case["site"], talks / "site", edited)
    assert_the_renderer_was(given.get("renderer"), talks / "site", ran.log)


CHANGES = """\
## What changes for readers

Since HEAD^1: 1 of 7 pages made from summaries changes.

### Changed (1)

- explainer: Talks (explainer): question

### Changed pages (1)

- /

"""
FORM = "if grep -qE '^  form:' mkdocs.yml; then make form; fi"


@pytest.mark.parametrize("name", CASES["gitlab"])
def test_the_pipeline_of_gitlab_from_its_first_line_to_its_last(name: str, checkout: Checkout) -> None:
    case = CASES["gitlab"][name]
    talks = checkout.start("gitlab", "main", case["given"].get("renderer"))
    pipeline = yaml.safe_load((talks / PIPELINES["gitlab"]).read_text("utf-8"))
    known = {"CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_DIR": str(talks), **case["given"]}
    rules = [rule["if"] for rule in pipeline[case["job"]]["rules"]]
    assert [rule for rule in rules if _holds(rule, known)] == rules
    assert [rule["if"] for rule in pipeline["workflow"]["rules"] if _holds(rule["if"], known)] == rules
    others = {"check", "pages"} - {case["job"]}
    assert [job for job in others for rule in pipeline[job]["rules"] if _holds(rule["if"], known)] == []
    variables = {
        name: re.sub(r"\$(\w+)", lambda found: known[found[1]], text) for name, text in pipeline["variables"].items()
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(pipeline[case["job"]]["script"])],
        cwd=talks,
        env={**kept, "PIP_NO_INDEX": "1", **variables, **known},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = pipeline[case["job"]]["artifacts"]["paths"]
    assert_the_site_is_at(case["site"], talks / folder, f"{known['CI_PROJECT_URL']}/-/edit/main/docs/")
    assert_the_renderer_was(case["given"].get("renderer"), talks / folder, done.stdout)


def _holds(rule: str, variables: Mapping[str, str]) -> bool:
    left, right = (part.strip() for part in rule.split("=="))
    values = [variables.get(each[1:]) if each.startswith("$") else each.strip('"') for each in (left, right)]
    return values[0] == values[1]


@pytest.mark.parametrize("name", CASES["forgejo"])
def test_the_workflow_of_forgejo_from_its_first_step_to_its_last(name: str, checkout: Checkout, tmp_path: Path) -> None:
    case = CASES["forgejo"][name]
    given = case["given"]
    talks = checkout.start("forgejo", "main", given.get("renderer"))
    if given.get("event") == "pull_request":
        propose(talks, "main")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    subprocess.run(["git", "remote", "remove", "origin"], cwd=talks, capture_output=True, check=False)
    git(talks, "remote", "add", "origin", str(tmp_path / "remote.git"))
    ran = on_github(given, talks, tmp_path / "runner", "https://codeberg.example", PIPELINES["forgejo"])
    assert ran.failed == "", ran.log
    published = ["publish"] if case["published"] else []
    assert ran.done == ["actions/checkout", "apt-get update && apt-get install -y python3-venv", "site", *published]
    assert_the_site_is_at(
        case["site"], talks / "site", f"https://codeberg.example/{given['repository']}/_edit/main/docs/"
    )
    assert_the_renderer_was(given.get("renderer"), talks / "site", ran.log)
    branches = git(tmp_path / "remote.git", "for-each-ref", "--format=%(refname)").splitlines()
    assert branches == (["refs/heads/pages"] if case["published"] else [])
    if case["published"]:
        listed = git(tmp_path / "remote.git", "ls-tree", "--name-only", "pages").splitlines()
        assert {"index.html", "404.html", "sitemap.xml"} <= set(listed)
