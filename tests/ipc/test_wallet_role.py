"""A compromised wallet process: what the node lets it see and change."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpbitcoin import ipc
from mpbitcoin.ipc import native
from mpbitcoin.node.regtest import RegtestNode
from tests.ipc.conftest import newest

PROCESSES = "ipc/interfaces/processes/processes.capnp"


class Curious:
    """A wallet process that requests more than wallets need, and then fails."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def start(self, log: Any, categories: int, threads: bool) -> None:
        pass

    def set_log_categories(self, categories: int) -> None:
        pass

    def make_wallet_loader(self, chain: Any, bulk: Any) -> Any:
        attempts: dict[str, Callable[[], Any]] = {
            "read": lambda: chain.get_setting("rpcauth"),
            "read with a hyphen": lambda: chain.get_setting("-rpcauth"),
            "list": lambda: chain.get_settings_list("torpassword"),
            "read from the file": lambda: chain.get_rw_setting("proxy"),
            "write": lambda: chain.overwrite_rw_setting("signer", json.dumps("evil"), 0),
            "remove": lambda: chain.delete_rw_settings("proxy", 0),
            "its own": lambda: chain.get_settings_list("wallet"),
        }
        for name, attempt in attempts.items():
            try:
                self.answers[name] = attempt()
            except ipc.IpcError as error:
                self.answers[name] = str(error)
        raise RuntimeError("enough")


@newest
def test_it_sees_no_secrets_and_changes_no_settings(tmp_path: Path, executable: Path) -> None:
    options = [
        "-walletprocess=attach",
        "-rpcauth=user:0123$battery",
        "-torpassword=battery",
        "-wallet=w",
    ]
    process = Curious()
    with (
        RegtestNode(tmp_path / "node", options, bin=executable.parent) as node,
        ipc.connect(f"unix:{node.socket}") as session,
    ):
        folder = native.schema_folder(native.RELEASES[0])
        init = session.load(folder, PROCESSES, "NodeInit")
        settings = init.wallet_configuration()
        with contextlib.suppress(ipc.IpcError):
            init.attach_wallet(process)
        written = (node.datadir / "regtest" / "settings.json").read_text()
    assert b'"wallet"' in settings
    assert b"battery" not in settings
    assert process.answers.pop("its own") == ['"w"']
    assert len(process.answers) == 6
    for attempt, answer in process.answers.items():
        assert "wallets may not" in str(answer), attempt
    assert "evil" not in written
