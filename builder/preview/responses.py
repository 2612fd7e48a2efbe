"""What the preview's server adds to pages and answers itself: refused hosts, problems, the last edit."""

from __future__ import annotations

import ipaddress
import mimetypes
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

LAST_EDIT: Final = "/livereload/followed"
"""The path at which a browser asks which page was edited last."""

FOLLOW_SCRIPT: Final = (
    "<script>fetch('" + LAST_EDIT + "').then(r => r.json()).then(([turn, page]) => {"
    "const last = sessionStorage.getItem('followed'); sessionStorage.setItem('followed', turn);"
    "if (last !== null && last !== String(turn) && page !== location.pathname) location.assign(page)})</script>\n"
)
"""Added to each page of a preview with `follow`: after an edit, it opens the page that shows the edit."""


def with_extras(page: bytes, bar: str, count: str, *, follow: bool = False) -> bytes:
    """Add to an HTML page the bar with problems and, with `follow`, the script that follows edits.

    `count` says how many problems there are, for the page's title. It may be empty, as may `bar`.
    """
    if count:
        page = page.replace(b"<title>", f"<title>({count}) ".encode(), 1)
    before, body_end, after = page.rpartition(b"</body>")
    return before + (bar + (FOLLOW_SCRIPT if follow else "")).encode() + body_end + after


def is_loopback(host: str) -> bool:
    """Whether only this machine can be reached by this name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def loopback_only(
    app: Callable[..., Iterable[bytes]],
    last_edit: Callable[[], str],
    more_files: Callable[[str], bytes | None] = lambda path: None,
) -> Callable[..., Iterable[bytes]]:
    """Refuse requests for another host: a web page could otherwise read the preview (DNS rebinding).

    `last_edit` returns the answer at LAST_EDIT: how many edits there were, and the address of the page of the last.
    `more_files` returns a file that is not in the site, by its path; it is sent as it is.
    """

    def checked(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        header = environ.get("HTTP_HOST")
        if header is not None and not is_loopback(_host_in(header)):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This preview only answers requests for this machine.\n"]
        if environ.get("PATH_INFO") == LAST_EDIT:
            start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [last_edit().encode()]
        path = str(environ.get("PATH_INFO"))
        if (data := more_files(path)) is not None:
            kind = mimetypes.guess_type(path)[0] or "text/html; charset=utf-8"
            start_response("200 OK", [("Content-Type", kind), ("Cache-Control", "no-store")])
            return [data]
        return app(environ, start_response)

    return checked


def _host_in(header: str) -> str:
    """The host in a Host header in lower case, without its port; empty if the header is malformed."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:/?#@\[\]\s]+)(:[0-9]*)?", header.lower())
    return found[1] if found else ""
