"""The report of a run of depends: what was done to each package, when and on which lane.

Written as JSON for programs and as one HTML page that needs no other file and no network.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mpbitcoin_depends.files import human_size, human_time

FORMAT = 1
TEMPLATE = Path(__file__).with_name("report.html")

Action = Literal["fetched", "built", "restored", "failed"]
ACTIONS: tuple[Action, ...] = ("fetched", "built", "restored", "failed")


@dataclass(frozen=True)
class Event:
    """One action on one package, on one lane (a worker), from `start` to `end`.

    Times are seconds since the run's start. What no worker did, such as a download beside
    the builds, has lane -1; what took no time, such as a package found in the cache, is
    counted but not drawn. `detail` is a line for the reader, `log` the path of the log file,
    both may be empty.
    """

    package: str
    context: str  # host, native or both
    action: Action
    start: float
    end: float
    lane: int
    detail: str = ""
    log: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


@dataclass(frozen=True)
class Package:
    """A package of the prefix, for the contexts that it serves."""

    name: str
    version: str
    context: str
    package_id: str
    bytes: int


@dataclass(frozen=True)
class Report:
    """A whole run. `started` is ISO 8601 in UTC, `seconds` its wall time."""

    host: str
    options: dict[str, str]
    started: str
    seconds: float
    events: tuple[Event, ...]
    packages: tuple[Package, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data; `format` counts up when a key changes its meaning."""
        return {"format": FORMAT, **dataclasses.asdict(self)}


def to_json(report: Report) -> str:
    """The report as JSON text."""
    return json.dumps(report.to_dict(), indent=2) + "\n"


def to_html(report: Report) -> str:
    """The report as one self-contained HTML page."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(size=human_size, duration=human_time, clock=_clock)
    drawn = [event for event in report.events if event.end > event.start]
    span = max(report.seconds, 1e-6, *(event.end for event in drawn))
    return environment.get_template(TEMPLATE.name).render(
        report=report,
        figures=list(_figures(report)),
        actions=ACTIONS,
        lanes={lane: rows(e for e in drawn if e.lane == lane) for lane in _lanes(drawn)},
        span=span,
        ticks=ticks(span),
        made={package: _made(report.events, package) for package in report.packages},
        file_uri=lambda path: Path(path).as_uri() if Path(path).is_absolute() else "",
        file_name=lambda path: Path(path).name,
    )


def ticks(seconds: float, most: int = 10) -> list[float]:
    """Round times for an axis from 0 to `seconds`, `most` steps at most."""
    if seconds <= 0:
        return [0.0]
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
    step = next((s for s in steps if seconds / s <= most), 7200.0)
    while seconds / step > most:
        step *= 2
    return [round(n * step, 6) for n in range(int(seconds / step + 1e-9) + 1)]


def rows(events: Iterable[Event]) -> list[list[Event]]:
    """Events of one lane, in as few rows as possible without overlaps."""
    laid: list[list[Event]] = []
    for event in sorted(events, key=lambda e: (e.start, e.end)):
        for row in laid:
            if row[-1].end <= event.start:
                row.append(event)
                break
        else:
            laid.append([event])
    return laid


def _lanes(events: Iterable[Event]) -> list[int]:
    return sorted({event.lane for event in events})


def _figures(report: Report) -> Iterator[tuple[str, str]]:
    """Numbers for the top of the page, with their labels."""
    yield human_time(report.seconds), "in all"
    counts = Counter(event.action for event in report.events)
    yield from ((str(counts[action]), action) for action in ACTIONS if counts[action])
    busy = sum(event.seconds for event in report.events if event.lane >= 0)
    if report.seconds > 0 and busy > 0:
        yield f"{busy / report.seconds:.1f}", "lanes busy on average"
    yield human_size(sum(package.bytes for package in report.packages)), "of packages"


def _clock(seconds: float) -> str:
    """A moment on the axis: 0.5 s, 45 s, 3:05, 1:02:03."""
    if seconds < 60:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + " s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _made(events: Iterable[Event], package: Package) -> Event | None:
    """The last event that built or restored the package.

    A package built for one context may serve both: prefer an event of its own context.
    """
    of_package = [
        event
        for event in events
        if event.package == package.name and event.action in ("built", "restored")
    ]
    of_context = [event for event in of_package if event.context == package.context]
    return next(reversed(of_context or of_package), None)
