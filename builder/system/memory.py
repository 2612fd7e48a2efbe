"""When Python looks for objects that only each other still use, and when the system gets memory back."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def kept_until_exit() -> Iterator[None]:
    """Read data that a command keeps until it ends: Python is not to look for unused objects in it.

    It would look through all of it again and again while it grows, and once more at exit. That is a third of the time
    that `check` takes. Use it only in a command that reads once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def give_back() -> None:
    """Give memory that nothing uses any more back to the system, after big texts were dropped.

    The C library of most Linux systems would keep it for later ones.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
