"""The ways to get a source."""

from __future__ import annotations

from mpbitcoin.depends.sources.providers.debian import Debian
from mpbitcoin.depends.sources.providers.npm import Npm
from mpbitcoin.depends.sources.providers.pypi import Pypi
from mpbitcoin.depends.sources.providers.url import Url

__all__ = ["Debian", "Npm", "Pypi", "Url"]
