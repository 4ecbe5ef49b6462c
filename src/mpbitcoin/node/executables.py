"""Finds bitcoin-node, bitcoin-cli and the others: chosen, installed with us, or built here."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from mpbitcoin import paths
from mpbitcoin.errors import MachineError


def folders() -> tuple[Path, ...]:
    """The folders to search, in order.

    Only $MPBITCOIN_BIN when it is set; else the environment's folder of programs, where a wheel
    installs them, then the checkout's `build/bin`.
    """
    if chosen := os.environ.get("MPBITCOIN_BIN"):
        return (paths.expanded(chosen).absolute(),)
    scripts = dict.fromkeys(
        Path(sysconfig.get_path("scripts", scheme))
        for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    )
    return (*scripts, paths.PROJECT / "build" / "bin")


def find(name: str) -> Path:
    """The executable of that name. Raises MachineError when there is none."""
    for folder in folders():
        if os.access(folder / name, os.X_OK):
            return folder / name
    looked = ", ".join(str(folder) for folder in folders())
    raise MachineError(
        f"no {name} in {looked}",
        "build it with `mpbitcoin build`, install the wheel, or set MPBITCOIN_BIN=<folder>",
    )
