"""Connections for threads: `connect()` and `spawn()`."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from mpbitcoin.ipc import native
from mpbitcoin.ipc._generated.core import interfaces
from mpbitcoin.ipc.address import connect_socket, socket_path
from mpbitcoin.ipc.base import BaseSession, describe_error, handler, make_mining, no_mining
from mpbitcoin.ipc.closing import Closing
from mpbitcoin.ipc.errors import MethodUnimplemented
from mpbitcoin.ipc.interface import BaseInterface, Interface
from mpbitcoin.ipc.limits import Limits

if TYPE_CHECKING:
    import socket
    import subprocess

    from mpbitcoin.ipc._generated.chain.interfaces import Chain

#: Threads per connection that answer calls of our objects. Each object has one call at a time.
MAX_HANDLERS = 16


class Session(Closing, BaseSession):
    """A connection whose calls block only the calling thread."""

    classes: ClassVar[dict[int, type[BaseInterface]]] = interfaces.CLASSES
    base = Interface
    pollable = False

    def __init__(
        self,
        ours: socket.socket,
        limits: Limits,
        process: subprocess.Popen[bytes] | None = None,
        first: tuple[int, str] | None = None,
    ) -> None:
        super().__init__(ours, limits, process, first)
        self._handlers: _Handlers | None = None
        self._lock = threading.Lock()
        self._mining: interfaces.Mining | None = None

    def _greet(self, peer: str) -> Session:
        """Make the first call and return self. Raises ConnectionRefused, CallTimeout."""
        try:
            with self._greeting(peer):
                self.capability.call(*self._construct())
        except BaseException:
            self.close()
            raise
        return self

    @property
    def init(self) -> interfaces.Init:
        """The first interface that the process offers."""
        return interfaces.Init(self, self.capability)

    @property
    def release(self) -> str:
        """The newest release that both we and the node support. Raises VersionMismatch."""
        self._settle()
        return self._release

    @property
    def echo(self) -> interfaces.Echo:
        """Returns its argument."""
        return self.init.make_echo()

    @property
    def mining(self) -> interfaces.Mining:
        """Block templates and blocks."""
        return self._settle()

    @property
    def rpc(self) -> interfaces.Rpc:
        """The JSON-RPC interface, without HTTP."""
        return self.init.make_rpc()

    @property
    def chain(self) -> Chain:
        """The node's chain, as its wallets use it. Raises MethodUnimplemented when it has none."""
        from mpbitcoin.ipc._generated.chain import interfaces as ours

        self.use_chain(ours.CLASSES)
        return ours.NodeInit(self, self.capability).make_chain()

    def close(self) -> None:
        """Close the connection, and stop the process if we started it."""
        self._finalizer()
        if self.process is not None:
            from mpbitcoin.ipc.spawning import end_process

            end_process(self.process)

    def serve(self) -> None:
        """Start the first of the threads that answer calls of our objects."""
        with self._lock:
            if self._handlers is None:
                self._handlers = _Handlers(self)

    def ask(self, method: Any, values: tuple[Any, ...]) -> Any:
        """Call the first interface that the process offers."""
        return self.capability.call(method, values, self.limits.answer)

    def _settle(self) -> interfaces.Mining:
        """Detect the node's release by calling a method that differs between releases."""
        if self._mining is not None:
            return self._mining
        for release in native.RELEASES:
            with contextlib.suppress(MethodUnimplemented):
                found = self.ask(make_mining(release), ())
                # Set it last: other threads may call in the meantime.
                self.use_release(release)
                self._mining = interfaces.Mining(self, found._native)
                return self._mining
        raise no_mining()


class _Handlers:
    """Threads that answer calls of a session's objects: one waits, others work."""

    def __init__(self, session: Session) -> None:
        self._session = weakref.ref(session)
        self._mailbox = session.mailbox
        self._lock = threading.Lock()
        self._waiting = 0
        self._threads = 0
        self._add()

    def _add(self) -> None:
        self._threads += 1
        self._waiting += 1
        threading.Thread(target=self._run, name="ipc-handler", daemon=True).start()

    def _run(self) -> None:
        while True:
            letter = self._mailbox.take()
            with self._lock:
                self._waiting -= 1
                session = self._session()
                if letter is None or session is None:
                    self._threads -= 1
                    return
                if self._waiting == 0 and self._threads < MAX_HANDLERS:
                    self._add()
            if isinstance(letter, int):
                session.exports.pop(letter, None)
            else:
                answer(session, letter)
            del session, letter
            with self._lock:
                # Keep one spare: otherwise each call would end a thread and start another.
                if self._waiting > 1:
                    self._threads -= 1
                    return
                self._waiting += 1


def answer(session: BaseSession, job: Any) -> None:
    """Answer a call of our object with its result, or its exception as text.

    Calls that the handler makes run on the thread that waits for the answer.
    """
    job.enter()
    try:
        found = handler(session.exports.get(job.object), job.method)
        result = found(*job.values(session)) if found is not None else None
        job.finish(result, session)
    except BaseException as error:  # any exception: the other process is waiting
        job.fail(describe_error(error))
    finally:
        job.leave()


def connect(
    address: str = "unix",
    *,
    datadir: str | os.PathLike[str] | None = None,
    chain: str = "main",
    limits: Limits | None = None,
) -> Session:
    """Connect to a running node.

    `unix` is the socket in the chain's folder of the data directory, `unix:<path>` another socket,
    relative to that folder or absolute. Raises ConnectionRefused with a hint, CallTimeout when the
    node does not answer within `Limits.handshake`.
    """
    path = socket_path(address, datadir=datadir, chain=chain)
    native.extension()
    limits = limits or Limits()
    made = connect_socket(path, limits.handshake)
    return Session(made, limits)._greet(str(path))


def spawn(command: Sequence[str | os.PathLike[str]], *, limits: Limits | None = None) -> Session:
    """Start a process and connect to it over a private socket pair.

    Adds the option -ipcfd to `command`; the process ends with the session. bitcoin-node accepts no
    other option in this mode and has no chain: to get one, start a node and `connect`. Raises
    ConnectionRefused when the process ends at once, CallTimeout when it does not answer.
    """
    return start_session(command, limits or Limits())


def start_session(
    command: Sequence[str | os.PathLike[str]],
    limits: Limits,
    first: tuple[int, str] | None = None,
    message: bytes = b"",
) -> Session:
    """A session with a new process, which gets the message before the first call."""
    from mpbitcoin.ipc.spawning import start_process

    native.extension()
    process, ours = start_process(command, message)
    return Session(ours, limits, process, first)._greet(os.fspath(command[0]))
