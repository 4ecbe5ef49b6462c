"""Finds one file of a project on a Python package index or a find-links place."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass

from unearth import PackageFinder
from unearth.fetchers.sync import PyPIClient

from mpbitcoin.depends.sources import network, transfer

# Our own messages report what an index lacks.
logging.getLogger("unearth").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Place:
    """An index (PEP 503/691) or a find-links page or folder, by its address or path."""

    url: str
    is_index: bool = True

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return transfer.local_path(self.url) is not None

    def find(self, project: str, file: str, trusted: tuple[str, ...], cert: str) -> str | None:
        """The address of `file`, None if the place lacks it.

        `cert` is a file of certificates to trust instead of the defaults ("" for the defaults).
        Raises Unavailable for an unreachable host, and whatever the library raises.
        """
        if not self.is_local:
            network.expect_reachable(self.url)
        with PyPIClient(
            trusted_hosts=trusted,
            verify=ssl.create_default_context(cafile=cert) if cert else True,
            timeout=network.CONNECT_SECONDS,
            follow_redirects=True,
        ) as client:
            finder = PackageFinder(
                client,
                index_urls=[self.url] if self.is_index else [],
                find_links=[] if self.is_index else [self.url],
                trusted_hosts=trusted,
                ignore_compatibility=True,
            )
            for package in finder.find_all_packages(project, allow_yanked=True):
                if package.link.filename == file:
                    return package.link.url_without_fragment
        return None


def default_places() -> list[Place]:
    """The public default, as the library knows it."""
    return [Place(place["url"], place["type"] == "index") for place in PackageFinder().sources]
