"""The preview: real processes, while files are edited."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import signal
import socket
import sys
import urllib.error
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import free_port
from golden import ROOT
from preview_process import BANNER, VISIT, add_links_and_pipe, edit, save, serving, talks, until

from builder.preview.file_state import Watcher
from builder.preview.responses import CHANGES
from builder.preview.server import serve
from builder.preview.updates import Place, Preview, updates
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.site.build import build


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return talks(tmp_path)


@pytest.fixture
def place(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where a preview works that is in no process of its own."""
    return place_of(project, tmp_path_factory.mktemp("sites"))


def place_of(project: Project, folder: Path) -> Place:
    return Place(
        project=project,
        folder=folder,
        origin="http://127.0.0.1:8000",
        watcher=Watcher(project),
        at_step=lambda step: None,
    )


WRITE = "# About\n\n[Write]({{ contact }})\n"
CONTACT = '<p><a href="{}">Write</a></p>'


def test_while_serving_placeholders_follow_the_settings(project: Project) -> None:
    (project.docs / "about.md").write_text(WRITE)
    with serving(project) as server:
        assert server.shows("/about/", CONTACT.format("https://example.org/contact"))
        edit(project.summaries / "explainer.yml", "https://example.org/contact", "https://example.org/new")
        until(lambda: server.shows("/about/", CONTACT.format("https://example.org/new")), server)
        edit(project.docs / "about.md", "{{ contact }}", "{{ contcat }}")
        until(lambda: server.reports("docs/about.md:3:9: unknown placeholder 'contcat'"), server)


def test_while_serving_the_pencil_opens_the_file_on_this_machine(project: Project) -> None:
    edit(project.config, "name: material,", f"name: material, custom_dir: {ROOT / 'templates/theme'},")
    root = quote(str(project.root).lstrip("/"))
    with serving(project) as server:
        assert re.findall(PENCIL, server.get(f"/{VISIT}/")) == [f"vscode://file/{root}/summaries/{VISIT}.yml:1:1"]
        assert re.findall(PENCIL, server.get("/about/")) == [f"vscode://file/{root}/docs/about.md:1:1"]
        assert re.findall(PENCIL, server.get("/visits/")) == []


PENCIL = re.compile(r'<a href="([^"]*)"[^>]* rel="edit">')


def test_the_watcher_sees_what_people_write_and_not_what_the_builder_writes(project: Project, place: Place) -> None:
    *_, now = updates(place, Preview())
    assert not place.watcher.has_changed()
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    assert place.watcher.has_changed()
    place.watcher.settle()
    *_, now = updates(place, now)
    assert b"Once more, " in (project.docs / f"{VISIT}.md").read_bytes()
    (project.docs / "data/visits.csv").write_text("")
    (project.summaries / "visits/.hanoi.yml.swp").write_bytes(b"b0VIM")
    (project.summaries / "visits/4913").write_bytes(b"")
    assert not place.watcher.has_changed()


@pytest.mark.parametrize(
    "path", ["docs/about.md", "docs/how.md", f"docs/{VISIT}.md", "mkdocs.yml", "more/words.txt", "builder/hook.py"]
)
def test_the_watcher_sees_other_edits(project: Project, tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    (project.root / "more").mkdir()
    (project.root / "builder").mkdir()
    shutil.copy(ROOT / "builder/hook.py", project.root / "builder")
    edit(project.config, str(ROOT / "builder"), "builder")
    edit(project.config, "strict: true", "watch: [more]")
    place = place_of(project, tmp_path_factory.mktemp("sites"))
    list(updates(place, Preview()))
    assert not place.watcher.has_changed()
    with (project.root / path).open("a") as file:
        file.write("\n# More\n")
    assert place.watcher.has_changed()


def test_pages_written_by_another_preview_are_built_in_this_one(project: Project, place: Place, tmp_path: Path) -> None:
    *_, now = updates(place, Preview())
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    place.watcher.settle()
    list(updates(place, now))
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: And again, ")
    place.watcher.settle()
    (tmp_path / "sites").mkdir()
    list(updates(place_of(project, tmp_path / "sites"), Preview()))
    assert place.watcher.has_changed()


def test_a_page_is_shown_at_once_and_then_all_that_follow(project: Project, place: Place) -> None:
    *_, now = updates(place, Preview())
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    shown = [[page for page in (VISIT, "timeline") if "Once more, " in read(now, page)] for now in updates(place, now)]
    assert shown == [[VISIT], [VISIT, "timeline"]]


def test_what_an_edit_contradicts_is_reported_once_its_page_is_shown(project: Project, place: Place) -> None:
    """Until it is fixed, each page is shown with the report: it must not say in between that all is well."""
    save(project.summaries / "questions.yml", QUESTION)
    *_, now = updates(place, Preview())
    assert now.report.text == ""
    contradicted = (
        "summaries/questions.yml:8:64: the answer says 1 meeting, but the records have 2: kim-putin-vladivostok, new "
        "(correct the answer or the records) [contradicted]"
    )
    save(project.summaries / "visits/new.yml", NEW)
    shown = list(updates(place, now))
    assert [now.report.text for now in shown] == ["", contradicted]
    edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
    assert [now.report.text for now in updates(place, shown[-1])] == [contradicted] * 2


NEW = """\
title: A new visit
date: 2019-05-01
level: leaders
parties: [kim-jong-un, vladimir-putin]
status: held
sources: [mt-20190423]
"""
QUESTION = """\
questions:
  - id: how-often
    question: How often did they meet?
    answer:
      - text: They met once.
        sources: [fishnews-36329]
    about: [kim-putin-vladivostok]
    asserts: [{meetings: [kim-jong-un, vladimir-putin], count: 1}]
"""


def read(now: Preview, page: str) -> str:
    assert now.site
    return (now.site / page / "index.html").read_text("utf-8")


def test_a_draft_is_only_in_the_preview(project: Project, place: Place) -> None:
    visit = (project.summaries / f"{VISIT}.yml").read_text(encoding="utf-8")
    draft = visit.replace("title: ", "draft: true\ntitle: Not yet, ")
    (project.summaries / "visits/not-yet.yml").write_text(draft, encoding="utf-8")
    list(updates(place, Preview()))
    assert (project.docs / "visits/not-yet.md").is_file()
    build(project, strict=False)
    assert not (project.docs / "visits/not-yet.md").exists()


def test_while_serving_an_edit_is_shown_on_its_own_page_and_then_on_all_others(project: Project) -> None:
    with serving(project) as server:
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows(f"/{VISIT}/", "Once more, "), server)
        until(lambda: server.shows("/", "Once more, "), server)
        assert server.is_quiet()
        assert server.updates() == 1


