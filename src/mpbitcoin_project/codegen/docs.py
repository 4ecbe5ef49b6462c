"""Docstrings of types and methods: Bitcoin Core's schemas have no comments."""

from __future__ import annotations

from mpbitcoin_project.codegen.docs_chain import CHAIN
from mpbitcoin_project.codegen.docs_wallet import WALLET

_CORE = {
    "Echo": "Returns its argument: to test or measure a connection.",
    "Echo.echo": "Return the text.",
    "Init": "The first interface of a node, which leads to all others.",
    "Init.makeEcho": "The node's Echo.",
    "Init.makeMining": "The node's Mining.",
    "Init.makeRpc": "The node's Rpc.",
    "Mining": "Block templates for miners, and the tip of the chain that they build on.",
    "Mining.isTestChain": "Whether the chain is a test chain, whose blocks have no value.",
    "Mining.isInitialBlockDownload": "Whether the node is still catching up with the network.",
    "Mining.getTip": "The block at the tip of the node's chain; None while the chain has no block.",
    "Mining.waitTipChanged": (
        "Wait until the tip differs from `current_tip` or `timeout` has passed; return the tip."
        " None when the node shuts down."
    ),
    "Mining.createNewBlock": (
        "A template for the next block. With `cooldown` the node waits while it catches up with"
        " the network. None when interrupted."
    ),
    "Mining.checkBlock": "Whether the node would accept a block on its tip, and the reason if not.",
    "Mining.interrupt": "Interrupt waiting calls of createNewBlock.",
    "BlockTemplate": "A block without its solution, which the node keeps until this is closed.",
    "BlockTemplate.getBlockHeader": "The header's 80 bytes.",
    "BlockTemplate.getBlock": "The whole block, with the node's own coinbase.",
    "BlockTemplate.getTxFees": "Fee of each transaction but the coinbase, in satoshis.",
    "BlockTemplate.getTxSigops": "Signature operations of each transaction but the coinbase.",
    "BlockTemplate.getCoinbaseTx": "What a coinbase for this template must contain.",
    "BlockTemplate.getCoinbaseMerklePath": "Hashes that link the coinbase to the Merkle root.",
    "BlockTemplate.submitSolution": (
        "Submit a solved block: fields of the header, and the coinbase with its witness."
        " Returns whether the node accepted it."
    ),
    "BlockTemplate.waitNext": (
        "Wait for a better template: a new tip, or higher fees by the options'"
        " threshold. None after the timeout."
    ),
    "BlockTemplate.interruptWait": "Interrupt a waiting waitNext.",
    "Rpc": "The JSON-RPC interface, without HTTP.",
    "Rpc.executeRpc": "The JSON answer to a JSON request.",
    "BlockRef": "A block's hash and height.",
    "BlockCreateOptions": "Options for making a block template.",
    "BlockWaitOptions": "How long to wait for the next template, and by how much fees must rise.",
    "BlockCheckOptions": "Which parts of a block to check.",
    "CoinbaseTx": "What a coinbase transaction must contain.",
}

#: By `Type` or `Interface.method`, as the schemas spell them.
DOCS = {**_CORE, **CHAIN, **WALLET}
