"""One file of a project from the package indexes that pip uses; runs none of its code."""

from __future__ import annotations

import ast
import functools
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.sources import transfer
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.network import Access

if TYPE_CHECKING:
    from mpbitcoin_depends.sources.pyindex import Place

DEADLINE_SECONDS = 40.0  # for asking all indexes, not for the download
_PIP_SECONDS = 15.0


@dataclass(frozen=True)
class Indexes:
    """The places that pip uses; `default` is the public index that libraries know."""

    index_urls: tuple[str, ...]
    find_links: tuple[str, ...]
    default: bool
    trusted_hosts: tuple[str, ...]
    cert: str

    def access(self, url: str, auth: tuple[str, str] | None = None) -> Access:
        """How pip would reach `url`: whose certificates it trusts there."""
        parts = urlsplit(url)
        names = {parts.hostname, f"{parts.hostname}:{parts.port}"}
        trusted = not names.isdisjoint(self.trusted_hosts)
        return Access(verify=False if trusted else self.cert or None, auth=auth)


def parse_pip_config(text: str) -> dict[str, str]:
    """The settings that `pip config list` printed; the environment overrides the files."""
    layers: dict[str, dict[str, str]] = {"global": {}, "download": {}, ":env:": {}}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if not equals or section not in layers:
            continue
        try:
            layers[section][name] = str(ast.literal_eval(value))
        except (ValueError, SyntaxError):
            continue
    return {**layers["global"], **layers["download"], **layers[":env:"]}


def indexes_of(settings: dict[str, str]) -> Indexes:
    """The indexes that pip would ask with these settings."""
    no_index = settings.get("no-index", "").lower() in ("1", "true", "yes", "on", "y", "t")
    main = settings.get("index-url", "").split()
    extra = settings.get("extra-index-url", "").split()
    return Indexes(
        index_urls=() if no_index else (*main, *extra),
        find_links=tuple(settings.get("find-links", "").split()),
        default=not no_index and not main,
        trusted_hosts=tuple(settings.get("trusted-host", "").split()),
        cert=settings.get("cert", ""),
    )


@functools.cache
def configured() -> Indexes:
    """The indexes of this machine; asks pip once per process.

    Without pip, only the public default.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        text = process.capture(command, timeout=_PIP_SECONDS)
    except DependsError:
        text = ""
    return indexes_of(parse_pip_config(text))


def _credentials(index: str, url: str) -> tuple[str, str] | None:
    """The index's own user and password, for a file on the index's own host."""
    place = urlsplit(index)
    if not place.username or place.hostname != urlsplit(url).hostname:
        return None
    return unquote(place.username), unquote(place.password or "")


class Pypi(Struct, frozen=True, forbid_unknown_fields=True):
    """The file `file` of `project` at `version`."""

    project: str
    version: str
    file: str

    def describe(self) -> str:
        """See Provider."""
        return f"pypi {self.project} {self.version}"

    def _fault_of(self, place: Place, indexes: Indexes, job: Job) -> str:
        """Why `place` cannot deliver the file; "" on success."""
        try:
            address = place.find(self.project, self.file, indexes)
        except Exception as error:  # the library lets many kinds of errors through
            return next(iter(str(error).strip().splitlines()), type(error).__name__)
        if address is None:
            return "not there"
        try:
            access = indexes.access(address, _credentials(place.url, address))
            transfer.download(address, job, access)
        except Unavailable as error:
            return str(error)
        return ""

    def fetch(self, job: Job) -> None:
        """See Provider."""
        try:
            from mpbitcoin_depends.sources import pyindex
        except ImportError as error:
            raise Unavailable("the Python library unearth is not installed") from error
        indexes = configured()
        places = [pyindex.Place(url, is_index=False) for url in indexes.find_links]
        places += [pyindex.Place(url) for url in indexes.index_urls]
        if indexes.default:
            places += pyindex.default_places()
        started = time.monotonic()
        faults = []
        for place in sorted(places, key=lambda place: not place.is_local):
            late = time.monotonic() - started > DEADLINE_SECONDS
            fault = "no time left" if late else self._fault_of(place, indexes, job)
            if not fault:
                return
            faults.append(f"{place.url}: {fault}")
        raise Unavailable("; ".join(faults) or "pip has no index configured")
