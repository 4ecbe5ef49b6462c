"""Interfaces that a Python object may offer to another process. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

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
    """Called when the address book changes."""

    def call(
        self, address: TxDestination, label: str, is_mine: bool, purpose: int, status: int
    ) -> Awaitable[None] | None:
        """An entry changed. `status`: 0 new, 1 changed, 2 removed."""
        return None


class CanGetAddressesChangedFnHandler:
    """Called when new addresses are available or the last one is used."""

    def call(self) -> Awaitable[None] | None:
        """New addresses are available, or the last one is used."""
        return None


class ChainNotificationsHandler:
    """Called by `Chain.handle_notifications`. Derive from it and override what you need."""

    def transaction_added_to_mempool(self, tx: bytes) -> Awaitable[None] | None:
        """A transaction has entered the mempool, serialized."""
        return None

    def transaction_removed_from_mempool(self, tx: bytes, reason: int) -> Awaitable[None] | None:
        """A transaction has left the mempool, not for a block. `reason`: 0 expired, 1 size
        limit, 2 the chain was reorganized, 4 conflicts with a block, 5 replaced.
        """
        return None

    def block_connected(self, role: ChainstateRole, block: BlockInfo) -> Awaitable[None] | None:
        """A block was added to the chain."""
        return None

    def block_disconnected(self, block: BlockInfo) -> Awaitable[None] | None:
        """The last block was removed from the chain."""
        return None

    def updated_block_tip(self) -> Awaitable[None] | None:
        """The chain has a new tip."""
        return None

    def chain_state_flushed(self, role: ChainstateRole, locator: bytes) -> Awaitable[None] | None:
        """Everything up to a serialized locator is on disk."""
        return None


class LoadWalletFnHandler:
    """Called with a newly loaded wallet."""

    def call(self, wallet: interfaces.Wallet) -> Awaitable[None] | None:
        """A wallet was loaded."""
        return None


class RpcActorHandler:
    """A JSON-RPC command."""

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
    """Called with the progress of a rescan."""

    def call(self, title: str, progress: int) -> Awaitable[None] | None:
        """The activity and its progress in percent."""
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
    """Called before a wallet is unloaded."""

    def call(self) -> Awaitable[None] | None:
        """The wallet is about to be unloaded."""
        return None
