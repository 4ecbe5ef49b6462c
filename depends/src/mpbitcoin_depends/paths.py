"""Paths: our data, the folder of the prefixes, the user's cache folder and its subfolders."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from mpbitcoin_depends.errors import MachineError, UsageError

PACKAGE = Path(__file__).resolve().parent
_INSTALLED = PACKAGE / "data"
#: Recipes, hosts, lock files and the toolchain template: an installed package has its own, a
#: checkout the files of its folder `depends`.
DATA = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parent.parent
RECIPES = DATA / "recipes"
HOSTS = DATA / "hosts"
#: The checkout of the project that we are part of; None for an installed package.
CHECKOUT = None if DATA == _INSTALLED else DATA.parent
_OURS = r"(?<![\w/.-])mpbitcoin"


def prefixes() -> Path:
    """The folder of the prefixes: `depends` of the checkout, or in the working folder."""
    return DATA if CHECKOUT else Path.cwd() / "depends"


def settings_file() -> Path:
    """The user's settings: beside the folder `depends` of the checkout or the working folder."""
    return prefixes().parent / "depends.toml"


def expanded(path: str | os.PathLike[str]) -> Path:
    """`path` with a leading `~` replaced by the home folder.

    Raises MachineError when there is none.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise MachineError(
            "this user has no home folder", "set HOME, or use a path without ~"
        ) from error


def cache_root() -> Path:
    """The folder for all our caches: $MPBITCOIN_CACHE, or one in the user's cache folder.

    It is the same from every working directory. bootstrap.py needs it before any package is
    installed, so platformdirs would be a second rule. Raises UsageError and MachineError.
    """
    if chosen := os.environ.get("MPBITCOIN_CACHE"):
        folder = expanded(chosen)
        if not folder.is_absolute():
            raise UsageError(f"MPBITCOIN_CACHE={chosen}: not an absolute path", "start it with /")
        return folder
    base = "~/Library/Caches"
    if sys.platform != "darwin":
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The specification asks programs to ignore a relative path here.
        base = base if os.path.isabs(base) else "~/.cache"
    folder = expanded(base) / "multiprocess-bitcoin"
    if not folder.is_absolute():
        raise MachineError(
            f"HOME={os.environ.get('HOME')}: not an absolute path", "start it with /"
        )
    return folder


def default_base_cache() -> Path:
    """Default of BASE_CACHE: the engine's own Conan home, plans, logs and locks."""
    return cache_root() / "depends"


def trees() -> Path:
    """The folder of the unpacked Bitcoin Core trees."""
    return cache_root() / "trees"


def default_sources() -> Path:
    """Default of SOURCES_PATH: verified source archives."""
    return cache_root() / "sources"


def as_called(text: str) -> str:
    """`text` with our commands as a shell in this folder runs them.

    Hints write `mpbitcoin cache show`. A checkout has a script of that name, an installed package
    the command `multiprocess-bitcoin-depends`, whose verb `depends` needs no name.
    """
    if CHECKOUT is None:
        return re.sub(rf"{_OURS}(?: depends)?(?= [a-z-])", "multiprocess-bitcoin-depends", text)
    if Path(sys.argv[0]).name != "launch.py":
        return text
    try:
        here = Path.cwd()
    except OSError:  # it was removed
        here = Path("/")
    script = "./mpbitcoin" if here == CHECKOUT else shlex.quote(str(CHECKOUT / "mpbitcoin"))
    return re.sub(rf"{_OURS}(?= [a-z-])", lambda _: script, text)
