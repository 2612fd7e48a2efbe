"""What a change means for readers, told in a real git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from command import CONFIG, contents, run
from golden import BASE, ROOT

from builder.assembly import assemble
from builder.project import Project
from builder.reports.diff import Comparison, compare

VISIT = "visits/kim-putin-vladivostok.yml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The mini-explainer in a repository, in a folder of its own below the root, with all of it committed."""
    root = tmp_path / "site"
    shutil.copytree(BASE, root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    return root


def git(folder: Path, *words: str) -> None:
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
    environment = {**os.environ, **dict.fromkeys(names, "tests"), "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As it was")


def change(project: Path, name: str, old: str, new: str) -> None:
    file = project / "summaries" / name
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def compared(project: Path) -> Comparison:
    return compare(Project(root=project), "HEAD")


def test_nothing_changed_means_nothing(project: Path) -> None:
    told = run(project, "diff", "HEAD")
    assert (told.returncode, told.stdout, told.stderr) == (0, "Since HEAD: nothing changes for readers.\n", "")


def test_a_visit_not_held_changes_every_page_that_speaks_of_it_and_no_other(project: Path) -> None:
    before = {page.path: page.body for page in assemble(Project(root=project)).pages}
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    after = {page.path: page.body for page in assemble(Project(root=project)).pages}
    told = run(project, "diff", "HEAD")
    assert told.stdout == (
        "Since HEAD: 12 of 18 pages made from summaries change.\n"
        "\n"
        "Changed (1)\n"
        "  visits: Kim and Putin in Vladivostok (kim-putin-vladivostok): status: held → planned; history\n"
        "\n"
        "Meetings counted (1)\n"
        "  Kim Jong-un and Vladimir Putin: 1 → 0\n"
        "\n"
        "Pages that change (12)\n"
        "  /\n"
        "  /downloads/\n"
        "  /invitations/\n"
        "  /meetings/\n"
        "  /parties/dprk/\n"
        "  /parties/kim-jong-un/\n"
        "  /parties/russia/\n"
        "  /parties/vladimir-putin/\n"
        "  /state/\n"
        "  /timeline/\n"
        "  /visits/\n"
        "  /visits/kim-putin-vladivostok/\n"
    )
    assert len([path for path in before if before[path] != after[path]]) == 12


def test_addresses_that_vanish_come_first_and_renaming_is_no_way_round(project: Path) -> None:
    folder = project / "summaries" / "projects"
    (folder / "power-grid.yml").rename(folder / "power-line.yml")
    change(project, "sources.yml", "id: newsam-509252", "id: newsam")
    change(project, VISIT, "newsam-509252 para. 3", "newsam para. 3")
    change(project, "projects/power-line.yml", "sources: [newsam-509252]\nstatus", "sources: [newsam]\nstatus")
    change(project, "projects/power-line.yml", "[newsam-509252]", "[newsam]")
    told = run(project, "diff", "HEAD").stdout.splitlines()
    assert told[:12] == [
        "Since HEAD: 7 of 18 pages made from summaries change; 1 page is new; 2 addresses vanish.",
        "",
        "Addresses that vanish (2)",
        "  /projects/power-grid/",
        "  /sources/#newsam-509252",
        "",
        "Removed (2)",
        "  projects: A link between power grids (power-grid)",
        "  sources: News.am (newsam-509252)",
        "",
        "Added (1)",
        "  projects: A link between power grids (power-line)",
    ]
    assert told[13:15] == ["Sources added (1)", "  sources: News.am (newsam)"]


def test_dates_titles_and_claims_are_told_with_what_they_were(project: Path) -> None:
    claims = project / "summaries" / "claims" / "mt-20190423.yml"
    claims.parent.mkdir()
    claims.write_text(
        "source: mt-20190423\nclaims:\n"
        "  - {id: a, para: 1, text: They will meet., voice: forecast, outcome: {result: too-early}}\n"
        "  - {id: b, para: 2, text: The day is known., checked: {result: not-found}}\n"
        "  - {id: c, para: 3, text: It rains.}\n",
        "utf-8",
    )
    commit(project)
    change(project, "claims/mt-20190423.yml", "too-early}", "came-true, sources: [fishnews-36329]}")
    change(project, "claims/mt-20190423.yml", ", checked: {result: not-found}", "")
    change(project, "claims/mt-20190423.yml", "{id: c,", "{id: d,")
    change(project, VISIT, "title: Kim and Putin in Vladivostok", "title: Kim and Putin on the island")
    change(project, VISIT, "\ndate: 2019-04-25\n", "\ndate: 2019-04-24/2019-04-25\n")
    change(project, "explainer.yml", "What came of the", "What came out of the")
    found = compared(project)
    assert [(each.of.id, each.what, each.before, each.after) for each in found.changes] == [
        ("mt-20190423#a", "outcome", "too-early", "came-true"),
        ("mt-20190423#b", "check", "not-found", None),
        ("explainer", "question", None, None),
        ("kim-putin-vladivostok", "title", "Kim and Putin in Vladivostok", "Kim and Putin on the island"),
        ("kim-putin-vladivostok", "date", "2019-04-25", "2019-04-24/2019-04-25"),
    ]
    assert [named.id for named in (*found.removed, *found.added)] == ["mt-20190423#c", "mt-20190423#d"]
    assert found.vanished == ("/claims/mt-20190423/#c",)


def test_another_day_alone_changes_no_page_but_is_said(project: Path) -> None:
    change(project, "explainer.yml", "as_of: 2019-12-31", "as_of: 2020-01-31")
    assert run(project, "diff", "HEAD").stdout == (
        "Since HEAD: every page speaks for 2020-01-31 instead of 2019-12-31.\n"
    )


def test_the_comparison_as_json_keeps_its_shape(project: Path) -> None:
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    data = json.loads(run(project, "diff", "main", "--format", "json").stdout)
    assert {name: value for name, value in data.items() if name != "changed"} == {
        "format": 1,
        "as_of": {"before": "2019-12-31", "after": "2019-12-31"},
        "pages": 18,
        "vanished": [],
        "appeared": [],
        "removed": [],
        "added": [],
        "changes": [
            {
                "kind": "visits",
                "id": "kim-putin-vladivostok",
                "label": "Kim and Putin in Vladivostok",
                "what": what,
                "before": before,
                "after": after,
            }
            for what, before, after in (("status", "held", "planned"), ("history", None, None))
        ],
        "meetings": [{"pair": ["kim-jong-un", "vladimir-putin"], "before": 1, "after": 0}],
    }


def test_nothing_typed_is_live_in_the_markdown(project: Path) -> None:
    change(project, VISIT, "title: Kim and Putin in Vladivostok", "title: '<img src=x> ![a](b) @all'")
    told = run(project, "diff", "HEAD", "--format", "markdown").stdout
    assert "&#60;img src&#61;x&#62; &#33;&#91;a&#93;&#40;b&#41; &#64;all" in told
    assert not set(told) & set("<>![]()@")


def test_problems_of_either_side_are_named_where_they_are(project: Path) -> None:
    change(project, VISIT, "status: held", "status: hold")
    commit(project)
    told = run(project, "diff", "HEAD")
    place = "summaries/visits/kim-putin-vladivostok.yml:20:13: unknown status 'hold' (did you mean 'held'?)"
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.splitlines()[:2] == [f"HEAD:{place} [unknown-word]", f"{place} [unknown-word]"]
    change(project, VISIT, "status: hold", "status: held")
    assert run(project, "diff", "HEAD").stderr.splitlines()[0] == f"HEAD:{place} [unknown-word]"


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("nowhere", "git knows no revision 'nowhere' here: give a branch, a tag or a commit"),
        ("--output=x", "No such option"),
        ("main:site", "git knows no revision 'main:site' here"),
        ("bare", "there are no summaries at 'bare'"),
    ],
)
def test_an_unknown_revision_is_wrong_usage(project: Path, revision: str, said: str) -> None:
    git(project, "checkout", "--quiet", "--orphan", "bare")
    git(project, "rm", "-r", "--quiet", "--cached", "summaries")
    git(project, "add", "mkdocs.yml")
    git(project, "commit", "--quiet", "--message", "No summaries")
    told = run(project, "diff", revision)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr


