"""Pages that are kept between builds: a build with them writes the same bytes as one without."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from golden import ROOT, SITES, furnish
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page

from builder.problems import SummaryError
from builder.project import Project
from builder.site.build import PREVIOUS, build
from builder.site.config.other_plugins import unknown_plugins
from builder.site.incremental.page_store import FOLDER, PageStore
from builder.system import parallel


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


def made_from(project: Project) -> dict[str, tuple[str, str]]:
    """What is kept of each page: the digests of its content's source, and of what the finished page was made from."""
    store = PageStore(project.root / FOLDER)
    paths = [path.relative_to(project.docs).as_posix() for path in project.docs.rglob("*.md")]
    return {path: (record.source, record.made_from) for path in paths if (record := store.load(path))}


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
    shared = built(project)
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    assert built_without_cache(project) == shared


def test_only_changed_pages_are_made_again(project: Project) -> None:
    built(project)
    before = made_from(project)
    replace(project.docs / "about.md", "# ", "# All ")
    built(project)
    after = made_from(project)
    assert {path for path in after if after[path] != before[path]} == {"about.md"}


def test_a_new_page_does_not_change_the_content_of_pages_that_do_not_link_to_it(project: Project) -> None:
    """Only the menu, which names it, is made again."""
    built(project)
    before = made_from(project)
    (project.docs / "how.md").write_text("# How we count\n", "utf-8")
    again = built(project)
    after = made_from(project)
    assert {path for path in after if path not in before or after[path][0] != before[path][0]} == {"how.md"}
    assert all(after[path][1] != before[path][1] for path in before)
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


def test_a_page_that_includes_another_file_shows_what_is_in_that_now(project: Project) -> None:
    replace(project.config, "  - tables\n", f"  - tables\n  - pymdownx.snippets:\n      base_path: {project.root}\n")
    (project.root / "team.txt").write_text("Two people.\n", "utf-8")
    (project.docs / "team.md").write_text('# Who we are\n\n--8<-- "team.txt"\n', "utf-8")
    assert b"<p>Two people.</p>" in built(project)["team/index.html"]
    (project.root / "team.txt").write_text("Three people.\n", "utf-8")
    again = built(project)
    assert b"<p>Three people.</p>" in again["team/index.html"]
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

    monkeypatch.setattr(parallel, "processors", lambda: 1)
    monkeypatch.setattr(Page, "read_source", edited)
    assert b"Taken back." in built(project)["about/index.html"]
    monkeypatch.undo()
    about.write_bytes(before)
    assert built(project) == built_without_cache(project)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def overwritten(file: Path) -> None:
    file.write_bytes(b"nothing of ours " * 1000)


def tampered_with(file: Path) -> None:
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data.replace(b"<p>", b"<p>Poisoned ", 1).replace(b"e", b"E", 1))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def removed(file: Path) -> None:
    file.unlink()


def linked_elsewhere(file: Path) -> None:
    elsewhere = file.parents[3] / "elsewhere"
    elsewhere.write_text("not ours")
    file.unlink()
    file.symlink_to(elsewhere)


def of_another_page(file: Path) -> None:
    """The record of one page in place of that of another, each with its right seal."""
    other = next(each for each in sorted(file.parent.iterdir()) if each != file)
    data = other.read_bytes()
    file.unlink()
    file.write_bytes(data)


DAMAGES = [cut_short, overwritten, tampered_with, emptied, removed, linked_elsewhere, of_another_page]


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_of_the_kept_pages_is_damaged_is_made_again(project: Project, damage: Callable[[Path], None]) -> None:
    first = built(project)
    kept = sorted((project.root / FOLDER).rglob("*"))
    for file in (file for file in kept if file.is_file()):
        damage(file)
    assert built(project) == first
    assert sorted((project.root / FOLDER).rglob("*")) == kept
    assert not any(file.is_symlink() for file in kept)
    assert built(project) == first


