"""A pycapnp client without our code, and the options that run a node with fewer features.

Everything runs in `asyncio.run(capnp.run(...))`; a node's RPCs run on separate threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import capnp

from mpbitcoin import paths
from tests.waiting import PATIENCE

SOURCES = paths.PROJECT / "src"
#: The schema with NodeInit, the first interface of our node.
OFFERED = "ipc/interfaces/processes/processes.capnp"


@cache
def schema(tree: Path, file: str) -> Any:
    """One of our schemas, with the tree's schemas that it imports."""
    standard = Path(capnp.__file__).parent.parent
    folders = [tree / "src", tree / "src/ipc/libmultiprocess/include", SOURCES, standard]
    return capnp.load(str(SOURCES / file), imports=[str(folder) for folder in folders])


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test in Cap'n Proto's event loop."""
    asyncio.run(capnp.run(asyncio.wait_for(test(), 2 * PATIENCE)))


class Client:
    """A connection to a node. Every call is made on a server thread that it names."""

    def __init__(self, connection: Any, tree: Path) -> None:
        self._client = capnp.TwoPartyClient(connection)
        self._connection = connection
        offered = schema(tree, OFFERED).NodeInit
        self.init = self._client.bootstrap().cast_as(offered)
        self._threads: Any = None

    @classmethod
    async def connect(cls, path: Path, tree: Path) -> Client:
        """Connect and shake hands. Raises capnp.KjException when the node refuses."""
        made = cls(await capnp.AsyncIoStream.create_unix_connection(str(path)), tree)
        made._threads = (await made.init.construct()).threadMap
        return made

    async def thread(self) -> Any:
        """A new thread of the node's."""
        return (await self._threads.makeThread("foreign")).result

    async def call(self, target: Any, method: str, thread: Any = None, **arguments: Any) -> Any:
        """Call a method that has a context; by default on a separate thread."""
        request = getattr(target, f"{method}_request")()
        for name, value in arguments.items():
            setattr(request, name, value)
        request.context.thread = thread or await self.thread()
        return await request.send()

    def close(self) -> None:
        self._connection.close()


async def rpc(node: Any, *words: Any) -> Any:
    """A node's RPC, while the event loop continues."""
    return await asyncio.to_thread(node.rpc, *words)
