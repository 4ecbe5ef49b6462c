"""Logs of processes that call each other, and the real calls behind them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

#: 2026-01-02T03:04:05Z in µs.
EPOCH = int(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc).timestamp()) * 1_000_000

METHODS = (
    "Chain.getHeight",
    "Chain.findBlock",
    "Chain.haveBlockOnDisk",
    "Wallet.getBalances",
    "WalletLoader.getWallets",
    "ChainNotifications.blockConnected",
)


@dataclass
class Process:
    """A process that writes its lines to a log, in our wording or in an unpatched one's."""

    name: str
    pid: int
    forwarded: bool = False
    old: bool = False
    lines: list[tuple[int, str]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=lambda: {"client": 0, "server": 0})

    def __str__(self) -> str:
        return f"{self.name}-{self.pid}"

    def number(self, side: str) -> int:
        """The next number of a side."""
        self.numbers[side] += 1
        return self.numbers[side]

    def say(self, time: int, thread: str, text: str) -> None:
        """A line about an event at `time`."""
        mark = f"[{self.name}] " if self.forwarded else ""
        self.lines.append((time, f"{mark}[ipc] {{{self}/{thread}}} IPC {text}"))


@dataclass(frozen=True)
class Pair:
    """A call of both sides as it was: process and number of each, times in µs since EPOCH."""

    method: str
    client: tuple[str, int]
    server: tuple[str, int]
    start: int
    end: int


def stamp(micros: int, exact: bool = True) -> str:
    """A log's time stamp of a moment in µs since 1970."""
    moment = datetime.fromtimestamp(micros // 1_000_000, timezone.utc)
    fraction = f".{micros % 1_000_000:06d}" if exact else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


class Simulator:
    """Makes calls between two processes, nested, from several threads at once."""

    def __init__(self, seed: int = 1, late: int = 0, old: bool = False) -> None:
        self.random = random.Random(seed)
        self.late = late  # the most by which lines of the wallet process arrive late, µs
        self.node = Process("bitcoin-node", 100, old=old)
        self.wallet = Process("bitcoin-wallet", 200, forwarded=late > 0, old=old)
        self.pairs: list[Pair] = []

    def call(
        self, client: Process, thread: str, start: int, depth: int = 0, failing: bool = False
    ) -> int:
        """One call from a thread, begun at `start`, and those nested in it; when it ended."""
        chance = self.random
        server = self.wallet if client is self.node else self.node
        method = chance.choice(METHODS)
        request, response = 8 * chance.randrange(3, 200), 8 * chance.randrange(2, 9000)
        there = start + chance.randrange(5, 60)
        begun = there + chance.randrange(2, 20)
        asked, served = client.number("client"), server.number("server")
        serving = f"b-ipc-{server.pid + 1} (from {client}/{thread})"
        if " (from " in thread:  # a call back runs on the thread that waits
            serving = thread.partition(" (from ")[2].rstrip(")").partition("/")[2]

        if client.old:
            client.say(start, thread, f"client send {method}$Params")
            server.say(there, "b-ipc", f"server recv request  #{served} {method}$Params")
            server.say(there, "b-ipc", f"server post request  #{served} {{{server}/{serving}}}")
            server.say(begun, serving, f"server executing request #{served}")
        else:
            client.say(start, thread, f"client send #{asked} {method} {request} bytes")
            server.say(there, "b-ipc", f"server recv #{served} {method} {request} bytes")
        now = begun
        if depth < 3 and chance.random() < 0.3:
            for _ in range(chance.randrange(1, 4)):
                now = self.call(server, serving, now + chance.randrange(5, 30), depth + 1)
        done = now + chance.randrange(5, 400)
        back = done + chance.randrange(5, 60)
        if client.old:
            server.say(done, "b-ipc", f"server send response #{served} {method}$Results")
            client.say(back, thread, f"client recv {method}$Results")
        elif failing:
            text = f"#{served} {method} {done - there} us: no such block"
            server.say(done, serving, f"server fail {text}")
            client.say(back, thread, f"client fail #{asked} {method} {back - start} us: no")
        else:
            text = f"#{served} {method} {response} bytes {done - there} us"
            server.say(done, serving, f"server send {text}")
            text = f"#{asked} {method} {response} bytes {back - start} us"
            client.say(back, thread, f"client recv {text}")
        pair = Pair(method, (str(client), asked), (str(server), served), start, back)
        self.pairs.append(pair)
        return back

    def run(self, calls: int, threads: int = 4) -> None:
        """At least this number of calls, from several threads of each process in parallel."""
        clocks = {
            (process.pid, n): self.random.randrange(500)
            for process in (self.node, self.wallet)
            for n in range(threads)
        }
        while len(self.pairs) < calls:
            key = min(clocks, key=lambda k: clocks[k])
            process = self.node if key[0] == self.node.pid else self.wallet
            failing = self.random.random() < 0.01
            start = clocks[key] + self.random.randrange(10, 500)
            clocks[key] = self.call(process, f"b-http_{key[1]}", start, failing=failing)

    def log(self, processes: Sequence[Process] = (), exact: bool = True) -> list[str]:
        """The lines of these processes (by default both) by time, with line ends."""
        lines = []
        for process in processes or (self.node, self.wallet):
            arrived = 0
            for time, text in sorted(process.lines, key=_time):
                late = self.random.randrange(self.late) if process.forwarded else 0
                arrived = max(arrived, time + late)
                lines.append((arrived, text))
        return [f"{stamp(EPOCH + time, exact)} {text}\n" for time, text in sorted(lines, key=_time)]


def _time(line: tuple[int, str]) -> int:
    return line[0]
