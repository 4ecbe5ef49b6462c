"""Jobs of a parent make: no more compilers than it allows, and no job is lost."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.integration.conftest import Checkout

pytestmark = pytest.mark.integration

COMPILER = """#!/bin/sh
case " $* " in *" -c "*)
  echo + >> '{log}'; sleep 0.2; gcc "$@"; status=$?; echo - >> '{log}'; exit $status;;
esac
exec gcc "$@"
"""
#: Holds all free jobs of the job server that MAKEFLAGS name while its words run: a pipe, or a fifo
#: since make 4.4.
DRAIN = """\
import os, re, subprocess, sys
pattern = r"--jobserver-auth=(?:fifo:(\\S+)|(\\d+),(\\d+))"
fifo, *ends = re.search(pattern, os.environ["MAKEFLAGS"]).groups()
read, write = [os.open(fifo, os.O_RDWR)] * 2 if fifo else map(int, ends)
held = os.read(read, 100)
status = subprocess.run(sys.argv[1:], pass_fds=(read, write)).returncode
os.write(write, held)
sys.exit(status)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the compiler writes down; it is `cc` beside the log."""
    made = tmp_path / "log"
    (tmp_path / "cc").write_text(COMPILER.format(log=made))
    (tmp_path / "cc").chmod(0o755)
    return made


def most_at_once(log: Path) -> int:
    running = most = 0
    for sign in log.read_text().split():
        running += 1 if sign == "+" else -1
        most = max(most, running)
    return most


def words(checkout: Checkout, log: Path, cache: str) -> str:
    return f"'{checkout.root}/mpbitcoin' depends qrencode CC='{log.parent}/cc' '{cache}'"


@pytest.mark.parametrize(("drained", "most"), [(True, [1]), (False, [2, 3])])
def test_a_parent_make(
    checkout: Checkout, log: Path, empty_cache: str, drained: bool, most: list[int]
) -> None:
    drain = checkout.root / "drain.py"
    drain.write_text(DRAIN)
    makefile = checkout.root / "parent.mk"
    before = f"'{sys.executable}' '{drain}' " if drained else ""
    makefile.write_text(f"all:\n\t+{before}{words(checkout, log, empty_cache)}\n")
    done = checkout.run(["make", "-j3", "-f", str(makefile)])
    assert "built qrencode" in done.stderr
    assert most_at_once(log) in most
    assert "INTERNAL" not in done.stderr  # make's message when jobs are lost


def test_a_fifo(checkout: Checkout, log: Path, empty_cache: str) -> None:
    fifo = log.with_name("fifo")
    os.mkfifo(fifo)
    handle = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    os.write(handle, b"xyz")
    flags = {"MAKEFLAGS": f" -j4 --jobserver-auth=fifo:{fifo}"}
    checkout.run(["sh", "-c", words(checkout, log, empty_cache)], env=flags)
    assert 2 <= most_at_once(log) <= 4
    assert sorted(os.read(handle, 100)) == sorted(b"xyz")
    os.close(handle)


def test_our_own_make_hands_its_jobs_on(checkout: Checkout, log: Path, empty_cache: str) -> None:
    done = checkout.make("-j3", "qrencode", f"CC={log.parent}/cc", empty_cache)
    assert 2 <= most_at_once(log) <= 3
    assert "jobserver" not in done.stderr
    assert "INTERNAL" not in done.stderr


def test_a_temporary_folder_with_a_blank(
    checkout: Checkout, log: Path, empty_cache: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    command = f"{words(checkout, log, empty_cache)} systemtap JOBS=2"
    checkout.run(["sh", "-c", command], env={"TMPDIR": str(folder)})
    assert most_at_once(log) == 2
    assert list(folder.iterdir()) == []
