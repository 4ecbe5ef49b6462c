"""Echo between two processes: our patched libmultiprocess against upstream's, and a bare socket.

Both have the version of the default release and are built from the same verified source with the
same flags; ours has the patches of the recipe. The program in ipc_echo/ measures, in turn for a
number of rounds:

  raw    the same bytes back and forth over a socket pair, between two processes
  plain  Echo, called by a client that is plain Cap'n Proto in one thread
  proxy  Echo, called by a client that is libmultiprocess, too
  loop   a method without a context, which runs on the server's event loop without a separate
         thread: the cost of Cap'n Proto itself, a lower bound for the others.

Medians of the rounds are shown. Context switches, voluntary or not, and processor time are
the kernel's own counts for the server process (/proc), so Linux only.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import common
import yaml
from build_vs_upstream import find_toolchain
from common import Bench

from mpbitcoin_depends import paths, releases
from mpbitcoin_depends.arguments import whole
from mpbitcoin_depends.process import capture
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore, load_source, unpack

RECIPE = "libmultiprocess"
VERSION = releases.DEFAULT.packages["libmultiprocess"] or ""
SIDES = ("upstream", "ours")
FLIGHT = 64
# Name of a measurement: its arguments, and calls per round.
KINDS = {
    "plain": ("plain", 1, 5_000),
    "proxy": ("proxy", 1, 5_000),
    "loop": ("loop", 1, 5_000),
    f"plain-{FLIGHT}": ("plain", FLIGHT, 6_400),
    f"proxy-{FLIGHT}": ("proxy", FLIGHT, 6_400),
}


@dataclass(frozen=True)
class Figure:
    """One line of the result. `raw` is None where a bare socket has no such figure.

    The goal: ours at most `most` itself, at most `most_raw` times raw, or at least
    `least_upstream` times upstream's.
    """

    name: str
    unit: str
    raw: float | None
    upstream: float
    ours: float
    most: float | None = None
    most_raw: float | None = None
    least_upstream: float | None = None

    @property
    def goal(self) -> str:
        """The goal, in words."""
        if self.most is not None:
            return f"≤ {self.most:g}"
        if self.most_raw is not None:
            return f"≤ {self.most_raw:g} raw"
        return f"≥ {self.least_upstream:g} upstream" if self.least_upstream is not None else ""

    @property
    def passed(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.most is not None:
            return self.ours <= self.most
        if self.most_raw is not None and self.raw is not None:
            return self.ours <= self.most_raw * self.raw
        if self.least_upstream is not None:
            return self.ours >= self.least_upstream * self.upstream
        return None

    def cells(self) -> list[str]:
        """The line's columns as text."""
        verdict = {True: "reached", False: "MISSED", None: ""}[self.passed]
        return [
            f"{self.name}, {self.unit}",
            f"{self.raw:,.1f}" if self.raw is not None else "",
            f"{self.upstream:,.1f}",
            f"{self.ours:,.1f}",
            f"{self.ours / self.upstream:.2f}",
            f"{self.ours / self.raw:.2f}" if self.raw else "",
            self.goal,
            verdict,
        ]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table that also reads well as plain text."""
    titles = ["", "raw", "upstream", "ours", "ours/upstream", "ours/raw", "goal", "result"]
    return common.aligned([titles, *(figure.cells() for figure in figures)])


def sources(store: SourceStore, folder: Path) -> dict[str, Path]:
    """Upstream's source and ours, unpacked below `folder`."""
    recipe = paths.RECIPES / RECIPE
    fetched = store.fetch(load_source(recipe, RECIPE, VERSION), print)
    found = {side: folder / f"source-{side}" for side in SIDES}
    for target in found.values():
        unpack(fetched.path, fetched.artefact, target)
    data = yaml.safe_load((recipe / "all" / "conandata.yml").read_text())
    for item in data["patches"][VERSION]:
        file = recipe / "all" / item["file"]
        capture(["patch", "-p1", "--batch", "--forward", "-i", str(file)], cwd=found["ours"])
    return found


