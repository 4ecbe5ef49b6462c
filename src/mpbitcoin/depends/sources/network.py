"""Quick answers on whether a host can be reached, so that a dead one costs seconds at most."""

from __future__ import annotations

import queue
import socket
import threading
import time
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from mpbitcoin.depends.sources.model import Unavailable
from mpbitcoin.errors import redact

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
_REMEMBER_SECONDS = 30.0

_dead: dict[tuple[str, int], tuple[float, str]] = {}
_guard = threading.Lock()


def _endpoint(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:  # of the port, or of an IPv6 address
        raise Unavailable(f"not an address: {redact(url)}") from error
    return parts.hostname or "", port or (443 if parts.scheme == "https" else 80)


def _look_up(host: str, port: int, answer: queue.Queue[OSError | None]) -> None:
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answer.put(None)
    except (OSError, UnicodeError) as error:
        answer.put(error if isinstance(error, OSError) else OSError(str(error)))


def _name_fault(host: str, port: int) -> str:
    """Why the host's name has no address, "" if it has; waits CONNECT_SECONDS at most.

    The resolver itself cannot be told how long it may take, so it is asked in a thread.
    """
    answer: queue.Queue[OSError | None] = queue.Queue()
    threading.Thread(target=_look_up, args=(host, port, answer), daemon=True).start()
    try:
        error = answer.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        return "no answer from the name server"
    return "" if error is None else "host name not found"


def mark_dead(url: str, reason: str) -> None:
    """Remember for some seconds that the host of `url` cannot be reached."""
    with _guard:
        _dead[_endpoint(url)] = (time.monotonic(), reason)


def expect_reachable(url: str, proxies: dict[str, str] | None = None) -> None:
    """Raise Unavailable when the host of the http(s) `url` is known or found to be dead.

    The name is looked up unless a proxy (of `proxies` or of the environment) does that.
    """
    endpoint = _endpoint(url)
    with _guard:
        since, reason = _dead.get(endpoint, (0.0, ""))
    if reason and time.monotonic() - since < _REMEMBER_SECONDS:
        raise Unavailable(reason)
    used = {**get_environ_proxies(url), **(proxies or {})}
    if select_proxy(url, used):
        return
    if fault := _name_fault(*endpoint):
        mark_dead(url, fault)
        raise Unavailable(fault)


_FAULT_TYPES: tuple[tuple[type[requests.RequestException], str], ...] = (
    (requests.ConnectTimeout, f"no answer within {CONNECT_SECONDS:g} s"),
    (requests.exceptions.SSLError, "the TLS certificate was not accepted"),
    (requests.exceptions.ProxyError, "the proxy refused or cannot be reached"),
)
_FAULT_TEXTS = (
    ("Failed to resolve", "host name not found"),
    ("Connection refused", "connection refused"),
    ("Failed to establish a new connection", "host unreachable"),
)


def connection_fault(error: requests.RequestException) -> str:
    """A few words on a connection that could not be made at all, "" for other errors."""
    for kind, words in _FAULT_TYPES:
        if isinstance(error, kind):
            return words
    text = str(error)
    return next((words for part, words in _FAULT_TEXTS if part in text), "")
