"""Wallets of a real wallet process that a program runs for a real node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin import ipc, paths
from mpbitcoin.ipc._generated.chain.interfaces import Wallet
from mpbitcoin.ipc.handlers import AddressBookChangedFnHandler
from mpbitcoin.ipc.types import CoinControl, Recipient, SelectedInput, TxDestination
from mpbitcoin.ipc.wallets import (
    AddressType,
    AttachedWallets,
    WalletFlag,
    attach_wallets,
    output_script,
)
from mpbitcoin.node.rpc import RpcError
from tests.ipc.conftest import FakeNode, Wallets, in_threads, newest, stop
from tests.waiting import PATIENCE, wait_until

#: Satoshis: little, as blocks of a long regtest chain bring little.
SOME = 100_000
pytestmark = newest


@pytest.fixture(scope="module")
def shared(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallets]:
    made = Wallets(executable, tmp_path_factory.mktemp("node"))
    with made.node:
        yield made


@pytest.fixture(scope="module")
def wallets(shared: Wallets) -> Iterator[AttachedWallets]:
    """Attached wallets, for tests that leave them alive."""
    with shared.attach() as made:
        yield made


def new_wallet(wallets: AttachedWallets, name: str, passphrase: bytes = b"") -> Wallet:
    return wallets.loader.create_wallet(name, passphrase, WalletFlag.DESCRIPTORS, []).result


def rich_wallet(shared: Wallets, wallets: AttachedWallets, name: str, coins: int) -> Wallet:
    """A wallet that can spend so many mined coins."""
    wallet = new_wallet(wallets, name)
    shared.pay(wallet.get_new_destination(AddressType.BECH32, "mined"), coins)
    shared.node.mine(100)
    wait_until(lambda: wallet.get_balances().immature_balance == 0 and wallet.get_balance() > 0)
    return wallet


def test_a_wallet_receives_and_sends(shared: Wallets, wallets: AttachedWallets) -> None:
    wallet = new_wallet(wallets, "mine")
    assert wallet.get_wallet_name() == "mine"
    address = wallet.get_new_destination(AddressType.BECH32, "from mining")
    shared.pay(address, 2)
    wait_until(lambda: len(wallet.get_wallet_txs()) == 2)
    mined = wallet.get_balances().immature_balance
    assert mined > 0
    assert wallet.get_balance() == 0
    shared.node.mine(100)
    wait_until(lambda: wallet.get_balance() == mined)
    assert [each.is_coinbase for each in wallet.get_wallet_txs()] == [True, True]

    paid = Recipient(
        new_wallet(wallets, "yours").get_new_destination(AddressType.BECH32M, ""), SOME
    )
    made = wallet.create_transaction([paid], CoinControl(), True, None)
    assert made.fee > 0
    assert shared.node.rpc("getrawmempool") == []
    wallet.commit_transaction(made.tx, [("comment", "a test"), ("to", "")], [])
    (txid,) = shared.node.rpc("getrawmempool")
    template = wallets.node.mining.create_new_block(cooldown=False)
    assert template is not None
    block = bytes(template.get_block())
    assert block[:81] == template.get_block_header() + b"\x02"  # transactions
    assert block.endswith(made.tx)
    balances = wallet.get_balances()
    assert balances.balance + balances.unconfirmed_balance == mined - SOME - made.fee

    shared.node.mine(1)
    wait_until(lambda: shared.node.rpc("getbalance", wallet="yours") > 0)
    found = wallet.get_wallet_tx_details(ipc.Txid.from_hex(txid))
    assert found.result is not None
    assert found.status is not None
    assert found.status.depth_in_main_chain == 1
    assert found.result.value_map == [("comment", "a test"), ("to", "")]
    assert found.result.debit - found.result.credit == SOME + made.fee


def test_the_node_has_the_same_wallets(shared: Wallets, wallets: AttachedWallets) -> None:
    ours = new_wallet(wallets, "ours")
    assert "ours" in shared.node.rpc("listwallets")
    shared.node.rpc("createwallet", "theirs")
    names = {wallet.get_wallet_name() for wallet in wallets.loader.get_wallets()}
    assert {"ours", "theirs"} <= names
    assert ("theirs", "sqlite") in wallets.loader.list_wallet_dir()
    ours.remove()  # unloaded, not deleted
    assert "ours" not in shared.node.rpc("listwallets")
    with pytest.raises(ipc.RemoteError, match="already"):
        new_wallet(wallets, "theirs")


@pytest.mark.parametrize("kind", AddressType)
def test_the_script_of_an_address(
    shared: Wallets, wallets: AttachedWallets, kind: AddressType
) -> None:
    wallet = new_wallet(wallets, f"addresses {kind}")
    address = wallet.get_new_destination(kind, "here")
    name = wallet.get_wallet_name()
    (text,) = shared.node.rpc("getaddressesbylabel", "here", wallet=name)
    known = shared.node.rpc("getaddressinfo", text, wallet=name)["scriptPubKey"]
    assert output_script(address).hex() == known


def test_scripts_of_rare_addresses() -> None:
    from mpbitcoin.ipc.types import TxDestinationWitnessUnknown

    key = b"\x02" * 33
    assert output_script(TxDestination("pub_key", key)) == b"\x21" + key + b"\xac"
    assert output_script(TxDestination("none", b"\x51")) == b"\x51"
    assert output_script(TxDestination("pay_to_anchor")).hex() == "51024e73"
    unknown = TxDestinationWitnessUnknown(16, b"\x01\x02")
    assert output_script(TxDestination("witness_unknown", unknown)).hex() == "60020102"


def test_coins_are_chosen(shared: Wallets, wallets: AttachedWallets) -> None:
    wallet = rich_wallet(shared, wallets, "chooses", 3)
    coins = [coin for group in wallet.list_coins() for coin in group.coins]
    assert len(coins) == 3
    chosen = coins[1].outpoint
    to = Recipient(wallet.get_new_destination(AddressType.BECH32, ""), SOME)
    control = CoinControl(inputs=[SelectedInput(chosen, position=0)], allow_other_inputs=False)
    made = wallet.create_transaction([to], control, True, 0)
    assert made.change_pos == 0
    decoded = shared.node.rpc("decoderawtransaction", made.tx.hex())
    (spent,) = decoded["vin"]
    assert ipc.Txid.from_hex(spent["txid"]) == chosen[:32]
    value = wallet.get_coins([chosen])[0].txout
    assert wallet.get_available_balance(control) == int.from_bytes(value[:8], "little")

    total = wallet.get_available_balance(CoinControl())
    assert wallet.lock_coin(chosen, False)
    assert wallet.is_locked_coin(chosen)
    assert wallet.list_locked_coins([]) == [chosen]
    assert wallet.get_available_balance(CoinControl()) < total
    assert wallet.unlock_coin(chosen)
    with pytest.raises(ipc.RemoteError, match="exceeds your balance"):
        wallet.create_transaction([Recipient(to.destination, total)], CoinControl(), True, None)


def test_the_address_book(wallets: AttachedWallets) -> None:
    wallet = new_wallet(wallets, "book")
    address = wallet.get_new_destination(AddressType.BECH32, "mine")
    other = TxDestination("witness_v0_key_hash", bytes(20))
    heard: list[tuple[str, bool]] = []

    class Book(AddressBookChangedFnHandler):
        def call(
            self, address: TxDestination, label: str, is_mine: bool, purpose: int, status: int
        ) -> None:
            assert (address, purpose, status) == (other, 1, 0)
            heard.append((label, is_mine))

    handler = wallet.handle_address_book_changed(Book())
    assert wallet.set_address_book(other, "a shop", 1)
    wait_until(lambda: heard == [("a shop", False)])
    handler.disconnect()
    assert wallet.get_address(other, True, True).name == "a shop"
    assert {(each.name, each.is_mine) for each in wallet.get_addresses()} == {
        ("mine", True),
        ("a shop", False),
    }
    assert wallet.is_spendable(address)
    assert not wallet.is_spendable(other)
    assert wallet.del_address_book(other)
    assert not wallet.get_address(other, True, True).result
    assert len(heard) == 1, "the handler was disconnected"


def test_callbacks_follow_what_happens(shared: Wallets, wallets: AttachedWallets) -> None:
    loaded: list[str] = []
    kept = [wallets.loader.handle_load_wallet(lambda new: loaded.append(new.get_wallet_name()))]
    shared.node.rpc("createwallet", "heard of")
    wait_until(lambda: loaded == ["heard of"])
    (wallet,) = (
        each for each in wallets.loader.get_wallets() if each.get_wallet_name() == loaded[0]
    )

    changed = threading.Event()
    unloaded = threading.Event()
    balances: list[int] = []

    def on_transaction(txid: ipc.Txid, status: int) -> None:
        # The thread that waits for this has locked the wallet, and executes the call.
        balances.append(wallet.get_balances().immature_balance)
        changed.set()

    kept.append(wallet.handle_transaction_changed(on_transaction))
    kept.append(wallet.handle_unload(unloaded.set))
    shared.pay(wallet.get_new_destination(AddressType.BECH32, ""), 1)
    assert changed.wait(PATIENCE)
    assert balances[0] > 0
    shared.node.rpc("unloadwallet", "heard of")
    assert unloaded.wait(PATIENCE)
    with pytest.raises(ipc.RemoteError, match="the wallet was unloaded"):
        wallet.get_balances()
    with pytest.raises(ipc.RemoteError, match="the wallet was unloaded"):
        wallet.get_wallet_name()
    for handler in kept:
        handler.disconnect()


def test_locked_wallets_and_other_errors(shared: Wallets, wallets: AttachedWallets) -> None:
    wallet = rich_wallet(shared, wallets, "secret", 1)
    to = Recipient(wallet.get_new_destination(AddressType.BECH32, ""), SOME)
    heard = threading.Event()
    handler = wallet.handle_status_changed(heard.set)
    assert wallet.encrypt_wallet(b"correct horse")
    assert (wallet.is_crypted(), wallet.is_locked()) == (True, True)
    assert heard.wait(PATIENCE)
    handler.disconnect()
    with pytest.raises(ipc.RemoteError, match="igning transaction failed"):
        wallet.create_transaction([to], CoinControl(), True, None)
    assert not wallet.unlock(b"wrong")
    assert wallet.unlock(b"correct horse")
    assert wallet.create_transaction([to], CoinControl(), True, None).tx
    assert wallet.change_wallet_passphrase(b"correct horse", b"battery staple")
    assert wallet.lock()
    assert not wallet.unlock(b"correct horse")
    with pytest.raises(ipc.RemoteError, match="Path does not exist"):
        wallets.loader.load_wallet("none", [])


def test_threads_call_at_once(shared: Wallets, wallets: AttachedWallets) -> None:
    made = [rich_wallet(shared, wallets, f"thread {number}", 1) for number in range(4)]
    done: list[int] = []
    with ipc.connect(f"unix:{shared.node.socket}") as other:

        def work(number: int) -> None:
            wallet = made[number % len(made)]
            request = json.dumps({"method": "getbalances", "params": []})
            path = f"/wallet/{wallet.get_wallet_name()}".replace(" ", "%20")
            for node in (wallets.node, other):
                answer = json.loads(node.rpc.execute_rpc(request, path, ""))
                assert answer["result"]["mine"]["trusted"] > 0, answer
                to = Recipient(wallet.get_new_destination(AddressType.BECH32, ""), SOME)
                assert wallet.create_transaction([to], CoinControl(), True, None).fee > 0
            done.append(number)

        in_threads(work, 12)
    assert sorted(done) == list(range(12))


def test_wallets_come_back(own: Wallets) -> None:
    with own.attach() as first:
        address = new_wallet(first, "back").get_new_destination(AddressType.BECH32, "")
    assert first.process.returncode == 0
    assert first.closed
    with pytest.raises(RpcError, match="There is no wallet process"):
        own.node.rpc("listwallets")
    own.pay(address, 3)  # while no thread watches it
    with own.attach() as second:
        (wallet,) = second.loader.get_wallets()
        assert wallet.get_wallet_name() == "back"
        assert wallet.get_balances().immature_balance > 0
        assert len(wallet.get_wallet_txs()) == 3


def test_a_killed_wallet_process_ends_calls_at_once(own: Wallets) -> None:
    with own.attach() as wallets:
        wallet = new_wallet(wallets, "w")
        ended = threading.Event()
        stop(wallets.process.pid)  # a call waits for its answer

        def ask() -> None:
            with pytest.raises(ipc.Disconnected):
                wallet.get_balances()
            ended.set()

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.2)
        assert not ended.is_set()
        wallets.process.kill()
        thread.join(PATIENCE)
        assert ended.is_set()
        wait_until(lambda: wallets.closed)
        with pytest.raises(ipc.Disconnected):
            wallet.get_balance()
    assert own.node.rpc("getblockcount") == 0
    with own.attach() as again:
        assert [each.get_wallet_name() for each in again.loader.get_wallets()] == ["w"]


def test_a_killed_node_ends_the_wallets(own: Wallets) -> None:
    with own.attach() as wallets:
        wallet = new_wallet(wallets, "w")
        own.node.kill()
        wallets.process.wait(PATIENCE)
        with pytest.raises(ipc.Disconnected):
            wallet.get_balance()
        assert wallets.closed


def test_a_node_that_stops_takes_its_wallets_along(own: Wallets) -> None:
    with own.attach() as wallets:
        new_wallet(wallets, "w")
        assert own.node.stop() == 0
        assert wallets.process.wait(PATIENCE) == 0


def test_wallets_end_with_the_program_that_has_them(own: Wallets) -> None:
    program = f"""
