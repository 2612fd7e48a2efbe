"""The page cache: a build with it writes the same bytes as one without."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from conftest import start_process_group
from golden import ROOT, SITES, furnish
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page

from builder.problems import SummaryError
from builder.project import Project
from builder.site.build import PAGE_CACHE, build
from builder.site.plugins import page_cache
from builder.site.plugins.cache_store import FileCache, MemoryCache
from builder.site.plugins.page_cache import unknown_plugins
from builder.system import parallel
from builder.system.parallel import map_shares


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A mini-explainer with its own copy of the templates, so that a test may edit them."""
    root = tmp_path / "explainer"
    root.mkdir()
    project = furnish(root)
    project.templates.unlink()
    shutil.copytree(ROOT / "templates", project.templates)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return project


def built(project: Project) -> dict[str, bytes]:
    build(project)
    files = [path for path in project.site.rglob("*") if path.is_file()]
    return {path.relative_to(project.site).as_posix(): path.read_bytes() for path in files}


def built_without_cache(project: Project) -> dict[str, bytes]:
    """The site as built with an empty cache."""
    shutil.rmtree(project.root / ".cache")
    return built(project)


def rows(project: Project) -> dict[tuple[str, str], str]:
    """The keys in the cache, by page and part."""
    with closing(sqlite3.connect(project.root / PAGE_CACHE)) as connection, connection:
        return {(path, part): key for path, part, key in connection.execute("SELECT path, part, key FROM made")}


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


