"""Stopping or killing a build while its workers run: no process and no lock is left, and the next build works."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import free_port, start_process_group
from golden import PYTHONPATH, ROOT, SITES, furnish

from builder.problems import MachineError
from builder.project import Project
from builder.system.disk import locked

PROCESSORS = 3
BUILD = f"""\
import sys
from builder.system import parallel
parallel.processors = lambda: {PROCESSORS}
from builder.cli.main import main
main()
"""
ENVIRONMENT = {"PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built explainer that is large enough for several workers."""
    project = furnish(tmp_path_factory.mktemp("explainer"))
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    for number in range(40):
        text = f"name: Person {number}\nkind: person\nof: [russia]\n"
        (project.summaries / "parties" / f"person-{number}.yml").write_text(text, "utf-8")
    rebuild(project)
    return project


def rebuild(project: Project) -> None:
    """Build the site in a process of its own, with several workers."""
    found = subprocess.run(
        [sys.executable, "-c", BUILD, "build"],
        cwd=project.root,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


def files_in(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def running_in(session: int) -> set[int]:
    """The processes of a session that are still running."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:  # it has just ended
                continue
            if int(its_session) == session and state not in "ZX":
                found.add(int(entry.name))
    return found


def wait_for_end(processes: set[int], seconds: float) -> None:
    """Wait until all have ended, or the time is up."""
    deadline = time.monotonic() + seconds
    for process in processes:
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        os.close(handle)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(("workers_on", "workers"), [("pages", PROCESSORS), ("site", PROCESSORS - 1)])
@pytest.mark.parametrize("seed", range(2))
def test_a_build_stopped_while_workers_run_leaves_no_process_and_no_lock(
    built_project: Project, how: signal.Signals, workers_on: str, workers: int, seed: int
) -> None:
    """The build is stopped at a seeded moment while workers render Markdown pages or the site's HTML.

    The process that renders Markdown pages is a worker too, and has others.
    """
    moment = random.Random(seed).uniform(0, 0.3)
    project = built_project
    before = files_in(project.docs), files_in(project.site)
    shutil.rmtree(project.root / ".cache")
    build = start_process_group(["-c", BUILD, "build"], project.root, **ENVIRONMENT)
    assert build.stdout is not None
    try:
        with build.stdout as output:
            if workers_on == "site":
                assert output.readline().startswith("Checked ")
            while len(running_in(build.pid)) < 1 + workers:
                assert build.poll() is None, output.read()
            running = running_in(build.pid) - {build.pid}
            wait_for_end({build.pid}, moment)
            build.send_signal(how)
            assert build.wait(timeout=30) == (-how if how == signal.SIGKILL else 130)
            wait_for_end(running | running_in(build.pid), 5)
            assert running_in(build.pid) == set()
            remaining = output.read()
    finally:
        for process in running_in(build.pid):
            os.kill(process, signal.SIGKILL)
    if how == signal.SIGTERM:
        assert (remaining.splitlines()[-2:], files_in(project.docs)) == (["", "Stopped."], before[0])
        assert not (project.root / ".site.new").exists()
    assert files_in(project.site) == before[1]
    rebuild(project)
    assert (files_in(project.docs), files_in(project.site)) == before


KILLED = f"""\
import os, signal
from builder.site import build
here = os.getpid()
build.save_traces = lambda *_: os.getpid() == here or os.kill(os.getpid(), signal.SIGKILL)
{BUILD}"""


def test_a_build_goes_on_if_the_process_that_makes_the_pages_is_killed(built_project: Project) -> None:
    """Here that is at its end, when everything that it made is put aside."""
    before = files_in(built_project.docs), files_in(built_project.site)
    shutil.rmtree(built_project.root / ".cache")
    shutil.rmtree(built_project.docs / "data")
    found = subprocess.run(
        [sys.executable, "-c", KILLED, "build"],
        cwd=built_project.root,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert (files_in(built_project.docs), files_in(built_project.site)) == before


def test_sigterm_ends_a_preview_like_ctrl_c(built_project: Project, tmp_path: Path) -> None:
    arguments = ["-m", "builder", "serve", "--port", str(free_port())]
    preview = start_process_group(arguments, built_project.root, **ENVIRONMENT, TMPDIR=str(tmp_path))
    assert preview.stdout is not None
    with preview.stdout as output:
        assert any("Serving on" in line for line in output)
        preview.send_signal(signal.SIGTERM)
        remaining = output.read()
    assert (preview.wait(timeout=30), remaining.splitlines()[-1:]) == (130, ["Stopped."])
    assert "Traceback" not in remaining
    assert list(built_project.root.glob(".cache/preview-*")) == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_preview_left_is_removed_by_the_next_one_and_that_of_a_running_one_is_not(
    built_project: Project,
) -> None:
    def start() -> subprocess.Popen[str]:
        arguments = ["-m", "builder", "serve", "--port", str(free_port())]
        preview = start_process_group(arguments, built_project.root, **ENVIRONMENT)
        assert preview.stdout is not None
        assert any("Serving on" in line for line in preview.stdout)
        return preview

    def folders() -> set[Path]:
        return set(built_project.root.glob(".cache/preview-*"))

    previews = [start()]
    try:
        killed = folders()
        previews[0].kill()
        previews[0].wait(timeout=30)
        previews.append(start())
        running = folders()
        assert (len(killed), len(running), killed & running) == (1, 1, set())
        previews.append(start())
        assert (len(folders()), running <= folders()) == (2, True)
    finally:
        for preview in previews:
            preview.kill()
            preview.communicate(timeout=30)


LATE_WORKER = """\
import os
from builder.system import parallel
parallel.processors = lambda: 2
os.getppid = lambda: 1
taken = []
parallel.share_out(lambda item: os.getpid(), range(2), taken.append)
print(taken == [os.getpid()] * 2)
"""


def test_a_worker_whose_parent_has_ended_does_no_work() -> None:
    """The parent is still running here: workers only see another parent id. So the parent does everything."""
    assert subprocess.run(
        [sys.executable, "-c", LATE_WORKER], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout == ("True\n")


HOLDER = """\
import os, signal, sys
from pathlib import Path
from builder.system.disk import locked
with locked(Path(sys.argv[1])):
    if (child := os.fork()) == 0:
        signal.pause()
    print(child, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_is_released_when_its_holder_dies_even_if_a_child_lives_on(tmp_path: Path) -> None:
    file = tmp_path / ".cache" / "build.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, file], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout as output:
        child = int(output.readline())
        try:
            assert holder.wait(timeout=30) == -signal.SIGKILL
            for wait in (False, True):
                with locked(file, wait=wait):
                    os.kill(child, 0)
        finally:
            os.kill(child, signal.SIGKILL)


TRY_LOCK = """\
import sys
from pathlib import Path
from builder.problems import MachineError
from builder.system.disk import locked
try:
    with locked(Path(sys.argv[1])):
        print("held")
except MachineError as error:
    print(error)
"""


def test_the_lock_excludes_this_process_and_others(tmp_path: Path) -> None:
    file = tmp_path / ".cache" / "build.lock"

    def try_lock() -> str:
        command = [sys.executable, "-c", TRY_LOCK, str(file)]
        return subprocess.check_output(command, cwd=ROOT, text=True)

    busy = "another build is running: wait for it, or stop it"
    with locked(file):
        with pytest.raises(MachineError) as caught, locked(file):
            pass
        assert (str(caught.value), try_lock()) == (busy, f"{busy}\n")
    assert try_lock() == "held\n"
