"""A client of a node's processes: typed interfaces over Cap'n Proto, for threads and asyncio.

    from mpbitcoin import ipc

    with ipc.connect(datadir="~/.bitcoin", chain="regtest") as node:
        print(node.mining.get_tip())

`connect` and `spawn` make a `Session`; `aconnect` and `aspawn` an `AsyncSession`;
`attach_wallets` and `aattach_wallets` serve a node's wallets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mpbitcoin.ipc.aio import AsyncSession, aconnect, aspawn
    from mpbitcoin.ipc.aio_wallets import AsyncAttachedWallets, aattach_wallets
    from mpbitcoin.ipc.errors import (
        CallRefused,
        CallTimeout,
        ConnectionRefused,
        Disconnected,
        IpcError,
        LimitExceeded,
        MethodUnimplemented,
        NotSent,
        RemoteError,
        VersionMismatch,
    )
    from mpbitcoin.ipc.limits import Limits
    from mpbitcoin.ipc.session import Session, connect, spawn
    from mpbitcoin.ipc.values import BlockHash, Hash, Txid
    from mpbitcoin.ipc.wallets import AttachedWallets, attach_wallets

__all__ = [
    "AsyncAttachedWallets",
    "AsyncSession",
    "AttachedWallets",
    "BlockHash",
    "CallRefused",
    "CallTimeout",
    "ConnectionRefused",
    "Disconnected",
    "Hash",
    "IpcError",
    "LimitExceeded",
    "Limits",
    "MethodUnimplemented",
    "NotSent",
    "RemoteError",
    "Session",
    "Txid",
    "VersionMismatch",
    "aattach_wallets",
    "aconnect",
    "aspawn",
    "attach_wallets",
    "connect",
    "spawn",
]

_MODULES = {
    "AsyncSession": "aio",
    "aconnect": "aio",
    "aspawn": "aio",
    "AsyncAttachedWallets": "aio_wallets",
    "aattach_wallets": "aio_wallets",
    "BlockHash": "values",
    "Hash": "values",
    "Txid": "values",
    "Limits": "limits",
    "Session": "session",
    "connect": "session",
    "spawn": "session",
    "AttachedWallets": "wallets",
    "attach_wallets": "wallets",
}


def __getattr__(name: str) -> Any:
    """Import names on first use: importing asyncio takes longer than all our modules."""
    import importlib

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
