"""A web server on loopback that behaves as it is told, well or badly, and keeps a log of what it was asked."""

from __future__ import annotations

import http.server
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HUGE = 50_000_000


@dataclass(slots=True)
class Log:
    """What servers were asked. Several servers can share one."""

    requests: list[str] = field(default_factory=list)
    """Such as `GET /page`; a page that can't exist is `/<impossible>`."""

    headers: list[Mapping[str, str]] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    sent: int = 0
    """How many bytes of a huge page were sent."""

    running: dict[str, int] = field(default_factory=dict)
    most: int = 0
    """The most requests that ran at once."""

    most_at_a_host: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    was_asked: threading.Event = field(default_factory=threading.Event)
    is_full: threading.Event = field(default_factory=threading.Event)
    full_at: int = 0
    """If it is not 0, each answer waits until so many requests have run at once."""


class WebServer(http.server.ThreadingHTTPServer):
    """Answers with `pages`: by path, an answer, or a list of answers of which the last one stays.

    An answer has these keys, all optional: `status` (200), `to` (the address of a redirect), `title`, `text`, `type`,
    `headers`, `head` (another answer, for HEAD), `body`, and what goes wrong: `delay` (seconds), `does`: `close` (no
    answer), `half` (half a body), `huge`, `drip` (a byte of the
    headers at a time), `trickle` (a byte of the page at a time). The path `*` stands for all others,
    which otherwise answer 404. In `to` and `body`, {path} is the path that was asked.
    """

    def __init__(self, pages: Mapping[str, Any], log: Log, host: str = "127.0.0.1", secure: Path | None = None) -> None:
        super().__init__((host, 0), _Handler)
        self.pages = {path: list(found) if isinstance(found, list) else [found] for path, found in pages.items()}
        self.log = log
        self.over = threading.Event()
        self.address = f"{'https' if secure else 'http'}://{host}:{self.server_port}"
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(secure)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients that go away are part of the tests."""


@contextmanager
def serving(
    pages: Mapping[str, Any], log: Log | None = None, host: str = "127.0.0.1", secure: Path | None = None
) -> Iterator[WebServer]:
    """Run a server until the block ends."""
    server = WebServer(pages, log or Log(), host, secure)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: WebServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        log, host = self.server.log, str(self.server.server_address[0])
        path = re.sub(r"/[a-p]{24}(?=\W|$)", "/<impossible>", self.path)
        with log.lock:
            log.was_asked.set()
            log.requests.append(f"{self.command} {path}")
            log.headers.append(dict(self.headers))
            log.started.append(time.monotonic())
            log.running[host] = log.running.get(host, 0) + 1
            log.most = max(log.most, sum(log.running.values()))
            log.most_at_a_host = max(log.most_at_a_host, log.running[host])
            if log.most == log.full_at:
                log.is_full.set()
            answers = self.server.pages.get(path) or self.server.pages.get("*") or [{"status": 404}]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            if log.full_at:
                log.is_full.wait(20)
            self._send({**answer, **(answer.get("head", {}) if self.command == "HEAD" else {})})
        finally:
            with log.lock:
                log.running[host] -= 1

    def _send(self, answer: Mapping[str, Any]) -> None:
        does = answer.get("does")
        if does == "close":
            self.close_connection = True
            return
        self.server.over.wait(answer.get("delay", 0))
        title = f"<title>{answer['title']}</title>" if "title" in answer else ""
        body = answer.get("body", f"{title}<p>{answer.get('text', '')}</p>").replace("{path}", self.path).encode()
        self.send_response(answer.get("status", 200))
        self.send_header("Content-Type", answer.get("type", "text/html; charset=utf-8"))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        if "to" in answer:
            self.send_header("Location", answer["to"].replace("{path}", self.path))
        length = HUGE if does in ("huge", "trickle") else len(body) * 2 if does == "half" else len(body)
        self.send_header("Content-Length", str(length))
        if does == "drip":
            self.wfile.write(b"".join(self._headers_buffer))  # type: ignore[attr-defined]  # the typeshed leaves it out
            self._write_slowly()
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
            if does == "trickle":
                self._write_slowly()
            while does == "huge" and self.server.log.sent < HUGE:
                self.server.log.sent += self.wfile.write(b" " * 65_536)
        self.close_connection = does in ("half", "huge")

    def _write_slowly(self) -> None:
        while not self.server.over.wait(0.02):
            self.wfile.write(b"X")

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: the log has it."""
