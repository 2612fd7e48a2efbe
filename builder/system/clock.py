"""The date and time that commands use: SOURCE_DATE_EPOCH if it is set, otherwise the system clock."""

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
"""The time to use instead of the clock, in seconds since 1970, so that a build or report can be reproduced exactly.

https://reproducible-builds.org/specs/source-date-epoch/
"""

_GZIP_MAX: Final = calendar.timegm((2106, 2, 7, 0, 0, 0))
"""The last midnight that fits in a gzip header, which counts seconds since 1970 in 32 bits."""


def today() -> datetime.date:
    """Today's date. Raises UsageError if SOURCE_DATE_EPOCH is set to anything but a number of seconds."""
    seconds = _epoch_seconds()
    if seconds is None:
        return datetime.date.today()
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


@contextmanager
def source_date_epoch(day: datetime.date | None = None) -> Iterator[None]:
    """Set SOURCE_DATE_EPOCH to a day while the block runs, so that MkDocs dates the sitemap reproducibly.

    If it is set already, its value is used instead of `day`. Values before 1970 or after 7 February 2106 are moved to
    the nearest day in that range, because MkDocs also writes the date into a gzip header. Afterwards the variable
    has its old value again. Raises UsageError as `today` does.
    """
    before = os.environ.get(EPOCH)
    seconds = _epoch_seconds()
    if seconds is None and day is not None:
        seconds = calendar.timegm(day.timetuple())
    try:
        if seconds is None:
            os.environ.pop(EPOCH, None)
        else:
            os.environ[EPOCH] = str(min(max(seconds, 0), _GZIP_MAX))
        yield
    finally:
        if before is None:
            os.environ.pop(EPOCH, None)
        else:
            os.environ[EPOCH] = before


def _epoch_seconds() -> int | None:
    """The value of SOURCE_DATE_EPOCH; None if it is unset or empty."""
    text = os.environ.get(EPOCH)
    if not text:
        return None
    seconds = int(text) if re.fullmatch("-?[0-9]{1,12}", text) else None
    if seconds is None or not _YEAR_1 <= seconds <= _YEAR_9999:
        raise UsageError(f"{EPOCH} is not a number of seconds from year 1 to 9999: unset it, or use 1593561600")
    return seconds


_YEAR_1: Final = calendar.timegm((1, 1, 1, 0, 0, 0))
_YEAR_9999: Final = calendar.timegm((9999, 12, 31, 23, 59, 59))
