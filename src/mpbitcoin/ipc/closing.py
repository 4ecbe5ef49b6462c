"""What is closed at the end of a `with` block, or of an `async with` block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class Closing:
    """A `with` block of it ends with `close()`."""

    __slots__ = ()

    if TYPE_CHECKING:

        def close(self) -> None:
            """Of the class itself."""

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
    """An `async with` block of it ends with `close()`."""

    __slots__ = ()

    if TYPE_CHECKING:

        async def close(self) -> None:
            """Of the class itself."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
