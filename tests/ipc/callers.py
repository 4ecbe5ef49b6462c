"""Clients that call a node without pause, from its first moment to its last."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mpbitcoin import ipc
from mpbitcoin.ipc import mining
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from mpbitcoin.ipc.types import BlockWaitOptions, FoundBlockRequest, SettingsUpdateCallResult
from mpbitcoin.ipc.values import BlockHash, Txid

#: A client's use of a connection: a round of calls, repeated until the node has ended.
Work = Callable[[ipc.Session], None]
#: The script of all coins.
SCRIPT = f"raw({mining.ANYONE.hex()})"
#: A transaction whose input does not exist.
TRANSACTION = b"".join(
    (
        b"\x02\0\0\0",
        b"\x01" + b"\x11" * 36 + b"\0" + b"\xff" * 4,
        b"\x01" + bytes(8) + b"\x01Q",
        bytes(4),
    )
)
#: Commands that end the node or may wait forever.
_LEFT_OUT = ("stop", "waitfornewblock")


class Caller(threading.Thread):
    """Repeats its work, on a new connection whenever the last one has failed."""

    def __init__(self, address: str, work: Work) -> None:
        super().__init__(name=getattr(work, "__name__", "caller"), daemon=True)
        self.address, self.work = address, work
        self.rounds = 0
        self.refusals: set[str] = set()
        self.fault: BaseException | None = None
        self._over = threading.Event()

    def end(self) -> None:
        """Let the round that runs be the last one."""
        self._over.set()

    def run(self) -> None:
        try:
            while not self._over.is_set():
                self._connect()
        except BaseException as error:  # for the test, which looks at it
            self.fault = error

    def _connect(self) -> None:
        try:
            with ipc.connect(self.address) as session:
                while not self._over.is_set():
                    self.work(session)
                    self.rounds += 1
        except ipc.RemoteError as error:
            self.refusals.add(error.text)
        except ipc.IpcError:
            time.sleep(0.005)


def _rpc(session: ipc.Session, method: str, *params: object) -> object:
    """The result of an RPC; None for an error, which is an answer, too."""
    request = json.dumps({"method": method, "params": params})
    answer: dict[str, object] = json.loads(session.rpc.execute_rpc(request, "/", ""))
    return answer.get("result")


def chain(session: ipc.Session) -> None:
    """Calls that once ended nodes before they had loaded their chain, and similar ones."""
    found = session.chain
    found.have_pruned()
    found.is_initial_block_download()
    found.is_ready_to_broadcast()
    found.get_prune_height()
    found.has_assumed_valid_chain()
    height = found.get_height() or 0
    try:
        tip = found.get_block_hash(height)
    except ipc.RemoteError as error:  # it is not there any more
        if "no block at this height" not in error.text:
            raise
        return
    everything = FoundBlockRequest(want_hash=True, want_height=True, want_data=True)
    found.find_block(tip, everything)
    found.find_first_block_with_time_and_height(0, height // 2, everything)
    found.has_blocks(tip, 0, None)
    found.guess_verification_progress(tip)
    found.find_coins([(bytes(36), b"")])
    found.is_in_mempool(Txid(bytes(32)))
    found.estimate_smart_fee(6, True, True)
    found.mempool_min_fee()


def blocks(session: ipc.Session) -> None:
    """Call the other methods of Chain about blocks."""
    found = session.chain
    at = found.get_block_hash(0)
    want = FoundBlockRequest(want_hash=True, want_locator=True)
    genesis = found.find_block(at, want).block
    assert genesis is not None
    found.find_locator_fork(genesis.locator)
    found.have_block_on_disk(found.get_height() or 0)
    found.find_ancestor_by_height(at, 0, want)
    found.find_ancestor_by_hash(at, at, want)
    found.find_common_ancestor(at, at, want, want, want)
    for kind in (0, 255):
        found.has_block_filter_index(kind)
        found.block_filter_matches_any(kind, at, [SCRIPT.encode()])
    found.wait_for_notifications_if_tip_changed(at)


def transactions(session: ipc.Session) -> None:
    """Call the other methods of Chain about transactions and fees."""
    found, txid = session.chain, Txid(bytes(32))
    rates = (found.relay_min_fee(), found.relay_incremental_fee(), found.relay_dust_fee())
    found.is_rbf_opt_in(TRANSACTION)
    found.has_descendants_in_mempool(txid)
    found.broadcast_transaction(TRANSACTION, 0, 0)
    found.get_transaction_ancestry(txid, True, True)
    for rate in rates:
        found.calculate_individual_bump_fees([bytes(36)], rate)
        found.calculate_combined_bump_fee([bytes(36)], rate)
    found.get_package_limits()
    found.check_chain_limits(TRANSACTION)
    found.estimate_max_blocks()


def settings(session: ipc.Session) -> None:
    """Call the methods of Chain about settings and the user interface."""
    found, name = session.chain, f"x{random.randrange(4)}"
    found.overwrite_rw_setting(name, '"one"', 1)
    found.update_rw_setting(name, lambda value: SettingsUpdateCallResult(value, 1))
    for read in (found.get_setting, found.get_settings_list, found.get_rw_setting):
        read(name)
    found.delete_rw_settings(name, 1)
    found.rpc_enable_deprecated(name)
    found.shutdown_requested()
    found.init_message(name)
    found.show_progress(name, 50, True)


class _Listener(ChainNotificationsHandler):
    """Takes notifications."""


def notifications(session: ipc.Session) -> None:
    found = session.chain
    handler = found.handle_notifications(_Listener())
    found.request_mempool_transactions(_Listener())
    found.wait_for_notifications()
    handler.disconnect()
    # The end of the connection ends another one.
    found.handle_notifications(_Listener())


def templates(session: ipc.Session) -> None:
    found = session.mining
    template = found.create_new_block(cooldown=False)
    if template is None:
        return
    with template:
        template.get_block_header()
        template.get_tx_fees()
        template.get_tx_sigops()
        found.check_block(template.get_block())
        template.wait_next(BlockWaitOptions(timeout=0.01, fee_threshold=1))
        template.interrupt_wait()
    with contextlib.suppress(ipc.IpcError):  # another block may be faster
        mining.mine_block(found)


def waits(session: ipc.Session) -> None:
    """Waits that only a new block, or the end, interrupts."""
    tip = session.mining.get_tip()
    session.mining.wait_tip_changed(tip.hash if tip else BlockHash(bytes(32)))


def commands(session: ipc.Session) -> None:
    """Call each command without arguments: it returns a result or its usage."""
    listed = str(_rpc(session, "help")).splitlines()
    for name in (line.split()[0] for line in listed if line and not line.startswith("==")):
        if name not in _LEFT_OUT:
            _rpc(session, name)


def command_waits(session: ipc.Session) -> None:
    """Call commands that wait for a new block."""
    _rpc(session, "waitforblockheight", 0)
    _rpc(session, "waitfornewblock")
    _rpc(session, "waitforblock", "00" * 32, 50)


def scans(session: ipc.Session) -> None:
    """What reads the whole set of coins."""
    _rpc(session, "gettxoutsetinfo", "none")
    _rpc(session, "scantxoutset", "start", [SCRIPT])
    _rpc(session, "verifychain", 4, 0)


def reorganizations(session: ipc.Session) -> None:
    tip = _rpc(session, "getbestblockhash")
    block = _rpc(session, "getblock", tip, 0)
    _rpc(session, "invalidateblock", tip)
    _rpc(session, "submitblock", block)
    _rpc(session, "generatetodescriptor", 2, SCRIPT)
    _rpc(session, "generateblock", SCRIPT, [])
    _rpc(session, "reconsiderblock", tip)
    _rpc(session, "submitblock", block)
    _rpc(session, "pruneblockchain", 1)


def loading(snapshot: Path) -> Work:
    """Work that loads a snapshot of the coins, and makes blocks and reads all coins afterwards.

    Bitcoin Core does not start again, which ReachedTarget() asserts, when it had blocks beside the
    snapshot's chain before it loaded the snapshot. And it reopens the database of the coins when
    it leaves initial block download afterwards, which ends a process that reads all coins.
    """

    def load(session: ipc.Session) -> None:
        _rpc(session, "loadtxoutset", str(snapshot))
        states = _rpc(session, "getchainstates")
        if isinstance(states, dict) and len(states["chainstates"]) == 2:
            for work in (templates, reorganizations, commands, scans):
                work(session)

    return load


def wallets(session: ipc.Session) -> None:
    """Commands of the wallet process, if there is one."""
    name = f"w{random.randrange(10**9)}"
    _rpc(session, "createwallet", name)
    _rpc(session, "listwallets")
    _rpc(session, "unloadwallet", name)


#: All but those that make blocks or read all coins.
READERS: tuple[Work, ...] = (
    chain, chain, blocks, transactions, settings, notifications, waits, command_waits, wallets,
)  # fmt: skip
ALL: tuple[Work, ...] = (*READERS, templates, reorganizations, commands, scans)


class CommandLine(threading.Thread):
    """Repeats a command of bitcoin-cli."""

    def __init__(self, command: list[str], *words: str) -> None:
        super().__init__(name="bitcoin-cli", daemon=True)
        self.command = [*command, *words]
        self.rounds = 0
        self._over = threading.Event()

    def end(self) -> None:
        self._over.set()

    def run(self) -> None:
        while not self._over.is_set():
            done = subprocess.run(self.command, capture_output=True, check=False)
            # An error of the command, as that another scan runs, is an answer, too.
            self.rounds += done.returncode == 0 or b"error code: -8" in done.stderr
