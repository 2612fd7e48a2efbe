"""What a command reads and keeps until it ends is not searched for unused objects."""

from __future__ import annotations

import gc

import pytest

from builder.system.memory import kept_until_exit


def test_what_is_kept_until_exit_is_never_searched() -> None:
    kept: list[object] = [[]]
    try:
        with kept_until_exit():
            assert not gc.isenabled()
            kept.append([])
        assert gc.isenabled()
        assert not [each for each in gc.get_objects() if each is kept]
    finally:
        gc.unfreeze()
    assert [each for each in gc.get_objects() if each is kept]


def test_the_search_goes_on_after_an_error() -> None:
    try:
        with pytest.raises(ZeroDivisionError), kept_until_exit():
            _ = 1 / 0
        assert gc.isenabled()
    finally:
        gc.unfreeze()
