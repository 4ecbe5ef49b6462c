"""What types and methods are, in Python's words. Bitcoin Core's schemas have no comments."""

from __future__ import annotations

from mpbitcoin.ipc.codegen.docs_chain import CHAIN
from mpbitcoin.ipc.codegen.docs_wallet import WALLET

_CORE = {
    "Echo": "Answers with what it is told: to try a connection, and to measure it.",
    "Echo.echo": "The text itself.",
    "Init": "What a node offers first: the way to all else.",
    "Init.makeEcho": "The node's Echo.",
    "Init.makeMining": "The node's Mining.",
    "Init.makeRpc": "The node's Rpc.",
    "Mining": "Block templates for miners, and the tip of the chain that they build on.",
    "Mining.isTestChain": "Whether the chain is for tests: its blocks have no worth.",
    "Mining.isInitialBlockDownload": "Whether the node still catches up with the network.",
    "Mining.getTip": "The block at the tip of the node's chain; None while there is none.",
    "Mining.waitTipChanged": (
        "Wait until the tip is another than `current_tip`, or `timeout` has passed; the tip then."
        " None when the node shuts down."
    ),
    "Mining.createNewBlock": (
        "A template for the next block. With `cooldown` the node waits while it catches up with"
        " the network. None when it was interrupted."
    ),
    "Mining.checkBlock": "Whether the node would take a block on its tip, and if not, why.",
    "Mining.interrupt": "End calls of createNewBlock that wait.",
    "BlockTemplate": "A block without its solution, kept by the node until this is closed.",
    "BlockTemplate.getBlockHeader": "The header's 80 bytes.",
    "BlockTemplate.getBlock": "The whole block as the node has it, with a coinbase of its own.",
    "BlockTemplate.getTxFees": "Fee of each transaction but the coinbase, in satoshis.",
    "BlockTemplate.getTxSigops": "Signature operations of each transaction but the coinbase.",
    "BlockTemplate.getCoinbaseTx": "What a coinbase for this template has to have.",
    "BlockTemplate.getCoinbaseMerklePath": "Hashes that join the coinbase to the Merkle root.",
    "BlockTemplate.submitSolution": (
        "Give the node a solved block: fields of the header and the coinbase with its witness."
        " Whether the block was taken."
    ),
    "BlockTemplate.waitNext": (
        "Wait for a template that is worth the change: a new tip, or higher fees by the options'"
        " threshold. None when the time has passed."
    ),
    "BlockTemplate.interruptWait": "End a waitNext that waits.",
    "Rpc": "The JSON-RPC interface, without HTTP.",
    "Rpc.executeRpc": "The answer, as JSON, to a request, as JSON.",
    "BlockRef": "A block: its hash and its height.",
    "BlockCreateOptions": "How a block template is made.",
    "BlockWaitOptions": "How long to wait for the next template, and for how much more in fees.",
    "BlockCheckOptions": "What of a block is checked.",
    "CoinbaseTx": "What a coinbase transaction has to have.",
}

#: By `Type` or `Interface.method`, as the schemas spell them.
DOCS = {**_CORE, **CHAIN, **WALLET}
