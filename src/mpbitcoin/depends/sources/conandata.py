"""Reads a recipe's conandata.yml and config.yml: versions and their sources."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from mpbitcoin.depends.sources.model import Artefact, Provider, Source
from mpbitcoin.depends.sources.providers import PROVIDERS
from mpbitcoin.errors import SourceError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEYS = {"file", "sha256", "root", "only", "providers"}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"{path} is not valid YAML: {reason}") from error
    if not isinstance(data, dict):
        raise SourceError(f"{path}: the file must hold a mapping")
    return data


def _mapping(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise SourceError(f"{where}: must be a mapping that is not empty")
    for key in value:
        if not isinstance(key, str):
            raise SourceError(f"{where}: the key {key!r} must be text: put it in quotes")
    return value


def _text(item: dict[str, Any], key: str, where: str) -> str:
    if key not in item:
        raise SourceError(f"{where}.{key}: is missing")
    value = item[key]
    if not isinstance(value, str):
        raise SourceError(f"{where}.{key}: must be text: put it in quotes")
    return value


def _inner_path(value: object, where: str) -> str:
    """A relative path inside an archive, normalised; "" is its top."""
    if not isinstance(value, str):
        raise SourceError(f"{where}: must be text")
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise SourceError(f"{where}: {value!r} must be a path inside the archive")
    return "" if path == PurePosixPath(".") else str(path)


def _provider(value: object, where: str) -> Provider:
    item = _mapping(value, where)
    kind = next(iter(item))
    if len(item) != 1 or kind not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise SourceError(f"{where}: must have exactly one key, one of: {known}")
    make = PROVIDERS[kind]
    where = f"{where}.{kind}"
    arguments = {"url": item[kind]} if kind == "url" else _mapping(item[kind], where)
    if unknown := set(arguments) - set(make.KEYS):
        raise SourceError(f"{where}: unknown key {sorted(unknown)[0]!r}")
    return make(**{key: _text(arguments, key, where) for key in make.KEYS})


def _artefact(value: object, where: str) -> Artefact:
    item = _mapping(value, where)
    if unknown := set(item) - _KEYS:
        raise SourceError(f"{where}: unknown key {sorted(unknown)[0]!r}")
    file = _text(item, "file", where)
    if file != PurePosixPath(file).name or file.startswith("."):
        raise SourceError(f"{where}.file: {file!r} must be a plain file name")
    sha256 = _text(item, "sha256", where)
    if not _SHA256.fullmatch(sha256):
        raise SourceError(f"{where}.sha256: must be 64 hexadecimal digits in lower case")
    only = item.get("only", [])
    providers = item.get("providers", [])
    for key, items in (("only", only), ("providers", providers)):
        if not isinstance(items, list):
            raise SourceError(f"{where}.{key}: must be a list")
    return Artefact(
        file=file,
        sha256=sha256,
        root=_inner_path(item.get("root", ""), f"{where}.root"),
        only=tuple(_inner_path(v, f"{where}.only[{i}]") for i, v in enumerate(only)),
        providers=tuple(_provider(v, f"{where}.providers[{i}]") for i, v in enumerate(providers)),
    )


def parse_source(data: dict[str, Any], name: str, version: str, where: str) -> Source:
    """The source of `version` in `data`, the content of a conandata.yml called `where`.

    Raises SourceError, naming `where` and the key, when anything is missing or wrong.
    """
    sources = _mapping(data.get("sources"), f"{where}: sources")
    if version not in sources:
        known = ", ".join(sources)
        raise SourceError(f"{where}: sources: no version {version!r} (there are: {known})")
    where = f"{where}: sources.{version}"
    items = sources[version]
    if not isinstance(items, list) or not items:
        raise SourceError(f"{where}: must be a list of at least one artefact")
    artefacts = tuple(_artefact(item, f"{where}[{index}]") for index, item in enumerate(items))
    return Source(name=name, version=version, artefacts=artefacts)


def recipe_versions(recipe_dir: Path) -> dict[str, Path]:
    """The versions in the recipe's config.yml, each with its folder; the first is the default.

    Raises SourceError, naming the file and key, when anything is missing or wrong.
    """
    path = recipe_dir / "config.yml"
    versions = _mapping(_read(path).get("versions"), f"{path}: versions")
    folders = {}
    for version, item in versions.items():
        where = f"{path}: versions.{version}"
        folder = _inner_path(_text(_mapping(item, where), "folder", where), f"{where}.folder")
        folders[version] = recipe_dir / folder
    return folders


def load_source(recipe_dir: Path, name: str, version: str) -> Source:
    """The source of `version` as the recipe in `recipe_dir` (its config.yml's folder) pins it.

    Raises SourceError, naming the file and key, when anything is missing or wrong.
    """
    versions = recipe_versions(recipe_dir)
    if version not in versions:
        known = ", ".join(versions)
        raise SourceError(f"{name} has no version {version!r} (there are: {known})")
    path = versions[version] / "conandata.yml"
    return parse_source(_read(path), name, version, str(path))
