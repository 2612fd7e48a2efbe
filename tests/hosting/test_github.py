"""What the workflow on GitHub asks: the address of the site, whether to publish it, what a proposal changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import contents
from golden import PYTHONPATH, ROOT

from builder.hosting.github import Changes, Pages, changes_for_readers, find_publication
from builder.problems import UsageError

ADDRESSES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "addresses.yml").read_text("utf-8"))
OWN: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text("utf-8"))
OF_HOSTS: dict[Any, Any] = yaml.safe_load(
    (ROOT / "templates/init/hosts/github/.github/workflows/site.yml").read_text("utf-8")
)
GH = """\
#!/bin/sh
if [ "$*" != "api repos/$GITHUB_REPOSITORY/pages --jq .html_url, .build_type" ]; then exit 9; fi
case "$PAGES" in [0-9][0-9][0-9]) echo "gh: refused (HTTP $PAGES)" >&2; exit 1 ;; esac
echo "$PAGES"
"""


def environment(given: dict[str, Any]) -> dict[str, str]:
    """What a runner sets in a case of addresses.yml."""
    return {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": given["repository"],
        "GITHUB_EVENT_NAME": given.get("event", "push"),
        "GITHUB_REF": given.get("ref", "refs/heads/main"),
        "DEFAULT_BRANCH": given.get("default", "main"),
        "CHOSEN": given.get("chosen", ""),
        "PAGES": str(given["pages"]),
    }


def pages(answer: str) -> Pages:
    address, _, source = answer.partition("\n")
    return Pages(is_ready=answer != "404") if answer.isdigit() else Pages(address=address, is_ready=source != "legacy")


@pytest.mark.parametrize("case", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_address_of_the_site_is_found(case: dict[str, Any], tmp_path: Path) -> None:
    given = environment(case["given"])
    (tmp_path / "docs").mkdir()
    if "cname" in case["given"]:
        (tmp_path / "docs" / "CNAME").write_bytes(case["given"]["cname"].encode())
    said = case.get("said", "").removesuffix("\n")
    if "found" not in case:
        with pytest.raises(UsageError) as caught:
            find_publication(tmp_path, given, pages(given["PAGES"]))
        assert f"::error::{caught.value}" == said
        return
    found = find_publication(tmp_path, given, pages(given["PAGES"]))
    usual = {"REPO_URL": f"https://github.com/{given['GITHUB_REPOSITORY']}", "EDIT_URI": "edit/main/docs/"}
    assert {**found.variables, "publish": str(found.publish).lower()} == {**usual, **case["found"]}
    assert (f"::warning::{found.warning}" if found.warning else "") == said


def test_a_cname_that_is_a_symbolic_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "secret").write_text("secret.example.org\n")
    (tmp_path / "docs" / "CNAME").symlink_to(tmp_path / "secret")
    found = find_publication(tmp_path, environment({"repository": "owner/talks", "pages": 404}), Pages(is_ready=False))
    assert found.variables["SITE_URL"] == "https://owner.github.io/talks/"


@pytest.mark.parametrize(
    "name",
    [
        "a site of a user, with capitals",
        "the first push, before the settings",
        "a project that is published from a branch",
        "docs/CNAME that is empty",
        "a pull request from another repository, before the settings",
    ],
)
def test_the_step_sets_variables_and_outputs_for_the_next_ones(name: str, tmp_path: Path) -> None:
    """As a real process, with GitHub's own command in place of `gh`."""
    case = ADDRESSES[name]
    talks = tmp_path / "talks"
    (talks / "docs").mkdir(parents=True)
    (talks / "summaries").mkdir()
    (talks / "mkdocs.yml").touch()
    if "cname" in case["given"]:
        (talks / "docs" / "CNAME").write_text(case["given"]["cname"])
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    files = {"GITHUB_ENV": tmp_path / "env", "GITHUB_OUTPUT": tmp_path / "output"}
    before = contents(talks)
    done = subprocess.run(
        [sys.executable, "-m", "builder", "github", "address"],
        cwd=talks,
        env={
            **os.environ,
            **environment(case["given"]),
            **{variable: str(file) for variable, file in files.items()},
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": PYTHONPATH,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0 if "found" in case else 1, case.get("said", ""), "")
    lines = [line.split("=", 1) for file in files.values() if file.exists() for line in file.read_text().splitlines()]
    usual = {"REPO_URL": f"https://github.com/{case['given']['repository']}", "EDIT_URI": "edit/main/docs/"}
    assert dict(lines) == ({**usual, **case["found"]} if "found" in case else {})
    assert contents(talks) == before


def script(folder: Path, text: str) -> list[str]:
    file = folder / "diff"
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o755)
    return [str(file)]


LOST = "HEAD^1:summaries/a.yml:1:1: the address /a/ vanishes [lost-address]"


@pytest.mark.parametrize(
    ("code", "errors", "found"),
    [
        ("0", "", Changes(text="Since x.\n")),
        ("1", "summaries/a.yml:1:1: ##[add-mask]a [unknown-word]", Changes(text="Since x.\n")),
        ("1", LOST, Changes(text="Since x.\n", lost=(LOST,))),
        (
            "3",
            "Error: full",
            Changes(
                text="Since x.\n",
                warning="The changes for readers could not be summarised: the command ended with code 3",
            ),
        ),
    ],
)
def test_changes_are_summarised_whether_or_not_there_are_problems(
    code: str, errors: str, found: Changes, tmp_path: Path
) -> None:
    """Nothing that was typed in the summaries is passed on, where it could be a command to the runner."""
    assert changes_for_readers(script(tmp_path, f"echo 'Since x.'; echo '{errors}' >&2; exit {code}")) == found


def test_a_summary_that_is_too_long_is_cut_between_two_characters(tmp_path: Path) -> None:
    text = changes_for_readers(script(tmp_path, "yes aé | head -n 400000")).text
    assert 899_000 < len(text.encode()) <= 900_000
    assert set(text) == {"a", "é", "\n"}


@pytest.mark.parametrize(
    ("workflow", "builder"), [(OWN, ".venv/bin/python -m builder"), (OF_HOSTS, ".venv/bin/explainer")]
)
def test_the_workflow_asks_in_order_and_later_steps_use_the_answers(workflow: dict[Any, Any], builder: str) -> None:
    build, deploy = workflow["jobs"]["build"], workflow["jobs"]["deploy"]
    steps = [step.get("run", step.get("uses", "")).partition("@")[0] for step in build["steps"]]
    asked = [f"{builder} github address", "make site FORMAT=github", f"{builder} github changes"]
    assert [step for step in steps if step in asked] == asked
    conditions = {step: each.get("if") for step, each in zip(steps, build["steps"], strict=True)}
    assert conditions["actions/upload-pages-artifact"] == "steps.address.outputs.publish == 'true'"
    assert build["outputs"] == {"publish": "${{ steps.address.outputs.publish }}"}
    assert (deploy["if"], deploy["needs"]) == ("needs.build.outputs.publish == 'true'", "build")
    (step,) = (each for each in build["steps"] if each.get("id") == "address")
    assert step["env"] == {
        "GH_TOKEN": "${{ github.token }}",
        "CHOSEN": "${{ vars.SITE_URL }}",
        "DEFAULT_BRANCH": "${{ github.event.repository.default_branch }}",
    }


def test_the_workflow_of_hosts_has_few_rights_and_the_same_actions() -> None:
    """The job that runs code of the repository may only read; the one that publishes runs none."""
    assert OF_HOSTS["permissions"] == {}
    build, deploy = OF_HOSTS["jobs"]["build"], OF_HOSTS["jobs"]["deploy"]
    assert set(build["permissions"].values()) == {"read"}
    assert [step["uses"].partition("@")[0] for step in deploy["steps"]] == ["actions/deploy-pages"]
    assert not any("${{" in step.get("run", "") for step in build["steps"])  # text from outside would be run as code
    own = {step["uses"] for job in OWN["jobs"].values() for step in job["steps"] if "uses" in step}
    used = {step["uses"] for job in OF_HOSTS["jobs"].values() for step in job["steps"] if "uses" in step}
    assert used == own
    assert OF_HOSTS[True] == OWN[True]  # YAML reads `on` as true
