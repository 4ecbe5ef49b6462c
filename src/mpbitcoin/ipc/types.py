"""Parameters and results of interfaces."""

from __future__ import annotations

from mpbitcoin.ipc._generated.chain.types import *  # noqa: F403 - all of them are public
from mpbitcoin.ipc._generated.core.types import *  # noqa: F403
