"""What the preview's server answers besides pages: only who asks for this machine, and where the last edit shows."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

FOLLOWED: Final = "/livereload/followed"
"""Where a browser asks which page was edited last."""

FOLLOWER: Final = (
    "<script>fetch('" + FOLLOWED + "').then(r => r.json()).then(([turn, page]) => {"
    "const last = sessionStorage.getItem('followed'); sessionStorage.setItem('followed', turn);"
    "if (last !== null && last !== String(turn) && page !== location.pathname) location.assign(page)})</script>\n"
)
"""In each page of a preview that is followed: once it is loaded again after an edit, go where the edit shows."""


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
        if asked is not None and not is_loopback(urlsplit(f"//{asked}").hostname or ""):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This preview answers only to this machine's own name.\n"]
        if environ.get("PATH_INFO") == FOLLOWED:
            start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [followed().encode()]
        return app(environ, start_response)

    return checked
