"""For recipes: verifies, unpacks and patches their source from the store."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.sources.archive import extract
from mpbitcoin_depends.sources.conandata import parse_patches, parse_source
from mpbitcoin_depends.sources.store import SourceStore

CONF = "user.mpbitcoin:sources"


def _patch_file(conanfile: Any, name: str) -> Path:
    """The path of a recipe's patch: among its exported sources, or beside it."""
    for folder in (conanfile.export_sources_folder, conanfile.recipe_folder):
        if folder and (path := Path(folder) / name).is_file():
            return path
    raise SourceError(f"{conanfile.ref}: the recipe has no {name}", "export it with its sources")


def provide(conanfile: Any) -> None:
    """Fill the recipe's source folder: call this in `source()`.

    Finds the archive in the store, whose folder is the conf `user.mpbitcoin:sources`, hashes it
    again, unpacks it, and applies the patches of conandata.yml in order. Downloads nothing. Raises
    SourceError when the artefact is missing or has a wrong hash.
    """
    folder = conanfile.conf.get(CONF, check_type=str)
    if not folder:
        raise SourceError(f"{conanfile.ref}: the conf {CONF} is not set")
    where = f"{conanfile.ref}: conandata.yml"
    version = str(conanfile.version)
    data = conanfile.conan_data or {}
    source = parse_source(data, str(conanfile.name), version, where)
    store = SourceStore(Path(folder), offline=True)
    fetched = store.fetch(source)
    extract(fetched.path, fetched.artefact, Path(conanfile.source_folder))
    tools: Any = importlib.import_module("conan.tools.files")  # heavy, and without types
    for patch in parse_patches(data, version, where):
        path = _patch_file(conanfile, patch.file)
        conanfile.output.info(f"Apply {path.name}")
        tools.patch(conanfile, patch_file=str(path), strip=1)
