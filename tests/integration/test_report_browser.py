"""The build report's page in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mpbitcoin_depends.process import capture
from mpbitcoin_depends.report import Event, Package, Report, to_html
from mpbitcoin_project import tools

pytestmark = pytest.mark.integration

# Runs in the page: the visible bars and tooltips, and the effect of sorting.
PROBE = """
<script>
"use strict";
const seen = {bars: [], errors: [], scheme: matchMedia("(prefers-color-scheme: dark)").matches};
addEventListener("securitypolicyviolation", (event) => seen.errors.push(event.blockedURI));
const chart = document.querySelector("#timeline").getBoundingClientRect();
for (const bar of document.querySelectorAll(".bar")) {
  const box = bar.getBoundingClientRect();
  const tip = bar.querySelector(".tip");
  const hidden = getComputedStyle(tip).display === "none";
  bar.focus();
  // A headless window is not always the active one; :focus then matches nothing.
  if (!bar.matches(":focus")) tip.style.display = "block";
  const shown = tip.getBoundingClientRect();
  seen.bars.push({
    label: bar.querySelector(".label").textContent,
    left: (box.left - chart.left) / chart.width,
    right: (box.right - chart.left) / chart.width,
    height: box.height,
    colour: getComputedStyle(bar).backgroundColor,
    hidden,
    tip: tip.innerText,
    tipSize: [shown.width, shown.height],
    tipInPage: shown.left >= 0 && shown.right <= document.documentElement.clientWidth,
  });
  bar.blur();
}
seen.rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  .map((rule) => rule.cssText);
const names = () => [...document.querySelectorAll("#packages tbody tr")]
  .map((row) => row.cells[0].textContent);
const size = [...document.querySelectorAll("#packages th button")]
  .find((button) => button.textContent === "Size");
seen.before = names();
size.click();
seen.smallest = names();
size.click();
seen.largest = names();
seen.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
seen.data = JSON.parse(document.querySelector("#report").textContent).host;
const out = document.createElement("pre");
out.id = "probe";
out.textContent = JSON.stringify(seen);
document.body.append(out);
</script>
"""


def browser() -> str:
    found = tools.BROWSER.find()
    assert found, f"no browser: {tools.install_command(tools.BROWSER)}"
    return found


def package(name: str, count: int) -> Package:
    return Package(name, "1.0", "host", "0123456789abcdef0123456789abcdef01234567", count)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    report = Report(
        host="x86_64-pc-linux-gnu",
        options={"NO_QT": "1", "CXXFLAGS": "-O2 <b>"},
        started="2026-01-02T03:04:05Z",
        seconds=200.0,
        events=(
            Event("capnproto", "both", "fetched", 0, 4, 0, "1.6 MiB", ""),
            Event("capnproto", "both", "built", 4, 150, 0, "", "/logs/capnproto.log"),
            Event("sqlite", "host", "built", 4, 60, 1, "", "/logs/sqlite.log"),
            Event("zeromq", "host", "restored", 60, 60.4, 1, "from the cache", ""),
            Event("libmultiprocess", "both", "built", 150, 199, 0, "<i>&amp;", ""),
            Event("all", "host", "failed", 199, 200, 0, "", ""),
        ),
        packages=(package("capnproto", 9 << 20), package("sqlite", 900), package("zeromq", 4096)),
    )
    file = tmp_path / "report with blank.html"
    file.write_text(to_html(report).replace("</body>", PROBE + "</body>"), encoding="utf-8")
    return file


def test_page_in_a_browser(page: Path, tmp_path: Path) -> None:
    dom = capture(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1200,900",
            "--virtual-time-budget=5000",
            "--dump-dom",
            page.as_uri(),
        ],
        timeout=120,
    )
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found, f"the page's script did not run to its end:\n{dom[-2000:]}"
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    seen = json.loads(text)

    bars = seen["bars"]
    assert [bar["label"] for bar in bars if bar["height"] > 10] == [
        "capnproto",
        "capnproto",
        "libmultiprocess",
        "all",
        "sqlite",
        "zeromq",
    ]
    assert bars[0]["left"] < bars[1]["left"] < bars[2]["left"] < bars[3]["left"]
    assert bars[1]["right"] - bars[1]["left"] > 2 * (bars[4]["right"] - bars[4]["left"])
    assert all(bar["right"] - bar["left"] > 0.002 for bar in bars), "no bar is too thin to see"
    assert len({bar["colour"] for bar in bars}) == 4, "one colour per action"
    assert all(bar["hidden"] for bar in bars), "tooltips show only when asked for"
    assert any(".bar:focus .tip { display: block" in rule for rule in seen["rules"])
    assert all(min(bar["tipSize"]) > 20 and bar["tipInPage"] for bar in bars)
    assert "built in 2 min 26 s" in bars[1]["tip"]
    assert "/logs/capnproto.log" in bars[1]["tip"]
    assert "<i>&amp;" in bars[2]["tip"]

    assert seen["before"] == ["capnproto", "sqlite", "zeromq"]
    assert seen["smallest"] == ["sqlite", "zeromq", "capnproto"]
    assert seen["largest"] == ["capnproto", "zeromq", "sqlite"]
    assert seen["wide"], "the page fits its window"
    assert seen["data"] == "x86_64-pc-linux-gnu"
    assert seen["errors"] == []
