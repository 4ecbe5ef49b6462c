"""The providers of sources, by their names in conandata.yml."""

from __future__ import annotations

from mpbitcoin.depends.sources.providers.debian import Debian
from mpbitcoin.depends.sources.providers.npm import Npm
from mpbitcoin.depends.sources.providers.pypi import Pypi
from mpbitcoin.depends.sources.providers.url import Url

PROVIDERS: dict[str, type[Url] | type[Debian] | type[Pypi] | type[Npm]] = {
    "url": Url,
    "debian": Debian,
    "pypi": Pypi,
    "npm": Npm,
}

__all__ = ["PROVIDERS", "Debian", "Npm", "Pypi", "Url"]
