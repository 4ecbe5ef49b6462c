"""bitcoin-node and bitcoin-wallet against monolithic bitcoind, side by side.

Same flags, same data, built from the same tree with the same compiler and options:

    ./mpbitcoin build -D BUILD_MONOLITH=ON

regtest_chain.py creates a chain with wallets once. In each round both sides start with a copy of
it and take turns, a few calls at a time, so that other load on the machine affects both alike. The
other side begins in the next round. The results are medians of all rounds.

Rows:
  start         from the start of the process until the first RPC is answered, one wallet loaded
  getbalance    one call to a wallet with 1,000 coins
  listunspent   the same
  sendtoaddress the same
  rescan        importdescriptors without transactions in the chain, with a rescan of all blocks
  rescan-found  the same with a transaction in every tenth block
  blocks        connect 100 blocks, until each of 10 loaded wallets has them; per block
  stop          from the RPC until all processes have ended
  memory        resident memory of each process at the end

The RPC client uses a persistent connection; its own cost is about 30 µs.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import common
import regtest_chain
from common import Bench
from regtest_chain import COINS_WALLET, WALLETS, Chain
from regtest_node import Node, Rpc

from mpbitcoin.errors import RunError
from mpbitcoin_depends.arguments import whole
from mpbitcoin_depends.errors import MachineError, UsageError
from mpbitcoin_depends.files import human_size
from mpbitcoin_project import paths

PROGRAMS = {"monolith": "bitcoind", "split": "bitcoin-node"}
ROWS = (
    "start",
    "getbalance",
    "listunspent",
    "sendtoaddress",
    "rescan",
    "rescan-found",
    "blocks",
    "stop",
    "memory",
)
OPTIONS = (f"-wallet={COINS_WALLET}", "-persistmempool=0", "-maxtipage=1000000000")
#: Blocks that the row `blocks` connects.
EXTENSION = 100
#: The goals.
MOST_RATIO = {
    "getbalance": 1.10,
    "listunspent": 1.10,
    "sendtoaddress": 1.10,
    "rescan": 1.25,
    "rescan-found": 1.25,
    "blocks": 1.25,
}
MOST_MORE = {"start": 0.1}
#: Calls per round and side, and how many of them before it is the other side's turn.
CALLS = {"getbalance": (200, 10), "listunspent": (20, 1), "sendtoaddress": (20, 2)}


@dataclass(frozen=True)
class Figure:
    """One line of the result: medians of both sides, in seconds or bytes.

    The goal: at most `most_ratio` times the monolith, or `most_more` seconds more.
    """

    name: str
    monolith: float
    split: float
    most_ratio: float | None = None
    most_more: float | None = None
    bytes: bool = False

    @property
    def ratio(self) -> float:
        """The split's over the monolith's."""
        return self.split / self.monolith

    @property
    def goal(self) -> str:
        """The goal, in words."""
        if self.most_more is not None:
            return f"≤ +{self.most_more * 1000:.0f} ms"
        return f"≤ {self.most_ratio:.2f}" if self.most_ratio is not None else ""

    @property
    def passed(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.most_more is not None:
            return self.split - self.monolith <= self.most_more
        return None if self.most_ratio is None else self.ratio <= self.most_ratio

    def cells(self) -> list[str]:
        """The line's columns as text."""
        sides = (self.monolith, self.split, self.split - self.monolith)
        verdict = {True: "reached", False: "MISSED", None: ""}[self.passed]
        show = human_size if self.bytes else common.measured
        return [self.name, *map(show, sides), f"{self.ratio:.2f}", self.goal, verdict]