from mpbitcoin.ipc.wallets import attach_wallets
wallets = attach_wallets("unix:{own.node.socket}", command=["{own.program}"])
print(wallets.process.pid, flush=True)
input()
"""
    env = dict(os.environ, PYTHONPATH=str(paths.PACKAGE.parent))
    python = subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with python:
        assert python.stdout is not None
        process = Path("/proc") / python.stdout.readline().decode().strip()
        assert "bitcoin-wallet" in (process / "cmdline").read_text()
        python.kill()
    wait_until(lambda: not process.exists())
    assert own.node.rpc("getblockcount") == 0


def test_the_place_may_be_taken(shared: Wallets, wallets: AttachedWallets) -> None:
    with pytest.raises(ipc.RemoteError, match="already has a wallet process"):
        shared.attach()
    assert new_wallet(wallets, "still there").get_wallet_name() == "still there"


def test_a_node_without_wallets(executable: Path, tmp_path: Path) -> None:
    made = Wallets(executable, tmp_path)
    made.node.options = ("-disablewallet",)
    with made.node, pytest.raises(ipc.RemoteError, match=r"has no wallets \(-disablewallet\)"):
        made.attach()


def test_a_node_that_is_none_of_ours(fake_node: Callable[..., FakeNode], executable: Path) -> None:
    program = executable.with_name("bitcoin-wallet")
    with pytest.raises(ipc.MethodUnimplemented):
        attach_wallets(fake_node("30.99").address, command=[program])
