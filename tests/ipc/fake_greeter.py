"""A server of greeter.capnp, made with pycapnp.

fake_greeter.py SOCKET SCHEMA IMPORTS
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import capnp

SOCKET, SCHEMA, IMPORTS = sys.argv[1:]
greeter: Any = capnp.load(SCHEMA, imports=[IMPORTS])


class Visit(greeter.Visit.Server):
    def __init__(self, people: list[Any]) -> None:
        self._people = people

    async def people(self, **_: Any) -> list[Any]:
        return self._people


class Greeter(greeter.Greeter.Server):
    def __init__(self) -> None:
        self._count = 0

    async def count(self, **_: Any) -> int:
        return self._count

    async def greet(self, person: Any, times: int, _context: Any, **rest: Any) -> None:
        self._count += 1
        word = "hello " * (times if rest["hasTimes"] else 1)
        _context.results.greeting = f"{word}{person.name}"
        _context.results.length = len(word)

    async def introduce(self, person: Any, to: Any, **_: Any) -> Visit:
        known = (await to.meet(person=person)).known
        others = [{"name": "a stranger", "from": "far"}]
        return Visit([person.to_dict()] if known else others)

    async def crowd(self, to: Any, times: int, **_: Any) -> int:
        async def meet(number: int) -> bool:
            try:
                await to.meet(person={"name": f"{number}"})
            except capnp.KjException:
                self._count += 1
                return True
            return False

        return sum(await asyncio.gather(*(meet(number) for number in range(times))))

    async def open(self, **_: Any) -> None:
        self._count += 1

    async def stay(self, **_: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._count += 1
            raise


async def serve(stream: Any) -> None:
    await capnp.TwoPartyServer(stream, bootstrap=Greeter()).on_disconnect()


async def main() -> None:
    server = await capnp.AsyncIoStream.create_unix_server(serve, SOCKET)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(capnp.run(main()))