@dataclass
class Round:
    """Both running sides, and all figures so far."""

    chain: Chain
    nodes: dict[str, Node]
    order: tuple[str, ...]
    found: dict[str, dict[str, list[float]]]

    def add(self, row: str, side: str, seconds: float) -> None:
        """Keep a figure."""
        self.found.setdefault(row, {}).setdefault(side, []).append(seconds)

    def each(self, row: str, once: Callable[[Rpc], float]) -> None:
        """Measure `once` on each side."""
        for side in self.order:
            with contextlib.closing(self.nodes[side].connect()) as rpc:
                self.add(row, side, once(rpc))

    def calls(self, row: str) -> None:
        """Measure one RPC, many times."""
        count, turn = CALLS[row]
        with contextlib.ExitStack() as stack:
            rpcs = {
                side: stack.enter_context(contextlib.closing(self.nodes[side].connect()))
                for side in self.order
            }
            requests = {side: _request(row, rpc) for side, rpc in rpcs.items()}
            for side, rpc in rpcs.items():
                rpc.exchange(requests[side])
            for _ in range(count // turn):
                for side, rpc in rpcs.items():
                    for _ in range(turn):
                        begin = time.perf_counter()
                        answer = rpc.exchange(requests[side])
                        self.add(row, side, time.perf_counter() - begin)
                        if b'"error":null' not in answer:
                            raise RunError(f"{row}: {answer[:500]!r}")


def _request(row: str, rpc: Rpc) -> bytes:
    params: tuple[object, ...] = ()
    if row == "sendtoaddress":
        params = (rpc("getnewaddress", wallet=COINS_WALLET), 0.001)
    return rpc.request(row, *params, wallet=COINS_WALLET)


def rescan(requests: Sequence[object]) -> Callable[[Rpc], float]:
    """Measures an import into a fresh wallet."""

    def once(rpc: Rpc) -> float:
        wallet = f"import-{time.monotonic_ns()}"
        rpc("createwallet", wallet, True, True)
        begin = time.perf_counter()
        [result] = rpc("importdescriptors", requests, wallet=wallet)
        seconds = time.perf_counter() - begin
        if not result["success"]:
            raise RunError(f"importdescriptors: {result}")
        rpc("unloadwallet", wallet)
        return seconds

    return once


def connect_blocks(chain: Chain) -> Callable[[Rpc], float]:
    """Measures how long a block takes until all wallets have it."""

    def once(rpc: Rpc) -> float:
        for wallet in WALLETS:
            rpc("loadwallet", wallet)
        rpc("syncwithvalidationinterfacequeue")
        requests = [rpc.request("submitblock", block) for block in chain.extension]
        begin = time.perf_counter()
        for request in requests:
            rpc.exchange(request)
        for wallet in WALLETS:
            while rpc("getwalletinfo", wallet=wallet)["lastprocessedblock"]["height"] != (
                chain.height + len(requests)
            ):
                time.sleep(0.001)
        return (time.perf_counter() - begin) / len(requests)

    return once


def measure_round(now: Round, rows: Sequence[str]) -> None:
    """Start both sides, measure the selected rows, stop them."""
    for side in now.order:
        now.add("start", side, now.nodes[side].start())
    for row in (row for row in CALLS if row in rows):
        now.calls(row)
    if "rescan" in rows:
        now.each("rescan", rescan(now.chain.missed))
    if "rescan-found" in rows:
        now.each("rescan-found", rescan(now.chain.found))
    if "blocks" in rows:
        now.each("blocks", connect_blocks(now.chain))
    for side in now.order:
        for name, resident in now.nodes[side].memory().items():
            now.add(f"memory {name}", side, resident)
        now.add("stop", side, now.nodes[side].stop())


def measure(
    bench: Bench, chain: Chain, programs: dict[str, Path], rounds: int, rows: Sequence[str]
) -> dict[str, dict[str, list[float]]]:
    """All figures by row and side."""
    found: dict[str, dict[str, list[float]]] = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        order = tuple(PROGRAMS)[:: 1 if number % 2 == 0 else -1]
        nodes = {}
        for side in order:
            folder = bench.folder / side
            shutil.copytree(chain.datadir, folder)
            nodes[side] = Node(programs[side], folder, OPTIONS)
        try:
            measure_round(Round(chain, nodes, order, found), rows)
        finally:
            for node in nodes.values():
                node.kill()
                shutil.rmtree(node.datadir)
    return found


def figures(found: dict[str, dict[str, list[float]]], rows: Sequence[str]) -> list[Figure]:
    """The lines of the result."""
    medians = {
        row: {side: statistics.median(values) for side, values in sides.items()}
        for row, sides in found.items()
    }
    lines = []
    for row in (row for row in ROWS if row in rows and row != "memory"):
        both = medians[row]
        goals = (MOST_RATIO.get(row), MOST_MORE.get(row))
        lines.append(Figure(row, both["monolith"], both["split"], *goals))
    if "memory" in rows:
        whole = medians["memory bitcoind"]["monolith"]
        parts = [medians[f"memory {name}"]["split"] for name in ("bitcoin-node", "bitcoin-wallet")]
        names = ("memory of bitcoin-node", "memory of bitcoin-wallet", "memory of both")
        for name, part in zip(names, [*parts, sum(parts)], strict=True):
            lines.append(Figure(name, whole, part, bytes=True))
    return lines


def table(lines: Sequence[Figure]) -> str:
    """The figures as a Markdown table that also reads well as plain text."""
    titles = ["", "monolith", "split", "difference", "ratio", "goal", "result"]
    return common.aligned([titles, *(line.cells() for line in lines)])


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rows", default=",".join(ROWS), help=f"what to measure (default: {','.join(ROWS)})")
    add("--rounds", type=whole(1), default=7, help="rounds for medians (default: 7)")
    add("--blocks", type=whole(1), default=2000, help="blocks of the rescan (default: 2000)")
    add("--output", type=Path, default=Path("build-bench/split"), help="folder for all of it")
    add(
        "--executables",
        type=Path,
        default=paths.PROJECT / "build" / "bin",
        help="folder of bitcoind, bitcoin-node and bitcoin-wallet (default: build/bin)",
    )
    given = parser.parse_args()
    given.rows = given.rows.split(",")
    if unknown := set(given.rows) - set(ROWS):
        raise UsageError(f"unknown rows: {', '.join(sorted(unknown))}", f"there are {ROWS}")
    return given


def main() -> int:
    """Prepare the chain, measure; 1 when a goal is missed."""
    given = arguments()
    programs = {side: given.executables.resolve() / name for side, name in PROGRAMS.items()}
    if missing := [path.name for path in programs.values() if not path.is_file()]:
        hint = "build it: ./mpbitcoin build -D BUILD_MONOLITH=ON"
        raise MachineError(f"no {', '.join(missing)} in {given.executables}", hint)
    folder = common.make_folder(given.output)
    facts = common.machine_facts("g++")
    facts |= {"rounds": str(given.rounds), "blocks": str(given.blocks)}
    bench = Bench("bitcoin-node and bitcoin-wallet against bitcoind", folder, facts)
    print("preparing the chain", flush=True)
    chain = regtest_chain.prepare(programs["monolith"], folder / "chain", given.blocks, EXTENSION)
    lines = figures(measure(bench, chain, programs, given.rounds, given.rows), given.rows)
    rows = [asdict(line) | {"ratio": line.ratio, "passed": line.passed} for line in lines]
    return bench.publish(table(lines), rows)


if __name__ == "__main__":
    common.run_main(main)
