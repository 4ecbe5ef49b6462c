"""Code that the benchmarks share: measuring a command, medians, tables, the JSON file.

Wall time is the clock's. CPU time and the peak memory of the largest single process are
the kernel's own figures for the command and all its descendants (wait4). The peak memory
of all processes together is sampled a few times a second (Linux only).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "depends" / "src")]

from mpbitcoin.errors import MpbitcoinError  # noqa: E402 - path above
from mpbitcoin_depends.commandline import guarded  # noqa: E402
from mpbitcoin_depends.errors import BuildError, MachineError  # noqa: E402
from mpbitcoin_depends.files import human_size  # noqa: E402
from mpbitcoin_depends.process import capture, spawn  # noqa: E402

# Left out of every measured environment: a make that runs us must not lend its jobs.
CLEAN: dict[str, str | None] = dict.fromkeys(("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"))


@dataclass(frozen=True)
class Cost:
    """The cost of a command: seconds of wall and CPU time, and peaks of memory in bytes."""

    wall: float
    cpu: float
    largest: int = 0
    together: int = 0


@dataclass(frozen=True)
class Row:
    """One line of the result. A side's cost is None when it was not run.

    `goal` is the largest allowed ratio ours/peer. Rows about rebuilds have counts instead: the
    numbers of packages that the sides built, of which ours may be at most `most`.
    """

    name: str
    peer: Cost | None
    ours: Cost | None
    goal: float | None = None
    peer_built: int | None = None
    ours_built: int | None = None
    most: int | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Wall time of ours over the peer's; None unless both were measured."""
        if self.peer is None or self.ours is None:
            return None
        return self.ours.wall / self.peer.wall

    @property
    def passed(self) -> bool | None:
        """Whether all goals are reached; None when none could be checked."""
        verdicts = []
        if self.goal is not None and self.ratio is not None:
            verdicts.append(self.ratio <= self.goal)
        if self.most is not None and self.ours_built is not None:
            verdicts.append(self.ours_built <= self.most)
        return all(verdicts) if verdicts else None


@dataclass
class Bench:
    """One benchmark's output folder: a log per step, the rows, the result files."""

    name: str
    folder: Path
    facts: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def measure(
        self,
        step: str,
        command: Sequence[str | os.PathLike[str]],
        cwd: Path,
        env: Mapping[str, str | None] | None = None,
    ) -> Cost:
        """Run `command` with its output in `<step>.log`; BuildError when it fails."""
        log = self.folder / f"{step}.log"
        print(f"{step} ...", end=" ", flush=True)
        with log.open("wb") as output:
            cost, status = _measured(command, cwd, {**CLEAN, **(env or {})}, output.fileno())
        print(f"{measured(cost.wall)} wall, {measured(cost.cpu)} CPU", flush=True)
        if status != 0:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
            raise BuildError(f"{step} failed with status {status}\n{tail}", f"whole log: {log}")
        return cost

    def median(
        self, step: str, runs: int, once: Mapping[str, Callable[[str], Cost]]
    ) -> dict[str, Cost]:
        """Run each side of `once` `runs` times, in turn; the run of median wall time of each."""
        costs: dict[str, list[Cost]] = {side: [] for side in once}
        for number in range(1, runs + 1):
            for side, call in once.items():
                costs[side].append(call(f"{step}-{number}-{side}"))
        return {
            side: min(found, key=lambda c: abs(c.wall - statistics.median(x.wall for x in found)))
            for side, found in costs.items()
        }

    def finish(self) -> int:
        """Publish the rows; 1 when a goal was missed."""
        rows = [asdict(r) | {"ratio": r.ratio, "passed": r.passed} for r in self.rows]
        return self.publish(table(self.rows), rows)

    def publish(self, text: str, rows: Sequence[Mapping[str, object]]) -> int:
        """Print the table `text`, write result.md, and result.json with the rows.

        1 when a row's `passed` is False: a goal was missed.
        """
        heading = [f"{key}: {value}" for key, value in self.facts.items()]
        heading += [f"note: {remark}" for remark in self.remarks]
        print("\n" + "\n".join(heading) + "\n\n" + text)
        marks = "\n".join(f"- {line}" for line in heading)
        (self.folder / "result.md").write_text(f"# {self.name}\n\n{marks}\n\n{text}\n")
        data = {"name": self.name, "facts": self.facts, "remarks": self.remarks, "rows": rows}
        (self.folder / "result.json").write_text(json.dumps(data, indent=2) + "\n")
        print(f"\nlogs and results: {self.folder}")
        return int(any(row["passed"] is False for row in rows))


