"""Plain `mkdocs build` and `mkdocs serve` with the hook in mkdocs.yml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import free_port
from preview_process import CONFIG, VISIT, add_links_and_pipe, edit, environment, serving, talks, until

from builder.project import Project
from builder.site.build import build


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return talks(tmp_path)


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


SERVE = (sys.executable, "-m", "mkdocs", "serve", "-a", "127.0.0.1:PORT")


def test_plain_mkdocs_serve_does_not_start_with_a_link_or_a_pipe_in_docs(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = add_links_and_pipe(project.docs, tmp_path_factory.mktemp("outside"))
    done = run(project, "serve", "-a", f"127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "\n".join(expected) in done.stderr
    assert "Traceback" not in done.stderr


def test_plain_mkdocs_serve_follows_an_edit_and_builds_once_for_it(project: Project) -> None:
    """MkDocs sees the pages that the builder writes, too."""
    with serving(project, *SERVE) as server:
        assert "This page is a draft" not in server.get(f"/{VISIT}/")
        edit(project.summaries / f"{VISIT}.yml", "title: ", "draft: true\ntitle: Once more, ")
        until(lambda: server.shows(f"/{VISIT}/", "Once more, "), server)
        assert "This page is a draft" in server.get(f"/{VISIT}/")
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words"), server)
        assert server.shows("/timeline/", "Once more, ")
        assert server.log.read_text().count("Building documentation") == 3


def test_while_plain_mkdocs_serves_a_mistake_is_printed_and_the_pages_stay(project: Project) -> None:
    summary = project.summaries / f"{VISIT}.yml"
    with serving(project, *SERVE) as server:
        edit(summary, "level: leaders", "level: leader")
        until(lambda: "The pages stay unchanged." in server.log.read_text(), server)
        assert f"summaries/{VISIT}.yml:5:8: unknown level 'leader'" in server.log.read_text()
        edit(project.docs / "about.md", "First words", "Second words")
        until(lambda: server.shows("/about/", "Second words"), server)
        edit(summary, "level: leader", "level: leaders")
        edit(summary, "title: ", "title: Once more, ")
        until(lambda: server.shows(f"/{VISIT}/", "Once more, "), server)
        assert "Traceback" not in server.log.read_text()
