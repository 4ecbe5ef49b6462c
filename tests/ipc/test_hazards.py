"""What a program or a peer may do at a bad moment: change a list, fork, send by the byte, leave."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mpbitcoin import ipc
from tests.ipc.conftest import FakeNode, Python, RealNode
from tests.ipc.peers import byte_by_byte, relay, serving
from tests.ipc.test_schema_files import FILE, HERE, address
from tests.waiting import wait_until

__all__ = ["address"]  # a fixture

#: Begin of a program: a greeter that accepts nested boxes.
GREETER = """\
from mpbitcoin import ipc
session = ipc.connect({address!r})
greeter = session.load({here!r}, {file!r}, "Greeter")
"""


def test_many_threads_that_connect_first(
    fake_node: Callable[..., FakeNode], python: Python
) -> None:
    """The extension is loaded once, also by concurrent threads."""
    done = python(
        "import threading\n"
        "from mpbitcoin import ipc\n"
        "barrier = threading.Barrier(8)\n"
        "heights = []\n"
        "def call():\n"
        "    barrier.wait()\n"
        f"    with ipc.connect({fake_node().address!r}) as node:\n"
        "        heights.append(node.mining.get_tip().height)\n"
        "callers = [threading.Thread(target=call) for _ in range(8)]\n"
        "for caller in callers:\n"
        "    caller.start()\n"
        "for caller in callers:\n"
        "    caller.join()\n"
        "print(heights)\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{[7] * 8}\n", "")


@pytest.mark.parametrize("kind", ["list", "inner list"])
def test_a_list_that_is_cleared_while_it_is_sent(address: str, python: Python, kind: str) -> None:
    items = "items" if kind == "list" else "[{'boxes': items}]"
    done = python(
        GREETER.format(address=address, here=str(HERE), file=FILE) + "class Box:\n"
        "    @property\n"
        "    def boxes(self):\n"
        "        items.clear()\n"
        "        return [{} for _ in range(100)]\n"
        "for count in range(1, 200):\n"
        "    items = [Box() for _ in range(count)]\n"
        f"    greeter.open({{'boxes': {items}}})\n"
        "print(greeter.count())\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "199\n", "")


def test_a_dict_that_is_cleared_while_it_is_sent(address: str, python: Python) -> None:
    done = python(
        GREETER.format(address=address, here=str(HERE), file=FILE) + "class Key(str):\n"
        "    __hash__ = str.__hash__\n"
        "    def __eq__(self, other):\n"
        "        given.clear()\n"
        "        return str.__eq__(self, other)\n"
        "for count in range(200):\n"
        "    given = {}\n"
        "    given[Key('from_')] = 'Oz'\n"
        "    greeter.greet(given)\n"
        "print(greeter.count())\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "200\n", "")


def test_what_is_half_made_is_nobodys(fake_node: Callable[..., FakeNode], python: Python) -> None:
    """Any code may run while an answer's values are created, and inspect all objects."""
    done = python(
        "import gc\n"
        "from mpbitcoin import ipc\n"
        "from mpbitcoin.ipc._generated.core import bindings, types\n"
        "seen = []\n"
        "def look(value):\n"
        "    for each in gc.get_objects():\n"
        "        if type(each) in (tuple, list):\n"
        "            seen.append(len(list(each)))\n"
        "    return value\n"
        "for type_id, (made, load, store) in bindings.STRUCTS.items():\n"
        "    if made is types.BlockRef:\n"
        "        load['hash'] = look\n"
        f"with ipc.connect({fake_node().address!r}) as node:\n"
        "    print(node.mining.get_tip().height, len(seen) > 1000)\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "7 True\n", "")


def test_forks_while_another_thread_calls(node: RealNode, python: Python) -> None:
    """The child notices this, whatever the parent's thread was doing."""
    done = python(
        "import os, signal, sys, threading, warnings\n"
        "from mpbitcoin import ipc\n"
        "warnings.simplefilter('ignore', DeprecationWarning)  # fork() beside threads\n"
        f"node = ipc.connect({node.address!r})\n"
        "echo = node.echo\n"
        "ended = threading.Event()\n"
        "def call():\n"
        "    while not ended.is_set():\n"
        "        echo.echo('x')\n"
        "caller = threading.Thread(target=call)\n"
        "caller.start()\n"
        "for _ in range(400):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        signal.alarm(30)\n"
        "        try:\n"
        "            echo.echo('x')\n"
        "        except ipc.IpcError as error:\n"
        "            os._exit(0 if 'parent process' in error.message else 1)\n"
        "        os._exit(2)\n"
        "    status = os.waitpid(child, 0)[1]\n"
        "    if status:\n"
        "        print('child', status)\n"
        "        break\n"
        "ended.set()\n"
        "caller.join()\n"
        "print('parent', echo.echo('on'))\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "parent on\n", "")


#: Begin of a program whose child uses its parent's connection, and ends like any program.
#: Newer Pythons warn of every fork beside threads.
PARENT = """\
import os, signal, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from mpbitcoin import ipc
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
node = ipc.connect({address!r})
chain, echo, mining = node.chain, node.echo, node.mining
def child(use, *values):
    signal.alarm(60)
    try:
        use(*values)
    except ipc.IpcError as error:
        print(error, flush=True)
"""
EXPORTS = """\
if os.fork() == 0:
    child(chain.handle_notifications, ChainNotificationsHandler())
    sys.exit()
print('parent', os.wait()[1], echo.echo('on'))
"""
#: The fork happens while a Python object is converted to a value.
FORKS_INSIDE = """\
class Options:
    use_mempool, coinbase_output_max_additional_sigops = False, 400
    @property
    def block_reserved_weight(self):
        global pid
        pid = os.fork()
        if pid == 0:
            child(echo.echo, 'x')
        raise KeyError
try:
    mining.create_new_block(Options())
except KeyError:
    if pid:
        print('parent', os.wait()[1], echo.echo('on'))
"""


@pytest.mark.parametrize("program", [EXPORTS, FORKS_INSIDE])
def test_a_child_that_uses_its_parents_connection_ends(
    fake_node: Callable[..., FakeNode], python: Python, program: str
) -> None:
    done = python(PARENT.format(address=fake_node().address) + program)
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout.splitlines()
    assert "parent process" in told[0]
    assert told[1:] == ["parent 0 on"]


def test_a_child_does_not_keep_a_connection_open(
    fake_node: Callable[..., FakeNode], tmp_path: Path, python: Python
) -> None:
    """It has all descriptors of its parent, even those that nobody knows."""
    open_, closed = threading.Event(), threading.Event()
    pass_on = relay(fake_node().address, lambda *ends: byte_by_byte(0, *ends))

    def serve(peer: object) -> None:
        open_.set()
        pass_on(peer)  # type: ignore[arg-type]
        closed.set()

    with serving(tmp_path, serve) as address:
        done = python(
            "import os, signal, time, warnings\n"
            "from mpbitcoin import ipc\n"
            "warnings.simplefilter('ignore', DeprecationWarning)\n"
            f"node = ipc.connect({address!r})\n"
            "copy = os.dup(max(int(each) for each in os.listdir('/proc/self/fd')\n"
            "    if os.path.exists(f'/proc/self/fd/{each}')\n"
            "    and os.readlink(f'/proc/self/fd/{each}').startswith('socket:')))\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    os.close(1)\n"
            "    os.close(2)\n"
            "    signal.pause()\n"
            "node.close()\n"
            "print(child)\n"
        )
        child = int(done.stdout)
        try:
            assert open_.is_set()
            wait_until(closed.is_set)
        finally:
            os.kill(child, 9)


@pytest.mark.parametrize(("limit", "told"), [(2**28, "1048576\n"), (2**12, "over the limit\n")])
def test_an_answer_that_comes_byte_by_byte(
    fake_node: Callable[..., FakeNode], tmp_path: Path, python: Python, limit: int, told: str
) -> None:
    trickle = relay(fake_node().address, partial(byte_by_byte, 60_000))
    with serving(tmp_path, trickle) as address:
        done = python(
            "import threading\n"
            "from mpbitcoin import ipc\n"
            "def call():\n"
            f"    with ipc.connect({address!r}, limits=ipc.Limits(message={limit})) as node:\n"
            "        try:\n"
            "            block = node.mining.create_new_block().get_block()\n"
            "            print(block == bytes(range(256)) * 4096 and len(block))\n"
            "        except ipc.LimitExceeded as error:\n"
            "            print(error.message.partition(':')[0])\n"
            "threading.stack_size(256 * 1024)\n"
            "caller = threading.Thread(target=call)\n"
            "caller.start()\n"
            "caller.join()\n"
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


def test_calls_of_ours_that_nobody_answers_any_more_are_freed(address: str) -> None:
    """They wait behind one that is at work when the connection ends."""

    async def leave() -> None:
        at_work, gate = asyncio.Event(), asyncio.Event()

        class Listener:
            async def meet(self, person: dict[str, str]) -> bool:
                at_work.set()
                await gate.wait()
                return bool(person)

        async with await ipc.aconnect(address) as session:
            greeter = session.load(HERE, FILE, "Greeter")
            crowd = asyncio.create_task(greeter.crowd(Listener(), 30))
            await at_work.wait()
        gate.set()
        with pytest.raises(ipc.Disconnected):
            await crowd

    def pipes() -> int:
        """Descriptors of mailboxes, which are the only ones of ours."""
        gc.collect()
        links = [Path("/proc/self/fd", each) for each in os.listdir("/proc/self/fd")]
        return sum(os.readlink(link).startswith("pipe:") for link in links if link.is_symlink())

    asyncio.run(leave())
    before = pipes()
    for _ in range(20):
        asyncio.run(leave())
    wait_until(lambda: pipes() <= before, "see that nothing is left of 20 connections")
