"""Waits for events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

#: Seconds: long enough for a loaded machine; nothing is measured by it.
PATIENCE = 120.0


def wait_until(
    condition: Callable[[], Any], what: str = "see the condition", seconds: float = PATIENCE
) -> Any:
    """The condition's first true value. Fails the test when it stays false."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")
