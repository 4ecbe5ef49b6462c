"""What interfaces take and give."""

from __future__ import annotations

from mpbitcoin.ipc._generated.types import *  # noqa: F403 - all of them are public
