"""The job server: as many tokens as jobs, never more, and those of a parent make."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin_depends import machine
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.jobserver import JobServer, Parent


def test_tokens_are_limited_and_come_back() -> None:
    with JobServer(2) as server:
        assert server.take()
        assert server.take()
        assert not server.take()
        server.give()
        assert server.take()
        assert "-j2" in server.makeflags
        assert f"fifo:{server.fifo}" in server.makeflags
    assert not server.fifo.exists()


def test_a_temporary_folder_with_a_blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with JobServer(2) as server:
        auth = server.makeflags.split()[-1]
        path = auth.removeprefix("--jobserver-auth=fifo:")
        assert stat.S_ISFIFO(os.stat(path).st_mode)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(MachineError, match="the job server cannot use the temporary folder"):
        JobServer(2)


class Make:
    """A parent make: a pipe or a fifo, and its free jobs."""

    def __init__(self, folder: Path, kind: str, jobs: str) -> None:
        self.free = jobs.encode()
        if kind == "fifo":
            path = folder / "make.fifo"
            os.mkfifo(path)
            self.read = self.write = os.open(path, os.O_RDWR)
            place = f"fifo:{path}"
        else:
            self.read, self.write = os.pipe()
            place = f"{self.read},{self.write}"
        os.write(self.write, self.free)
        name = "fds" if kind == "old" else "auth"
        self.flags = f"rR -j7 --jobserver-{name}={place} --no-print-directory -- CC=-j1"

    def left(self) -> bytes:
        """The free jobs."""
        os.set_blocking(self.read, False)
        try:
            return os.read(self.read, 100)
        except BlockingIOError:
            return b""


@pytest.fixture(params=["pipe", "old", "fifo"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Make]]:
    made: list[Make] = []

    def one(jobs: str) -> Make:
        made.append(Make(tmp_path, request.param, jobs))
        return made[-1]

    yield one
    for each in made:
        for descriptor in {each.read, each.write}:
            os.close(descriptor)


def test_jobs_are_those_of_the_make_above(make: Callable[[str], Make]) -> None:
    above = make("ab")
    with JobServer.of(0, {"MAKEFLAGS": above.flags}) as server:
        assert server.is_borrowed
        taken = [server.take() for _ in range(4)]
        assert taken == [True, True, True, False]  # ours, and the two
        server.give()
        assert server.take()
    assert sorted(above.left()) == sorted(b"ab")


def test_one_job_lies_ready_and_is_given_back(make: Callable[[str], Make]) -> None:
    above = make("ab")
    with JobServer.of(0, {"MAKEFLAGS": above.flags}) as server:
        client = os.open(server.fifo, os.O_RDWR | os.O_NONBLOCK)
        assert server.take()
        server.balance(10.0)
        server.balance(10.1)
        assert len(above.left()) == 1  # and one is in our fifo
        server.balance(12.0)
        server.balance(12.1)
        assert len(above.left()) == 1  # no client used it: it is returned for some time
        with pytest.raises(BlockingIOError):
            os.read(client, 1)
        os.close(client)


def test_what_killed_clients_held_is_not_lost(make: Callable[[str], Make]) -> None:
    above = make("abc")
    with JobServer.of(0, {"MAKEFLAGS": above.flags}) as server:
        client = os.open(server.fifo, os.O_RDWR | os.O_NONBLOCK)
        for moment in range(20):
            server.balance(float(moment))
            try:
                os.read(client, 1)  # and never gives it back
            except BlockingIOError:
                break
        os.close(client)
    assert sorted(above.left()) == sorted(b"abc")


def test_a_number_of_ones_own_wins(make: Callable[[str], Make]) -> None:
    with JobServer.of(3, {"MAKEFLAGS": make("a").flags}) as server:
        assert not server.is_borrowed
        assert server.jobs == 3


@pytest.mark.parametrize(
    ("makeflags", "jobs"),
    [
        ("", machine.cores()),
        (" -j", machine.cores()),
        ("n -j5", 5),
        (" -j5 -- JOBS=-j6 X=--jobserver-auth=0,1", 5),
        (" -j²", machine.cores()),
        (" -j0", machine.cores()),
        (" -j4 --jobserver-auth=98,99", 4),
        (" -j4 --jobserver-auth=-2,-2", 4),
        (" -j4 --jobserver-auth=fifo:/nowhere", 4),
        (" -j4 --jobserver-auth=fifo:/etc/hostname", 4),
        (f" -j4 --jobserver-auth={'9' * 30},1", 4),
    ],
)
def test_without_a_usable_one_the_number_counts(makeflags: str, jobs: int) -> None:
    with JobServer.of(0, {"MAKEFLAGS": makeflags}) as server:
        assert not server.is_borrowed
        assert server.jobs == jobs


def test_descriptors_that_are_something_else_are_left_alone(tmp_path: Path) -> None:
    one, other = os.pipe(), os.pipe()
    with (tmp_path / "file").open("w+") as file:
        for read, write in (
            (one[0], other[1]), (one[1], one[0]), (one[0], one[0]), (file.fileno(), file.fileno()),
        ):  # fmt: skip
            assert Parent.of(f" -j2 --jobserver-auth={read},{write}") is None
    for descriptor in (*one, *other):
        os.close(descriptor)


def test_the_makes_own_descriptors_still_wait(tmp_path: Path) -> None:
    above = Make(tmp_path, "pipe", "a")
    found = Parent.of(above.flags)
    assert found is not None
    assert found.borrow()
    assert not found.borrow()
    assert os.get_blocking(above.read)
    assert found.give_back()
    assert not found.give_back()
    found.close()
    assert re.search(rb"a", above.left())
    os.close(above.read)
    os.close(above.write)
