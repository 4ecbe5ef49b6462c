"""A fake node: Init, Echo, Mining and Chain of a release, served by pycapnp.

fake_node.py SOCKET SCHEMAS
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import capnp

SOCKET, SCHEMAS = sys.argv[1], Path(sys.argv[2])
BIG = bytes(range(256)) * 4096


def load(file: str) -> Any:
    return capnp.load(str(SCHEMAS / file), imports=[str(SCHEMAS)])


proxy = load("mp/proxy.capnp")
init = load("ipc/capnp/init.capnp")
echo = load("ipc/capnp/echo.capnp")
mining = load("ipc/capnp/mining.capnp")
OURS = "ipc/interfaces/processes/processes.capnp"
processes = load(OURS) if (SCHEMAS / OURS).is_file() else None
if processes is not None:
    chain = load("ipc/interfaces/chain/chain.capnp")
    handler = load("ipc/interfaces/handler/handler.capnp")


class Thread(proxy.Thread.Server):
    async def getName(self, **_: Any) -> str:
        return "fake"


class ThreadMap(proxy.ThreadMap.Server):
    async def makeThread(self, name: str, **_: Any) -> Thread:
        return Thread()


class Echo(echo.Echo.Server):
    async def echo(self, context: Any, echo: str, **_: Any) -> str:
        if echo == "never":
            await asyncio.sleep(3600)
        if echo == "throw":
            raise RuntimeError("as you wish")
        return echo


class BlockTemplate(mining.BlockTemplate.Server):
    async def getBlock(self, context: Any, **_: Any) -> bytes:
        return BIG


class Mining(mining.Mining.Server):
    async def isTestChain(self, context: Any, **_: Any) -> bool:
        return True

    async def getTip(self, context: Any, _context: Any, **_: Any) -> None:
        _context.results.result.hash = bytes(range(32))
        _context.results.result.height = 7
        _context.results.hasResult = True

    async def checkBlock(self, block: bytes, _context: Any, **_: Any) -> None:
        _context.results.result = _context.params._has("block")

    async def createNewBlock(self, options: Any, **_: Any) -> BlockTemplate:
        assert options.useMempool
        assert options.blockReservedWeight == 8000
        return BlockTemplate()


class Offer(init.Init.Server if processes is None else processes.NodeInit.Server):
    async def construct(self, **_: Any) -> ThreadMap:
        return ThreadMap()

    async def makeEcho(self, context: Any, **_: Any) -> Echo:
        return Echo()

    async def makeMining(self, context: Any, **_: Any) -> Mining:
        return Mining()

    async def makeChain(self, context: Any, **_: Any) -> Any:
        return make_chain()


def make_chain() -> Any:
    class Handler(handler.Handler.Server):
        async def disconnect(self, context: Any, **_: Any) -> None:
            pass

    class Chain(chain.Chain.Server):
        async def handleNotifications(self, context: Any, notifications: Any, **_: Any) -> Handler:
            # Notifications come one after the other, the next when one is answered.
            self.task = asyncio.ensure_future(notify(notifications))
            return Handler()

        async def updateRwSetting(self, context: Any, name: str, update: Any, **_: Any) -> bool:
            answer = await update.call(value=f'"{name}"')
            return bool(answer.value == '"changed"' and answer.hasResult and answer.result == 1)

        async def handleRpc(self, context: Any, command: Any, **_: Any) -> Handler:
            # An error shows the test which members exist.
            members = ("category", "name", "argNames")
            raise RuntimeError(f"there: {[each for each in members if command._has(each)]}")

    async def notify(notifications: Any) -> None:
        for number in range(100):
            block = {"hash": bytes([number]) * 32, "height": number, "data": BIG}
            try:
                await notifications.blockConnected(role={"validated": True}, block=block)
            except capnp.KjException as error:
                # The client receives the reason of a refusal.
                await notifications.transactionAddedToMempool(tx=str(error).encode())
        await notifications.updatedBlockTip()

    return Chain()


async def serve(stream: Any) -> None:
    await capnp.TwoPartyServer(stream, bootstrap=Offer()).on_disconnect()


async def main() -> None:
    server = await capnp.AsyncIoStream.create_unix_server(serve, SOCKET)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(capnp.run(main()))
