"""The hook in mkdocs.yml, and the preview: real processes of MkDocs, while files are edited."""

from __future__ import annotations

import gzip
import html
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import free_port
from golden import GUARD, ROOT
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from watchdog.utils.dirsnapshot import DirectorySnapshot

from builder.pages.navigation import Navigation
from builder.preview.responses import LAST_EDIT
from builder.preview.server import on_serve, on_shutdown, on_startup, serve
from builder.preview.state import Preview
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.site.build import build

CONFIG = f"""\
site_name: Talks
theme: {{name: material, font: false}}
markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables]
nav: [index.md]
not_in_nav: "*"
strict: true
hooks: [{ROOT / "builder" / "hook.py"}]
"""
VISIT = "visits/kim-putin-vladivostok"
BANNER = " to fix"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small explainer with a page written by hand."""
    shutil.copytree(ROOT / "tests/sites/one-of-each/summaries", tmp_path / "summaries")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/about.md").write_text("# About\n\nFirst words.\n")
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    return Project(root=tmp_path)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    save(file, text.replace(old, new))


def save(file: Path, text: str) -> None:
    """Write a file in one step, as text editors do."""
    temporary = file.with_name(f"{file.name}~")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=project.root,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def environment() -> dict[str, str]:
    """The environment without the repository on Python's path: the hook must find the builder by itself."""
    return {**os.environ, "PYTHONPATH": str(GUARD)}


def test_plain_mkdocs_builds_from_the_summaries(project: Project) -> None:
    done = run(project, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert (project.docs / f"{VISIT}.md").is_file()
    assert (project.site / VISIT / "index.html").is_file()


def test_plain_mkdocs_fills_in_pages_written_by_hand(project: Project) -> None:
    (project.docs / "about.md").write_text(WRITE)
    assert run(project, "build", "--strict").returncode == 0
    assert CONTACT.format("https://example.org/contact") in (project.site / "about/index.html").read_text()


WRITE = "# About\n\n[Write]({{ contact }})\n"
CONTACT = '<p><a href="{}">Write</a></p>'


def test_while_serving_placeholders_follow_the_settings(project: Project) -> None:
    (project.docs / "about.md").write_text(WRITE)
    with serving(project, *EXPLAINER_SERVE) as server:
        assert server.shows("/about/", CONTACT.format("https://example.org/contact"))
        edit(project.summaries / "explainer.yml", "https://example.org/contact", "https://example.org/new")
        until(lambda: server.shows("/about/", CONTACT.format("https://example.org/new")), server)
        edit(project.docs / "about.md", "{{ contact }}", "{{ contcat }}")
        until(lambda: server.reports("docs/about.md:3:9: unknown placeholder 'contcat'"), server)


def test_while_serving_the_pencil_opens_the_file_on_this_machine(project: Project) -> None:
    edit(project.config, "name: material,", f"name: material, custom_dir: {ROOT / 'templates/theme'},")
    root = quote(str(project.root).lstrip("/"))
    with serving(project, *MKDOCS_SERVE) as server:
        assert re.findall(PENCIL, server.get(f"/{VISIT}/")) == [f"vscode://file/{root}/summaries/{VISIT}.yml:1:1"]
        assert re.findall(PENCIL, server.get("/about/")) == [f"vscode://file/{root}/docs/about.md:1:1"]
        assert re.findall(PENCIL, server.get("/visits/")) == []


PENCIL = re.compile(r'<a href="([^"]*)"[^>]* rel="edit">')


def test_plain_mkdocs_fails_with_the_report_when_a_summary_is_wrong(project: Project) -> None:
    edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
    done = run(project, "build")
    assert done.returncode == 1
    assert f"summaries/{VISIT}.yml:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project.docs / f"{VISIT}.md").exists()
    assert not project.site.exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"404.html": "Not found", "letters/one.txt": "Dear"},
            "it contains 404.html, and nothing shows that a build made it",
        ),
        ({"CNAME": "example.org"}, "home/CNAME: move it into docs/, or run explainer build"),
    ],
)
def test_plain_mkdocs_does_not_empty_a_folder_with_other_files(
    project: Project, files: dict[str, str], message: str
) -> None:
    home = project.root / "home"
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)
    done = run(project, "build", "--site-dir", "home")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert message in done.stderr
    there = {path.relative_to(home).as_posix(): path.read_text() for path in home.rglob("*") if path.is_file()}
    assert there == files
    assert not (project.docs / "index.md").exists()


