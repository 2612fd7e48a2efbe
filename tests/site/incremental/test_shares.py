"""Several machines make the pages of one site, each a share in its own folder, and their caches are put together."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import as_printed, contents, run
from golden import ROOT, furnish
from mkdocs.structure.pages import Page

from benchmarks.invented import write_invented
from builder.assembly import complete
from builder.inspection import inspect
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.site.build import build, fill_cache
from builder.site.incremental import mkdocs_steps
from builder.site.incremental.page_store import FOLDER, PageStore
from builder.site.incremental.share import Share
from builder.site.reuse.page_traces import load_traces

SHARES = 3
RECORDS = 60


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An explainer of invented records with its own copy of the templates."""
    return explainer(tmp_path / "explainer")


def explainer(root: Path) -> Project:
    root.mkdir(parents=True)
    project = furnish(root)
    project.templates.unlink()
    shutil.copytree(ROOT / "templates", project.templates)
    write_invented(project.summaries, RECORDS, seed=1)
    return project


def clone(project: Project, root: Path, at: int) -> Project:
    """The same files in another folder, as if they were written at another time."""
    shutil.copytree(project.root, root, symlinks=True)
    for file in root.rglob("*"):
        os.utime(file, (at, at), follow_symlinks=False)
    return Project(root=root)


def copy_together(shares: list[Project], project: Project) -> None:
    """Do what the handbook says."""
    for share in shares:
        shutil.copytree(share.root / FOLDER, project.root / FOLDER, dirs_exist_ok=True)


def kept(project: Project) -> set[str]:
    """The pages in the cache, paths below docs/."""
    store = PageStore(project.root / FOLDER)
    pages = (path.relative_to(project.docs).as_posix() for path in project.docs.rglob("*.md"))
    return {path for path in pages if store.load(path)}


