"""Work shared among processes."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest
from conftest import start_process_group
from golden import ROOT

from builder.system import parallel
from builder.system.parallel import map_shares, share_out


def test_each_share_is_done_by_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    items = list(range(parallel.MIN_SHARED_ITEMS))
    taken: dict[int, list[int]] = defaultdict(list)
    map_shares(with_process, items, lambda result: taken[result[0]].append(result[1]))
    assert sorted(taken.values()) == [items[0::3], items[1::3], items[2::3]]
    assert os.getpid() not in taken


def with_process(share: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from ((os.getpid(), item) for item in share)


def test_results_are_taken_while_others_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    waits, goes_on = os.pipe()

    def work(share: Sequence[int]) -> Iterator[int]:
        yield 1
        os.read(waits, 1)
        yield 2

    taken: list[int] = []

    def take(result: int) -> None:
        taken.append(result)
        os.write(goes_on, b" ")

    map_shares(work, range(parallel.MIN_SHARED_ITEMS), take)
    assert sorted(taken) == [1, 1, 2, 2]


def test_an_error_in_a_share_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)

    def work(share: Sequence[int]) -> Iterator[int]:
        if 13 in share:
            raise ValueError("thirteen")
        yield len(share)

    with pytest.raises(ValueError, match="thirteen"):
        map_shares(work, range(parallel.MIN_SHARED_ITEMS), print)


def test_the_share_of_a_killed_process_is_done_by_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    here = os.getpid()

    def work(share: Sequence[int]) -> Iterator[int]:
        for item in share:
            if os.getpid() != here and item > 10:
                os._exit(9)
            yield item

    taken: set[int] = set()
    map_shares(work, range(parallel.MIN_SHARED_ITEMS), taken.add)
    assert taken == set(range(parallel.MIN_SHARED_ITEMS))


INTERRUPTED = """\
import os, signal
from builder.system import parallel
parallel.processors = lambda: 2
def work(share):
    os.write(1, b"at work\\n")
    signal.pause()
try:
    parallel.map_shares(work, range(parallel.MIN_SHARED_ITEMS), print)
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
    taken: list[tuple[int, int]] = []
    map_shares(with_process, [1, 2], taken.append)
    assert taken == [(os.getpid(), 1), (os.getpid(), 2)]


def test_items_are_shared_out_among_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    taken: list[tuple[int, int]] = []
    share_out(lambda item: (item, os.getpid()), range(5000), taken.append)
    assert sorted(item for item, _ in taken) == list(range(5000)), "more than fit in the queue at once"
    assert os.getpid() not in {process for _, process in taken}


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


def test_a_single_item_is_done_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    taken: list[int] = []
    share_out(lambda item: os.getpid(), [1], taken.append)
    assert taken == [os.getpid()]