def test_plain_mkdocs_and_the_builder_can_take_turns_in_one_folder(project: Project) -> None:
    """Also after a build of MkDocs failed half-way. Dot files in the folder stay."""
    for turn in range(2):
        done = run(project, "build")
        assert done.returncode == 0, done.stderr
        (project.site / ".nojekyll").touch()
        hook = project.root / "fails.py"
        hook.write_text("def on_post_page(output, page, config):\n    raise ValueError\n")
        (project.root / "mkdocs.yml").write_text(CONFIG.replace("hooks: [", "hooks: [fails.py, "))
        (project.docs / f"new-{turn}.md").write_text(f"# New {turn}\n")
        assert run(project, "build").returncode == 1
        hook.unlink()
        (project.root / "mkdocs.yml").write_text(CONFIG)
        assert (build(project, strict=False).site / ".nojekyll").is_file()


def test_the_watcher_sees_what_people_write_and_not_what_the_builder_writes(project: Project) -> None:
    preview = Preview()
    preview.refresh(project)
    before = seen(preview, project)
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    after = seen(preview, project)
    assert changes(before, after) == [f"summaries/{VISIT}.yml"]
    preview.refresh(project)
    assert b"Once more, " in (project.docs / f"{VISIT}.md").read_bytes()
    assert changes(after, seen(preview, project)) == []

    edit(project.docs / "about.md", "First words", "Second words")
    edit(project.docs / f"{VISIT}.md", "Once more, ", "By hand, ")
    save(project.docs / "how.md", "# How we count\n")
    (project.docs / "data/visits.csv").write_text("")
    (project.summaries / "visits/.hanoi.yml.swp").write_bytes(b"b0VIM")
    (project.summaries / "visits/4913").write_bytes(b"")
    assert changes(after, seen(preview, project)) == ["docs/about.md", "docs/how.md", f"docs/{VISIT}.md"]


class RebuildableSite:
    """A site in which every page can be rebuilt."""

    def rebuild(self, path: str) -> bool:
        return True

    def relist(self, pages: Navigation) -> list[str]:
        return []

    def finish(self) -> None:
        pass


def test_an_edit_during_a_build_of_the_whole_site_builds_it_again(project: Project) -> None:
    preview = Preview()
    for edited, is_up_to_date in (("", True), ("strict: true", False), ("", True)):
        preview.look(project)
        if edited:
            edit(project.config, edited, f"{edited}  # or not")
        preview.refresh(project)
        preview.begin(RebuildableSite())
        preview.is_whole = True
        assert preview.show_edited(project) is is_up_to_date


def test_pages_written_by_another_preview_are_built_in_this_one(project: Project) -> None:
    preview = Preview()
    preview.look(project)
    preview.refresh(project)
    preview.begin(RebuildableSite())
    preview.is_whole = True
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    assert preview.show_edited(project)
    Preview().refresh(project)
    assert not preview.write_others(project, lambda: False)


def test_a_draft_is_only_in_the_preview(project: Project) -> None:
    visit = (project.summaries / f"{VISIT}.yml").read_text(encoding="utf-8")
    draft = visit.replace("title: ", "draft: true\ntitle: Not yet, ")
    (project.summaries / "visits/not-yet.yml").write_text(draft, encoding="utf-8")
    Preview().refresh(project)
    assert (project.docs / "visits/not-yet.md").is_file()
    assert run(project, "build").returncode == 0
    assert not (project.docs / "visits/not-yet.md").exists()


def seen(preview: Preview, project: Project) -> dict[str, tuple[int, float]]:
    """The files that the watcher sees now, each with the values that it compares."""
    snapshot = DirectorySnapshot(str(project.root), listdir=preview.entries)
    files = [Path(os.fsdecode(path)) for path in snapshot.paths if not snapshot.isdir(path)]
    return {
        file.relative_to(project.root).as_posix(): (snapshot.inode(str(file))[0], snapshot.mtime(str(file)))
        for file in files
    }


def changes(before: dict[str, tuple[int, float]], after: dict[str, tuple[int, float]]) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


