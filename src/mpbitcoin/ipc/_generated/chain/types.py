"""Parameters and results of interfaces. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from mpbitcoin.ipc.values import BlockHash, Txid

if TYPE_CHECKING:
    from mpbitcoin.ipc._generated.chain.handlers import (
        RpcActorHandler,
    )
    from mpbitcoin.ipc._generated.chain.interfaces import (
        Wallet,
    )


@dataclass(frozen=True, slots=True)
class BilingualStr:
    """A text, and its translation."""

    original: str = ""
    translated: str = ""


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A block that was connected or disconnected; `data` is its serialization."""

    hash: BlockHash = BlockHash(b"")
    prev_hash: BlockHash = BlockHash(b"")
    height: int = 0
    file_number: int = 0
    data_pos: int = 0
    data: memoryview = memoryview(b"")
    undo_data: memoryview = memoryview(b"")
    chain_time_max: int = 0


@dataclass(frozen=True, slots=True)
class BumpFee:
    """An outpoint, serialized, and its fee in satoshis."""

    outpoint: bytes = b""
    fee: int = 0


@dataclass(frozen=True, slots=True)
class ChainstateRole:
    """Selects one of the node's chains: the validated or the historical one."""

    validated: bool = False
    historical: bool = False


@dataclass(frozen=True, slots=True)
class CoinControl:
    """Options for making a transaction; by default the wallet's own."""

    change_destination: TxDestination | None = None
    change_type: int | None = None
    include_unsafe_inputs: bool = False
    allow_other_inputs: bool = True
    override_fee_rate: bool = False
    fee_rate: bytes = b""
    confirm_target: int | None = None
    signal_rbf: bool | None = None
    avoid_partial_spends: bool = False
    avoid_address_reuse: bool = False
    fee_mode: int = 0
    min_depth: int = 0
    max_depth: int = 9999999
    external_provider: SigningData | None = None
    version: int = 2
    lock_time: int | None = None
    max_tx_weight: int | None = None
    inputs: list[SelectedInput] = field(default_factory=list)
    has_selected_order: bool = False


@dataclass(frozen=True, slots=True)
class CoinsGroup:
    """The coins of an address."""

    destination: TxDestination | None = None
    coins: list[CoinsGroupCoin] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CoinsGroupCoin:
    """A coin."""

    outpoint: bytes = b""
    output: WalletTxOut | None = None


@dataclass(frozen=True, slots=True)
class CreatedTransaction:
    """A new transaction with its fee in satoshis."""

    tx: bytes = b""
    fee: int = 0
    fee_calculation: FeeCalculation | None = None
    change_pos: int | None = None


@dataclass(frozen=True, slots=True)
class EstimationResult:
    """The data behind an estimate."""

    pass_: EstimatorBucket | None = None
    fail: EstimatorBucket | None = None
    decay: float = 0.0
    scale: int = 0


@dataclass(frozen=True, slots=True)
class EstimatorBucket:
    """Transactions behind an estimate, by fee rate."""

    start: float = 0.0
    end: float = 0.0
    within_target: float = 0.0
    total_confirmed: float = 0.0
    in_mempool: float = 0.0
    left_mempool: float = 0.0


@dataclass(frozen=True, slots=True)
class FeeCalculation:
    """The origin of a fee rate."""

    estimate: EstimationResult | None = None
    reason: int = 0
    desired_target: int = 0
    returned_target: int = 0
    best_height: int = 0


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """The requested fields of a block; other fields are zero or empty."""

    found: bool = False
    hash: BlockHash = BlockHash(b"")
    height: int = 0
    time: int = 0
    max_time: int = 0
    mtp_time: int = 0
    in_active_chain: bool = False
    locator: bytes = b""
    data: memoryview = memoryview(b"")
    next: FoundBlock | None = None


