"""Bitcoin Core trees: each pinned one is unpacked once, read-only, in the user's cache."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin import paths
from mpbitcoin.depends.sources.archive import remove_leftovers, unpack
from mpbitcoin.depends.sources.conandata import load_source, recipe_versions
from mpbitcoin.depends.sources.model import Artefact, Report
from mpbitcoin.depends.sources.store import SourceStore
from mpbitcoin.locks import lock

NAME = "bitcoin-core"


def tree_versions() -> tuple[str, ...]:
    """The pinned versions; the first is the default."""
    return tuple(recipe_versions(paths.RECIPES / NAME))


def _place(version: str, artefact: Artefact) -> Path:
    return paths.cache_root() / "trees" / f"bitcoin-{version}-{artefact.sha256[:8]}"


def pinned_version(folder: Path) -> str | None:
    """The version of the pinned tree that is unpacked in `folder`; None for another tree."""
    for version in tree_versions():
        source = load_source(paths.RECIPES / NAME, NAME, version)
        if any(_place(version, x).resolve() == folder.resolve() for x in source.artefacts):
            return version
    return None


def tree(store: SourceStore, version: str, report: Report | None = None) -> Path:
    """The real path of the tree of `version`, fetched, verified and unpacked if need be.

    Nothing is fetched when it is there already. Raises SourceError or MachineError.
    """
    source = load_source(paths.RECIPES / NAME, NAME, version)
    for artefact in source.artefacts:
        if (place := _place(version, artefact)).is_dir():
            return place.resolve()
    fetched = store.fetch(source, report)
    place = _place(version, fetched.artefact)
    with lock(place.with_name(f".{place.name}.lock"), waiting=report):
        if not place.is_dir():
            remove_leftovers(place)
            if report is not None:
                report(f"unpacking {fetched.path.name} into {place}")
            unpack(fetched.path, fetched.artefact, place, read_only=True)
    return place.resolve()
