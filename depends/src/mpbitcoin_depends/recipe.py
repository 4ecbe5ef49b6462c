"""A recipe's folder: its versions (config.yml) and its part in a prefix (depends.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta, Struct

from mpbitcoin_depends import jsonfile, paths, yamlfile
from mpbitcoin_depends.options import SPECS, Options


def inner_path(value: str) -> str:
    """A relative path below a folder, normalised; "" is the folder. Raises ValueError."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{value!r} must be a relative path without ..")
    return "" if path == PurePosixPath(".") else str(path)


class _Version(Struct, forbid_unknown_fields=True):
    folder: str

    def __post_init__(self) -> None:
        self.folder = inner_path(self.folder)


class _Config(Struct, forbid_unknown_fields=True):
    versions: Annotated[dict[str, _Version], Meta(min_length=1)]


class Switch(Struct, frozen=True, forbid_unknown_fields=True):
    """The option of `depends` that leaves the package out."""

    name: Annotated[str, Meta(pattern="^NO_[A-Z0-9_]+$")]
    help: str


class Variable(Struct, frozen=True, forbid_unknown_fields=True):
    """A CMake variable of the toolchain file: whether the package is there, or a path of it.

    The path is below the prefix, and the variable is set only when the package is there.
    """

    name: str
    help: str
    path: str | None = None


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """When a package is part of a prefix; one without contexts never is.

    It is built for each of `contexts`, on the host systems `os` (all when empty), unless its own
    `option` or one of the options `unless` is set.
    """

    contexts: tuple[Literal["host", "native"], ...] = ()
    option: Switch | None = None
    unless: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.unless).difference(SPECS):
            raise ValueError(f"unless: unknown option {min(unknown)}")

    def wanted(self, options: Options, os: str) -> bool:
        """Whether a prefix for a host of this system has the package."""
        own = (self.option.name,) if self.option else ()
        return (not self.os or os in self.os) and not any(map(options.get, (*own, *self.unless)))

    @property
    def decides(self) -> str:
        """The variable that decides whether a build uses the package; empty: it always does."""
        return next((each.name for each in self.variables if each.path is None), "")


@dataclass(frozen=True)
class Recipe:
    """What the folder of a recipe declares; the first of `versions` is the default."""

    name: str
    folder: Path
    versions: tuple[str, ...]
    rules: Rules


def recipe_versions(folder: Path) -> dict[str, Path]:
    """The versions in a recipe's config.yml, each with its folder; the first is the default.

    Raises SourceError, naming the file and key, when anything is missing or wrong.
    """
    path = folder / "config.yml"
    config: _Config = yamlfile.convert(yamlfile.read(path), _Config, str(path))
    return {version: folder / item.folder for version, item in config.versions.items()}


def _rules(file: Path) -> Rules:
    if not file.is_file():
        return Rules()
    rules: Rules = yamlfile.convert(jsonfile.read(file), Rules, str(file))
    return rules


def recipes(folder: Path | None = None) -> dict[str, Recipe]:
    """All recipes by name: the folders are the registry. Raises SourceError."""
    return {
        place.name: Recipe(
            place.name, place, tuple(recipe_versions(place)), _rules(place / "depends.json")
        )
        for place in sorted((folder or paths.RECIPES).iterdir())
        if (place / "config.yml").is_file()
    }


def packages(known: Mapping[str, Recipe]) -> tuple[str, ...]:
    """Names of packages, which are also targets."""
    return tuple(name for name, recipe in known.items() if recipe.rules.contexts)
