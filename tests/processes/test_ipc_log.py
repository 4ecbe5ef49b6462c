"""-debug=ipc: every call is in the log, with its size and duration, and no secret is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.processes.foreign import Client, run
from tests.processes.node import Node
from tests.waiting import wait_until

MakeNode = Callable[..., Node]

#: What docs/processes.md promises of a line.
LINE = re.compile(
    r"\[ipc\] \{(?P<process>bitcoin-\w+)-\d+/(?P<thread>.+)\} IPC (?P<side>client|server) "
    r"(?P<action>send|recv|fail) #(?P<number>\d+) (?P<interface>\w+)\.(?P<method>\w+) "
    r"((?P<bytes>\d+) bytes)?( ?(?P<duration>\d+) us)?(: .*)?$",
    re.MULTILINE,
)
FIRST = {"client": "send", "server": "recv"}


def calls(log: str) -> list[dict[str, str]]:
    """The lines about the begin or end of a call."""
    return [match.groupdict() for match in LINE.finditer(log)]


def test_each_call_begins_and_ends(node: Node) -> None:
    node.rpc("getbalance", wallet="w")
    node.stop()
    open_calls: dict[tuple[str, str, str], dict[str, str]] = {}
    ended = 0
    for line in calls(node.log):
        key = (line["process"], line["side"], line["number"])
        if line["action"] == FIRST[line["side"]]:
            assert key not in open_calls
            assert line["bytes"]
            assert not line["duration"]
            open_calls[key] = line
        else:
            begin = open_calls.pop(key)
            assert (begin["interface"], begin["method"]) == (line["interface"], line["method"])
            assert line["duration"]
            assert line["bytes"] or line["action"] == "fail"
            ended += 1
    # The process ends with the last of them.
    assert ended > 100
    assert len(open_calls) < 10


def test_both_processes_log_both_sides(node: Node) -> None:
    node.rpc("getbalance", wallet="w")

    def told(process: str, side: str, name: str) -> bool:
        return any(
            (line["process"], line["side"], f"{line['interface']}.{line['method']}")
            == (process, side, name)
            for line in calls(node.log)
        )

    for process, side, name in (
        ("bitcoin-node", "client", "RpcActor.call"),
        ("bitcoin-wallet", "server", "RpcActor.call"),
        ("bitcoin-wallet", "client", "Chain.handleNotifications"),
        ("bitcoin-node", "server", "Chain.handleNotifications"),
    ):
        wait_until(lambda p=process, s=side, n=name: told(p, s, n), f"{process} {side} {name}")


def test_the_log_is_turned_on_and_off(make_node: MakeNode) -> None:
    node = make_node()
    node.rpc("createwallet", "w")
    assert not calls(node.log)
    node.rpc("logging", ["ipc"])
    node.rpc("getbalance", wallet="w")
    wait_until(lambda: calls(node.log), "a call in the log")
    node.rpc("logging", [], ["ipc"])
    before = len(calls(node.log))
    node.rpc("getbalance", wallet="w")
    assert len(calls(node.log)) - before < 4  # those under way at the time


def test_contents_but_no_secrets(make_node: MakeNode) -> None:
    node = make_node("-debug=ipc", "-loglevel=ipc:trace", "-torpassword=battery")
    node.rpc("createwallet", "w", False, False, "correct horse")
    node.rpc("walletpassphrase", "correct horse", 100, wallet="w")
    node.rpc("generatetoaddress", 1, node.rpc("getnewaddress"))
    node.stop()
    for process in ("bitcoin-node", "bitcoin-wallet"):
        for line in ("client send request", "server send response"):
            assert re.search(rf"\{{{process}-.*IPC {line} #", node.log), (process, line)
    assert "horse" not in node.log
    assert "battery" not in node.log


def test_a_large_request_can_be_logged(make_node: MakeNode, bitcoin_tree: Path) -> None:
    """A message may have 64 MiB, whether its contents are logged or not."""
    node = make_node("-ipcbind=unix", "-debug=ipc", "-loglevel=ipc:trace")
    text = "x" * (40 << 20)

    async def test() -> None:
        client = await Client.connect(node.folder / "node.sock", bitcoin_tree)
        echo = (await client.call(client.init, "makeEcho")).result
        assert (await client.call(echo, "echo", echo=text)).result == text

    run(test)
    for line in ("recv request", "send response"):
        size = re.search(rf"IPC server {line} #\d+ Echo\.echo: \((\d+) bytes, too many", node.log)
        assert size is not None, line
        assert int(size[1]) >= len(text)


def test_what_a_command_logs_is_there_before_its_answer(make_node: MakeNode) -> None:
    node = make_node()
    node.rpc("createwallet", "w")
    for number in range(1, 101):
        node.rpc("rescanblockchain", 0, 0, wallet="w")
        assert node.log.count("[bitcoin-wallet] [w] Rescan completed") == number
