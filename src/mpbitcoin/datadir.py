"""Bitcoin Core's data directory: where it is, and what of it belongs to which chain."""

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
    """The chain's name in `CHAINS`; what is no chain comes back as it is."""
    return _ALIASES.get(text, text)
