"""The command line: help for every verb, one line per error."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin.cli import completion
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.paths import as_called
from mpbitcoin_project import paths
from mpbitcoin_project.__main__ import main, verbs


@pytest.mark.parametrize("verb", [(), *[(name,) for name in verbs()]])
def test_help(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "usage: mpbitcoin" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "status", "said"), [
    (["dependz"], 2, "did you mean depends?"),
    (["xyzzy"], 2, "hint: `mpbitcoin --help` lists the verbs"),
    (["depends", "NO_QTT=1"], 2, "did you mean NO_QT?"),
    (["depends", "XYZZY=1"], 2, "hint: `mpbitcoin depends --help` lists the variables"),
    (["depends", "print-XYZZY"], 2, "hint: `mpbitcoin depends --help` lists the variables"),
    (["depends", "xyzzy"], 2, "hint: choose one of all, install, download,"),
    (["depends", "JOBS=²", "help"], 2, "JOBS=² from the command line: must be a whole number"),
    (["functional", "--no-build", "-j", "0"], 2, "0: must be a whole number, from 1 to 400"),
    (["functional", "--no-build", "--timeout=-1"], 2, "-1: must be a number of minutes"),
    (["build", "-j", "-1"], 2, "JOBS=-1 from the command line: must be a whole number, from 1"),
    (["wheel", "--jobs=0"], 2, "JOBS=0 from the command line: must be a whole number, from 1"),
    (["cache", "prune", "--keep=-1"], 2, "-1: must be a whole number, 0 or more"),
    (["ipc", "trace", "--most=0", "log"], 2, "0: must be a whole number, 1 or more"),
    (["depends", "NO_QT=1", "libevnt"], 2, "did you mean libevent?"),
    (["depends", "--host=vax-dec-ultrix"], 2, "hint: choose one of aarch64-linux-gnu,"),
    (["source", "bitcoin-core", "--bitcoin-version=1.0"], 2, "BITCOIN_VERSION=1.0 from"),
    (["cache", "prune"], 2, "`cache prune` needs a rule"),
    (["ipc"], 2, "mpbitcoin ipc: the following arguments are required: ACTION"),
    (["ipc", "call"], 2, "required: INTERFACE.METHOD"),
    (["ipc", "watch", "--count=-3"], 2, "-3: must be a whole number"),
    (["ipc", "call", "--chain=regtst", "Mining.getTip"], 2, "invalid choice: 'regtst'"),
    (["ipc", "call", "--address=tcp:1", "Mining.getTip"], 2, "tcp:1: not an address"),
    (["ipc", "call", "--timeout=0", "Mining.getTip"], 2, "must be a number of seconds"),
    (["node", "start", "-txindex"], 2, "mpbitcoin node start: unrecognized arguments: -txindex"),
    (["node", "--datadir=/nowhere", "cli", "getblockcount"], 7, "no node is running on regtest"),
])  # fmt: skip
def test_errors_are_one_line_and_a_hint(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == status
    shown = capsys.readouterr().err
    assert said in shown
    lines = shown.strip().splitlines()
    assert lines[0].startswith("error: ")
    assert len(lines) == 2
    assert lines[1].startswith("  hint: ")


def test_hints_of_a_checkout_name_its_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(paths.DEPENDS / "launch.py")])
    monkeypatch.chdir(paths.PROJECT)
    assert main(["xyzzy"]) == 2
    assert "hint: `./mpbitcoin --help` lists the verbs" in capsys.readouterr().err
    folder = tmp_path / "it's here"
    monkeypatch.setattr("mpbitcoin_depends.paths.CHECKOUT", folder)
    for hint in ("mpbitcoin build -B x", "run `mpbitcoin cache prune`, then again"):
        command = as_called(hint).split("`")[len(hint.split("`")) // 2]
        assert shlex.split(command)[0] == str(folder / "mpbitcoin")
    for text in ("./mpbitcoin build", "/opt/mpbitcoin build", "mpbitcoin: none", "an mpbitcoin"):
        assert as_called(text) == text


def fail_with(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    """Let a verb raise it."""

    def execute(_: object) -> int:
        raise error

    monkeypatch.setattr(completion, "execute", execute)


@pytest.mark.parametrize(
    ("number", "filename", "hint"),
    [
        (errno.ENOSPC, None, "free disk space"),
        (errno.EMFILE, None, "ulimit -n"),
        (errno.EACCES, "/root/x", "check the permissions"),
        (errno.EROFS, "/x", "choose a writable folder"),
    ],
)
def test_what_the_machine_lacks_is_an_error_with_a_hint(
    number: int,
    filename: str | None,
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fail_with(monkeypatch, OSError(number, os.strerror(number), filename))
    assert main(["completion", "bash"]) == MachineError.exit_code
    shown = capsys.readouterr().err
    where = f"{filename}: " if filename else ""
    assert shown.startswith(f"error: {where}{os.strerror(number)}\n  hint: ")
    assert hint in shown


@pytest.mark.parametrize(
    "number",
    [errno.EBADF, errno.EINVAL, errno.ENOENT, errno.ECONNREFUSED, errno.EPIPE, errno.EACCES],
)
def test_a_bug_of_ours_shows_where_it_is(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that do not concern disks have no advice about disks."""
    fail_with(monkeypatch, OSError(number, os.strerror(number)))
    with pytest.raises(OSError, match=os.strerror(number)):
        main(["completion", "bash"])


def mpbitcoin(*words: str, stdout: int) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": paths.IMPORTS}
    env.pop("PYTHONUNBUFFERED", None)  # short output is written as Python exits
    command = [sys.executable, "-m", "mpbitcoin_project", *words]
    return subprocess.run(command, env=env, stdout=stdout, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("words", [("completion", "bash"), ("--version",), ("depends", "--help")])
def test_output_that_nobody_reads_and_a_full_disk(words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = mpbitcoin(*words, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
    with open("/dev/full", "wb") as full:
        done = mpbitcoin(*words, stdout=full.fileno())
    assert done.returncode == MachineError.exit_code
    assert done.stderr.splitlines()[0] == b"error: No space left on device"
    assert b"free disk space" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "mpbitcoin" in capsys.readouterr().out


def completions(typed: str, folder: Path) -> list[str]:
    """What a shell offers for the end of a line."""
    answer = folder / "answer"
    env = {
        **os.environ,
        "PYTHONPATH": paths.IMPORTS,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": typed,
        "COMP_POINT": str(len(typed)),
    }
    subprocess.run([sys.executable, "-m", "mpbitcoin_project"], env=env, check=False)
    return sorted(word.strip() for word in answer.read_text().split())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ipc w", ["watch"]),
        ("ipc watch --co", ["--count"]),
        ("ipc call --chain ", ["main", "regtest", "signet", "test", "testnet4"]),
        ("ipc call Min", ["Mining."]),
        ("ipc call Mining.g", ["Mining.getTip"]),
        ("ipc call Mining.d", []),
        ("ipc describe --chain regtest Ec", ["Echo"]),
        ("ipc describe BlockC", ["BlockCheckOptions", "BlockCreateOptions"]),
        ("ipc describe ChainN", ["ChainNotifications"]),
        ("ipc describe --schemas {folder} be", ["below/a.capnp"]),
        ("node --chain reg", ["regtest"]),
        ("node start --da", ["--datadir"]),
        ("node --datadir {folder} cli getb", []),
    ],
)
def test_what_a_shell_completes(line: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.capnp").touch()
    assert completions(f"mpbitcoin {line.format(folder=tmp_path)}", tmp_path) == expected
