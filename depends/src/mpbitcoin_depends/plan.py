"""The plan: which packages, for which platforms, with which compilers and flags.

Pure: depends only on the options, the recipes' folders and the compilers' identities. Writes
nothing and needs neither Conan nor the network.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.recipe import packages, recipes
from mpbitcoin_depends.toolset import Toolset
from mpbitcoin_depends.usertext import did_you_mean

HOST, NATIVE = "host", "native"


@dataclass(frozen=True, order=True)
class Package:
    """A package of the prefix; `context` is the platform that it runs on."""

    name: str
    version: str
    context: str

    @property
    def ref(self) -> str:
        """Name and version in Conan's spelling."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True)
class Plan:
    """All inputs that determine the contents of the prefix."""

    options: Options
    host: Toolset
    build: Toolset
    packages: tuple[Package, ...]

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data, for JSON, comparing and keys."""
        return {
            "host": self.host.to_dict(),
            "build": self.build.to_dict(),
            "packages": [
                {"name": p.name, "version": p.version, "context": p.context} for p in self.packages
            ],
        }

    def key(self, recipes: str) -> str:
        """The key of the plan's result, with the hash of the recipes' folders."""
        text = json.dumps([self.to_dict(), recipes], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def make(
    options: Options,
    host: Toolset,
    build: Toolset,
    targets: tuple[str, ...] = (),
    folder: Path | None = None,
) -> Plan:
    """The plan for `options`; with `targets`, of these packages alone.

    Raises UsageError for an unknown target and for unsupported packages (Qt).
    """
    known = recipes(folder)
    for target in targets:
        if target not in packages(known):
            every = f"choose one of {', '.join(packages(known))}"
            raise UsageError(
                f"unknown target {target}", did_you_mean(target, packages(known), every)
            )
    if not options.no_qt and not targets:
        raise UsageError(
            "cannot build Qt: the GUI is not supported yet",
            "add NO_QT=1 (make) or --no-qt",
        )
    release = options.release
    chosen = []
    for name, recipe in known.items():
        wanted = release.uses(name) and recipe.rules.wanted(options, host.platform.os)
        if name in targets or (not targets and wanted):
            version = release.package_version(name, recipe.versions[0])
            chosen += [Package(name, version, context) for context in recipe.rules.contexts]
    return Plan(options, host, build, tuple(sorted(chosen)))