def build(bench: Bench, side: str, source: Path, toolchain: Path) -> Path:
    """The program of one side."""
    folder = bench.folder / f"build-{side}"
    program = Path(__file__).resolve().parent / "ipc_echo"
    configure: list[str | Path] = ["cmake", "-S", program, "-B", folder, "-G", "Ninja"]
    configure += [f"--toolchain={toolchain}", f"-DLIBMULTIPROCESS_SOURCE_DIR={source}"]
    configure += ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O2"]
    bench.measure(f"{side}-configure", configure, bench.folder)
    bench.measure(f"{side}-build", ["cmake", "--build", folder], bench.folder)
    return folder / "ipc_echo"


def once(program: Path, words: Sequence[object]) -> dict[str, float]:
    """One run of the program: its figures by name."""
    result: dict[str, float] = json.loads(capture([program, *map(str, words)], timeout=600))
    return result


def measure(programs: dict[str, Path], rounds: int) -> dict[str, dict[str, float]]:
    """Medians by measurement: `raw`, and `<side> <kind>` for each side and kind."""
    found: dict[str, list[dict[str, float]]] = {}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}", flush=True)
        for kind, (client, flight, calls) in KINDS.items():
            for side, program in programs.items():
                result = once(program, [client, calls, flight])
                found.setdefault(f"{side} {kind}", []).append(result)
        sent = found["ours plain"][0]
        sizes = [round(sent["request_bytes"]), round(sent["response_bytes"])]
        found.setdefault("raw", []).append(once(programs["ours"], ["raw", 20_000, 1, *sizes]))
    return {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for name, runs in found.items()
    }


def figures(found: dict[str, dict[str, float]]) -> list[Figure]:
    """The lines of the result."""

    def figure(kind: str, key: str, name: str, unit: str, **goal: float) -> Figure:
        raw = None if kind.endswith(f"-{FLIGHT}") else found["raw"][key]
        return Figure(
            name, unit, raw, found[f"upstream {kind}"][key], found[f"ours {kind}"][key], **goal
        )

    flight = f"{FLIGHT} in flight"
    return [
        figure("plain", "median_us", "one call, plain client", "µs", most_raw=2.5),
        figure("proxy", "median_us", "one call, libmultiprocess client", "µs"),
        figure("loop", "median_us", "one call, no server thread", "µs"),
        figure("plain", "server_switches", "one call, plain client", "switches", most=4),
        figure("proxy", "server_switches", "one call, libmultiprocess client", "switches"),
        figure("plain", "server_cpu_us", "one call, plain client", "µs of server CPU"),
        figure(
            f"plain-{FLIGHT}",
            "calls_per_second",
            f"{flight}, plain client",
            "calls/s",
            least_upstream=10,
        ),
        figure(
            f"proxy-{FLIGHT}",
            "calls_per_second",
            f"{flight}, libmultiprocess client",
            "calls/s",
            least_upstream=10,
        ),
        figure(f"plain-{FLIGHT}", "server_switches", f"{flight}, plain client", "switches"),
    ]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rounds", type=whole(1), default=7, help="rounds for medians (default: 7)")
    add("--output", type=Path, default=Path("build-bench/ipc_echo"), help="folder for all of it")
    add("--toolchain", type=Path, help="toolchain file (default: of the only depends prefix)")
    add("--sources", type=Path, default=of_user().sources_folder, help="folder of the archives")
    return parser.parse_args()


def main() -> int:
    """Build both sides, measure; 1 when a goal is missed."""
    given = arguments()
    folder = common.make_folder(given.output)
    toolchain = find_toolchain(given.toolchain)
    facts = {**common.machine_facts("g++"), "rounds": str(given.rounds)}
    bench = Bench("Echo: ours against upstream's libmultiprocess", folder, facts)
    found = sources(SourceStore(given.sources.resolve()), folder)
    programs = {side: build(bench, side, found[side], toolchain) for side in SIDES}
    lines = figures(measure(programs, given.rounds))
    rows = [asdict(line) | {"goal": line.goal, "passed": line.passed} for line in lines]
    return bench.publish(table(lines), rows)


if __name__ == "__main__":
    common.run_main(main)
