"""The whole build: what it leaves when it succeeds, and that it leaves everything when it fails."""

from __future__ import annotations

import datetime
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from golden import PYTHONPATH

from builder import staging
from builder.assembly import Assembly
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.rendering import Page
from builder.site import build
from builder.staging import Output, locked

CONFIG = """\
site_name: Talks
site_url: https://example.org/repo/
theme: {name: material, font: false}
nav: [index.md, about.md]
not_in_nav: |
  /visits/
"""
REPOSITORY = Path(__file__).parent.parent


def page(path: str, title: str, body: str = "") -> Page:
    return Page(path=path, meta={"title": title}, body=f"# {title}\n\n{body}\n")


HANOI = page("visits/hanoi.md", "Hanoi", "No deal.")
HOME = page("index.md", "Home", "[Hanoi](visits/hanoi.md)")


def assembled(*pages: Page) -> Assembly:
    return Assembly(
        pages=pages, assets={"data/visits.json": b"[]\n"}, warnings=(), counts={}, as_of=datetime.date(2019, 12, 31)
    )


ASSEMBLY = assembled(HOME, HANOI)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    lay_out(tmp_path, {"mkdocs.yml": CONFIG, "docs/about.md": "# About\n"})
    return Project(root=tmp_path)


def lay_out(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but for what a build keeps for the next one."""
    files = (file for file in folder.rglob("*") if file.is_file() and ".cache" not in file.parts)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def names(project: Project) -> list[str]:
    return sorted(path.name for path in project.root.iterdir())


def test_a_build_leaves_pages_a_site_and_nothing_else(project: Project) -> None:
    steps: list[str] = []
    built = build(project, assembly=ASSEMBLY, on_progress=steps.append)
    assert built.written.changed == ("data/visits.json", "index.md", "visits/hanoi.md")
    assert (built.html, built.warnings) == (4, ())
    assert b"No deal." in (project.site / "visits/hanoi/index.html").read_bytes()
    assert (project.site / "data/visits.json").read_bytes() == b"[]\n"
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]
    assert steps == ["assemble", "write", "render", "check", "exchange"]


def test_a_second_build_replaces_the_site_whole(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    (project.site / "stray.txt").write_text("left over")
    built = build(project, assembly=assembled(page("index.md", "Home")))
    assert built.written.pruned == ("visits/hanoi.md",)
    assert (built.html, built.written.unchanged) == (3, 1)
    assert not (project.site / "visits").exists()
    assert not (project.site / "stray.txt").exists()


def test_a_build_assembles_once_although_the_hook_is_there(project: Project) -> None:
    """There are no summaries here: the hook would fail if it went to look."""
    lay_out(project.root, {"mkdocs.yml": CONFIG + f"hooks: [{REPOSITORY / 'builder' / 'hook.py'}]\n"})
    assert build(project, assembly=ASSEMBLY).html == 4


def test_the_site_goes_where_mkdocs_yml_says(project: Project) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + "site_dir: out/public\n"})
    build(project, assembly=ASSEMBLY)
    assert (project.root / "out/public/index.html").is_file()
    assert names(project) == [".cache", "docs", "mkdocs.yml", "out"]


def test_a_broken_link_in_a_page_written_by_hand_leaves_the_last_pages_and_the_last_site(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    lay_out(project.root, {"docs/about.md": "# About\n\nSee [how](how.md).\n"})
    before = tree(project.root)
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=assembled(page("index.md", "New home"), page("visits/singapore.md", "Singapore")))
    assert str(caught.value) == (
        "docs/about.md:3:11: Doc file 'about.md' contains a link 'how.md', "
        "but the target is not found among documentation files. [mkdocs]"
    )
    assert tree(project.root) == before
    assert sorted(path.name for path in (project.docs / "visits").iterdir()) == ["hanoi.md"]
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]


def test_what_mkdocs_warns_of_fails_a_strict_build_only(project: Project) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + "site_nam: Talks\n"})
    said = "Config value 'site_nam': Unrecognised configuration name: site_nam [mkdocs]"
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == f"mkdocs.yml:7:1: {said}"
    built = build(project, assembly=ASSEMBLY, strict=False)
    assert [str(warning) for warning in built.warnings] == [f"mkdocs.yml:7:1: warning: {said}"]


def test_a_dead_link_in_raw_html_leaves_the_last_site(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    lay_out(project.root, {"docs/about.md": "# About\n\n<a href='../visits/hano/'>Hanoi</a>\n"})
    before = tree(project.root)
    with pytest.raises(
        SummaryError, match=r"^site/about/index\.html:\d+:\d+: the link '\.\./visits/hano/' leads nowhere"
    ):
        build(project, assembly=assembled(page("index.md", "New home"), HANOI))
    assert tree(project.root) == before


def test_a_page_written_by_hand_that_is_not_utf_8_is_named(project: Project) -> None:
    (project.docs / "about.md").write_bytes(b"# \xff\n")
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert "docs/about.md:1:1: Encoding error reading file: about.md [mkdocs]" in str(caught.value).splitlines()
    assert not project.site.exists()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("site_name: [\n", "mkdocs.yml:2:1: MkDocs encountered an error parsing the configuration file: "),
        (
            "theme: material\n",
            "mkdocs.yml:1:1: Config value 'site_name': Required configuration not provided. [mkdocs]",
        ),
        (CONFIG + "theme: nowhere\n", "mkdocs.yml:3:1: Config value 'theme': Unrecognised theme name: 'nowhere'."),
        (
            CONFIG + "docs_dir: pages\n",
            "mkdocs.yml:7:1: the builder writes into docs/, and MkDocs would read elsewhere: leave docs_dir out",
        ),
        (
            CONFIG + "use_directory_urls: false\n",
            "mkdocs.yml:7:1: feeds and citations give a page's address without .html: leave use_directory_urls out",
        ),
    ],
)
def test_a_wrong_mkdocs_yml_is_explained(project: Project, config: str, said: str) -> None:
    lay_out(project.root, {"mkdocs.yml": config})
    (project.root / "pages").mkdir()
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value).startswith(said)
    assert names(project) == ["docs", "mkdocs.yml", "pages"]


def test_a_missing_mkdocs_yml_is_explained(tmp_path: Path) -> None:
    with pytest.raises(
        SummaryError, match=r"^mkdocs\.yml:1:1: Config file '.*mkdocs\.yml' does not exist\. \[mkdocs\]$"
    ):
        build(Project(root=tmp_path), assembly=ASSEMBLY)


def test_a_hand_edited_page_stops_the_build(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    with (project.docs / "visits/hanoi.md").open("a") as file:
        file.write("A deal!\n")
    before = tree(project.root)
    with pytest.raises(SummaryError, match=r"^docs/visits/hanoi\.md:1:1: .* \[hand-edited\]$"):
        build(project, assembly=assembled(page("index.md", "New home"), HANOI))
    assert tree(project.root) == before


@pytest.mark.parametrize(
    ("site_dir", "said"),
    [
        ("templates/out", "templates/ is what it is made from"),
        ("summaries", "summaries/ is what it is made from"),
        ("file.txt", "there is a file of this name"),
        ("full", "holds something other than a built site: empty it, or choose another folder"),
        ("/proc/site", "/proc can't be written to"),
    ],
)
def test_a_folder_that_a_build_would_harm_is_refused_before_anything_is_written(
    project: Project, site_dir: str, said: str
) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + f"site_dir: {site_dir}\n", "file.txt": "", "full/letter.txt": "Dear"})
    before = tree(project.root)
    with pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value).endswith(said)
    assert tree(project.root) == before


def test_the_root_of_the_disk_and_the_project_are_no_place_for_a_site(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"into the root of the disk: choose a folder of its own$"):
        Output(Path("/")).check(tmp_path, [])
    with pytest.raises(MachineError, match=r"the project itself lies there$"):
        Output(tmp_path.parent).check(tmp_path, [])


def test_mkdocs_refuses_to_build_over_the_input(project: Project) -> None:
    for folder in (".", "docs/out"):
        lay_out(project.root, {"mkdocs.yml": CONFIG + f"site_dir: {folder}\n"})
        with pytest.raises((SummaryError, MachineError)):
            build(project, assembly=ASSEMBLY)
        assert names(project) == ["docs", "mkdocs.yml"]


def test_of_two_builds_at_once_one_says_that_it_is_busy(project: Project) -> None:
    with locked(project.root / ".cache/build.lock"), pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == "another build is running: wait for it, or stop it"
    assert names(project) == [".cache", "docs", "mkdocs.yml"]
    build(project, assembly=ASSEMBLY)


KILLED = """\
import datetime
import sys
from pathlib import Path
from builder.assembly import Assembly
from builder.project import Project
from builder.rendering import Page
from builder.site import build

page = Page(path="index.md", meta={"title": "Home"}, body="# A home that no one will see\\n")
day = datetime.date(2019, 12, 31)
made = Assembly(pages=(page,), assets={}, warnings=(), counts={}, as_of=day)
build(Project(root=Path(sys.argv[1])), assembly=made)
"""

STUCK = """\
def on_post_page(output, page, config):
    open("started.fifo", "w").close()
    open("never.fifo").close()
    return output
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_stopped_leaves_the_last_site_and_no_lock(project: Project, how: signal.Signals) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.site)
    for fifo in ("started.fifo", "never.fifo"):
        os.mkfifo(project.root / fifo)
    lay_out(project.root, {"stuck.py": STUCK, "mkdocs.yml": CONFIG + "hooks: [stuck.py]\n"})
    env = os.environ | {"PYTHONPATH": PYTHONPATH, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(project.root)], cwd=project.root, env=env, stderr=subprocess.DEVNULL
    )
    try:
        (project.root / "started.fifo").read_bytes()  # waits until the first page is about to be written
        assert (project.root / ".site.new").is_dir()
    finally:
        process.send_signal(how)
        process.wait(timeout=60)
    assert process.returncode == -how
    assert (project.root / ".site.new").exists() == (how == signal.SIGKILL)
    assert tree(project.site) == before
    for name in ("started.fifo", "never.fifo", "stuck.py"):
        (project.root / name).unlink()
    lay_out(project.root, {"mkdocs.yml": CONFIG})
    build(project, assembly=ASSEMBLY)
    assert tree(project.site) == before
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]


