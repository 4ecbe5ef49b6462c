"""Clients that call a node without pause, from its first moment to its last."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import threading
import time
from collections.abc import Callable

from mpbitcoin import ipc
from mpbitcoin.ipc import mining
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from mpbitcoin.ipc.types import BlockWaitOptions, FoundBlockRequest
from mpbitcoin.ipc.values import BlockHash, Txid

#: What a client does with a connection: a round of calls, repeated until the node is gone.
Work = Callable[[ipc.Session], None]
#: The script of all coins.
SCRIPT = f"raw({mining.ANYONE.hex()})"


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
    """What ended nodes that had not loaded their chain, and more that asks for it."""
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


class _Listener(ChainNotificationsHandler):
    """Takes notifications."""


def notifications(session: ipc.Session) -> None:
    found = session.chain
    handler = found.handle_notifications(_Listener())
    found.request_mempool_transactions(_Listener())
    found.wait_for_notifications()
    handler.disconnect()
    # Another one is left to the end of the connection.
    found.handle_notifications(_Listener())


def templates(session: ipc.Session) -> None:
    found = session.mining
    template = found.create_new_block(cooldown=False)
    if template is None:
        return
    with template:
        template.get_block()
        found.check_block(template.get_block())
        template.wait_next(BlockWaitOptions(timeout=0.01, fee_threshold=1))
    with contextlib.suppress(ipc.IpcError):  # another block may be faster
        mining.mine_block(found)


def waits(session: ipc.Session) -> None:
    """Waits that only a new block, or the end, interrupts."""
    tip = session.mining.get_tip()
    session.mining.wait_tip_changed(tip.hash if tip else BlockHash(bytes(32)))


def scans(session: ipc.Session) -> None:
    """What reads the whole set of coins."""
    _rpc(session, "gettxoutsetinfo", "none")
    _rpc(session, "scantxoutset", "start", [SCRIPT])
    _rpc(session, "verifychain", 4, 0)


def reorganizations(session: ipc.Session) -> None:
    tip = _rpc(session, "getbestblockhash")
    _rpc(session, "invalidateblock", tip)
    _rpc(session, "generatetodescriptor", 2, SCRIPT)
    _rpc(session, "reconsiderblock", tip)
    _rpc(session, "submitblock", "00")
    _rpc(session, "pruneblockchain", 1)


def wallets(session: ipc.Session) -> None:
    """Commands of the wallet process, if there is one."""
    name = f"w{random.randrange(10**9)}"
    _rpc(session, "createwallet", name)
    _rpc(session, "listwallets")
    _rpc(session, "unloadwallet", name)


ALL: tuple[Work, ...] = (
    chain, chain, notifications, templates, waits, scans, reorganizations, wallets,
)  # fmt: skip


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
