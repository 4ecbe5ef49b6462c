"""Connections for asyncio: `aconnect()` and `aspawn()`. Calls use no threads."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import subprocess
import time
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from mpbitcoin.ipc import native
from mpbitcoin.ipc._generated.core import aio as interfaces
from mpbitcoin.ipc.address import LOOK_AGAIN, socket_path, try_connect
from mpbitcoin.ipc.base import BaseSession, describe_error, handler, make_mining, no_mining
from mpbitcoin.ipc.closing import AsyncClosing
from mpbitcoin.ipc.errors import CallTimeout, IpcError, MethodUnimplemented, from_native, silent
from mpbitcoin.ipc.interface import AsyncInterface, BaseInterface
from mpbitcoin.ipc.limits import Limits
from mpbitcoin.ipc.spawning import end_process, start_process

if TYPE_CHECKING:
    import socket

    from mpbitcoin.ipc._generated.chain.aio import Chain


class AsyncSession(AsyncClosing, BaseSession):
    """A connection whose calls are awaited in the event loop that made it."""

    classes: ClassVar[dict[int, type[BaseInterface]]] = interfaces.CLASSES
    base = AsyncInterface
    pollable = True

    def __init__(
        self,
        ours: socket.socket,
        limits: Limits,
        process: subprocess.Popen[bytes] | None = None,
        first: tuple[int, str] | None = None,
    ) -> None:
        super().__init__(ours, limits, process, first)
        self._loop = asyncio.get_running_loop()
        self._call_type: type = native.extension().Call
        self._futures: dict[int, asyncio.Future[Any]] = {}
        #: The tasks that answer calls of our objects, and their calls.
        self._answers: dict[asyncio.Task[Any] | None, Any] = {}
        self._ended = asyncio.Event()
        self._mining: interfaces.Mining | None = None
        self._closing = False
        self._loop.add_reader(self.mailbox.fileno(), self._deliver)

    async def _greet(self, peer: str) -> AsyncSession:
        """Make the first call and return self. Raises ConnectionRefused, CallTimeout."""
        try:
            with self._greeting(peer):
                await self.start(self.capability, *self._construct())
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def init(self) -> interfaces.Init:
        """The first interface that the process offers."""
        return interfaces.Init(self, self.capability)

    async def release(self) -> str:
        """The newest release that both we and the node support. Raises VersionMismatch."""
        await self.mining()
        return self._release

    async def echo(self) -> interfaces.Echo:
        """Returns its argument."""
        return await self.init.make_echo()

    async def rpc(self) -> interfaces.Rpc:
        """The JSON-RPC interface, without HTTP."""
        return await self.init.make_rpc()

    async def chain(self) -> Chain:
        """The node's chain, as its wallets use it. Raises MethodUnimplemented when it has none."""
        from mpbitcoin.ipc._generated.chain import aio as ours

        self.use_chain(ours.CLASSES)
        return await ours.NodeInit(self, self.capability).make_chain()

    async def mining(self) -> interfaces.Mining:
        """Block templates and blocks."""
        if self._mining is not None:
            return self._mining
        for release in native.RELEASES:
            with contextlib.suppress(MethodUnimplemented):
                found = await self.ask(make_mining(release), ())
                # Set it last: other tasks may call in the meantime.
                self.use_release(release)
                self._mining = interfaces.Mining(self, found._native)
                return self._mining
        raise no_mining()

    async def close(self) -> None:
        """Close the connection, and stop the process if we started it."""
        self._closing = True
        self._finalizer()
        running = asyncio.get_running_loop()
        ending: asyncio.Future[None] | None = None
        if self.process is not None:
            ending = running.run_in_executor(None, end_process, self.process)
        # Only the session's loop processes what arrives.
        if not self.forked and running is self._loop:
            await self._ended.wait()
            if self._futures:
                await asyncio.wait(self._futures.values())
            self._loop.remove_reader(self.mailbox.fileno())
        if ending is not None:
            await asyncio.shield(ending)

    async def start(
        self, capability: Any, method: Any, values: tuple[Any, ...], seconds: float | None
    ) -> Any:
        """Make a call. Cancelling the awaiting task cancels the call."""
        if self._closing or self.forked or asyncio.get_running_loop() is not self._loop:
            raise self._refusal()
        number = next(self._numbers)
        # If this task answers a call, send on the thread that waits for the answer.
        job = self._answers.get(asyncio.current_task()) if self._answers else None
        if job is not None:
            job.enter()
        try:
            call = capability.start(method, values, self.mailbox, number)
        finally:
            if job is not None:
                job.leave()
        future: asyncio.Future[Any] = self._loop.create_future()
        self._futures[number] = future
        try:
            return await (future if seconds is None else asyncio.wait_for(future, seconds))
        except asyncio.TimeoutError as error:
            call.cancel()
            raise CallTimeout(
                f"no answer in time from {method.interface}.{method.name}",
                "raise the limit with within(seconds)",
            ) from error
        except asyncio.CancelledError:
            call.cancel()
            raise
        finally:
            del self._futures[number]

    def ask(self, method: Any, values: tuple[Any, ...]) -> Coroutine[Any, Any, Any]:
        """Call the first interface that the process offers."""
        return self.start(self.capability, method, values, self.limits.answer)

    def _refusal(self) -> IpcError:
        """The error when nobody can receive an answer; None otherwise."""
        if self.forked:
            return from_native("forked", "", "")
        if self._closing:
            return from_native("disconnected", "the connection was closed", "")
        return IpcError(
            "this connection belongs to another event loop",
            "connect again in the running event loop",
        )

    def serve(self) -> None:
        """Nothing to start: calls of our objects arrive like answers."""

    def _deliver(self) -> None:
        """Process what has arrived: answers, calls of our objects, the end."""
        for letter in self.mailbox.take_all():
            if type(letter) is self._call_type:
                self._settle_call(letter)
            elif letter is None:
                self._ended.set()
            elif isinstance(letter, int):
                self.exports.pop(letter, None)
            else:
                task = self._loop.create_task(self._answer(letter))
                self._answers[task] = letter
                task.add_done_callback(self._answers.pop)

    def _settle_call(self, call: Any) -> None:
        future = self._futures.get(call.number)
        if future is None or future.done():
            return
        try:
            future.set_result(call.result(self))
        except Exception as error:
            future.set_exception(error)

    async def _answer(self, job: Any) -> None:
        try:
            found = handler(self.exports.get(job.object), job.method)
            result = found(*job.values(self)) if found is not None else None
            if inspect.isawaitable(result):
                result = await result
            job.finish(result, self)
        except BaseException as error:
            job.fail(describe_error(error))
            if isinstance(error, asyncio.CancelledError):
                raise


