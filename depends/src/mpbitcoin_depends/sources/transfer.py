"""Downloads one file by http(s) or copies a local one: resumes, and retries temporary failures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from mpbitcoin_depends import paths
from mpbitcoin_depends.files import human_size
from mpbitcoin_depends.sources import network
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.network import Access

_CHUNK = 1 << 18
_SLOW_WINDOW = 30.0  # seconds in which at least _SLOW_BYTES must arrive
_SLOW_BYTES = 30 * 1024
_REPORT_SECONDS = 1.0


class Missing(Unavailable):
    """The place answers and does not have the file."""


class _Broken(Exception):
    """The body stopped early, or does not continue the part file."""


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
        raise _Broken("the server stopped sending") from error
    except (urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as error:
        raise _Broken("the connection broke") from error


def _receive(response: requests.Response, part: Path, offset: int, job: Job) -> None:
    length = response.headers.get("Content-Length", "")
    total = offset + int(length) if length.isdecimal() else 0
    done = offset
    shown = window = time.monotonic()
    window_done = done
    with part.open("ab" if offset else "wb") as target:
        for chunk in _bytes_of(response):
            target.write(chunk)
            target.flush()  # an interrupted run does not wait for this thread
            done += len(chunk)
            now = time.monotonic()
            if now - shown >= _REPORT_SECONDS:
                shown = now
                job.report(human_size(done) + (f" of {human_size(total)}" if total else ""))
            if now - window >= _SLOW_WINDOW:
                if done - window_done < _SLOW_BYTES:
                    raise Unavailable("the server sends too slowly")
                window, window_done = now, done
    if total and done < total:
        raise _Broken("the connection broke")


def _resumes(response: requests.Response, offset: int) -> bool:
    """Whether the answer continues exactly where the part file ends."""
    given = response.headers.get("Content-Range", "")
    return response.status_code == 206 and given.startswith(f"bytes {offset}-")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _attempt(url: str, job: Job, access: Access) -> None:
    offset = _size(job.part)
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    with network.get(url, access, headers) as response:
        status = response.status_code
        if status in (404, 410):
            raise Missing(f"HTTP {status}")
        resumed = _resumes(response, offset)
        if (status == 416 and offset) or (status == 206 and not resumed):
            job.part.unlink(missing_ok=True)
            raise _Broken("the server sent another range")
        if status not in (200, 206):
            tries = network.tries(response)
            raise Unavailable(f"HTTP {status}" + (f" (tried {tries} times)" if tries > 1 else ""))
        _receive(response, job.part, offset if resumed else 0, job)


def download(url: str, job: Job, access: Access | None = None) -> None:
    """Get `url` (http, https, file, or a plain path) into `job.part`, continuing where it ends.

    The session retries temporary failures; a body that stops early is resumed as often. Raises
    Missing when the place answers and has no such file, Unavailable otherwise.
    """
    if (path := local_path(url)) is not None:
        copy_local(path, job.part)
        return
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unavailable(f"unknown kind of address {url}")
    for left in range(network.RETRIES, -1, -1):
        try:
            _attempt(url, job, access or Access())
        except _Broken as fault:
            if not left:
                raise Unavailable(f"{fault} (tried {1 + network.RETRIES} times)") from fault
            job.report(f"{fault}, trying again")
            time.sleep(network.PAUSE_SECONDS)
        else:
            return
