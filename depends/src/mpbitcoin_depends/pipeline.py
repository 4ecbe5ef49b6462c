"""From options to prefix: plan, sources, packages, prefix, toolchain, in that order."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpbitcoin_depends import default_tree, paths, platforms, records, stamp, toolset
from mpbitcoin_depends.errors import MachineError, UsageError, redact
from mpbitcoin_depends.files import human_time, write_text
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.options import SPECS, Options

if TYPE_CHECKING:
    from mpbitcoin_depends.plan import Plan
    from mpbitcoin_depends.prefix import Built
    from mpbitcoin_depends.progress import Progress

_KEPT_RUNS = 30
_DAY = 86400.0


@dataclass(frozen=True)
class Result:
    """A run's result. `action` is nothing, staged, built or cached (targets only)."""

    action: str
    host: str
    prefix: str
    toolchain: str
    seconds: float
    built: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True)
class Workplace:
    """The folders of a run."""

    base: Path
    sources: Path
    parent: Path

    @classmethod
    def of(cls, options: Options, parent: Path | None = None) -> Workplace:
        """The workplace of the options; made if missing.

        Raises MachineError when the cache cannot be written.
        """
        base, sources = options.cache_folder, options.sources_folder
        try:
            base.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MachineError(
                f"cannot create the package cache {base}: {error.strerror}"
                + options.blame("BASE_CACHE"),
                "make the folder writable or choose another with BASE_CACHE=",
            ) from error
        return cls(base, sources, parent or paths.prefixes())

    @property
    def machine(self) -> Path:
        """Folder with stored facts about compilers and the machine."""
        return self.base / "machine"

    @property
    def in_use(self) -> Path:
        """Runs hold this lock shared; removing packages holds it exclusively."""
        return self.base / "locks" / "in-use.lock"

    def record(self, key: str) -> Path:
        """The packages that a request resolved to."""
        return self.base / "records" / f"{key}.json"


def run(options: Options, targets: tuple[str, ...], jobs: int, progress: Progress) -> Result:
    """Bring the prefix up to date with `options`; with `targets`, only fill the cache.

    `jobs` has the meaning of `Builder`'s. Raises subclasses of DependsError; a failed run leaves
    the old prefix.
    """
    started = time.monotonic()
    place = Workplace.of(options)
    host, build = toolset.detect(options, place.machine)
    prefix = place.parent / host.platform.triplet
    key = stamp.inputs(options, (host, build), targets)

    def result(action: str, built: tuple[str, ...] = (), report: str = "") -> Result:
        took = time.monotonic() - started
        toolchain = str(prefix / "toolchain.cmake")
        return Result(action, prefix.name, str(prefix), toolchain, took, built, report)

    def is_current() -> bool:
        return not targets and stamp.is_current(prefix, key) and default_tree.is_there(prefix)

    if is_current():
        _mark_used(place, key)
        return result("nothing")

    from mpbitcoin_depends import plan as planning

    plan = planning.make(options, host, build, targets)
    _expect_ours(prefix)
    with lock(place.in_use, exclusive=False), _prefix_lock(place, prefix, progress):
        if is_current():
            return result("nothing")
        tree = None if targets else default_tree.find(options, progress.line)
        packages = _recorded(place, key)
        built: tuple[str, ...] = ()
        report = ""
        if packages is None:
            packages, built, report = _build(plan, place, jobs, progress)
            write_text(place.record(key), json.dumps([asdict(p) for p in packages]))
        if targets:
            return result("built" if built else "cached", built, report)
        _stage(plan, prefix, packages, key, tree)
        return result("built" if built else "staged", built, report)


def _expect_ours(prefix: Path) -> None:
    """Raise UsageError when replacing `prefix` would remove what another program made.

    Bitcoin Core's own depends makes folders of these names in its checkouts.
    """
    if (
        not paths.CHECKOUT
        and prefix.is_dir()
        and any(prefix.iterdir())
        and not stamp.key_of(prefix)
    ):
        raise UsageError(
            f"{prefix} was made by another program", "remove it, or run in another folder"
        )


def _mark_used(place: Workplace, key: str) -> None:
    """Once a day, record the use of a prefix's packages for `mpbitcoin cache prune --unused`."""
    record = place.record(key)
    try:
        if time.time() - record.stat().st_mtime < _DAY:
            return
        from mpbitcoin_depends.prefix import mark_used

        for package in _recorded(place, key) or ():
            mark_used(package.folder)
        os.utime(record)
    except OSError:
        return  # pruned, or a read-only cache


@contextmanager
def _prefix_lock(place: Workplace, prefix: Path, progress: Progress) -> Iterator[None]:
    name = f"prefix-{hashlib.sha256(os.fsencode(prefix)).hexdigest()[:32]}.lock"
    with lock(place.base / "locks" / name, waiting=progress.line):
        yield