async def aconnect(
    address: str = "unix",
    *,
    datadir: str | os.PathLike[str] | None = None,
    chain: str = "main",
    limits: Limits | None = None,
) -> AsyncSession:
    """Connect to a running node: `connect()` for asyncio."""
    path = socket_path(address, datadir=datadir, chain=chain)
    native.extension()
    limits = limits or Limits()
    deadline = time.monotonic() + limits.handshake
    while (made := try_connect(path)) is None:
        if time.monotonic() >= deadline:
            raise silent(str(path), limits.handshake)
        await asyncio.sleep(LOOK_AGAIN)
    return await AsyncSession(made, limits)._greet(str(path))


async def aspawn(
    command: Sequence[str | os.PathLike[str]], *, limits: Limits | None = None
) -> AsyncSession:
    """Start a process and connect to it over a socket pair: `spawn()` for asyncio."""
    return await start_session(command, limits or Limits())


async def start_session(
    command: Sequence[str | os.PathLike[str]],
    limits: Limits,
    first: tuple[int, str] | None = None,
    message: bytes = b"",
) -> AsyncSession:
    """A session with a process, started in a thread, which gets the message before the first call.

    Cancelling this leaves no process.
    """
    native.extension()
    loop = asyncio.get_running_loop()
    starting = loop.run_in_executor(None, start_process, command, message)
    try:
        process, ours = await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _outlast(starting)
        process, ours = starting.result()
        ours.close()
        await _outlast(loop.run_in_executor(None, end_process, process))
        raise
    return await AsyncSession(ours, limits, process, first)._greet(os.fspath(command[0]))


async def _outlast(future: asyncio.Future[Any]) -> None:
    """Wait until it is done, even if this task is cancelled."""
    while not future.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([future])
