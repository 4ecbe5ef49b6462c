"""Classes to derive from, for objects that the other process calls."""

from __future__ import annotations

from mpbitcoin.ipc._generated.chain.handlers import *  # noqa: F403 - all of them are public
