"""The plan: which packages, for which platforms, with which compilers and flags.

Pure: depends only on the options, the recipes' folders and the compilers' identities. Writes
nothing and needs neither Conan nor the network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import DependsError, UsageError
from mpbitcoin_depends.options import NAMES, Options
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


@dataclass(frozen=True)
class Recipe:
    """A recipe's config.yml and depends.yml."""

    name: str
    folder: Path
    versions: tuple[str, ...]
    package: Mapping[str, Any]

    @property
    def _lines(self) -> Mapping[str, str]:
        lines: Mapping[str, str] = self.package.get("lines", {})
        return lines

    def serves(self, line: str) -> bool:
        """Whether there is a version for a Bitcoin Core line."""
        return not self._lines or line in self._lines

    def version(self, line: str) -> str:
        """The version for a Bitcoin Core line. Raises UsageError when there is none."""
        if not self.serves(line):
            raise UsageError(
                f"no version of {self.name} is pinned for Bitcoin Core line {line}",
                f"choose one of the lines {', '.join(self._lines)}",
            )
        return self._lines.get(line, self.versions[0])


def recipes(folder: Path | None = None) -> dict[str, Recipe]:
    """All recipes by name: the folders are the registry."""
    found = {}
    for place in sorted((folder or paths.RECIPES).iterdir()):
        if not (place / "config.yml").is_file():
            continue
        config = _load(place / "config.yml")
        package = place / "depends.yml"
        found[place.name] = Recipe(
            name=place.name,
            folder=place,
            versions=tuple(str(v) for v in config["versions"]),
            package=_load(package) if package.is_file() else {},
        )
    return found


def _load(file: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DependsError(f"cannot read {file}: {error}") from error
    if not isinstance(data, dict):
        raise DependsError(f"{file}: not a mapping")
    return data


def packages(known: Mapping[str, Recipe]) -> tuple[str, ...]:
    """Names of packages, which are also targets."""
    return tuple(name for name, recipe in known.items() if recipe.package.get("contexts"))


def _wanted(recipe: Recipe, options: Options, host_os: str) -> bool:
    if not recipe.package.get("contexts"):
        return False
    if host_os not in recipe.package.get("os", [host_os]):
        return False
    switches = recipe.package.get("unless", [])
    for switch in switches:
        assert switch in NAMES, f"{recipe.name}: unknown option {switch}"
    return not any(options.get(switch) for switch in switches)


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
    chosen = []
    for name, recipe in known.items():
        if name in targets or (not targets and _wanted(recipe, options, host.platform.os)):
            version = recipe.version(options.bitcoin_line)
            chosen += [Package(name, version, context) for context in recipe.package["contexts"]]
    return Plan(options, host, build, tuple(sorted(chosen)))
