"""Builds packages that the cache lacks: fetches sources ahead, builds in parallel."""

from __future__ import annotations

import contextlib
import itertools
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mpbitcoin_depends import process
from mpbitcoin_depends.engine import Engine, Node
from mpbitcoin_depends.errors import BuildError, MachineError
from mpbitcoin_depends.fetching import Fetching
from mpbitcoin_depends.files import human_time, remove_tree
from mpbitcoin_depends.following import step
from mpbitcoin_depends.jobserver import JobServer
from mpbitcoin_depends.plan import HOST
from mpbitcoin_depends.progress import Progress
from mpbitcoin_depends.recipe import Recipe
from mpbitcoin_depends.report import Event
from mpbitcoin_depends.sources import Source, SourceStore, load_source

_FULL_DISK = b"No space left on device"


@dataclass
class _Lane:
    """A package being built: its process, its log and the pipe that keeps it alive."""

    node: Node
    number: int
    process: subprocess.Popen[bytes]
    log: Path
    alive: int
    scratch: Path
    started: float


@dataclass
class Builder:
    """Builds the nodes that are not cached, once and from one thread.

    `jobs` is the number of parallel jobs; 0: as many as the parent make allows, else one per core.
    """

    engine: Engine
    recipes: Mapping[str, Recipe]
    store: SourceStore
    inputs: Path
    logs: Path
    jobs: int
    progress: Progress
    events: list[Event] = field(default_factory=list)
    _lanes: list[_Lane] = field(default_factory=list)
    _sources: dict[str, Source] = field(default_factory=dict)
    _fetched: set[str] = field(default_factory=set)

    def run(self, nodes: tuple[Node, ...]) -> None:
        """Fetch and build all `nodes` that the cache lacks.

        Raises SourceError or BuildError at the first failure; finished packages stay in the
        cache.
        """
        missing = {node.key: node for node in nodes if not node.cached}
        if not missing:
            return
        for node in missing.values():
            folder = self.recipes[node.name].folder
            self._sources[node.ref] = load_source(folder, node.name, node.version)
        with (
            JobServer.of(self.jobs) as server,
            Fetching(self.store, self._sources.values(), self.progress) as fetching,
        ):
            try:
                self._schedule(missing, fetching, server)
            finally:
                self._stop()

    def _has_source(self, node: Node, fetching: Fetching) -> bool:
        """Whether the node's source has arrived; reports it once."""
        future = fetching.futures[self._sources[node.ref]]
        if not future.done():
            return False
        if node.ref not in self._fetched:
            self._fetched.add(node.ref)
            fetched = future.result()
            if fetched.provider != "local":
                started = self.progress.now() - fetched.seconds
                self._event(node, "fetched", started, -1, fetched.detail)
        return True

    def _event(
        self,
        node: Node,
        action: Literal["fetched", "built", "failed"],
        started: float,
        lane: int,
        detail: str,
        log: str = "",
    ) -> None:
        context = "both" if len(node.contexts) > 1 else node.contexts[0]
        self.events.append(
            Event(node.name, context, action, started, self.progress.now(), lane, detail, log)
        )

    def _schedule(self, missing: dict[str, Node], fetching: Fetching, server: JobServer) -> None:
        dependents = {key: sum(key in other.needs for other in missing.values()) for key in missing}
        waiting = sorted(missing, key=lambda key: (-dependents[key], missing[key].name))
        unfinished = set(missing)
        while unfinished:
            fetching.check()
            for key in list(waiting):
                node = missing[key]
                if not self._has_source(node, fetching) or unfinished & set(node.needs):
                    continue
                if server.take():
                    waiting.remove(key)
                    self._start(node, server)
            for lane in list(self._lanes):
                if lane.process.poll() is not None:
                    self._lanes.remove(lane)
                    server.give()
                    self._finish(lane)
                    unfinished.discard(lane.node.key)
            lanes = [f"{lane.node.name} {step(lane.log)}" for lane in self._lanes]
            self.progress.status([*lanes, *fetching.status()])
            server.balance(time.monotonic())
            time.sleep(0.05)

    def _start(self, node: Node, server: JobServer) -> None:
        number = next(n for n in itertools.count() if n not in {x.number for x in self._lanes})
        log = self.logs / f"{node.name}-{'native' if HOST not in node.contexts else 'host'}.log"
        read_end, write_end = os.pipe()
        scratch = Path(tempfile.mkdtemp(prefix="mpbitcoin-lane-"))
        lock_name = f"recipe-{node.name}-{node.version}-{node.recipe_revision[:12]}.lock"
        command = [
            sys.executable,
            "-m",
            "mpbitcoin_depends.lane",
            str(self.engine.locks / lock_name),
            *self.engine.build_command(node, self.inputs, scratch),
        ]
        self.progress.line(f"building {node.name} {node.version} ({' and '.join(node.contexts)})")
        with log.open("wb") as stream:
            environment = {**self.engine.environment(), "MAKEFLAGS": server.makeflags}
            started = process.spawn(
                command,
                cwd=scratch,
                env=environment,
                output=stream,
                input=read_end,
                new_session=True,
            )
        os.close(read_end)
        self._lanes.append(
            _Lane(node, number, started, log, write_end, scratch, self.progress.now())
        )

    def _finish(self, lane: _Lane) -> None:
        self._clear(lane)
        took = human_time(self.progress.now() - lane.started)
        failed = lane.process.returncode != 0
        action: Literal["built", "failed"] = "failed" if failed else "built"
        self._event(lane.node, action, lane.started, lane.number, took, str(lane.log))
        if failed:
            raise self._failure(lane)
        self.progress.line(f"built {lane.node.name} {lane.node.version} in {took}")

    def _failure(self, lane: _Lane) -> BuildError | MachineError:
        raw = lane.log.read_bytes()
        if _FULL_DISK in raw:
            return MachineError(
                f"cannot build {lane.node.name} in {self.engine.base_cache}: disk full",
                "free disk space (`mpbitcoin cache prune`), then run again to continue",
            )
        tail = "\n".join(f"    {line}" for line in raw.decode(errors="replace").splitlines()[-25:])
        again = shlex.join(self.engine.build_command(lane.node, self.inputs, Path("out")))
        home = f"CONAN_HOME={shlex.quote(str(self.engine.home))}"
        place = f"PYTHONPATH={shlex.quote(str(self.engine.environment()['PYTHONPATH']))}"
        return BuildError(
            f"{lane.node.name} {lane.node.version} did not build:\n{tail}\n  log: {lane.log}",
            f"build it alone: {home} {place} {again}",
        )

    @staticmethod
    def _clear(lane: _Lane) -> None:
        os.close(lane.alive)
        remove_tree(lane.scratch)

    def _stop(self) -> None:
        """Kill running builds after a failure or an interrupt."""
        for lane in self._lanes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(lane.process.pid, signal.SIGKILL)
            lane.process.wait()
            self._clear(lane)
        self._lanes.clear()