EDITS: dict[str, tuple[str, str, str]] = {
    "a title": ("summaries/visits/kim-putin-vladivostok.yml", "title: ", "title: Once more, "),
    "a source": ("summaries/sources.yml", "publisher: ", "publisher: The "),
    "the day": ("summaries/explainer.yml", "as_of: 2019-12-31", "as_of: 2020-01-31"),
    "a placeholder": ("summaries/explainer.yml", "mailto:editors@", "mailto:everybody@"),
    "where pages are edited": ("mkdocs.yml", "edit/main/docs/", "edit/trunk/docs/"),
    "a page written by hand": ("docs/about.md", "# ", "# All "),
    "the theme": ("templates/theme/main.html", "{%- endfilter %}", "<!-- new -->{%- endfilter %}"),
    "a part of the theme": ("templates/theme/partials/source.html", "<", "<!-- new --><"),
    "a template": ("templates/pages/visits.md.jinja", "{% block body %}", "{% block body %}\nNew.\n"),
    "a setting": ("mkdocs.yml", "site_name: ", "site_name: New "),
    "a Markdown option": ("mkdocs.yml", "permalink: false", "permalink: true"),
    "the navigation": ("mkdocs.yml", "  - About: about.md", "  - Us: about.md"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_build_after_an_edit_equals_a_build_without_cache(project: Project, edit: tuple[str, ...]) -> None:
    first = built(project)
    file, old, new = edit
    replace(project.root / file, old, new)
    again = built(project)
    assert again != first
    assert again == built_without_cache(project)


def test_several_processes_build_the_same_site_as_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    monkeypatch.setattr(page_cache, "processors", lambda: 3)
    shared = built(project)
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    monkeypatch.setattr(page_cache, "processors", lambda: 1)
    assert built_without_cache(project) == shared


def test_only_changed_pages_are_built_again(project: Project) -> None:
    built(project)
    before = rows(project)
    replace(project.docs / "about.md", "# ", "# All ")
    built(project)
    after = rows(project)
    changed = {(path, part) for path, part in after if after[path, part] != before[path, part]}
    assert {path for path, part in changed if part != "links"} == {"about.md"}
    assert {path for path, part in changed if part == "links"} == {"about/index.html"}


def test_a_new_page_does_not_change_the_content_of_pages_that_do_not_link_to_it(project: Project) -> None:
    """Only the menu, which names it, is made again."""
    built(project)
    before = rows(project)
    (project.docs / "how.md").write_text("# How we count\n", "utf-8")
    again = built(project)
    after = rows(project)
    assert {path for path, part in after if part == "content" and after[path, part] != before.get((path, part))} == {
        "how.md"
    }
    assert again == built_without_cache(project)


def test_a_page_that_links_to_a_page_is_built_again_when_that_is_removed(project: Project) -> None:
    (project.docs / "how.md").write_text("# How we count\n", "utf-8")
    (project.docs / "why.md").write_text("# Why we count\n\nSee [how](how.md).\n", "utf-8")
    assert b'<a href="../how/">how</a>' in built(project)["why/index.html"]
    (project.docs / "how.md").rename(project.docs / "other.md")
    with pytest.raises(SummaryError, match=r"the link 'how\.md' leads nowhere in the site"):
        build(project, strict=False)


def test_a_theme_that_lists_all_pages_is_rendered_again_for_a_new_page(project: Project) -> None:
    every = "{% for each in pages %}<!-- {{ each.src_uri }} -->{% endfor %}"
    replace(project.templates / "theme/main.html", "{%- endfilter %}", every + "{%- endfilter %}")
    built(project)
    (project.docs / "handbook").mkdir()
    (project.docs / "handbook/new.md").write_text("# Not in the menu\n", "utf-8")
    again = built(project)
    assert b"<!-- handbook/new.md -->" in again["about/index.html"]
    assert again == built_without_cache(project)


def test_a_page_that_is_edited_while_it_is_read_is_not_cached(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = project.docs / "about.md"
    before = about.read_bytes()
    read_source = Page.read_source
    times = iter(range(99))

    def edited(page: Page, config: MkDocsConfig) -> None:
        if page.file.src_uri == "about.md":  # it is read once, for its content: the menu has its title already
            assert not next(times)
            about.write_bytes(before + b"\nTaken back.\n")
        read_source(page, config)

    monkeypatch.setattr(page_cache, "processors", lambda: 1)
    monkeypatch.setattr(Page, "read_source", edited)
    assert b"Taken back." in built(project)["about/index.html"]
    monkeypatch.undo()
    about.write_bytes(before)
    assert built(project) == built_without_cache(project)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def overwritten(file: Path) -> None:
    file.write_bytes(b"no database at all" * 1000)


def of_another_version(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE made (page TEXT)")


def tampered_with(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE made SET made = replace(made, '<p>', '<p>Poisoned ')")


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_short, overwritten, of_another_version, tampered_with, emptied])
def test_a_damaged_cache_is_replaced(project: Project, damage: Callable[[Path], None]) -> None:
    first = built(project)
    damage(project.root / PAGE_CACHE)
    assert built(project) == first
    assert built(project) == first


def test_a_link_in_place_of_the_cache_is_not_followed(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not ours")
    (project.root / ".cache").mkdir()
    (project.root / PAGE_CACHE).symlink_to(elsewhere)
    assert built(project)
    assert elsewhere.read_text() == "not ours"


def test_warnings_of_mkdocs_are_reported_by_every_build(project: Project) -> None:
    built(project)
    replace(project.docs / "about.md", "# ", "[gone](gone.md)\n\n# ")
    for _ in range(2):
        with pytest.raises(SummaryError, match=r"docs/about\.md:5:8: .*'gone\.md'"):
            build(project)


def test_with_an_unknown_hook_nothing_is_cached(project: Project) -> None:
    hook = project.root / "own.py"
    hook.write_text("def on_page_content(html, page, config, files):\n    return html\n")
    replace(project.root / "mkdocs.yml", "hooks:\n", "hooks:\n  - own.py\n")
    (warned,) = [str(warning) for warning in build(project).warnings if warning.rule == "slow-build"]
    line = (project.root / "mkdocs.yml").read_text("utf-8").splitlines().index("  - own.py") + 1
    assert warned == (
        f"mkdocs.yml:{line}:5: warning: 'own.py' could change any page, so every build renders all pages again "
        "(remove it if you don't need it) [slow-build]"
    )
    assert {part for _, part in rows(project)} == {"links"}, "what there is on a page follows from the page alone"


@pytest.mark.parametrize("name", ["exclude", "minify", "redirects"])
def test_harmless_plugins_do_not_turn_off_the_cache(name: str, project: Project) -> None:
    config = load_config(str(project.config))
    assert unknown_plugins(config) == ()
    config.plugins[name] = BasePlugin()
    assert unknown_plugins(config) == ()
    config.plugins["macros"] = BasePlugin()
    assert unknown_plugins(config) == ("macros",)


def test_a_cache_returns_the_result_for_the_same_key(tmp_path: Path) -> None:
    cache = FileCache(tmp_path / "deep" / "pages.sqlite")
    memory = MemoryCache()
    memory.put("a.md", "content", "key", {"html": "<p>한국</p>"})
    cache.put_all(memory.entries)
    cache.put("b.md", "content", "key", {"html": ""})
    cache.close()
    cache = FileCache(tmp_path / "deep" / "pages.sqlite")
    assert cache.get("a.md", "content", "key") == {"html": "<p>한국</p>"}
    assert cache.get("a.md", "content", "other") is None
    cache.commit(["a.md"])
    assert cache.get("b.md", "content", "key") is None
    cache.close()


def test_a_cache_that_another_process_uses_is_left_alone(tmp_path: Path) -> None:
    one = FileCache(tmp_path / "pages.sqlite")
    one.put("a.md", "content", "1", {"html": "one"})
    one.commit()
    one.connection.execute("BEGIN EXCLUSIVE")
    other = FileCache(tmp_path / "pages.sqlite")
    other.put("a.md", "content", "2", {"html": "two"})
    assert other.get("a.md", "content", "1") is None
    other.close()
    one.close()
    assert FileCache(tmp_path / "pages.sqlite").get("a.md", "content", "1") == {"html": "one"}


def test_shares_are_returned_in_order_from_separate_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    items = list(range(parallel.MIN_SHARED_ITEMS))
    shares = map_shares(lambda share: (os.getpid(), list(share)), items)
    assert [share for _, share in shares] == [items[0::3], items[1::3], items[2::3]]
    assert os.getpid() not in {process for process, _ in shares}


def test_an_error_in_a_share_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)

    def work(share: Sequence[int]) -> int:
        if 13 in share:
            raise ValueError("thirteen")
        return len(share)

    with pytest.raises(ValueError, match="thirteen"):
        map_shares(work, range(parallel.MIN_SHARED_ITEMS))


def test_the_share_of_a_killed_process_is_done_by_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    here = os.getpid()

    def work(share: Sequence[int]) -> int:
        if os.getpid() != here:
            os._exit(9)
        return len(share)

    assert sum(map_shares(work, range(parallel.MIN_SHARED_ITEMS))) == parallel.MIN_SHARED_ITEMS


INTERRUPTED = """\
import os, signal
from builder.system import parallel
parallel.processors = lambda: 2
def work(share):
    os.write(1, b"at work\\n")
    signal.pause()
try:
    parallel.map_shares(work, range(parallel.MIN_SHARED_ITEMS))
except KeyboardInterrupt:
    print("stopped")
"""


def test_ctrl_c_ends_every_process_without_output_from_the_children() -> None:
    """The children would wait forever: only their parent can end them."""
    process = start_process_group(["-c", INTERRUPTED], ROOT)
    assert process.stdout is not None
    with process.stdout as said:
        assert [said.readline(), said.readline()] == ["at work\n", "at work\n"]
        os.killpg(process.pid, signal.SIGINT)
        assert said.read() == "stopped\n"  # the pipe closes when no process holds it
    assert process.wait(timeout=30) == 0


def test_few_items_are_done_in_this_process() -> None:
    assert map_shares(lambda share: os.getpid(), [1, 2]) == [os.getpid()]