@dataclass(frozen=True, slots=True)
class Server:
    """A preview in a separate process."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, host: str | None = None) -> str:
        request = urllib.request.Request(self.url + path, headers={"Host": host} if host else {})
        with urllib.request.urlopen(request, timeout=60) as response:
            return str(response.read().decode())

    def shows(self, path: str, words: str) -> bool:
        try:
            return words in self.get(path)
        except urllib.error.HTTPError:
            return False

    def reports(self, problem: str) -> bool:
        """Whether the bar on a page shows a problem, written as in a terminal or only its beginning."""
        place, message = problem.split(": ", 1)
        path, line, column = place.rsplit(":", 2)
        page = self.get("/about/")
        text = html.escape(message.removesuffix("]").rpartition(" [")[0] or message)
        return f"<code>{path}</code>" in page and f"line {line}, column {column}</a>: {text}" in page

    def missing(self, path: str) -> str:
        """What is shown for a page that does not exist."""
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            self.get(path)
        return str(caught.value.read().decode())

    def rebuilds(self) -> int:
        return self.log.read_text().count("Detected file changes")

    def is_quiet(self) -> bool:
        """Whether nothing is built while the watcher looks twice. The server answers once it has built something."""
        epoch = re.findall(r"livereload\((\d+), \d+\);", self.get("/about/"))[-1]
        try:
            urllib.request.urlopen(f"{self.url}/livereload/{epoch}/1", timeout=1.5).close()
        except TimeoutError:
            return True
        return False


@contextmanager
def serving(project: Project, *command: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log, scratch = project.root.with_suffix(".log"), project.root.with_suffix(".tmp")
    scratch.mkdir(exist_ok=True)  # a killed server leaves its site behind
    with log.open("wb") as output:
        arguments = [part.replace("PORT", str(port)) for part in command]
        variables = {**environment(), "TMPDIR": str(scratch)}
        process = subprocess.Popen(arguments, cwd=project.root, env=variables, stdout=output, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", log, process)
    try:
        until(lambda: process.poll() is not None or "Serving on" in log.read_text(), server)
        yield server
    finally:
        process.kill()
        process.wait(timeout=60)


def until(condition: Callable[[], bool], server: Server) -> None:
    """Wait for a condition, for a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.02)


MKDOCS_SERVE = (sys.executable, "-m", "mkdocs", "serve", "-a", "127.0.0.1:PORT")


def test_while_serving_an_edit_is_shown_on_its_own_page_and_then_on_all_others(project: Project) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows(f"/{VISIT}/", "Once more, "), server)
        until(lambda: server.shows("/", "Once more, "), server)
        assert server.is_quiet()
        assert server.rebuilds() == 1


def test_after_edits_the_site_equals_that_of_a_new_preview(project: Project) -> None:
    shown = ["/", f"/{VISIT}/", "/visits/", "/sources/", "/timeline/", "/search/search_index.json", "/data/visits.csv"]
    with serving(project, *MKDOCS_SERVE) as server:
        for number in range(3):
            edit(project.summaries / f"{VISIT}.yml", "title: ", f"title: Once more {number}, ")
            until(lambda number=number: server.shows(f"/{VISIT}/", f"Once more {number}, "), server)  # type: ignore[misc]
        edit(project.summaries / "sources.yml", "publisher: Fishnews", "publisher: Read again")
        until(lambda: server.shows("/", "Once more 2, ") and server.shows("/sources/", "Read again"), server)
        assert server.is_quiet()
        edited = [LIVE.sub("", server.get(path)) for path in shown]
    shutil.rmtree(project.root / ".cache")
    with serving(project, *MKDOCS_SERVE) as server:
        assert edited == [LIVE.sub("", server.get(path)) for path in shown]


def test_a_new_record_and_a_new_page_are_shown_without_building_the_whole_site(project: Project) -> None:
    edit(project.config, 'nav: [index.md]\nnot_in_nav: "*"\n', "")
    visit = (project.summaries / f"{VISIT}.yml").read_text("utf-8").replace("title: ", "title: Once more, ")
    with serving(project, *MKDOCS_SERVE) as server:
        save(project.summaries / "visits/once-more.yml", visit)
        until(lambda: server.shows("/visits/once-more/", "Once more, "), server)
        until(lambda: server.shows("/timeline/", "Once more, "), server)
        save(project.docs / "how.md", "# How we count\n\n[Once](visits/once-more.md)\n")
        until(lambda: server.shows("/how/", "How we count"), server)
        until(lambda: server.shows("/timeline/", "How we count"), server)
        (project.summaries / "visits/once-more.yml").unlink()
        until(lambda: not server.shows("/visits/once-more/", "</html>"), server)
        until(lambda: server.shows("/how/", 'href="visits/once-more.md"'), server)  # the link leads nowhere now
        assert server.is_quiet()
        assert server.log.read_text().count("Building documentation") == 1


