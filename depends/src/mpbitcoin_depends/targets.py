"""Targets of `depends` that are not packages: download, clean, print-VAR."""

from __future__ import annotations

import sys
from dataclasses import replace

from mpbitcoin_depends import paths, platforms, settings
from mpbitcoin_depends.errors import redact
from mpbitcoin_depends.fetching import Fetching
from mpbitcoin_depends.files import human_size, remove_tree
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.options import SPECS, Options
from mpbitcoin_depends.pipeline import Workplace
from mpbitcoin_depends.prefix import remove_leftovers
from mpbitcoin_depends.progress import Progress
from mpbitcoin_depends.recipe import recipes
from mpbitcoin_depends.sources import Source, SourceStore, load_source
from mpbitcoin_depends.sources.tree import NAME as TREE
from mpbitcoin_depends.sources.tree import tree_source, tree_versions

_DOWNLOADS = {
    "download-linux": ("Linux",),
    "download-osx": ("Macos",),
    "download-win": ("Windows",),
    "download": ("Linux", "Macos", "Windows"),
}


def run(target: str, options: Options) -> None:
    """Run one such target. Raises UsageError for an unknown one."""
    if target.startswith("print-"):
        _print(target.removeprefix("print-"), options)
    elif target == "download-one":
        _download(options, (_host_os(options),))
    elif target in _DOWNLOADS:
        _download(options, _DOWNLOADS[target])
    elif target in ("clean", "clean-all"):
        _clean(options, everything=target == "clean-all")


def _print(name: str, options: Options) -> None:
    """Print the value on stdout, in upstream's format, and its origin on stderr."""
    if name not in SPECS:
        raise settings.unknown(name)
    value = options.text(name)
    if name == "BASE_CACHE":
        value = value or str(paths.default_base_cache())
    elif name == "SOURCES_PATH":
        value = value or str(paths.default_sources())
    elif name == "HOST" and not value:
        from mpbitcoin_depends import toolset

        value = toolset.detect(options, Workplace.of(options).machine)[0].platform.triplet
    print(f"{name}={redact(value)}")
    origin = options.origins.get(name)
    print(f"{name}: {f'from {origin}' if origin else 'default'}", file=sys.stderr)


def _host_os(options: Options) -> str:
    if options.host:
        return platforms.find(options.host).os
    from mpbitcoin_depends import toolset

    return toolset.detect(options, Workplace.of(options).machine)[0].platform.os


def _download(options: Options, systems: tuple[str, ...]) -> None:
    """Fetch the sources of all packages for these systems, and the Bitcoin Core tree."""
    wanted: dict[tuple[str, str], Source] = {}
    asked = replace(options, no_qt=False)
    release = options.release
    for recipe in recipes().values():
        if not (recipe.folder / "all" / "conandata.yml").is_file():
            continue
        used = any(recipe.rules.wanted(asked, system) for system in systems)
        if not used or not release.uses(recipe.name):
            continue
        version = release.package_version(recipe.name, recipe.versions[0])
        wanted[(recipe.name, version)] = load_source(recipe.folder, recipe.name, version)
    if release.tree:
        wanted[(TREE, release.version)] = tree_source(release.version)
    else:
        print(f"no tree of Bitcoin Core {release.version} is pinned")
    store = SourceStore.of(options)
    with Progress() as progress, Fetching(store, wanted.values(), progress) as fetching:
        fetched = fetching.wait()
    for source, got in zip(wanted.values(), fetched, strict=True):
        print(f"{source.name} {source.version}: {got.path.name} ({human_size(got.bytes)})")
    print(f"all sources are in {store.folder}")


def _clean(options: Options, everything: bool) -> None:
    parent = paths.prefixes()
    for name in platforms.known():
        prefix = parent / name
        for link in platforms.spellings(platforms.find(name)):
            if (parent / link).is_symlink():
                (parent / link).unlink()
        if prefix.is_dir():
            remove_tree(prefix)
            print(f"removed {prefix}")
            remove_leftovers(parent, name)
    if not everything:
        return
    place = Workplace.of(options)
    with lock(place.in_use, waiting=print):
        # Remove only our own files: other programs may use the folders.
        for name in ("conan", "inputs", "records", "runs", "machine"):
            remove_tree(place.base / name)
        print(f"removed the packages in {place.base}")
        for file in _known_sources():
            for left in place.sources.glob(f"{file}*"):
                remove_tree(left)
        print(f"removed the sources in {place.sources}")


def _known_sources() -> set[str]:
    """File names of all sources that are pinned."""
    trees = map(tree_source, tree_versions())
    return {artefact.file for tree in trees for artefact in tree.artefacts} | {
        artefact.file
        for recipe in recipes().values()
        if (recipe.folder / "all" / "conandata.yml").is_file()
        for version in recipe.versions
        for artefact in load_source(recipe.folder, recipe.name, version).artefacts
    }
