"""Builds our code with sanitizers: see README.md."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from mpbitcoin_depends import machine, process, releases
from mpbitcoin_depends.errors import MachineError, UsageError
from mpbitcoin_depends.files import replace_folder
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.process import program
from mpbitcoin_depends.recipe import recipe_versions
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import listing
from mpbitcoin_depends.sources.archive import unpacked
from mpbitcoin_depends.sources.conandata import load_patches, load_source
from mpbitcoin_depends.sources.store import SourceStore
from mpbitcoin_depends.sources.tree import renew
from mpbitcoin_project import paths

ORDINARY_BUILD = paths.PROJECT / "build"
FOLDER = paths.PROJECT / "build-sanitizers"
#: What is built with sanitizers, besides our own code: each with the default release's version.
SOURCES = {
    name: releases.DEFAULT.package_version(name, next(iter(recipe_versions(RECIPES / name))))
    for name in ("capnproto", "libmultiprocess")
}


def clang() -> tuple[str, str]:
    """The newest clang and clang++. Raises MachineError when none is installed."""
    for suffix in ("", *(f"-{version}" for version in range(25, 15, -1))):
        c, cxx = shutil.which(f"clang{suffix}"), shutil.which(f"clang++{suffix}")
        if c and cxx:
            return c, cxx
    raise MachineError("sanitizers need Clang, and there is none", "apt install clang-19")


def ordinary_build(build: Path) -> tuple[Path, Path]:
    """The Bitcoin Core tree and the depends prefix that a build folder was configured with."""
    cache = build / "CMakeCache.txt"
    text = cache.read_text(encoding="utf-8") if cache.is_file() else ""
    tree = re.search(r"^BitcoinCore_SOURCE_DIR:STATIC=(.*)$", text, re.MULTILINE)
    toolchain = re.search(r"^CMAKE_TOOLCHAIN_FILE:.*=(.*)$", text, re.MULTILINE)
    if not tree or not toolchain:
        raise UsageError(f"{build} is no build folder of this project", "./mpbitcoin build")
    return Path(tree[1]), Path(toolchain[1]).parent


def patched_source(name: str, parent: Path = FOLDER / "sources") -> Path:
    """The folder, in `parent`, of a recipe's verified source with its patches.

    It is made again when it differs from what was made.
    """
    folder, recipe = parent / name, RECIPES / name
    source = load_source(recipe, name, SOURCES[name])
    patches = load_patches(recipe, SOURCES[name])
    origin = {
        "artefacts": [artefact.sha256 for artefact in source.artefacts],
        "patches": [patch.read_text(encoding="utf-8") for patch in patches],
    }
    if folder.is_dir() and not listing.difference(folder, origin):
        return folder
    fetched = SourceStore.of(of_user()).fetch(source, print)
    with unpacked(fetched.path, fetched.artefact, folder) as made:
        for patch in patches:
            process.run(["patch", "-s", "-p1", "--batch", "--fuzz=0", "-i", patch], cwd=made)
        listing.write(folder, made, origin)
        replace_folder(made, folder)
    return folder


def build(sanitizers: str, target: str) -> Path:
    """The executable `target`, up to date."""
    tree, prefix = ordinary_build(ORDINARY_BUILD)
    renew(SourceStore.of(of_user()), tree, print)
    c, cxx = clang()
    settings = {
        "CMAKE_C_COMPILER": c,
        "CMAKE_CXX_COMPILER": cxx,
        "CMAKE_MAKE_PROGRAM": program("ninja"),
        "SANITIZERS": sanitizers,
        "ORDINARY_BUILD": ORDINARY_BUILD,
        "BITCOIN_TREE": tree,
        "DEPENDS_PREFIX": prefix,
        "CAPNPROTO_SOURCE": patched_source("capnproto"),
        "LIBMULTIPROCESS_SOURCE": patched_source("libmultiprocess"),
    }
    if ccache := shutil.which("ccache"):
        settings["CMAKE_CXX_COMPILER_LAUNCHER"] = ccache
    given = [f"-D{name}={value}" for name, value in settings.items()]
    source = Path(__file__).parent
    folder = FOLDER / target
    process.run([program("cmake"), "-S", source, "-B", folder, "-G", "Ninja", *given])
    process.run([program("ninja"), "-C", folder, f"-j{machine.cores()}", target])
    return folder / target