def _measured(
    command: Sequence[str | os.PathLike[str]],
    cwd: Path,
    env: Mapping[str, str | None],
    output: int,
) -> tuple[Cost, int]:
    start = time.monotonic()
    process = spawn(command, cwd=cwd, env=env, output=output)
    sampler = _Sampler(process.pid)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.terminate()
        raise
    finally:
        sampler.stop()
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, sampler.peak)
    return cost, process.returncode


class _Sampler:
    """Samples the resident memory of a process and its descendants until stopped."""

    def __init__(self, root: int, period: float = 0.3) -> None:
        self.root = root
        self.period = period
        self.peak = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        if Path("/proc/self/stat").exists():
            self._thread.start()

    def stop(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self.period):
            self.peak = max(self.peak, self._now())

    def _now(self) -> int:
        parents: dict[int, int] = {}
        pages: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            pid = int(stat.parent.name)
            parents[pid], pages[pid] = int(fields[1]), int(fields[21])
        total = 0
        for pid, count in pages.items():
            ancestor = pid
            while ancestor not in (self.root, 0) and ancestor in parents:
                ancestor = parents[ancestor]
            if ancestor == self.root:
                total += count
        return total * os.sysconf("SC_PAGE_SIZE")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table that also reads well as plain text."""
    titles = ["", "peer wall", "ours wall", "ratio", "goal", "peer CPU", "ours CPU"]
    titles += ["peer built", "ours built", "peer peak", "ours peak", "result"]
    lines = [titles]
    for row in rows:
        goal = f"≤ {row.goal:g}" if row.goal is not None else ""
        if row.most is not None:
            goal = f"{goal} {row.most} built".strip()
        verdict = {True: "reached", False: "MISSED", None: ""}[row.passed]
        lines.append(
            [
                row.name,
                *(measured(side.wall if side else None) for side in (row.peer, row.ours)),
                f"{row.ratio:.3f}" if row.ratio is not None else "",
                goal,
                *(measured(side.cpu if side else None) for side in (row.peer, row.ours)),
                *("" if n is None else str(n) for n in (row.peer_built, row.ours_built)),
                *(_memory(side) for side in (row.peer, row.ours)),
                f"{verdict} {row.note}".strip(),
            ]
        )
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells as a Markdown table that also reads well as plain text: titles first."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in ruled
    )


def measured(seconds: float | None) -> str:
    """A measured time: with the digits that two runs differ in; "" for None."""
    if seconds is None:
        return ""
    if abs(seconds) < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if abs(seconds) < 0.1:
        return f"{seconds * 1e3:.2f} ms"
    return f"{seconds:.2f} s" if abs(seconds) < 100 else f"{seconds:.0f} s"


def _memory(cost: Cost | None) -> str:
    """Peak of the largest process, and of all together."""
    if cost is None or not cost.largest:
        return ""
    together = f" / {human_size(cost.together)}" if cost.together else ""
    return human_size(cost.largest) + together


def machine_facts(compiler: str) -> dict[str, str]:
    """What the result depends on: processors, load, compiler, cmake, make."""
    first = {
        name: capture([*command, "--version"]).splitlines()[0]
        for name, command in {"compiler": [compiler], "cmake": ["cmake"], "make": ["make"]}.items()
    }
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {"processors": str(os.cpu_count()), "load before": load, **first}


def copy_of_project(target: Path) -> Path:
    """A copy of the project: all files that git tracks or would add."""
    names = capture(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT
    )
    for name in filter(None, names.split("\0")):
        source, copy = PROJECT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    return target


def make_folder(path: Path) -> Path:
    """An empty folder; MachineError when it is not empty."""
    if path.exists() and any(path.iterdir()):
        raise MachineError(f"{path} is not empty", "name another folder with --output")
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def run_main(main: Callable[[], int]) -> None:
    """End the program with `main`'s status, or with an error in one line and its hint."""
    sys.exit(guarded(main, MpbitcoinError))
