"""The peer of the depends benchmark: a copy of Bitcoin Core's own depends that runs offline.

The copy is taken from the pinned tree and changed only where it must be to build from the
same archives as ours, with no network. Each change is listed in `Peer.adaptations` and
printed with the result:

- a package with the same archive as upstream's is unchanged;
- version, file name and sha256 are those of our archive where ours differs (the recipes'
  steps and options stay upstream's);
- a patch of upstream that does not apply to our version of a package is left out;
- Boost before 1.90 does not know BOOST_TEST_HEADERS_ONLY: Boost.Test's CMakeLists.txt is
  made to install headers only, which is what upstream's option asks for;
- SQLite, when our archive holds the plain amalgamation and not the autoconf tarball: it is
  compiled and archived directly, with upstream's preprocessor and compiler flags and the
  options that its configure line results in. The peer thus saves the configure run.

Archives are put into `sources/` together with upstream's download stamps. CMake 4 refuses
packages that require compatibility with CMake < 3.5: CMAKE_POLICY_VERSION_MINIMUM=3.5 is
set in the environment of both sides.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import common

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.process import CommandFailed, capture, run
from mpbitcoin_depends.recipe import recipe_versions
from mpbitcoin_depends.sources import Fetched, SourceStore, load_source, unpack

# Our recipe -> upstream's packages that use its source.
PACKAGES = {
    "capnproto": ("native_capnp", "capnp"),
    "boost": ("boost",),
    "libevent": ("libevent",),
    "sqlite": ("sqlite",),
    "zeromq": ("zeromq",),
}


@dataclass(frozen=True)
class Peer:
    """A copy of upstream's depends that builds offline, and how it differs from upstream."""

    depends: Path
    adaptations: tuple[str, ...]


def fetch_sources(store: SourceStore) -> dict[str, Fetched]:
    """The archives of the default versions of all packages that the peer builds."""
    found = {}
    for name in PACKAGES:
        recipe = paths.RECIPES / name
        version = next(iter(recipe_versions(recipe)))
        found[name] = store.fetch(load_source(recipe, name, version), print)
    return found


def prepare(tree: Path, sources: dict[str, Fetched], target: Path) -> Peer:
    """Copy what depends needs of `tree` to `target` and adapt it to `sources`."""
    for part in ("depends", "src/ipc/libmultiprocess"):
        shutil.copytree(tree / part, target / part, symlinks=True)
    run(["chmod", "-R", "u+w", target])
    depends = target / "depends"
    said: list[str] = []
    for name, fetched in sources.items():
        version = next(iter(recipe_versions(paths.RECIPES / name)))
        _adapt(depends, name, version, fetched, said)
    return Peer(depends, tuple(said))


def _value(recipe: str, package: str, key: str) -> str:
    """The value of `$(package)_<key>` in a recipe, as far as plain substitution goes."""
    match = re.search(rf"^\$\(package\)_{key}\s*:?=\s*(.*)$", recipe, re.MULTILINE)
    if match is None:
        raise MachineError(f"the tree's {package}.mk has no {key}: this benchmark cannot adapt it")
    return match[1].strip()


def _adapt(depends: Path, name: str, version: str, fetched: Fetched, said: list[str]) -> None:
    main = PACKAGES[name][0]
    file = depends / "packages" / f"{main}.mk"
    recipe = file.read_text()
    if _value(recipe, main, "sha256_hash") == fetched.artefact.sha256:
        placed = _file_name(recipe, main)
    else:
        placed = fetched.artefact.file.replace("+", "x")  # make and regular expressions know "+"
        said.append(
            f"{name}: {_value(recipe, main, 'version')} -> {version} from {fetched.path.name}"
        )
        for key, value in {
            "version": version,
            "file_name": placed,
            "sha256_hash": fetched.artefact.sha256,
        }.items():
            recipe = re.sub(
                rf"^(\$\(package\)_{key}\s*:?=).*$", rf"\g<1> {value}", recipe, flags=re.MULTILINE
            )
        recipe = SPECIAL.get(name, _unchanged)(recipe, fetched, said)
        recipe = _fitting_patches(depends, name, recipe, fetched, said)
        file.write_text(recipe)
    _place(depends / "sources", fetched, placed, PACKAGES[name])


