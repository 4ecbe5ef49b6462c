"""The ways to get a source."""

from __future__ import annotations

from mpbitcoin_depends.sources.providers.debian import Debian
from mpbitcoin_depends.sources.providers.npm import Npm
from mpbitcoin_depends.sources.providers.pypi import Pypi
from mpbitcoin_depends.sources.providers.url import Url

__all__ = ["Debian", "Npm", "Pypi", "Url"]
