"""Runs the project's tests in stages, for people and for CI."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mpbitcoin.errors import RunError
from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError, MachineError, UsageError
from mpbitcoin_depends.files import human_time
from mpbitcoin_depends.following import step
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import paths, tools
from mpbitcoin_project.stages import DEFAULT, STAGES

#: Most stages that run at the same time.
MOST_JOBS = sum(stage.together for stage in STAGES.values())
_TICK = 0.1
#: Seconds that an interrupted stage has to end what it started.
_GRACE = 30.0


class _Job:
    """A stage that runs: its commands, one after the other, each in a session of its own."""

    def __init__(self, name: str, build: Path, log: Path | None) -> None:
        """Without a `log`, output goes to our own streams."""
        self.name = name
        self.log = log
        self.failure = ""
        self.seconds = 0.0
        self._started = time.monotonic()
        self._commands = STAGES[name].commands(build)
        self._running: subprocess.Popen[bytes] | None = None
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_bytes(b"")

    def is_over(self) -> bool:
        """Whether a command has failed or all have passed. Starts the next command."""
        status = self._running.poll() if self._running else 0
        if status == 0:
            try:
                over = not self._start_next()
            except DependsError as error:
                over, self.failure = True, error.message
        else:
            over = status is not None
            self.failure = f"status {status}" if over else ""
        self.seconds = time.monotonic() - self._started
        return over

    def _start_next(self) -> bool:
        """Start the next command; False when none is left."""
        command = next(self._commands, None)
        if command is None:
            return False
        with self.log.open("ab") if self.log else contextlib.nullcontext() as output:
            self._running = process.spawn(
                command.words, cwd=paths.PROJECT, env=command.env, output=output, new_session=True
            )
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command and to what it started."""
        if self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)

    def wait(self, seconds: float) -> None:
        """Wait at most so long for the command's end."""
        if self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(seconds)

    def result(self) -> str:
        """How it ended, in how much time."""
        how = f"failed ({self.failure})" if self.failure else "passed"
        return f"{how} in {human_time(self.seconds)}"


def _interrupt(jobs: Sequence[_Job]) -> None:
    """Let the jobs end what they started, and kill what still runs after that."""
    for job in jobs:
        job.signal(signal.SIGINT)
    deadline = time.monotonic() + _GRACE
    try:
        for job in jobs:
            job.wait(max(0.0, deadline - time.monotonic()))
    finally:
        for job in jobs:
            job.signal(signal.SIGKILL)


def _run(names: Sequence[str], build: Path, jobs: int, progress: Progress) -> list[_Job]:
    """Run these stages, `jobs` of them at the same time; all that ended.

    Several stages have logs, which are printed when they fail; a single one prints as it runs.
    """
    waiting, running, ended = list(names), list[_Job](), list[_Job]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                name = waiting.pop(0)
                log = build / "check" / f"{name}.log" if len(names) > 1 else None
                progress.line(f"== {name}{f', log: {log}' if log else ''}")
                running.append(_Job(name, build, log))
            for job in [job for job in running if job.is_over()]:
                running.remove(job)
                ended.append(job)
                if job.failure and job.log:
                    progress.line(job.log.read_text(encoding="utf-8", errors="replace"))
                progress.line(f"== {job.name} {job.result()}")
            if running and len(names) > 1:
                progress.status([f"{job.name} {step(job.log)}" for job in running if job.log])
            time.sleep(_TICK)
    except BaseException:
        _interrupt(running)
        raise
    return ended


def batches(names: Sequence[str], jobs: int) -> list[list[str]]:
    """The stages in their order; those that run at the same time are in one list."""
    found: list[list[str]] = []
    for name in names:
        if found and jobs > 1 and all(STAGES[other].together for other in (name, *found[-1])):
            found[-1].append(name)
        else:
            found.append([name])
    return found


def _require_tools(stages: Sequence[str]) -> None:
    """Raise MachineError when programs that these stages need are missing."""
    absent = tools.missing(tools.for_stages(stages))
    if absent:
        names = ", ".join(tool.name for tool in absent)
        raise MachineError(f"the tests need {names}", tools.install_command(*absent))


def run(names: Sequence[str], build: Path, jobs: int) -> int:
    """Run the named stages, by default those of DEFAULT, up to `jobs` at the same time.

    Stages that run together all end; after a failure no others start. Raises RunError at failures.
    """
    for name in names:
        if name not in STAGES:
            raise UsageError(f"unknown stage {name}", f"choose one of {', '.join(STAGES)}")
    if importlib.util.find_spec("pytest") is None:
        raise UsageError("this environment has no test tools", "run `make check`")
    plan = batches([name for name in STAGES if name in (names or DEFAULT)], jobs)
    chosen = [name for batch in plan for name in batch]
    _require_tools(chosen)
    print("Stages to run (you can interrupt them and run them again):")
    for name in chosen:
        print(f"  {name:<12} about {STAGES[name].takes}")
    for batch in plan:
        if len(batch) > 1:
            print(f"At the same time, at most {jobs}: {', '.join(batch)}")
    started, ended = time.monotonic(), list[_Job]()
    progress = Progress(sys.stdout)
    try:
        for batch in plan:
            ended += _run(batch, build, jobs, progress)
            if any(job.failure for job in ended):
                break
    finally:
        progress.close()
    _summarize(chosen, ended, time.monotonic() - started)
    return 0


def _summarize(chosen: Sequence[str], ended: Sequence[_Job], seconds: float) -> None:
    """Print the stages' results. Raises RunError when some failed."""
    results = {job.name: job for job in ended}
    print(f"Results after {human_time(seconds)}:")
    for name in chosen:
        print(f"  {name:<12} {results[name].result() if name in results else 'did not run'}")
    failed = [name for name in chosen if name in results and results[name].failure]
    if failed:
        hint = f'run again: make check STAGES="{" ".join(failed)}"'
        raise RunError(f"{', '.join(failed)} failed", hint)
    print(f"{len(chosen)} stages passed")
