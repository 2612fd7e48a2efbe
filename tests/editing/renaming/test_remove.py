"""`explainer remove`: what it deletes, what it writes, and what stops it before anything is written."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command import as_printed, contents, run
from golden import SITES, furnish

from builder.assembly import assemble
from builder.editing.renaming.remove import remove
from builder.editing.scaffolding import RefusedError
from builder.problems import SummaryError
from builder.project import Project

DAY = datetime.date(2020, 2, 1)
OPENING = "# yaml-language-server: $schema=../schemas/removed.schema.json\nremoved:\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The mini-explainer with every field, without its `removed.yml`."""
    made = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", made.summaries)
    (made.summaries / "removed.yml").unlink()
    return made


def add(project: Project, name: str, text: str) -> None:
    file = project.summaries / name
    file.write_text((file.read_text("utf-8") if file.is_file() else "") + text, "utf-8")


def entries(project: Project) -> str:
    return (project.summaries / "removed.yml").read_text("utf-8").removeprefix(OPENING)


def test_a_record_in_a_file_is_deleted_and_its_entry_keeps_its_title_and_old_ids(project: Project) -> None:
    add(project, "parties/x.yml", "name: 'Mr X: the first'\nkind: person\nrenamed_from: [y, z]\n")
    before = contents(project.summaries)
    done = run(
        project.root, "remove", "x", "--reason", " He is [[rok]]. ", "--see", "rok", SOURCE_DATE_EPOCH="1580515200"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert as_printed(done.stdout) == (
        "Deleted summaries/parties/x.yml.\n"
        "Changed summaries/removed.yml.\n"
        "Removed x. Next: run: python -m builder check\n"
    )
    assert contents(project.summaries) == {
        **{name: data for name, data in before.items() if name != "parties/x.yml"},
        "removed.yml": (
            f"{OPENING}"
            "  - id: x\n"
            "    kind: parties\n"
            '    title: "Mr X: the first"\n'
            "    date: 2020-02-01\n"
            "    reason: He is [[rok]].\n"
            "    see: rok\n"
            "    renamed_from: [y, z]\n"
        ).encode(),
    }
    assert run(project.root, "check").returncode == 0


B = "  - {id: b, name: B}\n"
LISTS = {
    "between": (f"  # about a\n  - id: a\n    name: A\n    # more\n\n  # about b\n{B}", f"  # about b\n{B}"),
    "last": (f"{B}\n  # about a\n  - id: a # here\n    name: A\n  # the end\n", f"{B}\n  # the end\n"),
    "at the end of the file": (f"{B}\n  - {{id: a, name: A}}", B),
    "folded": (f"  - id: a\n    name: A\n    precision: >-\n      two\n      lines\n{B}", B),
}


@pytest.mark.parametrize(("before", "after"), LISTS.values(), ids=LISTS)
def test_an_entry_of_a_list_is_deleted_with_its_comments_and_no_other_line(
    before: str, after: str, project: Project
) -> None:
    rest = (project.summaries / "places.yml").read_text("utf-8")
    add(project, "places.yml", f"\n{before}")
    remove(project, "a", "It is no place.", None, DAY)
    assert (project.summaries / "places.yml").read_text("utf-8") == f"{rest}\n{after}"


@pytest.mark.parametrize(
    ("list_", "expected"),
    [
        ("[{id: a, name: A}, {id: b, name: B}]", "[{id: b, name: B}]"),
        ("[{id: b, name: B}, {id: a, name: A}]", "[{id: b, name: B}]"),
        ("\n- id: b\n  name: B\n- id: a\n  name: A\n", "\n- id: b\n  name: B\n"),
    ],
)
def test_lists_of_any_style_lose_only_the_entry(list_: str, expected: str, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "one-of-each" / "summaries", project.summaries)
    places = project.summaries / "places.yml"
    own = places.read_text("utf-8").partition("places:\n")[2]
    if list_.startswith("["):
        flow = "{id: vladivostok, name: Vladivostok}, "
        places.write_text(f"places: {list_.replace('[', f'[{flow}')}\n", "utf-8")
        remove(project, "a", "No place.", None, DAY)
        assert places.read_text("utf-8") == f"places: {expected.replace('[', f'[{flow}')}\n"
    else:
        indented = "".join(f"{line.removeprefix('  ')}\n" for line in own.splitlines())
        places.write_text(f"places:\n{indented}{list_.lstrip()}", "utf-8")
        remove(project, "a", "No place.", None, DAY)
        assert places.read_text("utf-8") == f"places:\n{indented}{expected.lstrip()}"


def test_a_second_entry_is_added_at_the_end_in_the_style_of_the_file(project: Project) -> None:
    add(project, "parties/x.yml", "name: X\nkind: person\n")
    add(project, "parties/y.yml", "name: Y\nkind: person\n")
    remove(project, "x", "Nobody.", None, DAY)
    file = project.summaries / "removed.yml"
    file.write_text(file.read_text("utf-8").replace("  - id", "- id").replace("    ", "  ") + "# the end\n", "utf-8")
    remove(project, "y", "Nobody.", "rok", DAY)
    assert entries(project) == (
        "- id: x\n  kind: parties\n  title: X\n  date: 2020-02-01\n  reason: Nobody.\n"
        "- id: y\n  kind: parties\n  title: Y\n  date: 2020-02-01\n  reason: Nobody.\n  see: rok\n# the end\n"
    )


def test_a_moment_a_claim_and_the_claims_of_a_source_are_removed(project: Project) -> None:
    remove(project, "moments/eve-of-vladivostok", "Too early.", None, DAY)
    assert "moments" not in (project.summaries / "explainer.yml").read_text("utf-8")
    remove(project, "toloraya-2019#o2", "It is not there.", None, DAY)
    assert "o2" not in (project.summaries / "claims" / "toloraya-2019.yml").read_text("utf-8")
    assert entries(project) == (
        "  - id: eve-of-vladivostok\n    kind: moments\n    title: The eve of Vladivostok\n"
        "    date: 2020-02-01\n    reason: Too early.\n    renamed_from: [eve-of-the-summit]\n"
        "  - id: toloraya-2019#o2\n    kind: claims\n    title: Washington will dislike it.\n"
        "    date: 2020-02-01\n    reason: It is not there.\n    renamed_from: [o3]\n"
    )
    assert run(project.root, "check").returncode == 0
    with pytest.raises(SummaryError) as caught:
        remove(project, "toloraya-2019#f1", "x", None, DAY)
    assert {problem.rule for problem in caught.value.problems} == {"still-named"}
    for name in ("questions.yml", "visits/kim-putin-vladivostok.yml"):
        file = project.summaries / name
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not re.search(r"\bclaims?: \[?\w", line)), "utf-8")
    remove(project, "claims/toloraya-2019", "The article was withdrawn.", None, DAY)
    assert not (project.summaries / "claims" / "toloraya-2019.yml").exists()
    assert entries(project).endswith(
        "  - id: toloraya-2019\n    kind: claims\n    title: Claims by Georgy Toloraya\n"
        "    date: 2020-02-01\n    reason: The article was withdrawn.\n    renamed_from: [valdai-paper]\n"
    )


