"""One file of a project, from the package indexes that pip is set up with; nothing of it runs."""

from __future__ import annotations

import ast
import functools
import logging
import ssl
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from mpbitcoin import process
from mpbitcoin.depends.sources import network, transfer
from mpbitcoin.depends.sources.model import Job, Unavailable
from mpbitcoin.errors import MpbitcoinError

DEADLINE_SECONDS = 40.0  # for asking all the indexes, not for the download
_PIP_SECONDS = 15.0


@dataclass(frozen=True)
class Indexes:
    """Where pip looks; `default` stands for the public index that libraries know."""

    index_urls: tuple[str, ...]
    find_links: tuple[str, ...]
    default: bool
    trusted_hosts: tuple[str, ...]
    cert: str


def parse_pip_config(text: str) -> dict[str, str]:
    """The settings that `pip config list` printed; the environment wins over the files."""
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
    """The indexes of this machine, asked of pip once per process.

    Without pip, those are the public default alone.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        text = process.capture(command, timeout=_PIP_SECONDS)
    except MpbitcoinError:
        text = ""
    return indexes_of(parse_pip_config(text))


def _is_local(place: str) -> bool:
    return transfer.local_path(place) is not None


def _places(indexes: Indexes) -> Iterator[tuple[str, str]]:
    """(kind, address) of every place, those on this machine first."""
    from unearth import PackageFinder

    places = [("find_links", url) for url in indexes.find_links]
    places += [("index", url) for url in indexes.index_urls]
    if indexes.default:
        places += [(place["type"], place["url"]) for place in PackageFinder().sources]
    yield from sorted(places, key=lambda place: not _is_local(place[1]))


def _credentials(index: str, url: str) -> tuple[str, str] | None:
    """The index's own user and password, for a file on the index's own host."""
    place = urlsplit(index)
    if not place.username or place.hostname != urlsplit(url).hostname:
        return None
    return unquote(place.username), unquote(place.password or "")


@dataclass(frozen=True)
class Pypi:
    """The file `file` of `project` at `version`."""

    KEYS: ClassVar[tuple[str, ...]] = ("project", "version", "file")

    project: str
    version: str
    file: str

    def describe(self) -> str:
        """See Provider."""
        return f"pypi {self.project} {self.version}"

    def _find(self, kind: str, place: str, indexes: Indexes) -> str | None:
        """The address of the file at one place, None if it is not there."""
        from unearth import PackageFinder
        from unearth.fetchers.sync import PyPIClient

        logging.getLogger("unearth").setLevel(logging.ERROR)
        if not _is_local(place):
            network.expect_reachable(place)
        verify: ssl.SSLContext | bool = True
        if indexes.cert:
            verify = ssl.create_default_context(cafile=indexes.cert)
        with PyPIClient(
            trusted_hosts=indexes.trusted_hosts,
            verify=verify,
            timeout=network.CONNECT_SECONDS,
            follow_redirects=True,
        ) as client:
            finder = PackageFinder(
                client,
                index_urls=[place] if kind == "index" else [],
                find_links=[place] if kind == "find_links" else [],
                trusted_hosts=indexes.trusted_hosts,
                ignore_compatibility=True,
            )
            for package in finder.find_all_packages(self.project, allow_yanked=True):
                if package.link.filename == self.file:
                    return package.link.url_without_fragment
        return None

    def fetch(self, job: Job) -> None:
        """See Provider."""
        try:
            import unearth  # noqa: F401  (a missing library is a reason like any other)
        except ImportError as error:
            raise Unavailable("the Python library unearth is not installed") from error
        indexes = configured()
        started = time.monotonic()
        faults = []
        for kind, place in _places(indexes):
            if time.monotonic() - started > DEADLINE_SECONDS:
                faults.append("no time left")
                break
            try:
                address = self._find(kind, place, indexes)
                if address is None:
                    faults.append(f"{network.redact(place)}: not there")
                    continue
                access = transfer.Access(
                    verify=indexes.cert or None, auth=_credentials(place, address)
                )
                return transfer.download(address, job, access)
            except Unavailable as error:
                faults.append(f"{network.redact(place)}: {error}")
            except Exception as error:  # the library lets many kinds through
                faults.append(f"{network.redact(place)}: {_first_line(error)}")
        raise Unavailable("; ".join(faults) or "pip is set up with no index")


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
