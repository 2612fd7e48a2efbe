"""A build that would change nothing does nothing; whatever could make a difference is noticed."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command import contents, run, small_explainer

from builder.project import Project
from builder.site.reuse.last_build import STAMP, unchanged

UNCHANGED = "Nothing has changed since the last build: site/index.html\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An explainer that was built once. It has templates of its own and a page written by hand."""
    project = small_explainer(tmp_path_factory.mktemp("built"))
    templates = (project / "templates").resolve()
    (project / "templates").unlink()
    shutil.copytree(templates, project / "templates")
    (project / "docs" / "about.md").write_text("# About\n\nBy hand.\n", "utf-8")
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write("copyright: !ENV [RIGHTS, nobody]\n")
    assert run(project, "build").returncode == 0
    return project


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "copy", symlinks=True)


def states(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Of each file and folder: which it is, when it was last written, and its size."""
    found = {path: path.stat() for path in folder.rglob("*")}
    return {path: (each.st_ino, each.st_mtime_ns, each.st_size) for path, each in found.items()}


def replace(path: str, old: str, new: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        text = (project / path).read_text("utf-8")
        assert old in text
        (project / path).write_text(text.replace(old, new), "utf-8")

    return change


def new_file(path: str) -> Callable[[Path], object]:
    return lambda project: (project / path).write_text("text", "utf-8")


def deleted(path: str) -> Callable[[Path], object]:
    return lambda project: (project / path).unlink()


def with_the_same_size_and_time(project: Path) -> None:
    page = project / "site" / "index.html"
    before = page.stat()
    page.write_bytes(page.read_bytes().replace(b"Vladivostok", b"Vladivostoc"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_stamp(project: Path) -> None:
    stamp = json.loads((project / STAMP).read_text("utf-8"))
    stamp["said"]["html"] += 1
    (project / STAMP).write_text(json.dumps(stamp), "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a summary": replace("summaries/explainer.yml", "What came of", "What came out of"),
    "a new summary": new_file("summaries/README.md"),
    "a template": replace("templates/words/en.yml", "Who met whom", "Who met who"),
    "mkdocs.yml": replace("mkdocs.yml", "Talks", "Meetings"),
    "a page written by hand": replace("docs/about.md", "By hand", "By two hands"),
    "a new page written by hand": new_file("docs/contact.md"),
    "a generated page": replace("docs/index.md", "Vladivostok", "Moscow"),
    "a generated page deleted": deleted("docs/index.md"),
    "a download": replace("docs/data/explainer.json", "Vladivostok", "Moscow"),
    "a page of the site": with_the_same_size_and_time,
    "a page of the site deleted": deleted("site/meetings/index.html"),
    "a file in the site": new_file("site/notes.txt"),
    "the list of the site's files": deleted("site/.explainer.json"),
    "a schema": deleted("schemas/visit.schema.json"),
    "what a killed build leaves": lambda project: (project / ".site.new").mkdir(),
    "what was said": another_stamp,
    "nothing is remembered": deleted(STAMP),
    "a link": lambda project: (project / "docs" / "link.md").symlink_to("about.md"),
}


def test_a_build_of_the_same_files_does_nothing_and_says_the_same(copy: Path) -> None:
    before = states(copy)
    done = run(copy, "build")
    assert done.returncode == 0
    assert done.stdout == "Checked 1 stage, 1 visit, 1 project, 4 parties, 1 place, 3 sources.\n" + UNCHANGED
    assert states(copy) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_difference_is_noticed(change: Callable[[Path], object], copy: Path) -> None:
    assert unchanged(Project(root=copy), "") is not None
    change(copy)
    assert unchanged(Project(root=copy), "") is None


def test_another_day_or_environment_is_noticed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unchanged(Project(root=copy), "2019-04-01") is None
    for name in ("RIGHTS", "SOURCE_DATE_EPOCH"):
        with monkeypatch.context() as patched:
            patched.setenv(name, "1000000000")
            assert unchanged(Project(root=copy), "") is None
    assert unchanged(Project(root=copy), "") is not None


def test_a_page_changed_in_the_site_is_put_right(copy: Path, built: Path) -> None:
    with_the_same_size_and_time(copy)
    assert run(copy, "build").returncode == 0
    assert contents(copy / "site") == contents(built / "site")


def test_a_build_that_removes_a_page_is_remembered_too(copy: Path) -> None:
    (copy / "summaries" / "parties" / "nobody.yml").write_text("name: Nobody\nkind: person\n", "utf-8")
    assert run(copy, "build").returncode == 0
    (copy / "summaries" / "parties" / "nobody.yml").unlink()
    assert run(copy, "build").returncode == 0
    assert not (copy / "docs" / "parties" / "nobody.md").exists()
    assert unchanged(Project(root=copy), "") is not None


def test_a_file_that_hosts_keep_in_the_site_makes_no_difference(copy: Path) -> None:
    (copy / "site" / "CNAME").write_text("example.org\n", "utf-8")
    assert unchanged(Project(root=copy), "") is not None


def test_with_an_unknown_hook_every_build_does_everything(copy: Path) -> None:
    (copy / "other.py").write_text("", "utf-8")
    replace("mkdocs.yml", "hooks: [", "hooks: [other.py, ")(copy)
    assert run(copy, "build").returncode == 0
    assert unchanged(Project(root=copy), "") is None


def title(project: Path, chance: random.Random) -> None:
    visit = project / "summaries" / "visits" / "kim-putin-vladivostok.yml"
    lines = visit.read_text("utf-8").splitlines()
    assert lines[0].startswith("title: ")
    lines[0] = f"title: Meeting {chance.randrange(3)}"
    visit.write_text("\n".join(lines) + "\n", "utf-8")


def by_hand(project: Path, chance: random.Random) -> None:
    page = project / "docs" / f"page-{chance.randrange(2)}.md"
    if page.exists():
        page.unlink()
    else:
        page.write_text(f"# By hand {chance.randrange(9)}\n", "utf-8")


def word(project: Path, chance: random.Random) -> None:
    words = project / "templates" / "words" / "en.yml"
    text = re.sub(r"Who met \w+", f"Who met {chance.choice(('whom', 'who'))}", words.read_text("utf-8"))
    words.write_text(text, "utf-8")


def setting(project: Path, chance: random.Random) -> None:
    config = project / "mkdocs.yml"
    text = re.sub(r"site_name: \w+", f"site_name: {chance.choice(('Talks', 'Visits'))}", config.read_text("utf-8"))
    config.write_text(text, "utf-8")


def meddling(project: Path, chance: random.Random) -> None:
    page = chance.choice(sorted((project / "site").rglob("*.html")))
    page.write_text(page.read_text("utf-8").replace("</body>", "<p>Not from here.</p></body>"), "utf-8")


def nothing(project: Path, chance: random.Random) -> None:
    """Leave everything as it is."""


@pytest.mark.parametrize("seed", range(2))
def test_builds_after_a_walk_of_edits_equal_clean_builds(copy: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(5):
        for change in chance.sample((title, by_hand, word, setting, meddling, nothing), chance.randrange(1, 3)):
            change(copy, chance)
        done = run(copy, "build")
        assert done.returncode == 0, done.stderr
        clean = tmp_path / f"clean-{step}"
        for part in ("summaries", "templates"):
            shutil.copytree(copy / part, clean / part)
        (clean / "docs").mkdir()
        for page in (copy / "docs" / "about.md", *(copy / "docs").glob("page-*.md")):
            shutil.copy(page, clean / "docs")
        shutil.copy(copy / "mkdocs.yml", clean)
        assert run(clean, "build").returncode == 0
        assert contents(copy / "site") == contents(clean / "site"), step
