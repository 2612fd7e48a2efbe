"""A build that is stopped or killed while copies of it work: no process and no lock is left, the next build works."""

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
from golden import ROOT, SITES, furnish

from builder.problems import MachineError
from builder.project import Project
from builder.system.disk import locked

COPIES = 3
BUILD = f"""\
import sys
from builder.system import parallel, keeping
forking.processors = keeping.processors = lambda: {COPIES}
from builder.cli.main import main
main()
"""
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def once_built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An explainer that is large enough to be shared among copies, and its site."""
    project = furnish(tmp_path_factory.mktemp("explainer"))
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    for number in range(40):
        text = f"name: Person {number}\nkind: person\nof: [russia]\n"
        (project.summaries / "parties" / f"person-{number}.yml").write_text(text, "utf-8")
    found = subprocess.run(
        [sys.executable, "-c", BUILD, "build"],
        cwd=project.root,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return project


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def living(session: int) -> set[int]:
    """The processes of a session that have not ended."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:  # it has ended just now
                continue
            if int(its_session) == session and state not in "ZX":
                found.add(int(entry.name))
    return found


def wait_for_end(processes: set[int], seconds: float) -> None:
    """Wait until all have ended, or the time is over."""
    ends = time.monotonic() + seconds
    for process in processes:
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        select.select([handle], [], [], max(0.0, ends - time.monotonic()))
        os.close(handle)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("share_of", ["pages", "site"])
@pytest.mark.parametrize("seed", range(2))
def test_a_build_stopped_while_its_copies_work_leaves_no_process_and_no_lock(
    once_built: Project, how: signal.Signals, share_of: str, seed: int
) -> None:
    """It is stopped at a seeded moment after its copies began, be it to render pages or to make the site of them."""
    moment = random.Random(seed).uniform(0, 0.3)
    project = once_built
    before = tree(project.docs), tree(project.site)
    shutil.rmtree(project.root / ".cache")
    build = start_process_group(["-c", BUILD, "build"], project.root, **ENVIRONMENT)
    assert build.stdout is not None
    try:
        with build.stdout as said:
            if share_of == "site":
                assert said.readline().startswith("Checked ")
            while len(living(build.pid)) < 1 + COPIES:
                assert build.poll() is None, said.read()
            copies = living(build.pid) - {build.pid}
            wait_for_end({build.pid}, moment)
            build.send_signal(how)
            assert build.wait(timeout=30) == (-how if how == signal.SIGKILL else 130)
            wait_for_end(copies | living(build.pid), 5)
            assert living(build.pid) == set()
            rest = said.read()
    finally:
        for process in living(build.pid):
            os.kill(process, signal.SIGKILL)
    if how == signal.SIGTERM:
        assert (rest.splitlines()[-2:], tree(project.docs)) == (["", "Stopped."], before[0])
        assert not (project.root / ".site.new").exists()
    assert tree(project.site) == before[1]
    found = subprocess.run(
        [sys.executable, "-c", BUILD, "build"],
        cwd=project.root,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert (tree(project.docs), tree(project.site)) == before


def test_sigterm_ends_a_preview_like_ctrl_c(once_built: Project, tmp_path: Path) -> None:
    arguments = ["-m", "builder", "serve", "--port", str(free_port())]
    preview = start_process_group(arguments, once_built.root, **ENVIRONMENT, TMPDIR=str(tmp_path))
    assert preview.stdout is not None
    with preview.stdout as said:
        assert any("Serving on" in line for line in said)
        preview.send_signal(signal.SIGTERM)
        rest = said.read()
    assert (preview.wait(timeout=30), rest.splitlines()[-1:]) == (130, ["Stopped."])
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


LATE = """\
import os
from builder.system import parallel
forking.processors = lambda: 2
os.getppid = lambda: 1
print(forking.shared_out(lambda share: os.getpid(), range(forking.WORTH_SHARING)) == [os.getpid()] * 2)
"""


def test_a_copy_that_begins_after_its_process_has_ended_does_no_work() -> None:
    """That process is not ended here, the copies only see another one in its place; so it does their work."""
    assert subprocess.run(
        [sys.executable, "-c", LATE], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout == ("True\n")


HOLDER = """\
import os, signal, sys
from pathlib import Path
from builder.system.disk import locked
with locked(Path(sys.argv[1])):
    if (copy := os.fork()) == 0:
        signal.pause()
    print(copy, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_goes_with_its_holder_even_if_a_copy_of_it_lives_on(tmp_path: Path) -> None:
    file = tmp_path / ".cache" / "build.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, file], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout as said:
        copy = int(said.readline())
        try:
            assert holder.wait(timeout=30) == -signal.SIGKILL
            for wait in (False, True):
                with locked(file, wait=wait):
                    os.kill(copy, 0)
        finally:
            os.kill(copy, signal.SIGKILL)


TRIES = """\
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


def test_the_lock_holds_against_this_process_and_others(tmp_path: Path) -> None:
    file = tmp_path / ".cache" / "build.lock"

    def tried() -> str:
        command = [sys.executable, "-c", TRIES, str(file)]
        return subprocess.check_output(command, cwd=ROOT, text=True)

    busy = "another build is running: wait for it, or stop it"
    with locked(file):
        with pytest.raises(MachineError) as caught, locked(file):
            pass
        assert (str(caught.value), tried()) == (busy, f"{busy}\n")
    assert tried() == "held\n"