def test_the_exchange_leaves_no_moment_without_a_site(tmp_path: Path) -> None:
    output = Output(tmp_path / "site")
    lay_out(output.site, {"index.html": "old"})
    lay_out(output.staging, {"index.html": "new"})
    inode = output.staging.stat().st_ino
    output.take_over()
    assert tree(tmp_path) == {"site/index.html": b"new"}
    assert output.site.stat().st_ino == inode


def test_a_disk_that_cannot_exchange_gets_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_exchanged", lambda one, other: False)
    output = Output(tmp_path / "site")
    lay_out(output.site, {"index.html": "old"})
    lay_out(output.staging, {"index.html": "new"})
    output.take_over()
    assert tree(tmp_path) == {"site/index.html": b"new"}


@pytest.mark.parametrize(
    ("left", "site"),
    [
        ({".site.new/index.html": "half"}, {}),
        ({"site/index.html": "last", ".site.new/index.html": "half"}, {"site/index.html": b"last"}),
        ({".site.old/index.html": "last", ".site.new/index.html": "new"}, {"site/index.html": b"last"}),
        ({"site/index.html": "new", ".site.old/index.html": "last"}, {"site/index.html": b"new"}),
    ],
)
def test_what_a_killed_exchange_left_is_cleared_up(
    tmp_path: Path, left: dict[str, str], site: dict[str, bytes]
) -> None:
    lay_out(tmp_path, left)
    Output(tmp_path / "site").recover()
    assert tree(tmp_path) == site


def test_the_lock_is_free_once_its_holder_is_gone(tmp_path: Path) -> None:
    file = tmp_path / ".cache/build.lock"
    with locked(file):
        pass
    with open(file, "ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with locked(file, wait=True):
        pass
