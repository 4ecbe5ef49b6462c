"""Our build of the executables against Bitcoin Core's plain CMake flow, side by side.

Same source tree, libraries (one depends prefix serves both), compiler, generator and
number of jobs; all executables, or those named by --targets.

The peer is configured as its documentation describes, and otherwise left at its defaults:

    cmake -B build --toolchain=<prefix>/toolchain.cmake -G Ninja -DWITH_CCACHE=OFF -DBUILD_TESTS=OFF

(Neither side builds tests.)

Rows:
  cold  configure and build from nothing. Our side starts with an empty compile cache: its
        time includes filling the cache.
  warm  the same again in a fresh build folder, with the compile cache that the cold build
        filled, against the peer's cold build (its plain flow has no cache).
  peer-warm  the peer with WITH_CCACHE=ON, filled by a build that is not shown. It needs two
        more builds of the peer, so it runs only when named.

Peak memory: of the largest single process / of all processes together.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import common
from common import Bench, Cost, Row

from mpbitcoin_depends.arguments import jobs
from mpbitcoin_depends.errors import MachineError, UsageError
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore, tree
from mpbitcoin_depends.sources.tree import tree_versions
from mpbitcoin_project import paths
from mpbitcoin_project.build_folder import EXECUTABLES

PEER_OPTIONS = (
    "-DBUILD_TESTS=OFF",
    "-DBUILD_TX=ON",
    "-DBUILD_UTIL=ON",
    "-DBUILD_WALLET_TOOL=ON",
)
ROWS = ("cold", "warm", "peer-warm")


@dataclass(frozen=True)
class Flow:
    """A way to build: source folder, options of CMake, environment."""

    source: Path
    options: tuple[str, ...]
    env: dict[str, str | None]


@dataclass(frozen=True)
class Contest:
    """The common settings of both flows."""

    bench: Bench
    toolchain: Path
    jobs: int
    targets: tuple[str, ...]

    def build(self, step: str, flow: Flow) -> tuple[Cost, Cost, Cost]:
        """Configure and build in a fresh folder: configure, build, and both together."""
        folder = self.bench.folder / step
        configure: list[str | Path] = ["cmake", "-S", flow.source, "-B", folder, "-G", "Ninja"]
        configure += [f"--toolchain={self.toolchain}", *flow.options]
        build: list[str | Path] = ["cmake", "--build", folder, f"-j{self.jobs}"]
        build += ["--target", *self.targets]
        first = self.bench.measure(f"{step}-configure", configure, flow.source, flow.env)
        second = self.bench.measure(f"{step}-build", build, flow.source, flow.env)
        shutil.rmtree(folder)
        return first, second, together(first, second)


def together(first: Cost, second: Cost) -> Cost:
    """One step after the other."""
    return Cost(
        wall=first.wall + second.wall,
        cpu=first.cpu + second.cpu,
        largest=max(first.largest, second.largest),
        together=max(first.together, second.together),
    )


def find_toolchain(given: Path | None) -> Path:
    """The toolchain file to use: the one given, or that of the only depends prefix."""
    if given is not None:
        if not given.is_file():
            raise MachineError(f"no toolchain file {given}", "make one: make -C depends NO_QT=1")
        return given.resolve()
    found = {file.resolve() for file in paths.DEPENDS.glob("*/toolchain.cmake")}
    if len(found) != 1:
        hint = "make one (make -C depends NO_QT=1), or name one with --toolchain"
        raise MachineError(f"{len(found)} depends prefixes found, one is needed", hint)
    return found.pop()


def flows(folder: Path, source_tree: Path) -> dict[str, Flow]:
    """The contestants by name."""
    peer_env: dict[str, str | None] = {"CCACHE_DIR": str(folder / "ccache-peer")}
    ours_env: dict[str, str | None] = {"CCACHE_DIR": str(folder / "ccache-ours")}
    return {
        "peer": Flow(source_tree, ("-DWITH_CCACHE=OFF", *PEER_OPTIONS), peer_env),
        "peer-cached": Flow(source_tree, ("-DWITH_CCACHE=ON", *PEER_OPTIONS), peer_env),
        "ours": Flow(common.PROJECT, (f"-DBITCOIN_SOURCE_DIR={source_tree}",), ours_env),
    }


def measure(contest: Contest, known: dict[str, Flow], wanted: set[str]) -> None:
    """Run the selected rows and add them to the bench."""
    rows = contest.bench.rows
    plain = contest.build("peer-cold", known["peer"])
    ours = contest.build("ours-cold", known["ours"])
    if "cold" in wanted:
        rows.append(Row("cold: configure", plain[0], ours[0]))
        rows.append(Row("cold: build", plain[1], ours[1]))
        rows.append(Row("cold: all", plain[2], ours[2], 0.8))
    if "warm" in wanted:
        ours = contest.build("ours-warm", known["ours"])
        rows.append(Row("warm: configure", plain[0], ours[0]))
        rows.append(Row("warm: build", plain[1], ours[1]))
        rows.append(Row("warm: all", plain[2], ours[2], 0.1, note="peer: its cold build"))
    if "peer-warm" in wanted:
        contest.build("peer-fill", known["peer-cached"])
        cached = contest.build("peer-warm", known["peer-cached"])
        last = rows[-1].ours if "warm" in wanted else None
        rows.append(Row("warm: all, peer with ccache", cached[2], last))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rows", default="cold,warm", help=f"rows, by comma, of: {', '.join(ROWS)}")
    add("--jobs", type=jobs, default=os.cpu_count() or 1, help="jobs of each side (default: cores)")
    add("--targets", default=",".join(EXECUTABLES), help="targets of both sides, by comma")
    add("--output", type=Path, default=Path("build-bench/build"), help="folder for all of it")
    add("--toolchain", type=Path, help="toolchain file (default: of the only depends prefix)")
    add("--tree", type=Path, help="Bitcoin Core tree of both sides (default: the pinned one)")
    add("--keep", action="store_true", help="keep the compile caches")
    return parser.parse_args()


def main() -> int:
    """Run the selected rows; 1 when a goal is missed."""
    given = arguments()
    wanted = set(given.rows.split(","))
    if unknown := sorted(wanted - set(ROWS)):
        raise UsageError(f"no such row: {unknown[0]}", f"known: {', '.join(ROWS)}")
    folder = common.make_folder(given.output)
    toolchain = find_toolchain(given.toolchain)
    store = SourceStore.of(of_user())
    source_tree = (given.tree or tree(store, tree_versions()[0], print)).resolve()
    facts = {
        **common.machine_facts("g++"),
        "jobs": str(given.jobs),
        "targets": given.targets,
        "tree": source_tree.name,
    }
    bench = Bench("executables: ours against upstream's plain flow", folder, facts)
    known = flows(folder, source_tree)
    targets = tuple(given.targets.split(","))
    measure(Contest(bench, toolchain, given.jobs, targets), known, wanted)
    status = bench.finish()
    if not given.keep:
        for cache in folder.glob("ccache-*"):
            shutil.rmtree(cache)
    return status


if __name__ == "__main__":
    common.run_main(main)
