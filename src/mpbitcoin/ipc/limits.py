"""Limits of what one side accepts from the other."""

from __future__ import annotations

from dataclasses import dataclass

from mpbitcoin.errors import UsageError

#: Depth that fits on the stack of any thread: both sides recurse into structs and lists.
MOST_NESTING = 256


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of a connection. Exceeding one raises `LimitExceeded` or `CallTimeout`."""

    message: int = 256 * 2**20
    """Bytes of one message, in either direction."""
    sent: int = 64 * 2**20
    """Bytes of one message to the other process. A node closes the connection above its limit."""
    nesting: int = 64
    """Depth of nested structs and lists, in either direction; at most 256."""
    calls: int = 4096
    """Calls that wait for their answers, in either direction."""
    workers: int = 64
    """Calls that the other process runs in parallel; further calls wait here."""
    handshake: float = 30.0
    """Seconds until the first answer of the other process must arrive."""
    answer: float | None = None
    """Seconds until the answer of any call must arrive; `within()` overrides it."""

    def __post_init__(self) -> None:
        """Raises UsageError."""
        if not 0 < self.nesting <= MOST_NESTING:
            raise UsageError(f"Limits(nesting={self.nesting}): must be from 1 to {MOST_NESTING}")