def test_a_new_record_and_a_new_page_are_shown_without_building_the_whole_site(project: Project) -> None:
    edit(project.config, 'nav: [index.md]\nnot_in_nav: "*"\n', "")
    visit = (project.summaries / f"{VISIT}.yml").read_text("utf-8").replace("title: ", "title: Once more, ")
    with serving(project) as server:
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
        files[project.summaries / f"visits/more-{number}.yml"] = text.replace("title: ", "draft: true\ntitle: ", number)
    with serving(project) as server:
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
            if chance.randrange(2):  # otherwise the next edit comes while the site is built
                until(lambda number=number: server.shows("/about/", f"Turn {number}."), server)  # type: ignore[misc]
        for path, text in files.items():
            save(path, text)
        right = Project(root=project.root.with_name(f"{project.root.name}-right"))
        shutil.copytree(project.root, right.root, symlinks=True, ignore=shutil.ignore_patterns(".cache", "schemas"))
        with serving(right):
            expected = site_of(right)
        with suppress(AssertionError):  # what differs is shown below
            until(lambda: site_of(project) == expected, server)
        found = site_of(project)
        assert {path for path in {*found, *expected} if found.get(path) != expected.get(path)} == set()
        assert not server.shows("/about/", BANNER)
        assert "Traceback" not in server.log.read_text()


def site_of(project: Project) -> dict[str, bytes]:
    """The files that a preview serves, by path, without its port. They are incomplete while it builds."""
    with suppress(FileNotFoundError):
        site = max(project.root.glob(".cache/preview-*/*/"), key=lambda site: site.stat().st_mtime_ns)
        files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
        found = {name: path.read_bytes() for name, path in files.items()}
        plain = {path: gzip.decompress(data) if path.endswith(".gz") else data for path, data in found.items()}
        return {path: re.sub(rb"127\.0\.0\.1:\d+", b"", data) for path, data in plain.items()}
    return {}


def test_an_edit_during_the_first_build_is_shown(project: Project) -> None:
    """The pages are written by then, and nothing is watched yet."""
    (project.root / "quick.py").write_text(QUICK)
    edit(project.config, "hook.py]", "hook.py, quick.py]")
    with serving(project) as server:
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
    with serving(project) as server:
        number = int(server.number())
        assert json.loads(server.get(f"{CHANGES}0")) == [number, 0, ""]
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        assert json.loads(server.get(f"{CHANGES}{number}")) == [number + 1, 1, f"/{VISIT}/"]
        assert server.shows(f"/{VISIT}/", "Once more, ")


def test_while_serving_edits_are_seen_and_temporary_files_of_text_editors_are_not(project: Project) -> None:
    with serving(project) as server:
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words"), server)
        assert server.is_quiet()
        assert server.updates() == 1

        save(project.docs / "how.md", "# How we count\n")
        until(lambda: server.shows("/how/", "How we count"), server)

        assert server.is_quiet()
        assert server.updates() == 2
        (project.summaries / ".hanoi.yml.swp").write_bytes(b"b0VIM")
        (project.summaries / "visits/4913").write_text("")
        assert server.is_quiet()
        assert server.updates() == 2


