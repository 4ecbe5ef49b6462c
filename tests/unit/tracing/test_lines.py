"""Lines of logs, in both wordings."""

from __future__ import annotations

import pytest

from mpbitcoin.tracing.lines import MAX_TEXT, Line, Parser, Said, Thread, looks_like_a_call

#: 2026-01-02T03:04:05.000007Z in µs.
MOMENT = 1_767_323_045_000_007
NODE = "{bitcoin-node-12/b-scheduler-14}"
WORKER = "{bitcoin-wallet-20/b-ipc-21 (from bitcoin-node-12/b-http_pool_1-15)}"


def parse(payload: str, braces: str = NODE, marks: str = "") -> Line | None:
    text = f"2026-01-02T03:04:05.000007Z {marks}[ipc] {braces} IPC {payload}\n"
    return Parser().parse(text.encode())


def said(payload: str) -> Said:
    line = parse(payload)
    assert line is not None, payload
    return line.said


def test_a_request_goes_out() -> None:
    line = parse("client send #12 Chain.getHeight 48 bytes")
    thread = Thread("bitcoin-node", 12, "b-scheduler-14")
    expected = Said("open", 12, "Chain.getHeight", 48)
    assert line == Line(MOMENT, True, False, thread, "client", expected)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("client recv #12 A.b 32 bytes 153 us", Said("close", 12, "A.b", 32, 153)),
        ("client fail #12 A.b 7 us: no: such", Said("fail", 12, "A.b", took=7, text="no: such")),
        ("server recv #7 Chain.getHeight 48 bytes", Said("open", 7, "Chain.getHeight", 48)),
        ("server send #7 Chain.getHeight 0 bytes 0 us", Said("close", 7, "Chain.getHeight", 0, 0)),
        ("server fail #7 A.b 87 us: ", Said("fail", 7, "A.b", took=87)),
    ],
)  # fmt: skip
def test_our_wording(payload: str, expected: Said) -> None:
    assert said(payload) == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("client send Echo.echo$Params", Said("open", method="Echo.echo")),
        ("client send init.capnp:Echo.echo$Params (x = 1)", Said("open", method="Echo.echo")),
        ("client recv Echo.echo$Results", Said("close", method="Echo.echo")),
        ("client exception kj::Exception: gone", Said("fail", text="kj::Exception: gone")),
        ("server recv request  #1 Echo.echo$Params", Said("open", 1, "Echo.echo")),
        ("server executing request #1", Said("run", 1)),
        ("server send response #1 Echo.echo$Results", Said("close", 1, "Echo.echo")),
        ("server request #3 canceled while executing.",
         Said("fail", 3, text="canceled while executing.")),
        ("server request #3 interrupted (x)", Said("fail", 3, text="interrupted (x)")),
        ("server error request #3, missing thread to execute request",
         Said("fail", 3, text="missing thread to execute request")),
    ],
)  # fmt: skip
def test_the_wording_of_an_unpatched_libmultiprocess(payload: str, expected: Said) -> None:
    assert said(payload) == expected


def test_a_request_is_handed_to_a_thread() -> None:
    peer = "bitcoin-node-12/b-http_pool_1-15"
    posted = Thread("bitcoin-wallet", 20, "b-ipc-21", peer)
    assert said(f"server post request  #3 {WORKER}") == Said("post", 3, posted=posted)


def test_a_worker_thread_tells_whom_it_works_for() -> None:
    line = parse("server send #7 A.b 8 bytes 9 us", WORKER)
    assert line is not None
    assert line.thread.name == "b-ipc-21"
    assert line.thread.peer == "bitcoin-node-12/b-http_pool_1-15"


def test_a_worker_for_a_worker() -> None:
    line = parse("client send #1 A.b 8 bytes", "{c-3/b-ipc-4 (from b-2/b-ipc-5 (from a-1/main-1))}")
    assert line is not None
    assert line.thread == Thread("c", 3, "b-ipc-4", "b-2/b-ipc-5 (from a-1/main-1)")


@pytest.mark.parametrize(
    ("marks", "forwarded"),
    [
        ("", False),
        ("[b-scheduler] ", False),
        ("(mocktime: 2026-01-02T03:04:05Z) [scheduler] ", False),
        ("[src/ipc/x.cpp:12] [Log] ", False),
        ("[bitcoin-node] ", True),
        ("[b-http] [bitcoin-node] [b-x] ", True),
    ],
)
def test_what_stands_in_front_of_the_category(marks: str, forwarded: bool) -> None:
    line = parse("client send #12 Chain.getHeight 48 bytes", marks=marks)
    assert line is not None
    assert line.forwarded is forwarded


def test_categories_with_levels_and_seconds_only() -> None:
    raw = f"2026-01-02T03:04:05Z [ipc:trace] {NODE} IPC client send #1 A.b 8 bytes\r\n"
    line = Parser().parse(raw.encode())
    assert line is not None
    assert (line.time, line.exact) == (MOMENT - 7, False)


@pytest.mark.parametrize(
    "payload",
    [
        "client first request from current thread, constructing waiter",
        "client destroy N2mp11ProxyClientE",
        "server destroy N2mp11ProxyServerE",
        "server: socket connected.",
        "client send #12 Chain.getHeight 48 byt",
        "client recv #12 Chain.getHeight 48 bytes",
        "client send #x Chain.getHeight 48 bytes",
        "server send #7 87 us",
    ],
)
def test_what_tells_of_no_call_or_is_cut(payload: str) -> None:
    assert parse(payload) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"2026-01-02T03:04:05Z UpdateTip: new best=00 IPC client send\n",
        b"2026-13-02T03:04:05Z [ipc] {a-1/b} IPC client send #1 A.b 8 bytes\n",
        b"2026-01-02T03:04:05Z [ipc] {no thread} IPC client send #1 A.b 8 bytes\n",
        b"\xff\xfe IPC \x00\n",
        # A peer's text must not pass for a line of the log.
        b"2026-01-02T03:04:05Z [net] from [ipc] {a-1/b} IPC client send #1 A.b 8 bytes\n",
        b"2026-01-02T03:04:05Z receive [ipc] {a-1/b} IPC client send #1 A.b 8 bytes\n",
    ],
)
def test_other_lines(raw: bytes) -> None:
    assert Parser().parse(raw) is None


def test_cut_lines_are_known_from_others() -> None:
    assert looks_like_a_call(b"05Z [ipc] {a-1/b} IPC client send #1 A.b 8 by")
    assert looks_like_a_call(b"2026-01-02T03:04:05Z [ipc] {bitcoin-node-1/b-ht\n")
    assert not looks_like_a_call(b"2026-01-02T03:04:05Z [ipc] {a-1/b} IPC client destroy X\n")
    assert not looks_like_a_call(b"2026-01-02T03:04:05Z UpdateTip\n")
    assert not looks_like_a_call(b"[ipc:trace] {a-1/b} IPC client send request #1 A.b: (x = 1)\n")


def test_long_texts_are_cut() -> None:
    assert len(said("client fail #12 A.b 7 us: " + 5000 * "x").text) == MAX_TEXT
