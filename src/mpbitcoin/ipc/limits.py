"""How much one side lets the other have."""

from __future__ import annotations

from dataclasses import dataclass

from mpbitcoin.errors import UsageError

#: What fits onto the stack of any thread: both sides go down into structs and lists.
MOST_NESTING = 256


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a connection takes at most. More raises `LimitExceeded`, or `CallTimeout`."""

    message: int = 256 * 2**20
    """Bytes of one message, in either direction."""
    sent: int = 64 * 2**20
    """Bytes of one message to the other process. A node takes no more, and ends the connection."""
    nesting: int = 64
    """Depth of structs and lists in each other, in either direction; 256 at most."""
    calls: int = 4096
    """Calls that wait for their answers, in either direction."""
    workers: int = 64
    """Calls that the other process runs at once; others wait for their turn here."""
    handshake: float = 30.0
    """Seconds until the other process must have answered for the first time."""
    answer: float | None = None
    """Seconds until any call must have been answered, unless `within()` says otherwise."""

    def __post_init__(self) -> None:
        """Raises UsageError."""
        if not 0 < self.nesting <= MOST_NESTING:
            raise UsageError(f"Limits(nesting={self.nesting}): 1 to {MOST_NESTING} are possible")
