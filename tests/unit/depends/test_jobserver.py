"""The job server: as many tokens as jobs, never more."""

from __future__ import annotations

from mpbitcoin.depends.jobserver import JobServer


def test_tokens_are_limited_and_come_back() -> None:
    with JobServer(2) as server:
        assert server.take()
        assert server.take()
        assert not server.take()
        server.give()
        assert server.take()
        assert "-j2" in server.makeflags
        assert f"fifo:{server.fifo}" in server.makeflags
    assert not server.fifo.exists()
