"""At the trace level the log shows what calls carry, except for what policies call a secret."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mpbitcoin import ipc
from mpbitcoin.ipc.types import SettingsUpdateCallResult
from mpbitcoin.node.regtest import RegtestNode
from tests.ipc.conftest import newest, rpc

EVERYTHING = {"LogSink.write", "Rpc.executeRpc", "RpcActor.call", "SettingsUpdate.call"}
PARAMETERS = EVERYTHING | {"Chain.overwriteRwSetting"}
RESULTS = EVERYTHING | {"Chain.getSetting", "Chain.getSettingsList", "Chain.getRwSetting"}
#: Not one of them is in the log.
SECRETS = ("battery", "horse", "staple")


def exchange_secrets(node: RegtestNode, session: ipc.Session) -> None:
    """Call each method whose calls carry a secret, and others."""
    node.rpc("createwallet", "w", False, False, "horse")
    node.rpc("walletpassphrase", "horse", 100, wallet="w")
    rpc(session, "validateaddress", "horse staple")
    chain = session.chain
    assert json.loads(chain.get_setting("torpassword")) == "battery"
    assert [json.loads(each) for each in chain.get_settings_list("torpassword")] == ["battery"]
    assert chain.overwrite_rw_setting("one", '"staple"', 0)
    assert json.loads(chain.get_rw_setting("one")) == "staple"
    assert chain.update_rw_setting("one", lambda _: SettingsUpdateCallResult('"horse"', 0))
    assert chain.get_height() == 0


@newest
def test_the_log_shows_all_but_secrets(executable: Path, tmp_path: Path) -> None:
    options = ["-debug=ipc", "-loglevel=ipc:trace", "-torpassword=battery"]
    node = RegtestNode(tmp_path, options, bin=executable.parent)
    with node, ipc.connect(f"unix:{node.socket}") as session:
        exchange_secrets(node, session)
        assert node.stop() == 0
    log = node.log()
    calls = re.findall(r"\} IPC (?:client send|server recv) #\d+ (\w+\.\w+) \d+ bytes$", log, re.M)
    shown = {
        what: set(re.findall(rf"\}} IPC (?:{lines}) #\d+ (\w+\.\w+): ", log))
        for what, lines in (
            ("parameters", "client send request|server recv request"),
            ("results", "client recv response|server send response"),
        )
    }
    called = set(calls) - {"LogSink.write"}
    assert called >= (PARAMETERS | RESULTS) - {"LogSink.write"}
    assert shown["parameters"] == called - PARAMETERS
    assert called - shown["results"] >= RESULTS - {"LogSink.write"}
    assert not shown["results"] & RESULTS
    for secret in SECRETS:
        assert secret not in log
