"""Starts processes at the other end of a socket pair."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Sequence

from mpbitcoin import process

#: Seconds that a process may take to end after its connection is closed.
_PATIENCE = 10.0


def start_process(
    command: Sequence[str | os.PathLike[str]],
    message: bytes = b"",
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a process and send it a message; returns it and our end of its connection.

    Raises MachineError.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with theirs:
        try:
            # In its own session: Ctrl-C must reach only the caller that waits for an answer.
            started = process.spawn(
                [*command, "-ipcfd", str(theirs.fileno())],
                new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        except BaseException:
            ours.close()
            raise
    with contextlib.suppress(ConnectionError):  # it has ended, as the first call will find out
        ours.sendall(message)
    return started, ours


def end_process(started: subprocess.Popen[bytes]) -> None:
    """Wait until the process ends after its connection closed; kill it after a timeout."""
    try:
        started.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
