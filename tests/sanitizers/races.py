"""Runs the test of disconnects among many threads with ThreadSanitizer: see README.md.

PYTHONPATH=src:depends/src:. python -m tests.sanitizers.races
"""

from __future__ import annotations

import sys

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from tests.sanitizers.sanitized import build

if __name__ == "__main__":
    try:
        test = build("thread", "chain_disconnect_test")
        process.run([test], env={"TSAN_OPTIONS": "halt_on_error=1 second_deadlock_stack=1"})
    except DependsError as error:
        sys.exit(f"error: {error.message}\n  hint: {error.hint}")
