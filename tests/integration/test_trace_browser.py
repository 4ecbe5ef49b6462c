"""The trace's page in a real browser: its drawing, and the effects of mouse and keys."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin.tracing.calls import Trace
from mpbitcoin.tracing.figures import figures
from mpbitcoin.tracing.lines import UNKNOWN
from mpbitcoin.tracing.pairs import pair
from mpbitcoin.tracing.webpage import page
from mpbitcoin_depends.process import capture
from tests.integration.test_report_browser import browser
from tests.unit.tracing.simulator import Simulator
from tests.unit.tracing.test_pairs import read

pytestmark = pytest.mark.integration

#: Runs in the page, and stores its observations in an element.
PROBE = Path(__file__).with_name("trace_page_probe.js")


def look(text: str, folder: Path, *words: str) -> dict[str, Any]:
    """What the probe sees of a page."""
    file = folder / "trace with blank.html"
    probe = f"<script>{PROBE.read_text(encoding='utf-8')}</script>"
    file.write_text(text.replace("</body>", probe + "</body>"), encoding="utf-8")
    dom = capture(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=1200,900",
            "--virtual-time-budget=10000",
            *words,
            "--dump-dom",
            file.as_uri(),
        ],
        timeout=240,
    )
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found, f"the page's script did not run to its end:\n{dom[-2000:]}"
    seen: dict[str, Any] = json.loads(html.unescape(found[1]))
    assert seen["errors"] == []
    return seen


def traced(calls: int) -> Trace:
    simulator = Simulator(seed=3)
    simulator.run(calls)
    trace = read(simulator.log())
    pair(trace)
    return trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    return traced(400)


@pytest.fixture(scope="module")
def seen(trace: Trace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    text = page(trace, "calls of a test", ["a note"])
    return look(text, tmp_path_factory.mktemp("page"))


def span(view: list[float]) -> float:
    return view[1] - view[0]


def test_the_page_has_all_calls(seen: dict[str, Any], trace: Trace) -> None:
    calls = trace.calls
    assert seen["count"] == len(calls)
    assert seen["partners"] == list(calls.partner)
    assert seen["starts"] == [start - calls.start[0] for start in calls.start]
    assert seen["shown"] == f"{len(calls)} calls shown"
    assert "a note" in seen["text"]
    assert seen["fits"], "the page fits its window"


def test_the_table_says_what_python_says(seen: dict[str, Any], trace: Trace) -> None:
    expected = sorted(
        [row.method, row.side, row.count, row.failed, row.total, row.p50, row.p99, row.longest,
         row.bytes]
        for row in figures(trace)
    )  # fmt: skip
    assert sorted(seen["figures"]) == expected
    assert [row[:2] for row in seen["table"]] == [[r.method, r.side] for r in figures(trace)]
    assert seen["sorted"] == sorted(seen["sorted"], reverse=True)
    assert seen["sortMark"][2] == "descending"
    assert [mark for mark in seen["sortMark"] if mark] == ["descending"]


def test_lanes_and_rows(seen: dict[str, Any]) -> None:
    assert len(seen["lanes"]) == 16, "4 threads of each process, and 4 that work for each of them"
    assert "for b-http_0" in seen["lanes"]
    assert seen["overlaps"] == 0, "no bar hides another"
    view, drawn, _, last = seen["whole"]
    assert view[0] <= 0
    assert view[1] >= last
    assert drawn > 100


def test_a_call_and_its_other_side(seen: dict[str, Any], trace: Trace) -> None:
    view, drawn, arrows, (start, end) = seen["zoomed"]
    assert view[0] < start < end < view[1]
    assert span(view) < 3 * (end - start)
    assert drawn > 2
    assert arrows > 0
    want = [int(seen["colours"]["want"][n : n + 2], 16) for n in (1, 3, 5)]
    got = seen["colours"]["failed"]
    assert got[0] > got[1] + 30, f"the bar of a call that failed is red: {got}, {want}"
    first = next(row for row, error in enumerate(trace.calls.error) if error != UNKNOWN)
    assert trace.errors[trace.calls.error[first]] in seen["failed"]
    assert f"#{trace.calls.number[first]}" in seen["failed"]
    selected, partner, told = seen["other"]
    assert selected == partner
    assert f"#{trace.calls.number[partner]}" in told
    assert seen["escaped"] == [-1, True]


def test_threads_in_view(seen: dict[str, Any], trace: Trace) -> None:
    begin = trace.calls.start[0]
    view, count, pressed = seen["busy"]
    begun, ended = (begin + time for time in view)
    lanes = {
        trace.calls.lane[row]
        for row in range(len(trace.calls))
        if trace.calls.start[row] <= ended and trace.calls.end(row) >= begun
    }
    assert 1 < len(lanes) < 16
    assert (count, pressed) == (len(lanes), "true")
    assert seen["all"] == [16, "false"]


def test_pointer_and_keys(seen: dict[str, Any], trace: Trace) -> None:
    hidden, text, in_window = seen["tip"]
    assert not hidden
    assert in_window
    assert trace.methods[trace.calls.method[40]] in text
    assert seen["clicked"] == seen["thereAndBack"] == 40
    before, after = seen["dragged"]
    assert after[0] > before[0]
    assert span(after) == pytest.approx(span(before))
    assert seen["moved"][0] > after[0]
    assert span(seen["nearer"]) == pytest.approx(span(after) / 1.6)
    assert seen["back"] == seen["whole"][0]
    assert seen["focus"]
    assert seen["typed"] == 40, "letters typed into a field are no commands"


def test_filters(seen: dict[str, Any], trace: Trace) -> None:
    count, names = seen["filtered"]
    wanted = [name for name in trace.methods if "Wallet" in name and "Balances" not in name]
    assert set(names) == set(wanted)
    assert count == sum(trace.methods[method] in wanted for method in trace.calls.method)
    name, names = seen["picked"]
    assert set(names) == {name}
    assert seen["failures"] == sum(error != UNKNOWN for error in trace.calls.error)


def test_a_hundred_thousand_calls(tmp_path: Path) -> None:
    trace = traced(50_000)
    text = page(trace, "many", [])
    assert len(text) < 2_000_000
    seen = look(text, tmp_path)
    assert seen["count"] >= 100_000
    assert seen["overlaps"] == 0
    assert seen["whole"][1] < 40_000, "what lies closer than a pixel is drawn at once"
    assert seen["zoomed"][2] > 0


def test_a_dark_scheme(trace: Trace, tmp_path: Path) -> None:
    seen = look(page(trace, "dark", []), tmp_path, "--blink-settings=preferredColorScheme=0")
    assert seen["dark"]
    assert seen["colours"]["want"] == "#d1564d"


def test_times_that_nobody_knows(tmp_path: Path) -> None:
    trace = traced(100)
    for row in range(len(trace.calls)):
        trace.calls.measured[row] = 0
    trace.counts.untimed = trace.counts.read
    seen = look(page(trace, "an order of calls", []), tmp_path)
    assert [row[3:8] for row in seen["table"]] == [[""] * 5] * len(seen["table"])
    assert "not known" in seen["failed"]
    assert "clock" not in seen["failed"].lower()
    assert "µs" not in seen["failed"]
