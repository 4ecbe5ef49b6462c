"""The page, without a browser."""

from __future__ import annotations

import base64
import json
import re
import zlib
from array import array
from html.parser import HTMLParser
from typing import Any

from mpbitcoin.tracing.calls import Collector, Trace
from mpbitcoin.tracing.lines import UNKNOWN, Parser
from mpbitcoin.tracing.pairs import pair
from mpbitcoin.tracing.webpage import page
from tests.unit.tracing.simulator import EPOCH, Simulator, stamp
from tests.unit.tracing.test_pairs import read

NASTY = "</script><img src=x onerror=alert(1)>&'\""


def element(text: str, name: str) -> str:
    found = re.search(rf'<script type="[a-z/]+" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found
    return found[1]


def unpack(text: str) -> tuple[dict[str, Any], dict[str, array[int]]]:
    """The page's data and columns."""
    data: dict[str, Any] = json.loads(element(text, "trace"))
    raw = zlib.decompress(base64.b64decode(element(text, "columns")))
    size = 4 * data["count"]
    assert len(raw) == size * len(data["columns"])
    columns = {}
    for place, name in enumerate(data["columns"]):
        columns[name] = array("I", raw[size * place : size * (place + 1)])
    return data, columns


def example() -> Trace:
    simulator = Simulator()
    simulator.run(200)
    trace = read(simulator.log())
    pair(trace)
    return trace


def test_the_page_holds_all_calls() -> None:
    trace = example()
    calls = trace.calls
    data, columns = unpack(page(trace, "title", []))
    assert data["count"] == len(calls)
    assert data["methods"] == trace.methods
    for row in range(len(calls)):
        start = columns["startSecond"][row] * 1_000_000 + columns["startMicro"][row]
        assert data["begin"] + start == calls.start[row]
        assert columns["durationMicro"][row] == calls.duration[row]
        step = columns["partner"][row]
        assert row + (-(step + 1) // 2 if step % 2 else step // 2) == calls.partner[row]
        assert columns["flags"][row] == calls.server[row] + 2 + 4
        for name in ("number", "request", "response", "wait", "error"):
            known = getattr(calls, name)[row]
            assert columns[name][row] == (0xFFFFFFFF if known == UNKNOWN else known)


def test_large_numbers() -> None:
    parser, collector = Parser(), Collector()
    day = 86_400_000_000
    for time, payload in (
        (0, "client send #4294967296 X.y 99999999999 bytes"),
        (day, f"client recv #4294967296 X.y 1 bytes {day} us"),
    ):
        line = parser.parse(f"{stamp(EPOCH + time)} [ipc] {{n-1/a}} IPC {payload}\n".encode())
        assert line is not None
        collector.add(line)
    _, columns = unpack(page(collector.trace(), "title", []))
    assert columns["durationSecond"][0] == 86_400
    assert columns["request"][0] == columns["number"][0] == 0xFFFFFFFE, "the largest there is"
    assert columns["partner"][0] == 0xFFFFFFFF, "there is none"


class Tags(HTMLParser):
    """The names of all elements, and every attribute that could fetch something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.fetching: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.fetching += [name for name, _ in attrs if name in ("src", "href", "action", "style")]


def test_text_of_a_log_is_no_markup() -> None:
    parser, collector = Parser(), Collector()
    raw = f"{stamp(EPOCH)} [ipc] {{n{NASTY[9:]}-1/{NASTY}}} IPC client fail #1 X.y 1 us: {NASTY}\n"
    line = parser.parse(raw.encode())
    assert line is not None
    collector.add(line)
    text = page(collector.trace(), f"calls {NASTY}", [f"note {NASTY}"])
    tags = Tags(text)
    assert "img" not in tags.names
    assert tags.fetching == []
    assert text.count("</script>") == 3, "the page's own"
    data, _ = unpack(text)
    assert data["errors"] == [NASTY]
    assert data["lanes"][0]["thread"] == NASTY


def test_the_page_needs_no_network() -> None:
    text = page(example(), "title", [])
    assert "http:" not in text
    assert "https:" not in text
    assert "@@" not in text
    assert "default-src 'none'" in text


def test_an_empty_trace() -> None:
    data, _ = unpack(page(Collector().trace(), "title", []))
    assert data["count"] == 0
