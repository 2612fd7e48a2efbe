"""The whole build: what it writes when it succeeds, and that nothing changes when it fails."""

from __future__ import annotations

import ctypes
import datetime
import errno
import gzip
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from golden import PYTHONPATH, ROOT

from builder.assembly import Assembly
from builder.pages.page_file import Page
from builder.problems import MachineError, SummaryError, UsageError
from builder.project import Project
from builder.site import output_folder
from builder.site.build import build
from builder.site.output_folder import Output
from builder.site.output_manifest import MANIFEST, write_manifest
from builder.system.disk import locked

CONFIG = """\
site_name: Talks
site_url: https://example.org/repo/
theme: {name: material, font: false}
nav: [index.md, about.md]
not_in_nav: |
  /visits/
"""


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
    """Every file below a folder, except the caches of builds."""
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


def test_a_second_build_replaces_the_whole_site(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    built = build(project, assembly=assembled(page("index.md", "Home")))
    assert built.written.pruned == ("visits/hanoi.md",)
    assert (built.html, built.written.unchanged) == (3, 1)
    assert not (project.site / "visits").exists()


def test_a_build_assembles_only_once_even_with_the_hook(project: Project) -> None:
    """There are no summaries here, so the hook would fail if it assembled again."""
    lay_out(project.root, {"mkdocs.yml": CONFIG + f"hooks: [{ROOT / 'builder' / 'hook.py'}]\n"})
    assert build(project, assembly=ASSEMBLY).html == 4


def test_the_site_goes_where_mkdocs_yml_says(project: Project) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + "site_dir: out/public\n"})
    build(project, assembly=ASSEMBLY)
    assert (project.root / "out/public/index.html").is_file()
    assert names(project) == [".cache", "docs", "mkdocs.yml", "out"]


def test_a_broken_link_in_a_page_written_by_hand_changes_neither_the_pages_nor_the_site(project: Project) -> None:
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


def test_warnings_of_mkdocs_fail_only_a_strict_build(project: Project) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + "site_nam: Talks\n"})
    message = "Config value 'site_nam': Unrecognised configuration name: site_nam [mkdocs]"
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == f"mkdocs.yml:7:1: {message}"
    built = build(project, assembly=ASSEMBLY, strict=False)
    assert [str(warning) for warning in built.warnings] == [f"mkdocs.yml:7:1: warning: {message}"]


def test_a_dead_link_in_raw_html_does_not_change_the_site(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    lay_out(project.root, {"docs/about.md": "# About\n\n<a href='../visits/hano/'>Hanoi</a>\n"})
    before = tree(project.root)
    with pytest.raises(
        SummaryError, match=r"^site/about/index\.html:\d+:\d+: the link '\.\./visits/hano/' leads nowhere"
    ):
        build(project, assembly=assembled(page("index.md", "New home"), HANOI))
    assert tree(project.root) == before


def test_a_page_written_by_hand_that_is_not_utf_8_is_reported(project: Project) -> None:
    (project.docs / "about.md").write_bytes(b"# \xff\n")
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert "docs/about.md:1:1: Encoding error reading file: about.md [mkdocs]" in str(caught.value).splitlines()
    assert not project.site.exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("site_name: [\n", "mkdocs.yml:2:1: MkDocs encountered an error parsing the configuration file: "),
        (
            "theme: material\n",
            "mkdocs.yml:1:1: Config value 'site_name': Required configuration not provided. [mkdocs]",
        ),
        (CONFIG + "theme: nowhere\n", "mkdocs.yml:3:1: Config value 'theme': Unrecognised theme name: 'nowhere'."),
        (
            CONFIG + "docs_dir: pages\n",
            "mkdocs.yml:7:1: the builder writes into docs/, but MkDocs would read another folder: remove docs_dir",
        ),
        (
            CONFIG + "use_directory_urls: false\n",
            "mkdocs.yml:7:1: feeds and citations give a page's address without .html: remove use_directory_urls",
        ),
    ],
)
def test_a_wrong_mkdocs_yml_is_explained(project: Project, config: str, message: str) -> None:
    lay_out(project.root, {"mkdocs.yml": config})
    (project.root / "pages").mkdir()
    with pytest.raises(SummaryError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value).startswith(message)
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
    ("site_dir", "message"),
    [
        ("templates/out", "the build reads from templates/"),
        ("summaries", "the build reads from summaries/"),
        ("file.txt", "there is a file with this name"),
        (
            "full",
            "full: it contains letter.txt, and nothing shows that a build made it; if this is an older site, remove "
            "the folder (make clean removes site/), otherwise choose another folder",
        ),
        ("circle", "it is a link that leads back to itself"),
        ("/proc/site", "/proc can't be written to"),
    ],
)
def test_a_folder_that_a_build_would_harm_is_refused_before_anything_is_written(
    project: Project, site_dir: str, message: str
) -> None:
    lay_out(project.root, {"mkdocs.yml": CONFIG + f"site_dir: {site_dir}\n", "file.txt": "", "full/letter.txt": "Dear"})
    (project.root / "circle").symlink_to("circle")
    before = tree(project.root)
    with pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value).endswith(message)
    assert tree(project.root) == before


