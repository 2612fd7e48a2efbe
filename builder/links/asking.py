"""Asks one address: follows redirects, tries again what may pass, and says what the address led to."""

from __future__ import annotations

import http.client
import re
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from requests.cookies import extract_cookies_to_jar
from requests.utils import requote_uri, select_proxy
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError
from urllib3.util import Retry

from builder.links.connections import Adapter, PrivateAddressError, UnknownNameError, refuse_private
from builder.links.turns import Turns
from builder.records.models.fields import normalized_address

MAX_REDIRECTS: Final = 10
MAX_BODY: Final = 256_000
"""How much of a page is read, in bytes after decompression."""

_TEMPORARY: Final = (429, 500, 502, 503, 504)
_PERMANENT: Final = (301, 308)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What asking an address led to. If `trouble` is not empty, it says why that is not known."""

    address: str
    final: str
    """The address that redirects led to; `address` itself if there were none."""

    permanent: bool = False
    """Whether there were redirects, and all of them said that the page has moved for good."""

    status: int = 0
    """The status of the last answer; 0 if none came."""

    is_html: bool = False
    body: bytes | None = None
    """The first MAX_BODY bytes; None if the answer was not read."""

    trouble: str = ""

    @property
    def works(self) -> bool:
        return not self.trouble and 200 <= self.status < 300


def host_of(address: str) -> str:
    """The host that an address names, without a port."""
    return (urlsplit(address).hostname or "").rstrip(".")


class Asker:
    """Asks addresses politely. Threads can share one."""

    def __init__(self, turns: Turns, *, user_agent: str, timeout: float, allow_local: bool) -> None:
        """`timeout` is the time for all requests of one address together, in seconds, without the waits between."""
        self._turns = turns
        self._user_agent = user_agent
        self._timeout = timeout
        self._allow_local = allow_local

    def ask(self, address: str, *, read: bool = False) -> Answer:
        """Ask for a page's headers; with `read`, or if the server refuses that, for the page itself."""
        with _Visit(self._turns, self._user_agent, self._timeout, allow_local=self._allow_local) as visit:
            return self._follow(visit, address, read=read)

    def _follow(self, visit: _Visit, address: str, *, read: bool) -> Answer:
        visited = [urldefrag(address).url]
        permanent = True
        while True:
            reply = visit.reply(visited[-1], read=read)
            target = _target(visited[-1], reply.location) if reply.location else None
            trouble = reply.trouble or (_trouble_with(reply.location, target, visited) if reply.location else "")
            if trouble or target is None:
                return Answer(
                    address=address,
                    final=normalized_address(visited[-1]) or address if len(visited) > 1 else address,
                    permanent=permanent and len(visited) > 1,
                    status=reply.status,
                    is_html=reply.is_html,
                    body=reply.body,
                    trouble=trouble,
                )
            permanent = permanent and reply.status in _PERMANENT
            visited.append(target)


def _trouble_with(location: str, target: str | None, visited: Sequence[str]) -> str:
    """Why a redirect can't be followed; empty if it can."""
    if target is None:
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:", location)
        return f"it redirects to something that is not a web page{f' ({scheme[0].lower()})' if scheme else ''}"
    if target in visited:
        return "its redirects go in a circle"
    return f"it redirects more than {MAX_REDIRECTS} times" if len(visited) > MAX_REDIRECTS else ""


def _target(address: str, location: str) -> str | None:
    """The address that a redirect leads to, without its fragment; None if it is not one that a summary may have.

    It is asked as the server wrote it: some redirect from the normal form, with `%28`, to one with `(`.
    """
    try:
        target = requote_uri(urldefrag(urljoin(address, location)).url)
    except ValueError:
        return None
    return target if normalized_address(target) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reply:
    """The answer to one request, or after several tries the last one."""

    status: int = 0
    location: str = ""
    is_html: bool = False
    body: bytes | None = None
    retry_after: str = ""
    trouble: str = ""
    passes: bool = False
    """Whether the trouble may be over when it is tried again."""