def test_outside_a_repository_there_is_nothing_to_compare_with(project: Path) -> None:
    shutil.rmtree(project.parent / ".git")
    told = run(project, "diff", "HEAD", GIT_CEILING_DIRECTORIES=str(project.parent.parent))
    assert told.returncode == 2
    assert "this folder is in no git repository: there is nothing to compare with" in told.stderr


def test_a_clone_without_its_history_is_told_how_to_fetch_it(project: Path, tmp_path: Path) -> None:
    change(project, VISIT, "status: held", "status: planned")
    commit(project.parent)
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.parent.as_uri(), "shallow")
    told = run(tmp_path / "shallow" / "site", "diff", "HEAD~1")
    assert told.returncode == 2
    assert (
        "git knows no revision 'HEAD~1' here: fetch the rest of the history with: git fetch --unshallow" in told.stderr
    )


def test_a_repository_that_git_does_not_trust_is_named_as_that(project: Path) -> None:
    told = run(project, "diff", "HEAD", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert told.returncode == 3
    assert told.stderr == (
        "Error: git does not trust this folder, for it is another user's; if you do, run: "
        f"git config --global --add safe.directory {project.parent}\n"
    )


def test_neither_the_folder_nor_the_repository_is_touched(project: Path) -> None:
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    before = contents(project.parent)
    assert run(project, "diff", "HEAD").returncode == 0
    assert contents(project.parent) == before