@dataclass(frozen=True, slots=True)
class FoundBlockRequest:
    """The fields to return of a block, and with `next` of the following block."""

    want_hash: bool = False
    want_height: bool = False
    want_time: bool = False
    want_max_time: bool = False
    want_mtp_time: bool = False
    want_in_active_chain: bool = False
    want_locator: bool = False
    want_data: bool = False
    next: FoundBlockRequest | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """LogLine of the schemas."""

    text: str = ""
    limited: bool = False
    file: str = ""
    line: int = 0
    function: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient, the amount in satoshis, and whether the fee is subtracted from it."""

    destination: TxDestination | None = None
    amount: int = 0
    subtract_fee_from_amount: bool = False


@dataclass(frozen=True, slots=True)
class RpcArgument:
    """A parameter of a command."""

    name: str = ""
    named_only: bool = False


@dataclass(frozen=True, slots=True)
class RpcCommand:
    """A JSON-RPC command and the function that answers it."""

    category: str = ""
    name: str = ""
    actor: RpcActorHandler | Callable[..., Any] | None = None
    arg_names: list[RpcArgument] = field(default_factory=list)
    unique_id: int = 0


@dataclass(frozen=True, slots=True)
class RpcRequest:
    """A call of a command; `params` are JSON."""

    id: str | None = None
    method: str = ""
    params: str = ""
    mode: int = 0
    uri: str = ""
    auth_user: str = ""
    peer_address: str = ""
    version: int = 0
    tip: bytes = b""


@dataclass(frozen=True, slots=True)
class SelectedInput:
    """A selected input."""

    outpoint: bytes = b""
    txout: bytes = b""
    weight: int | None = None
    sequence: int | None = None
    script_sig: bytes = b""
    script_witness: list[bytes] = field(default_factory=list)
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SigningData:
    """An external provider's data about scripts and keys; never secrets."""

    scripts: list[bytes] = field(default_factory=list)
    pub_keys: list[bytes] = field(default_factory=list)
    origins: list[SigningDataKeyOrigin] = field(default_factory=list)
    trees: list[SigningDataTaprootTree] = field(default_factory=list)
    aggregate_keys: list[SigningDataAggregateKey] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SigningDataAggregateKey:
    """A key of several participants."""

    pub_key: bytes = b""
    participants: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SigningDataKeyOrigin:
    """The origin of a key."""

    pub_key: bytes = b""
    fingerprint: bytes = b""
    path: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SigningDataTaprootTree:
    """The scripts of a taproot output."""

    internal_key: bytes = b""
    leaves: list[SigningDataTaprootTreeLeaf] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SigningDataTaprootTreeLeaf:
    """A script of a taproot output."""

    depth: int = 0
    version: int = 0
    script: bytes = b""


@dataclass(frozen=True, slots=True)
class TxDestination:
    """An address, by its kind: `value` is a hash, key or script, None for `pay_to_anchor`."""

    kind: Literal[
        "none",
        "pub_key",
        "pub_key_hash",
        "script_hash",
        "witness_v0_script_hash",
        "witness_v0_key_hash",
        "witness_v1_taproot",
        "pay_to_anchor",
        "witness_unknown",
    ] = "none"
    value: bytes | TxDestinationWitnessUnknown | None = None


@dataclass(frozen=True, slots=True)
class TxDestinationWitnessUnknown:
    """An address of a future witness version."""

    version: int = 0
    program: bytes = b""


@dataclass(frozen=True, slots=True)
class WalletAddress:
    """An entry of the address book."""

    destination: TxDestination | None = None
    is_mine: bool = False
    purpose: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class WalletBalances:
    """A wallet's balances in satoshis."""

    balance: int = 0
    unconfirmed_balance: int = 0
    immature_balance: int = 0
    used_balance: int = 0
    nonmempool_balance: int = 0


@dataclass(frozen=True, slots=True)
class WalletMigrationResult:
    """The result of a migration."""

    wallet: Wallet | None = None
    watchonly_name: str = ""
    solvables_name: str = ""
    backup_path: bytes = b""


@dataclass(frozen=True, slots=True)
class WalletTx:
    """A transaction, and for each input and output whether it is the wallet's."""

    tx: bytes = b""
    txin_is_mine: list[bool] = field(default_factory=list)
    txout_is_mine: list[bool] = field(default_factory=list)
    txout_is_change: list[bool] = field(default_factory=list)
    txout_address: list[TxDestination] = field(default_factory=list)
    txout_address_is_mine: list[bool] = field(default_factory=list)
    credit: int = 0
    debit: int = 0
    change: int = 0
    time: int = 0
    value_map: list[tuple[str, str]] = field(default_factory=list)
    is_coinbase: bool = False


@dataclass(frozen=True, slots=True)
class WalletTxOut:
    """An output, its time, and its depth in the chain."""

    txout: bytes = b""
    time: int = 0
    depth_in_main_chain: int = -1
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class WalletTxStatus:
    """The state of a transaction."""

    block_height: int = 0
    blocks_to_maturity: int = 0
    depth_in_main_chain: int = 0
    time_received: int = 0
    lock_time: int = 0
    is_trusted: bool = False
    is_abandoned: bool = False
    is_coinbase: bool = False
    is_in_main_chain: bool = False


WalletT = TypeVar("WalletT")


@dataclass(frozen=True, slots=True)
class ChainFindBlockResult:
    """Result of Chain.findBlock."""

    block: FoundBlock | None
    result: bool


@dataclass(frozen=True, slots=True)
class ChainFindFirstBlockWithTimeAndHeightResult:
    """Result of Chain.findFirstBlockWithTimeAndHeight."""

    block: FoundBlock | None
    result: bool


