"""Clients of one node over IPC: ours, pycapnp, C++ with plain Cap'n Proto; JSON-RPC beside them.

One node, one schema, one run; the clients take turns, each in its own process. The results are
medians of the rounds. A call is `Echo.echo`, for JSON-RPC `getblockcount`. Processor time counts
only the client. `raw` sends 100 bytes back and forth over a socket pair between two Python
processes. A notification is the node's call of an object in the client: on request, one for each
transaction in its mempool, 100,000 in total. Its time is measured from one notification to the
next. An import is a whole Python process that does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import socket
import statistics
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import common
from build_vs_upstream import find_toolchain
from common import Bench
from regtest_node import Node, Rpc

from mpbitcoin.arguments import positive
from mpbitcoin_depends.arguments import whole
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.process import capture
from mpbitcoin_project import paths

HERE = Path(__file__).resolve().parent / "ipc_clients"
FLIGHT = 64
#: Bytes of a transaction's data output; ten make a block of about a megabyte.
DATA = 97_000
#: Small transactions: on request, the node sends a notification for each one of its mempool.
CROWD = 1000


@dataclass(frozen=True)
class Figure:
    """The cost of one client: microseconds per call and of processor time, calls per second."""

    median: float
    p99: float
    rate: float
    cpu: float


@dataclass(frozen=True)
class Goal:
    """A ratio of two figures, and its goal."""

    name: str
    ratio: float
    most: float

    @property
    def passed(self) -> bool:
        """Whether it was reached."""
        return self.ratio <= self.most


def figure(seconds: float, cpu: float, times: list[float]) -> Figure:
    """The figure of one run."""
    ordered = sorted(times)
    count = len(times)
    return Figure(
        statistics.median(ordered),
        ordered[min(count - 1, count * 99 // 100)],
        count / seconds,
        cpu / count * 1e6,
    )


def timed(call: Callable[[], object], count: int) -> Figure:
    """A call measured in this process."""
    times = []
    cpu, start = time.process_time(), time.perf_counter()
    for _ in range(count):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1e6)
    return figure(time.perf_counter() - start, time.process_time() - cpu, times)


def raw(count: int) -> Figure:
    """Bytes back and forth between two processes."""
    ours, theirs = socket.socketpair()
    program = (
        "import socket, sys\n"
        "peer = socket.socket(fileno=int(sys.argv[1]))\n"
        "while data := peer.recv(4096): peer.sendall(data)\n"
    )
    import subprocess

    process = subprocess.Popen(
        [sys.executable, "-c", program, str(theirs.fileno())], pass_fds=(theirs.fileno(),)
    )
    theirs.close()
    with ours:

        def call() -> None:
            ours.sendall(b"x" * 100)
            ours.recv(4096)

        call()
        found = timed(call, count)
    process.wait()
    return found


def json_rpc(node: Node, count: int) -> Figure:
    """`getblockcount` over one HTTP connection."""
    with contextlib.closing(node.connect()) as rpc:
        rpc("getblockcount")
        return timed(lambda: rpc("getblockcount"), count)


def python(client: str, path: Path, calls: int, flight: int) -> Figure:
    """One of the clients of measure.py."""
    words: list[str | Path] = [
        sys.executable,
        HERE / "measure.py",
        client,
        path,
        str(calls),
        str(flight),
    ]
    return figure(**json.loads(capture(words, timeout=600)))


def cplusplus(program: Path, path: Path, calls: int, flight: int) -> Figure:
    """The C++ client."""
    return figure(**json.loads(capture([program, path, str(calls), str(flight)], timeout=600)))


def spend(rpc: Rpc, txid: str, output: int, size: int) -> None:
    """A transaction that turns an output into `size` bytes of data."""
    outputs: list[dict[str, Any]] = [{"data": "00" * size}]
    made = rpc("createrawtransaction", [{"txid": txid, "vout": output}], outputs)
    rpc("sendrawtransaction", made, 0, 0)


def split(rpc: Rpc, txid: str) -> str:
    """A transaction that makes CROWD outputs of a block's reward."""
    spent = bytes.fromhex(txid)[::-1] + struct.pack("<IBI", 0, 0, 0xFFFFFFFF)
    output = struct.pack("<qBB", 1_000_000, 1, 0x51)
    outputs = struct.pack("<BH", 0xFD, CROWD) + output * CROWD
    made = struct.pack("<IB", 2, 1) + spent + outputs + struct.pack("<I", 0)
    return str(rpc("sendrawtransaction", made.hex(), 0))


