"""The base of the generated interfaces."""

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


#: Seconds that the other process waits longer than we do. Cancelling does not end a node's wait,
#: which occupies a thread; but it must not answer before our own timeout.
_AFTERWARDS = 1.0


class Signature(NamedTuple):
    """A method in our schemas."""

    name: str
    """The schema's name."""
    parameters: tuple[str, ...]
    """Python's names, in order."""
    defaults: tuple[Any, ...]
    """Defaults of the last parameters."""


class Bound:
    """A method in the other process, which may be of another release."""

    def __init__(self, method: Any, signature: Signature) -> None:
        self.method = method
        self._signature = signature
        theirs: tuple[str, ...] = method.parameters
        self._same = theirs == signature.parameters
        self._theirs = theirs

    def values(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values in the other process' order. Raises VersionMismatch if it lacks a parameter.

        A parameter that it lacks may have its default value or be zero: Cap'n Proto reads zero for
        missing data, which matches the behaviour of a node without the parameter.
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
                "use the default or zero for what it lacks, or a node of a newer release",
            )
        return tuple(named[name] for name in self._theirs)


class Bounds(dict[str, Bound]):
    """The methods of one interface of one connection, looked up on demand."""

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
                "`mpbitcoin ipc describe` lists its methods",
            )
        bound = self[name] = Bound(method, signature)
        return bound


class BaseInterface:
    """An object of the other process. It exists there until this is closed or collected."""

    TYPE_ID: ClassVar[int]
    SIGNATURES: ClassVar[dict[str, Signature]]
    #: The file that the interface was read from at run time; None: the session's schemas.
    SCHEMAS: ClassVar[Any] = None

    __slots__ = ("__weakref__", "_bounds", "_native", "_seconds", "_session")

    def __init__(self, session: BaseSession, native: Any) -> None:
        self._session = session
        self._native = native
        self._bounds = session.bounds(type(self))
        self._seconds: float | None = session.limits.answer

    def within(self, seconds: float | None) -> Self:
        """The same object; its calls raise CallTimeout after `seconds` (None: never)."""
        made = copy.copy(self)
        made._seconds = seconds
        return made

    def _wait(self, timeout: timedelta | float | None) -> timedelta | float | None:
        """The other process' time limit for a wait: unlimited only if ours is."""
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
    """An object of the other process, called from any number of threads."""

    __slots__ = ()

    def _call(self, name: str, *given: Any) -> Any:
        bound = self._bounds[name]
        return self._native.call(bound.method, bound.values(given), self._seconds)

    def close(self) -> None:
        """Make the other process destroy the object now."""
        if "destroy" in self.SIGNATURES and not self._session.closed:
            self._call("destroy")


class AsyncInterface(AsyncClosing, BaseInterface):
    """An object of the other process, awaited in the event loop of its session."""

    __slots__ = ()

    _session: AsyncSession

    def _call(self, name: str, *given: Any) -> Coroutine[Any, Any, Any]:
        bound = self._bounds[name]
        return self._session.start(self._native, bound.method, bound.values(given), self._seconds)

    async def close(self) -> None:
        """Make the other process destroy the object now."""
        if "destroy" in self.SIGNATURES and not self._session.closed:
            await self._call("destroy")
