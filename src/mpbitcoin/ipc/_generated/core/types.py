"""What interfaces take and give. Written by mpbitcoin.ipc.codegen: change the schemas, or its rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from mpbitcoin.ipc.values import BlockHash


@dataclass(frozen=True, slots=True)
class BlockCheckOptions:
    """What of a block is checked."""

    check_merkle_root: bool = True
    check_pow: bool = True


@dataclass(frozen=True, slots=True)
class BlockCreateOptions:
    """How a block template is made."""

    use_mempool: bool = True
    block_reserved_weight: int = 8000
    coinbase_output_max_additional_sigops: int = 400


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block: its hash and its height."""

    hash: BlockHash = BlockHash(b"")
    height: int = 0


@dataclass(frozen=True, slots=True)
class BlockWaitOptions:
    """How long to wait for the next template, and for how much more in fees."""

    timeout: timedelta | float | None = None
    fee_threshold: int = 2100000000000000


@dataclass(frozen=True, slots=True)
class CoinbaseTx:
    """What a coinbase transaction has to have."""

    version: int = 0
    sequence: int = 0
    script_sig_prefix: bytes = b""
    witness: bytes = b""
    block_reward_remaining: int = 0
    required_outputs: list[bytes] = field(default_factory=list)
    lock_time: int = 0


@dataclass(frozen=True, slots=True)
class MiningCheckBlockResult:
    """What Mining.checkBlock gives."""

    reason: str
    debug: str
    result: bool
