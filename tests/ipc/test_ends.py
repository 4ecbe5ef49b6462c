"""The end of a peer, of the interpreter, of the process that forks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin import ipc
from tests.ipc.conftest import WAITING, FakeNode, Python, RealNode, newest


def test_pending_calls_end_at_once_when_the_node_is_killed(own_node: RealNode) -> None:
    with own_node.connect() as session:
        tip = session.mining.get_tip()
        assert tip is not None
        errors: list[ipc.IpcError] = []

        def wait() -> None:
            try:
                session.mining.wait_tip_changed(tip.hash)
            except ipc.IpcError as error:
                errors.append(error)

        threads = [threading.Thread(target=wait) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        own_node.kill()
        killed = time.monotonic()
        for thread in threads:
            thread.join(60)
        assert time.monotonic() - killed < 10
        assert [type(error) for error in errors] == [ipc.Disconnected] * 8
        assert session.closed
        with pytest.raises(ipc.Disconnected):
            session.mining.get_tip()


def test_awaited_calls_end_at_once_when_the_node_is_killed(own_node: RealNode) -> None:
    async def run() -> list[type[BaseException]]:
        session = await own_node.aconnect()
        async with session:
            mining = await session.mining()
            tip = await mining.get_tip()
            assert tip is not None
            waiting = [asyncio.create_task(mining.wait_tip_changed(tip.hash)) for _ in range(8)]
            await asyncio.sleep(0.3)
            own_node.kill()
            done = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
            return [type(error) for error in done if isinstance(error, BaseException)]

    assert asyncio.run(run()) == [ipc.Disconnected] * 8


@newest
def test_the_interpreter_ends_with_open_connections(node: RealNode, python: Python) -> None:
    done = python(
        WAITING.format(address=node.address) + "for _ in range(8):\n"
        "    threading.Thread(target=wait, daemon=True).start()\n"
        "time.sleep(0.2)\n"
        "print(node.echo.echo('bye'))\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")


def test_the_interpreter_ends_in_the_midst_of_notifications(
    fake_node: Callable[..., FakeNode], python: Python
) -> None:
    program = (
        "import sys, time\n"
        "from mpbitcoin import ipc\n"
        "sys.setswitchinterval(1e-6)  # threads take turns wherever they are\n"
        f"node = ipc.connect({fake_node().address!r})\n"
        "heights = []\n"
        "class Heights:\n"
        "    def block_connected(self, role, block):\n"
        "        heights.append(block.height)\n"
        "kept = [node.chain.handle_notifications(Heights()) for _ in range(4)]\n"
        "while len(heights) < {wanted}:\n"
        "    time.sleep(0.001)\n"
        "print('bye')\n"
    )
    for turn in range(10):
        done = python(program.replace("{wanted}", f"{3 + 5 * turn}"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")


@newest
def test_the_interpreter_ends_while_threads_call(node: RealNode, python: Python) -> None:
    program = (
        "import sys, threading, time\n"
        "from mpbitcoin import ipc\n"
        "sys.setswitchinterval(1e-6)  # threads take turns wherever they are\n"
        f"sessions = [ipc.connect({node.address!r}) for _ in range(2)]\n"
        "def call(number):\n"
        "    try:\n"
        "        echo = sessions[number % 2].echo\n"
        "        while True:\n"
        "            echo.echo('x' * 10 ** (number % 5))\n"
        "    except ipc.Disconnected:\n"
        "        pass\n"
        "for number in range(8):\n"
        "    threading.Thread(target=call, args=(number,), daemon=True).start()\n"
        "time.sleep({seconds})\n"
    )
    for turn in range(10):
        done = python(program.replace("{seconds}", f"{turn / 100}"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_ctrl_c_ends_a_wait(node: RealNode, python: Python) -> None:
    done = python(
        "import os, signal, threading\n"
        "from mpbitcoin import ipc\n"
        f"node = ipc.connect({node.address!r})\n"
        "mining = node.mining\n"
        "tip = mining.get_tip()\n"
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n"
        "    mining.wait_tip_changed(tip.hash)\n"
        "except KeyboardInterrupt:\n"
        "    print(node.echo.echo('interrupted'))\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


def test_ctrl_c_is_not_for_what_was_spawned(executable: Path, python: Python) -> None:
    done = python(
        "import os, signal, time\n"
        "from mpbitcoin import ipc\n"
        "os.setpgrp()\n"
        f"with ipc.spawn([{str(executable)!r}]) as node:\n"
        "    try:\n"
        "        os.killpg(0, signal.SIGINT)\n"
        "        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        time.sleep(0.5)\n"
        "        print(node.echo.echo('on'))\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")


def test_a_fork_is_noticed_and_may_connect_anew(node: RealNode, python: Python) -> None:
    done = python(
        "import os\n"
        "from mpbitcoin import ipc\n"
        f"where = {node.address!r}\n"
        "node = ipc.connect(where)\n"
        "echo = node.echo\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try:\n"
        "        echo.echo('x')\n"
        "    except ipc.IpcError as error:\n"
        "        print(error, flush=True)\n"
        "    with ipc.connect(where) as own:\n"
        "        print(own.echo.echo('child'), flush=True)\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(echo.echo('parent'))\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["child", "parent"]
    assert "parent process" in done.stdout


def test_a_collected_session_closes_its_connection(node: RealNode) -> None:
    session = node.connect()
    capability = session.capability
    assert session.echo.echo("x") == "x"
    del session
    deadline = time.monotonic() + 10
    while not capability.closed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert capability.closed


def test_a_server_of_another_make_ends_in_the_middle(
    fake_node: Callable[..., FakeNode],
) -> None:
    fake = fake_node()
    with ipc.connect(fake.address) as session:
        echo = session.echo
        threading.Timer(0.3, fake.process.kill).start()
        with pytest.raises(ipc.Disconnected):
            echo.echo("never")


def test_large_bytes_stay_when_all_else_has_ended(
    fake_node: Callable[..., FakeNode], python: Python
) -> None:
    fake = fake_node()
    done = python(
        "import os, threading, warnings\n"
        "from mpbitcoin import ipc\n"
        "warnings.simplefilter('ignore', DeprecationWarning)  # fork() beside threads\n"
        "def whole():\n"
        "    return sum(block == bytes(range(256)) * 4096 for block in blocks)\n"
        f"with ipc.connect({fake.address!r}) as node:\n"
        "    template = node.mining.create_new_block()\n"
        "    blocks = [template.get_block() for _ in range(5)]\n"
        "    dropper = threading.Thread(target=blocks.pop)\n"
        "    dropper.start()\n"
        "    dropper.join()\n"
        "    print(node.echo.echo('on'), whole())\n"
        f"os.kill({fake.process.pid}, 9)\n"
        "del node, template, blocks[0]\n"
        "print(whole(), flush=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    del blocks[0]\n"
        "    print(whole(), flush=True)\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(whole())\n"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["on 4", "3", "2", "3"]
