"""What the preview's server answers besides pages: only who asks for this machine; what is wrong; the last edit."""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

FOLLOWED: Final = "/livereload/followed"
"""Where a browser asks which page was edited last."""

FOLLOWER: Final = (
    "<script>fetch('" + FOLLOWED + "').then(r => r.json()).then(([turn, page]) => {"
    "const last = sessionStorage.getItem('followed'); sessionStorage.setItem('followed', turn);"
    "if (last !== null && last !== String(turn) && page !== location.pathname) location.assign(page)})</script>\n"
)
"""In each page of a preview that is followed: once it is loaded again after an edit, go where the edit shows."""


_BANNER: Final = (
    '<div role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;max-height:50vh;overflow:auto;'
    'padding:1rem;background:#fff;color:#900;border-top:.3rem solid;font-size:.75rem">'
    "<strong>This page may be out of date until these problems are mended:</strong>"
    '<pre style="white-space:pre-wrap">{}</pre></div>\n'
)


def with_extras(page: bytes, report: str, *, follow: bool = False) -> bytes:
    """A page of HTML with the problems over it, if there are any, and the script that follows edits, if asked."""
    extras = (_BANNER.format(html.escape(report)) if report else "") + (FOLLOWER if follow else "")
    before, body_end, after = page.rpartition(b"</body>")
    return before + extras.encode() + body_end + after


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, seen from itself alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def guarded(app: Callable[..., Iterable[bytes]], followed: Callable[[], str]) -> Callable[..., Iterable[bytes]]:
    """Refuse requests that name another host: a page elsewhere could otherwise read the preview (DNS rebinding).

    `followed` gives the answer at FOLLOWED: how many edits there were, and the address of the page of the last.
    """

    def checked(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST")
        if asked is not None and not is_loopback(_host_in(asked)):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This preview answers only to this machine's own name.\n"]
        if environ.get("PATH_INFO") == FOLLOWED:
            start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [followed().encode()]
        return app(environ, start_response)

    return checked


def _host_in(asked: str) -> str:
    """The host of a request's Host line in lower case, without its port; empty where the line is no such thing."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:/?#@\[\]\s]+)(:[0-9]*)?", asked.lower())
    return found[1] if found else ""