@pytest.mark.parametrize("seed", range(2))
def test_after_a_walk_through_half_written_states_the_whole_site_equals_that_of_a_new_preview(
    project: Project, seed: int
) -> None:
    """Records and pages are added, removed, cut off in the middle and put right, each as soon as it can be."""
    edit(project.config, 'nav: [index.md]\nnot_in_nav: "*"\n', "site_url: http://127.0.0.1:8000/\n")
    chance = random.Random(seed)
    files = {path: path.read_text("utf-8") for path in project.summaries.rglob("*.yml")}
    files[project.docs / "how.md"] = "# How we count\n\n[Meetings](meetings.md)\n"
    files[project.docs / "why.md"] = "# Why we count\n\n[How](how.md)\n"
    for number in range(3):
        text = files[project.summaries / f"{VISIT}.yml"].replace("title: ", f"title: Once more {number}, ")
        files[project.summaries / f"visits/more-{number}.yml"] = text
    with serving(project, *MKDOCS_SERVE) as server:
        for number in range(15):
            path = chance.choice(sorted(files))
            match chance.randrange(4):
                case 0:
                    path.unlink(missing_ok=True)
                case 1:
                    save(path, files[path][: chance.randrange(len(files[path]))])
                case _:
                    save(path, files[path])
            save(project.docs / "about.md", f"# About\n\nTurn {number}.\n")
            until(lambda number=number: server.shows("/about/", f"Turn {number}."), server)  # type: ignore[misc]
        for path, text in files.items():
            save(path, text)
        right = Project(root=project.root.with_name(f"{project.root.name}-right"))
        shutil.copytree(project.root, right.root, symlinks=True, ignore=shutil.ignore_patterns(".cache", "schemas"))
        with serving(right, *MKDOCS_SERVE):
            expected = site_of(right)
        with suppress(AssertionError):  # what differs is shown below
            until(lambda: site_of(project) == expected, server)
        found = site_of(project)
        assert {path for path in {*found, *expected} if found.get(path) != expected.get(path)} == set()
        assert not server.shows("/about/", BANNER)
        assert "Traceback" not in server.log.read_text()


def site_of(project: Project) -> dict[str, bytes]:
    """The files that a preview serves, by path, without its port."""
    site = next(project.root.with_suffix(".tmp").glob("mkdocs_*"))
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    plain = {path: gzip.decompress(data) if path.endswith(".gz") else data for path, data in files.items()}
    return {path: re.sub(rb"127\.0\.0\.1:\d+", b"", data) for path, data in plain.items()}


def test_an_edit_during_the_first_build_is_shown(project: Project) -> None:
    """The pages are written by then, and nothing is watched yet."""
    (project.root / "quick.py").write_text(QUICK)
    edit(project.config, "hook.py]", "hook.py, quick.py]")
    with serving(project, *MKDOCS_SERVE) as server:
        until(lambda: server.shows(f"/{VISIT}/", "Once more, ") and server.shows("/", "Once more, "), server)


QUICK = f"""
import pathlib
def on_files(files, config):
    visit = pathlib.Path("summaries/{VISIT}.yml")
    text = visit.read_text(encoding="utf-8")
    if "Once more" not in text:
        visit.write_text(text.replace("title: ", "title: Once more, "), encoding="utf-8")
"""


def test_a_browser_that_follows_gets_the_page_of_the_last_edit(project: Project) -> None:
    with serving(project, *EXPLAINER_SERVE) as server:
        assert LAST_EDIT in server.get("/about/")
        assert json.loads(server.get(LAST_EDIT)) == [0, "/"]
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows(f"/{VISIT}/", "Once more, "), server)
        assert json.loads(server.get(LAST_EDIT)) == [1, f"/{VISIT}/"]


LIVE = re.compile(r"livereload\(\d+, \d+\)|127\.0\.0\.1:\d+")


