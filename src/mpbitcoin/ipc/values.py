"""Small value types: hashes in Bitcoin's display order, durations as timedelta."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

#: Types accepted where bytes are needed.
Bytes = bytes | bytearray | memoryview
#: The schema's largest duration: unlimited.
_FOREVER = 1.7976931348623157e308


class Hash(bytes):
    """32 bytes in the order of the wire. `str()` and `from_hex` use Bitcoin's display order."""

    __slots__ = ()

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """The hash with this text in Bitcoin's display order. Raises ValueError."""
        raw = bytes.fromhex(text)
        if len(raw) != 32:
            raise ValueError(f"{text!r} is not the hex of 32 bytes")
        return cls(raw[::-1])

    def __str__(self) -> str:
        return self[::-1].hex()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BlockHash(Hash):
    """The hash of a block's header."""

    __slots__ = ()


class Txid(Hash):
    """The hash of a transaction without its witnesses."""

    __slots__ = ()


def to_milliseconds(duration: timedelta | float | None) -> float:
    """A duration in the schema's unit, from seconds or timedelta; None is unlimited."""
    if duration is None:
        return _FOREVER
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    return seconds * 1000.0