class _Visit:
    """The requests for one address: a session that no other address shares, and the time that is left."""

    def __init__(self, turns: Turns, user_agent: str, timeout: float, *, allow_local: bool) -> None:
        self._turns = turns
        self._timeout = timeout
        self._left = timeout
        self._allow_local = allow_local
        self._adapter = Adapter(allow_local=allow_local)
        self._session = requests.Session()
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)
        self._session.headers.update({"User-Agent": user_agent, "Accept": "text/html, */*;q=0.8"})
        self._session.auth = _no_login  # else requests sends the names and passwords that ~/.netrc has for a host
        self._host = ""

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *raised: object) -> None:
        self._session.close()

    def reply(self, address: str, *, read: bool) -> _Reply:
        """Ask until there is an answer that will stay, or no try is left."""
        host = host_of(address)
        if host != self._host:
            self._session.cookies.clear()
            self._host = host
        method = "GET" if read else "HEAD"
        tries = Retry(
            total=2,
            status_forcelist=_TEMPORARY,
            allowed_methods=None,
            backoff_factor=self._turns.pause,
        )
        while True:
            reply = self._once(method, host, address)
            is_busy = tries.is_retry(method, reply.status) or reply.passes
            if method == "HEAD" and not is_busy and reply.status >= 400:
                method = "GET"  # many servers refuse HEAD, or answer it wrongly
                continue
            if not is_busy:
                return reply
            method = "GET"
            try:
                tries = tries.increment(method, address)
                wait = tries.parse_retry_after(reply.retry_after) if reply.retry_after else tries.get_backoff_time()
            except (MaxRetryError, InvalidHeader):
                return reply
            if not self._turns.hold(host, wait):
                asked = f"{worded(reply.status)} and asks to wait {wait:.0f} seconds"
                return _Reply(trouble=asked if reply.retry_after else reply.trouble or worded(reply.status))

    def _once(self, method: str, host: str, address: str) -> _Reply:
        """Make one request when it is the host's turn."""
        with self._turns.turn(host):
            if self._left <= 0:
                return _Reply(trouble=self._too_late())
            started = time.monotonic()
            is_over = threading.Event()
            timer = threading.Timer(self._left, self._cut, [is_over])
            timer.daemon = True
            timer.start()
            try:
                reply = self._request(method, host, address)
                return _Reply(trouble=self._too_late()) if is_over.is_set() else reply
            except PrivateAddressError:
                return _Reply(trouble="a private address")
            except UnknownNameError:
                return _Reply(trouble="the name does not resolve")
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                if is_over.is_set() or isinstance(error, requests.Timeout) or _cause(error, TimeoutError):
                    return _Reply(trouble=self._too_late())
                return _Reply(trouble=_worded_error(error), passes=not isinstance(error, _STAYING))
            finally:
                timer.cancel()
                self._left -= time.monotonic() - started

    def _request(self, method: str, host: str, address: str) -> _Reply:
        """Send a request through the adapter: a session would read all of a redirect's page, however long it is."""
        request = self._session.prepare_request(requests.Request(method, address))
        settings = self._session.merge_environment_settings(address, {}, True, None, None)
        if not self._allow_local and select_proxy(address, settings["proxies"]):
            refuse_private(host)
        with self._adapter.send(request, timeout=self._left, **settings) as response:
            extract_cookies_to_jar(self._session.cookies, request, response.raw)
            location = self._session.get_redirect_target(response) or ""
            body = b""
            if method == "GET" and not location:
                for chunk in response.iter_content(16_384):
                    body += chunk
                    if len(body) >= MAX_BODY:
                        break
            return _Reply(
                status=response.status_code,
                location=location,
                is_html="html" in response.headers.get("Content-Type", "html").lower(),
                body=body[:MAX_BODY] if method == "GET" else None,
                retry_after=response.headers.get("Retry-After", ""),
            )

    def _cut(self, is_over: threading.Event) -> None:
        is_over.set()
        self._adapter.cut()

    def _too_late(self) -> str:
        return f"no complete answer within {self._timeout:g} seconds"


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


_STAYING: Final = (requests.exceptions.SSLError, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)


def worded(status: int) -> str:
    """A status in words, such as `answers 404 (not found)`."""
    try:
        return f"answers {status} ({http.HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return f"answers {status}"


def _worded_error(error: BaseException) -> str:
    """What went wrong with a request, without any text from the server."""
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(certificate.verify_code, "its certificate can't be verified")
    worded_causes: tuple[tuple[type[BaseException], str], ...] = (
        (requests.exceptions.ProxyError, "the proxy does not answer"),
        (requests.exceptions.SSLError, "no secure connection can be made"),
        (ConnectionRefusedError, "the connection is refused"),
        (requests.exceptions.ChunkedEncodingError, "the answer breaks off"),
        (requests.exceptions.ContentDecodingError, "the answer can't be decompressed"),
        (requests.exceptions.InvalidURL, "the address can't be asked"),
        (requests.exceptions.InvalidSchema, "the address can't be asked"),
        (http.client.RemoteDisconnected, "the connection is closed without an answer"),
        (ConnectionResetError, "the connection is closed without an answer"),
        (OSError, "no connection can be made"),
    )
    return next((text for kind, text in worded_causes if _cause(error, kind)), "the answer is not valid HTTP")


_CERTIFICATE: Final = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate is signed by an unknown authority",
    20: "its certificate is signed by an unknown authority",
    21: "its certificate is signed by an unknown authority",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""By the code of OpenSSL: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/"""


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The error itself, or the nearest of those that led to it, of a kind."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or each in seen:
            continue
        if isinstance(each, kind):
            return each
        seen.append(each)
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return None
