from __future__ import annotations

import pytest

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc import Limits


def test_no_deeper_than_a_thread_has_stack_for() -> None:
    assert Limits(nesting=256).nesting == 256
    for nesting in (0, 257, 1_000_000):
        with pytest.raises(UsageError, match="must be from 1 to 256"):
            Limits(nesting=nesting)