def _file_name(recipe: str, package: str) -> str:
    text = _value(recipe, package, "file_name")
    text = text.replace("$($(package)_version)", _value(recipe, package, "version"))
    return text.replace("$(package)", package)


def _place(sources: Path, fetched: Fetched, name: str, packages: tuple[str, ...]) -> None:
    stamps = sources / "download-stamps"
    stamps.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(fetched.path, sources / name)
    for package in packages:
        stamp = stamps / f".stamp_fetched-{package}-{name}.hash"
        stamp.write_text(f"{fetched.artefact.sha256}  {name}\n")


def _unchanged(recipe: str, _fetched: Fetched, _said: list[str]) -> str:
    return recipe


def _boost(recipe: str, _fetched: Fetched, said: list[str]) -> str:
    said.append("boost: Boost.Test's CMakeLists.txt made headers-only (BOOST_TEST_HEADERS_ONLY)")
    step = (
        "define $(package)_preprocess_cmds\n"
        "  sed -i -e 's/ $$$${ARGN})/ INTERFACE)/' -e 's/PUBLIC/INTERFACE/'"
        " libs/test/CMakeLists.txt\n"
        "endef\n\n"
    )
    return recipe.replace("define $(package)_config_cmds", step + "define $(package)_config_cmds")


def _sqlite(recipe: str, fetched: Fetched, said: list[str]) -> str:
    if fetched.artefact.file.startswith("sqlite-autoconf"):
        return recipe
    said.append("sqlite: amalgamation compiled directly with upstream's flags, no configure run")
    inner = PurePosixPath(*PurePosixPath(fetched.artefact.root).parts[1:])
    steps = {
        "preprocess": "true",
        "config": "true",
        "build": (
            "$($(package)_cc) $($(package)_cppflags) $($(package)_cflags) -fPIC"
            " -c sqlite3.c -o sqlite3.o && \\\n"
            "  $($(package)_ar) rcs libsqlite3.a sqlite3.o"
        ),
        "stage": (
            "install -D -m 644 -t $($(package)_staging_prefix_dir)/include sqlite3.h sqlite3ext.h"
            " && \\\n"
            "  install -D -m 644 -t $($(package)_staging_prefix_dir)/lib libsqlite3.a"
        ),
    }
    for step, commands in steps.items():
        recipe = re.sub(
            rf"(define \$\(package\)_{step}_cmds\n).*?(?=endef)",
            lambda match, text=commands: f"{match[1]}  {text}\n",  # type: ignore[misc]
            recipe,
            flags=re.DOTALL,
        )
    head, rest = recipe.split("\n", 1)
    return f"{head}\n$(package)_build_subdir={inner}\n{rest}"


SPECIAL = {"boost": _boost, "sqlite": _sqlite}


def _fitting_patches(
    depends: Path, name: str, recipe: str, fetched: Fetched, said: list[str]
) -> str:
    """Leave out the patches, in the order they are applied, that our version does not take."""
    applied = re.findall(r"patch -p1 < \$\(\$\(package\)_patch_dir\)/(\S+)", recipe)
    if not applied:
        return recipe
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        unpack(fetched.path, replace(fetched.artefact, only=()), tree)
        for patch in applied:
            text = (depends / "patches" / PACKAGES[name][0] / patch).read_text()
            command = ["patch", "-p1", "--batch", "--forward", "--fuzz=2"]
            try:
                capture([*command, "--dry-run"], cwd=tree, input=text)
            except CommandFailed:
                said.append(f"{name}: {patch} left out, it does not fit")
                recipe = _without_patch(recipe, patch)
            else:
                capture(command, cwd=tree, input=text)
    return recipe


def _without_patch(recipe: str, patch: str) -> str:
    line = rf"patch -p1 < \$\(\$\(package\)_patch_dir\)/{re.escape(patch)}"
    recipe = re.sub(rf"{line} && \\\n\s*", "", recipe)
    return re.sub(rf"( && \\\n\s*)?{line}", "", recipe)


def built(log: Path) -> list[str]:
    """The packages that a run of the peer built, read from its output."""
    text = log.read_text(errors="replace")
    return re.findall(r"^Building (\S+?)\.\.\.$", text, re.MULTILINE)


ENVIRONMENT: dict[str, str | None] = {"CMAKE_POLICY_VERSION_MINIMUM": "3.5", **common.CLEAN}
