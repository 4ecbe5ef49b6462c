"""The build report: JSON, the page, and its small formatters."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from html.parser import HTMLParser
from typing import Any

import pytest

from mpbitcoin_depends.report import Event, Package, Report, rows, ticks, to_html, to_json

NASTY = '<script>alert("x")</script>&\''


def package(name: str, context: str = "host", **more: Any) -> Package:
    known = {"version": "1.0", "package_id": "0123456789abcdef", "bytes": 2048}
    return Package(name=name, context=context, **{**known, **more})


def report(*events: Event, packages: tuple[Package, ...] = (), **more: Any) -> Report:
    known: dict[str, Any] = {
        "host": "x86_64-pc-linux-gnu",
        "options": {"NO_QT": "1"},
        "started": "2026-01-02T03:04:05Z",
        "seconds": 100.0,
    }
    return Report(**{**known, **more}, events=events, packages=packages)


class Page(HTMLParser):
    """Every start tag with its attributes, and the text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.script = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "i"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "i":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.script += data
        elif self.open and self.open[-1] != "style":
            self.text += data

    @property
    def words(self) -> str:
        """The text with one blank between its words."""
        return " ".join(self.text.split())

    def having(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if name in (a.get("class") or "").split()]


def test_json_holds_everything() -> None:
    event = Event("boost", "host", "built", 1.5, 2.5, 0, "headers", "/logs/boost.log")
    got = json.loads(to_json(report(event, packages=(package("boost"),))))
    assert got["format"] == 1
    assert got["host"] == "x86_64-pc-linux-gnu"
    assert got["options"] == {"NO_QT": "1"}
    assert got["events"] == [
        {
            "package": "boost",
            "context": "host",
            "action": "built",
            "start": 1.5,
            "end": 2.5,
            "lane": 0,
            "detail": "headers",
            "log": "/logs/boost.log",
        }
    ]
    assert got["packages"] == [asdict(package("boost"))]


def test_every_event_is_a_bar_at_its_place() -> None:
    page = Page(
        to_html(
            report(
                Event("boost", "host", "fetched", 0, 25, 0),
                Event("capnproto", "both", "built", 25, 100, 0),
                Event("sqlite", "host", "restored", 0, 1, 1),
            )
        )
    )
    bars = page.having("bar")
    assert [bar["class"] for bar in bars] == ["bar fetched", "bar built", "bar restored"]
    assert [bar["style"] for bar in bars] == [
        "left:0.000%;width:25.000%;top:0.4rem",
        "left:25.000%;width:75.000%;top:0.4rem",
        "left:0.000%;width:1.000%;top:0.4rem",
    ]
    assert len(page.having("tip")) == 3
    assert len(page.having("lane")) == 2
    assert not page.open, "every element is closed"


def test_tooltip_says_times_detail_and_log() -> None:
    event = Event("zeromq", "host", "built", 65, 100, 1, "12 files", "/logs/z.log")
    text = Page(to_html(report(event))).text
    assert "zeromq (host)\nbuilt in 35 s, from 1:05 to 1:40\n12 files\nlog: /logs/z.log" in text


def test_texts_are_escaped() -> None:
    html = to_html(
        report(
            Event(NASTY, "host", "built", 0, 1, 0, NASTY, "/logs/" + NASTY),
            packages=(package(NASTY, package_id=NASTY, version=NASTY),),
            options={NASTY: NASTY},
            host=NASTY,
        )
    )
    page = Page(html)
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert "<script>alert" not in html
    assert page.text.count("alert") >= 5
    data = json.loads(page.script[: page.script.index('"use strict"')])
    assert data["events"][0]["package"] == NASTY
    assert data["host"] == NASTY


def test_page_needs_nothing_from_outside() -> None:
    page = Page(to_html(report(Event("boost", "host", "built", 0, 1, 0, "", "/logs/b.log"))))
    assert not [a for tag, a in page.tags if tag in ("link", "img", "iframe") or "src" in a]
    links = [a.get("href") for tag, a in page.tags if tag == "a"]
    assert all(str(link).startswith("file:///") for link in links)
    assert not re.search(r"\{[{%#]", page.text)


def test_table_says_how_each_package_came() -> None:
    page = Page(
        to_html(
            report(
                Event("boost", "host", "fetched", 0, 1, 0),
                Event("boost", "host", "built", 1, 3, 0, log="/logs/boost.log"),
                packages=(package("boost"), package("sqlite", bytes=5 << 20)),
            )
        )
    )
    assert "boost 1.0 host built 2.0 s 2.0 kB 0123456789ab boost.log" in page.words
    assert "sqlite 1.0 host cache 5.2 MB 0123456789ab" in page.words


def test_nothing_done() -> None:
    page = Page(to_html(report(seconds=0.1, options={})))
    assert "Nothing had to be done." in page.text
    assert "All at their defaults." in page.text
    assert not page.having("bar")


def test_what_came_from_the_cache_is_counted_but_not_drawn() -> None:
    page = Page(
        to_html(
            report(
                Event("boost", "host", "restored", 0, 0, -1),
                Event("sqlite", "host", "fetched", 0, 2, -1),
                Event("sqlite", "host", "built", 0, 9, 0),
                packages=(package("boost", context="host and native"), package("sqlite")),
            )
        )
    )
    assert [bar["class"] for bar in page.having("bar")] == ["bar fetched", "bar built"]
    assert len(page.having("lane")) == 2
    assert "beside" in page.text
    assert "1restored" in page.text
    assert "host and native restored" in page.words


def test_events_that_overlap_get_rows_of_their_own() -> None:
    first = Event("a", "host", "built", 0, 10, 0)
    second = Event("b", "host", "built", 5, 12, 0)
    third = Event("c", "host", "built", 10, 11, 0)
    assert rows([third, second, first]) == [[first, third], [second]]


@pytest.mark.parametrize("seconds", [0.03, 0.9, 7, 100, 730, 5000, 90000])
def test_ticks_are_few_and_in_range(seconds: float) -> None:
    got = ticks(seconds)
    assert got[0] == 0
    assert got == sorted(got)
    assert 2 <= len(got) <= 11
    assert got[-1] <= seconds


def test_ticks_of_no_time() -> None:
    assert ticks(0) == [0.0]
