"""When Python looks for objects that only each other still use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
