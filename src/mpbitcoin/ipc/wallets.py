"""A node's wallets, in a process that we start and call: `attach_wallets()`.

The node, started with -walletprocess=attach, gets its wallets from us as from a process that joins
by itself; its chain goes to them, and they go to our caller, too. What the node and the wallets say
to each other passes through the extension, not through Python.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any

from mpbitcoin.ipc import native
from mpbitcoin.ipc._generated.chain import interfaces
from mpbitcoin.ipc._generated.chain.types import TxDestination, TxDestinationWitnessUnknown
from mpbitcoin.ipc.closing import Closing
from mpbitcoin.ipc.limits import Limits
from mpbitcoin.ipc.session import Session, connect
from mpbitcoin.ipc.spawning import start_process

if TYPE_CHECKING:
    import subprocess


class AddressType(IntEnum):
    """LEGACY, P2SH_SEGWIT, BECH32 and BECH32M, for `Wallet.get_new_destination`."""

    LEGACY = 0
    P2SH_SEGWIT = 1
    BECH32 = 2
    BECH32M = 3


class WalletFlag(IntFlag):
    """What a new wallet is to be, for `WalletLoader.create_wallet`.

    DESCRIPTORS, which all have, AVOID_REUSE, DISABLE_PRIVATE_KEYS, BLANK, EXTERNAL_SIGNER.
    """

    AVOID_REUSE = 1
    DISABLE_PRIVATE_KEYS = 2**32
    BLANK = 2**33
    DESCRIPTORS = 2**34
    EXTERNAL_SIGNER = 2**35


class AttachedWallets(Closing):
    """The wallets of a node, in a process of ours that ends with this."""

    def __init__(self, node: Session, session: Session) -> None:
        self._node = node
        self._session = session
        self._offer = _Offer(session)

    @property
    def node(self) -> Session:
        """A connection to the node, which ends with this, too."""
        return self._node

    @property
    def loader(self) -> interfaces.WalletLoader:
        """All wallets: makes, loads and lists them."""
        assert self._offer.loader is not None, "attach_wallets() has it made"
        return self._offer.loader

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The wallet process."""
        assert self._session.process is not None, "attach_wallets() started it"
        return self._session.process

    @property
    def closed(self) -> bool:
        """Whether the node or the wallet process has ended, or this was closed."""
        return self._session.closed

    def attach(self) -> None:
        """Let the node take and load the wallets. Raises MethodUnimplemented, RemoteError."""
        self._node.use_chain(interfaces.CLASSES)
        self._session.use_chain(interfaces.CLASSES)
        self._node.capability.join(self._session.capability)
        method = self._node.schemas.method(interfaces.NodeInit.TYPE_ID, "attachWallet")
        self._node.capability.call(method, (self._offer,))

    def close(self) -> None:
        """Take the wallets from the node; returns when their process has ended."""
        self._session.close()
        self._node.close()


class _Offer:
    """WalletProcess, as the node calls it: passes on what is given to the one of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.loader: interfaces.WalletLoader | None = None

    def configure(self, configuration: Any, log: Any) -> None:
        self._call("configure", configuration, log)

    def make_wallet_loader(self, chain: Any, bulk: Any) -> interfaces.WalletLoader:
        self.loader = self._call("makeWalletLoader", chain, bulk)
        return self.loader

    def _call(self, name: str, *values: Any) -> Any:
        method = self._session.schemas.method(_wallet_process()["id"], name)
        return self._session.capability.call(method, values)


def _wallet_process() -> dict[str, Any]:
    """WalletProcess as our schemas describe it."""
    schemas = native.schemas(native.RELEASES[0])
    return next(each for each in schemas.describe() if each["name"] == "WalletProcess")


def output_script(destination: TxDestination) -> bytes:
    """The script that pays to an address, as outputs and `mine_block()` have it."""
    value = destination.value
    if destination.kind == "witness_unknown":
        assert isinstance(value, TxDestinationWitnessUnknown)
        return _witness(value.version, value.program)
    if value is None:
        return _witness(1, b"Ns")  # pay_to_anchor
    assert isinstance(value, bytes)
    scripts = {
        "none": value,
        "pub_key": _push(value) + b"\xac",
        "pub_key_hash": b"\x76\xa9" + _push(value) + b"\x88\xac",
        "script_hash": b"\xa9" + _push(value) + b"\x87",
        "witness_v0_script_hash": _witness(0, value),
        "witness_v0_key_hash": _witness(0, value),
        "witness_v1_taproot": _witness(1, value),
    }
    return scripts[destination.kind]


def _witness(version: int, program: bytes) -> bytes:
    return bytes([0x50 + version if version else 0]) + _push(program)


def _push(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def attach_wallets(
    address: str = "unix",
    *,
    datadir: str | os.PathLike[str] | None = None,
    chain: str = "main",
    command: Sequence[str | os.PathLike[str]] | None = None,
    limits: Limits | None = None,
) -> AttachedWallets:
    """Start bitcoin-wallet and let a running node, found as by `connect()`, take its wallets.

    The node is one of ours, started with -walletprocess=attach, and has no wallet process yet. Its
    settings hold for the wallets, and its JSON-RPC has them, too. `command` is the program, found
    by itself when not given. Raises MethodUnimplemented when the node is none of ours, RemoteError
    when it does not take the wallets.
    """
    from mpbitcoin.node import executables

    program = command or [executables.find("bitcoin-wallet")]
    node = connect(address, datadir=datadir, chain=chain, limits=limits)
    try:
        native.read_chain(native.RELEASES[0])
        process, ours = start_process(program)
        handshake = (_wallet_process()["id"], 0)
        session = Session(ours.detach(), limits or Limits(), process, handshake)
    except BaseException:
        node.close()
        raise
    made = AttachedWallets(node, session)
    try:
        made.attach()
    except BaseException:
        made.close()
        raise
    return made
