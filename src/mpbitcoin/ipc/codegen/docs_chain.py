"""What our schemas' methods of the chain do. Those schemas have the words of C++, not these."""

from __future__ import annotations

CHAIN = {
    "Chain": (
        "The node's chain as its wallets see it: blocks, mempool, fees, settings, notifications."
    ),
    "Chain.getHeight": "Height of the tip, 0 with the genesis block alone; None without a block.",
    "Chain.getBlockHash": "Hash of the block at a height. Raises RemoteError where there is none.",
    "Chain.haveBlockOnDisk": "Whether the block's transactions are there: it was not pruned.",
    "Chain.findLocatorFork": (
        "Height of the newest block of a serialized locator that is in the chain; None when none"
        " of them is."
    ),
    "Chain.hasBlockFilterIndex": "Whether the node has an index of these filters; 0 is the basic.",
    "Chain.blockFilterMatchesAny": (
        "Whether the block's filter may match any of the scripts; None when there is no filter."
    ),
    "Chain.findBlock": "What `block` asks for of a block; `result` says whether it is known.",
    "Chain.findFirstBlockWithTimeAndHeight": (
        "The first block of the chain whose time and height are at least these."
    ),
    "Chain.findAncestorByHeight": "A block's ancestor at a height.",
    "Chain.findAncestorByHash": "Whether one block is an ancestor of the other; and that one.",
    "Chain.findCommonAncestor": "The last block that two blocks have in common, and both of them.",
    "Chain.findCoins": (
        "Coins of the outpoints, from the mempool and the chain; spent ones are empty. Pairs of"
        " outpoint and coin, serialized."
    ),
    "Chain.guessVerificationProgress": (
        "How much of all work to verify is done with this block, from 0 to 1."
    ),
    "Chain.hasBlocks": (
        "Whether the transactions of a block's ancestors between two heights are on disk."
    ),
    "Chain.havePruned": "Whether any block was pruned.",
    "Chain.getPruneHeight": "Height of the last block that was pruned; None when none was.",
    "Chain.isInitialBlockDownload": "Whether the node still catches up with the network.",
    "Chain.hasAssumedValidChain": "Whether the node was started from a snapshot of the coins.",
    "Chain.isRBFOptIn": "Whether a transaction can be replaced: 0 unknown, 1 yes, 2 no.",
    "Chain.isInMempool": "Whether the mempool has the transaction.",
    "Chain.hasDescendantsInMempool": "Whether transactions of the mempool spend from this one.",
    "Chain.broadcastTransaction": (
        "Hand a transaction to the node. `broadcast_method` is 0 for mempool and peers, 1 for the"
        " mempool alone, 2 for private peers alone. Refused with `result` False and the reason"
        " when its fee is above `max_tx_fee` satoshis, or the mempool does not take it."
    ),
    "Chain.getTransactionAncestry": (
        "How many unconfirmed ancestors a transaction of the mempool has, itself among them, how"
        " large its cluster is, and if wanted their size and fees."
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
        "Raises RemoteError when the mempool would refuse the transaction for its ancestors."
    ),
    "Chain.estimateSmartFee": (
        "Fee rate, serialized, that should confirm within so many blocks; and how it was found."
    ),
    "Chain.estimateMaxBlocks": "Most blocks ahead that fees are estimated for.",
    "Chain.mempoolMinFee": "Lowest fee rate that the mempool takes now, serialized.",
    "Chain.relayMinFee": "Lowest fee rate that the node passes on, serialized.",
    "Chain.relayIncrementalFee": "How much more a replacement has to pay, serialized.",
    "Chain.relayDustFee": "The fee rate below which outputs count as dust, serialized.",
    "Chain.isReadyToBroadcast": "Whether the node is ready to send transactions on.",
    "Chain.shutdownRequested": "Whether the node is ending.",
    "Chain.initMessage": "Show a message of a start.",
    "Chain.initWarning": "Show a warning of a start.",
    "Chain.initError": "Show an error of a start.",
    "Chain.showProgress": "Show how far something is, in percent.",
    "Chain.handleNotifications": (
        "Have an object called with what happens from now on, until the handler that is returned"
        " is disconnected or let go."
    ),
    "Chain.waitForNotificationsIfTipChanged": (
        "Wait until all notifications so far are delivered, unless the tip still is `old_tip`."
    ),
    "Chain.waitForNotifications": "Wait until all notifications so far are delivered.",
    "Chain.requestMempoolTransactions": (
        "Call `transaction_added_to_mempool` for each transaction that is there; returns then."
    ),
    "Chain.handleRpc": "Register a command of JSON-RPC. Our nodes refuse it to clients.",
    "Chain.rpcEnableDeprecated": "Whether -deprecatedrpc names this method.",
    "Chain.getSetting": "A setting of the node, as JSON.",
    "Chain.getSettingsList": "All values of a setting, as JSON.",
    "Chain.getRwSetting": "A value of settings.json, as JSON.",
    "Chain.updateRwSetting": "Change a value of settings.json by a function of the old value.",
    "Chain.overwriteRwSetting": (
        "Set a value of settings.json, given as JSON; `action` 0 writes the file, 1 does not."
    ),
    "Chain.deleteRwSettings": "Remove a value from settings.json.",
    "ChainNotifications": "What `Chain.handle_notifications` calls. Derive from it what you need.",
    "ChainNotifications.transactionAddedToMempool": "A transaction has come, serialized.",
    "ChainNotifications.transactionRemovedFromMempool": (
        "A transaction has gone, and not into a block. `reason`: 0 expired, 1 no room, 2 the chain"
        " was reorganized, 4 conflicts with a block, 5 replaced."
    ),
    "ChainNotifications.blockConnected": "The chain has grown by a block.",
    "ChainNotifications.blockDisconnected": "The last block was taken off the chain.",
    "ChainNotifications.updatedBlockTip": "The chain has another tip.",
    "ChainNotifications.chainStateFlushed": (
        "All up to a serialized locator is on disk: what was kept of it is safe."
    ),
    "ChainClient": "What a node starts and stops with its chain.",
    "ChainClient.registerRpcs": "Register its commands with the chain.",
    "ChainClient.verify": "Look for what would keep it from loading; whether all is well.",
    "ChainClient.load": "Load what was saved; whether that went well.",
    "ChainClient.start": "Start what it does in the background.",
    "ChainClient.stop": "Save, and end.",
    "ChainClient.setMockTime": "Take this as the time, in seconds since 1970; 0: the real one.",
    "ChainClient.schedulerMockForward": "Let so many seconds pass for what is scheduled.",
    "Handler": "What keeps a callback registered: it ends with this object.",
    "Handler.disconnect": "End the callback's registration.",
    "NodeInit": "What our nodes offer beyond Bitcoin Core's Init.",
    "NodeInit.makeChain": "The node's Chain.",
    "BilingualStr": "A text, and its translation.",
    "BlockInfo": "A block that was connected or disconnected; `data` is its serialization.",
    "BumpFee": "An outpoint, serialized, and its fee in satoshis.",
    "ChainstateRole": "Which of the node's chains is meant: the validated, or that of history.",
    "FoundBlock": "What was asked for of a block; the rest is zero or empty.",
    "FoundBlockRequest": "What is wanted of a block, and with `next` of the one after it.",
    "FeeCalculation": "How a fee rate was found.",
    "EstimationResult": "What an estimate stands on.",
    "EstimatorBucket": "Transactions that an estimate stands on, by their fee rates.",
    "RpcActor": "A command of JSON-RPC.",
    "RpcActor.call": "Answer a request.",
    "RpcArgument": "A parameter of a command.",
    "RpcCommand": "A command of JSON-RPC and what answers it.",
    "RpcRequest": "A call of a command; `params` are JSON.",
    "SettingsUpdate": "Changes a value of settings.json.",
    "SettingsUpdate.call": (
        "The new value, as JSON, and what to do: 0 write the file, 1 keep it in memory, None"
        " nothing."
    ),
}
