"""Runs tests in parallel, each as the suite's own runner does, and stores each result."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from mpbitcoin.errors import RunError
from mpbitcoin_depends import process
from mpbitcoin_depends.files import human_time, remove_tree, write_text
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project.functional.suite import (
    FAILED,
    MOST_JOBS,
    PASSED,
    SKIPPED,
    Result,
    Suite,
    Variant,
    slug,
)

_EXIT_SKIPPED = 77
#: Seconds that a test's processes may outlive it.
_GRACE = 10.0
_LOOK_AGAIN = 0.5
_TICK = 0.05
_SHOWN_LINES = 20
_NONE: Mapping[str, str] = {}
#: As in the suite's own runner: paths with non-ASCII letters must work.
_DATA = "₿_🏃"
_ERROR = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception|Expired|Interrupt)\b.*$", re.MULTILINE)


def living(folder: Path, group: int | None = None) -> list[psutil.Process]:
    """The running processes of `group`, or with an argument `=<folder>/…`."""
    found = []
    for running in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            ours = os.getpgid(running.pid) == group or any(
                f"={folder}/" in argument for argument in running.cmdline()
            )
            if ours and running.status() != psutil.STATUS_ZOMBIE:
                found.append(running)
    return found


def _kill(processes: Sequence[psutil.Process]) -> None:
    for running in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            running.kill()


def _name(running: psutil.Process) -> str:
    """The name of a process, even if it has just ended."""
    try:
        return running.name()
    except psutil.Error:
        return f"process {running.pid}"


@dataclass
class _Job:
    """A test that runs, or whose processes still run after its end."""

    test: str
    folder: Path
    key: str
    limit: float
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    timed_out: bool = False
    next_look: float = 0.0
    #: Names of the processes that still ran when last looked for.
    left: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")

    def is_over(self) -> bool:
        """Whether the test has ended, and its processes have ended or used up their time."""
        now = time.monotonic()
        if not self.ended:
            if self.process.poll() is None:
                if now - self.started < self.limit:
                    return False
                self.timed_out = True
            self.ended = now
        if now < self.next_look:
            return False
        # Once killed they have no names.
        self.left = set(map(_name, living(self.folder, self.process.pid)))
        self.next_look = now + _LOOK_AGAIN
        return not self.left or self.process.returncode != 0 or now - self.ended >= _GRACE

    def end(self) -> None:
        """Kill all processes of the test."""
        _kill(living(self.folder, self.process.pid))
        self.process.wait()

    def verdict(self) -> tuple[str, str]:
        """Status and reason, by the rules of the suite's runner: stderr must be empty."""
        status = self.process.returncode
        out, err = self.text("stdout"), self.text("stderr")
        if self.timed_out:
            return FAILED, f"still running after {human_time(self.limit)}"
        if status == _EXIT_SKIPPED:
            reason = re.search(r"Test Skipped: (.*)", out)
            return SKIPPED, reason.group(1).strip() if reason else "no reason given"
        if status == 0 and self.left:
            names = ", ".join(sorted(self.left))
            return FAILED, f"processes still run {_GRACE:g} s after its end: {names}"
        if status == 0 and not err:
            return PASSED, ""
        errors = _ERROR.findall(out) or _ERROR.findall(err) or (err or out).strip().splitlines()
        return FAILED, errors[-1] if errors else f"status {status}, no output"


