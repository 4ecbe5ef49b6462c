"""Where things stand: the checkout, the user's cache folder, and what lies in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent.parent
DEPENDS = PROJECT / "depends"
RECIPES = DEPENDS / "recipes"
HOSTS = DEPENDS / "hosts"


def cache_root() -> Path:
    """The folder for all our caches: $MPBITCOIN_CACHE, or one in the user's cache folder."""
    if chosen := os.environ.get("MPBITCOIN_CACHE"):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "multiprocess-bitcoin"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "multiprocess-bitcoin"


def default_base_cache() -> Path:
    """Default of BASE_CACHE: the engine's own Conan home, plans, logs and locks."""
    return cache_root() / "depends"


def default_sources() -> Path:
    """Default of SOURCES_PATH: verified source archives."""
    return cache_root() / "sources"