def test_a_site_is_not_built_into_the_root_of_the_disk_or_around_the_project(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"into the root of the disk: choose a folder of its own$"):
        Output(Path("/")).check(tmp_path, [])
    with pytest.raises(MachineError, match=r"the project itself is in it$"):
        Output(tmp_path.parent).check(tmp_path, [])


def test_mkdocs_refuses_to_build_over_the_input(project: Project) -> None:
    for folder in (".", "docs/out"):
        lay_out(project.root, {"mkdocs.yml": CONFIG + f"site_dir: {folder}\n"})
        with pytest.raises((SummaryError, MachineError)):
            build(project, assembly=ASSEMBLY)
        assert names(project) == ["docs", "mkdocs.yml"]


def test_a_second_build_at_the_same_time_is_refused(project: Project) -> None:
    with locked(project.root / ".cache/build.lock"), pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == "another build is running: wait for it, or stop it"
    assert names(project) == [".cache", "docs", "mkdocs.yml"]
    build(project, assembly=ASSEMBLY)


DATED = [
    ("0001-01-01", "1970-01-01"),
    ("0999-06-30", "1970-01-01"),
    ("1899-12-31", "1970-01-01"),
    ("1969-12-31", "1970-01-01"),
    ("1970-01-01", "1970-01-01"),
    ("2019-12-31", "2019-12-31"),
    ("2106-02-07", "2106-02-07"),
    ("2106-02-08", "2106-02-07"),
    ("9999-12-31", "2106-02-07"),
]


def sitemap(project: Project) -> tuple[set[str], int]:
    """The days in a built sitemap, and the seconds in the header of the compressed one."""
    packed = (project.site / "sitemap.xml.gz").read_bytes()
    text = (project.site / "sitemap.xml").read_text("utf-8")
    assert gzip.decompress(packed).decode() == text
    return set(re.findall("<lastmod>(.*)</lastmod>", text)), int.from_bytes(packed[4:8], "little")