def fill(node: Node) -> list[str]:
    """Blocks, and a mempool of small transactions; coinbases that can be spent, too."""
    with contextlib.closing(node.connect()) as rpc:
        hashes = rpc("generatetodescriptor", 111, "raw(51)")
        coinbases = [rpc("getblock", block)["tx"][0] for block in hashes[:11]]
        crowd = split(rpc, coinbases.pop())
        rpc("generatetodescriptor", 1, "raw(51)")
        for output in range(CROWD):
            spend(rpc, crowd, output, 40)
    return coinbases


def enlarge(node: Node, coinbases: list[str]) -> None:
    """Make the next block a megabyte."""
    with contextlib.closing(node.connect()) as rpc:
        for coinbase in coinbases:
            spend(rpc, coinbase, 0, DATA)


def build(bench: Bench, toolchain: Path) -> Path:
    """The C++ client."""
    folder = bench.folder / "build"
    configure: list[str | Path] = ["cmake", "-S", HERE, "-B", folder, "-G", "Ninja"]
    configure += [f"--toolchain={toolchain}", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O2"]
    bench.measure("configure", configure, bench.folder)
    bench.measure("build", ["cmake", "--build", folder], bench.folder)
    return folder / "client"


Clients = dict[str, Callable[[], Figure]]


def told(path: Path, scale: float) -> Clients:
    """The clients that receive the mempool's transactions."""
    count = int(20_000 * scale)
    return {
        "ours, notification": lambda: python("notified", path, count, 1),
        "pycapnp, notification": lambda: python("pycapnp-notified", path, count, 1),
    }


def calling(node: Node, program: Path, path: Path, scale: float) -> Clients:
    """The clients that call, and those that are imported."""
    calls, many, blocks = (int(count * scale) for count in (4000, 12800, 400))
    return {
        "raw ping-pong": lambda: raw(calls),
        "JSON-RPC": lambda: json_rpc(node, calls),
        "C++": lambda: cplusplus(program, path, calls, 1),
        "ours": lambda: python("sync", path, calls, 1),
        "ours, Mining.getTip": lambda: python("tip", path, calls, 1),
        "ours, asyncio": lambda: python("asyncio", path, calls, 1),
        "pycapnp": lambda: python("pycapnp", path, calls, 1),
        f"C++, {FLIGHT} in flight": lambda: cplusplus(program, path, many, FLIGHT),
        f"ours, {FLIGHT} in flight": lambda: python("asyncio", path, many, FLIGHT),
        f"pycapnp, {FLIGHT} in flight": lambda: python("pycapnp", path, many, FLIGHT),
        "ours, 16 threads": lambda: python("threads", path, many, 16),
        "ours, 1 MB block": lambda: python("block", path, blocks, 1),
        "pycapnp, 1 MB block": lambda: python("pycapnp-block", path, blocks, 1),
        "python -c pass": lambda: python("no-import", path, 5, 1),
        "ours, import": lambda: python("import", path, 5, 1),
        "pycapnp, import": lambda: python("pycapnp-import", path, 5, 1),
    }


def measure(clients: Clients, rounds: int) -> dict[str, Figure]:
    """Medians by client, which take turns."""
    found: dict[str, list[Figure]] = {name: [] for name in clients}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}", flush=True)
        for name, client in clients.items():
            found[name].append(client())
    return {
        name: Figure(*(statistics.median(column) for column in zip(*map(_columns, runs))))  # noqa: B905
        for name, runs in found.items()
    }


def _columns(each: Figure) -> tuple[float, float, float, float]:
    return each.median, each.p99, each.rate, each.cpu