def test_while_serving_a_generated_page_that_was_edited_is_reported_until_it_is_deleted(project: Project) -> None:
    page = project.docs / f"{VISIT}.md"
    with serving(project) as server:
        edit(page, "# ", "# By hand: ")
        until(lambda: server.reports(f"docs/{VISIT}.md:1:1: this page was written or edited by hand"), server)
        assert server.is_quiet()
        page.unlink()
        until(lambda: not server.shows("/about/", BANNER), server)
        assert server.is_quiet()
        assert (server.updates(), page.is_file()) == (1, True)


def test_while_serving_a_broken_summary_is_shown_and_the_last_pages_stay(project: Project) -> None:
    summary = project.summaries / f"{VISIT}.yml"
    with serving(project) as server:
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
        assert server.updates() == 2


def test_while_serving_summaries_that_were_moved_away_and_back_are_followed_again(project: Project) -> None:
    with serving(project) as server:
        project.summaries.rename(project.root / "elsewhere")
        until(lambda: server.shows("/about/", BANNER), server)
        (project.root / "elsewhere").rename(project.summaries)
        until(lambda: not server.shows("/about/", BANNER), server)
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.shows("/", "Once more, "), server)


def test_while_serving_a_page_written_by_hand_is_updated_even_while_a_summary_is_broken(project: Project) -> None:
    with serving(project) as server:
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
    with serving(project) as server:

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
    with serving(project) as server:
        save(theme, '{% extends "nowhere.html" %}')
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "the site can&#x27;t be built: "), server)
        assert server.shows("/about/", "nowhere.html")
        assert server.shows("/about/", "First words")
        assert server.shows(f"/{VISIT}/", BANNER)
        assert "Traceback" in server.log.read_text()
        number = server.number()
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        until(lambda: server.number() != number, server)
        assert "The problems are fixed." not in server.log.read_text()
        save(theme, '{% extends "base.html" %}')
        edit(project.docs / "about.md", "Second words", "Third words")
        until(lambda: server.shows("/about/", "Third words"), server)
        assert not server.shows("/about/", BANNER)
        until(lambda: server.shows("/", "Once more, "), server)


@pytest.mark.parametrize("moment", ["on_pre_build", "on_files"])
def test_while_serving_a_page_that_is_deleted_during_a_build_is_written_again(project: Project, moment: str) -> None:
    """Before MkDocs lists the pages, it would not know this one; after that, it would not find it."""
    (project.root / "deleting.py").write_text(f"def {moment}{DELETING}")
    edit(project.config, "hook.py]", "hook.py, deleting.py]")
    with serving(project) as server:
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
    with serving(project) as server:
        edit(project.config, "site_name: Talks", "site_name: [Talks")
        problem = "mkdocs.yml:1:12: MkDocs encountered an error parsing the configuration file"
        until(lambda: server.reports(problem), server)
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


def test_a_preview_does_not_start_with_a_link_or_a_pipe_in_docs(project: Project, outside: Path) -> None:
    expected = add_links_and_pipe(project.docs, outside)
    with pytest.raises(SummaryError) as caught:
        serve(project, port=free_port())
    assert str(caught.value).splitlines() == expected


def test_while_serving_a_link_or_a_pipe_is_reported_and_not_read(project: Project, outside: Path) -> None:
    with serving(project) as server:
        expected = add_links_and_pipe(project.docs, outside)
        until(lambda: all(server.reports(line) for line in expected), server)
        until(server.is_quiet, server)
        before = server.number()
        edit(project.config, "site_name: Talks", "site_name: Walks")  # the whole site would be built
        until(lambda: server.number() != before, server)
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
    with serving(project) as server:
        server.missing("/data/out/secret/")
    assert (outside / "secret.md").exists()


def test_a_preview_starts_even_with_a_broken_summary(project: Project) -> None:
    (project.docs / "index.md").write_text("# Home\n")
    edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
    with serving(project) as server:
        assert server.reports(f"summaries/{VISIT}.yml:5:8: unknown level 'leader'")


def test_the_form_is_served_besides_the_site_and_never_reloads(project: Project) -> None:
    """A page that reloads after an edit would lose what someone is typing into the form."""
    words = ["serve", "--port", "PORT"]
    call = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {words}\n"
    with serving(project, sys.executable, "-c", f"{call}from builder.cli.main import main; main()") as server:
        page = server.get("/admin/")
        assert "<h1>The form is not installed</h1>" in page
        assert CHANGES not in page
        assert CHANGES in server.get("/about/")
        edit(project.summaries / f"{VISIT}.yml", "level: leaders", "level: leader")
        until(lambda: BANNER in server.get("/about/"), server)
        assert server.get("/admin/") == page
        assert '"name": "visits"' in server.get("/admin/config.json")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.get("/admin/config.json", host="talks.example.org")
        assert not (project.site / "admin").exists()


def test_the_preview_only_answers_this_machine_and_stops_on_ctrl_c(project: Project) -> None:
    with serving(project) as server:
        assert "First words" in server.get("/about/")
        assert "First words" in server.get("/about/", host="localhost:8000")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.get("/about/", host="example.org")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.get("/../mkdocs.yml")
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 130
        assert "Traceback" not in server.log.read_text()


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
