"""The command line of an installed package."""

from __future__ import annotations

import errno
import os

import pytest

from mpbitcoin.__main__ import main, verbs
from mpbitcoin.cli import completion
from mpbitcoin.errors import MachineError


@pytest.mark.parametrize("verb", [(), *[(name,) for name in verbs()]])
def test_help(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "usage: mpbitcoin" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nod"], "did you mean node?"),
        (["doctor"], "`mpbitcoin --help` lists the verbs; others need a checkout"),
        (["ipc", "trace", "--most=0", "log"], "0: must be a whole number, 1 or more"),
    ],
)
def test_errors_are_one_line_and_a_hint(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert said in shown
    error, hint = shown.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("  hint: ")


def test_errors_of_the_machine_and_bugs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def execute(_: object) -> int:
        raise OSError(number, os.strerror(number), filename)

    monkeypatch.setattr(completion, "execute", execute)
    number, filename = errno.ENOSPC, None
    assert main(["completion", "bash"]) == MachineError.exit_code
    assert capsys.readouterr().err == "error: No space left on device\n"
    number, filename = errno.EACCES, "/root/x"
    assert main(["completion", "bash"]) == MachineError.exit_code
    assert capsys.readouterr().err == "error: /root/x: Permission denied\n"
    number, filename = errno.EBADF, None
    with pytest.raises(OSError, match="Bad file descriptor"):
        main(["completion", "bash"])
