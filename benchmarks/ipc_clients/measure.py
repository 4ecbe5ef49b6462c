"""One Python client, measured in its own process: measure.py CLIENT SOCKET CALLS FLIGHT.

Prints the time of each call in microseconds and the processor time of all, as JSON. CLIENT is
sync, tip, threads, asyncio, block, notified, import (ours), or pycapnp, pycapnp-block,
pycapnp-notified, pycapnp-import, or no-import. "notified" receives the mempool's transactions,
CALLS in total: its times are measured from one to the next. Imports are whole processes that do
nothing else.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from mpbitcoin.ipc._generated.chain.interfaces import Chain

Times = list[float]


def _report(run: Callable[[], Times]) -> None:
    cpu, start = time.process_time(), time.perf_counter()
    times = run()
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "cpu": time.process_time() - cpu, "times": times}))


def _timed(call: Callable[[], Any], count: int) -> Times:
    times = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e6)
    return times


def _sync(path: str, calls: int, flight: int, what: str) -> None:
    from mpbitcoin import ipc

    with ipc.connect(f"unix:{path}") as node:
        if what == "block":
            template = node.mining.create_new_block(cooldown=False)
            assert template is not None
            bytes_there = template.get_block
            _timed(bytes_there, 5)
            _report(lambda: _timed(bytes_there, calls))
            return
        if what == "notified":
            _told(node.chain, calls)
            return
        echo, mining = node.echo, node.mining

        def call() -> None:
            assert echo.echo("hello") == "hello"

        def tip() -> None:
            assert mining.get_tip() is not None

        def threads() -> Times:
            found: list[Times] = [[] for _ in range(flight)]

            def work(number: int) -> None:
                found[number] = _timed(call, calls // flight)

            made = [threading.Thread(target=work, args=(number,)) for number in range(flight)]
            for thread in made:
                thread.start()
            for thread in made:
                thread.join()
            return [each for times in found for each in times]

        alone = tip if what == "tip" else call
        _timed(alone, 20)
        if what == "threads":
            threads()
        _report(threads if what == "threads" else lambda: _timed(alone, calls))


def _gaps(moments: Times) -> Times:
    return [(after - before) * 1e6 for before, after in pairwise(moments)]


def _told(chain: Chain, calls: int) -> None:
    from mpbitcoin.ipc.handlers import ChainNotificationsHandler

    class Listener(ChainNotificationsHandler):
        moments: ClassVar[Times] = []

        def transaction_added_to_mempool(self, tx: bytes) -> None:
            assert len(tx) > 60
            self.moments.append(time.perf_counter())

    def run() -> Times:
        Listener.moments = [time.perf_counter()]
        while len(Listener.moments) <= calls:
            chain.request_mempool_transactions(listener)
        return _gaps(Listener.moments)

    listener = Listener()
    chain.request_mempool_transactions(listener)
    _report(run)


async def _lanes(call: Callable[[int], Awaitable[None]], count: int, flight: int) -> Times:
    times: Times = []

    async def lane(number: int) -> None:
        for _ in range(count // flight):
            start = time.perf_counter()
            await call(number)
            times.append((time.perf_counter() - start) * 1e6)

    await asyncio.gather(*(lane(number) for number in range(flight)))
    return times


async def _report_lanes(call: Callable[[int], Awaitable[None]], calls: int, flight: int) -> None:
    await _lanes(call, 20 * flight, flight)
    cpu, start = time.process_time(), time.perf_counter()
    times = await _lanes(call, calls, flight)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "cpu": time.process_time() - cpu, "times": times}))


async def _asyncio(path: str, calls: int, flight: int) -> None:
    from mpbitcoin import ipc

    async with await ipc.aconnect(f"unix:{path}") as node:
        echo = await node.echo()

        async def call(_: int) -> None:
            assert await echo.echo("hello") == "hello"

        await _report_lanes(call, calls, flight)


async def _pycapnp(path: str, calls: int, flight: int, what: str) -> None:
    import capnp  # type: ignore[import-untyped]

    from mpbitcoin.ipc import native

    folder = native.schema_folder(native.RELEASES[0])
    init = capnp.load(str(folder / "ipc/capnp/init.capnp"), imports=[str(folder)])
    proxy = capnp.load(str(folder / "mp/proxy.capnp"), imports=[str(folder)])

    ours = type("Ours", (proxy.Thread.Server,), {})()
    our_map = type("Map", (proxy.ThreadMap.Server,), {})()
    stream = await capnp.AsyncIoStream.create_unix_connection(path)
    node = capnp.TwoPartyClient(stream).bootstrap().cast_as(init.Init)
    threads = (await node.construct(our_map)).threadMap
    workers = [(await threads.makeThread(str(number))).result for number in range(flight)]

    def context(number: int) -> dict[str, Any]:
        return {"thread": workers[number], "callbackThread": ours}

    if what == "pycapnp-block":
        mining = (await node.makeMining(context(0))).result
        template = (await mining.createNewBlock(context(0), {"useMempool": True}, False)).result

        async def call(number: int) -> None:
            assert len((await template.getBlock(context(number))).result) > 80
    else:
        echo = (await node.makeEcho(context(0))).result

        async def call(number: int) -> None:
            assert (await echo.echo(context(number), "hello")).result == "hello"

    await _report_lanes(call, calls, flight)


async def _pycapnp_told(path: str, calls: int) -> None:
    import capnp

    from mpbitcoin.ipc import native

    folder = native.schema_folder(native.RELEASES[0])
    load = partial(capnp.load, imports=[str(folder)])
    proxy = load(str(folder / "mp/proxy.capnp"))
    processes = load(str(folder / "ipc/interfaces/processes/processes.capnp"))
    chains = load(str(folder / "ipc/interfaces/chain/chain.capnp"))
    moments: Times = []

    class Threads(proxy.ThreadMap.Server):  # type: ignore[misc, name-defined]
        async def makeThread(self, **_: Any) -> Any:  # noqa: N802
            return type("Ours", (proxy.Thread.Server,), {})()

    class Listener(chains.ChainNotifications.Server):  # type: ignore[misc, name-defined]
        async def transactionAddedToMempool(self, tx: bytes, **_: Any) -> None:  # noqa: N802
            assert len(tx) > 60
            moments.append(time.perf_counter())

        async def destroy(self, **_: Any) -> None:
            pass

    stream = await capnp.AsyncIoStream.create_unix_connection(path)
    node = capnp.TwoPartyClient(stream).bootstrap().cast_as(processes.NodeInit)
    threads = (await node.construct(Threads())).threadMap
    context = {
        "thread": (await threads.makeThread("worker")).result,
        "callbackThread": type("Ours", (proxy.Thread.Server,), {})(),
    }
    chain = (await node.makeChain(context)).result
    listener = Listener()
    await chain.requestMempoolTransactions(context, listener)
    cpu, start = time.process_time(), time.perf_counter()
    moments[:] = [start]
    while len(moments) <= calls:
        await chain.requestMempoolTransactions(context, listener)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "times": _gaps(moments)}))


#: The imported module, and the code that makes it ready to connect.
_IMPORTS = {
    "import": "import mpbitcoin.ipc as ipc; ipc.connect; ipc.native.extension()",
    "pycapnp-import": "import capnp; capnp.TwoPartyClient",
    "no-import": "pass",
}


def _import(what: str, calls: int) -> None:
    def once() -> None:
        subprocess.run([sys.executable, "-c", _IMPORTS[what]], check=True)

    _report(lambda: _timed(once, calls))


def main() -> int:
    """Measure the named client."""
    client, path, calls, flight = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if client in _IMPORTS:
        _import(client, calls)
    elif client == "pycapnp-notified":
        import capnp

        asyncio.run(capnp.run(_pycapnp_told(path, calls)))
    elif client.startswith("pycapnp"):
        import capnp

        asyncio.run(capnp.run(_pycapnp(path, calls, flight, client)))
    elif client == "asyncio":
        asyncio.run(_asyncio(path, calls, flight))
    else:
        _sync(path, calls, flight, client)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))
    sys.exit(main())