def test_a_site_from_the_caches_of_several_machines_is_the_same_as_one_built_alone(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = []
    for number in range(1, SHARES + 1):
        machine = clone(project, tmp_path / f"machine-{number}" / ("deeper/" * number), at=10**9 + number)
        done = run(machine.root, "build", "--only-cache", "--shard", f"{number}/{SHARES}")
        assert (done.returncode, done.stderr) == (0, "")
        said = re.fullmatch(r"Checked .+\.\n(\d+) pages in the cache after \d+\.\d s: \.cache/pages\n", done.stdout)
        assert said
        names = os.listdir(machine.root / FOLDER / "records")
        assert len(names) == int(said[1]) > 0
        assert not machine.site.exists()
        shares.append(machine)
    last = clone(project, tmp_path / "last", at=10**9)
    copy_together(shares, last)
    assert len(os.listdir(last.root / FOLDER / "records")) == sum(
        len(os.listdir(share.root / FOLDER / "records")) for share in shares
    )
    made: list[str] = []
    put_into_theme = mkdocs_steps.put_into_theme

    def note_and_put_into_theme(page: Page, *rest: Any) -> Any:
        made.append(page.file.src_uri)
        return put_into_theme(page, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(mkdocs_steps, "convert", None)  # nothing is converted
        patch.setattr(mkdocs_steps, "put_into_theme", note_and_put_into_theme)
        build(last)
    assert made == ["whole.md"]  # it shows the content of all others
    build(project)
    assert contents(last.site) == contents(project.site)
    assert contents(last.docs) == contents(project.docs)

    shutil.rmtree(last.root / ".cache")
    copy_together(shares, last)
    for name in ("traces", "summaries"):
        shutil.copy(shares[1].root / ".cache" / name, last.root / ".cache")
    shutil.rmtree(last.docs)
    shutil.copytree(shares[1].docs, last.docs)
    ready = complete(inspect(last), last, load_traces(last))
    assert ready.pages == ()  # no Markdown is made again either
    build(last, assembly=ready)
    assert contents(last.site) == contents(project.site)


def test_damaged_files_among_those_of_several_machines_only_cost_time(project: Project, tmp_path: Path) -> None:
    shares = [clone(project, tmp_path / f"machine-{number}", at=10**9 + number) for number in (1, 2)]
    for number, machine in enumerate(shares, start=1):
        fill_cache(machine, Share(number, 2))
    last = clone(project, tmp_path / "last", at=10**9)
    copy_together(shares, last)
    for folder in ("records", "contents"):
        for file in sorted((last.root / FOLDER / folder).iterdir())[::7]:
            data = file.read_bytes()
            file.unlink()
            file.write_bytes(data.replace(b"e", b"E", 1))
    build(last)
    build(project)
    assert contents(last.site) == contents(project.site)


def test_each_page_is_in_one_share_and_always_in_the_same() -> None:
    paths = [f"visits/visit-{number}.md" for number in range(800)]
    shares = [[path for path in paths if Share(number, 8).has(path)] for number in range(1, 9)]
    assert sorted(path for share in shares for path in share) == sorted(paths)
    assert [len(share) for share in shares] == [77, 116, 95, 95, 107, 106, 107, 97]
    assert [path for path in paths if Share().has(path)] == paths


def test_the_cache_alone_leaves_the_site_and_what_is_up_to_date(project: Project) -> None:
    build(project)
    site, pages = contents(project.site), kept(project)
    visit = project.summaries / "visits" / "visit-1.yml"
    visit.write_text(re.sub("(?m)^title: .*", "title: Another title", visit.read_text("utf-8"), count=1), "utf-8")
    share = Share(1, 2)
    fill_cache(project, share)
    assert contents(project.site) == site
    assert {path for path in pages if share.has(path)} <= kept(project) < pages
    fill_cache(project, Share())
    assert kept(project) == pages
    assert contents(project.site) == site
    assert not (project.root / ".site.new").exists()


def test_where_every_page_may_show_all_others_a_share_is_only_converted(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = project.templates / "theme" / "main.html"
    page.write_text(page.read_text("utf-8") + "{{ pages | length }}\n", "utf-8")
    shares = []
    for number in (1, 2):
        machine = clone(project, tmp_path / f"machine-{number}", at=10**9 + number)
        fill_cache(machine, Share(number, 2))
        shares.append(machine)
    last = clone(project, tmp_path / "last", at=10**9)
    copy_together(shares, last)
    with monkeypatch.context() as patch:
        patch.setattr(mkdocs_steps, "convert", None)
        build(last)
    build(project)
    assert contents(last.site) == contents(project.site)


def test_a_plugin_that_may_change_any_page_is_a_problem_for_the_cache_alone(project: Project) -> None:
    config = project.config
    config.write_text(config.read_text("utf-8").replace("plugins:\n", "plugins:\n  - tags\n", 1), "utf-8")
    with pytest.raises(SummaryError) as raised:
        fill_cache(project, Share())
    assert [str(problem) for problem in raised.value.problems] == [
        "mkdocs.yml:1:1: 'material/tags' could change any page, so every build renders all pages again "
        "(remove it, or build without --only-cache) [slow-build]"
    ]
    assert not (project.docs / "index.md").exists()


def test_a_cache_that_cannot_be_written_is_an_error_of_the_machine(project: Project) -> None:
    (project.root / ".cache").mkdir()
    (project.root / FOLDER).write_text("in the way")
    with pytest.raises(MachineError) as raised:
        fill_cache(project, Share())
    assert str(raised.value) == f"{project.root / FOLDER} can't be used: it is no folder that can be written to"
    assert not (project.docs / "index.md").exists()
    assert not (project.root / ".site.new").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only-cache", "--shard", "9/8"], "'--shard': there is no share 9/8: the shares are 1/8 to 8/8"),
        (["--only-cache", "--shard", "0/8"], "'--shard': there is no share 0/8: the shares are 1/8 to 8/8"),
        (["--only-cache", "--shard", "2/1"], "'--shard': there is no share 2/1: the only one is 1/1"),
        (["--only-cache", "--shard", "x"], "'--shard': 'x' is not a share: write 2/8 for the second of eight"),
        (["--only-cache", "--shard", ""], "'--shard': '' is not a share: write 2/8 for the second of eight"),
        (["--only-cache", "--shard", "1/0"], "'--shard': '1/0' is not a share: write 2/8 for the second of eight"),
        (["--only-cache", "--shard", "٢/٨"], "'--shard': '٢/٨' is not a share: write 2/8 for the second of eight"),
        (["--shard", "2/8"], ""),
    ],
)
def test_a_wrong_share_is_wrong_usage(tmp_path: Path, words: list[str], said: str) -> None:
    project = furnish(tmp_path)
    project.summaries.mkdir()
    found = run(project.root, "build", *words, PYTHONIOENCODING="utf-8")
    error = f"Invalid value for {said}" if said else ONE_SITE
    expected = f"Error: {error}\nHelp: python -m builder build --help\n"
    assert (found.returncode, found.stdout, as_printed(found.stderr)) == (2, "", expected)
    assert not (project.root / ".cache").exists()


ONE_SITE = "--shard needs --only-cache, because a site is never built from a share of its pages"
