"""Docstrings of the chain's methods. The schemas' own comments are for C++."""

from __future__ import annotations

CHAIN = {
    "Chain": (
        "The node's chain as its wallets use it: blocks, mempool, fees, settings, notifications."
    ),
    "Chain.getHeight": "Height of the tip: 0 for the genesis block, None without a block.",
    "Chain.getBlockHash": "Hash of the block at a height. Raises RemoteError without such a block.",
    "Chain.haveBlockOnDisk": "Whether the node has the block's transactions: it was not pruned.",
    "Chain.findLocatorFork": (
        "Height of the newest block of a serialized locator that is in the chain; None without one."
    ),
    "Chain.hasBlockFilterIndex": (
        "Whether the node has an index of these filters; 0 is the basic filter."
    ),
    "Chain.blockFilterMatchesAny": (
        "Whether the block's filter may match any of the scripts; None without a filter."
    ),
    "Chain.findBlock": (
        "The fields of a block that `block` asks for; `result` is whether the block is known."
    ),
    "Chain.findFirstBlockWithTimeAndHeight": (
        "The first block of the chain whose time and height are at least these."
    ),
    "Chain.findAncestorByHeight": "A block's ancestor at a height.",
    "Chain.findAncestorByHash": (
        "Whether one block is an ancestor of the other, with the ancestor's fields."
    ),
    "Chain.findCommonAncestor": (
        "The last common ancestor of two blocks, with the fields of all three."
    ),
    "Chain.findCoins": (
        "Coins of the outpoints, from the mempool and the chain; spent ones are empty. Pairs of"
        " outpoint and coin, serialized."
    ),
    "Chain.guessVerificationProgress": (
        "Share of the verification work up to this block, from 0 to 1."
    ),
    "Chain.hasBlocks": (
        "Whether the transactions of a block's ancestors between two heights are on disk."
    ),
    "Chain.havePruned": "Whether any block was pruned.",
    "Chain.getPruneHeight": "Height of the last block that was pruned; None when none was.",
    "Chain.isInitialBlockDownload": "Whether the node is still catching up with the network.",
    "Chain.hasAssumedValidChain": "Whether the node was started from a snapshot of the coins.",
    "Chain.isRBFOptIn": "Whether a transaction can be replaced: 0 unknown, 1 yes, 2 no.",
    "Chain.isInMempool": "Whether the mempool has the transaction.",
    "Chain.hasDescendantsInMempool": (
        "Whether transactions of the mempool spend from this transaction."
    ),
    "Chain.broadcastTransaction": (
        "Submit a transaction to the node. `broadcast_method` is 0 for mempool and peers, 1 for the"
        " mempool only, 2 for private peers only. `result` is False, with the reason, when its fee"
        " is above `max_tx_fee` satoshis or the mempool rejects it."
    ),
    "Chain.getTransactionAncestry": (
        "Number of unconfirmed ancestors of a mempool transaction, including itself, size of its"
        " cluster, and optionally their size and fees."
    ),
    "Chain.calculateIndividualBumpFees": (
        "For each outpoint the fee that lifts its unconfirmed ancestors to a fee rate, each as if"
        " it were spent alone."
    ),
    "Chain.calculateCombinedBumpFee": (
        "The fee that lifts the unconfirmed ancestors of all outpoints together to a fee rate."
    ),
    "Chain.getPackageLimits": (
        "How many unconfirmed ancestors and descendants a transaction may have."
    ),
    "Chain.checkChainLimits": (
        "Raises RemoteError when the mempool would reject the transaction for its ancestors."
    ),
    "Chain.estimateSmartFee": (
        "Fee rate, serialized, that should confirm within this many blocks, and its origin."
    ),
    "Chain.estimateMaxBlocks": "Largest confirmation target of fee estimates, in blocks.",
    "Chain.mempoolMinFee": "Lowest fee rate that the mempool currently accepts, serialized.",
    "Chain.relayMinFee": "Lowest fee rate that the node relays, serialized.",
    "Chain.relayIncrementalFee": "By how much a replacement must raise the fee rate, serialized.",
    "Chain.relayDustFee": "Fee rate below which outputs count as dust, serialized.",
    "Chain.isReadyToBroadcast": "Whether the node is ready to broadcast transactions.",
    "Chain.shutdownRequested": "Whether the node is shutting down.",
    "Chain.initMessage": "Show a message during start-up.",
    "Chain.initWarning": "Show a warning during start-up.",
    "Chain.initError": "Show an error during start-up.",
    "Chain.showProgress": "Show progress in percent.",
    "Chain.handleNotifications": (
        "Notify an object of events from now on, until the returned handler is disconnected or"
        " released."
    ),
    "Chain.waitForNotificationsIfTipChanged": (
        "Wait until all notifications so far are delivered, unless the tip is still `old_tip`."
    ),
    "Chain.waitForNotifications": "Wait until all notifications so far are delivered.",
    "Chain.requestMempoolTransactions": (
        "Call `transaction_added_to_mempool` for each transaction of the mempool, then return."
    ),
    "Chain.handleRpc": "Register a JSON-RPC command. Our nodes refuse this to clients.",
    "Chain.rpcEnableDeprecated": "Whether -deprecatedrpc enables this method.",
    "Chain.getSetting": "A setting of the node, as JSON.",
    "Chain.getSettingsList": "All values of a setting, as JSON.",
    "Chain.getRwSetting": "A value of settings.json, as JSON.",
    "Chain.updateRwSetting": "Change a value of settings.json with a function of the old value.",
    "Chain.overwriteRwSetting": (
        "Set a value of settings.json, given as JSON; `action` 0 writes the file, 1 does not."
    ),
    "Chain.deleteRwSettings": "Remove a value from settings.json.",
    "ChainNotifications": (
        "Called by `Chain.handle_notifications`. Derive from it and override what you need."
    ),
    "ChainNotifications.transactionAddedToMempool": (
        "A transaction has entered the mempool, serialized."
    ),
    "ChainNotifications.transactionRemovedFromMempool": (
        "A transaction has left the mempool, not for a block. `reason`: 0 expired, 1 size limit,"
        " 2 the chain was reorganized, 4 conflicts with a block, 5 replaced."
    ),
    "ChainNotifications.blockConnected": "A block was added to the chain.",
    "ChainNotifications.blockDisconnected": "The last block was removed from the chain.",
    "ChainNotifications.updatedBlockTip": "The chain has a new tip.",
    "ChainNotifications.chainStateFlushed": ("Everything up to a serialized locator is on disk."),
    "ChainClient": "A part that a node starts and stops with its chain.",
    "ChainClient.registerRpcs": "Register its commands with the chain.",
    "ChainClient.verify": "Check that it can be loaded; returns whether it can.",
    "ChainClient.load": "Load its saved state; returns whether that succeeded.",
    "ChainClient.start": "Start its background work.",
    "ChainClient.stop": "Save its state and stop.",
    "ChainClient.setMockTime": (
        "Set the mock time, in seconds since 1970; 0 restores the real time."
    ),
    "ChainClient.schedulerMockForward": "Advance the scheduler by this many seconds.",
    "Handler": "Keeps a callback registered for as long as this object exists.",
    "Handler.disconnect": "Unregister the callback.",
    "NodeInit": "Interfaces that our nodes offer beyond Bitcoin Core's Init.",
    "NodeInit.makeChain": "The node's Chain.",
    "BilingualStr": "A text, and its translation.",
    "BlockInfo": "A block that was connected or disconnected; `data` is its serialization.",
    "BumpFee": "An outpoint, serialized, and its fee in satoshis.",
    "ChainstateRole": "Selects one of the node's chains: the validated or the historical one.",
    "FoundBlock": "The requested fields of a block; other fields are zero or empty.",
    "FoundBlockRequest": "The fields to return of a block, and with `next` of the following block.",
    "FeeCalculation": "The origin of a fee rate.",
    "EstimationResult": "The data behind an estimate.",
    "EstimatorBucket": "Transactions behind an estimate, by fee rate.",
    "RpcActor": "A JSON-RPC command.",
    "RpcActor.call": "Answer a request.",
    "RpcArgument": "A parameter of a command.",
    "RpcCommand": "A JSON-RPC command and the function that answers it.",
    "RpcRequest": "A call of a command; `params` are JSON.",
    "SettingsUpdate": "Changes a value of settings.json.",
    "SettingsUpdate.call": (
        "The new value, as JSON, and what to do: 0 write the file, 1 keep it in memory, None"
        " nothing."
    ),
}
