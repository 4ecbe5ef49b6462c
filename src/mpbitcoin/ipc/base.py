"""The common base of sessions with and without asyncio."""

from __future__ import annotations

import contextlib
import itertools
import os
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mpbitcoin.ipc import native
from mpbitcoin.ipc.errors import (
    CallTimeout,
    IpcError,
    MethodUnimplemented,
    VersionMismatch,
    refused,
    silent,
)
from mpbitcoin.ipc.interface import BaseInterface, Bounds
from mpbitcoin.ipc.limits import Limits

if TYPE_CHECKING:
    import socket
    import subprocess

    from mpbitcoin.ipc.dynamic import SchemaFile

_SESSIONS: weakref.WeakSet[BaseSession] = weakref.WeakSet()


def _close_after_fork() -> None:
    for session in list(_SESSIONS):
        session.forked = True
        session.capability.close_after_fork()


os.register_at_fork(after_in_child=_close_after_fork)


class BaseSession:
    """A connection to a process, as its interfaces use it."""

    #: The classes of interfaces, by type id.
    classes: ClassVar[dict[int, type[BaseInterface]]]
    #: The base class of interfaces that are read from files.
    base: ClassVar[type[BaseInterface]]
    #: Whether the mailbox can be polled.
    pollable: ClassVar[bool]

    def __init__(
        self,
        ours: socket.socket,
        limits: Limits,
        process: subprocess.Popen[bytes] | None = None,
        first: tuple[int, str] | None = None,
    ) -> None:
        """`first` is the first method to call, by interface, if not that of nodes."""
        from mpbitcoin.ipc._generated.core import bindings

        extension = native.extension()
        with ours:
            self.mailbox = extension.Mailbox(self.pollable)
            self.capability = extension.open(
                ours.fileno(),
                self.mailbox,
                self,
                limits.message,
                min(limits.message, limits.sent),
                limits.nesting,
                limits.calls,
                limits.workers,
            )
            ours.detach()
        self.process = process
        self.limits = limits
        self._first = first or bindings.FIRST
        #: Types that are sent unchanged.
        self._natives = (extension.Capability, extension.Threads)
        #: Whether this is a copy in a forked child, which must not use the connection.
        self.forked = False
        self._release = native.RELEASES[0]
        self._bounds: dict[tuple[str, type[BaseInterface]], Bounds] = {}
        #: By type id: the files read, and the classes made from them.
        self._files: dict[int, SchemaFile] = {}
        self._made: dict[int, type[BaseInterface]] = {}
        self.exports: dict[int, object] = {}
        self._numbers = itertools.count(1)
        self._finalizer = weakref.finalize(self, self.capability.close)
        _SESSIONS.add(self)

    @property
    def closed(self) -> bool:
        """Whether either side has closed the connection."""
        return bool(self.capability.closed)

    @property
    def schemas(self) -> Any:
        """The schemas of the connection."""
        return native.schemas(self._release)

    def load(self, folder: str | os.PathLike[str], file: str, name: str) -> Any:
        """The first interface that the process offers, from a schema file below `folder`.

        Afterwards this file and its imports define the session's interfaces: methods have the
        schema's names in Python's spelling, structs are dicts. Raises UsageError.
        """
        from mpbitcoin.ipc.dynamic import SchemaFile

        read = SchemaFile(folder, file)
        type_id = read.find(name)
        for each in read.interfaces:
            self._files[each] = read
            self._made.pop(each, None)
        return self._wrap(type_id, self.capability)

    def use_release(self, release: str) -> None:
        """Use the schemas of this release; existing objects keep theirs."""
        self._release = release

    def use_chain(self, classes: dict[int, type[BaseInterface]]) -> None:
        """Load the types of Chain and of wallets, too. Raises MethodUnimplemented."""
        native.read_chain(self._release)
        self.classes.update(classes)

    def bounds(self, interface: type[BaseInterface]) -> Bounds:
        """The interface's methods in the other process' release."""
        # Read it once: another thread may detect the process' release in the meantime.
        release = self._release
        found = self._bounds.get((release, interface))
        if found is None:
            schemas = interface.SCHEMAS or native.schemas(release)
            found = Bounds(schemas, interface, interface.SIGNATURES)
            self._bounds[release, interface] = found
        return found

    def _construct(self) -> tuple[Any, tuple[Any, ...], float]:
        """The first call: method, values and timeout. It exchanges our threads for theirs."""
        method = self.schemas.method(*self._first)
        return method, (native.extension().Threads(),), self.limits.handshake

    @contextlib.contextmanager
    def _greeting(self, peer: str) -> Iterator[None]:
        """For the first call. Raises ConnectionRefused, CallTimeout."""
        try:
            yield
        except MethodUnimplemented:
            pass  # it answers, and has methods that need no threads
        except CallTimeout as error:
            raise silent(peer, self.limits.handshake) from error
        except IpcError as error:
            raise refused(peer, error) from error

    def ask(self, method: Any, values: tuple[Any, ...]) -> Any:
        """Call the first interface that the process offers: the answer, or its awaitable."""
        raise NotImplementedError

    def serve(self) -> None:
        """Start answering calls of our objects."""
        raise NotImplementedError

    def _wrap(self, type_id: int, capability: Any) -> object:
        """The object for a received capability. The extension calls this."""
        made = self._made.get(type_id)
        if made is None and type_id in self._files:
            made = self._made[type_id] = self._files[type_id].make(type_id, self.base)
        made = made or self.classes.get(type_id)
        return made(self, capability) if made else capability

    def _export(self, value: object, type_id: int) -> object:
        """The representation of a Python object that is sent. The extension calls this."""
        if isinstance(value, BaseInterface):
            return value._native
        if isinstance(value, self._natives):
            return value
        number = next(self._numbers)
        self.exports[number] = value
        self.serve()
        read = self._files.get(type_id)
        return (read.schemas if read else self.schemas).export(type_id, number)


def make_mining(release: str) -> Any:
    """The method that distinguishes a release's nodes from others."""
    from mpbitcoin.ipc._generated.core import bindings

    return native.schemas(release).method(bindings.FIRST[0], "makeMining")


def no_mining() -> VersionMismatch:
    """The error when the process' Mining is of an unknown release."""
    return VersionMismatch(
        "the process has Mining of an unknown release",
        f"known releases: {', '.join(native.RELEASES)}",
    )


def handler(target: object, method: str) -> Any:
    """The function that answers calls of `method` of our object; None without one."""
    found = getattr(target, method, None)
    if found is None and method == "call" and callable(target):
        return target
    return found


def describe_error(error: BaseException) -> str:
    """A handler's exception, as text for the other process."""
    text = error.message if isinstance(error, IpcError) else str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
