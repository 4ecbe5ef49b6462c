"""Classes and hooks of types and methods, for the extension. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from typing import Any

from mpbitcoin.ipc._generated.chain import types
from mpbitcoin.ipc.results import value_or_error, void_or_error
from mpbitcoin.ipc.values import BlockHash, Txid

#: By type id: constructor, and conversions of fields from and to the wire.
STRUCTS: dict[int, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    0x96E906F5DB36DBB6: (tuple, {}, {}),
    0xAC542A9AAF1FA94E: (value_or_error, {}, {}),
    0xD6CF0E017D0F2018: (void_or_error, {}, {}),
    0x94904CE0B4156D21: (types.BilingualStr, {}, {}),
    0xA50D6ED8BBF9849F: (
        types.BlockInfo,
        {"hash": BlockHash, "prev_hash": BlockHash, "data": memoryview, "undo_data": memoryview},
        {},
    ),
    0x9F5CC0378DEBDE92: (types.BumpFee, {}, {}),
    0xC71EA6524FF18A1D: (types.ChainstateRole, {}, {}),
    0x850E0E35EF3B362A: (types.CoinControl, {}, {}),
    0xA2D5A0227281555F: (types.CoinsGroup, {}, {}),
    0xF12DE0428483F84B: (types.CoinsGroupCoin, {}, {}),
    0xDDD99CD1AA538DE2: (types.CreatedTransaction, {}, {}),
    0xD198B5988D4D298A: (types.EstimationResult, {}, {}),
    0xD741B50AB862C767: (types.EstimatorBucket, {}, {}),
    0xF138C09F4F4C7A6F: (types.FeeCalculation, {}, {}),
    0x9EEE96499BBB07C0: (types.FoundBlock, {"hash": BlockHash, "data": memoryview}, {}),
    0xB5FAAA029059540D: (types.FoundBlockRequest, {}, {}),
    0xE70244EE24B7B9DF: (types.LogLine, {}, {}),
    0xC0FBCC3B2E071654: (types.Recipient, {}, {}),
    0xF5C1D93B038BC2E9: (types.RpcArgument, {}, {}),
    0xCE29198031B075EF: (types.RpcCommand, {}, {}),
    0xBB0DEF566AD88028: (types.RpcRequest, {}, {}),
    0xD1F6164B11E18F8F: (types.SelectedInput, {}, {}),
    0xB8AA57550575B018: (types.SigningData, {}, {}),
    0x80E0D4A3FFD6CF0F: (types.SigningDataAggregateKey, {}, {}),
    0xFED91E68277E8C9E: (types.SigningDataKeyOrigin, {}, {}),
    0x8A58DB094115B02A: (types.SigningDataTaprootTree, {}, {}),
    0xECEDEEAB51D1EF6B: (types.SigningDataTaprootTreeLeaf, {}, {}),
    0xD5A8A243EDC2FC4D: (types.TxDestination, {}, {}),
    0xBCF7CB040FC60BE1: (types.TxDestinationWitnessUnknown, {}, {}),
    0xA8C9B9D11DA03AFD: (types.WalletAddress, {}, {}),
    0xFD40E359CB12943A: (types.WalletBalances, {}, {}),
    0xF936BF1B10D82EA9: (types.WalletMigrationResult, {}, {}),
    0xFC73BB50CC3B36CF: (types.WalletTx, {}, {}),
    0xAA22E625AF147945: (types.WalletTxOut, {}, {}),
    0xC6C74CFA298307D5: (types.WalletTxStatus, {}, {}),
}
ENUMS: dict[int, Any] = {}
#: The same by interface and method.
METHODS: dict[tuple[int, str], tuple[Any, dict[str, Any], dict[str, Any]]] = {
    (0xC8A8EA97DC2C852A, "get_block_hash"): (None, {"result": BlockHash}, {}),
    (0xC8A8EA97DC2C852A, "block_filter_matches_any"): (None, {"block_hash": BlockHash}, {}),
    (0xC8A8EA97DC2C852A, "find_block"): (types.ChainFindBlockResult, {"hash": BlockHash}, {}),
    (0xC8A8EA97DC2C852A, "find_first_block_with_time_and_height"): (
        types.ChainFindFirstBlockWithTimeAndHeightResult,
        {},
        {},
    ),
    (0xC8A8EA97DC2C852A, "find_ancestor_by_height"): (
        types.ChainFindAncestorByHeightResult,
        {"block_hash": BlockHash},
        {},
    ),
    (0xC8A8EA97DC2C852A, "find_ancestor_by_hash"): (
        types.ChainFindAncestorByHashResult,
        {"block_hash": BlockHash, "ancestor_hash": BlockHash},
        {},
    ),
    (0xC8A8EA97DC2C852A, "find_common_ancestor"): (
        types.ChainFindCommonAncestorResult,
        {"block_hash1": BlockHash, "block_hash2": BlockHash},
        {},
    ),
    (0xC8A8EA97DC2C852A, "guess_verification_progress"): (None, {"block_hash": BlockHash}, {}),
    (0xC8A8EA97DC2C852A, "has_blocks"): (None, {"block_hash": BlockHash}, {}),
    (0xC8A8EA97DC2C852A, "is_in_mempool"): (None, {"txid": Txid}, {}),
    (0xC8A8EA97DC2C852A, "has_descendants_in_mempool"): (None, {"txid": Txid}, {}),
    (0xC8A8EA97DC2C852A, "broadcast_transaction"): (types.ChainBroadcastTransactionResult, {}, {}),
    (0xC8A8EA97DC2C852A, "get_transaction_ancestry"): (
        types.ChainGetTransactionAncestryResult,
        {"txid": Txid},
        {},
    ),
    (0xC8A8EA97DC2C852A, "get_package_limits"): (types.ChainGetPackageLimitsResult, {}, {}),
    (0xC8A8EA97DC2C852A, "estimate_smart_fee"): (types.ChainEstimateSmartFeeResult, {}, {}),
    (0xC8A8EA97DC2C852A, "wait_for_notifications_if_tip_changed"): (
        None,
        {"old_tip": BlockHash},
        {},
    ),
    (0xCFD579D4E5D21F15, "call"): (types.RpcActorCallResult, {}, {}),
    (0x9AECE57BD52DC7C7, "call"): (types.SettingsUpdateCallResult, {}, {}),
    (0xCC019397423401C6, "call"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "get_pub_key"): (types.WalletGetPubKeyResult, {}, {}),
    (0xCFAE29D75E4B80B5, "sign_message"): (types.WalletSignMessageResult, {}, {}),
    (0xCFAE29D75E4B80B5, "get_address"): (types.WalletGetAddressResult, {}, {}),
    (0xCFAE29D75E4B80B5, "transaction_can_be_abandoned"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "abandon_transaction"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "transaction_can_be_bumped"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "create_bump_transaction"): (
        types.WalletCreateBumpTransactionResult,
        {"txid": Txid},
        {},
    ),
    (0xCFAE29D75E4B80B5, "sign_bump_transaction"): (types.WalletSignBumpTransactionResult, {}, {}),
    (0xCFAE29D75E4B80B5, "commit_bump_transaction"): (
        types.WalletCommitBumpTransactionResult,
        {"txid": Txid, "bumped_txid": Txid},
        {},
    ),
    (0xCFAE29D75E4B80B5, "fill_psbt"): (types.WalletFillPSBTResult, {}, {}),
    (0xCFAE29D75E4B80B5, "get_tx"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "get_wallet_tx"): (None, {"txid": Txid}, {}),
    (0xCFAE29D75E4B80B5, "try_get_tx_status"): (
        types.WalletTryGetTxStatusResult,
        {"txid": Txid},
        {},
    ),
    (0xCFAE29D75E4B80B5, "get_wallet_tx_details"): (
        types.WalletGetWalletTxDetailsResult,
        {"txid": Txid},
        {},
    ),
    (0xCFAE29D75E4B80B5, "try_get_balances"): (
        types.WalletTryGetBalancesResult,
        {"block_hash": BlockHash},
        {},
    ),
    (0xCFAE29D75E4B80B5, "get_minimum_fee"): (types.WalletGetMinimumFeeResult, {}, {}),
    (0xE8377D308CA3B1F9, "create_wallet"): (types.WalletLoaderCreateWalletResult, {}, {}),
    (0xE8377D308CA3B1F9, "load_wallet"): (types.WalletLoaderLoadWalletResult, {}, {}),
    (0xE8377D308CA3B1F9, "restore_wallet"): (types.WalletLoaderRestoreWalletResult, {}, {}),
}
