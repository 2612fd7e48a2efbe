"""Work on items of several hosts, and turns of requests to one host."""

from __future__ import annotations

import threading

import pytest

from builder.links.turns import MAX_WAIT, PATIENCE, Turns, map_by_host


def test_a_host_with_many_items_does_not_keep_the_others_waiting() -> None:
    """The slow host answers only when everything of the quick one is done, with three threads for both."""
    left = list(range(8))
    is_done = threading.Event()

    def work(item: tuple[str, int]) -> int:
        host, number = item
        if host == "slow":
            assert is_done.wait(10)
        else:
            left.remove(number)
            if not left:
                is_done.set()
        return number

    items = [*(("slow", number) for number in range(5)), *(("quick", number) for number in range(8))]
    done: list[int] = []
    assert map_by_host(work, items, lambda item: item[0], 3, done.append) == [0, 1, 2, 3, 4, *range(8)]
    assert done[-1] == 13


def test_an_error_in_the_work_is_raised() -> None:
    def work(item: str) -> str:
        raise LookupError(item)

    with pytest.raises(LookupError, match="a"):
        map_by_host(work, ["a"] * 5, lambda item: item, 2)
    assert map_by_host(work, [], lambda item: item, 2) == []


def test_a_host_is_held_back_only_for_so_long() -> None:
    turns = Turns(0)
    assert not turns.hold("a", MAX_WAIT + 1)
    assert [turns.hold("a", PATIENCE / 3) for _ in range(4)] == [True, True, True, False]
    assert turns.hold("b", PATIENCE / 3)
