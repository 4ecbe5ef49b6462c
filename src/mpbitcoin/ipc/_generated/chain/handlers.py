"""What a Python object may offer to another process. Written by mpbitcoin.ipc.codegen: change the schemas, or its rules."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from mpbitcoin.ipc._generated.chain.types import (
    BlockInfo,
    ChainstateRole,
    RpcActorCallResult,
    RpcRequest,
    SettingsUpdateCallResult,
    TxDestination,
)
from mpbitcoin.ipc.values import Txid

if TYPE_CHECKING:
    from mpbitcoin.ipc._generated.chain import interfaces


class AddressBookChangedFnHandler:
    """Called when the book of addresses changes."""

    def call(
        self, address: TxDestination, label: str, is_mine: bool, purpose: int, status: int
    ) -> Awaitable[None] | None:
        """An entry changed. `status`: 0 new, 1 changed, 2 removed."""
        return None


class CanGetAddressesChangedFnHandler:
    """Called when new addresses are there, or none are left."""

    def call(self) -> Awaitable[None] | None:
        """New addresses are there, or none are left."""
        return None


class ChainNotificationsHandler:
    """What `Chain.handle_notifications` calls. Derive from it what you need."""

    def transaction_added_to_mempool(self, tx: bytes) -> Awaitable[None] | None:
        """A transaction has come, serialized."""
        return None

    def transaction_removed_from_mempool(self, tx: bytes, reason: int) -> Awaitable[None] | None:
        """A transaction has gone, and not into a block. `reason`: 0 expired, 1 no room, 2 the
        chain was reorganized, 4 conflicts with a block, 5 replaced.
        """
        return None

    def block_connected(self, role: ChainstateRole, block: BlockInfo) -> Awaitable[None] | None:
        """The chain has grown by a block."""
        return None

    def block_disconnected(self, block: BlockInfo) -> Awaitable[None] | None:
        """The last block was taken off the chain."""
        return None

    def updated_block_tip(self) -> Awaitable[None] | None:
        """The chain has another tip."""
        return None

    def chain_state_flushed(self, role: ChainstateRole, locator: bytes) -> Awaitable[None] | None:
        """All up to a serialized locator is on disk: what was kept of it is safe."""
        return None


class LoadWalletFnHandler:
    """Called with a wallet that was loaded."""

    def call(self, wallet: interfaces.Wallet) -> Awaitable[None] | None:
        """A wallet was loaded."""
        return None


class RpcActorHandler:
    """A command of JSON-RPC."""

    def call(
        self, request: RpcRequest, response: str, last_handler: bool
    ) -> RpcActorCallResult | Awaitable[RpcActorCallResult]:
        """Answer a request."""
        raise NotImplementedError


class SettingsUpdateHandler:
    """Changes a value of settings.json."""

    def call(self, value: str) -> SettingsUpdateCallResult | Awaitable[SettingsUpdateCallResult]:
        """The new value, as JSON, and what to do: 0 write the file, 1 keep it in memory, None
        nothing.
        """
        raise NotImplementedError


class ShowProgressFnHandler:
    """Called with how far a rescan is."""

    def call(self, title: str, progress: int) -> Awaitable[None] | None:
        """What goes on, and how far it is in percent."""
        return None


class StatusChangedFnHandler:
    """Called when a wallet is locked or unlocked."""

    def call(self) -> Awaitable[None] | None:
        """The wallet was locked or unlocked."""
        return None


class TransactionChangedFnHandler:
    """Called when a wallet's transactions change."""

    def call(self, txid: Txid, status: int) -> Awaitable[None] | None:
        """A transaction changed. `status`: 0 new, 1 changed, 2 removed."""
        return None


class UnloadFnHandler:
    """Called before a wallet goes."""

    def call(self) -> Awaitable[None] | None:
        """The wallet goes."""
        return None
