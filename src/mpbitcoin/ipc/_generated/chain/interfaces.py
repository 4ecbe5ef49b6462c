"""Objects of another process, called from threads. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from mpbitcoin.ipc._generated.chain.handlers import (
    AddressBookChangedFnHandler,
    CanGetAddressesChangedFnHandler,
    ChainNotificationsHandler,
    LoadWalletFnHandler,
    SettingsUpdateHandler,
    ShowProgressFnHandler,
    StatusChangedFnHandler,
    TransactionChangedFnHandler,
    UnloadFnHandler,
)
from mpbitcoin.ipc._generated.chain.types import (
    BilingualStr,
    BumpFee,
    ChainBroadcastTransactionResult,
    ChainEstimateSmartFeeResult,
    ChainFindAncestorByHashResult,
    ChainFindAncestorByHeightResult,
    ChainFindBlockResult,
    ChainFindCommonAncestorResult,
    ChainFindFirstBlockWithTimeAndHeightResult,
    ChainGetPackageLimitsResult,
    ChainGetTransactionAncestryResult,
    CoinControl,
    CoinsGroup,
    CreatedTransaction,
    FoundBlockRequest,
    Recipient,
    RpcCommand,
    TxDestination,
    WalletAddress,
    WalletBalances,
    WalletCommitBumpTransactionResult,
    WalletCreateBumpTransactionResult,
    WalletFillPSBTResult,
    WalletGetAddressResult,
    WalletGetMinimumFeeResult,
    WalletGetPubKeyResult,
    WalletGetWalletTxDetailsResult,
    WalletLoaderCreateWalletResult,
    WalletLoaderLoadWalletResult,
    WalletLoaderRestoreWalletResult,
    WalletMigrationResult,
    WalletSignBumpTransactionResult,
    WalletSignMessageResult,
    WalletTryGetBalancesResult,
    WalletTryGetTxStatusResult,
    WalletTx,
    WalletTxOut,
)
from mpbitcoin.ipc._generated.core.interfaces import Init
from mpbitcoin.ipc.interface import BaseInterface, Interface, Signature
from mpbitcoin.ipc.values import BlockHash, Bytes, Txid


class Chain(Interface):
    """The node's chain as its wallets use it: blocks, mempool, fees, settings, notifications."""

    TYPE_ID: ClassVar[int] = 0xC8A8EA97DC2C852A
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "get_height": Signature("getHeight", (), ()),
        "get_block_hash": Signature("getBlockHash", ("height",), ()),
        "have_block_on_disk": Signature("haveBlockOnDisk", ("height",), ()),
        "find_locator_fork": Signature("findLocatorFork", ("locator",), ()),
        "has_block_filter_index": Signature("hasBlockFilterIndex", ("filter_type",), ()),
        "block_filter_matches_any": Signature(
            "blockFilterMatchesAny", ("filter_type", "block_hash", "filter_set"), ()
        ),
        "find_block": Signature("findBlock", ("hash", "block"), ()),
        "find_first_block_with_time_and_height": Signature(
            "findFirstBlockWithTimeAndHeight", ("min_time", "min_height", "block"), ()
        ),
        "find_ancestor_by_height": Signature(
            "findAncestorByHeight", ("block_hash", "ancestor_height", "ancestor"), ()
        ),
        "find_ancestor_by_hash": Signature(
            "findAncestorByHash", ("block_hash", "ancestor_hash", "ancestor"), ()
        ),
        "find_common_ancestor": Signature(
            "findCommonAncestor", ("block_hash1", "block_hash2", "ancestor", "block1", "block2"), ()
        ),
        "find_coins": Signature("findCoins", ("coins",), ()),
        "guess_verification_progress": Signature("guessVerificationProgress", ("block_hash",), ()),
        "has_blocks": Signature("hasBlocks", ("block_hash", "min_height", "max_height"), ()),
        "have_pruned": Signature("havePruned", (), ()),
        "get_prune_height": Signature("getPruneHeight", (), ()),
        "is_initial_block_download": Signature("isInitialBlockDownload", (), ()),
        "has_assumed_valid_chain": Signature("hasAssumedValidChain", (), ()),
        "is_rbf_opt_in": Signature("isRBFOptIn", ("tx",), ()),
        "is_in_mempool": Signature("isInMempool", ("txid",), ()),
        "has_descendants_in_mempool": Signature("hasDescendantsInMempool", ("txid",), ()),
        "broadcast_transaction": Signature(
            "broadcastTransaction", ("tx", "max_tx_fee", "broadcast_method"), ()
        ),
        "get_transaction_ancestry": Signature(
            "getTransactionAncestry", ("txid", "want_ancestor_size", "want_ancestor_fees"), ()
        ),
        "calculate_individual_bump_fees": Signature(
            "calculateIndividualBumpFees", ("outpoints", "target_feerate"), ()
        ),
        "calculate_combined_bump_fee": Signature(
            "calculateCombinedBumpFee", ("outpoints", "target_feerate"), ()
        ),
        "get_package_limits": Signature("getPackageLimits", (), ()),
        "check_chain_limits": Signature("checkChainLimits", ("tx",), ()),
        "estimate_smart_fee": Signature(
            "estimateSmartFee", ("num_blocks", "conservative", "want_calculation"), ()
        ),
        "estimate_max_blocks": Signature("estimateMaxBlocks", (), ()),
        "mempool_min_fee": Signature("mempoolMinFee", (), ()),
        "relay_min_fee": Signature("relayMinFee", (), ()),
        "relay_incremental_fee": Signature("relayIncrementalFee", (), ()),
        "relay_dust_fee": Signature("relayDustFee", (), ()),
        "is_ready_to_broadcast": Signature("isReadyToBroadcast", (), ()),
        "shutdown_requested": Signature("shutdownRequested", (), ()),
        "init_message": Signature("initMessage", ("message",), ()),
        "init_warning": Signature("initWarning", ("message",), ()),
        "init_error": Signature("initError", ("message",), ()),
        "show_progress": Signature("showProgress", ("title", "progress", "resume_possible"), ()),
        "handle_notifications": Signature("handleNotifications", ("notifications",), ()),
        "wait_for_notifications_if_tip_changed": Signature(
            "waitForNotificationsIfTipChanged", ("old_tip",), ()
        ),
        "wait_for_notifications": Signature("waitForNotifications", (), ()),
        "request_mempool_transactions": Signature(
            "requestMempoolTransactions", ("notifications",), ()
        ),
        "handle_rpc": Signature("handleRpc", ("command",), ()),
        "rpc_enable_deprecated": Signature("rpcEnableDeprecated", ("method",), ()),
        "get_setting": Signature("getSetting", ("name",), ()),
        "get_settings_list": Signature("getSettingsList", ("name",), ()),
        "get_rw_setting": Signature("getRwSetting", ("name",), ()),
        "update_rw_setting": Signature("updateRwSetting", ("name", "update"), ()),
        "overwrite_rw_setting": Signature("overwriteRwSetting", ("name", "value", "action"), ()),
        "delete_rw_settings": Signature("deleteRwSettings", ("name", "action"), ()),
    }
    __slots__ = ()

    def get_height(self) -> int | None:
        """Height of the tip: 0 for the genesis block, None without a block."""
        result: int | None = self._call("get_height")
        return result

    def get_block_hash(self, height: int) -> BlockHash:
        """Hash of the block at a height. Raises RemoteError without such a block."""
        result: BlockHash = self._call("get_block_hash", height)
        return result

    def have_block_on_disk(self, height: int) -> bool:
        """Whether the node has the block's transactions: it was not pruned."""
        result: bool = self._call("have_block_on_disk", height)
        return result

    def find_locator_fork(self, locator: Bytes) -> int | None:
        """Height of the newest block of a serialized locator that is in the chain; None without
        one.
        """
        result: int | None = self._call("find_locator_fork", locator)
        return result

    def has_block_filter_index(self, filter_type: int) -> bool:
        """Whether the node has an index of these filters; 0 is the basic filter."""
        result: bool = self._call("has_block_filter_index", filter_type)
        return result

    def block_filter_matches_any(
        self, filter_type: int, block_hash: BlockHash, filter_set: Sequence[Bytes]
    ) -> bool | None:
        """Whether the block's filter may match any of the scripts; None without a filter."""
        result: bool | None = self._call(
            "block_filter_matches_any", filter_type, block_hash, filter_set
        )
        return result

    def find_block(self, hash: BlockHash, block: FoundBlockRequest) -> ChainFindBlockResult:
        """The fields of a block that `block` asks for; `result` is whether the block is known."""
        result: ChainFindBlockResult = self._call("find_block", hash, block)
        return result

    def find_first_block_with_time_and_height(
        self, min_time: int, min_height: int, block: FoundBlockRequest
    ) -> ChainFindFirstBlockWithTimeAndHeightResult:
        """The first block of the chain whose time and height are at least these."""
        result: ChainFindFirstBlockWithTimeAndHeightResult = self._call(
            "find_first_block_with_time_and_height", min_time, min_height, block
        )
        return result

    def find_ancestor_by_height(
        self, block_hash: BlockHash, ancestor_height: int, ancestor: FoundBlockRequest
    ) -> ChainFindAncestorByHeightResult:
        """A block's ancestor at a height."""
        result: ChainFindAncestorByHeightResult = self._call(
            "find_ancestor_by_height", block_hash, ancestor_height, ancestor
        )
        return result

    def find_ancestor_by_hash(
        self, block_hash: BlockHash, ancestor_hash: BlockHash, ancestor: FoundBlockRequest
    ) -> ChainFindAncestorByHashResult:
        """Whether one block is an ancestor of the other, with the ancestor's fields."""
        result: ChainFindAncestorByHashResult = self._call(
            "find_ancestor_by_hash", block_hash, ancestor_hash, ancestor
        )
        return result

    def find_common_ancestor(
        self,
        block_hash1: BlockHash,
        block_hash2: BlockHash,
        ancestor: FoundBlockRequest,
        block1: FoundBlockRequest,
        block2: FoundBlockRequest,
    ) -> ChainFindCommonAncestorResult:
        """The last common ancestor of two blocks, with the fields of all three."""
        result: ChainFindCommonAncestorResult = self._call(
            "find_common_ancestor", block_hash1, block_hash2, ancestor, block1, block2
        )
        return result

    def find_coins(self, coins: Sequence[tuple[Bytes, Bytes]]) -> list[tuple[bytes, bytes]]:
        """Coins of the outpoints, from the mempool and the chain; spent ones are empty. Pairs
        of outpoint and coin, serialized.
        """
        result: list[tuple[bytes, bytes]] = self._call("find_coins", coins)
        return result

    def guess_verification_progress(self, block_hash: BlockHash) -> float:
        """Share of the verification work up to this block, from 0 to 1."""
        result: float = self._call("guess_verification_progress", block_hash)
        return result

    def has_blocks(self, block_hash: BlockHash, min_height: int, max_height: int | None) -> bool:
        """Whether the transactions of a block's ancestors between two heights are on disk."""
        result: bool = self._call("has_blocks", block_hash, min_height, max_height)
        return result

    def have_pruned(self) -> bool:
        """Whether any block was pruned."""
        result: bool = self._call("have_pruned")
        return result

    def get_prune_height(self) -> int | None:
        """Height of the last block that was pruned; None when none was."""
        result: int | None = self._call("get_prune_height")
        return result

    def is_initial_block_download(self) -> bool:
        """Whether the node is still catching up with the network."""
        result: bool = self._call("is_initial_block_download")
        return result

    def has_assumed_valid_chain(self) -> bool:
        """Whether the node was started from a snapshot of the coins."""
        result: bool = self._call("has_assumed_valid_chain")
        return result

    def is_rbf_opt_in(self, tx: Bytes) -> int:
        """Whether a transaction can be replaced: 0 unknown, 1 yes, 2 no."""
        result: int = self._call("is_rbf_opt_in", tx)
        return result

    def is_in_mempool(self, txid: Txid) -> bool:
        """Whether the mempool has the transaction."""
        result: bool = self._call("is_in_mempool", txid)
        return result

    def has_descendants_in_mempool(self, txid: Txid) -> bool:
        """Whether transactions of the mempool spend from this transaction."""
        result: bool = self._call("has_descendants_in_mempool", txid)
        return result

    def broadcast_transaction(
        self, tx: Bytes, max_tx_fee: int, broadcast_method: int
    ) -> ChainBroadcastTransactionResult:
        """Submit a transaction to the node. `broadcast_method` is 0 for mempool and peers, 1
        for the mempool only, 2 for private peers only. `result` is False, with the reason,
        when its fee is above `max_tx_fee` satoshis or the mempool rejects it.
        """
        result: ChainBroadcastTransactionResult = self._call(
            "broadcast_transaction", tx, max_tx_fee, broadcast_method
        )
        return result

    def get_transaction_ancestry(
        self, txid: Txid, want_ancestor_size: bool, want_ancestor_fees: bool
    ) -> ChainGetTransactionAncestryResult:
        """Number of unconfirmed ancestors of a mempool transaction, including itself, size of
        its cluster, and optionally their size and fees.
        """
        result: ChainGetTransactionAncestryResult = self._call(
            "get_transaction_ancestry", txid, want_ancestor_size, want_ancestor_fees
        )
        return result

    def calculate_individual_bump_fees(
        self, outpoints: Sequence[Bytes], target_feerate: Bytes
    ) -> list[BumpFee]:
        """For each outpoint the fee that lifts its unconfirmed ancestors to a fee rate, each as
        if it were spent alone.
        """
        result: list[BumpFee] = self._call(
            "calculate_individual_bump_fees", outpoints, target_feerate
        )
        return result

    def calculate_combined_bump_fee(
        self, outpoints: Sequence[Bytes], target_feerate: Bytes
    ) -> int | None:
        """The fee that lifts the unconfirmed ancestors of all outpoints together to a fee rate."""
        result: int | None = self._call("calculate_combined_bump_fee", outpoints, target_feerate)
        return result

    def get_package_limits(self) -> ChainGetPackageLimitsResult:
        """How many unconfirmed ancestors and descendants a transaction may have."""
        result: ChainGetPackageLimitsResult = self._call("get_package_limits")
        return result

    def check_chain_limits(self, tx: Bytes) -> None:
        """Raises RemoteError when the mempool would reject the transaction for its ancestors."""
        self._call("check_chain_limits", tx)

    def estimate_smart_fee(
        self, num_blocks: int, conservative: bool, want_calculation: bool
    ) -> ChainEstimateSmartFeeResult:
        """Fee rate, serialized, that should confirm within this many blocks, and its origin."""
        result: ChainEstimateSmartFeeResult = self._call(
            "estimate_smart_fee", num_blocks, conservative, want_calculation
        )
        return result

    def estimate_max_blocks(self) -> int:
        """Largest confirmation target of fee estimates, in blocks."""
        result: int = self._call("estimate_max_blocks")
        return result

    def mempool_min_fee(self) -> bytes:
        """Lowest fee rate that the mempool currently accepts, serialized."""
        result: bytes = self._call("mempool_min_fee")
        return result

    def relay_min_fee(self) -> bytes:
        """Lowest fee rate that the node relays, serialized."""
        result: bytes = self._call("relay_min_fee")
        return result

    def relay_incremental_fee(self) -> bytes:
        """By how much a replacement must raise the fee rate, serialized."""
        result: bytes = self._call("relay_incremental_fee")
        return result

    def relay_dust_fee(self) -> bytes:
        """Fee rate below which outputs count as dust, serialized."""
        result: bytes = self._call("relay_dust_fee")
        return result

    def is_ready_to_broadcast(self) -> bool:
        """Whether the node is ready to broadcast transactions."""
        result: bool = self._call("is_ready_to_broadcast")
        return result

    def shutdown_requested(self) -> bool:
        """Whether the node is shutting down."""
        result: bool = self._call("shutdown_requested")
        return result

    def init_message(self, message: str) -> None:
        """Show a message during start-up."""
        self._call("init_message", message)

    def init_warning(self, message: BilingualStr) -> None:
        """Show a warning during start-up."""
        self._call("init_warning", message)

    def init_error(self, message: BilingualStr) -> None:
        """Show an error during start-up."""
        self._call("init_error", message)

    def show_progress(self, title: str, progress: int, resume_possible: bool) -> None:
        """Show progress in percent."""
        self._call("show_progress", title, progress, resume_possible)

    def handle_notifications(
        self, notifications: ChainNotificationsHandler | Callable[..., Any]
    ) -> Handler:
        """Notify an object of events from now on, until the returned handler is disconnected or
        released.
        """
        result: Handler = self._call("handle_notifications", notifications)
        return result

    def wait_for_notifications_if_tip_changed(self, old_tip: BlockHash) -> None:
        """Wait until all notifications so far are delivered, unless the tip is still `old_tip`."""
        self._call("wait_for_notifications_if_tip_changed", old_tip)

    def wait_for_notifications(self) -> None:
        """Wait until all notifications so far are delivered."""
        self._call("wait_for_notifications")

    def request_mempool_transactions(
        self, notifications: ChainNotificationsHandler | Callable[..., Any]
    ) -> None:
        """Call `transaction_added_to_mempool` for each transaction of the mempool, then return."""
        self._call("request_mempool_transactions", notifications)

    def handle_rpc(self, command: RpcCommand) -> Handler:
        """Register a JSON-RPC command. Our nodes refuse this to clients."""
        result: Handler = self._call("handle_rpc", command)
        return result

    def rpc_enable_deprecated(self, method: str) -> bool:
        """Whether -deprecatedrpc enables this method."""
        result: bool = self._call("rpc_enable_deprecated", method)
        return result

    def get_setting(self, name: str) -> str:
        """A setting of the node, as JSON."""
        result: str = self._call("get_setting", name)
        return result

    def get_settings_list(self, name: str) -> list[str]:
        """All values of a setting, as JSON."""
        result: list[str] = self._call("get_settings_list", name)
        return result

    def get_rw_setting(self, name: str) -> str:
        """A value of settings.json, as JSON."""
        result: str = self._call("get_rw_setting", name)
        return result

    def update_rw_setting(
        self, name: str, update: SettingsUpdateHandler | Callable[..., Any]
    ) -> bool:
        """Change a value of settings.json with a function of the old value."""
        result: bool = self._call("update_rw_setting", name, update)
        return result

    def overwrite_rw_setting(self, name: str, value: str, action: int) -> bool:
        """Set a value of settings.json, given as JSON; `action` 0 writes the file, 1 does not."""
        result: bool = self._call("overwrite_rw_setting", name, value, action)
        return result

    def delete_rw_settings(self, name: str, action: int) -> bool:
        """Remove a value from settings.json."""
        result: bool = self._call("delete_rw_settings", name, action)
        return result


