"""Answers the browsers of a preview: files of the site with what the preview adds, and when to load them again."""

from __future__ import annotations

import http.server
import ipaddress
import json
import mimetypes
import os
import posixpath
import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from builder.explainer.addresses import on_the_web
from builder.preview.problem_bar import as_bar
from builder.preview.updates import Preview

CHANGES: Final = "/.preview/"
"""Where a browser asks whether there is something newer than what it shows, by its number."""

_LONGEST: Final = 30
"""How many seconds such a request waits for something newer."""

_RULES: Final = "handbook/rules/"
"""Where the handbook explains each rule, if the site has it."""

_SCRIPT: Final = """<script>(() => {
let waiting = new AbortController()
const ask = async ({signal}) => {
  while (!signal.aborted) {
    try {
      const [number, edits, page] = await (await fetch("%s%d", {signal})).json()
      if (number === %d) continue
      if (page && edits !== %d && page !== location.pathname) location.assign(page)
      else location.reload()
      return
    } catch { await new Promise(done => setTimeout(done, 1000)) }
  }
}
const look = () => {
  waiting.abort()
  if (document.visibilityState === "visible") ask(waiting = new AbortController())
}
addEventListener("load", look)
addEventListener("pagehide", () => waiting.abort())
document.addEventListener("visibilitychange", look)
})()</script>
"""
"""Added to each page: it loads the page again when there is something newer than its number, or the edited page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a browser gets."""

    status: int = 200
    kind: str = "text/plain; charset=utf-8"
    body: bytes = b""
    more: Mapping[str, str] = field(default_factory=dict)
    """Headers besides those for the content."""


class Server(socketserver.ThreadingTCPServer):
    """Listens to browsers as soon as it exists, and answers them from `start` on."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, host: str, port: int, more_file: Callable[[Preview, str], bytes | None], root: Path, *, follow: bool
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)
        self.more_file = more_file
        self.root = root
        self.follow = follow
        self.now = Preview()
        self.number = time.time_ns() // 1_000_000
        """The number of what is shown. It starts with the time, so that a page from an earlier preview has another."""

        self.has_changed = threading.Condition()

    def start(self) -> None:
        """Answer requests in threads."""
        threading.Thread(target=partial(self.serve_forever, poll_interval=0.05), daemon=True).start()

    def show(self, now: Preview) -> None:
        """Show this from now on, and have browsers load their pages again."""
        with self.has_changed:
            self.now = now
            self.number += 1
            self.has_changed.notify_all()

    def stop(self) -> None:
        """Answer no more requests."""
        self.shutdown()
        self.server_close()

    def answer(self, target: str, host: str | None) -> Answer:
        """The answer to a request for a path with a query, given its Host header.

        Requests for another host are refused: a web page could otherwise read the preview (DNS rebinding).
        """
        if not is_for_this_machine(host):
            return Answer(status=403, body=b"This preview only answers requests for this machine.\n")
        path, mark, query = target.partition("?")
        path = unquote(path, errors="replace")
        if path.startswith(CHANGES):
            return self._changes(path.removeprefix(CHANGES))
        number, now = self.number, self.now  # in this order: a page may be newer than its number, but never older
        if not f"{path}/".startswith(now.mount):
            return _moved(now.mount) if path == "/" else self._missing(now, number)
        if path.startswith(now.mount) and (data := self.more_file(now, path.removeprefix(now.mount))) is not None:
            return Answer(kind=mimetypes.guess_type(path)[0] or _HTML, body=data)
        below = path[len(now.mount) :]
        name = f"{below}index.html" if path.endswith("/") else below
        data = self._file(name)
        if data is None:
            if not path.endswith("/") and self._file(f"{below}/index.html") is not None:
                return _moved(f"{path}/", f"{mark}{query}")
            return self._missing(now, number)
        return Answer(kind=_kind(name), body=self._with_extras(data, now, number) if name.endswith(".html") else data)

    def _changes(self, known: str) -> Answer:
        """Wait until there is something newer than what a browser knows, and say what."""
        with self.has_changed:
            self.has_changed.wait_for(lambda: str(self.number) != known, _LONGEST)
            page = on_the_web(self.now.edited, self.now.mount) if self.follow and self.now.edited else ""
            return Answer(kind="application/json", body=json.dumps([self.number, self.now.edits, page]).encode())

    def _file(self, name: str) -> bytes | None:
        """What is in a file of the site; None if there is none. `name` can't lead out of the site."""
        name = posixpath.normpath(f"/{name}").lstrip("/")
        while True:
            site = self.now.site
            try:
                return (site / name).read_bytes() if site else None
            except (OSError, ValueError):
                if site is self.now.site:  # otherwise that site was just replaced and removed
                    return None

    def _missing(self, now: Preview, number: int) -> Answer:
        page = self._file("404.html")
        if page is None:
            return Answer(status=404, body=b"There is no such page.\n")
        return Answer(status=404, kind=_HTML, body=self._with_extras(page, now, number))

    def _with_extras(self, page: bytes, now: Preview, number: int) -> bytes:
        rules = f"{now.mount}{_RULES}" if now.site and os.path.isfile(now.site / _RULES / "index.html") else ""
        extras = as_bar(now.report, self.root, rules) + _SCRIPT % (CHANGES, number, number, now.edits)
        return with_extras(page, extras, now.report.count)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print the traceback of a bug. That a browser has hung up is none."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.answer(self.path, self.headers.get("Host"))
        self.send_response(answer.status)
        own = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), "Cache-Control": "no-store"}
        for name, value in {**own, **answer.more}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: it would bury the builder's own messages."""


def with_extras(page: bytes, extras: str, count: str) -> bytes:
    """Add extras to the end of an HTML page, and to its title how many problems there are, unless that is empty."""
    if count:
        page = page.replace(b"<title>", f"<title>({count}) ".encode(), 1)
    before, body_end, after = page.rpartition(b"</body>")
    return before + extras.encode() + body_end + after


def is_for_this_machine(host: str | None) -> bool:
    """Whether a Host header names this machine. A request without one does."""
    return host is None or is_loopback(_host_in(host))


def is_loopback(host: str) -> bool:
    """Whether only this machine can be reached by this name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_in(header: str) -> str:
    """The host in a Host header in lower case, without its port; empty if the header is malformed."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:/?#@\[\]\s]+)(:[0-9]*)?", header.lower())
    return found[1] if found else ""


_HTML: Final = "text/html; charset=utf-8"


def _kind(name: str) -> str:
    """The media type of a file. Texts of the site are in UTF-8."""
    if name.endswith(".html"):
        return _HTML
    kind, packed = mimetypes.guess_type(name)
    if packed == "gzip":
        return "application/gzip"
    if name.endswith((".js", ".mjs")):  # some systems say otherwise
        kind = "text/javascript"
    kind = kind or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _moved(path: str, query: str = "") -> Answer:
    return Answer(status=302, more={"Location": quote(path) + query})
