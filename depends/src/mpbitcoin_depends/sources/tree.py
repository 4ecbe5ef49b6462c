"""Bitcoin Core trees: each pinned one is unpacked once, read-only, in the user's cache.

Read-only does not keep root from writing there. A tree is compared with the listing of what was
unpacked each time it is used, and unpacked again when it differs.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mpbitcoin_depends import paths, releases
from mpbitcoin_depends.errors import MachineError, SourceError, UsageError
from mpbitcoin_depends.files import remove_tree, replace_folder
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.sources import listing
from mpbitcoin_depends.sources.archive import remove_leftovers, unpacked
from mpbitcoin_depends.sources.conandata import parse_artefacts
from mpbitcoin_depends.sources.model import Artefact, Fetched, Report, Source
from mpbitcoin_depends.sources.store import SourceStore

NAME = "bitcoin-core"
_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def tree_versions() -> tuple[str, ...]:
    """The pinned versions; the first is the default."""
    return tuple(release.version for release in releases.ALL if release.tree)


def tree_source(version: str) -> Source:
    """The source of a release's pinned tree. Raises UsageError when it has none."""
    for release in releases.ALL:
        if release.tree and release.version == version:
            key = f"{version}.tree.sources"
            found = parse_artefacts(release.tree.get("sources"), str(releases.FILE), key)
            return Source(NAME, version, found)
    known = ", ".join(tree_versions())
    raise UsageError(f"no tree of Bitcoin Core {version} is pinned", f"choose one of {known}")


def _place(version: str, artefact: Artefact) -> Path:
    return paths.trees() / f"bitcoin-{version}-{artefact.sha256[:8]}"


def _lock_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def _pinned(folder: Path) -> tuple[str, Artefact] | None:
    """The version and artefact whose place is `folder`; None for another folder."""
    for version in tree_versions():
        for artefact in tree_source(version).artefacts:
            if _place(version, artefact).resolve() == folder.resolve():
                return version, artefact
    return None


def _origin(artefact: Artefact) -> dict[str, object]:
    """The origin of an unpacked tree, for the listing."""
    return {"sha256": artefact.sha256, "root": artefact.root, "only": list(artefact.only)}


def _difference(place: Path, artefact: Artefact) -> str:
    """The first difference from the tree unpacked from `artefact`; "" if none."""
    return listing.difference(place, _origin(artefact))


def pinned_version(folder: Path) -> str | None:
    """The version of the pinned tree in `folder`; None for another tree.

    Raises SourceError when the tree has changed.
    """
    if (found := _pinned(folder)) is None:
        return None
    version, artefact = found
    if differs := _difference(folder, artefact):
        raise SourceError(
            f"{folder} cannot be trusted: {differs}",
            f"unpack it again: mpbitcoin source {NAME} --bitcoin-version={version}",
        )
    return version


def renew(store: SourceStore, folder: Path, report: Report | None = None) -> None:
    """Check that `folder`, if it is a pinned tree, is unchanged. Errors are those of tree."""
    if found := _pinned(folder):
        tree(store, found[0], report)


def tree(store: SourceStore, version: str, report: Report | None = None) -> Path:
    """The real path of the tree of `version`; fetches, verifies and unpacks it if missing.

    Fetches nothing when an unchanged tree exists. Raises UsageError, SourceError or MachineError.
    """
    source = tree_source(version)
    for artefact in source.artefacts:
        place = _place(version, artefact)
        if not place.is_dir():
            continue
        if not (differs := _difference(place, artefact)):
            return place.resolve()
        if report is not None:
            report(f"{place} cannot be trusted: {differs}")
    fetched = store.fetch(source, report)
    place = _place(version, fetched.artefact)
    with lock(_lock_of(place), waiting=report):
        if not place.is_dir() or _difference(place, fetched.artefact):
            remove_leftovers(place)
            if report is not None:
                report(f"unpacking {fetched.path.name} into {place}")
            _unpack(fetched, place)
    return place.resolve()


def unpinned() -> list[Path]:
    """The trees in the cache that no release pins."""
    pinned = {_place(v, artefact) for v in tree_versions() for artefact in tree_source(v).artefacts}
    return sorted(
        folder
        for folder in paths.trees().glob("bitcoin-*")
        if folder.is_dir() and folder not in pinned
    )


def remove(place: Path) -> None:
    """Remove a tree, its record and its lock."""
    lock_file = _lock_of(place)
    with lock(lock_file, waiting=print):
        listing.forget(place)
        remove_tree(place)
        lock_file.unlink()


def _unpack(fetched: Fetched, place: Path) -> None:
    """Unpack the tree beside its place, list it, and rename it. Call it under the tree's lock."""
    with unpacked(fetched.path, fetched.artefact, place) as made:
        try:
            _make_read_only(made)
            listing.write(place, made, _origin(fetched.artefact))
            replace_folder(made, place)
            place.chmod(0o555)
        except OSError as error:
            raise MachineError(f"cannot create {place}: {error.strerror}") from error


def _make_read_only(folder: Path) -> None:
    """Remove the write bits of everything below `folder`, not of the folder."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~_WRITE)
