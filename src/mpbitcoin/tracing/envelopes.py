"""Prefixes that other programs add to a log's lines: journald, containers, combine_logs.

A peer's text in a line must not be parsed as a prefix: prefixes match only at the start of the
line, and none looks like the log's own time.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

_COLOR = re.compile(r"\x1b\[[\d;]*m")
_CLOCK = r"\d\d:\d\d:\d\d"
_FRACTION = r"(?:[.,](\d+))?"
#: journald and syslog: a time of some kind, the host, the program.
_SHORT = re.compile(rf"([A-Z][a-z]{{2}} [ \d]\d {_CLOCK}){_FRACTION} ")
_OFFSET = re.compile(rf"(\d{{4}}-\d\d-\d\dT{_CLOCK}){_FRACTION}([+-]\d\d:?\d\d) ")
_FULL = re.compile(rf"[A-Z][a-z]{{2}} (\d{{4}}-\d\d-\d\d {_CLOCK}){_FRACTION} (UTC|[A-Z]+) ")
_UNIX = re.compile(r"(\d{9,})\.(\d+) ")
_UPTIME = re.compile(r"\[ *(\d+)\.(\d+)\] ")
_PROGRAM = re.compile(r"\S+ [^\s\[\]:]+(?:\[\d+\])?: ")
#: Containers: a service, a time with nanoseconds, the stream. Each is optional.
_SERVICE = re.compile(r"[A-Za-z][^\s|]* +\| ")
_NANOS = re.compile(rf"(\d{{4}}-\d\d-\d\dT{_CLOCK})\.(\d{{9}})(Z|[+-]\d\d:\d\d) ")
_STREAM = re.compile(r"(?:stdout|stderr) [FP] ")
#: combine_logs: the node. It adds invented microseconds where there are none.
_NODE = re.compile(r" ?(?:test|node\d+) +")
_MADE_UP = re.compile(rf"^(\d{{4}}-\d\d-\d\dT{_CLOCK})\.000000Z")

_SECOND = 1_000_000


class Moment(NamedTuple):
    """µs since 1970, and whether they are known to the microsecond."""

    time: int
    exact: bool


class Opened(NamedTuple):
    """A line as it was written, and its time of arrival if a prefix has it."""

    text: str
    moment: Moment | None = None


def unwrap(text: str) -> Opened | None:
    """The line without the additions of other programs; None when it has none."""
    if text.startswith("{"):
        return _from_json(text)
    if "\x1b" in text:
        text = _COLOR.sub("", text)
    return _from_journal(text) or _from_container(text) or _from_combined(text)


def _from_json(text: str) -> Opened | None:
    """A line of `journalctl -o json`, or of Docker's own files."""
    try:
        fields = json.loads(text)
        if "log" in fields:
            found = re.fullmatch(rf"(\S+T{_CLOCK}){_FRACTION}(Z|[+-]\d\d:\d\d)", fields["time"])
            line = str(fields["log"])
            return Opened(line.rstrip("\r\n"), _moment(*found.groups()) if found else None)
        return Opened(str(fields["MESSAGE"]), Moment(int(fields["__REALTIME_TIMESTAMP"]), True))
    except (ValueError, KeyError, TypeError):
        return None


def _from_journal(text: str) -> Opened | None:
    for form in (_SHORT, _OFFSET, _FULL, _UNIX, _UPTIME):
        if not (found := form.match(text)):
            continue
        program = _PROGRAM.match(text, found.end())
        if program is None:
            return None
        rest = text[program.end() :]
        if form is _SHORT:
            return Opened(rest, _without_year(found[1], found[2]))
        if form in (_OFFSET, _FULL):
            return Opened(rest, _moment(*found.groups()))
        return Opened(rest, Moment(int(found[1]) * _SECOND + _micros(found[2]), True))
    return None


def _from_container(text: str) -> Opened | None:
    service = _SERVICE.match(text)
    text = text[service.end() :] if service else text
    found = _NANOS.match(text)
    if found is None:
        return Opened(text) if service else None
    text = text[found.end() :]
    stream = _STREAM.match(text)
    return Opened(text[stream.end() :] if stream else text, _moment(*found.groups()))


def _from_combined(text: str) -> Opened | None:
    if not (found := _NODE.match(text)):
        return None
    return Opened(_MADE_UP.sub(r"\1Z", text[found.end() :].rstrip()))


def _micros(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0")[:6])


def _without_year(short: str, fraction: str | None) -> Moment | None:
    """The moment of a time of this year, or of the last one if it would be in the future."""
    now = datetime.now()
    for year in (now.year, now.year - 1):
        try:
            moment = datetime.strptime(f"{year} {short}", "%Y %b %d %H:%M:%S")
        except ValueError:  # 29 February, or no month
            continue
        if moment <= now + timedelta(days=1):
            return _counted(moment, fraction)
    return None


def _moment(second: str, fraction: str | None = None, zone: str | None = None) -> Moment | None:
    """The moment of a time in ISO format; without a zone, local time."""
    try:
        moment = datetime.fromisoformat(second)
        if zone in ("Z", "UTC"):
            moment = moment.replace(tzinfo=timezone.utc)
        elif zone is not None and zone[0] in "+-":
            moment = datetime.fromisoformat(f"{second}{zone[:3]}:{zone[-2:]}")
    except ValueError:
        return None
    return _counted(moment, fraction)


def _counted(moment: datetime, fraction: str | None) -> Moment:
    micros = _micros(fraction)
    return Moment(int(moment.timestamp()) * _SECOND + micros, len(fraction or "") >= 6)
