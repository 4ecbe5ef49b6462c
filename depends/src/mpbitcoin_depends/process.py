"""Runs all other programs: logs each command, and never changes os.environ."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from mpbitcoin_depends.errors import DependsError, MachineError, redact


def _log(text: str) -> None:
    if VERBOSE:
        print(redact(text), file=sys.stderr, flush=True)


#: Whether each command is shown before it runs (V=1).
VERBOSE = False

#: Both change where Python finds modules; our Python must find the modules beside its scripts.
_FOR_OTHER_PYTHONS = ("PYTHONHOME", "PYTHONSAFEPATH")

Arg = str | os.PathLike[str]


class CommandFailed(DependsError):
    """A command ended with a non-zero status. `output` holds what was captured."""

    exit_code = 5

    def __init__(self, command: Sequence[str], status: int, output: str = "") -> None:
        tail = "\n".join(output.strip().splitlines()[-20:])
        super().__init__(
            f"command failed with status {status}: {shlex.join(command)}"
            + (f"\n{tail}" if tail else "")
        )
        self.command = list(command)
        self.status = status
        self.output = output


def program(name: str) -> str:
    """Path of a tool in our own environment, else on the PATH.

    Raises MachineError when neither has it.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise MachineError(f"{name} not found", f"pip install {name}")
    return found


def environment(extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """A copy of the environment with the changes of `extra`; None removes a variable."""
    env = dict(os.environ)
    for name, value in (extra or {}).items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def _environment_of(argv: Sequence[str], extra: Mapping[str, str | None] | None) -> dict[str, str]:
    """The environment of a command, without variables meant for the user's own Python."""
    env = environment(extra)
    if argv[0] == sys.executable:
        for name in _FOR_OTHER_PYTHONS:
            env.pop(name, None)
    return env


def _start_error(command: Sequence[str], error: OSError) -> MachineError:
    if isinstance(error, FileNotFoundError) and error.filename not in (None, command[0]):
        return MachineError(f"cannot run {command[0]}: no such folder: {error.filename}")
    if isinstance(error, FileNotFoundError):
        return MachineError(
            f"program not found: {command[0]}", "install it or name another program"
        )
    return MachineError(f"cannot run {command[0]}: {error.strerror or error}")


def run(
    command: Sequence[Arg],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    output: IO[bytes] | None = None,
    check: bool = True,
) -> int:
    """Run `command`, wait for it and return its exit status.

    Output goes to `output` (stdout and stderr together), or to our own streams.
    Raises CommandFailed when `check` and the status is not 0, MachineError when
    the program cannot be started.
    """
    argv = [os.fspath(arg) for arg in command]
    _log(f"run {shlex.join(argv)}")
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            env=_environment_of(argv, env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            check=False,
        )
    except OSError as error:
        raise _start_error(argv, error) from error
    if check and done.returncode != 0:
        raise CommandFailed(argv, done.returncode)
    return done.returncode


def capture(
    command: Sequence[Arg],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    input: str | None = None,
    timeout: float | None = None,
) -> str:
    """Run `command` and return its standard output as text.

    Raises CommandFailed (with stderr in `output`) when the status is not 0 or
    `timeout` seconds passed, MachineError when the program cannot be started.
    """
    argv = [os.fspath(arg) for arg in command]
    _log(f"run {shlex.join(argv)}")
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            env=_environment_of(argv, env),
            input=input,
            stdin=None if input is not None else subprocess.DEVNULL,
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
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    output: IO[bytes] | int | None = None,
    errors: IO[bytes] | None = None,
    input: int | None = None,
    new_session: bool = False,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in the background; the caller owns and ends the process.

    `errors` receives its standard error (default: like `output`). `input` is a descriptor for its
    standard input (default: empty). It inherits the descriptors `pass_fds` under the same numbers.

    Raises MachineError when the program cannot be started.
    """
    argv = [os.fspath(arg) for arg in command]
    _log(f"spawn {shlex.join(argv)}")
    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=_environment_of(argv, env),
            stdin=subprocess.DEVNULL if input is None else input,
            stdout=output,
            stderr=errors or (subprocess.STDOUT if output is not None else None),
            start_new_session=new_session,
            pass_fds=pass_fds,
        )
    except OSError as error:
        raise _start_error(argv, error) from error
