"""A lane: the process that builds one package.

Run as `python -m mpbitcoin_depends.lane LOCK COMMAND...` in its own session, with a pipe from the
scheduler as standard input. It holds the recipe's lock while the command runs, so that two runs
never build one recipe in one cache at the same time. It kills the whole session when the scheduler
dies, so that no process remains.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.locks import lock


def _die_with_scheduler() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def main(lock_file: str, command: list[str]) -> int:
    """Build under the lock; the command's exit status."""
    threading.Thread(target=_die_with_scheduler, daemon=True).start()
    with lock(Path(lock_file), waiting=lambda line: print(line, flush=True)):
        return process.run(command, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
