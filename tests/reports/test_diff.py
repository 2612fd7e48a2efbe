"""What `diff` reports in a real git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from command import CONFIG, contents, run
from golden import BASE, ROOT, SITES

from builder.assembly import assemble
from builder.inspection import inspect
from builder.project import Project
from builder.reports.diff import Comparison, compare

VISIT = "visits/kim-putin-vladivostok.yml"
MOMENT = "as_of: 2019-12-31\nmoments: [{id: eve, date: 2019-04-24, title: The eve}]"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The mini-explainer in a folder of a git repository, with everything committed."""
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
    git(folder, "commit", "--quiet", "--message", "Before")


def change(project: Path, name: str, old: str, new: str) -> None:
    file = project / "summaries" / name
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def compared(project: Path) -> Comparison:
    return compare(Project(root=project), "HEAD")


def test_without_changes_nothing_is_reported(project: Path) -> None:
    done = run(project, "diff", "HEAD")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Since HEAD: nothing changes for readers.\n", "")


def test_a_visit_not_held_changes_every_page_about_it_and_no_other(project: Path) -> None:
    before = {page.path: page.body for page in assemble(Project(root=project)).pages}
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    after = {page.path: page.body for page in assemble(Project(root=project)).pages}
    done = run(project, "diff", "HEAD")
    assert done.stdout == (
        "Since HEAD: 12 of 20 pages made from summaries change.\n"
        "\n"
        "Changed (1)\n"
        "  visits: Kim and Putin in Vladivostok (kim-putin-vladivostok): status: held → planned; history\n"
        "\n"
        "Meetings counted (1)\n"
        "  Kim Jong-un and Vladimir Putin: 1 → 0\n"
        "\n"
        "Changed pages (12)\n"
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


def test_addresses_that_vanish_come_first_also_after_a_renaming(project: Path) -> None:
    folder = project / "summaries" / "projects"
    (folder / "power-grid.yml").rename(folder / "power-line.yml")
    change(project, "sources.yml", "id: newsam-509252", "id: newsam")
    change(project, VISIT, "newsam-509252 para. 3", "newsam para. 3")
    change(project, "projects/power-line.yml", "sources: [newsam-509252]\nstatus", "sources: [newsam]\nstatus")
    change(project, "projects/power-line.yml", "[newsam-509252]", "[newsam]")
    done = run(project, "diff", "HEAD").stdout.splitlines()
    assert done[:12] == [
        "Since HEAD: 9 of 20 pages made from summaries change; 1 page is new; 2 addresses vanish.",
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
    assert done[13:15] == ["Sources added (1)", "  sources: News.am (newsam)"]


LOST = "vanishes, and others may link to it (run: .venv/bin/python -m builder"


def test_each_address_without_an_answer_is_a_problem_with_the_command_that_mends_it(project: Path) -> None:
    """A file renamed by hand, a source with another id, and a moment that is gone."""
    change(project, "explainer.yml", "as_of: 2019-12-31", MOMENT)
    commit(project)
    change(project, "explainer.yml", MOMENT, "as_of: 2019-12-31")
    folder = project / "summaries" / "projects"
    (folder / "power-grid.yml").rename(folder / "power-line.yml")
    change(project, "sources.yml", "id: newsam-509252", "id: newsam")
    change(project, VISIT, "newsam-509252 para. 3", "newsam para. 3")
    change(project, "projects/power-line.yml", "sources: [newsam-509252]\nstatus", "sources: [newsam]\nstatus")
    change(project, "projects/power-line.yml", "[newsam-509252]", "[newsam]")
    done = run(project, "diff", "HEAD")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"HEAD:summaries/explainer.yml:8:16: the address /moments/eve/ {LOST} remove moments/eve --reason ...) "
        "[lost-address]",
        f"HEAD:summaries/projects/power-grid.yml:1:1: the address /projects/power-grid/ {LOST} rename power-grid "
        "power-line) [lost-address]",
        f"HEAD:summaries/sources.yml:13:9: the address /sources/#newsam-509252 {LOST} rename newsam-509252 newsam) "
        "[lost-address]",
    ]
    data = json.loads(run(project, "diff", "HEAD", "--format", "json").stdout)
    assert [each["command"] for each in data["lost"]] == [
        ".venv/bin/python -m builder remove moments/eve --reason ...",
        ".venv/bin/python -m builder rename power-grid power-line",
        ".venv/bin/python -m builder rename newsam-509252 newsam",
    ]


def test_the_commands_that_diff_names_give_every_address_an_answer(project: Path) -> None:
    test_each_address_without_an_answer_is_a_problem_with_the_command_that_mends_it(project)
    for lost in json.loads(run(project, "diff", "HEAD", "--format", "json").stdout)["lost"]:
        words = lost["command"].replace("...", "Over").split()[3:]
        done = run(project, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
    done = run(project, "diff", "HEAD")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.partition("  /")[0] == (
        "Since HEAD: 4 of 20 pages made from summaries change.\n"
        "\n"
        "Renamed (2)\n"
        "  projects: A link between power grids (power-line), before: power-grid\n"
        "  sources: News.am (newsam), before: newsam-509252\n"
        "\n"
        "Changed (1)\n"
        "  explainer: Kim and Putin at Vladivostok (explainer): moments\n"
        "\n"
        "Changed pages (4)\n"
    )


def test_an_old_id_or_an_entry_that_is_taken_out_again_loses_its_address(project: Path) -> None:
    assert run(project, "rename", "power-grid", "power-line").returncode == 0
    commit(project)
    assert run(project, "diff", "HEAD~1").returncode == 0
    change(project, "projects/power-line.yml", "renamed_from: [power-grid]\n", "")
    assert [lost.command for lost in compared(project).lost] == [
        ".venv/bin/python -m builder rename power-grid power-line"
    ]
    assert run(project, "rename", "power-grid", "power-line").returncode == 0
    assert compared(project).lost == ()
    (project / "summaries" / "removed.yml").write_text(
        "removed:\n  - {id: gone, kind: visits, title: Gone, date: 2020-01-01, reason: It was none.}\n"
    )
    commit(project)
    (project / "summaries" / "removed.yml").unlink()
    assert [(lost.address, lost.command) for lost in compared(project).lost] == [
        ("/visits/gone/", ".venv/bin/python -m builder remove gone --reason ...")
    ]


def test_a_claim_and_a_moment_renamed_by_hand_are_found_and_mended(project: Path) -> None:
    claims = project / "summaries" / "claims" / "mt-20190423.yml"
    claims.parent.mkdir()
    claims.write_text("source: mt-20190423\nclaims:\n  - {id: a, para: 1, text: They will meet.}\n", "utf-8")
    change(project, "explainer.yml", "as_of: 2019-12-31", MOMENT)
    commit(project)
    change(project, "claims/mt-20190423.yml", "id: a,", "id: meeting,")
    change(project, "explainer.yml", "id: eve,", "id: the-eve,")
    commands = [lost.command for lost in compared(project).lost]
    assert commands == [
        ".venv/bin/python -m builder rename moments/eve the-eve",
        ".venv/bin/python -m builder rename mt-20190423#a mt-20190423#meeting",
    ]
    for command in commands:
        assert run(project, *command.split()[3:]).returncode == 0
    assert compared(project).lost == ()


def test_an_overview_that_vanishes_is_mended_by_its_address(project: Path) -> None:
    change(project, VISIT, "invited_by: [vladimir-putin]\n", "")
    assert [(lost.address, lost.command) for lost in compared(project).lost] == [
        ("/invitations/", ".venv/bin/python -m builder remove /invitations/ --reason ...")
    ]
    assert run(project, "remove", "/invitations/", "--reason", "Nobody was invited.").returncode == 0
    assert compared(project).lost == ()


def test_a_page_in_another_language_that_vanishes_is_mended_by_its_address(tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(SITES / "two-languages" / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    name, page = "translations/ru/visits/kim-putin-vladivostok.yml", "/ru/visits/kim-putin-vladivostok/"
    (root / "summaries" / name).unlink()
    done = run(root, "diff", "HEAD")
    assert done.returncode == 1
    assert done.stderr == (
        f"HEAD:summaries/{name}:1:1: the address {page} {LOST} remove {page} --reason ...) [lost-address]\n"
    )
    assert run(root, "remove", page, "--reason", "It was wrong.").returncode == 0
    assert compared(root).lost == ()
    assert run(root, "rename", "kim-putin-vladivostok", "summit").returncode == 0
    assert compared(root).lost == ()


def test_a_language_that_vanishes_is_reported_page_by_page(tmp_path: Path) -> None:
    """Only home and what was translated. A record that vanishes is not reported in each language too."""
    root = tmp_path / "site"
    shutil.copytree(SITES / "two-languages" / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    settings = root / "summaries" / "explainer.yml"
    settings.write_text(settings.read_text("utf-8").replace("languages: [ru, fa]", "languages: [fa]"), "utf-8")
    shutil.rmtree(root / "summaries" / "translations" / "ru")
    lost = compared(root).lost
    assert [each.address for each in lost] == ["/ru/", "/ru/background/", "/ru/visits/kim-putin-vladivostok/"]
    for each in lost:
        words = each.command.replace("...", "Over").split()[3:]
        assert run(root, *words).returncode == 0
    assert compared(root).lost == ()
    removed = inspect(Project(root=root)).explainer.removals.removed
    explainer = str(inspect(Project(root=root)).explainer.settings.title)
    titles = [explainer, "Background", "Kim and Putin in Vladivostok"]
    assert [each.title for each in removed] == [f"{title}: Russian" for title in titles]


def test_a_missing_id_is_explained_by_what_git_knows(project: Path) -> None:
    """Of a file renamed by hand, uncommitted or committed, and of an entry with another id."""
    folder = project / "summaries" / "parties"
    (folder / "kim-jong-un.yml").rename(folder / "chairman.yml")
    hint = "(it is now 'chairman', so run: .venv/bin/python -m builder rename kim-jong-un chairman) [dangling]\n"
    assert hint in run(project, "check").stderr
    commit(project)
    assert hint in run(project, "check").stderr
    assert run(project, "rename", "kim-jong-un", "chairman").returncode == 0
    assert run(project, "check").returncode == 0
    change(project, "sources.yml", "id: newsam-509252", "id: newsam")
    errors = run(project, "check").stderr
    assert (
        "(it is now 'newsam', so run: .venv/bin/python -m builder rename newsam-509252 newsam) [dangling]\n" in errors
    )
    (folder / "chairman.yml").unlink()
    assert "there is no 'chairman'" in run(project, "check").stderr


def test_git_is_not_asked_while_every_reference_leads_somewhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object) -> bytes:
        raise AssertionError(words)

    monkeypatch.setattr("builder.records.past_records.ask_git", fail)
    inspect(Project(root=project))
    change(project, VISIT, "[kim-jong-un,", "[kim-jong-in,")
    with pytest.raises(AssertionError):
        inspect(Project(root=project))


def test_dates_titles_and_claims_are_reported_with_their_old_values(project: Path) -> None:
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


def test_a_new_day_alone_changes_only_the_pages_with_a_drawing_up_to_it(project: Path) -> None:
    change(project, "explainer.yml", "as_of: 2019-12-31", "as_of: 2020-01-31")
    assert run(project, "diff", "HEAD").stdout == (
        "Since HEAD: 4 of 20 pages made from summaries change; "
        "every page speaks for 2020-01-31 instead of 2019-12-31.\n"
        "\n"
        "Changed pages (4)\n"
        "  /\n"
        "  /parties/kim-jong-un/\n"
        "  /parties/vladimir-putin/\n"
        "  /timeline/\n"
    )


def test_the_comparison_as_json_keeps_its_format(project: Path) -> None:
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    change(project, "visits/kim-putin-vladivostok.yml", "text: They meet.", "text: They did not meet.")
    data = json.loads(run(project, "diff", "main", "--format", "json").stdout)
    assert {name: value for name, value in data.items() if name != "changed"} == {
        "format": 1,
        "as_of": {"before": "2019-12-31", "after": "2019-12-31"},
        "pages": 20,
        "vanished": [],
        "appeared": [],
        "lost": [],
        "renamed": [],
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
        "totals": [],
        "sentences": [
            {
                "record": "visits/kim-putin-vladivostok",
                "field": "history",
                "before": "They meet.",
                "after": "They did not meet.",
                "cites_now": [],
                "cites_no_more": [],
            }
        ],
    }


def test_everything_that_editors_typed_is_escaped_in_the_markdown(project: Path) -> None:
    change(project, VISIT, "title: Kim and Putin in Vladivostok", "title: '<img src=x> ![a](b) @all'")
    done = run(project, "diff", "HEAD", "--format", "markdown").stdout
    assert "&#60;img src&#61;x&#62; &#33;&#91;a&#93;&#40;b&#41; &#64;all" in done
    assert not set(done) & set("<>![]()@")


SUMMARY = """\
summary: >
  The leaders met for a day.

  They dined on the island. "A good start!" said one.
sources: [mt-20190423, fishnews-36329 para. 2]
"""


def test_each_sentence_is_shown_before_and_after_with_its_new_citations(project: Path) -> None:
    """Sentences that did not change are left out, and so are citations that were there before."""
    visit = project / "summaries" / VISIT
    visit.write_text(visit.read_text("utf-8") + SUMMARY, "utf-8")
    commit(project)
    change(project, VISIT, "They dined on the island.", "They dined on the mainland. It rained.")
    change(project, VISIT, "[mt-20190423, fishnews-36329 para. 2]", "[mt-20190423, fishnews-36329 para. 3]")
    change(project, VISIT, "    text: They meet.\n", "    text: They meet again.\n")
    change(project, VISIT, "[newsam-509252 para. 3]", "[newsam-509252 para. 3, mt-20190423]")
    (project / "summaries" / "terms.yml").write_text(
        "terms:\n  - {id: accord, term: accord, definition: A treaty. Or less., sources: [mt-20190423]}\n", "utf-8"
    )
    fishnews = "https://fishnews.ru/news/36329"
    assert run(project, "diff", "HEAD").stdout.partition("\nRecords counted")[2].partition("\nNew pages")[0] == (
        " (1)\n"
        "  terms: 0 → 1\n"
        "\n"
        "Sentences (4)\n"
        "  terms#accord: definition\n"
        "    after: A treaty. Or less.\n"
        "    cites now: mt-20190423\n"
        "  visits/kim-putin-vladivostok: outcomes\n"
        "    unchanged: The power line was named among possible projects.\n"
        "    cites now: mt-20190423\n"
        "  visits/kim-putin-vladivostok: history\n"
        "    before: They meet.\n"
        "    after: They meet again.\n"
        "  visits/kim-putin-vladivostok: summary\n"
        "    before: They dined on the island.\n"
        "    after: They dined on the mainland. It rained.\n"
        f"    cites now: fishnews-36329 para. 3 {fishnews}\n"
        f"    no longer cites: fishnews-36329 para. 2 {fishnews}\n"
    )


def test_citations_are_links_in_the_markdown_and_nothing_else_is(project: Path) -> None:
    change(project, "sources.yml", "https://fishnews.ru/news/36329", "https://fishnews.ru/a(b)_*c*&copy;?q=<x>\"'`|")
    change(project, VISIT, "    text: They meet.\n", "    text: '<b>They</b> [x](y) ::error::a @all'\n")
    change(project, VISIT, "sources: [fishnews-36329]", "sources: ['fishnews-36329 [p](z) <i>']")
    done = run(project, "diff", "HEAD", "--format", "markdown")
    link = "https://fishnews.ru/a%28b%29_%2Ac%2A&amp;copy;?q=%3Cx%3E%22%27%60%7C"
    cited = "fishnews-36329 &#91;p&#93;&#40;z&#41; &#60;i&#62;"
    assert "\n".join(done.stdout.splitlines()[-5:]) == (
        "- visits&#47;kim-putin-vladivostok&#58; history\n"
        "  - before&#58; They meet.\n"
        "  - after&#58; &#60;b&#62;They&#60;&#47;b&#62; &#91;x&#93;&#40;y&#41; &#58;&#58;error&#58;&#58;a &#64;all\n"
        f"  - cites now&#58; [{cited}]({link})\n"
        f"  - no longer cites&#58; [fishnews-36329]({link})"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org/x", "https://", "data:text/html,x"])
def test_an_address_that_is_not_one_of_the_web_is_no_link(address: str, project: Path) -> None:
    change(project, "sources.yml", "https://fishnews.ru/news/36329", address)
    change(project, VISIT, "sources: [fishnews-36329]", "sources: [fishnews-36329 p. 1]")
    done = run(project, "diff", "HEAD", "--format", "markdown")
    assert done.stdout.splitlines()[-2:] == [
        "  - cites now&#58; fishnews-36329 p. 1",
        "  - no longer cites&#58; fishnews-36329",
    ]


def test_while_there_are_problems_sentences_are_compared_all_the_same(project: Path) -> None:
    """Problems of both sides are reported with their revision. What can't be read is named."""
    change(project, VISIT, "status: held", "status: hold")
    commit(project)
    done = run(project, "diff", "HEAD")
    place = "summaries/visits/kim-putin-vladivostok.yml:20:13: unknown status 'hold' (did you mean 'held'?)"
    opening = "Since HEAD: pages, counts and addresses can't be compared until the problems are fixed.\n"
    assert (done.returncode, done.stdout) == (1, opening)
    assert done.stderr.splitlines()[:2] == [f"HEAD:{place} [unknown-word]", f"{place} [unknown-word]"]
    change(project, VISIT, "status: hold", "status: held")
    change(project, VISIT, "text: They meet.", "text: They met.")
    (project / "summaries" / "parties" / "russia.yml").write_text("name: [\n")
    done = run(project, "diff", "HEAD")
    assert done.stderr.splitlines()[0] == f"HEAD:{place} [unknown-word]"
    assert done.stdout == (
        f"{opening}\n"
        "Sentences (1)\n"
        "  visits/kim-putin-vladivostok: history\n"
        "    before: They meet.\n"
        "    after: They met.\n"
        "\n"
        "Files that can't be read (1)\n"
        "  summaries/parties/russia.yml\n"
    )
    assert run(project, "diff", "HEAD", "--format", "json").stdout == ""


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nowhere", "git does not know the revision 'nowhere': give a branch, a tag or a commit"),
        ("--output=x", "No such option"),
        ("main:site", "git does not know the revision 'main:site': give"),
        ("bare", "there are no summaries at 'bare'"),
    ],
)
def test_an_unknown_revision_is_a_usage_error(project: Path, revision: str, message: str) -> None:
    git(project, "checkout", "--quiet", "--orphan", "bare")
    git(project, "rm", "-r", "--quiet", "--cached", "summaries")
    git(project, "add", "mkdocs.yml")
    git(project, "commit", "--quiet", "--message", "No summaries")
    done = run(project, "diff", revision)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_outside_a_repository_there_is_nothing_to_compare_with(project: Path) -> None:
    shutil.rmtree(project.parent / ".git")
    done = run(project, "diff", "HEAD", GIT_CEILING_DIRECTORIES=str(project.parent.parent))
    assert done.returncode == 2
    assert "this folder is not in a git repository, so there is nothing to compare with" in done.stderr


def test_in_a_shallow_clone_the_hint_says_how_to_fetch_the_history(project: Path, tmp_path: Path) -> None:
    change(project, VISIT, "status: held", "status: planned")
    commit(project.parent)
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.parent.as_uri(), "shallow")
    done = run(tmp_path / "shallow" / "site", "diff", "HEAD~1")
    assert done.returncode == 2
    assert (
        "git does not know the revision 'HEAD~1': fetch the rest of the history with: git fetch --unshallow"
        in done.stderr
    )


def test_a_repository_that_git_does_not_trust_is_reported(project: Path) -> None:
    done = run(project, "diff", "HEAD", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert done.returncode == 3
    assert done.stderr == (
        "Error: git does not trust this folder, because another user owns it; if you do, run: "
        f"git config --global --add safe.directory {project.parent}\n"
    )


def test_a_comparison_changes_neither_the_folder_nor_the_repository(project: Path) -> None:
    change(project, VISIT, "status: held", "expected: 2019-04-25")
    before = contents(project.parent)
    assert run(project, "diff", "HEAD").returncode == 0
    assert contents(project.parent) == before
