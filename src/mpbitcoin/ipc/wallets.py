"""A node's wallets, in a process that we start and call: `attach_wallets()`.

The node, started with -walletprocess=attach, gets its wallets from us as from a process that joins
by itself; its chain goes to them, and they go to our caller, too. What the node and the wallets say
to each other passes through the extension, not through Python.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from mpbitcoin.ipc import native
from mpbitcoin.ipc._generated.chain import interfaces
from mpbitcoin.ipc._generated.chain.types import TxDestination, TxDestinationWitnessUnknown
from mpbitcoin.ipc.base import BaseSession
from mpbitcoin.ipc.closing import Closing
from mpbitcoin.ipc.interface import BaseInterface
from mpbitcoin.ipc.limits import Limits
from mpbitcoin.ipc.session import Session, connect, start_session

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


SessionT = TypeVar("SessionT", bound=BaseSession)
LoaderT = TypeVar("LoaderT", bound=BaseInterface)


class BaseOffer(Generic[LoaderT]):
    """WalletProcess, as the node calls it: passes on what is given to the one of `session`.

    The answers are awaited when the session's are.
    """

    def __init__(self, session: BaseSession) -> None:
        self._session = session
        self.loader: LoaderT | None = None

    def configure(self, configuration: Any, log: Any) -> Any:
        """Give the wallet process the node's settings, and where it logs to."""
        return self._ask("configure", configuration, log)

    def _ask(self, name: str, *values: Any) -> Any:
        return self._session.ask(self._session.schemas.method(share_threads()[0], name), values)


class BaseAttachedWallets(Generic[SessionT, LoaderT]):
    """The wallets of a node, in a process of ours that ends with this."""

    #: The classes of wallets' interfaces.
    classes: ClassVar[dict[int, type[BaseInterface]]]

    def __init__(self, node: SessionT, session: SessionT, offer: BaseOffer[LoaderT]) -> None:
        self._node = node
        self._session = session
        self._offer = offer

    @property
    def node(self) -> SessionT:
        """A connection to the node, which ends with this, too."""
        return self._node

    @property
    def loader(self) -> LoaderT:
        """All wallets: makes, loads and lists them."""
        assert self._offer.loader is not None, "attaching has it made"
        return self._offer.loader

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The wallet process."""
        assert self._session.process is not None, "attaching started it"
        return self._session.process

    @property
    def closed(self) -> bool:
        """Whether the node or the wallet process has ended, or this was closed."""
        return self._session.closed

    def attach(self) -> Any:
        """Let the node take and load the wallets: awaited when the sessions are.

        Raises MethodUnimplemented, RemoteError.
        """
        self._node.use_chain(self.classes)
        self._session.use_chain(self.classes)
        self._node.capability.join(self._session.capability)
        method = self._node.schemas.method(interfaces.NodeInit.TYPE_ID, "attachWallet")
        return self._node.ask(method, (self._offer,))


class AttachedWallets(Closing, BaseAttachedWallets[Session, interfaces.WalletLoader]):
    """The wallets of `attach_wallets()`."""

    classes = interfaces.CLASSES

    def close(self) -> None:
        """Take the wallets from the node; returns when their process has ended."""
        self._session.close()
        self._node.close()


class _Offer(BaseOffer[interfaces.WalletLoader]):
    def make_wallet_loader(self, chain: Any, bulk: Any) -> interfaces.WalletLoader:
        self.loader = self._ask("makeWalletLoader", chain, bulk)
        return self.loader


@cache
def share_threads() -> tuple[int, str]:
    """The first method that is called of a wallet process: the type id of its interface, a name."""
    native.read_chain(native.RELEASES[0])
    known = native.schemas(native.RELEASES[0]).describe()
    return next(each["id"] for each in known if each["name"] == "WalletProcess"), "shareThreads"


def wallet_program(
    command: Sequence[str | os.PathLike[str]] | None,
) -> Sequence[str | os.PathLike[str]]:
    """The command that was chosen, or the program that is found. Raises MachineError."""
    from mpbitcoin.node import executables

    return command or [executables.find("bitcoin-wallet")]


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
    program = wallet_program(command)
    limits = limits or Limits()
    with contextlib.ExitStack() as undone:
        node = undone.enter_context(connect(address, datadir=datadir, chain=chain, limits=limits))
        session = undone.enter_context(start_session(program, limits, share_threads()))
        made = AttachedWallets(node, session, _Offer(session))
        made.attach()
        undone.pop_all()
    return made
