"""What the wallet process logs: in the node's log, as if the node had written it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.processes.node import Node
from tests.waiting import wait_until

MakeNode = Callable[..., Node]

#: The limit of what one place in the source may write in an hour: see -logratelimit.
LIMIT = 1 << 20


def lines(node: Node, text: str) -> list[str]:
    """Lines of the wallet process with this text."""
    return [line for line in node.log.splitlines() if "[bitcoin-wallet]" in line and text in line]


#: Each statement of a wallet's database, if its category is on when the wallet is loaded and then.
STATEMENTS = "-loglevel=walletdb:trace"


def statements(node: Node) -> int:
    return len(lines(node, "[walletdb:trace] "))


def test_the_logging_rpc_reaches_the_wallet_process(make_node: MakeNode) -> None:
    node = make_node(STATEMENTS)
    node.rpc("logging", ["walletdb"])
    node.rpc("createwallet", "w")
    first = statements(node)
    assert first > 0
    node.rpc("logging", [], ["walletdb"])
    node.rpc("getnewaddress")
    assert statements(node) == first
    node.rpc("logging", ["walletdb"])
    node.rpc("getnewaddress")
    assert statements(node) > first


def test_it_does_so_without_a_wallet_command(make_node: MakeNode) -> None:
    node = make_node(STATEMENTS, "-debug=walletdb")
    node.rpc("createwallet", "w")
    address = node.rpc("getnewaddress")
    node.rpc("logging", [], ["walletdb"])
    node.rpc("getnewaddress")
    first = statements(node)
    node.rpc("logging", ["walletdb"])

    def mines() -> bool:
        node.rpc("generatetoaddress", 1, address)
        return statements(node) > first

    wait_until(mines, "what a block makes the wallet write")


def test_levels_and_categories_are_written_as_the_node_writes_them(make_node: MakeNode) -> None:
    node = make_node("-debug=walletdb", STATEMENTS, "-debug=ipc", "-logthreadnames")
    node.rpc("createwallet", "w")
    assert "[all:" not in node.log
    text = "\n".join(lines(node, ""))
    for what in (
        r"Using wallet directory ",
        r"\[walletdb:trace\] \[",
        r"\[ipc\] \{bitcoin-wallet-",
    ):
        assert re.search(r"Z \[[\w.-]+\] \[bitcoin-wallet\] \[[\w.-]+\] " + what, text), what


def test_lines_keep_their_place_in_the_source(make_node: MakeNode) -> None:
    node = make_node("-logsourcelocations", "-loglevelalways")
    [line] = lines(node, "Using wallet directory")
    assert re.search(
        r"wallet/load\.cpp:\d+\] \[VerifyWallets\] \[all:info\] \[bitcoin-wallet\]", line
    )
    assert "log_lines.cpp" not in node.log


def write_much(node: Node) -> int:
    """Let one place of the source write more than LIMIT, for a wallet `w`; the number of lines."""
    node.rpc("createwallet", "w", True)
    script = "51" * 5000
    descriptor = node.rpc("getdescriptorinfo", f"raw({script})")["descriptor"]
    imported = [{"desc": descriptor, "timestamp": "now"}]
    count = LIMIT // len(descriptor) + 1
    node.rpc("importdescriptors", imported, wallet="w")
    for _ in range(count):  # each writes the descriptor that it updates
        node.rpc("importdescriptors", imported, wallet="w")
    return count


def test_one_place_that_writes_much_leaves_room_for_others(make_node: MakeNode) -> None:
    """The node limits the lines of each place in the source, not those of the wallet process."""
    node = make_node()
    write_much(node)
    node.rpc("createwallet", "other")

    def notices() -> list[str]:
        return [line for line in node.log.splitlines() if "Excessive logging detected" in line]

    [notice] = wait_until(notices, "the notice")
    assert "wallet/wallet.h:" in notice
    before = len(lines(node, "Using wallet directory"))
    node.wait_for_end(node.kill_wallet())
    assert node.rpc("listwallets") == ["w", "other"]
    assert len(lines(node, "Using wallet directory")) == before + 1


def test_without_a_limit_everything_is_written(make_node: MakeNode) -> None:
    node = make_node("-logratelimit=0")
    count = write_much(node)
    wait_until(lambda: len(lines(node, "Update existing descriptor")) == count, "all lines")
    assert "Excessive" not in node.log