class ChainClient(Interface):
    """A part that a node starts and stops with its chain."""

    TYPE_ID: ClassVar[int] = 0x82B89C4EC3F7080D
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "register_rpcs": Signature("registerRpcs", (), ()),
        "verify": Signature("verify", (), ()),
        "load": Signature("load", (), ()),
        "start": Signature("start", (), ()),
        "stop": Signature("stop", (), ()),
        "set_mock_time": Signature("setMockTime", ("time",), ()),
        "scheduler_mock_forward": Signature("schedulerMockForward", ("seconds",), ()),
    }
    __slots__ = ()

    def register_rpcs(self) -> None:
        """Register its commands with the chain."""
        self._call("register_rpcs")

    def verify(self) -> bool:
        """Check that it can be loaded; returns whether it can."""
        result: bool = self._call("verify")
        return result

    def load(self) -> bool:
        """Load its saved state; returns whether that succeeded."""
        result: bool = self._call("load")
        return result

    def start(self) -> None:
        """Start its background work."""
        self._call("start")

    def stop(self) -> None:
        """Save its state and stop."""
        self._call("stop")

    def set_mock_time(self, time: int) -> None:
        """Set the mock time, in seconds since 1970; 0 restores the real time."""
        self._call("set_mock_time", time)

    def scheduler_mock_forward(self, seconds: int) -> None:
        """Advance the scheduler by this many seconds."""
        self._call("scheduler_mock_forward", seconds)


