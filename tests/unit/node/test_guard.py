"""The guard: its command ends with the holder of the pipe, and the guard with its command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from mpbitcoin.node import guard

_WAIT = 20


class Guarded:
    """A shell script under the guard."""

    def __init__(self, script: str, output: Path, shell: str = "/bin/sh") -> None:
        reading, self.tie = os.pipe()
        command = [sys.executable, "-I", "-S", guard.__file__, shell, "-c", script]
        with output.open("wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=reading, stdout=subprocess.PIPE, stderr=errors
            )
        os.close(reading)
        assert self.process.stdout is not None
        self.pid = int(self.process.stdout.readline())

    def release(self) -> None:
        if self.tie >= 0:
            os.close(self.tie)
            self.tie = -1

    def end(self) -> int:
        return self.process.wait(_WAIT)

    def close(self) -> None:
        self.release()
        self.end()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def guarded(output: Path, request: pytest.FixtureRequest) -> Iterator[Guarded]:
    running = Guarded(request.param, output)
    yield running
    running.close()


@pytest.mark.parametrize(("guarded", "status"), [
    ("exit 7", 7),
    ("kill -TERM $$", -signal.SIGTERM),
    ("kill -KILL $$", -signal.SIGKILL),
], indirect=["guarded"])  # fmt: skip
def test_it_ends_as_the_command_does(guarded: Guarded, status: int) -> None:
    assert guarded.end() == status


@pytest.mark.parametrize("guarded", ["echo said; echo more >&2; pwd; cat"], indirect=True)
def test_the_commands_output_is_standard_error(guarded: Guarded, output: Path) -> None:
    assert guarded.end() == 0, "its input is empty"
    assert output.read_text() == f"said\nmore\n{os.getcwd()}\n"


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def gone(pipe: IO[bytes]) -> bool:
    """Whether all writers of a pipe have ended, waiting for it."""
    return pipe.read() == b""


def test_the_command_and_its_children_die_with_the_pipe(output: Path, fifo: Path) -> None:
    running = Guarded(f"exec 9>{fifo}; echo up >&9; sleep 600 & sleep 600", output)
    with fifo.open("rb") as pipe:
        assert pipe.readline() == b"up\n"
        running.release()
        assert gone(pipe)
    assert running.end() == -signal.SIGKILL
    running.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a promise of Linux alone")
def test_the_command_dies_with_the_guard(output: Path, fifo: Path) -> None:
    running = Guarded(f"exec 9>{fifo}; echo up >&9; exec sleep 600", output)
    with fifo.open("rb") as pipe:
        assert pipe.readline() == b"up\n"
        running.process.kill()
        assert gone(pipe)
    running.close()


def test_a_command_that_cannot_run(output: Path) -> None:
    running = Guarded("", output, shell="/no/such/program")
    assert running.end() == 127
    assert output.read_text() == "cannot run /no/such/program: No such file or directory\n"
    running.close()
