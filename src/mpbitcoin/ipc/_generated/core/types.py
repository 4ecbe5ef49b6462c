"""Parameters and results of interfaces. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from mpbitcoin.ipc.values import BlockHash


@dataclass(frozen=True, slots=True)
class BlockCheckOptions:
    """Which parts of a block to check."""

    check_merkle_root: bool = True
    check_pow: bool = True


@dataclass(frozen=True, slots=True)
class BlockCreateOptions:
    """Options for making a block template."""

    use_mempool: bool = True
    block_reserved_weight: int = 8000
    coinbase_output_max_additional_sigops: int = 400


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block's hash and height."""

    hash: BlockHash = BlockHash(b"")
    height: int = 0


@dataclass(frozen=True, slots=True)
class BlockWaitOptions:
    """How long to wait for the next template, and by how much fees must rise."""

    timeout: timedelta | float | None = None
    fee_threshold: int = 2100000000000000


@dataclass(frozen=True, slots=True)
class CoinbaseTx:
    """What a coinbase transaction must contain."""

    version: int = 0
    sequence: int = 0
    script_sig_prefix: bytes = b""
    witness: bytes = b""
    block_reward_remaining: int = 0
    required_outputs: list[bytes] = field(default_factory=list)
    lock_time: int = 0


@dataclass(frozen=True, slots=True)
class MiningCheckBlockResult:
    """Result of Mining.checkBlock."""

    reason: str
    debug: str
    result: bool