class Handler(Interface):
    """Keeps a callback registered for as long as this object exists."""

    TYPE_ID: ClassVar[int] = 0xFE0A9A7B0B97DD6F
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "disconnect": Signature("disconnect", (), ()),
    }
    __slots__ = ()

    def disconnect(self) -> None:
        """Unregister the callback."""
        self._call("disconnect")


class Wallet(Interface):
    """A loaded wallet. Transactions, outpoints and outputs are serialized, amounts satoshis."""

    TYPE_ID: ClassVar[int] = 0xCFAE29D75E4B80B5
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "encrypt_wallet": Signature("encryptWallet", ("passphrase",), ()),
        "is_crypted": Signature("isCrypted", (), ()),
        "lock": Signature("lock", (), ()),
        "unlock": Signature("unlock", ("passphrase",), ()),
        "is_locked": Signature("isLocked", (), ()),
        "change_wallet_passphrase": Signature(
            "changeWalletPassphrase", ("old_passphrase", "new_passphrase"), ()
        ),
        "abort_rescan": Signature("abortRescan", (), ()),
        "backup_wallet": Signature("backupWallet", ("filename",), ()),
        "get_wallet_name": Signature("getWalletName", (), ()),
        "get_new_destination": Signature("getNewDestination", ("type", "label"), ()),
        "get_pub_key": Signature("getPubKey", ("script", "address"), ()),
        "sign_message": Signature("signMessage", ("message", "pk_hash"), ()),
        "is_spendable": Signature("isSpendable", ("destination",), ()),
        "set_address_book": Signature("setAddressBook", ("destination", "name", "purpose"), ()),
        "del_address_book": Signature("delAddressBook", ("destination",), ()),
        "get_address": Signature("getAddress", ("destination", "want_name", "want_purpose"), ()),
        "get_addresses": Signature("getAddresses", (), ()),
        "get_address_receive_requests": Signature("getAddressReceiveRequests", (), ()),
        "set_address_receive_request": Signature(
            "setAddressReceiveRequest", ("destination", "id", "value"), ()
        ),
        "display_address": Signature("displayAddress", ("destination",), ()),
        "lock_coin": Signature("lockCoin", ("output", "write_to_db"), ()),
        "unlock_coin": Signature("unlockCoin", ("output",), ()),
        "is_locked_coin": Signature("isLockedCoin", ("output",), ()),
        "list_locked_coins": Signature("listLockedCoins", ("outputs",), ()),
        "create_transaction": Signature(
            "createTransaction", ("recipients", "coin_control", "sign", "change_pos"), ()
        ),
        "commit_transaction": Signature("commitTransaction", ("tx", "value_map", "order_form"), ()),
        "transaction_can_be_abandoned": Signature("transactionCanBeAbandoned", ("txid",), ()),
        "abandon_transaction": Signature("abandonTransaction", ("txid",), ()),
        "transaction_can_be_bumped": Signature("transactionCanBeBumped", ("txid",), ()),
        "create_bump_transaction": Signature(
            "createBumpTransaction", ("txid", "coin_control", "errors"), ()
        ),
        "sign_bump_transaction": Signature("signBumpTransaction", ("tx",), ()),
        "commit_bump_transaction": Signature("commitBumpTransaction", ("txid", "tx", "errors"), ()),
        "fill_psbt": Signature(
            "fillPSBT",
            ("sighash_type", "sign", "bip32_derivs", "signed_inputs", "want_signed_inputs", "psbt"),
            (),
        ),
        "get_tx": Signature("getTx", ("txid",), ()),
        "get_wallet_tx": Signature("getWalletTx", ("txid",), ()),
        "get_wallet_txs": Signature("getWalletTxs", (), ()),
        "try_get_tx_status": Signature("tryGetTxStatus", ("txid",), ()),
        "get_wallet_tx_details": Signature("getWalletTxDetails", ("txid",), ()),
        "get_balances": Signature("getBalances", (), ()),
        "try_get_balances": Signature("tryGetBalances", (), ()),
        "get_balance": Signature("getBalance", (), ()),
        "get_available_balance": Signature("getAvailableBalance", ("coin_control",), ()),
        "txin_is_mine": Signature("txinIsMine", ("txin",), ()),
        "txout_is_mine": Signature("txoutIsMine", ("txout",), ()),
        "get_debit": Signature("getDebit", ("txin",), ()),
        "get_credit": Signature("getCredit", ("txout",), ()),
        "list_coins": Signature("listCoins", (), ()),
        "get_coins": Signature("getCoins", ("outputs",), ()),
        "get_required_fee": Signature("getRequiredFee", ("tx_bytes",), ()),
        "get_minimum_fee": Signature(
            "getMinimumFee", ("tx_bytes", "coin_control", "want_returned_target", "want_reason"), ()
        ),
        "get_confirm_target": Signature("getConfirmTarget", (), ()),
        "hd_enabled": Signature("hdEnabled", (), ()),
        "can_get_addresses": Signature("canGetAddresses", (), ()),
        "private_keys_disabled": Signature("privateKeysDisabled", (), ()),
        "taproot_enabled": Signature("taprootEnabled", (), ()),
        "has_external_signer": Signature("hasExternalSigner", (), ()),
        "get_default_address_type": Signature("getDefaultAddressType", (), ()),
        "get_default_max_tx_fee": Signature("getDefaultMaxTxFee", (), ()),
        "remove": Signature("remove", (), ()),
        "handle_unload": Signature("handleUnload", ("callback",), ()),
        "handle_show_progress": Signature("handleShowProgress", ("callback",), ()),
        "handle_status_changed": Signature("handleStatusChanged", ("callback",), ()),
        "handle_address_book_changed": Signature("handleAddressBookChanged", ("callback",), ()),
        "handle_transaction_changed": Signature("handleTransactionChanged", ("callback",), ()),
        "handle_can_get_addresses_changed": Signature(
            "handleCanGetAddressesChanged", ("callback",), ()
        ),
    }
    __slots__ = ()

    def encrypt_wallet(self, passphrase: Bytes) -> bool:
        """Encrypt the wallet; returns whether that succeeded."""
        result: bool = self._call("encrypt_wallet", passphrase)
        return result

    def is_crypted(self) -> bool:
        """Whether the wallet is encrypted."""
        result: bool = self._call("is_crypted")
        return result

    def lock(self) -> bool:
        """Lock the keys; returns whether that succeeded."""
        result: bool = self._call("lock")
        return result

    def unlock(self, passphrase: Bytes) -> bool:
        """Unlock the keys; returns whether the passphrase is correct."""
        result: bool = self._call("unlock", passphrase)
        return result

    def is_locked(self) -> bool:
        """Whether the keys are locked."""
        result: bool = self._call("is_locked")
        return result

    def change_wallet_passphrase(self, old_passphrase: Bytes, new_passphrase: Bytes) -> bool:
        """Change the passphrase; returns whether the old one is correct."""
        result: bool = self._call("change_wallet_passphrase", old_passphrase, new_passphrase)
        return result

    def abort_rescan(self) -> None:
        """Stop a running rescan."""
        self._call("abort_rescan")

    def backup_wallet(self, filename: str) -> bool:
        """Copy the wallet to a file of the wallet process; returns whether that succeeded."""
        result: bool = self._call("backup_wallet", filename)
        return result

    def get_wallet_name(self) -> str:
        """The wallet's name."""
        result: str = self._call("get_wallet_name")
        return result

    def get_new_destination(self, type: int, label: str) -> TxDestination:
        """A new address. `type`: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m. Raises RemoteError."""
        result: TxDestination = self._call("get_new_destination", type, label)
        return result

    def get_pub_key(self, script: Bytes, address: Bytes) -> WalletGetPubKeyResult:
        """The public key of a script's address."""
        result: WalletGetPubKeyResult = self._call("get_pub_key", script, address)
        return result

    def sign_message(self, message: str, pk_hash: Bytes) -> WalletSignMessageResult:
        """Sign a text with an address' key. `result`: 0 success, 1 no such key, 2 failure."""
        result: WalletSignMessageResult = self._call("sign_message", message, pk_hash)
        return result

    def is_spendable(self, destination: TxDestination) -> bool:
        """Whether the wallet can spend from an address."""
        result: bool = self._call("is_spendable", destination)
        return result

    def set_address_book(self, destination: TxDestination, name: str, purpose: int | None) -> bool:
        """Label an address. `purpose`: 0 receive, 1 send, 2 refund, None unchanged."""
        result: bool = self._call("set_address_book", destination, name, purpose)
        return result

    def del_address_book(self, destination: TxDestination) -> bool:
        """Remove an address from the address book."""
        result: bool = self._call("del_address_book", destination)
        return result

    def get_address(
        self, destination: TxDestination, want_name: bool, want_purpose: bool
    ) -> WalletGetAddressResult:
        """Label and purpose of an address; `result` is whether it is known."""
        result: WalletGetAddressResult = self._call(
            "get_address", destination, want_name, want_purpose
        )
        return result

    def get_addresses(self) -> list[WalletAddress]:
        """The address book."""
        result: list[WalletAddress] = self._call("get_addresses")
        return result

    def get_address_receive_requests(self) -> list[str]:
        """Stored payment requests."""
        result: list[str] = self._call("get_address_receive_requests")
        return result

    def set_address_receive_request(self, destination: TxDestination, id: str, value: str) -> bool:
        """Store a payment request; an empty one removes it."""
        result: bool = self._call("set_address_receive_request", destination, id, value)
        return result

    def display_address(self, destination: TxDestination) -> None:
        """Show an address on the external signer. Raises RemoteError."""
        self._call("display_address", destination)

    def lock_coin(self, output: Bytes, write_to_db: bool) -> bool:
        """Lock an output against spending; with `write_to_db` also after a restart."""
        result: bool = self._call("lock_coin", output, write_to_db)
        return result

    def unlock_coin(self, output: Bytes) -> bool:
        """Unlock an output."""
        result: bool = self._call("unlock_coin", output)
        return result

    def is_locked_coin(self, output: Bytes) -> bool:
        """Whether an output is locked."""
        result: bool = self._call("is_locked_coin", output)
        return result

    def list_locked_coins(self, outputs: Sequence[Bytes]) -> list[bytes]:
        """Add the locked outputs to `outputs`."""
        result: list[bytes] = self._call("list_locked_coins", outputs)
        return result

    def create_transaction(
        self,
        recipients: Sequence[Recipient],
        coin_control: CoinControl,
        sign: bool,
        change_pos: int | None,
    ) -> CreatedTransaction:
        """Make a transaction that pays the recipients, signed or not, without sending it;
        `change_pos` is the position of the change. Raises RemoteError.
        """
        result: CreatedTransaction = self._call(
            "create_transaction", recipients, coin_control, sign, change_pos
        )
        return result

    def commit_transaction(
        self, tx: Bytes, value_map: Sequence[tuple[str, str]], order_form: Sequence[tuple[str, str]]
    ) -> None:
        """Add a transaction to the wallet and send it. Stores the pairs of texts with it."""
        self._call("commit_transaction", tx, value_map, order_form)

    def transaction_can_be_abandoned(self, txid: Txid) -> bool:
        """Whether a transaction can be abandoned."""
        result: bool = self._call("transaction_can_be_abandoned", txid)
        return result

    def abandon_transaction(self, txid: Txid) -> bool:
        """Abandon a transaction: its inputs can be spent again."""
        result: bool = self._call("abandon_transaction", txid)
        return result

    def transaction_can_be_bumped(self, txid: Txid) -> bool:
        """Whether a transaction's fee can be raised."""
        result: bool = self._call("transaction_can_be_bumped", txid)
        return result

    def create_bump_transaction(
        self, txid: Txid, coin_control: CoinControl, errors: Sequence[BilingualStr]
    ) -> WalletCreateBumpTransactionResult:
        """Make a transaction that replaces one, with a higher fee."""
        result: WalletCreateBumpTransactionResult = self._call(
            "create_bump_transaction", txid, coin_control, errors
        )
        return result

    def sign_bump_transaction(self, tx: Bytes) -> WalletSignBumpTransactionResult:
        """Sign such a transaction."""
        result: WalletSignBumpTransactionResult = self._call("sign_bump_transaction", tx)
        return result

    def commit_bump_transaction(
        self, txid: Txid, tx: Bytes, errors: Sequence[BilingualStr]
    ) -> WalletCommitBumpTransactionResult:
        """Send such a transaction."""
        result: WalletCommitBumpTransactionResult = self._call(
            "commit_bump_transaction", txid, tx, errors
        )
        return result

    def fill_psbt(
        self,
        sighash_type: int | None,
        sign: bool,
        bip32_derivs: bool,
        signed_inputs: int,
        want_signed_inputs: bool,
        psbt: Bytes,
    ) -> WalletFillPSBTResult:
        """Add the wallet's data to a PSBT, and signatures if `sign`. `complete` when no
        signature is missing; `result` is the error's number, None on success.
        """
        result: WalletFillPSBTResult = self._call(
            "fill_psbt", sighash_type, sign, bip32_derivs, signed_inputs, want_signed_inputs, psbt
        )
        return result

    def get_tx(self, txid: Txid) -> bytes:
        """A transaction of the wallet; empty without one of this id."""
        result: bytes = self._call("get_tx", txid)
        return result

    def get_wallet_tx(self, txid: Txid) -> WalletTx | None:
        """A transaction with the wallet's share of it."""
        result: WalletTx | None = self._call("get_wallet_tx", txid)
        return result

    def get_wallet_txs(self) -> list[WalletTx]:
        """All transactions of the wallet."""
        result: list[WalletTx] = self._call("get_wallet_txs")
        return result

    def try_get_tx_status(self, txid: Txid) -> WalletTryGetTxStatusResult:
        """A transaction's status, unless the wallet is busy."""
        result: WalletTryGetTxStatusResult = self._call("try_get_tx_status", txid)
        return result

    def get_wallet_tx_details(self, txid: Txid) -> WalletGetWalletTxDetailsResult:
        """A transaction with its status and stored texts."""
        result: WalletGetWalletTxDetailsResult = self._call("get_wallet_tx_details", txid)
        return result

    def get_balances(self) -> WalletBalances:
        """All balances."""
        result: WalletBalances = self._call("get_balances")
        return result

    def try_get_balances(self) -> WalletTryGetBalancesResult:
        """All balances and their block, unless the wallet is busy."""
        result: WalletTryGetBalancesResult = self._call("try_get_balances")
        return result

    def get_balance(self) -> int:
        """The spendable amount."""
        result: int = self._call("get_balance")
        return result

    def get_available_balance(self, coin_control: CoinControl) -> int:
        """The spendable amount under the coin control's rules."""
        result: int = self._call("get_available_balance", coin_control)
        return result

    def txin_is_mine(self, txin: Bytes) -> bool:
        """Whether an input spends from the wallet."""
        result: bool = self._call("txin_is_mine", txin)
        return result

    def txout_is_mine(self, txout: Bytes) -> bool:
        """Whether an output is the wallet's."""
        result: bool = self._call("txout_is_mine", txout)
        return result

    def get_debit(self, txin: Bytes) -> int:
        """Amount that an input takes from the wallet."""
        result: int = self._call("get_debit", txin)
        return result

    def get_credit(self, txout: Bytes) -> int:
        """Amount that an output adds to the wallet."""
        result: int = self._call("get_credit", txout)
        return result

    def list_coins(self) -> list[CoinsGroup]:
        """Spendable and locked outputs, by address."""
        result: list[CoinsGroup] = self._call("list_coins")
        return result

    def get_coins(self, outputs: Sequence[Bytes]) -> list[WalletTxOut]:
        """The wallet's data about these outputs."""
        result: list[WalletTxOut] = self._call("get_coins", outputs)
        return result

    def get_required_fee(self, tx_bytes: int) -> int:
        """The minimum fee of a transaction of this size in bytes."""
        result: int = self._call("get_required_fee", tx_bytes)
        return result

    def get_minimum_fee(
        self,
        tx_bytes: int,
        coin_control: CoinControl,
        want_returned_target: bool,
        want_reason: bool,
    ) -> WalletGetMinimumFeeResult:
        """The fee of a transaction of this size in bytes under the coin control's rules."""
        result: WalletGetMinimumFeeResult = self._call(
            "get_minimum_fee", tx_bytes, coin_control, want_returned_target, want_reason
        )
        return result

    def get_confirm_target(self) -> int:
        """Number of blocks within which transactions should confirm."""
        result: int = self._call("get_confirm_target")
        return result

    def hd_enabled(self) -> bool:
        """Whether keys are derived from a seed."""
        result: bool = self._call("hd_enabled")
        return result

    def can_get_addresses(self) -> bool:
        """Whether the wallet can make new addresses."""
        result: bool = self._call("can_get_addresses")
        return result

    def private_keys_disabled(self) -> bool:
        """Whether the wallet has no private keys."""
        result: bool = self._call("private_keys_disabled")
        return result

    def taproot_enabled(self) -> bool:
        """Whether the wallet can receive to taproot addresses."""
        result: bool = self._call("taproot_enabled")
        return result

    def has_external_signer(self) -> bool:
        """Whether an external device signs."""
        result: bool = self._call("has_external_signer")
        return result

    def get_default_address_type(self) -> int:
        """Type of new addresses: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m."""
        result: int = self._call("get_default_address_type")
        return result

    def get_default_max_tx_fee(self) -> int:
        """The highest allowed fee of a transaction."""
        result: int = self._call("get_default_max_tx_fee")
        return result

    def remove(self) -> None:
        """Unload the wallet."""
        self._call("remove")

    def handle_unload(self, callback: UnloadFnHandler | Callable[..., Any]) -> Handler:
        """Call a function before the wallet is unloaded."""
        result: Handler = self._call("handle_unload", callback)
        return result

    def handle_show_progress(self, callback: ShowProgressFnHandler | Callable[..., Any]) -> Handler:
        """Call a function with the progress of a rescan."""
        result: Handler = self._call("handle_show_progress", callback)
        return result

    def handle_status_changed(
        self, callback: StatusChangedFnHandler | Callable[..., Any]
    ) -> Handler:
        """Call a function when the wallet is locked or unlocked."""
        result: Handler = self._call("handle_status_changed", callback)
        return result

    def handle_address_book_changed(
        self, callback: AddressBookChangedFnHandler | Callable[..., Any]
    ) -> Handler:
        """Call a function when the address book changes."""
        result: Handler = self._call("handle_address_book_changed", callback)
        return result

    def handle_transaction_changed(
        self, callback: TransactionChangedFnHandler | Callable[..., Any]
    ) -> Handler:
        """Call a function with each change of a transaction."""
        result: Handler = self._call("handle_transaction_changed", callback)
        return result

    def handle_can_get_addresses_changed(
        self, callback: CanGetAddressesChangedFnHandler | Callable[..., Any]
    ) -> Handler:
        """Call a function when new addresses are available or the last one is used."""
        result: Handler = self._call("handle_can_get_addresses_changed", callback)
        return result


