"""Where executables are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin.errors import MachineError
from mpbitcoin.node import executables


def test_a_chosen_folder_is_the_only_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPBITCOIN_BIN", str(tmp_path))
    program = tmp_path / "bitcoin-node"
    program.touch(mode=0o755)
    assert executables.find("bitcoin-node") == program
    (tmp_path / "bitcoin-cli").touch(mode=0o644)
    with pytest.raises(MachineError, match=f"no bitcoin-cli in {tmp_path}$"):
        executables.find("bitcoin-cli")


def test_installed_ones_go_before_those_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPBITCOIN_BIN", raising=False)
    folders = executables.folders()
    assert folders[-1].parts[-2:] == ("build", "bin")
    assert folders[0].name == "bin"
    assert len(folders) >= 2