def test_while_serving_edits_are_seen_and_temporary_files_of_text_editors_are_not(project: Project) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words"), server)
        assert server.is_quiet()
        assert server.rebuilds() == 1

        save(project.docs / "how.md", "# How we count\n")
        until(lambda: server.shows("/how/", "How we count"), server)

        assert server.is_quiet()
        assert server.rebuilds() == 2
        (project.summaries / ".hanoi.yml.swp").write_bytes(b"b0VIM")
        (project.summaries / "visits/4913").write_text("")
        assert server.is_quiet()
        assert server.rebuilds() == 2


def test_while_serving_a_generated_page_that_was_edited_is_reported_until_it_is_deleted(project: Project) -> None:
    page = project.docs / f"{VISIT}.md"
    with serving(project, *MKDOCS_SERVE) as server:
        edit(page, "# ", "# By hand: ")
        until(lambda: server.reports(f"docs/{VISIT}.md:1:1: this page was written or edited by hand"), server)
        assert server.is_quiet()
        page.unlink()
        until(lambda: not server.shows("/about/", BANNER), server)
        assert server.is_quiet()
        assert (server.rebuilds(), page.is_file()) == (2, True)


def test_while_serving_a_broken_summary_is_shown_and_the_last_pages_stay(project: Project) -> None:
    summary = project.summaries / f"{VISIT}.yml"
    with serving(project, *MKDOCS_SERVE) as server:
        last = (project.docs / f"{VISIT}.md").read_bytes()
        edit(summary, "level: leaders", "level: leader")
        until(lambda: server.shows("/about/", BANNER), server)
        report = f"summaries/{VISIT}.yml"
        assert report in server.get(f"/{VISIT}/")
        assert report in server.missing("/visits/not-there-yet/")
        assert report in server.log.read_text()
        assert "is shown as it was at " in server.log.read_text()
        assert (project.docs / f"{VISIT}.md").read_bytes() == last
        assert server.is_quiet()

        edit(summary, "level: leader", "level: leaders")
        until(lambda: not server.shows("/about/", BANNER), server)
        assert "The problems are fixed." in server.log.read_text()
        assert server.is_quiet()
        assert server.rebuilds() == 2
        assert server.log.read_text().count("Building documentation") == 1


def test_while_serving_summaries_that_were_moved_away_and_back_are_followed_again(project: Project) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        project.summaries.rename(project.root / "elsewhere")
        until(lambda: server.shows("/about/", BANNER), server)
        (project.root / "elsewhere").rename(project.summaries)
        until(lambda: not server.shows("/about/", BANNER), server)
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows("/", "Once more, "), server)


def test_while_serving_a_page_written_by_hand_is_updated_even_while_a_summary_is_broken(project: Project) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
        until(lambda: server.shows("/about/", BANNER), server)
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words"), server)
        assert server.shows("/about/", BANNER)
        edit(project.summaries / f"{VISIT}.yml", "level: leader", "title: Once more\nlevel: leaders")
        edit(project.summaries / f"{VISIT}.yml", "title: Kim", "# title: Kim")
        until(lambda: not server.shows("/about/", BANNER), server)
        until(lambda: server.shows("/", "Once more"), server)


def test_while_serving_the_menu_lists_a_folder_only_while_it_has_records(
    project: Project,
) -> None:
    edit(project.config, 'nav: [index.md]\nnot_in_nav: "*"\n', "")
    summary = project.summaries / "projects/power-grid.yml"
    pages = {"/about/": "../", "/": "", f"/{VISIT}/": "../../", "/meetings/": "../"}
    with serving(project, *MKDOCS_SERVE) as server:

        def has_entry() -> set[bool]:
            entry = '<a href="{}projects/" class="md-nav__link">'
            return {entry.format(up) in server.get(page) for page, up in pages.items()}

        assert has_entry() == {True}
        text = summary.read_text("utf-8")
        summary.unlink()
        until(lambda: has_entry() == {False}, server)
        assert not server.shows("/about/", BANNER)
        save(summary, text)
        until(lambda: has_entry() == {True}, server)
        assert "WARNING" not in server.log.read_text()


