"""What the generated interfaces stand on."""

from __future__ import annotations

import copy
from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from mpbitcoin.ipc.closing import AsyncClosing, Closing
from mpbitcoin.ipc.errors import MethodUnimplemented, VersionMismatch

if TYPE_CHECKING:
    from datetime import timedelta

    from typing_extensions import Self

    from mpbitcoin.ipc.aio import AsyncSession
    from mpbitcoin.ipc.base import BaseSession


#: Seconds that the other process goes on to wait when our time is up. A node's wait, and the thread
#: that it takes, ends for no cancellation; but it must not answer before we have given it up.
_AFTERWARDS = 1.0


class Signature(NamedTuple):
    """A method as our schemas have it."""

    name: str
    """The schema's name."""
    parameters: tuple[str, ...]
    """Python's names, in order."""
    defaults: tuple[Any, ...]
    """What is passed for the last parameters when the caller gives nothing."""


class Bound:
    """A method as the other process has it, which may be of another release."""

    def __init__(self, method: Any, signature: Signature) -> None:
        self.method = method
        self._signature = signature
        theirs: tuple[str, ...] = method.parameters
        self._same = theirs == signature.parameters
        self._theirs = theirs

    def values(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values in the other's order. Raises VersionMismatch when it has not all.

        A parameter that it has not may have its default, or be zero: what Cap'n Proto reads where
        nothing was sent, the way of a node that does not know it.
        """
        if self._same:
            return given
        ours = self._signature
        named = dict(zip(ours.parameters, given, strict=True))
        first = len(ours.parameters) - len(ours.defaults)
        for name, default in zip(ours.parameters[first:], ours.defaults, strict=True):
            if name not in self._theirs and (named[name] == default or not named[name]):
                del named[name]
        if set(named) != set(self._theirs):
            odd = ", ".join(sorted(set(named) ^ set(self._theirs)))
            raise VersionMismatch(
                f"{self.method.interface}.{ours.name}: the node's release differs in {odd}",
                "leave what it has not at its default or zero, or use a node of a newer release",
            )
        return tuple(named[name] for name in self._theirs)


class Bounds(dict[str, Bound]):
    """The methods of one interface of one connection, found as they are needed."""

    def __init__(
        self, schemas: Any, interface: type[BaseInterface], signatures: dict[str, Signature]
    ) -> None:
        super().__init__()
        self._schemas = schemas
        self._interface = interface
        self._signatures = signatures

    def __missing__(self, name: str) -> Bound:
        signature = self._signatures[name]
        method = self._schemas.method(self._interface.TYPE_ID, signature.name)
        if method is None:
            raise MethodUnimplemented(
                f"{self._interface.__name__}.{signature.name}: the node's release has no such "
                "method",
                "`mpbitcoin ipc describe` shows what it offers",
            )
        bound = self[name] = Bound(method, signature)
        return bound


class BaseInterface:
    """An object of the other process. It lives there until this is closed or collected."""

    TYPE_ID: ClassVar[int]
    SIGNATURES: ClassVar[dict[str, Signature]]
    #: Where the interface was read from at run time; None: the session's schemas.
    SCHEMAS: ClassVar[Any] = None

    __slots__ = ("__weakref__", "_bounds", "_native", "_seconds", "_session")

    def __init__(self, session: BaseSession, native: Any) -> None:
        self._session = session
        self._native = native
        self._bounds = session.bounds(type(self))
        self._seconds: float | None = session.limits.answer

    def within(self, seconds: float | None) -> Self:
        """The same object, whose calls raise CallTimeout after so many seconds; None: never."""
        made = copy.copy(self)
        made._seconds = seconds
        return made

    def _wait(self, timeout: timedelta | float | None) -> timedelta | float | None:
        """How long the other process is to wait: for ever only if somebody here does."""
        if timeout is not None or self._seconds is None:
            return timeout
        return self._seconds + _AFTERWARDS

    def _wait_with(self, options: Any) -> Any:
        """The same for options that have a `timeout`."""
        if self._seconds is None:
            return options
        return replace(options, timeout=self._wait(options.timeout))

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__name__}>"


class Interface(Closing, BaseInterface):
    """An object of the other process, called from threads. Any number may call at once."""

    __slots__ = ()

    def _call(self, name: str, *given: Any) -> Any:
        bound = self._bounds[name]
        return self._native.call(bound.method, bound.values(given), self._seconds)

    def close(self) -> None:
        """Let the other process destroy the object now."""
        if "destroy" in self.SIGNATURES and not self._session.closed:
            self._call("destroy")


class AsyncInterface(AsyncClosing, BaseInterface):
    """An object of the other process, awaited in the event loop that its session was made in."""

    __slots__ = ()

    _session: AsyncSession

    def _call(self, name: str, *given: Any) -> Coroutine[Any, Any, Any]:
        bound = self._bounds[name]
        return self._session.start(self._native, bound.method, bound.values(given), self._seconds)

    async def close(self) -> None:
        """Let the other process destroy the object now."""
        if "destroy" in self.SIGNATURES and not self._session.closed:
            await self._call("destroy")
