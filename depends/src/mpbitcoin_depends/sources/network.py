"""The one HTTP session: timeouts, retries, and short reasons for failures.

An unreachable host costs a few seconds at most, and is remembered.
"""

from __future__ import annotations

import functools
import queue
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import exceptions

from mpbitcoin_depends.sources.model import Unavailable

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
RETRIES = 2
PAUSE_SECONDS = 0.3
_REMEMBER_SECONDS = 30.0
# Temporary failures of a server.
_PASSING = (408, 429, *range(500, 600))

_dead: dict[tuple[str, int], tuple[float, str]] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Access:
    """How to reach a server, as arguments of requests; None for its defaults."""

    proxies: dict[str, str] | None = None
    verify: str | bool | None = None
    auth: tuple[str, str] | None = None


@functools.cache
def _session() -> requests.Session:
    """The session of all threads. It retries temporary failures, but no refused connection."""
    retries = urllib3.Retry(
        total=RETRIES,
        connect=0,
        read=1,  # each retry may take READ_SECONDS
        status_forcelist=_PASSING,
        backoff_factor=PAUSE_SECONDS,
        respect_retry_after_header=False,  # another provider is faster
        raise_on_status=False,
    )
    made = requests.Session()
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=retries))
    # Certificates are checked, except for hosts that pip is configured to trust.
    urllib3.disable_warnings(exceptions.InsecureRequestWarning)
    return made


def get(
    url: str, access: Access, headers: Mapping[str, str] | None = None, *, method: str = "GET"
) -> requests.Response:
    """Send a request, with retries, and return the answer with its body unread.

    Raises Unavailable when no answer arrives.
    """
    _expect_reachable(url, access.proxies)
    try:
        return _session().request(
            method,
            url,
            headers=dict(headers or {}),
            stream=True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            proxies=access.proxies,
            verify=access.verify,
            auth=access.auth,
        )
    except requests.RequestException as error:
        raise Unavailable(_fault(url, error)) from error


def tries(response: requests.Response) -> int:
    """The number of requests that this answer needed."""
    retries = response.raw.retries
    return 1 + len(retries.history) if retries else 1


# The first match counts: a subclass comes before its base class.
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.SSLError, "the TLS certificate was not accepted"),
    (exceptions.ProxyError, "the proxy refused or cannot be reached"),
    (exceptions.NameResolutionError, "host name not found"),
    (exceptions.NewConnectionError, "host unreachable"),
    (exceptions.ConnectTimeoutError, f"no answer within {CONNECT_SECONDS:g} s"),
    (exceptions.ReadTimeoutError, "no answer in time"),
    (exceptions.ProtocolError, "the connection broke"),
)
_UNREACHABLE = (exceptions.SSLError, exceptions.ProxyError, exceptions.ConnectTimeoutError)


def _fault(url: str, error: requests.RequestException) -> str:
    """A short reason for a failed request. Remember the host if it is unreachable."""
    cause = error.args[0] if error.args else error
    if isinstance(cause, exceptions.MaxRetryError) and cause.reason:
        cause = cause.reason
    words = next((words for kind, words in _FAULTS if isinstance(cause, kind)), "")
    if words and isinstance(cause.__cause__, ConnectionRefusedError):
        words = "connection refused"
    if isinstance(cause, _UNREACHABLE):
        _mark_dead(url, words)
    return words or type(error).__name__


def _endpoint(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:  # of the port, or of an IPv6 address
        raise Unavailable(f"not an address: {url}") from error
    return parts.hostname or "", port or (443 if parts.scheme == "https" else 80)


def _mark_dead(url: str, reason: str) -> None:
    with _guard:
        _dead[_endpoint(url)] = (time.monotonic(), reason)


def _name_fault(host: str, port: int) -> str:
    """Why the host's name has no address, "" if it has; waits CONNECT_SECONDS at most.

    The resolver has no timeout, so a thread runs it.
    """
    answer: queue.Queue[str] = queue.Queue()

    def ask() -> None:
        try:
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put("")
        except (OSError, UnicodeError):
            answer.put("host name not found")

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        return "no answer from the name server"


def _expect_reachable(url: str, proxies: dict[str, str] | None) -> None:
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
        _mark_dead(url, fault)
        raise Unavailable(fault)