class NodeInit(Init):
    """Interfaces that our nodes offer beyond Bitcoin Core's Init."""

    TYPE_ID: ClassVar[int] = 0xE105E4832A486F53
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        **Init.SIGNATURES,
        "make_chain": Signature("makeChain", (), ()),
    }
    __slots__ = ()

    def make_chain(self) -> Chain:
        """The node's Chain."""
        result: Chain = self._call("make_chain")
        return result


class WalletLoader(ChainClient):
    """All wallets of a wallet process."""

    TYPE_ID: ClassVar[int] = 0xE8377D308CA3B1F9
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        **ChainClient.SIGNATURES,
        "create_wallet": Signature("createWallet", ("name", "passphrase", "flags", "warnings"), ()),
        "load_wallet": Signature("loadWallet", ("name", "warnings"), ()),
        "get_wallet_dir": Signature("getWalletDir", (), ()),
        "restore_wallet": Signature(
            "restoreWallet", ("backup_file", "name", "warnings", "load_after_restore"), ()
        ),
        "migrate_wallet": Signature("migrateWallet", ("name", "passphrase"), ()),
        "is_encrypted": Signature("isEncrypted", ("name",), ()),
        "list_wallet_dir": Signature("listWalletDir", (), ()),
        "get_wallets": Signature("getWallets", (), ()),
        "handle_load_wallet": Signature("handleLoadWallet", ("callback",), ()),
    }
    __slots__ = ()

    def create_wallet(
        self, name: str, passphrase: Bytes, flags: int, warnings: Sequence[BilingualStr]
    ) -> WalletLoaderCreateWalletResult[Wallet]:
        """Make and load a wallet, encrypted if the passphrase is not empty. `flags`: 2**34 with
        descriptors (always set), 2**32 without private keys, 2**33 blank, 1 without address
        reuse. Raises RemoteError.
        """
        result: WalletLoaderCreateWalletResult[Wallet] = self._call(
            "create_wallet", name, passphrase, flags, warnings
        )
        return result

    def load_wallet(
        self, name: str, warnings: Sequence[BilingualStr]
    ) -> WalletLoaderLoadWalletResult[Wallet]:
        """Load a wallet. Raises RemoteError."""
        result: WalletLoaderLoadWalletResult[Wallet] = self._call("load_wallet", name, warnings)
        return result

    def get_wallet_dir(self) -> str:
        """The folder of all wallets."""
        result: str = self._call("get_wallet_dir")
        return result

    def restore_wallet(
        self,
        backup_file: Bytes,
        name: str,
        warnings: Sequence[BilingualStr],
        load_after_restore: bool,
    ) -> WalletLoaderRestoreWalletResult[Wallet]:
        """Restore a wallet from a backup. Raises RemoteError."""
        result: WalletLoaderRestoreWalletResult[Wallet] = self._call(
            "restore_wallet", backup_file, name, warnings, load_after_restore
        )
        return result

    def migrate_wallet(self, name: str, passphrase: Bytes) -> WalletMigrationResult:
        """Convert a wallet to descriptors; returns its backup and the resulting wallets."""
        result: WalletMigrationResult = self._call("migrate_wallet", name, passphrase)
        return result

    def is_encrypted(self, name: str) -> bool:
        """Whether an unloaded wallet is encrypted."""
        result: bool = self._call("is_encrypted", name)
        return result

    def list_wallet_dir(self) -> list[tuple[str, str]]:
        """Wallets in the folder, each with its database format."""
        result: list[tuple[str, str]] = self._call("list_wallet_dir")
        return result

    def get_wallets(self) -> list[Wallet]:
        """The loaded wallets."""
        result: list[Wallet] = self._call("get_wallets")
        return result

    def handle_load_wallet(self, callback: LoadWalletFnHandler | Callable[..., Any]) -> Handler:
        """Call a function with each newly loaded wallet."""
        result: Handler = self._call("handle_load_wallet", callback)
        return result


#: By the schemas' type ids.
CLASSES: dict[int, type[BaseInterface]] = {
    0xC8A8EA97DC2C852A: Chain,
    0x82B89C4EC3F7080D: ChainClient,
    0xFE0A9A7B0B97DD6F: Handler,
    0xE105E4832A486F53: NodeInit,
    0xCFAE29D75E4B80B5: Wallet,
    0xE8377D308CA3B1F9: WalletLoader,
}
