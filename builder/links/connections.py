"""Connections for `requests` that refuse private addresses and can be cut when time is up.

Addresses in summaries may come from anyone, and a machine that checks them can reach more than the public web: its own
services, its network, the metadata of its cloud. So a name is resolved first, and only then is one of the resolved
addresses connected to; a redirect or a change in the DNS can't lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from contextlib import suppress
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


class PrivateAddressError(Exception):
    """The host is this machine, or in its own network."""


class UnknownNameError(Exception):
    """The host's name does not resolve."""


class Adapter(HTTPAdapter):
    """An adapter for one session in one thread."""

    def __init__(self, *, allow_local: bool) -> None:
        self._allow_local = allow_local
        self._sockets: list[socket.socket] = []
        super().__init__()

    def cut(self) -> None:
        """End every connection at once, from another thread. What is being read or written fails."""
        for opened in tuple(self._sockets):
            with suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)  # not that of SSLSocket, which is not thread-safe

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._sockets, guarded=not self._allow_local)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """A manager whose connections go to the proxy, which may have a private address."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _pools(self._sockets, guarded=False)
        return manager


def refuse_private(host: str) -> None:
    """Raise PrivateAddressError if a host that a proxy is asked for is private, as far as this machine can tell."""
    name = host.strip("[]").rstrip(".").lower()
    if ("." not in name and ":" not in name) or name.endswith(_LOCAL_NAMES):
        raise PrivateAddressError(host)
    with suppress(UnknownNameError):  # only the proxy may be able to resolve public names
        _resolved(name, None, guarded=True)


_LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa")


def is_private(text: str) -> bool:
    """Whether an IP address is not one of the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_private(str(inner))
    return not address.is_global or address.is_multicast or address.is_reserved or address == _WIRE_SERVER


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_WIRE_SERVER: Final = ipaddress.IPv4Address("168.63.129.16")
"""The address at which every machine in Azure, and so every runner of GitHub, reaches its host's own service."""


def _resolved(host: str, port: int | None, *, guarded: bool) -> list[str]:
    """The IP addresses of a host. Raises UnknownNameError, and PrivateAddressError if `guarded` and one is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnknownNameError(host) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if guarded and any(map(is_private, addresses)):
        raise PrivateAddressError(host)
    return addresses


def _connect(connection: HTTPConnection, *, guarded: bool) -> socket.socket:
    """A socket connected to one of the addresses that were checked. Its errors are those of urllib3.

    The time is shared between the addresses, as one of them may never answer.
    """
    addresses = _resolved(connection.host, connection.port, guarded=guarded)
    end = time.monotonic() + (connection.timeout or 0)
    error = OSError("there is no address")
    for tried, address in enumerate(addresses):
        share = max(0.01, end - time.monotonic()) / (len(addresses) - tried)
        try:
            opened = socket.create_connection((address, connection.port), share)
        except OSError as failed:
            error = failed
        else:
            opened.settimeout(connection.timeout)
            return opened
    if isinstance(error, TimeoutError):
        raise ConnectTimeoutError(connection, "the connection timed out") from error
    raise NewConnectionError(connection, str(error)) from error


def _pools(sockets: list[socket.socket], *, guarded: bool) -> dict[str, type[HTTPConnectionPool]]:
    """The classes of connection pools for each scheme. Each connection adds its socket to `sockets`."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, guarded=guarded)

        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, guarded=guarded)

        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
