"""Downloads one file by http(s) or copies a local one: resumes, and retries what may pass."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from mpbitcoin import paths
from mpbitcoin.depends.sources import network
from mpbitcoin.depends.sources.model import Job, Unavailable
from mpbitcoin.errors import redact

RETRIES = 2
PAUSE_SECONDS = 0.3  # before the first retry, twice that before the second
PATIENCE_SECONDS = 15.0  # without any new byte, there is no further try after this time
_CHUNK = 1 << 18
_SLOW_WINDOW = 30.0  # seconds in which at least _SLOW_BYTES must arrive
_SLOW_BYTES = 30 * 1024
_REPORT_SECONDS = 1.0


class Missing(Unavailable):
    """The place answers and does not have the file."""


class _Transient(Exception):
    """A fault that may pass: worth another try."""


@dataclass(frozen=True)
class Access:
    """How to reach a server: what requests takes, None for its own defaults."""

    proxies: dict[str, str] | None = None
    verify: str | bool | None = None
    auth: tuple[str, str] | None = None


def size_text(count: int) -> str:
    """`count` bytes for people to read."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB"


def local_path(place: str) -> Path | None:
    """The path that a file:// URL or a plain path names, None for another kind of URL."""
    parts = urlsplit(place)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in place else paths.expanded(place)


def copy_local(path: Path, part: Path) -> None:
    """Copy `path` to `part`; Missing when there is no such file."""
    if not path.is_file():
        raise Missing("no such file")
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unavailable(error.strerror or str(error)) from error
    with source, part.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)


def _bytes_of(response: requests.Response) -> Iterator[bytes]:
    """The body as it is sent: an archive marked as compressed content stays an archive."""
    try:
        yield from response.raw.stream(_CHUNK, decode_content=False)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise _Transient("the server stopped sending") from error
    except (urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as error:
        raise _Transient("the connection broke") from error


def _receive(response: requests.Response, part: Path, offset: int, job: Job) -> None:
    length = response.headers.get("Content-Length", "")
    total = offset + int(length) if length.isdecimal() else 0
    done = offset
    shown = window = time.monotonic()
    window_done = done
    with part.open("ab" if offset else "wb") as target:
        for chunk in _bytes_of(response):
            target.write(chunk)
            target.flush()  # nobody waits for this thread when the run is interrupted
            done += len(chunk)
            now = time.monotonic()
            if now - shown >= _REPORT_SECONDS:
                shown = now
                job.report(size_text(done) + (f" of {size_text(total)}" if total else ""))
            if now - window >= _SLOW_WINDOW:
                if done - window_done < _SLOW_BYTES:
                    raise Unavailable("far too slow")
                window, window_done = now, done
    if total and done < total:
        raise _Transient("the connection broke")


def _resumes(response: requests.Response, offset: int) -> bool:
    """Whether the answer goes on exactly where the part file ends."""
    given = response.headers.get("Content-Range", "")
    return response.status_code == 206 and given.startswith(f"bytes {offset}-")


def _request(url: str, offset: int, access: Access) -> requests.Response:
    """Send the request; every fault becomes _Transient or Unavailable."""
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    try:
        return requests.get(
            url,
            headers=headers,
            stream=True,
            timeout=(network.CONNECT_SECONDS, network.READ_SECONDS),
            proxies=access.proxies,
            verify=access.verify,
            auth=access.auth,
        )
    except requests.ReadTimeout as error:
        raise _Transient("no answer in time") from error
    except requests.RequestException as error:
        if fault := network.connection_fault(error):
            network.mark_dead(url, fault)
            raise Unavailable(fault) from error
        if isinstance(error, requests.ConnectionError):
            raise _Transient("the connection broke") from error
        raise Unavailable(type(error).__name__) from error


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _attempt(url: str, job: Job, access: Access) -> None:
    offset = _size(job.part)
    with _request(url, offset, access) as response:
        status = response.status_code
        if status == 416 and offset:
            job.part.unlink()
            raise _Transient("HTTP 416")
        if status in (404, 410):
            raise Missing(f"HTTP {status}")
        if status in (408, 429) or status >= 500:
            raise _Transient(f"HTTP {status}")
        if status not in (200, 206):
            raise Unavailable(f"HTTP {status}")
        resumed = _resumes(response, offset)
        if status == 206 and not resumed:
            job.part.unlink(missing_ok=True)
            raise _Transient("the server sent another range")
        _receive(response, job.part, offset if resumed else 0, job)


def download(url: str, job: Job, access: Access | None = None) -> None:
    """Get `url` (http, https, file, or a plain path) into `job.part`, going on where it ends.

    A fault that may pass (5xx, a reset, a read timeout) is tried RETRIES more times, unless
    PATIENCE_SECONDS went by without a new byte; a name that is not found, a refused
    connection or no answer to connecting is final. Raises Missing when the place answers
    and has no such file, Unavailable otherwise.
    """
    if (path := local_path(url)) is not None:
        copy_local(path, job.part)
        return
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unavailable(f"unknown kind of address {redact(url)}")
    access = access or Access()
    network.expect_reachable(url, access.proxies)
    started = time.monotonic()
    size = _size(job.part)
    reason = ""
    for attempt in range(1, 2 + RETRIES):
        try:
            _attempt(url, job, access)
        except _Transient as fault:
            reason = str(fault)
        else:
            return
        if _size(job.part) > size:
            size, started = _size(job.part), time.monotonic()
        if attempt > RETRIES or time.monotonic() - started >= PATIENCE_SECONDS:
            break
        job.report(f"{reason}, trying again")
        time.sleep(PAUSE_SECONDS * attempt)
    raise Unavailable(f"{reason} (tried {attempt} times)")
