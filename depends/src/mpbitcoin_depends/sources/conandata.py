"""Reads a recipe's conandata.yml: the sources and patches of its versions."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from mpbitcoin_depends import yamlfile
from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.recipe import inner_path, recipe_versions
from mpbitcoin_depends.sources.model import Artefact, Provider, Source
from mpbitcoin_depends.sources.providers import Debian, Npm, Pypi, Url

_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Place(Struct, forbid_unknown_fields=True):
    """One way to get a file, under the name of its kind."""

    url: str | None = None
    debian: Debian | None = None
    pypi: Pypi | None = None
    npm: Npm | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in msgspec.structs.astuple(self)) != 1:
            known = ", ".join(self.__struct_fields__)
            raise ValueError(f"must have exactly one key, one of: {known}")

    @property
    def provider(self) -> Provider:
        provider = self.debian or self.pypi or self.npm
        return provider or Url(self.url or "")


class _Item(Struct, forbid_unknown_fields=True):
    """An artefact as it is written."""

    file: str
    sha256: str
    root: str = ""
    only: tuple[str, ...] = ()
    providers: tuple[_Place, ...] = ()

    def __post_init__(self) -> None:
        if self.file != PurePosixPath(self.file).name or self.file.startswith("."):
            raise ValueError(f"file {self.file!r} must be a plain file name")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError("sha256 must be 64 hexadecimal digits in lower case")
        self.root = inner_path(self.root)
        self.only = tuple(map(inner_path, self.only))

    @property
    def artefact(self) -> Artefact:
        providers = tuple(place.provider for place in self.providers)
        return Artefact(self.file, self.sha256, self.root, self.only, providers)


class Patch(Struct, frozen=True, forbid_unknown_fields=True):
    """A change to a package's source: a file beside conandata.yml, and why it is needed."""

    file: str
    reason: str


class _ConanData(Struct):
    sources: dict[str, Any]
    patches: dict[str, Any] | None = None


_Items = Annotated[tuple[_Item, ...], Meta(min_length=1)]


def parse_source(data: object, name: str, version: str, where: str) -> Source:
    """The source of `version` in `data`, the content of a conandata.yml called `where`.

    Raises SourceError, naming `where` and the key, when anything is missing or wrong.
    """
    sources = yamlfile.convert(data, _ConanData, where).sources
    if version not in sources:
        known = ", ".join(sources)
        raise SourceError(f"{where}: sources: no version {version!r} (there are: {known})")
    return Source(name, version, parse_artefacts(sources[version], where, f"sources.{version}"))


def parse_artefacts(data: object, where: str, key: str) -> tuple[Artefact, ...]:
    """The artefacts in `data`, the value of `key` in the file `where`. Raises SourceError."""
    return tuple(item.artefact for item in yamlfile.convert(data, _Items, where, key))


def parse_patches(data: object, version: str, where: str) -> tuple[Patch, ...]:
    """The patches of `version` in their order. Raises SourceError as `parse_source` does."""
    found = (yamlfile.convert(data, _ConanData, where).patches or {}).get(version, ())
    patches: tuple[Patch, ...] = yamlfile.convert(
        found, tuple[Patch, ...], where, f"patches.{version}"
    )
    return patches


def _load(recipe_dir: Path, name: str, version: str) -> tuple[object, str]:
    """The content of the version's conandata.yml, and its path."""
    versions = recipe_versions(recipe_dir)
    if version not in versions:
        known = ", ".join(versions)
        raise SourceError(f"{name} has no version {version!r} (there are: {known})")
    path = versions[version] / "conandata.yml"
    return yamlfile.read(path), str(path)


def load_source(recipe_dir: Path, name: str, version: str) -> Source:
    """The source of `version` as the recipe in `recipe_dir` (its config.yml's folder) pins it.

    Raises SourceError, naming the file and key, when anything is missing or wrong.
    """
    data, where = _load(recipe_dir, name, version)
    return parse_source(data, name, version, where)


def load_patches(recipe_dir: Path, version: str) -> dict[Path, str]:
    """The files of the patches of `version` in their order, each with its reason.

    Raises SourceError, naming the file and key, when anything is missing or wrong.
    """
    data, where = _load(recipe_dir, recipe_dir.name, version)
    folder = Path(where).parent
    return {folder / patch.file: patch.reason for patch in parse_patches(data, version, where)}
