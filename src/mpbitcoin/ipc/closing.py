"""Base classes that close themselves after a `with` or `async with` block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class Closing:
    """Calls `close()` at the end of a `with` block."""

    __slots__ = ()

    if TYPE_CHECKING:

        def close(self) -> None:
            """Close the object."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClosing:
    """Calls `close()` at the end of an `async with` block."""

    __slots__ = ()

    if TYPE_CHECKING:

        async def close(self) -> None:
            """Close the object."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