def seconds(day: str) -> int:
    midnight = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
    return (midnight - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(seconds=1)


@pytest.mark.parametrize(("day", "dated"), DATED)
def test_a_site_can_be_built_for_any_day(project: Project, day: str, dated: str) -> None:
    build(project, assembly=replace(ASSEMBLY, as_of=datetime.date.fromisoformat(day)))
    assert sitemap(project) == ({dated}, seconds(dated))


@pytest.mark.parametrize(("day", "dated"), DATED)
def test_source_date_epoch_overrides_the_explainers_day(
    project: Project, monkeypatch: pytest.MonkeyPatch, day: str, dated: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(seconds(day)))
    build(project, assembly=ASSEMBLY)
    assert sitemap(project) == ({dated}, seconds(dated))
    assert os.environ["SOURCE_DATE_EPOCH"] == str(seconds(day)), "the environment is restored"


def test_an_empty_source_date_epoch_is_ignored(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    build(project, assembly=ASSEMBLY)
    assert sitemap(project) == ({"2019-12-31"}, seconds("2019-12-31"))


@pytest.mark.parametrize(
    "given", ["noon", "1e9", "1.5", "٤", " 1", "--1", "-62135596801", "253402300800", "9" * 13, "9" * 6000]
)
def test_a_source_date_epoch_that_is_not_a_number_of_seconds_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(UsageError) as caught:
        build(project, assembly=assembled(HOME))
    assert str(caught.value) == (
        "SOURCE_DATE_EPOCH is not a number of seconds from year 1 to 9999: unset it, or use 1593561600"
    )
    assert tree(project.root) == before


KILLED = """\
import datetime
import sys
from pathlib import Path
from builder.assembly import Assembly
from builder.project import Project
from builder.pages.page_file import Page
from builder.site.build import build

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


def put(folder: Path, files: Mapping[str, str]) -> None:
    """Write files, and list them as made by a build."""
    lay_out(folder, files)
    write_manifest(folder)


def without_manifest(folder: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(folder).items() if Path(path).name != MANIFEST}


def test_the_new_site_replaces_the_old_one_in_one_step(tmp_path: Path) -> None:
    output = Output(tmp_path / "site")
    put(output.site, {"index.html": "old"})
    lay_out(output.staging, {"index.html": "new"})
    inode = output.staging.stat().st_ino
    output.put_in_place()
    assert without_manifest(tmp_path) == {"site/index.html": b"new"}
    assert output.site.stat().st_ino == inode


def test_a_disk_that_cannot_exchange_folders_renames_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_folder, "_exchange", lambda one, other: False)
    output = Output(tmp_path / "site")
    put(output.site, {"index.html": "old"})
    lay_out(output.staging, {"index.html": "new"})
    output.put_in_place()
    assert without_manifest(tmp_path) == {"site/index.html": b"new"}
    assert names_in(tmp_path) == ["site"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("left", "site"),
    [
        ({".site.new/index.html": "half"}, {}),
        ({"site/index.html": "last", ".site.new/index.html": "half"}, {"site/index.html": b"last"}),
        ({".site.old/index.html": "last", ".site.new/index.html": "new"}, {"site/index.html": b"last"}),
        ({"site/index.html": "new", ".site.old/index.html": "last"}, {"site/index.html": b"new"}),
    ],
)
def test_the_remains_of_a_killed_exchange_are_cleaned_up(
    tmp_path: Path, left: dict[str, str], site: dict[str, bytes]
) -> None:
    for path, text in left.items():
        put(tmp_path / Path(path).parent, {"index.html": text})
    Output(tmp_path / "site").recover()
    assert without_manifest(tmp_path) == site
    assert names_in(tmp_path) == (["site"] if site else [])


KEPT = {
    ".git": "gitdir: ../.git/worktrees/site",
    ".nojekyll": "",
    "CNAME": "example.org",
    ".well-known/security.txt": "Contact: us",
    "visits/.DS_Store": "Finder",
}
"""Files that git, hosts and file managers put into a site."""


def test_files_of_git_and_hosts_are_carried_over(project: Project) -> None:
    """Both in a folder without a site, such as a new worktree, and in a site."""
    lay_out(project.site, {".git": KEPT[".git"]})
    build(project, assembly=ASSEMBLY)
    lay_out(project.site, KEPT)
    (project.site / ".link").symlink_to("nowhere")
    for _ in range(2):
        build(project, assembly=assembled(page("index.md", "Home")))
        found = tree(project.site)
        assert {path: found[path].decode() for path in KEPT} == KEPT
        assert os.readlink(project.site / ".link") == "nowhere"
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_kept_files_are_in_both_sites_until_they_are_exchanged(
    project: Project, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    """None is lost then, whenever the machine stops."""
    build(project, assembly=ASSEMBLY)
    lay_out(project.site, KEPT)
    seen = []

    def exchanged(one: Path, other: Path) -> bool:
        for folder in (one, other):
            found = tree(folder)
            seen.append({path: found[path].decode() for path in KEPT})
        return can_exchange and real(one, other)

    real = output_folder._exchange
    monkeypatch.setattr(output_folder, "_exchange", exchanged)
    build(project, assembly=ASSEMBLY)
    assert seen == [KEPT, KEPT]


def test_a_cname_from_docs_is_removed_from_the_site_with_its_source(project: Project) -> None:
    lay_out(project.root, {"docs/CNAME": "example.org"})
    build(project, assembly=ASSEMBLY)
    assert (project.site / "CNAME").read_text() == "example.org"
    (project.docs / "CNAME").unlink()
    build(project, assembly=ASSEMBLY)
    assert not (project.site / "CNAME").exists()


def test_a_file_in_the_site_that_no_build_made_stops_the_build(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    lay_out(project.site, {"visits/notes.txt": "mine"})
    before = tree(project.root)
    with pytest.raises(MachineError) as caught:
        build(project, assembly=assembled(page("index.md", "New home")))
    assert str(caught.value) == (
        f"{project.site}/visits/notes.txt was not made by a build, and a build would delete it: move it away, "
        "into docs/ if it belongs to the site"
    )
    assert tree(project.root) == before


def test_a_file_that_appears_in_the_site_during_a_build_stops_it(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.root)

    def add_file(step: str) -> None:
        if step == "exchange":
            lay_out(project.site, {"notes.txt": "mine"})

    with pytest.raises(MachineError, match=r"site/notes\.txt was not made by a build, and a build would delete it"):
        build(project, assembly=assembled(page("index.md", "New home")), on_progress=add_file)
    assert tree(project.root) == {**before, "site/notes.txt": b"mine"}


@pytest.mark.parametrize("way", ["itself", "a link"])
def test_a_home_folder_with_a_404_page_is_not_mistaken_for_a_site(project: Project, tmp_path: Path, way: str) -> None:
    home = tmp_path / "home"
    lay_out(home, {"404.html": "Not found", "letters/one.txt": "Dear", ".profile": "umask 022"})
    (project.root / "link").symlink_to(home)
    site_dir = home if way == "itself" else "link"
    lay_out(project.root, {"mkdocs.yml": CONFIG + f"site_dir: {site_dir}\n"})
    before = tree(tmp_path)
    with pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == (
        f"the site can't be built into {home}: it contains 404.html, and nothing shows that a build made it; "
        "if this is an older site, remove the folder (make clean removes site/), otherwise choose another folder"
    )
    assert tree(tmp_path) == before


def test_a_site_folder_that_is_a_link_is_followed_and_kept(project: Project) -> None:
    (project.root / "site").symlink_to("public")
    for _ in range(2):
        build(project, assembly=ASSEMBLY)
        assert (project.site.readlink(), (project.root / "public/index.html").is_file()) == (Path("public"), True)
    assert names(project) == [".cache", "docs", "mkdocs.yml", "public", "site"]


@pytest.mark.parametrize("name", [".site.new", ".site.old"])
def test_a_folder_with_a_name_that_a_build_uses_is_left_alone(project: Project, name: str) -> None:
    lay_out(project.root, {f"{name}/letter.txt": "Dear"})
    with pytest.raises(MachineError) as caught:
        build(project, assembly=ASSEMBLY)
    assert str(caught.value) == (
        f"{project.root}/{name} is in the way, and nothing shows that a build made it: move it away"
    )
    assert (project.root / name / "letter.txt").read_text() == "Dear"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"about": "mine", "files": []}', "[" * 100_000])
def test_a_manifest_that_no_build_wrote_proves_nothing(project: Project, content: str) -> None:
    lay_out(project.site, {MANIFEST: content, "letter.txt": "Dear"})
    with pytest.raises(MachineError, match=r"it contains letter\.txt, and nothing shows that a build made it"):
        build(project, assembly=ASSEMBLY)
    assert tree(project.site) == {MANIFEST: content.encode(), "letter.txt": b"Dear"}


def new_home(project: Project, **more: object) -> None:
    """Run a build that changes a page, adds one and removes one."""
    made = assembled(page("index.md", "New home"), page("visits/singapore.md", "Singapore"))
    build(project, assembly=replace(made, **more))  # type: ignore[arg-type]


class FailingDisk:
    """A C library whose syncfs always fails."""

    def syncfs(self, handle: int) -> int:
        ctypes.set_errno(errno.EIO)
        return -1


def test_a_site_that_could_not_be_flushed_is_not_put_in_place(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.root)
    monkeypatch.setattr(ctypes, "CDLL", lambda *arguments, **named: FailingDisk())
    with pytest.raises(MachineError) as caught:
        new_home(project)
    assert str(caught.value) == f"{project.root}/.site.new: {os.strerror(errno.EIO)}"
    assert tree(project.root) == before
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]


def test_an_exchange_that_fails_raises_and_does_not_rename(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with pytest.raises(FileNotFoundError) as caught:
        output_folder._exchange(tmp_path / "missing", tmp_path / "site")
    assert caught.value.filename == str(tmp_path / "site")
    assert names_in(tmp_path) == ["site"]


def test_a_failed_exchange_changes_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.root)

    def fail(one: Path, other: Path) -> bool:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(other))

    monkeypatch.setattr(output_folder, "_exchange", fail)
    with pytest.raises(MachineError) as caught:
        new_home(project)
    assert str(caught.value) == f"{project.site}: {os.strerror(errno.EBUSY)}"
    assert tree(project.root) == before


def test_schemas_that_cannot_be_written_leave_the_last_site(project: Project) -> None:
    build(project, assembly=ASSEMBLY)
    (project.root / "schemas").write_text("in the way")
    before = tree(project.root)
    with pytest.raises(MachineError, match=r"can't be updated: "):
        new_home(project, schemas={"visit.schema.json": b"{}"})
    assert tree(project.root) == before


@pytest.mark.parametrize("step", ["render", "check", "exchange"])
def test_pages_are_put_back_even_on_a_full_disk(project: Project, step: str) -> None:
    build(project, assembly=ASSEMBLY)
    before = tree(project.root)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(reached: str) -> None:
        if reached == step:  # from here on no file can be written
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    made = assembled(page("index.md", "New home"), page("visits/singapore.md", "Singapore"))
    try:
        with pytest.raises(MachineError) as caught:
            build(project, assembly=made, on_progress=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value) == os.strerror(errno.ENOSPC)
    assert tree(project.root) == before
    assert names(project) == [".cache", "docs", "mkdocs.yml", "site"]
    assert not (project.root / ".cache/before").exists()


def test_a_build_is_refused_until_plain_mkdocs_has_ended(project: Project) -> None:
    """Otherwise both could succeed, with pages from one and a site from the other."""
    shutil.copytree(ROOT / "tests/sites/one-of-each/summaries", project.root / "summaries")
    (project.root / "templates").symlink_to(ROOT / "templates")
    for fifo in ("started.fifo", "never.fifo"):
        os.mkfifo(project.root / fifo)
    config = CONFIG + f"hooks: [stuck.py, {ROOT / 'builder' / 'hook.py'}]\n"
    lay_out(project.root, {"stuck.py": STUCK, "mkdocs.yml": config})
    process = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=project.root)
    try:
        (project.root / "started.fifo").read_bytes()
        lay_out(project.root, {"mkdocs.yml": CONFIG})
        with pytest.raises(MachineError) as caught:
            build(project, assembly=ASSEMBLY)
    finally:
        process.kill()
        process.wait(timeout=60)
    assert str(caught.value) == "another build is running: wait for it, or stop it"
