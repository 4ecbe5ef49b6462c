"""Processes of ours at the other end of a socket pair."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence

from mpbitcoin import process

#: Seconds that a process has to end by itself once its connection is closed.
_PATIENCE = 10.0


def start_process(
    command: Sequence[str | os.PathLike[str]],
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The process and our end of its connection. Raises MachineError."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with theirs:
        try:
            # In a session of its own: Ctrl-C is for the one who waits for an answer, not for it.
            started = process.spawn(
                [*command, "-ipcfd", str(theirs.fileno())],
                new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        except BaseException:
            ours.close()
            raise
    return started, ours


def end_process(started: subprocess.Popen[bytes]) -> None:
    """Wait for its end, which the closed connection brings about; kill it when it stays."""
    try:
        started.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