def goals(found: dict[str, Figure]) -> list[Goal]:
    """The goals."""
    ours, peer = found["ours"], found["pycapnp"]
    start = found["python -c pass"].median
    flight = f"{FLIGHT} in flight"
    return [
        Goal("latency, ours / C++", ours.median / found["C++"].median, 1.15),
        Goal("client CPU per call, ours / pycapnp", ours.cpu / peer.cpu, 0.25),
        Goal(
            f"client CPU per call, {flight}, ours / pycapnp",
            found[f"ours, {flight}"].cpu / found[f"pycapnp, {flight}"].cpu,
            0.25,
        ),
        Goal(
            f"time per call, {flight}, ours / pycapnp",
            found[f"pycapnp, {flight}"].rate / found[f"ours, {flight}"].rate,
            1 / 3,
        ),
        Goal(
            "1 MB block, ours / pycapnp",
            found["ours, 1 MB block"].median / found["pycapnp, 1 MB block"].median,
            1 / 3,
        ),
        Goal(
            "Mining.getTip, ours / JSON-RPC",
            found["ours, Mining.getTip"].median / found["JSON-RPC"].median,
            1 / 3,
        ),
        Goal("import, ours / python -c pass", found["ours, import"].median / start, 6),
        Goal(
            "import beyond python -c pass, ours / pycapnp",
            (found["ours, import"].median - start) / (found["pycapnp, import"].median - start),
            1,
        ),
    ]


def table(found: dict[str, Figure], asked: list[Goal]) -> str:
    """Figures and goals as Markdown tables."""
    lines = [["", "median, µs", "p99, µs", "calls/s", "client CPU, µs"]]
    lines += [
        [name, *(f"{value:,.1f}" for value in _columns(each))] for name, each in found.items()
    ]
    judged = [["", "ratio", "goal", "result"]]
    judged += [
        [
            each.name,
            f"{each.ratio:.2f}",
            f"≤ {each.most:.2f}",
            "reached" if each.passed else "MISSED",
        ]
        for each in asked
    ]
    return common.aligned(lines) + "\n\n" + common.aligned(judged)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rounds", type=whole(1), default=5, help="rounds for medians (default: 5)")
    add(
        "--scale",
        type=positive("calls"),
        default=1,
        help="calls, as a multiple of the usual (default: 1)",
    )
    add("--output", type=Path, default=Path("build-bench/ipc_clients"), help="folder for all")
    add("--toolchain", type=Path, help="toolchain file (default: of the only depends prefix)")
    add("--node", type=Path, default=paths.PROJECT / "build" / "bin" / "bitcoin-node")
    return parser.parse_args()


def main() -> int:
    """Build the C++ client, measure all; 1 when a goal is missed."""
    given = arguments()
    if importlib.util.find_spec("capnp") is None:
        raise MachineError(
            "pycapnp, which is measured beside ours, is not there",
            "python3 depends/bootstrap.py --lock dev bench ipc_clients",
        )
    folder = common.make_folder(given.output)
    facts = {**common.machine_facts("g++"), "rounds": str(given.rounds), "node": str(given.node)}
    bench = Bench("Clients of a node over IPC", folder, facts)
    program = build(bench, find_toolchain(given.toolchain))
    data = folder / "n"
    data.mkdir()
    options = ("-ipcbind=unix", "-disablewallet", "-acceptnonstdtxn=1", "-datacarriersize=100000")
    node = Node(given.node.resolve(), data, options)
    node.start()
    try:
        path = data / "regtest" / "node.sock"
        coinbases = fill(node)
        notified = measure(told(path, given.scale), given.rounds)
        enlarge(node, coinbases)
        found = measure(calling(node, program, path, given.scale), given.rounds) | notified
    finally:
        node.kill()
    asked = goals(found)
    rows = [{"name": name, "passed": None, **asdict(each)} for name, each in found.items()]
    rows += [{**asdict(each), "passed": each.passed} for each in asked]
    return bench.publish(table(found, asked), rows)


if __name__ == "__main__":
    common.run_main(main)
