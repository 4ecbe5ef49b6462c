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
    """Answers calls of AddressBookChangedFn."""

    def call(
        self, address: TxDestination, label: str, is_mine: bool, purpose: int, status: int
    ) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class CanGetAddressesChangedFnHandler:
    """Answers calls of CanGetAddressesChangedFn."""

    def call(self) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class ChainNotificationsHandler:
    """Answers calls of ChainNotifications."""

    def transaction_added_to_mempool(self, tx: bytes) -> Awaitable[None] | None:
        """`transactionAddedToMempool`, called by the other process."""
        return None

    def transaction_removed_from_mempool(self, tx: bytes, reason: int) -> Awaitable[None] | None:
        """`transactionRemovedFromMempool`, called by the other process."""
        return None

    def block_connected(self, role: ChainstateRole, block: BlockInfo) -> Awaitable[None] | None:
        """`blockConnected`, called by the other process."""
        return None

    def block_disconnected(self, block: BlockInfo) -> Awaitable[None] | None:
        """`blockDisconnected`, called by the other process."""
        return None

    def updated_block_tip(self) -> Awaitable[None] | None:
        """`updatedBlockTip`, called by the other process."""
        return None

    def chain_state_flushed(self, role: ChainstateRole, locator: bytes) -> Awaitable[None] | None:
        """`chainStateFlushed`, called by the other process."""
        return None


class LoadWalletFnHandler:
    """Answers calls of LoadWalletFn."""

    def call(self, wallet: interfaces.Wallet) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class RpcActorHandler:
    """Answers calls of RpcActor."""

    def call(
        self, request: RpcRequest, response: str, last_handler: bool
    ) -> RpcActorCallResult | Awaitable[RpcActorCallResult]:
        """`call`, called by the other process."""
        raise NotImplementedError


class SettingsUpdateHandler:
    """Answers calls of SettingsUpdate."""

    def call(self, value: str) -> SettingsUpdateCallResult | Awaitable[SettingsUpdateCallResult]:
        """`call`, called by the other process."""
        raise NotImplementedError


class ShowProgressFnHandler:
    """Answers calls of ShowProgressFn."""

    def call(self, title: str, progress: int) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class StatusChangedFnHandler:
    """Answers calls of StatusChangedFn."""

    def call(self) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class TransactionChangedFnHandler:
    """Answers calls of TransactionChangedFn."""

    def call(self, txid: Txid, status: int) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None


class UnloadFnHandler:
    """Answers calls of UnloadFn."""

    def call(self) -> Awaitable[None] | None:
        """`call`, called by the other process."""
        return None
