"""A node of the pytest plugin until it is ready, and a bare bitcoin-node until its first answer.

Both have an empty data directory and a wallet process, and take turns. The plugin's node is ready
when it has answered JSON-RPC and IPC, the bare one when it has answered JSON-RPC.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import common
from regtest_node import Node

from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin_depends.arguments import whole
from mpbitcoin_project import paths

#: The goal, in seconds from start to ready.
GOAL = 1.5


def bare(program: Path, folder: Path) -> float:
    """Seconds until a node has answered its first RPC."""
    folder.mkdir()
    node = Node(program, folder)
    try:
        seconds = node.start()
        node.stop()
    finally:
        node.kill()
    return seconds


def plugin(program: Path, folder: Path) -> float:
    """Seconds until the plugin's node has answered over JSON-RPC and IPC."""
    begin = time.perf_counter()
    with RegtestNode(folder, bin=program.parent) as node:
        node.ipc.mining.get_tip()
        return time.perf_counter() - begin


def main() -> int:
    """Measure, print the table, write result.json; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    program = paths.PROJECT / "build" / "bin" / "bitcoin-node"
    parser.add_argument("--program", type=Path, default=program, help="[%(default)s]")
    parser.add_argument(
        "--rounds", type=whole(1), default=10, help="nodes of each kind [%(default)s]"
    )
    parser.add_argument("--output", type=Path, help="folder of result.json")
    args = parser.parse_args()
    found: dict[str, list[float]] = {"bare": [], "plugin": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.rounds):
            found["bare"].append(bare(args.program, Path(folder, f"bare{number}")))
            found["plugin"].append(plugin(args.program, Path(folder, f"plugin{number}")))
    medians = {name: statistics.median(times) for name, times in found.items()}
    lines = [["", "median", "greatest"]]
    lines += [[name, *map(common.measured, (medians[name], max(found[name])))] for name in found]
    reached = medians["plugin"] <= GOAL
    print(common.aligned(lines))
    print(f"ratio {medians['plugin'] / medians['bare']:.2f}")
    print(f"goal of {GOAL} s {'reached' if reached else 'MISSED'}")
    if args.output:
        common.make_folder(args.output)
        (args.output / "result.json").write_text(json.dumps(found, indent=2))
    return 0 if reached else 1


if __name__ == "__main__":
    common.run_main(main)
