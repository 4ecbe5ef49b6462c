"""The command line: help for every verb, one line per error."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin import paths
from mpbitcoin.__main__ import main, verbs


@pytest.mark.parametrize("verb", [(), *[(name,) for name in verbs()]])
def test_help(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "usage: mpbitcoin" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "status", "said"), [
    (["dependz"], 2, "did you mean depends?"),
    (["depends", "NO_QTT=1"], 2, "did you mean NO_QT?"),
    (["depends", "NO_QT=1", "libevnt"], 2, "did you mean libevent?"),
    (["depends", "--host=vax-dec-ultrix"], 2, "unknown host platform"),
    (["source", "bitcoin-core", "--tree=1.0"], 2, "no Bitcoin Core 1.0 is pinned"),
    (["cache", "prune"], 2, "by which rule"),
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


def test_without_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "RECIPES", tmp_path / "none")
    assert main(["doctor"]) == 2
    shown = capsys.readouterr().err
    assert "doctor needs a checkout" in shown
    assert "hint: in a checkout: ./mpbitcoin doctor" in shown
    assert main(["completion", "fish"]) == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "mpbitcoin" in capsys.readouterr().out