def _recorded(place: Workplace, key: str) -> tuple[Built, ...] | None:
    """The packages of an earlier run with the same inputs, if all still exist."""
    from mpbitcoin_depends.prefix import Built

    packages = records.restore_all(Built, records.read(place.record(key)))
    exist = all(Path(one.folder, "conanmanifest.txt").is_file() for one in packages or ())
    return packages if exist else None


def _build(
    plan: Plan, place: Workplace, jobs: int, progress: Progress
) -> tuple[tuple[Built, ...], tuple[str, ...], str]:
    """Resolve, build missing packages, resolve again: packages, built names, report."""
    from mpbitcoin_depends.builder import Builder
    from mpbitcoin_depends.engine import Engine
    from mpbitcoin_depends.prefix import Built
    from mpbitcoin_depends.recipe import recipes
    from mpbitcoin_depends.sources import SourceStore

    engine = Engine(place.base)
    engine.prepare()
    known = recipes()
    with engine.api() as api:
        exported = engine.export(api, plan, known)
        inputs = engine.write_inputs(plan, exported, str(place.sources))
        nodes = engine.resolve(api, plan, inputs)
    missing = tuple(node for node in nodes if not node.cached)
    logs = _run_folder(place, plan)
    store = SourceStore.of(plan.options)
    builder = Builder(engine, known, store, inputs, logs, jobs, progress)
    try:
        builder.run(nodes)
        if missing:
            with engine.api() as api:
                nodes = engine.resolve(api, plan, inputs)
    finally:
        report = _write_report(plan, builder, nodes, logs)
    packages = tuple(
        Built(node.name, node.version, node.package_id, node.folder, node.wanted_in)
        for node in nodes
        if node.wanted_in
    )
    return packages, tuple(node.name for node in missing), str(report)


def _run_folder(place: Workplace, plan: Plan) -> Path:
    """A folder for the logs and the report of this run; removes old folders."""
    from mpbitcoin_depends.files import remove_tree

    root = place.base / "runs"
    stamp_text = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
    folder = root / f"{stamp_text}-{plan.host.platform.triplet}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    with lock(place.base / "locks" / "runs.lock"):
        for old in sorted(root.iterdir())[:-_KEPT_RUNS]:
            remove_tree(old)
    return folder


def _write_report(plan: Plan, builder: Any, nodes: Any, folder: Path) -> Path:
    from mpbitcoin_depends import report

    seconds = builder.progress.now()
    started = datetime.now(timezone.utc) - timedelta(seconds=seconds)
    cached = [node for node in nodes if node.cached]
    built = {event.package for event in builder.events if event.action == "built"}
    events = list(builder.events)
    for node in cached:
        if node.name not in built:
            context = "both" if len(node.contexts) > 1 else node.contexts[0]
            events.append(report.Event(node.name, context, "restored", 0.0, 0.0, -1, "cache", ""))
    made = report.Report(
        host=plan.host.platform.triplet,
        options={name: redact(text) for name in SPECS if (text := plan.options.text(name))},
        started=started.isoformat(timespec="seconds"),
        seconds=seconds,
        events=tuple(events),
        packages=tuple(
            report.Package(
                node.name,
                node.version,
                " and ".join(node.contexts),
                node.package_id,
                _size(node.folder),
            )
            for node in cached
        ),
    )
    write_text(folder / "report.json", report.to_json(made))
    write_text(folder / "report.html", report.to_html(made))
    return folder / "report.html"


def _size(folder: str) -> int:
    return sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())


def _stage(
    plan: Plan, prefix: Path, packages: tuple[Built, ...], key: str, tree: Path | None
) -> None:
    from mpbitcoin_depends import prefix as prefixes
    from mpbitcoin_depends import toolchain

    staging = prefixes.stage(prefix.parent, prefix.name, packages)
    (staging / "toolchain.cmake").write_text(toolchain.render(plan), encoding="utf-8")
    default_tree.link(staging, tree)
    stamp.write(staging, key, plan.packages)
    prefixes.swap_in(staging, prefix)
    spellings = set(platforms.spellings(plan.host.platform))
    if (spelled := plan.options.host) and "/" not in spelled:
        spellings.add(spelled)
    prefixes.link_spellings(prefix, sorted(spellings - {prefix.name}))


def summary(result: Result) -> str:
    """One or two lines on what a run did."""
    took = human_time(result.seconds)
    if result.action == "nothing":
        return f"{result.prefix} is up to date ({took})"
    if result.action == "cached":
        return f"all targets are in the cache ({took})"
    done = f"built {', '.join(result.built)}" if result.built else "nothing to build"
    lines = [f"{done} ({took})"]
    if result.report:
        lines.append(f"report: {result.report}")
    if Path(result.toolchain).is_file():
        toolchain = os.path.relpath(result.toolchain, Path(result.prefix).parent.parent)
        lines.append(f"next: {shlex.join(['cmake', '-B', 'build', f'--toolchain={toolchain}'])}")
    return "\n".join(lines)
