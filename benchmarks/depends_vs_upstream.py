"""Our depends against Bitcoin Core's own `make -C depends`, side by side in one run.

Same source archives, compiler, number of jobs and options; each side has its
own folder under --output, and ours its own package cache. peer.py lists the adaptations that
let the peer run offline from our archives; the result shows them, too.

Rows:
  cold      nothing built yet; the sources and our private Python environment exist (creating
            the environment, once per machine, is a row without a goal)
  nothing   everything is up to date (median of --runs)
  prefix    the prefix folder is missing, packages are cached (median of --runs)
  profile   another profile after the first: HOST=aarch64-linux-gnu if its compiler is
            installed, else DEBUG=1. Counts the native tools that are built again. IPC
            packages only, to keep it short.
  back      back to the first profile. Counts all packages built.
  recipe    a recipe is changed, built, and changed back. Counts packages built by the
            last step.

Later rows need the result of `cold`, so it always runs, unless --output already has a result
(--reuse).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import common
import peer
from common import Bench, Cost, Row

from mpbitcoin_depends.arguments import jobs, whole
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore, tree
from mpbitcoin_depends.sources.tree import tree_versions

OPTIONS = ("NO_QT=1", "NO_USDT=1", "NO_QR=1")
IPC_ONLY = (*OPTIONS, "NO_ZMQ=1", "NO_WALLET=1", "NO_BOOST=1", "NO_LIBEVENT=1")
ROWS = ("cold", "nothing", "prefix", "profile", "back", "recipe")
ASIDE = "old-prefixes"
NATIVE = ("native_capnp", "native_libmultiprocess")


@dataclass(frozen=True)
class Side:
    """One contestant: how to run it, and how to find what it built."""

    name: str
    depends: Path
    env: dict[str, str | None]
    extra: tuple[str, ...]
    recipe: Path
    built: Callable[[Path], list[str]]


@dataclass(frozen=True)
class Contest:
    """Both sides and what they share."""

    bench: Bench
    peer: Side
    ours: Side
    jobs: int
    runs: int

    def make(self, side: Side, step: str, *arguments: str) -> tuple[Cost, list[str]]:
        """`make -C depends` of one side: its cost and the packages that it built."""
        command: list[str | Path] = [
            "make",
            "-C",
            side.depends,
            f"-j{self.jobs}",
            *arguments,
            *side.extra,
        ]
        cost = self.bench.measure(step, command, side.depends.parent, side.env)
        return cost, side.built(self.bench.folder / f"{step}.log")

    def both(self, step: str, *arguments: str) -> tuple[tuple[Cost, list[str]], ...]:
        """The same on each side, the peer first."""
        return tuple(
            self.make(side, f"{step}-{side.name}", *arguments) for side in (self.peer, self.ours)
        )


def cold(contest: Contest) -> Iterator[Row]:
    """Everything is built for the first time."""
    (theirs, their_names), (ours, our_names) = contest.both("cold", *OPTIONS)
    yield Row("cold", theirs, ours, 0.5, len(their_names), len(our_names))


def nothing(contest: Contest) -> Iterator[Row]:
    """Nothing to do."""
    found = contest.bench.median(
        "nothing",
        contest.runs,
        {
            side.name: lambda step, side=side: contest.make(side, step, *OPTIONS)[0]  # type: ignore[misc]
            for side in (contest.peer, contest.ours)
        },
    )
    yield Row("nothing to do", found["peer"], found["ours"], 0.02)


def prefix(contest: Contest) -> Iterator[Row]:
    """The prefix was deleted, the cache is warm."""

    def once(side: Side, step: str) -> Cost:
        take_prefix_away(side.depends, contest.bench.folder / ASIDE)
        return contest.make(side, step, *OPTIONS)[0]

    found = contest.bench.median(
        "prefix",
        contest.runs,
        {
            side.name: lambda step, side=side: once(side, step)  # type: ignore[misc]
            for side in (contest.peer, contest.ours)
        },
    )
    yield Row("deleted prefix, warm cache", found["peer"], found["ours"], 0.15)


def profile(contest: Contest) -> Iterator[Row]:
    """Another host or profile; counts native tools that are built again."""
    crossing = shutil.which("aarch64-linux-gnu-g++") is not None
    change = "HOST=aarch64-linux-gnu" if crossing else "DEBUG=1"
    (theirs, their_names), (ours, our_names) = contest.both("profile", *IPC_ONLY, change)
    yield Row(
        f"second profile ({change}, IPC only)",
        theirs,
        ours,
        peer_built=len([name for name in their_names if name in NATIVE]),
        ours_built=len([name for name in our_names if name.endswith(":native")]),
        most=0,
        note="native packages built",
    )


def back(contest: Contest) -> Iterator[Row]:
    """Back to the first profile."""
    (theirs, their_names), (ours, our_names) = contest.both("back", *OPTIONS)
    yield Row(
        "back to the first profile",
        theirs,
        ours,
        peer_built=len(their_names),
        ours_built=len(our_names),
        most=0,
    )


def recipe(contest: Contest) -> Iterator[Row]:
    """A recipe is changed and changed back."""
    for side in (contest.peer, contest.ours):
        with changed(side.recipe):
            contest.make(side, f"recipe-changed-{side.name}", *OPTIONS)
    (theirs, their_names), (ours, our_names) = contest.both("recipe-reverted", *OPTIONS)
    yield Row(
        "recipe changed and reverted",
        theirs,
        ours,
        peer_built=len(their_names),
        ours_built=len(our_names),
        most=0,
    )


STEPS = {f.__name__: f for f in (cold, nothing, prefix, profile, back, recipe)}


@contextmanager
def changed(file: Path) -> Iterator[None]:
    """Inside the block, `file` has one more comment line; its times are kept."""
    before, stat = file.read_bytes(), file.stat()
    file.write_bytes(before + b"\n# changed by the benchmark\n")
    try:
        yield
    finally:
        file.write_bytes(before)
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def take_prefix_away(depends: Path, aside: Path) -> None:
    """Move a side's prefix folder away; links to it remain, as for users.

    It is moved to `aside`, not deleted: some file systems make new files slowly for half a
    minute after thousands were deleted, which would be measured instead of the work.
    """
    for file in depends.glob("*/toolchain.cmake"):
        if not file.parent.is_symlink():
            aside.mkdir(exist_ok=True)
            file.parent.rename(aside / f"{depends.parent.name}-{time.monotonic_ns()}")


def built_by_ours(base: Path) -> Callable[[Path], list[str]]:
    """The packages that the newest run with the package cache `base` built."""
    seen: set[Path] = set()

    def names(_log: Path) -> list[str]:
        new = set(base.glob("runs/*/report.json")) - seen
        seen.update(new)
        return [
            f"{event['package']}:{event['context']}"
            for file in new
            for event in json.loads(file.read_text())["events"]
            if event["action"] == "built"
        ]

    return names


def contestants(folder: Path, store: Path, bitcoin: Path | None) -> tuple[Side, Side, list[str]]:
    """Prepare both sides below `folder`; also returns remarks on the adaptations."""
    sources = SourceStore(store)
    source_tree = bitcoin or tree(sources, tree_versions()[0], print)
    ready = folder / "peer"
    if ready.exists():
        made = peer.Peer(ready / "depends", ("peer and caches of an earlier run used",))
    else:
        made = peer.prepare(source_tree, peer.fetch_sources(sources), ready)
        common.copy_of_project(folder / "ours")
    theirs = Side(
        name="peer",
        depends=made.depends,
        env=peer.ENVIRONMENT,
        extra=(),
        recipe=made.depends / "packages/sqlite.mk",
        built=peer.built,
    )
    depends = folder / "ours" / "depends"
    cache = folder / "cache"
    ours = Side(
        name="ours",
        depends=depends,
        env={**peer.ENVIRONMENT, "MPBITCOIN_CACHE": str(cache)},
        extra=(f"SOURCES_PATH={store}",),
        recipe=depends / "recipes/sqlite/all/conanfile.py",
        built=built_by_ours(cache / "depends"),
    )
    ours.built(folder)  # earlier runs do not count
    return theirs, ours, list(made.adaptations)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rows", default=",".join(ROWS), help="rows to measure, by comma (default: all)")
    add("--runs", type=whole(1), default=5, help="runs for medians (default: 5)")
    add("--jobs", type=jobs, default=os.cpu_count() or 1, help="jobs of each side (default: cores)")
    add("--output", type=Path, default=Path("build-bench/depends"), help="folder for all of it")
    add("--reuse", action="store_true", help="--output holds built sides: leave out the cold run")
    add("--sources", type=Path, default=of_user().sources_folder, help="folder of the archives")
    add("--tree", type=Path, help="Bitcoin Core tree of the peer (default: the pinned one)")
    add("--keep", action="store_true", help="keep the built folders, not only logs and results")
    return parser.parse_args()


def main() -> int:
    """Run the selected rows; 1 when a goal is missed."""
    given = arguments()
    wanted = given.rows.split(",")
    if unknown := sorted(set(wanted) - set(ROWS)):
        raise UsageError(f"no such row: {unknown[0]}", f"known: {', '.join(ROWS)}")
    folder = given.output.resolve() if given.reuse else common.make_folder(given.output)
    theirs, ours, remarks = contestants(folder, given.sources.resolve(), given.tree)
    facts = {**common.machine_facts("g++"), "jobs": str(given.jobs), "options": " ".join(OPTIONS)}
    bench = Bench("depends: ours against upstream's", folder, facts, remarks)
    contest = Contest(bench, theirs, ours, given.jobs, given.runs)
    if not given.reuse:
        cost, _ = contest.make(ours, "prepare-ours", "download-one", *OPTIONS)
        bench.rows.append(Row("private environment, once per machine", None, cost))
    for name in ROWS:
        if name in wanted or (name == "cold" and not given.reuse):
            bench.rows += STEPS[name](contest)
    status = bench.finish()
    shutil.rmtree(folder / ASIDE, ignore_errors=True)
    if not given.keep and not given.reuse:
        for part in ("peer", "ours", "cache"):
            shutil.rmtree(folder / part, ignore_errors=True)
    return status


if __name__ == "__main__":
    common.run_main(main)
