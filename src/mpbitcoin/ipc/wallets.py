"""A node's wallets, in a process that we start and call: `attach_wallets()`.

A node started with -walletprocess=attach accepts our wallet process like one that joins on its
own. We pass the node's chain to the wallets, and the wallets to the node and to our caller.
Messages between node and wallets pass through the extension, not through Python.
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
    """Flags of a new wallet, for `WalletLoader.create_wallet`.

    DESCRIPTORS (always set), AVOID_REUSE, DISABLE_PRIVATE_KEYS, BLANK, EXTERNAL_SIGNER.
    """

    AVOID_REUSE = 1
    DISABLE_PRIVATE_KEYS = 2**32
    BLANK = 2**33
    DESCRIPTORS = 2**34
    EXTERNAL_SIGNER = 2**35


SessionT = TypeVar("SessionT", bound=BaseSession)
LoaderT = TypeVar("LoaderT", bound=BaseInterface)


class BaseOffer(Generic[LoaderT]):
    """WalletProcess for the node: passes calls on to the wallet process of `session`.

    Answers are awaitable if the session's are.
    """

    def __init__(self, session: BaseSession) -> None:
        self._session = session
        self.loader: LoaderT | None = None

    def start(self, log: Any, categories: int, threads: bool) -> Any:
        """Pass the node's log to the wallet process."""
        return self._ask("start", log, categories, threads)

    def _ask(self, name: str, *values: Any) -> Any:
        return self._session.ask(self._session.schemas.method(share_threads()[0], name), values)


class BaseAttachedWallets(Generic[SessionT, LoaderT]):
    """The wallets of a node, in our own process, which ends with this object."""

    #: The classes of wallets' interfaces.
    classes: ClassVar[dict[int, type[BaseInterface]]]

    def __init__(self, node: SessionT, session: SessionT, offer: BaseOffer[LoaderT]) -> None:
        self._node = node
        self._session = session
        self._offer = offer

    @property
    def node(self) -> SessionT:
        """A connection to the node, which also ends with this object."""
        return self._node

    @property
    def loader(self) -> LoaderT:
        """Makes, loads and lists wallets."""
        assert self._offer.loader is not None, "attaching has made it"
        return self._offer.loader

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The wallet process."""
        assert self._session.process is not None, "attaching has started it"
        return self._session.process

    @property
    def closed(self) -> bool:
        """Whether the node or the wallet process has ended, or this was closed."""
        return self._session.closed

    def attach(self) -> Any:
        """Make the node accept and load the wallets; awaitable if the sessions are.

        Raises MethodUnimplemented, RemoteError.
        """
        self._session.use_chain(self.classes)
        self._node.capability.join(self._session.capability)
        method = self._node.schemas.method(interfaces.NodeInit.TYPE_ID, "attachWallet")
        return self._node.ask(method, (self._offer,))


class AttachedWallets(Closing, BaseAttachedWallets[Session, interfaces.WalletLoader]):
    """The wallets of `attach_wallets()`."""

    classes = interfaces.CLASSES

    def close(self) -> None:
        """Detach the wallets from the node, and return when their process has ended."""
        self._session.close()
        self._node.close()


class _Offer(BaseOffer[interfaces.WalletLoader]):
    def make_wallet_loader(self, chain: Any, bulk: Any) -> interfaces.WalletLoader:
        self.loader = self._ask("makeWalletLoader", chain, bulk)
        return self.loader


@cache
def share_threads() -> tuple[int, str]:
    """The first method to call on a wallet process: its interface's type id, and its name."""
    native.read_chain(native.RELEASES[0])
    known = native.schemas(native.RELEASES[0]).describe()
    return next(each["id"] for each in known if each["name"] == "WalletProcess"), "shareThreads"


def configuration(node: BaseSession, classes: dict[int, type[BaseInterface]]) -> Any:
    """Ask for what the wallet process reads before its first call; awaitable if the session is.

    Raises MethodUnimplemented, RemoteError.
    """
    node.use_chain(classes)
    method = node.schemas.method(interfaces.NodeInit.TYPE_ID, "walletConfiguration")
    return node.ask(method, ())


def wallet_program(
    command: Sequence[str | os.PathLike[str]] | None,
) -> Sequence[str | os.PathLike[str]]:
    """The chosen command, else the program that is found. Raises MachineError."""
    from mpbitcoin.node import executables

    return command or [executables.find("bitcoin-wallet")]


def output_script(destination: TxDestination) -> bytes:
    """The script that pays to an address, for outputs and `mine_block()`."""
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
    """Start bitcoin-wallet and attach its wallets to a running node, found like by `connect()`.

    The node must be ours, started with -walletprocess=attach, and have no wallet process yet. Its
    settings apply to the wallets, which its JSON-RPC serves, too. `command` is the program, by
    default the installed one. Raises MethodUnimplemented when the node is not ours, RemoteError
    when it refuses the wallets.
    """
    program = wallet_program(command)
    limits = limits or Limits()
    with contextlib.ExitStack() as undone:
        node = undone.enter_context(connect(address, datadir=datadir, chain=chain, limits=limits))
        message = configuration(node, AttachedWallets.classes)
        session = undone.enter_context(start_session(program, limits, share_threads(), message))
        made = AttachedWallets(node, session, _Offer(session))
        made.attach()
        undone.pop_all()
    return made
