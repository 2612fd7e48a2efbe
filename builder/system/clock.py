"""The clock that commands go by: SOURCE_DATE_EPOCH where it is set, else the machine's own."""

from __future__ import annotations

import calendar
import datetime
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from builder.problems import UsageError

EPOCH: Final = "SOURCE_DATE_EPOCH"
"""Seconds since 1970 to go by instead of the clock, so that a build or a report can be made again to the letter.

https://reproducible-builds.org/specs/source-date-epoch/
"""

_LATEST: Final = calendar.timegm((2106, 2, 7, 0, 0, 0))
"""The last midnight that the header of a gzip file can hold; it counts from 1970 in 32 bits."""


def today() -> datetime.date:
    """The day to go by. Raises UsageError where SOURCE_DATE_EPOCH is set to anything but a number of seconds."""
    seconds = _given()
    if seconds is None:
        return datetime.date.today()
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


@contextmanager
def dated(day: datetime.date | None = None) -> Iterator[None]:
    """Have MkDocs date the sitemap by a day, so that the same summaries give the same bytes whenever they are built.

    SOURCE_DATE_EPOCH goes before, where it is set; with no `day` it alone counts. What lies before 1970 or after
    7 February 2106 is dated by the nearest day between: MkDocs writes it into the header of a gzip file as well.
    Raises UsageError as `today` does.
    """
    before = os.environ.get(EPOCH)
    seconds = _given()
    if seconds is None and day is not None:
        seconds = calendar.timegm(day.timetuple())
    try:
        if seconds is None:
            os.environ.pop(EPOCH, None)
        else:
            os.environ[EPOCH] = str(min(max(seconds, 0), _LATEST))
        yield
    finally:
        if before is None:
            os.environ.pop(EPOCH, None)
        else:
            os.environ[EPOCH] = before


def _given() -> int | None:
    """What SOURCE_DATE_EPOCH holds; None where it is not set, or empty."""
    text = os.environ.get(EPOCH)
    if not text:
        return None
    seconds = int(text) if re.fullmatch("-?[0-9]{1,12}", text) else None
    if seconds is None or not _FIRST <= seconds <= _LAST:
        raise UsageError(f"{EPOCH} holds no number of seconds from year 1 to 9999: leave it out, or write 1593561600")
    return seconds


_FIRST: Final = calendar.timegm((1, 1, 1, 0, 0, 0))
_LAST: Final = calendar.timegm((9999, 12, 31, 23, 59, 59))
