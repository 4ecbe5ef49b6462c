"""Interfaces from schema files that are read at run time."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin import ipc
from mpbitcoin.errors import UsageError
from mpbitcoin.ipc import native
from tests.ipc.conftest import RealNode, generate, newest
from tests.waiting import PATIENCE, wait_until

HERE = Path(__file__).parent
FILE = "greeter.capnp"
PROCESSES = "ipc/interfaces/processes/processes.capnp"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a greeter whose schema the client does not know."""
    socket = tmp_path_factory.mktemp("greeter") / "s"
    words = [
        HERE / "fake_greeter.py",
        socket,
        HERE / FILE,
        native.schema_folder(native.RELEASES[0]),
    ]
    command = [sys.executable, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield f"unix:{socket}"
        process.kill()


def test_an_interface_that_we_do_not_know(address: str) -> None:
    with ipc.connect(address) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        person = {"name": "Hal", "from_": "Oz"}
        assert greeter.greet(person) == {"greeting": "hello Hal", "length": 6}
        assert greeter.greet(person=person, times=2)["greeting"] == "hello hello Hal"
        assert greeter.count() == 2, "an inherited method"


def test_objects_travel_both_ways(address: str) -> None:
    class Listener:
        def meet(self, person: dict[str, str]) -> bool:
            return person["name"] == "Hal"

    with ipc.connect(address) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        visit = greeter.introduce({"name": "Hal", "from_": "Oz"}, Listener())
        assert visit.people() == [{"name": "Hal", "from_": "Oz"}]
        visit = greeter.introduce({"name": "Eve"}, to=Listener())
        assert visit.people() == [{"name": "a stranger", "from_": "far"}]


def test_methods_say_what_they_take(address: str) -> None:
    with ipc.connect(address) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        assert str(inspect.signature(greeter.greet)) == "(person, times=None)"
        assert "a number of times" in greeter.greet.__doc__
        with pytest.raises(TypeError, match="missing a required argument: 'person'"):
            greeter.greet()
        with pytest.raises(TypeError, match="unexpected keyword argument 'name'"):
            greeter.greet({}, name="Hal")
        with pytest.raises(ValueError, match="the struct has no from, it has name, from_"):
            greeter.greet({"name": "Hal", "from": "Oz"})


def test_asyncio(address: str) -> None:
    async def run() -> Any:
        async with await ipc.aconnect(address) as session:
            greeter = session.load(HERE, FILE, "Greeter")
            return await asyncio.gather(*(greeter.greet({"name": str(n)}) for n in range(9)))

    assert [each["greeting"] for each in asyncio.run(run())] == [f"hello {n}" for n in range(9)]


def test_a_call_that_is_given_up_is_cancelled_over_there(address: str) -> None:
    """The other process reports it: its method is cancelled, which its schema allows."""

    async def cancel() -> None:
        async with await ipc.aconnect(address) as session:
            greeter = session.load(HERE, FILE, "Greeter")
            staying = asyncio.create_task(greeter.stay())
            done, _ = await asyncio.wait([staying], timeout=0.2)
            assert not done
            staying.cancel()
            while await greeter.count() < 1:
                await asyncio.sleep(0.02)
            with pytest.raises(ipc.CallTimeout):
                await greeter.within(0.1).stay()
            while await greeter.count() < 2:
                await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(cancel(), PATIENCE))
    with ipc.connect(address) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        assert greeter.count() == 0
        with pytest.raises(ipc.CallTimeout):
            greeter.within(0.1).stay()
        wait_until(lambda: bool(greeter.count() == 1))


def test_limits_of_what_we_are_asked_at_once(address: str) -> None:
    """Unanswered calls of our objects: further ones are refused."""
    gate = threading.Event()
    known: list[str] = []
    refused: list[int] = []

    class Listener:
        def meet(self, person: dict[str, str]) -> bool:
            known.append(person["name"])
            return gate.wait(PATIENCE)

    with ipc.connect(address, limits=ipc.Limits(calls=10)) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        crowd = threading.Thread(target=lambda: refused.append(greeter.crowd(Listener(), 30)))
        crowd.start()
        wait_until(lambda: bool(greeter.count() == 20))
        gate.set()
        crowd.join(PATIENCE)
        assert refused == [20]
        assert known == [str(number) for number in range(10)]
        assert greeter.crowd(Listener(), 10) == 0, "what was answered counts no more"


@pytest.mark.parametrize("limit", [6, 41])
def test_limits_of_what_we_send(address: str, limit: int) -> None:
    """A box with a list of boxes, and so on: each is a struct and a list."""

    def box(deep: int) -> dict[str, Any]:
        return {"boxes": [box(deep - 1)]} if deep else {}

    with ipc.connect(address, limits=ipc.Limits(nesting=limit)) as session:
        greeter = session.load(HERE, FILE, "Greeter")
        deepest = (limit - 1) // 2
        greeter.open(box(deepest))
        with pytest.raises(ipc.LimitExceeded, match=f"deeper than {limit}"):
            greeter.open(box(deepest + 1))
        endless: dict[str, Any] = {}
        endless["boxes"] = [endless]
        with pytest.raises(ipc.LimitExceeded):
            greeter.open(endless)
        assert greeter.count() == 1, "what is too deep is not sent"


@newest
def test_a_real_node_by_its_files(node: RealNode) -> None:
    with node.connect() as typed, node.connect() as session:
        init = session.load(native.schema_folder(native.RELEASES[0]), PROCESSES, "NodeInit")
        assert init.make_echo().echo("files") == "files"
        tip = typed.mining.get_tip()
        assert tip is not None
        assert init.make_mining().get_tip() == {"hash": tip.hash, "height": tip.height}
        heights: list[int] = []
        done = threading.Event()

        class Blocks:
            def block_connected(self, role: dict[str, Any], block: dict[str, Any]) -> None:
                assert role["validated"]
                heights.append(block["height"])
                done.set()

        handler = init.make_chain().handle_notifications(Blocks())
        generate(typed, 1)
        assert done.wait(PATIENCE)
        assert heights == [tip.height + 1]
        handler.disconnect()
        # Others are as they were.
        assert typed.chain.get_height() == tip.height + 1


def test_files_that_are_wrong(address: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.capnp").write_text("@0xd7c41b3f20d6a916; interface {")
    with ipc.connect(address) as session:
        with pytest.raises(UsageError, match=r"greeter.capnp: no interface Nobody") as caught:
            session.load(HERE, FILE, "Nobody")
        assert "Counter, Greeter, Listener, Visit" in caught.value.hint
        with pytest.raises(UsageError, match=r"missing.capnp"):
            session.load(HERE, "missing.capnp", "Greeter")
        with pytest.raises(UsageError, match=r"wrong.capnp"):
            session.load(tmp_path, "wrong.capnp", "Greeter")
        with pytest.raises(UsageError, match="no such folder"):
            session.load(tmp_path / "none", FILE, "Greeter")
        with pytest.raises(ipc.MethodUnimplemented, match=r"no such method: Visit\.people$"):
            session.load(HERE, FILE, "Visit").people()
