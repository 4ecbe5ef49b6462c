"""JSON-RPC against a server of the test's."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from mpbitcoin.node.rpc import NoAnswer, RpcClient, RpcError


class _Server(HTTPServer):
    asked: tuple[str, str, dict[str, Any]]
    answer: tuple[int, bytes]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked = (self.path, self.headers["Authorization"], json.loads(body))
        status, text = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: _Server, tmp_path: Path) -> RpcClient:
    cookie = tmp_path / ".cookie"
    cookie.write_text("__cookie__:secret")
    return RpcClient(server.server_port, cookie)


def test_a_call_and_its_result(client: RpcClient, server: _Server) -> None:
    server.answer = (200, b'{"result": {"amount": 0.10000001}, "error": null}')
    assert client.call("getbalance", "*", 6, wallet="w") == {"amount": Decimal("0.10000001")}
    path, login, body = server.asked
    assert path == "/wallet/w"
    assert base64.b64decode(login.removeprefix("Basic ")) == b"__cookie__:secret"
    assert body == {"method": "getbalance", "params": ["*", 6], "id": 1}


@pytest.mark.parametrize("name", ["", "my wallet", "a/b?c#d", "grüße"])
def test_the_name_of_a_wallet_arrives_as_it_is(
    client: RpcClient, server: _Server, name: str
) -> None:
    server.answer = (200, b'{"result": null, "error": null}')
    client.call("getbalance", wallet=name)
    assert unquote(server.asked[0].removeprefix("/wallet/")) == name


def test_named_parameters_and_amounts(client: RpcClient, server: _Server) -> None:
    server.answer = (200, b'{"result": "id", "error": null}')
    assert client.call("sendtoaddress", "address", amount=Decimal("0.1")) == "id"
    path, _, body = server.asked
    assert path == "/"
    assert body["params"] == {"args": ["address"], "amount": "0.1"}


def test_an_error_of_the_node(client: RpcClient, server: _Server) -> None:
    server.answer = (500, b'{"result": null, "error": {"code": -8, "message": "out of range"}}')
    with pytest.raises(RpcError, match=r"getblockhash: out of range \(code -8\)") as raised:
        client.call("getblockhash", 7)
    assert raised.value.code == -8


def test_a_refused_login(client: RpcClient, server: _Server) -> None:
    server.answer = (401, b"")
    with pytest.raises(NoAnswer, match="HTTP status 401"):
        client.call("uptime")


def test_no_node(client: RpcClient, tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match="no answer"):
        RpcClient(1, client.cookie).call("uptime")
    with pytest.raises(NoAnswer, match=r"\.nothing"):
        RpcClient(client.port, tmp_path / ".nothing").call("uptime")