def test_while_serving_a_broken_theme_is_reported_and_the_last_site_stays(project: Project) -> None:
    (project.root / "theme").mkdir()
    theme = project.root / "theme/main.html"
    save(theme, '{% extends "base.html" %}')
    edit(project.root / "mkdocs.yml", "name: material,", "name: material, custom_dir: theme,")
    with serving(project, *MKDOCS_SERVE) as server:
        save(theme, '{% extends "nowhere.html" %}')
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "the site can&#x27;t be built: "), server)
        assert server.shows("/about/", "nowhere.html")
        assert server.shows("/about/", "First words")
        assert server.shows(f"/{VISIT}/", BANNER)
        assert "Traceback" in server.log.read_text()
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.log.read_text().count("the site can't be built") == 2, server)
        assert "The problems are fixed." not in server.log.read_text()
        save(theme, '{% extends "base.html" %}')
        edit(project.docs / "about.md", "Second words", "Third words")
        until(lambda: server.shows("/about/", "Third words"), server)
        assert not server.shows("/about/", BANNER)
        assert server.shows("/", "Once more, ")


@pytest.mark.parametrize("moment", ["on_pre_build", "on_files"])
def test_while_serving_a_page_that_is_deleted_during_a_build_is_written_again(project: Project, moment: str) -> None:
    """Before MkDocs lists the pages, it would not know this one; after that, it would not find it."""
    (project.root / "deleting.py").write_text(f"def {moment}{DELETING}")
    edit(project.config, "hook.py]", "hook.py, deleting.py]")
    with serving(project, *MKDOCS_SERVE) as server:
        (project.root / "marker").touch()
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words") and server.shows(f"/{VISIT}/", "</html>"), server)
        until(lambda: not server.shows("/about/", BANNER), server)
        assert not (project.root / "marker").exists()


DELETING = f"""(*files, config):
    import pathlib
    if (marker := pathlib.Path("marker")).exists():
        marker.unlink()
        pathlib.Path("docs/{VISIT}.md").unlink()
"""


def test_while_serving_a_broken_mkdocs_yml_is_reported_and_the_last_site_stays(project: Project) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        edit(project.config, "site_name: Talks", "site_name: [Talks")
        until(lambda: server.shows("/about/", "the site can&#x27;t be built: "), server)
        assert server.shows("/about/", "First words")
        assert "Traceback" not in server.log.read_text()
        edit(project.config, "site_name: [Talks", "site_name: Walks")
        until(lambda: server.shows("/about/", "Walks"), server)
        assert not server.shows("/about/", BANNER)


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the explainer."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.md").write_text("# Not for readers\n")
    return folder


def add_links_and_pipe(docs: Path, outside: Path) -> list[str]:
    """Add a link out of docs/, two links in circles and a pipe, which builds refuse. Returns the expected problems."""
    (docs / "out").symlink_to(outside)
    for name in ("round", "self"):
        (docs / name).symlink_to("." if name == "round" else name)
    os.mkfifo(docs / "waits.md")
    link = "this is a link, and a build would follow it anywhere (put the file itself here) [no-file]"
    return [
        f"docs/out:1:1: {link}",
        f"docs/round:1:1: {link}",
        f"docs/self:1:1: {link}",
        "docs/waits.md:1:1: this is a pipe or a device (put the file itself here) [no-file]",
    ]


def test_a_preview_does_not_start_with_a_link_or_a_pipe_in_docs(project: Project, outside: Path) -> None:
    expected = add_links_and_pipe(project.docs, outside)
    with pytest.raises(SummaryError) as caught:
        serve(project, port=free_port())
    assert str(caught.value).splitlines() == expected


