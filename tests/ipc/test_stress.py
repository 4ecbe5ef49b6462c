"""A node that starts and ends under clients that call all it offers, in all its phases.

Each round starts a node, lets clients call it from the moment in which its socket answers, sends
it SIGTERM, and wants a clean end: status 0, nothing on the console, all calls ended, and a data
directory that the next round uses. `--rounds=100` is the stage `stress` of `make check`.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpbitcoin.node.regtest import RegtestNode
from tests.ipc.callers import ALL, READERS, Caller, CommandLine, Work, loading
from tests.ipc.conftest import newest
from tests.ipc.snapshot import Snapshot
from tests.waiting import PATIENCE, wait_until

pytestmark = newest
#: What nodes do at their start, or beside all else.
SETUPS = {
    "plain": ("-disablewallet",),
    "wallet": (),
    "indexes": ("-disablewallet", "-txindex", "-coinstatsindex", "-blockfilterindex"),
    "pruned": ("-disablewallet", "-prune=1", "-fastprune"),
    "reindex": ("-disablewallet", "-reindex"),
    "attach": ("-walletprocess=attach",),
    "snapshot": ("-disablewallet",),
}
#: Bitcoin Core's own check of its block index, of regtest alone, does not bear that a block is
#: invalidated while another one is made on it.
ALWAYS = ("-checkblockindex=0",)
BLOCKS = 120
#: Seconds after which a node is ended that has just begun to listen. Else it runs before.
EARLY = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
#: Rounds of calls that each client has made before a node is ended that runs.
CALLS = 2


@dataclass
class Victim:
    """A data directory with blocks, and the process that runs on it."""

    #: Its setup.
    name: str
    node: RegtestNode
    works: tuple[Work, ...] = ALL
    #: A copy that replaces the data directory before every second start.
    original: Path | None = None
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until its socket is there."""
        if self.original and self.starts % 2 == 0:
            shutil.rmtree(self.node.datadir)
            shutil.copytree(self.original, self.node.datadir)
        self.starts += 1
        self.node.socket.unlink(missing_ok=True)
        with (self.node.datadir / "errors").open("wb") as errors:
            self.process = subprocess.Popen(self.node.command(), stderr=errors)
        process = self.process
        wait_until(lambda: self.node.socket.exists() or process.poll() is not None, "the socket")

    def ended(self) -> bool:
        """Whether the process has ended, which it should not by itself: end() fails then."""
        return self.process is not None and self.process.poll() is not None

    def end(self) -> None:
        """End the process by SIGTERM and see that it ends well."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        said = (self.node.datadir / "errors").read_text(errors="replace")
        assert (status, said) == (0, ""), self.node.log(40)
        assert "Shutdown done" in self.node.log(5)
        assert "Calls do not end" not in self.node.log()


def prepare(victim: Victim, folder: Path, programs: Path) -> None:
    """Mine blocks. For the setup `snapshot` only submit headers, and keep the data directory."""
    node = victim.node
    node.start()
    if victim.name == "snapshot":
        snapshot = Snapshot.make(folder / "miner", programs)
        snapshot.announce(node)
        victim.works = (*READERS, loading(snapshot.file))
    else:
        node.mine(BLOCKS)
    assert node.stop() == 0
    if victim.name == "snapshot":
        victim.original = folder / "original"
        node.socket.unlink(missing_ok=True)
        shutil.copytree(node.datadir, victim.original)
    node.options = (*SETUPS[victim.name], *ALWAYS)


@pytest.fixture
def victims(executable: Path, tmp_path: Path) -> Iterator[dict[str, Victim]]:
    """A data directory for each setup; nodes that still run end with the test."""
    programs = executable.parent
    made = {
        name: Victim(name, RegtestNode(tmp_path / name, ["-disablewallet"], bin=programs))
        for name in SETUPS
    }
    try:
        for victim in made.values():
            prepare(victim, tmp_path, programs)
        yield made
    finally:
        for victim in made.values():
            if victim.process is not None and victim.process.poll() is None:
                victim.process.kill()
                victim.process.wait()
            victim.node.close()


@contextmanager
def joining(victim: Victim, executable: Path) -> Iterator[None]:
    """A wallet process that joins the node, and ends when the node ends."""
    program = executable.with_name("bitcoin-wallet")
    command = [str(program), f"-ipcconnect=unix:{victim.node.socket}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


@contextmanager
def called(victim: Victim, executable: Path) -> Iterator[list[Caller | CommandLine]]:
    """Clients that call the node until the block ends, and the node with it."""
    address = f"unix:{victim.node.socket}"
    program = str(executable.with_name("bitcoin-cli"))
    command = [program, f"-datadir={victim.node.datadir}", f"-ipcconnect={address}"]
    callers: list[Caller | CommandLine] = [Caller(address, work) for work in victim.works]
    callers.append(CommandLine(command, "gettxout", "00" * 32, "0"))
    if victim.name != "snapshot":
        callers.append(CommandLine(command, "scantxoutset", "start", "[]"))
    for caller in callers:
        caller.start()
    try:
        yield callers
    finally:
        for caller in callers:
            caller.end()
    for caller in callers:
        caller.join(PATIENCE)
        assert not caller.is_alive(), f"a call of {caller.name} does not end"
        assert not isinstance(caller, Caller) or caller.fault is None, repr(caller.fault)


def test_starts_and_ends(
    victims: dict[str, Victim], executable: Path, request: pytest.FixtureRequest
) -> None:
    rounds: int = request.config.getoption("--rounds")
    choose = random.Random(rounds)
    for number in range(rounds):
        name = list(SETUPS)[number % len(SETUPS)]
        early = choose.choice([*EARLY, *[None] * len(EARLY)])
        print(f"round {number + 1}: {name}, {'running' if early is None else f'after {early} s'}")
        victim = victims[name]
        victim.start()
        with called(victim, executable) as callers:
            if early is None and name == "attach":
                with joining(victim, executable):
                    run(victim, callers, early)
            else:
                run(victim, callers, early)
        if victim.original and early is None:
            assert (victim.node.folder / "chainstate_snapshot").is_dir()


def run(victim: Victim, callers: list[Caller | CommandLine], early: float | None) -> None:
    """Let the clients call for a while, then end the node."""
    if early is None:
        before = {caller: caller.rounds for caller in callers}

        def behind() -> list[str]:
            return [each.name for each in callers if each.rounds < before[each] + CALLS]

        try:
            wait_until(lambda: victim.ended() or not behind(), "all clients' calls")
        except AssertionError as error:
            raise AssertionError(f"not answered: {behind()}") from error
    else:
        time.sleep(early)
    victim.end()
