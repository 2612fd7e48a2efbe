"""A build that is killed, or that finds the disk full, leaves the last site, and the next build is right."""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.problems import MachineError
from builder.project import Project
from builder.site.build import build
from builder.site.incremental.page_store import FOLDER
from builder.system import parallel

CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
"""What Python reports before it changes something on the disk; `open` comes on top."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return project


def edit(project: Project, title: str) -> None:
    """Change a title that many pages name."""
    visit = project.summaries / "visits" / "kim-putin-vladivostok.yml"
    visit.write_text(re.sub("(?m)^title: .*", f"title: {title}", visit.read_text("utf-8"), count=1), "utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build_until(project: Project, moment: int) -> int:
    """Build in another process, which is killed before its n-th change on the disk. Returns how many there were."""
    context = multiprocessing.get_context("fork")
    changes = context.Value("i", 0)

    def count(event: str, arguments: tuple[object, ...]) -> None:
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or is_write:
            with changes.get_lock():
                changes.value += 1
                reached = changes.value
            if reached == moment:
                os.kill(builder[0], signal.SIGKILL)

    def run() -> None:
        builder.append(os.getpid())
        sys.addaudithook(count)
        build(project)

    builder: list[int] = []
    process = context.Process(target=run)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return int(changes.get_obj().value)  # without the lock, which a killed process may hold


def test_a_build_may_be_killed_at_any_moment(project: Project) -> None:
    """At fifty moments, spread over all that a build changes on the disk. The next one starts from what it left."""
    sites = []
    for title in ("One", "Two"):
        edit(project, title)
        build(project)
        sites.append(files(project.site))
    edit(project, "One")
    changes = build_until(project, 0)
    assert files(project.site) == sites[0]
    for number in range(50):
        if number % 10 == 0:
            shutil.rmtree(project.root / FOLDER)  # then workers make all pages
        edit(project, ("Two", "One")[number % 2])
        build_until(project, 1 + number * changes // 50)
        assert files(project.site) in sites, number
        if number % 5 == 4:
            build(project)
            assert files(project.site) == sites[(number + 1) % 2], number
            assert {path.name for path in project.root.iterdir() if path.name.startswith(".")} == {".cache"}


@pytest.mark.parametrize("size", [0, 300, 5_000, 20_000, 40_000])
def test_a_full_disk_leaves_the_last_site_and_the_next_build_is_right(project: Project, size: int) -> None:
    """No file may become larger than that, so the build finds it at another place each time."""
    edit(project, "One")
    build(project)
    first, docs = files(project.site), files(project.docs)
    edit(project, "Two")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        with pytest.raises(MachineError, match="File too large"):
            build(project)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert (files(project.site), files(project.docs)) == (first, docs)
    build(project)
    again = files(project.site)
    shutil.rmtree(project.root / ".cache")
    build(project)
    assert again == files(project.site) != first


def test_a_store_that_cannot_be_written_only_makes_builds_slower(project: Project) -> None:
    edit(project, "One")
    build(project)
    first = files(project.site)
    shutil.rmtree(project.root / FOLDER)
    (project.root / FOLDER).write_text("in the way")
    build(project)
    assert files(project.site) == first
    assert (project.root / FOLDER).read_text() == "in the way"
