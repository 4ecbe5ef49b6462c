"""How much one side lets the other have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a connection takes at most; more raises `LimitExceeded` or ends the connection."""

    message: int = 256 * 2**20
    """Bytes of one message, in either direction."""
    nesting: int = 64
    """Depth of structs and lists in each other, in either direction."""
    calls: int = 4096
    """Calls that wait for their answers, in either direction."""
    workers: int = 64
    """Calls that the other process runs at once; others wait for their turn here."""