def test_each_file_of_the_kept_pages_may_be_damaged_alone(project: Project) -> None:
    first = built(project)
    kept = sorted(file for file in (project.root / FOLDER).rglob("*") if file.is_file())
    for number, file in enumerate(random.Random(1).sample(kept, 14)):
        DAMAGES[number % len(DAMAGES)](file)
        assert built(project) == first, (file, DAMAGES[number % len(DAMAGES)])


@pytest.mark.parametrize("part", ["", "records", "contents"])
def test_a_link_in_place_of_the_kept_pages_is_not_followed(project: Project, tmp_path: Path, part: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = project.root / FOLDER / part
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.symlink_to(elsewhere)
    first = built(project)
    assert list(elsewhere.iterdir()) == []
    assert first == built_without_cache(project)


def test_a_site_that_is_changed_in_place_changes_no_page_of_the_next(project: Project) -> None:
    """Files of the site may be those that are kept, or those in docs/."""
    first = built(project)
    for file in project.site.rglob("*"):
        if file.is_file() and file.suffix in (".html", ".csv", ".json"):
            file.write_bytes(b"changed")
    (project.site / ".explainer.json").unlink()
    shutil.rmtree(project.site)
    assert built(project) == first


def test_whatever_happens_to_the_site_before_the_last_one_the_next_is_right(project: Project) -> None:
    first, about = built(project), project.docs / "about.md"
    before = about.read_bytes()
    about.write_bytes(before + b"\nOnce more.\n")
    second = built(project)
    previous = project.root / PREVIOUS
    kept = sorted(path.relative_to(previous).as_posix() for path in previous.rglob("*") if path.is_file())
    assert [*kept] == sorted(first)
    outside = project.root / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("not ours")
    for path in (previous / "about", previous / "glossary"):
        shutil.rmtree(path)
    (previous / "about").symlink_to(outside)
    (previous / "glossary").write_text("a file in place of a folder")
    (previous / "more/of/ours").mkdir(parents=True)
    (previous / "more/index.html").write_text("of nobody")
    (previous / "404.html").unlink()
    (previous / "404.html").mkdir()
    for path in (previous / "index.html", previous / "assets/explainer.css", previous / "data/visits.csv"):
        path.unlink()
        path.write_text("poisoned")
    for path in (previous / "timeline/index.html", previous / "sitemap.xml"):
        path.unlink()
        path.symlink_to(outside / "index.html")
    about.write_bytes(before)
    assert built(project) == first
    assert folders_of(project.site) == {Path(path).parent.as_posix() for path in first if "/" in path} | {
        parent.as_posix() for path in first for parent in Path(path).parents[1:-1]
    }
    assert (outside / "index.html").read_text() == "not ours"
    shutil.rmtree(previous)
    previous.symlink_to(outside)
    about.write_bytes(before + b"\nOnce more.\n")
    assert built(project) == second
    assert [path.name for path in outside.iterdir()] == ["index.html"]


def folders_of(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_dir()}


def test_pages_that_no_longer_exist_are_not_kept(project: Project) -> None:
    first = built(project)
    kept = sorted((project.root / FOLDER).rglob("*"))
    (project.docs / "how.md").write_text("# How we count\n", "utf-8")
    built(project)
    (project.docs / "how.md").unlink()
    assert built(project) == first
    assert sorted((project.root / FOLDER).rglob("*")) == kept


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
    assert made_from(project) == {}


@pytest.mark.parametrize("name", ["exclude", "minify", "redirects"])
def test_harmless_plugins_do_not_turn_off_the_cache(name: str, project: Project) -> None:
    config = load_config(str(project.config))
    assert unknown_plugins(config) == ()
    config.plugins[name] = BasePlugin()
    assert unknown_plugins(config) == ()
    config.plugins["macros"] = BasePlugin()
    assert unknown_plugins(config) == ("macros",)
