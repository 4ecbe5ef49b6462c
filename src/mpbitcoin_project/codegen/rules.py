"""Rules beyond the schemas: which bytes are hashes, which numbers durations, and so on."""

from __future__ import annotations

from mpbitcoin_project.codegen.model import Field

#: Bytes that are the hash of a block, by the field's name.
BLOCK_HASHES = frozenset(
    {
        "ancestorHash",
        "blockHash",
        "blockHash1",
        "blockHash2",
        "currentTip",
        "hash",
        "oldTip",
        "prevHash",
    }
)
#: Bytes that are the hash of a transaction.
TXIDS = frozenset({"bumpedTxid", "txid"})
#: Milliseconds as a number.
DURATIONS = frozenset({"timeout"})
#: Large results: not copied out of the received message.
VIEWS = frozenset(
    {
        ("BlockTemplate.getBlock", "result"),
        ("BlockInfo", "data"),
        ("BlockInfo", "undoData"),
        ("FoundBlock", "data"),
    }
)
#: Results named `result` with a more specific type.
RESULTS = {"Chain.getBlockHash": "BlockHash"}
#: Methods that always return their object or struct, beside those that make or register something.
ALWAYS = frozenset({"BlockTemplate.getCoinbaseTx", "Wallet.getBalances"})
ALWAYS_PREFIXES = ("make", "handle")
#: Structs that represent something simpler: a pair, a value or an error.
TUPLES = frozenset({"Pair"})
RESULT = "Result"
RESULT_VOID = "ResultVoid"


def value_type(owner: str, field: Field) -> str:
    """Name of the value type for a field's plain type; empty without one."""
    if field.type.kind == "data":
        if (owner, field.name) in VIEWS:
            return "memoryview"
        if field.name in BLOCK_HASHES:
            return "BlockHash"
        if field.name in TXIDS:
            return "Txid"
        if field.name == "result":
            return RESULTS.get(owner, "")
    if field.type.kind == "float64" and field.name in DURATIONS:
        return "duration"
    return ""


def never_null(method: str) -> bool:
    """Whether `Interface.method` always has a result."""
    name = method.partition(".")[2]
    return method in ALWAYS or name.startswith(ALWAYS_PREFIXES)
