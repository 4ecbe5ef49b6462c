"""Bitcoin Core's data directory: its default place and the folders of its chains."""

from __future__ import annotations

import sys
from pathlib import Path

#: Chain -> its folder in the data directory.
CHAINS = {
    "main": "",
    "test": "testnet3",
    "testnet4": "testnet4",
    "signet": "signet",
    "regtest": "regtest",
}
#: Further names of chains.
_ALIASES = {"mainnet": "main", "testnet": "test", "testnet3": "test"}
#: The socket that `-ipcbind=unix` makes in the chain's folder.
SOCKET = "node.sock"


def default() -> Path:
    """Bitcoin Core's own default, below the home folder `~`."""
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/Bitcoin")
    return Path("~/.bitcoin")


def chain_name(text: str) -> str:
    """The chain's name in `CHAINS`; unknown names are returned unchanged."""
    return _ALIASES.get(text, text)
