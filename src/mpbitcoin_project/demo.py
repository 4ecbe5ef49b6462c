"""A short demonstration on regtest: node, wallet, blocks, IPC, clean stop."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from mpbitcoin.errors import RunError
from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin_depends.files import human_size


def process_tree(root: int) -> list[str]:
    """The process and its descendants, one line each, children indented."""
    import psutil

    def lines(one: psutil.Process, depth: int) -> Iterator[str]:
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended
            memory = human_size(one.memory_info().rss)
            yield f"{'  ' * depth}{one.name()} (pid {one.pid}, {memory})"
            for child in one.children():
                yield from lines(child, depth + 1)

    return list(lines(psutil.Process(root), 0))


def show(bin_folder: Path) -> None:
    """Run the demonstration and print each step. Raises RunError when a step fails."""
    with tempfile.TemporaryDirectory(prefix="mpbitcoin-demo-") as folder:
        node = RegtestNode(Path(folder), ["-debug=ipc"], bin=bin_folder)
        print(f"$ {shlex.join(['bitcoin-node', *node.command()[1:]])}")
        with node:
            _steps(node)


def _steps(node: RegtestNode) -> None:
    print(f"  node answers; IPC socket: {node.socket.name}")
    _show(node, "createwallet", "demo")
    address = node.cli("getnewaddress")
    _show(node, "generatetoaddress", "101", address)
    balance = _show(node, "getbalance")
    blocks = node.cli(f"-ipcconnect=unix:{node.socket}", "getblockcount")
    print(f"$ bitcoin-cli -regtest -ipcconnect=unix getblockcount\n  {blocks}")
    if float(balance) != 50 or blocks != "101":
        raise RunError(f"expected 50 coins at height 101, found {balance} at {blocks}")
    print("processes:")
    for line in process_tree(node.pid):
        print(f"  {line}")
    status = node.stop()
    print(f"$ bitcoin-cli -regtest stop\n  clean stop, exit status {status}")
    if status != 0:
        raise RunError(f"bitcoin-node ended with status {status}")


def _show(node: RegtestNode, *words: str) -> str:
    answer = node.cli(*words)
    print(f"$ bitcoin-cli -regtest {shlex.join(words)}")
    shown: Sequence[str] = [answer]
    if answer.startswith("["):
        hashes = json.loads(answer)
        shown = [f"{len(hashes)} blocks, the last {hashes[-1]}"]
    elif answer.startswith("{"):
        shown = [json.dumps(json.loads(answer))]
    for line in shown:
        print(f"  {line}")
    return answer


def run_executable(bin_folder: Path, words: Sequence[str]) -> int:
    """Replace this process by one of the executables."""
    program = bin_folder / words[0]
    if not program.is_file():
        raise RunError(
            f"no executable {words[0]} in {bin_folder}", "build it with `mpbitcoin build`"
        )
    os.execv(program, [str(program), *words[1:]])
