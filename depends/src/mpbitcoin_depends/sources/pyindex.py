"""Finds one file of a project on a Python package index or a find-links place."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import requests
from unearth import PackageFinder
from unearth.fetchers import DEFAULT_SECURE_ORIGINS, Fetcher

from mpbitcoin_depends.sources import network, transfer

if TYPE_CHECKING:
    from mpbitcoin_depends.sources.providers.pypi import Indexes

# Our own messages report what an index lacks.
logging.getLogger("unearth").setLevel(logging.ERROR)


@dataclass(frozen=True)
class _Pages:
    """Reads pages for unearth with our HTTP session."""

    indexes: Indexes

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> requests.Response:
        if (path := transfer.local_path(url)) is not None:
            return _local_page(url, path)
        return network.get(url, self.indexes.access(url), headers)

    def head(self, url: str, *, headers: Mapping[str, str] | None = None) -> requests.Response:
        return network.get(url, self.indexes.access(url), headers, method="HEAD")

    def iter_secure_origins(self) -> Iterable[tuple[str, str, str]]:
        yield from DEFAULT_SECURE_ORIGINS
        for host in self.indexes.trusted_hosts:
            parts = urlsplit(f"//{host}")
            yield "*", parts.hostname or "", str(parts.port or "*")


def _local_page(url: str, path: Path) -> requests.Response:
    """The file as an HTTP answer."""
    page = requests.Response()
    page.url, page.status_code = url, 200 if path.is_file() else 404
    page.headers["Content-Type"] = "text/html"
    page._content = path.read_bytes() if path.is_file() else b""
    return page


@dataclass(frozen=True)
class Place:
    """An index (PEP 503/691) or a find-links page or folder, by its address or path."""

    url: str
    is_index: bool = True

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return transfer.local_path(self.url) is not None

    def find(self, project: str, file: str, indexes: Indexes) -> str | None:
        """The address of `file`, None if the place lacks it.

        Raises Unavailable for an unreachable host, and whatever the library raises.
        """
        finder = PackageFinder(
            cast("Fetcher", _Pages(indexes)),
            index_urls=[self.url] if self.is_index else [],
            find_links=[] if self.is_index else [self.url],
            trusted_hosts=indexes.trusted_hosts,
            ignore_compatibility=True,
        )
        for package in finder.find_all_packages(project, allow_yanked=True):
            if package.link.filename == file:
                return package.link.url_without_fragment
        return None


def default_places() -> list[Place]:
    """The public default, as the library knows it."""
    return [Place(place["url"], place["type"] == "index") for place in PackageFinder().sources]
