"""Ports are ours alone until they are let go."""

from __future__ import annotations

import errno
import socket
import sys

import pytest

from mpbitcoin.node.ports import Port


def test_ports_differ() -> None:
    ports = [Port() for _ in range(50)]
    assert len({port.number for port in ports}) == 50
    for port in ports:
        port.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port is not kept")
def test_a_server_may_listen_on_a_kept_port_and_others_may_not_have_it() -> None:
    port = Port()
    with socket.socket() as stranger, pytest.raises(OSError, match="in use") as refused:
        stranger.bind(("127.0.0.1", port.number))
    assert refused.value.errno == errno.EADDRINUSE
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port.number))
        server.listen()
        with socket.create_connection(("127.0.0.1", port.number)):
            pass
    port.close()
