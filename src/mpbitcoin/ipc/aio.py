"""Connections for asyncio: `aconnect()` and `aspawn()`. Nothing here takes a thread per call."""

from __future__ import annotations

import asyncio
import inspect
import os
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from mpbitcoin.ipc import native
from mpbitcoin.ipc._generated.core import aio as interfaces
from mpbitcoin.ipc.address import connect_socket, socket_path
from mpbitcoin.ipc.base import BaseSession, describe_error, handler
from mpbitcoin.ipc.errors import CallTimeout, MethodUnimplemented, VersionMismatch
from mpbitcoin.ipc.interface import AsyncInterface, BaseInterface
from mpbitcoin.ipc.limits import Limits
from mpbitcoin.ipc.spawning import end_process, start_process

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from mpbitcoin.ipc._generated.chain.aio import Chain


class AsyncSession(BaseSession):
    """A connection whose calls are awaited in the event loop that it was made in."""

    classes: ClassVar[dict[int, type[BaseInterface]]] = interfaces.CLASSES
    base = AsyncInterface
    pollable = True

    def __init__(
        self, fd: int, limits: Limits, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        super().__init__(fd, limits)
        self.process = process
        self._loop = asyncio.get_running_loop()
        self._call_type: type = native.extension().Call
        self._futures: dict[int, asyncio.Future[Any]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._mining: interfaces.Mining | None = None
        self._loop.add_reader(self.mailbox.fileno(), self._deliver)

    @property
    def init(self) -> interfaces.Init:
        """What the process offers first."""
        return interfaces.Init(self, self.capability)

    async def release(self) -> str:
        """The newest release of ours that the node speaks. Raises VersionMismatch."""
        await self.mining()
        return self._release

    async def echo(self) -> interfaces.Echo:
        """Answers with what it is told."""
        return await self.init.make_echo()

    async def rpc(self) -> interfaces.Rpc:
        """The JSON-RPC interface, without HTTP."""
        return await self.init.make_rpc()

    async def chain(self) -> Chain:
        """The node's chain, as its wallets see it. Raises MethodUnimplemented where it has none."""
        from mpbitcoin.ipc._generated.chain import aio as ours

        self.use_chain(ours.CLASSES)
        return await ours.NodeInit(self, self.capability).make_chain()

    async def mining(self) -> interfaces.Mining:
        """Block templates and blocks."""
        if self._mining is not None:
            return self._mining
        for release in native.RELEASES:
            self.use_release(release)
            try:
                self._mining = await self.init.make_mining()
            except MethodUnimplemented:
                continue
            return self._mining
        raise VersionMismatch(
            "the process has no Mining that we know",
            f"releases that we know: {', '.join(native.RELEASES)}",
        )

    async def close(self) -> None:
        """Close the connection; end the process, if it was started by us."""
        if not self._finalizer.alive:
            return
        self._finalizer()
        await self._ended.wait()
        self._loop.remove_reader(self.mailbox.fileno())
        if self.process is not None:
            await self._loop.run_in_executor(None, end_process, self.process)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(
        self, capability: Any, method: Any, values: tuple[Any, ...], seconds: float | None
    ) -> Any:
        """Make a call. Cancelling what awaits it cancels the call."""
        number = next(self._numbers)
        future: asyncio.Future[Any] = self._loop.create_future()
        self._futures[number] = future
        call = capability.start(method, values, self.mailbox, number)
        try:
            return await (future if seconds is None else asyncio.wait_for(future, seconds))
        except asyncio.TimeoutError as error:
            call.cancel()
            raise CallTimeout(
                f"no answer in time from {method.interface}.{method.name}",
                "within(seconds) sets the time",
            ) from error
        except asyncio.CancelledError:
            call.cancel()
            raise
        finally:
            del self._futures[number]

    def serve(self) -> None:
        """Calls of our objects arrive where answers do: nothing to start."""

    def _deliver(self) -> None:
        """Take what has arrived: answers, calls of our objects, the end."""
        for letter in self.mailbox.take_all():
            if type(letter) is self._call_type:
                self._settle_call(letter)
            elif letter is None:
                self._ended.set()
            elif isinstance(letter, int):
                self.exports.pop(letter, None)
            else:
                task = self._loop.create_task(self._answer(letter))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)

    def _settle_call(self, call: Any) -> None:
        future = self._futures.get(call.number)
        if future is None or future.done():
            return
        try:
            future.set_result(call.result(self))
        except Exception as error:
            future.set_exception(error)

    async def _answer(self, job: Any) -> None:
        found = handler(self.exports.get(job.object), job.method)
        try:
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
    made = connect_socket(socket_path(address, datadir=datadir, chain=chain))
    return AsyncSession(made.detach(), limits or Limits())


async def aspawn(
    command: Sequence[str | os.PathLike[str]], *, limits: Limits | None = None
) -> AsyncSession:
    """Start a process and connect to it over a socket pair: `spawn()` for asyncio."""
    process, ours = start_process(command)
    return AsyncSession(ours.detach(), limits or Limits(), process)