def test_a_record_that_others_name_is_kept_and_each_place_is_reported(project: Project) -> None:
    add(
        project,
        "parties/x.yml",
        "name: X\nkind: person\nof: [rok]\nsummary: '[[rok]] and [[x]]'\nsources: [kbs-141830]\n",
    )
    before = contents(project.summaries)
    done = run(project.root, "remove", "rok", "--reason", "Gone.")
    found = "this names 'rok', so it can't be removed yet (name another, or delete this) [still-named]\n"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"summaries/events/joint-statement.yml:9:22: {found}"
        f"summaries/parties/x.yml:3:6: {found}"
        f"summaries/parties/x.yml:4:10: {found}"
        f"summaries/projects/trans-korean-railway.yml:2:25: {found}"
        f"summaries/stages/freeze.yml:7:17: {found}"
        "5 problems; nothing was changed.\n"
    )
    assert contents(project.summaries) == before


@pytest.mark.parametrize(
    ("id", "reason", "see", "refusal"),
    [
        ("rokk", "x", None, "there is no 'rokk' (did you mean 'rok'?)"),
        ("president-putin", "x", None, "there is no 'president-putin' (it is now 'vladimir-putin')"),
        ("x", " ", None, "reason: 'reason' is empty (write why it was removed, for readers who follow an old link)"),
        ("x", "x", "roc", "see: there is no 'roc' (did you mean 'rok'?)"),
        ("x", "x", "x", "see: this is the record that is removed (name another)"),
        ("x", "x", "moscow", "see: readers can't open 'moscow' (name a record that has a page)"),
        ("claims/x", "x", None, "there is no 'claims/x' (did you mean 'x'?)"),
    ],
)
def test_nothing_is_written_if_a_value_is_not_right(
    id: str, reason: str, see: str | None, refusal: str, project: Project
) -> None:
    add(project, "parties/x.yml", "name: X\nkind: person\n")
    before = contents(project.summaries)
    with pytest.raises(RefusedError) as caught:
        remove(project, id, reason, see, DAY)
    assert str(caught.value) == refusal
    assert contents(project.summaries) == before


