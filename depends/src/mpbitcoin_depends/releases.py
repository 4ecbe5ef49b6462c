"""The table of Bitcoin Core releases, `releases.json`: all that differs from one to the next.

CMake and the runtime read the same file. Imports only a little of the standard library, to keep a
no-op fast.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import SourceError

FILE = paths.DATA / "releases.json"


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release, as the table has it.

    `packages` has the versions that it needs instead of a recipe's default one, null for a package
    that it does not use. `compilers` are the oldest that compile it, by their family. `tree` is its
    pinned tree: its origin, and its sources as a recipe's conandata.yml has those of a package.
    `wallet_process`: our processes' schemas follow its interfaces. `client`: facts about its nodes
    for the Python client; None when the client does not know their schemas.
    """

    version: str
    ipc_option: str
    compilers: Mapping[str, str]
    packages: Mapping[str, str | None] = field(default_factory=dict)
    tree: Mapping[str, Any] | None = None
    wallet_process: bool = False
    client: Mapping[str, int] | None = None

    def uses(self, package: str) -> bool:
        """Whether its prefix may have this package."""
        return self.packages.get(package, "") is not None

    def package_version(self, package: str, usual: str) -> str:
        """The version of a package in its prefix, for a package whose default one is `usual`."""
        return self.packages.get(package) or usual


def read(file: Path) -> tuple[Release, ...]:
    """The releases in `file`; the first is the default. Raises SourceError."""
    try:
        return tuple(Release(**item) for item in json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error
    except (TypeError, ValueError) as error:
        raise SourceError(f"{file} is not a table of releases: {error}") from error


ALL = read(FILE)
DEFAULT = ALL[0]


def find(text: str) -> Release:
    """The release of this version, or the first of this major version.

    Raises ValueError, which lists the releases.
    """
    for release in ALL:
        if text == release.version:
            return release
    for release in ALL:
        if text == release.version.partition(".")[0]:
            return release
    raise ValueError(f"choose one of {', '.join(release.version for release in ALL)}")


def markdown() -> str:
    """The releases as a Markdown table, for the documentation."""
    rows = [
        "| `BITCOIN_VERSION=` | pinned tree | option for IPC | libmultiprocess | GCC | Clang |",
        "|---|---|---|---|---|---|",
    ]
    for release in ALL:
        compilers = (release.compilers[family] for family in ("gcc", "clang"))
        used = release.packages["libmultiprocess"]
        tree = release.tree["origin"] if release.tree else "none"
        cells = (release.version, tree, f"`{release.ipc_option}`", used, *compilers)
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows) + "\n"