def test_plain_mkdocs_serve_does_not_start_with_a_link_or_a_pipe_in_docs(project: Project, outside: Path) -> None:
    expected = add_links_and_pipe(project.docs, outside)
    done = run(project, "serve", "-a", f"127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "\n".join(expected) in done.stderr
    assert "Traceback" not in done.stderr


def test_while_serving_a_link_or_a_pipe_is_reported_and_not_read(project: Project, outside: Path) -> None:
    with serving(project, *MKDOCS_SERVE) as server:
        expected = add_links_and_pipe(project.docs, outside)
        until(lambda: all(server.reports(line) for line in expected), server)
        until(server.is_quiet, server)
        before = server.rebuilds()
        edit(project.config, "site_name: Talks", "site_name: Walks")  # the whole site would be built
        until(lambda: server.rebuilds() > before, server)
        until(server.is_quiet, server)
        assert server.reports(expected[0])
        assert "Not for readers" not in server.missing("/out/secret/")
        assert "Talks" in server.get("/about/")
        assert "Traceback" not in server.log.read_text()
        for name in ("out", "round", "self", "waits.md"):
            (project.docs / name).unlink()
        until(lambda: server.shows("/about/", "Walks"), server)
        assert not server.shows("/about/", BANNER)


def test_a_link_in_data_is_deleted_before_mkdocs_follows_it(project: Project, outside: Path) -> None:
    """With a broken summary, all files are left unchanged, data/ included."""
    edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
    (project.docs / "index.md").write_text("# Home\n")
    (project.docs / "data").mkdir()
    (project.docs / "data/out").symlink_to(outside)
    with serving(project, *MKDOCS_SERVE) as server:
        server.missing("/data/out/secret/")
    assert (outside / "secret.md").exists()


def test_a_preview_starts_even_with_a_broken_summary(project: Project) -> None:
    (project.docs / "index.md").write_text("# Home\n")
    edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
    with serving(project, *MKDOCS_SERVE) as server:
        assert server.reports(f"summaries/{VISIT}.yml:5:8: unknown level 'leader'")


EXPLAINER_SERVE = (
    sys.executable,
    "-c",
    f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from builder.project import Project
from builder.preview.server import Preview, serve
try:
    serve(Project(root=Path.cwd()), port=PORT, follow=True)
except KeyboardInterrupt:
    sys.exit(130)
""",
)


def test_the_form_is_served_besides_the_site_and_never_reloads(project: Project) -> None:
    """A page that reloads after an edit would lose what someone is typing into the form."""
    words = ["serve", "--port", "PORT"]
    call = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {words}\n"
    with serving(project, sys.executable, "-c", f"{call}from builder.cli.main import main; main()") as server:
        page = server.get("/admin/")
        assert "<h1>The form is not installed</h1>" in page
        assert "livereload" not in page
        assert "livereload" in server.get("/about/")
        edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
        until(lambda: BANNER in server.get("/about/"), server)
        assert server.get("/admin/") == page
        assert '"name": "visits"' in server.get("/admin/config.json")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.get("/admin/config.json", host="talks.example.org")
        assert not (project.site / "admin").exists()


def test_the_preview_only_answers_this_machine_and_stops_on_ctrl_c(project: Project) -> None:
    with serving(project, *EXPLAINER_SERVE) as server:
        assert "First words" in server.get("/about/")
        assert "First words" in server.get("/about/", host="localhost:8000")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.get("/about/", host="example.org")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.get("/../mkdocs.yml")
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 130
        assert "Traceback" not in server.log.read_text()


def test_a_preview_stopped_before_its_first_request_is_quiet(project: Project) -> None:
    """Its thread finds the socket closed. If it raised, pytest would report an error."""
    config = load_config(str(project.config))
    server = LiveReloadServer(builder=lambda: None, host="127.0.0.1", port=0, root=str(project.root))
    on_startup(command="serve", dirty=False)
    try:
        on_serve(as_passed_to_the_hook(server, config), config, builder=lambda: None)
        server.server_close()
        server.serve_thread.start()
        server.serve_thread.join(timeout=10)
        assert not server.serve_thread.is_alive()
    finally:
        on_shutdown()


def as_passed_to_the_hook(server: LiveReloadServer, config: MkDocsConfig) -> LiveReloadServer:
    """The server as MkDocs passes it to the hook: watching docs/ and mkdocs.yml."""
    server.watch(config.docs_dir)
    server.watch(config.config_file_path or "")
    return server


def test_an_address_that_other_machines_can_reach_is_refused(project: Project) -> None:
    with pytest.raises(MachineError) as caught:
        serve(project, "0.0.0.0")
    assert str(caught.value) == "the preview is for this machine only, but other machines can reach 0.0.0.0"


def test_a_port_that_is_in_use_is_reported(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MachineError) as caught:
            serve(project, port=port)
    other = port + 1 if port < 65535 else port - 1
    assert str(caught.value) == (
        f"the preview can't be served on 127.0.0.1:{port}: Address already in use; "
        f"try another: make serve PORT={other}, or add --port {other}"
    )
