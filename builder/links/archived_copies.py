"""Finds archived copies of pages with the availability API of the Internet Archive.

https://archive.org/help/wayback_api.php describes it. An answer is used only if it is about the page that was asked
for, and the address of the copy is put together here.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urldefrag, urlsplit

from builder.links.asking import Asker, worded
from builder.records.models.fields import normalized_address

API: Final = "https://archive.org/wayback/available"
_COPIES: Final = "https://web.archive.org/web/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """An archived copy: its address and its day. If there is none, `missing` says why."""

    address: str = ""
    day: datetime.date | None = None
    missing: str = ""


def find_copy(asker: Asker, api: str, address: str, day: datetime.date | None) -> Copy:
    """Find the copy of a page that was made nearest to a day, or the newest one."""
    page = urldefrag(address).url
    near = f"&timestamp={day:%Y%m%d}" if day else ""
    answer = asker.ask(f"{api}?url={quote(page, safe='')}{near}", read=True)
    if not answer.works:
        return Copy(missing=f"the archive can't say: {answer.trouble or worded(answer.status)}")
    try:
        data = json.loads(answer.body or b"")
    except (ValueError, RecursionError):
        return Copy(missing="the archive can't say: its answer is not JSON")
    closest = _at(_at(data, "archived_snapshots"), "closest")
    if closest is None or _at(closest, "available") is not True or _at(closest, "status") != "200":
        return Copy(missing="no archived copy was found")
    found = _COPY.fullmatch(str(_at(closest, "url")))
    made = _day(str(_at(closest, "timestamp")))
    if found is None or made is None or found["time"] != _at(closest, "timestamp"):
        return Copy(missing="the archive's answer is not a copy in the archive")
    if _essence(found["page"]) != _essence(page):
        return Copy(missing="the archive's answer is about another page")
    copy = normalized_address(f"{_COPIES}{found['time']}/{page}")
    return Copy(address=copy, day=made) if copy else Copy(missing="no archived copy was found")


_COPY: Final = re.compile(r"https?://web\.archive\.org/web/(?P<time>\d{14})/(?P<page>https?://.+)")


def _at(data: object, name: str) -> object:
    return data.get(name) if isinstance(data, dict) else None


def _day(timestamp: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(timestamp, "%Y%m%d%H%M%S").date()
    except ValueError:
        return None


def _essence(address: str) -> tuple[str, str, str]:
    """The parts of an address in which the archive tells pages apart: not the scheme, `www.` or a final slash."""
    parts = urlsplit(normalized_address(address) or address)
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/").lower(), parts.query.lower()