def git(project: Project, *words: str) -> None:
    named = ["-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *words], cwd=project.root, check=True)


def test_what_was_deleted_by_hand_gets_its_title_from_git(project: Project) -> None:
    add(project, "parties/x.yml", "name: X\nkind: person\nrenamed_from: [w]\n")
    add(project, "terms.yml", "  - {id: t, term: Tie, definition: A tie., sources: [kbs-141830]}\n")
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", "summaries")
    git(project, "commit", "--quiet", "--message", "Before")
    (project.summaries / "parties" / "x.yml").unlink()
    remove(project, "x", "Nobody.", None, DAY)
    terms = project.summaries / "terms.yml"
    terms.write_text(
        terms.read_text("utf-8").replace("  - {id: t, term: Tie, definition: A tie., sources: [kbs-141830]}\n", "")
    )
    git(project, "commit", "--quiet", "--all", "--message", "After")
    remove(project, "t", "Not used.", "gauge", DAY)
    assert entries(project) == (
        "  - id: x\n    kind: parties\n    title: X\n    date: 2020-02-01\n    reason: Nobody.\n    renamed_from: [w]\n"
        "  - id: t\n    kind: terms\n    title: Tie\n    date: 2020-02-01\n    reason: Not used.\n    see: gauge\n"
    )
    remove(project, "/invitations/", "Nobody was invited.", None, DAY)
    assert entries(project).endswith(
        "  - id: invitations\n    kind: pages\n    title: Invitations\n"
        "    date: 2020-02-01\n    reason: Nobody was invited.\n"
    )


def test_a_translation_leaves_a_page_that_leads_to_the_original(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    page = "ru/visits/kim-putin-vladivostok"
    done = remove(project, f"/{page}/", reason="It was wrong.", see=None, today=DAY)
    deleted = "summaries/translations/ru/visits/kim-putin-vladivostok.yml"
    assert (done.id, done.written, done.deleted) == (page, ("summaries/removed.yml",), (deleted,))
    assert (project.summaries / "removed.yml").read_text("utf-8").partition("\n")[2] == (
        f'removed:\n  - id: {page}\n    kind: pages\n    title: "Kim and Putin in Vladivostok: Russian"\n'
        "    date: 2020-02-01\n    reason: It was wrong.\n    see: kim-putin-vladivostok\n"
    )
    pages = {each.path: each for each in assemble(project).pages}
    assert pages[f"{page}.md"].meta["title"] == "Kim and Putin in Vladivostok&#58; Russian &#40;removed&#41;"
    assert "(../../visits/kim-putin-vladivostok.md)" in pages[f"{page}.md"].body
    assert [path for path in pages if "/ru/" in path] == []


def test_the_translations_of_a_record_are_deleted_with_it(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    add(project, "projects/pipe.yml", "title: A pipe\nparties: [russia]\nstatus: idea\nsources: [newsam-509252]\n")
    own = "translations/ru/projects/pipe.yml"
    (project.summaries / own).parent.mkdir()
    add(project, own, "texts:\n  - {field: title, original: A pipe, translation: Труба}\n")
    remove(project, "pipe", reason="Nobody plans it.", see=None, today=DAY)
    assert not (project.summaries / own).exists()
    pages = {page.path: page.meta["title"] for page in assemble(project).pages}
    assert pages["projects/pipe.md"] == "A pipe &#40;removed&#41;"
    assert pages["ru/projects/pipe.md"] == "A pipe &#40;удалено&#41;"
