"""The report of a run of depends: what was done to each package, when and on which lane.

Written as JSON for programs and as one HTML page that needs no other file and no network.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal

FORMAT = 1
TEMPLATE = Path(__file__).with_name("report.html")

Action = Literal["fetched", "built", "restored", "failed"]
ACTIONS: tuple[Action, ...] = ("fetched", "built", "restored", "failed")


@dataclass(frozen=True)
class Event:
    """One thing done to one package, on one lane (a worker), from `start` to `end`.

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


@dataclass(frozen=True)
class Report:
    """A whole run. `started` is ISO 8601 in UTC, `seconds` its wall time.

    Each of `packages` has the keys name, version, context, package_id and bytes.
    """

    host: str
    options: dict[str, str]
    started: str
    seconds: float
    events: tuple[Event, ...]
    packages: tuple[dict[str, Any], ...]


def to_json(report: Report) -> str:
    """The report as JSON text; `format` counts up when a key changes its meaning."""
    return json.dumps({"format": FORMAT, **dataclasses.asdict(report)}, indent=2) + "\n"


def to_html(report: Report) -> str:
    """The report as one self-contained HTML page."""
    parts = {
        "TITLE": escape(f"depends for {report.host}"),
        "STARTED": escape(f"started {report.started}"),
        "FIGURES": "".join(_figures(report)),
        "LEGEND": "".join(f'<li class="{a}"><i></i>{a}</li>' for a in ACTIONS),
        "TIMELINE": "".join(_timeline(report)),
        "PACKAGES": "".join(_packages(report)),
        "OPTIONS": "".join(_options(report.options)),
        # Inside <script> only "<" can do harm; \u003c is the same character to JSON.
        "JSON": to_json(report).replace("<", "\\u003c"),
    }
    template = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"@@([A-Z]+)@@", lambda match: parts[match[1]], template)


def duration(seconds: float) -> str:
    """Seconds as a person says them: 0.42 s, 12.3 s, 4 min 5 s, 1 h 2 min."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Bytes as B, KiB, MiB or GiB."""
    value = float(count)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


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
    """Events of one lane laid into as few rows as keep them from overlapping."""
    laid: list[list[Event]] = []
    for event in sorted(events, key=lambda e: (e.start, e.end)):
        for row in laid:
            if row[-1].end <= event.start:
                row.append(event)
                break
        else:
            laid.append([event])
    return laid


def _figures(report: Report) -> Iterator[str]:
    yield f"<li><b>{duration(report.seconds)}</b>in all</li>"
    counts = Counter(event.action for event in report.events)
    for action in ACTIONS:
        if counts[action]:
            yield f"<li><b>{counts[action]}</b>{action}</li>"
    busy = sum(event.end - event.start for event in report.events if event.lane >= 0)
    if report.seconds > 0 and busy > 0:
        yield f"<li><b>{busy / report.seconds:.1f}</b>lanes busy on average</li>"
    total = sum(int(package["bytes"]) for package in report.packages)
    yield f"<li><b>{size(total)}</b>of packages</li>"


def _timeline(report: Report) -> Iterator[str]:
    drawn = [event for event in report.events if event.end > event.start]
    if not drawn:
        yield '<p class="soft">Nothing had to be done.</p>'
        return
    span = max(report.seconds, 1e-6, *(event.end for event in drawn))
    for lane in sorted({event.lane for event in drawn}):
        laid = rows(event for event in drawn if event.lane == lane)
        height = 1.9 * len(laid) + 0.4
        yield f'<div class="lane" style="height:{height:.1f}rem">'
        yield f'<span class="name">{f"lane {lane}" if lane >= 0 else "beside"}</span>'
        for number, row in enumerate(laid):
            for event in row:
                yield _bar(event, span, 0.4 + 1.9 * number)
        yield "</div>"
    yield '<div class="axis">'
    for tick in ticks(span):
        yield f'<span style="left:{100 * tick / span:.3f}%">{_clock(tick)}</span>'
    yield "</div>"


def _bar(event: Event, span: float, top: float) -> str:
    left = 100 * event.start / span
    width = 100 * (event.end - event.start) / span
    late = " late" if left > 55 else ""
    name = f"{event.package} ({event.context})"
    said = [
        f"{event.action} in {duration(event.end - event.start)},"
        f" from {_clock(event.start)} to {_clock(event.end)}",
        event.detail,
        f"log: {event.log}" if event.log else "",
    ]
    text = escape("\n".join(line for line in said if line))
    return (
        f'<div class="bar {event.action}{late}" tabindex="0"'
        f' style="left:{left:.3f}%;width:{width:.3f}%;top:{top:.1f}rem">'
        f'<span class="label">{escape(event.package)}</span>'
        f'<span class="tip" role="tooltip"><b>{escape(name)}</b>\n{text}</span></div>'
    )


def _clock(seconds: float) -> str:
    """A moment on the axis: 0.5 s, 45 s, 3:05, 1:02:03."""
    if seconds < 60:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + " s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _log_link(path: str) -> str:
    if not path:
        return ""
    file = Path(path)
    name = escape(file.name)
    return f'<a href="{escape(file.as_uri())}">{name}</a>' if file.is_absolute() else name


def _made(events: Sequence[Event], package: Mapping[str, Any]) -> Event | None:
    """How the package came to be: the last event that built or restored it.

    Built for one context it may serve both: an event of its own context goes first.
    """
    of_package = [
        event
        for event in events
        if event.package == package["name"] and event.action in ("built", "restored")
    ]
    of_context = [event for event in of_package if event.context == package["context"]]
    return next(reversed(of_context or of_package), None)


def _packages(report: Report) -> Iterator[str]:
    yield "<thead><tr>"
    for title in ("Package", "Version", "For", "Came by", "Time", "Size", "Package id", "Log"):
        kind = ' class="number"' if title in ("Time", "Size") else ""
        yield f'<th{kind}><button type="button">{title}</button></th>'
    yield "</tr></thead><tbody>"
    for package in report.packages:
        event = _made(report.events, package)
        seconds = event.end - event.start if event else 0.0
        yield "<tr>"
        yield _cell(package["name"])
        yield _cell(package["version"])
        yield _cell(package["context"])
        yield _cell(event.action if event else "cache")
        yield _cell(duration(seconds) if seconds else "", f"{seconds:.3f}", number=True)
        yield _cell(size(int(package["bytes"])), str(package["bytes"]), number=True)
        shown = f"<code>{escape(str(package['package_id'])[:12])}</code>"
        yield _cell(shown, str(package["package_id"]), markup=True)
        log = event.log if event else ""
        yield _cell(_log_link(log), log, markup=True)
        yield "</tr>"
    yield "</tbody>"


def _cell(text: object, key: str | None = None, number: bool = False, markup: bool = False) -> str:
    """A table cell; `key` is what sorting compares and, for the curious, the hover text."""
    shown = str(text) if markup else escape(str(text))
    sort = escape(str(text) if key is None else key)
    kind = ' class="number"' if number else ""
    hover = f' title="{sort}"' if markup and sort else ""
    return f'<td{kind} data-key="{sort}"{hover}>{shown}</td>'


def _options(options: Mapping[str, str]) -> Iterator[str]:
    if not options:
        yield '<span class="soft">All at their defaults.</span>'
    for name, value in options.items():
        yield f"<code>{escape(name)}={escape(value)}</code>"