@dataclass(frozen=True, slots=True)
class ChainFindAncestorByHeightResult:
    """Result of Chain.findAncestorByHeight."""

    ancestor: FoundBlock | None
    result: bool


@dataclass(frozen=True, slots=True)
class ChainFindAncestorByHashResult:
    """Result of Chain.findAncestorByHash."""

    ancestor: FoundBlock | None
    result: bool


@dataclass(frozen=True, slots=True)
class ChainFindCommonAncestorResult:
    """Result of Chain.findCommonAncestor."""

    ancestor: FoundBlock | None
    block1: FoundBlock | None
    block2: FoundBlock | None
    result: bool


@dataclass(frozen=True, slots=True)
class ChainBroadcastTransactionResult:
    """Result of Chain.broadcastTransaction."""

    reason: str
    result: bool


@dataclass(frozen=True, slots=True)
class ChainGetTransactionAncestryResult:
    """Result of Chain.getTransactionAncestry."""

    ancestors: int
    cluster_count: int
    ancestor_size: int
    ancestor_fees: int


@dataclass(frozen=True, slots=True)
class ChainGetPackageLimitsResult:
    """Result of Chain.getPackageLimits."""

    ancestors: int
    descendants: int


@dataclass(frozen=True, slots=True)
class ChainEstimateSmartFeeResult:
    """Result of Chain.estimateSmartFee."""

    calculation: FeeCalculation | None
    result: bytes


@dataclass(frozen=True, slots=True)
class RpcActorCallResult:
    """Result of RpcActor.call."""

    response: str
    result: bool


@dataclass(frozen=True, slots=True)
class SettingsUpdateCallResult:
    """Result of SettingsUpdate.call."""

    value: str
    result: int | None


@dataclass(frozen=True, slots=True)
class WalletGetPubKeyResult:
    """Result of Wallet.getPubKey."""

    pub_key: bytes
    result: bool


@dataclass(frozen=True, slots=True)
class WalletSignMessageResult:
    """Result of Wallet.signMessage."""

    signature: str
    result: int


@dataclass(frozen=True, slots=True)
class WalletGetAddressResult:
    """Result of Wallet.getAddress."""

    name: str
    purpose: int
    result: bool


@dataclass(frozen=True, slots=True)
class WalletCreateBumpTransactionResult:
    """Result of Wallet.createBumpTransaction."""

    errors: list[BilingualStr]
    old_fee: int
    new_fee: int
    tx: bytes
    result: bool


@dataclass(frozen=True, slots=True)
class WalletSignBumpTransactionResult:
    """Result of Wallet.signBumpTransaction."""

    tx: bytes
    result: bool


@dataclass(frozen=True, slots=True)
class WalletCommitBumpTransactionResult:
    """Result of Wallet.commitBumpTransaction."""

    errors: list[BilingualStr]
    bumped_txid: Txid
    result: bool


@dataclass(frozen=True, slots=True)
class WalletFillPSBTResult:
    """Result of Wallet.fillPSBT."""

    signed_inputs: int
    psbt: bytes
    complete: bool
    result: int | None


@dataclass(frozen=True, slots=True)
class WalletTryGetTxStatusResult:
    """Result of Wallet.tryGetTxStatus."""

    status: WalletTxStatus | None
    num_blocks: int
    block_time: int
    result: bool


@dataclass(frozen=True, slots=True)
class WalletGetWalletTxDetailsResult:
    """Result of Wallet.getWalletTxDetails."""

    status: WalletTxStatus | None
    order_form: list[tuple[str, str]]
    in_mempool: bool
    num_blocks: int
    result: WalletTx | None


@dataclass(frozen=True, slots=True)
class WalletTryGetBalancesResult:
    """Result of Wallet.tryGetBalances."""

    balances: WalletBalances | None
    block_hash: BlockHash
    result: bool


@dataclass(frozen=True, slots=True)
class WalletGetMinimumFeeResult:
    """Result of Wallet.getMinimumFee."""

    returned_target: int
    reason: int
    result: int


@dataclass(frozen=True, slots=True)
class WalletLoaderCreateWalletResult(Generic[WalletT]):
    """Result of WalletLoader.createWallet."""

    warnings: list[BilingualStr]
    result: WalletT


@dataclass(frozen=True, slots=True)
class WalletLoaderLoadWalletResult(Generic[WalletT]):
    """Result of WalletLoader.loadWallet."""

    warnings: list[BilingualStr]
    result: WalletT


@dataclass(frozen=True, slots=True)
class WalletLoaderRestoreWalletResult(Generic[WalletT]):
    """Result of WalletLoader.restoreWallet."""

    warnings: list[BilingualStr]
    result: WalletT
