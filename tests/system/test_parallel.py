"""Work shared among processes."""

from __future__ import annotations

import os
import signal

import pytest
from conftest import start_process_group
from golden import ROOT

from builder.problems import Location, Problem, SummaryError
from builder.system import parallel
from builder.system.parallel import apart, share_out

INTERRUPTED = """\
import os, signal
from builder.system import parallel
parallel.processors = lambda: 2
def work(item):
    os.write(1, b"at work\\n")
    signal.pause()
try:
    parallel.share_out(work, range(20), print)
except KeyboardInterrupt:
    print("stopped")
"""

APART = """\
import os, signal
from builder.system import parallel
def work():
    os.write(1, b"at work\\n")
    signal.pause()
def work_with_others():
    parallel.processors = lambda: 2
    parallel.share_out(lambda item: work(), range(20), print)
try:
    parallel.apart(work_with_others)
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.parametrize("program", [INTERRUPTED, APART])
def test_ctrl_c_ends_every_process_without_output_from_the_children(program: str) -> None:
    """The children would wait forever: only their parent can end them."""
    process = start_process_group(["-c", program], ROOT)
    assert process.stdout is not None
    with process.stdout as said:
        assert [said.readline(), said.readline()] == ["at work\n", "at work\n"]
        os.killpg(process.pid, signal.SIGINT)
        assert said.read() == "stopped\n"  # the pipe closes when no process holds it
    assert process.wait(timeout=30) == 0


def test_items_are_shared_out_among_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    taken: list[tuple[int, int]] = []
    share_out(lambda item: (item, os.getpid()), range(5000), taken.append)
    assert sorted(item for item, _ in taken) == list(range(5000)), "more than fit in the queue at once"


def test_this_process_does_some_of_the_items_and_workers_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    begun, begin = os.pipe()
    done, finish = os.pipe()

    def work(item: int) -> int:
        os.read(begun, 1)
        os.write(finish, b" ")
        return os.getpid()

    def here(item: int) -> None:
        """Let workers do all other items, and wait until they have."""
        for _ in range(5):
            os.write(begin, b" ")
        for _ in range(5):
            os.read(done, 1)

    taken: list[int] = []
    share_out(work, range(6), taken.append, here)
    assert len(taken) == 5
    assert os.getpid() not in taken


def test_many_results_are_taken_while_this_process_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    taken: list[int] = []
    share_out(lambda item: b"x" * 300_000, range(40), lambda result: taken.append(len(result)))
    assert taken == [300_000] * 40


def test_what_a_killed_process_has_not_done_is_done_by_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    here = os.getpid()

    def work(item: int) -> int:
        if os.getpid() != here and item >= 6:
            os._exit(9)
        return item

    taken: list[int] = []
    share_out(work, range(20), taken.append)
    assert sorted(taken) == list(range(20))


def test_an_error_in_an_item_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)

    def work(item: int) -> int:
        if item == 13:
            raise ValueError("thirteen")
        return item

    with pytest.raises(ValueError, match="thirteen"):
        share_out(work, range(20), lambda result: None)


def test_work_apart_leaves_nothing_here_but_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "can_fork", lambda: True)  # even if an earlier test has left a thread
    made: list[int] = []

    def work() -> tuple[int, int]:
        made.append(1)
        return os.getpid(), 7

    process, result = apart(work)
    assert (process != os.getpid(), result, made) == (True, 7, [])


def test_problems_found_apart_are_raised_here() -> None:
    problem = Problem(location=Location("visits/hanoi.yml", 4, 9), rule="day", message="no such day", hint="2019-02-28")

    def work() -> None:
        raise SummaryError([problem])

    with pytest.raises(SummaryError) as caught:
        apart(work)
    assert (caught.value.problems, str(caught.value)) == ((problem,), str(problem))


def test_work_is_done_here_if_the_process_apart_is_killed() -> None:
    here = os.getpid()

    def work() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    assert apart(work) == here


def test_an_unexpected_error_apart_is_raised_where_it_arises() -> None:
    here = os.getpid()

    def work() -> None:
        raise ValueError(os.getpid() == here)

    with pytest.raises(ValueError, match="True"):
        apart(work)


def test_a_single_item_is_done_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    taken: list[int] = []
    share_out(lambda item: os.getpid(), [1], taken.append)
    assert taken == [os.getpid()]
