"""Parses one line of a log about a call.

Reads two formats: ours, with numbers, sizes and durations, and that of an unpatched
libmultiprocess, with numbers on the server's side only and without sizes. docs/tracing.md shows
both. envelopes.py removes prefixes of other programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Literal, NamedTuple

from mpbitcoin.tracing.envelopes import Moment, unwrap

#: Kinds of lines: a call is opened, closed, has failed, is queued for a thread, or is started by
#: the thread that writes the line.
What = Literal["open", "close", "fail", "post", "run"]
Side = Literal["client", "server"]

#: Texts of errors are cut to this length.
MAX_TEXT = 500

UNKNOWN = -1


class Thread(NamedTuple):
    """A thread of a process; `peer` is the thread of the other process that it works for."""

    process: str
    pid: int
    name: str
    peer: str = ""


class Said(NamedTuple):
    """A parsed payload; `number`, `size` (bytes) and `took` (µs) may be UNKNOWN.

    `posted` is the thread that a request is queued for.
    """

    what: What
    number: int = UNKNOWN
    method: str = ""
    size: int = UNKNOWN
    took: int = UNKNOWN
    text: str = ""
    posted: Thread | None = None


class Line(NamedTuple):
    """A line of a log about a call.

    `time` is µs since 1970, or UNKNOWN; `exact` whether the log has microseconds. Another process
    wrote a `forwarded` line for the process, with the time of its arrival.
    """

    time: int
    exact: bool
    forwarded: bool
    thread: Thread
    side: Side
    said: Said


#: Missing with -logtimestamps=0.
_TIME = r"(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{6}))?Z )?"
#: Before the category, all optional: mock time, thread, source location, process of a forwarded
#: line.
_MARKS = r"((?:\(mocktime: [^)]*\) |\[[^\]]*\] )*?)"
_PREFIX = re.compile(
    _TIME + _MARKS + r"\[ipc(?::\w+)?\] \{([^{}]*)\} IPC (client|server) ([a-z]+) (.*)"
)
_THREAD = re.compile(r"([^/]*)-(\d+)/(.*?)(?: \(from (.*)\))?$")

_OPEN = re.compile(r"#(\d+) (\S+\.\w+) (\d+) bytes$")
_CLOSE = re.compile(r"#(\d+) (\S+\.\w+) (\d+) bytes (\d+) us$")
_FAIL = re.compile(r"#(\d+) (\S+\.\w+) (\d+) us: (.*)$")

_OLD_METHOD = r"(?:\S*:)?(\S+\.\w+)\$"
_OLD_SENT = re.compile(_OLD_METHOD + r"Params\b")
_OLD_ANSWERED = re.compile(_OLD_METHOD + r"Results\b")
_OLD_REQUEST = re.compile(r"request +#(\d+) " + _OLD_METHOD + r"Params\b")
_OLD_RESPONSE = re.compile(r"response +#(\d+) " + _OLD_METHOD + r"Results\b")
_OLD_POST = re.compile(r"request +#(\d+) \{([^{}]*)\}$")
_OLD_RUN = re.compile(r"request +#(\d+)$")
_OLD_ENDED = re.compile(r"#(\d+),? (canceled.*|interrupted.*|uncaught exception.*|missing .*)")


def _opened(rest: str) -> Said | None:
    if found := _OPEN.match(rest):
        return Said("open", int(found[1]), found[2], int(found[3]))
    return None


def _closed(rest: str) -> Said | None:
    if found := _CLOSE.match(rest):
        return Said("close", int(found[1]), found[2], int(found[3]), int(found[4]))
    return None


def _failed(rest: str) -> Said | None:
    if found := _FAIL.match(rest):
        number, method, took, text = found.groups()
        return Said("fail", int(number), method, took=int(took), text=text[:MAX_TEXT])
    return None


def _client_send(rest: str) -> Said | None:
    if found := _OLD_SENT.match(rest):
        return Said("open", method=found[1])
    return _opened(rest)


def _client_recv(rest: str) -> Said | None:
    if found := _OLD_ANSWERED.match(rest):
        return Said("close", method=found[1])
    return _closed(rest)


def _client_exception(rest: str) -> Said | None:
    return Said("fail", text=rest[:MAX_TEXT])


def _server_recv(rest: str) -> Said | None:
    if found := _OLD_REQUEST.match(rest):
        return Said("open", int(found[1]), found[2])
    return _opened(rest)


def _server_send(rest: str) -> Said | None:
    if found := _OLD_RESPONSE.match(rest):
        return Said("close", int(found[1]), found[2])
    return _closed(rest)


def _server_post(rest: str) -> Said | None:
    found = _OLD_POST.match(rest)
    thread = parse_thread(found[2]) if found else None
    return Said("post", int(found[1]), posted=thread) if found and thread else None


def _server_run(rest: str) -> Said | None:
    found = _OLD_RUN.match(rest)
    return Said("run", int(found[1])) if found else None


def _server_ended(rest: str) -> Said | None:
    found = _OLD_ENDED.match(rest.removeprefix("request "))
    return Said("fail", int(found[1]), text=found[2][:MAX_TEXT]) if found else None


#: By the words that follow "IPC". Other lines are not about calls.
_PAYLOADS: dict[tuple[str, str], Callable[[str], Said | None]] = {
    ("client", "send"): _client_send,
    ("client", "recv"): _client_recv,
    ("client", "fail"): _failed,
    ("client", "exception"): _client_exception,
    ("server", "recv"): _server_recv,
    ("server", "send"): _server_send,
    ("server", "fail"): _failed,
    ("server", "post"): _server_post,
    ("server", "executing"): _server_run,
    ("server", "request"): _server_ended,
    ("server", "error"): _server_ended,
}

_REMNANT = re.compile(
    rb"IPC (?:client|server) (?:send|recv|fail) (?!re(?:quest|sponse) #\d+ \S+: )"
    rb"|\[ipc(?::\w+)?\] \{[^}]*$"
)


def parse_thread(text: str) -> Thread | None:
    """The thread named `<process>-<pid>/<thread>`, optionally with `(from <thread>)`."""
    found = _THREAD.match(text)
    if found is None:
        return None
    process, pid, name, peer = found.groups()
    return Thread(process, int(pid), name, peer or "")


class Parser:
    """Parses lines; caches what neighbouring lines share: seconds and threads."""

    def __init__(self) -> None:
        self._second = ("", 0)
        self._threads: dict[str, Thread | None] = {}

    def parse(self, raw: bytes) -> Line | None:
        """Parse a whole line, as bytes; None if it is not about a call."""
        if b" IPC " not in raw:
            return None
        text, outside = raw.decode("utf-8", "replace").rstrip("\r\n"), None
        found = _PREFIX.match(text)
        if found is None and (opened := unwrap(text)):
            found, outside = _PREFIX.match(opened.text), opened.moment
        if found is None:
            return None
        second, micros, marks, braces, side, word, rest = found.groups()
        read = _PAYLOADS.get((side, word))
        said = read(rest) if read else None
        thread = self._thread(braces)
        moment = self._moment(second, micros, outside)
        if said is None or thread is None or moment is None:
            return None
        return Line(
            time=moment.time,
            exact=moment.exact,
            forwarded=f"[{thread.process}] " in marks,
            thread=thread,
            side="client" if side == "client" else "server",
            said=said,
        )

    def _thread(self, braces: str) -> Thread | None:
        if braces not in self._threads:
            if len(self._threads) > 10_000:
                self._threads.clear()
            self._threads[braces] = parse_thread(braces)
        return self._threads[braces]

    def _moment(
        self, second: str | None, micros: str | None, outside: Moment | None
    ) -> Moment | None:
        """The time of the line: its own, or a more exact one of a prefix."""
        if second is None:
            return outside or Moment(UNKNOWN, False)
        time = self._micros(second)
        if time is None:
            return None
        if micros is None and outside is not None and outside.exact:
            return outside
        return Moment(time + int(micros or 0), micros is not None)

    def _micros(self, second: str) -> int | None:
        if second != self._second[0]:
            try:
                moment = datetime.fromisoformat(second).replace(tzinfo=timezone.utc)
            except ValueError:
                return None
            self._second = (second, int(moment.timestamp()) * 1_000_000)
        return self._second[1]


def looks_like_a_call(raw: bytes) -> bool:
    """Whether an unreadable line is a cut or garbled line about a call.

    Lines with the contents of messages, which the trace level adds, are not.
    """
    return _REMNANT.search(raw) is not None