class Runner:
    """Runs tests of a suite, `jobs` in parallel, each for up to `timeout` seconds.

    With `retry`, a failed test runs once more, alone; its reason still reports the first failure.
    """

    def __init__(
        self, suite: Suite, jobs: int, timeout: float, progress: Progress, retry: bool = False
    ) -> None:
        self._suite = suite
        self._jobs = jobs
        self._timeout = timeout
        self._progress = progress
        self._retry = retry
        self._seed = 0

    def run(self, variant: Variant, tests: Sequence[str]) -> None:
        """Run the tests and store each result at once.

        Raises RunError when the tests' common chain cannot be made or the executables change
        during the run.
        """
        if not tests:
            return
        work = self._suite.place(variant, "work")
        _kill(living(work))  # left by a killed run
        self._make_cache(variant)
        failed = self._run_all(variant, tests, self._jobs)
        if self._retry:
            self._run_all(variant, list(failed), 1, failed)

    def _run_all(
        self, variant: Variant, tests: Sequence[str], jobs: int, before: Mapping[str, str] = _NONE
    ) -> dict[str, str]:
        """Run the tests; returns the reason of each failure. `before`: the first run's reasons."""
        failed = {}
        waiting = list(tests)
        running: list[_Job] = []
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    test = waiting.pop(0)
                    running.append(self._start(variant, test, self._suite.key(variant, test)))
                for job in [job for job in running if job.is_over()]:
                    job.end()
                    running.remove(job)
                    done = len(tests) - len(waiting) - len(running)
                    result = self._finish(variant, job, f"[{done}/{len(tests)}]", before)
                    if result.status == FAILED:
                        failed[result.test] = result.reason
                names = [job.test for job in running]
                self._progress.status([f"{variant.name}: {len(waiting)} waiting", *names])
                time.sleep(_TICK)
        finally:
            for job in running:
                job.end()
                remove_tree(job.folder)
        return failed

    def _command(self, variant: Variant, test: str, data: Path) -> list[str]:
        script, *words = test.split()
        self._seed = (self._seed + 1) % MOST_JOBS
        return [
            sys.executable,
            str(self._suite.scripts / script),
            *words,
            f"--cachedir={self._suite.place(variant, 'cache')}",
            f"--configfile={self._suite.config}",
            f"--portseed={self._seed}",
            f"--tmpdir={data}",
        ]

    def _start(self, variant: Variant, test: str, key: str) -> _Job:
        folder = self._suite.place(variant, "work", slug(test))
        remove_tree(folder)
        folder.mkdir(parents=True)
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            started = process.spawn(
                self._command(variant, test, folder / _DATA),
                cwd=self._suite.build,
                env=self._suite.environment(variant),
                output=out,
                errors=err,
                new_session=True,
            )
        return _Job(test, folder, key, self._timeout, started)

    def _make_cache(self, variant: Variant) -> None:
        """Make the chain that most tests start from, once per set of executables."""
        key = self._suite.key(variant)
        stamp = self._suite.place(variant, "cache.key")
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
            return
        self._progress.line(f"{variant.name}: creating the chain with which the tests start")
        stamp.unlink(missing_ok=True)
        remove_tree(self._suite.place(variant, "cache"))
        job = self._start(variant, "create_cache.py", key)
        try:
            while not job.is_over():
                time.sleep(_TICK)
        finally:
            job.end()
        status, reason = job.verdict()
        if status != PASSED:
            raise RunError(
                f"{variant.node}: cannot create the tests' common chain: {reason}",
                f"see its output in {job.folder}",
            )
        remove_tree(job.folder)
        write_text(stamp, key)

    def _finish(self, variant: Variant, job: _Job, count: str, before: Mapping[str, str]) -> Result:
        if self._suite.key(variant, job.test) != job.key:
            remove_tree(job.folder)
            raise RunError(
                "the executables changed during the run", "run again when the build has finished"
            )
        status, reason = job.verdict()
        seconds = round(job.ended - job.started, 1)
        reason = reason.replace(str(self._suite.build), "<build>")
        if job.test in before and status != FAILED:
            reason = f"failed at first, then passed alone: {before[job.test]}"
        kept = str(job.folder) if status == FAILED else ""
        result = Result(job.test, variant.name, status, seconds, reason, job.key, kept)
        self._suite.save(variant, result)
        remark = f"  ({reason})" if reason else ""
        title = f"{count:>9} {variant.name:<8} {status:<7} {job.test}"
        self._progress.line(f"{title}  {human_time(seconds)}{remark}")
        if status == FAILED:
            lines = (job.text("stdout") + job.text("stderr")).splitlines()[-_SHOWN_LINES:]
            for line in [*lines, f"kept: {job.folder}"]:
                self._progress.line(f"          {line}")
        else:
            remove_tree(job.folder)
        return result
