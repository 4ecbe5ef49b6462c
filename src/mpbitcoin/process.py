"""Runs all other programs, and never changes os.environ."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from typing import IO

from mpbitcoin.errors import MachineError, MpbitcoinError

Arg = str | os.PathLike[str]


class CommandFailed(MpbitcoinError):
    """A command ended with a non-zero status. `output` holds what was captured."""

    exit_code = 5

    def __init__(self, command: Sequence[str], status: int, output: str) -> None:
        tail = "\n".join(output.strip().splitlines()[-20:])
        super().__init__(
            f"command failed with status {status}: {shlex.join(command)}"
            + (f"\n{tail}" if tail else "")
        )
        self.status = status
        self.output = output


def _start_error(command: Sequence[str], error: OSError) -> MachineError:
    if isinstance(error, FileNotFoundError):
        return MachineError(
            f"program not found: {command[0]}", "install it or name another program"
        )
    return MachineError(f"cannot run {command[0]}: {error.strerror or error}")


def capture(command: Sequence[Arg], timeout: float | None = None) -> str:
    """Run `command` and return its standard output as text.

    Raises CommandFailed (with stderr in `output`) when the status is not 0 or
    `timeout` seconds passed, MachineError when the program cannot be started.
    """
    argv = [os.fspath(arg) for arg in command]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(argv, -1, f"no answer within {timeout:g} s") from error
    except OSError as error:
        raise _start_error(argv, error) from error
    if done.returncode != 0:
        raise CommandFailed(argv, done.returncode, done.stderr + done.stdout)
    return done.stdout


def spawn(
    command: Sequence[Arg],
    *,
    input: int | None = None,
    output: int | None = None,
    errors: IO[bytes] | None = None,
    new_session: bool = False,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in the background; the caller owns and ends the process.

    `input` is a descriptor for its standard input (default: empty); `output` and `errors` receive
    its output (default: ours). It inherits the descriptors `pass_fds` under the same numbers.

    Raises MachineError when the program cannot be started.
    """
    argv = [os.fspath(arg) for arg in command]
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if input is None else input,
            stdout=output,
            stderr=errors,
            start_new_session=new_session,
            pass_fds=pass_fds,
        )
    except OSError as error:
        raise _start_error(argv, error) from error
